// A clock that only goes on, whatever becomes of the time of day, for what every session needs. Node's `performance` is one as well, and
// takes 0.7 ms to come to be, for which nobody who starts the client shall wait; what is loaded later may use either.

/** Milliseconds since some moment. */
export function now(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1_000 + nanoseconds / 1_000_000
}
