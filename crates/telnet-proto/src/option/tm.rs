//! TM, timing mark: option 6, RFC 860. There is no subnegotiation, and no state: it does not follow the Q method.
//!
//! `DO TM` says "answer when you have handled everything before this". Each is answered by `WILL TM`, every time. The
//! answer to ours, `WILL TM` or `WONT TM`, is the mark.

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::Accept;
use crate::{Event, Side, Verb, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::TM,
    source: "RFC 860",
    server: (Accept, Accept),
    client: (Accept, Accept),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour { verbs: Some(on_verb), ..Behaviour::PLAIN },
};

/// How many of our marks the peer has not reached.
#[derive(Debug, Default)]
pub(crate) struct State {
    due: u16,
}

/// Sends a timing mark.
pub(crate) fn send(state: &mut State, out: &mut Vec<u8>) {
    state.due = state.due.saturating_add(1);
    escape::negotiation(Verb::Do, Opt::TM, out);
}

fn on_verb(context: &mut Context<'_>, verb: Verb) -> Option<Event<'static>> {
    match verb {
        Verb::Do => {
            let accepted = context.config.policy.accepts(Side::Local, Opt::TM);
            escape::negotiation(Verb::of(Side::Local, accepted), Opt::TM, context.out);
            Some(Event::Requested(Opt::TM))
        }
        Verb::Dont => None,
        Verb::Will | Verb::Wont => {
            let due = &mut context.states.tm.due;
            if *due == 0 {
                return Some(Event::Violation(Violation::UnsolicitedTimingMark));
            }
            *due -= 1;
            Some(Event::TimingMark)
        }
    }
}
