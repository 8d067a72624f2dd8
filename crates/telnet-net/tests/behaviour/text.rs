//! Text in and out over a socket: which set holds when, and characters split over reads.

use telnet_charset::{Charset, ErrorRule};
use telnet_net::Text;
use telnet_net::batch::Kind;
use telnet_net::op::Op;
use telnet_proto::{Opt, Side};

use crate::support::{Peer, Reader, on_any_port, silent, utf8};

const WILL_BINARY: &[u8] = b"\xff\xfb\x00";
const DO_BINARY: &[u8] = b"\xff\xfd\x00";

#[test]
fn a_direction_is_ascii_until_binary_is_agreed_for_it() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say("é".as_bytes());
    assert_eq!(reader.next_text(), "\u{fffd}\u{fffd}");
    reader.perform(id, &[Op::Text("é".as_bytes())]);
    assert_eq!(peer.expect(1), b"?");

    // Both in one read: what follows the agreement is in the new set.
    peer.say(&[WILL_BINARY, "é".as_bytes()].concat());
    assert_eq!(reader.next_text(), "é");
    assert_eq!(peer.expect(3), b"\xff\xfd\x00");
    reader.perform(id, &[Op::Text("é".as_bytes())]);
    assert_eq!(peer.expect(1), b"?", "our direction is still ASCII");
    peer.say(DO_BINARY);
    assert_eq!(peer.expect(3), b"\xff\xfb\x00");
    reader.next_of(Kind::Option);
    reader.perform(id, &[Op::Text("é".as_bytes())]);
    assert_eq!(peer.expect(2), "é".as_bytes());

    peer.say(b"\xff\xfc\x00\xc3\xa9");
    assert_eq!(reader.next_text(), "\u{fffd}\u{fffd}");
}

#[test]
fn a_set_is_asked_for_in_mid_session_and_spoken_when_it_is_agreed() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say(b"\xff\xfd\x2a");
    // The server's own offer, which is made once.
    let offer = b"\xff\xfb\x2a\xff\xfa\x2a\x01 UTF-8 LATIN1 US-ASCII\xff\xf0";
    assert_eq!(peer.expect(offer.len()), offer);
    peer.say(b"\xff\xfa\x2a\x03\xff\xf0");
    assert_eq!(reader.next_of(Kind::Charset).argument, 0);

    reader.perform(id, &[Op::RequestCharset(b"CP437")]);
    let request = b"\xff\xfa\x2a\x01 CP437\xff\xf0";
    assert_eq!(peer.expect(request.len()), request);
    peer.say(b"\xff\xfa\x2a\x02CP437\xff\xf0\x82");
    let told = reader.next_of(Kind::Charset);
    assert_eq!((told.argument, &*told.text()), (1, "CP437"));
    assert_eq!(reader.next_text(), "é");
    reader.perform(id, &[Op::Text("é".as_bytes())]);
    assert_eq!(peer.expect(1), b"\x82");
}

#[test]
fn a_forced_set_needs_no_agreement() {
    let text = Text { charset: Charset::CP437, forced: true, ..utf8() };
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(text))));
    peer.say(b"\x82");
    assert_eq!(reader.next_text(), "é");
    reader.perform(id, &[Op::Text("é☕\n".as_bytes())]);
    assert_eq!(peer.expect(4), b"\x82?\r\n");
}

#[test]
fn a_character_split_over_reads_comes_out_whole() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(Text { forced: true, ..utf8() }))));
    peer.say(b"a\xe2\x82");
    assert_eq!(reader.next_text(), "a");
    peer.say(b"\xac");
    assert_eq!(reader.next_text(), "€");
    peer.say(b"\xe2\x82");
    reader.expect_silence();
    peer.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(reader.next_text(), "\u{fffd}");
    reader.next_of(Kind::End);
}

#[test]
fn cr_nul_is_cr_in_text_and_stays_in_bytes() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say(b"a\r\0b\r\nc\r\0");
    assert_eq!(reader.next_text(), "a\rb\r\nc\r");
    reader.perform(id, &[Op::Charset(None)]);
    peer.say(b"a\r\0\xff\xff\x80");
    assert_eq!(reader.next_of(Kind::Bytes).data, b"a\r\0\xff\x80");
    reader.perform(id, &[Op::Charset(Some(utf8()))]);
    peer.say(b"a\r\0");
    assert_eq!(reader.next_text(), "a\r");
}

#[test]
fn what_cannot_be_decoded_goes_by_the_rule() {
    for (errors, unit) in [(ErrorRule::Replace, 0xfffd), (ErrorRule::Surrogate, 0xdcff)] {
        let text_options = Text { forced: true, errors, ..utf8() };
        let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(text_options))));
        peer.say(b"\xff\xff");
        let record = reader.next_of(Kind::Utf16);
        assert_eq!(record.units(), [unit], "{errors:?}");
        if errors == ErrorRule::Surrogate {
            reader.perform(id, &[Op::Text(b"\xed\xb3\xbf")]);
            assert_eq!(peer.expect(2), b"\xff\xff", "as it came, 255 doubled");
        }
    }
}

#[test]
fn strict_errors_are_told_in_their_places_and_the_session_goes_on() {
    let text = Text { charset: Charset::US_ASCII, forced: true, errors: ErrorRule::Strict, ..utf8() };
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(text))));
    peer.say(b"a\x80b");
    assert_eq!(reader.next_text(), "a");
    let error = reader.next();
    assert!(error.is(Kind::TextError));
    assert_eq!(error.argument, 0);
    let expected = r#"{"code":"TELNET_DECODE","message":"no character of US-ASCII: bytes 80 at offset 1","charset":"US-ASCII","offset":1,"bytes":"80"}"#;
    assert_eq!(error.text(), expected);
    assert_eq!(reader.next().text(), "b");

    reader.perform(id, &[Op::Text("aéb€c\n".as_bytes())]);
    assert_eq!(peer.expect(5), b"abc\r\n");
    let (first, second) = (reader.next_of(Kind::TextError), reader.next_of(Kind::TextError));
    assert_eq!((first.argument, second.argument), (1, 1));
    assert!(first.text().contains(r#""offset":1,"bytes":"c3a9""#), "{}", first.text());
    // In units of UTF-16, as JavaScript has text.
    assert!(second.text().contains(r#""offset":3,"bytes":"e282ac""#), "{}", second.text());
}

#[test]
fn a_flood_of_strict_errors_is_counted() {
    let text = Text { charset: Charset::US_ASCII, forced: true, errors: ErrorRule::Strict, ..utf8() };
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(text))));
    peer.say(&[0x80; 50_000]);
    peer.say(b"end");
    let (mut records, mut told, mut text) = (0, 0, Vec::new());
    // What is counted is told behind the piece that it came in.
    while told < 50_000 || text != b"end" {
        let record = reader.next();
        if record.is(Kind::TextError) {
            records += 1;
            let text = record.text();
            let count = text.split_once(r#""count":"#).map(|(_, rest)| rest.trim_end_matches('}'));
            told += count.map_or(1, |count| count.parse().unwrap());
        } else if record.is(Kind::Latin1) {
            text.extend_from_slice(&record.data);
        }
    }
    assert_eq!(told, 50_000);
    assert!(records < 5_000, "{records} records");
}

#[test]
fn binary_leaves_a_bare_cr_alone() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say(DO_BINARY);
    assert_eq!(peer.expect(3), b"\xff\xfb\x00");
    reader.next_of(Kind::Option);
    assert!(reader.hub.connection(id).unwrap().with_conversation(|it| it.endpoint().is_on(Side::Local, Opt::BINARY)));
    reader.perform(id, &[Op::Text(b"a\rb\n\r")]);
    assert_eq!(peer.expect(6), b"a\rb\r\n\r");
}
