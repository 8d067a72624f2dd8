// Strings into UTF-8, as they cross to the addon; back they come as strings have them (crates/telnet-charset, units.rs). Character
// sets and line ends are its matter; here is only what Node's own conversion lacks: lone surrogates, which stand for undecodable
// bytes under `encodingErrors: 'surrogate'`, and cross as WTF-8 has them (three bytes each, as if they were characters).

/** A Buffer with Node's own converters, which `write` and `toString` call after looking up the encoding's name. */
export interface Slab extends Buffer {
  utf8Write(text: string, at: number): number
  utf8Slice(start: number, end: number): string
  latin1Slice(start: number, end: number): string
  ucs2Slice(start: number, end: number): string
}

/** Memory of its own, not from Node's pool. */
export function allocateSlab(size: number): Slab {
  return Buffer.allocUnsafeSlow(size) as Slab
}

/** Up to so many characters a loop is faster than the call into Node's own converter. */
const SHORT = 24

const LONE_SURROGATE = /\p{Surrogate}/u

/** Writes `text` at `at`; there is room for three bytes a unit. Returns how many bytes it took. */
export function writeUtf8(text: string, into: Slab, at: number): number {
  const { length } = text
  if (length > SHORT) return into.utf8Write(text, at)
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index)
    if (unit > 0x7f) return into.utf8Write(text, at)
    into[at + index] = unit
  }
  return length
}

/** True if `text` holds half of a surrogate pair. */
export function hasLoneSurrogates(text: string): boolean {
  return LONE_SURROGATE.test(text)
}

/** UTF-8 in which a lone surrogate keeps its value. */
export function encodeWtf8(text: string): Buffer {
  const parts = text.split(/(\p{Surrogate})/u)
  return Buffer.concat(parts.map((part, index) => (index % 2 === 0 ? Buffer.from(part) : encodeSurrogate(part))))
}

function encodeSurrogate(surrogate: string): Buffer {
  const unit = surrogate.charCodeAt(0)
  return Buffer.from([0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)])
}
