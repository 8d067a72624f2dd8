// A shell for tests: it tells its visitor whatever the visitor's program says to it that is not text.

import { Command, Option, Special } from 'telnetkit'

const name = (names, code) => Object.entries(names).find(([, known]) => known === code)?.[0] ?? code

const modeWords = (mode) =>
  mode === null
    ? 'none'
    : Object.keys(mode)
        .filter((key) => mode[key])
        .join(' ') || 'nothing'

const specialWords = ([special, { support, character }]) => `${name(Special, special)} ${support} ${character ?? '-'}`

export default async function (session) {
  const say = (text) => session.write(`[${text}]\n`)
  session.on('synch', () => say('synch'))
  session.on('command', (command) => say(`command ${name(Command, command)}`))
  session.on('option', (side, option, on) => say(`${side} ${name(Option, option)} ${on ? 'on' : 'off'}`))
  session.on('subnegotiation', (option, bytes) =>
    say(`subnegotiation ${name(Option, option)} ${bytes.toString('hex')}`),
  )
  session.on('logout', (notice) => say(`logout ${notice}`))
  session.on('terminalSpeed', ({ transmit, receive }) => say(`speed ${transmit} ${receive}`))
  session.on('violation', ({ code }) => say(`violation ${code}`))
  session.on('linemode', (mode) => say(`linemode ${modeWords(mode)}`))
  session.on('special', (special) => say(`special ${name(Special, special)}`))
  say('ready')
  for await (const line of session.lines()) {
    const [word, ...rest] = line.split(' ')
    if (word === 'status') {
      const status = await session.requestStatus({ timeout: 5_000 })
      say(
        status === null
          ? 'no status'
          : `status ${status.disagreements.map((one) => JSON.stringify(one)).join(' ') || 'agrees'}`,
      )
    } else if (word === 'explain') {
      session.write(session.explain())
    } else if (word === 'mode') {
      say(`${session.mode}: ${modeWords(session.linemode)}`)
    } else if (word === 'special') {
      session.setSpecial(Special[rest[0]], Number(rest[1]))
    } else if (word === 'specials') {
      say(`specials ${[...session.specialCharacters].map(specialWords).join(', ')}`)
    } else if (word === 'speed') {
      await session.remote.enable(Option.TSPEED)
    } else {
      say(`line ${[word, ...rest].join(' ')}`)
    }
  }
}
