// A page about all that a data directory holds: one file with charts and tables, which loads nothing, and tells no address of a client.

import { createHash } from 'node:crypto'
import { type Census, type Counted, type Counts, largestFirst, type Subject } from '../census.js'
import type { JsonObject } from '../document.js'
import { type Bar, bars, timeline } from './charts.js'
import { type Content, Html, html } from './html.js'
import { SORTING, STYLE } from './style.js'

/** Bars of one chart, and rows of one table. */
const MOST_BARS = 15
const MOST_ROWS = 1_000

/** The page, as it is at some time. */
export function reportPage(census: Census, now: Date): string {
  const of = (subject: Subject) => census.fingerprints.filter((one) => one.subject === subject)
  const { client, server } = census.documents
  const body =
    client + server === 0
      ? html`<p>Nothing is stored yet.</p>`
      : [tiles(census), clients(census, of), servers(census, of)]
  const script = new Html(SORTING)
  // Nothing is loaded, and nothing runs but what sorts, whatever may have become of a name.
  const hash = createHash('sha256').update(SORTING).digest('base64')
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Telnet fingerprints</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<h1>Telnet fingerprints</h1>
<p>As of ${now.toISOString().slice(0, 16).replace('T', ' ')} UTC</p>
${body}
<script>${script}</script>
</body>
</html>
`.text
}

function tiles({ fingerprints, documents }: Census): Html {
  const of = (subject: Subject) => fingerprints.filter((one) => one.subject === subject)
  const calls = [...of('telnet'), ...of('server')].reduce((sum, one) => sum + one.calls, 0)
  const named = fingerprints.filter(({ name }) => name !== undefined).length
  const counts: [string, number | string][] = [
    ['clients', documents.client],
    ['kinds of Telnet client', of('telnet').length],
    ['kinds of terminal', of('terminal').length],
    ['servers', documents.server],
    ['kinds of server', of('server').length],
    ['calls', calls],
    ['fingerprints with a name', `${named} of ${fingerprints.length}`],
  ]
  const some = counts.filter(([, count]) => count !== 0)
  return html`<dl class="tiles">${some.map(([what, count]) => html`<div><dt>${what}</dt><dd>${count}</dd></div>`)}</dl>`
}

function clients({ days, supported, documents }: Census, of: (subject: Subject) => Counted[]): Content {
  if (documents.client === 0) return undefined
  const [telnet, terminals] = [of('telnet'), of('terminal')]
  return html`<h2>Clients</h2>
<div class="telnet">
${overTime('Calls', days.client, telnet)}
${cards([
  card('Clients by Telnet fingerprint', bars(byClients(telnet))),
  terminals.length > 0 && card('Clients by terminal', bars(byClients(terminals)), 'terminal'),
  optionsCard('Options that clients support', supported.client, documents.client),
])}
</div>
${table('Kinds of Telnet client', telnet, [
  ['options', 'list', ({ sample }) => list(sample['fingerprint-data'], 'supported-options')],
  ['most often with', 'list', ({ paired }) => oftenWith(paired, terminals)],
])}
${
  terminals.length > 0 &&
  table('Kinds of terminal', terminals, [
    ['says that it is', 'list', ({ sample }) => software(sample['fingerprint-data'])],
    ['most often with', 'list', ({ paired }) => oftenWith(paired, telnet)],
  ])
}`
}

function servers({ days, supported, documents }: Census, of: (subject: Subject) => Counted[]): Content {
  if (documents.server === 0) return undefined
  const found = of('server')
  return html`<h2>Servers</h2>
<div class="server">
${overTime('Looked at', days.server, found)}
${cards([
  card('Servers by fingerprint', bars(byClients(found))),
  optionsCard('Options that servers offer, or ask for', supported.server, documents.server),
])}
</div>
${table('Kinds of server', found, [
  ['offers', 'list', ({ sample }) => list(sample['fingerprint-data'], 'offered-options')],
  ['asks for', 'list', ({ sample }) => list(sample['fingerprint-data'], 'requested-options')],
])}`
}

/** Cards beside each other, as many as there is room for. */
function cards(list: readonly (Html | false | undefined)[]): Html {
  const there = list.filter((one) => one instanceof Html)
  return html`<div class="cards ${there.length < 3 ? 'few' : ''}">${there}</div>`
}

function card(title: string, content: Content, subject = ''): Html {
  return html`<section class="card ${subject}"><h3>${title}</h3>${content}</section>`
}

function overTime(title: string, days: Counts, counted: readonly Counted[]): Html | undefined {
  if (days.size === 0) return undefined
  const known = [...days.values()].reduce((sum, count) => sum + count, 0)
  const unknown = counted.reduce((sum, { calls }) => sum + calls, 0) - known
  const more = unknown > 0 && html`<p>${unknown} more, of which no day is kept, are left out.</p>`
  return card(title, [timeline(days, title), more])
}

function optionsCard(title: string, supported: Counts, all: number): Html | undefined {
  if (supported.size === 0) return undefined
  const list = largestFirst(supported).map(([label, value]) => ({ label, value, told: percent(value, all) }))
  return card(title, bars(shortened(list), all))
}

function byClients(counted: readonly Counted[]): Bar[] {
  const list = counted.map((one) => ({
    label: one.name ?? (one.program ? `${one.program}?` : one.hash),
    value: one.clients,
  }))
  return shortened(list.sort((one, other) => other.value - one.value))
}

/** The first, and all others as one. */
function shortened(list: readonly Bar[]): Bar[] {
  if (list.length <= MOST_BARS) return [...list]
  const others = list.slice(MOST_BARS - 1)
  const most = others.every(({ told }) => told === undefined)
  const sum = others.reduce((sum, { value }) => sum + value, 0)
  // Shares of the same do not add up.
  return [...list.slice(0, MOST_BARS - 1), ...(most ? [{ label: `${others.length} others`, value: sum }] : [])]
}

type Column = readonly [head: string, style: string, cell: (one: Counted) => Content]

function table(title: string, counted: readonly Counted[], more: readonly Column[]): Html {
  const columns: Column[] = [
    ['name', '', ({ name, program }) => name ?? html`<span class="none">${program ? `${program}?` : 'no name'}</span>`],
    ['fingerprint', '', ({ hash }) => html`<code>${hash}</code>`],
    [title === 'Kinds of server' ? 'servers' : 'clients', 'number', ({ clients }) => clients],
    ['calls', 'number', ({ calls }) => calls],
    ['first', 'day', ({ first }) => first?.slice(0, 10) ?? '-'],
    ['last', 'day', ({ last }) => last?.slice(0, 10) ?? '-'],
    ...more,
  ]
  const rows = counted.slice(0, MOST_ROWS)
  const left = counted.length - rows.length
  return html`<h2>${title}</h2>
<div class="card scroll"><table><thead><tr>${columns.map(([head, style]) => html`<th scope="col" class="${style}">${head}</th>`)}</tr></thead>
<tbody>${rows.map((one) => html`<tr>${columns.map(([, style, cell]) => html`<td class="${style}">${cell(one)}</td>`)}</tr>\n`)}</tbody></table></div>
${left > 0 && html`<p>${left} that were seen more seldom are left out.</p>`}`
}

function oftenWith(paired: Counts, others: readonly Counted[]): string {
  const [most] = largestFirst(paired)
  if (most === undefined) return '-'
  return others.find(({ hash }) => hash === most[0])?.name ?? most[0]
}

function list(facts: JsonObject, key: string): string {
  const value = Object.hasOwn(facts, key) ? facts[key] : []
  return (Array.isArray(value) && value.filter((name) => typeof name === 'string').join(' ')) || '-'
}

function software(facts: JsonObject): string {
  const { software_name: name, software_version: version } = facts
  return [name, version].filter((part) => typeof part === 'string').join(' ') || '-'
}

function percent(part: number, all: number): string {
  return `${Math.round((part / all) * 100)} %`
}
