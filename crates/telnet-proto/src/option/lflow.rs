//! LFLOW, remote flow control: option 33, RFC 1372. The client performs it: its terminal stops and restarts output (usually
//! at XOFF and XON) by itself while the server says so.
//!
//! ```text
//! server: IAC SB LFLOW  OFF=0 | ON=1 | RESTART-ANY=2 | RESTART-XON=3  IAC SE
//! ```
//!
//! When it is agreed, flow control is on, and which character restarts output is left to the client until it is told.

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse};
use crate::{Event, Role, Side, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::LFLOW,
    source: "RFC 1372",
    server: (Refuse, Accept),
    client: (Accept, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour { enabled: on_enabled, receive: Some(receive), ..Behaviour::PLAIN },
};

/// The payload: the client passes XON and XOFF on as data.
pub const OFF: u8 = 0;
/// The payload: the client acts on XON and XOFF.
pub const ON: u8 = 1;
/// The payload: any character restarts output.
pub const RESTART_ANY: u8 = 2;
/// The payload: only XON restarts output.
pub const RESTART_XON: u8 = 3;

/// How the client's terminal is to behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FlowControl {
    /// It acts on XOFF and XON.
    pub enabled: bool,
    /// Any character restarts output, not only XON.
    pub restart_any: bool,
}

impl Default for FlowControl {
    /// As it holds when the option is agreed: on, and restarted by XON.
    fn default() -> FlowControl {
        FlowControl { enabled: true, restart_any: false }
    }
}

impl FlowControl {
    /// As two words of a server bring it about: off or on, then what restarts.
    pub(crate) fn words(self) -> [u8; 2] {
        [if self.enabled { ON } else { OFF }, if self.restart_any { RESTART_ANY } else { RESTART_XON }]
    }
}

/// Says how the client's terminal is to behave from now on: what differs from what it does.
pub(crate) fn send(before: FlowControl, wanted: FlowControl, out: &mut Vec<u8>) {
    for (was, word) in before.words().into_iter().zip(wanted.words()) {
        if was != word {
            escape::subnegotiation(Opt::LFLOW, &[word], out);
        }
    }
}

fn on_enabled(context: &mut Context<'_>, side: Side) {
    let default = FlowControl::default();
    if context.config.role == Role::Server && side == Side::Remote {
        // What restarts output is said in any case: clients differ in what they take for granted.
        escape::subnegotiation(Opt::LFLOW, &[default.words()[1]], context.out);
    }
    context.states.lflow = default;
}

fn receive<'a>(context: &mut Context<'_>, payload: &'a [u8]) -> Event<'a> {
    if context.config.role == Role::Server {
        return Event::Violation(Violation::WrongDirection(Opt::LFLOW));
    }
    if !context.speaks_of(Side::Local, Opt::LFLOW) {
        return Event::Violation(Violation::UnagreedSubnegotiation(Opt::LFLOW));
    }
    let flow = &mut context.states.lflow;
    match payload {
        [word @ (OFF | ON)] => flow.enabled = *word == ON,
        [word @ (RESTART_ANY | RESTART_XON)] => flow.restart_any = *word == RESTART_ANY,
        _ => return Event::Violation(Violation::MalformedSubnegotiation(Opt::LFLOW)),
    }
    Event::FlowControl(*flow)
}
