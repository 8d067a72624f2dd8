// What holds a process alive, and what must not: each case is a program of its own.

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import test from 'ava'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a module; it must end by itself. */
async function ends(program: string): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', program], {
    cwd: root,
    timeout: 20_000,
  })
  return (stdout + stderr).trim()
}

test('to import the package holds nothing', async (t) => {
  t.is(await ends(`import 'telnetkit'; console.log('over')`), 'over')
})

test('a server that listens holds the process until it is closed', async (t) => {
  const program = `
    import { createServer } from 'telnetkit'
    const server = createServer()
    await server.listen(0, '127.0.0.1')
    let held = false
    setTimeout(() => { held = true; server.close() }, 100).unref()
    process.on('exit', () => console.log(held))`
  t.is(await ends(program), 'true')
})

test('unref lets go of a server, and ref takes hold again', async (t) => {
  const program = `
    import { createServer } from 'telnetkit'
    const server = createServer()
    await server.listen(0, '127.0.0.1')
    server.unref().unref()
    server.ref()
    let count = 0
    setTimeout(() => { count++; server.unref() }, 60).unref()
    setTimeout(() => { count++ }, 10_000).unref()
    process.on('exit', () => console.log(count))`
  t.is(await ends(program), '1')
})

test('an open session holds the process, and unref lets go of it', async (t) => {
  const program = `
    import { connect, createServer } from 'telnetkit'
    const server = createServer(() => new Promise(() => {}))
    const { port } = await server.listen(0, '127.0.0.1')
    server.unref()
    server.on('session', (session) => session.unref())
    const session = await connect(port, '127.0.0.1')
    await session.ready()
    let count = 0
    setTimeout(() => { count++; session.unref() }, 100).unref()
    setTimeout(() => { count++ }, 10_000).unref()
    process.on('exit', () => console.log(count))`
  t.is(await ends(program), '1')
})

test('when all is closed the process ends', async (t) => {
  const program = `
    import { connect, createServer } from 'telnetkit'
    const server = createServer(async (session) => session.write(await session.readLine()))
    const { port } = await server.listen(0, '127.0.0.1')
    const session = await connect(port, '127.0.0.1')
    session.write('hello\\n')
    console.log(await session.readAll())
    await server.close()`
  t.is(await ends(program), 'hello')
})

test('a failed attempt to connect holds nothing', async (t) => {
  const program = `
    import { connect } from 'telnetkit'
    await connect({ port: 1, host: '127.0.0.1' }).catch(({ code }) => console.log(code))`
  t.is(await ends(program), 'ECONNREFUSED')
})

test('a listener that throws on a session of connect is the program’s own fault, as in Node', async (t) => {
  const program = `
    import { connect, createServer } from 'telnetkit'
    const server = createServer((session) => { session.write('x'); return new Promise(() => {}) })
    const { port } = await server.listen(0, '127.0.0.1')
    process.on('uncaughtException', (error) => { console.log('uncaught', error.message); process.exit(0) })
    const session = await connect(port, '127.0.0.1')
    session.on('data', () => { throw new Error('mine') })`
  t.is(await ends(program), 'uncaught mine')
})
