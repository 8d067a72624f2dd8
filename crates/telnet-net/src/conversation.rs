//! A Telnet conversation without its socket: the endpoint of `telnet-proto`, the text of `telnet-charset`, and what both
//! have to tell as records.

use std::sync::Arc;

use telnet_proto::option::new_environ::{Environment, Kind as VariableKind};
use telnet_proto::{Command, Config, Endpoint, Event, Limits, Opt, OptionChange, Side, Violation, escape};

use crate::batch::{Batch, Kind};
use crate::json::{self, Value};
use crate::text::{Text, TextState};

/// What a conversation is made from; shared by all connections of a listener.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The protocol's own. `text` in it is set by `text` here.
    pub protocol: Arc<Config>,
    /// The session's character set; `None` is bytes mode.
    pub text: Option<Text>,
}

impl Settings {
    /// Settings of a protocol configuration and a way with text.
    pub fn new(protocol: Config, text: Option<Text>) -> Settings {
        let protocol = Arc::new(Config { text: text.is_some(), ..protocol });
        Settings { protocol, text }
    }
}

/// One Telnet conversation.
#[derive(Debug)]
pub struct Conversation {
    id: u32,
    config: Arc<Config>,
    endpoint: Endpoint,
    text: Option<TextState>,
    /// What the peer did wrong last.
    violation: Option<Violation>,
}

impl Conversation {
    /// A conversation whose records carry the connection `id`.
    pub fn new(id: u32, settings: &Settings) -> Conversation {
        let config = Arc::clone(&settings.protocol);
        let endpoint = Endpoint::new(Arc::clone(&config));
        Conversation { id, config, endpoint, text: settings.text.map(TextState::new), violation: None }
    }

    /// Appends what this end says first to `out`.
    pub fn open(&mut self, out: &mut Vec<u8>, batch: &mut Batch) {
        self.endpoint.open(out);
        self.receive(b"", out, batch);
    }

    /// Takes in what came, appending answers to `out` and records to `batch`.
    pub fn receive(&mut self, bytes: &[u8], out: &mut Vec<u8>, batch: &mut Batch) {
        self.receive_some(&mut &*bytes, u32::MAX, out, batch);
    }

    /// Takes in what came, off the front of `input`, until it is used up or its records cost more than `most`, data not
    /// counted: a peer can make dozens of bytes of records from one of its own. What is left in `input` is to be given
    /// again.
    pub(crate) fn receive_some(&mut self, input: &mut &[u8], most: u32, out: &mut Vec<u8>, batch: &mut Batch) {
        loop {
            if self.text.is_none() {
                batch.push_data(self.id, |out| {
                    self.endpoint.copy_data(input, out);
                    (Kind::Bytes, 0)
                });
            }
            let Some(event) = self.endpoint.next(input, out) else { break };
            match event {
                Event::Data(data) => match &mut self.text {
                    None => batch.push_data(self.id, |out| {
                        out.extend_from_slice(data);
                        (Kind::Bytes, 0)
                    }),
                    Some(text) => text.decode(self.id, data, batch),
                },
                Event::Command(command) => batch.push(self.id, Kind::Command, command.0.into(), b""),
                Event::Option(change) => self.tell_option(change, batch),
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
                        write_environment(&told, limits, out);
                    });
                }
                Event::Requested(option) => batch.push(self.id, Kind::Requested, option.0.into(), b""),
                Event::TimingMark => batch.push(self.id, Kind::TimingMark, 0, b""),
                Event::Subnegotiation { option, payload } => {
                    batch.push(self.id, Kind::Subnegotiation, option.0.into(), payload);
                }
                Event::Settled { plain } => batch.push(self.id, Kind::Settled, plain.into(), b""),
                Event::Violation(violation) => self.tell_violation(violation, batch),
                // The events of the protocol crate are a growing list; what is not known here is not told.
                _ => {}
            }
            // With no input left, the endpoint may still have something to say.
            if batch.cost().records > most && !input.is_empty() {
                break;
            }
        }
        self.endpoint.shrink();
    }

    /// The peer will send no more: half a character at the end is told by the error rule.
    pub fn receive_end(&mut self, batch: &mut Batch) {
        if let Some(text) = &mut self.text {
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
            Some(state) => state.encode(self.id, text, binary, out, batch),
            None => escape::escape(text, out),
        }
    }

    /// The writes of a turn are over: a CR that waited for an LF was a bare one.
    pub fn finish_turn(&mut self, out: &mut Vec<u8>) {
        if let Some(state) = &mut self.text {
            state.finish_turn(self.endpoint.is_on(Side::Local, Opt::BINARY), out);
        }
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
            self.tell_option(change, batch);
        }
    }

    /// Appends a timing mark.
    pub fn timing_mark(&mut self, out: &mut Vec<u8>) {
        self.finish_turn(out);
        self.endpoint.timing_mark(out);
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

    /// Changes the character set, or to bytes mode, both ways from here on. Half a character held is read in the new set,
    /// or by the error rule where bytes follow.
    pub fn set_text(&mut self, text: Option<Text>, out: &mut Vec<u8>, batch: &mut Batch) {
        self.finish_turn(out);
        match (&mut self.text, text) {
            (Some(state), Some(text)) => state.change(self.id, text, batch),
            (_, text) => {
                self.receive_end(batch);
                self.text = text.map(TextState::new);
            }
        }
        self.endpoint.set_text(text.is_some());
        self.choose_charset();
    }

    /// The protocol's state.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn tell_option(&mut self, change: OptionChange, batch: &mut Batch) {
        if change.option == Opt::BINARY {
            self.choose_charset();
        }
        let OptionChange { side, option, enabled, changed } = change;
        let flags = u32::from(side == Side::Remote) << 8 | u32::from(enabled) << 9 | u32::from(changed) << 10;
        batch.push(self.id, Kind::Option, u32::from(option.0) | flags, b"");
    }

    /// A peer may do the same wrong any number of times: while the record of it stands last, that one counts on.
    fn tell_violation(&mut self, violation: Violation, batch: &mut Batch) {
        let repeats = self.violation.replace(violation) == Some(violation);
        if !repeats || !batch.count_again(self.id, Kind::Violation) {
            batch.push_with(self.id, Kind::Violation, 1, |out| write_violation(violation, out));
        }
    }

    /// Incoming text is in the set that holds from here on.
    fn choose_charset(&mut self) {
        let binary = self.endpoint.is_on(Side::Remote, Opt::BINARY);
        if let Some(state) = &mut self.text {
            state.choose_charset(binary);
        }
    }
}

fn write_violation(violation: Violation, out: &mut Vec<u8>) {
    let option = violation.option().map_or(Value::None, |option| Value::Number(option.0.into()));
    let message = violation.to_string();
    let members = [("code", Value::Text(violation.code())), ("option", option), ("message", Value::Text(&message))];
    json::object(&members, out);
}

/// `[[kind, name, value or null], …]`, the kind as on the wire.
fn write_environment(told: &Environment<'_>, limits: &Limits, out: &mut Vec<u8>) {
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
