// How results are shown: a row a server, medians over the rounds, and behind a value its ratio to N, or to N and T.

/** Prints a benchmark's table, what failed, and where we stand to its goals. */
export function printTable(benchmark, results) {
  console.log(`\n${benchmark.title}  [${benchmark.name}]`)
  const rows = results
    .filter(({ runs }) => runs.some(isGood))
    .map((result) => [result.server.title, ...benchmark.columns.flatMap((column) => cells(column, result, results))])
  const head = ['', ...benchmark.columns.flatMap(({ title, against }) => [title, ...against.map((name) => `×${name}`)])]
  console.log(align([head, ...rows]))
  for (const { server, runs } of results) {
    const errors = runs.filter((run) => !isGood(run))
    if (errors.length > 0)
      console.log(`  ${server.title}: ${errors.length} of ${runs.length} runs failed: ${errors[0].error}`)
  }
  for (const goal of benchmark.goals) printGoal(goal, benchmark, results)
}

function cells(column, result, results) {
  if (column.eventLoop && !result.server.eventLoop) return ['–', ...column.against.map(() => '–')]
  const value = median(result.runs.filter(isGood).map(column.of))
  return [
    value.toFixed(column.digits),
    ...column.against.map((name) => show(ratio(column, result, named(name, results)))),
  ]
}

function printGoal({ column: title, against, atMost, atLeast }, { columns }, results) {
  const ours = named('telnetkit', results)
  const column = columns.find((candidate) => candidate.title === title)
  const reached = against
    ? ratio(column, ours, named(against, results))
    : median(ours?.runs.filter(isGood).map(column.of))
  if (reached === undefined) return
  const met = atMost === undefined ? reached >= atLeast : reached <= atMost
  const bound = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`
  console.log(`  telnetkit, ${title}: ${show(reached)} ${against ?? ''} (wanted ${bound}): ${met ? 'met' : 'NOT MET'}`)
}

/** The median over the rounds of our value divided by the other's; undefined where no round has both. */
function ratio(column, result, base) {
  if (!result || !base || (column.eventLoop && !base.server.eventLoop)) return undefined
  const pairs = result.runs.map((run, round) => [run, base.runs[round]]).filter((pair) => pair.every(isGood))
  return median(pairs.map(([run, other]) => column.of(run) / column.of(other)))
}

function named(name, results) {
  return results.find(({ server }) => server.name === name)
}

function isGood(run) {
  return run.error === undefined
}

function median(values = []) {
  if (values.length === 0) return undefined
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2
}

function show(value) {
  if (value === undefined) return '–'
  return value.toFixed(value < 0.1 ? 3 : value < 10 ? 2 : 0)
}

/** Columns as wide as their widest cell, numbers to the right. */
function align(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  '),
    )
    .map((line) => `  ${line}`)
    .join('\n')
}
