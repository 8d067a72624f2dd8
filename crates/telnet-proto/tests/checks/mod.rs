//! What holds for any bytes that a peer may send, as functions that panic where it does not. `properties.rs` gives them
//! streams that resemble Telnet, in every `cargo test`; the fuzz targets what the fuzzer thinks of.

use std::sync::Arc;

use telnet_proto::option::linemode::Mode;
use telnet_proto::option::new_environ::{Kind, Variable, encode_info};
use telnet_proto::option::tspeed::Speed;
use telnet_proto::option::{REGISTRY, naws};
use telnet_proto::{Config, Endpoint, Event, Opt, Payload, Policy, Role, Scanner, Side, Stance, Token, escape};

/// The targets of the fuzzers: a name, and the check of an input.
pub(crate) const TARGETS: [(&str, Check); 3] =
    [("scanner", scanner), ("endpoint", endpoint), ("option_codecs", are_taken_as_a_payload)];

/// Panics where something does not hold for an input.
pub(crate) type Check = fn(&[u8]);

/// Any bytes are scanned the same however they are cut. The first byte of an input chooses the limit and whether they are
/// text, the second the length of the reads.
pub(crate) fn scanner(input: &[u8]) {
    if let [choice, length, bytes @ ..] = input {
        let (text, limit) = (choice & 1 == 1, u32::from(choice >> 1));
        are_scanned_the_same(limit, text, bytes, &cut(bytes, &[1 + usize::from(*length)]));
    }
}

/// Any bytes leave an endpoint usable, are told the same however they are cut, and are answered with a bounded number of
/// bytes. The first byte of an input chooses the role and the temper, the second the length of the reads.
pub(crate) fn endpoint(input: &[u8]) {
    if let [choice, length, bytes @ ..] = input {
        let role = if choice & 1 == 0 { Role::Server } else { Role::Client };
        let config = talkative(role, Temper::ALL[usize::from(choice >> 1) % Temper::ALL.len()]);
        let reads = cut(bytes, &[1 + usize::from(*length)]);
        leave_it_usable(&config, &reads);
        are_told_the_same(&config, bytes, &reads);
        are_answered_with_at_most(16, &config, &reads);
    }
}

/// The bytes as reads, whose lengths are taken from `lengths` over and over.
pub(crate) fn cut<'b>(mut bytes: &'b [u8], lengths: &[usize]) -> Vec<&'b [u8]> {
    let mut reads = Vec::new();
    for &length in lengths.iter().cycle() {
        if bytes.is_empty() {
            break;
        }
        let (read, rest) = bytes.split_at(length.min(bytes.len()));
        reads.push(read);
        bytes = rest;
    }
    reads
}

/// What an endpoint made of its input.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Heard {
    /// The events as text, each after the length of the data before it. `Settled` is left out: its place depends on the
    /// reads.
    events: Vec<String>,
    /// The data, joined.
    data: Vec<u8>,
    /// What was sent in answer.
    pub(crate) sent: Vec<u8>,
}

impl Heard {
    pub(crate) fn read(&mut self, endpoint: &mut Endpoint, bytes: &[u8]) {
        let mut input = bytes;
        while let Some(event) = endpoint.next(&mut input, &mut self.sent) {
            match event {
                Event::Data(data) => {
                    assert_ne!(data, b"");
                    self.data.extend_from_slice(data);
                }
                Event::Settled { .. } => {}
                Event::CharsetRequested(offers) => {
                    let first = offers.names().next().map(<[u8]>::to_vec);
                    self.events.push(format!("{} {event:?}", self.data.len()));
                    endpoint.answer_charset(first.as_deref(), &mut self.sent);
                }
                other => self.events.push(format!("{} {other:?}", self.data.len())),
            }
        }
        assert_eq!(input, b"");
        endpoint.shrink();
    }
}

/// What an endpoint thinks of the options.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Temper {
    /// As its role does by default, with what it would only tell on request.
    Usual,
    /// It agrees to everything, on both sides: what only the other role performs too.
    Yielding,
    /// It begins with everything.
    Forward,
    /// It wants nothing.
    Unwilling,
}

impl Temper {
    pub(crate) const ALL: [Temper; 4] = [Temper::Usual, Temper::Yielding, Temper::Forward, Temper::Unwilling];

    fn policy(self, role: Role) -> Policy {
        let mut policy = match self {
            Temper::Usual => Policy::for_role(role),
            Temper::Yielding | Temper::Forward | Temper::Unwilling => Policy::refuse_all(),
        };
        let (options, stance) = match self {
            Temper::Usual => (vec![Opt::XDISPLOC, Opt::SNDLOC, Opt::LOGOUT], Stance::Accept),
            Temper::Yielding => ((0..=255).map(Opt).collect(), Stance::Accept),
            Temper::Forward => ((0..=255).map(Opt).collect(), Stance::Request),
            Temper::Unwilling => (Vec::new(), Stance::Refuse),
        };
        for option in options {
            policy.set(Side::Local, option, stance);
            if !matches!(self, Temper::Usual) {
                policy.set(Side::Remote, option, stance);
            }
        }
        policy
    }
}

/// A configuration whose answers are as long as they get.
pub(crate) fn talkative(role: Role, temper: Temper) -> Arc<Config> {
    let variable = |name: &str, kind| Variable { kind, name: name.into(), value: "v".repeat(400).into() };
    let policy = temper.policy(role);
    Arc::new(Config {
        policy,
        are_you_there: [b'!'; 200].into(),
        terminal_types: vec!["t".repeat(200).into(), "u".repeat(200).into()],
        window: (65_535, 65_535),
        terminal_speed: Speed { transmit: u32::MAX, receive: u32::MAX },
        x_display_location: "d".repeat(200).into(),
        location: "l".repeat(200).into(),
        charsets: vec!["c".repeat(400).into(), "d".repeat(400).into()],
        environment: vec![variable("ONE", Kind::Var), variable("TWO", Kind::Var), variable("MINE", Kind::UserVar)],
        linemode: Mode::EDIT,
        ..Config::for_role(role)
    })
}

/// Whatever came, an endpoint goes on reading data, answering and asking.
pub(crate) fn leave_it_usable(config: &Arc<Config>, reads: &[&[u8]]) {
    let mut endpoint = Endpoint::new(Arc::clone(config));
    let mut heard = Heard::default();
    endpoint.open(&mut heard.sent);
    reads.iter().for_each(|read| heard.read(&mut endpoint, read));
    // Whatever the bytes left open, this ends it: the first SE may be a payload's after an IAC of theirs.
    heard.read(&mut endpoint, b"\xff\xf0\xff\xf0");
    heard.sent.clear();
    heard.read(&mut endpoint, b"marker\xff\xfd\x06");
    assert!(heard.data.ends_with(b"marker"));
    let mark = if config.policy.accepts(Side::Local, Opt::TM) { b"\xff\xfb\x06" } else { b"\xff\xfc\x06" };
    assert!(heard.sent.starts_with(mark));
    let option = Opt(99);
    heard.sent.clear();
    endpoint.ask(Side::Remote, option, true, &mut heard.sent);
    heard.read(&mut endpoint, b"\xff\xfb\x63");
    assert!(endpoint.is_on(Side::Remote, option));
}

/// The events and the answers are the same however the bytes are cut.
pub(crate) fn are_told_the_same(config: &Arc<Config>, bytes: &[u8], reads: &[&[u8]]) {
    let hear = |reads: &[&[u8]]| {
        let mut endpoint = Endpoint::new(Arc::clone(config));
        let mut heard = Heard::default();
        endpoint.open(&mut heard.sent);
        reads.iter().for_each(|read| heard.read(&mut endpoint, read));
        heard
    };
    assert_eq!(hear(reads), hear(&[bytes]));
}

/// At most `ratio` bytes are sent for each byte, beyond the questions of the opening and what a client tells on credit.
pub(crate) fn are_answered_with_at_most(ratio: usize, config: &Arc<Config>, reads: &[&[u8]]) {
    let mut endpoint = Endpoint::new(Arc::clone(config));
    let mut heard = Heard::default();
    endpoint.open(&mut heard.sent);
    reads.iter().for_each(|read| heard.read(&mut endpoint, read));
    let environment: usize = config.environment.iter().map(|each| each.name.len() + each.value.len() + 2).sum();
    // The questions, and the names of the character sets.
    let questions = 3 * config.policy.requested().count();
    let questions = questions + config.charsets.iter().map(|name| name.len() + 1).sum::<usize>() + 6;
    let once = match config.role {
        // The names of the variables.
        Role::Server => questions + 240,
        Role::Client => questions + 4 * (environment + 6),
    };
    let received: usize = reads.iter().map(|read| read.len()).sum();
    assert!(heard.sent.len() <= once + ratio * received, "{} bytes for {received}", heard.sent.len());
}

/// The scanner finds the same however the bytes are cut, keeps no more of a subnegotiation than the limit, and
/// copies the data that it would hand out.
pub(crate) fn are_scanned_the_same(limit: u32, text: bool, bytes: &[u8], reads: &[&[u8]]) {
    let whole = scan(limit, text, &[bytes], false);
    assert_eq!(scan(limit, text, reads, false), whole);
    assert_eq!(scan(limit, text, reads, true), whole);
}

/// The tokens as text, each after the length of the data before it, and the data.
fn scan(limit: u32, text: bool, reads: &[&[u8]], copying: bool) -> (Vec<String>, Vec<u8>) {
    let mut scanner = Scanner::new(limit, text);
    let (mut tokens, mut data) = (Vec::new(), Vec::new());
    for read in reads {
        let mut input = *read;
        loop {
            if copying {
                scanner.copy_data(&mut input, &mut data);
            }
            let token = match scanner.next(&mut input) {
                None => break,
                Some(Token::Data(piece)) => {
                    assert_ne!(piece, b"");
                    data.extend_from_slice(piece);
                    continue;
                }
                Some(Token::Subnegotiation(option, payload)) => {
                    let payload = match payload {
                        Payload::Borrowed(payload) => payload,
                        Payload::Buffered => scanner.buffered(),
                    };
                    assert!(payload.len() <= limit as usize);
                    format!("{option} {payload:x?}")
                }
                Some(other) => format!("{other:?}"),
            };
            tokens.push(format!("{} {token}", data.len()));
        }
        assert_eq!(input, b"");
        assert!(scanner.buffered().len() <= limit as usize);
    }
    (tokens, data)
}

/// A payload of each option that has a codec is taken by either role, though the option be nobody's, and what is decoded of
/// it can be encoded again.
pub(crate) fn are_taken_as_a_payload(payload: &[u8]) {
    for option in REGISTRY.iter().map(|row| row.option) {
        for role in [Role::Server, Role::Client] {
            let mut wire = Vec::new();
            escape::subnegotiation(option, payload, &mut wire);
            leave_it_usable(&talkative(role, Temper::Yielding), &[&wire]);
        }
    }
    if let Some((columns, rows)) = naws::decode(payload) {
        assert_eq!(naws::encode(columns, rows), payload);
    }
    let variables = environment_of(payload);
    let mut again = Vec::new();
    encode_info(&variables, &mut again);
    assert_eq!(environment_of(&again), variables);
}

/// The variables that a server reads in a payload of NEW-ENVIRON, as far as they are text.
pub(crate) fn environment_of(payload: &[u8]) -> Vec<Variable> {
    let config = Arc::new(Config::for_role(Role::Server));
    let (mut endpoint, mut wire, mut out) = (Endpoint::new(Arc::clone(&config)), Vec::new(), Vec::new());
    escape::subnegotiation(Opt::NEW_ENVIRON, payload, &mut wire);
    let mut input = &wire[..];
    let Some(Event::Environment(told)) = endpoint.next(&mut input, &mut out) else {
        return Vec::new();
    };
    let text = |bytes: &[u8]| Some(std::str::from_utf8(bytes).ok()?.into());
    let variables = told.variables(&config.limits);
    variables
        .filter_map(|told| {
            Some(Variable { kind: told.kind, name: text(&told.name)?, value: text(&told.value.unwrap_or_default())? })
        })
        .collect()
}
