//! `telnet_net::RawSocket` for JavaScript, on whose thread each call waits.

use std::io;
use std::time::Duration;

use napi::Error;
use napi::bindgen_prelude::BufferSlice;
use napi_derive::napi;
use telnet_net::raw_socket::{Patience, Unfinished};
use telnet_net::{RawSocket, Woken};

use crate::address::socket_address;
use crate::interrupts::heeded;

type Result<T> = std::result::Result<T, Error<String>>;

/// A socket of bytes. Calls throw with Node's code, `TELNET_TIMEOUT`, or `TELNET_INTERRUPTED`; milliseconds that are not given
/// are as long as it takes.
#[napi(js_name = "RawSocket")]
pub struct JsRawSocket {
    /// None when it is closed.
    socket: Option<RawSocket>,
}

#[napi]
impl JsRawSocket {
    /// Connects to the first of the IP addresses that takes it.
    #[napi(factory)]
    pub fn connect(
        addresses: Vec<String>,
        port: u16,
        milliseconds: Option<f64>,
        interruptible: bool,
    ) -> Result<JsRawSocket> {
        let addresses: Vec<_> = addresses.iter().filter_map(|address| socket_address(address, port).ok()).collect();
        let socket = RawSocket::connect(&addresses, patience(milliseconds, interruptible));
        let socket = socket.map_err(|error| Error::new(error.code().to_owned(), error.to_string()))?;
        Ok(JsRawSocket { socket: Some(socket) })
    }

    /// True if something is there to be received, the end too, or comes within the time.
    #[napi]
    pub fn wait_readable(&self, milliseconds: Option<f64>, interruptible: bool) -> Result<bool> {
        self.open()?.wait_readable(patience(milliseconds, interruptible)).map_err(told)
    }

    /// Waits until something can be received, or read from the standard input. Returns 1, 2, or 3 for both. Only on Unix.
    #[cfg(unix)]
    #[napi]
    pub fn wait_either(&self, interruptible: bool) -> Result<u32> {
        let input = self.open()?.wait_either(heeded(interruptible)).map_err(told)?;
        Ok(u32::from(input.came) | u32::from(input.typed) << 1)
    }

    /// Waits for something and puts it into `buffer`. Returns how much it is; 0: the peer has ended.
    #[napi]
    pub fn receive(&self, mut buffer: BufferSlice<'_>, milliseconds: Option<f64>, interruptible: bool) -> Result<u32> {
        let received = self.open()?.receive(&mut buffer, patience(milliseconds, interruptible));
        received.map(|count| count as u32).map_err(told)
    }

    /// The same without waiting: -1 where nothing came.
    #[napi]
    pub fn try_receive(&self, mut buffer: BufferSlice<'_>) -> Result<i32> {
        match self.open()?.try_receive(&mut buffer) {
            Ok(count) => Ok(count as i32),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(-1),
            Err(error) => Err(told(Unfinished::Failed(error))),
        }
    }

    /// Sends all of it.
    #[napi]
    pub fn send(&self, bytes: &[u8], milliseconds: Option<f64>, interruptible: bool) -> Result<()> {
        self.open()?.send(bytes, patience(milliseconds, interruptible)).map_err(told)
    }

    /// Its file descriptor; -1 where there is none.
    #[napi]
    pub fn number(&self) -> i32 {
        #[cfg(unix)]
        return self.socket.as_ref().map_or(-1, RawSocket::number);
        #[cfg(not(unix))]
        -1
    }

    /// Closes it. May be called again.
    #[napi]
    pub fn close(&mut self) {
        self.socket = None;
    }

    fn open(&self) -> Result<&RawSocket> {
        self.socket.as_ref().ok_or_else(|| Error::new("TELNET_CLOSED".to_owned(), "the socket is closed".to_owned()))
    }
}

fn patience(milliseconds: Option<f64>, interruptible: bool) -> Patience {
    let most = milliseconds.and_then(|most| Duration::try_from_secs_f64(most / 1000.0).ok());
    Patience { most, interruptible: heeded(interruptible) }
}

fn told(unfinished: Unfinished) -> Error<String> {
    let (code, message) = match unfinished {
        Unfinished::Ended(Woken::ByInterrupt) => ("TELNET_INTERRUPTED", "Ctrl-C ended the wait".to_owned()),
        Unfinished::Ended(_) => ("TELNET_TIMEOUT", "timed out".to_owned()),
        Unfinished::Failed(error) => (code(&error), error.to_string()),
    };
    Error::new(code.to_owned(), message)
}

fn code(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::BrokenPipe => "EPIPE",
        io::ErrorKind::ConnectionReset => "ECONNRESET",
        io::ErrorKind::TimedOut => "ETIMEDOUT",
        _ => "EIO",
    }
}
