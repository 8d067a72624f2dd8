// Errors: one class, a stable code, the fields a program needs, and a message that says what to do.

import test from 'ava'
import { AbortError, connect, createServer, errorCodes, TelnetError } from 'telnetkit'
import { joined } from './support/raw-peer.js'

test('every error is a TelnetError with code, message and name', async (t) => {
  const { session } = await joined(t)
  const attempts: [string, () => unknown][] = [
    ['TELNET_BAD_ARGUMENT', () => session.sendCommand(5)],
    ['TELNET_BAD_OPTION', () => createServer({ timeout: -1 })],
    ['TELNET_UNKNOWN_ENCODING', () => createServer({ encoding: 'klingon' })],
    ['TELNET_UNKNOWN_OPTION', () => session.waitFor({ local: { NONSENSE: true } as never })],
    ['TELNET_TIMEOUT', () => session.readLine({ timeout: 1 })],
    ['ABORT_ERR', () => session.readLine({ signal: AbortSignal.abort() })],
    ['TELNET_BUSY', () => Promise.all([session.readLine({ timeout: 20 }), session.readLine()])],
    ['EINVAL', () => connect({ port: 0, host: '127.0.0.1' })],
  ]
  for (const [code, attempt] of attempts) {
    const error = await t.throwsAsync(async () => void (await attempt()), { instanceOf: TelnetError }, code)
    if (code !== 'EINVAL') t.is(error?.code, code)
    t.regex(error?.message ?? '', /^[A-Z].*[^.\n]$/, code)
    t.is(error?.name, code === 'ABORT_ERR' ? 'AbortError' : 'TelnetError')
    if (error?.code.startsWith('TELNET_')) t.true(error.code in errorCodes)
  }
})

test('an AbortError is what Node would give, with the reason as its cause', (t) => {
  const error = new AbortError('reason')
  t.like(error, { name: 'AbortError', code: 'ABORT_ERR', cause: 'reason' })
  t.true(error instanceof TelnetError)
  t.is(String(error), 'AbortError: The operation was aborted')
})

test('what an error has not to say it does not have', (t) => {
  const error = new TelnetError('TELNET_TIMEOUT', 'Message', { timeout: 5, address: undefined })
  t.deepEqual(Object.keys(error).sort(), ['code', 'timeout'])
  t.false('cause' in error)
  t.is(error.timeout, 5)
})
