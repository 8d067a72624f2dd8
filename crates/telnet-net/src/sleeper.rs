//! A thread that waits: what a program does that blocks, where others have an event loop.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::task::AbortHandle;

use crate::runtime::runtime;

/// Where one thread sleeps until another wakes it. A call that comes before the sleep is not lost.
#[derive(Debug, Default)]
pub struct Sleeper {
    calls: Mutex<Calls>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Calls {
    woken: bool,
    interrupted: bool,
}

/// What ended a sleep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// [`Sleeper::wake`].
    ByCall,
    /// The time was over.
    ByTime,
    /// The user's Ctrl-C.
    ByInterrupt,
}

impl Sleeper {
    /// Ends the sleep, or the next one at once.
    pub fn wake(&self) {
        self.lock().woken = true;
        self.changed.notify_one();
    }

    /// Sleeps until it is woken, at most for `most`, or else for as long as it takes. It costs nothing meanwhile.
    pub fn sleep(&self, most: Option<Duration>) -> Woken {
        // A time that no clock can tell is none.
        let deadline = most.and_then(|most| Instant::now().checked_add(most));
        let mut calls = self.lock();
        loop {
            if std::mem::take(&mut calls.interrupted) {
                return Woken::ByInterrupt;
            }
            if std::mem::take(&mut calls.woken) {
                return Woken::ByCall;
            }
            calls = match deadline {
                None => self.changed.wait(calls).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Woken::ByTime;
                    }
                    self.changed.wait_timeout(calls, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Has a Ctrl-C (SIGINT) end the sleep too, as long as what is returned lives. Whoever took the signal before still gets
    /// it; but it ends the process no more by itself, so this is for a process that has somebody for it.
    pub fn heed_interrupts(self: &Arc<Self>) -> Interrupts {
        let _runtime = runtime().enter();
        let sleeper = Arc::clone(self);
        // What is left of an earlier sleep was for that.
        self.lock().interrupted = false;
        let told = interrupts();
        Interrupts(runtime().spawn(tell(told, sleeper)).abort_handle())
    }

    fn interrupt(&self) {
        self.lock().interrupted = true;
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Interrupts are heeded.
#[derive(Debug)]
pub struct Interrupts(AbortHandle);

impl Drop for Interrupts {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(unix)]
type Told = std::io::Result<tokio::signal::unix::Signal>;
#[cfg(windows)]
type Told = std::io::Result<tokio::signal::windows::CtrlC>;

#[cfg(unix)]
fn interrupts() -> Told {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
}

#[cfg(windows)]
fn interrupts() -> Told {
    tokio::signal::windows::ctrl_c()
}

async fn tell(told: Told, sleeper: Arc<Sleeper>) {
    // A system that tells of no signals leaves a sleep uninterrupted.
    let Ok(mut told) = told else { return };
    while told.recv().await.is_some() {
        sleeper.interrupt();
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_sleep_ends_with_its_time() {
        assert_eq!(Sleeper::default().sleep(Some(Duration::from_millis(1))), Woken::ByTime);
        assert_eq!(Sleeper::default().sleep(Some(Duration::ZERO)), Woken::ByTime);
    }

    #[test]
    fn a_call_before_the_sleep_is_not_lost_and_ends_one() {
        let sleeper = Sleeper::default();
        sleeper.wake();
        sleeper.wake();
        assert_eq!(sleeper.sleep(Some(Duration::ZERO)), Woken::ByCall);
        assert_eq!(sleeper.sleep(Some(Duration::ZERO)), Woken::ByTime);
    }

    #[test]
    fn another_thread_ends_a_sleep_without_end() {
        let sleeper = Arc::new(Sleeper::default());
        let caller = Arc::clone(&sleeper);
        let calling = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            caller.wake();
        });
        assert_eq!(sleeper.sleep(None), Woken::ByCall);
        calling.join().unwrap();
        let caller = Arc::clone(&sleeper);
        let calling = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            caller.interrupt();
        });
        assert_eq!(sleeper.sleep(Some(Duration::MAX)), Woken::ByInterrupt);
        calling.join().unwrap();
    }
}
