//! XDISPLOC, X display location: option 35, RFC 1096. The client performs it.
//!
//! ```text
//! server: IAC SB XDISPLOC  SEND=1                              IAC SE
//! client: IAC SB XDISPLOC  IS=0  host : display [ . screen ]   IAC SE      ASCII
//! ```
//!
//! A server does not ask for it by itself. A client agrees to it where it is configured to tell its display: that is
//! nobody's business otherwise.

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse};
use crate::{Event, Role, Side, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::XDISPLOC,
    source: "RFC 1096",
    server: (Refuse, Accept),
    client: (Refuse, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour { enabled: on_enabled, disabled: on_disabled, receive: Some(receive), verbs: None },
};

/// First byte of a payload: here is the display.
pub const IS: u8 = 0;
/// First byte of a payload: send the display.
pub const SEND: u8 = 1;

/// A client of ours sends at most so many bytes of its display, which bounds what a SEND can make it say.
pub const LONGEST_DISPLAY: usize = 80;

/// Server: an answer is due.
#[derive(Debug, Default)]
pub(crate) struct State {
    awaiting: bool,
}

impl State {
    pub(crate) fn is_awaiting(&self) -> bool {
        self.awaiting
    }
}

fn on_enabled(context: &mut Context<'_>, side: Side) {
    if context.config.role == Role::Server && side == Side::Remote {
        context.states.xdisploc.awaiting = true;
        escape::subnegotiation(Opt::XDISPLOC, &[SEND], context.out);
    }
}

fn on_disabled(context: &mut Context<'_>, side: Side) {
    if side == Side::Remote {
        context.states.xdisploc.awaiting = false;
    }
}

fn receive<'a>(context: &mut Context<'_>, payload: &'a [u8]) -> Event<'a> {
    match (context.config.role, payload) {
        (Role::Server, [IS, display @ ..]) => {
            context.states.xdisploc.awaiting = false;
            Event::XDisplayLocation(display)
        }
        (Role::Client, [SEND]) if !context.performs(Opt::XDISPLOC) => {
            Event::Violation(Violation::UnagreedSubnegotiation(Opt::XDISPLOC))
        }
        (Role::Client, [SEND]) => {
            let display = context.config.x_display_location.as_bytes();
            let payload = [&[IS], &display[..display.len().min(LONGEST_DISPLAY)]].concat();
            escape::subnegotiation(Opt::XDISPLOC, &payload, context.out);
            Event::Requested(Opt::XDISPLOC)
        }
        (Role::Server, [SEND, ..]) | (Role::Client, [IS, ..]) => {
            Event::Violation(Violation::WrongDirection(Opt::XDISPLOC))
        }
        _ => Event::Violation(Violation::MalformedSubnegotiation(Opt::XDISPLOC)),
    }
}
