//! Finds what is Telnet in a stream of bytes: RFC 854 ("Telnet command structure"), RFC 855 (subnegotiation).
//!
//! The scanner is pulled: it takes the front of the input and hands out one [`Token`] at a time. Data comes as slices of
//! the input, never copied; a subnegotiation too, unless it was cut by a read or has a doubled 255 in it, and then it
//! waits in a buffer of the scanner's own. It knows framing only, nothing of options.
//!
//! Fast path and careful path are two functions: [`Scanner::next`] leaps from IAC to IAC with `memchr`, and
//! `Scanner::careful` goes byte by byte where a read ended in the middle of something.

use memchr::{memchr, memchr2};

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

    /// Takes the next token off the front of `input`. `None` means that `input` is used up.
    pub fn next<'i>(&mut self, input: &mut &'i [u8]) -> Option<Token<'i>> {
        if self.state != State::Data {
            return self.careful(input);
        }
        let bytes = *input;
        if bytes.first() != Some(&IAC) {
            return self.data(input);
        }
        match bytes {
            [_, verb @ 251..=254, option, rest @ ..] => {
                *input = rest;
                let verb = Verb::from_byte(*verb)?;
                Some(Token::Negotiation(verb, Opt(*option)))
            }
            [_, SB, option, rest @ ..] if *option != IAC => {
                self.option = Opt(*option);
                self.subnegotiation(rest, input)
            }
            _ => self.careful(input),
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
    fn data<'i>(&mut self, input: &mut &'i [u8]) -> Option<Token<'i>> {
        let mut bytes = *input;
        if self.newlines && self.after_cr {
            self.after_cr = false;
            if let [NUL, rest @ ..] = bytes {
                bytes = rest;
                *input = rest;
                if rest.first() == Some(&IAC) {
                    return self.next(input);
                }
            }
        }
        let run = if self.newlines { self.text_run(bytes) } else { raw_run(bytes) };
        let (length, skipped) = run;
        let (data, _) = bytes.split_at(length);
        *input = &bytes[length + skipped..];
        let last = *data.last()?;
        self.after_cr = last == CR && skipped == 0;
        Some(Token::Data(data))
    }

    /// Length of the run and how many bytes after it are skipped, where CR NUL counts. Looking for the NUL and then at
    /// the byte before it costs lines nothing; looking for the CR would stop at every line end.
    fn text_run(&self, bytes: &[u8]) -> (usize, usize) {
        let mut from = 0;
        while let Some(found) = memchr2(IAC, NUL, &bytes[from..]) {
            let at = from + found;
            if bytes[at] == IAC {
                return end_of_run(bytes, at);
            }
            if at > 0 && bytes[at - 1] == CR {
                return (at, 1);
            }
            from = at + 1;
        }
        (bytes.len(), 0)
    }

    /// The payload from its first byte on, while nothing of it is buffered.
    fn subnegotiation<'i>(&mut self, payload: &'i [u8], input: &mut &'i [u8]) -> Option<Token<'i>> {
        self.buffer.clear();
        if let Some(at) = memchr(IAC, payload)
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
                State::Sb => {
                    let run = memchr(IAC, bytes).unwrap_or(bytes.len());
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
