//! Finds what is Telnet in a stream of bytes: RFC 854 ("Telnet command structure"), RFC 855 (subnegotiation).
//!
//! The scanner is pulled: it takes the front of the input and hands out one [`Token`] at a time. Data comes as slices of
//! the input, never copied; a subnegotiation too, unless it was cut by a read or has a doubled 255 in it, and then it
//! waits in a buffer of the scanner's own. It knows framing only, nothing of options.
//!
//! Fast path and careful path are two functions: [`Scanner::next`] leaps from IAC to IAC with `memchr`, and
//! `Scanner::careful` goes byte by byte where a read ended in the middle of something.

use memchr::{memchr, memchr2_iter};

use crate::option::mccp::AS_MCCP1_HAS_IT;
use crate::{Command, Opt, Verb, Violation};

const IAC: u8 = Command::IAC.0;
const SB: u8 = Command::SB.0;
const SE: u8 = Command::SE.0;
const NUL: u8 = 0;
const CR: u8 = b'\r';

/// One thing found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'i> {
    /// Data, with every doubled 255 already single (and CR NUL already CR, if asked). Never empty.
    Data(&'i [u8]),
    /// A command that stands alone.
    Command(Command),
    /// WILL, WONT, DO or DONT of an option.
    Negotiation(Verb, Opt),
    /// A subnegotiation, whole.
    Subnegotiation(Opt, Payload<'i>),
    /// The peer broke a rule of framing. What follows is scanned as usual.
    Violation(Violation),
}

/// Where the bytes of a subnegotiation are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload<'i> {
    /// In the input.
    Borrowed(&'i [u8]),
    /// In the scanner: [`Scanner::buffered`] lends them until the next call.
    Buffered,
}

/// The state that survives between reads.
#[derive(Debug)]
pub struct Scanner {
    state: State,
    /// CR NUL is read as CR.
    newlines: bool,
    /// The last data byte was a CR.
    after_cr: bool,
    /// The option of the subnegotiation being read.
    option: Opt,
    limit: u32,
    buffer: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Data,
    /// After IAC.
    Iac,
    /// After IAC WILL, WONT, DO or DONT.
    Verb(Verb),
    /// After IAC SB.
    SbOption,
    /// After IAC SB IAC: only a doubled 255 can still be an option.
    SbOptionIac,
    /// In a subnegotiation.
    Sb,
    /// In a subnegotiation, after IAC.
    SbIac,
    /// In a subnegotiation that is too long: everything goes until it ends.
    SbDropped,
    /// The same, after IAC.
    SbDroppedIac,
}

impl Scanner {
    /// A scanner at the start of a stream. A subnegotiation of more than `limit` payload bytes is dropped whole.
    /// With `newlines`, CR NUL in the data is handed out as CR.
    pub fn new(limit: u32, newlines: bool) -> Scanner {
        let (state, option) = (State::Data, Opt::BINARY);
        Scanner { state, newlines, after_cr: false, option, limit, buffer: Vec::new() }
    }

    /// Whether CR NUL is read as CR from here on.
    pub fn set_newlines(&mut self, newlines: bool) {
        self.newlines = newlines;
    }

    /// The next data follows other data than the last that was handed out: such that ended in a CR, or not.
    pub fn go_on_after(&mut self, cr: bool) {
        self.after_cr = cr;
    }

    /// True if the data until now ended in a CR.
    pub fn is_after_cr(&self) -> bool {
        self.after_cr
    }

    /// Takes the next token off the front of `input`. `None` means that `input` is used up.
    #[inline]
    pub fn next<'i>(&mut self, input: &mut &'i [u8]) -> Option<Token<'i>> {
        if self.state != State::Data {
            return self.careful(input);
        }
        match *input {
            [first, ..] if *first != IAC => self.data(input),
            [_, byte, after @ ..] => match (Verb::from_byte(*byte), after) {
                (Some(verb), [option, rest @ ..]) => {
                    *input = rest;
                    Some(Token::Negotiation(verb, Opt(*option)))
                }
                (None, [option, rest @ ..]) if *byte == SB && *option != IAC => {
                    self.option = Opt(*option);
                    self.subnegotiation(rest, input)
                }
                (None, rest) if Command(*byte).is_two_byte() => {
                    *input = rest;
                    Some(Token::Command(Command(*byte)))
                }
                _ => self.careful(input),
            },
            [_] => self.careful(input),
            [] => None,
        }
    }

    /// Takes data off the front of `input`, up to the next command, and appends it to `out`: for a caller who copies it
    /// anyway, and where CR NUL is left alone. Binary data is full of doubled 255, and each would be a token.
    pub fn copy_data(&mut self, input: &mut &[u8], out: &mut Vec<u8>) {
        if self.state != State::Data || self.newlines {
            return;
        }
        let bytes = *input;
        let (mut start, mut end) = (0, bytes.len());
        out.reserve(end);
        while let Some(found) = memchr(IAC, &bytes[start..]) {
            let at = start + found;
            if bytes.get(at + 1) != Some(&IAC) {
                end = at;
                break;
            }
            out.extend_from_slice(&bytes[start..=at]);
            start = at + 2;
        }
        out.extend_from_slice(&bytes[start..end]);
        *input = &bytes[end..];
        if end > 0 {
            self.after_cr = bytes[end - 1] == CR;
        }
    }

    /// The payload of the [`Payload::Buffered`] subnegotiation that was just handed out.
    pub fn buffered(&self) -> &[u8] {
        &self.buffer
    }

    /// True where a command or a subnegotiation is unfinished.
    pub fn is_mid_command(&self) -> bool {
        self.state != State::Data
    }

    /// A run of data: up to the next IAC, with a doubled one as its last byte, or up to the CR of a CR NUL.
    #[inline]
    fn data<'i>(&mut self, input: &mut &'i [u8]) -> Option<Token<'i>> {
        if self.after_cr && self.newlines && input[0] == NUL {
            self.after_cr = false;
            *input = &input[1..];
            return self.next(input);
        }
        let bytes = *input;
        let (length, skipped) = if self.newlines { text_run(bytes) } else { raw_run(bytes) };
        *input = &bytes[length + skipped..];
        self.after_cr = skipped == 0 && bytes[length - 1] == CR;
        Some(Token::Data(&bytes[..length]))
    }

    /// The payload from its first byte on, while nothing of it is buffered.
    fn subnegotiation<'i>(&mut self, payload: &'i [u8], input: &mut &'i [u8]) -> Option<Token<'i>> {
        self.buffer.clear();
        if self.option != Opt::MCCP1
            && let Some(at) = memchr(IAC, payload)
            && at <= self.limit as usize
            && payload.get(at + 1) == Some(&SE)
        {
            *input = &payload[at + 2..];
            return Some(Token::Subnegotiation(self.option, Payload::Borrowed(&payload[..at])));
        }
        self.state = State::Sb;
        *input = payload;
        self.careful(input)
    }

    /// Everything that began in an earlier read or is not ordinary. Consumes until there is something to tell.
    fn careful<'i>(&mut self, input: &mut &'i [u8]) -> Option<Token<'i>> {
        while let [byte, rest @ ..] = *input {
            let bytes = *input;
            *input = rest;
            match self.state {
                State::Data => match *byte {
                    IAC => self.state = State::Iac,
                    _ => {
                        *input = bytes;
                        return self.data(input);
                    }
                },
                State::Iac => {
                    self.state = State::Data;
                    match *byte {
                        IAC => {
                            self.after_cr = false;
                            return Some(Token::Data(&bytes[..1]));
                        }
                        SB => self.state = State::SbOption,
                        SE => return Some(Token::Violation(Violation::StrayEnd)),
                        byte => match Verb::from_byte(byte) {
                            Some(verb) => self.state = State::Verb(verb),
                            None if Command(byte).is_two_byte() => {
                                return Some(Token::Command(Command(byte)));
                            }
                            None => {
                                // Not a command: the IAC is dropped and the byte stays in the input, as data.
                                *input = bytes;
                                return Some(Token::Violation(Violation::UnknownCommand(byte)));
                            }
                        },
                    }
                }
                State::Verb(verb) => {
                    self.state = State::Data;
                    return Some(Token::Negotiation(verb, Opt(*byte)));
                }
                State::SbOption if *byte == IAC => self.state = State::SbOptionIac,
                State::SbOption => self.begin(Opt(*byte)),
                State::SbOptionIac => match *byte {
                    IAC => self.begin(Opt(IAC)),
                    SE => {
                        self.state = State::Data;
                        return Some(Token::Violation(Violation::EmptySubnegotiation));
                    }
                    _ => {
                        *input = bytes;
                        self.state = State::Iac;
                        return Some(Token::Violation(Violation::EmptySubnegotiation));
                    }
                },
                State::Sb if *byte == IAC => self.state = State::SbIac,
                // Its end has no IAC, and what follows is compressed.
                State::Sb if *byte == SE && self.option == Opt::MCCP1 && self.buffer == AS_MCCP1_HAS_IT => {
                    self.state = State::Data;
                    return Some(Token::Subnegotiation(self.option, Payload::Buffered));
                }
                State::Sb => {
                    let most = if self.option == Opt::MCCP1 { 1 } else { bytes.len() };
                    let run = memchr(IAC, &bytes[..most]).unwrap_or(most);
                    let (run, rest) = bytes.split_at(run);
                    *input = rest;
                    if let Some(violation) = self.keep(run) {
                        return Some(violation);
                    }
                }
                State::SbIac => match *byte {
                    SE => {
                        self.state = State::Data;
                        return Some(Token::Subnegotiation(self.option, Payload::Buffered));
                    }
                    IAC => {
                        self.state = State::Sb;
                        if let Some(violation) = self.keep(&[IAC]) {
                            return Some(violation);
                        }
                    }
                    byte if byte < Command::EOF.0 => {
                        // A sender that forgot to double its 255: no command has such a code.
                        self.state = State::Sb;
                        let option = self.option;
                        let too_long = self.keep(&[IAC, byte]);
                        return too_long.or(Some(Token::Violation(Violation::UnescapedIac(option))));
                    }
                    _ => {
                        *input = bytes;
                        self.state = State::Iac;
                        return Some(Token::Violation(Violation::InterruptedSubnegotiation(self.option)));
                    }
                },
                State::SbDropped => match memchr(IAC, bytes) {
                    Some(at) => {
                        *input = &bytes[at + 1..];
                        self.state = State::SbDroppedIac;
                    }
                    None => *input = &[],
                },
                State::SbDroppedIac => match *byte {
                    SE => self.state = State::Data,
                    IAC => self.state = State::SbDropped,
                    byte if byte < Command::EOF.0 => self.state = State::SbDropped,
                    _ => {
                        *input = bytes;
                        self.state = State::Iac;
                        return Some(Token::Violation(Violation::InterruptedSubnegotiation(self.option)));
                    }
                },
            }
        }
        None
    }

    fn begin(&mut self, option: Opt) {
        self.option = option;
        self.buffer.clear();
        self.state = State::Sb;
    }

    /// Buffers a piece of payload, or drops the whole where it would pass the limit.
    fn keep(&mut self, piece: &[u8]) -> Option<Token<'static>> {
        if self.buffer.len() + piece.len() <= self.limit as usize {
            self.buffer.extend_from_slice(piece);
            return None;
        }
        self.buffer = Vec::new();
        self.state = State::SbDropped;
        Some(Token::Violation(Violation::OversizedSubnegotiation(self.option)))
    }

    /// Gives back the memory of a long subnegotiation; called when the input is used up.
    pub fn shrink(&mut self) {
        if self.state == State::Data {
            self.buffer = Vec::new();
        }
    }
}

/// Length of the run at the front, and how many bytes after it are skipped, where CR NUL counts. Looking for the NUL and
/// then at the byte before it costs lines nothing; looking for the CR would stop at every line end.
fn text_run(bytes: &[u8]) -> (usize, usize) {
    for at in memchr2_iter(IAC, NUL, bytes) {
        if bytes[at] == IAC {
            return end_of_run(bytes, at);
        }
        if at > 0 && bytes[at - 1] == CR {
            return (at, 1);
        }
    }
    (bytes.len(), 0)
}

/// The same, where only IAC counts.
fn raw_run(bytes: &[u8]) -> (usize, usize) {
    match memchr(IAC, bytes) {
        Some(at) => end_of_run(bytes, at),
        None => (bytes.len(), 0),
    }
}

/// The run that ends at the IAC `at`: a doubled one belongs to it, once.
fn end_of_run(bytes: &[u8], at: usize) -> (usize, usize) {
    match bytes.get(at + 1) {
        Some(&IAC) => (at + 1, 1),
        _ => (at, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A token that owns what it found, with the data around it joined.
    #[derive(Clone, Debug, PartialEq)]
    enum Found {
        Data(Vec<u8>),
        Command(Command),
        Negotiation(Verb, Opt),
        Subnegotiation(Opt, Vec<u8>),
        Violation(Violation),
    }

    /// What the reads hold; after each the scanner is asked until it has no more, and once again.
    fn scan(reads: &[&[u8]], text: bool) -> Vec<Found> {
        let mut scanner = Scanner::new(8, text);
        let mut found = Vec::new();
        for read in reads {
            let mut input = *read;
            while let Some(token) = scanner.next(&mut input) {
                let next = match token {
                    Token::Data(data) => {
                        assert_ne!(data, b"");
                        if let Some(Found::Data(before)) = found.last_mut() {
                            before.extend_from_slice(data);
                            continue;
                        }
                        Found::Data(data.to_vec())
                    }
                    Token::Command(command) => Found::Command(command),
                    Token::Negotiation(verb, option) => Found::Negotiation(verb, option),
                    Token::Subnegotiation(option, Payload::Borrowed(payload)) => {
                        Found::Subnegotiation(option, payload.to_vec())
                    }
                    Token::Subnegotiation(option, Payload::Buffered) => {
                        Found::Subnegotiation(option, scanner.buffered().to_vec())
                    }
                    Token::Violation(violation) => Found::Violation(violation),
                };
                found.push(next);
            }
            assert_eq!(input, b"");
            assert_eq!(scanner.next(&mut input), None);
            scanner.shrink();
        }
        found
    }

    /// Scans the bytes whole, one by one, and cut at each place: the same must be found.
    fn check(bytes: &[u8], text: bool, expected: &[Found]) {
        for cut in 0..=bytes.len() {
            assert_eq!(scan(&[&bytes[..cut], &bytes[cut..]], text), expected, "{bytes:x?} cut at {cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(scan(&single, text), expected, "{bytes:x?} byte by byte");
    }

    fn data(bytes: &[u8]) -> Found {
        Found::Data(bytes.to_vec())
    }

    #[test]
    fn data_comes_with_each_doubled_255_single() {
        check(b"", true, &[]);
        check(b"plain", true, &[data(b"plain")]);
        check(b"\xff\xff", true, &[data(b"\xff")]);
        check(b"a\xff\xff\xff\xffb\xff\xff", true, &[data(b"a\xff\xffb\xff")]);
    }

    #[test]
    fn cr_nul_is_cr_in_text_only() {
        let bytes = b"\0a\r\0b\r\nc\r\0\r\0\0\r\r\0";
        check(bytes, true, &[data(b"\0a\rb\r\nc\r\r\0\r\r")]);
        check(bytes, false, &[data(bytes)]);
        check(b"\r\xff\xf1\0x", true, &[data(b"\r"), Found::Command(Command::NOP), data(b"x")]);
        check(b"\r\xff\xff\0x", true, &[data(b"\r\xff\0x")]);
        check(b"\r\0\xff\xf1\0x", true, &[data(b"\r"), Found::Command(Command::NOP), data(b"\0x")]);
    }

    #[test]
    fn commands_and_negotiations_stand_between_data() {
        for byte in (236..=249).filter(|&byte| byte != SE) {
            check(&[b'a', IAC, byte, b'b'], true, &[data(b"a"), Found::Command(Command(byte)), data(b"b")]);
        }
        for (byte, verb) in [(251, Verb::Will), (252, Verb::Wont), (253, Verb::Do), (254, Verb::Dont)] {
            for option in 0..=255 {
                check(&[IAC, byte, option, b'b'], true, &[Found::Negotiation(verb, Opt(option)), data(b"b")]);
            }
        }
    }

    #[test]
    fn a_byte_that_is_no_command_is_data() {
        for byte in 0..236 {
            let expected = [data(b"a"), Found::Violation(Violation::UnknownCommand(byte)), data(&[byte, b'b'])];
            check(&[b'a', IAC, byte, b'b'], true, &expected);
        }
        check(b"\xff\xf0b", true, &[Found::Violation(Violation::StrayEnd), data(b"b")]);
    }

    #[test]
    fn a_subnegotiation_comes_whole_or_not_at_all() {
        let naws = |payload: &[u8]| Found::Subnegotiation(Opt::NAWS, payload.to_vec());
        check(b"\xff\xfa\x1f\xff\xf0", true, &[naws(b"")]);
        check(b"\xff\xfa\x1f12345678\xff\xf0", true, &[naws(b"12345678")]);
        check(b"\xff\xfa\x1f\xff\xff\0\xff\xff\r\0\xff\xf0", true, &[naws(b"\xff\0\xff\r\0")]);
        check(b"\xff\xfa\xff\xff12\xff\xf0", true, &[Found::Subnegotiation(Opt(255), b"12".to_vec())]);
        check(b"\xff\xfa\x1f1234", true, &[]);
        check(b"\xff\xfa\xff\xf0x", true, &[Found::Violation(Violation::EmptySubnegotiation), data(b"x")]);
        // A 255 that was not doubled: 255 rows of NAWS, from a peer that forgot.
        let unescaped = Found::Violation(Violation::UnescapedIac(Opt::NAWS));
        check(b"\xff\xfa\x1f\0\xff\0\x18\xff\xf0", true, &[unescaped, naws(b"\0\xff\0\x18")]);
    }

    #[test]
    fn too_long_a_subnegotiation_is_dropped_to_its_end() {
        let oversized = Found::Violation(Violation::OversizedSubnegotiation(Opt::NAWS));
        for payload in
            [&b"123456789"[..], b"12345678\xff\xff", b"1234567\xff\x07", b"12345678\xff\x079\xff\xff\xff\x07"]
        {
            let bytes = [b"\xff\xfa\x1f", payload, b"\xff\xf0x"].concat();
            let found = scan(&[&bytes], true);
            assert_eq!(found.last(), Some(&data(b"x")), "{payload:x?}");
            assert!(found.contains(&oversized), "{payload:x?}");
            check(&bytes, true, &found);
        }
        check(b"\xff\xfa\x1f123456789abc\xff\xffdef\xff\xf0x", true, &[oversized, data(b"x")]);
    }

    #[test]
    fn a_command_ends_a_subnegotiation_and_is_carried_out() {
        for (start, told) in [
            (&b"\xff\xfa\x1f12"[..], &[Violation::InterruptedSubnegotiation(Opt::NAWS)][..]),
            (b"\xff\xfa", &[Violation::EmptySubnegotiation]),
            (
                b"\xff\xfa\x1f123456789",
                &[Violation::OversizedSubnegotiation(Opt::NAWS), Violation::InterruptedSubnegotiation(Opt::NAWS)],
            ),
        ] {
            for (command, carried_out) in [
                (&b"\xff\xf4"[..], Found::Command(Command::IP)),
                (b"\xff\xfb\x18", Found::Negotiation(Verb::Will, Opt::TTYPE)),
                (b"\xff\xfa\x18\0\xff\xf0", Found::Subnegotiation(Opt::TTYPE, b"\0".to_vec())),
            ] {
                let told = told.iter().map(|&violation| Found::Violation(violation));
                let expected: Vec<Found> = told.chain([carried_out, data(b"x")]).collect();
                check(&[start, command, b"x"].concat(), true, &expected);
            }
        }
    }

    #[test]
    fn what_follows_the_mark_of_mccp1_is_no_payload_though_no_iac_ends_it() {
        let mark = |payload: &[u8]| Found::Subnegotiation(Opt::MCCP1, payload.to_vec());
        check(
            b"\xff\xfa\x55\xfb\xf0x\xff\xf0",
            true,
            &[mark(b"\xfb"), data(b"x"), Found::Violation(Violation::StrayEnd)],
        );
        check(b"\xff\xfa\x55\xfb\xff\xf0x", true, &[mark(b"\xfb"), data(b"x")]);
        check(b"\xff\xfa\x55\xff\xf0x", true, &[mark(b""), data(b"x")]);
        check(b"\xff\xfa\x55a\xfb\xf0\xff\xf0x", true, &[mark(b"a\xfb\xf0"), data(b"x")]);
    }

    #[test]
    fn copying_takes_what_the_tokens_of_data_say_and_stops_at_a_command() {
        for (bytes, data, rest) in [
            (&b"plain"[..], &b"plain"[..], &b""[..]),
            (b"a\xff\xffb\xff\xff", b"a\xffb\xff", b""),
            (b"\xff\xff\xff\xff", b"\xff\xff", b""),
            (b"a\xff\xff\xff\xf1b", b"a\xff", b"\xff\xf1b"),
            (b"ab\xff", b"ab", b"\xff"),
            (b"\xff\xf1", b"", b"\xff\xf1"),
            (b"\xff\xff\xff", b"\xff", b"\xff"),
        ] {
            let (mut input, mut out) = (bytes, Vec::new());
            Scanner::new(0, false).copy_data(&mut input, &mut out);
            assert_eq!((&*out, input), (data, rest), "{bytes:?}");
        }
    }
}
