//! Bytes a second of the scanner beside bare `memchr` for 255 over the same bytes: `cargo bench -p telnet-proto`.
//!
//! `memchr_iter` stops at each IAC and does nothing there, which is the least that any scanner does. The contestants take
//! turns; each number is the median of its rounds, and its ratio to bare `memchr` is what counts. Reads of 64 KiB lie in
//! the cache, where looking for one byte rather than two shows most; 16 MiB come from memory.
//!
//! The scanner for text looks for NUL beside IAC, and each CR NUL ends a run, so that its rival there looks for NUL too.

use std::hint::black_box;
use std::time::{Duration, Instant};

use memchr::memchr_iter;
use telnet_proto::{Payload, Scanner, Token};

const READS: [(&str, usize); 2] = [("64 KiB", 65_536), ("16 MiB", 16_777_216)];
/// The bytes of a round at least: enough that the clock doesn't matter.
const ROUND: usize = 4_194_304;
const ROUNDS: usize = 41;

fn main() {
    for (read, length) in READS {
        println!("{read:<24} {:>12} {:>20} {:>20}", "memchr GB/s", "scanner: bytes", "scanner: text");
        for (name, input) in inputs(length) {
            let [bare, bytes, text] = compare(&input);
            let rate = |time: Duration| input.len() as f64 / time.as_secs_f64() / 1e9;
            let ratio = |time: Duration| bare.as_secs_f64() / time.as_secs_f64();
            let beside = |time| format!("{:.1} GB/s ({:.2})", rate(time), ratio(time));
            println!("{name:<24} {:>12.1} {:>20} {:>20}", rate(bare), beside(bytes), beside(text));
        }
    }
}

fn inputs(length: usize) -> [(&'static str, Vec<u8>); 6] {
    let repeated = |piece: &[u8]| piece.iter().copied().cycle().take(length / piece.len() * piece.len()).collect();
    [
        ("clean text", repeated(b"The quick brown fox jumps over the lazy dog. ")),
        ("lines of 80, CR LF", repeated(&[&[b'x'; 78][..], b"\r\n"].concat())),
        ("lines of 80, CR NUL", repeated(&[&[b'x'; 78][..], b"\r\0"].concat())),
        ("1 % IAC, doubled", repeated(&[&[b'x'; 98][..], b"\xff\xff"].concat())),
        ("1 % IAC, random places", scattered(length)),
        ("subnegotiations", repeated(b"\xff\xfa\xc9Char.Vitals {\"hp\":57,\"maxhp\":60}\xff\xf0HP:57>\xff\xf9")),
    ]
}

/// The median time of a read with `memchr`, with the scanner for bytes, and with the scanner for text.
fn compare(input: &[u8]) -> [Duration; 3] {
    let mut times = [const { Vec::new() }; 3];
    let (mut bytes, mut text) = (Scanner::new(65_536, false), Scanner::new(65_536, true));
    let stop = if input.contains(&0) { 0 } else { 255 };
    let reads = u32::try_from(ROUND.div_ceil(input.len())).expect("a small number");
    for _ in 0..ROUNDS {
        times[0].push(timed(reads, || memchr_iter(stop, black_box(input)).fold(0, |sum, at| sum ^ at)));
        times[1].push(timed(reads, || scan(&mut bytes, black_box(input))));
        times[2].push(timed(reads, || scan(&mut text, black_box(input))));
    }
    times.map(|mut rounds| {
        rounds.sort();
        rounds[ROUNDS / 2]
    })
}

fn timed(reads: u32, mut read: impl FnMut() -> usize) -> Duration {
    let start = Instant::now();
    for _ in 0..reads {
        black_box(read());
    }
    start.elapsed() / reads
}

fn scan(scanner: &mut Scanner, mut input: &[u8]) -> usize {
    let mut sum = 0;
    while let Some(token) = scanner.next(&mut input) {
        sum ^= match token {
            Token::Data(data) | Token::Subnegotiation(_, Payload::Borrowed(data)) => data.len(),
            other => usize::from(matches!(other, Token::Command(_))),
        };
    }
    sum
}

/// Text with a doubled IAC in place of one byte in two hundred, by a small generator of our own.
fn scattered(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut input = Vec::with_capacity(length + 1);
    while input.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        match state % 200 {
            0 => input.extend_from_slice(b"\xff\xff"),
            _ => input.push(b'x'),
        }
    }
    input
}
