//! Peers that speak something else, and are told from those that speak Telnet by their first bytes.

use std::io::Write;
use std::net::{Shutdown, TcpListener};

use telnet_net::batch::Kind;
use telnet_net::{ListenOptions, SocketOptions};

use crate::support::{Peer, Reader, accept, asking, on_any_port, silent, to, utf8};

const HELLO: &[u8] = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03";
const REQUEST: &[u8] = b"POST / HTTP/1.1\r\nHost: bbs.example.org\r\nContent-Length: 4000000\r\n\r\n";

#[test]
fn a_client_that_speaks_tls_is_let_go_and_it_is_said() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(asking(Some(utf8()))));
    peer.say(HELLO);
    let close = reader.next();
    assert!(
        close.error().starts_with(r#"{"code":"TELNET_TLS_HELLO","message":"the client speaks TLS"#),
        "{}",
        close.error()
    );
    assert_eq!(close.data[..8], (HELLO.len() as u64).to_le_bytes());
    assert_eq!(peer.rest(), b"");
}

#[test]
fn a_client_that_speaks_http_gets_an_answer_that_it_understands() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(asking(Some(utf8()))));
    peer.say(REQUEST);
    let close = reader.next();
    assert!(close.error().starts_with(r#"{"code":"TELNET_HTTP_REQUEST""#), "{}", close.error());
    // Nobody hears the body, and it does not cost the client the answer, as a reset would.
    for _ in 0..20 {
        peer.say(&[b'x'; 10_000]);
    }
    peer.shutdown(Shutdown::Write).unwrap();
    let answer = String::from_utf8(peer.rest()).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    assert!(answer.ends_with("This is a Telnet port, not a web server. Use a Telnet client.\n"), "{answer}");
    reader.expect_silence();
}

#[test]
fn of_who_goes_on_without_end_no_more_than_a_mebibyte_is_taken() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(asking(Some(utf8()))));
    peer.say(REQUEST);
    reader.next_of(Kind::Close);
    let mut sent = 0_usize;
    while peer.write_all(&[b'x'; 64 * 1024]).is_ok() {
        sent += 64 * 1024;
        // What the system holds on both sides comes to a few.
        assert!(sent < 64 << 20, "it is still read from");
    }
}

#[test]
fn a_request_in_two_pieces_and_one_that_comes_later_are_text() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say(b"GET LAMP\r\n");
    assert_eq!(reader.data(10), b"GET LAMP\r\n");
    peer.say(REQUEST);
    assert_eq!(reader.data(REQUEST.len()), REQUEST);
    peer.say(HELLO);
    assert!(reader.data(3).starts_with(HELLO[..3].as_ref()));
}

#[test]
fn who_wants_to_hear_strangers_does() {
    let socket = SocketOptions { refuses_strangers: false, ..SocketOptions::default() };
    let (mut reader, mut peer, _) = Reader::with_peer(ListenOptions { socket, ..on_any_port(silent(Some(utf8()))) });
    peer.say(REQUEST);
    assert_eq!(reader.data(REQUEST.len()), REQUEST);
}

#[test]
fn a_server_that_wants_tls_is_told_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut reader = Reader::new();
    reader.hub.connect(to(listener.local_addr().unwrap(), Some(utf8())));
    let mut server = accept(&listener);
    // What OpenSSL says to a client that does not begin with a handshake: protocol_version.
    server.say(b"\x15\x03\x01\x00\x02\x02\x46");
    let close = reader.next_of(Kind::Close);
    assert!(close.error().starts_with(r#"{"code":"TELNET_TLS_EXPECTED""#), "{}", close.error());
}
