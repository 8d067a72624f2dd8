//! Keys that are typed past the reader of the records.

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use proptest::prelude::*;
use telnet_charset::Charset;
use telnet_net::batch::Kind;
use telnet_net::op::Op;
use telnet_net::{Settings, Text};

use crate::support::{Reader, asking, on_any_port, record_cost, silent, utf8};

/// What the taker got, in turn.
type Typed = Arc<Mutex<Vec<u8>>>;

/// A reader of the records whose peer types.
struct Desk {
    reader: Reader,
    peer: TcpStream,
    id: u32,
    typed: Typed,
    sent: u64,
    /// Of what was told and not given back.
    owed: u32,
}

impl Desk {
    /// A desk at which so many bytes of each read are taken, at most.
    fn with_room(settings: Settings, room: usize) -> Desk {
        let (mut reader, peer, id) = Reader::with_peer(on_any_port(settings));
        reader.next_of(Kind::Settled);
        Desk::over(reader, peer, id, room)
    }

    /// A desk whose peer has been asked and has not answered.
    fn unsettled(settings: Settings) -> Desk {
        let (reader, peer, id) = Reader::with_peer(on_any_port(settings));
        Desk::over(reader, peer, id, usize::MAX)
    }

    fn over(mut reader: Reader, peer: TcpStream, id: u32, room: usize) -> Desk {
        reader.gives_back = false;
        reader.perform(id, &[Op::KeepNuls(true)]);
        let typed = Typed::default();
        let taken = Arc::clone(&typed);
        reader.hub.connection(id).unwrap().type_by(Some(Box::new(move |keys| {
            let length = keys.len().min(room);
            taken.lock().unwrap().extend_from_slice(&keys[..length]);
            length
        })));
        Desk { reader, peer, id, typed, sent: 0, owed: 0 }
    }

    fn new(settings: Settings) -> Desk {
        Desk::with_room(settings, usize::MAX)
    }

    /// Sends what is one read at the other end. Returns what was typed of it, and what was told.
    fn send(&mut self, piece: &[u8]) -> (Vec<u8>, Vec<u8>) {
        self.peer.write_all(piece).unwrap();
        self.sent += piece.len() as u64;
        let connection = self.reader.hub.connection(self.id).unwrap();
        // What is counted has been dealt with: both is done under one lock.
        while connection.counters().0 < self.sent {
            thread::yield_now();
        }
        let mut told = Vec::new();
        // The first poll may say that the turn before is over.
        while self.reader.poll() || self.reader.poll() {}
        while let Some(record) = self.reader.next_within(Duration::ZERO) {
            self.owed += record_cost(&record);
            if record.is_text() {
                told.extend_from_slice(record.text().as_bytes());
            } else if record.is(Kind::Bytes) {
                told.extend_from_slice(&record.data);
            }
        }
        (std::mem::take(&mut *self.typed.lock().unwrap()), told)
    }

    fn give_back(&mut self) {
        self.reader.flush(&[(self.id, Op::Nothing, std::mem::take(&mut self.owed))]);
    }
}

fn typed(keys: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (keys.to_vec(), Vec::new())
}

fn told(keys: &[u8]) -> (Vec<u8>, Vec<u8>) {
    (Vec::new(), keys.to_vec())
}

#[test]
fn plain_keys_are_typed_and_what_is_told_holds_those_behind_it_until_it_is_given_back() {
    for settings in [silent(None), silent(Some(utf8()))] {
        let mut desk = Desk::new(settings);
        assert_eq!(desk.send(b"ls \x1b[A"), typed(b"ls \x1b[A"));
        assert_eq!(desk.send(b"x\x7f"), told(b"x\x7f"));
        assert_eq!(desk.send(b"behind"), told(b"behind"));
        desk.give_back();
        assert_eq!(desk.send(b"\x03"), typed(b"\x03"));
        desk.reader.hub.connection(desk.id).unwrap().type_by(None);
        assert_eq!(desk.send(b"no more"), told(b"no more"));
    }
}

#[test]
fn a_key_in_the_middle_of_something_is_told() {
    let mut desk = Desk::new(silent(Some(Text { forced: true, ..utf8() })));
    for (before, expected, key, then) in [
        // A CR, to which an LF or a NUL may belong.
        (&b"\r"[..], &b"\r"[..], &b"a"[..], &b"a"[..]),
        // The first byte of two, and what is no second one.
        (b"\xc3", b"", b"a", "\u{fffd}a".as_bytes()),
        // IAC SB NAWS, what is in it, and its end.
        (b"\xff\xfa\x1f", b"", b"size", b""),
        (b"\xff", b"", b"\xf0", b""),
    ] {
        assert_eq!(desk.send(before), told(expected));
        desk.give_back();
        assert_eq!(desk.send(key), told(then), "{before:?}");
        desk.give_back();
    }
    assert_eq!(desk.send(b"key"), typed(b"key"));
}

/// An LF belongs to the CR before it, or is a key.
#[test]
fn the_ends_of_lines_are_told_as_they_are_or_no_key_goes_past_them() {
    let mut desk = Desk::new(silent(Some(utf8())));
    for (end, key) in [(&b"\r\0"[..], typed(b"a")), (b"\r\n", typed(b"a")), (b"\r", told(b"a")), (b"\n", typed(b"a"))] {
        assert_eq!(desk.send(end), told(end));
        desk.give_back();
        assert_eq!(desk.send(b"a"), key, "{end:?}");
        desk.give_back();
    }
    desk.reader.perform(desk.id, &[Op::KeepNuls(false)]);
    assert_eq!(desk.send(b"\r\0"), told(b"\r"));
    desk.give_back();
    assert_eq!(desk.send(b"a"), told(b"a"));
}

#[test]
fn what_there_is_no_room_for_is_told() {
    let mut desk = Desk::with_room(silent(None), 2);
    assert_eq!(desk.send(b"hello"), (b"he".to_vec(), b"llo".to_vec()));
    assert_eq!(desk.send(b"?"), told(b"?"));
    desk.give_back();
    assert_eq!(desk.send(b"??"), typed(b"??"));
}

#[test]
fn a_set_in_which_ascii_is_something_else_is_read_first() {
    let charset = Charset::for_name("EBCDIC-CP-US").unwrap();
    let mut desk = Desk::new(silent(Some(Text { charset, forced: true, ..utf8() })));
    assert_eq!(desk.send(b"\x40\x4b"), told(b" ."));
}

#[test]
fn keys_before_a_client_has_said_who_it_is_are_told() {
    let mut desk = Desk::unsettled(asking(None));
    assert_eq!(desk.send(b"x").1, b"x");
    desk.give_back();
    assert_eq!(desk.send(b"x"), typed(b"x"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_byte_overtakes_another(
        pieces in proptest::collection::vec(
            (prop_oneof![3 => "[a-z]{1,9}", 1 => "[a-z\u{8}\r\u{7f}\u{e9}]{1,9}"], any::<bool>()),
            1..60,
        ),
        room in 1_usize..10,
    ) {
        let mut desk = Desk::with_room(silent(None), room);
        let (mut taken, mut sent) = (Vec::new(), Vec::new());
        for (piece, gives_back) in pieces {
            sent.extend_from_slice(piece.as_bytes());
            let (typed, told) = desk.send(piece.as_bytes());
            taken.extend([typed, told].concat());
            if gives_back {
                desk.give_back();
            } else if desk.owed > 0 {
                let (typed, told) = desk.send(b"!");
                prop_assert_eq!((&*typed, &*told), (&b""[..], &b"!"[..]));
                sent.push(b'!');
                taken.push(b'!');
            }
        }
        prop_assert_eq!(taken, sent);
    }
}
