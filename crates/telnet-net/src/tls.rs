//! TLS on one connection (RFC 8446, RFC 5246): what came from the socket becomes plain, what is plain becomes records.
//!
//! The handshake comes before the connection: who has not finished it is nobody yet, and has a deadline. Afterwards there is no
//! socket here: the connection brings what it has read, and offers what is [sealed](Tls::seal) to the socket.

use std::io::{self, IoSlice, Read, Write};
use std::time::Duration;

use rustls::Connection;
use rustls::pki_types::CertificateDer;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::error::Error;
use crate::queue::Queue;
use crate::tls_settings::{TlsClient, TlsServer};

/// So much is sealed at a time: what the socket doesn't take is held twice over as records, and no more. In half as much a megabyte costs
/// a tenth more.
const LOT: usize = 128 * 1024;

/// One side of a TLS connection whose handshake is done.
#[derive(Debug)]
pub(crate) struct Tls {
    session: Connection,
    /// Records that wait for the socket.
    sealed: Queue,
    /// Why the peer's certificate would be refused, where it was let pass.
    objection: Option<rustls::Error>,
}

/// What TLS has agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFacts {
    /// `TLSv1.3` or `TLSv1.2`.
    pub protocol: &'static str,
    /// The cipher suite by its IANA name.
    pub cipher: String,
    /// The protocol of the application (RFC 7301).
    pub alpn: Option<Vec<u8>>,
    /// The name that the client asked for, as a server hears it.
    pub server_name: Option<String>,
    /// The peer's certificate and those that it sent with it, in DER.
    pub certificates: Vec<Vec<u8>>,
    /// Why the peer's certificate would be refused, where it was let pass: its code.
    pub objection: Option<&'static str>,
}

impl Tls {
    /// Speaks with a server until TLS stands.
    pub(crate) async fn connect(settings: &TlsClient, stream: &TcpStream) -> Result<Box<Tls>, Error> {
        let session = shake_hands(settings.session(), stream, settings.handshake).await?;
        let objection = settings.objection(&session);
        Ok(Tls::new(session, objection))
    }

    /// Speaks with a client until TLS stands.
    pub(crate) async fn accept(settings: &TlsServer, stream: &TcpStream) -> Result<Box<Tls>, Error> {
        let session = shake_hands(settings.session(), stream, settings.handshake).await?;
        let objection = settings.objection(&session);
        Ok(Tls::new(session, objection))
    }

    fn new(mut session: Connection, objection: Option<rustls::Error>) -> Box<Tls> {
        // What is sealed is taken out at once, and its amount is ours to bound.
        session.set_buffer_limit(None);
        Box::new(Tls { session, sealed: Queue::default(), objection })
    }

    /// Takes in what came from the socket, and appends what it says. True if the peer says that it will send no more.
    pub(crate) fn open(&mut self, mut records: &[u8], plain: &mut Vec<u8>) -> Result<bool, Error> {
        let mut is_last = false;
        // At first for what came with the end of the handshake.
        self.take_plain(plain)?;
        while !records.is_empty() && !is_last {
            self.session.read_tls(&mut records).map_err(|_| Error::Tls(rustls::Error::PeerSentOversizedRecord))?;
            is_last = self.session.process_new_packets().map_err(Error::Tls)?.peer_has_closed();
            self.take_plain(plain)?;
        }
        Ok(is_last)
    }

    /// Makes records of what waits, unless some wait already, and of `end`: that no more will come. Returns how much was taken.
    pub(crate) fn seal(&mut self, plain: &mut Queue, end: bool) -> Result<usize, Error> {
        if !self.sealed.is_empty() {
            return Ok(0);
        }
        let piece = plain.front();
        let count = piece.len().min(LOT);
        self.session.writer().write_all(&piece[..count]).map_err(|error| Error::system("write", error))?;
        plain.consume(count);
        if end && plain.is_empty() {
            self.session.send_close_notify();
        }
        self.write_records();
        Ok(count)
    }

    /// Bytes of records that wait for the socket.
    pub(crate) fn waiting(&self) -> usize {
        self.sealed.len()
    }

    /// The records that wait for the socket.
    pub(crate) fn sealed(&mut self) -> &mut Queue {
        &mut self.sealed
    }

    /// The alert that tells the peer of an error.
    pub(crate) fn alert(&mut self) -> &[u8] {
        if self.sealed.is_empty() {
            self.write_records();
        }
        self.sealed.front()
    }

    /// What was agreed on.
    pub(crate) fn facts(&self) -> TlsFacts {
        let protocol = match self.session.protocol_version() {
            Some(rustls::ProtocolVersion::TLSv1_2) => "TLSv1.2",
            _ => "TLSv1.3",
        };
        let suite = self.session.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).unwrap_or_default();
        let server_name = match &self.session {
            Connection::Server(session) => session.server_name().map(str::to_owned),
            Connection::Client(_) => None,
        };
        let certificates = self.session.peer_certificates().unwrap_or_default();
        TlsFacts {
            protocol,
            // IANA calls the suites of 1.3 like all others.
            cipher: suite.replacen("TLS13_", "TLS_", 1),
            alpn: self.session.alpn_protocol().map(<[u8]>::to_vec),
            server_name,
            certificates: certificates.iter().map(|it: &CertificateDer<'_>| it.to_vec()).collect(),
            objection: self.objection.as_ref().map(crate::tls_error::code),
        }
    }

    fn take_plain(&mut self, plain: &mut Vec<u8>) -> Result<(), Error> {
        match self.session.reader().read_to_end(plain) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            Err(error) => Err(Error::system("read", error)),
        }
    }

    fn write_records(&mut self) {
        while self.session.wants_write() {
            // Writing to a vector cannot fail.
            let _ = self.session.write_tls(self.sealed.back());
        }
    }
}

/// Speaks until both sides have finished and what we have to say is said.
async fn shake_hands(
    session: Result<Connection, rustls::Error>,
    stream: &TcpStream,
    patience: Duration,
) -> Result<Connection, Error> {
    let mut session = session.map_err(Error::Tls)?;
    let speaking = async {
        loop {
            if session.wants_write() {
                stream.writable().await.map_err(|error| Error::system("write", error))?;
                attempt(session.write_tls(&mut Socket(stream)), "write")?;
            } else if !session.is_handshaking() {
                return Ok(());
            } else {
                stream.readable().await.map_err(|error| Error::system("read", error))?;
                let Some(count) = attempt(session.read_tls(&mut Socket(stream)), "read")? else { continue };
                if count == 0 {
                    return Err(Error::TlsTruncated);
                }
                if let Err(error) = session.process_new_packets() {
                    // The peer is told why, behind what was to be said before; whether it hears that is its matter.
                    while session.wants_write() && session.write_tls(&mut Socket(stream)).is_ok() {}
                    return Err(Error::Tls(error));
                }
            }
        }
    };
    timeout(patience, speaking).await.unwrap_or(Err(Error::TlsHandshakeTimeout(patience)))?;
    Ok(session)
}

/// How much; none where the socket was not ready after all.
fn attempt(result: io::Result<usize>, call: &'static str) -> Result<Option<usize>, Error> {
    match result {
        Ok(count) => Ok(Some(count)),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        Err(error) => Err(Error::system(call, error)),
    }
}

/// A socket that is only tried.
struct Socket<'s>(&'s TcpStream);

impl Read for Socket<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.try_read(buffer)
    }
}

impl Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.try_write(bytes)
    }

    /// All records of a flight leave in one system call, and mostly in one segment.
    fn write_vectored(&mut self, pieces: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.try_write_vectored(pieces)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
