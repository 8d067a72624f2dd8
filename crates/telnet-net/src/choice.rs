//! Which character set a session speaks, and on whose word.
//!
//! | role | best first |
//! |---|---|
//! | server | the client's LANG (RFC 1572); the set agreed by CHARSET (RFC 2066); the client's variable CHARSET; our own |
//! | client | the set agreed by CHARSET, or that of a font chosen by the server (SyncTERM), whichever came last; our own |
//!
//! In which order these come does not matter, but that what the program assigns makes all go that came before. Our own is
//! spoken where BINARY is agreed or the program forces it; any word of the peer's, too, forces it from there on.

use telnet_charset::Charset;
use telnet_proto::option::new_environ::{Kind, Told};

/// Whose word it is that a set is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// The program's, by its options or an assignment.
    Program = 0,
    /// It was agreed (RFC 2066).
    Charset = 1,
    /// The client's LANG names it.
    Language = 2,
    /// The client's variable CHARSET names it.
    Variable = 3,
    /// The server chose a font.
    Font = 4,
}

/// All that was said about the set.
#[derive(Debug)]
pub(crate) struct Choice {
    own: Charset,
    forced: bool,
    /// CHARSET's, or the font's.
    agreed: Option<(Charset, Word)>,
    language: Variable,
    variable: Variable,
}

/// A variable of the peer's that may be told as VAR and as USERVAR, of which VAR counts.
#[derive(Debug, Default)]
struct Variable {
    well_known: Option<Charset>,
    user: Option<Charset>,
}

impl Choice {
    /// Only the program has said something.
    pub(crate) fn new(own: Charset, forced: bool) -> Choice {
        Choice { own, forced, agreed: None, language: Variable::default(), variable: Variable::default() }
    }

    /// The program says something new.
    pub(crate) fn assign(&mut self, own: Charset, forced: bool) {
        *self = Choice::new(own, forced || self.forced);
    }

    /// A set was agreed by CHARSET. If the program asked for it, it is the program's choice as well.
    pub(crate) fn agree(&mut self, charset: Charset, by_program: bool) {
        if by_program {
            self.assign(self.own, true);
        }
        self.say(charset, Word::Charset);
    }

    /// The server chose a font. Where the program has chosen a set, that only says that the server speaks one.
    pub(crate) fn choose_font(&mut self, charset: Charset, program_insists: bool) {
        self.forced = true;
        if !program_insists {
            self.say(charset, Word::Font);
        }
    }

    /// The client told a variable.
    pub(crate) fn hear(&mut self, told: &Told<'_>) {
        let value = told.value.as_deref().and_then(|value| std::str::from_utf8(value).ok());
        let (variable, charset) = match &*told.name {
            b"LANG" => (&mut self.language, value.and_then(charset_of_language)),
            b"CHARSET" => (&mut self.variable, value.and_then(Charset::for_name)),
            _ => return,
        };
        match told.kind {
            Kind::Var => variable.well_known = charset,
            Kind::UserVar => variable.user = charset,
        }
        self.forced |= charset.is_some();
    }

    /// The set, and who says so.
    pub(crate) fn best(&self) -> (Charset, Word) {
        let language = || self.language.best().map(|charset| (charset, Word::Language));
        let variable = || self.variable.best().map(|charset| (charset, Word::Variable));
        language().or(self.agreed).or_else(variable).unwrap_or((self.own, Word::Program))
    }

    /// It is spoken though BINARY was not agreed.
    pub(crate) fn is_forced(&self) -> bool {
        self.forced
    }

    /// The set of a direction, given whether BINARY is agreed for it.
    pub(crate) fn charset(&self, binary: bool) -> Charset {
        if binary || self.forced { self.best().0 } else { Charset::US_ASCII }
    }

    fn say(&mut self, charset: Charset, word: Word) {
        self.forced = true;
        self.agreed = Some((charset, word));
    }
}

impl Variable {
    fn best(&self) -> Option<Charset> {
        self.well_known.or(self.user)
    }
}

/// The set that a locale names: that of `en_US.UTF-8@misc` is UTF-8, that of `C` and `en_IL` none.
fn charset_of_language(locale: &str) -> Option<Charset> {
    codeset(locale).and_then(Charset::for_name)
}

/// What a locale has between its dot and its modifier.
pub(crate) fn codeset(locale: &str) -> Option<&str> {
    locale.split_once('.')?.1.split('@').next()
}

/// The set of a font of SyncTERM's, by its number; `None` where it has none that can be spoken.
///
/// Source: the table of CTerm's manual, "Font Selection", as telnetlib3 reads it.
pub fn charset_of_font(font: u16) -> Option<Charset> {
    Charset::for_name(match font {
        0 | 26 | 37..=42 => "CP437",
        1 | 20 => "windows-1251",
        2 | 12 | 22 => "KOI8-R",
        3 => "ISO-8859-2",
        4 | 11 | 13 | 23 => "ISO-8859-4",
        5 | 25 | 27 | 29 => "CP866",
        6 => "ISO-8859-9",
        8 => "ISO-8859-8",
        9 => "KOI8-U",
        10 | 16 => "ISO-8859-15",
        14 => "ISO-8859-5",
        17 | 18 => "CP850",
        21 => "ISO-8859-7",
        24 | 30 => "ISO-8859-1",
        31 => "CP1131",
        32..=35 => "PETSCII",
        36 => "ATASCII",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::*;

    const UTF_8: Charset = Charset::UTF_8;
    const LATIN_1: Charset = Charset::ISO_8859_1;
    const CP437: Charset = Charset::CP437;

    fn told(name: &'static str, value: Option<&'static str>, kind: Kind) -> Told<'static> {
        Told { kind, name: Cow::Borrowed(name.as_bytes()), value: value.map(|value| Cow::Borrowed(value.as_bytes())) }
    }

    fn lang(value: &'static str) -> Told<'static> {
        told("LANG", Some(value), Kind::Var)
    }

    #[test]
    fn before_binary_a_direction_is_ascii_unless_the_set_is_forced() {
        let choice = Choice::new(CP437, false);
        assert_eq!((choice.charset(false), choice.charset(true)), (Charset::US_ASCII, CP437));
        assert_eq!(Choice::new(CP437, true).charset(false), CP437);
    }

    #[test]
    fn a_locale_names_a_set_after_its_dot_and_before_its_modifier() {
        for (locale, charset) in [
            ("en_US.UTF-8", Some(UTF_8)),
            ("en_US.UTF-8@misc", Some(UTF_8)),
            ("de_DE.iso88591@euro", Some(LATIN_1)),
            ("C.UTF-8", Some(UTF_8)),
            (".cp437", Some(CP437)),
            ("", None),
            ("C", None),
            ("POSIX", None),
            ("en_IL", None),
            ("en_US@UTF-8", None),
            ("en_US.", None),
            ("en_US.klingon", None),
            ("en_US.UTF-16", None),
        ] {
            assert_eq!(charset_of_language(locale), charset, "{locale}");
        }
    }

    /// LANG, CHARSET and the variable CHARSET in any order: LANG goes before CHARSET, that before the variable, that before ours.
    #[test]
    fn on_a_server_the_order_of_what_is_told_does_not_matter() {
        type Say = fn(&mut Choice);
        let say: [Say; 3] = [
            |choice| choice.hear(&lang("en_US.UTF-8@misc")),
            |choice| choice.agree(LATIN_1, false),
            |choice| choice.hear(&told("CHARSET", Some("cp-437"), Kind::UserVar)),
        ];
        let best = |said: &[Say]| {
            let mut choice = Choice::new(Charset::US_ASCII, false);
            said.iter().for_each(|say| say(&mut choice));
            assert_eq!(choice.is_forced(), !said.is_empty());
            choice.best()
        };
        let [language, charset, variable] = say;
        assert_eq!(best(&[]), (Charset::US_ASCII, Word::Program));
        assert_eq!(best(&[variable]), (CP437, Word::Variable));
        for pair in [[variable, charset], [charset, variable]] {
            assert_eq!(best(&pair), (LATIN_1, Word::Charset));
        }
        for all in [
            [language, charset, variable],
            [language, variable, charset],
            [charset, language, variable],
            [charset, variable, language],
            [variable, language, charset],
            [variable, charset, language],
        ] {
            assert_eq!(best(&all), (UTF_8, Word::Language));
        }
    }

    #[test]
    fn a_locale_that_names_no_known_set_gives_way_and_forces_nothing() {
        for value in [None, Some(""), Some("C"), Some("en_IL"), Some("en_US.klingon")] {
            let mut choice = Choice::new(CP437, false);
            choice.hear(&told("LANG", value, Kind::Var));
            assert_eq!((choice.best(), choice.is_forced()), ((CP437, Word::Program), false), "{value:?}");
            choice.agree(LATIN_1, false);
            assert_eq!(choice.best(), (LATIN_1, Word::Charset), "{value:?}");
        }
    }

    #[test]
    fn a_locale_may_be_told_anew_and_taken_back_and_var_goes_before_uservar() {
        let mut choice = Choice::new(UTF_8, false);
        choice.hear(&told("LANG", Some("de_DE.ISO-8859-1"), Kind::UserVar));
        assert_eq!(choice.best().0, LATIN_1);
        choice.hear(&lang("de_DE.CP437"));
        choice.hear(&told("LANG", Some("de_DE.UTF-8"), Kind::UserVar));
        assert_eq!(choice.best().0, CP437);
        choice.hear(&told("LANG", None, Kind::UserVar));
        choice.hear(&lang("C"));
        assert_eq!(choice.best(), (UTF_8, Word::Program));
        assert!(choice.is_forced(), "who has named a set has eight bits");
    }

    #[test]
    fn what_the_program_assigns_makes_all_go_that_came_before_and_nothing_that_comes_after() {
        let mut choice = Choice::new(UTF_8, false);
        choice.hear(&lang("en_US.UTF-8"));
        choice.agree(UTF_8, false);
        choice.assign(CP437, false);
        assert_eq!((choice.best(), choice.is_forced()), ((CP437, Word::Program), true));
        choice.agree(LATIN_1, false);
        assert_eq!(choice.best(), (LATIN_1, Word::Charset));
        choice.hear(&lang("en_US.UTF-8"));
        assert_eq!(choice.best(), (UTF_8, Word::Language));
        // What it asks the peer for is its choice too.
        choice.agree(CP437, true);
        assert_eq!(choice.best(), (CP437, Word::Charset));
    }

    #[test]
    fn a_font_is_a_set_only_where_the_program_has_chosen_none_and_forces_it_always() {
        let mut choice = Choice::new(UTF_8, false);
        choice.choose_font(CP437, true);
        assert_eq!((choice.best(), choice.is_forced()), ((UTF_8, Word::Program), true));
        choice.choose_font(CP437, false);
        assert_eq!(choice.best(), (CP437, Word::Font));
        choice.agree(LATIN_1, false);
        assert_eq!(choice.best(), (LATIN_1, Word::Charset));
        choice.choose_font(CP437, false);
        assert_eq!(choice.best(), (CP437, Word::Font));
    }

    /// Each row of the table, by number.
    #[test]
    fn fonts_have_the_sets_of_syncterm() {
        let table = "0 cp437 1 cp1251 2 koi8-r 3 iso-8859-2 4 iso-8859-4 5 cp866 6 iso-8859-9 8 iso-8859-8 9 koi8-u \
            10 iso-8859-15 11 iso-8859-4 12 koi8-r 13 iso-8859-4 14 iso-8859-5 16 iso-8859-15 17 cp850 18 cp850 20 cp1251 \
            21 iso-8859-7 22 koi8-r 23 iso-8859-4 24 iso-8859-1 25 cp866 26 cp437 27 cp866 29 cp866 30 iso-8859-1 \
            31 cp1131 32 petscii 33 petscii 34 petscii 35 petscii 36 atascii 37 cp437 38 cp437 39 cp437 40 cp437 41 cp437 \
            42 cp437";
        let words: Vec<_> = table.split_whitespace().collect();
        let mut expected = [None; 256];
        for row in words.chunks(2) {
            expected[row[0].parse::<usize>().unwrap()] = Charset::for_name(row[1]);
        }
        for (font, charset) in expected.into_iter().enumerate() {
            assert_eq!(charset_of_font(font as u16), charset, "{font}");
        }
        assert_eq!(charset_of_font(u16::MAX), None);
    }
}
