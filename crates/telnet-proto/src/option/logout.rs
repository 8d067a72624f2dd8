//! LOGOUT: option 18, RFC 727. There is no subnegotiation, and no state: a request is made, granted or refused.
//!
//! `DO LOGOUT` asks the other end to log us out; it says `WILL` and does, or `WONT`. `WILL LOGOUT` unasked warns that the
//! sender is about to log its user out; `DO` lets it, and `DONT` asks it not to.
//!
//! By default a server grants it and a client asks a server that warns to leave it logged in.

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse};
use crate::{Event, Role, Side, Verb, escape};

pub(super) const ROW: Row = Row {
    option: Opt::LOGOUT,
    source: "RFC 727",
    server: (Accept, Refuse),
    client: (Refuse, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour { verbs: Some(on_verb), ..Behaviour::PLAIN },
};

/// What came about logging out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Logout {
    /// The peer asked to be logged out, and was told that it will be: end the connection.
    Requested,
    /// The peer logs us out, as we asked.
    Granted,
    /// The peer does not log us out, though we asked, or doesn't want to be logged out, though we warned it.
    Refused,
    /// The peer is about to log us out.
    Warned,
}

/// Which side's logout we spoke of, and whose answer is due.
#[derive(Debug, Default)]
pub(crate) struct State {
    asked: bool,
    warned: bool,
}

/// A client asks to be logged out, a server warns that it is about to log its client out.
pub(crate) fn send(role: Role, state: &mut State, out: &mut Vec<u8>) {
    let verb = match role {
        Role::Client => Verb::Do,
        Role::Server => Verb::Will,
    };
    match role {
        Role::Client => state.asked = true,
        Role::Server => state.warned = true,
    }
    escape::negotiation(verb, Opt::LOGOUT, out);
}

fn on_verb(context: &mut Context<'_>, verb: Verb) -> Option<Event<'static>> {
    let policy = &context.config.policy;
    let state = &mut context.states.logout;
    match verb {
        // It lets us do what we warned of.
        Verb::Do if std::mem::take(&mut state.warned) => Some(Event::Logout(Logout::Requested)),
        Verb::Do => {
            let accepted = policy.accepts(Side::Local, Opt::LOGOUT);
            escape::negotiation(Verb::of(Side::Local, accepted), Opt::LOGOUT, context.out);
            accepted.then_some(Event::Logout(Logout::Requested))
        }
        Verb::Dont => std::mem::take(&mut state.warned).then_some(Event::Logout(Logout::Refused)),
        Verb::Will if std::mem::take(&mut state.asked) => Some(Event::Logout(Logout::Granted)),
        Verb::Will => {
            let accepted = policy.accepts(Side::Remote, Opt::LOGOUT);
            escape::negotiation(Verb::of(Side::Remote, accepted), Opt::LOGOUT, context.out);
            Some(Event::Logout(Logout::Warned))
        }
        Verb::Wont => std::mem::take(&mut state.asked).then_some(Event::Logout(Logout::Refused)),
    }
}
