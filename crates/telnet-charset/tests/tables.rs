//! The rules of the sets that no crate has, and what `oracle.rs` cannot ask of Python for them: iconv has more of EBCDIC, and big5bbs is no
//! table. Where there is no such program a line says so.

use std::env;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use telnet_charset::{Charset, Decoder, Encoder, ErrorRule};

fn named(name: &str) -> Charset {
    Charset::for_name(name).unwrap()
}

fn decode(name: &str, bytes: &[u8]) -> String {
    let mut decoder = Decoder::new(named(name), ErrorRule::Strict);
    let mut text = Vec::new();
    decoder.decode(bytes, &mut text).unwrap();
    decoder.finish(&mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn encode(name: &str, text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    Encoder::new(named(name), ErrorRule::Strict).encode(text, &mut bytes).ok()?;
    Some(bytes)
}

/// What each byte alone means.
fn every_byte(name: &str) -> Vec<char> {
    (0..=255).map(|byte| decode(name, &[byte]).chars().next().unwrap()).collect()
}

/// What `program` makes of `input`, or None, said aloud, where it is not installed or lacks what is asked of it.
fn ask(program: &Path, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let answer = command.spawn().and_then(|mut child| {
        child.stdin.take().unwrap().write_all(input)?;
        child.wait_with_output()
    });
    let answer = answer.ok().filter(|output| output.status.success()).map(|output| output.stdout);
    if answer.is_none() {
        println!("skipped: no {} that knows {arguments:?}", program.display());
    }
    answer
}

fn ask_python(python: &Path, script: &str, codec: &str) -> Option<String> {
    ask(python, &["-c", script, codec], b"").map(|answer| String::from_utf8(answer).unwrap())
}

/// The Python that the other tests use too: with telnetlib3, if any has it.
fn python() -> PathBuf {
    env::var_os("TELNETKIT_TEST_PYTHON").unwrap_or_else(|| "python3".into()).into()
}

#[test]
fn ebcdic_is_what_iconv_has() {
    let all: Vec<u8> = (0..=255).collect();
    for (name, theirs) in
        [("CP037", "IBM037"), ("CP273", "IBM273"), ("CP277", "IBM277"), ("CP500", "IBM500"), ("CP1047", "IBM1047")]
    {
        if let Some(answer) = ask(Path::new("iconv"), &["-f", theirs, "-t", "UTF-8"], &all) {
            assert_eq!(decode(name, &all), String::from_utf8(answer).unwrap(), "{name}");
        }
    }
}

/// GNU's libiconv has it, as on FreeBSD and macOS; glibc does not.
#[test]
fn cp1131_is_what_iconv_has() {
    let all: Vec<u8> = (0..=255).collect();
    if let Some(answer) = ask(Path::new("iconv"), &["-f", "CP1131", "-t", "UTF-8"], &all) {
        assert_eq!(decode("CP1131", &all), String::from_utf8(answer).unwrap());
    }
}

/// Rows of ICU's ibm-1131_P100-1997.ucm, written apart from any table in code.
#[test]
fn cp1131_has_the_values_of_icu() {
    for (byte, character) in [
        (0x41, 'A'),
        (0x80, '\u{410}'),
        (0xB3, '\u{2502}'),
        (0xDB, '\u{2588}'),
        (0xEF, '\u{44F}'),
        (0xF0, '\u{401}'),
        (0xF3, '\u{454}'),
        (0xF4, '\u{407}'),
        (0xF6, '\u{40E}'),
        (0xF7, '\u{45E}'),
        (0xF8, '\u{406}'),
        (0xF9, '\u{456}'),
        (0xFA, '\u{B7}'),
        (0xFB, '\u{A4}'),
        (0xFC, '\u{490}'),
        (0xFD, '\u{491}'),
        (0xFE, '\u{2219}'),
        (0xFF, '\u{A0}'),
    ] {
        assert_eq!(decode("CP1131", &[byte]), character.to_string());
        assert_eq!(encode("CP1131", &character.to_string()), Some(vec![byte]));
    }
    let differs = |byte: &u8| decode("CP1131", &[*byte]) != decode("CP866", &[*byte]);
    assert_eq!((0..=255).filter(differs).collect::<Vec<_>>(), [0xF8, 0xF9, 0xFB, 0xFC, 0xFD, 0xFE]);
}

#[test]
fn each_ebcdic_arranges_the_characters_of_iso_8859_1() {
    for name in ["CP037", "CP273", "CP277", "CP500", "CP1047"] {
        let mut characters = every_byte(name);
        for (byte, character) in characters.iter().enumerate() {
            assert_eq!(encode(name, &character.to_string()), Some(vec![byte as u8]), "{name}");
        }
        characters.sort_unstable();
        assert_eq!(characters, ('\0'..='\u{FF}').collect::<Vec<_>>(), "{name}");
        assert_eq!(encode(name, "Ab 09\r\n\u{85}\u{1B}").unwrap(), b"\xC1\x82\x40\xF0\xF9\x0D\x25\x15\x27");
        assert_eq!(encode(name, "€"), None);
    }
}

#[test]
fn every_character_of_a_retro_set_is_sent_as_the_lowest_byte_that_shows_it() {
    for name in ["ATASCII", "PETSCII", "PETSCII-unshifted", "ATARIST"] {
        let set = every_byte(name);
        for &character in &set {
            let lowest = set.iter().position(|&other| other == character).unwrap() as u8;
            assert_eq!(encode(name, &character.to_string()), Some(vec![lowest]), "{name} {character:?}");
        }
        let mut known = Vec::new();
        let all: String = ('\0'..=char::MAX).filter(|&character| character != '\r' || name != "ATASCII").collect();
        Encoder::new(named(name), ErrorRule::Ignore).encode(&all, &mut known).unwrap();
        let mut distinct = set.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(known.len(), distinct.len(), "{name}");
    }
}

#[test]
fn every_line_end_is_one_byte_of_atascii() {
    for text in ["\n", "\r", "\r\n", "\r\0"] {
        assert_eq!(encode("ATASCII", &format!("a{text}b{text}")).unwrap(), b"a\x9Bb\x9B", "{text:?}");
    }
    assert_eq!(encode("ATASCII", "\n\r\r\n\r\0\r").unwrap(), b"\x9B\x9B\x9B\x9B\x9B");
    assert_eq!(encode("ATASCII", "\0"), None);
    assert_eq!(decode("ATASCII", b"a\x9Bb\x0D\x0A"), "a\nb\u{1FB82}\u{25E3}");
}

#[test]
fn atascii_shows_inverse_video_as_plain() {
    assert_eq!(decode("ATASCII", b"\xC8\xE9\xA1\xFC"), "Hi!|");
    assert_eq!(encode("ATASCII", "Hi!|").unwrap(), b"Hi!|");
    for lacking in ["{", "}", "~", "`", "\t", "\x1B", "é"] {
        assert_eq!(encode("ATASCII", lacking), None, "{lacking:?}");
    }
}

#[test]
fn petscii_returns_are_one() {
    for name in ["PETSCII", "PETSCII-unshifted"] {
        assert_eq!(decode(name, b"\x0D\x8D"), "\r\r");
        assert_eq!(encode(name, "\r").unwrap(), b"\x0D");
        for lacking in ["\\", "^", "_", "`", "{", "|", "}", "~", "\u{8D}", "é"] {
            assert_eq!(encode(name, lacking), None, "{name} {lacking:?}");
        }
        let controls: Vec<u8> = (0..0x20).chain(0x80..0x8D).chain(0x8E..0xA0).collect();
        assert_eq!(decode(name, &controls), controls.iter().map(|&byte| char::from(byte)).collect::<String>());
    }
}

#[test]
fn petscii_has_small_letters_in_one_shift_only() {
    assert_eq!(encode("PETSCII", "Hello, [C64] £5 ♥").unwrap(), b"\xC8ELLO, \x5B\xC364\x5D \x5C5 \x73");
    assert_eq!(decode("PETSCII", b"\xC8ELLO"), "Hello");
    assert_eq!(decode("PETSCII-unshifted", b"HELLO \xC8\xD3"), "HELLO \u{1FB74}♥");
    assert_eq!(encode("PETSCII-unshifted", "HELLO ♥π").unwrap(), b"HELLO \x73\x7E");
    assert_eq!(encode("PETSCII-unshifted", "h"), None);
}

/// The Programmer's Reference Guide, appendix C: 192 to 223 are as 96 to 127, 224 to 254 as 160 to 190, 255 as 126.
#[test]
fn unshifted_petscii_repeats_itself() {
    let set = every_byte("PETSCII-unshifted");
    assert_eq!(set[0xC0..0xE0], set[0x60..0x80]);
    assert_eq!(set[0xE0..0xFF], set[0xA0..0xBF]);
    assert_eq!(set[0xFF], set[0x7E]);
}

#[test]
fn atari_st_has_the_values_of_the_unicode_table() {
    for (byte, character) in [
        (0x41, 'A'),
        (0x7F, '\x7F'),
        (0x80, 'Ç'),
        (0x9E, 'ß'),
        (0x9F, 'ƒ'),
        (0xB4, 'œ'),
        (0xC0, 'ĳ'),
        (0xC2, 'א'),
        (0xDD, '§'),
        (0xE1, 'β'),
        (0xE6, 'µ'),
        (0xFF, '¯'),
    ] {
        assert_eq!(decode("ATARIST", &[byte]), character.to_string());
        assert_eq!(encode("ATARIST", &character.to_string()), Some(vec![byte]));
    }
    assert!(named("ATARIST").is_ascii_superset());
    for name in ["CP037", "CP1047", "ATASCII", "PETSCII", "PETSCII-unshifted"] {
        assert!(!named(name).is_ascii_superset(), "{name}");
    }
}

#[test]
fn big5bbs_takes_a_high_byte_without_a_partner_for_art() {
    for (bytes, text) in [
        (&b"\xA4\xA4\xA4\xE5"[..], "中文"),
        (b"\xF9\xF9\xF9", "∙∙∙"),
        (b"\xA2\x1B[m\xA4\xA4", "ó\x1B[m中"),
        (b"\xF9\xD6", "∙╓"),
        (b"\xF9\xD5", "龘"),
        (b"\xFE\xA4\xA4", "■中"),
        (b"\xA4", "ñ"),
        (b"\xA4\xA4\xA4", "中ñ"),
        (b"\x80\xA0\xFF", "\u{80}\u{A0}ÿ"),
        (b"\xA4\x7Fa", "ñ\x7Fa"),
    ] {
        assert_eq!(decode("BIG5BBS", bytes), text, "{bytes:02x?}");
    }
}

#[test]
fn big5bbs_keeps_the_first_byte_of_a_pair_for_the_next_read() {
    let mut decoder = Decoder::new(named("BIG5BBS"), ErrorRule::Strict);
    let mut text = Vec::new();
    decoder.decode(b"a\xA4", &mut text).unwrap();
    assert!(decoder.is_mid_character());
    assert_eq!(text, b"a");
    decoder.decode(b"\xA4\xF9", &mut text).unwrap();
    decoder.decode(b"\x1B", &mut text).unwrap();
    decoder.decode(b"\xF9", &mut text).unwrap();
    decoder.finish(&mut text).unwrap();
    assert!(!decoder.is_mid_character());
    assert_eq!(String::from_utf8(text).unwrap(), "a中∙\x1B∙");
}

#[test]
fn big5bbs_says_in_cp437_what_big5_lacks() {
    assert_eq!(encode("BIG5BBS", "a中é∙╓").unwrap(), b"a\xA4\xA4\x82\xF9\xD6");
    // Big5 has a double line in its extensions only.
    assert_eq!(encode("BIG5BBS", "═").unwrap(), b"\xCD");
    // What is read below A1 goes back as it came.
    for byte in 0x80..=0xA0 {
        assert_eq!(encode("BIG5BBS", &decode("BIG5BBS", &[byte])), Some(vec![byte]), "{byte:02x}");
    }
    for lacking in ["Ż", "😀"] {
        assert_eq!(encode("BIG5BBS", lacking), None, "{lacking:?}");
    }
}

/// Prints what each two high bytes become.
const PAIRS: &str = "import sys, telnetlib3
for lead in range(0xA1, 0xFF):
    for trail in range(256): print(bytes([lead, trail]).decode(sys.argv[1]).encode().hex())";

#[test]
fn big5bbs_pairs_are_those_of_telnetlib3() {
    let Some(answer) = ask_python(&python(), PAIRS, "big5bbs") else { return };
    let mut lines = answer.lines();
    for lead in 0xA1..=0xFEu8 {
        for trail in 0..=255u8 {
            let theirs = lines.next().unwrap();
            let ours = decode("BIG5BBS", &[lead, trail]);
            // Signs for which the two indexes name another look-alike, and the kana and Cyrillic, which it does not have
            // where ETEN put them. What is a pair is the same.
            let is_elsewhere = matches!(
                u16::from_be_bytes([lead, trail]),
                0xA145
                    | 0xA14E
                    | 0xA1C2
                    | 0xA1E3
                    | 0xA1F2
                    | 0xA1F3
                    | 0xA241
                    | 0xA242
                    | 0xA244
                    | 0xA246
                    | 0xA247
                    | 0xC6A1..=0xC7FC
            ) && ours.chars().count() == 1;
            let hex = ours.bytes().fold(String::new(), |mut hex, byte| {
                write!(hex, "{byte:02x}").unwrap();
                hex
            });
            assert_eq!(hex != theirs, is_elsewhere, "{lead:02X}{trail:02X} {ours} {theirs}");
        }
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn every_pair_of_big5bbs_comes_back_but_eight_doubles() {
    let mut doubles = Vec::new();
    for lead in 0xA1..=0xFEu8 {
        for trail in (0x40..=0x7E).chain(0xA1..=0xFE) {
            let text = decode("BIG5BBS", &[lead, trail]);
            if text.chars().count() == 1 && encode("BIG5BBS", &text) != Some(vec![lead, trail]) {
                assert_eq!(decode("BIG5BBS", &encode("BIG5BBS", &text).unwrap()), text);
                doubles.push(u16::from_be_bytes([lead, trail]));
            }
        }
    }
    assert_eq!(doubles, [0xA2A4, 0xA2A5, 0xA2A6, 0xA2A7, 0xA2CC, 0xA2CE, 0xC6DE, 0xC969]);
}
