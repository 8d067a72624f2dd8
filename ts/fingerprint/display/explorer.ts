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
import { brief } from './visible.js'
import { calledBy, type Entry, type Records, type Visitor } from './visitor.js'
import { flow, wrapWords } from './wrap-line.js'

/** Milliseconds in which changes of the window's size become one. */
const SIZE_CHANGES = 100

const REFRESH = '\x0c'

/** What the keys do, in the order in which they are told, and what stands before and behind each in its word. */
const LEGEND: readonly (readonly [before: string, key: string, after: string])[] = [
  ['', 't', 'erminal'],
  ['te', 'l', 'net'],
  ['', 's', 'ummary'],
  ['s', 'u', 'ggest a name'],
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
  #entries: readonly Entry[] | undefined
  #made: { readonly key: string; readonly lines: readonly Line[] } | undefined
  #notice = ''
  #field: NameField | undefined

  constructor(screen: Screen, visitor: Visitor, records: Records) {
    this.#screen = screen
    this.#visitor = visitor
    this.#records = records
    this.#keyboard = new Keyboard(screen.session)
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
    const field = new NameField(prompt)
    this.#field = field
    this.#draw()
    try {
      for (;;) {
        const key = await this.#keyboard.next(PATIENCE)
        if (key === null || key === undefined) return key
        const answer = field.press(key)
        if (answer !== undefined || field.isLeft) return answer
        if (this.#keyboard.hasMore) continue
        if (field.isRefused) this.#screen.bell()
        this.#screen.redraw(field.line(this.#screen.columns), field.back)
        await this.#screen.taken()
      }
    } finally {
      this.#field = undefined
    }
  }

  async #follow(): Promise<void> {
    this.#draw()
    for (;;) {
      const key = await this.#keyboard.next()
      // Whoever pastes a page of keys has the last one's page drawn, not all.
      if (key === null || key === undefined || key === Key.ESCAPE) return
      if (!(await this.#press(key))) return
      if (this.#keyboard.hasMore) continue
      this.#draw()
      await this.#screen.taken()
    }
  }

  /** False: that was all. */
  async #press(key: string): Promise<boolean> {
    const letter = key.toLowerCase()
    if (letter === 'q') return false
    this.#notice = ''
    const page = Object.hasOwn(PAGES, letter) ? PAGES[letter] : undefined
    if (page !== undefined) {
      if (page === 'database') this.#entries = await this.#records.entries()
      this.#page = page
      this.#made = undefined
      this.#top = 0
    } else if (letter === 'u') {
      const questions = furtherQuestions(this.#visitor, this.#records, this.#screen.isAscii)
      if (questions.length === 0) this.#notice = KEEPS_NOTHING
      return this.#ask(questions)
    } else this.#scroll(key)
    return true
  }

  #scroll(key: string): void {
    const room = this.#room(this.#legend())
    if (key === ' ' || key === Key.RETURN || PAGE_DOWN.includes(key)) this.#top += room
    else if (key === 'b' || PAGE_UP.includes(key)) this.#top -= room
    else if (DOWN.includes(key)) this.#top++
    else if (UP.includes(key)) this.#top--
    else if (key !== REFRESH) return
    this.#top = Math.max(0, Math.min(this.#top, this.#lines().length - room))
  }

  #draw(): void {
    const lines = this.#lines()
    const field = this.#field
    const footer = field === undefined ? this.#legend(lines.length) : field.lines(this.#screen.columns)
    const room = this.#room(footer)
    this.#top = Math.max(0, Math.min(this.#top, lines.length - room))
    const body = lines.slice(this.#top, this.#top + room)
    this.#screen.draw([...body, ...footer], field?.back)
  }

  #room(footer: readonly Line[]): number {
    return Math.max(1, this.#screen.rows - footer.length)
  }

  /** The lines of the page, which are the same until another is looked at or the window changes. */
  #lines(): readonly Line[] {
    const { columns, rows } = this.#screen.session.peer
    const key = `${this.#page} ${columns} ${rows}`
    if (this.#made?.key !== key) this.#made = { key, lines: this.#make() }
    return this.#made.lines
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

  /** What can be done, and where in the page this is. */
  #legend(length = this.#lines().length): Line[] {
    const { columns, isAscii } = this.#screen
    const keys = LEGEND.map(
      ([before, key, after]): Line => [
        { text: before },
        { text: '[', as: 'mark' },
        { text: key, as: 'key' },
        { text: ']', as: 'mark' },
        { text: after },
      ],
    )
    const notice: Line[] = this.#notice === '' ? [] : [[{ text: this.#notice, as: 'good' }]]
    const legend = flow(keys, columns, 2)
    const room = this.#screen.rows - legend.length - notice.length - 1
    if (length <= room) return [...notice, [], ...legend]
    const place = `Lines ${this.#top + 1} to ${Math.min(length, this.#top + room)} of ${length}; space: on, b: back`
    return [...notice, ...wrapWords([{ text: place, as: 'mark' }], columns, isAscii), ...legend]
  }
}

function title({ telnet, terminal, user }: Visitor, isAscii: boolean): string {
  const names = new Set(
    [telnet, terminal].filter((likeness) => likeness !== undefined).map((each) => calledBy(each!, isAscii)),
  )
  const called = [...names].join(' and ')
  return user === undefined ? called : `${brief(user, isAscii)} - ${called}`
}
