//! Ctrl-C for calls that wait, where the program listens to SIGINT: the handler of the core stands over the one that Node has then.
//!
//! Node takes its own away with the program's last listener, and with it what stood over it; with the next listener it puts its own
//! there again. So it is looked at before each wait. Where nobody listens the handler that ends the process stays as it is.

/// Has Ctrl-C heard, if that is wanted. Returns whether it is. For the thread of the program's listeners alone.
pub(crate) fn heeded(wanted: bool) -> bool {
    if wanted {
        #[cfg(unix)]
        handler::keep();
    }
    wanted
}

#[cfg(unix)]
mod handler {
    use std::mem::MaybeUninit;
    use std::ptr;
    use std::sync::OnceLock;

    /// The core's, as the system was told of it.
    static OURS: OnceLock<libc::sigaction> = OnceLock::new();

    pub(super) fn keep() {
        let ours = OURS.get_or_init(|| {
            telnet_net::interrupts::listen();
            current()
        });
        if current().sa_sigaction != ours.sa_sigaction {
            // SAFETY: it is what stood there before, and the function is there as long as the process. What it calls in turn is the
            // handler of Node's that it was put over, which is the same function each time.
            unsafe { libc::sigaction(libc::SIGINT, ours, ptr::null_mut()) };
        }
    }

    fn current() -> libc::sigaction {
        let mut current = MaybeUninit::zeroed();
        // SAFETY: with nothing to set, the call only writes to `current`; all zeros would be a value, too.
        unsafe {
            libc::sigaction(libc::SIGINT, ptr::null(), current.as_mut_ptr());
            current.assume_init()
        }
    }
}
