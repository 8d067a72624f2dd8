//! Reads the conversations in `transcripts/`; `transcripts/README.md` has the format.

use std::path::Path;

use telnet_proto::option::lflow::FlowControl;
use telnet_proto::option::linemode::{Function, Level, Mode, Special};
use telnet_proto::option::new_environ::{Kind, Variable};
use telnet_proto::option::tspeed::Speed;
use telnet_proto::{Command, Config, Opt, Policy, Role, Side, Stance, Verb};

/// A conversation.
pub(crate) struct Transcript {
    /// The file it stands in.
    pub(crate) name: String,
    /// What the settings say.
    pub(crate) config: Config,
    /// The set that we take where it is offered.
    pub(crate) takes: Option<Box<str>>,
    /// What happens, in order.
    pub(crate) steps: Vec<Step>,
}

/// What happens, and what must come of it.
pub(crate) struct Step {
    /// Where it stands.
    pub(crate) line: usize,
    /// What happens.
    pub(crate) action: Action,
    /// What we must send.
    pub(crate) sent: Vec<u8>,
    /// What the caller must be told.
    pub(crate) told: Vec<String>,
}

/// What we do, or a read.
pub(crate) enum Action {
    Open,
    Ask(Side, Opt, bool),
    Say(Verb, Opt),
    Unobserve,
    TimingMark,
    Logout,
    RequestStatus,
    FlowControl(FlowControl),
    RequestCharset(Vec<Box<str>>),
    Resize(u16, u16),
    SetLinemode(Mode),
    SetSpecial(Function, Special),
    Text(bool),
    GiveUp,
    Quiet,
    Read(Vec<u8>),
}

/// Every conversation of a folder.
pub(crate) fn all(folder: &Path) -> Vec<Transcript> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a folder that can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Transcript {
    let name = path.file_name().expect("a file").to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let (mut config, mut takes) = (None, None);
    let mut steps: Vec<Step> = Vec::new();
    for (line, text) in (1..).zip(text.lines()) {
        let fail = |reason: &str| -> ! { panic!("{name}:{line}: {reason}: {text}") };
        let (mark, rest) = text.split_once(' ').unwrap_or((text, ""));
        if matches!(mark, "" | "#") {
            continue;
        }
        let words = words(text).unwrap_or_else(|| fail("a string without end"));
        match (mark, &mut config, steps.last_mut()) {
            (">", Some(_), Some(step)) => {
                step.sent.extend(bytes(rest).unwrap_or_else(|| fail("not bytes")));
            }
            ("=", Some(_), Some(step)) => step.told.push(rest.trim().to_owned()),
            ("role", config @ None, None) => *config = Some(role(&words).unwrap_or_else(|| fail("no such role"))),
            ("take-charset", Some(_), None) => {
                takes = words.get(1).and_then(Word::string).or_else(|| fail("not a name"));
            }
            (_, Some(config), last) => {
                let read = || Some(Action::Read(bytes(rest)?));
                if let Some(action) = if mark == "<" { read() } else { action(&words) } {
                    if steps.is_empty() && !matches!(action, Action::Open) {
                        fail("the first step must be to open");
                    }
                    steps.push(Step { line, action, sent: Vec::new(), told: Vec::new() });
                } else if last.is_some() || set(config, &words).is_none() {
                    fail("neither a step nor, before the first step, a setting");
                }
            }
            _ => fail("the role must come first"),
        }
    }
    Transcript { config: config.unwrap_or_else(|| panic!("{name}: no role")), name, takes, steps }
}

fn role(words: &[Word<'_>]) -> Option<Config> {
    match words {
        [_, Word::Bare("server")] => Some(Config::for_role(Role::Server)),
        [_, Word::Bare("client")] => Some(Config::for_role(Role::Client)),
        _ => None,
    }
}

fn set(config: &mut Config, words: &[Word<'_>]) -> Option<()> {
    let [Word::Bare(setting), values @ ..] = words else {
        return None;
    };
    match (*setting, values) {
        ("policy", [Word::Bare("refuse-all")]) => config.policy = Policy::refuse_all(),
        ("policy", [Word::Bare(side), Word::Bare(option), Word::Bare(stance)]) => {
            let stance = match *stance {
                "refuse" => Stance::Refuse,
                "accept" => Stance::Accept,
                "request" => Stance::Request,
                _ => return None,
            };
            config.policy.set(self::side(side)?, self::option(option)?, stance);
        }
        ("limit", [Word::Bare(name), Word::Bare(value)]) => {
            let (limits, bound) = (&mut config.limits, value.parse().ok()?);
            match *name {
                "subnegotiation" => limits.subnegotiation = value.parse().ok()?,
                "environment-variables" => limits.environment_variables = bound,
                "environment-name" => limits.environment_name = bound,
                "environment-value" => limits.environment_value = bound,
                "columns" => limits.columns = bound,
                "rows" => limits.rows = bound,
                _ => return None,
            }
        }
        ("terminal-types", names) => config.terminal_types = strings(names)?,
        ("charsets", names) => config.charsets = strings(names)?,
        ("environment-names", names) => config.environment_names = strings(names)?,
        ("linemode", bits) => {
            config.linemode = mode(&bits.iter().map(Word::bare).collect::<Option<Vec<_>>>()?)?;
        }
        ("window", [Word::Bare(columns), Word::Bare(rows)]) => {
            config.window = (columns.parse().ok()?, rows.parse().ok()?);
        }
        ("speed", [Word::Bare(transmit), Word::Bare(receive)]) => {
            config.terminal_speed = Speed { transmit: transmit.parse().ok()?, receive: receive.parse().ok()? };
        }
        ("display", [display]) => config.x_display_location = display.string()?,
        ("location", [location]) => config.location = location.string()?,
        ("are-you-there", [Word::String(answer)]) => config.are_you_there = answer.as_slice().into(),
        ("environment", variables) => {
            config.environment = variables.chunks(3).map(variable).collect::<Option<_>>()?;
        }
        _ => return None,
    }
    Some(())
}

fn action(words: &[Word<'_>]) -> Option<Action> {
    if let [Word::Bare("request-charset"), names @ ..] = words {
        return Some(Action::RequestCharset(strings(names)?));
    }
    let bare: Vec<&str> = words.iter().map(Word::bare).collect::<Option<_>>()?;
    Some(match bare[..] {
        ["open"] => Action::Open,
        ["enable", side, option] => Action::Ask(self::side(side)?, self::option(option)?, true),
        ["disable", side, option] => Action::Ask(self::side(side)?, self::option(option)?, false),
        ["say", verb, option] => Action::Say(self::verb(verb)?, self::option(option)?),
        ["unobserve"] => Action::Unobserve,
        ["timing-mark"] => Action::TimingMark,
        ["logout"] => Action::Logout,
        ["request-status"] => Action::RequestStatus,
        ["flow-control", enabled, restart] => Action::FlowControl(FlowControl {
            enabled: one_of(enabled, "off", "on")?,
            restart_any: one_of(restart, "xon", "any")?,
        }),
        ["resize", columns, rows] => Action::Resize(columns.parse().ok()?, rows.parse().ok()?),
        ["set-linemode", ref bits @ ..] => Action::SetLinemode(mode(bits)?),
        ["set-special", function, ref special @ ..] => {
            Action::SetSpecial(Function::from_name(function)?, self::special(special)?)
        }
        ["text", "on"] => Action::Text(true),
        ["text", "off"] => Action::Text(false),
        ["give-up"] => Action::GiveUp,
        ["quiet"] => Action::Quiet,
        _ => return None,
    })
}

/// Whether the word is the second of two.
fn one_of(word: &str, first: &str, second: &str) -> Option<bool> {
    [first, second].iter().position(|known| *known == word).map(|at| at == 1)
}

fn side(word: &str) -> Option<Side> {
    [Side::Local, Side::Remote].into_iter().find(|side| side.to_string() == word)
}

fn verb(word: &str) -> Option<Verb> {
    [Verb::Will, Verb::Wont, Verb::Do, Verb::Dont].into_iter().find(|verb| verb.to_string() == word)
}

fn option(word: &str) -> Option<Opt> {
    Opt::from_name(word).or_else(|| Some(Opt(number(word)?)))
}

fn number(word: &str) -> Option<u8> {
    match word.strip_prefix("0x") {
        Some(digits) => u8::from_str_radix(digits, 16).ok(),
        None => word.parse().ok(),
    }
}

fn mode(bits: &[&str]) -> Option<Mode> {
    let bit = |name: &&str| Mode::NAMES.iter().find(|(known, _)| known == name).map(|&(_, bit)| bit);
    match bits {
        ["0"] => Some(Mode::default()),
        bits => bits.iter().map(bit).try_fold(Mode::default(), |mode, bit| Some(mode | bit?)),
    }
}

fn special(words: &[&str]) -> Option<Special> {
    let [level, flags @ .., value] = words else {
        return None;
    };
    let level = match *level {
        "NOSUPPORT" => Level::NoSupport,
        "CANTCHANGE" => Level::CantChange,
        "VALUE" => Level::Value,
        "DEFAULT" => Level::Default,
        _ => return None,
    };
    let (flush_in, flush_out) = (flags.contains(&"FLUSHIN"), flags.contains(&"FLUSHOUT"));
    Some(Special { level, flush_in, flush_out, value: number(value)? })
}

fn strings(words: &[Word<'_>]) -> Option<Vec<Box<str>>> {
    words.iter().map(Word::string).collect()
}

fn variable(words: &[Word<'_>]) -> Option<Variable> {
    let [Word::Bare(kind), name, value] = words else {
        return None;
    };
    let kind = match *kind {
        "VAR" => Kind::Var,
        "USERVAR" => Kind::UserVar,
        _ => return None,
    };
    Some(Variable { kind, name: name.string()?, value: value.string()? })
}

/// A piece of a line.
enum Word<'t> {
    Bare(&'t str),
    String(Vec<u8>),
}

impl<'t> Word<'t> {
    fn bare(&self) -> Option<&'t str> {
        match self {
            Word::Bare(word) => Some(word),
            Word::String(_) => None,
        }
    }

    fn string(&self) -> Option<Box<str>> {
        match self {
            Word::Bare(_) => None,
            Word::String(bytes) => Some(std::str::from_utf8(bytes).ok()?.into()),
        }
    }
}

/// The words and strings of a line; `None` where a string is broken.
fn words(line: &str) -> Option<Vec<Word<'_>>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        if let Some(string) = rest.strip_prefix('"') {
            let (bytes, after) = string_end(string)?;
            words.push(Word::String(bytes));
            rest = after;
        } else {
            let (word, after) = rest.split_at(rest.find(' ').unwrap_or(rest.len()));
            words.push(Word::Bare(word));
            rest = after;
        }
        rest = rest.trim_start();
    }
    Some(words)
}

/// The bytes of a string, and what follows its closing quote.
fn string_end(mut rest: &str) -> Option<(Vec<u8>, &str)> {
    let mut bytes = Vec::new();
    loop {
        let mut characters = rest.chars();
        match (characters.next()?, characters.next()) {
            ('"', _) => return Some((bytes, &rest[1..])),
            ('\\', Some('x')) => {
                bytes.push(u8::from_str_radix(rest.get(2..4)?, 16).ok()?);
                rest = &rest[4..];
                continue;
            }
            ('\\', Some(escaped)) => {
                bytes.push(match escaped {
                    'r' => b'\r',
                    'n' => b'\n',
                    '0' => 0,
                    '"' => b'"',
                    '\\' => b'\\',
                    _ => return None,
                });
                rest = &rest[2..];
                continue;
            }
            (character, _) => {
                bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                rest = &rest[character.len_utf8()..];
            }
        }
    }
}

/// The bytes that a `<` or `>` line says.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut before = "";
    for word in words(text)? {
        before = match word {
            Word::String(string) => {
                bytes.extend(string);
                ""
            }
            Word::Bare(word) => {
                bytes.push(byte(before, word)?);
                word
            }
        };
    }
    Some(bytes)
}

/// The byte that a word means after the word `before` it.
fn byte(before: &str, word: &str) -> Option<u8> {
    if let ("WILL" | "WONT" | "DO" | "DONT" | "SB", Some(option)) = (before, Opt::from_name(word)) {
        return Some(option.0);
    }
    match word {
        "IAC" => Some(Command::IAC.0),
        "MODE" => Some(1),
        "FORWARDMASK" => Some(2),
        "SLC" => Some(3),
        "WILL" | "WONT" | "DO" | "DONT" if before == "LINEMODE" => Some(Command::from_name(word)?.0),
        "IS" | "VAR" => Some(0),
        "SEND" | "VALUE" => Some(1),
        "INFO" | "ESC" => Some(2),
        "USERVAR" => Some(3),
        "REQUEST" => Some(1),
        "ACCEPTED" => Some(2),
        "REJECTED" => Some(3),
        name if before == "IAC" && Command::from_name(name).is_some() => Some(Command::from_name(name)?.0),
        digits => number(digits),
    }
}
