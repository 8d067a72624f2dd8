//! T: the raw tokio server. It knows nothing of Telnet and has no JavaScript: what is left is the kernel and the runtime.
//!
//! Like every server here it listens on a port of the system's choice, prints it as one line of JSON, greets, and ends
//! with its standard input. `--mode echo` gives back what comes; `--mode broadcast` gives it to everybody.

use std::cell::Cell;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;

use crate::Failure;
use crate::arguments::Arguments;
use crate::client::GREETING;

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let everybody = match arguments.get::<String>("mode")?.as_str() {
        "echo" => None,
        "broadcast" => Some(Arc::new(Everybody::default())),
        _ => return Err("--mode is echo or broadcast".into()),
    };
    thread::spawn(|| {
        for line in io::stdin().lines().map_while(Result::ok) {
            println!(r#"{{"done":"{line}"}}"#);
        }
        std::process::exit(0);
    });
    runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!(r#"{{"port":{}}}"#, listener.local_addr()?.port());
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(serve(stream, everybody.clone()));
        }
    })
}

async fn serve(stream: TcpStream, everybody: Option<Arc<Everybody>>) -> io::Result<()> {
    let stream = Arc::new(stream);
    stream.set_nodelay(true)?;
    if let Some(everybody) = &everybody {
        everybody.lock().push(Arc::clone(&stream));
    }
    let ended = pass_on(&stream, everybody.as_deref()).await;
    if let Some(everybody) = &everybody {
        everybody.lock().retain(|other| !Arc::ptr_eq(other, &stream));
    }
    ended
}

async fn pass_on(stream: &TcpStream, everybody: Option<&Everybody>) -> io::Result<()> {
    write_all(stream, GREETING).await?;
    loop {
        stream.readable().await?;
        // The buffer is the thread's: an idle connection has none, and one that waits for a full socket keeps it.
        let mut buffer = BUFFER.take();
        buffer.resize(BUFFER_SIZE, 0);
        match (stream.try_read(&mut buffer), everybody) {
            (Ok(0), _) => return Ok(()),
            (Ok(count), None) => write_all(stream, &buffer[..count]).await?,
            (Ok(count), Some(everybody)) => everybody.write_all(&buffer[..count]).await,
            (Err(error), _) if error.kind() == io::ErrorKind::WouldBlock => {}
            (Err(error), _) => return Err(error),
        }
        BUFFER.set(buffer);
    }
}

async fn write_all(stream: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match stream.try_write(bytes) {
            Ok(count) => bytes = &bytes[count..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[derive(Default)]
struct Everybody(Mutex<Vec<Arc<TcpStream>>>);

impl Everybody {
    /// Writes to each at once, and after that waits for those whose socket was full. A connection that fails is left to
    /// its own task, which reads the same error and takes it off the list.
    async fn write_all(&self, bytes: &[u8]) {
        let try_write = |stream: &Arc<TcpStream>| match stream.try_write(bytes) {
            Ok(written) => (written < bytes.len()).then(|| (Arc::clone(stream), written)),
            Err(error) => (error.kind() == io::ErrorKind::WouldBlock).then(|| (Arc::clone(stream), 0)),
        };
        let full: Vec<_> = self.lock().iter().filter_map(try_write).collect();
        for (stream, written) in full {
            let _ = write_all(&stream, &bytes[written..]).await;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<TcpStream>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

thread_local!(static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) });

const BUFFER_SIZE: usize = 64 * 1024;
