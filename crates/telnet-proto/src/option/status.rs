//! STATUS: option 5, RFC 859. Who says WILL tells, when asked, what it believes to be agreed.
//!
//! ```text
//! asker:  IAC SB STATUS  SEND=1                                                    IAC SE
//! teller: IAC SB STATUS  IS=0  [ WILL option | DO option | SB option data… SE ]…   IAC SE
//! ```
//!
//! What is not named is off. A byte SE that is not the end of a part is doubled, and so is every 255, as everywhere. We tell
//! what is on and the values that we chose ourselves, never a text of the peer's: so the answer stays short.

use super::{Behaviour, Opt, Row, When, linemode};
use crate::endpoint::Context;
use crate::policy::Stance::Accept;
use crate::{Command, Event, Role, Side, Verb, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::STATUS,
    source: "RFC 859",
    server: (Accept, Accept),
    client: (Accept, Accept),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour { receive: Some(receive), ..Behaviour::PLAIN },
};

/// First byte of a payload: here is the status.
pub const IS: u8 = 0;
/// First byte of a payload: send the status.
pub const SEND: u8 = 1;

const SB: u8 = Command::SB.0;
const SE: u8 = Command::SE.0;

/// Answers are paid for by 16 bytes for each of the six in a request, and so much beyond.
const CREDIT: u16 = 2_048;
const CREDIT_PER_REQUEST: u16 = 16 * 6;

/// What answers may still cost.
#[derive(Debug)]
pub(crate) struct State {
    credit: u16,
}

impl Default for State {
    fn default() -> State {
        State { credit: CREDIT }
    }
}

/// One thing that a status says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry<'a> {
    /// The teller says WILL, WONT, DO or DONT of an option.
    Verb(Verb, Opt),
    /// The value of an option, as in a subnegotiation, with SE still doubled.
    Part(Opt, &'a [u8]),
}

/// What a peer believes to be agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report<'a> {
    body: &'a [u8],
}

impl<'a> Report<'a> {
    /// What it says, one thing after another. Bytes that mean nothing are skipped.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> + use<'a> {
        let mut rest = self.body;
        std::iter::from_fn(move || {
            loop {
                let (&first, after) = rest.split_first()?;
                rest = after;
                let Some((&option, after)) = after.split_first() else { continue };
                if let Some(verb) = Verb::from_byte(first) {
                    rest = if option == SE { after.strip_prefix(&[SE]).unwrap_or(after) } else { after };
                    return Some(Entry::Verb(verb, Opt(option)));
                }
                if first == SB {
                    let length = part_length(after);
                    rest = after.get(length + 1..).unwrap_or_default();
                    return Some(Entry::Part(Opt(option), &after[..length]));
                }
            }
        })
    }
}

/// Up to a single SE, or all where none is left.
fn part_length(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (SE, Some(&SE)) => at += 2,
            (SE, _) => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Asks for the peer's status.
pub(crate) fn send(out: &mut Vec<u8>) {
    escape::subnegotiation(Opt::STATUS, &[SEND], out);
}

fn receive<'a>(context: &mut Context<'_>, payload: &'a [u8]) -> Event<'a> {
    match payload {
        [SEND] if !context.speaks_of(Side::Local, Opt::STATUS) => {
            Event::Violation(Violation::UnagreedSubnegotiation(Opt::STATUS))
        }
        [SEND] if context.is_on(Side::Local, Opt::STATUS) => answer(context),
        // It crossed our WONT.
        [SEND] => Event::Requested(Opt::STATUS),
        [IS, ..] if !context.speaks_of(Side::Remote, Opt::STATUS) => {
            Event::Violation(Violation::UnagreedSubnegotiation(Opt::STATUS))
        }
        [IS, body @ ..] => Event::Status(Report { body }),
        _ => Event::Violation(Violation::MalformedSubnegotiation(Opt::STATUS)),
    }
}

fn answer(context: &mut Context<'_>) -> Event<'static> {
    let payload = encode(context);
    let frame = escaped_length(&payload);
    let credit = &mut context.states.status.credit;
    *credit = credit.saturating_add(CREDIT_PER_REQUEST);
    let Some(rest) = credit.checked_sub(frame) else {
        return Event::Violation(Violation::RequestStorm(Opt::STATUS));
    };
    *credit = rest.min(CREDIT);
    escape::subnegotiation(Opt::STATUS, &payload, context.out);
    Event::Requested(Opt::STATUS)
}

fn escaped_length(payload: &[u8]) -> u16 {
    let doubled = payload.iter().filter(|&&byte| byte == Command::IAC.0).count();
    u16::try_from(payload.len() + doubled + 5).unwrap_or(u16::MAX)
}

fn encode(context: &Context<'_>) -> Vec<u8> {
    let mut payload = vec![IS];
    for (side, option) in context.all_on() {
        payload.push(Verb::of(side, true).byte());
        put(option.0, &mut payload);
    }
    if context.config.role == Role::Server && context.is_on(Side::Remote, Opt::LFLOW) {
        for word in context.states.lflow.words() {
            put_part(Opt::LFLOW, &[word], &mut payload);
        }
    }
    if context.config.role == Role::Client && context.is_on(Side::Local, Opt::NAWS) {
        put_part(Opt::NAWS, &context.states.naws.encode(), &mut payload);
    }
    if let Some(mode) = linemode::status(context) {
        put_part(Opt::LINEMODE, &mode, &mut payload);
    }
    payload
}

/// Appends a part.
pub(crate) fn put_part(option: Opt, data: &[u8], payload: &mut Vec<u8>) {
    payload.push(SB);
    put(option.0, payload);
    data.iter().for_each(|&byte| put(byte, payload));
    payload.push(SE);
}

fn put(byte: u8, payload: &mut Vec<u8>) {
    if byte == SE {
        payload.push(SE);
    }
    payload.push(byte);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_verbs_and_parts() {
        let body = b"\xfb\x01\xfd\x18\xfa\x1f\x00\xf0\xf0\x00\x19\xf0\x07\xfc\xf0\xf0\xfb\xf0\xfa\x21\x01";
        let entries: Vec<_> = Report { body }.entries().collect();
        let expected = [
            Entry::Verb(Verb::Will, Opt::ECHO),
            Entry::Verb(Verb::Do, Opt::TTYPE),
            Entry::Part(Opt::NAWS, b"\x00\xf0\xf0\x00\x19"),
            // 7 is nothing.
            // An option 240 is doubled by some and not by others.
            Entry::Verb(Verb::Wont, Opt(0xf0)),
            Entry::Verb(Verb::Will, Opt(0xf0)),
            Entry::Part(Opt::LFLOW, b"\x01"),
        ];
        assert_eq!(entries, expected);
        assert_eq!(Report { body: b"\xfb" }.entries().count(), 0);
        assert_eq!(Report { body: b"\xfa\x01" }.entries().collect::<Vec<_>>(), [Entry::Part(Opt::ECHO, b"")]);
    }

    #[test]
    fn se_is_doubled_within_a_part() {
        let mut payload = Vec::new();
        put_part(Opt::NAWS, &[0, 240, 0, 25], &mut payload);
        assert_eq!(payload, b"\xfa\x1f\x00\xf0\xf0\x00\x19\xf0");
    }
}
