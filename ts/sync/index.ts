// telnetkit/sync: the blocking form.

export type { BlockingReadOptions, BlockingWaitOptions } from './blocking-session.js'
export { BlockingSession } from './blocking-session.js'
export { TelnetConnection, type TelnetConnectionOptions } from './telnet-connection.js'
