//! The Synch: what urgent data does to what came before it, and how one is sent (RFC 854).

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use socket2::SockRef;
use telnet_net::batch::Kind;
use telnet_net::connection::CREDIT;
use telnet_net::op::Op;
use telnet_proto::Command;

use crate::support::{Peer, Reader, accept, connect, on_any_port, silent, to, utf8};

fn say_urgently(peer: &TcpStream, bytes: &[u8]) {
    assert_eq!(SockRef::from(peer).send_out_of_band(bytes).unwrap(), bytes.len());
}

/// What is told until data ends with `last`: the data, and each command in brackets.
fn told_until(reader: &mut Reader, last: &str) -> String {
    let mut told = String::new();
    while !told.ends_with(last) {
        let record = reader.next();
        match record.kind {
            kind if kind == Kind::Command as u8 => {
                let mark = if record.argument >> 8 == 1 { "!" } else { "" };
                told += &format!("[{}{mark}]", Command(record.argument as u8));
            }
            kind if kind == Kind::Close as u8 => panic!("{}", record.error()),
            _ if record.is_text() => told += &record.text(),
            _ => {}
        }
    }
    told
}

#[test]
fn an_urgent_data_mark_keeps_its_place_and_is_told_as_one() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say(b"before");
    assert_eq!(told_until(&mut reader, "before"), "before");
    peer.say(b"\xff\xf4\xff");
    say_urgently(&peer, b"\xf2");
    peer.say(b"after");
    assert_eq!(told_until(&mut reader, "after"), "[IP][DM!]after");
}

#[test]
fn a_synch_sent_in_one_piece_is_one() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    for _ in 0..20 {
        say_urgently(&peer, b"\xff\xf2");
        peer.say(b"after");
        assert_eq!(told_until(&mut reader, "after"), "[DM!]after");
    }
}

#[test]
fn a_synch_whose_iac_is_the_urgent_byte_is_one() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    for _ in 0..20 {
        peer.say(b"before");
        assert_eq!(told_until(&mut reader, "before"), "before");
        say_urgently(&peer, b"\xff");
        peer.say(b"\xf2after");
        assert_eq!(told_until(&mut reader, "after"), "[DM!]after");
    }
}

/// The telnetd of inetutils 2.4 answers an interrupt so, at once: a read ends at the mark, and more is there.
#[test]
fn what_comes_with_a_synch_is_not_left_lying() {
    let (mut reader, listener) = (Reader::new(), TcpListener::bind("127.0.0.1:0").unwrap());
    reader.hub.connect(to(listener.local_addr().unwrap(), Some(utf8())));
    let mut peer = accept(&listener);
    for _ in 0..20 {
        peer.say(b"before");
        say_urgently(&peer, b"\xff");
        peer.say(b"\xf2after");
        let told = told_until(&mut reader, "after");
        // What is discarded depends on what was read by then.
        assert!(told.ends_with("[DM!]after"), "{told}");
    }
}

#[test]
fn a_data_mark_that_is_not_urgent_discards_nothing() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say(b"before\xff");
    thread::sleep(Duration::from_millis(20));
    peer.say(b"\xf2after");
    assert_eq!(told_until(&mut reader, "after"), "before[DM]after");
}

#[test]
fn half_a_character_before_the_mark_is_discarded_too() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say(b"\xff\xfb\x00");
    reader.next_of(Kind::Option);
    peer.say(b"\xc3\xff");
    say_urgently(&peer, b"\xf2");
    peer.say(b"after");
    assert_eq!(told_until(&mut reader, "after"), "[DM!]after");
}

/// A connection that is not read from any more, since nobody reads its records.
fn stuck() -> (Reader, TcpStream, u32) {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    reader.gives_back = false;
    peer.say(&b"x".repeat(CREDIT as usize));
    reader.data(CREDIT as usize);
    (reader, peer, id)
}

#[test]
fn a_program_that_reads_nothing_is_interrupted_all_the_same() {
    let (mut reader, mut peer, id) = stuck();
    for round in 0..3 {
        peer.say(b"lost\xff\xf4lost\xff");
        say_urgently(&peer, b"\xf2");
        assert_eq!(told_until(&mut reader, "[DM!]"), "[IP][DM!]", "round {round}");
        reader.expect_silence();
    }
    peer.say(b"after");
    reader.expect_silence();
    reader.flush(&[(id, Op::Nothing, 2 * CREDIT)]);
    assert_eq!(told_until(&mut reader, "after"), "after");
}

/// Where urgent data cannot come, since nothing fits in the window, its announcement does, ahead of at most 64 KiB of other
/// (the urgent pointer has 16 bits).
#[cfg(target_os = "linux")]
#[test]
fn a_program_that_reads_nothing_is_interrupted_though_the_window_is_full() {
    let (mut reader, mut peer, _) = stuck();
    SockRef::from(&peer).set_send_buffer_size(8 * 1024).unwrap();
    peer.set_write_timeout(Some(Duration::from_millis(100))).unwrap();
    while peer.write(&[b'x'; 1024]).is_ok() {}
    SockRef::from(&peer).set_send_buffer_size(1024 * 1024).unwrap();
    peer.say(b"lost\xff\xf4lost\xff");
    say_urgently(&peer, b"\xf2");
    assert_eq!(told_until(&mut reader, "[DM!]"), "[IP][DM!]");
}

#[test]
fn of_two_synchs_under_way_the_last_one_ends_the_discarding() {
    let (mut reader, mut peer, _) = stuck();
    say_urgently(&peer, b"\xff\xf2");
    peer.say(b"lost");
    say_urgently(&peer, b"\xff\xf2");
    let told = told_until(&mut reader, "[DM!]");
    let rest = if told == "[DM!]" { reader.next_within(Duration::from_millis(200)).is_some() } else { false };
    // Whether the second came before the first was read is the system's matter; that nothing else is told is not.
    assert!(matches!((&*told, rest), ("[DM][DM!]", false) | ("[DM!]", true)), "{told} {rest}");
}

#[test]
fn commands_without_end_before_a_mark_are_bounded() {
    let (mut reader, mut peer, _) = stuck();
    peer.write_all(b"\xff").unwrap();
    say_urgently(&peer, b"\xf2");
    reader.next_of(Kind::Command);
    // From now on always urgent, and never a mark that is reached while records are not given back.
    let mut sender = peer.try_clone().unwrap();
    let flooding = thread::spawn(move || {
        for _ in 0..2_000 {
            let sent = SockRef::from(&sender).send_out_of_band(&b"\xff\xf1".repeat(1_000));
            if sent.is_err() || sender.write(b"x").is_err() {
                break;
            }
        }
    });
    let mut records = 0;
    while reader.next_within(Duration::from_millis(300)).is_some() {
        records += 1;
    }
    assert!(records < 40_000, "{records} records");
    drop(reader);
    flooding.join().unwrap();
}

#[test]
fn a_synch_is_sent_urgently_and_in_its_place() {
    let (reader, peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    SockRef::from(&peer).set_out_of_band_inline(true).unwrap();
    reader.perform(id, &[Op::Text(b"one"), Op::Command(Command::IP), Op::Synch, Op::Text(b"two")]);
    // A read stops at the mark, wherever the pieces end.
    let mut peer = peer;
    let (mut before, mut byte) = (Vec::new(), [0; 64]);
    while !before.ends_with(b"\xff\xf4\xff") {
        let count = peer.read(&mut byte).unwrap();
        before.extend_from_slice(&byte[..count]);
    }
    assert_eq!(before, b"one\xff\xf4\xff");
    assert_eq!(peer.expect(4), b"\xf2two");
}

#[test]
fn a_synch_behind_a_full_socket_keeps_its_place() {
    let mut reader = Reader::new();
    let (_, address) = reader.listen(on_any_port(silent(None)));
    let mut peer = connect(address);
    let id = reader.next_of(Kind::Open).connection;
    let much = vec![b'x'; 12 << 20];
    reader.perform(id, &[Op::Bytes(&much), Op::Synch, Op::Bytes(b"between"), Op::Synch, Op::Bytes(b"after")]);
    SockRef::from(&peer).set_out_of_band_inline(true).unwrap();
    let expected = [&much[..], b"\xff\xf2between\xff\xf2after"].concat();
    assert_eq!(peer.expect(expected.len()), expected);
}
