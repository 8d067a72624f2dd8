//! A character set, and how it is found by a name.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use crate::conversion::Conversion;
use crate::list::{ROWS, Row};
use crate::{name, unknown};

/// A character set that can be spoken.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Charset(u8);

impl Charset {
    /// UTF-8, RFC 3629.
    pub const UTF_8: Charset = Charset(0);
    /// US-ASCII, the set of the NVT (RFC 854): bytes from 80 up are undecodable.
    pub const US_ASCII: Charset = Charset(1);
    /// ISO-8859-1 itself, not the windows-1252 that browsers take it for: byte and code point are the same number, so every
    /// byte survives.
    pub const ISO_8859_1: Charset = Charset(2);
    /// CP437, the set of the IBM PC and of most BBSes. Bytes below 20 are control characters, not the graphics of its font.
    pub const CP437: Charset = Charset(3);

    /// Finds a set by one of its names: case does not matter, nor do hyphens, underscores, blanks, and zeros that lead a
    /// number.
    ///
    /// ```
    /// use telnet_charset::Charset;
    ///
    /// assert_eq!(Charset::for_name("Latin_1"), Some(Charset::ISO_8859_1));
    /// assert_eq!(Charset::for_name("iso 8859-01"), Some(Charset::ISO_8859_1));
    /// assert_eq!(Charset::for_name("klingon"), None);
    /// ```
    pub fn for_name(name: &str) -> Option<Charset> {
        if name.len() > LONGEST_NAME { None } else { PLACES.get(&name::key(name)).copied() }
    }

    /// Why a set that others have is none here, for a message to who asked for it by `name`.
    ///
    /// ```
    /// use telnet_charset::Charset;
    ///
    /// assert!(Charset::for_name("utf-16le").is_none());
    /// assert!(Charset::refusal("utf-16le").unwrap().starts_with("UTF-16 "));
    /// assert_eq!(Charset::refusal("klingon"), None);
    /// ```
    pub fn refusal(name: &str) -> Option<&'static str> {
        if name.len() > LONGEST_NAME { None } else { unknown::refusal(name) }
    }

    /// The known name that a name which is not was probably meant to be, if one is close to it.
    ///
    /// ```
    /// use telnet_charset::Charset;
    ///
    /// assert_eq!(Charset::nearest("cp473"), Some("CP437"));
    /// assert_eq!(Charset::nearest("klingon"), None);
    /// ```
    pub fn nearest(name: &str) -> Option<&'static str> {
        if name.len() > LONGEST_NAME { None } else { unknown::nearest(name) }
    }

    /// Every set, in the order of the list.
    pub fn all() -> impl Iterator<Item = Charset> {
        (0..ROWS.len() as u8).map(Charset)
    }

    /// The canonical name: the preferred MIME name of the IANA registry where it has one, such as `UTF-8`.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// What it is, in a few words: `DOS, Western Europe`.
    pub fn description(self) -> &'static str {
        self.row().description
    }

    /// Its other names, the commonest first; without those that differ only in what [`for_name`](Charset::for_name) ignores.
    pub fn aliases(self) -> impl Iterator<Item = &'static str> {
        self.row().aliases.split(' ')
    }

    /// True if bytes 00 to 7F are ASCII wherever they stand, so that a caller may pass pure ASCII through as it is.
    pub fn is_ascii_superset(self) -> bool {
        self.conversion().is_ascii_superset()
    }

    pub(crate) fn conversion(self) -> &'static dyn Conversion {
        self.row().conversion
    }

    fn row(self) -> &'static Row {
        &ROWS[usize::from(self.0)]
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Debug for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Charset({})", self.name())
    }
}

/// Every name's key and its set: a peer may offer 64 names, and of most servers each connection does.
static PLACES: LazyLock<HashMap<Box<[u8]>, Charset>> = LazyLock::new(|| {
    let names = |charset: Charset| charset.aliases().chain([charset.name()]);
    Charset::all().flat_map(|charset| names(charset).map(move |name| (name::key(name), charset))).collect()
});

/// No name is longer, in bytes; what is, is not looked up.
const LONGEST_NAME: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_the_rows_of_their_names() {
        let constants = [Charset::UTF_8, Charset::US_ASCII, Charset::ISO_8859_1, Charset::CP437];
        assert_eq!(constants.map(Charset::name), ["UTF-8", "US-ASCII", "ISO-8859-1", "CP437"]);
        assert_eq!(Charset::all().take(constants.len()).collect::<Vec<_>>(), constants);
    }

    #[test]
    fn every_name_finds_its_own_row_and_no_other() {
        for charset in Charset::all() {
            for name in charset.aliases().chain([charset.name()]) {
                assert_eq!(Charset::for_name(name), Some(charset), "{name}");
            }
        }
    }

    #[test]
    fn no_name_is_listed_twice() {
        let mut keys: Vec<_> = Charset::all()
            .flat_map(|charset| charset.aliases().chain([charset.name()]).map(|name| (name::key(name), name)))
            .collect();
        keys.sort_unstable();
        let twice: Vec<_> = keys.windows(2).filter(|pair| pair[0].0 == pair[1].0).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn the_manual_lists_each_set() {
        let manual = include_str!("../../../docs/encodings.md");
        let list = manual.lines().take_while(|line| !line.starts_with("## "));
        let cells = list.filter_map(|line| line.strip_prefix("| `")?.split('|').next());
        let mut listed: Vec<&str> =
            cells.flat_map(|cell| cell.split(['`', ' ']).filter(|name| !name.is_empty())).collect();
        let mut all: Vec<&str> = Charset::all().map(Charset::name).collect();
        all.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, all);
    }

    #[test]
    fn only_names_of_a_set_are_looked_up() {
        let names = || Charset::all().flat_map(|charset| charset.aliases().chain([charset.name()]));
        assert!(names().all(|name| name.len() <= LONGEST_NAME));
        let long = "utf-16".repeat(100_000);
        assert_eq!((Charset::for_name(&long), Charset::refusal(&long), Charset::nearest(&long)), (None, None, None));
    }

    #[test]
    fn names_of_the_field_are_known() {
        for (names, charset) in [
            ("utf-8 UTF8 utf_8 Utf-08 u8", Charset::UTF_8),
            ("ascii US-ASCII us_ascii ANSI_X3.4-1968 646", Charset::US_ASCII),
            (
                "latin1 LATIN-1 latin_1 iso-8859-1 ISO8859-1 iso_8859_1 iso-8859-01 iso88591 l1 cp819",
                Charset::ISO_8859_1,
            ),
            ("437 ibm437 IBM-437 cp437 CP-437 cp_437 cp0437", Charset::CP437),
        ] {
            for name in names.split(' ') {
                assert_eq!(Charset::for_name(name), Some(charset), "{name}");
            }
        }
        for (names, name) in [
            ("cp037 cp37 CP-037 IBM037 ibm-37 037 ebcdic-cp-us", "CP037"),
            ("cp273 IBM-273 273", "CP273"),
            ("cp277 IBM277 EBCDIC-CP-DK", "CP277"),
            ("cp500 IBM500 ebcdic_cp_be", "CP500"),
            ("cp1047 IBM-1047 IBM1047", "CP1047"),
            ("atascii atari8bit atari_8bit ATARI-8BIT", "ATASCII"),
            ("petscii cbm commodore c64 c128", "PETSCII"),
            ("petscii-unshifted petscii_upper", "PETSCII-unshifted"),
            ("atarist atari atari_st Atari-ST", "ATARIST"),
            ("big5bbs big5_bbs big5_pcman big5_pcmanx big5_ptt", "BIG5BBS"),
        ] {
            for alias in names.split(' ') {
                assert_eq!(Charset::for_name(alias).map(Charset::name), Some(name), "{alias}");
            }
        }
        assert_eq!(Charset::for_name("iso 8859 1"), Some(Charset::ISO_8859_1));
    }

    #[test]
    fn other_names_are_not() {
        for name in ["", "-", "0", "utf-80", "utf-16", "iso-8859-12", "iso-8859-17", "cp4370", "windows-12520", "ﬀ"] {
            assert_eq!(Charset::for_name(name), None, "{name}");
        }
    }
}
