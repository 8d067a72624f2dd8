//! TLS (RFC 8446): handshakes one after another, one connection that takes all that it is sent, and many that say nothing.
//!
//! The servers ask nothing of Telnet here, so that nothing but TLS is compared. Whoever measures a server believes it: nothing is
//! verified, so that the load costs less than what it loads. No session is resumed.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::task::{JoinSet, spawn_local};
use tokio::time::sleep;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::Resumption;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};

use crate::Failure;
use crate::arguments::Arguments;
use crate::client::{GREETING, connect};
use crate::echo::{histogram, quantiles};
use crate::idle::watch;
use crate::usage::Meter;

/// Connections that come, shake hands, are greeted, and leave: a number of them at any time.
pub(crate) async fn handshakes(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.get("addr")?;
    let pid: String = arguments.get("pid")?;
    let visits = Rc::new(Visits {
        connector: connector()?,
        opened: Cell::new(0),
        times: RefCell::new(histogram()?),
        failure: Cell::new(None),
    });
    for _ in 0..arguments.get("concurrency")? {
        spawn_local(come_and_leave(address, Rc::clone(&visits)));
    }
    sleep(arguments.duration("warmup")?).await;
    visits.times.borrow_mut().reset();
    let meter = Meter::start(&pid)?;
    sleep(arguments.duration("seconds")?).await;
    let measured = meter.stop(visits.times.borrow().len());
    visits.failure.take().map_or(Ok(()), Err)?;
    println!(r#"{{{},{}}}"#, measured?, quantiles(&visits.times.borrow()));
    Ok(())
}

/// One connection: it says a line, and takes what comes until this program ends.
pub(crate) async fn bulk(arguments: &Arguments) -> Result<(), Failure> {
    let pid: String = arguments.get("pid")?;
    let mut stream = open(&connector()?, arguments.get("addr")?, 0).await?;
    stream.write_all(b"pour\r\n").await?;
    let taken = Rc::new(Cell::new(Ok(0_u64)));
    let count = Rc::clone(&taken);
    spawn_local(async move {
        let (mut buffer, mut bytes) = (vec![0; READ_SIZE], 0);
        loop {
            match stream.read(&mut buffer).await {
                Ok(read @ 1..) => bytes += read as u64,
                Ok(_) => return count.set(Err("the server closed the connection")),
                Err(_) => return count.set(Err("the connection failed")),
            }
            count.set(Ok(bytes));
        }
    });
    sleep(arguments.duration("warmup")?).await;
    let (before, meter) = (taken.get()?, Meter::start(&pid)?);
    sleep(arguments.duration("seconds")?).await;
    println!("{{{}}}", meter.stop(taken.get()? - before)?);
    Ok(())
}

/// Many connections that are greeted and then silent.
pub(crate) async fn idle(arguments: &Arguments) -> Result<(), Failure> {
    let address = arguments.get("addr")?;
    let connections: usize = arguments.get("connections")?;
    watch(arguments, async {
        let connector = connector()?;
        let mut opening = JoinSet::new();
        for worker in 0..AT_A_TIME {
            let connector = connector.clone();
            opening.spawn_local(async move {
                let mut streams = Vec::new();
                for index in (worker..connections).step_by(AT_A_TIME) {
                    streams.push(open(&connector, address, index).await?);
                }
                Ok::<_, Failure>(streams)
            });
        }
        let streams = opening.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?;
        Ok(streams.into_iter().flatten().collect::<Vec<_>>())
    })
    .await
}

struct Visits {
    connector: TlsConnector,
    opened: Cell<usize>,
    times: RefCell<Histogram<u64>>,
    failure: Cell<Option<Failure>>,
}

async fn come_and_leave(address: SocketAddr, visits: Rc<Visits>) {
    loop {
        let started = Instant::now();
        let index = visits.opened.replace(visits.opened.get() + 1);
        if let Err(failure) = open(&visits.connector, address, index).await {
            return visits.failure.set(Some(failure));
        }
        visits.times.borrow_mut().saturating_record(started.elapsed().as_nanos() as u64);
    }
}

/// Connects, and waits for the greeting.
async fn open(
    connector: &TlsConnector,
    address: SocketAddr,
    index: usize,
) -> Result<TlsStream<tokio::net::TcpStream>, Failure> {
    let name = ServerName::try_from("localhost")?;
    let mut stream = connector.connect(name, connect(address, index).await?).await?;
    let mut greeting = [0; GREETING.len()];
    stream.read_exact(&mut greeting).await?;
    if greeting != GREETING {
        return Err(format!("greeted with {:?}", String::from_utf8_lossy(&greeting)).into());
    }
    Ok(stream)
}

fn connector() -> Result<TlsConnector, Failure> {
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Believer(provider)))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    Ok(TlsConnector::from(Arc::new(config)))
}

#[derive(Debug)]
struct Believer(Arc<CryptoProvider>);

impl ServerCertVerifier for Believer {
    fn verify_server_cert(
        &self,
        _own: &CertificateDer<'_>,
        _above: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _own: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _own: &CertificateDer<'_>,
        _signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

const AT_A_TIME: usize = 50;
const READ_SIZE: usize = 256 * 1024;
