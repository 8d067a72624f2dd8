//! What negotiation tells: options, terminal types, windows, environments, and what a peer does wrong.

use telnet_net::batch::Kind;
use telnet_net::op::Op;
use telnet_proto::{Command, Opt, Side, Verb};

use crate::support::{OPENING, Peer, Reader, asking, connect, on_any_port, silent, utf8};

/// The argument of an Option record.
fn told(option: Opt, side: Side, enabled: bool, changed: bool) -> u32 {
    u32::from(option.0) | u32::from(side == Side::Remote) << 8 | u32::from(enabled) << 9 | u32::from(changed) << 10
}

#[test]
fn an_accepted_connection_is_told_with_both_its_ends_and_greeted_with_one_question() {
    let mut reader = Reader::new();
    let (listener, address) = reader.listen(on_any_port(asking(Some(utf8()))));
    let mut peer = connect(address);
    assert_eq!(peer.expect(OPENING.len()), OPENING);
    let open = reader.next();
    assert!(open.is(Kind::Open));
    assert_eq!(open.argument, 1);
    let (here, there) = (peer.local_addr().unwrap(), peer.peer_addr().unwrap());
    let expected = format!("{listener}\t{}\t{}\t{}\t{}", here.ip(), here.port(), there.ip(), there.port());
    assert_eq!(open.text(), expected);
    // A peer that says nothing is told nothing more and asked nothing more.
    peer.expect_silence();
    reader.expect_silence();
}

#[test]
fn a_peer_that_answers_settles() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(asking(Some(utf8()))));
    peer.say(b"\xff\xfb\x18");
    let option = reader.next_of(Kind::Option);
    assert_eq!((option.connection, option.argument), (id, told(Opt::TTYPE, Side::Remote, true, true)));
    // Everything that is asked from here on is refused, but for the name, the window and the environment.
    let mut settled = false;
    let mut kinds = Vec::new();
    // A question may be cut by the end of a read.
    let (mut heard, mut seen) = (Vec::new(), 0);
    while !settled {
        peer.set_read_timeout(Some(std::time::Duration::from_millis(10))).unwrap();
        let mut asked = [0; 4096];
        let count = std::io::Read::read(&mut peer, &mut asked).unwrap_or(0);
        heard.extend_from_slice(&asked[..count]);
        while let Some(question) = heard.get(seen..seen + 3) {
            if question[..2] == [0xff, 0xfa] && heard.len() < seen + 4 {
                break;
            }
            let answer: &[u8] = match question {
                [0xff, 0xfa, 0x18] if heard[seen + 3] == 1 => b"\xff\xfa\x18\x00XTERM\xff\xf0",
                [0xff, 0xfa, 0x27] if heard[seen + 3] == 1 => b"\xff\xfa\x27\x00\x00USER\x01joe\x03LANG\x01C\xff\xf0",
                [0xff, 0xfd, 0x1f] => b"\xff\xfb\x1f\xff\xfa\x1f\x00\x50\x00\x19\xff\xf0",
                [0xff, 0xfd, 0x27] => b"\xff\xfb\x27",
                [0xff, 0xfb, option] => &[0xff, 0xfe, *option],
                [0xff, 0xfd, option] => &[0xff, 0xfc, *option],
                _ => b"",
            };
            peer.say(answer);
            seen += if question[0] == 0xff && question[1] >= 0xfb { 3 } else { 1 };
        }
        while let Some(record) = reader.next_within(std::time::Duration::from_millis(10)) {
            settled |= record.is(Kind::Settled);
            match record.kind {
                kind if kind == Kind::TerminalType as u8 => {
                    assert_eq!((record.argument, &*record.text()), (1, "XTERM"))
                }
                kind if kind == Kind::WindowSize as u8 => assert_eq!(record.data, [80, 0, 25, 0]),
                kind if kind == Kind::Environment as u8 => {
                    assert_eq!(record.text(), r#"[[0,"USER","joe"],[3,"LANG","C"]]"#);
                }
                kind if kind == Kind::Settled as u8 => assert_eq!(record.argument, 0),
                _ => {}
            }
            kinds.push(record.kind);
        }
    }
    let count = |kind: Kind| kinds.iter().filter(|&&other| other == kind as u8).count();
    assert_eq!(count(Kind::TerminalType), 1);
    assert_eq!(count(Kind::TerminalTypesComplete), 1);
    assert_eq!(count(Kind::WindowSize), 1);
    assert_eq!(count(Kind::Environment), 1);
    assert_eq!(count(Kind::Settled), 1);
    assert!(count(Kind::Option) > 4);
}

#[test]
fn plain_text_settles_too() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(asking(Some(utf8()))));
    peer.say(b"guest fortune\r\n");
    let records = [reader.next(), reader.next()];
    let settled = records.iter().find(|record| record.is(Kind::Settled)).expect("it settles");
    assert_eq!(settled.argument, 1);
    let data = records.iter().find(|record| record.is(Kind::Latin1)).expect("and it is data");
    assert_eq!(data.text(), "guest fortune\r\n");
}

#[test]
fn asking_is_answered_by_a_record() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    reader.perform(id, &[Op::Ask(Side::Local, Opt::ECHO, true)]);
    assert_eq!(peer.expect(3), b"\xff\xfb\x01");
    peer.say(b"\xff\xfd\x01");
    assert_eq!(reader.next_of(Kind::Option).argument, told(Opt::ECHO, Side::Local, true, true));
    assert!(reader.hub.connection(id).unwrap().with_conversation(|it| it.endpoint().is_on(Side::Local, Opt::ECHO)));

    // Off has effect at once, and the peer's answer is told too.
    reader.perform(id, &[Op::Ask(Side::Local, Opt::ECHO, false)]);
    assert_eq!(reader.next_of(Kind::Option).argument, told(Opt::ECHO, Side::Local, false, true));
    assert_eq!(peer.expect(3), b"\xff\xfc\x01");
    peer.say(b"\xff\xfe\x01");
    assert_eq!(reader.next_of(Kind::Option).argument, told(Opt::ECHO, Side::Local, false, false));

    reader.perform(id, &[Op::Ask(Side::Remote, Opt::NAWS, true)]);
    assert_eq!(peer.expect(3), b"\xff\xfd\x1f");
    peer.say(b"\xff\xfc\x1f");
    assert_eq!(reader.next_of(Kind::Option).argument, told(Opt::NAWS, Side::Remote, false, false));
}

#[test]
fn what_is_said_whatever_the_state_is_observed() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    reader.perform(id, &[Op::Ask(Side::Remote, Opt::SGA, true)]);
    assert_eq!(peer.expect(3), b"\xff\xfd\x03");
    peer.say(b"\xff\xfb\x03");
    reader.next_of(Kind::Option);

    reader.perform(id, &[Op::Say(Verb::Do, Opt::SGA), Op::Say(Verb::Do, Opt(200))]);
    assert_eq!(peer.expect(6), b"\xff\xfd\x03\xff\xfd\xc8");
    peer.say(b"\xff\xfc\x03\xff\xfb\xc8");
    let heard = |verb: Verb, option: Opt| u32::from(option.0) | u32::from(verb.byte()) << 8;
    assert_eq!(reader.next_of(Kind::Heard).argument, heard(Verb::Wont, Opt::SGA));
    assert_eq!(reader.next_of(Kind::Heard).argument, heard(Verb::Will, Opt(200)));
    assert!(reader.hub.connection(id).unwrap().with_conversation(|it| it.endpoint().is_on(Side::Remote, Opt::SGA)));

    reader.perform(id, &[Op::Unobserve]);
    peer.say(b"\xff\xfc\x03");
    assert_eq!(reader.next_of(Kind::Option).argument, told(Opt::SGA, Side::Remote, false, true));
    assert_eq!(peer.expect(3), b"\xff\xfe\x03");
}

#[test]
fn commands_marks_and_what_has_no_codec_are_handed_on() {
    let (mut reader, mut peer, id) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    peer.say(b"\xff\xf6");
    assert_eq!(reader.next_of(Kind::Command).argument, u32::from(Command::AYT.0));
    assert_eq!(peer.expect(9), b"\r\n[Yes]\r\n");

    reader.perform(id, &[Op::TimingMark]);
    assert_eq!(peer.expect(3), b"\xff\xfd\x06");
    peer.say(b"\xff\xfb\x06");
    reader.next_of(Kind::TimingMark);
    peer.say(b"\xff\xfd\x06");
    assert_eq!(reader.next_of(Kind::Requested).argument, u32::from(Opt::TM.0));
    assert_eq!(peer.expect(3), b"\xff\xfb\x06");

    peer.say(b"\xff\xfa\xc8a\xff\xffb\xff\xf0");
    let subnegotiation = reader.next_of(Kind::Subnegotiation);
    assert_eq!((subnegotiation.argument, &*subnegotiation.data), (200, &b"a\xffb"[..]));
}

#[test]
fn the_same_wrong_again_and_again_is_one_record_that_counts() {
    let (mut reader, mut peer, _) = Reader::with_peer(on_any_port(silent(Some(utf8()))));
    const TIMES: u32 = 20_000;
    peer.say(&b"\xff\xf0".repeat(TIMES as usize));
    let (mut told, mut records) = (0, 0);
    while told < TIMES {
        let record = reader.next_of(Kind::Violation);
        let expected = r#"{"code":"stray-end","message":"IAC SE outside a subnegotiation; dropped"}"#;
        assert_eq!(record.text(), expected);
        told += record.argument;
        records += 1;
    }
    assert_eq!(told, TIMES);
    assert!(records < TIMES / 100, "{records} records");
}
