//! The threads that do the reading and writing: one tokio runtime for the process, made when it is first needed.

use std::num::NonZero;
use std::sync::LazyLock;
use std::thread::available_parallelism;

use tokio::runtime::{Builder, Runtime};

/// The environment variable that sets the number of I/O threads, in the habit of `UV_THREADPOOL_SIZE`: 1 to 64.
pub const IO_THREADS: &str = "TELNETKIT_IO_THREADS";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(io_threads())
        .thread_name("telnetkit-io")
        .enable_io()
        .enable_time()
        .build()
        .expect("the system has threads and an event queue for the I/O runtime")
});

/// The runtime.
pub fn runtime() -> &'static Runtime {
    &RUNTIME
}

/// As many as the owner of the process says; else one for each core but the event loop's, and at most four, since they only
/// move bytes. (On two cores a second thread made an echo of 64 connections cost a third more: each woke the other.)
fn io_threads() -> usize {
    let chosen = std::env::var(IO_THREADS).ok().and_then(|number| number.parse().ok());
    let default = || available_parallelism().map_or(1, NonZero::get).saturating_sub(1).min(4);
    chosen.unwrap_or_else(default).clamp(1, 64)
}
