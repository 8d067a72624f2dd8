//! SyncTERM's font selection in the text of a server: `ESC [ page ; font SP D`, the FNT of ECMA-48 (8.3.53). A BBS that
//! chooses a font means the character set that it is drawn for.
//!
//! It is looked for in what Telnet leaves, so that no command can hide in it, and may come in any number of pieces. A
//! parameter that is left out is 0; the page, which of SyncTERM's four slots is filled, does not matter.

use memchr::memchr;

const ESC: u8 = 0x1b;

/// How much of a sequence has been seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct FontSequence {
    stage: Stage,
    /// The parameter before this one.
    page: Option<u16>,
    parameter: u16,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Text,
    Escape,
    Parameters,
    Space,
}

impl FontSequence {
    /// Goes on to the end of the first sequence in `bytes`: how long they are up to there, and the font. `None`: no sequence ends
    /// in them.
    pub(crate) fn find(&mut self, bytes: &[u8]) -> Option<(usize, u16)> {
        let mut at = 0;
        loop {
            if self.stage == Stage::Text {
                at += memchr(ESC, &bytes[at..])?;
            }
            let byte = *bytes.get(at)?;
            at += 1;
            if let Some(font) = self.step(byte) {
                return Some((at, font));
            }
        }
    }

    fn step(&mut self, byte: u8) -> Option<u16> {
        match (self.stage, byte) {
            (_, ESC) => self.stage = Stage::Escape,
            (Stage::Escape, b'[') => {
                *self = FontSequence { stage: Stage::Parameters, page: None, parameter: 0 };
            }
            (Stage::Parameters, b'0'..=b'9') => {
                self.parameter = self.parameter.saturating_mul(10).saturating_add(u16::from(byte - b'0'));
            }
            (Stage::Parameters, b';') if self.page.is_none() => {
                self.page = Some(std::mem::take(&mut self.parameter));
            }
            (Stage::Parameters, b' ') => self.stage = Stage::Space,
            (Stage::Space, b'D') => {
                self.stage = Stage::Text;
                return Some(if self.page.is_some() { self.parameter } else { 0 });
            }
            _ => self.stage = Stage::Text,
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where sequences end, and their fonts, in pieces of any length.
    fn fonts(pieces: &[&[u8]]) -> Vec<(usize, u16)> {
        let (mut sequence, mut found, mut start) = (FontSequence::default(), Vec::new(), 0);
        for piece in pieces {
            let mut at = 0;
            while let Some((length, font)) = sequence.find(&piece[at..]) {
                at += length;
                found.push((start + at, font));
            }
            start += piece.len();
        }
        found
    }

    #[test]
    fn each_sequence_is_found_wherever_it_is_cut() {
        let text = b"hi \x1b[0;40 D there\x1b\x1b[1;36 D\x1b[ D\x1b[;7 D\x1b[3 D.";
        let expected = [(11, 40), (26, 36), (30, 0), (36, 7), (41, 0)];
        assert_eq!(fonts(&[text]), expected);
        for cut in 0..=text.len() {
            assert_eq!(fonts(&[&text[..cut], &text[cut..]]), expected, "cut at {cut}");
        }
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(fonts(&bytes), expected);
    }

    #[test]
    fn other_sequences_are_none() {
        for text in [
            &b"\x1b[0;40D"[..],
            b"\x1b[0;40 d",
            b"\x1b[0;40  D",
            b"\x1b[0;1;40 D",
            b"\x1b[?0;40 D",
            b"\x1b0;40 D",
            b"[0;40 D",
            b"\x1b[0;4\x1b0 D",
            b"\x1b[31mred D",
            b"\x1b[0;40 ",
        ] {
            assert_eq!(fonts(&[text]), [], "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_number_without_end_is_no_font() {
        let text = [b"\x1b[0;", &b"9".repeat(100)[..], b" D"].concat();
        assert_eq!(fonts(&[&text]), [(106, u16::MAX)]);
    }
}
