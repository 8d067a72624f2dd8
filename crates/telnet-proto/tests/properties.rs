//! What holds for any bytes that a peer may send, in any pieces.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use telnet_proto::newline::Newline;
use telnet_proto::option::new_environ::{Kind, Variable, encode_info};
use telnet_proto::{Config, Endpoint, Event, Opt, Role, Scanner, Side, Token, escape};

/// What an endpoint made of its input.
#[derive(Debug, Default, PartialEq)]
struct Heard {
    /// The events as text, but for `Settled`, whose place depends on the reads; data that lies together joined.
    events: Vec<String>,
    /// The data alone.
    data: Vec<u8>,
    /// What was sent in answer.
    sent: Vec<u8>,
    data_is_last: bool,
}

impl Heard {
    fn read(&mut self, endpoint: &mut Endpoint, bytes: &[u8]) {
        let mut input = bytes;
        while let Some(event) = endpoint.next(&mut input, &mut self.sent) {
            match event {
                Event::Data(data) => {
                    assert_ne!(data, b"");
                    if !self.data_is_last {
                        self.events.push("data".to_owned());
                    }
                    self.data.extend_from_slice(data);
                    self.data_is_last = true;
                }
                Event::Settled { .. } => {}
                other => {
                    self.events.push(format!("{} {other:?}", self.data.len()));
                    self.data_is_last = false;
                }
            }
        }
        assert_eq!(input, b"");
        endpoint.shrink();
    }
}

/// A configuration whose answers are as long as they get.
fn talkative(role: Role) -> Arc<Config> {
    let variable = |name: &str, kind| Variable { kind, name: name.into(), value: "v".repeat(400).into() };
    Arc::new(Config {
        are_you_there: [b'!'; 200].into(),
        terminal_types: vec!["t".repeat(200).into(), "u".repeat(200).into()],
        window: (65_535, 65_535),
        environment: vec![variable("ONE", Kind::Var), variable("TWO", Kind::Var), variable("MINE", Kind::UserVar)],
        ..Config::for_role(role)
    })
}

/// What is sent at most whatever the peer does: the questions of an opening, and what a client tells on credit.
fn beyond(config: &Config) -> usize {
    let opening = 3 * 2 * 256 + 512;
    let environment: usize = config.environment.iter().map(|each| each.name.len() + each.value.len() + 2).sum();
    opening + 4 * (environment + 6)
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Server), Just(Role::Client)]
}

/// A byte that means something to somebody, or any.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![Just(255), 236..=254_u8, 0..=3_u8, Just(b'\r'), prop::sample::select(OPTIONS), any::<u8>()]
}

const OPTIONS: &[u8] = &[0, 1, 3, 6, 24, 25, 31, 34, 39, 201, 255];

/// A piece of a stream: data, a negotiation, a subnegotiation in its right form or nearly so, or anything.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let option = || prop_oneof![prop::sample::select(OPTIONS), any::<u8>()];
    let payload = || vec(byte(), 0..40);
    prop_oneof![
        vec(byte(), 0..20),
        vec(any::<u8>(), 0..20),
        (251..=254_u8, option()).prop_map(|(verb, option)| vec![255, verb, option]),
        (option(), payload()).prop_map(|(option, payload)| {
            let mut bytes = Vec::new();
            escape::subnegotiation(Opt(option), &payload, &mut bytes);
            bytes
        }),
        (option(), payload()).prop_map(|(option, payload)| [&[255, 250, option][..], &payload, &[255, 240]].concat()),
        prop::sample::select(vec![&b"\xff\xfa\x18\x01\xff\xf0"[..], b"\xff\xfa\x27\x01\xff\xf0", b"\xff\xf6", b"\r\0"])
            .prop_map(<[u8]>::to_vec),
    ]
}

/// A stream, and where it is cut into reads.
fn stream() -> impl Strategy<Value = (Vec<u8>, Vec<usize>)> {
    (vec(piece(), 0..40), vec(1..12_usize, 1..12)).prop_map(|(pieces, reads)| (pieces.concat(), reads))
}

/// The reads, their lengths taken from `lengths` over and over.
fn cut<'b>(mut bytes: &'b [u8], lengths: &[usize]) -> Vec<&'b [u8]> {
    let mut reads = Vec::new();
    for &length in lengths.iter().cycle() {
        if bytes.is_empty() {
            return reads;
        }
        let (read, rest) = bytes.split_at(length.min(bytes.len()));
        reads.push(read);
        bytes = rest;
    }
    reads
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_leave_an_endpoint_usable(role in role(), (bytes, lengths) in stream(), open: bool) {
        let mut endpoint = Endpoint::new(talkative(role));
        let mut heard = Heard::default();
        if open {
            endpoint.open(&mut heard.sent);
        }
        for read in cut(&bytes, &lengths) {
            heard.read(&mut endpoint, read);
        }
        // Whatever the bytes left open, this ends it: the first SE may be a payload's after an IAC of theirs.
        heard.read(&mut endpoint, b"\xff\xf0\xff\xf0");
        heard.sent.clear();
        heard.read(&mut endpoint, b"marker\xff\xfd\x06");
        prop_assert!(heard.data.ends_with(b"marker"));
        prop_assert!(heard.sent.starts_with(b"\xff\xfb\x06"));
        // An option that nobody touched can still be agreed.
        heard.sent.clear();
        endpoint.ask(Side::Remote, Opt(99), true, &mut heard.sent);
        if endpoint.state(Side::Remote, Opt(99)).is_pending() {
            heard.read(&mut endpoint, b"\xff\xfb\x63");
            prop_assert!(endpoint.is_on(Side::Remote, Opt(99)));
        }
    }

    #[test]
    fn the_same_is_told_and_sent_however_the_bytes_are_cut(role in role(), (bytes, lengths) in stream()) {
        let hear = |reads: &[&[u8]]| {
            let mut endpoint = Endpoint::new(talkative(role));
            let mut heard = Heard::default();
            endpoint.open(&mut heard.sent);
            reads.iter().for_each(|read| heard.read(&mut endpoint, read));
            heard
        };
        let whole = hear(&[&bytes]);
        prop_assert_eq!(&hear(&cut(&bytes, &lengths)), &whole);
        prop_assert_eq!(&hear(&cut(&bytes, &[1])), &whole);
    }

    #[test]
    fn what_is_sent_is_bounded_by_what_came(role in role(), (bytes, lengths) in stream()) {
        let config = talkative(role);
        let mut endpoint = Endpoint::new(Arc::clone(&config));
        let mut heard = Heard::default();
        endpoint.open(&mut heard.sent);
        for read in cut(&bytes, &lengths) {
            heard.read(&mut endpoint, read);
        }
        prop_assert!(heard.sent.len() <= beyond(&config) + 16 * bytes.len());
    }

    #[test]
    fn random_bytes_make_little_be_sent(role in role(), bytes in vec(any::<u8>(), 0..4_096)) {
        let config = talkative(role);
        let mut endpoint = Endpoint::new(Arc::clone(&config));
        let mut heard = Heard::default();
        endpoint.open(&mut heard.sent);
        heard.read(&mut endpoint, &bytes);
        prop_assert!(heard.sent.len() <= beyond(&config) + 4 * bytes.len());
    }

    #[test]
    fn no_more_of_a_subnegotiation_is_kept_than_the_limit((bytes, lengths) in stream(), limit in 0..20_u32) {
        let mut scanner = Scanner::new(limit, true);
        for read in cut(&bytes, &lengths) {
            let mut input = read;
            while scanner.next(&mut input).is_some() {
                prop_assert!(scanner.buffered().len() <= limit as usize);
            }
            prop_assert!(scanner.buffered().len() <= limit as usize);
        }
    }

    #[test]
    fn what_is_escaped_is_scanned_as_it_was(data in vec(byte(), 0..200), lengths in vec(1..12_usize, 1..5)) {
        let mut wire = Vec::new();
        escape::escape(&data, &mut wire);
        prop_assert_eq!(scanned(&wire, &lengths, false), data);
    }

    #[test]
    fn text_comes_through_with_its_line_ends_right(text in "([a-c]|\r|\n|\r\n|\0|\u{ff}){0,60}", lengths in vec(1..12_usize, 1..5)) {
        let (mut newline, mut nvt, mut wire) = (Newline::default(), Vec::new(), Vec::new());
        for piece in cut(text.as_bytes(), &lengths) {
            newline.encode(piece, false, &mut nvt);
        }
        newline.finish(false, &mut nvt);
        escape::escape(&nvt, &mut wire);
        let expected = text.replace("\r\n", "\n").replace('\n', "\r\n");
        prop_assert_eq!(scanned(&wire, &lengths, true), expected.into_bytes());
    }

    #[test]
    fn an_environment_is_decoded_as_it_was_encoded(variables in vec(variable(), 0..20), lengths in vec(1..30_usize, 1..5)) {
        let (mut payload, mut wire) = (Vec::new(), Vec::new());
        encode_info(&variables, &mut payload);
        escape::subnegotiation(Opt::NEW_ENVIRON, &payload, &mut wire);
        let config = Arc::new(Config::for_role(Role::Server));
        let (mut endpoint, mut out, mut decoded) = (Endpoint::new(Arc::clone(&config)), Vec::new(), Vec::new());
        for read in cut(&wire, &lengths) {
            let mut input = read;
            while let Some(event) = endpoint.next(&mut input, &mut out) {
                let Event::Environment(told) = event else {
                    continue;
                };
                prop_assert!(told.is_update);
                decoded.extend(told.variables(&config.limits).map(|told| Variable {
                    kind: told.kind,
                    name: String::from_utf8_lossy(&told.name).into(),
                    value: String::from_utf8_lossy(&told.value.unwrap_or_default()).into(),
                }));
            }
        }
        prop_assert_eq!(decoded, variables);
    }
}

/// A variable with a name; bytes that need an escape are as likely as others.
fn variable() -> impl Strategy<Value = Variable> {
    const NAME: &str = "([A-Z]|\0|\u{1}|\u{2}|\u{3}|\u{ff}){1,12}";
    const VALUE: &str = "([A-Z]|\0|\u{1}|\u{2}|\u{3}|\u{ff}){0,12}";
    let kind = prop_oneof![Just(Kind::Var), Just(Kind::UserVar)];
    let parts = (kind, NAME, VALUE);
    parts.prop_map(|(kind, name, value)| Variable { kind, name: name.into(), value: value.into() })
}

/// The data that a scanner finds, where there is nothing else.
fn scanned(wire: &[u8], lengths: &[usize], text: bool) -> Vec<u8> {
    let mut scanner = Scanner::new(0, text);
    let mut data = Vec::new();
    for read in cut(wire, lengths) {
        let mut input = read;
        while let Some(token) = scanner.next(&mut input) {
            match token {
                Token::Data(piece) => data.extend_from_slice(piece),
                other => panic!("{other:?} among data"),
            }
        }
    }
    data
}

/// What costs a peer least and us most: the bytes for each byte, over a thousand of each.
#[test]
fn no_flood_of_requests_is_amplified() {
    let floods: [(Role, &str, &[u8], f64); 12] = [
        (Role::Server, "AYT", b"\xff\xf6", 16.0),
        (Role::Server, "DO TM", b"\xff\xfd\x06", 1.0),
        (Role::Server, "DO LINEMODE, refused", b"\xff\xfd\x22", 0.01),
        (Role::Server, "DO SGA, DONT SGA", b"\xff\xfd\x03\xff\xfe\x03", 1.0),
        (Role::Server, "DO BINARY, DONT BINARY", b"\xff\xfd\x00\xff\xfe\x00", 1.5),
        (Role::Server, "WILL TTYPE, WONT TTYPE", b"\xff\xfb\x18\xff\xfc\x18", 2.0),
        (Role::Server, "WILL ENVIRON, WONT ENVIRON", b"\xff\xfb\x27\xff\xfc\x27", 1.1),
        (Role::Server, "TTYPE IS, off and on", b"\xff\xfb\x18\xff\xfa\x18\0a\xff\xf0\xff\xfc\x18", 1.4),
        (Role::Client, "DO NAWS, DONT NAWS", b"\xff\xfd\x1f\xff\xfe\x1f", 3.2),
        (Role::Client, "TTYPE SEND", b"\xff\xfa\x18\x01\xff\xf0", 14.4),
        (Role::Client, "ENVIRON SEND", b"\xff\xfa\x27\x01\xff\xf0", 16.0),
        (Role::Client, "ENVIRON SEND VAR ONE", b"\xff\xfa\x27\x01\0ONE\xff\xf0", 16.0),
    ];
    for (role, name, unit, most) in floods {
        let config = talkative(role);
        let (mut endpoint, mut heard) = (Endpoint::new(Arc::clone(&config)), Heard::default());
        endpoint.open(&mut heard.sent);
        let flood = unit.repeat(1_000);
        // The first flood uses up what is owed only once.
        heard.read(&mut endpoint, &flood);
        heard.sent.clear();
        heard.read(&mut endpoint, &flood);
        let ratio = heard.sent.len() as f64 / flood.len() as f64;
        println!("{name}: {ratio:.2} bytes for each byte");
        assert!(ratio <= most, "{name}: {ratio} bytes for each byte");
    }
}
