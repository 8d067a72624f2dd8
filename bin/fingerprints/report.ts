// `fingerprints report`: the page of charts and tables, to a file or to standard output.

import { writeFile } from 'node:fs/promises'
import { failed } from '../../ts/fingerprint/data-file.js'
import { reportPage } from '../../ts/fingerprint/report/page.js'
import type { Work } from './index.js'

export async function report(work: Work, path: string): Promise<void> {
  const page = reportPage(await work.count(), new Date())
  if (path === '-') return void process.stdout.write(page)
  await writeFile(path, page).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new Error(`Cannot write ${path}: there is no such folder`, { cause: error })
    throw failed(`Cannot write ${path}`, error)
  })
  work.print(`Written: ${path}`)
}
