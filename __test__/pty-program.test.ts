// A program in its terminal: whole output through a slow reader, whole input into a slow program, the end, the signals.

import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import test from 'ava'
import { type NodePty, Program, type ProgramOptions } from '../bin/pty-program.js'
import { nodePty, withoutPty } from './support/pty.js'

const run = nodePty ? test : test.skip
const runAlone = nodePty ? test.serial : test.skip
if (withoutPty) console.log(`Skipped: ${withoutPty}`)

/** Runs a script of sh and gathers its output. */
function start(script: string, options: Partial<ProgramOptions> = {}, onOutput?: (program: Program) => void) {
  const environment = { PATH: process.env.PATH!, TERM: 'xterm' }
  const size = { columns: 80, rows: 24 }
  const output: Buffer[] = []
  const settings = { file: '/bin/sh', args: ['-c', script], environment, ...size, echo: true, utf8: true, ...options }
  const program = new Program(nodePty!, settings, (bytes) => {
    output.push(bytes)
    onOutput?.(program)
  })
  const text = () => Buffer.concat(output).toString()
  const shows = async (wanted: string) => {
    while (!text().includes(wanted)) await delay(5)
  }
  return { program, text, shows }
}

run('output and exit status', async (t) => {
  const { program, text } = start('echo hello; stty size; exit 3')
  t.deepEqual(await program.ended, { exitCode: 3, signal: 0 })
  t.is(text(), 'hello\r\n24 80\r\n')
})

run('the last output arrives through a reader that pauses all the time', async (t) => {
  const { program, text } = start('head -c 1000000 /dev/zero | tr "\\0" x; echo end', {}, (paused) => {
    paused.pause()
    setTimeout(() => paused.resume(), 1)
  })
  await program.ended
  t.is(text().length, 1_000_005)
  t.true(text().endsWith('xend\r\n'))
})

run('a megabyte is typed into a program that starts to read late', async (t) => {
  const { program, text, shows } = start('stty raw -echo; echo ready; sleep 0.3; head -c 1000000 | md5sum')
  await shows('ready')
  const bytes = Buffer.alloc(1_000_000, 'all work and no play makes jack a dull boy ')
  t.false(program.input.type(bytes))
  await program.ended
  t.true(text().includes(createHash('md5').update(bytes).digest('hex')))
})

// By itself, since it is the whole process's time that is looked at.
runAlone('a terminal that is full costs no time', async (t) => {
  const { program, shows } = start('stty raw -echo; echo ready; sleep 5')
  await shows('ready')
  program.input.type(Buffer.alloc(1_000_000, 'x'))
  const before = process.cpuUsage()
  await delay(300)
  const { user, system } = process.cpuUsage(before)
  t.true(user + system < 150_000, `${user + system} µs in 300 ms`)
  await program.hangUp()
})

run('it ends when the program does, though another process holds the terminal', async (t) => {
  const { program, text } = start('(trap "" HUP; sleep 30) & echo last; exit 4')
  t.deepEqual(await program.ended, { exitCode: 4, signal: 0 })
  t.is(text(), 'last\r\n')
})

run('a program that lets go of its terminal and lives on is hung up', async (t) => {
  const { program } = start('exec sleep 30 <&- >&- 2>&-')
  t.is((await program.ended).signal, 1)
})

run('hanging up: the program hears of it', async (t) => {
  const { program, shows } = start('echo ready; read line')
  await shows('ready')
  await program.hangUp()
  t.is((await program.ended).signal, 1)
})

run('hanging up: who does not hear is killed, and others go on meanwhile', async (t) => {
  const deaf = start('trap "" HUP INT TERM; echo ready; while :; do sleep 1; done')
  const lively = start('echo ready; cat')
  await Promise.all([deaf.shows('ready'), lively.shows('ready')])
  const dying = deaf.program.hangUp()
  lively.program.input.type(Buffer.from('still here\r'))
  await lively.shows('still here\r\nstill here')
  await dying
  t.is((await deaf.program.ended).signal, 9)
  await lively.program.hangUp()
})

run('the size follows, and the program is told', async (t) => {
  const { program, text, shows } = start('trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.05; done')
  await shows('ready')
  program.resize(100, 40)
  await program.ended
  t.true(text().includes('40 100'))
})

run('without echo nothing typed is shown, from the first moment on', async (t) => {
  const { program, text } = start('read line; echo "got $line"', { echo: false })
  program.input.type(Buffer.from('secret\r'))
  await program.ended
  t.is(text(), 'got secret\r\n')
})

run('a program gets its arguments and its environment, and no other', async (t) => {
  const environment = { PATH: process.env.PATH!, TERM: 'xterm', IPADDRESS: '192.0.2.1' }
  for (const echo of [true, false]) {
    const script = 'echo "$1"; env | cut -d= -f1 | sort | tr "\\n" " "'
    const { program, text } = start('', { args: ['-c', script, 'sh', 'a b "$(id)"'], environment, echo })
    await program.ended
    const [argument, names] = text().split('\r\n')
    t.is(argument, 'a b "$(id)"')
    t.deepEqual(
      names!.split(' ').filter((name) => name !== '' && name !== '_' && name !== 'SHLVL' && name !== 'OLDPWD'),
      ['IPADDRESS', 'PATH', 'PWD', 'TERM'],
    )
  }
})

run('the erasing key is known while the terminal edits lines', async (t) => {
  const { program, shows } = start('echo one; read line; stty raw; echo two; sleep 5')
  await shows('one')
  t.is(program.eraseCharacter, 0x7f)
  program.input.type(Buffer.from('\r'))
  await shows('two')
  t.is(program.eraseCharacter, null)
  await program.hangUp()
  t.is(program.eraseCharacter, null)
})

run('a program that there are too few descriptors for leaves no terminal behind', async (t) => {
  let ended: Promise<unknown> | undefined
  let looks = 0
  const spawn: NodePty['spawn'] = (...what) => {
    const spawned = nodePty!.spawn(...what)
    ended = new Promise((resolve) => spawned.onExit(resolve))
    // There is one for the first who duplicates it, and none for the second.
    const get = (_: unknown, name: keyof typeof spawned) => {
      if (name === 'fd' && looks++ > 0) return -1
      const value = spawned[name]
      return typeof value === 'function' ? value.bind(spawned) : value
    }
    return new Proxy(spawned, { get: get as never })
  }
  const script = 'trap "" HUP; read line'
  const size = { columns: 80, rows: 24 }
  const options = { file: '/bin/sh', args: ['-c', script], environment: {}, ...size, echo: true, utf8: true }
  t.throws(() => new Program({ spawn }, options, () => undefined), { message: /Bad file descriptor/ })
  t.is(looks, 2)
  // It hears of nothing but the end of its input: the terminal is closed.
  await ended
})

run('no terminal leaks into the programs of others', async (t) => {
  if (process.platform !== 'linux') return void t.pass('only Linux lists descriptors in /proc')
  const first = start('echo ready; read line')
  await first.shows('ready')
  const second = start('ls -l /proc/$$/fd')
  await second.program.ended
  t.notRegex(second.text(), /ptmx/)
  await first.program.hangUp()
})
