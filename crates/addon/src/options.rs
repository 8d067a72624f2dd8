//! What JavaScript gives as options, converted to what the crates take.

use std::time::Duration;

use napi::{Error, Result};
use napi_derive::napi;
use telnet_charset::{Charset, ErrorRule};
use telnet_net::{PaceOptions, Settings, SocketOptions, Text, charset};
use telnet_proto::option::linemode::Mode;
use telnet_proto::option::new_environ::{Kind, Variable};
use telnet_proto::option::tspeed::Speed;
use telnet_proto::{Config, Limits, Opt, Policy, Role, Side, Stance};

/// An endpoint: its role, its text, its policy, its limits, and what a client tells.
#[napi(object, object_to_js = false)]
pub struct EndpointOptions {
    #[napi(ts_type = "'server' | 'client'")]
    pub role: String,
    /// Absent: bytes mode.
    pub encoding: Option<String>,
    /// The encoding is the default, not the user's choice.
    pub encoding_is_default: Option<bool>,
    #[napi(ts_type = "'replace' | 'ignore' | 'strict' | 'surrogate'")]
    pub encoding_errors: Option<String>,
    pub force_binary: Option<bool>,
    /// The peer ends lines as ASCII does, though its set has a line end of its own.
    pub ascii_line_ends: Option<bool>,
    /// A client takes the set of a font that its server chooses.
    pub follow_fonts: Option<bool>,
    /// Changes of the role's default policy, three numbers each: side (0 local, 1 remote), option, stance (0 refuse, 1
    /// accept, 2 request).
    pub policy: Option<Vec<u32>>,
    pub limits: Option<LimitOptions>,
    pub terminal_types: Option<Vec<String>>,
    pub columns: Option<u32>,
    pub rows: Option<u32>,
    /// The mode that a server proposes to a client that performs LINEMODE; absent: 0, the server edits.
    pub linemode: Option<u32>,
    /// Bits a second: transmit, receive.
    pub terminal_speed: Option<Vec<u32>>,
    /// Absent: not told.
    pub x_display_location: Option<String>,
    /// Absent: not told.
    pub location: Option<String>,
    pub environment: Option<Vec<VariableOptions>>,
    pub environment_names: Option<Vec<String>>,
    /// Character sets to offer (RFC 2066). Absent: the role's.
    pub charsets: Option<Vec<String>>,
    pub are_you_there: Option<String>,
    /// Tell all that comes and goes as it stands on the wire.
    pub trace: Option<bool>,
    /// The stream is one of TLS: nothing is compressed.
    pub secure: Option<bool>,
    /// Milliseconds; 0 or absent: never.
    pub idle_timeout: Option<u32>,
    /// Milliseconds; absent: off.
    pub keep_alive: Option<u32>,
    /// Absent: a peer that by its first bytes speaks TLS or HTTP is closed.
    pub strangers: Option<bool>,
}

/// Bounds; what is absent has its default.
#[napi(object, object_to_js = false)]
pub struct LimitOptions {
    pub subnegotiation: Option<u32>,
    pub environment_variables: Option<u32>,
    pub environment_name: Option<u32>,
    pub environment_value: Option<u32>,
    pub columns: Option<u32>,
    pub rows: Option<u32>,
    /// Bytes.
    pub queued_output: Option<u32>,
    /// Milliseconds; 0: for ever.
    pub write_stall: Option<u32>,
    /// Bytes a second; 0: any number.
    pub input_rate: Option<f64>,
    /// Commands a second; 0: any number.
    pub negotiation_rate: Option<f64>,
}

/// A variable of a client's environment.
#[napi(object, object_to_js = false)]
pub struct VariableOptions {
    pub name: String,
    pub value: String,
    /// Told as USERVAR.
    pub user: Option<bool>,
}

impl EndpointOptions {
    /// The conversation that is meant.
    pub fn settings(&self) -> Result<Settings> {
        let text = self.text()?;
        let insists = !self.encoding_is_default.unwrap_or(false);
        let mut settings = Settings::new(self.protocol(text)?, text);
        settings.insists = insists;
        settings.follows_fonts = self.follow_fonts.unwrap_or(false);
        settings.traced = self.trace.unwrap_or(false);
        Ok(if self.secure.unwrap_or(false) { settings.under_tls() } else { settings })
    }

    /// The socket that is meant.
    pub fn socket(&self) -> SocketOptions {
        let default = SocketOptions::default();
        let limits = self.limits.as_ref();
        let write_stall = limits.and_then(|limits| limits.write_stall);
        SocketOptions {
            queued_output: limits.and_then(|limits| limits.queued_output).map_or(default.queued_output, |n| n as usize),
            write_stall: write_stall.map_or(default.write_stall, milliseconds),
            idle: self.idle_timeout.and_then(milliseconds),
            keep_alive: self.keep_alive.map(|time| Duration::from_millis(time.into())),
            refuses_strangers: !self.strangers.unwrap_or(false),
            pace: PaceOptions {
                input: limits.and_then(|limits| limits.input_rate).unwrap_or(0.0),
                negotiation: limits.and_then(|limits| limits.negotiation_rate).unwrap_or(0.0),
            },
        }
    }

    fn protocol(&self, text: Option<Text>) -> Result<Config> {
        let role = match self.role.as_str() {
            "server" => Role::Server,
            "client" => Role::Client,
            other => return Err(invalid(format!("role: '{other}' is neither 'server' nor 'client'"))),
        };
        let mut config = Config::for_role(role);
        if let Some(display) = &self.x_display_location {
            config.policy.set(Side::Local, Opt::XDISPLOC, Stance::Accept);
            config.x_display_location = display.as_str().into();
        }
        if let Some(location) = &self.location {
            config.policy.set(Side::Local, Opt::SNDLOC, Stance::Accept);
            config.location = location.as_str().into();
        }
        config.linemode = Mode::from_mask(self.linemode.unwrap_or(0) as u8);
        if let Some(&[transmit, receive]) = self.terminal_speed.as_deref() {
            config.terminal_speed = Speed { transmit, receive };
        }
        change_policy(&mut config.policy, self.policy.as_deref().unwrap_or_default())?;
        if let Some(limits) = &self.limits {
            limits.change(&mut config.limits);
        }
        if let Some(names) = &self.terminal_types {
            config.terminal_types = names.iter().map(|name| name.as_str().into()).collect();
        }
        if let Some(names) = &self.environment_names {
            config.environment_names = names.iter().map(|name| name.as_str().into()).collect();
            config.asks_whole_environment = false;
        }
        if let Some(names) = &self.charsets {
            config.charsets = names.iter().map(|name| name.as_str().into()).collect();
        } else if role == Role::Server {
            config.charsets = charset::offered(text.map(|text| text.charset));
        }
        if let Some(answer) = &self.are_you_there {
            config.are_you_there = answer.as_bytes().into();
        }
        config.window = (short(self.columns, config.window.0), short(self.rows, config.window.1));
        config.environment = self.environment.iter().flatten().map(VariableOptions::variable).collect();
        Ok(config)
    }

    fn text(&self) -> Result<Option<Text>> {
        let Some(name) = &self.encoding else { return Ok(None) };
        let charset = Charset::for_name(name).ok_or_else(|| invalid(format!("encoding: '{name}' is unknown")))?;
        let errors = match self.encoding_errors.as_deref().unwrap_or("replace") {
            "replace" => ErrorRule::Replace,
            "ignore" => ErrorRule::Ignore,
            "strict" => ErrorRule::Strict,
            "surrogate" => ErrorRule::Surrogate,
            other => return Err(invalid(format!("encodingErrors: '{other}' is unknown"))),
        };
        let (forced, ascii_line_ends) = (self.force_binary.unwrap_or(false), self.ascii_line_ends.unwrap_or(false));
        Ok(Some(Text { charset, forced, errors, ascii_line_ends }))
    }
}

impl VariableOptions {
    fn variable(&self) -> Variable {
        let kind = if self.user.unwrap_or(false) { Kind::UserVar } else { Kind::Var };
        Variable { kind, name: self.name.as_str().into(), value: self.value.as_str().into() }
    }
}

impl LimitOptions {
    fn change(&self, limits: &mut Limits) {
        limits.subnegotiation = self.subnegotiation.unwrap_or(limits.subnegotiation);
        limits.environment_variables = short(self.environment_variables, limits.environment_variables);
        limits.environment_name = short(self.environment_name, limits.environment_name);
        limits.environment_value = short(self.environment_value, limits.environment_value);
        limits.columns = short(self.columns, limits.columns);
        limits.rows = short(self.rows, limits.rows);
    }
}

fn change_policy(policy: &mut Policy, changes: &[u32]) -> Result<()> {
    for change in changes.chunks(3) {
        let (side, option, stance) = match *change {
            [side @ 0..=1, option @ 0..=255, stance @ 0..=2] => (side, option, stance),
            _ => return Err(invalid(format!("policy: {change:?} is not side, option and stance"))),
        };
        let side = if side == 0 { Side::Local } else { Side::Remote };
        let stance = [Stance::Refuse, Stance::Accept, Stance::Request][stance as usize];
        policy.set(side, Opt(option as u8), stance);
    }
    Ok(())
}

fn milliseconds(time: u32) -> Option<Duration> {
    (time > 0).then(|| Duration::from_millis(time.into()))
}

fn short(number: Option<u32>, default: u16) -> u16 {
    number.map_or(default, |number| u16::try_from(number).unwrap_or(u16::MAX))
}

fn invalid(reason: String) -> Error {
    Error::new(napi::Status::InvalidArg, reason)
}
