//! Feeds the checks with mutations of what fuzzing starts from.
//!
//! A finding is mended, and its input becomes a line of `fuzz/corpus/`: everything there is checked first.

mod blind;
#[allow(dead_code, reason = "the properties take the rest")]
mod checks;
mod seeds;
#[allow(dead_code, reason = "what the peer sends is enough")]
mod transcript;

#[test]
fn no_mutation_is_a_finding_in_the_scanner() {
    fuzz("scanner");
}

#[test]
fn no_mutation_is_a_finding_in_the_endpoint() {
    fuzz("endpoint");
}

#[test]
fn no_mutation_is_a_finding_in_the_option_codecs() {
    fuzz("option_codecs");
}

fn fuzz(target: &str) {
    let (_, check) = checks::TARGETS.into_iter().find(|(name, _)| *name == target).expect("a target");
    let corpus: Vec<Vec<u8>> = seeds::of(target).into_iter().map(|(_, input)| input).collect();
    blind::fuzz(target, check, &corpus, &PIECES);
}

/// What means something in a stream, or nearly.
const PIECES: [&[u8]; 16] = [
    b"\xff",
    b"\xff\xff",
    b"\xff\xf0",
    b"\xff\xf6",
    b"\xff\xfa\x18\x01\xff\xf0",
    b"\xff\xfa\x27\x01",
    b"\xff\xfa\x22\x03",
    b"\xff\xfa",
    b"\xff\xfb",
    b"\xff\xfc",
    b"\xff\xfd",
    b"\xff\xfe",
    b"\r\0",
    b"\0",
    b"\x01",
    b"\x02\x03",
];
