//! One connection: its state behind a lock, and what the reader of the records and its [`task`] do with it.
//!
//! The task reads as long as that reader keeps up (see [`intake`](crate::intake)). Writing is usually not done by it: see
//! [`state`](crate::state). So an answer costs no change of threads.
//!
//! Locks are taken in this order: the hub's, a connection's state, the mailbox.

use std::borrow::Cow;
use std::cell::RefCell;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use telnet_proto::escape::escape;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::time::Instant;

use self::task::Task;
use crate::backlog::Piece;
use crate::batch::{Batch, Kind, Mailbox};
use crate::conversation::{Conversation, Going, Left, Settings};
use crate::deadline::Due;
use crate::deflate::Outflow;
use crate::direct::Direct;
use crate::error::Error;
use crate::inflate::Compressed;
use crate::intake::AT_ONCE;
use crate::listener::Seat;
use crate::op::Op;
use crate::queue::Queue;
use crate::socket::SocketOptions;
use crate::state::{State, try_send_mark, try_write};
use crate::stranger::{answer, stranger};
use crate::tls::{Tls, TlsFacts};

pub use crate::intake::CREDIT;

/// A queue of output that was above this and falls to it, or below, tells [`Kind::Drain`].
pub const LOW_MARK: usize = 64 * 1024;

/// How much is read at once. Each I/O thread has one such buffer.
const READ_SIZE: usize = 64 * 1024;

/// A peer that has sent nothing for so long may be answered again where it insists (see [`Conversation::quiet`]).
pub const QUIET: Duration = Duration::from_secs(1);

/// Who is at the ends of a connection, and how it came about.
#[derive(Debug)]
pub(crate) struct Ends {
    /// The listener that accepted it.
    pub(crate) listener: Option<u32>,
    pub(crate) remote: SocketAddr,
    pub(crate) local: SocketAddr,
    /// What the listener counts its open connections by.
    pub(crate) counted: Option<Seat>,
}

/// What a new connection needs to be opened with.
pub(crate) struct Opening {
    reader: OwnedReadHalf,
    listener: Option<u32>,
    remote: SocketAddr,
    local: SocketAddr,
}

/// What came of the operations of a turn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Performed {
    /// The caller should flush the connection; said once until it has been.
    pub(crate) flush: bool,
    /// Bytes that wait to be sent, if they are many: a few leave as soon as they can and are nobody's concern.
    pub(crate) queued: usize,
}

/// A live connection.
pub struct Connection {
    id: u32,
    mailbox: Arc<Mailbox>,
    state: Mutex<State>,
}

impl Connection {
    /// A connection that does nothing until it is [opened](Connection::open).
    pub(crate) fn new(
        id: u32,
        stream: TcpStream,
        ends: Ends,
        settings: &Settings,
        options: &SocketOptions,
        tls: Option<Box<Tls>>,
        mailbox: Arc<Mailbox>,
    ) -> (Arc<Connection>, Opening) {
        let (reader, socket) = stream.into_split();
        let Ends { listener, remote, local, counted } = ends;
        let conversation = match &tls {
            Some(_) => Conversation::new(id, &settings.under_tls()),
            None => Conversation::new(id, settings),
        };
        let state = State::new(conversation, socket, options, counted, tls);
        let connection = Arc::new(Connection { id, mailbox, state: Mutex::new(state) });
        (connection, Opening { reader, listener, remote, local })
    }

    /// Tells that the connection stands, says what is said first, and reads on, on the current runtime.
    pub(crate) fn open(self: Arc<Connection>, opening: Opening) {
        let Opening { reader, listener, remote, local } = opening;
        let mut state = self.lock();
        self.post_with(&mut state, |state, batch| {
            let listener_id = listener.unwrap_or_default();
            let argument = u32::from(listener.is_some()) | u32::from(state.tls.is_some()) << 1;
            batch.push_with(self.id, Kind::Open, argument, |out| {
                let (from, to) = ((remote.ip(), remote.port()), (local.ip(), local.port()));
                // Writing to a vector cannot fail.
                let _ = write!(out, "{listener_id}\t{}\t{}\t{}\t{}", from.0, from.1, to.0, to.1);
            });
            state.conversation.open(state.queue.back(), batch);
        });
        state.send_first();
        // What came with the end of the handshake.
        self.on_records(&mut state, &[]);
        drop(self.send(state));
        tokio::spawn(Task::new(reader, self).run());
    }

    /// Carries out operations, giving back the credit that comes with each. Output is queued, not sent: see
    /// [`flush`](Connection::flush).
    pub(crate) fn perform<'o>(&self, ops: impl Iterator<Item = (u32, Op<'o>)>) -> Performed {
        let mut state = self.lock();
        if state.socket.is_none() {
            return Performed { flush: false, queued: 0 };
        }
        let mut acts = false;
        // Few operations tell anything: others need not wait for the mailbox while text is converted.
        let mut told = Batch::default();
        for (drained, op) in ops {
            state.give_back(drained);
            if op != Op::Nothing {
                acts = true;
                state.perform(op, &mut told);
            }
        }
        if !told.is_empty() {
            self.post_with(&mut state, |_, batch| batch.append(&told));
        }
        let flush = acts && state.needs_flush() && !std::mem::replace(&mut state.flags.listed, true);
        let queued = if state.queued() > LOW_MARK { state.report() } else { 0 };
        Performed { flush, queued }
    }

    /// Queues bytes and tries the socket at once, without a copy where nothing waits and nothing is to be escaped.
    /// Returns what still waits.
    pub(crate) fn write_now(&self, bytes: &[u8], drained: u32) -> usize {
        // Before the lock is taken: the task would wait for it.
        let bytes = escaped(bytes);
        let mut state = self.lock();
        state.give_back(drained);
        if !state.is_writable() {
            // A program that heeds what waits goes on waiting: for the Close record.
            return state.report();
        }
        self.finish_turn(&mut state);
        if state.conversation.is_traced() {
            self.post_with(&mut state, |state, batch| state.conversation.trace(Going::Out, &bytes, batch));
        }
        if state.queue.is_empty()
            && state.tls.is_none()
            && state.backlog.is_none()
            && let Some(socket) = state.begin_sending(bytes.len())
        {
            drop(state);
            let sent = try_write(&socket, &bytes);
            let mut rest = Queue::default();
            rest.back().extend_from_slice(&bytes[sent.bytes..]);
            state = self.lock();
            state.end_sending(sent, rest);
        } else {
            state.queue.back().extend_from_slice(&bytes);
        }
        self.send_or_leave(state).report()
    }

    /// Ends a turn of writes and tries the socket. Returns what still waits.
    pub(crate) fn flush(&self) -> usize {
        let state = self.end_turn();
        self.send_or_leave(state).report()
    }

    /// The same for a caller that can tell nobody what waits.
    pub(crate) fn flush_listed(&self) {
        let state = self.end_turn();
        self.tell_drained(&mut self.send_written(state));
    }

    /// Ends it: nobody is there to be told.
    pub(crate) fn abandon(&self) {
        self.lock().destroy();
    }

    /// Has plain keys typed by `direct`, and not told, wherever the reader has given back all that was; none: he is told of all again.
    /// When this returns, the one before is gone.
    pub fn type_by(&self, direct: Option<Direct>) {
        let mut state = self.lock();
        // On a connection that is closed it would stay.
        state.direct = direct.filter(|_| state.socket.is_some());
    }

    /// Bytes read from and written to the socket.
    pub fn counters(&self) -> (u64, u64) {
        let state = self.lock();
        (state.bytes_read, state.bytes_written)
    }

    /// How long ago a byte last came or went.
    pub fn idle(&self) -> Duration {
        self.lock().deadlines.idle()
    }

    /// Bytes that wait to be sent; none when it is closed.
    pub fn queued(&self) -> Option<usize> {
        let state = self.lock();
        state.socket.is_some().then(|| state.queued())
    }

    /// What TLS has agreed on, where it is spoken and the connection is not closed.
    pub fn tls(&self) -> Option<TlsFacts> {
        self.lock().tls.as_ref().map(|tls| tls.facts())
    }

    /// What has come and gone compressed, in each direction where it is.
    pub fn compression(&self) -> (Option<Compressed>, Option<Compressed>) {
        let state = self.lock();
        let counts = state.backlog.as_ref().and_then(|backlog| backlog.counts());
        let option = state.conversation.compresses_by();
        let sent = counts.map(|(compressed, plain)| Compressed { option, compressed, plain });
        (state.conversation.inflated(), sent)
    }

    /// Looks at the conversation.
    pub fn with_conversation<T>(&self, look: impl FnOnce(&Conversation) -> T) -> T {
        look(&self.lock().conversation)
    }

    fn end_turn(&self) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        state.flags.listed = false;
        self.finish_turn(&mut state);
        state
    }

    /// A CR that waited for an LF was a bare one.
    fn finish_turn(&self, state: &mut State) {
        if state.conversation.is_traced() {
            self.post_with(state, |state, batch| state.conversation.end_turn(state.queue.back(), batch));
        } else {
            state.finish_turn();
        }
    }

    /// Tries the socket with what is queued. What is to be compressed is the task's to send.
    fn send<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        if state.backlog.is_none() {
            state = self.try_send(state);
        }
        state.all_tried();
        state
    }

    /// The same for others than the task, which is woken if something is left to it.
    fn send_written<'s>(&'s self, state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        let state = self.send(state);
        if state.has_to_deflate() {
            state.wake();
        }
        state
    }

    /// The same for a caller who has others to serve.
    fn send_or_leave<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        if !state.leave_to_task() {
            return self.send_written(state);
        }
        state.all_tried();
        state
    }

    /// Compresses what is queued, and tries the socket with it. True if there is more than is a task's turn.
    fn send_compressed<'s>(
        &'s self,
        mut state: MutexGuard<'s, State>,
        outflow: &mut Outflow,
    ) -> (MutexGuard<'s, State>, bool) {
        let mut taken = 0;
        loop {
            state = self.try_send(state);
            if taken >= READ_SIZE {
                break;
            }
            let Some(Piece { plain, then }) = state.begin_deflating() else { break };
            drop(state);
            taken += plain.len();
            let wire = outflow.make(plain, then);
            state = self.lock();
            state.end_deflating(wire, outflow.counts());
            state.deadlines.set_rest(outflow.is_busy());
        }
        state.all_tried();
        let is_more = taken >= READ_SIZE && state.has_to_deflate();
        (state, is_more)
    }

    /// Tries the socket with what is ready. The state is free while the system copies.
    fn try_send<'s>(&'s self, mut state: MutexGuard<'s, State>) -> MutexGuard<'s, State> {
        loop {
            let Some((socket, mut queue)) = state.begin_sending_queued() else { break };
            drop(state);
            let sent = if queue.is_urgent() { try_send_mark(&socket) } else { try_write(&socket, queue.front()) };
            queue.consume(sent.bytes);
            state = self.lock();
            state.end_sending(sent, queue);
        }
        state
    }

    /// What came from the socket under TLS, if that is spoken.
    fn on_records(&self, state: &mut State, records: &[u8]) {
        PLAIN.with_borrow_mut(|plain| {
            plain.clear();
            let Some(tls) = &mut state.tls else { return };
            let opened = tls.open(records, plain);
            if !plain.is_empty() {
                self.on_bytes(state, plain);
            }
            match opened {
                Ok(false) => {}
                Ok(true) => {
                    state.flags.end_came = true;
                    self.end_if_all_is_taken(state);
                }
                Err(error) => {
                    state.send_alert();
                    state.fail(error);
                }
            }
        });
    }

    fn on_bytes(&self, state: &mut State, bytes: &[u8]) {
        let is_first = state.bytes_read == 0;
        state.bytes_read += bytes.len() as u64;
        if state.deadlines.hear() >= QUIET {
            state.conversation.quiet();
        }
        if is_first
            && state.refuses_strangers
            && let Some(error) = stranger(state.conversation.role(), bytes)
        {
            if state.conversation.is_traced() {
                self.post_with(state, |state, batch| state.conversation.trace(Going::In, bytes, batch));
            }
            let words = answer(&error);
            return state.turn_away(error, words);
        }
        let count = bytes.len();
        let mut rest = Queue::default();
        let (bytes, left) = match state.type_directly(bytes) {
            [] => (&[][..], Left::Nothing),
            bytes => self.take_in(state, bytes),
        };
        if !bytes.is_empty() {
            rest.back().extend_from_slice(bytes);
        }
        state.intake.hold(rest, left);
        self.count(state, count, 0);
    }

    /// Goes on with what is held.
    fn take_held(&self, state: &mut State) {
        let mut held = state.intake.take_held();
        let (rest, left) = self.take_in(state, held.front());
        held.consume(held.len() - rest.len());
        state.intake.hold(held, left);
        self.end_if_all_is_taken(state);
    }

    /// Runs the conversation over input. What would be too much at once is left.
    fn take_in<'b>(&self, state: &mut State, bytes: &'b [u8]) -> (&'b [u8], Left) {
        let (mut rest, mut left) = (bytes, Left::Nothing);
        let queued = state.queue.len();
        let (commands, plain) = (state.conversation.endpoint().commands(), state.conversation.unpacked());
        self.post_with(state, |state, batch| {
            left = state.conversation.receive_some(&mut rest, AT_ONCE, state.queue.back(), batch);
        });
        if state.flags.write_ended {
            state.drop_answers();
        }
        state.note_switches();
        state.fail_if_broken();
        state.intake.answered(state.queue.len().saturating_sub(queued));
        // A thousand compressed bytes may be a million.
        let unpacked = state.conversation.unpacked() - plain;
        let commands = state.conversation.endpoint().commands().wrapping_sub(commands);
        self.count(state, unpacked as usize, commands);
        state.intake.hurry(state.conversation.is_hurried());
        (rest, left)
    }

    /// What a peer may do so much of a second.
    fn count(&self, state: &mut State, bytes: usize, commands: u32) {
        let Some(pace) = &mut state.pace else { return };
        for news in [pace.read(bytes), pace.obeyed(commands)].into_iter().flatten() {
            self.post_with(state, |_, batch| batch.push(self.id, Kind::Violation, 1, news));
        }
    }

    /// The stream ended. Where TLS had not said that it would somebody may have cut it; but servers of Node and clients that were
    /// killed end no other way, so that it is told, and left to the program.
    fn on_fin(&self, state: &mut State) {
        if state.tls.is_some() {
            self.post_with(state, |_, batch| batch.push(self.id, Kind::Violation, 1, TRUNCATED));
        }
        self.on_end(state);
    }

    /// Where TLS said that no more comes, what is held came before that.
    fn end_if_all_is_taken(&self, state: &mut State) {
        if state.flags.end_came && !state.flags.read_ended && !state.intake.is_holding() {
            self.on_end(state);
        }
    }

    fn on_end(&self, state: &mut State) {
        state.flags.read_ended = true;
        self.post_with(state, |state, batch| {
            state.conversation.receive_end(batch);
            batch.push(self.id, Kind::End, 0, b"");
        });
    }

    /// Returns what was due: with a rest it is for the task to begin it.
    fn on_deadline(&self, state: &mut State) -> Option<Due> {
        let due = state.deadlines.due(Instant::now());
        match due {
            None | Some(Due::Rest) => {}
            Some(Due::Idle) => self.post_with(state, |_, batch| batch.push(self.id, Kind::Idle, 0, b"")),
            Some(Due::Stalled(time)) => state.fail(Error::WriteStalled(time)),
            Some(Due::Linger) => state.destroy(),
        }
        due
    }

    fn tell_drained(&self, state: &mut State) {
        if state.flags.drain_due && state.queued() <= LOW_MARK {
            state.flags.drain_due = false;
            self.post_with(state, |_, batch| batch.push(self.id, Kind::Drain, 0, b""));
        }
    }

    /// Appends records and charges the connection for them.
    fn post_with(&self, state: &mut State, write: impl FnOnce(&mut State, &mut Batch)) {
        let cost = self.mailbox.post(|batch| {
            write(state, batch);
            batch.cost()
        });
        state.intake.charge(cost.total());
    }

    /// The socket is closed, and the last record posted.
    fn close(&self) {
        let mut state = self.lock();
        state.close();
        let panicked = std::thread::panicking().then(|| Box::new(Error::Panicked));
        let failure = state.failure.take().or(panicked);
        self.mailbox.post(|batch| {
            batch.push_with(self.id, Kind::Close, failure.is_some().into(), |out| {
                out.extend_from_slice(&state.bytes_read.to_le_bytes());
                out.extend_from_slice(&state.bytes_written.to_le_bytes());
                if let Some(failure) = failure {
                    failure.write_json(out);
                }
            });
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

/// The bytes with each 255 doubled: themselves, if there is none.
fn escaped(bytes: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(255, bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::new();
    escape(bytes, &mut out);
    Cow::Owned(out)
}

/// What is told of a stream that ended before TLS did.
const TRUNCATED: &[u8] =
    br#"{"code":"tls-truncated","message":"the stream ended before TLS did (no close_notify); took it for the end"}"#;

thread_local! {
    /// What a read was, where it was sealed.
    static PLAIN: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(READ_SIZE + READ_SIZE / 2));
}

mod task;

#[cfg(test)]
mod tests {
    use std::io::Read;

    use socket2::SockRef;
    use telnet_proto::{Config, Role};

    use super::*;
    use crate::batch::{Polled, Reader};
    use crate::runtime::runtime;

    #[test]
    fn a_peer_that_broke_off_before_it_was_greeted_is_told_as_such() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let local = listener.local_addr().unwrap();
        let mailbox = Arc::new(Mailbox::new(|_| {}));
        runtime().block_on(async {
            let peer = std::net::TcpStream::connect(local).unwrap();
            let stream = listener.accept().unwrap().0;
            SockRef::from(&peer).set_linger(Some(Duration::ZERO)).unwrap();
            drop(peer);
            stream.set_nonblocking(true).unwrap();
            let stream = TcpStream::from_std(stream).unwrap();
            let ends = Ends { listener: Some(1), remote: local, local, counted: None };
            let settings = Settings::new(Config::for_role(Role::Server), None);
            let (connection, opening) =
                Connection::new(5, stream, ends, &settings, &SocketOptions::default(), None, Arc::clone(&mailbox));
            connection.open(opening);
        });
        let (mut reader, mut heads, mut data) = (Reader::default(), [0; 3], [0; 512]);
        while heads[1] & 0xff != Kind::Close as u32 {
            if reader.poll(&mailbox, &mut heads, &mut data) == Polled::Records(0) {
                std::thread::yield_now();
            }
        }
        let told = String::from_utf8_lossy(&data[16..]);
        assert!(told.starts_with(r#"{"code":"ECONNRESET""#), "{told}");
    }

    #[test]
    fn a_task_that_panics_closes_its_connection_and_says_so() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let local = listener.local_addr().unwrap();
        let mailbox = Arc::new(Mailbox::new(|_| {}));
        let mut peer = runtime().block_on(async {
            let stream = TcpStream::connect(local).await.unwrap();
            let ends = Ends { listener: None, remote: local, local, counted: None };
            let settings = Settings::new(Config::for_role(Role::Client), None);
            let (connection, Opening { reader, .. }) =
                Connection::new(5, stream, ends, &settings, &SocketOptions::default(), None, Arc::clone(&mailbox));
            let task = Task::new(reader, connection);
            let panicking = tokio::spawn(async move {
                let _task = task;
                panic!("wanted by the test");
            });
            assert!(panicking.await.is_err_and(|error| error.is_panic()));
            listener.accept().unwrap().0
        });
        let (mut head, mut data) = ([0; 3], [0; 256]);
        assert_eq!(Reader::default().poll(&mailbox, &mut head, &mut data), Polled::Records(1));
        assert_eq!(head[..2], [5, Kind::Close as u32 | 1 << 8]);
        assert!(data[16..].starts_with(br#"{"code":"TELNET_INTERNAL""#));
        assert_eq!(peer.read(&mut data).unwrap(), 0, "the socket is closed");
    }
}
