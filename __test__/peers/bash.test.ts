// bash over our server, with our client and with that of GNU inetutils: its own line editor, its jobs, its window.

import { clientCommand, needsPrograms, person, serve, size } from '../support/peer.js'

const clients: [name: string, command: (port: string) => string[], ...programs: string[]][] = [
  ['our client', clientCommand],
  ['inetutils telnet', (port) => ['inetutils-telnet', '127.0.0.1', port], 'inetutils-telnet'],
]

for (const [name, command, ...programs] of clients) {
  needsPrograms('bash', ...programs)(`bash with ${name}: lines, history, interrupting, the window`, async (t) => {
    const environment = ['PS1=> ', 'HISTFILE=', 'bash', '--norc', '--noprofile', '-i']
    const screen = person(t, command(await serve(t, '--pty-exec', 'env', '--', ...environment)), size)
    const dialogue: [typed: string, shown: string[], prompt?: string][] = [
      ['stty size; echo sum-$((40+2))\r', ['> stty size; echo sum-$((40+2))', '31 93', 'sum-42']],
      // Up, and the 2 becomes 3: the line editor draws that.
      ['\x1b[A\x1b[D\x1b[D\x7f3\r', ['> stty size; echo sum-$((40+3))', '31 93', 'sum-43']],
      ['echo  wrong\x17right\r', ['> echo  right', 'right']],
      ['cat\r', ['> cat'], ''],
      ['meow\r', ['meow', 'meow'], ''],
      ['\x03', ['^C']],
      ['cat\r', ['> cat'], ''],
      ['purr\r\x04', ['purr', 'purr']],
    ]
    await screen.shows(/^> $/m)
    const told = screen.lines.slice(0, -1)
    for (const [typed, shown, prompt = '> '] of dialogue) {
      screen.type(typed)
      told.push(...shown)
      await screen.shows([...told, prompt].join('\n').trimEnd())
    }
    // A key may be quicker than the news of a window, and bash looks at that behind a command that is none of its own.
    const wait = 'until [ "$(stty size)" = "40 100" ]; do sleep 0.05; done; sleep 0; echo $COLUMNS'
    screen.resize(100, 40)
    screen.type(`${wait}\r`)
    await screen.shows(/^100\n> $/m)
    screen.type('exit\r')
    t.true([0, 1].includes(await screen.exited))
    await screen.shows('Connection closed by foreign host.')
    const end = screen.lines.slice(told.length).filter((line) => line !== '')
    t.deepEqual(end, [`> ${wait}`, '100', '> exit', 'exit', 'Connection closed by foreign host.'])
    t.deepEqual(screen.lines.slice(0, told.length), told)
  })
}
