//! What a connection's lock guards: its conversation, its queue, and its socket's writing side.
//!
//! Writing is done by whoever has something to write: it tries the socket at once, and only where that is full does the
//! connection's task wait for it. Whoever changes something that the task has to look at wakes it.

use std::io;
use std::net::Shutdown;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::tcp::OwnedWriteHalf;

use crate::backlog::{Backlog, Piece};
use crate::batch::Batch;
use crate::connection::LOW_MARK;
use crate::conversation::Conversation;
use crate::deadline::Deadlines;
use crate::direct::{Direct, are_plain_keys};
use crate::error::Error;
use crate::intake::Intake;
use crate::listener::Seat;
use crate::op::Op;
use crate::pace::Pace;
use crate::queue::Queue;
use crate::socket::{self, SocketOptions};
use crate::tls::Tls;
use crate::urgent;

pub(crate) struct State {
    pub(crate) conversation: Conversation,
    /// Gone when the connection is closed. Shared with whoever writes to it just now.
    pub(crate) socket: Option<Arc<OwnedWriteHalf>>,
    pub(crate) queue: Queue,
    /// None where the bytes of the queue are those of the socket.
    pub(crate) tls: Option<Box<Tls>>,
    /// None where nothing that goes is compressed.
    pub(crate) backlog: Option<Box<Backlog>>,
    /// Bytes that somebody compresses, or offers to the socket, just now, without the lock: what is queued meanwhile is theirs to send.
    in_flight: usize,
    pub(crate) intake: Intake,
    pub(crate) deadlines: Deadlines,
    /// None where the peer may speak at any rate.
    pub(crate) pace: Option<Box<Pace>>,
    pub(crate) flags: Flags,
    pub(crate) bytes_read: u64,
    pub(crate) bytes_written: u64,
    /// Why it is to be closed.
    pub(crate) failure: Option<Box<Error>>,
    /// Held while the connection is open, so that the listener can count.
    pub(crate) counted: Option<Seat>,
    queued_output: usize,
    pub(crate) refuses_strangers: bool,
    /// None where all that comes is the reader's.
    pub(crate) direct: Option<Direct>,
    /// Of the task, to be woken when there is something for it to do.
    waker: Option<Waker>,
}

#[derive(Default)]
pub(crate) struct Flags {
    /// The peer said, by TLS, that no more comes.
    pub(crate) end_came: bool,
    /// The peer's FIN came.
    pub(crate) read_ended: bool,
    /// Our FIN goes out when the queue is empty.
    pub(crate) ending: bool,
    /// Our FIN is out.
    pub(crate) write_ended: bool,
    /// To be closed at once.
    pub(crate) destroyed: bool,
    /// The peer was told why it is closed: what it still sends must not take that from it, as a reset would.
    pub(crate) seen_off: bool,
    /// The socket is full: the task waits for it.
    pub(crate) full: bool,
    /// The reader was told of a queue above the low mark: its falling is to be told too.
    pub(crate) drain_due: bool,
    /// What is queued is the task's to send.
    pub(crate) left_to_task: bool,
    /// It is on the list of those that a flush has given output.
    pub(crate) listed: bool,
}

impl State {
    pub(crate) fn new(
        conversation: Conversation,
        socket: OwnedWriteHalf,
        options: &SocketOptions,
        counted: Option<Seat>,
        tls: Option<Box<Tls>>,
    ) -> State {
        State {
            conversation,
            socket: Some(Arc::new(socket)),
            queue: Queue::default(),
            tls,
            backlog: None,
            in_flight: 0,
            intake: Intake::default(),
            deadlines: Deadlines::new(options.idle, options.write_stall),
            pace: Pace::new(options.pace),
            flags: Flags::default(),
            bytes_read: 0,
            bytes_written: 0,
            failure: None,
            counted,
            queued_output: options.queued_output,
            refuses_strangers: options.refuses_strangers,
            direct: None,
            waker: None,
        }
    }

    /// Carries out an operation. Nothing is sent: that is a flush's matter.
    pub(crate) fn perform(&mut self, op: Op<'_>, batch: &mut Batch) {
        if op.is_output() && !self.is_writable() {
            return;
        }
        match op {
            Op::End => {
                op.apply(&mut self.conversation, self.queue.back(), batch);
                self.note_switches();
                self.flags.ending = true;
            }
            Op::Destroy => self.destroy(),
            Op::Timeout(idle) => {
                self.deadlines.set_idle(idle);
                self.wake();
            }
            Op::Socket { no_delay, keep_alive } => self.set_socket(no_delay, keep_alive),
            op => {
                op.apply(&mut self.conversation, self.queue.back(), batch);
                self.note_switches();
                self.fail_if_broken();
                // Of urgent data TCP tells the peer in the clear, and in its place: in the midst of what is sealed or compressed a
                // DM is a DM.
                if op == Op::Synch && self.tls.is_none() && !self.conversation.is_deflating() {
                    self.queue.mark_urgent();
                }
                if self.intake.wait(self.conversation.is_leaving_raw()) {
                    self.wake();
                }
            }
        }
    }

    /// True if it can still be written to.
    pub(crate) fn is_writable(&self) -> bool {
        self.socket.is_some() && self.failure.is_none() && !self.flags.ending && !self.flags.destroyed
    }

    /// True if a flush has something to do.
    pub(crate) fn needs_flush(&self) -> bool {
        let fin = self.flags.ending && !self.flags.write_ended;
        !self.queue.is_empty() || fin || self.conversation.is_mid_turn() || self.has_to_deflate()
    }

    /// Types what came, if it may go past the reader. Returns what is left for him.
    pub(crate) fn type_directly<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        match &mut self.direct {
            Some(direct) if self.intake.is_even() && self.conversation.passes_keys() && are_plain_keys(bytes) => {
                bytes.split_at(direct(bytes).min(bytes.len())).1
            }
            _ => bytes,
        }
    }

    /// What waits for the peer.
    pub(crate) fn queued(&self) -> usize {
        let tls = self.tls.as_ref().map_or(0, |tls| tls.waiting());
        let backlog = self.backlog.as_ref().map_or(0, |backlog| backlog.waiting());
        self.queue.len() + self.in_flight + tls + backlog
    }

    /// What waits, as the reader is told: if that is much, it is also told when it has become little.
    pub(crate) fn report(&mut self) -> usize {
        self.flags.drain_due = self.queued() > LOW_MARK;
        self.queued()
    }

    pub(crate) fn finish_turn(&mut self) {
        self.conversation.finish_turn(self.queue.back());
    }

    /// The conversation has been heard: it may have said that compression begins or ends.
    pub(crate) fn note_switches(&mut self) {
        for (index, switch) in self.conversation.take_switches() {
            self.backlog.get_or_insert_default().switch(self.queue.distance(index), switch);
        }
    }

    /// The conversation has been heard: what the peer compressed may be unreadable.
    pub(crate) fn fail_if_broken(&mut self) {
        if let Some(broken) = self.conversation.broken() {
            self.fail(Error::Compression(broken));
        }
    }

    /// Our FIN is out: nobody hears what we would answer.
    pub(crate) fn drop_answers(&mut self) {
        self.queue = Queue::default();
        self.conversation.take_switches();
    }

    /// True if something of the queue is to be made what goes over the wire.
    pub(crate) fn has_to_deflate(&self) -> bool {
        self.backlog.as_ref().is_some_and(|backlog| !backlog.is_idle(&self.queue))
    }

    /// What is to be compressed next, without the lock; none where it has no room to go.
    pub(crate) fn begin_deflating(&mut self) -> Option<Piece> {
        if !self.can_send() {
            return None;
        }
        let piece = self.backlog.as_mut()?.take(&mut self.queue)?;
        self.in_flight = piece.plain.len();
        Some(piece)
    }

    /// What was made of it goes before what was queued meanwhile.
    pub(crate) fn end_deflating(&mut self, wire: Queue, counts: Option<(u64, u64)>) {
        self.in_flight = 0;
        if self.socket.is_some()
            && let Some(backlog) = &mut self.backlog
        {
            backlog.put(wire, counts);
        }
    }

    /// The socket, for one who will offer it so many bytes without the lock; none where another does, or where it takes no
    /// more.
    pub(crate) fn begin_sending(&mut self, bytes: usize) -> Option<Arc<OwnedWriteHalf>> {
        if bytes == 0 || !self.can_send() {
            return None;
        }
        let socket = self.socket.as_ref().map(Arc::clone)?;
        self.in_flight = bytes;
        Some(socket)
    }

    /// The socket and what is to be offered to it next, without the lock: under TLS records, made now.
    pub(crate) fn begin_sending_queued(&mut self) -> Option<(Arc<OwnedWriteHalf>, Queue)> {
        if self.tls.is_some() && self.can_send() {
            self.seal();
        }
        let waiting = self.outgoing().len();
        let socket = self.begin_sending(waiting)?;
        Some((socket, std::mem::take(self.outgoing())))
    }

    /// What the socket did not take has its place before what was queued meanwhile.
    pub(crate) fn end_sending(&mut self, sent: Sent, rest: Queue) {
        self.in_flight = 0;
        if self.socket.is_some() {
            self.outgoing().put_before(rest);
        }
        if sent.bytes > 0 {
            // Under TLS they were counted before they were sealed, as Node counts.
            self.bytes_written += if self.tls.is_none() { sent.bytes as u64 } else { 0 };
            if self.deadlines.touch() {
                self.wake();
            }
        }
        match sent.error {
            None => {}
            Some(error) if error.kind() == io::ErrorKind::WouldBlock => {
                self.flags.full = true;
                self.deadlines.set_full(true);
                self.wake();
            }
            Some(error) => self.lose("write", error),
        }
    }

    /// Leaves it to the task to send what is queued, where that takes long: to seal it costs more than to wake somebody does.
    pub(crate) fn leave_to_task(&mut self) -> bool {
        let is_much = self.tls.is_some() && self.queue.len() > SEALED_BY_CALLER;
        if is_much && self.can_send() {
            self.flags.left_to_task = true;
            self.wake();
        }
        is_much
    }

    /// What follows where nobody sends any more: a limit is passed, or all has left.
    pub(crate) fn all_tried(&mut self) {
        if self.queued() > self.queued_output {
            self.fail(Error::QueueLimit(self.queued_output));
        }
        if self.backlog.as_ref().is_some_and(|backlog| backlog.is_over(&self.queue)) && self.in_flight == 0 {
            self.backlog = None;
        }
        if self.queued() == 0 && !self.has_to_deflate() {
            self.intake.all_sent();
            self.end_if_due();
        }
    }

    /// Sends the first of what is queued over a socket just accepted.
    pub(crate) fn send_first(&mut self) {
        let Some(socket) = self.socket.as_ref().filter(|_| self.tls.is_none()) else { return };
        match socket::send_first(SockRef::from((**socket).as_ref()), self.queue.front()) {
            Ok(sent) => {
                self.queue.consume(sent);
                self.bytes_written += sent as u64;
            }
            Err(error) => self.fail(Error::system("write", error)),
        }
    }

    /// Ready when a full socket takes bytes again.
    pub(crate) fn poll_writable(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(socket) = &self.socket else { return Poll::Ready(()) };
        if let Err(error) = ready!((**socket).as_ref().poll_write_ready(cx)) {
            self.lose("write", error);
        }
        self.flags.full = false;
        self.deadlines.set_full(false);
        Poll::Ready(())
    }

    /// Has the task close the connection.
    pub(crate) fn destroy(&mut self) {
        self.flags.destroyed = true;
        self.wake();
    }

    /// Has the task close the connection, and tell why.
    pub(crate) fn fail(&mut self, error: Error) {
        if self.failure.is_none() && !self.flags.destroyed {
            self.failure = Some(Box::new(error));
            self.wake();
        }
    }

    /// The system has lost the peer. If it says that it waited for too long, and nobody has it probe a silent one, something was on
    /// its way that the peer did not take.
    pub(crate) fn lose(&mut self, call: &'static str, error: io::Error) {
        use io::ErrorKind::{HostUnreachable, NetworkUnreachable, TimedOut};
        let waited = matches!(error.kind(), HostUnreachable | NetworkUnreachable | TimedOut);
        let stall = self.deadlines.stall().filter(|_| waited && !self.is_probed());
        self.fail(stall.map_or_else(|| Error::system(call, error), Error::WriteStalled));
    }

    /// The reader is done with records that cost so much.
    pub(crate) fn give_back(&mut self, cost: u32) {
        if cost > 0 && self.intake.give_back(cost) {
            self.wake();
        }
    }

    /// Urgent data is there: what comes is discarded up to the DM, though the program reads nothing. `reached`: the mark was.
    pub(crate) fn hurry(&mut self, reached: bool) {
        self.conversation.hurry(reached);
        self.intake.hurry(true);
    }

    /// True if nothing is left for the task but to close.
    pub(crate) fn is_over(&self) -> bool {
        self.flags.destroyed || self.failure.is_some() || self.flags.read_ended && self.flags.write_ended
    }

    /// The task is about to sleep: whom to wake.
    pub(crate) fn remember(&mut self, waker: &Waker) {
        if !self.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            self.waker = Some(waker.clone());
        }
    }

    /// Closes the socket and gives back what memory can be before the last record is read.
    pub(crate) fn close(&mut self) {
        if let Some(socket) = self.socket.take().and_then(Arc::into_inner) {
            // Closing sends the FIN where none was sent: the call that tokio would make first is not needed.
            socket.forget();
        }
        self.counted = None;
        self.tls = None;
        self.backlog = None;
        self.queue = Queue::default();
        self.intake = Intake::default();
        self.pace = None;
        self.direct = None;
        self.waker = None;
    }

    fn is_probed(&self) -> bool {
        let socket = self.socket.as_ref();
        socket.is_some_and(|socket| SockRef::from((**socket).as_ref()).keepalive().unwrap_or(false))
    }

    fn can_send(&self) -> bool {
        self.in_flight == 0 && !self.flags.full && !self.flags.destroyed && self.failure.is_none()
    }

    /// What the socket is offered.
    fn outgoing(&mut self) -> &mut Queue {
        match (&mut self.tls, &mut self.backlog) {
            (Some(tls), _) => tls.sealed(),
            (None, Some(backlog)) => backlog.wire(),
            (None, None) => &mut self.queue,
        }
    }

    fn seal(&mut self) {
        let Some(tls) = &mut self.tls else { return };
        match tls.seal(&mut self.queue, self.flags.ending) {
            Ok(count) => self.bytes_written += count as u64,
            Err(error) => self.fail(error),
        }
    }

    /// Turns the peer away, with words that are its own, as far as the socket takes them.
    pub(crate) fn turn_away(&mut self, error: Error, words: &[u8]) {
        self.queue.back().extend_from_slice(words);
        self.flags.ending = true;
        if let Some((socket, mut queue)) = self.begin_sending_queued() {
            let sent = try_write(&socket, queue.front());
            queue.consume(sent.bytes);
            self.end_sending(sent, queue);
        }
        self.flags.seen_off = !words.is_empty();
        self.fail(error);
    }

    /// What is left to do for a peer that was told why it is closed.
    pub(crate) fn part(&mut self) -> Option<Parting> {
        let socket = self.socket.as_ref().filter(|_| self.flags.seen_off).map(Arc::clone)?;
        Some(Parting { socket, counted: self.counted.take() })
    }

    /// What the peer is told of a breach of TLS, as far as the socket takes it, before all is closed.
    pub(crate) fn send_alert(&mut self) {
        if let (Some(tls), Some(socket), 0) = (&mut self.tls, &self.socket, self.in_flight) {
            let _ = socket.try_write(tls.alert());
        }
    }

    fn end_if_due(&mut self) {
        let due = self.flags.ending && !self.flags.write_ended;
        if let (true, Some(socket)) = (due, &self.socket) {
            // Where the peer has ended already, nothing is left but to close, and that sends the FIN.
            if !self.flags.read_ended {
                // A peer that is gone already needs none.
                let _ = SockRef::from((**socket).as_ref()).shutdown(Shutdown::Write);
                self.deadlines.linger();
            }
            self.flags.write_ended = true;
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

    pub(crate) fn wake(&self) {
        if let Some(waker) = &self.waker {
            waker.wake_by_ref();
        }
    }
}

/// What remains of a connection whose peer is seen off: it counts as long as it does.
pub(crate) struct Parting {
    pub(crate) socket: Arc<OwnedWriteHalf>,
    pub(crate) counted: Option<Seat>,
}

/// Bytes that who wrote them seals: as much as goes into a record, which an answer to a key never is.
const SEALED_BY_CALLER: usize = 16 * 1024;

/// What came of offering bytes to a socket.
pub(crate) struct Sent {
    /// How many it took.
    pub(crate) bytes: usize,
    /// Why not all.
    error: Option<io::Error>,
}

/// Sends the urgent byte of a Synch, if the socket takes it.
pub(crate) fn try_send_mark(socket: &OwnedWriteHalf) -> Sent {
    let stream = socket.as_ref();
    match stream.try_io(Interest::WRITABLE, || urgent::send_mark(SockRef::from(stream))) {
        Ok(bytes) => Sent { bytes, error: None },
        Err(error) => Sent { bytes: 0, error: Some(error) },
    }
}

/// Writes until the socket takes no more.
pub(crate) fn try_write(socket: &OwnedWriteHalf, bytes: &[u8]) -> Sent {
    let mut sent = 0;
    while sent < bytes.len() {
        match socket.try_write(&bytes[sent..]) {
            Ok(count) => sent += count,
            Err(error) => return Sent { bytes: sent, error: Some(error) },
        }
    }
    Sent { bytes: sent, error: None }
}
