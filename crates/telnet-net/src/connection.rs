//! One connection: its socket, its conversation, and the task that reads.
//!
//! The task reads as long as JavaScript keeps up (see [`CREDIT`]) and waits for a full socket to take more. Writing is
//! done by whoever has something to write, usually not the task: it tries the socket at once, and only where that is full
//! does the task wait for it. So an answer costs no change of threads.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::{self, Write};
use std::net::{Shutdown, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::Instant;

use crate::batch::{Batch, Kind, Mailbox};
use crate::conversation::{Conversation, Settings};
use crate::deadline::{Alarm, Deadlines, Due};
use crate::error::Error;
use crate::op::Op;
use crate::queue::Queue;

/// What may be delivered and not yet given back, in bytes of records; past it the connection isn't read from.
pub const CREDIT: u32 = 256 * 1024;

/// A queue of output that was above this and falls to it, or below, tells [`Kind::Drain`].
pub const LOW_MARK: usize = 64 * 1024;

/// How much is read at once. Each I/O thread has one such buffer.
const READ_SIZE: usize = 64 * 1024;

/// Bounds and habits of a connection's socket.
#[derive(Clone, Debug)]
pub struct SocketOptions {
    /// Output that may wait for the peer, in bytes; past it the connection fails. **Default:** 16 MiB.
    pub queued_output: usize,
    /// How long a peer may read nothing while output waits for it; `None`: for ever. **Default:** 60 s.
    pub write_stall: Option<Duration>,
    /// After so long without a byte either way [`Kind::Idle`] is told, once until there is one. **Default:** never.
    pub idle: Option<Duration>,
    /// TCP keep-alive, beginning after so long. **Default:** off.
    pub keep_alive: Option<Duration>,
}

impl Default for SocketOptions {
    fn default() -> SocketOptions {
        SocketOptions {
            queued_output: 16 << 20,
            write_stall: Some(Duration::from_secs(60)),
            idle: None,
            keep_alive: None,
        }
    }
}

/// Who is at the ends of a connection, and how it came about.
#[derive(Debug)]
pub(crate) struct Ends {
    /// The listener that accepted it.
    pub(crate) listener: Option<u32>,
    pub(crate) remote: SocketAddr,
    pub(crate) local: SocketAddr,
    /// What the listener counts its open connections by.
    pub(crate) counted: Option<Arc<()>>,
}

/// What a new connection needs to be opened with.
pub(crate) struct Opening {
    reader: OwnedReadHalf,
    listener: Option<u32>,
    remote: SocketAddr,
    local: SocketAddr,
}

/// What came of an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Performed {
    /// The caller should flush the connection; said once until it has been.
    pub(crate) flush: bool,
    /// Bytes that wait to be sent.
    pub(crate) queued: usize,
}

/// A live connection.
pub struct Connection {
    id: u32,
    mailbox: Arc<Mailbox>,
    state: Mutex<State>,
}

struct State {
    conversation: Conversation,
    /// Gone when the connection is closed. Shared with whoever writes to it just now.
    socket: Option<Arc<OwnedWriteHalf>>,
    queue: Queue,
    /// Of the task, to be woken when there is something for it to do.
    waker: Option<Waker>,
    /// Cost of the records delivered and not given back.
    outstanding: u32,
    queued_output: usize,
    bytes_read: u64,
    bytes_written: u64,
    deadlines: Deadlines,
    failure: Option<Box<Error>>,
    /// Held while the connection is open, so that the listener can count.
    counted: Option<Arc<()>>,
    flags: Flags,
}

#[derive(Default)]
struct Flags {
    /// The peer's FIN came.
    read_ended: bool,
    /// Our FIN goes out when the queue is empty.
    ending: bool,
    /// Our FIN is out.
    write_ended: bool,
    /// To be closed at once.
    destroyed: bool,
    /// The socket is full: the task waits for it.
    full: bool,
    /// Somebody writes to the socket, without the lock: what is queued meanwhile is theirs to send.
    sending: bool,
    /// The queue was above the low mark: its falling is to be told.
    drain_due: bool,
    /// It is on the list of those that a flush has given output.
    listed: bool,
}

impl Connection {
    /// A connection that does nothing until it is [opened](Connection::open).
    pub(crate) fn new(
        id: u32,
        stream: TcpStream,
        ends: Ends,
        settings: &Settings,
        options: &SocketOptions,
        mailbox: Arc<Mailbox>,
    ) -> (Arc<Connection>, Opening) {
        let (reader, socket) = stream.into_split();
        let Ends { listener, remote, local, counted } = ends;
        let state = State {
            conversation: Conversation::new(id, settings),
            socket: Some(Arc::new(socket)),
            queue: Queue::default(),
            waker: None,
            outstanding: 0,
            queued_output: options.queued_output,
            bytes_read: 0,
            bytes_written: 0,
            deadlines: Deadlines::new(options.idle, options.write_stall),
            failure: None,
            counted,
            flags: Flags::default(),
        };
        let connection = Arc::new(Connection { id, mailbox, state: Mutex::new(state) });
        (connection, Opening { reader, listener, remote, local })
    }

    /// Tells that the connection stands, says what is said first, and reads on, on the current runtime.
    pub(crate) fn open(self: Arc<Connection>, opening: Opening) {
        let Opening { reader, listener, remote, local } = opening;
        let mut state = self.lock();
        self.post_with(&mut state, |state, batch| {
            let listener_id = listener.unwrap_or_default();
            let cost = batch.push_with(self.id, Kind::Open, listener.is_some().into(), |out| {
                let (from, to) = ((remote.ip(), remote.port()), (local.ip(), local.port()));
                // Writing to a vector cannot fail.
                let _ = write!(out, "{listener_id}\t{}\t{}\t{}\t{}", from.0, from.1, to.0, to.1);
            });
            cost + state.conversation.open(state.queue.back(), batch)
        });
        drop(self.send(state));
        tokio::spawn(run(self, reader));
    }

    /// Carries out an operation, giving back `drained` of credit. Output is queued, not sent: see
    /// [`flush`](Connection::flush).
    pub(crate) fn perform(&self, op: Op<'_>, drained: u32) -> Performed {
        let mut state = self.lock();
        state.give_back(drained);
        if state.socket.is_none() {
            return Performed { flush: false, queued: 0 };
        }
        if op != Op::Nothing {
            self.post_with(&mut state, |state, batch| state.perform(op, batch));
        }
        let queued = state.queue.len();
        let written = queued > 0 || state.conversation.is_mid_turn();
        let flush = written && !std::mem::replace(&mut state.flags.listed, true);
        Performed { flush, queued }
    }

    /// Queues bytes and tries the socket at once, without a copy where nothing waits and nothing is to be escaped.
    /// Returns what still waits.
    pub(crate) fn write_now(&self, bytes: &[u8], drained: u32) -> usize {
        let mut state = self.lock();
        state.give_back(drained);
        if state.flags.ending || state.socket.is_none() {
            return 0;
        }
        state.finish_turn();
        if state.queue.is_empty()
            && memchr::memchr(255, bytes).is_none()
            && let Some(socket) = state.begin_sending()
        {
            drop(state);
            let tried = try_write(&socket, bytes);
            state = self.lock();
            let rest = &bytes[tried.sent..];
            if !rest.is_empty() {
                // What was queued meanwhile comes after.
                let after = std::mem::take(&mut state.queue);
                state.write_bytes(rest);
                state.queue.back().extend_from_slice(after.front());
            }
            state.end_sending(tried);
        } else {
            state.write_bytes(bytes);
        }
        self.send(state).queue.len()
    }

    /// Ends a turn of writes and tries the socket. Returns what still waits.
    pub(crate) fn flush(&self) -> usize {
        let mut state = self.lock();
        state.flags.listed = false;
        state.finish_turn();
        self.send(state).queue.len()
    }

    /// Ends it without a word, and without a record: nobody is there to read it.
    pub(crate) fn abandon(&self) {
        let mut state = self.lock();
        state.flags.destroyed = true;
        state.wake();
    }

    /// Bytes read from and written to the socket.
    pub fn counters(&self) -> (u64, u64) {
        let state = self.lock();
        (state.bytes_read, state.bytes_written)
    }

    /// Looks at the conversation.
    pub fn with_conversation<T>(&self, look: impl FnOnce(&Conversation) -> T) -> T {
        look(&self.lock().conversation)
    }

    /// One turn of the task.
    fn poll(&self, cx: &mut Context<'_>, reader: &mut OwnedReadHalf, alarm: &mut Alarm) -> Poll<()> {
        loop {
            let mut state = self.lock();
            state.remember(cx.waker());
            if state.flags.full && state.poll_writable(cx).is_ready() {
                state = self.send(state);
            }
            if state.is_over() {
                return Poll::Ready(());
            }
            let reads = !state.flags.read_ended && state.outstanding < CREDIT;
            let next = state.deadlines.next();
            drop(state);
            if reads && self.poll_read(cx, reader).is_ready() {
                continue;
            }
            ready!(alarm.poll_at(cx, next));
            self.on_deadline(&mut self.lock());
        }
    }

    fn poll_read(&self, cx: &mut Context<'_>, reader: &mut OwnedReadHalf) -> Poll<()> {
        READ_BUFFER.with_borrow_mut(|buffer| {
            let mut buffer = ReadBuf::new(buffer);
            let result = ready!(Pin::new(reader).poll_read(cx, &mut buffer));
            let mut state = self.lock();
            match result {
                Ok(()) if buffer.filled().is_empty() => self.on_end(&mut state),
                Ok(()) => self.on_bytes(&mut state, buffer.filled()),
                Err(error) => state.fail(Error::system("read", error)),
            }
            drop(self.send(state));
            Poll::Ready(())
        })
    }

    fn on_bytes(&self, state: &mut State, bytes: &[u8]) {
        state.bytes_read += bytes.len() as u64;
        if state.deadlines.touch() >= QUIET {
            state.conversation.quiet();
        }
        self.post_with(state, |state, batch| state.conversation.receive(bytes, state.queue.back(), batch));
    }

    fn on_end(&self, state: &mut State) {
        state.flags.read_ended = true;
        self.post_with(state, |state, batch| {
            state.conversation.receive_end(batch) + batch.push(self.id, Kind::End, 0, b"")
        });
    }

    fn on_deadline(&self, state: &mut State) {
        match state.deadlines.due(Instant::now()) {
            None => {}
            Some(Due::Idle) => self.post_with(state, |_, batch| batch.push(self.id, Kind::Idle, 0, b"")),
            Some(Due::Stalled(time)) => state.fail(Error::WriteStalled(time)),
            Some(Due::Linger) => state.flags.destroyed = true,
        }
    }

    /// Tries the socket with what is queued, and tells what follows from it. The state is free while the system copies.
    fn send<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        while !state.queue.is_empty()
            && let Some(socket) = state.begin_sending()
        {
            let mut queue = std::mem::take(&mut state.queue);
            drop(state);
            let tried = try_write(&socket, queue.front());
            queue.consume(tried.sent);
            state = self.lock();
            // What was queued meanwhile comes after.
            if !queue.is_empty() {
                queue.back().extend_from_slice(state.queue.front());
                state.queue = queue;
            }
            state.end_sending(tried);
        }
        state.end_if_sent();
        if state.flags.drain_due && state.queue.len() <= LOW_MARK {
            state.flags.drain_due = false;
            self.post_with(&mut state, |_, batch| batch.push(self.id, Kind::Drain, 0, b""));
        }
        state
    }

    /// Appends records and charges the connection for them.
    fn post_with(&self, state: &mut State, write: impl FnOnce(&mut State, &mut Batch) -> u32) {
        let cost = self.mailbox.post(|batch| write(state, batch));
        state.outstanding = state.outstanding.saturating_add(cost);
    }

    /// The task is over: the socket is closed, and the last record posted.
    fn finish(&self) {
        let mut state = self.lock();
        state.socket = None;
        state.counted = None;
        state.queue = Queue::default();
        state.waker = None;
        let failure = state.failure.take();
        self.mailbox.post(|batch| {
            batch.push_with(self.id, Kind::Close, failure.is_some().into(), |out| {
                out.extend_from_slice(&state.bytes_read.to_le_bytes());
                out.extend_from_slice(&state.bytes_written.to_le_bytes());
                if let Some(failure) = failure {
                    failure.write_json(out);
                }
            })
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connection").field("id", &self.id).finish_non_exhaustive()
    }
}

impl State {
    fn perform(&mut self, op: Op<'_>, batch: &mut Batch) -> u32 {
        if self.flags.ending && op.is_output() {
            return 0;
        }
        let (conversation, out) = (&mut self.conversation, self.queue.back());
        let mut cost = 0;
        match op {
            Op::Nothing => {}
            Op::End => {
                conversation.finish_turn(out);
                self.flags.ending = true;
                self.end_if_sent();
                self.wake();
            }
            Op::Destroy => {
                self.flags.destroyed = true;
                self.wake();
            }
            Op::Timeout(idle) => {
                self.deadlines.set_idle(idle);
                self.wake();
            }
            Op::Socket { no_delay, keep_alive } => self.set_socket(no_delay, keep_alive),
            op => cost = op.apply(conversation, out, batch),
        }
        let queued = self.queue.len();
        if queued > self.queued_output {
            self.fail(Error::QueueLimit(self.queued_output));
        }
        self.flags.drain_due |= queued > LOW_MARK;
        cost
    }

    fn finish_turn(&mut self) {
        self.conversation.finish_turn(self.queue.back());
    }

    fn write_bytes(&mut self, bytes: &[u8]) {
        self.conversation.write_bytes(bytes, self.queue.back());
    }

    /// The socket, for one who will write to it without the lock; none where another does, or where it takes no more.
    fn begin_sending(&mut self) -> Option<Arc<OwnedWriteHalf>> {
        if self.flags.full || self.flags.sending || self.failure.is_some() {
            return None;
        }
        let socket = self.socket.as_ref().map(Arc::clone)?;
        self.flags.sending = true;
        Some(socket)
    }

    fn end_sending(&mut self, tried: Tried) {
        self.flags.sending = false;
        if tried.sent > 0 {
            self.bytes_written += tried.sent as u64;
            self.deadlines.touch();
        }
        match tried.error {
            None => {}
            Some(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.flags.full = true;
                self.deadlines.set_full(true);
                self.wake();
            }
            Some(error) => self.fail(Error::system("write", error)),
        }
    }

    fn poll_writable(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(socket) = &self.socket else { return Poll::Ready(()) };
        if let Err(error) = ready!((**socket).as_ref().poll_write_ready(cx)) {
            self.fail(Error::system("write", error));
        }
        self.flags.full = false;
        self.deadlines.set_full(false);
        Poll::Ready(())
    }

    /// Sends our FIN when everything before it has left.
    fn end_if_sent(&mut self) {
        let Flags { ending, write_ended, sending, .. } = self.flags;
        let due = ending && !write_ended && !sending && self.queue.is_empty();
        if let (true, Some(socket)) = (due, &self.socket) {
            // A peer that is gone already needs no FIN.
            let _ = SockRef::from((**socket).as_ref()).shutdown(Shutdown::Write);
            self.flags.write_ended = true;
            self.deadlines.linger();
            self.wake();
        }
    }

    fn set_socket(&self, no_delay: Option<bool>, keep_alive: Option<bool>) {
        let Some(socket) = &self.socket else { return };
        let socket = SockRef::from((**socket).as_ref());
        // A peer that is gone already has no socket to set.
        let _ = no_delay.map(|on| socket.set_tcp_nodelay(on));
        let _ = keep_alive.map(|on| socket.set_keepalive(on));
    }

    fn give_back(&mut self, drained: u32) {
        let was_short = self.outstanding >= CREDIT;
        self.outstanding = self.outstanding.saturating_sub(drained);
        if was_short && self.outstanding < CREDIT {
            self.wake();
        }
    }

    fn fail(&mut self, error: Error) {
        if self.failure.is_none() && !self.flags.destroyed {
            self.failure = Some(Box::new(error));
            self.wake();
        }
    }

    fn is_over(&self) -> bool {
        self.flags.destroyed || self.failure.is_some() || self.flags.read_ended && self.flags.write_ended
    }

    fn remember(&mut self, waker: &Waker) {
        if !self.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            self.waker = Some(waker.clone());
        }
    }

    fn wake(&self) {
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
    }
}

/// What a try to write came to.
struct Tried {
    sent: usize,
    /// Why it was not all.
    error: Option<io::Error>,
}

/// Writes until the socket takes no more.
fn try_write(socket: &OwnedWriteHalf, bytes: &[u8]) -> Tried {
    let mut sent = 0;
    while sent < bytes.len() {
        match socket.try_write(&bytes[sent..]) {
            Ok(count) => sent += count,
            Err(error) => return Tried { sent, error: Some(error) },
        }
    }
    Tried { sent, error: None }
}

async fn run(connection: Arc<Connection>, mut reader: OwnedReadHalf) {
    let mut alarm = Alarm::default();
    poll_fn(|cx| connection.poll(cx, &mut reader, &mut alarm)).await;
    connection.finish();
}

/// Sets what every socket of ours has: no delay, since what leaves together was gathered before, and urgent data in its
/// place in the stream, so that the data mark of a Synch is found there (RFC 854, "The Telnet Synch signal").
pub(crate) fn set_up(socket: SockRef<'_>, keep_alive: Option<Duration>) -> io::Result<()> {
    socket.set_tcp_nodelay(true)?;
    socket.set_out_of_band_inline(true)?;
    if let Some(time) = keep_alive {
        socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(time))?;
    }
    Ok(())
}

/// A peer that has sent nothing for so long may be answered again where it insists (see [`Conversation::quiet`]).
const QUIET: Duration = Duration::from_secs(1);

thread_local! {
    static READ_BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_SIZE]);
}
