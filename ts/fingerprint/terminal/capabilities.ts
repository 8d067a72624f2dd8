// Capabilities of terminfo as XTGETTCAP tells them: names and values in hexadecimal digits (xterm's control sequences, "DCS + q").
// kitty, foot, Ghostty and others give values as terminfo's source has them (terminfo(5), "Similar capabilities"): they are
// translated, so that the same capability is the same text.

/** Whether a program may write to the clipboard, which a person may forbid: it is not hashed. */
export const CLIPBOARD_CAPABILITY = 'Ms'

/**
 * What is asked for, since terminals differ in it: the name and the colours (TN, Co and RGB are xterm's, Tc is tmux's); how it
 * behaves at margins and erases; what it has beyond a VT100, by the names of terminfo and those that tmux, vim and kitty have added;
 * and some keys.
 */
export const CAPABILITIES: readonly string[] = [
  ...['TN', 'Co', 'colors', 'RGB', 'Tc'],
  ...['am', 'bce', 'ccc', 'km', 'mir', 'msgr', 'npc', 'xenl'],
  ...[
    'E3',
    'Se',
    'Setulc',
    'Smulx',
    'Ss',
    'Sync',
    'XM',
    'ech',
    'indn',
    'kmous',
    'rep',
    'rmcup',
    'sitm',
    'smcup',
    'smxx',
    'u6',
    'u8',
  ],
  ...['kbs', 'kcbt', 'kcuu1', 'kdch1', 'kend', 'kf1', 'kf5', 'kf13', 'khome', 'kich1', 'knp', 'kUP5'],
  CLIPBOARD_CAPABILITY,
]

/** A name with its value, which is empty for what is merely so; `null` where there is none. */
export function capabilityOf(text: string): readonly [name: string, value: string] | null {
  const [name, value, ...more] = text.split('=').map(fromHex)
  if (!name || value === null || more.length > 0) return null
  return [name, fromSource(value ?? '')]
}

function fromHex(digits: string): string | null {
  const bytes = Buffer.from(digits, 'hex')
  return bytes.length * 2 === digits.length ? bytes.toString('latin1') : null
}

/** The characters for which terminfo's source has escapes. */
function fromSource(value: string): string {
  return value.replace(
    /\\([0-7]{1,3}|.)|\^([@-_?])/gs,
    (_all, escaped: string | undefined, control: string | undefined) => {
      if (control !== undefined) return control === '?' ? '\x7f' : String.fromCharCode(control.charCodeAt(0) - 0x40)
      if (/[0-7]/.test(escaped![0]!)) return String.fromCharCode(Number.parseInt(escaped!, 8) & 0xff)
      return ESCAPES[escaped!] ?? escaped!
    },
  )
}

const ESCAPES: Readonly<Record<string, string>> = {
  E: '\x1b',
  e: '\x1b',
  a: '\x07',
  b: '\b',
  f: '\f',
  l: '\n',
  n: '\n',
  r: '\r',
  s: ' ',
  t: '\t',
}
