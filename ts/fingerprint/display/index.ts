// What a caller sees of their own fingerprint: on a terminal that is drawn on, on one that prints lines, or as JSON for a program.

import type { Session } from '../../session.js'
import type { Json } from '../canonical.js'
import { Explorer } from './explorer.js'
import { type Look, Screen } from './screen.js'
import { converse } from './teletype.js'
import type { Records, Visitor } from './visitor.js'

/** How it is shown. */
export type Form = 'screen' | 'lines' | 'json'

/** Resolves when the caller has seen enough, or is gone. */
export async function display(
  session: Session,
  form: Form,
  look: Look,
  visitor: Visitor,
  records: Records,
): Promise<void> {
  if (form === 'json') session.write(`${plainJson(visitor.document)}\n`)
  else if (form === 'lines') await converse(new Screen(session, look), visitor, records)
  else await new Explorer(new Screen(session, look), visitor, records).run()
}

/** JSON in ASCII alone, so that it is the same in every character set, and moves no cursor. */
function plainJson(document: Json): string {
  const text = JSON.stringify(document, null, 2)
  return text.replace(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
