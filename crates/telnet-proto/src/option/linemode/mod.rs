//! LINEMODE: option 34, RFC 1184. The client performs it: it edits lines, or not, as the server wishes.
//!
//! ```text
//! both:    IAC SB LINEMODE  MODE=1       mask                           IAC SE
//! both:    IAC SB LINEMODE  SLC=3        [ function flags character ]…  IAC SE
//! server:  IAC SB LINEMODE  DO | DONT    FORWARDMASK=2 [ mask… ]        IAC SE
//! client:  IAC SB LINEMODE  WILL | WONT  FORWARDMASK=2                  IAC SE
//! ```
//!
//! A server proposes the mode that it is configured with, and tells its special characters when the first mode is
//! acknowledged, unless the client has asked for them by then. Ours asks at once (`0 DEFAULT 0`) and adds what its caller
//! has set; GNU inetutils tells all that it has. A mask for forwarding goes out when there is a new one, while the client
//! edits.

mod caller;
mod forwardmask;
mod mode;
mod slc;

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse};
use crate::{Event, Role, Side, Verb, Violation, escape};

pub use caller::Error;
pub use forwardmask::ForwardMask;
pub use mode::Mode;
pub use slc::{Function, Level, Special, Table};

pub(super) const ROW: Row = Row {
    option: Opt::LINEMODE,
    source: "RFC 1184",
    server: (Refuse, Accept),
    client: (Accept, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour { enabled: on_enabled, disabled: on_disabled, receive: Some(receive), verbs: None },
};

/// First byte of a payload: a mode.
pub const MODE: u8 = 1;
/// Second byte of a payload, after a verb: the characters at which to forward.
pub const FORWARDMASK: u8 = 2;
/// First byte of a payload: special characters.
pub const SLC: u8 = 3;

/// The function that stands for all of them.
const ALL: Function = Function(0);

const DO: u8 = Verb::Do as u8;
const DONT: u8 = Verb::Dont as u8;
const WILL: u8 = Verb::Will as u8;
const WONT: u8 = Verb::Wont as u8;

/// What is kept for a connection that has come to LINEMODE, or whose special characters the caller has set.
#[derive(Debug)]
pub(crate) struct State {
    /// The mode in effect.
    mode: Mode,
    /// Server: the mode that we proposed last.
    proposed: Mode,
    /// Server: the answer to that is due.
    awaiting: bool,
    /// LINEMODE was agreed before.
    begun: bool,
    /// Server: the client was told the whole table. Client: the server was asked for its own, and told what we have set.
    told: bool,
    /// What we would have of ourselves.
    own: Table,
    /// What holds.
    table: Table,
    /// Client: the mask that the server sent. Server: the one that we sent last.
    mask: Option<ForwardMask>,
    forwarding: Forwarding,
}

/// Whether a mask is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forwarding {
    /// None was sent.
    Unasked,
    /// Server: the client has not said yet.
    Asked,
    /// The client uses it.
    Used,
    /// Server: the client will not have one.
    Refused,
}

impl State {
    fn new() -> State {
        State {
            mode: Mode::default(),
            proposed: Mode::default(),
            awaiting: false,
            begun: false,
            told: false,
            own: Table::DEFAULT,
            table: Table::DEFAULT,
            mask: None,
            forwarding: Forwarding::Unasked,
        }
    }

    /// The mode in effect.
    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }

    pub(crate) fn is_awaiting(&self) -> bool {
        self.awaiting
    }

    /// Takes what the peer says of a function in, and appends the answer to a payload.
    fn on_triplet(&mut self, role: Role, function: Function, came: Special, acknowledges: bool, payload: &mut Vec<u8>) {
        let (Some(own), Some(now)) = (self.own.get(function), self.table.get(function)) else {
            // Who doesn't know it either says so too, and is not answered: there would be no end to it.
            if came.level != Level::NoSupport && !acknowledges {
                Special::UNSUPPORTED.encode(function, false, payload);
            }
            return;
        };
        let step = slc::step(role, own, now, came, acknowledges);
        self.table.set(function, step.now);
        if let Some((special, acknowledges)) = step.answer {
            special.encode(function, acknowledges, payload);
        }
    }

    /// Server: appends all that holds to a payload; `own`: what we would have of ourselves holds from now on.
    fn tell_all(&mut self, own: bool, payload: &mut Vec<u8>) {
        if own {
            self.table.clone_from(&self.own);
        }
        self.told = true;
        self.table.encode(payload);
    }

    /// As LINEMODE begins. What holds of the special characters, and what the caller has set of them, stays.
    fn restart(&mut self) {
        (self.mode, self.proposed) = (Mode::default(), Mode::default());
        self.awaiting = false;
        (self.mask, self.forwarding) = (None, Forwarding::Unasked);
    }
}

/// What STATUS (RFC 859) tells of LINEMODE, where it is agreed: the payload of the mode in effect.
pub(crate) fn status(context: &Context<'_>) -> Option<[u8; 2]> {
    let state = context.states.linemode.as_deref()?;
    context.is_on(performer(context.config.role), Opt::LINEMODE).then(|| [MODE, state.mode().mask()])
}

/// The side that performs LINEMODE, for an end of this role.
fn performer(role: Role) -> Side {
    match role {
        Role::Server => Side::Remote,
        Role::Client => Side::Local,
    }
}

fn state<'c>(context: &'c mut Context<'_>) -> &'c mut State {
    context.states.linemode.get_or_insert_with(|| Box::new(State::new()))
}

fn on_enabled(context: &mut Context<'_>, side: Side) {
    // The wrong way round: some policy lets it be on, and nothing follows.
    let role = context.config.role;
    if side != performer(role) {
        return;
    }
    let state = state(context);
    let again = std::mem::replace(&mut state.begun, true);
    state.restart();
    match role {
        Role::Server => {
            state.told = false;
            // Some clients (GNU inetutils 2.4) keep their mode meanwhile, and are silent about it when it is proposed anew.
            if again && context.config.linemode != Mode::default() {
                send_mode(context, Mode::default().mask());
            }
            propose(context, context.config.linemode);
        }
        Role::Client => ask_for_characters(context),
    }
}

/// Client: asks for the server's special characters, and adds what the caller has set. When LINEMODE begins anew it asks
/// what holds. A server doesn't tell of unusual functions that it lacks, so those that we hold are added.
fn ask_for_characters(context: &mut Context<'_>) {
    let state = state(context);
    let told = std::mem::replace(&mut state.told, true);
    let asked = if told { Level::Value } else { Level::Default };
    let mut payload = vec![SLC, ALL.0, asked as u8, 0];
    for ((function, own), (_, now)) in state.own.iter().zip(state.table.iter()) {
        let usual = Table::DEFAULT.get(function);
        if !told && Some(own) != usual {
            own.encode(function, false, &mut payload);
        } else if usual == Some(Special::UNSUPPORTED) && now.level != Level::NoSupport {
            now.encode(function, false, &mut payload);
        }
    }
    send_triplets(context, &payload);
}

fn on_disabled(context: &mut Context<'_>, side: Side) {
    let ended = side == performer(context.config.role);
    if let Some(state) = context.states.linemode.as_deref_mut().filter(|_| ended) {
        state.restart();
    }
}

fn propose(context: &mut Context<'_>, mode: Mode) {
    let state = state(context);
    state.proposed = mode;
    // What holds is not acknowledged.
    state.awaiting = mode != state.mode;
    send_mode(context, mode.mask());
}

fn send_mode(context: &mut Context<'_>, mask: u8) {
    escape::subnegotiation(Opt::LINEMODE, &[MODE, mask], context.out);
}

fn receive<'a>(context: &mut Context<'_>, payload: &'a [u8]) -> Event<'a> {
    let side = performer(context.config.role);
    if !context.is_on(side, Opt::LINEMODE) {
        // A payload that crossed our verb is nobody's fault, and comes too late.
        if context.speaks_of(side, Opt::LINEMODE) {
            return Event::Subnegotiation { option: Opt::LINEMODE, payload };
        }
        let reversed = context.speaks_of(side.other(), Opt::LINEMODE);
        return Event::Violation(match reversed {
            true => Violation::WrongDirection(Opt::LINEMODE),
            false => Violation::UnagreedSubnegotiation(Opt::LINEMODE),
        });
    }
    match (context.config.role, payload) {
        (_, &[MODE, mask]) => on_mode(context, mask),
        (_, [SLC, triplets @ ..]) if triplets.len() % 3 == 0 => on_triplets(context, triplets),
        (Role::Client, [DO, FORWARDMASK, mask @ ..]) => on_mask(context, mask),
        (Role::Client, [DONT, FORWARDMASK]) => on_no_mask(context),
        (Role::Server, &[verb @ (WILL | WONT), FORWARDMASK]) => on_forwarding(context, verb == WILL),
        (Role::Client, [WILL | WONT, FORWARDMASK, ..]) | (Role::Server, [DO | DONT, FORWARDMASK, ..]) => {
            Event::Violation(Violation::WrongDirection(Opt::LINEMODE))
        }
        _ => Event::Violation(Violation::MalformedSubnegotiation(Opt::LINEMODE)),
    }
}

fn on_mode(context: &mut Context<'_>, mask: u8) -> Event<'static> {
    let role = context.config.role;
    let state = state(context);
    let before = state.mode;
    let step = mode::step(role, before, mask);
    state.mode = step.mode;
    // A client that has come to our mode by itself is silent about it.
    let acknowledged = mask & Mode::ACK != 0 || step.mode == state.proposed;
    state.awaiting &= !acknowledged;
    let mut payload = vec![SLC];
    if role == Role::Server && acknowledged && !state.told {
        state.tell_all(false, &mut payload);
    }
    if let Some(mask) = step.answer {
        send_mode(context, mask);
    }
    send_triplets(context, &payload);
    forward(context);
    Event::Linemode { mode: step.mode, changed: step.mode != before }
}

fn on_triplets(context: &mut Context<'_>, triplets: &[u8]) -> Event<'static> {
    let role = context.config.role;
    let state = state(context);
    let before = state.table.clone();
    let mut payload = vec![SLC];
    let (mut told, mut violation) = (false, None);
    for triplet in triplets.chunks_exact(3) {
        let (function, (came, acknowledges)) = (Function(triplet[0]), Special::decode(triplet[1], triplet[2]));
        if function != ALL {
            state.on_triplet(role, function, came, acknowledges, &mut payload);
            continue;
        }
        match (role, came.level) {
            // Only a client asks for all of them. That of inetutils ignores such a question, too.
            (Role::Client, _) => violation = Some(Violation::WrongDirection(Opt::LINEMODE)),
            (Role::Server, Level::NoSupport | Level::CantChange) => {
                violation = Some(Violation::MalformedSubnegotiation(Opt::LINEMODE));
            }
            (Role::Server, _) if told => violation = Some(Violation::RequestStorm(Opt::LINEMODE)),
            (Role::Server, level) => {
                state.tell_all(level == Level::Default, &mut payload);
                told = true;
            }
        }
    }
    let changed = state.table != before;
    if let Some(violation) = violation {
        context.report(violation);
    }
    send_triplets(context, &payload);
    forward(context);
    Event::SpecialCharacters { changed }
}

/// Sends special characters, if there are any: two ends that answer nothing with nothing would not end.
fn send_triplets(context: &mut Context<'_>, payload: &[u8]) {
    if payload.len() > 1 {
        escape::subnegotiation(Opt::LINEMODE, payload, context.out);
    }
}

/// Server: sends the mask, if the client edits and it is another than it was.
fn forward(context: &mut Context<'_>) {
    let binary = context.is_on(Side::Remote, Opt::BINARY);
    let is_server = context.config.role == Role::Server;
    let state = state(context);
    if !is_server || !state.mode.contains(Mode::EDIT) || state.forwarding == Forwarding::Refused {
        return;
    }
    let mask = ForwardMask::of(&state.table, binary);
    if state.mask == Some(mask) {
        return;
    }
    state.mask = Some(mask);
    if state.forwarding == Forwarding::Unasked {
        state.forwarding = Forwarding::Asked;
    }
    let payload = [&[DO, FORWARDMASK], mask.as_bytes()].concat();
    escape::subnegotiation(Opt::LINEMODE, &payload, context.out);
}

/// Server: the client uses our mask, or does not.
fn on_forwarding(context: &mut Context<'_>, uses: bool) -> Event<'static> {
    let state = state(context);
    let before = state.forwarding;
    let after = match (before, uses) {
        // Nobody asked, or it has refused before.
        (Forwarding::Unasked | Forwarding::Refused, _) => before,
        (_, true) => Forwarding::Used,
        (_, false) => Forwarding::Refused,
    };
    state.forwarding = after;
    if before == Forwarding::Used && !uses {
        answer_forwarding(context, DONT);
    }
    Event::ForwardMask { changed: (before == Forwarding::Used) != (after == Forwarding::Used) }
}

/// Client: the server wants a mask to be used.
fn on_mask(context: &mut Context<'_>, mask: &[u8]) -> Event<'static> {
    let Some(mask) = ForwardMask::decode(mask) else {
        return Event::Violation(Violation::MalformedSubnegotiation(Opt::LINEMODE));
    };
    let state = state(context);
    let changed = state.mask.replace(mask) != Some(mask);
    state.forwarding = Forwarding::Used;
    if changed {
        answer_forwarding(context, WILL);
    }
    Event::ForwardMask { changed }
}

/// Client: the server wants none any more.
fn on_no_mask(context: &mut Context<'_>) -> Event<'static> {
    let state = state(context);
    let changed = state.mask.take().is_some();
    state.forwarding = Forwarding::Unasked;
    if changed {
        answer_forwarding(context, WONT);
    }
    Event::ForwardMask { changed }
}

fn answer_forwarding(context: &mut Context<'_>, verb: u8) {
    escape::subnegotiation(Opt::LINEMODE, &[verb, FORWARDMASK], context.out);
}
