// What crosses from one side's environment to the other's: what a client tells, and what a program under --pty-exec gets.

import test from 'ava'
import { clientEnvironment } from '../bin/client-environment.js'
import { isReserved, programEnvironment, terminalType } from '../bin/pty-environment.js'

function program(
  told: Record<string, string>,
  options: { names?: string[]; converts?: boolean; own?: Record<string, string>; terminalType?: string } = {},
) {
  const { names = [], converts = true, own = {} } = options
  const client = {
    terminalType: options.terminalType,
    environment: new Map(Object.entries(told)),
    address: '192.0.2.7',
  }
  return programEnvironment(client, { names, converts, own })
}

const LOCALE = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'

test('a program gets its terminal, the address, and nothing that was not asked for', (t) => {
  const told = { USER: 'root', HOME: '/tmp', LD_PRELOAD: 'x.so', PATH: '/tmp', LINES: '9', COLUMNS: '9', DISPLAY: ':0' }
  t.deepEqual(program(told), { LANG: LOCALE, TERM: 'xterm', IPADDRESS: '192.0.2.7' })
})

test("of the server's environment a program gets what it needs to run", (t) => {
  const own = {
    PATH: '/bin',
    HOME: '/home/joe',
    SECRET: 'x',
    LINES: '9',
    COLUMNS: '9',
    TERM: 'dumb',
    LANG: 'de_DE.UTF-8',
  }
  t.deepEqual(program({}, { own }), {
    PATH: '/bin',
    HOME: '/home/joe',
    LANG: 'de_DE.UTF-8',
    TERM: 'xterm',
    IPADDRESS: '192.0.2.7',
  })
  t.is(program({}, { own: { LANG: 'de_DE.ISO-8859-1' } }).LANG, LOCALE)
  t.is(program({}, { own: { LANG: 'de_DE.ISO-8859-1' }, converts: false }).LANG, 'de_DE.ISO-8859-1')
})

test('a client names its language and colours', (t) => {
  const told = { LANG: 'de_DE.UTF-8', LC_ALL: 'fr_FR.utf8', LC_CTYPE: 'C.UTF-8', COLORTERM: 'truecolor' }
  const { LANG, LC_ALL, LC_CTYPE, COLORTERM } = program(told)
  t.deepEqual({ LANG, LC_ALL, LC_CTYPE, COLORTERM }, told)
})

test('text that is converted is UTF-8 at the program, whatever the client has', (t) => {
  t.is(program({ LANG: 'de_DE.ISO-8859-15@euro' }).LANG, 'de_DE.UTF-8@euro')
  t.is(program({ LANG: 'de_DE' }).LANG, 'de_DE.UTF-8')
  t.is(program({ LANG: 'C' }).LANG, 'C')
  t.is(program({ LANG: 'de_DE.ISO-8859-15@euro' }, { converts: false }).LANG, 'de_DE.ISO-8859-15@euro')
})

test('a value of another shape is not passed on', (t) => {
  for (const value of ['-x', '../../etc/passwd', '/tmp/locale', 'a'.repeat(300), 'de_DE.UTF-8\n', '$(id)', 'é', '']) {
    t.is(program({ LANG: value }).LANG, LOCALE, JSON.stringify(value))
  }
  const odd = ['-x', '.', 'a;b', '/etc/passwd', '../x', 'a b', 'a=b', 'x\n', '$(id)', 'é', 'x'.repeat(33), '']
  for (const value of odd) t.is(program({ COLORTERM: value }).COLORTERM, undefined, JSON.stringify(value))
  for (const value of ['truecolor', '24bit', 'gnome-terminal', 'rxvt-xpm', 'xfce4_1.0']) {
    t.is(program({ COLORTERM: value }).COLORTERM, value)
  }
})

test('further names can be allowed, but not those that decide what runs', (t) => {
  t.is(program({ DISPLAY: 'host:0.0' }, { names: ['DISPLAY'] }).DISPLAY, 'host:0.0')
  t.is(program({ DISPLAY: '-x' }, { names: ['DISPLAY'] }).DISPLAY, undefined)
  t.is(program({ LANG: '/tmp/x' }, { names: ['LANG'] }).LANG, LOCALE)
  t.is(program({ LC_MESSAGES: '/tmp/x' }, { names: ['LC_MESSAGES'] }).LC_MESSAGES, undefined)
  t.is(program({ LC_MESSAGES: 'de_DE' }, { names: ['LC_MESSAGES'] }).LC_MESSAGES, 'de_DE.UTF-8')
  const reserved =
    'PATH HOME LD_PRELOAD BASH_ENV BASHOPTS SHELLOPTS PS4 PROMPT_COMMAND NODE_OPTIONS TERM LINES IPADDRESS ' +
    'GCONV_PATH GLIBC_TUNABLES LOCPATH NLSPATH RES_OPTIONS HOSTALIASES http_proxy TMPDIR TERMINFO_DIRS EDITOR PAGER GIT_PAGER LESSOPEN'
  for (const name of reserved.split(' ')) t.true(isReserved(name), name)
  for (const name of ['USER', 'DISPLAY', 'TZ', 'NAME', 'NETHACKOPTIONS']) t.false(isReserved(name), name)
})

test('the terminal type is lower case, of a sane shape, and one without padding', (t) => {
  t.is(terminalType('XTERM-256COLOR'), 'xterm-256color')
  t.is(terminalType('screen.xterm+x_1'), 'screen.xterm+x_1')
  for (const padded of ['vt100', 'VT52', 'vtnt']) t.is(terminalType(padded), 'ansi')
  for (const odd of [undefined, '', 'unknown', 'UNKNOWN', '-x', '../x', 'a b', 'x'.repeat(65), 'é']) {
    t.is(terminalType(odd), 'xterm', odd)
  }
})

test('a client tells only what it may, by what it knows best', (t) => {
  const own = { TERM: 'x', LANG: 'de_DE.UTF-8', COLUMNS: '1', HOME: '/home/joe', DISPLAY: ':0', COLORTERM: 'truecolor' }
  const facts = { terminalType: 'xterm', encoding: 'utf8', columns: 90, rows: 30, own }
  t.deepEqual(clientEnvironment({ ...facts, names: ['TERM', 'LANG', 'COLUMNS', 'LINES', 'COLORTERM', 'USER'] }), {
    TERM: 'xterm',
    LANG: 'de_DE.UTF-8',
    COLUMNS: '90',
    LINES: '30',
    COLORTERM: 'truecolor',
  })
  t.deepEqual(clientEnvironment({ ...facts, names: [] }), {})
  const language = (encoding: string | null, LANG?: string) =>
    clientEnvironment({ ...facts, names: ['LANG'], encoding, own: LANG === undefined ? {} : { LANG } }).LANG
  t.is(language('cp437', 'de_DE.UTF-8@euro'), 'de_DE.cp437')
  t.is(language('utf8', 'C'), 'en_US.utf8')
  t.is(language('utf8'), 'en_US.utf8')
  t.is(language(null, 'de_DE.UTF-8'), 'C')
})
