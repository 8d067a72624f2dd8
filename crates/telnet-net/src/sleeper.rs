//! A thread that waits: what a program does that blocks, where others have an event loop.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::interrupts;

/// Where one thread sleeps until another wakes it. A call that comes before the sleep is not lost.
#[derive(Debug, Default)]
pub struct Sleeper {
    woken: Mutex<bool>,
    changed: Condvar,
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
        *self.lock() = true;
        self.changed.notify_one();
    }

    /// Sleeps until it is woken, at most for `most`, or else for as long as it takes. It costs nothing meanwhile. `interruptible`:
    /// [Ctrl-C](crate::interrupts) ends it, too, also one that came before.
    pub fn sleep(self: &Arc<Self>, most: Option<Duration>, interruptible: bool) -> Woken {
        if interruptible {
            interrupts::listen();
            interrupts::rouse(self);
        }
        // A time that no clock can tell is none.
        let deadline = most.and_then(|most| Instant::now().checked_add(most));
        let mut woken = self.lock();
        loop {
            if interruptible && interrupts::take() {
                return Woken::ByInterrupt;
            }
            if std::mem::take(&mut *woken) {
                return Woken::ByCall;
            }
            woken = match deadline {
                None => self.changed.wait(woken).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Woken::ByTime;
                    }
                    self.changed.wait_timeout(woken, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Has it look whether there was an interrupt.
    pub(crate) fn rouse(&self) {
        let _woken = self.lock();
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.woken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    const NOW: Option<Duration> = Some(Duration::ZERO);

    #[test]
    fn a_sleep_ends_with_its_time() {
        let sleeper = Arc::new(Sleeper::default());
        assert_eq!(sleeper.sleep(Some(Duration::from_millis(1)), false), Woken::ByTime);
        assert_eq!(sleeper.sleep(NOW, true), Woken::ByTime);
    }

    #[test]
    fn a_call_before_the_sleep_is_not_lost_and_ends_one() {
        let sleeper = Arc::new(Sleeper::default());
        sleeper.wake();
        sleeper.wake();
        sleeper.rouse();
        assert_eq!(sleeper.sleep(NOW, false), Woken::ByCall);
        assert_eq!(sleeper.sleep(NOW, false), Woken::ByTime);
    }

    #[test]
    fn another_thread_ends_a_sleep_without_end() {
        let sleeper = Arc::new(Sleeper::default());
        let caller = Arc::clone(&sleeper);
        let calling = thread::spawn(move || {
            thread::sleep(Duration::from_millis(20));
            caller.rouse();
            thread::sleep(Duration::from_millis(20));
            caller.wake();
        });
        assert_eq!(sleeper.sleep(Some(Duration::MAX), false), Woken::ByCall);
        calling.join().unwrap();
    }
}
