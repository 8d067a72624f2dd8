// The SAUCE record at the end of ANSI art (ACiD Productions, "Standard Architecture for Universal Comment Extensions"): who drew it and
// when, for programs. A board that sends a file whole sends it, too, and on a screen it is rubbish.
//
//     1A "COMNT" 64 × n "SAUCE" 123      the comments may be missing
//
// It comes as text of a set with one character a byte. A CR NUL within it has become CR, unless BINARY is agreed; then one character too
// many is taken.

const EOF = '\x1a'
const COMMENTS = 'COMNT'
const RECORD = 'SAUCE'
/** Characters of a comment line, and of what stands behind "SAUCE". */
const COMMENT_LENGTH = 64
const RECORD_REST = 123

export class WithoutSauce {
  /** What could be the beginning of a record; or, among comments, what may be "SAUCE". */
  #held = ''
  /** Characters that are still to be passed over. */
  #toSkip = 0
  #isAmongComments = false

  /** The text without records. What could be the beginning of one is held back. */
  feed(text: string): string {
    let shown = ''
    let rest = this.#held + text
    this.#held = ''
    while (rest !== '') {
      if (this.#toSkip > 0) {
        const skipped = Math.min(this.#toSkip, rest.length)
        this.#toSkip -= skipped
        rest = rest.slice(skipped)
      } else if (this.#isAmongComments) {
        if (rest.length < RECORD.length) break
        this.#isAmongComments = !rest.startsWith(RECORD)
        this.#toSkip = this.#isAmongComments ? COMMENT_LENGTH : RECORD.length + RECORD_REST
      } else {
        const at = rest.indexOf(EOF)
        if (at < 0) return shown + rest
        shown += rest.slice(0, at)
        rest = rest.slice(at)
        const head = rest.slice(1, 1 + RECORD.length)
        if (head.length < RECORD.length && (RECORD.startsWith(head) || COMMENTS.startsWith(head))) break
        this.#isAmongComments = head === COMMENTS
        if (head === RECORD) this.#toSkip = 1 + RECORD.length + RECORD_REST
        else if (head === COMMENTS) this.#toSkip = 1 + COMMENTS.length
        else {
          shown += EOF
          rest = rest.slice(1)
        }
      }
    }
    this.#held = rest
    return shown
  }

  /** What was held back; there comes no more. */
  end(): string {
    const held = this.#isAmongComments ? '' : this.#held
    this.#held = ''
    return held
  }
}
