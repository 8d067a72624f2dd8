// The commands of telsh. Adding one is a row of the table.

import { version } from '../binding.js'
import { charset } from './telsh-charset.js'
import { dump, dumpDetails } from './telsh-dump.js'
import { linemode, specials } from './telsh-linemode.js'
import { toggle } from './telsh-toggle.js'
import type { Visit } from './telsh-visit.js'
import { who } from './telsh-who.js'
import { describeReader, describeWriter } from './telsh-writer.js'

/** A command: its arguments in, what to show out, with LF between lines. */
export interface Command {
  readonly name: string
  /** What may stand after its name, as the list of all commands tells it. */
  readonly usage?: string
  /** What it does, in a few words. */
  readonly summary: string
  /** What else there is to know: lines of at most 78 characters. */
  readonly details: readonly string[]
  run(visit: Visit, args: readonly string[]): string | Promise<string>
}

export const NO_SUCH_COMMAND = 'no such command.'

export const commands: readonly Command[] = [
  {
    name: 'help',
    usage: '[command]',
    summary: 'this list, or more about a command',
    details: ['What stands in [brackets] may be left out.'],
    run: (_visit, [name]) => help(name),
  },
  {
    name: 'quit',
    summary: 'leave',
    details: ['Ends the connection. So does Ctrl-D at the beginning of a line.'],
    run: quit,
  },
  {
    name: 'explain',
    summary: 'why your connection is as it is',
    details: [
      'Who edits lines and shows them, which character set is spoken, and of each',
      'option who asked for it and who refused.',
    ],
    run: ({ session }) => session.explain().trimEnd(),
  },
  {
    name: 'writer',
    summary: 'what your client and this server have agreed on',
    details: [
      'mode: who edits lines and shows them; character: this server, line: your',
      'client. lineflow: your terminal stops at Ctrl-S; xon_any: any key lets it go',
      'on. server-will: the options of Telnet that this server has on. client-will:',
      'those that your client has on. failed-reply: requests of this server that',
      'your client has not answered.',
    ],
    run: describeWriter,
  },
  {
    name: 'slc',
    summary: 'your keys with a meaning (LINEMODE)',
    details: [
      'Which character your client has for which function of RFC 1184. variable: you',
      'may have another; cantchange: this one only. flushin, flushout: with it goes',
      'a Synch, and output under way is thrown away.',
    ],
    run: specials,
  },
  {
    name: 'linemode',
    summary: 'who edits lines, where LINEMODE is on',
    details: [
      'EDIT: your client edits lines. TRAPSIG: it sends signals as commands.',
      'SOFT_TAB: it makes blanks of tabs. LIT_ECHO: it shows control characters as',
      'they are. ACK: it has agreed to that. toggle linemode begins with it.',
    ],
    run: linemode,
  },
  {
    name: 'toggle',
    usage: '[option|all]',
    summary: 'show the options, or switch one on or off',
    details: [
      'echo: this server shows what you type. goahead: it says when it is your turn.',
      'outbinary, inbinary: text is not limited to ASCII, from here and from you;',
      'binary is both. lflow: your terminal stops at Ctrl-S; xon-any: any key lets',
      'it go on. linemode: LINEMODE is on; linemode-edit, linemode-trapsig: parts of',
      'its mode. all: echo, goahead, outbinary, inbinary, xon-any and lflow. Your',
      'client is asked, and may refuse.',
    ],
    run: (visit, [name]) => toggle(visit, name),
  },
  {
    name: 'charset',
    usage: '[name]',
    summary: 'which character set is spoken, or speak another',
    details: [
      'With a name, such as latin1 or cp437, your client is asked to speak that set',
      'from here on; one that does not know CHARSET is taken to speak it.',
    ],
    run: charset,
  },
  {
    name: 'reader',
    summary: 'how what you send is read',
    details: [
      'encoding: the character set. limit: how much you may send ahead. buflen: how',
      'much of what you sent is still to be read. eof: your client has said that',
      'nothing more comes.',
    ],
    run: describeReader,
  },
  {
    name: 'proto',
    summary: 'where you come from',
    details: ['Your address and port, as this server sees them.'],
    run: ({ session: { remoteAddress = 'unknown', remotePort = 0 } }) => `<Peer ${remoteAddress} ${remotePort}>`,
  },
  {
    name: 'who',
    summary: 'who else is here',
    details: [
      'Everybody who is connected to this server: since when, for how long without a',
      'command, with which terminal. Of the addresses of others you see the network.',
    ],
    run: who,
  },
  {
    name: 'dump',
    usage: '[kb]',
    summary: 'rows of slashes, to see how you take much output',
    details: dumpDetails,
    run: dump,
  },
  {
    name: 'version',
    summary: 'which telnetkit this is',
    details: ['The version of the server.'],
    run: () => `telnetkit ${version()}`,
  },
]

/** All commands, or all about one. */
function help(name: string | undefined): string {
  if (name === undefined) return commands.map(row).join('\n')
  const command = commands.find((one) => one.name === name)
  return command ? [row(command), '', ...command.details].join('\n') : NO_SUCH_COMMAND
}

function row({ name, usage = '', summary }: Command): string {
  return `${`${name} ${usage}`.padEnd(20)} ${summary}`
}

function quit(visit: Visit): string {
  visit.isOver = true
  return 'Goodbye.'
}
