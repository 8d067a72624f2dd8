// The machines whose character sets are more than that: what comes has controls and colours of their own, and their keyboards send
// what no modern one does. By the name of the set that the user gave with --encoding.

import { TelnetError } from '#telnetkit'
import { charsetName } from '../../ts/binding.js'
import { UsageError } from '../report.js'
import { AtasciiScreen, atasciiByte } from './atascii.js'
import type { ColourDepth } from './colours.js'
import type { KeyTable } from './keys.js'
import { NarrowScreen, type NarrowSize } from './narrow-screen.js'
import { PetsciiScreen, petsciiByte } from './petscii.js'
import { Vt52Screen } from './vt52.js'

/** What becomes of characters that a machine does not have: `?`, nothing, or an error. */
export type ErrorRule = 'replace' | 'ignore' | 'strict'

/** What shows a modern terminal what a server sends: bytes, or text where the machine's set leaves nothing to be told from it. */
export interface MachineScreen<Data> {
  /** What to write to the terminal. @param isBinary BINARY is agreed: a NUL behind a CR is meant */
  show(data: Data, isBinary: boolean): string
}

export interface ScreenFacts {
  readonly size: () => NarrowSize
  readonly depth: ColourDepth
}

interface Common {
  /** Columns of its screen; `undefined`: those of the terminal. */
  readonly columns: number | undefined
  readonly keys: KeyTable
}

/** A machine that is spoken with in bytes. */
export interface BytesMachine extends Common {
  readonly speaks: 'bytes'
  /** The end of a line that is piped in. */
  readonly lineEnd: string
  readonly byteOf: (character: string) => number | undefined
  readonly screen: (facts: ScreenFacts) => MachineScreen<Buffer>
}

/** A machine that is spoken with in the session's text. */
export interface TextMachine extends Common {
  readonly speaks: 'text'
  readonly screen: (facts: ScreenFacts) => MachineScreen<string>
}

export type Machine = BytesMachine | TextMachine

export interface MachineOptions {
  /** Keys of several characters are sent as a modern terminal does. */
  readonly ansiKeys: boolean
  /** Lines end as in ASCII, where the machine has an end of its own. */
  readonly asciiEol: boolean
}

/** The machine of a character set, by any name of it; `undefined` where it is a set and no more. */
export function machineFor(encoding: string, options: MachineOptions): Machine | undefined {
  const name = charsetName(encoding) ?? ''
  if (options.asciiEol && name !== 'ATASCII') throw new UsageError('--ascii-eol is for --encoding atascii')
  const machine = name === 'ATASCII' ? atascii(options.asciiEol) : MACHINES[name]
  if (!options.ansiKeys) return machine
  if (!machine) throw new UsageError('--ansi-keys is for --encoding atascii, petscii or atarist')
  return { ...machine, keys: new Map([...machine.keys].filter(([sequence]) => sequence.length === 1)) }
}

/**
 * Makes bytes, as Latin-1, of text. Control characters are themselves.
 * @throws TELNET_ENCODE under `strict`, at a character that the machine does not have
 */
export function bytesOf(machine: BytesMachine, text: string, errors: ErrorRule): string {
  let bytes = ''
  for (const character of text) {
    const byte = character < ' ' || character === '\x7f' ? character.charCodeAt(0) : machine.byteOf(character)
    if (byte !== undefined) bytes += String.fromCharCode(byte)
    else if (errors === 'replace') bytes += '?'
    else if (errors === 'strict') {
      const point = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')
      throw new TelnetError('TELNET_ENCODE', `the machine's character set has no U+${point}`)
    }
  }
  return bytes
}

/** A key as terminals send it, in both modes of their cursor keys. */
function cursor(letter: string, sent: string): [string, string][] {
  return [`\x1b[${letter}`, `\x1bO${letter}`].map((sequence) => [sequence, sent])
}

/** Home has four sequences, by the terminal and its mode. */
function home(sent: string): [string, string][] {
  return [...cursor('H', sent), ['\x1b[1~', sent], ['\x1b[7~', sent]]
}

/** F1 to F4 have a sequence of their own on xterm, and another on others. */
function functionKeys(...sent: string[]): [string, string][] {
  const numbers = [11, 12, 13, 14, 15, 17, 18, 19]
  const first = [...'PQRS'].map((letter, index): [string, string] => [`\x1bO${letter}`, sent[index]!])
  return [...first, ...numbers.map((number, index): [string, string] => [`\x1b[${number}~`, sent[index]!])]
}

function atascii(asciiEol: boolean): BytesMachine {
  const lineEnds: [string, string][] = asciiEol ? [] : [...'\r\n'].map((lineEnd) => [lineEnd, '\x9b'])
  return {
    speaks: 'bytes',
    columns: 40,
    lineEnd: asciiEol ? '\r\n' : '\x9b',
    keys: new Map([
      ...lineEnds,
      ['\x7f', '\x7e'],
      ['\b', '\x7e'],
      ['\t', '\x7f'],
      ['\x1b[3~', '\x7e'],
      ...cursor('A', '\x1c'),
      ...cursor('B', '\x1d'),
      ...cursor('C', '\x1f'),
      ...cursor('D', '\x1e'),
    ]),
    byteOf: atasciiByte,
    screen: ({ size }) => new AtasciiScreen({ screen: new NarrowScreen(size), asciiEol }),
  }
}

const PETSCII: BytesMachine = {
  speaks: 'bytes',
  columns: 40,
  lineEnd: '\r',
  keys: new Map([
    ['\n', '\r'],
    ['\x7f', '\x14'],
    ['\b', '\x14'],
    ['\x1b[3~', '\x14'],
    ['\x1b[2~', '\x94'],
    ...home('\x13'),
    ...cursor('A', '\x91'),
    ...cursor('B', '\x11'),
    ...cursor('C', '\x1d'),
    ...cursor('D', '\x9d'),
    ...functionKeys('\x85', '\x89', '\x86', '\x8a', '\x87', '\x8b', '\x88', '\x8c'),
  ]),
  byteOf: petsciiByte,
  screen: ({ size, depth }) => new PetsciiScreen({ screen: new NarrowScreen(size), depth, unshifted: false }),
}

const PETSCII_UNSHIFTED: BytesMachine = {
  ...PETSCII,
  screen: ({ size, depth }) => new PetsciiScreen({ screen: new NarrowScreen(size), depth, unshifted: true }),
}

const ATARI_ST: TextMachine = {
  speaks: 'text',
  columns: undefined,
  keys: new Map([
    ['\x7f', '\b'],
    ['\x1b[3~', '\x7f'],
    ['\x1b[2~', '\x1bI'],
    ...home('\x1bH'),
    ...cursor('A', '\x1bA'),
    ...cursor('B', '\x1bB'),
    ...cursor('C', '\x1bC'),
    ...cursor('D', '\x1bD'),
  ]),
  screen: ({ depth }) => new Vt52Screen(depth),
}

const MACHINES: Readonly<Record<string, Machine>> = {
  PETSCII,
  'PETSCII-unshifted': PETSCII_UNSHIFTED,
  ATARIST: ATARI_ST,
}
