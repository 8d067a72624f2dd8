//! The task of a connection: it reads, sends what a socket that was full takes again, compresses, and looks after the deadlines.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io::{self, Read};
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use socket2::SockRef;
use telnet_proto::Role;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::net::tcp::OwnedReadHalf;
use tokio::time::timeout;

use super::{Connection, READ_SIZE};
use crate::deadline::{Alarm, Due, LINGER};
use crate::deflate::Outflow;
use crate::intake::Next;
use crate::state::{Parting, State};
use crate::urgent::{self, Wary, Watch};

/// Whom one reads from, as far as it matters for urgent data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Far {
    Client,
    Server,
    /// There it has no meaning: it is not protected.
    Tls,
}

impl Far {
    fn of(state: &State) -> Far {
        match state.conversation.role() {
            _ if state.tls.is_some() => Far::Tls,
            Role::Client => Far::Server,
            Role::Server => Far::Client,
        }
    }

    /// True if urgent data can be the end of a Synch. What is compressed has no such place.
    fn marks(self, state: &State) -> bool {
        self != Far::Tls && !state.conversation.is_inflating()
    }
}

/// What a connection's task owns. Fields are dropped in this order: the connection is told to be closed when nobody reads
/// any more, however the task comes to its end.
pub(super) struct Task {
    reader: OwnedReadHalf,
    alarm: Alarm,
    watch: Watch,
    wary: Wary,
    far: Far,
    outflow: Outflow,
    closing: Closing,
}

struct Closing(Arc<Connection>);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Task {
    pub(super) fn new(reader: OwnedReadHalf, connection: Arc<Connection>) -> Task {
        let far = Far::of(&connection.lock());
        let (alarm, watch, wary) = (Alarm::default(), Watch::default(), Wary::No);
        Task { reader, alarm, watch, wary, far, outflow: Outflow::default(), closing: Closing(connection) }
    }

    pub(super) async fn run(mut self) {
        poll_fn(|cx| self.poll(cx)).await;
        let Some(parting) = self.closing.0.lock().part() else { return };
        let Task { reader, closing, .. } = self;
        // It is told at once, and a task of its own waits for the peer, lest that make all tasks larger.
        drop(closing);
        tokio::spawn(see_off(reader, parting));
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Task { reader, alarm, watch, wary, far, outflow, closing: Closing(connection) } = self;
        loop {
            let mut state = connection.lock();
            state.remember(cx.waker());
            let is_writable = state.flags.full && state.poll_writable(cx).is_ready();
            if std::mem::take(&mut state.flags.left_to_task) || is_writable {
                state = connection.send(state);
                connection.tell_drained(&mut state);
            }
            if state.backlog.is_some() {
                let is_more;
                (state, is_more) = connection.send_compressed(state, outflow);
                connection.tell_drained(&mut state);
                if is_more {
                    cx.waker().wake_by_ref();
                }
            }
            if state.is_over() {
                return Poll::Ready(());
            }
            let held_until = state.pace.as_mut().and_then(|pace| pace.held_until());
            let reads = match state.intake.next() {
                _ if held_until.is_some() => false,
                Next::Held => {
                    connection.take_held(&mut state);
                    connection.tell_drained(&mut connection.send(state));
                    return its_turn_is_over(cx);
                }
                next => next == Next::Read && !state.flags.read_ended,
            };
            let watches = far.marks(&state) && !state.flags.read_ended && state.intake.waits_for_urgent();
            let most = state.pace.as_ref().map_or(READ_SIZE, |pace| pace.most().min(READ_SIZE));
            let deadline = state.deadlines.next().into_iter().chain(held_until).min();
            drop(state);
            if reads && let Poll::Ready(count) = poll_read(connection, cx, reader, (wary, *far), most) {
                if count < READ_SIZE {
                    continue;
                }
                return its_turn_is_over(cx);
            }
            if !watches {
                watch.stop();
            } else if watch.poll(reader.as_ref(), cx).is_ready() {
                *wary = Wary::Ended;
                connection.lock().hurry(false);
                continue;
            }
            ready!(alarm.poll_at(cx, deadline));
            if connection.on_deadline(&mut connection.lock()) == Some(Due::Rest) {
                outflow.rest();
            }
        }
    }
}

/// Ends our side, and reads on for nobody until the peer ends its own, if it does soon. Closed with something unread a socket sends
/// a reset, and what we said last would be lost on the peer.
async fn see_off(reader: OwnedReadHalf, Parting { socket, counted }: Parting) {
    // That sends the FIN.
    drop(socket);
    let unheard = async {
        let mut left = MOST_UNHEARD;
        while left > 0 && reader.readable().await.is_ok() {
            match READ_BUFFER.with_borrow_mut(|buffer| reader.try_read(buffer)) {
                Ok(0) => return,
                Ok(count) => left = left.saturating_sub(count),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_) => return,
            }
        }
    };
    let _ = timeout(LINGER, unheard).await;
    drop(counted);
}

/// What is read of a peer that is turned away.
const MOST_UNHEARD: usize = 1 << 20;

/// A peer that sends without end gets one read a turn, so that hundreds of them leave the others theirs.
fn its_turn_is_over(cx: &Context<'_>) -> Poll<()> {
    cx.waker().wake_by_ref();
    Poll::Pending
}

/// Takes in one read, of `most` bytes at most. Ready with its length, 0 where it was the last.
fn poll_read(
    connection: &Connection,
    cx: &mut Context<'_>,
    reader: &mut OwnedReadHalf,
    (wary, far): (&mut Wary, Far),
    most: usize,
) -> Poll<usize> {
    READ_BUFFER.with_borrow_mut(|buffer| {
        let mut buffer = ReadBuf::new(&mut buffer[..most]);
        let (result, mut urgency) = match *wary {
            _ if far == Far::Tls => (ready!(Pin::new(reader).poll_read(cx, &mut buffer)), None),
            // Servers mark what they answer an interrupt with, and more follows at once.
            Wary::No if far == Far::Server => (ready!(poll_read_past_marks(reader, cx, &mut buffer)), None),
            Wary::No => (ready!(Pin::new(reader).poll_read(cx, &mut buffer)), None),
            _ => ready!(poll_read_warily(reader, cx, &mut buffer)),
        };
        let mut state = connection.lock();
        if urgency.is_none() && wary.is_synch(buffer.filled()) {
            urgency = Some(true);
        }
        if let Some(reached) = urgency.filter(|_| far.marks(&state)) {
            state.hurry(reached);
        }
        if buffer.filled().is_empty() && result.is_ok() {
            connection.on_fin(&mut state);
        } else if state.tls.is_some() {
            connection.on_records(&mut state, buffer.filled());
        } else if !buffer.filled().is_empty() {
            connection.on_bytes(&mut state, buffer.filled());
        }
        *wary = if far.marks(&state) { Wary::of(buffer.filled(), state.conversation.is_hurried()) } else { Wary::No };
        if let Err(error) = result {
            state.lose("read", error);
        }
        connection.tell_drained(&mut connection.send(state));
        Poll::Ready(buffer.filled().len())
    })
}

/// Reads where the system may have stopped at the mark of urgent data, though more is there: tokio would take such a short
/// read for the last one until more comes. It costs a read in vain for each that is the last.
fn poll_read_past_marks(
    reader: &OwnedReadHalf,
    cx: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<io::Result<()>> {
    loop {
        ready!(reader.as_ref().poll_read_ready(cx))?;
        match reader.try_read(buffer.initialize_unfilled()) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            result => return Poll::Ready(result.map(|count| buffer.advance(count))),
        }
    }
}

/// Reads where the mark of urgent data is looked for: see [`poll_read_past_marks`]. Tells also whether urgent data was there,
/// and if so, whether this read has passed it.
fn poll_read_warily(
    reader: &mut OwnedReadHalf,
    cx: &mut Context<'_>,
    buffer: &mut ReadBuf<'_>,
) -> Poll<(io::Result<()>, Option<bool>)> {
    // Before urgency is asked after, the next byte must be there, lest it come in between and the read go past it.
    let peeked = SockRef::from(reader.as_ref()).peek(&mut [MaybeUninit::uninit()]);
    if peeked.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
        // Where that fails, so will the read.
        let _ = ready!(reader.poll_peek(cx, &mut ReadBuf::new(&mut [0])));
    }
    let is_urgent = urgent::is_pending(reader.as_ref());
    let result = (&*SockRef::from(reader.as_ref())).read(buffer.initialize_unfilled());
    let urgency = is_urgent.then(|| !urgent::is_pending(reader.as_ref()));
    Poll::Ready((result.map(|count| buffer.advance(count)), urgency))
}

thread_local! {
    static READ_BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_SIZE]);
}
