//! A Telnet conversation without its socket: the endpoint of `telnet-proto`, the text of `telnet-charset`, and what both
//! have to tell as records.

use std::sync::Arc;

use telnet_charset::Charset;
use telnet_proto::option::lflow::FlowControl;
use telnet_proto::option::linemode::{Function, Mode, Special};
use telnet_proto::option::new_environ::Told;
use telnet_proto::{Command, Config, Endpoint, Event, Opt, OptionChange, Role, Side, Stance, Verb, Violation, escape};

use crate::batch::{Batch, Kind};
use crate::charset::choose;
use crate::choice::Choice;
use crate::deflate::Switch;
use crate::font::FontSequence;
use crate::inflate::{Broken, Inflater};
use crate::passage::Passage;
use crate::text::{Text, TextState};
use crate::told;
use crate::watched::Watched;

pub(crate) use inflow::Left;

/// What a conversation is made from; shared by all connections of a listener.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The protocol's own. `text` in it is set by `text` here.
    pub protocol: Arc<Config>,
    /// The session's character set; `None` is bytes mode.
    pub text: Option<Text>,
    /// The set was chosen by the user, not by default: a client takes no other at a server's request.
    pub insists: bool,
    /// A client takes the set of a font that the server chooses, as SyncTERM does.
    pub follows_fonts: bool,
    /// All that comes and goes is told as it stands on the wire.
    pub traced: bool,
    /// The protocol's own under TLS, where nothing is compressed.
    protocol_under_tls: Arc<Config>,
    is_secure: bool,
}

impl Settings {
    /// Settings of a protocol configuration and a way with text.
    pub fn new(protocol: Config, text: Option<Text>) -> Settings {
        let protocol = Config { text: text.is_some(), ..protocol };
        let mut under_tls = protocol.clone();
        for option in [Opt::MCCP1, Opt::MCCP2, Opt::MCCP3] {
            under_tls.policy.set(Side::Local, option, Stance::Refuse);
            under_tls.policy.set(Side::Remote, option, Stance::Refuse);
        }
        Settings {
            protocol: Arc::new(protocol),
            text,
            insists: false,
            follows_fonts: false,
            traced: false,
            protocol_under_tls: Arc::new(under_tls),
            is_secure: false,
        }
    }

    /// The same for a connection over TLS: compression is refused, since the length of what is compressed tells of secrets in it
    /// (RFC 7457 §2.6).
    pub fn under_tls(&self) -> Settings {
        Settings { protocol: Arc::clone(&self.protocol_under_tls), is_secure: true, ..self.clone() }
    }
}

/// Which way bytes go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Going {
    In = 0,
    Out = 1,
}

/// How far the conversation is with a Synch of the peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Urgency {
    None,
    /// Urgent data is ahead: data is discarded, and a DM belongs to an earlier Synch.
    Ahead,
    /// What comes now begins at it or is past it: the next DM ends the Synch.
    Reached,
}

/// One Telnet conversation.
#[derive(Debug)]
pub struct Conversation {
    id: u32,
    config: Arc<Config>,
    endpoint: Endpoint,
    text: Option<TextState>,
    /// Which set the text is in.
    choice: Choice,
    /// The set of the text was chosen, not by default.
    insists: bool,
    /// How many times the program has assigned a set.
    assigned: u8,
    /// How much of a server's font sequence has come; `None` where they are not followed.
    font: Option<FontSequence>,
    traced: bool,
    urgency: Urgency,
    passage: Passage,
    /// What came and is left, if nobody else keeps it; and no more comes after it.
    waiting: Vec<u8>,
    has_more: bool,
    has_ended: bool,
    /// Of what the peer compresses.
    inflater: Option<Box<Inflater>>,
    broken: Option<Broken>,
    unpacked: u64,
    /// It is agreed that what goes is compressed, and will be.
    is_to_deflate: bool,
    /// What goes is compressed, from the last of the places where that begins or ends; those that nobody has asked for yet.
    deflates: bool,
    switches: Vec<(usize, Switch)>,
    /// It goes over TLS.
    is_secure: bool,
    /// The program wants to hear of the NUL behind a CR.
    keeps_nuls: bool,
    /// The program wants to hear of special characters.
    watches: bool,
    /// Those that it is told of now: none where the peer edits its own lines.
    watched: Option<Box<Watched>>,
    /// What the peer did wrong last.
    violation: Option<Violation>,
}

impl Conversation {
    /// A conversation whose records carry the connection `id`.
    pub fn new(id: u32, settings: &Settings) -> Conversation {
        let config = Arc::clone(&settings.protocol);
        let endpoint = Endpoint::new(Arc::clone(&config));
        let text = settings.text.unwrap_or(Text::UTF_8);
        let choice = Choice::new(text.charset, text.forced);
        let incoming = choice.charset(false);
        let follows_fonts = settings.follows_fonts && config.role == Role::Client;
        Conversation {
            id,
            config,
            endpoint,
            text: settings.text.map(|text| TextState::new(text, incoming)),
            choice,
            insists: settings.insists,
            assigned: 0,
            font: follows_fonts.then(FontSequence::default),
            traced: settings.traced,
            urgency: Urgency::None,
            passage: Passage::None,
            waiting: Vec::new(),
            has_more: false,
            has_ended: false,
            inflater: None,
            broken: None,
            unpacked: 0,
            is_to_deflate: false,
            deflates: false,
            switches: Vec::new(),
            is_secure: settings.is_secure,
            keeps_nuls: false,
            watches: false,
            watched: None,
            violation: None,
        }
    }

    /// The side that this end takes.
    pub(crate) fn role(&self) -> Role {
        self.config.role
    }

    /// Appends what this end says first to `out`.
    pub fn open(&mut self, out: &mut Vec<u8>, batch: &mut Batch) {
        self.speak(out);
        self.endpoint.open(out);
        self.choose_charset();
        self.trace(Going::Out, out, batch);
        self.receive(b"", out, batch);
    }

    /// Takes in what came, appending answers to `out` and records to `batch`. What is left of it is kept: see
    /// [`has_more`](Conversation::has_more).
    pub fn receive(&mut self, bytes: &[u8], out: &mut Vec<u8>, batch: &mut Batch) {
        let mut waiting = std::mem::take(&mut self.waiting);
        let mut rest = bytes;
        if !waiting.is_empty() {
            waiting.extend_from_slice(bytes);
            rest = &waiting;
        }
        let left = self.receive_some(&mut rest, u32::MAX, out, batch);
        self.waiting = rest.to_vec();
        self.has_more = left == Left::Plain;
    }

    /// True if more can be told of what has come: when the program has room for it, [`receive`](Conversation::receive) nothing.
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// True if all that comes and goes is told.
    pub(crate) fn is_traced(&self) -> bool {
        self.traced
    }

    /// Tells bytes that come or go over the wire, if that is wanted.
    pub(crate) fn trace(&self, going: Going, bytes: &[u8], batch: &mut Batch) {
        if self.traced && !bytes.is_empty() {
            batch.push(self.id, Kind::Trace, going as u32, bytes);
        }
    }

    fn take_events(&mut self, input: &mut &[u8], most: u32, out: &mut Vec<u8>, batch: &mut Batch) {
        while self.passage != Passage::Leaving {
            let is_bytes = self.text.is_none() && self.passage == Passage::None && self.watched.is_none();
            if (is_bytes || self.is_raw()) && self.urgency == Urgency::None {
                batch.push_data(self.id, |out| {
                    self.endpoint.copy_data(input, out);
                    Kind::Bytes
                });
            }
            let before = *input;
            let Some(event) = self.endpoint.next(input, out) else { break };
            match event {
                Event::Data(_) if self.urgency != Urgency::None => {}
                Event::Command(Command::DM) if self.urgency == Urgency::Reached => self.end_synch(batch),
                Event::Data(data) if matches!(self.passage, Passage::Raw { .. }) => {
                    take_data(self.id, self.passage.past_nul(data), None, batch);
                }
                Event::Data(data) if self.font.is_some() => {
                    let font = self.font.as_mut().and_then(|font| font.find(data));
                    let (data, rest) = data.split_at(font.map_or(data.len(), |(length, _)| length));
                    take_data(self.id, data, self.text.as_mut(), batch);
                    if let Some((_, font)) = font {
                        // What follows is scanned anew: its line ends may be others.
                        *input = from(before, rest);
                        self.endpoint.go_on_after(false);
                        self.choose_font(font, out, batch);
                    }
                }
                Event::Data(data) => match &self.watched {
                    None => take_data(self.id, data, self.text.as_mut(), batch),
                    Some(watched) => watched.split(data, |run, function| {
                        take_data(self.id, run, self.text.as_mut(), batch);
                        if let Some(function) = function {
                            batch.push(self.id, Kind::Special, function.0.into(), b"");
                        }
                    }),
                },
                Event::Command(command) => batch.push(self.id, Kind::Command, command.0.into(), b""),
                Event::Option(change) => self.tell_option(change, out.len(), batch),
                Event::Heard(verb, option) => {
                    batch.push(self.id, Kind::Heard, u32::from(option.0) | u32::from(verb.byte()) << 8, b"");
                }
                Event::TerminalType { name, ordinal, mud } => {
                    let argument = u32::from(ordinal) | u32::from(mud) << 8;
                    let name = String::from_utf8_lossy(name);
                    batch.push(self.id, Kind::TerminalType, argument, name.as_bytes());
                }
                Event::TerminalTypesComplete => batch.push(self.id, Kind::TerminalTypesComplete, 0, b""),
                Event::WindowSize { columns, rows } => {
                    let ([c0, c1], [r0, r1]) = (columns.to_le_bytes(), rows.to_le_bytes());
                    batch.push(self.id, Kind::WindowSize, 0, &[c0, c1, r0, r1]);
                }
                Event::Environment(told) => {
                    let limits = &self.config.limits;
                    batch.push_with(self.id, Kind::Environment, told.is_update.into(), |out| {
                        told::write_environment(&told, limits, out);
                    });
                    let language = told.variables(limits).filter(|told| matches!(&*told.name, b"LANG" | b"CHARSET"));
                    let language: Vec<_> = language.map(Told::into_owned).collect();
                    self.hear_language(&language, out, batch);
                }
                Event::CharsetRequested(offers) => {
                    let own = self.choice.best().0;
                    // In bytes mode only a policy lets the option in: whoever has one reads the bytes as is agreed.
                    let insists = self.insists && self.text.is_some();
                    let chosen = choose(self.config.role, own, insists, offers);
                    let chosen = chosen.map(|(name, charset)| (name.to_vec(), charset));
                    self.answer_charset(chosen, out, batch);
                }
                Event::Charset { name, by_caller } => {
                    let charset = std::str::from_utf8(name).ok().and_then(Charset::for_name);
                    let name = name.to_vec();
                    self.agree_charset(&name, charset, by_caller, out, batch);
                }
                Event::CharsetRefused { by_caller } => batch.push(self.id, Kind::Charset, by_caller.into(), b""),
                Event::Requested(option) => batch.push(self.id, Kind::Requested, option.0.into(), b""),
                Event::TimingMark => batch.push(self.id, Kind::TimingMark, 0, b""),
                Event::Subnegotiation { option, payload } => {
                    batch.push(self.id, Kind::Subnegotiation, option.0.into(), payload);
                }
                Event::Settled { plain } => batch.push(self.id, Kind::Settled, plain.into(), b""),
                Event::Compressed(option) => {
                    if self.inflater.is_none() {
                        self.inflater = Some(Box::new(Inflater::new(option)));
                        break;
                    }
                }
                Event::Violation(violation) => self.tell_violation(violation, batch),
                Event::Linemode { changed, .. }
                | Event::SpecialCharacters { changed }
                | Event::ForwardMask { changed } => {
                    if changed {
                        told::push_linemode(self.id, &self.endpoint, batch);
                        self.watch_again();
                    }
                }
                other => told::push(self.id, &other, batch),
            }
            // With no input left, the endpoint may still have something to say.
            if batch.cost().records > most && !input.is_empty() {
                break;
            }
        }
    }

    /// True where plain keys can go past it: it would tell them as they are, and is in the middle of nothing. Where the NUL of a CR NUL
    /// is not told, who is told the CR may join an LF to it that comes behind keys of which he was told nothing.
    pub(crate) fn passes_keys(&self) -> bool {
        let makes_nothing_of_them = !self.traced && self.font.is_none() && self.watched.is_none();
        makes_nothing_of_them
            && self.passage == Passage::None
            && self.urgency == Urgency::None
            && self.inflater.is_none()
            && self.broken.is_none()
            && !self.reads_cr_nul()
            && self.endpoint.is_between_keys()
            && self.text.as_ref().is_none_or(TextState::is_between_keys)
    }

    /// Urgent data is ahead, or at the beginning of what comes next (`reached`): from here on data is discarded, up to the
    /// DM, and commands are carried out (RFC 854).
    pub(crate) fn hurry(&mut self, reached: bool) {
        if self.urgency == Urgency::None
            && let Some(text) = &mut self.text
        {
            text.forget();
        }
        self.urgency = if reached { Urgency::Reached } else { Urgency::Ahead };
    }

    /// True while data is discarded.
    pub(crate) fn is_hurried(&self) -> bool {
        self.urgency != Urgency::None
    }

    fn end_synch(&mut self, batch: &mut Batch) {
        self.urgency = Urgency::None;
        batch.push(self.id, Kind::Command, u32::from(Command::DM.0) | SYNCH, b"");
    }

    /// The peer will send no more: half a character at the end is told by the error rule.
    pub fn receive_end(&mut self, batch: &mut Batch) {
        self.has_ended = true;
        if let Some(text) = &mut self.text
            && self.passage == Passage::None
        {
            text.finish(self.id, batch);
        }
    }

    /// Appends bytes as they are, 255 doubled, to `out`.
    pub fn write_bytes(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        self.finish_turn(out);
        escape::escape(bytes, out);
    }

    /// Appends text to `out`: line ends made right, in the character set of the direction, 255 doubled. `text` is UTF-8,
    /// where the rule is [`ErrorRule::Surrogate`] with lone surrogates in it. In bytes mode the UTF-8 is sent.
    ///
    /// A CR at its end waits for the next text, or for [`finish_turn`](Conversation::finish_turn).
    pub fn write_text(&mut self, text: &[u8], out: &mut Vec<u8>, batch: &mut Batch) {
        let binary = self.endpoint.is_on(Side::Local, Opt::BINARY);
        match &mut self.text {
            Some(state) => state.encode(self.id, text, (self.choice.charset(binary), binary), out, batch),
            None => escape::escape(text, out),
        }
    }

    /// The writes of a turn are over: a CR that waited for an LF was a bare one.
    pub fn finish_turn(&mut self, out: &mut Vec<u8>) {
        if let Some(state) = &mut self.text {
            let binary = self.endpoint.is_on(Side::Local, Opt::BINARY);
            state.finish_turn((self.choice.charset(binary), binary), out);
        }
    }

    /// The same, and tells what that sent.
    pub fn end_turn(&mut self, out: &mut Vec<u8>, batch: &mut Batch) {
        let before = out.len();
        self.finish_turn(out);
        self.trace(Going::Out, &out[before..], batch);
    }

    /// True while a CR waits for what follows it.
    pub fn is_mid_turn(&self) -> bool {
        self.text.as_ref().is_some_and(TextState::is_mid_turn)
    }

    /// Appends `IAC command`.
    pub fn send_command(&mut self, command: Command, out: &mut Vec<u8>) {
        self.finish_turn(out);
        escape::command(command, out);
    }

    /// Appends a subnegotiation.
    pub fn send_subnegotiation(&mut self, option: Opt, payload: &[u8], out: &mut Vec<u8>) {
        self.finish_turn(out);
        escape::subnegotiation(option, payload, out);
    }

    /// Asks the peer to have an option on or off.
    pub fn ask(&mut self, side: Side, option: Opt, enable: bool, out: &mut Vec<u8>, batch: &mut Batch) {
        self.finish_turn(out);
        if let Some(change) = self.endpoint.ask(side, option, enable, out).change {
            self.tell_option(change, out.len(), batch);
        }
    }

    /// Says a negotiation whatever the state, and observes that side.
    pub fn say(&mut self, verb: Verb, option: Opt, out: &mut Vec<u8>) {
        self.finish_turn(out);
        self.endpoint.say(verb, option, out);
    }

    /// Nothing is observed any more.
    pub fn unobserve(&mut self) {
        self.endpoint.unobserve();
    }

    /// Appends a timing mark.
    pub fn timing_mark(&mut self, out: &mut Vec<u8>) {
        self.finish_turn(out);
        self.endpoint.timing_mark(out);
    }

    /// Asks to be logged out, or warns of it.
    pub fn logout(&mut self, out: &mut Vec<u8>) {
        self.finish_turn(out);
        self.endpoint.logout(out);
    }

    /// Asks for the peer's status, if it tells one.
    pub fn request_status(&mut self, out: &mut Vec<u8>) {
        self.finish_turn(out);
        self.endpoint.request_status(out);
    }

    /// Says how the client's terminal is to behave, if it listens to that.
    pub fn set_flow_control(&mut self, wanted: FlowControl, out: &mut Vec<u8>) {
        self.finish_turn(out);
        self.endpoint.set_flow_control(wanted, out);
    }

    /// CR NUL is told as it is from here on, or as CR where that is text.
    pub fn keep_nuls(&mut self, keeps: bool) {
        self.keeps_nuls = keeps;
        self.choose_line_ends();
    }

    /// Tells of special characters in the data from here on, while the peer sends each key as it is.
    pub fn watch(&mut self) {
        self.watches = true;
        self.watch_again();
    }

    /// Server: proposes a mode to a client that performs LINEMODE.
    pub fn set_linemode(&mut self, mode: Mode, out: &mut Vec<u8>) {
        self.finish_turn(out);
        // To others there is nothing to say.
        let _ = self.endpoint.set_linemode(mode, out);
    }

    /// Sets the character of a function.
    pub fn set_special(&mut self, function: Function, special: Special, out: &mut Vec<u8>, batch: &mut Batch) {
        self.finish_turn(out);
        if self.endpoint.set_special(function, special, out).is_ok() {
            told::push_linemode(self.id, &self.endpoint, batch);
            self.watch_again();
        }
    }

    /// The window of a client changed.
    pub fn resize(&mut self, columns: u16, rows: u16, out: &mut Vec<u8>) {
        self.endpoint.resize(columns, rows, out);
    }

    /// Nobody waits for the answers to the opening questions any longer.
    pub fn give_up(&mut self, out: &mut Vec<u8>) {
        self.endpoint.give_up(out);
    }

    /// The peer has been quiet for a second.
    pub fn quiet(&mut self) {
        self.endpoint.quiet();
    }

    /// The protocol's state.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// True where CR NUL is told as CR.
    fn reads_cr_nul(&self) -> bool {
        !self.keeps_nuls && self.text.as_ref().is_some_and(TextState::reads_cr_nul)
    }

    /// What is looked for in the data depends on what is agreed.
    fn watch_again(&mut self) {
        if self.watches {
            self.watched =
                self.endpoint.sends_keys().then(|| Box::new(Watched::new(self.endpoint.special_characters())));
        }
    }

    fn tell_option(&mut self, change: OptionChange, at: usize, batch: &mut Batch) {
        match change.option {
            Opt::MCCP2 | Opt::MCCP3 => self.switch_outflow(change, at),
            Opt::BINARY => self.choose_charset(),
            Opt::ECHO | Opt::SGA | Opt::LINEMODE => self.watch_again(),
            _ => {}
        }
        let OptionChange { side, option, enabled, changed } = change;
        let flags = u32::from(side == Side::Remote) << 8 | u32::from(enabled) << 9 | u32::from(changed) << 10;
        batch.push(self.id, Kind::Option, u32::from(option.0) | flags, b"");
    }

    /// A peer may do the same wrong any number of times: while the record of it stands last, that one counts on.
    fn tell_violation(&mut self, violation: Violation, batch: &mut Batch) {
        let repeats = self.violation.replace(violation) == Some(violation);
        if !repeats || !batch.count_again(self.id, Kind::Violation) {
            batch.push_with(self.id, Kind::Violation, 1, |out| told::write_violation(violation, out));
        }
    }
}

/// The flag of a Command record whose DM ended a Synch: all data before it is to be discarded.
const SYNCH: u32 = 1 << 8;

/// The part of `whole` from the beginning of `rest` on, which lies in it.
fn from<'i>(whole: &'i [u8], rest: &[u8]) -> &'i [u8] {
    &whole[rest.as_ptr() as usize - whole.as_ptr() as usize..]
}

/// Data of the peer's, in the session's character set.
fn take_data(id: u32, data: &[u8], text: Option<&mut TextState>, batch: &mut Batch) {
    match text {
        None => batch.push_data(id, |out| {
            out.extend_from_slice(data);
            Kind::Bytes
        }),
        Some(text) => text.decode(id, data, batch),
    }
}

mod inflow;
mod outflow;
mod raw;
mod speech;
#[cfg(test)]
mod tests;
