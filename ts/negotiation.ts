// Options as the program sees them: `session.local` (what we do: WILL) and `session.remote` (what the peer does: DO), by the
// Q method of RFC 1143, which the Rust core keeps.

import { courses, type OptionCourse, type OptionState, type Side, states } from './binding.js'
import { checkNames, flag } from './checks.js'
import type { Connection } from './connection.js'
import { Option } from './constants.js'
import { type ByOption, type OptionKey, optionNumber } from './options.js'
import type { OwnOptions } from './own-option.js'
import { checkWait, type WaitOptions } from './waiting.js'

/** Options by name or number, and whether each shall be on. */
export type OptionConditions = ByOption<boolean>

/** What `waitFor` waits for; all of it must hold. */
export interface WaitForConditions {
  /** What we do ourselves; `false`: off, or never spoken of. */
  local?: OptionConditions
  /** What the peer does. */
  remote?: OptionConditions
  /** Whether a request of ours, on either side, waits for its answer. */
  pending?: OptionConditions
}

/**
 * Asks the peer to have an option on, or off. Returns what tells whether that has its answer; `null`: there was nothing to ask. For
 * the package's own use.
 */
export let request: (view: OptionView, option: OptionKey, on: boolean) => (() => boolean) | null

/** One side of all options. Each is given by its name, such as `'NAWS'`, or by its number. */
export class OptionView {
  readonly #connection: Connection
  readonly #side: Side

  static {
    request = (view, option, on) => view.#request(option, on)
  }

  constructor(connection: Connection, side: Side) {
    this.#connection = connection
    this.#side = side
  }

  /** True if the option is on. */
  has(option: OptionKey): boolean {
    return this.#connection.isOn(this.#side, this.#number(option))
  }

  /**
   * The state of the option by RFC 1143: `No`, `Yes`, and while an answer is due `WantNo`, `WantYes`, or with the opposite
   * wish queued behind it `WantNoOpposite`, `WantYesOpposite`.
   */
  state(option: OptionKey): OptionState {
    const isOn = this.has(option)
    const state = this.#coreState(this.#number(option))
    return isPending(state) ? state : isOn ? 'Yes' : 'No'
  }

  /** How it came to stand so: nobody spoke of it, or whose word it was. */
  course(option: OptionKey): OptionCourse {
    return courses[this.#connection.optionCourse(this.#side, this.#number(option))]!
  }

  /**
   * Asks for the option and resolves with whether it is on: `local.enable` says WILL, `remote.enable` DO. What the policy
   * says of it doesn't matter. Asks nothing where it is on already.
   *
   * A timing mark is no option in this sense: `enable(Option.TM)` resolves with `false`; see `session.timingMark()`.
   *
   * Rejects with TELNET_TIMEOUT, TELNET_CLOSED, or an AbortError; and with TELNET_UNKNOWN_OPTION.
   */
  async enable(option: OptionKey, options?: WaitOptions): Promise<boolean> {
    checkWait(options)
    await this.#until(option, this.#request(option, true), options)
    return this.has(option)
  }

  /**
   * Switches the option off and resolves when it is, which is at once, or where a request to switch it on is under way, when
   * that has its answer. `local.disable` says WONT, `remote.disable` DONT.
   *
   * Rejects as {@link enable} does.
   */
  async disable(option: OptionKey, options?: WaitOptions): Promise<void> {
    checkWait(options)
    await this.#until(option, this.#request(option, false), options)
  }

  #request(option: OptionKey, on: boolean): (() => boolean) | null {
    const number = this.#number(option)
    if (on ? this.has(number) || number === Option.TM : this.state(number) === 'No') return null
    this.#connection.ask(this.#side, number, on)
    return () => {
      const state = this.#coreState(number)
      if (!on) return !this.has(number) && (state === 'No' || state === 'WantNo')
      // What the core knows must have come here, too.
      return !isPending(state) && this.has(number) === (state === 'Yes')
    }
  }

  async #until(option: OptionKey, isDone: (() => boolean) | null, options?: WaitOptions): Promise<void> {
    if (isDone !== null) await this.#connection.until(answerAbout(option), isDone, options)
  }

  #number(option: OptionKey): number {
    return optionNumber(option, this.#connection.settings.own)
  }

  #coreState(option: number): OptionState {
    return states[this.#connection.optionState(this.#side, option)]!
  }
}

/** What a wait for an answer is called. */
export function answerAbout(option: OptionKey): string {
  return `The answer about option ${option}`
}

/** Whether all of it holds now. Throws TELNET_UNKNOWN_OPTION, TELNET_BAD_OPTION. */
export function compile(
  conditions: WaitForConditions,
  [local, remote]: readonly [OptionView, OptionView],
  own: OwnOptions,
): () => boolean {
  checkNames(conditions, ['local', 'remote', 'pending'])
  const isOn = (view: OptionView) => (option: number) => view.has(option)
  const isDue = (option: number) => [local, remote].some((view) => isPending(view.state(option)))
  const checks = [
    ...compileSide(conditions.local, own, isOn(local)),
    ...compileSide(conditions.remote, own, isOn(remote)),
    ...compileSide(conditions.pending, own, isDue),
  ]
  return () => checks.every((check) => check())
}

function compileSide(
  conditions: OptionConditions | undefined,
  own: OwnOptions,
  holds: (option: number) => boolean,
): (() => boolean)[] {
  return Object.entries(conditions ?? {}).map(([name, wanted]) => {
    const option = optionNumber(name, own)
    flag(name, wanted, true)
    return () => wanted === undefined || holds(option) === wanted
  })
}

function isPending(state: OptionState): boolean {
  return state !== 'Yes' && state !== 'No'
}
