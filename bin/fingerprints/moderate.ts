// `fingerprints moderate`: goes through the fingerprints that have no name, or for which people suggest another, and asks for one.

import { type Census, type Counted, largestFirst } from '../../ts/fingerprint/census.js'
import { visible } from '../../ts/fingerprint/display/visible.js'
import { validName } from '../../ts/fingerprint/names.js'
import { Asking } from './asking.js'
import type { Work } from './index.js'
import { idleLines, namesWithoutData, tidy } from './prune.js'
import { serverContext } from './server-context.js'
import { description } from './show.js'
import { many, shownName } from './words.js'

interface Flags {
  readonly checkRevise: boolean
  readonly noPrune: boolean
  readonly noDns: boolean
}

export async function moderate(work: Work, { checkRevise, noPrune, noDns }: Flags): Promise<void> {
  const asking = new Asking()
  try {
    const census = noPrune ? await work.count() : await tidy(work)
    if (!noPrune) await offerToRemove(work, asking, census)
    const due = census.fingerprints.filter((one) => (checkRevise ? isDisputed(one) : one.name === undefined))
    if (due.length === 0) work.print(checkRevise ? 'Nobody suggests another name.' : 'All fingerprints have names.')
    let given = 0
    for (const [index, one] of due.entries()) {
      work.print('', '─'.repeat(60), `${index + 1} of ${due.length}`, ...description(one, census))
      if (one.subject === 'server') work.print(...(await serverContext(one, { dns: !noDns })))
      const name = await nameFor(work, asking, one, checkRevise)
      if (name === undefined) break
      if (name === '') continue
      await work.store.names.set(one.hash, name)
      work.print(`${one.hash}: ${visible(name)}`)
      given++
    }
    if (due.length > 0) work.print(`${many(given, 'name')} given.`)
  } finally {
    asking.close()
  }
}

async function offerToRemove(work: Work, asking: Asking, census: Census): Promise<void> {
  const idle = await namesWithoutData(work, census)
  if (idle === undefined || idle.length === 0) return
  work.print(...idleLines(idle))
  const answer = await asking.ask('Remove? [y/N] ')
  if (!/^y(es)?$/i.test(answer ?? '')) return
  await work.store.names.remove(idle.map(([hash]) => hash))
  work.print(`${many(idle.length, 'name')} taken away.`)
}

/** True if it has a name, and somebody says another. */
function isDisputed({ name, revisions }: Counted): boolean {
  return name !== undefined && [...revisions.keys()].some((other) => other !== name && validName(other) !== undefined)
}

/** The name that is typed; empty if there shall be none, or no other; undefined when there are no more answers. */
async function nameFor(work: Work, asking: Asking, one: Counted, isRevision: boolean): Promise<string | undefined> {
  const suggested = largestFirst(isRevision ? one.revisions : one.suggestions).map(([name]) => name)
  // The usual answer: what most people say, or the table of programs. Nothing that cannot be shown is offered.
  const said = suggested.find((name) => validName(name) === name && name !== one.name)
  const usual = said ?? (isRevision ? undefined : one.program)
  const now = isRevision ? `Now ${shownName(one)}. ` : ''
  const hint = usual === undefined ? 'return for none' : `return for "${visible(usual)}", - for none`
  for (;;) {
    const answer = await asking.ask(`${now}Name (${hint}): `)
    if (answer === undefined) return undefined
    if (answer === '-') return ''
    if (answer === '') return usual ?? ''
    const name = validName(answer)
    if (name !== undefined) return name
    work.print('A name has 1 to 80 characters, and none that cannot be seen.')
  }
}
