// docs/migrating.md: the rows of each table, put together in their order, are a program that runs.

import { readFileSync } from 'node:fs'
import test, { type ExecutionContext } from 'ava'
import { connect, createServer } from 'telnetkit'
import { BlockingProgram, blocking } from './support/blocking.js'

const page = readFileSync(new URL('../docs/migrating.md', import.meta.url), 'utf8')

/** The code on the right of a table, row by row: the first of what stands there in backquotes. */
function rows(heading: string): string[] {
  const [, section = ''] = page.split(`## ${heading}\n`)
  const [table = ''] = section.split('\n## ')
  const lines = table.split('\n').filter((line) => line.startsWith('| `'))
  return lines.map((line) => /\| `([^`]+)`[^|]*\|$/.exec(line)![1]!)
}

const IMPORTS = `
import { IAC, Telnet, WONT } from 'telnetkit/telnetlib'
const { BlockingTelnetServer } = sync
const host = '127.0.0.1'
`

/** A server that greets, gives each line back, and lets go who says bye. */
async function host(t: ExecutionContext): Promise<number> {
  const server = createServer(async (session) => {
    session.write('login: ')
    for await (const line of session.lines()) {
      if (line === 'bye') break
      session.write(`${line} yourself\nand more`)
    }
  })
  const { port } = await server.listen(0, '127.0.0.1')
  t.teardown(() => server.close({ deadline: 0 }))
  return port
}

for (const heading of [
  'telnetlib, to `telnetkit/telnetlib`',
  'telnetlib, to `telnetkit/sync`',
  "telnetlib3's client, to `telnetkit/sync`",
]) {
  test(`the rows of "${heading}" run`, async (t) => {
    const code = rows(heading)
    t.true(code.length >= 8)
    const told = await blocking(t, await host(t), `${IMPORTS}${code.join(';\n')}\ntell('over')`)
    t.deepEqual(told, ['over'])
  })
}

for (const heading of ["telnetlib3's server, to `telnetkit/sync`", 'miniboa, to `telnetkit/sync`']) {
  test(`the rows of "${heading}" run`, async (t) => {
    const code = rows(heading)
    t.true(code.length >= 10)
    const started = code.findIndex((row) => row.includes('start()'))
    code.splice(started + 1, 0, 'tell(server.address.port)')
    const program = new BlockingProgram(t, 0, `${IMPORTS}${code.join(';\n')}\ntell('over')`)
    await program.hasTold(1)
    const session = await connect({ host: 'localhost', port: program.told[0] as number, terminalType: 'vt100' })
    t.is(await session.readUntil('login: '), 'login: ')
    session.write('guest\n')
    await session.readAll()
    t.is((await program.end()).at(-1), 'over')
  })
}
