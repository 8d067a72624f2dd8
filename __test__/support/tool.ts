// The two commands, run as a user runs them: as programs of their own.

import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const { bin } = createRequire(import.meta.url)('../../package.json')

/** Where the built command is. */
export function toolPath(name: 'telnetkit-client' | 'telnetkit-server'): string {
  return fileURLToPath(new URL(`../../${bin[name]}`, import.meta.url))
}

export interface Run {
  readonly child: ChildProcess
  readonly output: { out: string; err: string }
  /** Resolves with the exit code, or with the signal's name, when all output is there. */
  readonly exited: Promise<number | NodeJS.Signals | null>
}

export interface Settings {
  readonly input?: string | Buffer | undefined
  readonly env?: Record<string, string>
  /** The number of the user as whom it runs, by root alone. */
  readonly user?: number | undefined
}

/** Runs a command without a terminal. `input` is piped in and ended; without it the pipe stays open. */
export function runTool(
  name: 'telnetkit-client' | 'telnetkit-server',
  args: string[],
  { input, env = {}, user }: Settings = {},
): Run {
  const child = spawn(process.execPath, [toolPath(name), ...args], {
    env: { ...process.env, ...env },
    ...(user !== undefined && { uid: user, gid: user }),
  })
  const output = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.err += text
  })
  if (input !== undefined) child.stdin.end(input)
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  return { child, output, exited }
}

const servers = new Set<ChildProcess>()

process.on('exit', () => {
  for (const server of servers) server.kill('SIGKILL')
})

/** Starts a server on a free port, and resolves when it is ready. It is killed when the test file is done. */
export async function startServer(args: string[], env: Record<string, string> = {}): Promise<Run & { port: number }> {
  const run = runTool('telnetkit-server', ['127.0.0.1', '0', ...args], { env })
  servers.add(run.child)
  const port = await new Promise<number>((resolve, reject) => {
    run.child.stdout!.on('data', () => {
      const ready = /^Server ready on .*:(\d+)\n/.exec(run.output.out)
      if (ready) resolve(Number(ready[1]))
    })
    void run.exited.then((code) => reject(new Error(`the server ended with ${code}: ${run.output.err}`)))
  })
  return { ...run, port }
}
