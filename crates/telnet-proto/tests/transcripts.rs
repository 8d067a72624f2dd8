//! Plays every conversation of `transcripts/` to an endpoint: whole, byte by byte, and with each read cut at each place.

mod transcript;

use std::path::Path;
use std::sync::Arc;

use telnet_proto::option::lflow::FlowControl;
use telnet_proto::option::new_environ::{Environment, Kind};
use telnet_proto::option::status::{Entry, Report};
use telnet_proto::{Endpoint, Event, Limits, Opt, OptionChange, Violation};
use transcript::{Action, Step, Transcript};

#[test]
fn every_conversation_goes_as_written_however_its_reads_are_cut() {
    let transcripts = transcript::all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("transcripts"));
    assert!(transcripts.len() > 30, "only {} conversations", transcripts.len());
    for transcript in &transcripts {
        play(transcript, |read| vec![read]);
        play(transcript, |read| read.chunks(1).collect());
        let longest = transcript.steps.iter().map(|step| match &step.action {
            Action::Read(bytes) => bytes.len(),
            _ => 0,
        });
        let longest = longest.max().unwrap_or(0);
        for cut in 1..longest {
            play(transcript, |read| read.split_at_checked(cut).map_or_else(|| vec![read], |(a, b)| vec![a, b]));
        }
    }
}

fn play(transcript: &Transcript, cut: impl Fn(&[u8]) -> Vec<&[u8]>) {
    let mut endpoint = Endpoint::new(Arc::new(transcript.config.clone()));
    for step in &transcript.steps {
        let (mut sent, mut told) = (Vec::new(), Told::default());
        let mut read = &[][..];
        match &step.action {
            Action::Open => endpoint.open(&mut sent),
            Action::Ask(side, option, enable) => {
                let asked = endpoint.ask(*side, *option, *enable, &mut sent);
                told.lines.extend(asked.change.map(|change| Line::Event(option_changed(change))));
            }
            Action::Say(verb, option) => endpoint.say(*verb, *option, &mut sent),
            Action::Unobserve => endpoint.unobserve(),
            Action::TimingMark => endpoint.timing_mark(&mut sent),
            Action::Logout => endpoint.logout(&mut sent),
            Action::RequestStatus => drop(endpoint.request_status(&mut sent)),
            Action::FlowControl(wanted) => drop(endpoint.set_flow_control(*wanted, &mut sent)),
            Action::RequestCharset(names) => {
                let names: Vec<_> = names.iter().map(|name| name.as_bytes()).collect();
                if !endpoint.request_charset(&names, &mut sent) {
                    told.lines.push(Line::Event("not asked".to_owned()));
                }
            }
            Action::Resize(columns, rows) => endpoint.resize(*columns, *rows, &mut sent),
            Action::SetLinemode(mode) => endpoint.set_linemode(*mode, &mut sent).expect("a server with LINEMODE"),
            Action::SetSpecial(function, special) => {
                endpoint.set_special(*function, *special, &mut sent).expect("a function");
            }
            Action::Text(text) => endpoint.set_text(*text),
            Action::GiveUp => endpoint.give_up(&mut sent),
            Action::Quiet => endpoint.quiet(),
            Action::Read(bytes) => read = bytes,
        }
        // After each step of our own, too, the endpoint is asked: it may have settled.
        let reads = if read.is_empty() { vec![read] } else { cut(read) };
        for read in &reads {
            let limits = endpoint.limits().clone();
            let mut input = *read;
            while let Some(event) = endpoint.next(&mut input, &mut sent) {
                let offers = if let Event::CharsetRequested(offers) = event { Some(offers) } else { None };
                told.add(event, &limits);
                if let Some(offers) = offers {
                    let is_taken = |name: &&[u8]| transcript.takes.as_ref().is_some_and(|it| it.as_bytes() == *name);
                    let taken = offers.names().find(is_taken).map(<[u8]>::to_vec);
                    endpoint.answer_charset(taken.as_deref(), &mut sent);
                }
            }
            assert_eq!(input, b"", "the input is used up");
            endpoint.shrink();
        }
        let place = format!("{}:{} read as {reads:x?}", transcript.name, step.line);
        assert_eq!(sent.escape_ascii().to_string(), step.sent.escape_ascii().to_string(), "sent at {place}");
        let whole = reads.len() == 1;
        assert_eq!(told.lines(whole), expected(step, whole), "told at {place}");
        let settled = step.told.iter().find_map(|line| line.strip_prefix("settled"));
        assert_eq!(told.settled.as_deref(), settled, "settled at {place}");
    }
}

/// The lines that a step must tell. `settled` belongs to the end of a read, so that its place counts only in whole reads.
fn expected(step: &Step, whole: bool) -> Vec<&str> {
    step.told.iter().map(String::as_str).filter(|line| whole || !line.starts_with("settled")).collect()
}

/// What the caller was told in a step.
#[derive(Default)]
struct Told {
    lines: Vec<Line>,
    settled: Option<String>,
}

enum Line {
    Data(Vec<u8>),
    Settled(String),
    Event(String),
}

impl Told {
    fn add(&mut self, event: Event<'_>, limits: &Limits) {
        self.lines.push(match event {
            Event::Data(data) => Line::Data(data.to_vec()),
            Event::Settled { plain } => {
                assert_eq!(self.settled, None, "settled is told once");
                let how = if plain { " plain" } else { "" };
                self.settled = Some(how.to_owned());
                Line::Settled(format!("settled{how}"))
            }
            Event::Command(command) => Line::Event(format!("command {command}")),
            Event::Option(change) => Line::Event(option_changed(change)),
            Event::Heard(verb, option) => Line::Event(format!("heard {verb} {}", name(option))),
            Event::TerminalType { name, ordinal, mud } => {
                let mud = if mud { " mud" } else { "" };
                Line::Event(format!("terminal-type {ordinal} {}{mud}", quoted(name)))
            }
            Event::TerminalTypesComplete => Line::Event("terminal-types complete".to_owned()),
            Event::WindowSize { columns, rows } => Line::Event(format!("size {columns} {rows}")),
            Event::Environment(told) => Line::Event(environment(&told, limits)),
            Event::TerminalSpeed(speed) => Line::Event(format!("speed {} {}", speed.transmit, speed.receive)),
            Event::XDisplayLocation(display) => Line::Event(format!("display {}", quoted(display))),
            Event::Location(location) => Line::Event(format!("location {}", quoted(location))),
            Event::FlowControl(flow) => Line::Event(flow_control(flow)),
            Event::Status(report) => Line::Event(status(&report)),
            Event::Logout(logout) => Line::Event(format!("logout {}", format!("{logout:?}").to_lowercase())),
            Event::Linemode { mode, changed } => Line::Event(format!("linemode {}{mode}", still(changed))),
            Event::SpecialCharacters { changed } => Line::Event(format!("special-characters {}", same(changed))),
            Event::ForwardMask { changed } => Line::Event(format!("forward-mask {}", same(changed))),
            Event::CharsetRequested(offers) => {
                let names: Vec<_> = offers.names().map(quoted).collect();
                Line::Event(format!("charset-requested {}", names.join(" ")))
            }
            Event::Charset { name, by_caller } => Line::Event(format!("charset {}{}", quoted(name), asked(by_caller))),
            Event::CharsetRefused { by_caller } => Line::Event(format!("charset-refused{}", asked(by_caller))),
            Event::Requested(option) => Line::Event(format!("requested {}", name(option))),
            Event::TimingMark => Line::Event("timing-mark".to_owned()),
            Event::Compressed(option) => Line::Event(format!("compressed {}", name(option))),
            Event::Subnegotiation { option, payload } => {
                Line::Event(format!("subnegotiation {} {}", name(option), quoted(payload)))
            }
            Event::Violation(violation) => Line::Event(broken(violation)),
            other => panic!("an event without a line in the format: {other:?}"),
        });
    }

    /// The lines in the format, data that comes in pieces joined.
    fn lines(&self, with_settled: bool) -> Vec<String> {
        let mut lines = Vec::new();
        let mut data = Vec::new();
        for line in &self.lines {
            if let Line::Data(piece) = line {
                data.extend_from_slice(piece);
                continue;
            }
            if matches!(line, Line::Settled(_)) && !with_settled {
                continue;
            }
            if !data.is_empty() {
                lines.push(format!("data {}", quoted(&std::mem::take(&mut data))));
            }
            if let Line::Settled(text) | Line::Event(text) = line {
                lines.push(text.clone());
            }
        }
        if !data.is_empty() {
            lines.push(format!("data {}", quoted(&data)));
        }
        lines
    }
}

fn option_changed(OptionChange { side, option, enabled, changed }: OptionChange) -> String {
    format!("{side} {} {}{}", name(option), still(changed), if enabled { "on" } else { "off" })
}

fn still(changed: bool) -> &'static str {
    if changed { "" } else { "still " }
}

fn same(changed: bool) -> &'static str {
    if changed { "changed" } else { "same" }
}

fn asked(by_caller: bool) -> &'static str {
    if by_caller { " as-asked" } else { "" }
}

fn environment(told: &Environment<'_>, limits: &Limits) -> String {
    let mut line = "environment".to_owned();
    if told.is_update {
        line += " update";
    }
    for variable in told.variables(limits) {
        line += match variable.kind {
            Kind::Var => " VAR ",
            Kind::UserVar => " USERVAR ",
        };
        line += &quoted(&variable.name);
        if let Some(value) = &variable.value {
            line += " ";
            line += &quoted(value);
        }
    }
    line
}

fn flow_control(flow: FlowControl) -> String {
    let restart = if flow.restart_any { "any" } else { "xon" };
    format!("flow-control {} {restart}", if flow.enabled { "on" } else { "off" })
}

fn status(report: &Report<'_>) -> String {
    let entries = report.entries().map(|entry| match entry {
        Entry::Verb(verb, option) => format!(" {verb} {}", name(option)),
        Entry::Part(option, data) => format!(" SB {} {}", name(option), quoted(data)),
    });
    format!("status{}", entries.collect::<String>())
}

fn broken(violation: Violation) -> String {
    let code = violation.code();
    match (violation, violation.option()) {
        (Violation::UnknownCommand(byte), _) => format!("violation {code} {byte}"),
        (_, Some(option)) => format!("violation {code} {}", name(option)),
        (_, None) => format!("violation {code}"),
    }
}

fn name(option: Opt) -> String {
    option.to_string().replace('_', "-")
}

fn quoted(bytes: &[u8]) -> String {
    let escaped = bytes.iter().map(|&byte| match byte {
        b'\r' => "\\r".to_owned(),
        b'\n' => "\\n".to_owned(),
        0 => "\\0".to_owned(),
        b'"' => "\\\"".to_owned(),
        b'\\' => "\\\\".to_owned(),
        b' '..=b'~' => char::from(byte).to_string(),
        _ => format!("\\x{byte:02x}"),
    });
    format!("\"{}\"", escaped.collect::<String>())
}
