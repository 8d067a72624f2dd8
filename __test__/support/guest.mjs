// A program for --pty-exec: tells the size of its terminal, at first and whenever it changes, and answers each line.

const { stdin, stdout } = process

const tell = () => stdout.write(`${stdout.columns} x ${stdout.rows}\n`)

stdout.on('resize', tell)
tell()
stdin.setEncoding('utf8').on('data', (line) => {
  stdout.write(`You said ${line}`)
  if (line === 'enough\n') process.exit()
})
