//! What an endpoint is told before it starts: shared by all connections of a server.

use std::fmt;

use crate::option::charset;
use crate::option::linemode::Mode;
use crate::option::new_environ::{self, Variable};
use crate::option::tspeed::Speed;
use crate::{Limits, Policy};

/// Which end of the connection we are. The roles differ in what they may ask, tell and answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Accepted the connection.
    Server,
    /// Opened the connection.
    Client,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Server => "server",
            Role::Client => "client",
        })
    }
}

/// The configuration of an endpoint.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which end we are.
    pub role: Role,
    /// What we offer, ask, accept and refuse.
    pub policy: Policy,
    /// Bounds on what the peer may send.
    pub limits: Limits,
    /// Data is text: CR NUL is handed out as CR.
    pub text: bool,
    /// What we send for Are-you-there (RFC 854 wants "some visible evidence"); at most 32 bytes are sent, so that the
    /// question is not worth asking to flood somebody. **Default:** `[Yes]` on a line of its own.
    pub are_you_there: Box<[u8]>,
    /// Client: the terminal's names, best first; the last is repeated to end the cycle (RFC 1091). At most 80 bytes each
    /// are sent. **Default:** `unknown`.
    pub terminal_types: Vec<Box<str>>,
    /// Client: the window in characters. **Default:** 80 × 25.
    pub window: (u16, u16),
    /// Client: the speed of the terminal (RFC 1079). **Default:** 38,400 both ways.
    pub terminal_speed: Speed,
    /// Client: the X display, told to a server that asks where the policy agrees to XDISPLOC (RFC 1096), which it does not
    /// by default. At most 80 bytes are sent. **Default:** empty.
    pub x_display_location: Box<str>,
    /// Client: where the user is, told to a server that asks where the policy agrees to SNDLOC (RFC 779), which it does not
    /// by default. At most 80 bytes are sent. **Default:** empty.
    pub location: Box<str>,
    /// Client: the environment. Only what stands here is ever sent. **Default:** none.
    pub environment: Vec<Variable>,
    /// Server: the variables asked for by name. **Default:** [`new_environ::ASKED`].
    pub environment_names: Vec<Box<str>>,
    /// Server: then a client is asked for all others that it would tell, too. **Default:** true.
    pub asks_whole_environment: bool,
    /// Server: the mode proposed to a client that performs LINEMODE. **Default:** 0, the server edits.
    pub linemode: Mode,
    /// The names of the character sets that are offered (RFC 2066): by a server when the peer agrees to its CHARSET, by both
    /// where the caller asks without names of its own. **Default:** [`charset::OFFERED`].
    pub charsets: Vec<Box<str>>,
}

impl Config {
    /// The defaults of a role.
    pub fn for_role(role: Role) -> Config {
        Config {
            role,
            policy: Policy::for_role(role),
            limits: Limits::default(),
            text: true,
            are_you_there: (*b"\r\n[Yes]\r\n").into(),
            terminal_types: vec!["unknown".into()],
            window: (80, 25),
            terminal_speed: Speed { transmit: 38_400, receive: 38_400 },
            x_display_location: "".into(),
            location: "".into(),
            environment: Vec::new(),
            environment_names: new_environ::ASKED.iter().map(|&name| name.into()).collect(),
            asks_whole_environment: true,
            linemode: Mode::default(),
            charsets: charset::OFFERED.iter().map(|&name| name.into()).collect(),
        }
    }
}
