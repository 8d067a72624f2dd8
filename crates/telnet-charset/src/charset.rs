//! The character sets: what each is called and how it is converted, one row a set.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

use crate::conversion::{Conversion, atascii, big5bbs, iso_2022_jp, single_byte, utf8, whatwg};
use crate::name;
use crate::table::{atari_st, ebcdic, petscii};

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
        let is_utf16 = name.len() <= LONGEST_NAME
            && ["utf16", "utf16le", "utf16be", "u16", "ucs2", "iso10646ucs2", "unicode"]
                .map(name::key)
                .contains(&name::key(name));
        is_utf16.then_some(
            "UTF-16 has a NUL in every ASCII character, which no NVT can tell from its own (RFC 854): use UTF-8",
        )
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
    /// that differ only in what [`name::key`] ignores.
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
    row("ISO-8859-2", "latin2 l2 8859-2 ISO_8859-2:1987 iso-ir-101 csISOLatin2", &whatwg::ISO_8859_2),
    row("ISO-8859-3", "latin3 l3 8859-3 ISO_8859-3:1988 iso-ir-109 csISOLatin3", &whatwg::ISO_8859_3),
    row("ISO-8859-4", "latin4 l4 8859-4 ISO_8859-4:1988 iso-ir-110 csISOLatin4", &whatwg::ISO_8859_4),
    row("ISO-8859-5", "cyrillic 8859-5 ISO_8859-5:1988 iso-ir-144 csISOLatinCyrillic", &whatwg::ISO_8859_5),
    row(
        "ISO-8859-6",
        "arabic 8859-6 ISO_8859-6:1987 iso-ir-127 ECMA-114 ASMO-708 csISOLatinArabic",
        &whatwg::ISO_8859_6,
    ),
    row(
        "ISO-8859-7",
        "greek greek8 8859-7 ISO_8859-7:1987 iso-ir-126 ECMA-118 ELOT_928 csISOLatinGreek",
        &whatwg::ISO_8859_7,
    ),
    row(
        "ISO-8859-8",
        "hebrew 8859-8 ISO_8859-8:1988 iso-ir-138 ISO-8859-8-I ISO-8859-8-E csISOLatinHebrew",
        &whatwg::ISO_8859_8,
    ),
    row("ISO-8859-9", "latin5 l5 8859-9 ISO_8859-9:1989 iso-ir-148 csISOLatin5", &single_byte::ISO_8859_9),
    row("ISO-8859-10", "latin6 l6 8859-10 ISO_8859-10:1992 iso-ir-157 csISOLatin6", &whatwg::ISO_8859_10),
    row(
        "ISO-8859-11",
        "thai 8859-11 ISO_8859-11:2001 TIS-620 TIS-620-0 TIS-620-2529-0 TIS-620-2529-1 iso-ir-166",
        &single_byte::ISO_8859_11,
    ),
    row("ISO-8859-13", "latin7 l7 8859-13", &whatwg::ISO_8859_13),
    row("ISO-8859-14", "latin8 l8 8859-14 ISO_8859-14:1998 iso-ir-199 iso-celtic", &whatwg::ISO_8859_14),
    row("ISO-8859-15", "latin9 l9 8859-15 Latin-0 csISO885915", &whatwg::ISO_8859_15),
    row("ISO-8859-16", "latin10 l10 8859-16 ISO_8859-16:2001 iso-ir-226", &whatwg::ISO_8859_16),
    row("CP720", "720 IBM720", &single_byte::CP720),
    row("CP737", "737 IBM737", &single_byte::CP737),
    row("CP775", "775 IBM775 csPC775Baltic", &single_byte::CP775),
    row("CP850", "850 IBM850 csPC850Multilingual", &single_byte::CP850),
    row("CP852", "852 IBM852 csPCp852", &single_byte::CP852),
    row("CP855", "855 IBM855 csIBM855", &single_byte::CP855),
    row("CP857", "857 IBM857 csIBM857", &single_byte::CP857),
    row("CP858", "858 IBM858 IBM00858 csPC858Multilingual", &single_byte::CP858),
    row("CP860", "860 IBM860 csIBM860", &single_byte::CP860),
    row("CP861", "861 IBM861 cp-is csIBM861", &single_byte::CP861),
    row("CP862", "862 IBM862 csPC862LatinHebrew", &single_byte::CP862),
    row("CP863", "863 IBM863 csIBM863", &single_byte::CP863),
    row("CP864", "864 IBM864 csIBM864", &single_byte::CP864),
    row("CP865", "865 IBM865 csIBM865", &single_byte::CP865),
    row("CP866", "866 IBM866 csIBM866", &single_byte::CP866),
    row("CP869", "869 IBM869 cp-gr csIBM869", &single_byte::CP869),
    row("windows-1250", "cp1250 1250 x-cp1250 ms1250 cswindows1250", &whatwg::WINDOWS_1250),
    row("windows-1251", "cp1251 1251 x-cp1251 ms1251 cswindows1251", &whatwg::WINDOWS_1251),
    row("windows-1252", "cp1252 1252 x-cp1252 ms1252 cswindows1252", &whatwg::WINDOWS_1252),
    row("windows-1253", "cp1253 1253 x-cp1253 ms1253 cswindows1253", &whatwg::WINDOWS_1253),
    row("windows-1254", "cp1254 1254 x-cp1254 ms1254 cswindows1254", &whatwg::WINDOWS_1254),
    row("windows-1255", "cp1255 1255 x-cp1255 ms1255 cswindows1255", &whatwg::WINDOWS_1255),
    row("windows-1256", "cp1256 1256 x-cp1256 ms1256 cswindows1256", &whatwg::WINDOWS_1256),
    row("windows-1257", "cp1257 1257 x-cp1257 ms1257 cswindows1257", &whatwg::WINDOWS_1257),
    row("windows-1258", "cp1258 1258 x-cp1258 ms1258 cswindows1258", &whatwg::WINDOWS_1258),
    row("windows-874", "cp874 874 dos-874 x-windows-874 cswindows874", &whatwg::WINDOWS_874),
    row("KOI8-R", "koi koi8 csKOI8R cp20866", &whatwg::KOI8_R),
    row("KOI8-U", "csKOI8U cp21866", &single_byte::KOI8_U),
    row("macintosh", "mac macroman mac-roman x-mac-roman csMacintosh cp10000", &whatwg::MACINTOSH),
    row("x-mac-cyrillic", "maccyrillic x-mac-ukrainian cp10007 cp10017", &whatwg::X_MAC_CYRILLIC),
    row(
        "Shift_JIS",
        "sjis s_jis x-sjis csShiftJIS MS_Kanji ms932 mskanji cp932 932 windows-31j cswindows31J",
        &whatwg::SHIFT_JIS,
    ),
    row(
        "EUC-JP",
        "eucjp ujis u-jis x-euc-jp cp20932 cp51932 csEUCPkdFmtJapanese Extended_UNIX_Code_Packed_Format_for_Japanese",
        &whatwg::EUC_JP,
    ),
    row("ISO-2022-JP", "iso2022jp csISO2022JP cp50220 cp50221 jis", &iso_2022_jp::ISO_2022_JP),
    row("Big5", "big5-tw big5-hkscs big5-eten x-x-big5 cn-big5 csBig5 ms950 cp950 950", &whatwg::BIG5),
    row(
        "GBK",
        "cp936 936 ms936 windows-936 x-gbk csGBK GB2312 GB_2312-80 csGB2312 csISO58GB231280 chinese euc-cn euccn eucgb2312-cn iso-ir-58 gb2312-1980 gb2312-80",
        &whatwg::GBK,
    ),
    row("GB18030", "gb18030-2000 gb18030-2022 cp54936 csGB18030", &whatwg::GB18030),
    row(
        "EUC-KR",
        "euckr korean ksc5601 ks_c_5601 ks_c_5601-1987 ks_c_5601-1989 ksx1001 KS_X-1001 iso-ir-149 csEUCKR csKSC56011987 cp949 949 ms949 uhc windows-949 cp51949",
        &whatwg::EUC_KR,
    ),
    row("CP037", "37 IBM037 IBM039 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-wt ebcdic-cp-nl csIBM037", &ebcdic::CP037),
    row("CP273", "273 IBM273 csIBM273", &ebcdic::CP273),
    row("CP277", "277 IBM277 ebcdic-cp-dk ebcdic-cp-no csIBM277", &ebcdic::CP277),
    row("CP500", "500 IBM500 ebcdic-cp-be ebcdic-cp-ch csIBM500", &ebcdic::CP500),
    row("CP1047", "1047 IBM1047 csIBM1047", &ebcdic::CP1047),
    row("ATASCII", "atari8bit", &atascii::ATASCII),
    row("PETSCII", "petscii-shifted petscii-lower cbm commodore c64 c128", &petscii::SHIFTED),
    row("PETSCII-unshifted", "petscii-upper petscii-graphics", &petscii::UNSHIFTED),
    row("ATARIST", "atari", &atari_st::ATARI_ST),
    row("BIG5BBS", "big5-pcman big5-pcmanx big5-ptt", &big5bbs::BIG5_BBS),
];

/// Every name's key and its set: a peer may offer 64 names, and of most servers each connection does.
static PLACES: LazyLock<HashMap<Box<[u8]>, Charset>> = LazyLock::new(|| {
    let names = |charset: Charset| charset.row().aliases.split(' ').chain([charset.name()]);
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
            for name in charset.row().aliases.split(' ').chain([charset.name()]) {
                assert_eq!(Charset::for_name(name), Some(charset), "{name}");
            }
        }
    }

    #[test]
    fn the_manual_lists_each_set() {
        let manual = include_str!("../../../docs/encodings.md");
        let cells = manual.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
        let mut listed: Vec<&str> =
            cells.flat_map(|cell| cell.split(['`', ' ']).filter(|name| !name.is_empty())).collect();
        let mut all: Vec<&str> = Charset::all().map(Charset::name).collect();
        all.sort_unstable();
        listed.sort_unstable();
        assert_eq!(listed, all);
    }

    #[test]
    fn names_that_mean_utf_16_are_refused_with_a_reason() {
        for name in ["utf-16", "UTF_16LE", "utf-16-be", "UCS-2", "ISO-10646-UCS-2", "unicode"] {
            assert_eq!(Charset::for_name(name), None, "{name}");
            assert!(Charset::refusal(name).is_some(), "{name}");
        }
        assert_eq!(Charset::refusal(&"utf-16".repeat(1000)), None);
    }

    #[test]
    fn only_names_of_a_set_are_looked_up() {
        let names = || ROWS.iter().flat_map(|row| row.aliases.split(' ').chain([row.name]));
        assert!(names().all(|name| name.len() <= LONGEST_NAME));
        assert_eq!(Charset::for_name(&"0".repeat(100_000)), None);
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
