//! Compression (MCCP2): one connection that takes all that it is sent, many that wait for a line each, many that are silent after one,
//! and many that hear one now and then.
//!
//! The servers do nothing but what is compared: asked for MCCP2 they agree, begin behind the mark, and greet. What they say is made
//! plain here, so that what is counted is what was said.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::spawn_local;
use tokio::time::sleep;
use zlib_rs::{Inflate, InflateFlush};

use crate::Failure;
use crate::arguments::Arguments;
use crate::client::{GREETING, connect};
use crate::echo::{histogram, quantiles};
use crate::idle::watch;
use crate::usage::Meter;

/// One connection that takes what comes until this program ends.
pub(crate) async fn bulk(arguments: &Arguments) -> Result<(), Failure> {
    let pid: String = arguments.get("pid")?;
    let mut client = Client::open(arguments.get("addr")?, 0).await?;
    client.stream.write_all(b"pour\r\n").await?;
    let taken = Rc::new(Taken::default());
    let count = Rc::clone(&taken);
    spawn_local(async move {
        loop {
            match client.read().await {
                Ok(plain) => count.plain.set(count.plain.get() + plain.len() as u64),
                Err(failure) => return count.failure.set(Some(failure)),
            }
            count.wire.set(client.wire);
        }
    });
    sleep(arguments.duration("warmup")?).await;
    let (plain, wire, meter) = (taken.plain.get(), taken.wire.get(), Meter::start(&pid)?);
    sleep(arguments.duration("seconds")?).await;
    let (plain, wire) = (taken.plain.get() - plain, taken.wire.get() - wire);
    let measured = meter.stop(plain)?;
    taken.failure.take().map_or(Ok(()), Err)?;
    println!(r#"{{{measured},"wire":{wire}}}"#);
    Ok(())
}

/// Each of many asks for a line, waits for it, and asks for the next.
pub(crate) async fn lines(arguments: &Arguments) -> Result<(), Failure> {
    let pid: String = arguments.get("pid")?;
    let score = Rc::new(Score::new()?);
    for client in open_many(arguments).await? {
        spawn_local(ask(client, Duration::ZERO, Rc::clone(&score)));
    }
    sleep(arguments.duration("warmup")?).await;
    score.times.borrow_mut().reset();
    let ((plain, wire), meter) = ((score.plain.get(), score.wire.get()), Meter::start(&pid)?);
    sleep(arguments.duration("seconds")?).await;
    let measured = meter.stop(score.times.borrow().len())?;
    score.failure.take().map_or(Ok(()), Err)?;
    let (plain, wire) = (score.plain.get() - plain, score.wire.get() - wire);
    println!(r#"{{{measured},{},"plain":{plain},"wire":{wire}}}"#, quantiles(&score.times.borrow()));
    Ok(())
}

/// Many that have heard a line and then say nothing, or ask for one every so many milliseconds.
pub(crate) async fn standing(arguments: &Arguments) -> Result<(), Failure> {
    let pause = arguments.optional("every")?.map(Duration::from_millis);
    let score = Rc::new(Score::new()?);
    watch(arguments, async {
        let mut clients = open_many(arguments).await?;
        for client in &mut clients {
            client.line().await?;
        }
        let count = clients.len();
        if let Some(pause) = pause {
            for client in clients.drain(..) {
                spawn_local(ask(client, pause, Rc::clone(&score)));
            }
        }
        sleep(SETTLE).await;
        score.failure.take().map_or(Ok(()), Err)?;
        // Those that are not asked any more are kept open by being returned.
        let mut standing: Vec<_> = clients.into_iter().map(Some).collect();
        standing.resize_with(count, || None);
        Ok(standing)
    })
    .await
}

#[derive(Default)]
struct Taken {
    plain: Cell<u64>,
    wire: Cell<u64>,
    failure: Cell<Option<Failure>>,
}

struct Score {
    times: RefCell<Histogram<u64>>,
    plain: Cell<u64>,
    wire: Cell<u64>,
    failure: Cell<Option<Failure>>,
}

impl Score {
    fn new() -> Result<Score, Failure> {
        let times = RefCell::new(histogram()?);
        Ok(Score { times, plain: Cell::new(0), wire: Cell::new(0), failure: Cell::new(None) })
    }
}

async fn ask(mut client: Client, pause: Duration, score: Rc<Score>) {
    loop {
        let (before, asked) = (client.wire, Instant::now());
        match client.line().await {
            Ok(length) => score.plain.set(score.plain.get() + length as u64),
            Err(failure) => return score.failure.set(Some(failure)),
        }
        score.times.borrow_mut().saturating_record(asked.elapsed().as_nanos() as u64);
        score.wire.set(score.wire.get() + client.wire - before);
        if !pause.is_zero() {
            sleep(pause).await;
        }
    }
}

async fn open_many(arguments: &Arguments) -> Result<Vec<Client>, Failure> {
    let address = arguments.get("addr")?;
    let mut clients = Vec::new();
    for index in 0..arguments.get("connections")? {
        clients.push(Client::open(address, index).await?);
    }
    Ok(clients)
}

struct Client {
    stream: TcpStream,
    inflate: Inflate,
    /// Bytes that came compressed.
    wire: u64,
    plain: Vec<u8>,
}

impl Client {
    /// Connects, asks for compression, and waits for the greeting in it.
    async fn open(address: SocketAddr, index: usize) -> Result<Client, Failure> {
        let mut stream = connect(address, index).await?;
        stream.write_all(DO_MCCP2).await?;
        let mut said = [0; AGREEMENT.len()];
        stream.read_exact(&mut said).await?;
        if said != AGREEMENT {
            return Err(format!("asked for MCCP2 it said {said:x?}").into());
        }
        let mut client = Client { stream, inflate: Inflate::new(true, 15), wire: 0, plain: Vec::new() };
        let mut greeting = Vec::new();
        while greeting.len() < GREETING.len() {
            greeting.extend_from_slice(client.read().await?);
        }
        if greeting != GREETING {
            return Err(format!("greeted with {:?}", String::from_utf8_lossy(&greeting)).into());
        }
        Ok(client)
    }

    /// Asks for a line, and waits for its end. Returns its length.
    async fn line(&mut self) -> Result<usize, Failure> {
        self.stream.write_all(b"say\r\n").await?;
        let mut length = 0;
        loop {
            let plain = self.read().await?;
            length += plain.len();
            if plain.last() == Some(&b'\n') {
                return Ok(length);
            }
        }
    }

    /// The next read, made plain.
    async fn read(&mut self) -> Result<&[u8], Failure> {
        let mut buffer = [0; READ_SIZE];
        let count = self.stream.read(&mut buffer).await?;
        if count == 0 {
            return Err("the server closed the connection".into());
        }
        self.wire += count as u64;
        self.plain.clear();
        let (mut rest, mut room) = (&buffer[..count], [0; READ_SIZE]);
        loop {
            let before = (self.inflate.total_in(), self.inflate.total_out());
            self.inflate
                .decompress(rest, &mut room, InflateFlush::SyncFlush)
                .map_err(|error| format!("what was compressed cannot be read: {}", error.as_str()))?;
            rest = &rest[(self.inflate.total_in() - before.0) as usize..];
            let made = (self.inflate.total_out() - before.1) as usize;
            self.plain.extend_from_slice(&room[..made]);
            if made < room.len() {
                return Ok(&self.plain);
            }
        }
    }
}

const DO_MCCP2: &[u8] = &[255, 253, 86];
/// WILL MCCP2, and the mark.
const AGREEMENT: [u8; 8] = [255, 251, 86, 255, 250, 86, 255, 240];

const READ_SIZE: usize = 16 * 1024;
/// Longer than a server may keep what it compresses with after a line.
const SETTLE: Duration = Duration::from_millis(1_500);
