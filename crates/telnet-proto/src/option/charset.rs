//! CHARSET: option 42, RFC 2066. Either role performs it; who performs it may offer sets, and the other end takes one or none.
//!
//! ```text
//! offers:   IAC SB CHARSET  REQUEST=1  [ "[TTABLE]" version ]  { separator name }…  IAC SE
//! answers:  IAC SB CHARSET  ACCEPTED=2  name                                        IAC SE
//!           IAC SB CHARSET  REJECTED=3                                              IAC SE
//! a table:  IAC SB CHARSET  TTABLE-IS=4 …                                           IAC SE
//!           IAC SB CHARSET  TTABLE-REJECTED=5 | TTABLE-ACK=6 | TTABLE-NAK=7         IAC SE
//! ```
//!
//! A server offers its sets by itself, once a connection, when the peer agreed to its WILL. Both roles may offer others at
//! any time, but one request after another. Which of the peer's offers is taken is the caller's to say, since only it knows
//! which sets can be spoken. Translation tables are always rejected.

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Request};
use crate::{Event, Role, Side, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::CHARSET,
    source: "RFC 2066",
    server: (Request, Accept),
    client: (Accept, Accept),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour { enabled: on_enabled, disabled: on_disabled, receive: Some(receive), verbs: None },
};

/// First byte of a payload: take one of these sets.
pub const REQUEST: u8 = 1;
/// First byte of a payload: this set is taken.
pub const ACCEPTED: u8 = 2;
/// First byte of a payload: none is taken.
pub const REJECTED: u8 = 3;
/// First byte of a payload: a table to translate with, in answer to offers that allow for one. Ours never do.
pub const TTABLE_IS: u8 = 4;
/// First byte of a payload: the table is of no use.
pub const TTABLE_REJECTED: u8 = 5;

const TTABLE_ACK: u8 = 6;
const TTABLE_NAK: u8 = 7;

/// Stands before the offers of a peer that could take a table instead; one byte of a version follows.
const TABLE_MARK: &[u8] = b"[TTABLE]";

/// What is offered unless it is configured otherwise.
pub const OFFERED: &[&str] = &["UTF-8", "LATIN1", "US-ASCII"];

/// So many of a peer's offers are looked at. A list has a dozen; each name costs whoever looks it up.
pub const MOST_OFFERS: usize = 64;

/// The sets that a peer offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offers<'a> {
    separator: u8,
    list: &'a [u8],
}

impl<'a> Offers<'a> {
    /// Their names as the peer spells them, in its order, at most [`MOST_OFFERS`].
    pub fn names(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.all().take(MOST_OFFERS)
    }

    fn decode(body: &'a [u8]) -> Offers<'a> {
        let list = body.strip_prefix(TABLE_MARK).map_or(body, |versioned| versioned.get(1..).unwrap_or_default());
        // A separator stands before each name, also before the first.
        let (&separator, list) = list.split_first().unwrap_or((&b' ', &[]));
        Offers { separator, list }
    }

    fn all(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let separator = self.separator;
        self.list.split(move |&byte| byte == separator).filter(|name| !name.is_empty())
    }
}

/// What is kept for a connection.
#[derive(Debug, Default)]
pub(crate) struct State {
    /// Our request, whose answer is due.
    request: Option<OurRequest>,
    /// The caller's, which waits until that answer is here.
    next: Option<Box<[u8]>>,
    /// A server needs not offer by itself: it did, or a set is agreed.
    offered: bool,
    /// The peer's request is the caller's to answer.
    owes_answer: bool,
}

/// A request of ours.
#[derive(Debug)]
struct OurRequest {
    /// The payload after its first byte.
    offers: Box<[u8]>,
    /// The caller made it; else the opening.
    by_caller: bool,
    /// Our CHARSET went off since: the answer may be on its way, or never come. It is not waited for.
    has_lapsed: bool,
}

impl State {
    pub(crate) fn is_awaiting(&self) -> bool {
        self.request.as_ref().is_some_and(|request| !request.has_lapsed)
    }

    pub(crate) fn owes_answer(&self) -> bool {
        self.owes_answer
    }

    /// Sends the caller's offers, or keeps them until the answer that is due is here. False where another request of the
    /// caller's is under way.
    pub(crate) fn ask(&mut self, names: &[&[u8]], out: &mut Vec<u8>) -> bool {
        let offers = encode_offers(names);
        match &self.request {
            None | Some(OurRequest { has_lapsed: true, .. }) => self.send(offers, true, out),
            Some(OurRequest { by_caller: false, .. }) if self.next.is_none() => self.next = Some(offers),
            Some(_) => return false,
        }
        true
    }

    /// Answers the peer's offers, if that is still to be done.
    pub(crate) fn answer(&mut self, name: Option<&[u8]>, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.owes_answer) {
            self.offered |= name.is_some();
            let payload = name.map_or(vec![REJECTED], |name| [&[ACCEPTED], name].concat());
            escape::subnegotiation(Opt::CHARSET, &payload, out);
        }
    }

    /// The answer to our request is here. Says whose it was, and sends the one that waited.
    fn answered(&mut self, out: &mut Vec<u8>) -> Option<OurRequest> {
        let request = self.request.take()?;
        if let Some(offers) = self.next.take() {
            self.send(offers, true, out);
        }
        Some(request)
    }

    fn send(&mut self, offers: Box<[u8]>, by_caller: bool, out: &mut Vec<u8>) {
        escape::subnegotiation(Opt::CHARSET, &[&[REQUEST], &*offers].concat(), out);
        self.request = Some(OurRequest { offers, by_caller, has_lapsed: false });
    }
}

/// A separator that is in none of the names, and then each name behind one.
fn encode_offers(names: &[&[u8]]) -> Box<[u8]> {
    let is_free = |separator: &u8| !names.iter().any(|name| name.contains(separator));
    let separator = b" ;,".iter().copied().chain(1..u8::MAX).find(is_free).unwrap_or(b' ');
    names.iter().flat_map(|name| [&[separator], *name].concat()).collect()
}

fn on_enabled(context: &mut Context<'_>, side: Side) {
    let state = &mut context.states.charset;
    let offers = context.config.role == Role::Server && side == Side::Local;
    if offers && !state.offered && !context.config.charsets.is_empty() {
        state.offered = true;
        let names: Vec<_> = context.config.charsets.iter().map(|name| name.as_bytes()).collect();
        state.send(encode_offers(&names), false, context.out);
    }
}

fn on_disabled(context: &mut Context<'_>, side: Side) {
    if side == Side::Local {
        let State { request, next, .. } = &mut context.states.charset;
        *next = None;
        request.iter_mut().for_each(|request| request.has_lapsed = true);
    }
}

fn receive<'a>(context: &mut Context<'_>, payload: &'a [u8]) -> Event<'a> {
    match payload {
        [REQUEST, body @ ..] => on_request(context, Offers::decode(body)),
        // An empty name is how telnetlib3 (2.0 to 5.0) says REJECTED.
        [REJECTED] | [ACCEPTED] => on_answer(context, None),
        [ACCEPTED, name @ ..] => on_answer(context, Some(name)),
        [TTABLE_IS, ..] => on_table(context),
        // Answers to a table of ours.
        [TTABLE_REJECTED | TTABLE_ACK | TTABLE_NAK, ..] => Event::Violation(Violation::UnsolicitedCharset),
        _ => Event::Violation(Violation::MalformedSubnegotiation(Opt::CHARSET)),
    }
}

fn on_request<'a>(context: &mut Context<'_>, offers: Offers<'a>) -> Event<'a> {
    // Only who performs the option may offer; but telnetlib3 2.0.6 does so as soon as we perform it.
    if !context.expects(Opt::CHARSET) && !context.is_on(Side::Local, Opt::CHARSET) {
        return Event::Violation(Violation::UnagreedSubnegotiation(Opt::CHARSET));
    }
    let state = &mut context.states.charset;
    state.owes_answer = true;
    // Where requests cross, the server rejects the client's and waits for the answer to its own.
    let crosses = context.config.role == Role::Server && state.is_awaiting();
    if crosses || offers.names().next().is_none() {
        state.answer(None, context.out);
        return Event::Requested(Opt::CHARSET);
    }
    Event::CharsetRequested(offers)
}

fn on_answer<'a>(context: &mut Context<'_>, name: Option<&'a [u8]>) -> Event<'a> {
    let Some(OurRequest { offers, by_caller, .. }) = context.states.charset.answered(context.out) else {
        return Event::Violation(Violation::UnsolicitedCharset);
    };
    let Some(name) = name else { return Event::CharsetRefused { by_caller } };
    if Offers::decode(&offers).all().any(|offer| offer.eq_ignore_ascii_case(name)) {
        return Event::Charset { name, by_caller };
    }
    context.report(Violation::UnsolicitedCharset);
    Event::CharsetRefused { by_caller }
}

fn on_table(context: &mut Context<'_>) -> Event<'static> {
    escape::subnegotiation(Opt::CHARSET, &[TTABLE_REJECTED], context.out);
    match context.states.charset.answered(context.out) {
        Some(OurRequest { by_caller, .. }) => Event::CharsetRefused { by_caller },
        None => Event::Requested(Opt::CHARSET),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(body: &[u8]) -> Vec<&[u8]> {
        Offers::decode(body).names().collect()
    }

    #[test]
    fn any_separator_divides_the_offers() {
        for body in [&b" UTF-8 LATIN1"[..], b";UTF-8;LATIN1", b"\xffUTF-8\xffLATIN1", b"  UTF-8  LATIN1 "] {
            assert_eq!(offered(body), [&b"UTF-8"[..], b"LATIN1"]);
        }
        assert_eq!(offered(b";ISO 8859-1;UTF-8"), [&b"ISO 8859-1"[..], b"UTF-8"]);
    }

    #[test]
    fn the_mark_of_tables_is_no_offer() {
        assert_eq!(offered(b"[TTABLE]\x01 UTF-8"), [b"UTF-8"]);
        for body in [&b"[TTABLE]\x01 "[..], b"[TTABLE]\x01", b"[TTABLE]", b" ", b""] {
            assert_eq!(offered(body), [] as [&[u8]; 0]);
        }
    }

    #[test]
    fn a_list_is_looked_at_up_to_a_bound() {
        assert_eq!(offered(&b" x".repeat(1_000)).len(), MOST_OFFERS);
    }

    #[test]
    fn the_separator_is_in_none_of_the_names() {
        assert_eq!(*encode_offers(&[b"UTF-8", b"LATIN1"]), *b" UTF-8 LATIN1");
        assert_eq!(*encode_offers(&[b"UTF-8", b"ISO 8859-1"]), *b";UTF-8;ISO 8859-1");
        assert_eq!(*encode_offers(&[b"A B;C,D"]), *b"\x01A B;C,D");
    }
}
