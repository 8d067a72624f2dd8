// The command lines of both tools: each flag, its default, what it refuses, and how it says so.

import test from 'ava'
import { encodings } from 'telnetkit'
import { parsePort, type Tool } from '../bin/command-line.js'
import { encodingList } from '../bin/encoding-list.js'
import { clientFlags, type Flags, serverFlags, spelling } from '../bin/flags.js'
import { parseAll as parse } from '../bin/parse-all.js'
import { parseClear } from '../bin/parse-clear.js'
import { withAlways } from '../bin/policy.js'
import { UsageError } from '../bin/report.js'
import { parseTarget } from '../bin/target.js'
import { portIn } from '../ts/services.js'
import { runTool } from './support/tool.js'

function tool<List extends Flags>(flags: List): Tool<List> {
  const operands = [
    ['[host]', 'host'],
    ['[port]', 'port'],
  ] as const
  return { name: 'tool', version: '0', summary: '', operands, flags, epilogue: '' }
}

const client = (...typed: string[]) => parse(tool(clientFlags), typed)
const server = (...typed: string[]) => parse(tool(serverFlags), typed)

test('the defaults', (t) => {
  t.deepEqual(server().flags, {
    shell: 'telsh',
    dataDir: undefined,
    postScript: undefined,
    ucsDetect: false,
    relayTarget: undefined,
    relayPasscode: undefined,
    relayFile: undefined,
    ptyExec: undefined,
    ptyEnv: [],
    ptyCwd: undefined,
    ptyRaw: false,
    ptyForkLimit: 0,
    robotCheck: false,
    connectMaxwait: 1_500,
    timeout: 300_000,
    maxConnections: 0,
    maxConnectionsPerAddress: 128,
    acceptRate: 0,
    acceptRatePerAddress: 0,
    exemptAddresses: ['127.0.0.0/8', '::1'],
    tlsHandshakeTimeout: 10_000,
    writeStall: 60_000,
    maxQueuedOutput: 16_777_216,
    inputRate: 10_485_760,
    negotiationRate: 10_000,
    maxSubnegotiation: 65_536,
    maxEnvironment: 100,
    maxEnvironmentName: 256,
    maxEnvironmentValue: 4_096,
    maxColumns: 1_000,
    maxRows: 1_000,
    sslCertfile: undefined,
    sslKeyfile: undefined,
    tlsAuto: undefined,
    compression: undefined,
    encoding: 'utf8',
    encodingErrors: 'replace',
    forceBinary: false,
    lineMode: false,
    neverSendGa: false,
    loglevel: 'info',
    logfile: undefined,
    logfileMode: 'append',
    logfmt: undefined,
    logFormat: 'text',
    statusInterval: 20_000,
  })
  t.deepEqual(client().flags, {
    shell: 'terminal',
    connectTimeout: 10_000,
    connectMinwait: 0,
    connectMaxwait: 4_000,
    ssl: false,
    sslCafile: undefined,
    sslNoVerify: false,
    compression: undefined,
    encoding: 'utf8',
    encodingErrors: 'replace',
    forceBinary: true,
    term: undefined,
    speed: 38_400,
    sendEnviron: ['TERM', 'LANG', 'COLUMNS', 'LINES', 'COLORTERM'],
    columns: undefined,
    lineMode: false,
    rawMode: false,
    ansiKeys: false,
    asciiEol: false,
    alwaysWill: [],
    alwaysDo: [],
    alwaysWont: [],
    alwaysDont: [],
    gmcpModules: undefined,
    loglevel: 'warn',
    logfile: undefined,
    logfileMode: 'append',
    logfmt: undefined,
    typescript: undefined,
    typescriptMode: 'append',
    fingerprint: false,
    scanType: 'quick',
    ttype: 'VT100',
    sendEnv: {},
    bannerQuietTime: 2_000,
    bannerMaxWait: 8_000,
    bannerMaxBytes: 65_536,
    msspWait: 5_000,
    timeout: 90_000,
    dataDir: undefined,
    saveJson: undefined,
    setName: undefined,
    silent: false,
    many: undefined,
    concurrency: 16,
    output: undefined,
  })
})

test('what is given is taken, and known to be given', (t) => {
  const { flags, operands, given } = server('::1', '2323', '--timeout', '0.5', '--encoding=CP437', '--line-mode')
  t.deepEqual(operands, ['::1', '2323'])
  t.is(flags.timeout, 500)
  t.is(flags.encoding, 'CP437')
  t.true(flags.lineMode)
  t.deepEqual([...given].sort(), ['encoding', 'lineMode', 'timeout'])
  t.is(server('--encoding', 'False').flags.encoding, false)
  t.is(server('--tls-auto').flags.tlsAuto, 500)
  t.is(server('--tls-auto', '--line-mode').flags.tlsAuto, 500)
  t.is(server('--tls-auto', '.25').flags.tlsAuto, 250)
  t.is(server('--loglevel', 'DEBUG').flags.loglevel, 'debug')
  t.is(server('--accept-rate-per-address', '.5').flags.acceptRatePerAddress, 0.5)
  t.deepEqual(server('--exempt-addresses', '192.0.2.0/24, ::1').flags.exemptAddresses, ['192.0.2.0/24', '::1'])
  t.deepEqual(server('--exempt-addresses', '').flags.exemptAddresses, [])
  t.false(client('--no-force-binary').flags.forceBinary)
  t.is(client('--compression').flags.compression, true)
  t.is(server('--no-compression').flags.compression, false)
  t.deepEqual(client('--send-environ', 'TERM, USER').flags.sendEnviron, ['TERM', 'USER'])
  t.deepEqual(client('--send-environ', '').flags.sendEnviron, [])
  t.deepEqual(server('--pty-env', 'USER', '--pty-env=DISPLAY,USER').flags.ptyEnv, ['USER', 'DISPLAY'])
})

test('what is clear is read by Node, and means the same; what is not is left to commander', (t) => {
  const required = { ...tool(serverFlags), operands: [['<host>', 'host']] } as const
  for (const typed of [
    [],
    ['::1', '2323', '--timeout', '0.5', '--encoding=CP437', '--line-mode'],
    ['--pty-env', 'USER', 'localhost', '--pty-env=DISPLAY,USER', '--loglevel', 'DEBUG'],
    ['--pty-env', '', '--no-compression', '--compression'],
    ['--compression', '--no-compression'],
  ]) {
    t.deepEqual(parseClear(tool(serverFlags), typed), parse(tool(serverFlags), typed), typed.join(' '))
  }
  const client = tool(clientFlags)
  for (const typed of [
    ['--no-force-binary'],
    ['--force-binary'],
    ['--always-will', 'naws', '--always-will=TTYPE,naws'],
  ])
    t.deepEqual(parseClear(client, typed), parse(client, typed), typed.join(' '))
  for (const typed of [
    ['a', 'b', 'c'],
    ['--help'],
    ['-h'],
    ['--version'],
    ['--tls-auto'],
    ['--tls-auto', '1'],
    ['--', 'a'],
  ])
    t.is(parseClear(tool(serverFlags), typed), undefined, typed.join(' '))
  for (const typed of [
    ['--timeuot', '3'],
    ['--timeout'],
    ['--logfile', '-x'],
    ['--line-mode=on'],
    ['--no-line-mode'],
    ['-x'],
  ])
    t.is(parseClear(tool(serverFlags), typed), undefined, typed.join(' '))
  t.is(parseClear(required, []), undefined)
  t.throws(() => parseClear(tool(serverFlags), ['--timeout', 'soon']), {
    instanceOf: UsageError,
    message: /^--timeout soon: /,
  })
})

test('what is wrong is one line that names the flag and what it was given', (t) => {
  const refused = (typed: string[], message: RegExp) => {
    const error = t.throws(() => server(...typed), { instanceOf: UsageError, message })
    t.notRegex(error!.message, /\n/)
  }
  refused(['--what'], /unknown option '--what'/)
  refused(['--timeuot', '3'], /--timeuot.*--timeout/)
  refused(['--timeout'], /--timeout/)
  refused(['--timeout', 'soon'], /--timeout soon: .*seconds/)
  refused(['--timeout', '9999999'], /--timeout 9999999: /)
  refused(['--timeout=-1'], /--timeout -1: /)
  refused(['--timeout', '1e3'], /--timeout 1e3: /)
  refused(['--max-connections', '1.5'], /--max-connections 1.5: /)
  refused(['--accept-rate', 'fast'], /--accept-rate fast: give a number, such as 20 or 0.5/)
  refused(['--exempt-addresses', '::1,example.org'], /"example.org" is no address; give addresses, or networks/)
  refused(['--max-rows', '65536'], /--max-rows 65536: give at most 65535/)
  refused(
    ['--tls-auto', '6023'],
    /--tls-auto 6023: give seconds, from 0\.001 to 60, or nothing; a host or port goes before/,
  )
  refused(['--tls-auto', '0'], /--tls-auto 0: /)
  refused(['--log-format', 'xml'], /--log-format xml: give one of text, json/)
  refused(['--loglevel', 'loud'], /--loglevel loud: give one of error, warn, info, debug/)
  refused(
    ['--encoding', 'klingon'],
    /--encoding klingon: no such character set; telnetkit-client --list-encodings tells all/,
  )
  refused(['--encoding', 'cp473'], /--encoding cp473: no such character set; did you mean CP437\?/)
  refused(['--encoding', 'utf-16'], /--encoding utf-16: no such character set; UTF-16 has a NUL in .*: use UTF-8/)
  refused(['--pty-env', 'A=B'], /--pty-env A=B: /)
  refused(['--loglevel', 'a\nb\x1b[m'], /--loglevel a\\x0ab\\x1b\[m: /)
  refused(['host', '1', 'more'], /too many arguments/)
})

test('Telnet options are named or numbered, and none shall be and shall not be', (t) => {
  const { flags } = client(
    '--always-will',
    'gmcp, new-environ,255',
    '--always-will=GMCP',
    '--always-dont',
    'NEW_ENVIRON',
  )
  t.deepEqual(flags.alwaysWill, [201, 39, 255])
  t.deepEqual(withAlways({ local: { TM: 'refuse' }, remote: { ECHO: 'refuse' } }, { ...flags, alwaysDo: [1] }), {
    local: { TM: 'refuse', GMCP: 'request', NEW_ENVIRON: 'request', EXOPL: 'request' },
    remote: { ECHO: 'request', NEW_ENVIRON: 'refuse' },
  })
  for (const wrong of ['telepathy', '256', '-1', '1.5']) {
    t.throws(() => client('--always-do', wrong), {
      instanceOf: UsageError,
      message: /--always-do .* is no Telnet option/,
    })
  }
  t.throws(() => withAlways({}, { ...flags, alwaysWont: [201] }), {
    instanceOf: UsageError,
    message: '--always-will and --always-wont both name GMCP',
  })
  t.deepEqual(client('--gmcp-modules', 'Char  2, room', '--gmcp-modules=Room.Info 1').flags.gmcpModules, [
    'Char 2',
    'room 1',
    'Room.Info 1',
  ])
  t.throws(() => client('--gmcp-modules', 'Char one'), { message: /"Char one" is no GMCP package: give/ })
  t.is(client('--columns', '80').flags.columns, 80)
  for (const wrong of ['0', '1000', 'wide'])
    t.throws(() => client('--columns', wrong), { message: /--columns .*: give/ })
  t.throws(() => client('--speed', 'fast'), { instanceOf: UsageError, message: /--speed fast: give bits a second/ })
})

test('--list-encodings: a table for a person, a line a set for a program', async (t) => {
  const names = encodings().map(({ name }) => name)
  const { output, exited } = runTool('telnetkit-client', ['--list-encodings'])
  t.is(await exited, 0)
  const lines = output.out.trimEnd().split('\n')
  t.deepEqual(
    lines.map((line) => line.split('\t')[0]),
    names,
  )
  t.true(lines.includes('CP437\t437 IBM437 csPC8CodePage437\tDOS, United States; most BBSes and their art'))
  const table = encodingList(50).split('\n')
  t.true(table.includes('CP437              DOS, United States; most BBSes and their art'))
  t.true(table.includes('                   437 IBM437 csPC8CodePage437'))
  const aliases = table.filter((line) => line.startsWith(' ') && line.trim().includes(' '))
  t.true(
    aliases.every((line) => line.length < 50),
    aliases.join('\n'),
  )
})

test('ports and targets', (t) => {
  t.is(parsePort('0', 0), 0)
  t.is(parsePort('65535', 1), 65_535)
  for (const wrong of ['65536', '-1', '', '1.0', 'telnet', '0x17']) {
    t.throws(() => parsePort(wrong, 0), { instanceOf: UsageError }, wrong)
  }
  t.throws(() => parsePort('0', 1), { message: 'port 0: give a number from 1 to 65535' })

  t.deepEqual(parseTarget('example.org', undefined), { host: 'example.org', port: 23, isSecure: false })
  t.deepEqual(parseTarget('::1', '99'), { host: '::1', port: 99, isSecure: false })
  t.deepEqual(parseTarget('[::1]', '99'), { host: '::1', port: 99, isSecure: false })
  t.deepEqual(parseTarget('telnet://example.org', undefined), { host: 'example.org', port: 23, isSecure: false })
  t.deepEqual(parseTarget('telnet://[::1]:4000/', undefined), { host: '::1', port: 4_000, isSecure: false })
  t.deepEqual(parseTarget('TELNET://joe@example.org:4000', '4000'), {
    host: 'example.org',
    port: 4_000,
    isSecure: false,
  })
  t.deepEqual(parseTarget('example.org', 'telnet'), { host: 'example.org', port: 23, isSecure: false })
  t.deepEqual(parseTarget('[::1]:telnets', undefined), { host: '::1', port: 992, isSecure: false })
  t.deepEqual(parseTarget('example.org:6023', undefined), { host: 'example.org', port: 6_023, isSecure: false })
  t.deepEqual(parseTarget('127.0.0.1:6023', '6023'), { host: '127.0.0.1', port: 6_023, isSecure: false })
  t.deepEqual(parseTarget('[::1]:6023', undefined), { host: '::1', port: 6_023, isSecure: false })
  t.deepEqual(
    parseTarget('::1:6023', undefined),
    { host: '::1:6023', port: 23, isSecure: false },
    'an address like another',
  )
  for (const zoned of ['fe80::1%eth0', '[fe80::1%eth0]', 'telnet://[fe80::1%25eth0]', 'telnet://[fe80::1%eth0]:23/']) {
    t.deepEqual(parseTarget(zoned, undefined), { host: 'fe80::1%eth0', port: 23, isSecure: false }, zoned)
  }

  const refused = (host: string, port: string | undefined, message: RegExp) => {
    t.throws(() => parseTarget(host, port), { instanceOf: UsageError, message }, host)
  }
  refused('', undefined, /host "": give a name or an address/)
  refused(':6023', undefined, /host ":6023": give a name or an address/)
  refused('localhost 6023', undefined, /host "localhost 6023": /)
  refused('localhost:klingon', undefined, /port klingon: no service of that name .*; give a number from 1 to 65535/)
  refused('localhost', '1e3', /port 1e3: no service/)
  refused('localhost:', undefined, /port : give a number/)
  refused('localhost:0', undefined, /port 0: /)
  refused('localhost:6023', '23', /localhost:6023 23: these are two ports/)
  refused('telnet://localhost:6023', '23', /two ports/)
  refused('[localhost]:6023', undefined, /\[localhost\]:6023: not an IPv6 address/)
  refused('[]', undefined, /\[\]: not an IPv6 address/)
  refused('1:2:3', undefined, /1:2:3: .*\[address\]:port/)
  refused('http://example.org', undefined, /telnet:\/\/host:port/)
  refused('telnet://', undefined, /telnet:\/\/host:port/)
  refused('telnet://a:99999', undefined, /telnet:\/\/host:port/)
  refused('telnet://joe:secret@a:99999', undefined, /^telnet:\/\/a:99999: /)
})

test('TLS has a port of its own, and a URL; a flag asks for it, too', (t) => {
  const secure = { host: 'example.org', isSecure: true }
  t.deepEqual(parseTarget('telnets://example.org', undefined), { ...secure, port: 992 })
  t.deepEqual(parseTarget('TELNETS://example.org:4000/', undefined), { ...secure, port: 4_000 })
  t.deepEqual(parseTarget('example.org', undefined, true), { ...secure, port: 992 })
  t.deepEqual(parseTarget('example.org', '23', true), { ...secure, port: 23 })
  t.deepEqual(parseTarget('telnet://example.org', undefined, true), { ...secure, port: 992 })
  t.throws(() => parseTarget('telnets://', undefined), { message: /give a host, telnet:\/\/host:port or telnets:/ })
})

test('services by name and alias, of TCP alone', (t) => {
  const list = 'tftp 69/udp\ntelnet\t23/tcp # as ever\n#old 24/tcp\nirc-like  194/tcp  chat talk\r\ntalk 517/udp\n'
  t.is(portIn(list, 'telnet'), 23)
  t.is(portIn(list, 'chat'), 194)
  t.is(portIn(list, 'talk'), 194)
  for (const name of ['tftp', 'old', 'ever', 'as', '23/tcp', '']) t.is(portIn(list, name), undefined, name)
})

test('flags are spelled with dashes', (t) => {
  t.is(spelling('connectMaxwait'), '--connect-maxwait')
  t.is(spelling('neverSendGa'), '--never-send-ga')
})
