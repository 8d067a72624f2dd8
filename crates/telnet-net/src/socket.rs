//! What every socket of ours has, and what can be chosen.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use crate::pace::PaceOptions;

/// Bounds and habits of a connection's socket.
#[derive(Clone, Debug)]
pub struct SocketOptions {
    /// Output that may wait for the peer, in bytes; past it the connection fails. **Default:** 16 MiB.
    pub queued_output: usize,
    /// How long a peer may read nothing while output waits for it; `None`: for ever. **Default:** 60 s.
    pub write_stall: Option<Duration>,
    /// After so long without a byte either way [`Kind::Idle`](crate::batch::Kind::Idle) is told, once until there is one.
    /// **Default:** never.
    pub idle: Option<Duration>,
    /// TCP keep-alive, beginning after so long. **Default:** off.
    pub keep_alive: Option<Duration>,
    /// A peer that by its first bytes speaks TLS or HTTP, and no Telnet, is closed, and the connection fails with what it spoke.
    /// **Default:** yes.
    pub refuses_strangers: bool,
    /// How fast the peer may speak. **Default:** at any rate.
    pub pace: PaceOptions,
}

impl Default for SocketOptions {
    fn default() -> SocketOptions {
        SocketOptions {
            queued_output: 16 << 20,
            write_stall: Some(Duration::from_secs(60)),
            idle: None,
            keep_alive: None,
            refuses_strangers: true,
            pace: PaceOptions::default(),
        }
    }
}

/// What the system takes of us before it has sent what it took, on Linux. It would take megabytes by itself, behind which the echo of a
/// key waits, and the answer to an AO.
#[cfg(any(target_os = "linux", target_os = "android"))]
const MOST_UNSENT: u32 = 64 * 1024;

/// Sets what every socket of ours has: no delay, since what leaves together was gathered before; little that the system has and
/// has not sent; and urgent data in its place in the stream, so that the data mark of a Synch is found there (RFC 854, "The
/// Telnet Synch signal").
pub(crate) fn set_up(socket: SockRef<'_>) -> io::Result<()> {
    socket.set_tcp_nodelay(true)?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket.set_tcp_notsent_lowat(MOST_UNSENT)?;
    socket.set_out_of_band_inline(true)
}

/// Has the system probe a peer that has been silent for so long.
pub(crate) fn keep_alive(socket: SockRef<'_>, after: Option<Duration>) -> io::Result<()> {
    after.map_or(Ok(()), |time| socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(time)))
}

/// Has the system give up a peer that acknowledges nothing, or takes nothing, for so long while something is on its way to it: one
/// that has vanished would else be there for a quarter of an hour, since what is sent to it the system takes all the same. Where
/// systems cannot (all but Linux's) it is. A second more than asked, so that it is usually we who notice what we can.
pub(crate) fn patience(socket: SockRef<'_>, stall: Option<Duration>) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket.set_tcp_user_timeout(stall.map(|time| time + GRACE))?;
    let _ = (socket, stall);
    Ok(())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
const GRACE: Duration = Duration::from_secs(1);

/// Sends what a socket just accepted takes, though tokio has not heard from the system yet that it takes any: without this
/// every opening would wait for a turn of the event queue. Returns how much. The system says only once that a peer broke off,
/// so that an error here is to be heeded.
pub(crate) fn send_first(socket: SockRef<'_>, bytes: &[u8]) -> io::Result<usize> {
    /// Without it, writing to a peer that is gone would be a signal.
    const MSG_NOSIGNAL: i32 = 0x4000;
    if !cfg!(target_os = "linux") {
        return Ok(0);
    }
    match socket.send_with_flags(bytes, MSG_NOSIGNAL) {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(0),
        sent => sent,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::{TcpListener, TcpStream};

    use super::*;

    #[test]
    fn an_accepted_socket_has_the_settings_of_its_listener() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        set_up(SockRef::from(&listener)).unwrap();
        let _peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let accepted = listener.accept().unwrap().0;
        let accepted = SockRef::from(&accepted);
        assert!(accepted.tcp_nodelay().unwrap());
        assert_eq!(accepted.tcp_notsent_lowat().unwrap(), MOST_UNSENT);
    }

    #[test]
    fn an_accepted_socket_has_the_patience_of_its_listener() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let accepted = |stall| {
            patience(SockRef::from(&listener), stall).unwrap();
            let _peer = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            SockRef::from(&listener.accept().unwrap().0).tcp_user_timeout().unwrap()
        };
        assert_eq!(accepted(Some(Duration::from_secs(20))), Some(Duration::from_secs(21)));
        assert_eq!(accepted(None), None);
    }
}
