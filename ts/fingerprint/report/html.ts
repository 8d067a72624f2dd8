// Pieces of a page. A text becomes one only by way of `html`, which escapes it, so that nothing that a stranger said is ever markup.

import { visible } from '../display/visible.js'

/** A piece of HTML. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What may stand in a piece: pieces, text that is escaped, and nothing. */
export type Content = Html | string | number | false | undefined | readonly Content[]

/** HTML as it stands in a program, with contents put in. An attribute's value stands between double quotes. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(strings.map((string, index) => string + textOf(contents[index])).join(''))
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return ''
  if (content instanceof Html) return content.text
  if (typeof content === 'object') return content.map(textOf).join('')
  return visible(String(content)).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
