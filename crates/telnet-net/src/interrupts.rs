//! Ctrl-C (SIGINT) for threads that wait. Whoever took the signal before still gets it; but it ends the process no more by itself, so
//! this is for a process that has somebody for it.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, Once, PoisonError, Weak};

use tokio::sync::Notify;

use crate::runtime::runtime;
use crate::sleeper::Sleeper;

/// Interrupts since the first that listened.
static COUNT: AtomicU64 = AtomicU64::new(0);
static CAME: LazyLock<Notify> = LazyLock::new(Notify::new);
static SLEEPERS: Mutex<Vec<Weak<Sleeper>>> = Mutex::new(Vec::new());
static LISTENING: Once = Once::new();

thread_local! {
    /// As many as this thread has heeded.
    static HEEDED: Cell<u64> = const { Cell::new(0) };
}

/// True if an interrupt came that this thread has not heeded; it has then.
pub fn take() -> bool {
    let count = COUNT.load(Ordering::Acquire);
    HEEDED.replace(count) < count
}

/// What came until now is none of this thread's business: it was heard of in another way.
pub fn forget() {
    HEEDED.set(COUNT.load(Ordering::Acquire));
}

/// Begins to listen, if nobody has.
pub fn listen() {
    LISTENING.call_once(|| {
        let _runtime = runtime().enter();
        // A system that tells of no signals leaves a wait uninterrupted.
        if let Ok(interrupts) = interrupts() {
            runtime().spawn(count(interrupts));
        }
        forget();
    });
}

/// Has interrupts rouse a sleeper, too.
pub(crate) fn rouse(sleeper: &Arc<Sleeper>) {
    let mut sleepers = SLEEPERS.lock().unwrap_or_else(PoisonError::into_inner);
    sleepers.retain(|known| known.strong_count() > 0 && !Weak::ptr_eq(known, &Arc::downgrade(sleeper)));
    sleepers.push(Arc::downgrade(sleeper));
}

/// Ready when an interrupt comes that this thread has not heeded; it has then.
pub(crate) async fn next() {
    loop {
        let came = CAME.notified();
        if take() {
            return;
        }
        came.await;
    }
}

#[cfg(unix)]
type Interrupts = tokio::signal::unix::Signal;
#[cfg(windows)]
type Interrupts = tokio::signal::windows::CtrlC;

#[cfg(unix)]
fn interrupts() -> std::io::Result<Interrupts> {
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
}

#[cfg(windows)]
fn interrupts() -> std::io::Result<Interrupts> {
    tokio::signal::windows::ctrl_c()
}

async fn count(mut interrupts: Interrupts) {
    while interrupts.recv().await.is_some() {
        COUNT.fetch_add(1, Ordering::Release);
        CAME.notify_waiters();
        let sleepers = SLEEPERS.lock().unwrap_or_else(PoisonError::into_inner);
        sleepers.iter().filter_map(Weak::upgrade).for_each(|sleeper| sleeper.rouse());
    }
}
