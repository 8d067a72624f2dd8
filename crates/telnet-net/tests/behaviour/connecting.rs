//! Connecting: what is told when it succeeds, fails and is given up.

use std::net::{SocketAddr, TcpListener};

use telnet_net::batch::Kind;
use telnet_net::op::Op;

use crate::support::{Peer, Reader, accept, to, utf8};

/// A port at which nobody listens.
fn nobody() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

#[test]
fn a_connection_that_stands_is_told() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut reader = Reader::new();
    let mut options = to(address, Some(utf8()));
    options.addresses.insert(0, nobody());
    options.local = Some(([127, 0, 0, 3], 0).into());
    let id = reader.hub.connect(options);
    let mut peer = accept(&listener);
    let open = reader.next();
    assert!(open.is(Kind::Open));
    let local = peer.peer_addr().unwrap();
    assert_eq!(local.ip().to_string(), "127.0.0.3");
    assert_eq!((open.connection, open.argument), (id, 0));
    assert_eq!(open.text(), format!("0\t127.0.0.1\t{}\t127.0.0.3\t{}", address.port(), local.port()));
    peer.say(b"login: ");
    assert_eq!(reader.data(7), b"login: ");
    reader.perform(id, &[Op::Text(b"me\n")]);
    assert_eq!(peer.expect(4), b"me\r\n");
    reader.perform(id, &[Op::Destroy]);
    assert_eq!(reader.next_of(Kind::Close).error(), "");
}

#[test]
fn a_refused_connection_is_told_with_the_first_address() {
    let (first, second) = (nobody(), nobody());
    let mut reader = Reader::new();
    let mut options = to(first, None);
    options.addresses.push(second);
    let id = reader.hub.connect(options);
    let close = reader.next();
    assert_eq!(close.connection, id);
    let expected = format!(r#"{{"code":"ECONNREFUSED","message":"connect ECONNREFUSED {first}""#);
    assert!(close.error().starts_with(&expected), "{}", close.error());
    assert!(close.error().ends_with(&format!(r#""address":"127.0.0.1","port":{}}}"#, first.port())));
    assert!(close.data[..16] == [0; 16]);
    reader.expect_silence();
}

#[test]
fn an_attempt_that_is_given_up_is_told_as_closed_and_never_as_open() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut reader = Reader::new();
    // The sooner, the likelier that the socket connects in the same moment.
    for _ in 0..300 {
        let id = reader.hub.connect(to(address, None));
        reader.perform(id, &[Op::Destroy]);
        let mut records = vec![reader.next()];
        while !records.last().unwrap().is(Kind::Close) {
            records.push(reader.next());
        }
        assert!(records.iter().all(|record| record.connection == id));
        assert_eq!(records.last().unwrap().error(), "");
    }
    drop(listener);
}

#[test]
fn an_attempt_that_cannot_succeed_can_be_given_up() {
    // Not a network of ours (RFC 5737): nobody answers, or the system has no way there.
    let mut reader = Reader::new();
    let id = reader.hub.connect(to("192.0.2.1:23".parse().unwrap(), None));
    reader.perform(id, &[Op::Destroy]);
    let close = reader.next();
    assert!(close.is(Kind::Close), "{close:?}");
    assert_eq!(close.connection, id);
}

#[test]
fn no_address_is_no_connection() {
    let mut reader = Reader::new();
    let mut options = to(nobody(), None);
    options.addresses.clear();
    let id = reader.hub.connect(options);
    assert_eq!(reader.next().connection, id);
}
