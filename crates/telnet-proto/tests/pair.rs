//! Two endpoints joined, of any policies: they fall silent in a bounded number of steps, and agree.

use std::collections::VecDeque;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use telnet_proto::option::linemode::{Function, Level, Mode, Special};
use telnet_proto::{Config, Endpoint, Event, Opt, Policy, Role, Side, Stance, Violation};

/// Options of each kind: with and without a value, asked at each stage, and one that nobody knows.
const OPTIONS: [Opt; 18] = [
    Opt::BINARY,
    Opt::CHARSET,
    Opt::ECHO,
    Opt::SGA,
    Opt::STATUS,
    Opt::TM,
    Opt::LOGOUT,
    Opt::SNDLOC,
    Opt::TTYPE,
    Opt::EOR,
    Opt::NAWS,
    Opt::TSPEED,
    Opt::LFLOW,
    Opt::XDISPLOC,
    Opt::OLD_ENVIRON,
    Opt::LINEMODE,
    Opt::NEW_ENVIRON,
    Opt(99),
];

/// What a server proposes.
const LINEMODE: Mode = Mode::EDIT;

/// Special characters of each kind.
const SPECIAL: [Special; 4] = [
    Special::UNSUPPORTED,
    Special::value(5),
    Special { level: Level::CantChange, ..Special::value(6) },
    Special { level: Level::Default, ..Special::value(0) },
];

/// So many bytes are enough for any opening of these options, and any questions after it.
const MOST_BYTES: usize = 4_096;

/// One end, and what is on its way to it.
struct End {
    endpoint: Endpoint,
    policy: Policy,
    towards: VecDeque<u8>,
    received: usize,
    settled: Option<bool>,
    /// The set that was agreed last.
    charset: Option<Vec<u8>>,
    violations: Vec<Violation>,
}

impl End {
    fn new(role: Role, policy: Policy) -> End {
        let config = Config { policy: policy.clone(), linemode: LINEMODE, ..Config::for_role(role) };
        let endpoint = Endpoint::new(Arc::new(config));
        let (towards, violations) = (VecDeque::new(), Vec::new());
        End { endpoint, policy, towards, received: 0, settled: None, charset: None, violations }
    }

    /// Takes at most `length` bytes in, and gives back the answer.
    fn read(&mut self, length: usize) -> Vec<u8> {
        let length = length.min(self.towards.len());
        let bytes: Vec<u8> = self.towards.drain(..length).collect();
        self.received += length;
        let (mut input, mut sent) = (&bytes[..], Vec::new());
        while let Some(event) = self.endpoint.next(&mut input, &mut sent) {
            match event {
                Event::Violation(violation) => self.violations.push(violation),
                Event::Settled { plain } => self.settled = Some(plain),
                Event::CharsetRequested(offers) => {
                    self.charset = offers.names().last().map(<[u8]>::to_vec);
                    self.endpoint.answer_charset(self.charset.as_deref(), &mut sent);
                }
                Event::Charset { name, .. } => self.charset = Some(name.to_vec()),
                _ => {}
            }
        }
        sent
    }
}

/// What happens between the two ends.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// An end takes so many bytes in.
    Deliver(usize, usize),
    /// The caller of an end asks for something. A second has passed since it asked last.
    Ask(usize, Side, Opt, bool),
    /// The caller of an end proposes a mode of LINEMODE; a client may not.
    SetLinemode(usize, Mode),
    /// The caller of an end sets a special character.
    SetSpecial(usize, Function, Special),
}

struct Pair([End; 2]);

impl Pair {
    fn new(roles: [Role; 2], policies: [Policy; 2]) -> Pair {
        let [near, far] = policies;
        Pair([End::new(roles[0], near), End::new(roles[1], far)])
    }

    fn open(&mut self) {
        for end in [0, 1] {
            let mut sent = Vec::new();
            self.0[end].endpoint.open(&mut sent);
            self.0[1 - end].towards.extend(sent);
            self.deliver(end, 0);
        }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Deliver(end, length) => self.deliver(end, length),
            Act::Ask(end, side, option, enable) => {
                self.0.iter_mut().for_each(|end| end.endpoint.quiet());
                let mut sent = Vec::new();
                self.0[end].endpoint.ask(side, option, enable, &mut sent);
                self.0[1 - end].towards.extend(sent);
            }
            Act::SetLinemode(end, mode) => {
                let mut sent = Vec::new();
                let endpoint = &mut self.0[end].endpoint;
                let may = endpoint.role() == Role::Server && endpoint.linemode().is_some();
                assert_eq!(endpoint.set_linemode(mode, &mut sent).is_ok(), may);
                self.0[1 - end].towards.extend(sent);
            }
            Act::SetSpecial(end, function, special) => {
                let mut sent = Vec::new();
                self.0[end].endpoint.set_special(function, special, &mut sent).expect("a function");
                self.0[1 - end].towards.extend(sent);
            }
        }
    }

    fn request_charset(&mut self, end: usize, names: &[&[u8]]) {
        let mut sent = Vec::new();
        assert!(self.0[end].endpoint.request_charset(names, &mut sent));
        self.0[1 - end].towards.extend(sent);
    }

    fn deliver(&mut self, end: usize, length: usize) {
        let sent = self.0[end].read(length);
        self.0[1 - end].towards.extend(sent);
    }

    /// Delivers what is on its way, in reads of the given lengths, until there is nothing more.
    fn run(&mut self, lengths: &[usize]) {
        for &length in lengths.iter().cycle() {
            if self.0.iter().all(|end| end.towards.is_empty()) {
                return;
            }
            assert!(self.0.iter().all(|end| end.received <= MOST_BYTES), "they don't fall silent");
            self.deliver(0, length);
            self.deliver(1, length);
        }
    }

    /// Each option has the same state at both ends, on each side. Nothing is pending, or if `insisted`, only what the
    /// other end refuses: it has refused it within this second, and doesn't say so twice.
    fn agrees(&self, insisted: bool) -> Result<(), TestCaseError> {
        for option in (0..=255).map(Opt) {
            for (near, far) in [(&self.0[0], &self.0[1]), (&self.0[1], &self.0[0])] {
                let (local, remote) =
                    (near.endpoint.state(Side::Local, option), far.endpoint.state(Side::Remote, option));
                let on = near.endpoint.is_on(Side::Local, option);
                prop_assert_eq!(on, far.endpoint.is_on(Side::Remote, option), "{}", option);
                let refused = |end: &End, side| insisted && !end.policy.accepts(side, option);
                prop_assert!(!local.is_pending() || refused(far, Side::Remote), "local {} {:?}", option, local);
                prop_assert!(!remote.is_pending() || refused(near, Side::Local), "remote {} {:?}", option, remote);
            }
        }
        // Neither breaks a rule, unless both take themselves for the server, or for the client.
        let alike = self.0[0].endpoint.role() == self.0[1].endpoint.role();
        for violation in self.0.iter().flat_map(|end| &end.violations) {
            prop_assert!(alike && matches!(violation, Violation::WrongDirection(_)), "{}", violation);
        }
        self.agrees_about_linemode()
    }

    /// A server and a client have the same mode, and the same characters.
    fn agrees_about_linemode(&self) -> Result<(), TestCaseError> {
        let [server, client] = self.0.each_ref().map(|end| &end.endpoint);
        if (server.role(), client.role()) != (Role::Server, Role::Client) {
            return Ok(());
        }
        prop_assert_eq!(server.linemode(), client.linemode());
        if server.linemode().is_some() {
            for (ours, theirs) in server.special_characters().iter().zip(client.special_characters().iter()) {
                let said = |(function, special): (Function, Special)| (function, special.level, special.value);
                prop_assert_eq!(said(ours), said(theirs));
            }
            prop_assert_eq!(server.forward_mask(), client.forward_mask());
        }
        Ok(())
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    let stance = || prop_oneof![Just(Stance::Refuse), Just(Stance::Accept), Just(Stance::Request)];
    vec((stance(), stance()), OPTIONS.len()).prop_map(|stances| {
        let mut policy = Policy::refuse_all();
        for (option, (local, remote)) in OPTIONS.into_iter().zip(stances) {
            policy.set(Side::Local, option, local);
            policy.set(Side::Remote, option, remote);
        }
        policy
    })
}

fn roles() -> impl Strategy<Value = [Role; 2]> {
    // A server and a client, as it should be, and the rest, as peers are.
    prop_oneof![
        4 => Just([Role::Server, Role::Client]),
        1 => Just([Role::Server, Role::Server]),
        1 => Just([Role::Client, Role::Client]),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    let side = prop_oneof![Just(Side::Local), Just(Side::Remote)];
    let ask = (0..2_usize, side, prop::sample::select(&OPTIONS[..]), any::<bool>());
    let function = prop::sample::select(&[Function::SYNCH, Function::IP, Function::FORW1][..]);
    let special = (0..2_usize, function, prop::sample::select(&SPECIAL[..]));
    prop_oneof![
        1 => (0..2_usize, 0..32_u8).prop_map(|(end, mask)| Act::SetLinemode(end, Mode::from_mask(mask))),
        1 => special.prop_map(|(end, function, special)| Act::SetSpecial(end, function, special)),
        3 => (0..2_usize, 1..9_usize).prop_map(|(end, length)| Act::Deliver(end, length)),
        1 => ask.prop_map(|(end, side, option, enable)| Act::Ask(end, side, option, enable)),
    ]
}

/// The side of LINEMODE that either end can have on.
fn linemode_acts() -> impl Strategy<Value = Vec<Act>> {
    let ask = (0..2_usize, prop::bool::weighted(0.7));
    let ask = ask.prop_map(|(end, enable)| Act::Ask(end, [Side::Remote, Side::Local][end], Opt::LINEMODE, enable));
    let deliver = (0..2_usize, 1..30_usize).prop_map(|(end, length)| Act::Deliver(end, length));
    vec(prop_oneof![1 => ask, 3 => deliver, 3 => act()], 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn two_ends_of_any_policies_settle_and_agree(policies in [policy(), policy()], lengths in vec(1..20_usize, 1..6)) {
        let mut pair = Pair::new([Role::Server, Role::Client], policies);
        pair.open();
        pair.run(&lengths);
        pair.agrees(false)?;
        prop_assert_eq!(pair.0[0].settled, Some(false), "the server has settled");
    }

    #[test]
    fn two_ends_agree_about_linemode_whatever_their_callers_want(
        acts in linemode_acts(),
        lengths in vec(1..20_usize, 1..6),
    ) {
        let mut policies = [Policy::refuse_all(), Policy::refuse_all()];
        policies[0].set(Side::Remote, Opt::LINEMODE, Stance::Request);
        policies[1].set(Side::Local, Opt::LINEMODE, Stance::Accept);
        let mut pair = Pair::new([Role::Server, Role::Client], policies);
        pair.open();
        acts.into_iter().for_each(|act| pair.act(act));
        pair.run(&lengths);
        pair.agrees(true)?;
    }

    #[test]
    fn two_ends_agree_whatever_their_callers_ask(
        roles in roles(),
        policies in [policy(), policy()],
        acts in vec(act(), 0..60),
        lengths in vec(1..20_usize, 1..6),
    ) {
        let mut pair = Pair::new(roles, policies);
        pair.open();
        acts.into_iter().for_each(|act| pair.act(act));
        pair.run(&lengths);
        pair.agrees(true)?;
    }
}

#[test]
fn the_defaults_of_both_roles_agree_in_three_round_trips() {
    let mut pair = Pair::new([Role::Server, Role::Client], [Role::Server, Role::Client].map(Policy::for_role));
    pair.open();
    let mut round_trips = 0;
    while pair.0[0].settled.is_none() {
        pair.deliver(1, usize::MAX);
        pair.deliver(0, usize::MAX);
        round_trips += 1;
    }
    assert_eq!(round_trips, 3);
    let server = &pair.0[0].endpoint;
    let on = |side| OPTIONS.into_iter().filter(|&option| server.is_on(side, option)).collect::<Vec<_>>();
    assert_eq!(on(Side::Local), [Opt::BINARY, Opt::CHARSET, Opt::ECHO, Opt::SGA]);
    assert_eq!(on(Side::Remote), [Opt::BINARY, Opt::TTYPE, Opt::NAWS, Opt::NEW_ENVIRON]);
}

#[test]
fn of_two_requests_that_cross_the_servers_is_answered() {
    for lengths in [[usize::MAX], [1], [7]] {
        let mut pair = Pair::new([Role::Server, Role::Client], [Role::Server, Role::Client].map(Policy::for_role));
        pair.open();
        pair.act(Act::Ask(1, Side::Local, Opt::CHARSET, true));
        pair.run(&lengths);
        assert_eq!(pair.0.each_ref().map(|end| end.charset.as_deref()), [Some(&b"US-ASCII"[..]); 2]);
        pair.request_charset(0, &[b"SERVERS"]);
        pair.request_charset(1, &[b"CLIENTS"]);
        pair.run(&lengths);
        assert_eq!(pair.0.each_ref().map(|end| end.charset.as_deref()), [Some(&b"SERVERS"[..]); 2]);
        pair.request_charset(1, &[b"CLIENTS"]);
        pair.run(&lengths);
        assert_eq!(pair.0.each_ref().map(|end| end.charset.as_deref()), [Some(&b"CLIENTS"[..]); 2]);
        assert!(pair.0.iter().all(|end| end.violations.is_empty()));
    }
}
