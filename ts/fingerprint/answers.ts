// What a peer answers to questions about options: whether it performs them, whether it answers what already holds, and whether it
// agrees to what its role cannot have. All of it works in both roles.

import type { Side } from '../binding.js'
import { Command, Option } from '../constants.js'
import type { OptionView } from '../negotiation.js'
import { connectionOf } from '../session.js'
import type { AnySession } from './any-session.js'
import { nameInDocument, OPTIONS, type OptionGroup } from './groups.js'
import { Patience } from './patience.js'

/** What is known of an option: it is performed, it was refused, or nobody has said anything. */
export type Answer = 'WILL' | 'WONT' | 'timeout'

/** What a peer did with a question that it should refuse. No answer is a refusal. */
export type WrongWayAnswer = 'wrong-accept' | 'correct-refuse'

/** How to ask. */
export interface AskOptions {
  /** Whose performance is asked about: the peer's (DO), or our own (WILL). **Default:** `'remote'`. */
  side?: Side | undefined
  /** Gives it up: it rejects with an `AbortError`. */
  signal?: AbortSignal | undefined
}

/**
 * Asks for all options of a group in one burst, but those of which it is known already how they stand. Resolves with the answers
 * by name, in the order of the group.
 *
 * What the peer agrees to is on from then on. Rejects with TELNET_CLOSED, or an AbortError.
 */
export async function askFor(
  session: AnySession,
  options: OptionGroup,
  { side = 'remote', signal }: AskOptions = {},
): Promise<Map<string, Answer>> {
  const connection = connectionOf(session)
  const view = session[side]
  const patience = Patience.of(session)
  await patience.measure(signal)
  let due = Object.values(options).filter((option) => standing(view, option) === 'timeout')
  for (const option of due) connection.ask(side, option, true)
  const isDone = () => {
    due = due.filter((option) => standing(view, option) === 'timeout')
    return due.length === 0
  }
  if (due.length > 0) await patience.settle(isDone, signal)
  return new Map(Object.entries(options).map(([name, option]) => [name, standing(view, option)]))
}

/** How an option stands by the peer's word. One that we refused, or switched off, is none that the peer spoke of. */
function standing(view: OptionView, option: number): Answer {
  if (view.has(option)) return 'WILL'
  const course = view.course(option)
  return course === 'peerRefused' || course === 'peerEnded' ? 'WONT' : 'timeout'
}

/**
 * Says once more all that is agreed, on both sides. Resolves with the names of the options that the peer then answered, sorted: two
 * ends that do so never come to an end (RFC 1143). How the options stand does not change.
 *
 * Rejects with TELNET_CLOSED, or an AbortError.
 */
export async function findLooped(session: AnySession, signal?: AbortSignal): Promise<string[]> {
  const looped = new Set<string>()
  // One side after the other: inetutils, told of LINEMODE again, asks for SGA again, which is no answer to our WILL SGA.
  for (const [side, verb] of SIDES) {
    const agreed = OPTIONS.filter((option) => session[side].has(option) && !COMPRESSION.has(option))
    const questions = agreed.map((option): Question => [verb, option])
    for (const [, option] of await observe(session, questions, signal)) looped.add(nameInDocument(option))
  }
  return [...looped].sort()
}

/**
 * Asks for what the peer's role cannot have; by default, for what a server cannot. Resolves with what it did, by the name of the
 * option. Nothing is on afterwards that was not before.
 *
 * Rejects with TELNET_CLOSED, or an AbortError.
 */
export async function askWrongDirection(
  session: AnySession,
  questions: readonly Question[] = WRONG_OF_SERVERS,
  signal?: AbortSignal,
): Promise<Record<string, WrongWayAnswer>> {
  const { channel } = connectionOf(session)
  const heard = await observe(session, questions, signal)
  const answers = questions.map(([verb, option]): [string, WrongWayAnswer] => {
    const accepts = heard.some(([answer, about]) => about === option && answer === ANSWER.get(verb))
    if (accepts) channel.say(OPPOSITE.get(verb)!, option)
    return [nameInDocument(option), accepts ? 'wrong-accept' : 'correct-refuse']
  })
  channel.unobserve()
  return Object.fromEntries(answers)
}

/** A negotiation: its verb, and the option. */
export type Question = readonly [verb: number, option: number]

/** The size of a window and the type of a terminal are the client's; to echo is the server's. */
const WRONG_OF_SERVERS: readonly Question[] = [
  [Command.DO, Option.NAWS],
  [Command.DO, Option.TTYPE],
  [Command.WILL, Option.ECHO],
]

/** Says it whatever the state, and resolves with what the peer says of these sides. */
async function observe(session: AnySession, questions: readonly Question[], signal?: AbortSignal): Promise<Question[]> {
  const connection = connectionOf(session)
  const patience = Patience.of(session)
  const heard: Question[] = []
  if (questions.length === 0) return heard
  await patience.measure(signal)
  const due = new Set(questions.map(([verb, option]) => sideOf(ANSWER.get(verb)!, option)))
  connection.observer = (verb, option) => {
    heard.push([verb, option])
    due.delete(sideOf(verb, option))
  }
  for (const [verb, option] of questions) connection.channel.say(verb, option)
  try {
    await patience.settle(() => due.size === 0, signal)
  } finally {
    connection.observer = null
    connection.channel.unobserve()
  }
  return heard
}

/** A number for the side of an option that a verb of the peer's speaks of. */
function sideOf(verb: number, option: number): number {
  return option | (Number(verb === Command.WILL || verb === Command.WONT) << 8)
}

/** What agrees to a question. */
const ANSWER: ReadonlyMap<number, number> = new Map([
  [Command.DO, Command.WILL],
  [Command.WILL, Command.DO],
])

/** What takes a question back. */
const OPPOSITE: ReadonlyMap<number, number> = new Map([
  [Command.DO, Command.DONT],
  [Command.WILL, Command.WONT],
])

/** The sides in the order in which they are looked at, and what says that the option is wanted there. */
const SIDES = [
  ['remote', Command.DO],
  ['local', Command.WILL],
] as const

/** Who begins a compressed stream within another breaks both. */
const COMPRESSION: ReadonlySet<number> = new Set([Option.MCCP1, Option.MCCP2, Option.MCCP3])
