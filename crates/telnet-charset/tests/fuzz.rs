//! Feeds the checks with mutations of what fuzzing starts from: a text in each set, and the inputs that `fuzz/corpus/` keeps.
//!
//! A finding is mended, and its input becomes a line of `fuzz/corpus/`: everything there is checked first.

#[path = "../../telnet-proto/tests/blind/mod.rs"]
mod blind;
#[allow(dead_code, reason = "the properties take the rest")]
mod checks;
mod seeds;

#[test]
fn no_mutation_is_a_finding_in_the_decoder() {
    fuzz("decoder");
}

#[test]
fn no_mutation_is_a_finding_in_the_encoder() {
    fuzz("encoder");
}

fn fuzz(target: &str) {
    let (_, check) = checks::TARGETS.into_iter().find(|(name, _)| *name == target).expect("a target");
    blind::fuzz(target, check, &seeds::of(target), &PIECES);
}

/// What means something in a set, or nearly.
const PIECES: [&[u8]; 16] = [
    b"\x1b",
    b"\x1b$B",
    b"\x1b(B",
    b"\x1b(I",
    b"\x81",
    b"\x81\x30\x81\x30",
    b"\x8f\xa1\xa1",
    b"\x8e\xa1",
    b"\xa4\xa4",
    b"\xe2\x82\xac",
    b"\xf0\x9f\x98\x80",
    b"\xed\xb2\x80",
    b"\xff",
    b"\r\n",
    b"\\",
    b"plain text of one word",
];
