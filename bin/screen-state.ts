// What a server has switched on at the user's terminal and not off again, so that the terminal can be given back as it was: nobody
// wants to type in the alternate screen, without a cursor, or while each move of the mouse types something, once the server is gone.
// The forms of sequences are those of ECMA-48; what they mean here stands in xterm's "Control Sequences" (ctlseqs), DEC's VT510
// manual, and the description of kitty's keyboard protocol. The 8-bit forms (0x9b for CSI) are none in UTF-8, and not looked for.
//
// Nothing is drawn here, and nothing is held back: the output passes by. Text without an ESC costs a search for it.

/** How something that was changed is put back, and how it is changed again. */
interface Change {
  readonly undo: string
  readonly redo: string
}

const ESC = 0x1b
const CSI = '\x1b['
/** Ends a sequence that was cut off; a terminal that is in none ignores it. */
const CANCEL = '\x18'

const COLOURS: Change = { undo: `${CSI}m`, redo: '' }

/** The longest sequence that is looked at, in characters; what matters of longer ones stands at their beginning. */
const LONGEST = 64

/** The modes that show the alternate screen: `CSI ? 1049 h`. */
const ALTERNATE_SCREEN = new Set([47, 1_047, 1_049])

/** Modes of DEC's kind, and of others that took the form: `CSI ? 1 h` sets one, `l` resets it. */
const USUALLY_RESET = new Set([
  ...ALTERNATE_SCREEN,
  1, // cursor keys send SS3
  5, // reverse video
  6, // lines are counted from the scrolling region
  45, // a backspace goes up into the line before
  66, // the keypad sends sequences
  69, // left and right margins
  ...[9, 1_000, 1_001, 1_002, 1_003, 1_005, 1_006, 1_015, 1_016], // reports of the mouse, and their forms
  1_004, // reports of the focus
  2_004, // bracketed paste
  2_026, // a synchronized update, shown when it is whole
  ...[2_031, 2_048], // reports of colours and of the size
])
const USUALLY_SET = new Set([
  7, // long lines wrap
  25, // the cursor is shown
])

/** Modes of ECMA-48, `CSI 4 h`: the keyboard is locked, characters are inserted, LF begins a line. */
const ANSI_MODES = new Set([2, 4, 20])

/** What is saved with the cursor, and comes back with it: colours, counting from the region, wrapping, sets of characters. */
const SAVED = new Set(['colours', '?6', '?7', '(', ')', '*', '+'])

/** Where kitty's keyboard protocol stops taking more; a terminal's stack is no deeper. */
const DEEPEST = 16

export class ScreenState {
  readonly #changes = new Map<string, Change>()
  /** What was pushed on the stacks of keyboard modes of which each screen has its own. */
  readonly #keyboards = { main: [] as string[], alternate: [] as string[] }
  /** A sequence so far, ESC first; empty between sequences. */
  #part = ''
  /** In a string to the terminal, such as a picture, whose rest does not matter. */
  #inString = false
  #saved: (readonly [name: string, change: Change])[] = []

  /** Looks at what goes to the terminal, in pieces of any size. */
  see(output: Buffer): void {
    let at = this.#part === '' ? output.indexOf(ESC) : 0
    while (at !== -1 && at < output.length) {
      const end = this.#leap(output, at)
      if (end === at) this.#next(output[at]!)
      const next = Math.max(end, at + 1)
      at = this.#part === '' ? output.indexOf(ESC, next) : next
    }
  }

  /** Puts back what is changed, as few sequences as do; empty where nothing is. */
  undo(): string {
    const { main, alternate } = this.#keyboards
    const isScreen = ([name]: [string, Change]) => ALTERNATE_SCREEN.has(Number(name.slice(1)))
    const screens = [...this.#changes].filter(isScreen)
    // To leave the alternate screen brings back what was saved when it was entered.
    const changes = new Map([...(screens.length > 0 ? this.#saved : []), ...this.#changes])
    const others = [...changes].filter((entry) => !isScreen(entry))
    const undone = [
      this.#part !== '' || this.#inString ? CANCEL : '',
      screens.length > 0 ? popping(alternate) : '',
      ...screens.map(([, { undo }]) => undo),
      popping(main),
      ...others.map(([, { undo }]) => undo),
    ]
    return undone.join('')
  }

  /** Changes all that again, after an `undo`. */
  redo(): string {
    const { main, alternate } = this.#keyboards
    const isAlternate = this.#isAlternate()
    return [...main, ...[...this.#changes.values()].map(({ redo }) => redo), ...(isAlternate ? alternate : [])].join('')
  }

  /** Past a sequence of the most usual kinds, if it is all there: colours, moves of the cursor, erasing. Else nowhere. */
  #leap(output: Buffer, at: number): number {
    if (output[at] !== ESC || output[at + 1] !== 0x5b) return at
    let isPlain = true
    for (let end = at + 2; end < output.length; end++) {
      const byte = output[end]!
      // Digits, colon and semicolon.
      if (byte >= 0x30 && byte <= 0x3b) isPlain &&= byte === 0x30 || byte === 0x3b
      else {
        const isColours = byte === 0x6d
        if (!isColours && !(byte >= 0x41 && byte <= 0x4b)) return at
        this.#begin('')
        if (isColours) this.#colours(!isPlain)
        return end + 1
      }
    }
    return at
  }

  #next(byte: number): void {
    if (byte === ESC) {
      this.#begin('\x1b')
    } else if (byte === 0x18 || byte === 0x1a) {
      this.#part = ''
    } else if (byte === 0x07 && this.#part.startsWith('\x1b]')) {
      this.#operatingSystemCommand(this.#part)
      this.#part = ''
    } else if (byte >= 0x20) {
      this.#part += String.fromCharCode(byte)
      this.#look()
    }
  }

  /** A sequence begins, whatever it cuts short; a command of the operating system's kind ends by it (ESC \). */
  #begin(sequence: string): void {
    if (this.#part.startsWith('\x1b]')) this.#operatingSystemCommand(this.#part)
    this.#part = sequence
    this.#inString = false
  }

  /** Takes a sequence that is whole, or that need not be known any further. */
  #look(): void {
    const part = this.#part
    const second = part[1]!
    const last = part.at(-1)!
    if (second === ']' && part.length > LONGEST) {
      this.#operatingSystemCommand(part)
      this.#inString = true
    } else if ('PX^_'.includes(second)) this.#inString = true
    else if (second === ']') return
    else if (second === '[') {
      if (part.length === 2 || (last < '@' && part.length <= LONGEST)) return
      this.#controlSequence(part)
    } else {
      if (last < '0' && part.length <= LONGEST) return
      this.#escapeSequence(part)
    }
    this.#part = ''
  }

  #controlSequence(sequence: string): void {
    const match = /^\x1b\[([<=>?]?)([\d;:]*)([ -/]*[@-~])$/.exec(sequence)
    if (!match) return
    const [, mark, parameters = '', final] = match
    const numbers = parameters.split(';').map(Number)
    const [first = 0, second = 0] = numbers
    switch (`${mark}${final}`) {
      case '?h':
      case '?l':
        for (const number of numbers) this.#privateMode(number, final === 'h')
        break
      case 'h':
      case 'l':
        for (const number of numbers) if (ANSI_MODES.has(number)) this.#mode(`${number}`, final === 'h', false)
        break
      case 'm':
        this.#colours(!/^[0;]*$/.test(parameters))
        break
      case '>m':
        // How keys are sent that have modifiers; without a value it is the usual way.
        if (first < 10) this.#change(`>${first}m`, second > 0, { undo: `${CSI}>${first}m`, redo: sequence })
        break
      case 'r': {
        // To set the region moves the cursor.
        const undo = '\x1b7\x1b[r\x1b8'
        this.#change('region', first > 1 || second > 0, { undo, redo: `\x1b7${sequence}\x1b8` })
        break
      }
      case ' q':
        this.#change('cursor', first > 0, { undo: `${CSI}0 q`, redo: sequence })
        break
      case 'i':
        if (first === 4 || first === 5) this.#change('printer', first === 5, { undo: `${CSI}4i`, redo: sequence })
        break
      case 's':
        if (parameters === '') this.#save()
        break
      case 'u':
        this.#bringBack()
        break
      case '>u':
        this.#keyboard.push(sequence)
        if (this.#keyboard.length > DEEPEST) this.#keyboard.shift()
        break
      case '<u':
        this.#keyboard.splice(-(first || 1))
        break
    }
  }

  #escapeSequence(sequence: string): void {
    const kind = sequence[1]!
    if (kind === 'c') this.#reset()
    else if (kind === '7') this.#save()
    else if (kind === '8') this.#bringBack()
    else if (kind === '=' || kind === '>') {
      this.#change('keypad', kind === '=', { undo: '\x1b>', redo: '\x1b=' })
    } else if ('()*+'.includes(kind)) {
      // A set of characters that is not ASCII; SO has chosen it, perhaps, and SI undoes that.
      this.#change(kind, sequence !== `\x1b${kind}B`, { undo: `\x1b${kind}B\x0f`, redo: sequence })
    } else if (sequence === '\x1b%@' || sequence === '\x1b%G') {
      this.#change('utf8', sequence === '\x1b%@', { undo: '\x1b%G', redo: '\x1b%@' })
    }
  }

  #operatingSystemCommand(command: string): void {
    const [, code = '', value = ''] = /^\x1b\](\d+);?(.*)$/s.exec(command) ?? []
    const number = Number(code)
    const redo = command.length > LONGEST ? '' : `${command}\x1b\\`
    if (number === 8) {
      this.#change('link', !/^[^;]*;?$/.test(value), { undo: '\x1b]8;;\x1b\\', redo })
    } else if (number === 4 || (number >= 10 && number <= 19)) {
      // A colour of the palette, or that of text, background, cursor …; with a question mark it is asked for.
      const isQuestion = value.endsWith('?')
      if (!isQuestion) this.#change(`colour ${number}`, true, { undo: `\x1b]${100 + number}\x1b\\`, redo })
    } else if (value === '' && (number === 104 || (number >= 110 && number <= 119))) {
      this.#changes.delete(`colour ${number - 100}`)
    }
  }

  #privateMode(number: number, isSet: boolean): void {
    if (number === 1_048 || number === 1_049) {
      if (isSet) this.#save()
      else this.#bringBack()
    }
    if (USUALLY_RESET.has(number)) this.#mode(`?${number}`, isSet, false)
    else if (USUALLY_SET.has(number)) this.#mode(`?${number}`, isSet, true)
  }

  #mode(name: string, isSet: boolean, usually: boolean): void {
    const [set, reset] = [`${CSI}${name}h`, `${CSI}${name}l`]
    this.#change(name, isSet !== usually, usually ? { undo: set, redo: reset } : { undo: reset, redo: set })
  }

  #colours(areOn: boolean): void {
    this.#change('colours', areOn, COLOURS)
  }

  #save(): void {
    this.#saved = [...this.#changes].filter(([name]) => SAVED.has(name))
  }

  #bringBack(): void {
    for (const [name, change] of this.#saved) this.#changes.set(name, change)
  }

  #change(name: string, isChanged: boolean, change: Change): void {
    if (isChanged) this.#changes.set(name, change)
    else this.#changes.delete(name)
  }

  #reset(): void {
    this.#changes.clear()
    this.#keyboards.main.length = 0
    this.#keyboards.alternate.length = 0
    this.#saved = []
  }

  get #keyboard(): string[] {
    return this.#isAlternate() ? this.#keyboards.alternate : this.#keyboards.main
  }

  #isAlternate(): boolean {
    return [...ALTERNATE_SCREEN].some((number) => this.#changes.has(`?${number}`))
  }
}

/** Takes keyboard modes off their stack. */
function popping(pushed: readonly string[]): string {
  return pushed.length > 0 ? `${CSI}<${pushed.length}u` : ''
}
