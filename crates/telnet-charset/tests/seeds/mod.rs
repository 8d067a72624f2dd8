//! What fuzzing starts from: a text in each set, and the inputs that `fuzz/corpus/` keeps, a file a target with one input a line in hex.
//! They were found by fuzzing and are the few that together reach all that was reached.

use std::path::Path;

use telnet_charset::{Charset, Encoder, ErrorRule};

/// The inputs for a target.
pub(crate) fn of(target: &str) -> Vec<Vec<u8>> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|folder| folder.ends_with("telnet-charset"));
    let path = here.expect("a package in telnet-charset").join(format!("fuzz/corpus/{target}.txt"));
    let kept = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let texts = (0..).zip(Charset::all()).map(|(choice, charset)| {
        let mut text = TEXT.as_bytes().to_vec();
        if target == "decoder" {
            text.clear();
            Encoder::new(charset, ErrorRule::Ignore).encode(TEXT, &mut text).expect("what it lacks is ignored");
        }
        [&[choice, 2], &text[..]].concat()
    });
    texts.chain(kept.lines().map(bytes)).collect()
}

/// The bytes that a line of hex stands for.
fn bytes(line: &str) -> Vec<u8> {
    let digits = line.chars().map(|digit| digit.to_digit(16).unwrap_or_else(|| panic!("not hex: {line}")) as u8);
    digits.collect::<Vec<_>>().chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

const TEXT: &str = "plain é ╔═╗ Да ελ שם ไทย あア学 中国 學 가 € \u{1FB70}😀 ¥‾〜\r\n\x1b[1m";
