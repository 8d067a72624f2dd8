//! SNDLOC, send location: option 23, RFC 779. The client performs it, and tells where its user is as soon as it is agreed.
//!
//! ```text
//! client: IAC SB SNDLOC  location…  IAC SE      ASCII; there is no IS before it
//! ```
//!
//! A client agrees to it where it is configured to tell its location: that is nobody's business otherwise.

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse};
use crate::{Event, Role, Side, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::SNDLOC,
    source: "RFC 779",
    server: (Refuse, Accept),
    client: (Refuse, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour { enabled: on_enabled, receive: Some(receive), ..Behaviour::PLAIN },
};

/// A client of ours sends at most so many bytes of its location, which bounds what a DO can make it say.
pub const LONGEST_LOCATION: usize = 80;

fn on_enabled(context: &mut Context<'_>, side: Side) {
    if context.config.role == Role::Client && side == Side::Local {
        let location = context.config.location.as_bytes();
        escape::subnegotiation(Opt::SNDLOC, &location[..location.len().min(LONGEST_LOCATION)], context.out);
    }
}

fn receive<'a>(context: &mut Context<'_>, location: &'a [u8]) -> Event<'a> {
    match context.config.role {
        Role::Server => Event::Location(location),
        Role::Client => Event::Violation(Violation::WrongDirection(Opt::SNDLOC)),
    }
}
