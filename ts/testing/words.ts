// Bytes of Telnet from the words that `describeWire` makes of them.

import { Command, Option } from '../constants.js'

/**
 * Bytes of Telnet as one reads them: `wire('IAC SB NAWS 0 80 0 24 IAC SE "text"')`. Names of commands, and of options where
 * one follows; numbers; strings in quotes, whose characters are bytes.
 */
export function wire(description: string): Buffer {
  const words = description.match(/"(?:\\.|[^"])*"|\S+/g) ?? []
  return Buffer.concat(words.map((word, index) => bytesOf(word, words[index - 1] ?? '')))
}

function bytesOf(word: string, before: string): Buffer {
  if (word.startsWith('"')) return Buffer.from(JSON.parse(word), 'latin1')
  const names: Record<string, number> = /^(WILL|WONT|DO|DONT|SB)$/.test(before) ? Option : Command
  const byte = names[word] ?? Number(word)
  if (!(byte >= 0 && byte <= 255)) throw new Error(`${word} is no byte`)
  return Buffer.of(byte)
}
