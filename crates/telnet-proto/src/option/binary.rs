//! BINARY, binary transmission: option 0, RFC 856. Each direction is agreed by itself; there is no subnegotiation.
//!
//! It changes no byte of the stream, only which character set text is in (NVT ASCII without it). A server asks for the
//! peer's direction when the peer has agreed to ours: some MUD clients take both for one and answer once.

use super::{Behaviour, Opt, Row, When};
use crate::policy::Stance::{Accept, Request};
use crate::{Role, Side};

pub(super) const ROW: Row = Row {
    option: Opt::BINARY,
    source: "RFC 856",
    server: (Request, Request),
    client: (Accept, Accept),
    asked: (When::Burst, When::AfterLocal),
    behaviour: Behaviour {
        enabled: |context, side| {
            let server = context.config.role == Role::Server;
            if server && side == Side::Local && context.config.policy.requests(Side::Remote, Opt::BINARY) {
                context.ask(Side::Remote, Opt::BINARY, true);
            }
        },
        ..Behaviour::PLAIN
    },
};
