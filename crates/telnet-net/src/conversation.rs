//! A Telnet conversation without its socket: the endpoint of `telnet-proto`, the text of `telnet-charset`, and what both
//! have to tell as records.
//!
//! Which character set holds when: a direction is NVT ASCII until BINARY is agreed for it (RFC 856), unless the set is
//! forced; then the session's own.

use std::sync::Arc;

use telnet_charset::{Charset, Decoded, Decoder, Encoder, ErrorRule};
use telnet_proto::newline::Newline;
use telnet_proto::option::new_environ::{Environment, Kind as VariableKind};
use telnet_proto::{Asked, Command, Config, Endpoint, Event, Limits, Opt, OptionChange, Side, Violation, escape};

use crate::batch::{Batch, Kind};
use crate::json::{self, Value};

/// What a conversation is made from; shared by all connections of a listener.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The protocol's own. `text` in it is set by `text` here.
    pub protocol: Arc<Config>,
    /// The session's character set; `None` is bytes mode.
    pub text: Option<Text>,
}

/// How text is converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The set, where it may be spoken.
    pub charset: Charset,
    /// It is spoken though BINARY was not agreed.
    pub forced: bool,
    /// What becomes of that which cannot be converted.
    pub errors: ErrorRule,
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
}

#[derive(Debug)]
struct TextState {
    text: Text,
    decoder: Decoder,
    newline: Newline,
}

impl Conversation {
    /// A conversation whose records carry the connection `id`.
    pub fn new(id: u32, settings: &Settings) -> Conversation {
        let config = Arc::clone(&settings.protocol);
        let endpoint = Endpoint::new(Arc::clone(&config));
        Conversation { id, config, endpoint, text: settings.text.map(TextState::new) }
    }

    /// Appends what this end says first to `out`.
    pub fn open(&mut self, out: &mut Vec<u8>, batch: &mut Batch) -> u32 {
        self.endpoint.open(out);
        self.receive(b"", out, batch)
    }

    /// Takes in what came, appending answers to `out` and records to `batch`. Returns what the records cost.
    pub fn receive(&mut self, bytes: &[u8], out: &mut Vec<u8>, batch: &mut Batch) -> u32 {
        let (mut input, mut cost) = (bytes, 0);
        while let Some(event) = self.endpoint.next(&mut input, out) {
            cost += match event {
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
                    batch.push(self.id, Kind::TerminalType, argument, name.as_bytes())
                }
                Event::TerminalTypesComplete => batch.push(self.id, Kind::TerminalTypesComplete, 0, b""),
                Event::WindowSize { columns, rows } => {
                    let ([c0, c1], [r0, r1]) = (columns.to_le_bytes(), rows.to_le_bytes());
                    batch.push(self.id, Kind::WindowSize, 0, &[c0, c1, r0, r1])
                }
                Event::Environment(told) => {
                    let limits = &self.config.limits;
                    batch.push_with(self.id, Kind::Environment, told.is_update.into(), |out| {
                        write_environment(&told, limits, out);
                    })
                }
                Event::Requested(option) => batch.push(self.id, Kind::Requested, option.0.into(), b""),
                Event::TimingMark => batch.push(self.id, Kind::TimingMark, 0, b""),
                Event::Subnegotiation { option, payload } => {
                    batch.push(self.id, Kind::Subnegotiation, option.0.into(), payload)
                }
                Event::Settled { plain } => batch.push(self.id, Kind::Settled, plain.into(), b""),
                Event::Violation(violation) => push_violation(self.id, violation, batch),
                // The events of the protocol crate are a growing list; what is not known here is not told.
                _ => 0,
            };
        }
        self.endpoint.shrink();
        cost
    }

    /// The peer will send no more: half a character at the end is told by the error rule.
    pub fn receive_end(&mut self, batch: &mut Batch) -> u32 {
        self.text.as_mut().map_or(0, |text| text.finish(self.id, batch))
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
    pub fn write_text(&mut self, text: &[u8], out: &mut Vec<u8>, batch: &mut Batch) -> u32 {
        let binary = self.endpoint.is_on(Side::Local, Opt::BINARY);
        match &mut self.text {
            Some(state) => state.encode(self.id, text, binary, out, batch),
            None => {
                escape::escape(text, out);
                0
            }
        }
    }

    /// The writes of a turn are over: a CR that waited for an LF was a bare one.
    pub fn finish_turn(&mut self, out: &mut Vec<u8>) {
        if self.is_mid_turn()
            && let Some(state) = &mut self.text
        {
            state.finish_turn(self.endpoint.is_on(Side::Local, Opt::BINARY), out);
        }
    }

    /// True while a CR waits for what follows it.
    pub fn is_mid_turn(&self) -> bool {
        self.text.as_ref().is_some_and(|state| state.newline.is_holding())
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
    pub fn ask(&mut self, side: Side, option: Opt, enable: bool, out: &mut Vec<u8>, batch: &mut Batch) -> u32 {
        self.finish_turn(out);
        let Asked { change, .. } = self.endpoint.ask(side, option, enable, out);
        change.map_or(0, |change| self.tell_option(change, batch))
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
    pub fn set_text(&mut self, text: Option<Text>, batch: &mut Batch) -> u32 {
        let cost = match (&mut self.text, text) {
            (Some(state), Some(text)) => {
                state.text = text;
                0
            }
            (Some(state), None) => state.finish(self.id, batch),
            (None, _) => 0,
        };
        self.endpoint.set_text(text.is_some());
        match (&self.text, text) {
            (Some(_), Some(_)) => {}
            (_, text) => self.text = text.map(TextState::new),
        }
        self.choose_charset();
        cost
    }

    /// How text is converted now.
    pub fn text(&self) -> Option<Text> {
        self.text.as_ref().map(|state| state.text)
    }

    /// The protocol's state.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn tell_option(&mut self, change: OptionChange, batch: &mut Batch) -> u32 {
        if change.option == Opt::BINARY {
            self.choose_charset();
        }
        let OptionChange { side, option, enabled, changed } = change;
        let flags = u32::from(side == Side::Remote) << 8 | u32::from(enabled) << 9 | u32::from(changed) << 10;
        batch.push(self.id, Kind::Option, u32::from(option.0) | flags, b"")
    }

    /// Incoming text is in the set that holds from here on.
    fn choose_charset(&mut self) {
        let binary = self.endpoint.is_on(Side::Remote, Opt::BINARY);
        if let Some(state) = &mut self.text {
            let charset = state.text.charset(binary);
            if state.decoder.charset() != charset {
                state.decoder.switch(charset);
            }
        }
    }
}

impl Text {
    /// The set of a direction, given whether BINARY is agreed for it.
    fn charset(self, binary: bool) -> Charset {
        if binary || self.forced { self.charset } else { Charset::US_ASCII }
    }
}

impl TextState {
    fn new(text: Text) -> TextState {
        let decoder = Decoder::new(text.charset(false), text.errors);
        TextState { text, decoder, newline: Newline::default() }
    }

    fn decode(&mut self, id: u32, bytes: &[u8], batch: &mut Batch) -> u32 {
        let (mut rest, mut cost) = (bytes, 0);
        loop {
            let mut failure = None;
            cost += batch.push_data(id, |out| match self.decoder.decode(rest, out) {
                Ok(decoded) => text_kind(decoded),
                Err(error) => {
                    rest = &rest[error.consumed..];
                    let kind = text_kind(error.decoded);
                    failure = Some(error);
                    kind
                }
            });
            let Some(error) = failure else { return cost };
            cost += push_text_error(id, false, &error, error.offset, error.bytes(), batch);
        }
    }

    fn finish(&mut self, id: u32, batch: &mut Batch) -> u32 {
        let mut cost = 0;
        loop {
            let mut failure = None;
            cost += batch.push_data(id, |out| match self.decoder.finish(out) {
                Ok(decoded) => text_kind(decoded),
                Err(error) => {
                    let kind = text_kind(error.decoded);
                    failure = Some(error);
                    kind
                }
            });
            let Some(error) = failure else { return cost };
            cost += push_text_error(id, false, &error, error.offset, error.bytes(), batch);
        }
    }

    fn encode(&mut self, id: u32, text: &[u8], binary: bool, out: &mut Vec<u8>, batch: &mut Batch) -> u32 {
        let charset = self.text.charset(binary);
        // UTF-8 has no byte 255, and ASCII in a set that contains it neither: the line ends are all there is to do.
        if charset == Charset::UTF_8 && self.text.errors != ErrorRule::Surrogate
            || charset.is_ascii_superset() && text.is_ascii()
        {
            self.newline.encode(text, binary, out);
            return 0;
        }
        let mut lines = Vec::with_capacity(text.len());
        self.newline.encode(text, binary, &mut lines);
        self.convert(id, charset, &lines, out, batch)
    }

    fn convert(&self, id: u32, charset: Charset, text: &[u8], out: &mut Vec<u8>, batch: &mut Batch) -> u32 {
        let mut encoder = Encoder::new(charset, self.text.errors);
        let mut bytes = Vec::with_capacity(text.len());
        let (mut rest, mut cost) = (text, 0);
        // What can't be said is left out and told; the text around it goes its way.
        while let Err(error) = encoder.encode_wtf8(rest, &mut bytes) {
            let at = error.offset;
            // What stands before the culprit has been seen to convert.
            let _ = encoder.encode_wtf8(&rest[..at], &mut bytes);
            let after = (at + 1..rest.len()).find(|&next| rest[next] & 0b1100_0000 != 0b1000_0000);
            let after = after.unwrap_or(rest.len());
            cost += push_text_error(id, true, &error, error.offset as u64, &rest[at..after], batch);
            rest = &rest[after..];
        }
        escape::escape(&bytes, out);
        cost
    }

    fn finish_turn(&mut self, binary: bool, out: &mut Vec<u8>) {
        let mut bytes = Vec::new();
        self.newline.finish(binary, &mut bytes);
        let charset = self.text.charset(binary);
        // CR and NUL are in every set that can be spoken.
        let _ = Encoder::new(charset, ErrorRule::Replace).encode_wtf8(&bytes, out);
    }
}

fn text_kind(decoded: Decoded) -> (Kind, u32) {
    if decoded.ascii { (Kind::Ascii, 0) } else { (Kind::Utf8, decoded.surrogates.into()) }
}

fn push_violation(id: u32, violation: Violation, batch: &mut Batch) -> u32 {
    let option = violation.option().map_or(Value::None, |option| Value::Number(option.0.into()));
    let message = violation.to_string();
    let members = [("code", Value::Text(violation.code())), ("option", option), ("message", Value::Text(&message))];
    let mut json = Vec::new();
    json::object(&members, &mut json);
    batch.push_counted(id, Kind::Violation, &json)
}

fn push_text_error(
    id: u32,
    outgoing: bool,
    error: &dyn std::error::Error,
    offset: u64,
    culprit: &[u8],
    batch: &mut Batch,
) -> u32 {
    let code = if outgoing { "TELNET_ENCODE" } else { "TELNET_DECODE" };
    let message = error.to_string();
    let bytes: String = culprit.iter().map(|byte| format!("{byte:02x}")).collect();
    let offset = Value::Number(offset as i64);
    let members = [
        ("code", Value::Text(code)),
        ("message", Value::Text(&message)),
        ("offset", offset),
        ("bytes", Value::Text(&bytes)),
    ];
    batch.push_with(id, Kind::TextError, outgoing.into(), |out| json::object(&members, out))
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
