//! What holds for any bytes that a peer may send, in any pieces: the checks, over streams that resemble Telnet.

#[allow(dead_code, reason = "the fuzzers take the rest")]
mod checks;

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use telnet_proto::newline::{LineEnd, Newline};
use telnet_proto::option::linemode::{Function, Special};
use telnet_proto::option::new_environ::{Kind, Variable, encode_info};
use telnet_proto::{Config, Endpoint, Opt, Policy, Role, Scanner, Side, Stance, Token, escape};

use checks::{Heard, Temper, cut, talkative};

fn config() -> impl Strategy<Value = Arc<Config>> {
    let role = prop_oneof![Just(Role::Server), Just(Role::Client)];
    (role, prop::sample::select(&Temper::ALL)).prop_map(|(role, temper)| talkative(role, temper))
}

/// A byte that means something to somebody, or any.
fn byte() -> impl Strategy<Value = u8> {
    prop_oneof![Just(255), 236..=254_u8, 0..=3_u8, Just(b'\r'), prop::sample::select(OPTIONS), any::<u8>()]
}

const OPTIONS: &[u8] = &[0, 1, 3, 5, 6, 18, 23, 24, 25, 31, 32, 33, 34, 35, 36, 39, 42, 201, 255];

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
        // Options whose values are asked for.
        prop::sample::select(vec![5, 24, 32, 35, 36, 39]).prop_map(|option| vec![255, 250, option, 1, 255, 240]),
        prop::sample::select(vec![&b"\xff\xfa\x2a\x01 A\xff\xf0"[..], b"\xff\xf6", b"\r\0"]).prop_map(<[u8]>::to_vec),
        linemode(),
    ]
}

/// What LINEMODE says, mostly after it was agreed, or switched off and on.
fn linemode() -> impl Strategy<Value = Vec<u8>> {
    let triplet = (0..33_u8, 0..4_u8, prop::sample::select(vec![0, 32, 64, 96, 128]), byte());
    let triplet = triplet.prop_map(|(function, level, flags, value)| vec![function, level | flags, value]);
    let payload = prop_oneof![
        (0..32_u8).prop_map(|mask| vec![1, mask]),
        prop::sample::select(vec![vec![3, 0, 2, 0], vec![3, 0, 3, 0], vec![251, 2], vec![252, 2], vec![254, 2]]),
        vec(triplet, 0..12).prop_map(|triplets| [&[3], &triplets.concat()[..]].concat()),
        vec(byte(), 0..34).prop_map(|mask| [&[253, 2], &mask[..]].concat()),
    ];
    let verbs = prop::sample::select(vec![
        &b""[..],
        b"\xff\xfb\x22\xff\xfd\x22",
        b"\xff\xfc\x22\xff\xfe\x22\xff\xfb\x22\xff\xfd\x22",
    ]);
    (verbs, payload).prop_map(|(verbs, payload)| {
        let mut bytes = verbs.to_vec();
        escape::subnegotiation(Opt::LINEMODE, &payload, &mut bytes);
        bytes
    })
}

fn stream() -> impl Strategy<Value = Vec<u8>> {
    vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// The lengths of reads.
fn lengths() -> impl Strategy<Value = Vec<usize>> {
    vec(1..12_usize, 1..12)
}

/// A variable with a name; bytes that need an escape are as likely as others.
fn variable() -> impl Strategy<Value = Variable> {
    const NAME: &str = "([A-Z]|\0|\u{1}|\u{2}|\u{3}|\u{ff}){1,12}";
    const VALUE: &str = "([A-Z]|\0|\u{1}|\u{2}|\u{3}|\u{ff}){0,12}";
    let kind = prop_oneof![Just(Kind::Var), Just(Kind::UserVar)];
    let parts = (kind, NAME, VALUE);
    parts.prop_map(|(kind, name, value)| Variable { kind, name: name.into(), value: value.into() })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_leave_an_endpoint_usable(config in config(), bytes in stream(), lengths in lengths()) {
        checks::leave_it_usable(&config, &cut(&bytes, &lengths));
    }

    #[test]
    fn the_same_is_told_and_sent_however_the_bytes_are_cut(config in config(), bytes in stream(), lengths in lengths()) {
        checks::are_told_the_same(&config, &bytes, &cut(&bytes, &lengths));
        checks::are_told_the_same(&config, &bytes, &cut(&bytes, &[1]));
    }

    #[test]
    fn what_is_sent_is_bounded_by_what_came(config in config(), bytes in stream(), lengths in lengths()) {
        checks::are_answered_with_at_most(16, &config, &cut(&bytes, &lengths));
    }

    #[test]
    fn random_bytes_make_little_be_sent(config in config(), bytes in vec(any::<u8>(), 0..4_096)) {
        checks::are_answered_with_at_most(4, &config, &[&bytes]);
    }

    #[test]
    fn the_scanner_finds_the_same_however_the_bytes_are_cut(
        (limit, text) in (0..20_u32, any::<bool>()),
        bytes in stream(),
        lengths in lengths(),
    ) {
        checks::are_scanned_the_same(limit, text, &bytes, &cut(&bytes, &lengths));
    }

    #[test]
    fn any_payload_is_taken(payload in vec(byte(), 0..60)) {
        checks::are_taken_as_a_payload(&payload);
    }

    #[test]
    fn what_is_escaped_is_scanned_as_it_was(data in vec(byte(), 0..200), lengths in lengths()) {
        let mut wire = Vec::new();
        escape::escape(&data, &mut wire);
        prop_assert_eq!(scanned(&wire, &lengths, false), data);
    }

    #[test]
    fn text_comes_through_with_its_line_ends_right(text in "([a-c]|\r|\n|\r\n|\0|\u{ff}){0,60}", lengths in lengths()) {
        let (mut newline, mut nvt, mut wire) = (Newline::default(), Vec::new(), Vec::new());
        for piece in cut(text.as_bytes(), &lengths) {
            newline.encode(piece, LineEnd::Nvt, &mut nvt);
        }
        newline.finish(LineEnd::Nvt, &mut nvt);
        escape::escape(&nvt, &mut wire);
        let expected = text.replace("\r\n", "\n").replace('\n', "\r\n");
        prop_assert_eq!(scanned(&wire, &lengths, true), expected.into_bytes());
    }

    #[test]
    fn an_environment_is_decoded_as_it_was_encoded(variables in vec(variable(), 0..20)) {
        let mut payload = Vec::new();
        encode_info(&variables, &mut payload);
        prop_assert_eq!(checks::environment_of(&payload), variables);
    }
}

/// A request for variables fits, framing aside, into 240 bytes, and together the requests name all of them.
#[test]
fn an_environment_is_asked_for_in_frames_that_inetutils_can_hold() {
    for count in [0, 1, 30, 200] {
        let names: Vec<Box<str>> = (0..count).map(|number| "N".repeat(1 + number * 7 % 90).into()).collect();
        let mut policy = Policy::refuse_all();
        policy.set(Side::Remote, Opt::NEW_ENVIRON, Stance::Accept);
        let config = Config { policy, environment_names: names.clone(), ..Config::for_role(Role::Server) };
        let (mut endpoint, mut heard) = (Endpoint::new(Arc::new(config)), Heard::default());
        endpoint.open(&mut heard.sent);
        let mut asked = Vec::new();
        let mut answer = &b"\xff\xfb\x27"[..];
        loop {
            heard.sent.clear();
            heard.read(&mut endpoint, answer);
            let Some(payload) = heard.sent.strip_suffix(b"\xff\xf0") else {
                break;
            };
            let payload = payload.strip_prefix(b"\xff\xfd\x27").unwrap_or(payload);
            let payload = payload.strip_prefix(b"\xff\xfa").expect("a request");
            assert!(payload.len() <= 240, "{} bytes", payload.len());
            asked.extend_from_slice(&payload[2..]);
            answer = b"\xff\xfa\x27\0\xff\xf0";
        }
        let expected: Vec<String> = names.iter().map(|name| format!("\0{name}")).collect();
        assert_eq!(String::from_utf8(asked).expect("ASCII"), expected.concat() + "\0\x03");
    }
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

/// What costs a peer least and us most: the bytes for each byte.
#[test]
fn no_flood_of_requests_is_amplified() {
    let floods: [(Role, &str, &[u8], f64); 15] = [
        (Role::Server, "AYT", b"\xff\xf6", 16.0),
        (Role::Server, "DO TM", b"\xff\xfd\x06", 1.0),
        (Role::Server, "DO LINEMODE, refused", b"\xff\xfd\x22", 0.0),
        (Role::Server, "DO SGA, DONT SGA", b"\xff\xfd\x03\xff\xfe\x03", 1.0),
        (Role::Server, "DO BINARY, DONT BINARY", b"\xff\xfd\x00\xff\xfe\x00", 1.5),
        (Role::Server, "WILL TTYPE, WONT TTYPE", b"\xff\xfb\x18\xff\xfc\x18", 2.0),
        (Role::Server, "WILL ENVIRON, WONT ENVIRON", b"\xff\xfb\x27\xff\xfc\x27", 1.0),
        (Role::Server, "DO CHARSET, DONT CHARSET", b"\xff\xfd\x2a\xff\xfe\x2a", 1.0),
        (Role::Server, "CHARSET REQUEST A", b"\xff\xfa\x2a\x01 A\xff\xf0", 1.0),
        (Role::Server, "CHARSET REQUEST", b"\xff\xfa\x2a\x01\xff\xf0", 1.0),
        (Role::Server, "TTYPE IS, off and on", b"\xff\xfb\x18\xff\xfa\x18\0a\xff\xf0\xff\xfc\x18", 1.4),
        (Role::Client, "DO NAWS, DONT NAWS", b"\xff\xfd\x1f\xff\xfe\x1f", 3.2),
        (Role::Client, "TTYPE SEND", b"\xff\xfa\x18\x01\xff\xf0", 14.4),
        (Role::Client, "ENVIRON SEND", b"\xff\xfa\x27\x01\xff\xf0", 16.0),
        (Role::Client, "ENVIRON SEND VAR ONE", b"\xff\xfa\x27\x01\0ONE\xff\xf0", 16.0),
    ];
    for (role, name, unit, most) in floods {
        let (mut endpoint, mut heard) = (Endpoint::new(talkative(role, Temper::Usual)), Heard::default());
        endpoint.open(&mut heard.sent);
        let flood = unit.repeat(1_000);
        // The first flood uses up what is owed only once.
        heard.read(&mut endpoint, &flood);
        heard.sent.clear();
        heard.read(&mut endpoint, &flood);
        let ratio = heard.sent.len() as f64 / flood.len() as f64;
        assert!(ratio <= most, "{name}: {ratio} bytes for each byte");
    }
}

/// The same for LINEMODE, where each special character is as long as it gets, and the client sends 8 bits.
#[test]
fn no_flood_of_linemode_is_amplified() {
    let floods: [(Role, &str, &[u8], f64); 9] = [
        (Role::Server, "SLC 0 VARIABLE", b"\xff\xfa\x22\x03\0\x02\0\xff\xf0", 11.4),
        (Role::Server, "SLC 0 DEFAULT", b"\xff\xfa\x22\x03\0\x03\0\xff\xf0", 11.4),
        (
            Role::Server,
            "SLC IP VALUE, and all",
            b"\xff\xfa\x22\x03\x03\x02\x01\0\x02\0\xff\xf0\xff\xfa\x22\x03\x03\x02\x02\0\x02\0\xff\xf0",
            12.2,
        ),
        (
            Role::Server,
            "SLC IP VALUE",
            b"\xff\xfa\x22\x03\x03\x02\x01\xff\xf0\xff\xfa\x22\x03\x03\x02\x02\xff\xf0",
            5.7,
        ),
        (Role::Server, "SLC of no function", b"\xff\xfa\x22\x03\x28\x02\x01\xff\xf0", 1.2),
        (Role::Server, "MODE 1, MODE 0", b"\xff\xfa\x22\x01\x01\xff\xf0\xff\xfa\x22\x01\0\xff\xf0", 1.0),
        (Role::Server, "off and on", b"\xff\xfc\x22\xff\xfb\x22\xff\xfa\x22\x01\x05\xff\xf0", 12.7),
        (Role::Client, "off and on", b"\xff\xfe\x22\xff\xfd\x22", 10.0),
        (Role::Client, "DO FORWARDMASK", b"\xff\xfa\x22\xfd\x02\x01\xff\xf0\xff\xfa\x22\xfd\x02\x02\xff\xf0", 1.0),
    ];
    for (role, name, unit, most) in floods {
        let (mut endpoint, mut heard) = (Endpoint::new(talkative(role, Temper::Usual)), Heard::default());
        endpoint.open(&mut heard.sent);
        for (_, function) in Function::NAMES {
            endpoint.set_special(function, Special::value(255), &mut heard.sent).expect("a function");
        }
        // Three bytes of the mask are 255.
        for (_, function) in &Function::NAMES[3..27] {
            endpoint.set_special(*function, Special::value(function.0 + 20), &mut heard.sent).expect("a function");
        }
        heard.read(&mut endpoint, b"\xff\xfb\0\xff\xfb\x22\xff\xfd\x22\xff\xfa\x22\x01\x05\xff\xf0");
        heard.sent.clear();
        let flood = unit.repeat(1_000);
        heard.read(&mut endpoint, &flood);
        let ratio = heard.sent.len() as f64 / flood.len() as f64;
        assert!(ratio <= most, "{name}: {ratio} bytes for each byte");
    }
}
