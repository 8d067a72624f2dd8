//! Back-pressure and bounds: peers that send too much, read too little, or never stop.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use telnet_net::batch::Kind;
use telnet_net::connection::{CREDIT, LOW_MARK};
use telnet_net::op::Op;

use crate::support::{Peer, Reader, Record, connect, on_any_port, record_cost, silent, utf8};

/// More than any socket's buffers hold.
const FLOOD: usize = 32 << 20;

/// Sends for as long as it is let, from a thread of its own.
fn flood(peer: &TcpStream, bytes: &'static [u8], total: usize) -> thread::JoinHandle<usize> {
    let mut peer = peer.try_clone().unwrap();
    thread::spawn(move || {
        let piece = bytes.repeat(64 * 1024 / bytes.len());
        let mut sent = 0;
        while sent < total && peer.write_all(&piece).is_ok() {
            sent += piece.len();
        }
        sent
    })
}

/// What has come, when nothing more does.
fn settle(reader: &mut Reader) -> Vec<Record> {
    std::iter::from_fn(|| reader.next_within(Duration::from_millis(300))).collect()
}

#[test]
fn a_flood_is_read_as_far_as_the_credit_goes() {
    let (mut reader, peer, id) = Reader::with_peer(on_any_port(silent(None)));
    settle(&mut reader);
    reader.gives_back = false;
    let flooding = flood(&peer, b"flood", FLOOD);
    let most = CREDIT as usize + 64 * 1024;
    let fill = |reader: &mut Reader| {
        let mut length = reader.data(CREDIT as usize).len();
        length += settle(reader).iter().map(|record| record.data.len()).sum::<usize>();
        assert!(length <= most, "{length} bytes came");
        length
    };
    for _ in 0..10 {
        let length = fill(&mut reader);
        reader.flush(&[(id, Op::Nothing, length as u32)]);
    }
    // Less than all given back: it waits until it is below the credit.
    let length = fill(&mut reader);
    reader.flush(&[(id, Op::Nothing, (length - CREDIT as usize) as u32)]);
    assert_eq!(settle(&mut reader), []);
    reader.flush(&[(id, Op::Nothing, 1)]);
    reader.data(1);
    reader.perform(id, &[Op::Destroy]);
    assert!(flooding.join().unwrap() < FLOOD);
}

#[test]
fn what_makes_many_records_is_let_through_in_pieces_and_nothing_is_lost() {
    let (mut reader, peer, id) = Reader::with_peer(on_any_port(silent(None)));
    settle(&mut reader);
    reader.gives_back = false;
    const TIMES: usize = 200_000;
    // Each three bytes are a datum and a command, never two of the same kind.
    let mut sender = peer.try_clone().unwrap();
    let sending = thread::spawn(move || sender.write_all(&b"x\xff\xf1".repeat(TIMES)));
    let (mut data, mut commands) = (0, 0);
    while data < TIMES {
        let records = settle_quickly(&mut reader);
        assert!(records.len() <= 5_500, "{} records at once", records.len());
        data += records.iter().filter(|record| record.is(Kind::Bytes)).map(|record| record.data.len()).sum::<usize>();
        commands += records.iter().filter(|record| record.is(Kind::Command)).count();
        let cost = records.iter().map(record_cost).sum();
        reader.flush(&[(id, Op::Nothing, cost)]);
    }
    assert!(commands >= TIMES - 1);
    sending.join().unwrap().unwrap();
}

fn settle_quickly(reader: &mut Reader) -> Vec<Record> {
    let first = reader.next();
    let more = std::iter::from_fn(|| reader.next_within(Duration::from_millis(2)));
    std::iter::once(first).chain(more).collect()
}

#[test]
fn a_peer_that_asks_and_does_not_read_is_not_listened_to() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    let flooding = flood(&peer, b"\xff\xf6", FLOOD);
    settle(&mut reader);
    let (read, written) = reader.hub.connection(id).unwrap().counters();
    let answered = read / 2 * 9;
    assert!(answered > written, "the peer's buffer is full");
    assert!(answered - written < 1 << 20, "{} bytes of answers are queued", answered - written);
    assert!(!flooding.is_finished());
    // When it reads, it is listened to again, and answered in full.
    let reading = thread::spawn(move || {
        let mut answers = vec![0; 9 << 20];
        peer.read_exact(&mut answers).unwrap();
        answers
    });
    while !reading.is_finished() {
        reader.next_within(Duration::from_millis(10));
    }
    let answers = reading.join().unwrap();
    assert!(answers.chunks_exact(9).all(|answer| answer == b"\r\n[Yes]\r\n"));
    reader.perform(id, &[Op::Destroy]);
    reader.next_of(Kind::Close);
    flooding.join().unwrap();
}

#[test]
fn a_slow_reader_is_told_when_its_queue_has_fallen() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(None)));
    settle(&mut reader);
    let piece = vec![b'x'; 1 << 20];
    let mut written = 0;
    let mut queued = 0;
    while queued <= 4 * LOW_MARK {
        queued = reader.perform(id, &[Op::Bytes(&piece)])[0] as usize;
        written += piece.len();
        assert!(written < 15 << 20);
    }
    reader.expect_silence();
    peer.expect(written);
    let drain = reader.next();
    assert!(drain.is(Kind::Drain));
    reader.expect_silence();
}

#[test]
fn a_big_write_is_told_when_its_queue_has_fallen() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(None)));
    settle(&mut reader);
    let bytes = vec![b'x'; 12 << 20];
    let queued = reader.hub.write(id, &bytes, 0);
    assert!(queued > LOW_MARK);
    peer.expect(bytes.len());
    assert!(reader.next().is(Kind::Drain));
}

#[test]
fn what_leaves_at_once_is_not_told() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(None)));
    settle(&mut reader);
    let piece = vec![b'x'; LOW_MARK + 1];
    // Every operation of a connection tells what it has queued after all of them.
    let queued = reader.perform(id, &[Op::Bytes(&piece), Op::Bytes(&piece)]);
    assert_eq!(queued, [0, 0]);
    assert_eq!(reader.hub.write(id, &piece, 0), 0);
    peer.expect(3 * piece.len());
    reader.expect_silence();
}

#[test]
fn who_sends_faster_than_he_may_is_read_no_faster_and_it_is_told_once() {
    let mut options = on_any_port(silent(None));
    options.socket.pace.input = 100_000.0;
    let (mut reader, peer, id) = Reader::with_peer(options);
    let flooding = flood(&peer, b"flood", FLOOD);
    let news = reader.next_of(Kind::Violation);
    assert!(news.text().starts_with(r#"{"code":"input-rate","message":"#), "{}", news.text());
    // A tenth of a second of it is waited for each time, so that there are pauses.
    let waits = (0..3).filter(|_| !reader.data(10_000).is_empty()).count();
    assert_eq!(waits, 3);
    reader.perform(id, &[Op::Destroy]);
    assert!(flooding.join().unwrap() < FLOOD);
    assert_eq!(reader.all_of(Kind::Violation, Duration::from_millis(300)), []);
}

#[test]
fn who_is_read_slowly_and_breaks_off_is_noticed_in_the_end() {
    let mut options = on_any_port(silent(None));
    options.socket.pace.negotiation = 1_000.0;
    let (mut reader, mut peer, _) = Reader::with_peer(options);
    peer.say(&b"\xff\xf1".repeat(11_000));
    reader.next_of(Kind::Violation);
    drop(peer);
    reader.next_of(Kind::End);
}

#[test]
fn more_queued_than_the_limit_is_an_error() {
    for by_write in [false, true] {
        let mut options = on_any_port(silent(None));
        options.socket.queued_output = 1 << 20;
        let (mut reader, _peer, id) = Reader::with_peer(options);
        let bytes = vec![b'x'; 24 << 20];
        if by_write {
            reader.hub.write(id, &bytes, 0);
        } else {
            reader.perform(id, &[Op::Bytes(&bytes)]);
        }
        let close = reader.next_of(Kind::Close);
        assert!(close.error().contains(r#""code":"TELNET_QUEUE_LIMIT""#), "{close:?}");
    }
}

#[test]
fn a_peer_that_reads_nothing_while_output_waits_is_given_up() {
    let mut options = on_any_port(silent(None));
    options.socket.write_stall = Some(Duration::from_millis(300));
    let (mut reader, _peer, id) = Reader::with_peer(options);
    reader.perform(id, &[Op::Bytes(&vec![b'x'; 12 << 20])]);
    let close = reader.next_of(Kind::Close);
    assert!(close.error().contains(r#""code":"TELNET_WRITE_STALLED""#), "{close:?}");
}

#[test]
fn three_hundred_bad_peers_leave_a_good_one_its_turn() {
    let mut reader = Reader::new();
    let (_, address) = reader.listen(on_any_port(silent(Some(utf8()))));
    let kinds: [&'static [u8]; 6] = [
        b"\xff\xf6",
        b"\xff\xfa\x18x",
        b"\xff\xfd\x01\xff\xfe\x01",
        b"\xff\xf0\xff\x01",
        b"\x16\x03\x01",
        b"x\xff\xf1",
    ];
    let bad: Vec<_> = (0..300).map(|_| connect(address)).collect();
    for (peer, kind) in bad.iter().zip(kinds.iter().cycle()) {
        // As much as the system takes and no more: none of them reads.
        peer.set_nonblocking(true).unwrap();
        let mut peer = peer;
        let _ = peer.write(&kind.repeat(100_000));
    }
    let mut good = connect(address);
    good.say(b"hello");
    let port = good.local_addr().unwrap().port().to_string();
    let mut id = None;
    loop {
        let record = reader.next();
        if record.is(Kind::Open) && record.text().split('\t').nth(2) == Some(&port) {
            id = Some(record.connection);
        }
        if Some(record.connection) == id && record.is(Kind::Latin1) {
            break assert_eq!(record.text(), "hello");
        }
    }
    reader.perform(id.unwrap(), &[Op::Text(b"hello yourself")]);
    assert_eq!(good.expect(14), b"hello yourself");
}
