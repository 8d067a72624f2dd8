// Where a program is that somebody names, as a shell would find it.

import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

/** The path of the program; undefined where there is none that may be run. */
export function findProgram(name: string, path: string | undefined): string | undefined {
  if (name.includes('/')) return isProgram(resolve(name)) ? resolve(name) : undefined
  const folders = path?.split(delimiter) ?? []
  return folders.map((folder) => join(folder || '.', name)).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
