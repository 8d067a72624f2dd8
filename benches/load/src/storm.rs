//! Connections that come, negotiate until they are greeted, and leave: a number of them at any time, for a while.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;

use hdrhistogram::Histogram;
use tokio::task::spawn_local;
use tokio::time::sleep;

use crate::Failure;
use crate::arguments::Arguments;
use crate::client::Client;
use crate::echo::{histogram, quantiles};
use crate::usage::Meter;

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.get("addr")?;
    let pid: String = arguments.get("pid")?;
    let storm = Rc::new(Storm {
        opened: Cell::new(0),
        options: Cell::new(0),
        subnegotiations: Cell::new(0),
        times: RefCell::new(histogram()?),
        failure: Cell::new(None),
    });
    for _ in 0..arguments.get("concurrency")? {
        spawn_local(come_and_leave(address, Rc::clone(&storm)));
    }
    sleep(arguments.duration("warmup")?).await;
    storm.reset();
    let meter = Meter::start(&pid)?;
    sleep(arguments.duration("seconds")?).await;
    let count = storm.times.borrow().len();
    let measured = meter.stop(count);
    storm.failure.take().map_or(Ok(()), Err)?;
    println!(
        r#"{{{},{},"options":{:.1},"subnegotiations":{:.1}}}"#,
        measured?,
        quantiles(&storm.times.borrow()),
        storm.options.get() as f64 / count as f64,
        storm.subnegotiations.get() as f64 / count as f64,
    );
    Ok(())
}

struct Storm {
    opened: Cell<usize>,
    options: Cell<u64>,
    subnegotiations: Cell<u64>,
    times: RefCell<Histogram<u64>>,
    failure: Cell<Option<Failure>>,
}

impl Storm {
    fn reset(&self) {
        self.options.set(0);
        self.subnegotiations.set(0);
        self.times.borrow_mut().reset();
    }
}

async fn come_and_leave(address: SocketAddr, storm: Rc<Storm>) {
    loop {
        let started = Instant::now();
        let index = storm.opened.replace(storm.opened.get() + 1);
        let client = match Client::open(address, index).await {
            Ok(client) => client,
            Err(failure) => return storm.failure.set(Some(failure)),
        };
        storm.times.borrow_mut().saturating_record(started.elapsed().as_nanos() as u64);
        storm.options.set(storm.options.get() + client.telnet.options);
        storm.subnegotiations.set(storm.subnegotiations.get() + client.telnet.subnegotiations);
    }
}
