//! IP addresses as JavaScript has them.

use std::net::{SocketAddr, ToSocketAddrs};

use napi::Error;

/// A port at an IP address, which may name its zone, an interface of this machine: `fe80::1%eth0` (RFC 4007 section 11).
pub(crate) fn socket_address(host: &str, port: u16) -> Result<SocketAddr, Error<String>> {
    if let Ok(address) = host.parse() {
        return Ok(SocketAddr::new(address, port));
    }
    // The system knows the zones. Of what has one it does not ask the DNS.
    let zoned = host.contains('%').then(|| (host, port).to_socket_addrs().ok()?.next()).flatten();
    zoned.ok_or_else(|| {
        Error::new("EINVAL".to_owned(), format!("'{host}' is no IP address of a network of this machine"))
    })
}
