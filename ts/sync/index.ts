// telnetkit/sync: the blocking form.

export { type BlockingHandler, type BlockingServerOptions, BlockingTelnetServer } from './blocking-server.js'
export type { BlockingReadOptions, BlockingWaitOptions } from './blocking-session.js'
export { BlockingSession } from './blocking-session.js'
export { ServerConnection } from './server-connection.js'
export { TelnetConnection, type TelnetConnectionOptions } from './telnet-connection.js'
