//! What stays ASCII where a font chose the set: control characters and escape sequences (ECMA-48, 5.3 and 5.4).
//!
//! A BBS that chooses the font of a Commodore or an Atari draws with its characters, but goes on speaking to a terminal of
//! ANSI: its lines end with CR LF, and the `m` of `ESC [ 1 m` is no picture.

const ESC: u8 = 0x1b;

/// Where in a sequence a stream is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sequences {
    #[default]
    Outside,
    /// After ESC and intermediate bytes.
    Escape,
    /// After `ESC [`.
    Control,
}

impl Sequences {
    /// Gives out `bytes` in runs of one kind: `true` for what is ASCII's.
    pub(crate) fn split(&mut self, bytes: &[u8], mut give: impl FnMut(&[u8], bool)) {
        let mut rest = bytes;
        while let Some(&first) = rest.first() {
            let is_ascii = self.step(first);
            let mut length = 1;
            while length < rest.len() {
                let before = *self;
                if self.step(rest[length]) != is_ascii {
                    *self = before;
                    break;
                }
                length += 1;
            }
            give(&rest[..length], is_ascii);
            rest = &rest[length..];
        }
    }

    /// Goes on by a byte. True if it is ASCII's.
    fn step(&mut self, byte: u8) -> bool {
        let (next, is_ascii) = match (*self, byte) {
            (_, ESC) => (Sequences::Escape, true),
            // A control character within a sequence is carried out, and the sequence goes on.
            (state, 0..0x20 | 0x7f) => (state, true),
            (Sequences::Escape, b'[') => (Sequences::Control, true),
            (Sequences::Escape, 0x20..=0x2f) => (Sequences::Escape, true),
            (Sequences::Escape, 0x30..=0x7e) => (Sequences::Outside, true),
            (Sequences::Control, 0x20..=0x3f) => (Sequences::Control, true),
            (Sequences::Control, 0x40..=0x7e) => (Sequences::Outside, true),
            _ => (Sequences::Outside, false),
        };
        *self = next;
        is_ascii
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes in runs, those of ASCII in brackets, in pieces of any length.
    fn split(pieces: &[&[u8]]) -> String {
        let (mut sequences, mut runs) = (Sequences::default(), Vec::<(String, bool)>::new());
        for piece in pieces {
            sequences.split(piece, |run, is_ascii| {
                let run = run.escape_ascii().to_string();
                match runs.last_mut() {
                    Some((last, before)) if *before == is_ascii => *last += &run,
                    _ => runs.push((run, is_ascii)),
                }
            });
        }
        runs.into_iter().map(|(run, is_ascii)| if is_ascii { format!("<{run}>") } else { run }).collect()
    }

    #[test]
    fn sequences_and_controls_are_told_apart_wherever_they_are_cut() {
        for (bytes, expected) in [
            (&b"plain m"[..], "plain m"),
            (b"a\r\nb", r"a<\r\n>b"),
            (b"\x1b[1;31mred\x1b[0m", r"<\x1b[1;31m>red<\x1b[0m>"),
            (b"\x1b[0;36 Dm", r"<\x1b[0;36 D>m"),
            (b"\x1b(Bm", r"<\x1b(B>m"),
            (b"\x1bcm", r"<\x1bc>m"),
            (b"\x1b[2\x08Jm", r"<\x1b[2\x08J>m"),
            (b"\x1b\x1b[Km", r"<\x1b\x1b[K>m"),
            (b"\x1b[3\xe1m", r"<\x1b[3>\xe1m"),
        ] {
            assert_eq!(split(&[bytes]), expected);
            for cut in 0..=bytes.len() {
                assert_eq!(split(&[&bytes[..cut], &bytes[cut..]]), expected, "cut at {cut}");
            }
        }
    }
}
