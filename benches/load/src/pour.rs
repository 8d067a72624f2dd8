//! One connection, as much of a text as the server decodes: it is written over and over, and nothing comes back.
//!
//! What is counted is what has been written: that the buffers between hold a few megabytes makes no difference to how much goes
//! through them in a stretch of time. The text ends where a write does not, so that characters are split over reads.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::{fs, thread};

use crate::Failure;
use crate::arguments::Arguments;
use crate::progress::{Progress, settled};

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let text = fs::read(arguments.get::<String>("file")?)?;
    let stream = settled(arguments.get("addr")?, b"")?;
    let progress = Arc::new(Progress::default());
    let writer = Arc::clone(&progress);
    thread::spawn(move || write(stream, &text, &writer));
    progress.measure(arguments, "something came back")
}

/// Writes until this program ends.
fn write(mut stream: TcpStream, text: &[u8], progress: &Progress) {
    loop {
        for chunk in text.chunks(WRITE_SIZE) {
            if stream.write_all(chunk).is_err() {
                return progress.tell_closed();
            }
            progress.add(chunk.len());
        }
    }
}

/// No multiple of what the servers read at once.
const WRITE_SIZE: usize = 50_021;
