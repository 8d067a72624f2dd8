// Ports by the names of their services, as telnet(1) and the system's other tools take them: services(5), a file with a line a service.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the system keeps the list. */
export const SERVICES =
  process.platform === 'win32'
    ? join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'services')
    : '/etc/services'

/** What a machine without a list knows, such as a container. */
const KNOWN: Readonly<Record<string, number>> = { telnet: 23, telnets: 992 }

/** The TCP port of a service. */
export function servicePort(name: string): number | undefined {
  return portIn(list(), name) ?? KNOWN[name]
}

/** The same, by the text of a list: `name port/protocol aliases # remark`. */
export function portIn(services: string, name: string): number | undefined {
  for (const line of services.split('\n')) {
    const [own, place = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/)
    const [, port] = /^(\d{1,5})\/tcp$/.exec(place) ?? []
    if (port !== undefined && [own, ...aliases].includes(name)) return Number(port)
  }
  return undefined
}

function list(): string {
  try {
    return readFileSync(SERVICES, 'utf8')
  } catch {
    return ''
  }
}
