//! Why a connection ended or a listener could not start, with the codes that Node's users know.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::inflate::Broken;
use crate::json::{self, Value};
use crate::tls_error;

/// A failure of a connection or a listener.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The system said no.
    System {
        /// The call that failed, by Node's names: `listen`, `connect`, `read`, `write`, `accept`.
        call: &'static str,
        /// What it said.
        source: io::Error,
        /// The address concerned, if one.
        address: Option<SocketAddr>,
    },
    /// The peer read nothing for so long while output was queued for it.
    WriteStalled(Duration),
    /// More output was queued than the limit, in bytes.
    QueueLimit(usize),
    /// TLS could not be agreed on, or was broken.
    Tls(rustls::Error),
    /// The peer ended in the middle of the handshake.
    TlsTruncated,
    /// The handshake of TLS took longer than that.
    TlsHandshakeTimeout(Duration),
    /// A client that speaks TLS came to where Telnet is spoken in the clear.
    TlsHello,
    /// A server that speaks TLS was spoken to in the clear.
    TlsExpected,
    /// A client that speaks HTTP came to a Telnet port.
    HttpRequest,
    /// What the peer compressed can be read no further.
    Compression(Broken),
    /// Ctrl-C ended a wait.
    Interrupted,
    /// The resolver knows no such name, or had no answer just now.
    NotResolved {
        /// It may have one later.
        again: bool,
    },
    /// A fault of ours ended the connection.
    Panicked,
}

impl Error {
    /// A system error of a call.
    pub fn system(call: &'static str, source: io::Error) -> Error {
        Error::System { call, source, address: None }
    }

    /// The same with the address concerned.
    pub fn at(call: &'static str, source: io::Error, address: SocketAddr) -> Error {
        Error::System { call, source, address: Some(address) }
    }

    /// A stable name: ours, or Node's own for what the system said.
    pub fn code(&self) -> &'static str {
        match self {
            Error::System { source, .. } => system_code(source),
            Error::WriteStalled(_) => "TELNET_WRITE_STALLED",
            Error::QueueLimit(_) => "TELNET_QUEUE_LIMIT",
            Error::Tls(error) => tls_error::code(error),
            Error::TlsTruncated => "TELNET_TLS_TRUNCATED",
            Error::TlsHandshakeTimeout(_) => "TELNET_TIMEOUT",
            Error::TlsHello => "TELNET_TLS_HELLO",
            Error::TlsExpected => "TELNET_TLS_EXPECTED",
            Error::HttpRequest => "TELNET_HTTP_REQUEST",
            Error::Compression(_) => "TELNET_COMPRESSION",
            Error::Interrupted => "TELNET_INTERRUPTED",
            Error::NotResolved { again: false } => "ENOTFOUND",
            Error::NotResolved { again: true } => "EAI_AGAIN",
            Error::Panicked => "TELNET_INTERNAL",
        }
    }

    /// Appends the error as JSON: code, message, and for a system error syscall, errno, address and port.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        let message = self.to_string();
        let mut members = vec![("code", Value::Text(self.code())), ("message", Value::Text(&message))];
        let ip;
        if let Error::System { call, source, address } = self {
            members.push(("syscall", Value::Text(call)));
            // Node's errno is negative.
            members
                .push(("errno", source.raw_os_error().map_or(Value::None, |errno| Value::Number(-i64::from(errno)))));
            if let Some(address) = address {
                ip = address.ip().to_string();
                members.push(("address", Value::Text(&ip)));
                members.push(("port", Value::Number(address.port().into())));
            }
        }
        json::object(&members, out);
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // As Node writes it: "connect ECONNREFUSED 127.0.0.1:23".
            Error::System { call, address: Some(address), .. } => write!(f, "{call} {} {address}", self.code()),
            Error::System { call, address: None, .. } => write!(f, "{call} {}", self.code()),
            Error::WriteStalled(time) => {
                write!(
                    f,
                    "the peer read nothing for {} s while output was queued (limit writeStall)",
                    time.as_secs_f32()
                )
            }
            Error::QueueLimit(limit) => {
                write!(f, "more than {limit} bytes were queued for a peer that reads too slowly (limit queuedOutput)")
            }
            Error::Tls(error) => f.write_str(&tls_error::message(error)),
            Error::TlsTruncated => {
                f.write_str("the peer ended in the middle of the handshake of TLS; does it take these versions, and is TLS spoken at that port?")
            }
            Error::TlsHandshakeTimeout(time) => write!(f, "TLS did not stand within {} s", time.as_secs_f32()),
            Error::TlsHello => {
                f.write_str("the client speaks TLS, and this port does not; it should connect without TLS")
            }
            Error::TlsExpected => f.write_str("the server speaks TLS at that port, and was spoken to in the clear"),
            Error::HttpRequest => f.write_str("the client speaks HTTP, and this is a Telnet port"),
            Error::Compression(Broken { option, after, reason }) => {
                write!(
                    f,
                    "what the peer compressed ({option}) cannot be read from its byte {after} on: {reason}; refuse compression"
                )
            }
            Error::Interrupted => f.write_str("Ctrl-C ended the wait"),
            Error::NotResolved { .. } => write!(f, "getaddrinfo {}", self.code()),
            Error::Panicked => f.write_str("a fault in telnetkit ended the connection; please report it"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::System { source, .. } => Some(source),
            _ => None,
        }
    }
}

/// Node's name for what the system said.
fn system_code(error: &io::Error) -> &'static str {
    use io::ErrorKind::*;
    match error.kind() {
        AddrInUse => "EADDRINUSE",
        AddrNotAvailable => "EADDRNOTAVAIL",
        BrokenPipe => "EPIPE",
        ConnectionAborted => "ECONNABORTED",
        ConnectionRefused => "ECONNREFUSED",
        ConnectionReset => "ECONNRESET",
        HostUnreachable => "EHOSTUNREACH",
        InvalidInput => "EINVAL",
        NetworkDown => "ENETDOWN",
        NetworkUnreachable => "ENETUNREACH",
        NotConnected => "ENOTCONN",
        OutOfMemory => "ENOMEM",
        // EPERM comes from a packet filter, EACCES from a port that is not ours to take.
        PermissionDenied if error.raw_os_error() == Some(1) => "EPERM",
        PermissionDenied => "EACCES",
        TimedOut => "ETIMEDOUT",
        _ => match error.raw_os_error() {
            // The same on every Unix, and Windows' own.
            Some(23) => "ENFILE",
            Some(24 | 10024) => "EMFILE",
            // Linux, macOS, Windows: a machine without IPv6.
            Some(97 | 47 | 10047) => "EAFNOSUPPORT",
            _ => "EIO",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_connection_reads_as_in_node() {
        let address = "127.0.0.1:23".parse().unwrap();
        let error = Error::at("connect", io::Error::from_raw_os_error(111), address);
        let mut json = Vec::new();
        error.write_json(&mut json);
        if cfg!(target_os = "linux") {
            let expected = r#"{"code":"ECONNREFUSED","message":"connect ECONNREFUSED 127.0.0.1:23","syscall":"connect","errno":-111,"address":"127.0.0.1","port":23}"#;
            assert_eq!(String::from_utf8(json).unwrap(), expected);
        }
    }
}
