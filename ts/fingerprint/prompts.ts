// What servers ask before they show more, and the answer that harms nobody: a key to go on, yes to colours, a character set. No name
// is ever given, nor a password. Whatever is not in the table gets a line end, or nothing.
//
// The rows, and their order, are those of telnetlib3 5.0.1; the first that is found in a text is the one that counts.

/** What is answered to a question. */
export interface PromptAnswer {
  /** In ASCII; a line end is CR LF. */
  readonly reply: string
  /** It chooses a character set: the one of this name, or, `null`, whichever the server prefers. */
  readonly charset?: string | null
}

/** An answer, and where the question ends in the text. */
export type FoundPrompt = PromptAnswer & { readonly end: number }

/** The first row of the table that a text has. */
export function promptIn(text: string): FoundPrompt | undefined {
  return firstOf(TABLE, text)
}

/** The same among the questions of which the server may not await an answer for long. */
export function urgentPromptIn(text: string): FoundPrompt | undefined {
  return firstOf(URGENT, text)
}

/** Whether a text ends as those do who wait: in a line that is not over, and in a sign that asks for something. */
export function seemsToWait(text: string): boolean {
  return /[:>?$#] {0,3}$/.test(text)
}

interface Row {
  readonly question: RegExp
  readonly answer: (match: RegExpExecArray) => PromptAnswer
  readonly isUrgent?: boolean
}

function firstOf(rows: readonly Row[], text: string): FoundPrompt | undefined {
  for (const { question, answer } of rows) {
    const match = question.exec(text)
    if (match) return { ...answer(match), end: match.index + match[0].length }
  }
  return undefined
}

const say = (reply: string) => () => ({ reply })
const YES = say('y\r\n')

/** An item of a menu: its number, in brackets or with a bracket, full stop or dots behind it; then perhaps a language. */
const ITEM = String.raw`[[(]?(\d{1,4})\s*(?:[\])]|\.{1,3})\s*(?:[^\s/]{1,40}\s*/\s*)?`
/** A key, as it is or in one of the brackets that show it as one. */
const ESCAPE_KEY = String.raw`[[<(]?\.?esc\.?[\]>)]?`
const DELETE_KEY = String.raw`del(?:ete)?(?:\s*/\s*backspace)?|backspace(?:\s*/\s*del(?:ete)?)?`
const CHARSET = String.raw`code\s*page|char(?:acter)?\s*set|encoding`

const TABLE: readonly Row[] = [
  { question: inAnyCase(String.raw`\bpress\s+${ESCAPE_KEY}\s+twice`), answer: say('\x1b\x1b'), isUrgent: true },
  { question: inAnyCase(String.raw`\bpress\s+${ESCAPE_KEY}(?!\s+twice)`), answer: say('\x1b') },
  // More: (Y)es, (N)o, (C)ontinuous?
  { question: inAnyCase(String.raw`more[:\s]*\(?y\)?[^\n]{0,80}\(?c\)?\s*ont`), answer: say('C\r\n') },
  { question: inAnyCase(String.raw`(?<![a-z0-9])(?:yes/no|\(yes\|no\))(?![a-z0-9])`), answer: say('yes\r\n') },
  { question: inAnyCase(String.raw`(?<![a-z0-9])y/n(?![a-z0-9])|[[(]yn[\])]`), answer: YES },
  { question: inAnyCase(String.raw`color\s*\?`), answer: YES },
  { question: inAnyCase(String.raw`ansi\s+color\s+standard`), answer: YES },
  {
    question: inAnyCase(`${ITEM}utf-?8`),
    answer: ([, number]) => ({ reply: `${number}\r\n`, charset: 'utf-8' }),
    isUrgent: true,
  },
  { question: inAnyCase(`${ITEM}ansi`), answer: ([, number]) => ({ reply: `${number}\r\n` }) },
  {
    question: inAnyCase(String.raw`(?<![a-z0-9])gb\s*/\s*big\s*5(?![a-z0-9])`),
    answer: () => ({ reply: 'big5\r\n', charset: 'big5' }),
  },
  {
    question: inAnyCase(`\\b(?:select|choose|pick)\\s+(?:your\\s+)?(?:terminal\\s+)?(?:${CHARSET})`),
    answer: () => ({ reply: '\r\n', charset: null }),
  },
  { question: inAnyCase(String.raw`\bpress\s+the\s+backspace\s+key`), answer: say('\b') },
  // A Commodore's DEL.
  { question: inAnyCase(`\\b(?:press|hit)\\s+(?:your\\s+)?(?:${DELETE_KEY})`), answer: say('\x14') },
  { question: inAnyCase(String.raw`\b(?:hit|press)\s+[[<(]?(?:return|enter)`), answer: say('\r\n') },
]

const URGENT = TABLE.filter(({ isUrgent }) => isUrgent)

/** A pattern in letters of either case. */
function inAnyCase(source: string): RegExp {
  return new RegExp(source, 'i')
}
