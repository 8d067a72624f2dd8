//! One connection, as many bytes as it carries both ways: one thread writes, another reads what comes back.
//!
//! A 255 is sent doubled, as Telnet has it, and a Telnet server doubles it again on its way back, so the same bytes come
//! back from a server that knows Telnet and from one that does not. What comes back is compared with what was sent
//! while the server warms up; after that it is only counted, since comparing would take CPU from the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use crate::Failure;
use crate::arguments::Arguments;
use crate::progress::{Progress, settled};

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let pattern: Arc<[u8]> = pattern(&arguments.get::<String>("pattern")?)?.into();
    let stream = settled(arguments.get("addr")?, b"")?;
    let progress = Arc::new(Progress::default());
    let writer = stream.try_clone()?;
    let bytes = Arc::clone(&pattern);
    thread::spawn(move || write(writer, &bytes));
    let reader = Arc::clone(&progress);
    thread::spawn(move || read(stream, &pattern, &reader));
    progress.measure(arguments, "other bytes came back")
}

/// Writes until this program ends.
fn write(mut stream: TcpStream, pattern: &[u8]) {
    loop {
        for chunk in pattern.chunks(WRITE_SIZE) {
            if stream.write_all(chunk).is_err() {
                return;
            }
        }
    }
}

fn read(mut stream: TcpStream, pattern: &[u8], progress: &Progress) {
    let mut buffer = vec![0; READ_SIZE];
    let mut position = 0;
    loop {
        let Ok(count @ 1..) = stream.read(&mut buffer[..READ_SIZE.min(pattern.len() - position)]) else {
            return progress.tell_closed();
        };
        if !progress.is_warm() && buffer[..count] != pattern[position..position + count] {
            progress.tell_wrong();
        }
        position = (position + count) % pattern.len();
        progress.add(count);
    }
}

/// What goes over the wire again and again: about 1 MiB.
fn pattern(name: &str) -> Result<Vec<u8>, Failure> {
    let letters = (b' '..=b'~').cycle();
    let text = letters.take(PATTERN_SIZE);
    match name {
        "clean" => Ok(text.collect()),
        "iac1" => {
            Ok(text.zip(scattered()).flat_map(|(byte, iac)| if iac { vec![255, 255] } else { vec![byte] }).collect())
        }
        "lines80" => Ok(text
            .enumerate()
            .map(|(at, byte)| [b'\r', b'\n'].get(80 - 1 - at % 80).copied().unwrap_or(byte))
            .collect()),
        _ => Err("--pattern is clean, iac1 or lines80".into()),
    }
}

/// True for one place in a hundred, irregularly (a linear congruential generator), the same in every run.
fn scattered() -> impl Iterator<Item = bool> {
    let mut state = 1_u32;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16).is_multiple_of(100)
    })
}

const PATTERN_SIZE: usize = 80 * 13_000;
const WRITE_SIZE: usize = 64 * 1024;
const READ_SIZE: usize = 256 * 1024;
