//! Lines to everybody: one connection sends a burst of lines, the server passes each to all, and the next burst follows
//! when every connection has got the whole of this one.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Instant;

use tokio::sync::Notify;
use tokio::task::spawn_local;

use crate::Failure;
use crate::arguments::Arguments;
use crate::client::{Client, open_many};
use crate::echo::{histogram, quantiles};
use crate::usage::Meter;

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.get("addr")?;
    let pid: String = arguments.get("pid")?;
    let connections: usize = arguments.get("connections")?;
    let lines: usize = arguments.get("burst")?;
    let burst = LINE.repeat(lines);

    let crowd = Rc::new(Crowd { missing: Cell::new(0), complete: Notify::new(), failure: RefCell::new(None) });
    // The speaker is a listener too, for a server sends each line to all.
    let mut clients = open_many(address, 0..connections).await?;
    let mut speaker = clients.pop().ok_or("nobody is there")?;
    let listeners = clients.len();
    for client in clients {
        spawn_local(listen(client, Rc::clone(&crowd)));
    }

    let warm = Instant::now() + arguments.duration("warmup")?;
    while Instant::now() < warm {
        crowd.hear(&mut speaker, &burst, listeners).await?;
    }
    let mut times = histogram()?;
    let meter = Meter::start(&pid)?;
    let mut now = Instant::now();
    let end = now + arguments.duration("seconds")?;
    while now < end {
        crowd.hear(&mut speaker, &burst, listeners).await?;
        times.saturating_record(now.elapsed().as_nanos() as u64);
        now = Instant::now();
    }
    let deliveries = times.len() * (lines * connections) as u64;
    println!("{{{},{}}}", meter.stop(deliveries)?, quantiles(&times));
    Ok(())
}

/// All listeners together: how many bytes of this burst they still lack.
struct Crowd {
    missing: Cell<usize>,
    complete: Notify,
    failure: RefCell<Option<Failure>>,
}

impl Crowd {
    async fn hear(&self, speaker: &mut Client, burst: &[u8], listeners: usize) -> Result<(), Failure> {
        self.missing.set(burst.len() * listeners);
        speaker.write(burst).await?;
        let mut missing = burst.len();
        while missing > 0 {
            missing = missing.checked_sub(speaker.read_data().await?).ok_or(TOO_MUCH)?;
        }
        if self.missing.get() > 0 && self.failure.borrow().is_none() {
            self.complete.notified().await;
        }
        self.failure.take().map_or(Ok(()), Err)
    }

    fn got(&self, count: usize) -> Result<(), Failure> {
        let missing = self.missing.get().checked_sub(count).ok_or(TOO_MUCH)?;
        self.missing.set(missing);
        if missing == 0 && count > 0 {
            self.complete.notify_waiters();
        }
        Ok(())
    }
}

async fn listen(mut client: Client, crowd: Rc<Crowd>) {
    loop {
        let got = client.read_data().await.and_then(|count| crowd.got(count));
        if let Err(failure) = got {
            crowd.failure.replace(Some(failure));
            return crowd.complete.notify_waiters();
        }
    }
}

const TOO_MUCH: &str = "more came than was sent";

/// A line of 80 bytes.
const LINE: &[u8] = b"Everyone in the hall hears the bell of the tower strike, slow and far, twelve.\r\n";
