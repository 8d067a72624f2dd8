//! A hosted program that writes lines without end: as many of its bytes as one connection carries. They are read on a thread that
//! does nothing else, and counted as they stand on the wire.

use std::io::Read;
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;

use crate::Failure;
use crate::arguments::Arguments;
use crate::progress::{Progress, settled};

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    // The program begins at the first key.
    let stream = settled(arguments.get("addr")?, b"g")?;
    let progress = Arc::new(Progress::default());
    let reader = Arc::clone(&progress);
    thread::spawn(move || read(stream, &reader));
    progress.measure(arguments, "the lines of the program are not all the same")
}

/// Each line must be as the one before, but for the few that negotiation stands in; looked at while the server warms up, since it takes CPU from the server.
fn read(mut stream: TcpStream, progress: &Progress) {
    let mut buffer = vec![0; READ_SIZE];
    let (mut before, mut line, mut odd) = (Vec::new(), Vec::new(), 0);
    loop {
        let Ok(count @ 1..) = stream.read(&mut buffer) else {
            return progress.tell_closed();
        };
        if !progress.is_warm() {
            // telnetd adds a NUL to a CR whose LF it has not read yet.
            for &byte in buffer[..count].iter().filter(|&&byte| byte != 0) {
                line.push(byte);
                if byte == b'\n' {
                    odd += u32::from(line != before);
                    if odd > MOST_ODD {
                        progress.tell_wrong();
                    }
                    before.clear();
                    std::mem::swap(&mut line, &mut before);
                }
            }
        }
        progress.add(count);
    }
}

/// The first, and two for each place at which something else stands in a line.
const MOST_ODD: u32 = 9;
const READ_SIZE: usize = 256 * 1024;
