//! Ping-pong: each connection sends a message, waits until all of it has come back, and sends the next.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::task::spawn_local;
use tokio::time::sleep;

use crate::Failure;
use crate::arguments::Arguments;
use crate::client::{Client, open_many};
use crate::usage::Meter;

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.get("addr")?;
    let pid: String = arguments.get("pid")?;
    let message = vec![b'm'; arguments.get("size")?];

    let clients = open_many(address, 0..arguments.get("connections")?).await?;
    let score = Rc::new(Score::new()?);
    for client in clients {
        spawn_local(play(client, message.clone(), Rc::clone(&score)));
    }
    sleep(arguments.duration("warmup")?).await;
    score.reset();
    let meter = Meter::start(&pid)?;
    sleep(arguments.duration("seconds")?).await;
    let measured = meter.stop(score.count());
    score.failure.take().map_or(Ok(()), Err)?;
    println!("{{{},{}}}", measured?, quantiles(&score.times.borrow()));
    Ok(())
}

async fn play(mut client: Client, message: Vec<u8>, score: Rc<Score>) {
    let mut sent = Instant::now();
    loop {
        if let Err(failure) = exchange(&mut client, &message).await {
            return score.failure.set(Some(failure));
        }
        let now = Instant::now();
        score.record(now - sent);
        sent = now;
    }
}

async fn exchange(client: &mut Client, message: &[u8]) -> Result<(), Failure> {
    client.write(message).await?;
    let mut missing = message.len();
    while missing > 0 {
        let count = client.read_data().await?;
        missing = missing.checked_sub(count).ok_or("more came back than was sent")?;
    }
    Ok(())
}

struct Score {
    times: RefCell<Histogram<u64>>,
    failure: Cell<Option<Failure>>,
}

impl Score {
    fn new() -> Result<Self, Failure> {
        Ok(Self { times: RefCell::new(histogram()?), failure: Cell::new(None) })
    }

    fn record(&self, time: Duration) {
        self.times.borrow_mut().saturating_record(time.as_nanos() as u64);
    }

    fn reset(&self) {
        self.times.borrow_mut().reset();
    }

    fn count(&self) -> u64 {
        self.times.borrow().len()
    }
}

/// Nanoseconds up to a minute, two digits kept.
pub(crate) fn histogram() -> Result<Histogram<u64>, Failure> {
    Ok(Histogram::new_with_max(60_000_000_000, 2)?)
}

/// The JSON members for a histogram of nanoseconds, in microseconds.
pub(crate) fn quantiles(times: &Histogram<u64>) -> String {
    let at = |quantile| times.value_at_quantile(quantile) as f64 / 1000.0;
    format!(r#""p50":{:.1},"p99":{:.1}"#, at(0.5), at(0.99))
}
