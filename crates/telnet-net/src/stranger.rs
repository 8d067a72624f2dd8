//! Who came to the wrong door: what it says first shows that it speaks TLS (RFC 8446 §5.1) or HTTP (RFC 9112 §3) where Telnet is
//! spoken, or is a server's refusal to speak anything but TLS. Such a peer waits for an answer in kind, and would wait for ever; and
//! a page in somebody's browser may have it say what it likes, a request to a port of this network whose body are commands.

use telnet_proto::Role;

use crate::error::Error;

/// What is told of a peer that is no Telnet peer, by what came first from it.
pub(crate) fn stranger(role: Role, first: &[u8]) -> Option<Error> {
    match role {
        Role::Server if is_tls_hello(first) => Some(Error::TlsHello),
        Role::Server if is_http_request(first) => Some(Error::HttpRequest),
        Role::Client if is_tls_refusal(first) => Some(Error::TlsExpected),
        _ => None,
    }
}

/// What is said to it: an answer that it understands, though behind what was said already; empty where there is none.
pub(crate) fn answer(to: &Error) -> &'static [u8] {
    match to {
        Error::HttpRequest => HTTP_ANSWER.as_bytes(),
        _ => b"",
    }
}

/// The head of a TLS record with a handshake: its type, then version 3.0 to 3.4. Nobody types that: it would be Ctrl-V and Ctrl-C
/// in one segment, then NUL to Ctrl-D.
fn is_tls_hello(first: &[u8]) -> bool {
    matches!(first, [22, 3, 0..=4, ..])
}

/// A TLS record with a fatal alert, and nothing in front of it.
fn is_tls_refusal(first: &[u8]) -> bool {
    matches!(first, [21, 3, 0..=4, 0, 2, 2, ..])
}

/// A whole request line: a method, a target, a version. A person may well begin with `GET LAMP`.
fn is_http_request(first: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b'\n', first) else { return false };
    let line = first[..end].strip_suffix(b"\r").unwrap_or(&first[..end]);
    let mut words = line.split(|&byte| byte == b' ');
    let (Some(method), Some(_), Some(version), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return false;
    };
    !method.is_empty() && method.iter().all(u8::is_ascii_uppercase) && version.starts_with(b"HTTP/")
}

const HTTP_ANSWER: &str = "HTTP/1.1 400 Bad Request\r\n\
    Content-Type: text/plain\r\n\
    Content-Length: 62\r\n\
    Connection: close\r\n\
    \r\n\
    This is a Telnet port, not a web server. Use a Telnet client.\n";

#[cfg(test)]
mod tests {
    use super::*;

    fn told(role: Role, first: &[u8]) -> Option<&'static str> {
        stranger(role, first).map(|error| error.code())
    }

    #[test]
    fn a_hello_is_known_by_its_head_and_no_line_is_one() {
        assert_eq!(told(Role::Server, b"\x16\x03\x01\x02\x00\x01\x00"), Some("TELNET_TLS_HELLO"));
        assert_eq!(told(Role::Server, b"\x16\x03\x03"), Some("TELNET_TLS_HELLO"));
        assert_eq!(told(Role::Client, b"\x16\x03\x03"), None);
        for other in [&b""[..], b"\x16", b"\x16\x03", b"\x16\x16\x03", b"\x16\x03login", b"look\r\n", b"\xff\xfb\x18"] {
            assert_eq!(told(Role::Server, other), None, "{other:?}");
        }
    }

    #[test]
    fn a_request_is_known_by_its_whole_line() {
        for request in [
            &b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"[..],
            b"POST /cgi HTTP/1.0\n",
            b"CONNECT a:443 HTTP/1.1\r\n",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ] {
            assert_eq!(told(Role::Server, request), Some("TELNET_HTTP_REQUEST"), "{request:?}");
            assert_eq!(told(Role::Client, request), None);
        }
        for other in [
            &b"GET LAMP\r\n"[..],
            b"GET / HTTP/1.1",
            b"get / HTTP/1.1\r\n",
            b"SAY I SPEAK HTTP/1.1\r\n",
            b" / HTTP/1.1\r\n",
            b"OPTIONS a SIP/2.0\r\n",
            b"\r\n",
        ] {
            assert_eq!(told(Role::Server, other), None, "{other:?}");
        }
    }

    #[test]
    fn a_server_that_wants_tls_is_known_by_its_alert() {
        assert_eq!(told(Role::Client, b"\x15\x03\x01\x00\x02\x02\x46"), Some("TELNET_TLS_EXPECTED"));
        assert_eq!(told(Role::Server, b"\x15\x03\x01\x00\x02\x02\x46"), None);
        for other in [&b"\x15\x03\x01\x00\x02\x01\x00"[..], b"\x15\x03\x03\x00", b"\x15login: "] {
            assert_eq!(told(Role::Client, other), None, "{other:?}");
        }
    }

    #[test]
    fn the_answer_is_as_long_as_it_says() {
        let (head, body) = HTTP_ANSWER.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{}", body.len());
    }
}
