//! A hosted program that writes lines without end: as many of its bytes as one connection carries. They are read on a thread that
//! does nothing else, and counted as they stand on the wire.

use std::io::Read;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;

use crate::arguments::Arguments;
use crate::client::Client;
use crate::usage::Meter;
use crate::{Failure, on_one_thread};

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.get("addr")?;
    let pid: String = arguments.get("pid")?;
    let stream = on_one_thread(async {
        let mut client = Client::open(address, 0).await?;
        client.settle().await?;
        // The program begins at the first key.
        client.write(b"g").await?;
        client.into_blocking()
    })?;

    let progress = Arc::new(Progress::default());
    let reader = Arc::clone(&progress);
    thread::spawn(move || read(stream, &reader));

    thread::sleep(arguments.duration("warmup")?);
    progress.check()?;
    progress.warm.store(true, Relaxed);
    let (before, meter) = (progress.bytes.load(Relaxed), Meter::start(&pid)?);
    thread::sleep(arguments.duration("seconds")?);
    let bytes = progress.bytes.load(Relaxed) - before;
    let measured = meter.stop(bytes);
    progress.check()?;
    println!("{{{}}}", measured?);
    Ok(())
}

/// What the reader has seen.
#[derive(Default)]
struct Progress {
    bytes: AtomicU64,
    warm: AtomicBool,
    wrong: AtomicBool,
    closed: AtomicBool,
}

impl Progress {
    fn check(&self) -> Result<(), Failure> {
        if self.wrong.load(Relaxed) {
            return Err("the lines of the program are not all the same".into());
        }
        if self.closed.load(Relaxed) {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}

/// Each line must be as the one before, but for the few that negotiation stands in; looked at while the server warms up, since it takes CPU from the server.
fn read(mut stream: TcpStream, progress: &Progress) {
    let mut buffer = vec![0; READ_SIZE];
    let (mut before, mut line, mut odd) = (Vec::new(), Vec::new(), 0);
    loop {
        let Ok(count @ 1..) = stream.read(&mut buffer) else {
            return progress.closed.store(true, Relaxed);
        };
        if !progress.warm.load(Relaxed) {
            // telnetd adds a NUL to a CR whose LF it has not read yet.
            for &byte in buffer[..count].iter().filter(|&&byte| byte != 0) {
                line.push(byte);
                if byte == b'\n' {
                    odd += u32::from(line != before);
                    if odd > MOST_ODD {
                        progress.wrong.store(true, Relaxed);
                    }
                    before.clear();
                    std::mem::swap(&mut line, &mut before);
                }
            }
        }
        progress.bytes.fetch_add(count as u64, Relaxed);
    }
}

/// The first, and two for each place at which something else stands in a line.
const MOST_ODD: u32 = 9;
const READ_SIZE: usize = 256 * 1024;
