//! Bytes a second of the scanner beside bare `memchr` for 255 over the same bytes: `cargo bench -p telnet-proto`.
//!
//! `memchr_iter` stops at each IAC and does nothing there, which is the least that any scanner does. The contestants take
//! turns on reads of 64 KiB; each number is the median of its rounds, and its ratio to bare `memchr` is what counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use memchr::memchr_iter;
use telnet_proto::{Payload, Scanner, Token};

const READ: usize = 65_536;
const ROUNDS: usize = 61;
/// Enough reads a round that the clock doesn't matter.
const READS: u32 = 64;

fn main() {
    let inputs: [(&str, Vec<u8>); 6] = [
        ("clean text", repeated(b"The quick brown fox jumps over the lazy dog. ")),
        ("lines of 80, CR LF", repeated(&[&[b'x'; 78][..], b"\r\n"].concat())),
        ("lines of 80, CR NUL", repeated(&[&[b'x'; 78][..], b"\r\0"].concat())),
        ("1 % IAC, doubled", repeated(&[&[b'x'; 98][..], b"\xff\xff"].concat())),
        ("1 % IAC, random places", scattered()),
        ("subnegotiations", repeated(b"\xff\xfa\xc9Char.Vitals {\"hp\":57,\"maxhp\":60}\xff\xf0HP:57>\xff\xf9")),
    ];
    println!("{:<24} {:>12} {:>20} {:>20}", "64 KiB reads of", "memchr GB/s", "scanner: bytes", "scanner: text");
    for (name, input) in &inputs {
        let [bare, bytes, text] = compare(input);
        let rate = |time: Duration| input.len() as f64 * f64::from(READS) / time.as_secs_f64() / 1e9;
        let ratio = |time: Duration| bare.as_secs_f64() / time.as_secs_f64();
        let beside = |time| format!("{:.1} GB/s ({:.2})", rate(time), ratio(time));
        println!("{name:<24} {:>12.1} {:>20} {:>20}", rate(bare), beside(bytes), beside(text));
    }
}

/// The median time of a round of `memchr`, of the scanner for bytes, and of the scanner for text.
fn compare(input: &[u8]) -> [Duration; 3] {
    let mut times = [const { Vec::new() }; 3];
    let (mut bytes, mut text) = (Scanner::new(65_536, false), Scanner::new(65_536, true));
    for _ in 0..ROUNDS {
        times[0].push(timed(|| memchr_iter(255, black_box(input)).fold(0, |sum, at| sum ^ at)));
        times[1].push(timed(|| scan(&mut bytes, black_box(input))));
        times[2].push(timed(|| scan(&mut text, black_box(input))));
    }
    times.map(|mut rounds| {
        rounds.sort();
        rounds[ROUNDS / 2]
    })
}

fn timed(mut read: impl FnMut() -> usize) -> Duration {
    let start = Instant::now();
    for _ in 0..READS {
        black_box(read());
    }
    start.elapsed()
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

fn repeated(piece: &[u8]) -> Vec<u8> {
    piece.iter().copied().cycle().take(READ / piece.len() * piece.len()).collect()
}

/// Text with a doubled IAC in place of one byte in two hundred, by a small generator of our own.
fn scattered() -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut input = Vec::with_capacity(READ + 1);
    while input.len() < READ {
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
