// Programs that are to start at once: the event loop has its turns between them.

import test from 'ava'
import { turnToStart } from '../bin/starts.js'

test('one program starts in each turn of the event loop, in the order in which they came', async (t) => {
  let turn = 0
  const count = () => {
    turn++
    counting = setImmediate(count)
  }
  let counting = setImmediate(count)
  t.teardown(() => clearImmediate(counting))
  const started: [name: number, turn: number][] = []
  const start = async (name: number) => {
    await turnToStart()
    started.push([name, turn])
  }
  await Promise.all([1, 2, 3, 4, 5].map(start))
  t.deepEqual(
    started.map(([name]) => name),
    [1, 2, 3, 4, 5],
  )
  t.is(new Set(started.map(([, at]) => at)).size, 5)
})
