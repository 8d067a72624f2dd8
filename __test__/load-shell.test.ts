// What --shell names: found and loaded, or refused with a message that says what to do.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { loadShell } from '../ts/load-shell.js'
import { shells } from '../ts/shells/index.js'

let home: string

test.before(async () => {
  home = await mkdtemp(join(tmpdir(), 'telnetkit-shell-'))
  const files = {
    'package.json': '{ "type": "module" }',
    'game.js': `export default () => 'default'
      export const play = () => 'play', rules = 'text'`,
    'text.js': `export const rules = 'text'`,
    'old.cjs': `module.exports = { ['pl' + 'ay']: () => 'old' }`,
    'broken.js': 'export default (',
    'throws.js': `throw new Error('no database\\nat all')`,
    'needy.js': `import 'telnetkit-nowhere'`,
    'node_modules/both/package.json': '{ "main": "index.js" }',
    'node_modules/both/index.js': `exports.play = () => 'both'`,
    'node_modules/@scope/one/package.json': '{ "type": "module", "exports": { "./door": "./door.js" } }',
    'node_modules/@scope/one/door.js': `export default () => 'scoped'`,
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(home, path, '..'), { recursive: true })
    await writeFile(join(home, path), text)
  }
  process.chdir(home)
})

test.after.always(async () => {
  process.chdir(tmpdir())
  await rm(home, { recursive: true, force: true })
})

test('a bare word is a built-in shell', async (t) => {
  for (const name of ['telsh', 'echo']) t.is(await loadShell(name), shells[name]!)
})

const FOUND = {
  './game.js': 'default',
  './game.js#default': 'default',
  './game.js#play': 'play',
  './old.cjs#play': 'old',
  'both#play': 'both',
  '@scope/one/door': 'scoped',
}

for (const [spec, told] of Object.entries(FOUND)) {
  test(`${spec} is found`, async (t) => {
    const shell = (await loadShell(spec)) as () => unknown
    t.is(shell(), told)
  })
}

test('an absolute path is found', async (t) => {
  const shell = (await loadShell(`${join(home, 'game.js')}#play`)) as () => unknown
  t.is(shell(), 'play')
})

const REFUSED: Record<string, RegExp> = {
  './nowhere.js#play': /^Shell \.\/nowhere\.js#play: there is no file .*nowhere\.js; check the path$/,
  './node_modules': /^Shell \.\/node_modules: .*node_modules is a folder; name the file in it$/,
  '.': /is a folder/,
  './game#play': /there is no file .*game; say \.\/game\.js#play$/,
  'game.js#play': /there is no package game\.js; if you mean the file, say \.\/game\.js#play$/,
  tesh: /no such shell, and no such package; say telsh, echo, busy, fingerprint, relay, \.\/file\.js#name or package#name$/,
  toString: /no such shell/,
  '#play': /no such shell/,
  'nowhere#play': /no such package/,
  './game.js#ply': /exports nothing called ply; say \.\/game\.js or \.\/game\.js#play$/,
  './game.js#': /exports nothing called ''/,
  './game.js#rules': /its rules is no function but a string; say \.\/game\.js or/,
  './text.js': /exports nothing called default; export a function \(session\) from it$/,
  './broken.js': /cannot be loaded: .*(Unexpected|Expression)/,
  './throws.js': /cannot be loaded: no database, at .*throws\.js:1:7$/,
  './needy.js': /cannot be loaded: Cannot find package 'telnetkit-nowhere'/,
}

for (const [spec, message] of Object.entries(REFUSED)) {
  test(`${spec} is refused`, async (t) => {
    const error = await t.throwsAsync(loadShell(spec), { code: 'TELNET_BAD_SHELL', name: 'TelnetError', message })
    t.false(error.message.includes('\n'))
  })
}
