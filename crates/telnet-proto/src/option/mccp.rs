//! MCCP, mud client compression protocol: options 85 (MCCP1), 86 (MCCP2) and 87 (MCCP3), which no RFC has; MUDs and their
//! clients agree on <https://tintin.mudhalla.net/protocols/mccp>.
//!
//! A server performs each of them, though with MCCP3 it is the client that compresses. Who compresses says that it begins, and
//! all that it sends from the next byte on is a stream of zlib's (RFC 1950), with commands and doubled 255 in it:
//!
//! ```text
//! MCCP1   server: IAC SB MCCP1 WILL SE         there is no IAC before the SE
//! MCCP2   server: IAC SB MCCP2 IAC SE
//! MCCP3   client: IAC SB MCCP3 IAC SE          it may follow its DO at once
//! ```
//!
//! The stream says itself where it ends, and what follows is plain. The other side asks for that by switching the option off.
//!
//! The endpoint sees no compressed byte: its caller is told where the peer begins by [`Event::Compressed`], makes what follows
//! plain before it lends it, and sends the mark where we begin.
//!
//! MCCP2 and MCCP3 are agreed to, and not begun with unless the policy says so: there are clients that fail at options they do not
//! know, and some before they were asked for their name. MCCP1 is understood of servers that have nothing newer, and never
//! performed; where MCCP2 is on, it is refused.

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse};
use crate::{Command, Event, Role, Side, Violation};

pub(super) const MCCP2: Row = Row {
    option: Opt::MCCP2,
    source: "MCCP",
    server: (Accept, Refuse),
    client: (Refuse, Accept),
    asked: (When::AfterName, When::AfterName),
    behaviour: marked(|context, payload| begins(context, Opt::MCCP2, payload)),
};

pub(super) const MCCP3: Row = Row {
    option: Opt::MCCP3,
    source: "MCCP",
    server: (Accept, Refuse),
    client: (Refuse, Accept),
    asked: (When::AfterName, When::AfterName),
    behaviour: marked(|context, payload| begins(context, Opt::MCCP3, payload)),
};

pub(super) const MCCP1: Row = Row {
    option: Opt::MCCP1,
    source: "MCCP",
    server: (Refuse, Refuse),
    client: (Refuse, Accept),
    asked: (When::AfterName, When::AfterName),
    behaviour: marked(|context, payload| begins(context, Opt::MCCP1, payload)),
};

/// The payload that MCCP1 has: an SE without IAC ends it.
pub(crate) const AS_MCCP1_HAS_IT: &[u8] = &[Command::WILL.0];

const fn marked(receive: for<'a> fn(&mut Context<'_>, &'a [u8]) -> Event<'a>) -> Behaviour {
    Behaviour { receive: Some(receive), ..Behaviour::PLAIN }
}

/// Who compresses by the option, and so may begin.
fn compressor(option: Opt) -> Role {
    if option == Opt::MCCP3 { Role::Client } else { Role::Server }
}

fn begins<'a>(context: &mut Context<'_>, option: Opt, mark: &[u8]) -> Event<'a> {
    let role = context.config.role;
    let side = if role == Role::Server { Side::Local } else { Side::Remote };
    if !mark.is_empty() && (option, mark) != (Opt::MCCP1, AS_MCCP1_HAS_IT) {
        Event::Violation(Violation::MalformedSubnegotiation(option))
    } else if role == compressor(option) {
        Event::Violation(Violation::WrongDirection(option))
    } else if !context.speaks_of(side, option) {
        Event::Violation(Violation::UnagreedSubnegotiation(option))
    } else {
        Event::Compressed(option)
    }
}
