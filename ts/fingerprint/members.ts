// Members of documents: what there is nothing of is left out.

import type { Json } from './canonical.js'
import type { JsonObject } from './document.js'

/** Those lists in which something stands. */
export function present<Name extends string>(
  lists: { readonly [name in Name]: readonly string[] },
): {
  readonly [name in Name]?: readonly string[]
} {
  const entries = Object.entries<readonly string[]>(lists).filter(([, list]) => list.length > 0)
  return Object.fromEntries(entries) as { [name in Name]?: readonly string[] }
}

/** Those members that have a value, which is not an object without any. */
export function known(members: { readonly [name: string]: Json | undefined }): JsonObject {
  const hasValue = (entry: [string, Json | undefined]): entry is [string, Json] => {
    return entry[1] !== undefined && !isEmpty(entry[1])
  }
  return Object.fromEntries(Object.entries(members).filter(hasValue))
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
}
