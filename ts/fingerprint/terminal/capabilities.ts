// Capabilities of terminfo as XTGETTCAP tells them: names and values in hexadecimal digits (xterm's control sequences, "DCS + q").
// kitty, foot, Ghostty and others give values as terminfo's source has them (terminfo(5), "Similar capabilities"): they are
// translated, so that the same capability is the same text.

/**
 * What is asked for: what differs among terminals. TN is the terminal's name, Co its colours and RGB the bits of each (xterm);
 * Ms says that it takes a clipboard (tmux), and is not hashed.
 */
export const CAPABILITIES: readonly string[] = [
  ...['TN', 'Co', 'RGB', 'colors', 'pairs', 'bce', 'ccc', 'npc', 'xenl', 'acsc', 'sgr', 'setab', 'setaf', 'sitm'],
  ...['smcup', 'rmcup', 'kmous', 'is2', 'rs1', 'u6', 'u7', 'u8', 'u9', 'kcuu1', 'kcud1', 'kcub1', 'kcuf1', 'khome'],
  ...['kend', 'knp', 'kpp', 'kich1', 'kdch1', 'kbs', 'kcbt', 'ka1', 'ka3', 'kb2', 'kc1', 'kc3', 'kf1', 'kf2', 'kf3'],
  ...['kf4', 'kf5', 'kf6', 'kf7', 'kf8', 'kf9', 'kf10', 'kf11', 'kf12', 'Ms'],
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
