// What a scan answers to what servers ask: a table of what they show. The wording is that of servers in the wild, and of the
// reference's table row by row. Where it departs from that, for nobody's harm, each case stands here.

import test from 'ava'
import { promptIn, seemsToWait, urgentPromptIn } from '../ts/fingerprint/prompts.js'

const PROMPTS: [shown: string, reply: string | undefined, charset?: string | null][] = [
  ['Press [ESC] twice for the BBS', '\x1b\x1b'],
  ['press <.esc.> TWICE', '\x1b\x1b'],
  ['Please press [.ESC.] to go on', '\x1b'],
  ['PRESS ESC', '\x1b'],
  ['More: (Y)es, (N)o, (C)ontinuous? ', 'C\r\n'],
  ['more y/n/c ont', 'C\r\n'],
  ['Do you want colours, yes/no? ', 'yes\r\n'],
  ['ANSI (Yes|No) ', 'yes\r\n'],
  ['Colour? (y/n) ', 'y\r\n'],
  ['Use ANSI [Yn]', 'y\r\n'],
  // Nobody knows what would be agreed to.
  ['Go on (Yes|No) ', '\r\n'],
  ['Continue? (y/n) ', '\r\n'],
  ['Continue [Yn]', '\r\n'],
  ['Continue (yN)', '\r\n'],
  ['Delete all files (y/n)? ', '\r\n'],
  ['Configuration found.\nErase startup-config and reload? [yn] ', '\r\n'],
  ['Delete the color table? (y/n)', '\r\n'],
  ['ANSI terminal found.\nReboot? yes/no', '\r\n'],
  ['Would you like color ?', 'y\r\n'],
  ['Do you support the ANSI color standard', 'y\r\n'],
  ['1) ANSI\n5) UTF-8\n', '5\r\n', 'utf-8'],
  ['[3] English/utf8', '3\r\n', 'utf-8'],
  ['2 ... UTF-8', '2\r\n', 'utf-8'],
  ['(1) Ansi\n(2) Ascii', '1\r\n'],
  ['12. English / ANSI', '12\r\n'],
  ['Which, gb/big5?', 'big5\r\n', 'big5'],
  ['Select Terminal Codepage', '\r\n', null],
  ['Choose your character set:', '\r\n', null],
  ['pick charset', '\r\n', null],
  ['select encoding', '\r\n', null],
  ['Please press the BACKSPACE key', '\b'],
  ['hit your backspace/delete key', '\x14'],
  ['PRESS DEL/BACKSPACE:', '\x14'],
  ['Press delete.', '\x14'],
  ['Hit RETURN', '\r\n'],
  ['press <enter> to continue', '\r\n'],
  // The first row counts.
  ['Press ENTER, or color? ', 'y\r\n'],
  ['1) ANSI color\n2) UTF-8 (recommended)\n\n> ', '2\r\n', 'utf-8'],
  ['│ 1) ANSI │\n│ 2) Ascii │\n└─┘ ', '1\r\n'],
  // An item that does something else.
  ['1) ANSI reboot the device\n> ', undefined],
  ['5) UTF-8 is supported, delete all\n> ', undefined],
  // Above the last lines nobody waits for an answer.
  ['Color? is in your profile\n1\n2\n3\n', undefined],
  // At a log-in Enter is all.
  ['Send y/n to switch color? in your profile.\nlogin: ', undefined],
  ['Terminals: 1) ANSI 2) UTF-8 are supported.\nlogin: ', undefined],
  ['1) ANSI 2) UTF-8\nUsername: ', undefined],
  ['Press ENTER if the line is garbled, yes/no questions follow\nlogin: ', '\r\n'],
  ['Enter yes/no to create a new account, or your name: ', '\r\n'],
  ['Color? y/n\nEnter your name [guest]? ', undefined],
  ['Color? y/n\nlogin: ____\n(F1 for help)', undefined],
  ['press <enter>\nlogin: ', '\r\n'],
  ['Press ESC\nPlease enter your handle', undefined],
  ['1) ANSI\nhost$ ', undefined],
  ['Color? y/n\nrouter# ', undefined],
  // At a password nothing is said.
  ['5) UTF-8 menu\nPassword: ', ''],
  ['5) UTF-8\nPassword: ', ''],
  ['Press RETURN\nEnter passcode', ''],
  ['Passwort:', ''],
  ['Password: ____\n(F1 for help)\n', ''],
  // No questions, or none that anybody should answer.
  ['login: ', undefined],
  ['By what name do you wish to be known?', undefined],
  ['Enter your e-mail address: ', undefined],
  ['only/n', undefined],
  ['Impressive, escalate twice', undefined],
  ['UTF-8', undefined],
  ['', undefined],
]

for (const [shown, reply, charset] of PROMPTS) {
  test(`to ${JSON.stringify(shown)} it says ${JSON.stringify(reply)}`, (t) => {
    const prompt = promptIn(shown)
    t.is(prompt?.reply, reply)
    t.is(prompt?.charset, charset)
    t.deepEqual(prompt, promptIn(`before\n${shown}`) && { ...promptIn(`before\n${shown}`)!, end: prompt?.end })
  })
}

test('no answer is a word of a user', (t) => {
  for (const [shown] of PROMPTS)
    t.regex(promptIn(shown)?.reply ?? '', /^(|\x1b{1,2}|[\b\x14]|(C|y|yes|big5|\d+)?\r\n|)$/)
})

test('urgent is a robot check that counts down', (t) => {
  const urgent = PROMPTS.filter(([shown]) => urgentPromptIn(shown)).map(([shown]) => shown)
  t.deepEqual(urgent, ['Press [ESC] twice for the BBS', 'press <.esc.> TWICE'])
  t.is(urgentPromptIn('\npress esc twice!')?.end, 16)
  t.is(urgentPromptIn('press esc twice\nPassword: '), undefined)
  t.is(urgentPromptIn('press esc twice\nlogin: '), undefined)
})

test('who waits ends in a line that is not over and in a sign', (t) => {
  for (const text of ['login: ', 'tel:sh> ', 'host$ ', '# ', 'Name?']) t.true(seemsToWait(text), text)
  for (const text of ['', 'Welcome\n', 'login:\n', 'Loading 50%', 'one moment...']) t.false(seemsToWait(text), text)
})

test('no text takes long to look at', (t) => {
  t.timeout(10_000)
  for (const piece of [
    'more y ',
    'press ',
    '1 ',
    '[[',
    'y',
    'select your ',
    '1)   ',
    'more(',
    '1) ansi,:,: ',
    'pass name ',
    'x\n\n',
  ]) {
    const text = piece.repeat(4_096 / piece.length)
    for (let count = 0; count < 50; count++) promptIn(text)
  }
  t.pass()
})
