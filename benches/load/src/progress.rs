//! What a thread that moves bytes tells of them while another measures: how many, and whether something went wrong.

use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::thread;

use crate::arguments::Arguments;
use crate::client::Client;
use crate::usage::Meter;
use crate::{Failure, on_one_thread};

#[derive(Default)]
pub(crate) struct Progress {
    bytes: AtomicU64,
    warm: AtomicBool,
    wrong: AtomicBool,
    closed: AtomicBool,
}

impl Progress {
    /// So many bytes more.
    pub(crate) fn add(&self, bytes: usize) {
        self.bytes.fetch_add(bytes as u64, Relaxed);
    }

    /// The server is measured: what comes is looked at no more, since that takes CPU from it.
    pub(crate) fn is_warm(&self) -> bool {
        self.warm.load(Relaxed)
    }

    /// Something else came than should.
    pub(crate) fn tell_wrong(&self) {
        self.wrong.store(true, Relaxed);
    }

    pub(crate) fn tell_closed(&self) {
        self.closed.store(true, Relaxed);
    }

    /// Lets the server warm up, measures it, and prints what it came to. `wrong`: what it is if something else came.
    pub(crate) fn measure(&self, arguments: &Arguments, wrong: &str) -> Result<(), Failure> {
        let pid: String = arguments.get("pid")?;
        thread::sleep(arguments.duration("warmup")?);
        self.check(wrong)?;
        self.warm.store(true, Relaxed);
        let (before, meter) = (self.bytes.load(Relaxed), Meter::start(&pid)?);
        thread::sleep(arguments.duration("seconds")?);
        let measured = meter.stop(self.bytes.load(Relaxed) - before);
        self.check(wrong)?;
        println!("{{{}}}", measured?);
        Ok(())
    }

    fn check(&self, wrong: &str) -> Result<(), Failure> {
        if self.wrong.load(Relaxed) {
            return Err(format!("{wrong}, about byte {}", self.bytes.load(Relaxed)).into());
        }
        if self.closed.load(Relaxed) {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}

/// A connection that has settled and was told `first`, for threads that block.
pub(crate) fn settled(address: SocketAddr, first: &[u8]) -> Result<TcpStream, Failure> {
    on_one_thread(async {
        let mut client = Client::open(address, 0).await?;
        client.settle().await?;
        if !first.is_empty() {
            client.write(first).await?;
        }
        client.into_blocking()
    })
}
