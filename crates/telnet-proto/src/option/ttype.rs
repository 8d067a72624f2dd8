//! TTYPE, terminal type: option 24, RFC 1091; its use by MUD clients: the Mud Terminal Type Standard (MTTS).
//!
//! ```text
//! server: IAC SB TTYPE  SEND=1             IAC SE
//! client: IAC SB TTYPE  IS=0  name…        IAC SE
//! ```
//!
//! A client has a list of names and gives the next one for each SEND; it repeats the last to say that the list is over,
//! and then begins again. A server asks on until the answers repeat. MTTS gives the list a form: the client's name, a
//! terminal type, `MTTS` and a number of capability bits; after that nothing new can come.

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse, Request};
use crate::{Event, Role, Side, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::TTYPE,
    source: "RFC 1091",
    server: (Refuse, Request),
    client: (Accept, Refuse),
    asked: (When::Burst, When::First),
    behaviour: Behaviour { enabled: on_enabled, disabled: on_disabled, receive: Some(receive), verbs: None },
};

/// First byte of a payload: here is a name.
pub const IS: u8 = 0;
/// First byte of a payload: send the next name.
pub const SEND: u8 = 1;

/// After so many names a server asks no more.
pub const MOST_NAMES: u8 = 8;
/// RFC 1091 has names of at most 40 characters; a client of ours sends at most so many bytes of one, which bounds what
/// a SEND can make it say.
pub const LONGEST_NAME: usize = 80;

/// The first names by which MUD clients are known, in lower case.
const MUD_CLIENTS: [&str; 13] = [
    "atlantis",
    "beip",
    "blowtorch",
    "cmud",
    "kildclient",
    "mudlet",
    "mudrammer",
    "mushclient",
    "portal",
    "savitar",
    "tintin++",
    "tt++",
    "zmud",
];

/// Where the list stands; for a server the one that it reads, for a client the one that it gives.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Names so far.
    count: u8,
    /// A SEND of ours is out.
    awaiting: bool,
    /// Digests of the first and the latest name: all that is needed to see a repeat.
    first: u64,
    latest: u64,
}

impl State {
    pub(crate) fn is_awaiting(&self) -> bool {
        self.awaiting
    }

    /// The peer may be Microsoft's telnet, whose first name is ANSI (and the second VT100, if we came so far).
    pub(crate) fn may_be_microsoft(&self) -> bool {
        self.count > 0 && self.first == digest(b"ANSI")
    }
}

/// True for the name of a MUD client; a version may follow the name.
pub fn is_mud_client(name: &[u8]) -> bool {
    let word = name.split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'+').next().unwrap_or_default();
    MUD_CLIENTS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word))
}

fn on_enabled(context: &mut Context<'_>, side: Side) {
    match (context.config.role, side) {
        (Role::Server, Side::Remote) => {
            context.states.ttype = State::default();
            request(context);
        }
        (Role::Client, Side::Local) => context.states.ttype = State::default(),
        // The wrong way round: some policy lets it be on, and nothing follows.
        (Role::Server, Side::Local) | (Role::Client, Side::Remote) => {}
    }
}

fn on_disabled(context: &mut Context<'_>, side: Side) {
    if context.config.role == Role::Server && side == Side::Remote {
        context.states.ttype.awaiting = false;
        context.named(false);
    }
}

fn request(context: &mut Context<'_>) {
    context.states.ttype.awaiting = true;
    escape::subnegotiation(Opt::TTYPE, &[SEND], context.out);
}

fn receive<'a>(context: &mut Context<'_>, payload: &'a [u8]) -> Event<'a> {
    match (context.config.role, payload) {
        (Role::Server, [IS, name @ ..]) => on_name(context, name),
        (Role::Client, [SEND]) if !context.performs(Opt::TTYPE) => {
            Event::Violation(Violation::UnagreedSubnegotiation(Opt::TTYPE))
        }
        (Role::Client, [SEND]) => answer(context),
        (Role::Server, [SEND, ..]) | (Role::Client, [IS, ..]) => {
            Event::Violation(Violation::WrongDirection(Opt::TTYPE))
        }
        _ => Event::Violation(Violation::MalformedSubnegotiation(Opt::TTYPE)),
    }
}

fn on_name<'a>(context: &mut Context<'_>, name: &'a [u8]) -> Event<'a> {
    // NetRunner ends its names with a NUL.
    let name = name.trim_ascii_end();
    let end = name.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    let name = &name[..end];

    let state = &mut context.states.ttype;
    let asked = std::mem::take(&mut state.awaiting);
    let digest = digest(name);
    if name.is_empty() || state.count > 0 && (digest == state.first || digest == state.latest) {
        context.named(false);
        return Event::TerminalTypesComplete;
    }
    state.count = state.count.saturating_add(1);
    state.latest = digest;
    if state.count == 1 {
        state.first = digest;
    }
    let ordinal = state.count;
    let mud = ordinal == 1 && is_mud_client(name);
    let is_last = ordinal >= MOST_NAMES || ordinal >= 3 && name.starts_with(b"MTTS");
    // ANSI may be Microsoft's telnet, which doesn't stand a question about its environment this early.
    if ordinal > 1 || name != b"ANSI" {
        context.named(mud);
    }
    if asked && !is_last && context.is_on(Side::Remote, Opt::TTYPE) {
        request(context);
    }
    Event::TerminalType { name, ordinal, mud }
}

fn answer(context: &mut Context<'_>) -> Event<'static> {
    let names = &context.config.terminal_types;
    let state = &mut context.states.ttype;
    // The list, its last name once more, and from the front again.
    let at = usize::from(state.count).min(names.len().saturating_sub(1));
    state.count = if usize::from(state.count) < names.len() { state.count.saturating_add(1) } else { 0 };
    let name = names.get(at).map_or("unknown", |name| name).as_bytes();
    let mut payload = Vec::with_capacity(1 + LONGEST_NAME);
    payload.push(IS);
    payload.extend_from_slice(&name[..name.len().min(LONGEST_NAME)]);
    escape::subnegotiation(Opt::TTYPE, &payload, context.out);
    Event::Requested(Opt::TTYPE)
}

/// FNV-1a: enough to compare a peer's names with each other, since a collision only ends its own list early.
fn digest(name: &[u8]) -> u64 {
    name.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mud_clients_are_known_by_their_first_word() {
        for name in ["MUDLET", "Mudlet 4.17", "TINTIN++", "tt++", "MUSHclient", "CMUD/3"] {
            assert!(is_mud_client(name.as_bytes()), "{name}");
        }
        for name in ["", "xterm-256color", "mudletish", "ANSI", "unknown"] {
            assert!(!is_mud_client(name.as_bytes()), "{name}");
        }
    }
}
