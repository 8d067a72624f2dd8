//! Conversations in memory: what is told of what came, and what is sent, however the stream is cut.

use proptest::prelude::*;
use telnet_charset::{Charset, ErrorRule};
use telnet_proto::option::new_environ::{Kind as VariableKind, Variable};
use telnet_proto::{Role, Stance};

use super::*;
use crate::Word;
use crate::batch::{Mailbox, Polled, Reader};

const UTF_8: Text = Text::UTF_8;

const LATIN1: u8 = Kind::Latin1 as u8;
const UTF16: u8 = Kind::Utf16 as u8;
/// The kind of text, of either form, in what [`Talk::told`] gives.
const TEXT: u8 = LATIN1;

fn utf8(utf16: &[u8]) -> Vec<u8> {
    let units: Vec<_> = utf16.chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    String::from_utf16_lossy(&units).into_bytes()
}

/// A conversation and what has come of it.
pub(super) struct Talk {
    pub(super) conversation: Conversation,
    mailbox: Mailbox,
    reader: Reader,
    pub(super) out: Vec<u8>,
}

impl Talk {
    pub(super) fn new(role: Role, text: Option<Text>) -> Talk {
        let conversation = Conversation::new(7, &Settings::new(Config::for_role(role), text));
        Talk { conversation, mailbox: Mailbox::new(|_| {}), reader: Reader::default(), out: Vec::new() }
    }

    /// A server that asks nothing.
    pub(super) fn silent(text: Option<Text>) -> Talk {
        let mut config = Config::for_role(Role::Server);
        for (side, option) in config.policy.requested().collect::<Vec<_>>() {
            config.policy.set(side, option, Stance::Accept);
        }
        Talk { conversation: Conversation::new(7, &Settings::new(config, text)), ..Talk::new(Role::Server, text) }
    }

    pub(super) fn run(&mut self, run: impl FnOnce(&mut Conversation, &mut Vec<u8>, &mut Batch)) {
        self.mailbox.post(|batch| run(&mut self.conversation, &mut self.out, batch));
    }

    pub(super) fn receive(&mut self, bytes: &[u8]) {
        self.run(|conversation, out, batch| conversation.receive(bytes, out, batch));
    }

    pub(super) fn sent(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Kind, argument and data of every record since the last call; text is [`TEXT`], in UTF-8.
    pub(super) fn told(&mut self) -> Vec<(u8, u32, Vec<u8>)> {
        let (mut heads, mut data) = ([0; 30], vec![0; 1 << 20]);
        let mut told = Vec::new();
        loop {
            let Polled::Records(count) = self.reader.poll(&self.mailbox, &mut heads, &mut data) else {
                panic!("a record is larger than a mebibyte");
            };
            if count == 0 {
                return told;
            }
            let mut at = 0;
            for head in heads.chunks_exact(3).take(count) {
                assert_eq!(head[0], 7);
                let bytes = &data[at..at + head[2] as usize];
                let (kind, bytes) = match head[1] as u8 {
                    LATIN1 => (TEXT, bytes.iter().map(|&byte| char::from(byte)).collect::<String>().into_bytes()),
                    UTF16 => (TEXT, utf8(bytes)),
                    kind => (kind, bytes.to_vec()),
                };
                told.push((kind, head[1] >> 8, bytes));
                at += head[2] as usize;
            }
        }
    }

    pub(super) fn told_of(&mut self, kind: Kind) -> Vec<(u32, Vec<u8>)> {
        let told = self.told().into_iter().filter(|record| record.0 == kind as u8);
        told.map(|(_, argument, data)| (argument, data)).collect()
    }
}

#[test]
fn two_ends_joined_in_memory_settle_and_know_each_other() {
    let (mut server, mut client) = (Talk::new(Role::Server, Some(UTF_8)), Talk::new(Role::Client, Some(UTF_8)));
    server.run(|it, out, batch| it.open(out, batch));
    client.run(|it, out, batch| it.open(out, batch));
    assert_eq!(server.out, b"\xff\xfd\x18");
    for _ in 0..20 {
        let (from_server, from_client) = (server.sent(), client.sent());
        server.receive(&from_client);
        client.receive(&from_server);
    }
    assert!(server.out.is_empty() && client.out.is_empty());
    let told = server.told();
    let of = |kind: Kind| told.iter().filter(|record| record.0 == kind as u8).collect::<Vec<_>>();
    assert_eq!(of(Kind::TerminalType), [&(Kind::TerminalType as u8, 1, b"unknown".to_vec())]);
    assert_eq!(of(Kind::WindowSize), [&(Kind::WindowSize as u8, 0, vec![80, 0, 25, 0])]);
    assert_eq!(of(Kind::Settled), [&(Kind::Settled as u8, 0, vec![])]);
    assert_eq!(of(Kind::Violation), [] as [&(u8, u32, Vec<u8>); 0]);
    assert_eq!(client.told_of(Kind::Settled), [(0, vec![])]);

    client.run(|it, out, _| it.resize(132, 43, out));
    let sent = client.sent();
    server.receive(&sent);
    assert_eq!(server.told_of(Kind::WindowSize), [(0, vec![132, 0, 43, 0])]);
}

#[test]
fn a_charset_changes_from_here_on_and_half_a_character_is_read_in_the_new_one() {
    let forced = |charset| Text { charset, forced: true, ..UTF_8 };
    let mut talk = Talk::silent(Some(forced(Charset::UTF_8)));
    talk.receive(b"\xc3");
    talk.run(|it, out, batch| it.set_text(Some(forced(Charset::CP437)), out, batch));
    talk.receive(b"\x82");
    assert_eq!(talk.told_of(Kind::Latin1), [(0, "├é".as_bytes().to_vec())]);

    talk.receive(b"\r");
    talk.run(|it, out, batch| it.write_text("é\r".as_bytes(), out, batch));
    talk.run(|it, out, batch| it.set_text(None, out, batch));
    assert_eq!(talk.sent(), b"\x82\r\0", "a CR that waited is not lost");
    talk.receive(b"\xff\xff\x82\r\0");
    assert_eq!(talk.told_of(Kind::Bytes), [(0, b"\xff\x82\r\0".to_vec())]);
}

/// `IAC SB CHARSET … IAC SE`.
fn charset(payload: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    escape::subnegotiation(Opt::CHARSET, payload, &mut wire);
    wire
}

#[test]
fn a_set_that_the_peer_takes_is_spoken_from_that_byte_on() {
    let mut talk = Talk::new(Role::Server, Some(Text { forced: true, ..UTF_8 }));
    talk.receive(b"\xff\xfd\x2a");
    talk.sent();
    let answer = charset(b"\x02US-ASCII");
    talk.receive(&[b"\xc3\xa9", &answer[..], b"\xc3\xa9"].concat());
    let told: Vec<_> = talk.told().into_iter().map(|(kind, argument, data)| (kind, (argument, data))).collect();
    let at = told.iter().position(|(kind, _)| *kind == Kind::Charset as u8).expect("it is told");
    assert_eq!(told[at].1, (0, b"US-ASCII".to_vec()));
    assert_eq!(told[at - 1], (Kind::Encoding as u8, (Word::Charset as u32 | 8 | 16, b"US-ASCII".to_vec())));
    assert_eq!(told[at - 2].1, (0, "é".as_bytes().to_vec()));
    assert_eq!(told[at + 1].1, (0, "\u{fffd}\u{fffd}".as_bytes().to_vec()));
    talk.run(|it, out, batch| it.write_text("é".as_bytes(), out, batch));
    assert_eq!(talk.sent(), b"?");

    // The program asks for another; it is refused, and nothing changes.
    talk.run(|it, out, _| it.request_charset(b"LATIN1\nCP437", out));
    assert_eq!(talk.sent(), charset(b"\x01 LATIN1 CP437"));
    talk.receive(&charset(b"\x03"));
    assert_eq!(talk.told_of(Kind::Charset), [(1, vec![])]);
}

#[test]
fn a_set_that_we_take_is_spoken_though_binary_is_not_agreed() {
    let mut talk = Talk::new(Role::Client, Some(UTF_8));
    talk.receive(&[b"\xff\xfb\x2a", &charset(b"\x01;KLINGON;cp-437")[..], b"\x82"].concat());
    assert_eq!(talk.sent(), [b"\xff\xfd\x2a", &charset(b"\x02cp-437")[..]].concat());
    talk.run(|it, out, batch| it.write_text("é".as_bytes(), out, batch));
    assert_eq!(talk.sent(), b"\x82");
    let told = talk.told();
    assert!(told.contains(&(Kind::Encoding as u8, Word::Charset as u32 | 8 | 16, b"cp-437".to_vec())));
    assert!(told.contains(&(Kind::Charset as u8, 0, b"cp-437".to_vec())));
    assert!(told.contains(&(TEXT, 0, "é".as_bytes().to_vec())));

    // What the program sets is its choice: no other is taken from then on.
    talk.run(|it, out, batch| it.set_text(Some(UTF_8), out, batch));
    talk.receive(&charset(b"\x01;cp-437"));
    assert_eq!(talk.sent(), charset(b"\x03"));
}

/// `IAC SB NEW-ENVIRON … IAC SE`.
fn environment(payload: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    escape::subnegotiation(Opt::NEW_ENVIRON, payload, &mut wire);
    wire
}

#[test]
fn the_locale_of_a_client_is_spoken_from_that_byte_on_whatever_was_agreed() {
    let mut talk = Talk::silent(Some(UTF_8));
    talk.receive(b"\xff\xfd\x2a\xff\xfb\x27");
    let language = environment(b"\x00\x00LANG\x01de_DE.cp-437@euro");
    talk.receive(&[&charset(b"\x02LATIN1")[..], b"\x82", &language, b"\x82"].concat());
    let told = talk.told();
    let encoding = |word: Word, name: &str| (Kind::Encoding as u8, word as u32 | 8 | 16, name.as_bytes().to_vec());
    let at = told.iter().position(|record| *record == encoding(Word::Language, "cp-437")).expect("it is told");
    assert!(told[..at].contains(&encoding(Word::Charset, "LATIN1")));
    assert_eq!(told[at + 1], (TEXT, 0, "é".as_bytes().to_vec()));
    talk.sent();
    talk.run(|it, out, batch| it.write_text("é".as_bytes(), out, batch));
    assert_eq!(talk.sent(), b"\x82");

    // It is taken back: what was agreed holds again. An assignment makes both go.
    talk.receive(&environment(b"\x02\x00LANG\x01C"));
    assert_eq!(talk.told_of(Kind::Encoding), [(Word::Charset as u32 | 8 | 16, b"ISO-8859-1".to_vec())]);
    talk.run(|it, out, batch| it.set_text(Some(UTF_8), out, batch));
    talk.run(|it, out, batch| it.write_text("é".as_bytes(), out, batch));
    assert_eq!(talk.sent(), "é".as_bytes());
    // What is told from here on knows of the assignment.
    talk.receive(&language);
    assert_eq!(talk.told_of(Kind::Encoding), [(Word::Language as u32 | 8 | 16 | 1 << 8, b"cp-437".to_vec())]);
}

#[test]
fn a_clients_own_locale_names_the_set_that_it_speaks() {
    let variable =
        |name: &str, value: &str| Variable { kind: VariableKind::Var, name: name.into(), value: value.into() };
    let client = |charset, lang| {
        let environment = vec![variable("USER", "ada"), variable("LANG", lang)];
        let config = Config { environment, ..Config::for_role(Role::Client) };
        let settings = Settings::new(config, Some(Text { charset, ..UTF_8 }));
        let mut talk = Talk { conversation: Conversation::new(7, &settings), ..Talk::new(Role::Client, None) };
        talk.run(|it, out, batch| it.open(out, batch));
        talk
    };
    let ask = [b"\xff\xfd\x27", &environment(b"\x01\x00LANG")[..]].concat();
    for (charset, lang, told) in [
        (Charset::UTF_8, "de_DE.utf8@euro", "de_DE.utf8@euro"),
        (Charset::CP437, "de_DE.UTF-8@euro", "de_DE.CP437@euro"),
        (Charset::CP437, "C", "C"),
        (Charset::CP437, "en_IL", "en_IL"),
    ] {
        let mut talk = client(charset, lang);
        talk.receive(&ask);
        let told = [b"\x00\x00LANG\x01", told.as_bytes()].concat();
        assert_eq!(talk.sent(), [b"\xff\xfb\x27", &environment(&told)[..]].concat());
    }

    // A server that knows it is told of a change, and of nothing else.
    let mut talk = client(Charset::UTF_8, "de_DE.UTF-8");
    let offer = [b"\xff\xfb\x2a", &charset(b"\x01;CP437")[..]].concat();
    talk.receive(&offer);
    let accepted = [b"\xff\xfd\x2a", &charset(b"\x02CP437")[..]].concat();
    assert_eq!(talk.sent(), accepted, "it was not asked for");
    talk.receive(&ask);
    talk.sent();
    talk.run(|it, out, batch| it.set_text(Some(UTF_8), out, batch));
    assert_eq!(talk.sent(), environment(b"\x02\x00LANG\x01de_DE.UTF-8"));
    talk.run(|it, out, batch| it.set_text(Some(UTF_8), out, batch));
    assert_eq!(talk.sent(), b"");
}

#[test]
fn a_font_changes_the_set_at_its_last_byte_however_the_stream_is_cut() {
    // The pictures change, not what moves the cursor. An unknown font changes nothing.
    let wire = b"\x82\x1b[0;0 D\x82\x1b[0;36 D\x7b\r\n\x1b[1m\x60\x1b[0;32 D\r\0A\x1b[K\x1b[0;7 DA\xff\xff";
    let told = |pieces: &[&[u8]], insists| {
        let settings =
            Settings { follows_fonts: true, insists, ..Settings::new(Config::for_role(Role::Client), Some(UTF_8)) };
        let mut talk = Talk { conversation: Conversation::new(7, &settings), ..Talk::new(Role::Client, None) };
        pieces.iter().for_each(|piece| talk.receive(piece));
        let told = talk.told().into_iter().filter(|record| record.0 != Kind::Settled as u8);
        joined(told.map(|(kind, _, data)| (kind, data)).collect())
    };
    let (text, encoding) = (|text: &str| (TEXT, text.into()), |name: &str| (Kind::Encoding as u8, name.into()));
    let expected = [
        text("\u{fffd}\x1b[0;0 D"),
        encoding("CP437"),
        text("é\x1b[0;36 D"),
        encoding("ATASCII"),
        text("\u{2660}\r\n\u{1b}[1m\u{2666}\u{1b}[0;32 D"),
        encoding("PETSCII"),
        text("\ra\u{1b}[K\u{1b}[0;7 Da\u{3c0}"),
    ];
    assert_eq!(told(&[wire], false), expected);
    for cut in 0..=wire.len() {
        assert_eq!(told(&[&wire[..cut], &wire[cut..]], false), expected, "cut at {cut}");
    }
    let bytes: Vec<&[u8]> = wire.chunks(1).collect();
    assert_eq!(told(&bytes, false), expected);

    // A set that the program chose stays, and is spoken without BINARY.
    let insisting = told(&["é\u{1b}[0;0 Dé".as_bytes()], true);
    assert_eq!(insisting, [text("\u{fffd}\u{fffd}\u{1b}[0;0 D"), encoding("UTF-8"), text("é")]);
}

#[test]
fn keys_are_those_of_a_terminal_though_a_font_chose_the_set() {
    let settings = Settings { follows_fonts: true, ..Settings::new(Config::for_role(Role::Client), Some(UTF_8)) };
    for (font, text, sent) in [
        (b"\x1b[0;36 D", "\u{2660}\x1b[A\r\n", &b"\x7b\x1b[A\r\n"[..]),
        (b"\x1b[0;32 D", "Aa\x1b[A\n", b"\xc1A\x1b[A\r\n"),
    ] {
        let mut talk = Talk { conversation: Conversation::new(7, &settings), ..Talk::new(Role::Client, None) };
        talk.receive(font);
        talk.run(|it, out, batch| it.write_text(text.as_bytes(), out, batch));
        assert_eq!(talk.sent(), sent, "{}", sent.escape_ascii());
    }
}

#[test]
fn sets_with_a_line_end_of_their_own_have_it_both_ways() {
    let named = |name| Charset::for_name(name).expect("it is known");
    let (nvt, ascii) = (false, true);
    // Text and what is sent of it; bytes and what is read of them.
    type Row = (&'static str, bool, &'static str, &'static [u8], &'static [u8], &'static str);
    let rows: [Row; 8] = [
        ("PETSCII", nvt, "a\nb\r\nc\rd\r", b"A\rB\rC\rD\r", b"A\rB\r\0C\x8d", "a\rb\rc\r"),
        ("PETSCII", ascii, "a\nb\r\nc\rd", b"A\r\nB\r\nC\r\0D", b"A\r\0B\r\n", "a\rb\r\n"),
        ("ATASCII", nvt, "a\nb\r\nc\rd\r", b"a\x9bb\x9bc\x9bd\x9b", b"a\x9bb\r\0\n", "a\nb\u{1fb82}\u{2665}\u{25e3}"),
        (
            "ATASCII",
            ascii,
            "a\nb\r\nc\rd\r",
            b"a\r\nb\r\nc\r\0d\r\0",
            b"a\x9bb\r\0c\r\n\0",
            "a\u{241b}b\rc\r\n\u{2665}",
        ),
        ("CP037", nvt, "a\nb\rc", b"\x81\r\x25\x82\r\0\x83", b"\x81\x15\x82\r\x25\x83\r\x15\r\0", "a\nb\r\nc\r\n\r"),
        ("CP1047", nvt, "\n", b"\r\x25", b"\x15", "\n"),
        ("CP437", nvt, "é\n\r", b"\x82\r\n\r\0", b"\x82\r\0\r\n\x9b", "é\r\r\n¢"),
        ("UTF-8", ascii, "é\n\r", b"\xc3\xa9\r\n\r\0", b"\r\0\r\n", "\r\r\n"),
    ];
    for (name, ascii_line_ends, text, sent, bytes, read) in rows {
        let text_options = Text { charset: named(name), forced: true, ascii_line_ends, ..UTF_8 };
        for cut in 0..=text.len() {
            if !text.is_char_boundary(cut) {
                continue;
            }
            let mut talk = Talk::silent(Some(text_options));
            talk.run(|it, out, batch| it.open(out, batch));
            talk.run(|it, out, batch| it.write_text(&text.as_bytes()[..cut], out, batch));
            talk.run(|it, out, batch| it.write_text(&text.as_bytes()[cut..], out, batch));
            talk.run(|it, out, batch| it.end_turn(out, batch));
            assert_eq!(talk.sent(), sent, "{name}, {text:?} cut at {cut}");
        }
        for cut in 0..=bytes.len() {
            let mut talk = Talk::silent(Some(text_options));
            talk.run(|it, out, batch| it.open(out, batch));
            talk.receive(&bytes[..cut]);
            talk.receive(&bytes[cut..]);
            let told = talk.told().into_iter().filter(|record| record.0 == TEXT);
            let text: Vec<u8> = told.flat_map(|(_, _, data)| data).collect();
            assert_eq!(String::from_utf8(text).unwrap(), read, "{name}, {bytes:02x?} cut at {cut}");
        }
    }
}

/// Text and bytes as they were told, in pieces as large as they come; a bar where a passage was left, and where all was reread.
fn read(talk: &mut Talk) -> String {
    let told = talk.told().into_iter().filter_map(|(kind, _, data)| match kind {
        kind if kind == Kind::Bytes as u8 => Some(format!("{data:02x?}")),
        TEXT => String::from_utf8(data).ok(),
        kind if kind == Kind::Left as u8 => Some("|".to_owned()),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_raw_passage_is_bytes_and_ends_at_the_byte_that_the_program_chooses() {
    let forced = |name| Text { charset: Charset::for_name(name).expect("it is known"), forced: true, ..UTF_8 };
    let mut talk = Talk::silent(Some(forced("GBK")));
    // Half a character, and a CR whose NUL comes later.
    talk.receive(b"a\xc4");
    talk.run(|it, out, batch| it.enter_raw(out, batch));
    talk.receive(b"\xe3\r\0\xff\xff\n");
    assert_eq!(read(&mut talk), "a[c4, e3, 0d, 00, ff, 0a]");
    talk.run(|it, _, batch| it.leave_raw(batch));
    talk.receive(b"\0 over \xc4");
    assert_eq!(read(&mut talk), "|", "nothing is looked at before that is settled");
    talk.run(|it, out, batch| it.reread(b"\xe3b\r\0c\r", out, batch));
    talk.receive(b"\xe3");
    // E3 begins no pair with b. The NUL that waited belonged to the CR before it.
    assert_eq!(read(&mut talk), "鉨\rc\r over |你");

    let mut talk = Talk::silent(Some(forced("UTF-8")));
    talk.receive(b"x\r");
    talk.run(|it, out, batch| it.enter_raw(out, batch));
    talk.receive(b"\0\0\r\0");
    assert_eq!(read(&mut talk), "x\r[00, 0d, 00]");
    talk.run(|it, out, batch| it.write_text("é\n".as_bytes(), out, batch));
    talk.run(|it, out, _| it.write_bytes(b"\r\0\n\xff", out));
    assert_eq!(talk.sent(), b"\xc3\xa9\r\n\r\0\n\xff\xff", "what is written says itself what it is");
    talk.run(|it, _, batch| it.leave_raw(batch));
    talk.receive(b"\x82");
    talk.run(|it, _, batch| it.receive_end(batch));
    talk.run(|it, out, batch| it.reread(b"y\xe2", out, batch));
    assert_eq!(read(&mut talk), "|y\u{fffd}|");
}

#[test]
fn in_a_raw_passage_commands_are_commands_and_a_set_that_is_agreed_holds_after_it() {
    let mut talk = Talk::silent(Some(UTF_8));
    talk.receive(b"\xff\xfd\x2a");
    talk.told();
    talk.run(|it, out, batch| it.enter_raw(out, batch));
    talk.receive(&[b"\xe9\xff\xf1", &charset(b"\x02LATIN1")[..], b"\xe9"].concat());
    let told = talk.told();
    let kinds: Vec<_> = told.iter().map(|record| record.0).collect();
    let expected = [Kind::Bytes, Kind::Command, Kind::Encoding, Kind::Charset, Kind::Bytes];
    assert_eq!(kinds, expected.map(|kind| kind as u8));
    talk.run(|it, _, batch| it.leave_raw(batch));
    talk.run(|it, out, batch| it.reread(b"\xe9", out, batch));
    talk.receive(b"\xe9");
    assert_eq!(read(&mut talk), "|é|é");
    // Without a passage there is nothing to give back.
    talk.run(|it, out, batch| it.reread(b"x", out, batch));
    assert_eq!(read(&mut talk), "");
}

#[test]
fn fonts_are_looked_for_in_what_is_text_again() {
    let settings = Settings { follows_fonts: true, ..Settings::new(Config::for_role(Role::Client), Some(UTF_8)) };
    let mut talk = Talk { conversation: Conversation::new(7, &settings), ..Talk::new(Role::Client, None) };
    talk.run(|it, out, batch| it.enter_raw(out, batch));
    talk.receive(b"\x1b[0;36 D");
    talk.run(|it, _, batch| it.leave_raw(batch));
    talk.run(|it, out, batch| it.reread(b"\x1b[0;36 D\x7b\r\n", out, batch));
    assert_eq!(read(&mut talk), "[1b, 5b, 30, 3b, 33, 36, 20, 44]|\u{1b}[0;36 D\u{2660}\r\n|");
}

#[test]
fn for_bytes_a_set_is_agreed_on_and_told_and_bytes_they_stay() {
    let mut talk = Talk::new(Role::Client, None);
    talk.receive(&[b"\xff\xfb\x2a", &charset(b"\x01 KLINGON CP437")[..], b"\x82"].concat());
    assert_eq!(talk.sent(), [b"\xff\xfd\x2a", &charset(b"\x02CP437")[..]].concat());
    let told: Vec<_> = talk.told().into_iter().filter(|(kind, ..)| *kind != Kind::Option as u8).collect();
    assert_eq!(told, [(Kind::Charset as u8, 0, b"CP437".to_vec()), (Kind::Bytes as u8, 0, b"\x82".to_vec())]);
}

#[test]
fn the_rule_for_errors_changes_with_the_text() {
    let mut talk = Talk::silent(Some(UTF_8));
    let strict = Text { errors: ErrorRule::Strict, ..UTF_8 };
    talk.run(|it, out, batch| it.set_text(Some(strict), out, batch));
    talk.receive(b"\x80");
    assert_eq!(talk.told_of(Kind::TextError).len(), 1);
}

#[test]
fn bytes_that_end_in_half_a_character_are_told_at_the_end() {
    let mut talk = Talk::silent(Some(Text { forced: true, ..UTF_8 }));
    talk.receive(b"\xe2\x82");
    assert_eq!(talk.told_of(Kind::Latin1), []);
    talk.run(|it, _, batch| it.receive_end(batch));
    assert_eq!(talk.told_of(Kind::Latin1), [(0, "\u{fffd}".as_bytes().to_vec())]);
}

#[test]
fn a_violation_is_counted_while_it_repeats() {
    let mut talk = Talk::silent(None);
    talk.receive(b"\xff\xf0\xff\xf0\xff\xf0\xff\xfa\xff\xf0\xff\xf0x\xff\xf0");
    let told = talk.told_of(Kind::Violation);
    let counts: Vec<_> = told.iter().map(|(count, json)| (*count, &json[9..16])).collect();
    assert_eq!(counts, [(3, &b"stray-e"[..]), (1, b"empty-s"), (1, b"stray-e"), (1, b"stray-e")]);
    // What was read is not counted on.
    talk.receive(b"\xff\xf0");
    assert_eq!(talk.told_of(Kind::Violation).len(), 1);
}

#[test]
fn a_piece_of_input_ends_where_its_records_cost_enough() {
    let mut talk = Talk::silent(None);
    let mut rest = &b"a\xff\xf1b\xff\xf1c\xff\xf1d"[..];
    talk.run(|it, out, batch| _ = it.receive_some(&mut rest, 20, out, batch));
    assert_eq!(rest, b"c\xff\xf1d");
    talk.run(|it, out, batch| _ = it.receive_some(&mut rest, 20, out, batch));
    assert_eq!(rest, b"");
}

/// Bytes of which many are Telnet's.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![4 => Just(0xff), 2 => 0xf0..=0xfe_u8, 1 => Just(b'\r'), 1 => Just(0), 4 => any::<u8>()];
    prop::collection::vec(byte, 0..300)
}

proptest! {
    #[test]
    fn any_stream_tells_the_same_however_it_is_cut(
        bytes in stream(),
        length in 1..20_usize,
        most in 0..200_u32,
        text in prop::option::of(prop::sample::select(vec![ErrorRule::Replace, ErrorRule::Ignore, ErrorRule::Surrogate])),
    ) {
        let text = text.map(|errors| Text { forced: true, errors, ..UTF_8 });
        let (mut whole, mut cut) = (Talk::new(Role::Server, text), Talk::new(Role::Server, text));
        for talk in [&mut whole, &mut cut] {
            talk.run(|it, out, batch| it.open(out, batch));
        }
        whole.receive(&bytes);
        for mut piece in bytes.chunks(length) {
            while !piece.is_empty() {
                cut.run(|it, out, batch| _ = it.receive_some(&mut piece, most, out, batch));
            }
        }
        prop_assert_eq!(without_mark(whole.sent()), without_mark(cut.sent()));
        // When it settles depends on what is known by the end of a read.
        let told = |talk: &mut Talk| {
            let told = talk.told().into_iter().filter(|record| record.0 != Kind::Settled as u8);
            // Breaches of one kind that are told together are counted, and how many are depends on the cut.
            let times = |kind, argument| if kind == Kind::Violation as u8 { argument as usize } else { 1 };
            let each = told.flat_map(|(kind, argument, data)| vec![(kind, data); times(kind, argument)]);
            each.collect::<Vec<_>>()
        };
        prop_assert_eq!(joined(told(&mut whole)), joined(told(&mut cut)));
    }
}

/// Without the mark of compression, which comes behind all that is said to one read.
fn without_mark(sent: Vec<u8>) -> Vec<u8> {
    const MARK: &[u8] = b"\xff\xfa\x56\xff\xf0";
    let mut rest = &sent[..];
    let mut left = Vec::new();
    while let Some(at) = memchr::memmem::find(rest, MARK) {
        left.extend_from_slice(&rest[..at]);
        rest = &rest[at + MARK.len()..];
    }
    left.extend_from_slice(rest);
    left
}

/// Neighbours among the data as one.
fn joined(told: Vec<(u8, Vec<u8>)>) -> Vec<(u8, Vec<u8>)> {
    let mut joined: Vec<(u8, Vec<u8>)> = Vec::new();
    for (kind, data) in told {
        let is_data = |kind: u8| (Kind::Bytes as u8..=UTF16).contains(&kind);
        match joined.last_mut() {
            Some(last) if is_data(last.0) && is_data(kind) => {
                last.0 = last.0.max(kind);
                last.1.extend(data);
            }
            _ => joined.push((kind, data)),
        }
    }
    joined
}
