// What a page looks like, light or dark as the reader's system is, and what lets its tables be sorted by a click. Neither is needed to read it.

export const STYLE = `
:root { color-scheme: light dark; --paper: #fbfaf8; --card: #fff; --ink: #1d2126; --soft: #626a73; --line: #e3e0da;
  --telnet: #2f62b5; --terminal: #8a4fb0; --server: #23795c; --track: #efece6 }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --card: #1c2024; --ink: #e6e8ea; --soft: #9aa3ad; --line: #30363c;
  --telnet: #78a6f2; --terminal: #c39ae0; --server: #6cc3a0; --track: #282d32 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 76rem; padding: 2.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif }
h1 { margin: 0; font-size: 1.7rem; letter-spacing: -.01em }
h2 { margin: 2.75rem 0 .9rem; font-size: 1.15rem }
h3 { margin: 0 0 .8rem; font-size: .95rem }
p { margin: .3rem 0; color: var(--soft) }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.25rem, 1fr)); gap: .75rem; margin: 1.5rem 0 0; padding: 0 }
.tiles div, .card { background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
.tiles div { display: flex; flex-direction: column-reverse; justify-content: flex-end; padding: .8rem 1rem }
.tiles dt { color: var(--soft); font-size: .85rem }
.tiles dd { margin: 0; font-size: 1.6rem; font-variant-numeric: tabular-nums; line-height: 1.25 }
.cards { columns: 24rem; column-gap: .75rem }
.few { columns: 2 24rem }
.cards .card { break-inside: avoid }
.card { margin: 0 0 .75rem; padding: 1.1rem 1.25rem 1.2rem; min-width: 0 }
.telnet { --hue: var(--telnet) } .terminal { --hue: var(--terminal) } .server { --hue: var(--server) }
.bar { fill: var(--hue) } .track { fill: var(--track) } .grid { stroke: var(--line); fill: none }
.bars { display: grid; grid-template-columns: minmax(0, 9.5rem) 1fr max-content; gap: .45rem .8rem; margin: 0; padding: 0; list-style: none; font-size: .87rem }
.bars li { display: grid; grid-column: 1 / -1; grid-template-columns: subgrid; align-items: center }
.bars svg { display: block; width: 100%; height: .7rem; border-radius: 2px }
.label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.value, .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.value { color: var(--soft) }
.timeline { display: grid; grid-template-columns: max-content 1fr; gap: .3rem .6rem; margin: 0; font-size: .8rem; color: var(--soft) }
.timeline svg { display: block; width: 100%; height: 10rem; overflow: visible }
.scale { display: flex; flex-direction: column; justify-content: space-between; text-align: right; margin: -.6em 0; font-variant-numeric: tabular-nums }
.ends { grid-column: 2; display: flex; justify-content: space-between; font-variant-numeric: tabular-nums }
.scroll { overflow-x: auto; padding: 0 }
table { width: 100%; border-collapse: collapse; font-size: .87rem }
th, td { padding: .5rem .8rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
tr:last-child td { border-bottom: 0 }
th { color: var(--soft); font-weight: 600; white-space: nowrap }
th.number { text-align: right }
td:first-child { min-width: 12rem; overflow-wrap: anywhere }
code { font: .92em ui-monospace, "DejaVu Sans Mono", monospace }
.day { white-space: nowrap; font-variant-numeric: tabular-nums }
.list { color: var(--soft); min-width: 16rem; overflow-wrap: anywhere }
.none { color: var(--soft); font-style: italic }
th[data-sorts] { cursor: pointer } th[data-sorts]:hover { color: var(--ink) }
th[aria-sort=descending]::after { content: " ▾" } th[aria-sort=ascending]::after { content: " ▴" }
@media print { body { max-width: none; padding: 0 } .card, .tiles div { break-inside: avoid } }
`

/** A click on a heading sorts by its column: numbers the largest first, words by the alphabet; another click turns that round. */
export const SORTING = `
for (const head of document.querySelectorAll('th')) {
  head.dataset.sorts = ''
  head.tabIndex = 0
  const sort = () => {
    const isNumber = head.classList.contains('number')
    const body = head.closest('table').tBodies[0]
    const now = head.getAttribute('aria-sort')
    const next = now === null ? (isNumber ? 'descending' : 'ascending') : now === 'ascending' ? 'descending' : 'ascending'
    for (const other of head.parentNode.children) other.removeAttribute('aria-sort')
    head.setAttribute('aria-sort', next)
    const sign = next === 'ascending' ? 1 : -1
    const key = (row) => row.cells[head.cellIndex].textContent
    const order = isNumber ? (a, b) => key(a) - key(b) : (a, b) => key(a).localeCompare(key(b))
    body.append(...[...body.rows].sort((a, b) => sign * order(a, b)))
  }
  head.addEventListener('click', sort)
  head.addEventListener('keydown', ({ key }) => key === 'Enter' && sort())
}
`
