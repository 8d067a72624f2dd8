// Who is to be told when a signal is aborted. One listener a signal, however many they are: a thousand sessions may well share the
// one that ends them, but from the eleventh listener on Node warns of a leak.

const watched = new WeakMap<AbortSignal, Set<() => void>>()

/** Runs it when the signal, which is not aborted yet, is aborted. */
export function watch(signal: AbortSignal, run: () => void): void {
  let runs = watched.get(signal)
  if (runs === undefined) {
    runs = new Set()
    watched.set(signal, runs)
    signal.addEventListener('abort', onAbort)
  }
  runs.add(run)
}

/** Does not. Node keeps a signal as long as it has listeners, so the last one takes ours away. */
export function unwatch(signal: AbortSignal, run: () => void): void {
  const runs = watched.get(signal)
  if (runs?.delete(run) && runs.size === 0) forget(signal)
}

function onAbort(this: AbortSignal): void {
  const runs = watched.get(this)
  forget(this)
  for (const run of runs ?? []) run()
}

function forget(signal: AbortSignal): void {
  watched.delete(signal)
  signal.removeEventListener('abort', onAbort)
}
