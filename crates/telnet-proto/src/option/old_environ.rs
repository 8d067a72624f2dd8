//! OLD-ENVIRON, environment: option 36, RFC 1408, which [NEW-ENVIRON](super::new_environ) took the place of.
//!
//! The form is the same, but early implementations had VAR and VALUE swapped, and nobody can tell beforehand (RFC 1571). So a
//! server asks for everything, which takes neither; a client answers as it was asked. Where the newer option is on, this one
//! is refused: some servers would wait for the answers of both.

use super::{Behaviour, Opt, Row, When, new_environ};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse};
use crate::{Role, Side, escape};

pub(super) const ROW: Row = Row {
    option: Opt::OLD_ENVIRON,
    source: "RFC 1408",
    server: (Refuse, Accept),
    client: (Accept, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour {
        enabled: on_enabled,
        disabled: on_disabled,
        receive: Some(|context, payload| new_environ::receive(context, Opt::OLD_ENVIRON, payload)),
        verbs: None,
    },
};

/// Server: whether the variables were asked for, and an answer is due. It is asked once a connection.
#[derive(Debug, Default)]
pub(crate) struct State {
    asked: bool,
    awaiting: bool,
}

impl State {
    pub(crate) fn is_awaiting(&self) -> bool {
        self.awaiting
    }

    pub(super) fn on_answered(&mut self) {
        self.awaiting = false;
    }
}

fn on_enabled(context: &mut Context<'_>, side: Side) {
    let asks = context.config.role == Role::Server && side == Side::Remote;
    if !asks || context.states.old_environ.asked {
        return;
    }
    context.states.old_environ = State { asked: true, awaiting: true };
    escape::subnegotiation(Opt::OLD_ENVIRON, &[new_environ::SEND], context.out);
}

fn on_disabled(context: &mut Context<'_>, side: Side) {
    if side == Side::Remote {
        context.states.old_environ.awaiting = false;
    }
}
