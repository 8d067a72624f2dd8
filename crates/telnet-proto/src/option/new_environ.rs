//! NEW-ENVIRON: option 39, RFC 1572, with the field's lessons of RFC 1571.
//!
//! ```text
//! server: IAC SB NEW-ENVIRON  SEND=1           [ type [ name… ] ]…              IAC SE
//! client: IAC SB NEW-ENVIRON  IS=0 | INFO=2    [ type name… [ VALUE=1 value… ] ]…  IAC SE
//! type: VAR=0 | USERVAR=3.  A byte 0 to 3 within a name or a value follows an ESC=2.
//! ```
//!
//! A server asks once a connection, by name and then for all others. A client tells what its configuration holds and
//! nothing else: an unknown variable is answered by its name without a value. But the character set in its LANG
//! (`en_US.UTF-8`) is always the one that it speaks: servers go by that, and when it changes, the server is told.

use std::borrow::Cow;

use super::{Behaviour, Opt, Row, When};
use crate::endpoint::Context;
use crate::policy::Stance::{Accept, Refuse, Request};
use crate::{Config, Event, Limits, Role, Side, Violation, escape};

pub(super) const ROW: Row = Row {
    option: Opt::NEW_ENVIRON,
    source: "RFC 1572",
    server: (Refuse, Request),
    client: (Accept, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour {
        enabled: on_enabled,
        disabled: on_disabled,
        receive: Some(|context, payload| receive(context, Opt::NEW_ENVIRON, payload)),
        verbs: None,
    },
};

/// First byte of a payload: here are variables, as asked.
pub const IS: u8 = 0;
/// First byte of a payload: send variables.
pub const SEND: u8 = 1;
/// First byte of a payload: here are variables that have changed.
pub const INFO: u8 = 2;

const VAR: u8 = 0;
const VALUE: u8 = 1;
const ESC: u8 = 2;
const USERVAR: u8 = 3;

/// Which byte is VAR and which is VALUE: 4.4BSD had them the other way round (RFC 1571).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marks {
    var: u8,
    value: u8,
}

impl Marks {
    const RIGHT: Marks = Marks { var: VAR, value: VALUE };
    const SWAPPED: Marks = Marks { var: VALUE, value: VAR };

    /// What follows the first byte of a payload begins with VAR or USERVAR: if it is a 1, that is a swapped VAR.
    pub(super) fn of(body: &[u8]) -> Marks {
        if body.first() == Some(&VALUE) { Marks::SWAPPED } else { Marks::RIGHT }
    }
}

/// What a server asks for by name unless it is configured otherwise.
pub const ASKED: &[&str] =
    &["USER", "LOGNAME", "DISPLAY", "LANG", "TERM", "TERM_PROGRAM", "COLUMNS", "LINES", "COLORTERM", "EDITOR"];

/// SEND and the names in a request of ours are at most so long: with the option and the marks for all others 240 bytes.
/// GNU inetutils keeps a subnegotiation in 256 bytes and drops the rest.
const LONGEST_REQUEST: usize = 237;

/// A client's answers are paid for by 16 bytes for each byte asked with, and so many times the whole environment.
const ANSWERS_ON_CREDIT: u64 = 4;
const ANSWER_PER_BYTE: u64 = 16;
/// `IAC SB NEW-ENVIRON … IAC SE`.
const FRAME: u64 = 5;

/// The two kinds of variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// VAR: the well-known ones (RFC 1572 names USER, JOB, ACCT, PRINTER, SYSTEMTYPE, DISPLAY), and by custom all.
    Var,
    /// USERVAR: the user's own.
    UserVar,
}

/// A variable of the environment that a client is configured to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// How it is told.
    pub kind: Kind,
    /// Its name.
    pub name: Box<str>,
    /// Its value.
    pub value: Box<str>,
}

/// A variable that a peer told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told<'a> {
    /// How it was told.
    pub kind: Kind,
    /// Its name, without escapes.
    pub name: Cow<'a, [u8]>,
    /// Its value; `None` where the peer says that it has no such variable.
    pub value: Option<Cow<'a, [u8]>>,
}

/// What a peer told of its environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Environment<'a> {
    body: &'a [u8],
    marks: Marks,
    /// The peer told it unasked, since it changed.
    pub is_update: bool,
}

impl Told<'_> {
    /// The same, borrowing nothing.
    pub fn into_owned(self) -> Told<'static> {
        let Told { kind, name, value } = self;
        Told { kind, name: name.into_owned().into(), value: value.map(|value| value.into_owned().into()) }
    }
}

impl<'a> Environment<'a> {
    /// The variables, one after another. Nameless ones and those over the limits are left out.
    pub fn variables(&self, limits: &Limits) -> impl Iterator<Item = Told<'a>> + use<'a> {
        let (most, longest_name, longest_value) =
            (limits.environment_variables, limits.environment_name, limits.environment_value);
        self.all().take(usize::from(most)).filter(move |variable| {
            variable.name.len() <= usize::from(longest_name)
                && variable.value.as_ref().is_none_or(|value| value.len() <= usize::from(longest_value))
        })
    }

    fn decode(is_update: bool, body: &'a [u8]) -> Environment<'a> {
        Environment { body, marks: Marks::of(body), is_update }
    }

    fn exceeds(&self, limits: &Limits) -> bool {
        self.all().count() != self.variables(limits).count()
    }

    fn all(&self) -> impl Iterator<Item = Told<'a>> + use<'a> {
        let Marks { var, value } = self.marks;
        let mut rest = self.body;
        std::iter::from_fn(move || {
            loop {
                let (&mark, after) = rest.split_first()?;
                let (name, after) = field(after);
                let (found, after) = match after.split_first() {
                    Some((&next, after)) if next == value => {
                        let (found, after) = field(after);
                        (Some(found), after)
                    }
                    _ => (None, after),
                };
                rest = after;
                let kind = if mark == USERVAR { Kind::UserVar } else { Kind::Var };
                if (mark == var || mark == USERVAR) && !name.is_empty() {
                    return Some(Told { kind, name, value: found });
                }
            }
        })
    }
}

/// The text up to the next mark, without its escapes, and what follows.
fn field(bytes: &[u8]) -> (Cow<'_, [u8]>, &[u8]) {
    let plain = bytes.iter().position(|&byte| byte <= USERVAR).unwrap_or(bytes.len());
    if bytes.get(plain) != Some(&ESC) {
        return (Cow::Borrowed(&bytes[..plain]), &bytes[plain..]);
    }
    let mut text = bytes[..plain].to_vec();
    let mut rest = &bytes[plain..];
    loop {
        match rest {
            [ESC, literal, after @ ..] => {
                text.push(*literal);
                rest = after;
            }
            [byte, after @ ..] if *byte > USERVAR => {
                text.push(*byte);
                rest = after;
            }
            // A mark, the end, or an ESC with nothing after it.
            [ESC] => return (Cow::Owned(text), &[]),
            _ => return (Cow::Owned(text), rest),
        }
    }
}

fn put_field(text: &[u8], out: &mut Vec<u8>) {
    for &byte in text {
        if byte <= USERVAR {
            out.push(ESC);
        }
        out.push(byte);
    }
}

/// What is kept for a connection.
#[derive(Debug)]
pub(crate) struct State {
    /// Server: the variables were asked for; it is done once a connection.
    asked: bool,
    /// Server: that waits for the peer's first name.
    held: bool,
    /// Server: an answer is due.
    awaiting: bool,
    /// Server: how many of the names were asked for, and one more when all others were too.
    next_name: usize,
    /// Client: bytes that may still be answered with.
    credit: u64,
    /// Client: the character set that its LANG names, in place of the configured one.
    spoken: Option<&'static str>,
    /// Client: LANG was asked for, and told.
    has_told_language: bool,
}

impl State {
    pub(crate) fn new(environment: &[Variable]) -> State {
        let whole = encode_answer(environment, &[], Marks::RIGHT).len() as u64 + FRAME;
        State {
            asked: false,
            held: false,
            awaiting: false,
            next_name: 0,
            credit: ANSWERS_ON_CREDIT * whole,
            spoken: None,
            has_told_language: false,
        }
    }

    pub(crate) fn is_awaiting(&self) -> bool {
        self.awaiting
    }
}

fn on_enabled(context: &mut Context<'_>, side: Side) {
    let asks = context.config.role == Role::Server && side == Side::Remote;
    if asks && !context.states.new_environ.asked {
        context.states.new_environ.held = true;
        if context.is_named() {
            on_named(context);
        }
    }
}

/// What may be asked for depends on who is calling, so the question waits until that is known.
pub(crate) fn on_named(context: &mut Context<'_>) {
    let state = &mut context.states.new_environ;
    if std::mem::take(&mut state.held) {
        state.asked = true;
        request(context);
    }
}

fn on_disabled(context: &mut Context<'_>, side: Side) {
    if side == Side::Remote {
        let state = &mut context.states.new_environ;
        (state.awaiting, state.held) = (false, false);
    }
}

/// Asks for as many of the names as fit into a request; in the last, for all others too, unless the caller wants no more than he
/// named.
fn request(context: &mut Context<'_>) {
    let may_be_microsoft = context.states.ttype.may_be_microsoft();
    let names = &context.config.environment_names;
    let state = &mut context.states.new_environ;
    let mut payload = vec![SEND];
    while let Some(name) = names.get(state.next_name) {
        let before = payload.len();
        // Microsoft's telnet crashes when asked for USER, and when asked for much. Who has more may tell it among all others.
        if !may_be_microsoft || &**name != "USER" && ASKED.contains(&&**name) {
            payload.push(VAR);
            put_field(name.as_bytes(), &mut payload);
        }
        // A name that is too long by itself goes alone.
        if payload.len() > LONGEST_REQUEST && before > 1 {
            payload.truncate(before);
            break;
        }
        state.next_name += 1;
    }
    if state.next_name == names.len() {
        if context.config.asks_whole_environment {
            payload.extend_from_slice(&[VAR, USERVAR]);
        }
        state.next_name += 1;
    }
    // A request without a name would be for everything (RFC 1572).
    if payload.len() == 1 {
        return;
    }
    state.awaiting = true;
    escape::subnegotiation(Opt::NEW_ENVIRON, &payload, context.out);
}

/// Takes in a payload of this option, or of its elder (RFC 1408), which has the same form.
pub(super) fn receive<'a>(context: &mut Context<'_>, option: Opt, payload: &'a [u8]) -> Event<'a> {
    match (context.config.role, payload) {
        (Role::Server, [verb @ (IS | INFO), body @ ..]) => {
            let is_update = *verb == INFO;
            if !is_update {
                on_answered(context, option);
            }
            told(context, is_update, body)
        }
        (Role::Client, [SEND, ..]) if !context.performs(option) => {
            Event::Violation(Violation::UnagreedSubnegotiation(option))
        }
        (Role::Client, [SEND, wanted @ ..]) => answer(context, option, wanted),
        (Role::Server, [SEND, ..]) | (Role::Client, [IS | INFO, ..]) => {
            Event::Violation(Violation::WrongDirection(option))
        }
        _ => Event::Violation(Violation::MalformedSubnegotiation(option)),
    }
}

fn on_answered(context: &mut Context<'_>, option: Opt) {
    if option != Opt::NEW_ENVIRON {
        context.states.old_environ.on_answered();
        return;
    }
    let state = &mut context.states.new_environ;
    if std::mem::take(&mut state.awaiting) && state.next_name <= context.config.environment_names.len() {
        request(context);
    }
}

fn told<'a>(context: &mut Context<'_>, is_update: bool, body: &'a [u8]) -> Event<'a> {
    let told = Environment::decode(is_update, body);
    if told.exceeds(&context.config.limits) {
        context.report(Violation::EnvironmentLimit);
    }
    Event::Environment(told)
}

fn answer<'a>(context: &mut Context<'_>, option: Opt, wanted: &[u8]) -> Event<'a> {
    // The numbers of the elder option were in doubt: it is answered as it was asked.
    let marks = if option == Opt::NEW_ENVIRON { Marks::RIGHT } else { Marks::of(wanted) };
    let state = &mut context.states.new_environ;
    let payload = encode_answer(&environment(context.config, state), wanted, marks);
    state.credit += ANSWER_PER_BYTE * (wanted.len() as u64 + FRAME);
    let Some(rest) = state.credit.checked_sub(payload.len() as u64 + FRAME) else {
        return Event::Violation(Violation::RequestStorm(option));
    };
    state.credit = rest;
    let told = Environment::decode(false, &payload[1..]);
    state.has_told_language |= told.all().any(|told| &*told.name == b"LANG" && told.value.is_some());
    escape::subnegotiation(option, &payload, context.out);
    Event::Requested(option)
}

/// Client: from now on LANG names this character set, unless what it names `means` the same. A server that has asked for LANG
/// is told.
pub(crate) fn speak(context: &mut Context<'_>, charset: &'static str, means: impl FnOnce(&str) -> bool) {
    let state = &mut context.states.new_environ;
    let before = environment(context.config, state);
    let Some(language) = language(&before) else { return };
    let Some((_, codeset, _)) = parts(&language.value) else { return };
    if means(codeset) {
        return;
    }
    state.spoken = Some(charset);
    let variables = environment(context.config, state);
    let mut payload = Vec::new();
    encode_info(variables.iter().filter(|variable| is_language(variable)), &mut payload);
    let rest = state.credit.checked_sub(payload.len() as u64 + FRAME).filter(|_| state.has_told_language);
    if let Some(rest) = rest
        && context.is_on(Side::Local, Opt::NEW_ENVIRON)
    {
        context.states.new_environ.credit = rest;
        escape::subnegotiation(Opt::NEW_ENVIRON, &payload, context.out);
    }
}

/// What a client tells: its configuration, with the character set that it speaks in LANG. A LANG that names none (`C`, `en_IL`)
/// stays as it is.
fn environment<'c>(config: &'c Config, state: &State) -> Cow<'c, [Variable]> {
    let is_due = state.spoken.filter(|_| config.environment.iter().any(is_language));
    let Some(spoken) = is_due else { return Cow::Borrowed(&config.environment) };
    let mut variables = config.environment.clone();
    for language in variables.iter_mut().filter(|variable| is_language(variable)) {
        if let Some((locale, _, modifier)) = parts(&language.value) {
            language.value = format!("{locale}.{spoken}{modifier}").into();
        }
    }
    Cow::Owned(variables)
}

fn language(variables: &[Variable]) -> Option<&Variable> {
    variables.iter().find(|variable| is_language(variable))
}

fn is_language(variable: &Variable) -> bool {
    &*variable.name == "LANG"
}

/// `en_US`, `UTF-8` and `@misc` of `en_US.UTF-8@misc`; `None` where no character set is named.
fn parts(locale: &str) -> Option<(&str, &str, &str)> {
    let (locale, after) = locale.split_once('.')?;
    let (codeset, modifier) = after.split_at(after.find('@').unwrap_or(after.len()));
    Some((locale, codeset, modifier))
}

/// What is configured of what is wanted, each variable once however often it is named, so that no request can make the
/// answer longer than the request and the whole environment.
fn encode_answer(environment: &[Variable], wanted: &[u8], marks: Marks) -> Vec<u8> {
    let mut payload = vec![IS];
    if wanted.is_empty() {
        environment.iter().for_each(|variable| put(variable, variable.kind, marks, &mut payload));
        return payload;
    }
    let mut left: Vec<&Variable> = environment.iter().collect();
    let mut rest = wanted;
    while let Some((&mark, after)) = rest.split_first() {
        let (name, after) = field(after);
        rest = after;
        let kind = match mark {
            USERVAR => Kind::UserVar,
            _ if mark == marks.var => Kind::Var,
            _ => continue,
        };
        if name.is_empty() {
            let all = left.extract_if(.., |variable| variable.kind == kind);
            all.for_each(|variable| put(variable, kind, marks, &mut payload));
        } else if let Some(at) = left.iter().position(|variable| variable.name.as_bytes() == &*name) {
            put(left.remove(at), kind, marks, &mut payload);
        } else if !environment.iter().any(|variable| variable.name.as_bytes() == &*name) {
            payload.push(mark);
            put_field(&name, &mut payload);
        }
    }
    payload
}

fn put(variable: &Variable, kind: Kind, marks: Marks, out: &mut Vec<u8>) {
    out.push(match kind {
        Kind::Var => marks.var,
        Kind::UserVar => USERVAR,
    });
    put_field(variable.name.as_bytes(), out);
    out.push(marks.value);
    put_field(variable.value.as_bytes(), out);
}

/// Appends the payload that tells these variables unasked.
pub fn encode_info<'v>(variables: impl IntoIterator<Item = &'v Variable>, out: &mut Vec<u8>) {
    out.push(INFO);
    variables.into_iter().for_each(|variable| put(variable, variable.kind, Marks::RIGHT, out));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(body: &[u8]) -> Vec<(Kind, Vec<u8>, Option<Vec<u8>>)> {
        let environment = Environment::decode(false, body);
        let variables = environment.variables(&Limits::default());
        variables.map(|told| (told.kind, told.name.into_owned(), told.value.map(Cow::into_owned))).collect()
    }

    #[test]
    fn variables_come_with_and_without_values() {
        let body = b"\x00USER\x01joe\x03MINE\x01\x00EMPTY";
        let expected = [
            (Kind::Var, b"USER".to_vec(), Some(b"joe".to_vec())),
            (Kind::UserVar, b"MINE".to_vec(), Some(Vec::new())),
            (Kind::Var, b"EMPTY".to_vec(), None),
        ];
        assert_eq!(told(body), expected);
    }

    #[test]
    fn escapes_are_taken_off_and_put_on() {
        let variable = Variable { kind: Kind::Var, name: "A\u{1}B".into(), value: "\0\u{2}\u{3}x".into() };
        let mut payload = Vec::new();
        put(&variable, variable.kind, Marks::RIGHT, &mut payload);
        assert_eq!(payload, b"\x00A\x02\x01B\x01\x02\x00\x02\x02\x02\x03x");
        assert_eq!(told(&payload), [(Kind::Var, b"A\x01B".to_vec(), Some(b"\0\x02\x03x".to_vec()))]);
    }

    #[test]
    fn a_peer_with_var_and_value_swapped_is_understood() {
        let expected = [(Kind::Var, b"USER".to_vec(), Some(b"joe".to_vec()))];
        assert_eq!(told(b"\x01USER\x00joe"), expected);
    }

    #[test]
    fn a_bare_mark_is_no_variable() {
        assert_eq!(told(b"\x00\x01\x03\x01x\x00"), []);
    }

    #[test]
    fn an_answer_holds_what_was_asked_and_what_is_configured() {
        let environment = [
            Variable { kind: Kind::Var, name: "TERM".into(), value: "vt220".into() },
            Variable { kind: Kind::UserVar, name: "MINE".into(), value: "1".into() },
        ];
        for (wanted, expected) in [
            (&b""[..], &b"\x00\x00TERM\x01vt220\x03MINE\x011"[..]),
            (b"\x00", b"\x00\x00TERM\x01vt220"),
            (b"\x03", b"\x00\x03MINE\x011"),
            (b"\x00HOME\x00TERM", b"\x00\x00HOME\x00TERM\x01vt220"),
            (b"\x03TERM", b"\x00\x03TERM\x01vt220"),
        ] {
            assert_eq!(encode_answer(&environment, wanted, Marks::RIGHT), expected, "{wanted:?}");
        }
    }

    #[test]
    fn a_variable_is_told_once_an_answer_however_often_it_is_asked_for() {
        let environment = [Variable { kind: Kind::Var, name: "TERM".into(), value: "v".repeat(4_096).into() }];
        let once = encode_answer(&environment, b"\x00", Marks::RIGHT);
        for wanted in [vec![VAR; 65_536], b"\x00TERM".repeat(10_000), b"\x00TERM\x00".repeat(10_000)] {
            assert_eq!(encode_answer(&environment, &wanted, Marks::RIGHT), once);
        }
    }
}
