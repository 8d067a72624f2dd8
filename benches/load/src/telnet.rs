//! A Telnet client as small as it can be (RFC 854, RFC 855): it agrees to what an ordinary terminal agrees to, answers
//! the questions that follow, and hands on the data. It keeps no queue of requests, since it never asks for anything.

/// Where the parser stands between two reads.
#[derive(Clone, Copy)]
enum State {
    Data,
    Iac,
    Negotiation(u8),
    Subnegotiation,
    SubnegotiationIac,
}

pub(crate) struct Telnet {
    state: State,
    subnegotiation: Vec<u8>,
    /// One bit an option and side: agreed or refused before, so that a repeated request is not answered again.
    answered: [[u64; 4]; 2],
    /// Options agreed and subnegotiations sent: what the server's opening came to.
    pub(crate) options: u64,
    pub(crate) subnegotiations: u64,
}

impl Telnet {
    pub(crate) fn new() -> Self {
        Self { state: State::Data, subnegotiation: Vec::new(), answered: [[0; 4]; 2], options: 0, subnegotiations: 0 }
    }

    /// Whether these bytes are data as they stand: the way that nearly every read takes.
    pub(crate) fn is_plain(&self, input: &[u8]) -> bool {
        matches!(self.state, State::Data) && !input.contains(&IAC)
    }

    /// Takes what was read; appends the data to `data` and what is to be sent to `reply`.
    pub(crate) fn receive(&mut self, input: &[u8], data: &mut Vec<u8>, reply: &mut Vec<u8>) {
        for &byte in input {
            self.state = match (self.state, byte) {
                (State::Data, IAC) => State::Iac,
                (State::Data, _) => {
                    data.push(byte);
                    State::Data
                }
                (State::Iac, IAC) => {
                    data.push(IAC);
                    State::Data
                }
                (State::Iac, SB) => {
                    self.subnegotiation.clear();
                    State::Subnegotiation
                }
                (State::Iac, WILL | WONT | DO | DONT) => State::Negotiation(byte),
                (State::Iac, _) => State::Data,
                (State::Negotiation(verb), _) => {
                    self.negotiate(verb, byte, reply);
                    State::Data
                }
                (State::Subnegotiation, IAC) => State::SubnegotiationIac,
                (State::Subnegotiation, _) | (State::SubnegotiationIac, IAC) => {
                    self.subnegotiation.push(byte);
                    State::Subnegotiation
                }
                (State::SubnegotiationIac, _) => {
                    self.answer(reply);
                    State::Data
                }
            };
        }
    }

    fn negotiate(&mut self, verb: u8, option: u8, reply: &mut Vec<u8>) {
        let (side, agree, accept, refuse) = match verb {
            DO => (0, matches!(option, BINARY | TTYPE | NAWS | NEW_ENVIRON), WILL, WONT),
            WILL => (1, matches!(option, BINARY | ECHO | SGA), DO, DONT),
            _ => return,
        };
        let word = &mut self.answered[side][usize::from(option / 64)];
        let bit = 1 << (option % 64);
        if *word & bit != 0 {
            return;
        }
        *word |= bit;
        self.options += u64::from(agree);
        reply.extend([IAC, if agree { accept } else { refuse }, option]);
        if verb == DO && option == NAWS {
            self.send(reply, &[NAWS, 0, 80, 0, 24]);
        }
    }

    /// Answers a subnegotiation that asks something.
    fn answer(&mut self, reply: &mut Vec<u8>) {
        match self.subnegotiation[..] {
            [TTYPE, SEND] => self.send(reply, b"\x18\x00XTERM"),
            [NEW_ENVIRON, SEND, ..] => self.send(reply, b"\x27\x00\x00USER\x01guest"),
            _ => {}
        }
    }

    /// `payload` begins with the option and holds no 255.
    fn send(&mut self, reply: &mut Vec<u8>, payload: &[u8]) {
        self.subnegotiations += 1;
        reply.extend([IAC, SB]);
        reply.extend(payload);
        reply.extend([IAC, SE]);
    }
}

const SE: u8 = 240;
const SB: u8 = 250;
const WILL: u8 = 251;
const WONT: u8 = 252;
const DO: u8 = 253;
const DONT: u8 = 254;
const IAC: u8 = 255;

const BINARY: u8 = 0;
const ECHO: u8 = 1;
const SGA: u8 = 3;
const TTYPE: u8 = 24;
const NAWS: u8 = 31;
const NEW_ENVIRON: u8 = 39;

/// The second byte of a TTYPE or NEW-ENVIRON subnegotiation that asks for the peer's value.
const SEND: u8 = 1;
