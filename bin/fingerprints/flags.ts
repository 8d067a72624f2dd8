// The flags of `telnetkit-server fingerprints`: which commands there are, and what each takes.

import type { Tool } from '../command-line.js'
import type { Flag, Flags } from '../flags.js'

const PROGRAM = 'telnetkit-server fingerprints'

const data = 'Data'

/** Where the fingerprints are; every command takes it. */
const dataDir: Flag<string | undefined> = {
  group: data,
  argument: '<folder>',
  help: 'the data directory in which a fingerprinting server stored what it found',
  told: '$TELNETKIT_DATA_DIR',
  fallback: undefined,
  parse: (typed) => typed,
}

const json = toggle('Output', 'print JSON, for programs')

const HASH = 'a fingerprint: sixteen hex digits, or as many of the first as no other begins with'

/** `telnetkit-server fingerprints` itself, which is told what to do. */
export const program = describe('', {
  brief: '',
  summary: 'Shows, names and compares the fingerprints that a server or a client of telnetkit stored.',
  operands: [['<command>', 'what to do: see below']],
  flags: { dataDir },
  epilogue: '',
})

export const commands = {
  list: describe('list', {
    brief: 'all fingerprints',
    summary: 'Lists all fingerprints, those which were seen most often first.',
    operands: [],
    flags: { dataDir, json },
    epilogue: '',
  }),
  show: describe('show', {
    brief: 'all that is known of one',
    summary: 'Tells all that is known of a fingerprint.',
    operands: [['<hash>', HASH]],
    flags: { dataDir, json },
    epilogue: '',
  }),
  name: describe('name', {
    brief: 'give one a name, or take it away',
    summary: 'Gives a fingerprint a name, or another one; with --remove, takes it away.',
    operands: [
      ['<hash>', `${HASH}; all sixteen, if none is stored yet`],
      ['[name]', 'what it is, such as "inetutils telnet 2.4"'],
    ],
    flags: { dataDir, remove: toggle('Output', 'take the name away') },
    epilogue: '',
  }),
  compare: describe('compare', {
    brief: 'how like each other two are',
    summary: 'Tells how like each other two fingerprints are, and what is different.',
    operands: [
      ['<hash>', HASH],
      ['<other>', 'another one'],
    ],
    flags: { dataDir, json },
    epilogue: '',
  }),
  prune: describe('prune', {
    brief: 'put the data directory in order',
    summary:
      'Brings documents to where their hashes say that they belong, takes away what writers that died left behind, ' +
      'and tells which names have no data; with --yes, those are taken away.',
    operands: [],
    flags: { dataDir, yes: toggle('Data', 'take names without data away') },
    epilogue: '',
  }),
  moderate: describe('moderate', {
    brief: 'go through those without a name, and ask',
    summary:
      'Goes through the fingerprints that have no name, tells what is known of each and what people suggest, and asks for a name.',
    operands: [],
    flags: {
      dataDir,
      checkRevise: toggle(
        'Questions',
        'go through those instead that have a name, and for which people suggest another',
      ),
      noPrune: toggle('Questions', 'do not begin with what prune does'),
      noDns: toggle('Questions', 'do not look up the names and addresses of servers'),
    },
    epilogue: 'Ctrl-D ends it. What was answered by then is stored.',
  }),
  report: describe('report', {
    brief: 'a page with charts and tables',
    summary: 'Writes a page with charts and tables of all that is stored: one file, which needs nothing else.',
    operands: [['<file>', 'the page to write, such as report.html; - for standard output']],
    flags: { dataDir },
    epilogue: '',
  }),
}

/** What can be done. */
export type CommandName = keyof typeof commands

type Description<List extends Flags> = Omit<Described<List>, 'name'>

/** A tool but for its version, which takes longer to find out than the rest. */
export type Described<List extends Flags> = Omit<Tool<List>, 'version'> & { readonly brief: string }

function describe<const List extends Flags>(name: string, description: Description<List>): Described<List> {
  return { name: `${PROGRAM} ${name}`.trim(), ...description }
}

function toggle(group: string, help: string): Flag<boolean> {
  return { group, help, fallback: false, parse: () => true }
}
