// Reading by asking: the pull buffer by itself, without a session.

import { getEventListeners } from 'node:events'
import test from 'ava'
import fc from 'fast-check'
import { byteReader, collect, textReader, turn } from './support/host.js'

const EOF = { code: 'TELNET_EOF' }
/** Longer than what is joined to its neighbours. */
const LONG = 'long '.repeat(250)
const LIMIT = { code: 'TELNET_LIMIT' }

test('read gives what is there, or waits for anything', async (t) => {
  const { reader } = textReader('ab', 'cd')
  t.is(await reader.read(3), 'abc')
  t.is(await reader.read(), 'd')
  const next = reader.read(10)
  await turn()
  reader.push('e', 1)
  t.is(await next, 'e')
  t.is(await reader.read(0), '')
})

test('who reads all that has come in a loop leaves the event loop its turns', async (t) => {
  const { reader } = textReader('\r\n'.repeat(10_000))
  reader.end()
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  let lines = 0
  while ((await reader.readLine()) !== null) lines++
  isOver = true
  t.is(lines, 10_000)
  t.true(turns >= 50, `${turns} turns`)
})

test.serial('the dearer the reads of a program are, the fewer it has in one turn', async (t) => {
  const { reader } = textReader('\r\n'.repeat(80))
  reader.end()
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  while ((await reader.readLine()) !== null) spin()
  isOver = true
  t.true(turns >= 15, `${turns} turns`)
})

test.serial('of many who wait for their turn, the dear ones leave it to the next', async (t) => {
  const readers = Array.from({ length: 20 }, () => textReader('x\n'.repeat(20)).reader)
  let longest = 0
  let inRow = 0
  let isOver = false
  const count = () => {
    inRow = 0
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const work = async (reader: (typeof readers)[number]) => {
    for (let line = 0; line < 20; line++) {
      await reader.readLine()
      spin()
      longest = Math.max(longest, ++inRow)
    }
  }
  await Promise.all(readers.map(work))
  isOver = true
  t.true(longest <= 30, `${longest} lines in one turn`)
})

/** Work that is dear by any clock. */
function spin(): void {
  const end = performance.now() + 3
  while (performance.now() < end);
}

test('what is there at once is had at once, however much was read before', async (t) => {
  const { reader } = textReader('x'.repeat(1_000))
  for (let at = 0; at < 1_000; at++) t.is(await reader.read(1, { timeout: 0 }), 'x')
})

test('read and readExactly never tear a surrogate pair', async (t) => {
  const { reader } = textReader('😀😀x')
  t.is(await reader.read(1), '😀')
  t.is(await reader.readExactly(1), '😀')
  t.is(await reader.read(1), 'x')
})

test('counts that cannot be read are refused', async (t) => {
  const { reader } = textReader('abc')
  await t.throwsAsync(reader.read(-1), { code: 'TELNET_BAD_ARGUMENT' })
  await t.throwsAsync(reader.readExactly(1.5), { code: 'TELNET_BAD_ARGUMENT' })
  t.is(await reader.read(), 'abc')
})

test('each line end ends a line', async (t) => {
  const { reader } = textReader('a\r\nb\nc\rd\n\re\r\r\n\n')
  reader.end()
  t.deepEqual(await collect(reader.lines()), ['a', 'b', 'c', 'd', '', 'e', '', ''])
})

test('in bytes mode CR NUL is a line end, in text mode it has become CR before', async (t) => {
  const bytes = byteReader('a\r\0b\0\n')
  bytes.reader.end()
  t.deepEqual((await collect(bytes.reader.lines())).map(String), ['a', 'b\0'])
  const text = textReader('a\r\0b\n')
  text.reader.end()
  t.deepEqual(await collect(text.reader.lines()), ['a', '\0b'])
})

test('a CR ends a line at once, and an LF that comes later belongs to it', async (t) => {
  const { reader, host } = textReader('a\r')
  t.is(await reader.readLine(), 'a')
  const next = reader.readLine()
  reader.push('\n', 1)
  await turn()
  t.true(reader.waiting)
  reader.push('b\n', 2)
  t.is(await next, 'b')
  t.is(host.credit, 5)
})

test('an LF that belongs to a CR is kept from other reads too', async (t) => {
  const { reader } = textReader('a\r')
  t.is(await reader.readLine(), 'a')
  t.false(reader.idle)
  reader.push('\nrest', 5)
  t.is(await reader.read(), 'rest')
  t.true(reader.idle)
})

test('a CR that did not end a line keeps its LF', async (t) => {
  const { reader } = textReader('a\r')
  t.is(await reader.read(), 'a\r')
  reader.push('\n', 1)
  t.is(await reader.read(), '\n')
})

test('lines do not depend on how the stream was cut', async (t) => {
  const text = fc.array(fc.constantFrom('a', 'é', '😀', '\r', '\n', '\r\n', '\0', LONG), { maxLength: 40 })
  const cuts = fc.array(fc.nat(6_000))
  await fc.assert(
    fc.asyncProperty(text, cuts, fc.boolean(), async (parts, cuts, isEager) => {
      for (const make of [textReader, byteReader]) {
        // latin-1 takes the low byte of each unit, which will do for bytes.
        const whole = parts.join('')
        const { reader, host } = make()
        const lines = isEager ? collect<string | Buffer>(reader.lines()) : null
        for (const part of pieces(whole, cuts)) {
          reader.push(make === textReader ? part : Buffer.from(part, 'latin1'), part.length)
          if (cuts.length % 2 === 0) await turn()
        }
        reader.end()
        const found = await (lines ?? collect<string | Buffer>(reader.lines()))
        const ends = make === textReader ? /\r\n|\r|\n/ : /\r[\n\0]|\r|\n/
        const model = make === textReader ? whole : Buffer.from(whole, 'latin1').toString('latin1')
        const expected = model.split(ends)
        if (expected.at(-1) === '') expected.pop()
        t.deepEqual(
          found.map((line) => line.toString('latin1' as never)),
          expected,
        )
        t.is(host.credit, whole.length)
        t.is(host.ends, 1)
      }
    }),
    { numRuns: 200 },
  )
})

test('reads of any kind put together are the stream', async (t) => {
  const operations = fc.array(
    fc.oneof(
      fc.record({ push: fc.string({ maxLength: 20, unit: fc.constantFrom('a', 'b', '\r', LONG) }) }),
      fc.record({ read: fc.integer({ min: 1, max: 3_000 }) }),
      fc.record({ exactly: fc.integer({ min: 1, max: 3_000 }) }),
      fc.record({ back: fc.string({ minLength: 1, maxLength: 5, unit: 'binary-ascii' }) }),
    ),
  )
  await fc.assert(
    fc.asyncProperty(operations, fc.boolean(), async (operations, isBinary) => {
      const { reader, host } = isBinary ? byteReader() : textReader()
      let model = ''
      let pushed = 0
      for (const operation of operations) {
        if ('push' in operation) {
          reader.push(isBinary ? Buffer.from(operation.push) : operation.push, operation.push.length)
          model += operation.push
          pushed += operation.push.length
        } else if ('back' in operation) {
          reader.unshift(isBinary ? Buffer.from(operation.back) : operation.back)
          model = operation.back + model
        } else {
          const [count, what] =
            'read' in operation ? [operation.read, 'read' as const] : [operation.exactly, 'readExactly' as const]
          if (model.length < (what === 'read' ? 1 : count)) continue
          t.is(String(await reader[what](count)), model.slice(0, count))
          model = model.slice(count)
        }
        t.is(reader.length, model.length)
        t.true(host.credit <= pushed)
      }
      reader.end()
      t.is(String(await reader.readAll()), model)
      t.is(host.credit, pushed)
    }),
  )
})

test('at the end reads give null, and the last line needs no end', async (t) => {
  const { reader, host } = textReader('one\ntwo')
  reader.end()
  t.deepEqual(await collect(reader.lines()), ['one', 'two'])
  t.is(await reader.read(), null)
  t.is(await reader.readLine(), null)
  t.is(await reader.readExactly(2), null)
  t.is(await reader.readAll(), '')
  t.is(host.ends, 1)
})

test('readExactly tells at the end what came so far', async (t) => {
  const { reader } = textReader('abc')
  const wanted = reader.readExactly(5)
  reader.end()
  const error = await t.throwsAsync<Error & { partial: string }>(wanted, EOF)
  t.is(error.partial, 'abc')
  t.is(await reader.readExactly(5), null)
})

test('iteration gives chunks as they come; to leave it leaves the rest', async (t) => {
  const { reader } = byteReader('one', 'two')
  for await (const chunk of reader) {
    t.is(String(chunk), 'onetwo')
    break
  }
  reader.push(Buffer.from('x\ny\n'), 4)
  for await (const line of reader.lines()) {
    t.is(String(line), 'x')
    break
  }
  t.is(String(await reader.read()), 'y\n')
})

test('to leave a loop that waits gives the read up, and loses nothing', async (t) => {
  const { reader } = textReader('one\ntw')
  const lines = reader.lines()
  t.deepEqual(await lines.next(), { done: false, value: 'one' })
  const next = lines.next()
  t.deepEqual(await lines.return?.('left'), { done: true, value: 'left' })
  t.deepEqual(await next, { done: true, value: undefined })
  t.false(reader.waiting)
  reader.push('o\n', 2)
  t.deepEqual(await lines.next(), { done: true, value: undefined })
  t.is(await reader.readLine(), 'two')
  const chunks = reader[Symbol.asyncIterator]()
  const chunk = chunks.next()
  await chunks.return?.()
  t.true((await chunk).done)
  const line = reader.readLine()
  await chunks.return?.()
  await lines.return?.()
  reader.push('three\n', 6)
  t.is(await line, 'three')
})

test('a second read at the same time is refused, and disturbs nothing', async (t) => {
  const { reader } = textReader()
  const first = reader.readLine()
  await t.throwsAsync(reader.read(), { code: 'TELNET_BUSY' })
  reader.push('line\n', 5)
  t.is(await first, 'line')
  t.is(await Promise.race([reader.read(), turn()]), undefined)
})

test('a read that is given up has taken nothing', async (t) => {
  const { reader } = textReader('abc')
  await t.throwsAsync(reader.readExactly(5, { timeout: 1 }), { code: 'TELNET_TIMEOUT', message: /5 .* 1 ms/ })
  const controller = new AbortController()
  const aborted = reader.readLine({ signal: controller.signal })
  reader.push('de', 2)
  controller.abort('reason')
  const error = await t.throwsAsync(aborted, { name: 'AbortError' })
  t.is(error.cause, 'reason')
  await t.throwsAsync(reader.read(1, { signal: AbortSignal.abort() }), { name: 'AbortError' })
  t.false(reader.waiting)
  t.is(await reader.readExactly(5, { timeout: 0 }), 'abcde')
})

test('options that nobody knows, and values that they cannot take, are refused and block nothing', async (t) => {
  const { reader } = textReader('abc')
  const wrong = [
    { timeout: -1 },
    { timeout: '5' },
    { timout: 5 },
    { signal: {} },
    { timeout: null },
    null,
    5,
  ] as never[]
  for (const options of wrong) {
    await t.throwsAsync(reader.read(1, options), { code: 'TELNET_BAD_OPTION' })
    await t.throwsAsync(reader.readExactly(1, options), { code: 'TELNET_BAD_OPTION' })
  }
  for (const options of [...wrong, { limit: -1 } as never, { limit: '5' } as never]) {
    await t.throwsAsync(reader.readLine(options), { code: 'TELNET_BAD_OPTION' })
    await t.throwsAsync(reader.readUntil('b', options), { code: 'TELNET_BAD_OPTION' })
    await t.throwsAsync(reader.expect(['b'], options), { code: 'TELNET_BAD_OPTION' })
    await t.throwsAsync(reader.readAll(options), { code: 'TELNET_BAD_OPTION' })
    t.throws(() => reader.lines(options), { code: 'TELNET_BAD_OPTION' })
  }
  await t.throwsAsync(reader.read(1, { limit: 5 } as never), { message: /no option limit .* signal, timeout/ })
  const forEver = { timeout: Number.POSITIVE_INFINITY, signal: undefined, other: undefined }
  t.is(await reader.read(Number.POSITIVE_INFINITY, forEver), 'abc')
})

test('after a failure what is held can still be read', async (t) => {
  const { reader } = textReader('one\ntwo')
  const failure = new Error('lost')
  reader.fail(failure)
  t.is(await reader.readLine(), 'one')
  t.is(await t.throwsAsync(reader.readLine()), failure)
  t.is(await reader.read(), 'two')
  t.is(await t.throwsAsync(reader.read()), failure)
  t.is(await t.throwsAsync(reader.readExactly(1, { timeout: 1000 })), failure)
})

test('past the limit a read rejects, and all stays to be read', async (t) => {
  for (const chunks of [['abcdefgh\n'], ['abcd', 'efgh', '\n']]) {
    const { reader } = textReader(...chunks)
    await t.throwsAsync(reader.readLine({ limit: 7 }), LIMIT)
    t.is(await reader.readLine({ limit: 8 }), 'abcdefgh')
  }
  const { reader } = textReader('abc')
  const all = reader.readAll({ limit: 5 })
  reader.push('def', 3)
  await t.throwsAsync(all, LIMIT)
  t.is(await reader.read(), 'abcdef')
})

test('credit comes back when data is taken, and when a read waits for more', async (t) => {
  const { reader, host } = textReader(LONG, LONG)
  t.is(host.credit, 0)
  await reader.read(LONG.length + 1)
  t.is(host.credit, LONG.length)
  const exactly = reader.readExactly(LONG.length)
  while (host.credit === LONG.length) await turn()
  t.is(host.credit, LONG.length * 2)
  reader.push('gh', 2)
  t.is((await exactly)?.at(-1), 'g')
  t.is(await reader.read(), 'h')
  t.is(host.credit, LONG.length * 2 + 2)
})

test('what is held changes between text and bytes with the session', async (t) => {
  const { reader, host } = textReader('é', 'b')
  host.binary = true
  reader.recode()
  t.deepEqual(await (reader.read() as Promise<unknown>), Buffer.from('éb'))
  reader.push('é', 2)
  t.deepEqual(await (reader.read() as Promise<unknown>), Buffer.from('é'))
  const line = reader.readLine() as Promise<unknown>
  reader.push(Buffer.from('a'), 1)
  host.binary = false
  reader.recode()
  reader.push('b\n', 2)
  t.is(await line, 'ab')
})

test('a buffer of many chunks is read in pieces without going over it again', async (t) => {
  const { reader } = textReader()
  const count = 200_000
  for (let index = 0; index < count; index++) reader.push(index % 10 === 9 ? '\n' : 'x', 1)
  for (let index = 0; index < count / 2; index++) await reader.read(1)
  for (let index = 0; index < count / 20; index++) t.is((await reader.readLine())?.length, 9)
  const slow = reader.readLine()
  for (let index = 0; index < count; index++) reader.push('x', 1)
  reader.push('\n', 1)
  t.is((await slow)?.length, count)
})

/** A text cut at each of some positions. */
function pieces(text: string, cuts: number[]): string[] {
  const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length]
  return at.slice(1).map((end, index) => text.slice(at[index], end))
}

test('many reads may share one signal, and none leaves anything on it', async (t) => {
  const controller = new AbortController()
  const { signal } = controller
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  const readers = Array.from({ length: 50 }, () => textReader().reader)
  const reads = readers.map((reader) => reader.readLine({ signal }))
  for (const [index, reader] of readers.entries()) if (index % 2 === 0) reader.push('line\n', 5)
  t.is(await reads[0], 'line')
  t.true(getEventListeners(signal, 'abort').length > 0)
  controller.abort('reason')
  for (const [index, read] of reads.entries()) {
    if (index % 2 === 0) t.is(await read, 'line')
    else t.is((await t.throwsAsync(read, { name: 'AbortError' }))?.cause, 'reason')
  }
  const other = new AbortController()
  const last = readers[0]!.readLine({ signal: other.signal })
  readers[0]!.push('last\n', 5)
  t.is(await last, 'last')
  for (const one of [signal, other.signal]) t.is(getEventListeners(one, 'abort').length, 0)
  await turn()
  process.off('warning', onWarning)
  t.deepEqual(warnings, [])
})

test('a fault holds its credit, and what is behind it waits, until a read has met it', async (t) => {
  const { reader, host } = textReader('ab')
  const fault = new Error('no text')
  reader.pushFault(fault, 100)
  reader.push('cd\r', 3)
  reader.pushFault(fault, 100)
  reader.push('\nef', 3)
  reader.end()
  t.is(reader.length, 2)
  t.is(await reader.read(), 'ab')
  t.is(host.credit, 2)
  await t.throwsAsync(reader.read(), { is: fault })
  t.is(host.credit, 102)
  t.is(await reader.readLine(), 'cd')
  await t.throwsAsync(reader.readLine(), { is: fault })
  t.is(await reader.readLine(), 'ef', 'the LF behind a CR belongs to it')
  t.is(await reader.read(), null)
  t.is(host.credit, 208)
  t.deepEqual(host.faults, [])
})

test('a fault is discarded with what is discarded, and told to the host where a consumer takes', async (t) => {
  const { reader, host } = textReader()
  reader.pushFault(new Error('no text'), 100)
  reader.push('x', 1)
  reader.discard()
  t.true(reader.isEmpty)
  t.is(host.credit, 101)
  const taken: string[] = []
  reader.pushFault(new Error('no text'), 100)
  reader.push('y', 1)
  reader.consumer = { consume: () => void taken.push(reader.take()!), end: () => {} }
  while (taken.length < 1) await turn()
  reader.pushFault(new Error('no text'), 100)
  reader.push('z', 1)
  while (taken.length < 2) await turn()
  t.deepEqual(taken, ['y', 'z'])
  t.is(host.faults.length, 2)
})
