// Questions to whoever sits in front of the terminal, or to what is piped in, line by line.

import { createInterface, type Interface } from 'node:readline'

/** Asks one question after another. */
export class Asking {
  readonly #input: Interface
  readonly #lines: string[] = []
  #isEnded = false
  #wake: () => void = () => {}

  constructor() {
    this.#input = createInterface({
      input: process.stdin,
      output: process.stdout,
      terminal: process.stdin.isTTY === true,
    })
    this.#input.on('line', (line) => {
      this.#lines.push(line)
      this.#wake()
    })
    this.#input.on('close', () => {
      this.#isEnded = true
      this.#wake()
    })
    this.#input.on('SIGINT', () => {
      process.stdout.write('\n')
      process.exit(130)
    })
  }

  /** The answer, without blanks around it; undefined when there are no more. */
  async ask(question: string): Promise<string | undefined> {
    if (process.stdin.isTTY !== true) process.stdout.write(question)
    else if (!this.#isEnded) {
      this.#input.setPrompt(question)
      this.#input.prompt()
    }
    while (this.#lines.length === 0 && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    const answer = this.#lines.shift()
    // What is piped in does not show, and Ctrl-D neither.
    if (process.stdin.isTTY !== true || answer === undefined) process.stdout.write('\n')
    return answer?.trim()
  }

  close(): void {
    this.#input.close()
  }
}
