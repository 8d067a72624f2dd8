//! What fuzzing starts from: the conversations of `transcripts/`, and the inputs that `fuzz/corpus/` keeps, a file a target
//! with one input a line in hex. They were found by fuzzing and are the few that together reach all that was reached.

use std::path::Path;

use telnet_proto::{Payload, Role, Scanner, Token};

use crate::checks::Temper;
use crate::transcript::{self, Action, Transcript};

/// The inputs for a target, and where each is from.
pub(crate) fn of(target: &str) -> Vec<(String, Vec<u8>)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().find(|folder| folder.ends_with("telnet-proto"));
    let here = here.expect("a package in telnet-proto");
    let mut seeds = kept(&here.join(format!("fuzz/corpus/{target}.txt")));
    for transcript in transcript::all(&here.join("transcripts")) {
        let inputs = inputs(target, &transcript);
        seeds.extend((0..).zip(inputs).map(|(number, input)| (format!("{}-{number}", transcript.name), input)));
    }
    seeds
}

fn kept(path: &Path) -> Vec<(String, Vec<u8>)> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let line = |(number, line): (usize, &str)| (format!("kept-{number}"), bytes(line));
    (1..).zip(text.lines()).map(line).collect()
}

/// The bytes that a line of hex stands for.
fn bytes(line: &str) -> Vec<u8> {
    let digits = line.chars().map(|digit| digit.to_digit(16).unwrap_or_else(|| panic!("not hex: {line}")) as u8);
    digits.collect::<Vec<_>>().chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

/// What the peer sends in a conversation, in the form that a target reads.
fn inputs(target: &str, transcript: &Transcript) -> Vec<Vec<u8>> {
    let reads = transcript.steps.iter().filter_map(|step| match &step.action {
        Action::Read(bytes) => Some(&bytes[..]),
        _ => None,
    });
    let received = reads.collect::<Vec<_>>().concat();
    let client = u8::from(transcript.config.role == Role::Client);
    match target {
        // A limit of 64, text, reads of 16.
        "scanner" => vec![[&[129, 15], &received[..]].concat()],
        "endpoint" => {
            let choices = (0..Temper::ALL.len() as u8).map(|temper| temper << 1 | client);
            choices.map(|choice| [&[choice, 15], &received[..]].concat()).collect()
        }
        "option_codecs" => payloads(&received),
        other => panic!("there is no target {other}"),
    }
}

/// The payloads of the subnegotiations in it.
fn payloads(mut bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut scanner = Scanner::new(65_536, true);
    let mut payloads = Vec::new();
    while let Some(token) = scanner.next(&mut bytes) {
        if let Token::Subnegotiation(_, payload) = token {
            payloads.push(match payload {
                Payload::Borrowed(payload) => payload.to_vec(),
                Payload::Buffered => scanner.buffered().to_vec(),
            });
        }
    }
    payloads
}
