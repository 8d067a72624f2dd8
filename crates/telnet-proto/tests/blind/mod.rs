//! A fuzzer that needs no nightly toolchain, so that it is in every `cargo test`: it feeds a check with mutations of a corpus, blindly,
//! where the fuzz targets see what is reached.

use std::env;
use std::fmt::Write as _;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, Write as _};
use std::panic;
use std::time::{Duration, Instant};

/// Checks all of the corpus, and then mutations of it, into which `pieces` are put, for a second or as many as
/// TELNETKIT_FUZZ_SECONDS says. TELNETKIT_FUZZ_SEED, which a finding names, does the same again.
pub(crate) fn fuzz(target: &str, check: fn(&[u8]), corpus: &[Vec<u8>], pieces: &[&[u8]]) {
    let time = Duration::from_secs(number("TELNETKIT_FUZZ_SECONDS").unwrap_or(1));
    let seed = number("TELNETKIT_FUZZ_SEED").unwrap_or_else(|| RandomState::new().hash_one(target));
    let mut random = Random(seed);
    let started = Instant::now();
    let mut executions = 0;
    while executions < corpus.len() || started.elapsed() < time {
        let input = corpus.get(executions).cloned().unwrap_or_else(|| mutation(corpus, pieces, &mut random));
        executions += 1;
        if let Err(finding) = panic::catch_unwind(|| check(&input)) {
            eprintln!(
                "{target}: execution {executions} with TELNETKIT_FUZZ_SEED={seed} is a finding:\n{}",
                hex(&input)
            );
            panic::resume_unwind(finding);
        }
    }
    // Not by `eprintln`, which a test that passes keeps to itself.
    let _ = writeln!(io::stderr(), "fuzzed {target}: {executions} executions in {:?}, seed {seed}", started.elapsed());
}

fn number(variable: &str) -> Option<u64> {
    let text = env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Longer inputs are cut: they are slow, and rarely show more.
const LONGEST: usize = 1_024;

/// An input of the corpus with up to six changes.
fn mutation(corpus: &[Vec<u8>], pieces: &[&[u8]], random: &mut Random) -> Vec<u8> {
    let mut input = random.of(corpus).clone();
    for _ in 0..=random.below(6) {
        let start = random.below(input.len() + 1);
        let end = start + random.below((input.len() - start).min(32) + 1);
        match random.below(6) {
            0 => input.get_mut(start).into_iter().for_each(|byte| *byte ^= 1 << random.below(8)),
            1 => drop(input.splice(start..end, random.of(pieces).iter().copied())),
            2 => input.insert(start, random.below(256) as u8),
            3 => drop(input.drain(start..end)),
            4 => {
                let again = input[start..end].repeat(1 + random.below(4));
                input.splice(end..end, again);
            }
            _ => {
                let other = random.of(corpus);
                let from = random.below(other.len() + 1);
                let to = from + random.below((other.len() - from).min(64) + 1);
                input.splice(start..end, other[from..to].iter().copied());
            }
        }
    }
    input.truncate(LONGEST);
    input
}

/// SplitMix64: small, and good enough to choose by.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}
