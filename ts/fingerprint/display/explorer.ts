// The display for somebody at a terminal: the summary, questions for names, and pages that keys lead to. All is drawn anew when the
// window changes.

import { Key } from '../../keys.js'
import { DOWN, Keyboard, PAGE_DOWN, PAGE_UP, UP } from './keyboard.js'
import { NameField } from './name-field.js'
import { databasePage, telnetPage, terminalPage } from './pages.js'
import type { Line } from './paint.js'
import {
  firstQuestions,
  furtherQuestions,
  KEEPS_NOTHING,
  nameIn,
  PATIENCE,
  type Question,
  thanks,
} from './questions.js'
import type { Screen } from './screen.js'
import { summaryLines, type Window } from './summary.js'
import { widthOf } from './table.js'
import { brief } from './visible.js'
import { calledBy, type Entry, type Records, type Visitor } from './visitor.js'
import { flow, wrapLine, wrapWords } from './wrap-line.js'

/** Milliseconds in which changes of the window's size become one. */
const SIZE_CHANGES = 100

const SUGGEST = 'u'

/** What the keys do, in the order in which they are told, and what stands before and behind each in its word. */
const LEGEND: readonly (readonly [before: string, key: string, after: string])[] = [
  ['', 't', 'erminal'],
  ['te', 'l', 'net'],
  ['', 's', 'ummary'],
  ['s', SUGGEST, 'ggest a name'],
  ['w', 'h', 'o else was here'],
  ['', 'q', 'uit'],
]

type Page = 'summary' | 'terminal' | 'telnet' | 'database'

const PAGES: Readonly<Record<string, Page>> = { s: 'summary', t: 'terminal', l: 'telnet', h: 'database' }

export class Explorer {
  readonly #screen: Screen
  readonly #visitor: Visitor
  readonly #records: Records
  readonly #keyboard: Keyboard

  #page: Page = 'summary'
  /** The line at the top. */
  #top = 0
  /** Keys that lead up and down the page, and were not followed yet. */
  #moves: string[] = []
  #entries: readonly Entry[] | undefined
  /** The page of the data base is led to, and its entries were not read for that yet. */
  #isToRead = false
  readonly #made = new Map<Page, readonly Line[]>()
  /** The window in which they were made. */
  #madeFor = ''
  #notice = ''
  #field: NameField | undefined
  /** The field that stands on the screen. */
  #drawn: NameField | undefined

  constructor(screen: Screen, visitor: Visitor, records: Records) {
    this.#screen = screen
    this.#visitor = visitor
    this.#records = records
    this.#keyboard = new Keyboard(screen.session, (isAll) => this.#arrive(isAll))
  }

  /** Resolves when the caller wants no more, or is gone. */
  async run(): Promise<void> {
    const { session } = this.#screen
    let timer: NodeJS.Timeout | undefined
    const redrawSoon = () => {
      clearTimeout(timer)
      timer = setTimeout(() => this.#draw(), SIZE_CHANGES)
    }
    session.on('resize', redrawSoon)
    try {
      this.#screen.title(title(this.#visitor, this.#screen.isAscii))
      const goesOn = await this.#ask(firstQuestions(this.#visitor, this.#records, this.#screen.isAscii))
      if (goesOn) await this.#follow()
    } finally {
      session.off('resize', redrawSoon)
      clearTimeout(timer)
    }
    if (!session.writableEnded) this.#screen.print([[]])
  }

  /** Asks for names. False: the caller is gone. */
  async #ask(questions: readonly Question[]): Promise<boolean> {
    const suggestions: Record<string, string> = {}
    for (const { kept, prompt, fallback } of questions) {
      const answer = await this.#answer(prompt)
      if (answer === null) return false
      const name = answer === undefined ? undefined : nameIn(answer, fallback)
      if (name !== undefined) suggestions[kept] = name
    }
    if (Object.keys(suggestions).length > 0) this.#notice = await thanks(this.#records, suggestions)
    return true
  }

  /** What is typed into the field; undefined if it is left. `null`: the caller is gone. */
  async #answer(prompt: string): Promise<string | null | undefined> {
    const field = new NameField(prompt, this.#screen.isAscii)
    this.#field = field
    try {
      for (;;) {
        const key = await this.#keyboard.next(PATIENCE)
        if (key === null || key === undefined) return key
        const answer = field.press(key)
        if (answer !== undefined || field.isLeft) return answer
      }
    } finally {
      this.#field = undefined
    }
  }

  async #follow(): Promise<void> {
    for (;;) {
      const key = await this.#keyboard.next()
      if (key === null || key === undefined || key === Key.ESCAPE) return
      // What is pasted was meant for elsewhere.
      if (!this.#keyboard.isPasting && !(await this.#press(key))) return
    }
  }

  /** False: that was all. */
  async #press(key: string): Promise<boolean> {
    const letter = key.toLowerCase()
    if (letter === 'q') return false
    this.#notice = ''
    const page = Object.hasOwn(PAGES, letter) ? PAGES[letter] : undefined
    if (page !== undefined) {
      this.#page = page
      this.#isToRead = page === 'database'
      this.#top = 0
      this.#moves = []
    } else if (letter === SUGGEST) {
      const questions = furtherQuestions(this.#visitor, this.#records, this.#screen.isAscii)
      if (questions.length === 0) this.#notice = KEEPS_NOTHING
      return this.#ask(questions)
    } else this.#moves.push(key)
    return true
  }

  /**
   * Shows where the keys of a piece have led: the data base is read once for all of them, the page measured once. Whoever types a
   * page of keys at once has the last one's page drawn, not all.
   */
  async #arrive(isAll: boolean): Promise<void> {
    if (this.#isToRead) {
      this.#isToRead = false
      this.#entries = await this.#records.entries()
      this.#made.delete('database')
    }
    this.#scroll()
    if (!isAll) return
    const field = this.#field
    if (field === undefined || field !== this.#drawn) this.#draw()
    else this.#redraw(field)
    await this.#screen.taken()
  }

  #scroll(): void {
    if (this.#moves.length === 0) return
    const room = this.#room(this.#legend())
    const last = Math.max(0, this.#lines().length - room)
    for (const key of this.#moves) this.#top = Math.max(0, Math.min(this.#top + step(key, room), last))
    this.#moves = []
  }

  #draw(): void {
    this.#scroll()
    const lines = this.#lines()
    const { columns, rows } = this.#screen
    const field = this.#field
    this.#drawn = field
    // What asks for a name has its field at the end.
    const footer = field === undefined ? this.#legend() : field.lines(columns).slice(-rows)
    const room = this.#room(footer)
    this.#top = Math.max(0, Math.min(this.#top, lines.length - room))
    const body = lines.slice(this.#top, this.#top + room)
    this.#screen.draw([...body, ...footer], field?.back(columns))
  }

  #redraw(field: NameField): void {
    const { columns } = this.#screen
    if (field.isRefused) this.#screen.bell()
    this.#screen.redraw(field.line(columns), field.back(columns))
  }

  #room(footer: readonly Line[]): number {
    return this.#screen.rows - footer.length
  }

  /** The lines of the page, which are the same until the window changes. */
  #lines(): readonly Line[] {
    const { columns, rows } = this.#screen.session.peer
    const window = `${columns} ${rows}`
    if (this.#madeFor !== window) this.#made.clear()
    this.#madeFor = window
    const lines = this.#made.get(this.#page) ?? this.#make().flatMap((line) => this.#fit(line))
    this.#made.set(this.#page, lines)
    return lines
  }

  /** What is narrower than the narrowest table, or than a legend's words, is filled to its edge. */
  #fit(line: Line): Line[] {
    const { columns, isAscii } = this.#screen
    return widthOf(line) > columns ? wrapLine(line, columns, isAscii) : [line]
  }

  #make(): Line[] {
    const window = this.#window()
    if (this.#page === 'terminal') return terminalPage(this.#visitor, window)
    if (this.#page === 'telnet') return telnetPage(this.#visitor, window)
    return this.#page === 'database' ? databasePage(this.#entries, window) : summaryLines(this.#visitor, window)
  }

  #window(): Window {
    const { columns, borders, session } = this.#screen
    return { columns, borders, size: session.peer }
  }

  /** What can be done, and where in the page this is, as far as that leaves a line of the page to be seen. */
  #legend(): Line[] {
    const { columns, rows, isAscii } = this.#screen
    const { length } = this.#lines()
    const offered = LEGEND.filter(([, key]) => key !== SUGGEST || this.#records.suggest !== undefined)
    const keys = offered.map(
      ([before, key, after]): Line => [
        { text: before },
        { text: '[', as: 'mark' },
        { text: key, as: 'key' },
        { text: ']', as: 'mark' },
        { text: after },
      ],
    )
    const notice: Line[] = this.#notice === '' ? [] : wrapWords([{ text: this.#notice, as: 'good' }], columns, isAscii)
    const legend = flow(keys, columns, 2).flatMap((line) => this.#fit(line))
    const room = Math.max(1, rows - legend.length - notice.length - 1)
    const place = `Lines ${this.#top + 1} to ${Math.min(length, this.#top + room)} of ${length}; space: on, b: back`
    const above = length <= room ? [[]] : wrapWords([{ text: place, as: 'mark' }], columns, isAscii)
    return [...notice, ...above, ...legend].slice(0, rows - 1)
  }
}

/** Lines that a key leads down the page, of which so many are seen. */
function step(key: string, room: number): number {
  if (key === ' ' || key === Key.RETURN || PAGE_DOWN.includes(key)) return room
  if (key === 'b' || PAGE_UP.includes(key)) return -room
  return DOWN.includes(key) ? 1 : UP.includes(key) ? -1 : 0
}

function title({ telnet, terminal, user }: Visitor, isAscii: boolean): string {
  const names = new Set(
    [telnet, terminal].filter((likeness) => likeness !== undefined).map((each) => calledBy(each!, isAscii)),
  )
  const called = [...names].join(' and ')
  return user === undefined ? called : `${brief(user, isAscii)} - ${called}`
}
