//! Many connections, negotiated and then silent: what the server keeps for each, and whether silence costs it anything.
//!
//! The memory is taken against the server as it stood before its first connection, so what it loads and compiles for its
//! first is shared out among them all. When all are open a line goes out, the caller has the server collect its garbage,
//! and a line comes in.

use std::io::stdin;
use std::time::Duration;

use tokio::time::sleep;

use crate::Failure;
use crate::arguments::Arguments;
use crate::client::open_many;
use crate::usage::{Meter, resident_kib};

pub(crate) async fn run(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.get("addr")?;
    let connections: usize = arguments.get("connections")?;
    watch(arguments, open_many(address, 0..connections)).await
}

/// Watches the server while connections are opened, and while they stand.
pub(crate) async fn watch<C>(
    arguments: &Arguments,
    opening: impl Future<Output = Result<Vec<C>, Failure>>,
) -> Result<(), Failure> {
    let pid: String = arguments.get("pid")?;
    let before = resident_kib(&pid)?;

    let clients = opening.await?;
    sleep(SETTLE).await;
    let open = resident_kib(&pid)?.saturating_sub(before);
    println!(r#"{{"step":"open"}}"#);
    stdin().read_line(&mut String::new())?;
    sleep(SETTLE).await;
    let collected = resident_kib(&pid)?.saturating_sub(before);

    let meter = Meter::start(&pid)?;
    sleep(arguments.duration("seconds")?).await;
    println!(r#"{{{},"residentKib":{open},"collectedKib":{collected}}}"#, meter.stop(clients.len() as u64)?,);
    Ok(())
}

const SETTLE: Duration = Duration::from_millis(500);
