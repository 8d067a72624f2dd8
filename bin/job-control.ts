// The job control of the user's shell: whoever is stopped (Ctrl-Z) gives the terminal back to it, and has it again when it
// is continued (`fg`). POSIX.1-2017, 2.4.3 "Signal Actions" and 11.1.4 "Terminal Access Control".

/** Milliseconds after which a stop has happened, if it happens at all. */
const MOMENT = 100

/**
 * Has the terminal given back before a stop and taken again after it, until what it returns is called.
 *
 * @param isForOther true if the stop was meant for somebody else, who has been told by then
 */
export function followJobControl(giveBack: () => void, takeAgain: () => void, isForOther: () => boolean): () => void {
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    if (isForOther()) return
    giveBack()
    // As the signal does that nobody catches. A program that no shell could continue, such as the only one of a terminal's
    // window, is not stopped by it, and goes on; SIGSTOP would stop it for ever.
    process.off('SIGTSTP', stop)
    process.kill(process.pid, 'SIGTSTP')
    timer = setTimeout(goOn, MOMENT)
  }
  const goOn = () => {
    clearTimeout(timer)
    process.off('SIGTSTP', stop).on('SIGTSTP', stop)
    takeAgain()
  }
  process.on('SIGTSTP', stop).on('SIGCONT', goOn)
  return () => {
    clearTimeout(timer)
    process.off('SIGTSTP', stop).off('SIGCONT', goOn)
  }
}
