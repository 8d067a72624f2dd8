//! A client that came to the wrong door: what it says first shows that it speaks TLS (RFC 8446 §5.1), where Telnet is spoken in
//! the clear. It waits for an answer in kind and would wait for ever.

/// True if what came first is the head of a TLS record with a handshake: its type, then version 3.0 to 3.4. Nobody types that: it
/// would be Ctrl-V and Ctrl-C in one segment, then NUL to Ctrl-D.
pub(crate) fn is_tls_hello(first: &[u8]) -> bool {
    matches!(first, [HANDSHAKE, 3, 0..=4, ..])
}

const HANDSHAKE: u8 = 22;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hello_is_known_by_its_head_and_no_line_is_one() {
        assert!(is_tls_hello(b"\x16\x03\x01\x02\x00\x01\x00"));
        assert!(is_tls_hello(b"\x16\x03\x03"));
        for other in [&b""[..], b"\x16", b"\x16\x03", b"\x16\x16\x03", b"\x16\x03login", b"look\r\n", b"\xff\xfb\x18"] {
            assert!(!is_tls_hello(other), "{other:?}");
        }
    }
}
