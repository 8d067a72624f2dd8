// The charts of a page: bars that lie, for what is counted by name, and bars that stand, for what is counted by day. Shapes are SVG;
// words are HTML beside them, which stay as large as they are whatever the width of the window.

import type { Counts } from '../census.js'
import { type Html, html } from './html.js'

/** One bar. */
export interface Bar {
  readonly label: string
  readonly value: number
  /** What stands behind it; the value, unless given. */
  readonly told?: string
}

/** Bars that lie, the longest of which takes all the width. `whole` is what that stands for, if not for the largest. */
export function bars(list: readonly Bar[], whole = Math.max(...list.map(({ value }) => value))): Html {
  return html`<ul class="bars">${list.map(({ label, value, told }) => {
    const width = whole > 0 ? (value / whole) * 100 : 0
    return html`<li><span class="label" title="${label}">${label}</span>
<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="10"/><rect class="bar" width="${width.toFixed(2)}" height="10"/></svg>
<span class="value">${told ?? value}</span></li>`
  })}</ul>`
}

/** Bars that stand, one for each span of days. */
export function timeline(days: Counts, what: string): Html {
  const spans = spansOf(days)
  const most = Math.max(...spans.map(({ value }) => value))
  const top = roundUp(most)
  const width = 100 / spans.length
  const gap = spans.length > 40 ? 0.1 : 0.2
  const shapes = spans.map(({ label, value }, index) => {
    const height = (value / top) * 100
    return html`<rect class="bar" x="${(width * (index + gap / 2)).toFixed(3)}" y="${(100 - height).toFixed(2)}" width="${(width * (1 - gap)).toFixed(3)}" height="${height.toFixed(2)}"><title>${label}: ${value}</title></rect>`
  })
  const middle = spans[spans.length >> 1]!.label
  return html`<figure class="timeline"><div class="scale"><span>${top}</span><span>${top % 2 === 0 ? top / 2 : ''}</span><span>0</span></div>
<svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="${what}, from ${spans[0]!.label} to ${spans.at(-1)!.label}; at most ${most}">
<path class="grid" d="M0 0H100M0 50H100M0 100H100" vector-effect="non-scaling-stroke"/>${shapes}</svg>
<div class="ends"><span>${spans[0]!.label}</span><span>${spans.length > 2 ? middle : ''}</span><span>${spans.length > 1 ? spans.at(-1)!.label : ''}</span></div></figure>`
}

/** As many spans as can be told from each other; and as few as look like a line of time. */
const MOST_SPANS = 100
const LEAST_DAYS = 14

const DAY = 86_400_000

/** Days, or months, or years: as fine as there is room for. None is left out, also where nothing was. */
function spansOf(days: Counts): { label: string; value: number }[] {
  const known = [...days.keys()].sort()
  const last = Date.parse(known.at(-1)!)
  const first = Math.min(Date.parse(known[0]!), last - (LEAST_DAYS - 1) * DAY)
  const labels = [YEARS, MONTHS, DAYS].map((length) => labelsBetween(first, last, length))
  const finest = labels.findLast((list) => list.length <= MOST_SPANS) ?? labels[0]!
  const values = new Map(finest.map((label) => [label, 0]))
  for (const [day, count] of days) {
    const label = day.slice(0, finest[0]!.length)
    values.set(label, values.get(label)! + count)
  }
  return [...values].map(([label, value]) => ({ label, value }))
}

/** Characters of `YYYY-MM-DD` that tell a year, a month, a day. A census has only days of this century. */
const [YEARS, MONTHS, DAYS] = [4, 7, 10]

/** All years, months or days between two times. */
function labelsBetween(first: number, last: number, length: number): string[] {
  const labels = new Set<string>()
  for (let time = first; time <= last; time += DAY) labels.add(new Date(time).toISOString().slice(0, length))
  return [...labels]
}

/** 1, 2, 4, 6, 8, 10, 20, 40 …: the half of most of them is whole, too. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  return [1, 2, 4, 6, 8, 10].map((factor) => factor * power).find((round) => round >= value) ?? value
}
