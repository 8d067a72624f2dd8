//! What holds for any bytes and any text, as functions that panic where it does not: `properties.rs` gives them what resembles a
//! set, the fuzz targets what the fuzzer thinks of.

use oem_cp::code_table::DECODING_TABLE_CP437;
use telnet_charset::{Charset, DecodeError, Decoder, Encoder, ErrorRule, Form, Sink, Units};

/// The targets of the fuzzers: a name, and the check of an input.
pub(crate) const TARGETS: [(&str, Check); 2] = [("decoder", decoder), ("encoder", encoder)];

/// Panics where something does not hold for an input.
pub(crate) type Check = fn(&[u8]);

pub(crate) const RULES: [ErrorRule; 4] =
    [ErrorRule::Replace, ErrorRule::Ignore, ErrorRule::Strict, ErrorRule::Surrogate];

/// Any bytes are told the same however they are cut, and what a strict decoder complains of is what others leave out. The first byte
/// of an input chooses the set, the second the length of the reads.
pub(crate) fn decoder(input: &[u8]) {
    let [choice, length, bytes @ ..] = input else { return };
    let charset = chosen(*choice);
    let reads: Vec<&[u8]> = bytes.chunks(1 + usize::from(*length)).collect();
    for errors in RULES {
        are_told_the_same(charset, errors, bytes, &reads);
    }
    strict_names_what_ignore_drops(charset, bytes);
    if !HAS_TWO_FORMS.contains(&charset.name()) {
        survive_as_surrogates(charset, bytes);
    }
}

/// Any text is encoded the same however it is cut, to what can be decoded. The first byte of an input chooses the set, the second
/// where the text is cut; it is any bytes.
pub(crate) fn encoder(input: &[u8]) {
    let [choice, place, bytes @ ..] = input else { return };
    let charset = chosen(*choice);
    for errors in RULES {
        let mut out = b"before".to_vec();
        let result = Encoder::new(charset, errors).encode_wtf8(bytes, &mut out);
        assert!(out.starts_with(b"before"));
        assert!(result.is_ok() || out == b"before");
    }
    let text = String::from_utf8_lossy(bytes);
    let place = (0..=text.len()).rev().find(|&at| at <= usize::from(*place) && text.is_char_boundary(at));
    are_written_the_same(charset, &text, place.unwrap_or(0));
}

fn chosen(choice: u8) -> Charset {
    let sets: Vec<Charset> = Charset::all().collect();
    sets[usize::from(choice) % sets.len()]
}

/// Cut into reads a stream tells the same as whole, and byte by byte.
pub(crate) fn are_told_the_same(charset: Charset, errors: ErrorRule, bytes: &[u8], reads: &[&[u8]]) {
    let whole = tell(charset, errors, &[bytes]);
    assert_eq!(tell(charset, errors, reads), whole, "{charset} {errors:?}");
    assert_eq!(tell(charset, errors, &bytes.chunks(1).collect::<Vec<_>>()), whole, "{charset} {errors:?}");
}

/// The culprits of a strict decoder are bytes of the stream, in their order; the rest is the text.
pub(crate) fn strict_names_what_ignore_drops(charset: Charset, bytes: &[u8]) {
    let strict = tell(charset, ErrorRule::Strict, &[bytes]);
    assert_eq!(strict.text, tell(charset, ErrorRule::Ignore, &[bytes]).text, "{charset}");
    let mut end = 0;
    for (offset, culprit) in strict.culprits {
        assert!(offset >= end && !culprit.is_empty(), "{charset}");
        assert!(bytes[offset as usize..].starts_with(&culprit), "{charset}");
        end = offset + culprit.len() as u64;
    }
}

/// With surrogates any bytes come back.
pub(crate) fn survive_as_surrogates(charset: Charset, bytes: &[u8]) {
    let text = tell(charset, ErrorRule::Surrogate, &[bytes]).text;
    let mut back = Vec::new();
    Encoder::new(charset, ErrorRule::Surrogate).encode_wtf8(&text, &mut back).unwrap();
    assert_eq!(back, bytes, "{charset}");
}

/// Text in two writes is read as text in one, without a culprit; and what is read is what the set has of it, the second time at the
/// latest.
pub(crate) fn are_written_the_same(charset: Charset, text: &str, place: usize) {
    // Who writes keeps them together: CR LF is one line end of ATASCII, and with an ESC of a terminal a bracket may make a shift.
    if charset.name() == "ATASCII" && text[..place].ends_with('\r')
        || charset.name() == "ISO-2022-JP" && text.contains('\x1B')
    {
        return;
    }
    for errors in [ErrorRule::Replace, ErrorRule::Ignore] {
        let whole = read_back(charset, errors, &[text]);
        // Its art may read as pairs.
        if charset.name() == "BIG5BBS" {
            continue;
        }
        assert_eq!(read_back(charset, errors, &[&text[..place], &text[place..]]), whole, "{charset} {errors:?}");
        assert_eq!(read_back(charset, ErrorRule::Strict, &[&whole]), whole, "{charset} {errors:?}");
    }
}

/// What is read of text that is written.
fn read_back(charset: Charset, errors: ErrorRule, writes: &[&str]) -> String {
    let mut encoder = Encoder::new(charset, errors);
    let mut bytes = Vec::new();
    writes.iter().for_each(|text| encoder.encode(text, &mut bytes).unwrap());
    let told = tell(charset, ErrorRule::Strict, &[&bytes]);
    assert_eq!(told.culprits, [], "{charset} {errors:?}");
    String::from_utf8(told.text).unwrap()
}

/// Sets in which a character may have two sequences, of which only one is written.
pub(crate) const HAS_TWO_FORMS: [&str; 10] = [
    "Shift_JIS",
    "EUC-JP",
    "ISO-2022-JP",
    "Big5",
    "GBK",
    "GB18030",
    "ATASCII",
    "PETSCII",
    "PETSCII-unshifted",
    "BIG5BBS",
];

/// Characters that are written as another which looks like it; and ESC where it may begin a shift.
pub(crate) fn does_not_come_back(charset: Charset, character: char) -> bool {
    match charset.name() {
        "Shift_JIS" | "EUC-JP" => matches!(
            character,
            '\u{A2}' | '\u{A3}' | '\u{A5}' | '\u{AC}' | '\u{2016}' | '\u{203E}' | '\u{2212}' | '\u{301C}'
        ),
        "ISO-2022-JP" => matches!(
            character,
            '\x1B' | '\u{A2}' | '\u{A3}' | '\u{AC}' | '\u{2016}' | '\u{2212}' | '\u{301C}' | '\u{FF61}'..='\u{FF9F}'
        ),
        "Big5" => matches!(
            character,
            '\u{A2}'
                | '\u{A3}'
                | '\u{A5}'
                | '\u{2022}'
                | '\u{203E}'
                | '\u{223C}'
                | '\u{2609}'
                | '\u{2641}'
                | '\u{FF64}'
        ),
        "GB2312" => matches!(character, '\u{2015}' | '\u{30FB}'),
        // GB18030 of 2022 has characters of their own for these private ones of 2000.
        "GBK" | "GB18030" => matches!(
            character,
            '\u{E78D}'
                ..='\u{E796}'
                    | '\u{E81E}'
                    | '\u{E826}'
                    | '\u{E82B}'
                    | '\u{E82C}'
                    | '\u{E832}'
                    | '\u{E843}'
                    | '\u{E854}'
                    | '\u{E864}'
        ),
        // It reads every line end as LF.
        "ATASCII" => character == '\r',
        // It sends these as CP437 and reads the byte as ISO-8859-1.
        "BIG5BBS" => DECODING_TABLE_CP437[..=0x20].contains(&character) || character == '\u{A0}',
        _ => false,
    }
}

/// All that a decoder said about a stream: its text, and each culprit with its place.
#[derive(PartialEq, Debug)]
pub(crate) struct Told {
    pub(crate) text: Vec<u8>,
    pub(crate) culprits: Vec<(u64, Vec<u8>)>,
}

/// Takes text in both forms that a sink of the crate's has.
#[derive(Default)]
struct Both {
    utf8: Vec<u8>,
    units: Vec<u16>,
}

impl Both {
    /// Takes what one call gives.
    fn take(&mut self, call: impl FnOnce(&mut Pair<'_, '_>) -> Result<(), DecodeError>) -> Option<DecodeError> {
        let mut memory = b"before".to_vec();
        let mut units = Units::new(&mut memory);
        let error = call(&mut Pair(&mut self.utf8, &mut units)).err();
        let form = units.form();
        let text = &memory[b"before".len()..];
        match form {
            Form::Latin1 => self.units.extend(text.iter().map(|&byte| u16::from(byte))),
            Form::Utf16 => {
                let units: Vec<_> = text.chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
                assert!(units.iter().any(|&unit| unit > 0xFF), "Latin-1 would have done");
                self.units.extend(units);
            }
        }
        error
    }

    /// The UTF-8, which says the same as the units.
    fn checked(self) -> Vec<u8> {
        let mut rest = &self.utf8[..];
        let mut units = Vec::new();
        while !rest.is_empty() {
            // As far as it is UTF-8, and then a lone surrogate in three bytes.
            let text = rest.utf8_chunks().next().expect("something is left").valid();
            units.extend(text.encode_utf16());
            rest = &rest[text.len()..];
            if let &[0xED, second, third, ref after @ ..] = rest {
                units.push(0xD000 | u16::from(second & 0x3F) << 6 | u16::from(third & 0x3F));
                rest = after;
            } else {
                assert!(rest.is_empty(), "neither text nor a surrogate: {rest:02x?}");
            }
        }
        assert_eq!(self.units, units);
        self.utf8
    }
}

struct Pair<'p, 'm>(&'p mut Vec<u8>, &'p mut Units<'m>);

impl Sink for Pair<'_, '_> {
    fn push_latin1(&mut self, text: &[u8]) {
        self.0.push_latin1(text);
        self.1.push_latin1(text);
    }

    fn push_utf16(&mut self, text: &[u16]) {
        self.0.push_utf16(text);
        self.1.push_utf16(text);
    }

    fn push_surrogate(&mut self, surrogate: u16) {
        self.0.push_surrogate(surrogate);
        self.1.push_surrogate(surrogate);
    }
}

/// Decodes `reads` one by one to the end of the stream, going on behind each error, and checks what holds for every call.
pub(crate) fn tell(charset: Charset, errors: ErrorRule, reads: &[&[u8]]) -> Told {
    let mut decoder = Decoder::new(charset, errors);
    let (mut text, mut culprits) = (Both::default(), Vec::new());
    let mut note = |decoder: &mut Decoder, read: Option<&[u8]>| {
        let error = text.take(|sink| match read {
            Some(bytes) => decoder.decode(bytes, sink),
            None => decoder.finish(sink),
        })?;
        culprits.push((error.offset, error.bytes().to_vec()));
        Some(error.consumed)
    };
    for read in reads {
        let mut rest = *read;
        while let Some(consumed) = note(&mut decoder, Some(rest)) {
            rest = &rest[consumed..];
        }
    }
    while note(&mut decoder, None).is_some() {}
    assert!(!decoder.is_mid_character());
    Told { text: text.checked(), culprits }
}
