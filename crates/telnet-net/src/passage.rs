//! A raw passage: for as long as the program wants, data is the bytes that came, not text; for a transfer of files in the middle of
//! a session.
//!
//! It begins where the program says so, as far as data has been looked at by then. It ends at the byte that the program chooses, of those
//! that it was given: what lies behind is given back by it and becomes text again, and until it has been given back nothing that
//! came later is looked at.

/// Where a conversation stands with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passage {
    /// There is none: data is what the session's character set says.
    None,
    /// Data is bytes. `after_cr`: the text before it ended in a CR, to which a NUL belongs if it is the first byte.
    Raw { after_cr: bool },
    /// It was left, and what is to be text again has not been given back.
    Leaving,
}

impl Passage {
    /// The bytes of a raw passage, without a NUL that belongs to the text before it.
    pub(crate) fn past_nul<'d>(&mut self, data: &'d [u8]) -> &'d [u8] {
        let after_cr = *self == Passage::Raw { after_cr: true };
        *self = Passage::Raw { after_cr: false };
        data.strip_prefix(b"\0").filter(|_| after_cr).unwrap_or(data)
    }
}

/// Gives out bytes in runs, each up to the CR of a CR NUL, or to the end.
pub(crate) fn runs(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let run = memchr::memmem::find(rest, b"\r\0").map_or(rest.len(), |at| at + 1);
        let (run, after) = rest.split_at(run);
        rest = after.strip_prefix(b"\0").unwrap_or(after);
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_leave_out_the_nul_behind_a_cr() {
        let text = |bytes| runs(bytes).collect::<Vec<_>>().concat();
        assert_eq!(text(b""), b"");
        assert_eq!(text(b"\0a\r\0\0b\r\r\0\n\r"), b"\0a\r\0b\r\r\n\r");
    }
}
