//! One connection, as much of a text as the server decodes: it is written over and over, and nothing comes back.
//!
//! What is counted is what has been written: that the buffers between hold a few megabytes makes no difference to how much goes
//! through them in a stretch of time. The text ends where a write does not, so that characters are split over reads.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::{fs, thread};

use crate::arguments::Arguments;
use crate::client::Client;
use crate::usage::Meter;
use crate::{Failure, on_one_thread};

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let text = fs::read(arguments.get::<String>("file")?)?;
    let address = arguments.get("addr")?;
    let pid: String = arguments.get("pid")?;
    let stream = on_one_thread(async {
        let mut client = Client::open(address, 0).await?;
        client.settle().await?;
        client.into_blocking()
    })?;

    let progress = Arc::new(Progress::default());
    let writer = Arc::clone(&progress);
    thread::spawn(move || write(stream, &text, &writer));
    thread::sleep(arguments.duration("warmup")?);
    let (before, meter) = (progress.bytes.load(Relaxed), Meter::start(&pid)?);
    thread::sleep(arguments.duration("seconds")?);
    let measured = meter.stop(progress.bytes.load(Relaxed) - before);
    if progress.closed.load(Relaxed) {
        return Err("the server closed the connection".into());
    }
    println!("{{{}}}", measured?);
    Ok(())
}

#[derive(Default)]
struct Progress {
    bytes: AtomicU64,
    closed: AtomicBool,
}

/// Writes until this program ends.
fn write(mut stream: TcpStream, text: &[u8], progress: &Progress) {
    loop {
        for chunk in text.chunks(WRITE_SIZE) {
            if stream.write_all(chunk).is_err() {
                return progress.closed.store(true, Relaxed);
            }
            progress.bytes.fetch_add(chunk.len() as u64, Relaxed);
        }
    }
}

/// No multiple of what the servers read at once.
const WRITE_SIZE: usize = 50_021;
