//! ECHO: option 1, RFC 857. There is no subnegotiation.
//!
//! The server echoes, never the client: a client refuses DO ECHO at once, since servers probe with it for old clients
//! that would loop, and some wait for the answer. MUD clients take WILL ECHO for "a password follows", so it isn't
//! offered to them when the connection opens.

use super::{Behaviour, Opt, Row, When};
use crate::policy::Stance::{Accept, Refuse, Request};

pub(super) const ROW: Row = Row {
    option: Opt::ECHO,
    source: "RFC 857",
    server: (Request, Refuse),
    client: (Refuse, Accept),
    asked: (When::AfterNameUnlessMud, When::Burst),
    behaviour: Behaviour::PLAIN,
};
