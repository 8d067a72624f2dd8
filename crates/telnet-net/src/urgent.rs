//! Urgent data of TCP, which makes a DM a Synch (RFC 854, "The Telnet Synch signal"; RFC 1123 §3.2.4).
//!
//! It stays in its place in the stream, where the system marks it: a read stops before the mark, and only one that begins
//! there goes past it. As long as the urgent byte is there and was not read, the system says so; hence a read after which it no
//! longer does has begun at the mark.

use std::io;

use socket2::SockRef;
use telnet_proto::Command;
use tokio::net::TcpStream;

#[cfg(target_os = "linux")]
pub(crate) use watch::Watch;

/// What a connection's last read makes one expect of the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Wary {
    /// Nothing.
    #[default]
    No,
    /// It ended with IAC, or data is discarded: it may have ended at the mark.
    Ended,
    /// It was an IAC and nothing else: it may have begun at the mark.
    Began,
}

impl Wary {
    pub(crate) fn of(read: &[u8], is_hurried: bool) -> Wary {
        match read {
            [IAC] if !is_hurried => Wary::Began,
            [.., IAC] => Wary::Ended,
            _ if is_hurried => Wary::Ended,
            _ => Wary::No,
        }
    }

    /// True if a read is to be taken for one that began at the mark, since its DM stands at the beginning: telnet of inetutils
    /// marks the IAC, and when that was read the system knows no more of it.
    pub(crate) fn is_synch(self, read: &[u8]) -> bool {
        match self {
            Wary::No => read.starts_with(&[IAC, Command::DM.0]),
            Wary::Ended => false,
            Wary::Began => read.first() == Some(&Command::DM.0),
        }
    }
}

const IAC: u8 = Command::IAC.0;

/// True if an urgent byte has come and was not read. Elsewhere than on Unix a DM is what it is in the stream.
pub(crate) fn is_pending(stream: &TcpStream) -> bool {
    #[cfg(unix)]
    {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};
        let mut asked = [PollFd::new(stream, PollFlags::PRI)];
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        poll(&mut asked, Some(&at_once)).is_ok() && asked[0].revents().contains(PollFlags::PRI)
    }
    #[cfg(not(unix))]
    {
        let _ = stream;
        false
    }
}

const MSG_OOB: i32 = 1;

/// Sends the DM of a Synch, whose IAC has left.
pub(crate) fn send_mark(socket: SockRef<'_>) -> io::Result<usize> {
    /// Without it, writing to a peer that is gone would be a signal.
    const MSG_NOSIGNAL: i32 = if cfg!(target_os = "linux") { 0x4000 } else { 0 };
    socket.send_with_flags(&[Command::DM.0], MSG_OOB | MSG_NOSIGNAL)
}

#[cfg(target_os = "linux")]
mod watch {
    use std::fmt;
    use std::io;
    use std::mem::MaybeUninit;
    use std::os::fd::{AsFd, OwnedFd};
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::Duration;

    use socket2::SockRef;
    use tokio::io::Interest;
    use tokio::io::unix::AsyncFd;
    use tokio::net::TcpStream;
    use tokio::time::timeout;

    use super::MSG_OOB;

    /// Waits for urgent data on a connection that is not read from. It has a descriptor of its own, since the event queue takes
    /// each but once; so there is one only while it is needed.
    #[derive(Default)]
    pub(crate) struct Watch(Option<Waiting>);

    type Waiting = Pin<Box<dyn Future<Output = bool> + Send>>;

    impl Watch {
        /// Ready when urgent data is there.
        pub(crate) fn poll(&mut self, stream: &TcpStream, cx: &mut Context<'_>) -> Poll<()> {
            let waiting = self.0.get_or_insert_with(|| {
                let descriptor = stream.as_fd().try_clone_to_owned();
                Box::pin(async move {
                    let Ok(descriptor) = descriptor else { return false };
                    is_urgent(descriptor).await
                })
            });
            match waiting.as_mut().poll(cx) {
                Poll::Ready(true) => {
                    self.0 = None;
                    Poll::Ready(())
                }
                Poll::Ready(false) => {
                    self.0 = Some(Box::pin(std::future::pending()));
                    Poll::Pending
                }
                Poll::Pending => Poll::Pending,
            }
        }

        /// It is not needed any more.
        pub(crate) fn stop(&mut self) {
            self.0 = None;
        }
    }

    /// How often one looks whether urgent data was announced.
    const LOOK: Duration = Duration::from_millis(200);

    /// True when urgent data is there or announced, false where none can come any more.
    #[expect(deprecated, reason = "what takes its place is unsafe, for descriptors that are not owned as this one is")]
    async fn is_urgent(descriptor: OwnedFd) -> bool {
        let Ok(watched) = AsyncFd::with_interest(descriptor, Interest::PRIORITY) else { return false };
        loop {
            match timeout(LOOK, watched.ready(Interest::PRIORITY)).await {
                Ok(ready) => return ready.is_ok_and(|guard| guard.ready().is_priority()),
                Err(_) if is_announced(watched.get_ref()) => return true,
                Err(_) => {}
            }
        }
    }

    /// True if the peer has said that urgent data is on its way. While it waits with the peer, since nothing fits here any
    /// more, no event tells of it: just a read of it, were it out of line, gives `EAGAIN` and not `EINVAL`.
    fn is_announced(descriptor: &OwnedFd) -> bool {
        const MSG_PEEK: i32 = 2;
        let socket = SockRef::from(descriptor);
        if socket.set_out_of_band_inline(false).is_err() {
            return false;
        }
        let peeked = socket.recv_with_flags(&mut [MaybeUninit::uninit()], MSG_OOB | MSG_PEEK);
        // It could be set before, so it can be now.
        let _ = socket.set_out_of_band_inline(true);
        peeked.map_or_else(|error| error.kind() == io::ErrorKind::WouldBlock, |length| length > 0)
    }

    impl fmt::Debug for Watch {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_tuple("Watch").field(&self.0.is_some()).finish()
        }
    }
}

/// Where no event tells of urgent data, a connection that is not read from hears of a Synch when it reads on.
#[cfg(not(target_os = "linux"))]
#[derive(Debug, Default)]
pub(crate) struct Watch;

#[cfg(not(target_os = "linux"))]
impl Watch {
    pub(crate) fn poll(&mut self, _: &TcpStream, _: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        std::task::Poll::Pending
    }

    pub(crate) fn stop(&mut self) {}
}
