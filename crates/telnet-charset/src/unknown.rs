//! Names that are not those of a set: why the set is refused, or which name was probably meant.

use crate::Charset;
use crate::name::key;

pub(crate) fn refusal(name: &str) -> Option<&'static str> {
    let asked = key(name);
    let is_asked = |&&(names, _): &&(&str, _)| names.split(' ').any(|name| key(name) == asked);
    REFUSED.iter().find(is_asked).map(|&(_, reason)| reason)
}

/// A name with a mistake in it is taken for the known one, the first where several are as near. In three letters anything is
/// a mistake for something.
pub(crate) fn nearest(name: &str) -> Option<&'static str> {
    let asked = key(name);
    let mut names = Charset::all().flat_map(|charset| [charset.name()].into_iter().chain(charset.aliases()));
    names.find(|known| asked.len() > 3 && mistakes(&asked, &key(known)) == 1)
}

/// How many bytes were added, left out, mistaken for another or exchanged with the next between two names (optimal string
/// alignment). A wrong digit counts twice: it is as near to nine other numbers.
fn mistakes(one: &[u8], other: &[u8]) -> usize {
    let mut before_last = vec![0; other.len() + 1];
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, &a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, &b) in other.iter().enumerate() {
            let wrong = match a == b {
                true => 0,
                false if a.is_ascii_digit() && b.is_ascii_digit() => 2,
                false => 1,
            };
            let mut fewest = (last[j] + wrong).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a == other[j - 1] && one[i - 1] == b {
                fewest = fewest.min(before_last[j - 1] + 1);
            }
            row.push(fewest);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[other.len()]
}

/// Names, and why who asks by them gets nothing.
static REFUSED: &[(&str, &str)] = &[
    (
        "UTF-16 UTF-16LE UTF-16BE u16 UCS-2 UCS-2LE UCS-2BE ISO-10646-UCS-2 unicode unicodelittleunmarked unicodebigunmarked \
         unicodeFFFE csUTF16 csUTF16LE csUTF16BE csUnicode cp1200 cp1201",
        "UTF-16 has a NUL in every ASCII character, which no NVT can tell from its own (RFC 854): use UTF-8",
    ),
    (
        "UTF-32 UTF-32LE UTF-32BE u32 UCS-4 UCS-4LE UCS-4BE ISO-10646-UCS-4 csUTF32 csUTF32LE csUTF32BE csUCS4 cp12000 cp12001",
        "UTF-32 has NULs in every character, which no NVT can tell from its own (RFC 854): use UTF-8",
    ),
    (
        "UTF-7 u7 UTF-7-IMAP unicode-1-1-utf-7 csUTF7 csUTF7IMAP cp65000",
        "UTF-7 is made for mail, and takes a plus sign in a line of ASCII for something else: use UTF-8",
    ),
    ("ISO-8859-12 8859-12", "ISO-8859-12 was never published"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_refused_is_no_set_and_has_a_reason() {
        for (names, reason) in REFUSED {
            for name in names.split(' ') {
                assert_eq!(Charset::for_name(name), None, "{name}");
                assert_eq!(Charset::refusal(&name.to_lowercase().replace('-', "_")), Some(*reason), "{name}");
            }
        }
        assert_eq!(Charset::refusal("utf-8"), None);
    }

    #[test]
    fn a_name_with_a_mistake_in_it_is_understood() {
        for (name, meant) in [
            ("cp473", "CP437"),
            ("cp-43", "CP437"),
            ("utf-88", "UTF-8"),
            ("uft-8", "UTF-8"),
            ("latni1", "latin1"),
            ("windows12520", "windows-1250"),
            ("shift-jsi", "Shift_JIS"),
            ("patscii", "PETSCII"),
            ("eucjpn", "EUC-JP"),
        ] {
            assert_eq!(nearest(name), Some(meant), "{name}");
        }
    }

    #[test]
    fn a_name_with_more_is_not() {
        for name in ["", "x", "klingon", "cp1", "cp439", "windows-1259", "windoes125", "日本語"] {
            assert_eq!(nearest(name), None, "{name}");
        }
    }
}
