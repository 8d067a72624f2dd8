//! One connection to the server under load: opened, negotiated until the server greets, then read and written.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::process;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::Failure;
use crate::telnet::Telnet;

/// What every server says as soon as its handler has the connection. Until it has come, nothing else is sent.
pub(crate) const GREETING: &[u8] = b"ready\r\n";

pub(crate) struct Client {
    stream: TcpStream,
    pub(crate) telnet: Telnet,
}

impl Client {
    /// Connects and negotiates. `index` counts this program's connections: it chooses the source address.
    pub(crate) async fn open(address: SocketAddr, index: usize) -> Result<Self, Failure> {
        let mut client = Self { stream: connect(address, index).await?, telnet: Telnet::new() };
        client.await_greeting().await?;
        Ok(client)
    }

    /// Goes on negotiating for a while, for servers that still have questions when they have greeted.
    pub(crate) async fn settle(&mut self) -> Result<(), Failure> {
        let end = Instant::now() + SETTLE;
        while let Ok(read) = timeout_at(end, self.read_data()).await {
            if read? > 0 {
                return Err("data after the greeting that nobody asked for".into());
            }
        }
        Ok(())
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self.stream.try_write(bytes) {
            Ok(count) if count == bytes.len() => Ok(()),
            Ok(count) => Ok(self.stream.write_all(&bytes[count..]).await?),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(self.stream.write_all(bytes).await?),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits for bytes, answers what is Telnet's, and says how many were data (none, where all was negotiation).
    pub(crate) async fn read_data(&mut self) -> Result<usize, Failure> {
        let mut buffer = [0; READ_SIZE];
        let count = self.read(&mut buffer).await?;
        if self.telnet.is_plain(&buffer[..count]) {
            return Ok(count);
        }
        Ok(self.receive(&buffer[..count]).await?.len())
    }

    pub(crate) fn into_blocking(self) -> Result<std::net::TcpStream, Failure> {
        let stream = self.stream.into_std()?;
        stream.set_nonblocking(false)?;
        Ok(stream)
    }

    async fn await_greeting(&mut self) -> Result<(), Failure> {
        let mut greeting = Vec::new();
        while greeting.len() < GREETING.len() {
            let mut buffer = [0; READ_SIZE];
            let count = self.read(&mut buffer).await?;
            greeting.extend(self.receive(&buffer[..count]).await?);
        }
        if greeting != GREETING {
            return Err(format!("greeted with {:?}", String::from_utf8_lossy(&greeting)).into());
        }
        Ok(())
    }

    async fn read(&self, buffer: &mut [u8]) -> Result<usize, Failure> {
        loop {
            self.stream.readable().await?;
            match self.stream.try_read(buffer) {
                Ok(0) => return Err("the server closed the connection".into()),
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    async fn receive(&mut self, input: &[u8]) -> Result<Vec<u8>, Failure> {
        let (mut data, mut reply) = (Vec::new(), Vec::new());
        self.telnet.receive(input, &mut data, &mut reply);
        if !reply.is_empty() {
            self.write(&reply).await?;
        }
        Ok(data)
    }
}

/// Connects, and no more.
pub(crate) async fn connect(address: SocketAddr, index: usize) -> Result<TcpStream, Failure> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(source(index), 0))?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Opens connections, a hundred at a time, and when all stand lets them settle together.
pub(crate) async fn open_many(address: SocketAddr, indices: Range<usize>) -> Result<Vec<Client>, Failure> {
    let mut opening = JoinSet::new();
    for worker in 0..AT_A_TIME {
        let indices = indices.clone().skip(worker).step_by(AT_A_TIME);
        opening.spawn_local(async move {
            let mut clients = Vec::new();
            for index in indices {
                clients.push(Client::open(address, index).await?);
            }
            Ok::<_, Failure>(clients)
        });
    }
    let mut settling = JoinSet::new();
    for mut client in opening.join_all().await.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten() {
        settling.spawn_local(async move { client.settle().await.map(|()| client) });
    }
    settling.join_all().await.into_iter().collect()
}

/// A loopback address of this process's own for each 10,000 connections: one address has some 28,000 ports, and a
/// closed connection keeps its port for a minute.
fn source(index: usize) -> IpAddr {
    let [.., high, low] = process::id().to_be_bytes();
    IpAddr::V4(Ipv4Addr::new(127, 128 | high, low, 1 + (index / 10_000 % 250) as u8))
}

const AT_A_TIME: usize = 100;
const SETTLE: Duration = Duration::from_millis(300);
const READ_SIZE: usize = 4096;
