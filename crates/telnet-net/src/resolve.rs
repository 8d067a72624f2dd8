//! Names looked up for a thread that waits. Where there is an event loop, its own resolver is asked.

use std::io;
use std::net::{IpAddr, ToSocketAddrs};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use crate::error::Error;

/// The addresses of a host, by the system's resolver, in its order. It has no limit of its own, so a thread asks it, which is
/// left behind where the time is over.
///
/// # Errors
/// `ENOTFOUND` and `EAI_AGAIN`, with Node's names; `ETIMEDOUT` after `most`.
pub fn resolve(host: &str, most: Option<Duration>) -> Result<Vec<IpAddr>, Error> {
    let (answer, answered) = sync_channel(1);
    let name = host.to_owned();
    thread::Builder::new()
        .name("telnetkit-dns".to_owned())
        .spawn(move || {
            let found = (name.as_str(), 0).to_socket_addrs();
            // Where nobody waits any more, nobody is told.
            _ = answer.send(found.map(|addresses| addresses.map(|address| address.ip()).collect::<Vec<_>>()));
        })
        .map_err(|error| Error::system("getaddrinfo", error))?;
    let found = match most {
        None => answered.recv().ok(),
        Some(most) => answered.recv_timeout(most).ok(),
    };
    match found {
        Some(found) => found.map_err(|source| Error::NotResolved { again: is_temporary(&source) }),
        None => Err(Error::system("getaddrinfo", io::ErrorKind::TimedOut.into())),
    }
}

/// The standard library has no kind for it, only the system's words.
fn is_temporary(error: &io::Error) -> bool {
    error.to_string().contains("emporary failure")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_are_found() {
        assert!(resolve("localhost", None).unwrap().iter().all(IpAddr::is_loopback));
        assert_eq!(resolve("127.0.0.1", Some(Duration::from_secs(5))).unwrap(), [IpAddr::from([127, 0, 0, 1])]);
    }

    #[test]
    fn a_name_that_is_none_is_told_as_in_node() {
        let code = resolve("no such host", None).unwrap_err().code();
        assert!(["ENOTFOUND", "EAI_AGAIN"].contains(&code), "{code}");
        // Where the resolver is not quicker than that.
        if let Err(error) = resolve("localhost", Some(Duration::ZERO)) {
            assert_eq!(error.code(), "ETIMEDOUT");
        }
    }
}
