//! Connecting: the addresses of a host one after another, until one answers.

use std::net::SocketAddr;
use std::sync::{Arc, Weak};

use socket2::SockRef;
use tokio::net::{TcpSocket, TcpStream};

use crate::batch::{Kind, Mailbox};
use crate::connection::Ends;
use crate::error::Error;
use crate::hub::{ConnectOptions, Hub};
use crate::socket::{keep_alive, patience, set_up};
use crate::tls::Tls;

/// One attempt of a hub to connect. However it ends, its record is posted: where it is dropped before a connection stands,
/// that is the last record of a connection which never did.
pub(crate) struct Attempt {
    id: u32,
    hub: Weak<Hub>,
    mailbox: Arc<Mailbox>,
    /// Why it failed; none where it was given up.
    failure: Option<Error>,
    succeeded: bool,
}

impl Attempt {
    pub(crate) fn new(id: u32, hub: &Arc<Hub>, mailbox: Arc<Mailbox>) -> Attempt {
        Attempt { id, hub: Arc::downgrade(hub), mailbox, failure: None, succeeded: false }
    }

    pub(crate) async fn run(mut self, options: ConnectOptions) {
        for &address in &options.addresses {
            match connect(address, options.local).await.and_then(|stream| prepare(stream, address, &options)) {
                Ok((stream, ends)) => return self.connected(stream, ends, &options).await,
                // The user is told of the first address: the order is the resolver's.
                Err(error) if self.failure.is_none() => self.failure = Some(error),
                Err(_) => {}
            }
        }
    }

    /// A TCP connection stands; another address would not be spoken TLS to where this one failed.
    async fn connected(&mut self, stream: TcpStream, ends: Ends, options: &ConnectOptions) {
        self.failure = None;
        let tls = match &options.tls {
            None => None,
            Some(settings) => match Tls::connect(settings, &stream).await {
                Ok(tls) => Some(tls),
                Err(error) => return self.failure = Some(error),
            },
        };
        if let Some(hub) = self.hub.upgrade() {
            self.succeeded = hub.connected(self.id, (stream, tls), ends, options);
        }
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.succeeded {
            return;
        }
        let failure = self.failure.take();
        self.mailbox.post(|batch| {
            batch.push_with(self.id, Kind::Close, failure.is_some().into(), |out| {
                out.extend_from_slice(&[0; 16]);
                if let Some(failure) = failure {
                    failure.write_json(out);
                }
            });
        });
    }
}

async fn connect(address: SocketAddr, local: Option<SocketAddr>) -> Result<TcpStream, Error> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let bound = socket.and_then(|socket| {
        set_up(SockRef::from(&socket))?;
        if let Some(local) = local {
            socket.bind(local)?;
        }
        Ok(socket)
    });
    let connected = match bound {
        Ok(socket) => socket.connect(address).await,
        Err(error) => Err(error),
    };
    connected.map_err(|error| Error::at("connect", error, address))
}

fn prepare(stream: TcpStream, remote: SocketAddr, options: &ConnectOptions) -> Result<(TcpStream, Ends), Error> {
    let (probes, write_stall) = (options.socket.keep_alive, options.socket.write_stall);
    let prepared = keep_alive(SockRef::from(&stream), probes)
        .and_then(|()| patience(SockRef::from(&stream), write_stall))
        .and_then(|()| stream.local_addr());
    let local = prepared.map_err(|error| Error::at("connect", error, remote))?;
    Ok((stream, Ends { listener: None, remote, local, counted: None }))
}
