//! Listening: a port, the task that accepts, and the members among whom accepted connections are dealt out.
//!
//! A port has one member, unless it is shared: then servers of several JavaScript contexts (worker threads) listen on it,
//! and each gets every n-th connection. It is bound once and accepts in one place, so it works the same everywhere.

use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio::time::{Instant, timeout};

use crate::batch::Kind;
use crate::connection::Ends;
use crate::conversation::Settings;
use crate::error::Error;
use crate::gate::{Gate, GateOptions, Place, Refusal};
use crate::hub::Hub;
use crate::json::{self, Value};
use crate::runtime::runtime;
use crate::socket::{self, SocketOptions};
use crate::tls::Tls;
use crate::tls_settings::TlsServer;
use crate::waiting_room::{Visitor, WaitingRoom};

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
    /// What is asked of who comes besides.
    pub gate: GateOptions,
    /// The conversation of each connection.
    pub settings: Settings,
    /// The socket of each connection.
    pub socket: SocketOptions,
    /// Speak TLS.
    pub tls: Option<Secure>,
    /// Where connections wait until a thread takes them; none: they are the hub's at once.
    pub room: Option<Arc<WaitingRoom>>,
}

/// TLS at a port.
#[derive(Clone, Debug)]
pub struct Secure {
    /// How it is spoken.
    pub settings: TlsServer,
    /// Speak it with a client whose first byte begins a handshake; one that sends another, or none within this time, is spoken to
    /// in the clear. None: with all.
    pub auto: Option<Duration>,
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
    /// It may be renewed while the port is open.
    tls: Option<Mutex<Secure>>,
    room: Option<Arc<WaitingRoom>>,
    max_connections: AtomicU32,
    gate: Arc<Gate>,
    /// Shared with the connections, each of which counts while it lives.
    open: Arc<()>,
    /// Why the last peer was turned away. Changed only while the mailbox is locked.
    refused_last: Mutex<Option<Refusal>>,
}

/// Held by a connection while it is open, so that it counts.
#[derive(Debug)]
pub(crate) struct Seat {
    _open: Arc<()>,
    /// Where its address counts, too.
    _place: Option<Box<Place>>,
}

impl Member {
    pub(crate) fn new(id: u32, hub: Weak<Hub>, options: ListenOptions) -> Arc<Member> {
        let ListenOptions { settings, socket, tls, max_connections, gate, room, .. } = options;
        Arc::new(Member {
            id,
            hub,
            settings,
            socket,
            tls: tls.map(Mutex::new),
            room,
            max_connections: AtomicU32::new(max_connections),
            gate: Gate::new(gate),
            open: Arc::default(),
            refused_last: Mutex::default(),
        })
    }

    fn accept(self: &Arc<Member>, stream: TcpStream, remote: SocketAddr, port: &Port) {
        let Some(hub) = self.hub.upgrade() else { return };
        let most = self.max_connections.load(Ordering::Relaxed) as usize;
        // One count is our own.
        let has_room = most == 0 || Arc::strong_count(&self.open) <= most;
        let place = match self.gate.admit(remote.ip(), Instant::now(), has_room) {
            Ok(place) => place,
            Err(refusal) => return self.drop_peer(&hub, remote, refusal, None),
        };
        let seat = Seat { _open: Arc::clone(&self.open), _place: place };
        // A peer that is gone before it could be set up concerns nobody.
        let Ok(local) = set_up(&stream, port, &self.socket) else { return };
        let ends = Ends { listener: Some(self.id), remote, local, counted: Some(seat) };
        if self.tls.is_some() {
            // Who closes the port meanwhile wants none of them any more.
            tokio::spawn(secure(Arc::downgrade(self), stream, ends));
        } else {
            self.let_in(&hub, (stream, None), ends);
        }
    }

    /// The line stands: it becomes the hub's, or waits for a thread that takes it.
    fn let_in(&self, hub: &Hub, line: (TcpStream, Option<Box<Tls>>), ends: Ends) {
        let Some(room) = &self.room else {
            hub.adopt(line, ends, &self.settings, &self.socket);
            return;
        };
        let remote = ends.remote;
        let visitor = Visitor { line, ends, settings: self.settings.clone(), socket: self.socket.clone() };
        if !room.admit(visitor) {
            self.drop_peer(hub, remote, Refusal::NotTaken, None);
        }
    }

    fn drop_peer(&self, hub: &Hub, remote: SocketAddr, refusal: Refusal, error: Option<&Error>) {
        let address = remote.ip().to_string();
        let mut members = vec![
            ("remoteAddress", Value::Text(&address)),
            ("remotePort", Value::Number(remote.port().into())),
            ("reason", Value::Text(refusal.name())),
        ];
        let message = error.map(ToString::to_string).unwrap_or_default();
        if let Some(error) = error {
            members.extend([("code", Value::Text(error.code())), ("message", Value::Text(&message))]);
        }
        hub.mailbox().post(|batch| {
            // A flood of them that nobody reads comes to a bounded number of records.
            let repeats = lock(&self.refused_last).replace(refusal) == Some(refusal);
            if !repeats || batch.len() < MANY_RECORDS || !batch.count_again(self.id, Kind::Drop) {
                batch.push_with(self.id, Kind::Drop, 1, |out| json::object(&members, out));
            }
        });
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

    pub(crate) fn renew_tls(&self, renewed: Secure) {
        if let Some(tls) = &self.member.tls {
            *lock(tls) = renewed;
        }
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
    /// Gone when the last member has left.
    listener: Mutex<Option<TcpListener>>,
    members: Mutex<Members>,
    accepting: OnceLock<AbortHandle>,
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
pub(crate) fn listen(id: u32, hub: Weak<Hub>, options: ListenOptions) -> Result<Listening, Error> {
    let ListenOptions { address, backlog, shared, v6_only, .. } = options;
    let member = Member::new(id, hub, options);
    // Held all the while, so that of two who come at once the second one joins.
    let mut ports = lock(&SHARED);
    if let (true, Some(port)) = (shared, ports.get(&address)) {
        lock(&port.members).list.push(Arc::clone(&member));
        return Ok(Listening { port: Arc::clone(port), member });
    }
    let bound = bind(address, backlog, v6_only, member.socket.write_stall)
        .map_err(|error| Error::at("listen", error, address))?;
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
        let listener = Mutex::new(Some(TcpListener::from_std(listener)?));
        let members = Mutex::new(Members { list: vec![member], turn: 0 });
        let port = Arc::new(Port { address, shared, listener, members, accepting: OnceLock::new() });
        let accepting = runtime().spawn(accept_all(Arc::downgrade(&port)));
        port.accepting.get_or_init(|| accepting.abort_handle());
        Ok(port)
    }

    /// The member whose turn it is.
    fn next(&self) -> Option<Arc<Member>> {
        let mut members = lock(&self.members);
        members.turn = (members.turn + 1) % members.list.len().max(1);
        members.list.get(members.turn).map(Arc::clone)
    }

    /// The last one closes the port: when this returns, the system refuses who comes, and the port can be bound again.
    fn leave(&self, member: &Arc<Member>) {
        let mut ports = lock(&SHARED);
        let mut members = lock(&self.members);
        members.list.retain(|other| !Arc::ptr_eq(other, member));
        if members.list.is_empty() {
            if self.shared {
                ports.remove(&self.address);
            }
            *lock(&self.listener) = None;
            self.accepting.get().inspect(|task| task.abort());
        }
    }

    /// Accepts one. Pending for ever where the port is closed: then the task is aborted too.
    fn poll_accept(&self, cx: &mut Context<'_>) -> Poll<io::Result<(TcpStream, SocketAddr)>> {
        lock(&self.listener).as_ref().map_or(Poll::Pending, |listener| listener.poll_accept(cx))
    }
}

/// Speaks TLS with one accepted, or finds that it wants none, and hands it on.
async fn secure(member: Weak<Member>, stream: TcpStream, ends: Ends) {
    let Some(Secure { settings, auto }) =
        member.upgrade().and_then(|member| member.tls.as_ref().map(|tls| lock(tls).clone()))
    else {
        return;
    };
    let tls = match auto {
        Some(patience) if !begins_handshake(&stream, patience).await => Ok(None),
        _ => Tls::accept(&settings, &stream).await.map(Some),
    };
    let Some(member) = member.upgrade() else { return };
    let Some(hub) = member.hub.upgrade() else { return };
    match tls {
        Ok(tls) => member.let_in(&hub, (stream, tls), ends),
        Err(error) => member.drop_peer(&hub, ends.remote, Refusal::Tls, Some(&error)),
    }
}

/// Looks at the first byte, and leaves it there.
async fn begins_handshake(stream: &TcpStream, patience: Duration) -> bool {
    let mut first = [0];
    let peeked = timeout(patience, stream.peek(&mut first)).await;
    matches!(peeked, Ok(Ok(1))) && first == [HANDSHAKE]
}

/// The type of a TLS record with a handshake.
const HANDSHAKE: u8 = 22;

async fn accept_all(port: Weak<Port>) {
    let mut is_failing = false;
    loop {
        let accept = |cx: &mut Context<'_>| {
            let Some(port) = port.upgrade() else { return Poll::Ready(None) };
            let accepted = ready!(port.poll_accept(cx));
            Poll::Ready(Some((accepted, port)))
        };
        let Some((accepted, port)) = poll_fn(accept).await else { return };
        let Some(member) = port.next() else { return };
        match accepted {
            Ok((stream, remote)) => {
                is_failing = false;
                member.accept(stream, remote, &port);
            }
            Err(error) if concerns_one_peer(&error) => {}
            Err(error) => {
                // Told once, not ten times a second.
                if !std::mem::replace(&mut is_failing, true) {
                    member.tell_error(&Error::system("accept", error));
                }
                drop((member, port));
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// The connection that was to be accepted broke, or the way to it; the next one may be better. Anything else, such as no
/// descriptor left, would be said again at once.
fn concerns_one_peer(error: &io::Error) -> bool {
    use io::ErrorKind::*;
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionReset | HostUnreachable | Interrupted | NetworkDown | NetworkUnreachable
    )
}

/// How long a listener waits where the system could not accept.
const PAUSE: Duration = Duration::from_millis(100);

/// With so many records waiting, a peer turned away is counted with the one before.
const MANY_RECORDS: usize = 10_000;

/// Sets up an accepted socket with as few calls as can be. Returns its local address.
fn set_up(stream: &TcpStream, port: &Port, options: &SocketOptions) -> io::Result<SocketAddr> {
    // On Linux the listening socket's settings are inherited.
    if !cfg!(target_os = "linux") {
        socket::set_up(SockRef::from(stream))?;
    }
    // Where several share it they are those of the first.
    if port.shared {
        socket::patience(SockRef::from(stream), options.write_stall)?;
    }
    socket::keep_alive(SockRef::from(stream), options.keep_alive)?;
    // A listener bound to one address knows the local end of each of its connections.
    if port.address.ip().is_unspecified() { stream.local_addr() } else { Ok(port.address) }
}

fn bind(
    address: SocketAddr,
    backlog: i32,
    v6_only: bool,
    stall: Option<Duration>,
) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(v6_only)?;
    }
    // On Windows the same flag would let another process take the port.
    if cfg!(unix) {
        socket.set_reuse_address(true)?;
    }
    socket::set_up(SockRef::from(&socket))?;
    socket::patience(SockRef::from(&socket), stall)?;
    socket.bind(&address.into())?;
    socket.listen(backlog)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
