// A shell that shows a sample, and spells what is typed in code points.

export default async (session) => {
  session.write(`${process.env.SAMPLE}\nready\n`)
  for await (const line of session.lines()) {
    session.write(`${Array.from(line, (one) => one.codePointAt(0).toString(16)).join(' ')}: ${line}\n`)
  }
}
