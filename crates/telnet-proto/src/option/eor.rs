//! EOR, end of record: option 25, RFC 885. There is no subnegotiation; `IAC EOR` may be sent once it is agreed.
//!
//! In the MUD world it marks a prompt, and does so beside SGA, which go-ahead cannot: so it is offered to MUD clients.

use super::{Behaviour, Opt, Row, When};
use crate::policy::Stance::{Accept, Request};

pub(super) const ROW: Row = Row {
    option: Opt::EOR,
    source: "RFC 885",
    server: (Request, Accept),
    client: (Accept, Accept),
    asked: (When::AfterNameIfMud, When::Burst),
    behaviour: Behaviour::PLAIN,
};
