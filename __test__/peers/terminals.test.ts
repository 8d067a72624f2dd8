// The terminal probe over TCP, through clients that others wrote, at real terminals: xterm.js, and tmux in it. Nothing of it is to be seen
// afterwards, and whichever client is in between, it is the same terminal.

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { createServer } from 'telnetkit'
import { type Probe, probeTerminal, type TerminalFacts } from 'telnetkit/fingerprint'
import { clientCommand, needsPrograms, person } from '../support/peer.js'

interface Visit {
  readonly probe: Probe<TerminalFacts>
  readonly screen: string
}

/** What a server finds out of the terminal in which a command is run, which is given its port, and what is on the screen then. */
async function visit(t: ExecutionContext, command: (port: string) => string[]): Promise<Visit> {
  let probed: (probe: Probe<TerminalFacts>) => void
  const probe = new Promise<Probe<TerminalFacts>>((resolve) => {
    probed = resolve
  })
  const server = createServer({ encoding: 'utf8' }, async (session) => {
    session.write('before\r\nprompt> ')
    probed(await probeTerminal(session))
    session.write('after\r\n')
    await session.readLine()
  })
  t.teardown(() => server.close({ deadline: 0 }))
  const { port } = (await server.listen(0, '127.0.0.1')) as { port: number }
  const screen = person(t, command(String(port)))
  await screen.shows('after')
  return { probe: await probe, screen: screen.text }
}

const telnet = (port: string) => ['inetutils-telnet', '127.0.0.1', port]

/** A command in a tmux of its own, with nobody's settings; it ends with the test. */
async function inTmux(t: ExecutionContext, command: (port: string) => string[]): Promise<(port: string) => string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'telnetkit-tmux-'))
  const tmux = ['tmux', '-u', '-S', join(folder, 'socket'), '-f', '/dev/null']
  t.teardown(async () => {
    await promisify(execFile)(tmux[0]!, [...tmux.slice(1), 'kill-server']).catch(() => {})
    await rm(folder, { recursive: true })
  })
  return (port) => [...tmux, 'new-session', ...command(port)]
}

needsPrograms('inetutils-telnet')('xterm.js is the same through our client and through inetutils telnet', async (t) => {
  const ours = await visit(t, clientCommand)
  const theirs = await visit(t, telnet)
  t.like(ours.probe['fingerprint-data'], { da_service_class: 1, da_extensions: [2], ambiguous_width: 1 })
  t.true(ours.probe.session_data.complete)
  t.is(theirs.probe.fingerprint, ours.probe.fingerprint)
  for (const { screen } of [ours, theirs]) t.regex(screen, /before\nprompt> after$/)
})

needsPrograms('tmux', 'inetutils-telnet')(
  'tmux tells its name and its version, and no more than it knows',
  async (t) => {
    const ours = await visit(t, await inTmux(t, clientCommand))
    const theirs = await visit(t, await inTmux(t, telnet))
    t.like(ours.probe['fingerprint-data'], {
      software_name: 'tmux',
      kitty_graphics: false,
      kitty_keyboard: {},
      iterm2_features: { supported: false, features: {} },
    })
    t.is(theirs.probe.fingerprint, ours.probe.fingerprint)
    for (const { screen } of [ours, theirs]) {
      t.regex(screen, /before\nprompt> after\n/)
      // The title of the window, too.
      t.notRegex(screen, /Gi=31/)
    }
  },
)
