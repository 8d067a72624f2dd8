// Imported before a tool: the addon has nothing for terminals, as on Windows.

import { createRequire } from 'node:module'

createRequire(import.meta.url)('#native').TerminalMode = undefined
