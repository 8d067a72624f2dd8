// What --list-encodings prints: for a person a table that fits the terminal, for a program a line a set, with tabs between name, other
// names, and what it is.

import { encodings } from '#telnetkit'

/** @param columns of the terminal; without one, a line a set */
export function encodingList(columns: number | undefined): string {
  const sets = encodings()
  if (columns === undefined) {
    const lines = sets.map(({ name, aliases, description }) => `${name}\t${aliases.join(' ')}\t${description}\n`)
    return lines.join('')
  }
  const indent = Math.max(...sets.map(({ name }) => name.length)) + 2
  const entries = sets.map(({ name, aliases, description }) => {
    const lines = [description, ...filled(aliases, Math.max(columns - indent - 1, 1))]
    return lines.map((line, index) => `${(index === 0 ? name : '').padEnd(indent)}${line}\n`).join('')
  })
  return `${entries.join('')}\nCase, hyphens, underscores and blanks in a name do not matter.\n`
}

/** Words in lines of so many columns; a longer word has a line of its own. */
function filled(words: readonly string[], columns: number): string[] {
  const lines: string[] = []
  for (const word of words) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
