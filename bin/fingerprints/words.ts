// How fingerprints are put into words: in columns, and so that whatever strangers said moves no cursor.

import type { Counted } from '../../ts/fingerprint/census.js'
import { visible } from '../../ts/fingerprint/display/visible.js'

/** What a fingerprint is of. */
export const SUBJECTS = { telnet: 'Telnet client', terminal: 'terminal', server: 'server' } as const

/** The name of a fingerprint, or that it has none, and which program answers so. */
export function shownName({ name, program }: Pick<Counted, 'name' | 'program'>): string {
  if (name !== undefined) return visible(name)
  return program === undefined ? '(no name)' : `(no name; answers as ${program})`
}

/** The day of a time that stands in a document. */
export function day(time: string | undefined): string {
  return time === undefined ? '-' : visible(time.slice(0, 10))
}

/** `1 client`, `2 clients`. */
export function many(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}

/**
 * Lines of a table. All cells but the last of a row are of ASCII.
 * @param right columns of numbers
 */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = rows[0]?.map((_, index) => Math.max(...rows.map((row) => row[index]!.length))) ?? []
  return rows.map((row) =>
    row
      .map((cell, index) => {
        if (right.includes(index)) return cell.padStart(widths[index]!)
        return index === row.length - 1 ? cell : cell.padEnd(widths[index]!)
      })
      .join('  '),
  )
}
