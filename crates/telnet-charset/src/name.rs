//! When two names of a character set are the same.
//!
//! RFC 2066 sends names of the IANA registry, which ignores case. Peers write them more freely: `UTF8`, `latin-1`,
//! `iso 8859-02`, `cp-1250`, and Python `iso_8859_1_1987` for `ISO_8859-1:1987`. So the signs that registered names are made
//! with do not count, hyphens, underscores, blanks, colons and full stops, nor do zeros that lead a group of digits. Unicode's
//! rule for aliases (UTS #22, section 1.4) is looser: it ignores every other sign too. A name with a strange sign in it is no
//! match here.

/// What two names of the same set have in common.
pub(crate) fn key(name: &str) -> Box<[u8]> {
    significant(name).collect()
}

/// The bytes of a name that tell it from others.
fn significant(name: &str) -> impl Iterator<Item = u8> {
    let groups = name.split(['-', '_', ' ', ':', '.']);
    groups.flat_map(|group| {
        let mut before = None;
        let mut rest = group.as_bytes();
        std::iter::from_fn(move || {
            while let [b'0', after @ ..] = rest
                && !matches!(before, Some(b'0'..=b'9'))
                && matches!(after, [b'0'..=b'9', ..])
            {
                rest = after;
            }
            let (&byte, after) = rest.split_first()?;
            (before, rest) = (Some(byte), after);
            Some(byte.to_ascii_lowercase())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn case_separators_and_leading_zeros_do_not_count() {
        for (a, b) in [
            ("UTF-8", "utf8"),
            ("iso-8859-01", "ISO_8859-1"),
            ("iso 8859 001", "iso88591"),
            ("cp-037", "CP37"),
            ("koi8-r", "KOI8R"),
            ("ISO_8859-1:1987", "iso_8859_1_1987"),
            ("ANSI_X3.4-1968", "ansi_x3_4_1968"),
            ("x0", "X-0"),
            ("x00", "x0"),
        ] {
            assert!(key(a) == key(b), "{a} {b}");
        }
    }

    #[test]
    fn all_else_counts() {
        for (a, b) in
            [("cp437", "cp4370"), ("cp437", "cp4307"), ("utf8", "utf/8"), ("utf8", "utf"), ("", "0"), ("x", "x0")]
        {
            assert!(key(a) != key(b), "{a} {b}");
        }
    }
}
