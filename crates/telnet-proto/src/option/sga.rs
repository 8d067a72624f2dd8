//! SGA, suppress go-ahead: option 3, RFC 858. There is no subnegotiation.
//!
//! With ECHO it makes the character-at-a-time mode that RFC 1184 calls "kludge linemode".

use super::{Behaviour, Opt, Row, When};
use crate::policy::Stance::{Accept, Request};

pub(super) const ROW: Row = Row {
    option: Opt::SGA,
    source: "RFC 858",
    server: (Request, Accept),
    client: (Accept, Accept),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour::PLAIN,
};
