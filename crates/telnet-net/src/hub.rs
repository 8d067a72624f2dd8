//! All connections and listeners of one JavaScript context: their numbers, their mailbox, and the way back to them.

use std::collections::HashMap;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, coop, yield_now};

use crate::batch::{HEAD_WORDS, Kind, Mailbox, Polled, Reader, Urgency};
use crate::connect::Attempt;
use crate::connection::{Connection, Ends};
use crate::conversation::Settings;
use crate::error::Error;
use crate::listener::{self, ListenOptions, Listening, Secure};
use crate::op::{OP_WORDS, Op, take_op};
use crate::runtime::runtime;
use crate::socket::SocketOptions;
use crate::tls::Tls;
use crate::tls_settings::TlsClient;

/// The connections that a flush may try itself; more are handed to a task, so that the caller is free again.
const TRIED_BY_CALLER: usize = 4;

/// So many at a time are handed to the task, which sends while the operations of others are still carried out: what was just
/// queued is in the cache yet.
const LOT: usize = 64;

/// The connections and listeners of one reader.
#[derive(Debug)]
pub struct Hub {
    mailbox: Arc<Mailbox>,
    slots: Mutex<Slots>,
    listeners: Mutex<Listeners>,
    bell: Arc<Bell>,
    sender: Arc<Sender>,
    tasks: [AbortHandle; 2],
}

/// Listeners by their number. Numbers are not used twice: records of one that is closed may still be unread.
#[derive(Debug, Default)]
struct Listeners {
    open: HashMap<u32, Listening>,
    last: u32,
}

/// Where records come out of a hub. It is the reader's own: polling takes no lock but the mailbox's.
#[derive(Debug, Default)]
pub struct Inbox {
    reader: Reader,
    /// Connections whose last record was handed out. Their numbers are free when the next poll begins: operations that
    /// the reader still had for them have been flushed by then.
    closed: Vec<u32>,
    /// Records were handed out since the reader was woken.
    handed: bool,
}

/// What [`Hub::connect`] needs to know.
#[derive(Clone, Debug)]
pub struct ConnectOptions {
    /// Tried one after another.
    pub addresses: Vec<SocketAddr>,
    /// The address to connect from; a port of 0 is any.
    pub local: Option<SocketAddr>,
    /// The conversation.
    pub settings: Settings,
    /// The socket.
    pub socket: SocketOptions,
    /// Speak TLS.
    pub tls: Option<TlsClient>,
}

impl Hub {
    /// A hub that posts to a mailbox whose reader is woken by `wake`, from any thread.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Arc<Hub> {
        let bell = Arc::new(Bell::new(wake));
        let mailbox = Arc::new(Mailbox::new({
            let bell = Arc::clone(&bell);
            move |urgency| bell.ring(urgency)
        }));
        let waking = runtime().spawn(Arc::clone(&bell).run(Arc::clone(&mailbox))).abort_handle();
        let sender = Arc::new(Sender::default());
        let sending = runtime().spawn(Arc::clone(&sender).run()).abort_handle();
        Arc::new(Hub {
            mailbox,
            bell,
            slots: Mutex::default(),
            listeners: Mutex::default(),
            sender,
            tasks: [waking, sending],
        })
    }

    /// Copies records out; see [`Reader::poll`]. When those are handed out for which the reader was woken it is told of none,
    /// though more may have come, for which it is woken again: to go back to its event loop in between is fair to the
    /// rest of the program, and the batches become larger.
    pub fn poll(&self, inbox: &mut Inbox, heads: &mut [u32], data: &mut [u8]) -> Polled {
        if !inbox.closed.is_empty() {
            let mut slots = self.lock_slots();
            inbox.closed.drain(..).for_each(|id| slots.release(id));
        }
        if std::mem::take(&mut inbox.handed) && inbox.reader.is_exhausted() {
            return Polled::Records(0);
        }
        let polled = inbox.reader.poll(&self.mailbox, heads, data);
        inbox.handed = polled != Polled::Records(0);
        if let Polled::Records(count) = polled {
            let heads = heads.chunks_exact(HEAD_WORDS).take(count);
            self.bell.found(count);
            inbox.closed.extend(heads.filter(|head| head[1] & 0xff == Kind::Close as u32).map(|head| head[0]));
        }
        polled
    }

    /// Carries out operations, then sends what they queued: the sole writes of a turn at once, many by a task. The last
    /// word of each head is overwritten with what its connection still has queued.
    pub fn flush(&self, heads: &mut [u32], data: &[u8]) {
        if heads.len() == OP_WORDS
            && let (id, drained, Op::Bytes(bytes)) = take_op(heads, &mut { data })
        {
            return set_queued(heads, self.write(id, bytes, drained));
        }
        let mut written: Vec<(u32, Arc<Connection>)> = Vec::new();
        let mut is_much = false;
        let places = places(heads);
        let mut slots = self.lock_slots();
        for turn in places.chunk_by(|one, next| one.connection == next.connection) {
            let id = turn[0].connection;
            let mut ops = turn.iter().map(|place| place.op(heads, data));
            let mut queued = 0;
            match slots.get(id) {
                Slot::Live(connection) => {
                    let performed = connection.perform(ops);
                    queued = performed.queued;
                    if performed.flush {
                        written.push((id, Arc::clone(connection)));
                    }
                    if written.len() == LOT {
                        is_much = true;
                        self.sender.send(&mut written);
                    }
                }
                Slot::Connecting(attempt) if ops.any(|(_, op)| op == Op::Destroy) => {
                    attempt.abort();
                    slots.set(id, Slot::GivenUp);
                }
                Slot::Connecting(_) | Slot::GivenUp | Slot::Free => {}
            }
            turn.iter().for_each(|place| set_queued(&mut heads[place.head..][..OP_WORDS], queued));
        }
        drop(slots);
        if is_much || written.len() > TRIED_BY_CALLER {
            return self.sender.send(&mut written);
        }
        for (id, connection) in written {
            let queued = connection.flush();
            heads.chunks_exact_mut(OP_WORDS).filter(|head| head[0] == id).for_each(|head| set_queued(head, queued));
        }
    }

    /// Sends the only write of a turn without a copy, where it can; see [`Connection::write_now`].
    pub fn write(&self, id: u32, bytes: &[u8], drained: u32) -> usize {
        let connection = self.connection(id);
        connection.map_or(0, |connection| connection.write_now(bytes, drained))
    }

    /// Begins to listen. Returns the listener's number and its address.
    pub fn listen(self: &Arc<Hub>, options: ListenOptions) -> Result<(u32, SocketAddr), Error> {
        let mut listeners = self.lock_listeners();
        let id = listeners.last + 1;
        let listening = listener::listen(id, Arc::downgrade(self), options)?;
        let address = listening.address();
        listeners.open.insert(id, listening);
        listeners.last = id;
        Ok((id, address))
    }

    /// How many connections of a listener may be open at once; 0 for any number.
    pub fn limit_connections(&self, listener: u32, most: u32) {
        if let Some(listening) = self.lock_listeners().open.get(&listener) {
            listening.limit_connections(most);
        }
    }

    /// Who connects from now on to a listener under TLS is spoken to so.
    pub fn renew_tls(&self, listener: u32, renewed: Secure) {
        if let Some(listening) = self.lock_listeners().open.get(&listener) {
            listening.renew_tls(renewed);
        }
    }

    /// Accepts no more. Connections go on.
    pub fn close_listener(&self, listener: u32) {
        // Closed when the lock is free again: that takes system calls.
        let closed = self.lock_listeners().open.remove(&listener);
        drop(closed);
    }

    /// Begins to connect. The connection's first record is [`Kind::Open`], or [`Kind::Close`] where it failed.
    pub fn connect(self: &Arc<Hub>, options: ConnectOptions) -> u32 {
        let mut slots = self.lock_slots();
        let id = slots.reserve();
        let attempt = Attempt::new(id, self, Arc::clone(&self.mailbox));
        let task = runtime().spawn(attempt.run(options));
        slots.set(id, Slot::Connecting(task.abort_handle()));
        id
    }

    /// The connection of that number.
    pub fn connection(&self, id: u32) -> Option<Arc<Connection>> {
        match self.lock_slots().get(id) {
            Slot::Live(connection) => Some(Arc::clone(connection)),
            Slot::Connecting(_) | Slot::GivenUp | Slot::Free => None,
        }
    }

    /// Ends everything at once: the reader is gone.
    pub fn shut_down(&self) {
        self.lock_listeners().open.clear();
        self.tasks.iter().for_each(AbortHandle::abort);
        let slots = std::mem::replace(&mut *self.lock_slots(), Slots { closed: true, ..Slots::default() });
        for slot in slots.slots {
            match slot {
                Slot::Live(connection) => connection.abandon(),
                Slot::Connecting(attempt) => attempt.abort(),
                Slot::GivenUp | Slot::Free => {}
            }
        }
    }

    /// Takes an accepted socket in. Returns its number, unless the hub is shut down.
    pub(crate) fn adopt(
        &self,
        (stream, tls): (TcpStream, Option<Box<Tls>>),
        ends: Ends,
        settings: &Settings,
        options: &SocketOptions,
    ) -> Option<u32> {
        let id = self.lock_slots().reserve();
        self.start(id, (stream, tls), ends, settings, options).then_some(id)
    }

    /// Takes a connected socket in, in the place that was reserved for it. False if it was given up meanwhile.
    pub(crate) fn connected(
        &self,
        id: u32,
        line: (TcpStream, Option<Box<Tls>>),
        ends: Ends,
        options: &ConnectOptions,
    ) -> bool {
        self.start(id, line, ends, &options.settings, &options.socket)
    }

    pub(crate) fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    fn start(
        &self,
        id: u32,
        (stream, tls): (TcpStream, Option<Box<Tls>>),
        ends: Ends,
        settings: &Settings,
        options: &SocketOptions,
    ) -> bool {
        let (connection, opening) =
            Connection::new(id, stream, ends, settings, options, tls, Arc::clone(&self.mailbox));
        let mut slots = self.lock_slots();
        if slots.closed || matches!(slots.get(id), Slot::GivenUp) {
            return false;
        }
        // In its place before anything is told of it, so that operations find it.
        slots.set(id, Slot::Live(Arc::clone(&connection)));
        drop(slots);
        connection.open(opening);
        true
    }

    fn lock_slots(&self) -> MutexGuard<'_, Slots> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_listeners(&self) -> MutexGuard<'_, Listeners> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.shut_down();
    }
}

/// Where an operation stands among those of a flush.
struct Place {
    connection: u32,
    head: usize,
    data: usize,
}

impl Place {
    fn op<'d>(&self, heads: &[u32], data: &'d [u8]) -> (u32, Op<'d>) {
        let (_, drained, op) = take_op(&heads[self.head..][..OP_WORDS], &mut data.get(self.data..).unwrap_or_default());
        (drained, op)
    }
}

/// The operations of a flush, those of one connection together and in their order: its lock and its memory are come by once
/// for all the lines of a broadcast.
fn places(heads: &[u32]) -> Vec<Place> {
    let mut data = 0;
    let place = |(index, head): (usize, &[u32])| {
        let place = Place { connection: head[0], head: index * OP_WORDS, data };
        data += head[2] as usize;
        place
    };
    let mut places: Vec<_> = heads.chunks_exact(OP_WORDS).enumerate().map(place).collect();
    places.sort_by_key(|place| place.connection);
    places
}

fn set_queued(head: &mut [u32], queued: usize) {
    head[OP_WORDS - 1] = u32::try_from(queued).unwrap_or(u32::MAX);
}

/// Connections by their number, which is an index: numbers are reused.
#[derive(Debug, Default)]
struct Slots {
    slots: Vec<Slot>,
    free: Vec<u32>,
    closed: bool,
}

#[derive(Debug)]
enum Slot {
    Free,
    Connecting(AbortHandle),
    /// Was to connect and need not any more: its Close record is on its way.
    GivenUp,
    Live(Arc<Connection>),
}

impl Slots {
    fn reserve(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot::Free);
            self.slots.len() as u32 - 1
        })
    }

    fn set(&mut self, id: u32, slot: Slot) {
        if let Some(place) = self.slots.get_mut(id as usize) {
            *place = slot;
        }
    }

    fn get(&self, id: u32) -> &Slot {
        self.slots.get(id as usize).unwrap_or(&Slot::Free)
    }

    fn release(&mut self, id: u32) {
        if let Some(slot) = self.slots.get_mut(id as usize) {
            *slot = Slot::Free;
            self.free.push(id);
        }
    }
}

/// Wakes the reader. Where it found many records lately, that waits for as long as each turn of the event queue brings more,
/// so that it finds the records of all connections that are busy: to be woken for each costs both threads more than the
/// work itself. Where it found few, it is woken at once, since a lone connection waits for nothing but that.
struct Bell {
    wake: Box<dyn Fn() + Send + Sync>,
    due: Notify,
    /// The most records that the reader found in a poll since it was last woken.
    most: AtomicUsize,
    /// It has found that none are left, and will be woken.
    done: AtomicBool,
}

impl Bell {
    fn new(wake: impl Fn() + Send + Sync + 'static) -> Bell {
        Bell { wake: Box::new(wake), due: Notify::new(), most: AtomicUsize::new(0), done: AtomicBool::new(true) }
    }

    /// There is something to read. Where it is much the connection's task goes on reading meanwhile, so the reader is not
    /// left to the task that waits for its turn.
    fn ring(&self, urgency: Urgency) {
        match urgency {
            Urgency::Now => (self.wake)(),
            Urgency::Soon => self.due.notify_one(),
        }
    }

    /// The reader has polled so many records.
    fn found(&self, count: usize) {
        if count == 0 {
            self.done.store(true, Ordering::Relaxed);
        } else if self.done.swap(false, Ordering::Relaxed) {
            self.most.store(count, Ordering::Relaxed);
        } else {
            self.most.fetch_max(count, Ordering::Relaxed);
        }
    }

    async fn run(self: Arc<Bell>, mailbox: Arc<Mailbox>) {
        loop {
            self.due.notified().await;
            if self.most.load(Ordering::Relaxed) > FEW_RECORDS {
                gathered(&mailbox).await;
            }
            (self.wake)();
        }
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bell").finish_non_exhaustive()
    }
}

/// Ready when a turn of the event queue brought no record, or enough have come, or the first has waited long enough.
async fn gathered(mailbox: &Mailbox) {
    let start = Instant::now();
    let mut before = mailbox.waiting();
    while before.is_some() && start.elapsed() < LONGEST_GATHERING {
        yield_now().await;
        let now = mailbox.waiting();
        if now == before {
            break;
        }
        before = now;
    }
}

/// So many records at once may come of a lone connection.
const FEW_RECORDS: usize = 2;

/// What a record may wait for others: much less than a peer notices, and enough for twenty connections to be set up.
const LONGEST_GATHERING: Duration = Duration::from_micros(500);

/// Tries the sockets of many connections, so that who wrote to them need not.
#[derive(Debug, Default)]
struct Sender {
    list: Mutex<Vec<Arc<Connection>>>,
    wake: Notify,
}

impl Sender {
    fn send(&self, connections: &mut Vec<(u32, Arc<Connection>)>) {
        self.lock().extend(connections.drain(..).map(|(_, connection)| connection));
        self.wake.notify_one();
    }

    async fn run(self: Arc<Sender>) {
        loop {
            self.wake.notified().await;
            let list = std::mem::take(&mut *self.lock());
            for connection in list {
                connection.flush_listed();
                // Ten thousand of them take a while, and this thread has others to serve.
                coop::consume_budget().await;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Connection>>> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_of_one_connection_come_together_with_their_bytes_in_their_order() {
        let heads = [8, 1, 1, 5, 7, 1, 2, 0, 8, 2, 3, 0, 7, 6, 0, 9];
        let data = b"abbccc";
        let places = places(&heads);
        let ops: Vec<_> = places.iter().map(|place| (place.connection, place.op(&heads, data))).collect();
        let expected =
            [(7, (0, Op::Bytes(b"bb"))), (7, (9, Op::End)), (8, (5, Op::Bytes(b"a"))), (8, (0, Op::Text(b"ccc")))];
        assert_eq!(ops, expected);
    }
}
