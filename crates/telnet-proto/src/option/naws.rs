//! NAWS, negotiate about window size: option 31, RFC 1073. The client performs it; only the client sends the size.
//!
//! ```text
//! IAC SB NAWS  width-high width-low  height-high height-low  IAC SE      a byte 255 is doubled, as everywhere
//! ```
//!
//! 0 means that the sender doesn't say. A size without `WILL NAWS` before it is taken too (SyncTERM sends such).

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse, Request};
use crate::{Event, Role, Side, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::NAWS,
    source: "RFC 1073",
    server: (Refuse, Request),
    client: (Accept, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour {
        enabled: |context, side| {
            if context.config.role == Role::Client && side == Side::Local {
                context.states.naws.send(context.out);
            }
        },
        receive: Some(receive),
        ..Behaviour::PLAIN
    },
};

/// Client: the window as it is.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) columns: u16,
    pub(crate) rows: u16,
}

impl State {
    pub(crate) fn new((columns, rows): (u16, u16)) -> State {
        State { columns, rows }
    }

    pub(crate) fn send(&self, out: &mut Vec<u8>) {
        escape::subnegotiation(Opt::NAWS, &self.encode(), out);
    }

    pub(crate) fn encode(&self) -> [u8; 4] {
        encode(self.columns, self.rows)
    }
}

/// The payload that says this size.
pub fn encode(columns: u16, rows: u16) -> [u8; 4] {
    let ([w1, w0], [h1, h0]) = (columns.to_be_bytes(), rows.to_be_bytes());
    [w1, w0, h1, h0]
}

/// The size (columns, rows) that a payload says.
pub fn decode(payload: &[u8]) -> Option<(u16, u16)> {
    let &[w1, w0, h1, h0] = payload else {
        return None;
    };
    Some((u16::from_be_bytes([w1, w0]), u16::from_be_bytes([h1, h0])))
}

fn receive<'a>(context: &mut Context<'_>, payload: &'a [u8]) -> Event<'a> {
    if context.config.role == Role::Client {
        return Event::Violation(Violation::WrongDirection(Opt::NAWS));
    }
    let Some((columns, rows)) = decode(payload) else {
        return Event::Violation(Violation::MalformedSubnegotiation(Opt::NAWS));
    };
    let limits = &context.config.limits;
    if columns > limits.columns || rows > limits.rows {
        context.report(Violation::WindowLimit);
    }
    Event::WindowSize { columns: columns.min(limits.columns), rows: rows.min(limits.rows) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_columns_then_rows_high_byte_first() {
        assert_eq!(encode(80, 25), [0, 80, 0, 25]);
        assert_eq!(decode(&[1, 0, 0, 255]), Some((256, 255)));
        assert_eq!(decode(&[0, 80, 0]), None);
        assert_eq!(decode(&[0, 80, 0, 24, 0]), None);
    }
}
