// Option and Command are generated: what is committed must be what the Rust registry says.

import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'
import { Command, Option } from 'telnetkit'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

test('the constants are those of the registry', async (t) => {
  const { stdout } = await run(process.execPath, ['crates/addon/constants.mjs'], { cwd: root })
  t.is(await readFile(`${root}ts/constants.ts`, 'utf8'), stdout)
})

test('their numbers are those of the RFCs', (t) => {
  t.like(Option, { BINARY: 0, ECHO: 1, SGA: 3, TTYPE: 24, EOR: 25, NAWS: 31, NEW_ENVIRON: 39 })
  t.like(Command, { EOR: 239, SE: 240, AYT: 246, GA: 249, SB: 250, WILL: 251, WONT: 252, DO: 253, DONT: 254, IAC: 255 })
})
