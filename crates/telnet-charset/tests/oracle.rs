//! Every set against Python's codecs, which were written by others from other tables: each byte, each pair, and each character
//! back. Where they differ the difference is listed here, with its reason. Without a `python3` that has codecs there is nothing
//! to compare with, and the test says so.

use std::collections::BTreeMap;
use std::process::Command;

use telnet_charset::{Charset, Decoder, Encoder, ErrorRule};

/// Prints each sequence of one or two bytes (three after 8F in EUC-JP) that is text, and that text, in hex.
const DECODER: &str = r#"
import sys
codec = sys.argv[1]
singles = [bytes([a]) for a in range(256)]
pairs = [bytes([a, b]) for a in range(128, 256) for b in range(256)] if sys.argv[2] != "1" else []
triples = [bytes([0x8F, a, b]) for a in range(161, 255) for b in range(161, 255)] if codec == "euc_jp" else []
alone = set()
for sequence in singles + pairs + triples:
    try:
        text = sequence.decode(codec)
    except UnicodeDecodeError:
        continue
    if len(sequence) == 1:
        alone.add(sequence)
    if len(sequence) == 2 and sequence[:1] in alone:
        continue
    print(sequence.hex(), text.encode("utf-8", "surrogatepass").hex())
"#;

/// Prints what is written for each character of the BMP, and some beyond, between two letters: a shift must lead back.
const ENCODER: &str = r#"
import sys
for point in [*range(0xA0, 0xD800), *range(0xE000, 0x10000), *range(0x10000, 0x110000, 0x101)]:
    text = "a" + chr(point) + "b"
    try:
        print(text.encode(sys.argv[1]).hex(), text.encode().hex())
    except UnicodeEncodeError:
        pass
"#;

/// Our name, Python's, the most bytes of a character that are tried, sequences that only we know, and all other differences.
type Row = (&'static str, &'static str, u8, usize, &'static [&'static str]);

/// - DOS and Windows code pages: what Microsoft leaves undefined is a C1 control in the WHATWG's tables and in `oem_cp`'s, so
///   that it survives. CP864 has a percent sign of its own at 25; ASCII is ASCII here.
/// - Japanese: the WHATWG's JIS X 0208 is Microsoft's, and it has NEC's and IBM's rows. Python has private characters for four
///   bytes of CP932 that are undefined.
/// - Big5 is Taiwan's and Hong Kong's in one. Python's `big5` and `cp950` are not compared: they have kana of their own in rows C6
///   and C7, where BBSes have Eten's.
/// - GB2312 is read and written as GBK, which has all of it. GB18030 is that of 2022, Python's that of 2000.
#[rustfmt::skip]
const SETS: &[Row] = &[
    ("US-ASCII", "ascii", 1, 0, &[]),
    ("ISO-8859-1", "iso8859_1", 1, 0, &[]),
    ("ISO-8859-2", "iso8859_2", 1, 0, &[]),
    ("ISO-8859-3", "iso8859_3", 1, 0, &[]),
    ("ISO-8859-4", "iso8859_4", 1, 0, &[]),
    ("ISO-8859-5", "iso8859_5", 1, 0, &[]),
    ("ISO-8859-6", "iso8859_6", 1, 0, &[]),
    ("ISO-8859-7", "iso8859_7", 1, 0, &[]),
    ("ISO-8859-8", "iso8859_8", 1, 0, &[]),
    ("ISO-8859-9", "iso8859_9", 1, 0, &[]),
    ("ISO-8859-10", "iso8859_10", 1, 0, &[]),
    ("ISO-8859-11", "iso8859_11", 1, 0, &[]),
    ("ISO-8859-13", "iso8859_13", 1, 0, &[]),
    ("ISO-8859-14", "iso8859_14", 1, 0, &[]),
    ("ISO-8859-15", "iso8859_15", 1, 0, &[]),
    ("ISO-8859-16", "iso8859_16", 1, 0, &[]),
    ("CP437", "cp437", 1, 0, &[]),
    ("CP720", "cp720", 1, 0, &[]),
    ("CP737", "cp737", 1, 0, &[]),
    ("CP775", "cp775", 1, 0, &[]),
    ("CP850", "cp850", 1, 0, &[]),
    ("CP852", "cp852", 1, 0, &[]),
    ("CP855", "cp855", 1, 0, &[]),
    ("CP857", "cp857", 1, 0, &[]),
    ("CP858", "cp858", 1, 0, &[]),
    ("CP860", "cp860", 1, 0, &[]),
    ("CP861", "cp861", 1, 0, &[]),
    ("CP862", "cp862", 1, 0, &[]),
    ("CP863", "cp863", 1, 0, &[]),
    ("CP864", "cp864", 1, 3, &["25 0025 066A"]),
    ("CP865", "cp865", 1, 0, &[]),
    ("CP866", "cp866", 1, 0, &[]),
    ("CP869", "cp869", 1, 9, &[]),
    ("windows-874", "cp874", 1, 23, &[]),
    ("windows-1250", "cp1250", 1, 5, &[]),
    ("windows-1251", "cp1251", 1, 1, &[]),
    ("windows-1252", "cp1252", 1, 5, &[]),
    ("windows-1253", "cp1253", 1, 14, &[]),
    ("windows-1254", "cp1254", 1, 7, &[]),
    ("windows-1255", "cp1255", 1, 13, &[]),
    ("windows-1256", "cp1256", 1, 0, &[]),
    ("windows-1257", "cp1257", 1, 10, &[]),
    ("windows-1258", "cp1258", 1, 9, &[]),
    ("KOI8-R", "koi8_r", 1, 0, &[]),
    ("KOI8-U", "koi8_u", 1, 0, &[]),
    ("macintosh", "mac_roman", 1, 0, &[]),
    ("x-mac-cyrillic", "mac_cyrillic", 1, 0, &[]),
    ("Shift_JIS", "cp932", 2, 0, &["A0 - F8F0", "FD - F8F1", "FE - F8F2", "FF - F8F3"]),
    ("EUC-JP", "euc_jp", 2, 457, &["8FA2B7 FF5E 007E", "A1C1 FF5E 301C", "A1C2 2225 2016", "A1DD FF0D 2212", "A1F1 FFE0 00A2", "A1F2 FFE1 00A3", "A2CC FFE2 00AC"]),
    ("Big5", "big5hkscs", 2, 192, &["A145 2027 2022", "A14E FE51 FF64", "A1C2 00AF 203E", "A1E3 FF5E 223C", "A1F2 2295 2641", "A1F3 2299 2609", "A241 2215 FF0F", "A242 FE68 FF3C", "A244 FFE5 00A5", "A246 FFE0 00A2", "A247 FFE1 00A3"]),
    ("GBK", "gbk", 2, 2150, &[]),
    ("GBK", "gb2312", 2, 16496, &["A1A4 00B7 30FB", "A1AA 2014 2015"]),
    ("GB18030", "gb18030", 2, 1, &["A3A0 3000 E5E5", "A6D9 FE10 E78D", "A6DA FE12 E78E", "A6DB FE11 E78F", "A6DC FE13 E790", "A6DD FE14 E791", "A6DE FE15 E792", "A6DF FE16 E793", "A6EC FE17 E794", "A6ED FE18 E795", "A6F3 FE19 E796", "A8BC 1E3F E7C7", "FE59 9FB4 E81E", "FE61 9FB5 E826", "FE66 9FB6 E82B", "FE67 9FB7 E82C", "FE6D 9FB8 E832", "FE7E 9FB9 E843", "FE90 9FBA E854", "FEA0 9FBB E864"]),
    ("EUC-KR", "cp949", 2, 0, &[]),
];

#[test]
fn every_sequence_is_what_python_reads() {
    if !has_python() {
        return;
    }
    let mut wrong = Vec::new();
    for &(name, codec, longest, only_ours, differences) in SETS {
        let theirs: Table = run(DECODER, codec, longest).into_iter().collect();
        let ours = ours(Charset::for_name(name).unwrap(), longest);
        let mut seen = Vec::new();
        for (sequence, text) in &theirs {
            match ours.get(sequence) {
                Some(mine) if mine == text => {}
                mine => seen.push(format!(
                    "{} {} {}",
                    hex(sequence),
                    mine.map_or("-".into(), |mine| points(mine)),
                    points(text)
                )),
            }
        }
        let extra = ours.keys().filter(|sequence| !theirs.contains_key(*sequence)).count();
        if extra != only_ours || seen != differences {
            wrong.push(format!("{name}: {extra} only ours; {seen:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

type Table = BTreeMap<Vec<u8>, String>;

/// The sequences and texts that a program prints.
fn run(program: &str, codec: &str, longest: u8) -> Vec<(Vec<u8>, String)> {
    let output = Command::new("python3").args(["-c", program, codec, &longest.to_string()]).output().unwrap();
    assert!(output.status.success(), "{codec}: {}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    let row = |line: &str| {
        let (sequence, text) = line.split_once(' ').unwrap();
        (unhex(sequence), String::from_utf8(unhex(text)).unwrap())
    };
    lines.lines().map(row).collect()
}

fn ours(charset: Charset, longest: u8) -> Table {
    let mut table = Table::new();
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
        if add(&[first]) || longest == 1 || first < 0x80 {
            continue;
        }
        (0..=255).for_each(|second| _ = add(&[first, second]));
        if charset.name() == "EUC-JP" && first == 0x8F {
            (161..255).for_each(|second| (161..255).for_each(|third| _ = add(&[first, second, third])));
        }
    }
    table
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

/// The sets whose characters are not all one or two bytes, by what Python writes.
#[test]
fn what_python_writes_is_read_and_written_alike() {
    if !has_python() {
        return;
    }
    // Microsoft's JIS X 0208 and the GB18030 of 2022 again. After yen and overline Python goes
    // back to ASCII at once, and we where a character needs it: a "b" is the same in both.
    for (name, codec, not_read, not_written) in [
        ("ISO-2022-JP", "iso2022_jp", "A2 A3 AC 2016 2212 301C", "A2 A3 A5 AC 2016 203E 301C"),
        (
            "GB18030",
            "gb18030",
            "1E3F E5E5 E78D E78E E78F E790 E791 E792 E793 E794 E795 E796 E7C7 E81E E826 E82B E82C E832 E843 E854 E864",
            "1E3F 9FB4 9FB5 9FB6 9FB7 9FB8 9FB9 9FBA 9FBB E5E5 E7C7 FE10 FE11 FE12 FE13 FE14 FE15 FE16 FE17 FE18 FE19",
        ),
    ] {
        let charset = Charset::for_name(name).unwrap();
        let (mut unread, mut unwritten) = (Vec::new(), Vec::new());
        for (sequence, text) in run(ENCODER, codec, 0) {
            let (mut read, mut written) = (Vec::new(), Vec::new());
            let mut decoder = Decoder::new(charset, ErrorRule::Replace);
            decoder.decode(&sequence, &mut read).and_then(|_| decoder.finish(&mut read)).unwrap();
            Encoder::new(charset, ErrorRule::Replace).encode(&text, &mut written).unwrap();
            if read != text.as_bytes() {
                unread.push(format!("{:X}", u32::from(text.chars().nth(1).unwrap())));
            }
            if written != sequence {
                unwritten.push(format!("{:X}", u32::from(text.chars().nth(1).unwrap())));
            }
        }
        assert_eq!((&*unread.join(" "), &*unwritten.join(" ")), (not_read, not_written), "{name}");
    }
}

fn has_python() -> bool {
    let found =
        Command::new("python3").args(["-c", "import codecs"]).output().is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: there is no python3 to compare with");
    }
    found
}
