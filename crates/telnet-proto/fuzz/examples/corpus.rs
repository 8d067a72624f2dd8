//! Makes what the fuzzer starts from, out of the conversations: `corpus FOLDER` writes a folder a target.

#[path = "../../tests/transcript/mod.rs"]
mod transcript;

use std::path::Path;
use std::{env, fs, io};

use telnet_proto::{Payload, Role, Scanner, Token};
use transcript::{Action, Transcript};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).expect("corpus FOLDER: where to write");
    let folder = Path::new(&folder);
    for target in ["scanner", "endpoint", "option_codecs"] {
        fs::create_dir_all(folder.join(target))?;
    }
    let conversations = Path::new(env!("CARGO_MANIFEST_DIR")).join("../transcripts");
    for transcript in transcript::all(&conversations) {
        let bytes = received(&transcript);
        let client = u8::from(transcript.config.role == Role::Client);
        // A limit of 64, text, reads of 16; the same reads for the endpoint.
        fs::write(folder.join("scanner").join(&transcript.name), [&[129, 15], &bytes[..]].concat())?;
        fs::write(folder.join("endpoint").join(&transcript.name), [&[client, 15], &bytes[..]].concat())?;
        for (number, payload) in payloads(&bytes).iter().enumerate() {
            fs::write(folder.join("option_codecs").join(format!("{}-{number}", transcript.name)), payload)?;
        }
    }
    Ok(())
}

/// All that the peer sends.
fn received(transcript: &Transcript) -> Vec<u8> {
    let reads = transcript.steps.iter().filter_map(|step| match &step.action {
        Action::Read(bytes) => Some(&bytes[..]),
        _ => None,
    });
    reads.collect::<Vec<_>>().concat()
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
