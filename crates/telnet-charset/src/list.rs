//! The list of the character sets: what each is called, what it is, and how it is converted.

use crate::conversion::{Conversion, atascii, big5bbs, look_alike, single_byte, subset, utf8, whatwg};
use crate::table::{atari_st, cp1131, ebcdic, petscii};

pub(crate) struct Row {
    pub(crate) name: &'static str,
    /// A few words for who chooses among them.
    pub(crate) description: &'static str,
    /// Names of the IANA registry, of Python's codecs, of code pages, and of what peers were seen to say, blanks between them;
    /// without those that differ only in what [`name::key`](crate::name::key) ignores.
    pub(crate) aliases: &'static str,
    pub(crate) conversion: &'static dyn Conversion,
}

const fn row(
    name: &'static str,
    description: &'static str,
    aliases: &'static str,
    conversion: &'static dyn Conversion,
) -> Row {
    Row { name, description, aliases, conversion }
}

/// The constants of [`Charset`](crate::Charset) are places in this list.
pub(crate) static ROWS: &[Row] = &[
    row("UTF-8", "Unicode", "utf u8 cp65001 utf8-ucs2 utf8-ucs4 unicode-1-1-utf-8 cp1208 csUTF8", &utf8::UTF_8),
    row(
        "US-ASCII",
        "English; the set of the NVT",
        "ascii us 646 ISO646-US ISO_646.irv:1991 ANSI_X3.4-1968 ANSI_X3.4-1986 IBM367 cp367 cp20127 iso-ir-6 csASCII",
        &single_byte::US_ASCII,
    ),
    row(
        "ISO-8859-1",
        "Western Europe",
        "latin1 l1 latin 8859 iso8859 ISO_8859-1:1987 IBM819 cp819 cp28591 iso-ir-100 csISOLatin1",
        &single_byte::ISO_8859_1,
    ),
    row("CP437", "DOS, United States; most BBSes and their art", "437 IBM437 csPC8CodePage437", &single_byte::CP437),
    row(
        "ISO-8859-2",
        "Central Europe",
        "latin2 l2 8859-2 ISO_8859-2:1987 cp912 cp28592 iso-ir-101 csISOLatin2",
        &single_byte::ISO_8859_2,
    ),
    row(
        "ISO-8859-3",
        "Esperanto and Maltese",
        "latin3 l3 8859-3 ISO_8859-3:1988 cp913 cp28593 iso-ir-109 csISOLatin3",
        &single_byte::ISO_8859_3,
    ),
    row(
        "ISO-8859-4",
        "Baltic, Greenland and Lapland, as it was first",
        "latin4 l4 8859-4 ISO_8859-4:1988 cp914 cp28594 iso-ir-110 csISOLatin4",
        &single_byte::ISO_8859_4,
    ),
    row(
        "ISO-8859-5",
        "Cyrillic",
        "cyrillic 8859-5 ISO_8859-5:1988 cp915 cp28595 iso-ir-144 csISOLatinCyrillic",
        &single_byte::ISO_8859_5,
    ),
    row(
        "ISO-8859-6",
        "Arabic",
        "arabic 8859-6 ISO_8859-6:1987 ECMA-114 ASMO-708 cp1089 cp28596 ISO-8859-6-E ISO-8859-6-I iso-ir-127 csISOLatinArabic csISO88596E csISO88596I",
        &single_byte::ISO_8859_6,
    ),
    row(
        "ISO-8859-7",
        "Greek",
        "greek greek8 8859-7 ISO_8859-7:1987 ECMA-118 ELOT_928 cp813 cp28597 iso-ir-126 csISOLatinGreek",
        &single_byte::ISO_8859_7,
    ),
    row(
        "ISO-8859-8",
        "Hebrew",
        "hebrew 8859-8 ISO_8859-8:1988 ISO-8859-8-I ISO-8859-8-E cp916 cp28598 cp38598 iso-ir-138 csISOLatinHebrew csISO88598E csISO88598I",
        &single_byte::ISO_8859_8,
    ),
    row(
        "ISO-8859-9",
        "Turkish",
        "latin5 l5 8859-9 ISO_8859-9:1989 cp920 cp28599 iso-ir-148 csISOLatin5",
        &single_byte::ISO_8859_9,
    ),
    row(
        "ISO-8859-10",
        "Northern Europe",
        "latin6 l6 8859-10 ISO_8859-10:1992 cp919 iso-ir-157 csISOLatin6",
        &single_byte::ISO_8859_10,
    ),
    row(
        "ISO-8859-11",
        "Thai",
        "thai 8859-11 ISO_8859-11:2001 TIS-620 TIS-620-0 TIS-620-2529-0 TIS-620-2529-1 iso-ir-166 csTIS620",
        &single_byte::ISO_8859_11,
    ),
    row("ISO-8859-13", "Baltic", "latin7 l7 8859-13 cp921 cp28603 iso-ir-179 csISO885913", &single_byte::ISO_8859_13),
    row(
        "ISO-8859-14",
        "Celtic",
        "latin8 l8 8859-14 ISO_8859-14:1998 iso-celtic iso-ir-199 csISO885914",
        &single_byte::ISO_8859_14,
    ),
    row(
        "ISO-8859-15",
        "Western Europe with the euro",
        "latin9 l9 8859-15 Latin-0 cp923 cp28605 csISO885915 iso-ir-203",
        &single_byte::ISO_8859_15,
    ),
    row(
        "ISO-8859-16",
        "South-eastern Europe",
        "latin10 l10 8859-16 ISO_8859-16:2001 iso-ir-226 csISO885916",
        &single_byte::ISO_8859_16,
    ),
    row("CP720", "DOS, Arabic", "720 IBM720", &single_byte::CP720),
    row("CP737", "DOS, Greek", "737 IBM737", &single_byte::CP737),
    row("CP775", "DOS, Baltic", "775 IBM775 csPC775Baltic", &single_byte::CP775),
    row("CP850", "DOS, Western Europe", "850 IBM850 csPC850Multilingual", &single_byte::CP850),
    row("CP852", "DOS, Central Europe", "852 IBM852 csPCp852", &single_byte::CP852),
    row("CP855", "DOS, Cyrillic of Serbia and Bulgaria", "855 IBM855 csIBM855", &single_byte::CP855),
    row("CP857", "DOS, Turkish", "857 IBM857 csIBM857", &single_byte::CP857),
    row(
        "CP858",
        "DOS, Western Europe with the euro",
        "858 IBM00858 CCSID00858 PC-Multilingual-850+euro csIBM00858",
        &single_byte::CP858,
    ),
    row("CP860", "DOS, Portuguese", "860 IBM860 csIBM860", &single_byte::CP860),
    row("CP861", "DOS, Icelandic", "861 IBM861 cp-is csIBM861", &single_byte::CP861),
    row("CP862", "DOS, Hebrew", "862 IBM862 csPC862LatinHebrew", &single_byte::CP862),
    row("CP863", "DOS, French of Canada", "863 IBM863 csIBM863", &single_byte::CP863),
    row("CP864", "DOS, Arabic in its visible forms", "864 IBM864 csIBM864", &single_byte::CP864),
    row("CP865", "DOS, Denmark and Norway", "865 IBM865 csIBM865", &single_byte::CP865),
    row("CP866", "DOS, Cyrillic of Russia", "866 IBM866 csIBM866", &single_byte::CP866),
    row("CP869", "DOS, modern Greek", "869 IBM869 cp-gr csIBM869", &single_byte::CP869),
    row("CP1131", "DOS, Cyrillic of Belarus", "1131 IBM1131", &cp1131::CP1131),
    row(
        "windows-1250",
        "Windows, Central Europe",
        "cp1250 1250 x-cp1250 ms1250 cswindows1250",
        &single_byte::WINDOWS_1250,
    ),
    row("windows-1251", "Windows, Cyrillic", "cp1251 1251 x-cp1251 ms1251 cswindows1251", &single_byte::WINDOWS_1251),
    row(
        "windows-1252",
        "Windows, Western Europe",
        "cp1252 1252 x-cp1252 ms1252 cswindows1252",
        &single_byte::WINDOWS_1252,
    ),
    row("windows-1253", "Windows, Greek", "cp1253 1253 x-cp1253 ms1253 cswindows1253", &single_byte::WINDOWS_1253),
    row("windows-1254", "Windows, Turkish", "cp1254 1254 x-cp1254 ms1254 cswindows1254", &single_byte::WINDOWS_1254),
    row("windows-1255", "Windows, Hebrew", "cp1255 1255 x-cp1255 ms1255 cswindows1255", &single_byte::WINDOWS_1255),
    row("windows-1256", "Windows, Arabic", "cp1256 1256 x-cp1256 ms1256 cswindows1256", &single_byte::WINDOWS_1256),
    row("windows-1257", "Windows, Baltic", "cp1257 1257 x-cp1257 ms1257 cswindows1257", &single_byte::WINDOWS_1257),
    row("windows-1258", "Windows, Vietnamese", "cp1258 1258 x-cp1258 ms1258 cswindows1258", &single_byte::WINDOWS_1258),
    row("windows-874", "Windows, Thai", "cp874 874 dos-874 x-windows-874 cswindows874", &single_byte::WINDOWS_874),
    row("KOI8-R", "Russian", "koi koi8 cp20866 cp878 csKOI8R", &single_byte::KOI8_R),
    row("KOI8-U", "Ukrainian", "cp21866 cp1168 csKOI8U", &single_byte::KOI8_U),
    row(
        "macintosh",
        "Macintosh before Mac OS X, Western Europe",
        "mac mac-roman x-mac-roman cp10000 csMacintosh",
        &single_byte::MACINTOSH,
    ),
    row(
        "x-mac-cyrillic",
        "Macintosh before Mac OS X, Cyrillic",
        "maccyrillic x-mac-ukrainian cp10007 cp10017",
        &single_byte::X_MAC_CYRILLIC,
    ),
    row(
        "Shift_JIS",
        "Japanese, with what Windows adds",
        "sjis x-sjis MS_Kanji ms932 cp932 932 windows-31j x-mac-japanese csShiftJIS cswindows31J",
        &look_alike::SHIFT_JIS,
    ),
    row(
        "EUC-JP",
        "Japanese, of Unix",
        "ujis x-euc-jp cp20932 cp51932 Extended_UNIX_Code_Packed_Format_for_Japanese csEUCPkdFmtJapanese",
        &look_alike::EUC_JP,
    ),
    row("ISO-2022-JP", "Japanese in seven bits", "cp50220 cp50221 jis csISO2022JP", &look_alike::ISO_2022_JP),
    row(
        "Big5",
        "Chinese of Taiwan; read of Hong Kong too",
        "big5-tw big5-hkscs big5-eten x-x-big5 cn-big5 ms950 cp950 950 x-mac-trad-chinese hkscs csBig5 csBig5HKSCS",
        &look_alike::BIG5,
    ),
    row("GBK", "Chinese, simplified and traditional", "cp936 936 ms936 windows-936 x-gbk csGBK", &whatwg::GBK),
    row(
        "GB2312",
        "Chinese, simplified",
        "chinese euc-cn GB_2312-80 gb2312-1980 eucgb2312-cn cp20936 cp51936 x-mac-simp-chinese csGB2312 csISO58GB231280 iso-ir-58",
        &look_alike::GB2312,
    ),
    row("GB18030", "Chinese, with all of Unicode", "gb18030-2000 gb18030-2022 cp54936 csGB18030", &whatwg::GB18030),
    row(
        "EUC-KR",
        "Korean",
        "korean ksc5601 ks_c_5601-1987 ks_c_5601-1989 ksx1001 cp51949 x-mac-korean iso-ir-149 csEUCKR csKSC56011987",
        &subset::EUC_KR,
    ),
    row("CP949", "Korean, with every syllable", "949 ms949 uhc windows-949", &whatwg::CP949),
    row(
        "CP037",
        "EBCDIC, United States and Canada",
        "37 IBM037 IBM039 ebcdic-cp-us ebcdic-cp-ca ebcdic-cp-wt ebcdic-cp-nl csIBM037",
        &ebcdic::CP037,
    ),
    row("CP273", "EBCDIC, Germany and Austria", "273 IBM273 csIBM273", &ebcdic::CP273),
    row("CP277", "EBCDIC, Denmark and Norway", "277 IBM277 ebcdic-cp-dk ebcdic-cp-no csIBM277", &ebcdic::CP277),
    row("CP500", "EBCDIC, international", "500 IBM500 ebcdic-cp-be ebcdic-cp-ch csIBM500", &ebcdic::CP500),
    row("CP1047", "EBCDIC, Unix System Services", "1047 IBM1047 csIBM1047", &ebcdic::CP1047),
    row("ATASCII", "Atari 8-bit computers", "atari8bit", &atascii::ATASCII),
    row(
        "PETSCII",
        "Commodore computers, with small letters",
        "petscii-shifted petscii-lower cbm commodore c64 c128",
        &petscii::SHIFTED,
    ),
    row(
        "PETSCII-unshifted",
        "Commodore computers, with graphics for small letters",
        "petscii-upper petscii-graphics",
        &petscii::UNSHIFTED,
    ),
    row("ATARIST", "Atari ST", "atari", &atari_st::ATARI_ST),
    row(
        "BIG5BBS",
        "Big5 of BBSes in Taiwan, with half characters as art",
        "big5-pcman big5-pcmanx big5-ptt",
        &big5bbs::BIG5_BBS,
    ),
];
