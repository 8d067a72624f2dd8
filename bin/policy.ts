// What the flags --always-will and its kin make of the policy: which Telnet options the client begins with and which it
// refuses, whatever it would do by itself.

import type { Policy } from '#telnetkit'
import { Option } from '../ts/constants.js'
import { UsageError } from './report.js'

/** Options, by number, that were named for each flag. */
export interface Always {
  readonly alwaysWill: readonly number[]
  readonly alwaysDo: readonly number[]
  readonly alwaysWont: readonly number[]
  readonly alwaysDont: readonly number[]
}

/**
 * Adds to a policy what the flags say: WILL and DO are said when the connection opens and answered with yes; WONT and DONT
 * refuse also what the client would agree to.
 * @throws UsageError for an option that shall be and shall not be
 */
export function withAlways(policy: Policy, always: Always): Policy {
  const { alwaysWill, alwaysDo, alwaysWont, alwaysDont } = always
  refuseBoth('--always-will', alwaysWill, '--always-wont', alwaysWont)
  refuseBoth('--always-do', alwaysDo, '--always-dont', alwaysDont)
  return {
    local: { ...policy.local, ...stances(alwaysWill, 'request'), ...stances(alwaysWont, 'refuse') },
    remote: { ...policy.remote, ...stances(alwaysDo, 'request'), ...stances(alwaysDont, 'refuse') },
  }
}

/** The name of an option, or its number where it has none. */
export function optionName(option: number): string {
  return Object.entries(Option).find(([, number]) => number === option)?.[0] ?? String(option)
}

/** By name where there is one, as the policies of the client have them: one key an option, or none would be the last word. */
function stances(options: readonly number[], stance: 'request' | 'refuse'): Record<string, typeof stance> {
  return Object.fromEntries(options.map((option) => [optionName(option), stance]))
}

function refuseBoth(yes: string, wanted: readonly number[], no: string, unwanted: readonly number[]): void {
  const both = wanted.find((option) => unwanted.includes(option))
  if (both !== undefined) throw new UsageError(`${yes} and ${no} both name ${optionName(both)}`)
}
