//! One end of a Telnet connection: joins the scanner, the negotiator and the options for a role.
//!
//! It is pulled; the crate's page states the contract.

use std::sync::Arc;

use crate::negotiator::Course;
use crate::negotiator::{Asked, Negotiator};
use crate::observed::Observed;
use crate::opening::Opening;
use crate::option::lflow::{self, FlowControl};
use crate::option::{self, States, linemode, logout, new_environ, status, tm};
use crate::q::Q;
use crate::scanner::{Payload, Scanner, Token};
use crate::{Command, Config, Event, Opt, Role, Side, Verb, Violation, escape};

/// AYT is two bytes: what is sent for it stays within the bound that the crate's page promises.
const LONGEST_EVIDENCE: usize = 32;

/// The protocol of one connection.
#[derive(Debug)]
pub struct Endpoint {
    scanner: Scanner,
    core: Core,
    /// How many commands, negotiations and subnegotiations have come.
    commands: u32,
}

/// All but the scanner, so that an option can be lent it while the scanner lends the payload.
#[derive(Debug)]
struct Core {
    config: Arc<Config>,
    negotiator: Negotiator,
    opening: Opening,
    states: States,
    /// Told before anything that is still in the input.
    queued: Option<Event<'static>>,
    /// Few are ever observed.
    observed: Option<Box<Observed>>,
}

/// What the behaviour of an option may use.
pub(crate) struct Context<'c> {
    pub(crate) config: &'c Config,
    pub(crate) states: &'c mut States,
    pub(crate) out: &'c mut Vec<u8>,
    negotiator: &'c mut Negotiator,
    opening: &'c mut Opening,
    queued: &'c mut Option<Event<'static>>,
}

impl Endpoint {
    /// An endpoint that has said nothing yet.
    pub fn new(config: Arc<Config>) -> Endpoint {
        let scanner = Scanner::new(config.limits.subnegotiation, config.text);
        let states = States::new(&config);
        let (negotiator, opening) = (Negotiator::default(), Opening::new());
        let core = Core { config, negotiator, opening, states, queued: None, observed: None };
        Endpoint { scanner, core, commands: 0 }
    }

    /// The connection stands: appends what this end says first to `out`. To be called once, before the first byte.
    pub fn open(&mut self, out: &mut Vec<u8>) {
        let questions = self.core.opening.open(&self.core.config);
        self.core.context(out).ask_all(questions);
    }

    /// Takes the next event off the front of `input`, appending what it makes us answer to `out`.
    ///
    /// `None` means that `input` is used up and nothing more is to be told. What stands in `input` between two calls was
    /// not looked at. [`Event::Settled`] comes last, so it is worth a call with no input after [`open`](Endpoint::open):
    /// who asks nothing has settled.
    pub fn next<'a, 'i: 'a>(&'a mut self, input: &mut &'i [u8], out: &mut Vec<u8>) -> Option<Event<'a>> {
        if self.core.states.charset.owes_answer() {
            self.answer_charset(None, out);
        }
        loop {
            if let Some(event) = self.core.queued.take() {
                return Some(event);
            }
            let Some(token) = self.scanner.next(input) else {
                let settled = if self.scanner.is_mid_command() { None } else { self.core.settles() };
                return settled.map(|plain| Event::Settled { plain });
            };
            if !matches!(token, Token::Data(_)) {
                self.commands = self.commands.wrapping_add(1);
            }
            let event = match token {
                Token::Data(data) => {
                    self.core.opening.data();
                    Some(Event::Data(data))
                }
                Token::Command(command) => Some(self.core.on_command(command, out)),
                Token::Negotiation(verb, option) => self.core.on_negotiation(verb, option, out),
                Token::Subnegotiation(option, payload) => {
                    let payload = match payload {
                        Payload::Borrowed(payload) => payload,
                        Payload::Buffered => self.scanner.buffered(),
                    };
                    let event = self.core.on_subnegotiation(option, payload, out);
                    self.core.heard(out);
                    return Some(event);
                }
                Token::Violation(violation) => Some(Event::Violation(violation)),
            };
            if event.is_some() {
                return event;
            }
        }
    }

    /// Takes data off the front of `input`, up to the next command, and appends it to `out`. It tells the same as
    /// [`next`](Endpoint::next) with [`Event::Data`], to a caller who copies it anyway, and is faster where there are
    /// many doubled 255. It takes nothing where data is text, in the middle of a command, and while an event waits.
    pub fn copy_data(&mut self, input: &mut &[u8], out: &mut Vec<u8>) {
        if self.core.queued.is_some() {
            return;
        }
        let before = out.len();
        self.scanner.copy_data(input, out);
        if out.len() > before {
            self.core.opening.data();
        }
    }

    /// Asks the peer to have an option on or off, appending the request to `out`. The answer is an
    /// [`Event::Option`]. The policy is not consulted: the caller knows.
    ///
    /// A timing mark is no option in this sense and is never pending; see [`Endpoint::timing_mark`].
    pub fn ask(&mut self, side: Side, option: Opt, enable: bool, out: &mut Vec<u8>) -> Asked {
        let asked = self.core.context(out).ask(side, option, enable);
        if asked.change.is_some() {
            self.core.switched(side, option, false, out);
        }
        asked
    }

    /// Appends a negotiation to `out`, whatever the state of the option, which stays as it is. What the peer says of that side
    /// from here on is told as [`Event::Heard`] and has no other effect, until [`unobserve`](Endpoint::unobserve) is called.
    ///
    /// That is for who wants to know how a peer behaves, such as whether it answers what already holds (RFC 1143 forbids that).
    pub fn say(&mut self, verb: Verb, option: Opt, out: &mut Vec<u8>) {
        let observed = self.core.observed.get_or_insert_default();
        observed.insert(verb.side_for_receiver().other(), option);
        escape::negotiation(verb, option, out);
    }

    /// What the peer says counts again, of every side.
    pub fn unobserve(&mut self) {
        self.core.observed = None;
    }

    /// Appends `DO TIMING-MARK` (RFC 860). [`Event::TimingMark`] follows when the peer has come so far.
    pub fn timing_mark(&mut self, out: &mut Vec<u8>) {
        tm::send(&mut self.core.states.tm, out);
    }

    /// Client: asks to be logged out. Server: warns that it is about to log its client out (RFC 727). What the peer says to it
    /// is an [`Event::Logout`].
    pub fn logout(&mut self, out: &mut Vec<u8>) {
        let core = &mut self.core;
        logout::send(core.config.role, &mut core.states.logout, out);
    }

    /// Asks for the peer's status, if it has agreed to tell it (RFC 859); else nothing is sent and `false` returned. The answer
    /// is an [`Event::Status`].
    pub fn request_status(&mut self, out: &mut Vec<u8>) -> bool {
        let agreed = self.core.negotiator.is_on(Side::Remote, Opt::STATUS);
        if agreed {
            status::send(out);
        }
        agreed
    }

    /// Server: says how the client's terminal is to behave, if it has agreed to LFLOW (RFC 1372); else nothing is sent and
    /// `false` returned.
    pub fn set_flow_control(&mut self, wanted: FlowControl, out: &mut Vec<u8>) -> bool {
        let core = &mut self.core;
        let agreed = core.config.role == Role::Server && core.negotiator.is_on(Side::Remote, Opt::LFLOW);
        if agreed {
            lflow::send(std::mem::replace(&mut core.states.lflow, wanted), wanted, out);
        }
        agreed
    }

    /// Offers character sets to the peer (RFC 2066), by name and best first; without names, those of the configuration.
    /// [`Event::Charset`] or [`Event::CharsetRefused`] follows. An answer that is due to the opening is awaited first.
    ///
    /// False, and nothing is asked, where our CHARSET is not on, where there is nothing to offer, and while an answer to
    /// an earlier call is due.
    pub fn request_charset(&mut self, names: &[&[u8]], out: &mut Vec<u8>) -> bool {
        let Core { config, negotiator, states, .. } = &mut self.core;
        let configured: Vec<&[u8]>;
        let names = if names.is_empty() {
            configured = config.charsets.iter().map(|name| name.as_bytes()).collect();
            &configured[..]
        } else {
            names
        };
        negotiator.is_on(Side::Local, Opt::CHARSET) && !names.is_empty() && states.charset.ask(names, out)
    }

    /// Answers [`Event::CharsetRequested`]: with the name of a set, spelled as it was offered, or with none. To be called
    /// before the next event is asked for. If a set was taken, what is sent from here on is in that set.
    pub fn answer_charset(&mut self, name: Option<&[u8]>, out: &mut Vec<u8>) {
        self.core.states.charset.answer(name, out);
    }

    /// Client: this character set is spoken from now on. The environment's LANG is made to name it, unless what it names `means`
    /// the same, and a server that has asked for LANG is told (RFC 1572).
    pub fn speak(&mut self, charset: &'static str, means: impl FnOnce(&str) -> bool, out: &mut Vec<u8>) {
        new_environ::speak(&mut self.core.context(out), charset, means);
    }

    /// Client: the window has this size. Appends it to `out` if it is another than before, and the peer wants to know it (RFC 1073).
    pub fn resize(&mut self, columns: u16, rows: u16, out: &mut Vec<u8>) {
        let naws = &mut self.core.states.naws;
        if (naws.columns, naws.rows) == (columns, rows) {
            return;
        }
        (naws.columns, naws.rows) = (columns, rows);
        if self.core.negotiator.is_on(Side::Local, Opt::NAWS) {
            naws.send(out);
        }
    }

    /// The caller waits no longer for answers: what depended on them is asked of a peer that has spoken Telnet, and
    /// nothing of one that has not. No [`Event::Settled`] comes after this.
    pub fn give_up(&mut self, out: &mut Vec<u8>) {
        let core = &mut self.core;
        core.opening.give_up();
        core.context(out).named(false);
    }

    /// The peer has been quiet for a second: a request that we refused may be refused once more (RFC 1143 would have it
    /// refused every time, and two ends that insist would loop).
    pub fn quiet(&mut self) {
        self.core.negotiator.quiet();
    }

    /// Whether data is text, with CR NUL read as CR, from the next byte on.
    pub fn set_text(&mut self, text: bool) {
        self.scanner.set_newlines(text);
    }

    /// The next data follows other data than the last that was told: such that ended in a CR, or not.
    pub fn go_on_after(&mut self, cr: bool) {
        self.scanner.go_on_after(cr);
    }

    /// True if the data until now ended in a CR: a NUL behind it would belong to it, in text.
    pub fn is_after_cr(&self) -> bool {
        self.scanner.is_after_cr()
    }

    /// True where a command or a subnegotiation is unfinished.
    pub fn is_mid_command(&self) -> bool {
        self.scanner.is_mid_command()
    }

    /// True where a key that comes now is no part of anything that came before, and nothing is to be told of it but the key: not in the
    /// middle of a command, not behind a CR, and not before the connection has settled.
    pub fn is_between_keys(&self) -> bool {
        !self.scanner.is_mid_command()
            && !self.scanner.is_after_cr()
            && self.core.queued.is_none()
            && self.core.opening.has_settled()
    }

    /// Gives back what memory is not needed between two reads.
    pub fn shrink(&mut self) {
        self.scanner.shrink();
    }

    /// The state of one side of an option.
    pub fn state(&self, side: Side, option: Opt) -> Q {
        self.core.negotiator.state(side, option)
    }

    /// True if the option has effect on that side.
    pub fn is_on(&self, side: Side, option: Opt) -> bool {
        self.core.negotiator.is_on(side, option)
    }

    /// Whose word it was that one side of an option stands as it does.
    pub fn course(&self, side: Side, option: Opt) -> Course {
        self.core.negotiator.course(side, option)
    }

    /// True if the peer of a server sends each key as it is: it performs LINEMODE without EDIT, or we echo and suppress
    /// go-ahead ("kludge linemode", RFC 1184).
    pub fn sends_keys(&self) -> bool {
        let kludge = self.is_on(Side::Local, Opt::ECHO) && self.is_on(Side::Local, Opt::SGA);
        self.role() == Role::Server && self.linemode().map_or(kludge, |mode| !mode.contains(linemode::Mode::EDIT))
    }

    pub(crate) fn states(&self) -> &States {
        &self.core.states
    }

    pub(crate) fn context<'c>(&'c mut self, out: &'c mut Vec<u8>) -> Context<'c> {
        self.core.context(out)
    }

    /// Which end this is.
    pub fn role(&self) -> Role {
        self.core.config.role
    }

    /// How many commands, negotiations and subnegotiations have come, those among them that break a rule; modulo 2³².
    pub fn commands(&self) -> u32 {
        self.commands
    }

    /// The limits in force.
    pub fn limits(&self) -> &crate::Limits {
        &self.core.config.limits
    }
}

impl Core {
    fn on_command(&mut self, command: Command, out: &mut Vec<u8>) -> Event<'static> {
        if command == Command::AYT {
            let evidence = &self.config.are_you_there;
            out.extend_from_slice(&evidence[..evidence.len().min(LONGEST_EVIDENCE)]);
        }
        self.heard(out);
        Event::Command(command)
    }

    fn on_negotiation(&mut self, verb: Verb, option: Opt, out: &mut Vec<u8>) -> Option<Event<'static>> {
        let special = option::row(option).and_then(|row| row.behaviour.verbs);
        let event = match special {
            _ if self.observes(verb, option) => Some(Event::Heard(verb, option)),
            Some(on_verb) => on_verb(&mut self.context(out), verb),
            None => self.on_verb(verb, option, out),
        };
        self.heard(out);
        event
    }

    fn observes(&self, verb: Verb, option: Opt) -> bool {
        self.observed.as_ref().is_some_and(|observed| observed.contains(verb.side_for_receiver(), option))
    }

    /// The peer speaks Telnet: what waited for that is asked, and of a peer that refused its name all the rest too.
    fn heard(&mut self, out: &mut Vec<u8>) {
        let questions = self.opening.heard(&self.config);
        self.context(out).ask_all(questions);
        if self.config.role == Role::Server && self.negotiator.state(Side::Remote, Opt::TTYPE) == Q::No {
            self.context(out).named(false);
        }
    }

    fn on_verb(&mut self, verb: Verb, option: Opt, out: &mut Vec<u8>) -> Option<Event<'static>> {
        let side = verb.side_for_receiver();
        let preferred = option::yields_to(option).is_some_and(|other| self.negotiator.is_on(side, other));
        let allowed = self.config.policy.accepts(side, option) && !preferred;
        let received = self.negotiator.receive(verb, option, allowed, out);
        if received.breach {
            self.queued = Some(Event::Violation(Violation::DisableAnsweredByEnable(side, option)));
        }
        let change = received.change?;
        if change.changed || !change.enabled {
            self.switched(side, option, change.enabled, out);
        }
        Some(Event::Option(change))
    }

    fn on_subnegotiation<'a>(&mut self, option: Opt, payload: &'a [u8], out: &mut Vec<u8>) -> Event<'a> {
        match option::row(option).and_then(|row| row.behaviour.receive) {
            Some(receive) => receive(&mut self.context(out), payload),
            None => Event::Subnegotiation { option, payload },
        }
    }

    fn switched(&mut self, side: Side, option: Opt, enabled: bool, out: &mut Vec<u8>) {
        if let Some(row) = option::row(option) {
            let behaviour = if enabled { row.behaviour.enabled } else { row.behaviour.disabled };
            behaviour(&mut self.context(out), side);
        }
    }

    fn settles(&mut self) -> Option<bool> {
        let unanswered = self.negotiator.pending() > 0 || self.states.is_awaiting();
        self.opening.settles(unanswered)
    }

    fn context<'c>(&'c mut self, out: &'c mut Vec<u8>) -> Context<'c> {
        Context {
            config: &self.config,
            states: &mut self.states,
            out,
            negotiator: &mut self.negotiator,
            opening: &mut self.opening,
            queued: &mut self.queued,
        }
    }
}

impl Context<'_> {
    /// Asks the peer to have an option on or off. One that has verbs of its own is never on, off or pending.
    pub(crate) fn ask(&mut self, side: Side, option: Opt, enable: bool) -> Asked {
        if option::row(option).is_some_and(|row| row.behaviour.verbs.is_some()) {
            return Asked { pending: false, change: None };
        }
        self.negotiator.ask(side, option, enable, self.out)
    }

    /// The peer's first name is known, or will not be: what waited for it is asked.
    pub(crate) fn named(&mut self, mud: bool) {
        let questions = self.opening.named(self.config, mud);
        self.ask_all(questions);
        if self.is_named() {
            new_environ::on_named(self);
        }
    }

    /// True if that was told: what depends on the name needs not wait.
    pub(crate) fn is_named(&self) -> bool {
        self.opening.is_complete()
    }

    /// Tells the caller of a violation beside the event that is returned.
    pub(crate) fn report(&mut self, violation: Violation) {
        *self.queued = Some(Event::Violation(violation));
    }

    /// True if the option has effect on that side.
    pub(crate) fn is_on(&self, side: Side, option: Opt) -> bool {
        self.negotiator.is_on(side, option)
    }

    /// True if the option is on, or an answer about it is due: what crosses that answer is no breach.
    pub(crate) fn speaks_of(&self, side: Side, option: Opt) -> bool {
        self.negotiator.state(side, option) != Q::No
    }

    /// All that is on, on either side.
    pub(crate) fn all_on(&self) -> impl Iterator<Item = (Side, Opt)> + '_ {
        self.negotiator.all_on()
    }

    /// True if we perform the option, would, or have offered to: servers ask for a value without waiting.
    pub(crate) fn performs(&self, option: Opt) -> bool {
        self.config.policy.accepts(Side::Local, option) || self.negotiator.state(Side::Local, option) != Q::No
    }

    /// True if the peer performs the option, may, or was asked to.
    pub(crate) fn expects(&self, option: Opt) -> bool {
        self.config.policy.accepts(Side::Remote, option) || self.negotiator.state(Side::Remote, option) != Q::No
    }

    fn ask_all(&mut self, questions: Vec<(Side, Opt)>) {
        for (side, option) in questions {
            self.ask(side, option, true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last event of each read, as a client is told it.
    fn last_events(reads: &[&[u8]]) -> Vec<String> {
        let (mut endpoint, mut out) = (Endpoint::new(Arc::new(Config::for_role(Role::Client))), Vec::new());
        endpoint.open(&mut out);
        let mut last = Vec::new();
        for read in reads {
            let (mut input, mut name) = (*read, String::new());
            while let Some(event) = endpoint.next(&mut input, &mut out) {
                name = format!("{event:?}");
            }
            last.push(name);
        }
        last
    }

    const SETTLED: &str = "Settled { plain: false }";

    #[test]
    fn settled_comes_last_in_a_read_that_ends_outside_a_command() {
        let settles = |reads| last_events(reads).iter().map(|event| event == SETTLED).collect::<Vec<_>>();
        assert_eq!(settles(&[b"\xff\xfd\x18\xff\xfd\x1f"]), [true]);
        assert_eq!(settles(&[b"\xff\xfd\x18\xff", b"\xfd", b"\x1f"]), [false, false, true]);
        assert_eq!(settles(&[b"\xff\xfd\x18\xff\xfa\x18", b"\x01\xff", b"\xf0x", b"y"]), [false, false, true, false]);
    }

    #[test]
    fn a_banner_before_the_first_command_of_a_read_is_not_plain_text() {
        assert_eq!(last_events(&[b"Welcome\r\n\xff\xfd\x18"]), [SETTLED]);
        assert_eq!(last_events(&[b"Welcome\r\n", b"\xff\xfd\x18"])[0], "Settled { plain: true }");
    }
}
