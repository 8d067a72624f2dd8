//! The character sets: what each is called and how it is converted, one row a set.

use std::fmt;

use crate::conversion::{Conversion, single_byte, utf8};
use crate::name;

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
        Charset::all().find(|charset| {
            let row = charset.row();
            name::same(name, row.name) || row.aliases.split(' ').any(|alias| name::same(name, alias))
        })
    }

    /// Every set, in the order of the list.
    pub fn all() -> impl Iterator<Item = Charset> {
        (0..ROWS.len() as u8).map(Charset)
    }

    /// The canonical name: the preferred MIME name of the IANA registry where it has one, such as `UTF-8`.
    pub fn name(self) -> &'static str {
        self.row().name
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

struct Row {
    name: &'static str,
    /// Names of the IANA registry, of Python's codecs and of what peers were seen to say, blanks between them; without those
    /// that differ only in what [`name::same`] ignores.
    aliases: &'static str,
    conversion: &'static dyn Conversion,
}

const fn row(name: &'static str, aliases: &'static str, conversion: &'static dyn Conversion) -> Row {
    Row { name, aliases, conversion }
}

/// The constants of [`Charset`] are places in this list.
static ROWS: &[Row] = &[
    row("UTF-8", "utf u8 cp65001 csUTF8", &utf8::UTF_8),
    row(
        "US-ASCII",
        "ascii us 646 ISO646-US ISO_646.irv:1991 ANSI_X3.4-1968 ANSI_X3.4-1986 iso-ir-6 IBM367 cp367 csASCII",
        &single_byte::US_ASCII,
    ),
    row(
        "ISO-8859-1",
        "latin1 l1 latin 8859 iso8859 ISO_8859-1:1987 iso-ir-100 IBM819 cp819 csISOLatin1",
        &single_byte::ISO_8859_1,
    ),
    row("CP437", "437 IBM437 csPC8CodePage437", &single_byte::CP437),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_the_rows_of_their_names() {
        let constants = [Charset::UTF_8, Charset::US_ASCII, Charset::ISO_8859_1, Charset::CP437];
        assert_eq!(constants.map(Charset::name), ["UTF-8", "US-ASCII", "ISO-8859-1", "CP437"]);
        assert_eq!(Charset::all().collect::<Vec<_>>(), constants);
    }

    #[test]
    fn every_name_finds_its_own_row_and_no_other() {
        for charset in Charset::all() {
            for name in charset.row().aliases.split(' ').chain([charset.name()]) {
                assert_eq!(Charset::for_name(name), Some(charset), "{name}");
            }
        }
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
        assert_eq!(Charset::for_name("iso 8859 1"), Some(Charset::ISO_8859_1));
    }

    #[test]
    fn other_names_are_not() {
        for name in ["", "-", "0", "utf-80", "utf-16", "iso-8859-10", "iso-8859-15", "cp4370", "windows-1252", "ﬀ"] {
            assert_eq!(Charset::for_name(name), None, "{name}");
        }
    }
}
