//! T: the raw tokio server. It knows nothing of Telnet and has no JavaScript: what is left is the kernel and the runtime.
//!
//! Like every server here it listens on a port of the system's choice, prints it as one line of JSON, greets, and ends
//! with its standard input. `--mode echo` gives back what comes; `--mode broadcast` gives it to everybody.

use std::cell::RefCell;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
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
    write_all(&stream, GREETING).await?;
    let ended = loop {
        let rest = match &everybody {
            None => pass_on(&stream, std::slice::from_ref(&stream)),
            Some(everybody) => pass_on(&stream, &everybody.lock()),
        };
        match rest {
            Ok(rest) => {
                for (stream, bytes) in rest {
                    write_all(&stream, &bytes).await?;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.readable().await?,
            Err(error) => break error,
        }
    };
    if let Some(everybody) = &everybody {
        everybody.lock().retain(|other| !Arc::ptr_eq(other, &stream));
    }
    Err(ended)
}

/// One read, written to each of `to` at once; gives back what a full socket did not take. The buffer is the thread's, so
/// that an idle connection keeps none.
fn pass_on(from: &TcpStream, to: &[Arc<TcpStream>]) -> io::Result<Vec<(Arc<TcpStream>, Vec<u8>)>> {
    thread_local!(static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 * 1024]));
    BUFFER.with_borrow_mut(|buffer| {
        let count = from.try_read(buffer)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let bytes = &buffer[..count];
        let mut rest = Vec::new();
        for stream in to {
            match stream.try_write(bytes) {
                Ok(written) if written == count => {}
                Ok(written) => rest.push((Arc::clone(stream), bytes[written..].to_vec())),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    rest.push((Arc::clone(stream), bytes.to_vec()))
                }
                // The connection's own task will read the same error and take it off the list.
                Err(_) => {}
            }
        }
        Ok(rest)
    })
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
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<TcpStream>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
