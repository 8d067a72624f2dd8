//! How connections end, and what is told of it.

use std::net::Shutdown;

use telnet_net::batch::Kind;
use telnet_net::op::Op;

use crate::support::{Peer, Reader, asking, connect, on_any_port, silent, utf8};

#[test]
fn an_end_lets_what_is_queued_leave_and_waits_for_the_peers() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    let long = vec![b'x'; 4 << 20];
    reader.perform(id, &[Op::Text(&long), Op::Text(b"last words"), Op::End]);
    let received = peer.rest();
    assert_eq!(received.len(), long.len() + 10);
    assert!(received.ends_with(b"last words"));
    peer.say(b"bye");
    drop(peer);
    assert_eq!(reader.next_text(), "bye");
    reader.next_of(Kind::End);
    let close = reader.next_of(Kind::Close);
    assert_eq!(close.error(), "");
    assert_eq!(close.data[..8], 3_u64.to_le_bytes());
    assert_eq!(close.data[8..], (received.len() as u64).to_le_bytes());
}

#[test]
fn a_peer_that_never_closes_is_not_waited_for() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    reader.perform(id, &[Op::End]);
    assert_eq!(peer.rest(), b"");
    let close = reader.next_of(Kind::Close);
    assert_eq!(close.error(), "");
    assert!(reader.hub.connection(id).is_some_and(|connection| connection.counters() == (0, 0)));
}

#[test]
fn half_closed_by_the_peer_it_can_still_be_written_to() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say(b"question");
    peer.shutdown(Shutdown::Write).unwrap();
    assert_eq!(reader.next_text(), "question");
    reader.next_of(Kind::End);
    reader.expect_silence();
    reader.perform(id, &[Op::Text(b"answer\n")]);
    assert_eq!(peer.expect(8), b"answer\r\n");
    reader.perform(id, &[Op::End]);
    assert_eq!(peer.rest(), b"");
    assert_eq!(reader.next_of(Kind::Close).error(), "");
}

#[test]
fn destroying_closes_at_once() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    reader.perform(id, &[Op::Destroy]);
    assert_eq!(peer.rest(), b"");
    assert_eq!(reader.next_of(Kind::Close).error(), "");
    // Nothing follows, and nothing can be done to it any more.
    reader.perform(id, &[Op::Text(b"x"), Op::Destroy, Op::End]);
    reader.expect_silence();
}

#[test]
fn a_reset_is_an_error() {
    let (mut reader, peer, _) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.reset();
    let close = reader.next_of(Kind::Close);
    assert!(close.error().contains(r#""code":"ECONNRESET","message":"read ECONNRESET","syscall":"read""#), "{close:?}");
}

#[test]
fn who_connects_and_leaves_is_told_to_have_come_and_gone() {
    const PEERS: usize = 500;
    let mut reader = Reader::new();
    let (_, address) = reader.listen(on_any_port(asking(Some(utf8()))));
    let leaving = std::thread::spawn(move || {
        for count in 0..PEERS {
            let peer = connect(address);
            if count % 2 == 0 {
                peer.reset();
            }
        }
    });
    let (mut opened, mut closed) = (0, 0);
    while closed < PEERS {
        let record = reader.next();
        opened += usize::from(record.is(Kind::Open));
        closed += usize::from(record.is(Kind::Close));
        if record.is(Kind::End) {
            reader.perform(record.connection, &[Op::End]);
        }
    }
    leaving.join().unwrap();
    assert_eq!(opened, PEERS);
}

#[test]
fn all_comes_back_from_an_echo_though_the_peer_ends_first() {
    const LENGTH: usize = 4 << 20;
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(None)));
    let sent: Vec<u8> = (0..LENGTH).map(|at| (at % 250) as u8).collect();
    let expected = sent.clone();
    let mut sender = peer.try_clone().unwrap();
    let sending = std::thread::spawn(move || {
        sender.say(&sent);
        sender.shutdown(Shutdown::Write).unwrap();
    });
    let receiving = std::thread::spawn(move || peer.rest());
    loop {
        let record = reader.next();
        if record.is(Kind::Bytes) && record.data.len() % 2 == 0 {
            reader.hub.write(id, &record.data, 0);
        } else if record.is(Kind::Bytes) {
            reader.perform(id, &[Op::Bytes(&record.data)]);
        } else if record.is(Kind::End) {
            reader.perform(id, &[Op::End]);
        } else if record.is(Kind::Close) {
            break assert_eq!(record.error(), "");
        }
    }
    sending.join().unwrap();
    assert!(receiving.join().unwrap() == expected);
}

#[test]
fn a_number_is_used_again_only_when_nobody_can_mean_the_old_connection() {
    let mut reader = Reader::new();
    let (_, address) = reader.listen(on_any_port(asking(Some(utf8()))));
    let mut first = connect(address);
    first.expect(3);
    let old = reader.next_of(Kind::Open).connection;
    reader.perform(old, &[Op::Destroy]);
    reader.next_of(Kind::Close);
    // The Close record was handed out, but the next poll has not begun: the reader may still be at it.
    let mut second = connect(address);
    second.expect(3);
    reader.perform(old, &[Op::Text(b"meant for the first")]);
    let new = reader.next_of(Kind::Open).connection;
    assert_ne!(new, old);
    second.expect_silence();
    let mut third = connect(address);
    third.expect(3);
    assert_eq!(reader.next_of(Kind::Open).connection, old, "free since the poll that told of the second");
}

#[test]
fn idleness_is_told_once_a_quiet_period() {
    let mut options = on_any_port(silent(Some(utf8())));
    options.socket.idle = Some(std::time::Duration::from_millis(100));
    let (mut reader, mut peer, id) = Reader::with_peer(options);
    reader.next_of(Kind::Idle);
    assert_eq!(reader.all_of(Kind::Idle, std::time::Duration::from_millis(300)), []);
    peer.say(b"x");
    reader.next_of(Kind::Idle);
    reader.perform(id, &[Op::Text(b"x")]);
    reader.next_of(Kind::Idle);
    reader.perform(id, &[Op::Timeout(None)]);
    peer.say(b"x");
    assert_eq!(reader.all_of(Kind::Idle, std::time::Duration::from_millis(300)), []);
    reader.perform(id, &[Op::Timeout(Some(std::time::Duration::from_millis(50)))]);
    reader.next_of(Kind::Idle);
}

#[test]
fn a_deadline_comes_also_after_a_flood() {
    let mut options = on_any_port(silent(None));
    options.socket.idle = Some(std::time::Duration::from_millis(200));
    let (mut reader, mut peer, _) = Reader::with_peer(options);
    // Far more reads than a task may do in a turn.
    let sending = std::thread::spawn(move || {
        peer.say(&vec![b'x'; 64 << 20]);
        peer
    });
    assert_eq!(reader.data(64 << 20).len(), 64 << 20);
    let _peer = sending.join().unwrap();
    reader.next_of(Kind::Idle);
}

#[test]
fn shutting_a_hub_down_ends_everything() {
    let mut reader = Reader::new();
    let (_, address) = reader.listen(on_any_port(asking(Some(utf8()))));
    let mut peers: Vec<_> = (0..5).map(|_| connect(address)).collect();
    for peer in &mut peers {
        peer.expect(3);
    }
    reader.next_of(Kind::Open);
    reader.hub.shut_down();
    for peer in &mut peers {
        assert_eq!(peer.rest(), b"");
    }
    assert!(std::net::TcpStream::connect(address).is_err());
    reader.perform(0, &[Op::Text(b"x")]);
}

#[test]
fn a_hub_that_is_dropped_is_shut_down() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    assert!(reader.next_of(Kind::Settled).is(Kind::Settled));
    drop(reader);
    assert_eq!(peer.rest(), b"");
}
