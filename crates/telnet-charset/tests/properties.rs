//! What holds for every set, any bytes and any text.

#[allow(dead_code, reason = "the fuzzers take the rest")]
mod checks;

use checks::{
    HAS_TWO_FORMS, RULES, are_told_the_same, are_written_the_same, does_not_come_back, strict_names_what_ignore_drops,
    survive_as_surrogates, tell,
};
use proptest::collection::vec;
use proptest::prelude::*;
use telnet_charset::{Charset, Decoder, Encoder, ErrorRule};

/// Bytes as peers send them: whole characters, halves of them, and anything.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<char>().prop_map(|character| character.to_string().into_bytes()),
        (any::<char>(), 1..4usize).prop_map(|(character, length)| character.to_string().bytes().take(length).collect()),
        vec(any::<u8>(), 1..4),
        vec(0x80..=0xFFu8, 1..4),
        (0x81..=0xFEu8, 0x30..=0x7Eu8).prop_map(|(lead, trail)| vec![lead, trail]),
        (0x81..=0xFEu8, 0x30..=0x39u8, 0x81..=0xFEu8).prop_map(|(lead, digit, third)| vec![lead, digit, third, b'0']),
        proptest::sample::select(vec!["\x1B$B", "\x1B(J", "\x1B(I", "\x1B(B", "\x1B[1m", "\x1B"])
            .prop_map(|escape| escape.as_bytes().to_vec()),
        vec(0x20..0x7Fu8, 1..80),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn charset() -> impl Strategy<Value = Charset> {
    proptest::sample::select(Charset::all().collect::<Vec<_>>())
}

/// Text as people write it, in any script, with line ends, art and what no set has.
fn text() -> impl Strategy<Value = String> {
    "[ -~]{0,80}.{0,9}(\r\n|\r|\n|\x1B\\[1m|[あ-ん]|[一-丁]|[가-각]|[а-я]|[〜～•¥¢]){0,12}[ -~]{0,80}[à-ÿ▀-▓]{0,70}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn cut_anywhere_a_stream_tells_the_same(charset in charset(), bytes in bytes()) {
        for errors in RULES {
            for at in 0..=bytes.len() {
                are_told_the_same(charset, errors, &bytes, &[&bytes[..at], &bytes[at..]]);
            }
        }
    }

    #[test]
    fn cut_anywhere_a_text_is_written_the_same(charset in charset(), text in text()) {
        for (at, _) in text.char_indices() {
            are_written_the_same(charset, &text, at);
        }
    }

    #[test]
    fn utf8_with_replacement_is_what_the_standard_library_makes(bytes in bytes()) {
        let told = tell(Charset::UTF_8, ErrorRule::Replace, &[&bytes]);
        prop_assert_eq!(told.text, String::from_utf8_lossy(&bytes).into_owned().into_bytes());
    }

    #[test]
    fn strict_names_exactly_the_bytes_that_ignore_drops(charset in charset(), bytes in bytes()) {
        strict_names_what_ignore_drops(charset, &bytes);
    }

    #[test]
    fn with_surrogates_any_bytes_survive(charset in charset(), bytes in bytes()) {
        prop_assume!(!HAS_TWO_FORMS.contains(&charset.name()));
        survive_as_surrogates(charset, &bytes);
    }

    #[test]
    fn text_comes_back_except_for_what_the_set_lacks(charset in charset(), text in text()) {
        // One byte of its art can make a pair with the next.
        prop_assume!(charset.name() != "BIG5BBS");
        let text: String = text.chars().filter(|&character| !does_not_come_back(charset, character)).collect();
        let has = |character: char| {
            Encoder::new(charset, ErrorRule::Strict).encode(character.encode_utf8(&mut [0; 4]), &mut Vec::new()).is_ok()
        };
        for (errors, expected) in [
            (ErrorRule::Ignore, text.chars().filter(|&character| has(character)).collect::<String>()),
            (ErrorRule::Replace, text.chars().map(|character| if has(character) { character } else { '?' }).collect()),
        ] {
            let mut sent = Vec::new();
            Encoder::new(charset, errors).encode(&text, &mut sent).unwrap();
            prop_assert_eq!(tell(charset, ErrorRule::Strict, &[&sent]).text, expected.into_bytes());
        }
    }

    #[test]
    fn text_that_is_none_encodes_to_something(charset in charset(), bytes in bytes()) {
        for errors in RULES {
            let mut out = Vec::new();
            let result = Encoder::new(charset, errors).encode_wtf8(&bytes, &mut out);
            prop_assert!(result.is_ok() || out.is_empty());
        }
    }
}

/// Of all characters of all sets that have more than a byte, all beginnings.
#[test]
fn half_a_character_at_the_end_goes_by_the_error_rule() {
    for charset in Charset::all().filter(|charset| charset.name() != "BIG5BBS") {
        let mut encoder = Encoder::new(charset, ErrorRule::Strict);
        let mut sent = Vec::new();
        for character in ('\u{80}'..='\u{2FFFF}').step_by(7) {
            sent.clear();
            if encoder.encode(character.encode_utf8(&mut [0; 4]), &mut sent).is_err() || sent[0] == 0x1B {
                continue;
            }
            for half in (1..sent.len()).map(|length| &sent[..length]) {
                let told = RULES.map(|errors| tell(charset, errors, &[b"", half]));
                let [replaced, ignored, strict, surrogates] = &told;
                assert_eq!(replaced.text, "\u{FFFD}".as_bytes(), "{charset} {half:02x?}");
                assert_eq!(ignored.text, b"", "{charset} {half:02x?}");
                assert_eq!(strict.culprits, [(0, half.to_vec())], "{charset} {half:02x?}");
                let mut back = Vec::new();
                Encoder::new(charset, ErrorRule::Surrogate).encode_wtf8(&surrogates.text, &mut back).unwrap();
                assert_eq!(back, half, "{charset}");
            }
        }
    }
}

#[test]
fn every_character_of_a_set_comes_back() {
    for charset in Charset::all() {
        let mut encoder = Encoder::new(charset, ErrorRule::Strict);
        let mut decoder = Decoder::new(charset, ErrorRule::Strict);
        let (mut sent, mut text) = (Vec::new(), Vec::new());
        let mut wrong = Vec::new();
        for character in '\0'..='\u{2FFFF}' {
            sent.clear();
            text.clear();
            let utf8 = character.to_string();
            if encoder.encode(&utf8, &mut sent).is_err() {
                continue;
            }
            let result = decoder.decode(&sent, &mut text).and_then(|_| decoder.finish(&mut text));
            if result.is_err() || text != utf8.as_bytes() {
                wrong.push(character);
            }
        }
        wrong.retain(|&character| !does_not_come_back(charset, character));
        assert!(
            wrong.is_empty(),
            "{charset}: {}",
            wrong.iter().map(|c| c.escape_unicode().to_string()).collect::<String>()
        );
    }
}

#[test]
fn every_character_that_is_read_can_be_written() {
    for (name, size) in [
        ("US-ASCII", 128),
        ("ISO-8859-1", 256),
        ("CP437", 256),
        ("CP850", 256),
        ("KOI8-U", 256),
        ("windows-1252", 256),
        ("CP037", 256),
        ("ATARIST", 256),
        ("PETSCII", 201),
        ("PETSCII-unshifted", 191),
    ] {
        let charset = Charset::for_name(name).unwrap();
        let mut encoder = Encoder::new(charset, ErrorRule::Strict);
        let has = |&character: &char| encoder.encode(character.encode_utf8(&mut [0; 4]), &mut Vec::new()).is_ok();
        assert_eq!(('\0'..=char::MAX).filter(has).count(), size, "{charset}");
    }
}

#[test]
fn iso_8859_1_is_the_first_256_code_points() {
    let all: Vec<u8> = (0..=255).collect();
    let text: String = ('\0'..='\u{FF}').collect();
    assert_eq!(tell(Charset::ISO_8859_1, ErrorRule::Strict, &[&all]).text, text.into_bytes());
}

#[test]
fn us_ascii_has_no_byte_from_80_up() {
    for byte in 0x80..=0xFF {
        assert_eq!(tell(Charset::US_ASCII, ErrorRule::Strict, &[&[byte]]).culprits, [(0, vec![byte])]);
        assert_eq!(tell(Charset::US_ASCII, ErrorRule::Replace, &[&[byte; 2]]).text, "\u{FFFD}\u{FFFD}".as_bytes());
    }
}

#[test]
fn cp437_is_the_table_of_oem_cp() {
    for byte in 0..=255 {
        let character = char::from(oem_cp::Cp437(byte));
        assert_eq!(tell(Charset::CP437, ErrorRule::Strict, &[&[byte]]).text, character.to_string().into_bytes());
    }
}

/// Rows of the Unicode consortium's VENDORS/MICSFT/PC/CP437.TXT, written apart from any table in code.
#[test]
fn cp437_has_the_values_of_the_unicode_table() {
    for (byte, code_point) in [
        (0x00, 0x0000),
        (0x1B, 0x001B),
        (0x7F, 0x007F),
        (0x80, 0x00C7),
        (0x82, 0x00E9),
        (0x9B, 0x00A2),
        (0x9E, 0x20A7),
        (0x9F, 0x0192),
        (0xA9, 0x2310),
        (0xB0, 0x2591),
        (0xC4, 0x2500),
        (0xC9, 0x2554),
        (0xDB, 0x2588),
        (0xE1, 0x00DF),
        (0xE6, 0x00B5),
        (0xEA, 0x03A9),
        (0xED, 0x03C6),
        (0xEE, 0x03B5),
        (0xF9, 0x2219),
        (0xFA, 0x00B7),
        (0xFE, 0x25A0),
        (0xFF, 0x00A0),
    ] {
        let character = char::from_u32(code_point).unwrap().to_string();
        assert_eq!(tell(Charset::CP437, ErrorRule::Strict, &[&[byte]]).text, character.as_bytes(), "{byte:02X}");
        let mut sent = Vec::new();
        Encoder::new(Charset::CP437, ErrorRule::Strict).encode(&character, &mut sent).unwrap();
        assert_eq!(sent, [byte]);
    }
}
