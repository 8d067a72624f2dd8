//! Options: their numbers and names, and the registry of those that have behaviour here.
//!
//! Each implemented option has a file with its wire layout, its codec and what each role does with it, and one row in
//! [`REGISTRY`]. Adding an option is a file and a row.

pub mod asked;
pub mod binary;
pub mod charset;
pub mod echo;
pub mod eor;
pub mod lflow;
pub mod linemode;
pub mod logout;
pub mod mccp;
pub mod naws;
pub mod new_environ;
pub mod old_environ;
pub mod sga;
pub mod sndloc;
pub mod status;
pub mod tm;
pub mod tspeed;
pub mod ttype;
pub mod xdisploc;

use std::fmt;

use crate::endpoint::Context;
use crate::policy::Stance;
use crate::{Event, Side, Verb};

/// A Telnet option's number. (`Option` is Rust's.) Unknown numbers survive and print as such.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Opt(pub u8);

/// An implemented option.
#[derive(Debug)]
pub struct Row {
    /// Its number.
    pub option: Opt,
    /// The document that governs it.
    pub source: &'static str,
    /// A server's default stance on (local, remote).
    pub server: (Stance, Stance),
    /// A client's default stance on (local, remote).
    pub client: (Stance, Stance),
    /// When a server that requests it asks for (local, remote).
    pub asked: (When, When),
    pub(crate) behaviour: Behaviour,
}

/// When a server asks for an option that its policy requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// At once.
    First,
    /// When the peer has spoken Telnet.
    Burst,
    /// When the peer's first terminal type is known or refused.
    AfterName,
    /// The same, unless it is that of a MUD client.
    AfterNameUnlessMud,
    /// The same, only if it is that of a MUD client.
    AfterNameIfMud,
    /// When the peer agreed to the local side (the option's file asks by itself), or in the burst where a policy
    /// doesn't request that side.
    AfterLocal,
}

/// What an option does beyond being on or off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Behaviour {
    /// A side went on.
    pub(crate) enabled: fn(&mut Context<'_>, Side),
    /// A side went off, or the peer refused it.
    pub(crate) disabled: fn(&mut Context<'_>, Side),
    /// A subnegotiation came. `None`: the option has none of its own, and the payload goes to the caller.
    pub(crate) receive: Option<for<'a> fn(&mut Context<'_>, &'a [u8]) -> Event<'a>>,
    /// The option does not follow the Q method: this handles its verbs.
    pub(crate) verbs: Option<fn(&mut Context<'_>, Verb) -> Option<Event<'static>>>,
}

impl Behaviour {
    /// On or off is all there is.
    pub(crate) const PLAIN: Behaviour =
        Behaviour { enabled: |_, _| {}, disabled: |_, _| {}, receive: None, verbs: None };
}

/// The implemented options, in the order in which a server asks for those that it asks for together.
pub static REGISTRY: &[Row] = &[
    ttype::ROW,
    sga::ROW,
    echo::ROW,
    binary::ROW,
    naws::ROW,
    new_environ::ROW,
    old_environ::ROW,
    charset::ROW,
    eor::ROW,
    tspeed::ROW,
    xdisploc::ROW,
    sndloc::ROW,
    lflow::ROW,
    status::ROW,
    logout::ROW,
    tm::ROW,
    linemode::ROW,
    mccp::MCCP2,
    mccp::MCCP3,
    mccp::MCCP1,
];

/// The row of an implemented option.
pub fn row(option: Opt) -> Option<&'static Row> {
    REGISTRY.iter().find(|row| row.option == option)
}

/// The option that takes the place of another: that one is refused where it is on.
pub(crate) fn yields_to(option: Opt) -> Option<Opt> {
    match option {
        Opt::OLD_ENVIRON => Some(Opt::NEW_ENVIRON),
        Opt::MCCP1 => Some(Opt::MCCP2),
        _ => None,
    }
}

/// The state that options keep for a connection.
#[derive(Debug)]
pub(crate) struct States {
    pub(crate) charset: charset::State,
    pub(crate) lflow: lflow::FlowControl,
    pub(crate) logout: logout::State,
    /// Made when it is needed: few connections come to it.
    pub(crate) linemode: Option<Box<linemode::State>>,
    pub(crate) naws: naws::State,
    pub(crate) new_environ: new_environ::State,
    pub(crate) old_environ: old_environ::State,
    pub(crate) status: status::State,
    pub(crate) tm: tm::State,
    /// Server: the speed was asked for.
    pub(crate) tspeed_due: bool,
    pub(crate) ttype: ttype::State,
    /// Server: the display was asked for.
    pub(crate) xdisploc_due: bool,
}

impl States {
    pub(crate) fn new(config: &crate::Config) -> States {
        States {
            charset: Default::default(),
            lflow: Default::default(),
            logout: Default::default(),
            linemode: None,
            naws: naws::State::new(config.window),
            new_environ: new_environ::State::new(&config.environment),
            old_environ: Default::default(),
            status: Default::default(),
            tm: Default::default(),
            tspeed_due: false,
            ttype: Default::default(),
            xdisploc_due: false,
        }
    }

    /// True while the value of an option was asked for and is due.
    pub(crate) fn is_awaiting(&self) -> bool {
        let linemode = self.linemode.as_ref().is_some_and(|linemode| linemode.is_awaiting());
        self.ttype.is_awaiting()
            || self.new_environ.is_awaiting()
            || self.old_environ.is_awaiting()
            || self.tspeed_due
            || self.xdisploc_due
            || self.charset.is_awaiting()
            || linemode
    }
}

macro_rules! options {
    ($($constant:ident = $number:literal, $name:literal, $title:literal;)*) => {
        impl Opt {
            $(#[doc = concat!($title, " (", $number, ").")] pub const $constant: Opt = Opt($number);)*

            /// Every registered option: its name and its number, in the order of the numbers.
            pub const NAMES: &'static [(&'static str, Opt)] = &[$(($name, Opt::$constant)),*];
        }
    };
}

options! {
    BINARY = 0, "BINARY", "Binary transmission, RFC 856";
    ECHO = 1, "ECHO", "Echo, RFC 857";
    RCP = 2, "RCP", "Reconnection";
    SGA = 3, "SGA", "Suppress go-ahead, RFC 858";
    NAMS = 4, "NAMS", "Approximate message size negotiation";
    STATUS = 5, "STATUS", "Status, RFC 859";
    TM = 6, "TM", "Timing mark, RFC 860";
    RCTE = 7, "RCTE", "Remote controlled transmission and echoing, RFC 726";
    NAOL = 8, "NAOL", "Output line width";
    NAOP = 9, "NAOP", "Output page size";
    NAOCRD = 10, "NAOCRD", "Output carriage-return disposition, RFC 652";
    NAOHTS = 11, "NAOHTS", "Output horizontal tab stops, RFC 653";
    NAOHTD = 12, "NAOHTD", "Output horizontal tab disposition, RFC 654";
    NAOFFD = 13, "NAOFFD", "Output form-feed disposition, RFC 655";
    NAOVTS = 14, "NAOVTS", "Output vertical tab stops, RFC 656";
    NAOVTD = 15, "NAOVTD", "Output vertical tab disposition, RFC 657";
    NAOLFD = 16, "NAOLFD", "Output line-feed disposition, RFC 658";
    XASCII = 17, "XASCII", "Extended ASCII, RFC 698";
    LOGOUT = 18, "LOGOUT", "Logout, RFC 727";
    BM = 19, "BM", "Byte macro, RFC 735";
    DET = 20, "DET", "Data entry terminal, RFC 1043";
    SUPDUP = 21, "SUPDUP", "SUPDUP, RFC 736";
    SUPDUPOUTPUT = 22, "SUPDUPOUTPUT", "SUPDUP output, RFC 749";
    SNDLOC = 23, "SNDLOC", "Send location, RFC 779";
    TTYPE = 24, "TTYPE", "Terminal type, RFC 1091";
    EOR = 25, "EOR", "End of record, RFC 885";
    TUID = 26, "TUID", "TACACS user identification, RFC 927";
    OUTMRK = 27, "OUTMRK", "Output marking, RFC 933";
    TTYLOC = 28, "TTYLOC", "Terminal location number, RFC 946";
    VT3270REGIME = 29, "VT3270REGIME", "3270 regime, RFC 1041";
    X3PAD = 30, "X3PAD", "X.3 PAD, RFC 1053";
    NAWS = 31, "NAWS", "Window size, RFC 1073";
    TSPEED = 32, "TSPEED", "Terminal speed, RFC 1079";
    LFLOW = 33, "LFLOW", "Remote flow control, RFC 1372";
    LINEMODE = 34, "LINEMODE", "Linemode, RFC 1184";
    XDISPLOC = 35, "XDISPLOC", "X display location, RFC 1096";
    OLD_ENVIRON = 36, "OLD_ENVIRON", "Environment, RFC 1408";
    AUTHENTICATION = 37, "AUTHENTICATION", "Authentication, RFC 2941";
    ENCRYPT = 38, "ENCRYPT", "Encryption, RFC 2946";
    NEW_ENVIRON = 39, "NEW_ENVIRON", "New environment, RFC 1572";
    TN3270E = 40, "TN3270E", "TN3270E, RFC 2355";
    XAUTH = 41, "XAUTH", "X authority";
    CHARSET = 42, "CHARSET", "Character set, RFC 2066";
    RSP = 43, "RSP", "Remote serial port";
    COM_PORT = 44, "COM_PORT", "COM port control, RFC 2217";
    SUPPRESS_LOCAL_ECHO = 45, "SUPPRESS_LOCAL_ECHO", "Suppress local echo";
    START_TLS = 46, "START_TLS", "Start TLS";
    KERMIT = 47, "KERMIT", "Kermit, RFC 2840";
    SEND_URL = 48, "SEND_URL", "Send URL";
    FORWARD_X = 49, "FORWARD_X", "Forward X";
    MSDP = 69, "MSDP", "Mud server data protocol";
    MSSP = 70, "MSSP", "Mud server status protocol";
    MCCP1 = 85, "MCCP1", "Mud client compression protocol, version 1";
    MCCP2 = 86, "MCCP2", "Mud client compression protocol, version 2";
    MCCP3 = 87, "MCCP3", "Mud client compression protocol, version 3";
    MCCPX = 88, "MCCPX", "Mud client compression protocol, version 4";
    MSP = 90, "MSP", "Mud sound protocol";
    MXP = 91, "MXP", "Mud extension protocol";
    ZMP = 93, "ZMP", "Zenith mud protocol";
    AARDWOLF = 102, "AARDWOLF", "Aardwolf channel";
    MPLEX = 112, "MPLEX", "Screen multiplexing";
    PRAGMA_LOGON = 138, "PRAGMA_LOGON", "Pragma logon";
    SSPI_LOGON = 139, "SSPI_LOGON", "SSPI logon";
    PRAGMA_HEARTBEAT = 140, "PRAGMA_HEARTBEAT", "Pragma heartbeat";
    ATCP = 200, "ATCP", "Achaea Telnet client protocol";
    GMCP = 201, "GMCP", "Generic mud communication protocol";
    MPCP = 202, "MPCP", "Mud proxy communication protocol";
    EXOPL = 255, "EXOPL", "Extended options list, RFC 861";
}

impl Opt {
    /// The option of that name; case, `-` and `_` don't matter.
    pub fn from_name(name: &str) -> Option<Opt> {
        let name = name.to_ascii_uppercase().replace('-', "_");
        let found = Self::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|&(_, option)| option)
    }

    /// Its name, if it is registered.
    pub fn name(self) -> Option<&'static str> {
        let at = Self::NAMES.binary_search_by_key(&self, |&(_, option)| option).ok()?;
        Some(Self::NAMES[at].0)
    }
}

impl fmt::Display for Opt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Debug for Opt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opt({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_go_both_ways() {
        assert!(Opt::NAMES.is_sorted_by(|(_, a), (_, b)| a < b));
        for &(name, option) in Opt::NAMES {
            assert_eq!(option.name(), Some(name));
            assert_eq!(Opt::from_name(&name.to_lowercase().replace('_', "-")), Some(option));
        }
        assert_eq!(Opt::from_name("no such"), None);
        assert_eq!(Opt(99).to_string(), "99");
    }

    #[test]
    fn each_option_has_one_row() {
        for row in REGISTRY {
            assert_eq!(REGISTRY.iter().filter(|other| other.option == row.option).count(), 1, "{}", row.option);
        }
    }
}
