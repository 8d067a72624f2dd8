// Where a program is that somebody names, as a shell would find it.

import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, resolve } from 'node:path'

/** The path of the program; undefined where there is none that may be run. */
export function findProgram(name: string, path: string | undefined): string | undefined {
  return candidates(name, path).find(isProgram)
}

/** Why there is none: something else may have that name. */
export function whyNot(name: string, path: string | undefined): string {
  const kinds = candidates(name, path).map(kindOf)
  if (kinds.includes('file')) return 'not executable by you; chmod +x makes it so'
  return kinds.includes('folder') ? 'a folder, not a program' : 'no such program'
}

/** A name with a slash is a path; any other stands in one of the folders. */
function candidates(name: string, path: string | undefined): string[] {
  if (name.includes('/')) return [resolve(name)]
  return (path?.split(delimiter) ?? []).map((folder) => resolve(folder, name))
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch {
    return undefined
  }
}
