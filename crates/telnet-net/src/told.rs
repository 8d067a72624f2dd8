//! What is rare and has a form of its own, as JSON: what an option tells beyond being on or off, mostly in a record of
//! [`Kind::Value`], and what a peer does wrong.

use telnet_proto::option::lflow::FlowControl;
use telnet_proto::option::linemode::{Function, Special};
use telnet_proto::option::logout::Logout;
use telnet_proto::option::new_environ::{Environment, Kind as VariableKind};
use telnet_proto::option::status::{Entry, Report};
use telnet_proto::option::tspeed::Speed;
use telnet_proto::{Endpoint, Event, Limits, Opt, Violation};

use crate::batch::{Batch, Kind};
use crate::json::{self, Value};

/// A status says each side of each option once; what a peer adds to that is not passed on.
const MOST_ENTRIES: usize = 512;
/// Bytes of the values in a status that are passed on.
const MOST_VALUES: usize = 4_096;

/// Appends the record of an event that has no kind of its own. One that tells nothing is left out.
pub(crate) fn push(connection: u32, event: &Event<'_>, batch: &mut Batch) {
    let mut value = Vec::new();
    let option = match event {
        Event::TerminalSpeed(speed) => terminal_speed(*speed, &mut value),
        Event::XDisplayLocation(display) => text(Opt::XDISPLOC, display, &mut value),
        Event::Location(location) => text(Opt::SNDLOC, location, &mut value),
        Event::FlowControl(flow) => flow_control(*flow, &mut value),
        Event::Status(report) => status(report, &mut value),
        Event::Logout(logout) => log_out(*logout, &mut value),
        // The events of the protocol crate are a growing list; what is not known here is not told.
        _ => return,
    };
    batch.push(connection, Kind::Value, option.0.into(), &value);
}

/// Appends the record of all that holds of LINEMODE:
/// `{"mode":3,"specials":[[1,3,0],[2,3,0]…],"forwardMask":[0,4]}`. `mode` and `forwardMask` may be null.
pub(crate) fn push_linemode(connection: u32, endpoint: &Endpoint, batch: &mut Batch) {
    batch.push_with(connection, Kind::Value, Opt::LINEMODE.0.into(), |out| {
        let mode = endpoint.linemode().map_or("null".to_owned(), |mode| mode.mask().to_string());
        let specials: Vec<[u8; 3]> = endpoint.special_characters().iter().map(triplet).collect();
        let mask = endpoint.forward_mask().map_or("null".to_owned(), |mask| format!("{:?}", mask.as_bytes()));
        let json = format!(r#"{{"mode":{mode},"specials":{specials:?},"forwardMask":{mask}}}"#);
        out.extend_from_slice(json.as_bytes());
    });
}

/// A function, its level and flags, and its character.
fn triplet((function, special): (Function, Special)) -> [u8; 3] {
    [function.0, special.flags(), special.value]
}

/// `{"transmit":38400,"receive":38400}`
fn terminal_speed(speed: Speed, out: &mut Vec<u8>) -> Opt {
    out.extend_from_slice(format!(r#"{{"transmit":{},"receive":{}}}"#, speed.transmit, speed.receive).as_bytes());
    Opt::TSPEED
}

fn text(option: Opt, text: &[u8], out: &mut Vec<u8>) -> Opt {
    json::string(text, out);
    option
}

/// `{"enabled":true,"restartAny":false}`
fn flow_control(flow: FlowControl, out: &mut Vec<u8>) -> Opt {
    let FlowControl { enabled, restart_any } = flow;
    out.extend_from_slice(format!(r#"{{"enabled":{enabled},"restartAny":{restart_any}}}"#).as_bytes());
    Opt::LFLOW
}

/// `[["WILL",1],["SB",31,[0,80,0,25]]]`, the values with SE single.
fn status(report: &Report<'_>, out: &mut Vec<u8>) -> Opt {
    let mut room = MOST_VALUES;
    out.push(b'[');
    for (index, entry) in report.entries().take(MOST_ENTRIES).enumerate() {
        if index > 0 {
            out.push(b',');
        }
        let entry = match entry {
            Entry::Verb(verb, option) => format!(r#"["{verb}",{}]"#, option.0),
            Entry::Part(option, data) => {
                let data = &data[..data.len().min(room)];
                room -= data.len();
                format!(r#"["SB",{},{:?}]"#, option.0, single_ends(data))
            }
        };
        out.extend_from_slice(entry.as_bytes());
    }
    out.push(b']');
    Opt::STATUS
}

/// A value of a status as it would stand in its own subnegotiation.
fn single_ends(data: &[u8]) -> Vec<u8> {
    const SE: u8 = telnet_proto::Command::SE.0;
    let mut single = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((&byte, after)) = rest.split_first() {
        single.push(byte);
        rest = if byte == SE { after.strip_prefix(&[SE]).unwrap_or(after) } else { after };
    }
    single
}

/// `"requested"`, `"granted"`, `"refused"` or `"warned"`.
fn log_out(logout: Logout, out: &mut Vec<u8>) -> Opt {
    let word = match logout {
        Logout::Requested => "requested",
        Logout::Granted => "granted",
        Logout::Refused => "refused",
        Logout::Warned => "warned",
    };
    text(Opt::LOGOUT, word.as_bytes(), out)
}

/// `{"code":…,"option":…,"message":…}`, the option as a number or null.
pub(crate) fn write_violation(violation: Violation, out: &mut Vec<u8>) {
    let option = violation.option().map_or(Value::None, |option| Value::Number(option.0.into()));
    let message = violation.to_string();
    let members = [("code", Value::Text(violation.code())), ("option", option), ("message", Value::Text(&message))];
    json::object(&members, out);
}

/// `[[kind, name, value or null], …]`, the kind as on the wire.
pub(crate) fn write_environment(told: &Environment<'_>, limits: &Limits, out: &mut Vec<u8>) {
    let mut before = b'[';
    for variable in told.variables(limits) {
        let kind = match variable.kind {
            VariableKind::Var => b"[0,",
            VariableKind::UserVar => b"[3,",
        };
        out.push(before);
        before = b',';
        out.extend_from_slice(kind);
        json::string(&variable.name, out);
        out.push(b',');
        match variable.value {
            Some(value) => json::string(&value, out),
            None => out.extend_from_slice(b"null"),
        }
        out.push(b']');
    }
    if before == b'[' {
        out.push(b'[');
    }
    out.push(b']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn se_is_single_in_a_value() {
        assert_eq!(single_ends(&[0, 240, 240, 1, 240, 240, 240, 240]), [0, 240, 1, 240, 240]);
        assert_eq!(single_ends(&[240]), [240]);
        assert_eq!(single_ends(&[]), [0; 0]);
    }
}
