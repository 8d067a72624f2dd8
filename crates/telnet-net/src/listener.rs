//! Listening: a port, the task that accepts, and the members among whom accepted connections are dealt out.
//!
//! A port has one member, unless it is shared: then servers of several JavaScript contexts (worker threads) listen on it,
//! and each gets every n-th connection. It is bound once and accepts in one place, so it works the same everywhere.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;

use crate::batch::Kind;
use crate::connection::{Ends, SocketOptions, set_up};
use crate::conversation::Settings;
use crate::error::{Error, is_out_of_files};
use crate::hub::Hub;
use crate::json::{self, Value};
use crate::runtime::runtime;

/// What listening needs to know.
#[derive(Clone, Debug)]
pub struct ListenOptions {
    /// Where; port 0 for any free one.
    pub address: SocketAddr,
    /// Connections that may wait to be accepted.
    pub backlog: i32,
    /// Several contexts may listen on the port.
    pub shared: bool,
    /// An IPv6 socket takes no IPv4.
    pub v6_only: bool,
    /// Connections of this listener that may be open at once; 0 for any number.
    pub max_connections: u32,
    /// The conversation of each connection.
    pub settings: Settings,
    /// The socket of each connection.
    pub socket: SocketOptions,
}

/// A place among those who listen on a port; leaving it is dropping it.
#[derive(Debug)]
pub(crate) struct Listening {
    port: Arc<Port>,
    member: Arc<Member>,
}

/// One who listens.
#[derive(Debug)]
pub(crate) struct Member {
    id: u32,
    hub: Weak<Hub>,
    settings: Settings,
    socket: SocketOptions,
    max_connections: AtomicU32,
    /// Shared with the connections, each of which counts while it lives.
    open: Arc<()>,
}

impl Member {
    pub(crate) fn new(
        id: u32,
        hub: Weak<Hub>,
        settings: Settings,
        socket: SocketOptions,
        max_connections: u32,
    ) -> Arc<Member> {
        let max_connections = AtomicU32::new(max_connections);
        Arc::new(Member { id, hub, settings, socket, max_connections, open: Arc::new(()) })
    }

    fn accept(&self, stream: TcpStream, remote: SocketAddr, local: SocketAddr) {
        let Some(hub) = self.hub.upgrade() else { return };
        let most = self.max_connections.load(Ordering::Relaxed) as usize;
        // One count is our own.
        if most > 0 && Arc::strong_count(&self.open) > most {
            return self.drop_peer(&hub, remote);
        }
        let ends = Ends { listener: Some(self.id), remote, local, counted: Some(Arc::clone(&self.open)) };
        hub.adopt(stream, ends, &self.settings, &self.socket);
    }

    fn drop_peer(&self, hub: &Hub, remote: SocketAddr) {
        let address = remote.ip().to_string();
        let members = [
            ("remoteAddress", Value::Text(&address)),
            ("remotePort", Value::Number(remote.port().into())),
            ("reason", Value::Text("max-connections")),
        ];
        hub.mailbox().post(|batch| batch.push_with(self.id, Kind::Drop, 0, |out| json::object(&members, out)));
    }

    fn tell_error(&self, error: &Error) {
        if let Some(hub) = self.hub.upgrade() {
            hub.mailbox().post(|batch| batch.push_with(self.id, Kind::ListenerError, 0, |out| error.write_json(out)));
        }
    }
}

impl Listening {
    pub(crate) fn address(&self) -> SocketAddr {
        self.port.address
    }

    pub(crate) fn limit_connections(&self, most: u32) {
        self.member.max_connections.store(most, Ordering::Relaxed);
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.port.leave(&self.member);
    }
}

/// A bound port.
#[derive(Debug)]
struct Port {
    address: SocketAddr,
    shared: bool,
    members: Mutex<Members>,
    accepting: AbortHandle,
}

#[derive(Debug)]
struct Members {
    list: Vec<Arc<Member>>,
    /// Whose turn it is.
    turn: usize,
}

/// The shared ports of the process.
static SHARED: LazyLock<Mutex<HashMap<SocketAddr, Arc<Port>>>> = LazyLock::new(Mutex::default);

/// Joins a shared port that is bound already, or binds one.
pub(crate) fn listen(
    address: SocketAddr,
    backlog: i32,
    shared: bool,
    v6_only: bool,
    member: Arc<Member>,
) -> Result<Listening, Error> {
    // Held all the while, so that of two who come at once the second one joins.
    let mut ports = lock(&SHARED);
    if let (true, Some(port)) = (shared, ports.get(&address)) {
        lock(&port.members).list.push(Arc::clone(&member));
        return Ok(Listening { port: Arc::clone(port), member });
    }
    let bound = bind(address, backlog, v6_only).map_err(|error| Error::at("listen", error, address))?;
    let port = Port::open(bound, shared, Arc::clone(&member)).map_err(|error| Error::at("listen", error, address))?;
    if shared {
        ports.insert(port.address, Arc::clone(&port));
    }
    Ok(Listening { port, member })
}

impl Port {
    fn open(listener: std::net::TcpListener, shared: bool, member: Arc<Member>) -> io::Result<Arc<Port>> {
        let address = listener.local_addr()?;
        let _context = runtime().enter();
        let listener = TcpListener::from_std(listener)?;
        Ok(Arc::new_cyclic(|port: &Weak<Port>| {
            let accepting = runtime().spawn(accept_all(listener, address, port.clone())).abort_handle();
            let members = Mutex::new(Members { list: vec![member], turn: 0 });
            Port { address, shared, members, accepting }
        }))
    }

    /// The member whose turn it is.
    fn next(&self) -> Option<Arc<Member>> {
        let mut members = lock(&self.members);
        members.turn = (members.turn + 1) % members.list.len().max(1);
        members.list.get(members.turn).map(Arc::clone)
    }

    /// The last one closes the port: whoever comes from now on is refused by the system.
    fn leave(&self, member: &Arc<Member>) {
        let mut ports = lock(&SHARED);
        let mut members = lock(&self.members);
        members.list.retain(|other| !Arc::ptr_eq(other, member));
        if members.list.is_empty() {
            if self.shared {
                ports.remove(&self.address);
            }
            self.accepting.abort();
        }
    }
}

async fn accept_all(listener: TcpListener, address: SocketAddr, port: Weak<Port>) {
    loop {
        let accepted = listener.accept().await;
        let Some(member) = port.upgrade().and_then(|port| port.next()) else { continue };
        match accepted {
            Ok((stream, remote)) => {
                // What was set on the listening socket is inherited on Linux: two calls less for each connection.
                let options = &member.socket;
                let ready = if cfg!(target_os = "linux") && options.keep_alive.is_none() {
                    Ok(())
                } else {
                    set_up(SockRef::from(&stream), options.keep_alive)
                };
                // A listener bound to one address knows the local end of each of its connections.
                let local = if address.ip().is_unspecified() { stream.local_addr() } else { Ok(address) };
                if let (Ok(()), Ok(local)) = (ready, local) {
                    member.accept(stream, remote, local);
                }
            }
            Err(error) => {
                let pause = is_out_of_files(&error);
                // A peer that left before it was accepted concerns nobody.
                if pause {
                    member.tell_error(&Error::system("accept", error));
                    tokio::time::sleep(OUT_OF_FILES_PAUSE).await;
                }
            }
        }
    }
}

/// How long a listener waits where no descriptor is left for the next connection.
const OUT_OF_FILES_PAUSE: Duration = Duration::from_millis(100);

fn bind(address: SocketAddr, backlog: i32, v6_only: bool) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(v6_only)?;
    }
    // On Windows the same flag would let another process take the port.
    if cfg!(unix) {
        socket.set_reuse_address(true)?;
    }
    set_up(SockRef::from(&socket), None)?;
    socket.bind(&address.into())?;
    socket.listen(backlog)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
