// What servers ask before they show more, and the answer that harms nobody: a key to go on, yes to colours, a character set. No name
// is ever given, nor a password. Whatever is not in the table gets a line end, or nothing.
//
// The rows, and their order, are those of telnetlib3 5.0.1; the first that is found in a text is the one that counts. It looks for
// them in all that was shown, and so types `yes` at a log-in above which "yes/no" stands somewhere. Here
// - who asks for a name hears no more than Enter, and who asks for a password nothing;
// - a question stands in the last lines, and a menu on the last screen;
// - only who asks about colours hears yes: the same words could ask whether all may be deleted. To others Enter is said;
// - an item of a menu has the name of the set and words that go with it, and nothing that it might do besides;
// - a shell is told nothing but Enter;
// - a menu is answered when the server waits: what it says behind it may be that it wants a password.

/** What is answered to a question. */
export interface PromptAnswer {
  /** In ASCII; a line end is CR LF. */
  readonly reply: string
  /** It chooses a character set: the one of this name, or, `null`, whichever the server prefers. */
  readonly charset?: string | null
}

/** An answer, and where the question ends in the text. */
export type FoundPrompt = PromptAnswer & { readonly end: number }

/** The answer to what a text asks at its end. */
export function promptIn(text: string): FoundPrompt | undefined {
  const lines = linesOf(ending(text, LAST_LINES))
  if (lines.some((line) => asksFor(PASSWORD, line))) return { ...SILENCE, end: text.length }
  const found = firstOf(TABLE, text)
  const isGuarded = lines.some((line) => asksFor(NAME, line)) || SHELL.test(lines.at(-1) ?? '')
  return isGuarded && found?.reply !== ENTER ? undefined : found
}

/** The same of a robot check, which may not be awaited for long. */
export function urgentPromptIn(text: string): FoundPrompt | undefined {
  const lines = linesOf(ending(text, LAST_LINES))
  if (lines.some((line) => asksFor(PASSWORD, line) || asksFor(NAME, line))) return undefined
  return firstOf(URGENT, text)
}

/** Whether a secret is asked for: then nothing at all is said, not even Enter. */
export function wantsSilence(prompt: PromptAnswer | undefined): boolean {
  return prompt?.reply === SILENCE.reply
}

/** Whether a text ends as those do who wait: in a line that is not over, and in a sign that asks for something. */
export function seemsToWait(text: string): boolean {
  return /[:>?$#] {0,3}$/.test(text)
}

interface Row {
  readonly question: RegExp
  readonly answer: (match: RegExpExecArray) => PromptAnswer
  readonly isUrgent?: boolean
  /** Lines at the end in which it may stand. **Default:** LAST_LINES. */
  readonly lines?: number
}

const ENTER = '\r\n'
const SILENCE: PromptAnswer = { reply: '' }

/** Lines in which a question that waits may stand: behind it are hints, or the frame around it. */
const LAST_LINES = 3
/** The same of a menu: a screen. */
const SCREEN_LINES = 24

function firstOf(rows: readonly Row[], text: string): FoundPrompt | undefined {
  for (const { question, answer, lines = LAST_LINES } of rows) {
    const shown = ending(text, lines)
    const match = question.exec(shown)
    if (match) return { ...answer(match), end: text.length - shown.length + match.index + match[0].length }
  }
  return undefined
}

/** The last lines that are not blank, so many, and what is behind them. */
function ending(text: string, count: number): string {
  let start = text.length
  for (let left = count, end = text.trimEnd().length; left > 0 && end > 0; left--) {
    start = text.lastIndexOf('\n', end - 1) + 1
    end = text.slice(0, start).trimEnd().length
  }
  return text.slice(start)
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '')
}

/** Whether a line has such a word, and wants something typed: it ends in a sign that asks, or in a field, or bids to type. */
function asksFor(word: RegExp, line: string): boolean {
  return word.test(line) && (/[:>?][\s._[\]()*-]*$/.test(line) || BIDS.test(line))
}

const BIDS = /\b(?:enter|type|give|supply|provide|choose|what|who|which)\b/i
const PASSWORD =
  /pass\s?(?:wor[dt]|code|phrase|wd|key)|\bpin\b|\bsecret|\botp\b|\btoken\b|verification code|kennwort|mot de passe|contrase|senha|парол|密码|密碼|パスワード/i
const NAME =
  /\b(?:log|sign)[ -]?(?:i|o)n\b|\buser(?:[ -]?id)?\b|names?\b|\baccount|\bhandle\b|\balias\b|\be-?mail\b|\bid\b|\bcall ?sign\b|\bguest\b|\bnew\b|\bwho are you\b|\bcharacter\b(?!\s*(?:set|encoding))|benutzer|anmeld|utilisateur|usuario|логин/i
/** The sign of a shell, with or without a name before it. */
const SHELL = /[$#%]\s*$/

/** Yes to colours; to all else that wants a yes, whatever it may be, Enter. */
function yesToColours(yes: string): (match: RegExpExecArray) => PromptAnswer {
  return ({ input, index }) => {
    const [line = ''] = input.slice(input.lastIndexOf('\n', index) + 1).split('\n', 1)
    return { reply: COLOURS.test(line) && !HARM.test(line) ? yes : ENTER }
  }
}

const COLOURS = /\b(?:ansi|colou?rs?)\b/i
const HARM =
  /\b(?:delete|erase|wipe|remove|clear|reset|reboot|reload|restart|format|overwrite|save|shut ?down|halt|update|upgrade)/i

const say = (reply: string) => () => ({ reply })

/** An item of a menu: its number, in brackets or with a bracket, full stop or dots behind it; then perhaps a language. */
const ITEM = String.raw`[[(]?(\d{1,4})\s*(?:[\])]|\.{1,3})\s*(?:[^\s/]{1,40}\s*/\s*)?`
/** What may stand behind the name of a set in its item: no word that does something. */
const ITEM_WORDS = String.raw`(?:colou?rs?|graphics?|terminal|text|mode|unicode|english|recommended|default)\b`
const ITEM_END = String.raw`(?:[^\p{L}\p{N}\n]|${ITEM_WORDS})*(?=$|\n|\d{1,4}\s*[\]).])`
/** A key, as it is or in one of the brackets that show it as one. */
const ESCAPE_KEY = String.raw`[[<(]?\.?esc\.?[\]>)]?`
const DELETE_KEY = String.raw`del(?:ete)?(?:\s*/\s*backspace)?|backspace(?:\s*/\s*del(?:ete)?)?`
const CHARSET = String.raw`code\s*page|char(?:acter)?\s*set|encoding`

const TABLE: readonly Row[] = [
  { question: inAnyCase(String.raw`\bpress\s+${ESCAPE_KEY}\s+twice`), answer: say('\x1b\x1b'), isUrgent: true },
  { question: inAnyCase(String.raw`\bpress\s+${ESCAPE_KEY}(?!\s+twice)`), answer: say('\x1b') },
  // More: (Y)es, (N)o, (C)ontinuous?
  { question: inAnyCase(String.raw`more[:\s]*\(?y\)?[^\n]{0,80}\(?c\)?\s*ont`), answer: say('C\r\n') },
  {
    question: inAnyCase(String.raw`(?<![a-z0-9])(?:yes/no|\(yes\|no\))(?![a-z0-9])`),
    answer: yesToColours('yes\r\n'),
  },
  { question: inAnyCase(String.raw`(?<![a-z0-9])y/n(?![a-z0-9])|[[(]yn[\])]`), answer: yesToColours('y\r\n') },
  { question: inAnyCase(String.raw`color\s*\?`), answer: yesToColours('y\r\n') },
  { question: inAnyCase(String.raw`ansi\s+color\s+standard`), answer: yesToColours('y\r\n') },
  {
    question: inAnyCase(`${ITEM}utf-?8${ITEM_END}`),
    answer: ([, number]) => ({ reply: `${number}\r\n`, charset: 'utf-8' }),
    lines: SCREEN_LINES,
  },
  {
    question: inAnyCase(`${ITEM}ansi${ITEM_END}`),
    answer: ([, number]) => ({ reply: `${number}\r\n` }),
    lines: SCREEN_LINES,
  },
  {
    question: inAnyCase(String.raw`(?<![a-z0-9])gb\s*/\s*big\s*5(?![a-z0-9])`),
    answer: () => ({ reply: 'big5\r\n', charset: 'big5' }),
  },
  {
    question: inAnyCase(`\\b(?:select|choose|pick)\\s+(?:your\\s+)?(?:terminal\\s+)?(?:${CHARSET})`),
    answer: () => ({ reply: ENTER, charset: null }),
  },
  { question: inAnyCase(String.raw`\bpress\s+the\s+backspace\s+key`), answer: say('\b') },
  // A Commodore's DEL.
  { question: inAnyCase(`\\b(?:press|hit)\\s+(?:your\\s+)?(?:${DELETE_KEY})`), answer: say('\x14') },
  { question: inAnyCase(String.raw`\b(?:hit|press)\s+[[<(]?(?:return|enter)`), answer: say(ENTER) },
]

const URGENT = TABLE.filter(({ isUrgent }) => isUrgent)

/** A pattern in letters of either case. */
function inAnyCase(source: string): RegExp {
  return new RegExp(source, 'iu')
}
