// Patterns: expect and readUntil on the pull buffer by itself.

import test from 'ava'
import fc from 'fast-check'
import { byteReader, textReader, turn } from './support/host.js'

test('expect gives the text up to the end of the match and leaves the rest', async (t) => {
  const { reader } = textReader('Welcome\r\nlogin: x')
  t.deepEqual(await reader.expect(['password: ', 'login: ']), {
    index: 1,
    match: 'login: ',
    text: 'Welcome\r\nlogin: ',
  })
  t.is(await reader.read(), 'x')
})

test('the first pattern of the list that matches wins', async (t) => {
  const { reader } = textReader('first second')
  const found = await reader.expect([/sec(ond)/, 'first'])
  t.is(found?.index, 0)
  t.is(found?.text, 'first second')
  t.is((found!.match as RegExpExecArray)[1], 'ond')
})

test('a pattern may come in any pieces', async (t) => {
  const stream = fc.string({ unit: fc.constantFrom('a', 'b', '\n', 'ab'.repeat(600)), maxLength: 30 })
  const needle = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(
      stream,
      needle,
      fc.array(
        fc.oneof(
          fc.integer({ min: 1, max: 6 }),
          fc.nat(1500).map((size) => size + 1),
        ),
      ),
      async (stream, needle, sizes) => {
        const text = textReader()
        const bytes = byteReader()
        const found = [text.reader.readUntil(needle), bytes.reader.readUntil(Buffer.from(needle))]
        for (let at = 0, turns = 0; at < stream.length; turns++) {
          const part = stream.slice(at, at + (sizes[turns % sizes.length] ?? 700))
          text.reader.push(part, part.length)
          bytes.reader.push(Buffer.from(part), part.length)
          at += part.length
        }
        const at = stream.indexOf(needle)
        if (at !== -1) {
          for (const one of found) t.is(String(await one), stream.slice(0, at + needle.length))
          t.is(text.reader.length, stream.length - at - needle.length)
        }
        text.reader.end()
        bytes.reader.end()
        for (const one of at === -1 ? found : []) {
          const end = one.catch((error: Error & { partial: unknown }) => String(error.partial))
          t.is(await end, stream === '' ? null : stream)
        }
      },
    ),
  )
})

test('a RegExp sees all that came, with its flags', async (t) => {
  const { reader } = textReader()
  const prompt = /^\w+[#>] $/gm
  prompt.lastIndex = 5
  const found = reader.expect(prompt)
  for (const part of ['line\n', 'rou', 'ter', '# ']) {
    reader.push(part, part.length)
    await turn()
  }
  t.is((await found)?.text, 'line\nrouter# ')
  t.is(prompt.lastIndex, 5)
})

test('a sticky RegExp matches only at the beginning', async (t) => {
  const { reader } = textReader('xab')
  await t.throwsAsync(reader.readUntil(/ab/y, { timeout: 1 }), { code: 'TELNET_TIMEOUT', message: /\/ab\/y/ })
  t.is(await reader.readUntil(/xa/y), 'xa')
})

test('in bytes mode a RegExp sees each byte as a character', async (t) => {
  const { reader } = byteReader('\xff\xfe', '\x01rest')
  const found = await reader.expect(/\xfe(.)/s)
  t.deepEqual(found?.text, Buffer.from([0xff, 0xfe, 1]))
  t.is((found!.match as RegExpExecArray)[1], '\x01')
  t.is(String(await reader.read()), 'rest')
})

test('strings and bytes are looked for in either mode', async (t) => {
  const text = textReader('año: ')
  t.deepEqual(await text.reader.expect(Buffer.from('ño')), { index: 0, match: 'ño', text: 'año' })
  const bytes = byteReader()
  bytes.reader.push(Buffer.from('año: '), 6)
  t.deepEqual(await bytes.reader.expect('ño'), { index: 0, match: Buffer.from('ño'), text: Buffer.from('año') })
})

test('at the end: what came so far, or null', async (t) => {
  const { reader } = textReader('abc')
  reader.end()
  const error = await t.throwsAsync<Error & { partial: string }>(reader.expect(['x', /y/]), { code: 'TELNET_EOF' })
  t.is(error.partial, 'abc')
  t.regex(error.message, /"x" or \/y\//)
  t.is(await reader.expect('x'), null)
  t.is(await reader.readUntil('x'), null)
})

test('the limit counts the match, however the stream was cut', async (t) => {
  for (const chunks of [['abcdEND'], ['ab', 'cdE', 'ND']]) {
    const { reader } = textReader(...chunks)
    await t.throwsAsync(reader.readUntil('END', { limit: 6 }), { code: 'TELNET_LIMIT' })
    await t.throwsAsync(reader.readUntil(/END/, { limit: 6 }), { code: 'TELNET_LIMIT' })
    t.is(await reader.readUntil(/END/, { limit: 7 }), 'abcdEND')
  }
})

test('an expect that was given up has taken nothing', async (t) => {
  const { reader } = textReader('log')
  await t.throwsAsync(reader.expect('login: ', { timeout: 1 }), { code: 'TELNET_TIMEOUT' })
  reader.push('in: ', 4)
  t.is((await reader.expect('login: '))?.text, 'login: ')
})

test('what cannot be waited for is refused', async (t) => {
  const { reader } = textReader('abc')
  for (const patterns of ['', [], ['a', ''], Buffer.alloc(0), 5 as never]) {
    await t.throwsAsync(reader.expect(patterns), { code: 'TELNET_BAD_ARGUMENT' })
  }
  t.is(await reader.read(), 'abc')
})

test('a long needle over many small chunks is found', async (t) => {
  const { reader } = textReader()
  const needle = `${'ab'.repeat(500)}c`
  const found = reader.readUntil(needle)
  const stream = `${'ab'.repeat(20_000)}c`
  for (const unit of stream) reader.push(unit, 1)
  t.is(await found, stream)
})

test('a RegExp over much that comes byte by byte is looked for seldom, and found all the same', async (t) => {
  for (const make of [textReader, byteReader]) {
    const { reader, host } = make()
    let looks = 0
    // What was looked at in vain gives its credit back.
    host.consumed = () => looks++
    const found = reader.readUntil(/END/)
    const push = (text: string) => reader.push(make === textReader ? text : Buffer.from(text), 1)
    for (let count = 0; count < 100_000; count++) push('x')
    t.true(looks < 50_000, `${looks} looks`)
    for (const unit of 'END') push(unit)
    t.is((await found)?.length, 100_003)
    t.false(reader.waiting)
  }
})

test('a RegExp is looked for at once, in however much, by who does not wait', async (t) => {
  const { reader } = textReader('x'.repeat(100_000))
  const never = reader.readUntil(/END/)
  for (let count = 0; count < 10_000; count++) reader.push('x', 1)
  reader.end()
  await t.throwsAsync(never, { code: 'TELNET_EOF' })
  reader.unshift(`${'x'.repeat(100_000)}END`)
  t.is((await reader.readUntil(/END/, { timeout: 0 }))?.length, 100_003)
})

test('matches taken one after another from bytes are those of the text', async (t) => {
  const operations = fc.array(
    fc.oneof(
      fc.record({ push: fc.string({ unit: fc.constantFrom('a', 'b', 'é', ';') }) }),
      fc.record({ back: fc.string({ unit: fc.constantFrom('c', ';'), maxLength: 3 }) }),
      fc.record({ read: fc.constantFrom(/[ab]*;/, /\xe9/, /c+/) }),
    ),
  )
  await fc.assert(
    fc.asyncProperty(operations, async (operations) => {
      const { reader } = byteReader()
      let model = ''
      for (const operation of operations) {
        if ('push' in operation) {
          reader.push(Buffer.from(operation.push, 'latin1'), operation.push.length)
          model += operation.push
        } else if ('back' in operation) {
          reader.unshift(Buffer.from(operation.back, 'latin1'))
          model = operation.back + model
        } else {
          const match = operation.read.exec(model)
          if (match === null) continue
          const end = match.index + match[0].length
          t.is((await reader.readUntil(operation.read))?.toString('latin1'), model.slice(0, end))
          model = model.slice(end)
        }
      }
    }),
  )
})
