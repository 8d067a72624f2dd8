//! A socket for a thread that waits and speaks Telnet itself, as Python's telnetlib did: bytes, and no more.

use std::future::{Future, poll_fn};
use std::io::{self, Read};
use std::mem::MaybeUninit;
use std::net::SocketAddr;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::Error;
use crate::interrupts;
use crate::runtime::runtime;
use crate::sleeper::Woken;

/// How long a call may take, and whether Ctrl-C ends it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience {
    /// None: as long as it takes.
    pub most: Option<Duration>,
    /// Ctrl-C ends it. Without this, it ends the process or is somebody else's.
    pub interruptible: bool,
}

/// A connected socket. It closes when it is dropped.
#[derive(Debug)]
pub struct RawSocket {
    stream: TcpStream,
}

/// Where there is something to read.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// On the socket.
    pub came: bool,
    /// On the standard input.
    pub typed: bool,
}

/// Why a call did not do what it should.
#[derive(Debug)]
pub enum Unfinished {
    /// The time was over, or Ctrl-C came.
    Ended(Woken),
    /// The system said no.
    Failed(io::Error),
}

impl RawSocket {
    /// Connects to the first of the addresses that takes it. `most` is for each of them, as Python has it.
    ///
    /// # Errors
    /// Of the last address.
    pub fn connect(addresses: &[SocketAddr], patience: Patience) -> Result<RawSocket, Error> {
        let mut failure = Error::system("connect", io::ErrorKind::AddrNotAvailable.into());
        for &address in addresses {
            match block_on(TcpStream::connect(address), patience) {
                Ok(stream) => return Ok(RawSocket { stream }),
                Err(Unfinished::Failed(error)) => failure = Error::at("connect", error, address),
                Err(Unfinished::Ended(Woken::ByInterrupt)) => return Err(Error::Interrupted),
                Err(Unfinished::Ended(_)) => {
                    failure = Error::at("connect", io::ErrorKind::TimedOut.into(), address);
                }
            }
        }
        Err(failure)
    }

    /// Waits until something came or the peer ended. False: the time was over first.
    ///
    /// # Errors
    /// [`Unfinished::Failed`], or [`Woken::ByInterrupt`].
    pub fn wait_readable(&self, patience: Patience) -> Result<bool, Unfinished> {
        // The system itself knows first: the threads for I/O hear of it a moment later.
        match SockRef::from(&self.stream).peek(&mut [MaybeUninit::uninit()]) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            result => return result.map(|_| true).map_err(Unfinished::Failed),
        }
        match block_on(self.stream.peek(&mut [0]), patience) {
            Ok(_) => Ok(true),
            Err(Unfinished::Ended(Woken::ByTime)) => Ok(false),
            Err(other) => Err(other),
        }
    }

    /// Waits until something came, and takes as much of it as `buffer` holds. 0: the peer has ended.
    ///
    /// # Errors
    /// As [`Unfinished`] has them.
    pub fn receive(&self, buffer: &mut [u8], patience: Patience) -> Result<usize, Unfinished> {
        let mut received = self.try_receive(buffer);
        loop {
            match received {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result.map_err(Unfinished::Failed),
            }
            block_on(self.stream.readable(), patience)?;
            received = self.stream.try_io(Interest::READABLE, || self.try_receive(buffer));
        }
    }

    /// The same, without waiting.
    ///
    /// # Errors
    /// `WouldBlock` where nothing came.
    pub fn try_receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        (&*SockRef::from(&self.stream)).read(buffer)
    }

    /// Sends all of it, waiting where the peer reads slowly. `most` is for each wait.
    ///
    /// # Errors
    /// As [`Unfinished`] has them; a part may have been sent.
    pub fn send(&self, bytes: &[u8], patience: Patience) -> Result<(), Unfinished> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.stream.try_write(rest) {
                Ok(sent) => rest = &rest[sent..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    block_on(self.stream.writable(), patience)?;
                }
                Err(error) => return Err(Unfinished::Failed(error)),
            }
        }
        Ok(())
    }

    /// Waits until something came, or was typed (or piped in) for this process. Tells which. Ctrl-C ends it where that is wanted.
    ///
    /// # Errors
    /// [`Unfinished::Failed`], or [`Woken::ByInterrupt`].
    #[cfg(unix)]
    pub fn wait_either(&self, interruptible: bool) -> Result<Input, Unfinished> {
        use rustix::event::{PollFd, PollFlags, poll};
        let stdin = io::stdin();
        let mut files = [PollFd::new(&self.stream, PollFlags::IN), PollFd::new(&stdin, PollFlags::IN)];
        loop {
            match poll(&mut files, None) {
                Ok(_) => {
                    let [came, typed] = files.map(|file| !file.revents().is_empty());
                    return Ok(Input { came, typed });
                }
                // No signal restarts this call, as it would a read.
                Err(rustix::io::Errno::INTR) if interruptible => return Err(Unfinished::Ended(Woken::ByInterrupt)),
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(Unfinished::Failed(error.into())),
            }
        }
    }

    /// The number that the system knows it by.
    #[cfg(unix)]
    pub fn number(&self) -> i32 {
        std::os::fd::AsRawFd::as_raw_fd(&self.stream)
    }
}

/// Runs something on the threads for I/O, whose system calls can be given up, while this one waits.
fn block_on<T>(work: impl Future<Output = io::Result<T>>, patience: Patience) -> Result<T, Unfinished> {
    let result = runtime().block_on(async {
        let work = async {
            match patience.most {
                None => Ok(work.await),
                Some(most) => timeout(most, work).await,
            }
        };
        if !patience.interruptible {
            return Some(work.await);
        }
        interrupts::listen();
        let (mut work, mut interrupt) = (pin!(work), pin!(interrupts::next()));
        poll_fn(|context| match (work.as_mut().poll(context), interrupt.as_mut().poll(context)) {
            (Poll::Ready(result), _) => Poll::Ready(Some(result)),
            (Poll::Pending, Poll::Ready(())) => Poll::Ready(None),
            (Poll::Pending, Poll::Pending) => Poll::Pending,
        })
        .await
    });
    match result {
        Some(Ok(result)) => result.map_err(Unfinished::Failed),
        Some(Err(_)) => Err(Unfinished::Ended(Woken::ByTime)),
        None => Err(Unfinished::Ended(Woken::ByInterrupt)),
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    const BRIEF: Patience = Patience { most: Some(Duration::from_millis(20)), interruptible: false };

    fn pair() -> (RawSocket, std::net::TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = RawSocket::connect(&[listener.local_addr().unwrap()], Patience::default()).unwrap();
        (socket, listener.accept().unwrap().0)
    }

    #[test]
    fn bytes_come_and_go_and_the_end_is_nothing() {
        let (socket, mut peer) = pair();
        assert!(matches!(socket.receive(&mut [0; 8], BRIEF), Err(Unfinished::Ended(Woken::ByTime))));
        assert!(!socket.wait_readable(BRIEF).unwrap());
        peer.write_all(b"hello").unwrap();
        assert!(socket.wait_readable(Patience::default()).unwrap());
        assert!(socket.wait_readable(BRIEF).unwrap(), "it takes nothing");
        let mut buffer = [0; 3];
        assert_eq!(socket.receive(&mut buffer, BRIEF).unwrap(), 3);
        assert_eq!(&buffer, b"hel");
        assert_eq!(socket.try_receive(&mut buffer).unwrap(), 2);
        assert_eq!(socket.try_receive(&mut buffer).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        socket.send(b"back", BRIEF).unwrap();
        peer.read_exact(&mut [0; 4]).unwrap();
        drop(peer);
        assert!(socket.wait_readable(BRIEF).unwrap());
        assert_eq!(socket.receive(&mut buffer, BRIEF).unwrap(), 0);
    }

    #[test]
    fn a_peer_that_reads_nothing_ends_the_patience() {
        let (socket, _peer) = pair();
        let much = vec![0; 50_000_000];
        assert!(matches!(socket.send(&much, BRIEF), Err(Unfinished::Ended(Woken::ByTime))));
    }

    #[test]
    fn the_next_address_is_tried_and_the_last_error_told() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (nobody, somebody) = ("127.0.0.1:1".parse().unwrap(), listener.local_addr().unwrap());
        assert!(RawSocket::connect(&[nobody, somebody], Patience::default()).is_ok());
        assert_eq!(RawSocket::connect(&[nobody], Patience::default()).unwrap_err().code(), "ECONNREFUSED");
    }
}
