// What the user's locale says of the terminal. The client speaks UTF-8 with it, as all terminals of today do; where the locale names
// another set, what is shown may be wrong, and the user should know why.

import { charsetName } from '../ts/binding.js'

/** The setting that names a set other than UTF-8, such as `LANG=de_DE.ISO-8859-1`; `undefined` where none does. */
export function foreignLocale(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  const name = ['LC_ALL', 'LC_CTYPE', 'LANG'].find((variable) => environment[variable])
  const value = name === undefined ? '' : environment[name]!
  const [, charset] = /\.([^@]+)/.exec(value) ?? []
  return charset === undefined || charsetName(charset) === 'UTF-8' ? undefined : `${name}=${value}`
}
