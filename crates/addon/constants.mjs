// Writes ts/constants.ts from the registries of crates/telnet-proto, as the addon tells them: `npm run build:constants`.
// It prints to standard output; a test compares what it prints with the file that is committed.

import native from '#native'

const source = `\
// The numbers of Telnet's options, commands and special characters. Generated from the registry of the Rust core; \`npm run build:constants\`
// writes it anew.

/** Telnet options by name: the registry of IANA, and what the MUD world added. */
export const Option = {
${table(native.options())}
} as const

/** The number of a known option. */
export type Option = (typeof Option)[keyof typeof Option]

/** The name of a known option, such as \`NAWS\`. */
export type OptionName = keyof typeof Option

/** Telnet commands by name: the byte after IAC (RFC 854, RFC 885, RFC 1184). */
export const Command = {
${table(native.commands())}
} as const

/** The number of a command. */
export type Command = (typeof Command)[keyof typeof Command]

/** The name of a command, such as \`AYT\`. */
export type CommandName = keyof typeof Command

/** Functions that a character can have by name (RFC 1184, SLC). */
export const Special = {
${table(native.specials())}
} as const

/** The number of a function of special characters. */
export type Special = (typeof Special)[keyof typeof Special]
`

function table(rows) {
  return rows.map(({ name, code }) => `  ${name}: ${code},`).join('\n')
}

process.stdout.write(source)
