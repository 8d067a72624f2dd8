//! The two options of which the server asks a value once they are on: TSPEED (RFC 1079) and XDISPLOC (RFC 1096).
//!
//! ```text
//! server: IAC SB option  SEND=1       IAC SE
//! client: IAC SB option  IS=0 value   IAC SE
//! ```
//!
//! A server does not ask for the option by itself: hardly anybody has a use for the value. A client that offers it is asked.

use super::{Opt, States};
use crate::endpoint::Context;
use crate::{Config, Event, Role, Side, Violation, escape};

/// First byte of a payload: here is the value.
pub const IS: u8 = 0;
/// First byte of a payload: send the value.
pub const SEND: u8 = 1;

/// What is asked, and how it is answered.
pub(super) struct Question {
    pub(super) option: Opt,
    /// Server: whether an answer is due.
    pub(super) due: fn(&mut States) -> &mut bool,
    /// Client: appends the value.
    pub(super) encode: fn(&Config, &mut Vec<u8>),
    /// Server: what a value tells. `None`: it is none.
    pub(super) decode: for<'a> fn(&'a [u8]) -> Option<Event<'a>>,
}

impl Question {
    pub(super) fn on_enabled(&self, context: &mut Context<'_>, side: Side) {
        if context.config.role == Role::Server && side == Side::Remote {
            *(self.due)(context.states) = true;
            escape::subnegotiation(self.option, &[SEND], context.out);
        }
    }

    pub(super) fn on_disabled(&self, context: &mut Context<'_>, side: Side) {
        if side == Side::Remote {
            *(self.due)(context.states) = false;
        }
    }

    pub(super) fn receive<'a>(&self, context: &mut Context<'_>, payload: &'a [u8]) -> Event<'a> {
        let violation = match (context.config.role, payload) {
            (Role::Server, [IS, value @ ..]) => {
                *(self.due)(context.states) = false;
                match (self.decode)(value) {
                    Some(event) => return event,
                    None => Violation::MalformedSubnegotiation(self.option),
                }
            }
            (Role::Client, [SEND]) if context.performs(self.option) => {
                let mut payload = vec![IS];
                (self.encode)(context.config, &mut payload);
                escape::subnegotiation(self.option, &payload, context.out);
                return Event::Requested(self.option);
            }
            (Role::Client, [SEND]) => Violation::UnagreedSubnegotiation(self.option),
            (Role::Server, [SEND, ..]) | (Role::Client, [IS, ..]) => Violation::WrongDirection(self.option),
            _ => Violation::MalformedSubnegotiation(self.option),
        };
        Event::Violation(violation)
    }
}
