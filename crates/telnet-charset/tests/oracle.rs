//! Every set against codecs that others wrote from other tables: Python's, and telnetlib3's of its own. Each byte, each pair, each
//! four bytes of GB18030, each character back, and each name. Where they differ the difference stands here with its reason, and in the
//! manual, which is compared with it.
//!
//! Without a Python, or one without telnetlib3, there is nothing to compare with, and a line says so.

use std::collections::BTreeMap;
use std::env;
use std::process::Command;

use telnet_charset::{Charset, Decoder, Encoder, ErrorRule};

/// A set beside a codec, and where they differ.
struct Row {
    set: &'static str,
    codec: &'static str,
    /// Sequences that only we read.
    only_ours: usize,
    /// Sequences that they read and we do not, or not so: the bytes, the character here, or none, and there.
    read: &'static str,
    /// Characters that they write and we do not, or not so.
    written: &'static str,
    why: &'static str,
}

const fn same(set: &'static str, codec: &'static str) -> Row {
    Row { set, codec, only_ours: 0, read: "", written: "", why: "" }
}

const fn controls(set: &'static str, codec: &'static str, only_ours: usize) -> Row {
    Row { only_ours, why: "bytes that are undefined are C1 control characters, as in Windows", ..same(set, codec) }
}

#[rustfmt::skip]
const SETS: &[Row] = &[
    same("UTF-8", "utf_8"),
    same("US-ASCII", "ascii"),
    same("ISO-8859-1", "iso8859_1"),
    same("ISO-8859-2", "iso8859_2"),
    same("ISO-8859-3", "iso8859_3"),
    same("ISO-8859-4", "iso8859_4"),
    same("ISO-8859-5", "iso8859_5"),
    same("ISO-8859-6", "iso8859_6"),
    same("ISO-8859-7", "iso8859_7"),
    same("ISO-8859-8", "iso8859_8"),
    same("ISO-8859-9", "iso8859_9"),
    same("ISO-8859-10", "iso8859_10"),
    same("ISO-8859-11", "iso8859_11"),
    Row { only_ours: 1, why: "TIS-620 has no no-break space", ..same("ISO-8859-11", "tis_620") },
    same("ISO-8859-13", "iso8859_13"),
    same("ISO-8859-14", "iso8859_14"),
    same("ISO-8859-15", "iso8859_15"),
    same("ISO-8859-16", "iso8859_16"),
    same("CP437", "cp437"),
    same("CP720", "cp720"),
    same("CP737", "cp737"),
    same("CP775", "cp775"),
    same("CP850", "cp850"),
    same("CP852", "cp852"),
    same("CP855", "cp855"),
    same("CP857", "cp857"),
    same("CP858", "cp858"),
    same("CP860", "cp860"),
    same("CP861", "cp861"),
    same("CP862", "cp862"),
    same("CP863", "cp863"),
    Row {
        only_ours: 3, read: "25 0025 066A", written: "066A",
        why: "ASCII is ASCII, the percent sign too; three bytes that are undefined are C1 control characters",
        ..same("CP864", "cp864")
    },
    same("CP865", "cp865"),
    same("CP866", "cp866"),
    controls("CP869", "cp869", 9),
    controls("windows-874", "cp874", 23),
    controls("windows-1250", "cp1250", 5),
    controls("windows-1251", "cp1251", 1),
    controls("windows-1252", "cp1252", 5),
    controls("windows-1253", "cp1253", 14),
    controls("windows-1254", "cp1254", 7),
    controls("windows-1255", "cp1255", 13),
    same("windows-1256", "cp1256"),
    controls("windows-1257", "cp1257", 10),
    controls("windows-1258", "cp1258", 9),
    same("KOI8-R", "koi8_r"),
    same("KOI8-U", "koi8_u"),
    same("macintosh", "mac_roman"),
    same("x-mac-cyrillic", "mac_cyrillic"),
    same("CP037", "cp037"),
    Row {
        read: "BC 00AF 203E", written: "203E",
        why: "EBCDIC arranges the characters of ISO-8859-1, and the overline is none",
        ..same("CP273", "cp273")
    },
    same("CP500", "cp500"),
    Row {
        read: "A0 - F8F0, FD - F8F1, FE - F8F2, FF - F8F3", written: "2257 characters",
        why: "private characters are read, but four, and not written; of two sequences for a character the WHATWG writes the other",
        ..same("Shift_JIS", "cp932")
    },
    Row {
        only_ours: 2726,
        read: "8160 FF5E 301C, 8161 2225 2016, 817C FF0D 2212, 8191 FFE0 00A2, 8192 FFE1 00A3, 81CA FFE2 00AC",
        why: "it is CP932, with what Windows added; its six signs are read as in Windows, and written from either",
        ..same("Shift_JIS", "shift_jis")
    },
    Row {
        only_ours: 457,
        read: "8FA2B7 FF5E 007E, A1C1 FF5E 301C, A1C2 2225 2016, A1DD FF0D 2212, A1F1 FFE0 00A2, A1F2 FFE1 00A3, A2CC FFE2 00AC",
        written: "6066 characters",
        why: "six signs as in Shift_JIS; what NEC and IBM added is read; JIS X 0212 is read and, as in the WHATWG, not written",
        ..same("EUC-JP", "euc_jp")
    },
    Row {
        written: "00A5, 203E",
        why: "behind these the shift goes back to ASCII where it must, there at once",
        ..same("ISO-2022-JP", "iso2022_jp")
    },
    Row {
        only_ours: 192,
        read: "A145 2027 2022, A14E FE51 FF64, A1C2 00AF 203E, A1E3 FF5E 223C, A1F2 2295 2641, A1F3 2299 2609, \
               A241 2215 FF0F, A242 FE68 FF3C, A244 FFE5 00A5, A246 FFE0 00A2, A247 FFE1 00A3",
        written: "2388 characters",
        why: "signs are read as in Windows; what Hong Kong added is read, newer too, and as in the WHATWG not written",
        ..same("Big5", "big5hkscs")
    },
    Row {
        only_ours: 4842, read: "250 sequences", written: "255 characters",
        why: "C6A1 to C7FC are kana, Cyrillic and numbers in the order of Eten, which BBSes have; what Hong Kong added is read",
        ..same("Big5", "cp950")
    },
    Row { only_ours: 4884, read: "260 sequences", written: "256 characters", why: "as beside `cp950`, and signs as in Windows", ..same("Big5", "big5") },
    Row { only_ours: 2150, why: "with the euro, private characters, and all of GB18030 when read", ..same("GBK", "gbk") },
    Row {
        read: "A1A4 00B7 30FB, A1AA 2014 2015",
        why: "the dot and the dash are those of GBK, which one types; written from either",
        ..same("GB2312", "gb2312")
    },
    Row {
        only_ours: 1,
        read: "A3A0 3000 E5E5, A6D9 FE10 E78D, A6DA FE12 E78E, A6DB FE11 E78F, A6DC FE13 E790, A6DD FE14 E791, A6DE FE15 E792, \
               A6DF FE16 E793, A6EC FE17 E794, A6ED FE18 E795, A6F3 FE19 E796, A8BC 1E3F E7C7, FE59 9FB4 E81E, FE61 9FB5 E826, \
               FE66 9FB6 E82B, FE67 9FB7 E82C, FE6D 9FB8 E832, FE7E 9FB9 E843, FE90 9FBA E854, FEA0 9FBB E864",
        written: "1E3F, 9FB4, 9FB5, 9FB6, 9FB7, 9FB8, 9FB9, 9FBA, 9FBB, E5E5, E7C7, FE10, FE11, FE12, FE13, FE14, FE15, FE16, FE17, \
                  FE18, FE19",
        why: "it is that of 2022, there that of 2000, in which these were private characters",
        ..same("GB18030", "gb18030")
    },
    Row {
        only_ours: 1, written: "8822 characters",
        why: "the filler at A4D4 is a character, not the first of four that make a syllable which KS X 1001 lacks",
        ..same("EUC-KR", "euc_kr")
    },
    same("CP949", "cp949"),
    same("ATASCII", "atascii"),
    Row {
        written: "000D, 00A0, 03C0, 2022, 2500, 2502, 250C, 2510, 2514, 251C, 2524, 252C, 2534, 253C, 256E, 256F, 2570, 2571, 2572, \
                  2573, 2580, 2582, 2584, 2585, 2586, 2588, 258C, 2590, 2597, 25E4, 25E5",
        why: "of several bytes for a character the lowest is written, so that a return is 0D and not 8D",
        ..same("PETSCII", "petscii")
    },
    same("ATARIST", "atarist"),
];

/// Prints each sequence of one or two bytes (three after 8F in EUC-JP) that is text, and that text, in hex.
const DECODER: &str = r#"
import codecs, sys
codec = sys.argv[1]
try: codecs.lookup(codec)
except LookupError: import telnetlib3
singles = [bytes([a]) for a in range(256)]
pairs = [bytes([a, b]) for a in range(128, 256) for b in range(256)]
triples = [bytes([0x8F, a, b]) for a in range(161, 255) for b in range(161, 255)] if codec == "euc_jp" else []
alone = set()
for sequence in singles + pairs + triples:
    if len(sequence) == 2 and sequence[:1] in alone:
        continue
    try:
        text = sequence.decode(codec)
    except UnicodeDecodeError:
        continue
    if len(sequence) == 1:
        alone.add(sequence)
    print(sequence.hex(), text.encode("utf-8").hex())
"#;

/// Prints what is written for each character, between two letters: a shift must lead back. In a set of more than single bytes, that
/// is tried with all of the BMP and some beyond.
const ENCODER: &str = r#"
import codecs, sys
codec = sys.argv[1]
try: codecs.lookup(codec)
except LookupError: import telnetlib3
alone = [bytes([b]).decode(codec, "ignore") for b in range(256)]
points = [ord(c) for c in alone if c]
if codec in ("utf_8", "iso2022_jp") or len(bytes(range(128, 256)).decode(codec, "replace")) < 128:
    points = [*range(0, 0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 0x101)]
for point in sorted(set(points)):
    text = "a" + chr(point) + "b"
    try:
        print(text.encode(codec).hex(), text.encode().hex())
    except UnicodeEncodeError:
        pass
"#;

/// Prints each of the four bytes of GB18030 that are a character, and that character, in hex.
const FOUR_BYTES: &str = r#"
for a in range(0x81, 0xFF):
    for b in range(0x30, 0x3A):
        for c in range(0x81, 0xFF):
            for d in range(0x30, 0x3A):
                sequence = bytes([a, b, c, d])
                try:
                    print(sequence.hex(), sequence.decode("gb18030").encode().hex())
                except UnicodeDecodeError:
                    pass
"#;

/// Prints each alias of a codec, and the codec.
const ALIASES: &str = r#"
from encodings.aliases import aliases
for alias, codec in aliases.items(): print(alias, codec)
"#;

#[test]
fn every_sequence_is_what_python_reads() {
    let mut wrong = Vec::new();
    for row in SETS {
        let Some(theirs) = table(DECODER, row.codec) else { continue };
        let theirs: BTreeMap<Vec<u8>, String> = theirs.into_iter().collect();
        let ours = ours(row.set);
        let extra = ours.keys().filter(|sequence| !theirs.contains_key(*sequence)).count();
        let mut seen = Vec::new();
        for (sequence, text) in &theirs {
            let mine = ours.get(sequence);
            if mine != Some(text) {
                seen.push(format!(
                    "{} {} {}",
                    hex(sequence),
                    mine.map_or("-".into(), |mine| points(mine)),
                    points(text)
                ));
            }
        }
        let seen = summary(&seen, "sequences");
        if (extra, &*seen) != (row.only_ours, row.read) {
            wrong.push(format!("{} beside {}: {extra} only ours; {seen}", row.set, row.codec));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_character_is_written_as_python_does() {
    let mut wrong = Vec::new();
    for row in SETS {
        let Some(theirs) = table(ENCODER, row.codec) else { continue };
        let mut encoder = Encoder::new(named(row.set), ErrorRule::Strict);
        let mut seen = Vec::new();
        for (sequence, text) in theirs {
            let mut written = Vec::new();
            if encoder.encode(&text, &mut written).is_err() || written != sequence {
                seen.push(points(&text[1..text.len() - 1]));
            }
        }
        let seen = summary(&seen, "characters");
        if seen != row.written {
            wrong.push(format!("{} beside {}: {seen}", row.set, row.codec));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_four_bytes_of_gb18030_are_what_python_reads() {
    let Some(theirs) = table(FOUR_BYTES, "gb18030") else { return };
    let charset = named("GB18030");
    let mut others = Vec::new();
    for (sequence, text) in theirs {
        let mut ours = Vec::new();
        Decoder::new(charset, ErrorRule::Replace).decode(&sequence, &mut ours).unwrap();
        if ours != text.as_bytes() {
            others.push(format!("{} {}", hex(&sequence), points(&text)));
        }
    }
    // The one that was private until 2005: now it is two bytes.
    assert_eq!(others, ["8135F437 1E3F"]);
}

#[test]
fn the_manual_has_every_difference() {
    const HEADER: &str =
        "| set | codec | why | read only here | bytes that are read otherwise: here, there | written otherwise |";
    let manual = include_str!("../../../docs/encodings.md");
    let table = manual.lines().skip_while(|&line| line != HEADER).skip(2);
    let listed: Vec<&str> = table.take_while(|line| line.starts_with('|')).collect();
    let line = |&Row { set, codec, only_ours, read, written, why }: &Row| {
        let only_ours = if only_ours == 0 { String::new() } else { only_ours.to_string() };
        format!("| `{set}` | `{codec}` | {why} | {only_ours} | {read} | {written} |").replace("  ", " ")
    };
    let differing: Vec<String> = SETS.iter().filter(|row| !row.why.is_empty()).map(line).collect();
    assert_eq!(listed, differing, "the table should be:\n{}", differing.join("\n"));
}

#[test]
fn every_alias_of_a_codec_finds_its_set() {
    let Some(aliases) = ask(ALIASES, "") else { return };
    let sets: BTreeMap<&str, &str> = SETS.iter().map(|row| (row.codec, row.set)).collect();
    let mut unknown = Vec::new();
    for line in aliases.lines() {
        let (alias, codec) = line.split_once(' ').unwrap();
        let Some(set) = sets.get(codec) else { continue };
        if Charset::for_name(alias) != Some(named(set)) {
            unknown.push(format!("{alias} of {set}"));
        }
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}

fn table(program: &str, codec: &str) -> Option<Vec<(Vec<u8>, String)>> {
    let answer = ask(program, codec)?;
    let row = |line: &str| {
        let (sequence, text) = line.split_once(' ').unwrap();
        (unhex(sequence), String::from_utf8(unhex(text)).unwrap())
    };
    Some(answer.lines().map(row).collect())
}

/// What a program prints, or nothing, said aloud, where there is no Python that knows the codec. The Python is the one that the other
/// tests use too.
fn ask(program: &str, codec: &str) -> Option<String> {
    let python = env::var_os("TELNETKIT_TEST_PYTHON").unwrap_or_else(|| "python3".into());
    let found = Command::new(&python).args(["-c", program, codec]).output().ok();
    let Some(output) = found else {
        println!("skipped: there is no {} to compare with", python.display());
        return None;
    };
    let complaint = String::from_utf8_lossy(&output.stderr);
    if complaint.contains("No module named") {
        println!("skipped: {} has no telnetlib3, which has {codec}", python.display());
        return None;
    }
    assert!(output.status.success(), "{codec}: {complaint}");
    Some(String::from_utf8(output.stdout).unwrap())
}

/// The sequences of one or two bytes that are text, three after 8F in EUC-JP.
fn ours(set: &str) -> BTreeMap<Vec<u8>, String> {
    let charset = named(set);
    let mut table = BTreeMap::new();
    let mut add = |sequence: &[u8]| -> bool {
        let mut decoder = Decoder::new(charset, ErrorRule::Strict);
        let mut text = Vec::new();
        let is_text = decoder.decode(sequence, &mut text).is_ok() && !decoder.is_mid_character();
        if is_text {
            table.insert(sequence.to_vec(), String::from_utf8(text).unwrap());
        }
        is_text
    };
    for first in 0..=255 {
        if add(&[first]) || first < 0x80 {
            continue;
        }
        (0..=255).for_each(|second| _ = add(&[first, second]));
        if set == "EUC-JP" && first == 0x8F {
            (161..255).for_each(|second| (161..255).for_each(|third| _ = add(&[first, second, third])));
        }
    }
    table
}

/// A list, or the number of what is in a long one.
fn summary(list: &[String], what: &str) -> String {
    if list.len() > 40 { format!("{} {what}", list.len()) } else { list.join(", ") }
}

fn named(set: &str) -> Charset {
    Charset::for_name(set).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn unhex(digits: &str) -> Vec<u8> {
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

fn points(text: &str) -> String {
    text.chars().map(|character| format!("{:04X}", u32::from(character))).collect::<Vec<_>>().join("+")
}
