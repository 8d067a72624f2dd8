//! Writes: line ends, doubled 255, the order of mixed operations, and many at once.

use std::thread;
use std::time::Instant;

use telnet_net::op::Op;
use telnet_proto::{Command, Opt, Side};

use crate::support::{PATIENCE, Peer, Reader, connect, on_any_port, silent, utf8};

#[test]
fn line_ends_are_made_right_and_a_cr_waits_for_the_end_of_the_flush() {
    let (reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    reader.perform(id, &[Op::Text(b"a\nb\r\nc\rd\r"), Op::Text(b"\ne\r")]);
    assert_eq!(peer.expect(15), b"a\r\nb\r\nc\r\0d\r\ne\r\0");
    reader.perform(id, &[Op::Text(b"\r")]);
    reader.perform(id, &[Op::Text(b"\n")]);
    assert_eq!(peer.expect(4), b"\r\0\r\n");
}

#[test]
fn operations_leave_in_their_order() {
    let (reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    let ops = [
        Op::Text(b"a\r"),
        Op::Bytes(b"\xff\n"),
        Op::Command(Command::GA),
        Op::Subnegotiation(Opt(200), b"\xff"),
        Op::Text(b"b\r"),
        Op::Ask(Side::Local, Opt::ECHO, true),
        Op::Text(b"c\r"),
        Op::Charset(None),
        Op::Text(b"\n"),
        Op::End,
        Op::Text(b"too late"),
        Op::Command(Command::NOP),
    ];
    reader.perform(id, &ops);
    let expected = b"a\r\0\xff\xff\n\xff\xf9\xff\xfa\xc8\xff\xff\xff\xf0b\r\0\xff\xfb\x01c\r\0\n";
    assert_eq!(peer.rest(), expected);
}

#[test]
fn a_big_write_leaves_at_once_or_in_its_turn() {
    let (reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    let plain: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    let full: Vec<u8> = (0..1_000_000_u32).map(|n| n as u8).collect();
    let mut expected = b"a\r\0".to_vec();
    expected.extend_from_slice(&plain);
    telnet_proto::escape::escape(&full, &mut expected);
    expected.extend_from_slice(b"end");

    let length = expected.len();
    let received = thread::spawn(move || peer.expect(length));
    reader.perform(id, &[Op::Text(b"a\r")]);
    reader.hub.write(id, &plain, 0);
    reader.hub.write(id, &full, 0);
    reader.perform(id, &[Op::Text(b"end")]);
    assert!(received.join().unwrap() == expected, "the bytes came in another order");
    // Who sends counts when the system has taken the bytes, which may be after the peer has them.
    let deadline = Instant::now() + PATIENCE;
    let connection = reader.hub.connection(id).unwrap();
    while connection.counters() != (0, length as u64) {
        assert!(Instant::now() < deadline, "{:?}", connection.counters());
        thread::yield_now();
    }
}

#[test]
fn a_flush_of_many_connections_reaches_them_all() {
    let mut reader = Reader::new();
    let (_, address) = reader.listen(on_any_port(silent(Some(utf8()))));
    let mut peers: Vec<_> = (0..200).map(|_| connect(address)).collect();
    let ids: Vec<_> = peers.iter().map(|_| reader.next_of(telnet_net::batch::Kind::Open).connection).collect();
    for _ in 0..3 {
        let each = |text| ids.iter().map(move |&id| (id, Op::Text(text), 0));
        let ops: Vec<_> = each(&b"hear "[..]).chain(each(b"ye\n\r")).collect();
        assert!(reader.flush(&ops).iter().all(|&queued| queued == 0));
        for peer in &mut peers {
            assert_eq!(peer.expect(11), b"hear ye\r\n\r\0");
        }
    }
}

/// The memory that JavaScript lends is longer than what it has filled: the rest holds what went to others before.
#[test]
fn memory_beyond_an_operation_is_never_sent() {
    let (reader, mut peer, id) = Reader::with_peer(on_any_port(silent(None)));
    for kind in [1, 2] {
        reader.hub.flush(&mut [id, kind, 4, 0], b"mine, not yours");
        reader.hub.flush(&mut [id, kind, 1, 0, id, kind, 1, 0], b"ab, nor this");
        assert_eq!(peer.expect(6), b"mineab");
    }
    peer.expect_silence();
}

#[test]
fn operations_for_nobody_are_ignored() {
    let (reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    reader.flush(&[(77, Op::Text(b"nobody"), 5), (id, Op::Text(b"somebody"), 0), (78, Op::Destroy, 0)]);
    assert_eq!(reader.hub.write(79, b"nobody", 1), 0);
    assert_eq!(peer.expect(8), b"somebody");
}
