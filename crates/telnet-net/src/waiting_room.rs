//! Accepted connections that wait for a thread: for servers whose handlers block. Any thread of the process may take one; it then belongs
//! to the hub of that thread. Nothing is said to a peer before.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::mem::MaybeUninit;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use socket2::SockRef;
use tokio::net::TcpStream;

use crate::connection::Ends;
use crate::conversation::Settings;
use crate::hub::Hub;
use crate::runtime::runtime;
use crate::sleeper::{Sleeper, Woken};
use crate::socket::SocketOptions;
use crate::tls::Tls;

/// Where they wait.
#[derive(Debug, Default)]
pub struct WaitingRoom {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Visitor>,
    /// Threads that wait for one.
    takers: Vec<Arc<Sleeper>>,
    /// Who wants to know when somebody has to wait.
    overseer: Option<Arc<Sleeper>>,
    /// Threads that take again and again.
    workers: usize,
    closed: bool,
    /// When it was last looked who had left.
    looked: Option<Instant>,
}

/// One who waits.
#[derive(Debug)]
pub(crate) struct Visitor {
    pub(crate) line: (TcpStream, Option<Box<Tls>>),
    pub(crate) ends: Ends,
    pub(crate) settings: Settings,
    pub(crate) socket: SocketOptions,
}

/// What came of taking one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A connection, by its number: of the hub, or among those that are parked.
    Connection(u32),
    /// The time was over, or Ctrl-C came.
    Nobody(Woken),
    /// The room is closed.
    Closed,
}

/// How many wait, and for how many threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// Connections that wait.
    pub waiting: usize,
    /// Threads that wait for one.
    pub takers: usize,
    /// Threads that [work here](WaitingRoom::work), busy or not.
    pub workers: usize,
}

/// A thread that takes again and again counts while it has this.
#[derive(Debug)]
pub struct Work(Arc<WaitingRoom>);

impl WaitingRoom {
    /// Waits for a connection, and makes it one of `hub`, whose thread sleeps at `sleeper`.
    pub fn take(&self, hub: &Hub, sleeper: &Arc<Sleeper>) -> Taken {
        match self.wait(sleeper, None, false) {
            Ok(visitor) => adopt(visitor, hub).map_or(Taken::Closed, Taken::Connection),
            Err(nobody) => nobody,
        }
    }

    /// The same without waiting.
    pub fn try_take(&self, hub: &Hub) -> Taken {
        let mut state = self.lock();
        let Some(visitor) = state.waiting.pop_front() else {
            return if state.closed { Taken::Closed } else { Taken::Nobody(Woken::ByTime) };
        };
        drop(state);
        adopt(visitor, hub).map_or(Taken::Closed, Taken::Connection)
    }

    /// Waits for a connection, at most for `most`, and keeps it for whoever [asks for it](take_parked) by its number.
    pub fn park(&self, sleeper: &Arc<Sleeper>, most: Option<Duration>, interruptible: bool) -> Taken {
        match self.wait(sleeper, most, interruptible) {
            Ok(visitor) => {
                let mut parked = lock(&PARKED);
                parked.visitors.retain(|_, visitor| !visitor.has_left());
                parked.last += 1;
                let number = parked.last;
                parked.visitors.insert(number, visitor);
                Taken::Connection(number)
            }
            Err(nobody) => nobody,
        }
    }

    fn wait(&self, sleeper: &Arc<Sleeper>, most: Option<Duration>, interruptible: bool) -> Result<Visitor, Taken> {
        let deadline = most.and_then(|most| Instant::now().checked_add(most));
        loop {
            let mut state = self.lock();
            state.takers.retain(|taker| !Arc::ptr_eq(taker, sleeper));
            if let Some(visitor) = state.waiting.pop_front() {
                return Ok(visitor);
            }
            if state.closed {
                return Err(Taken::Closed);
            }
            state.takers.push(Arc::clone(sleeper));
            drop(state);
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let woken = sleeper.sleep(left, interruptible);
            if woken != Woken::ByCall {
                let mut state = self.lock();
                state.takers.retain(|taker| !Arc::ptr_eq(taker, sleeper));
                // Somebody may have come in this moment, and called nobody else.
                if state.waiting.is_empty() || woken == Woken::ByInterrupt {
                    return Err(Taken::Nobody(woken));
                }
            }
        }
    }

    /// From now on nobody gets in, and who waits is let go, as is who waits for one.
    pub fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.waiting.clear();
        let (takers, overseer) = (std::mem::take(&mut state.takers), state.overseer.clone());
        takers.iter().chain(&overseer).for_each(|sleeper| sleeper.wake());
    }

    /// `overseer` is woken when somebody has to wait, and by [`call`](WaitingRoom::call).
    pub fn oversee(&self, overseer: &Arc<Sleeper>) {
        self.lock().overseer = Some(Arc::clone(overseer));
    }

    /// Wakes the overseer.
    pub fn call(&self) {
        if let Some(overseer) = &self.lock().overseer {
            overseer.wake();
        }
    }

    /// The calling thread takes again and again.
    pub fn work(self: &Arc<Self>) -> Work {
        self.lock().workers += 1;
        Work(Arc::clone(self))
    }

    /// How many wait.
    pub fn crowd(&self) -> Crowd {
        let state = self.lock();
        Crowd { waiting: state.waiting.len(), takers: state.takers.len(), workers: state.workers }
    }

    /// Lets one in; false where the room is full or closed.
    pub(crate) fn admit(&self, visitor: Visitor) -> bool {
        let mut state = self.lock();
        state.forget_who_left(Instant::now());
        if state.closed || state.waiting.len() >= MOST_WAITING {
            return false;
        }
        state.waiting.push_back(visitor);
        let called = if state.takers.is_empty() { state.overseer.clone() } else { Some(state.takers.remove(0)) };
        drop(state);
        if let Some(called) = called {
            called.wake();
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    /// Who left without a word keeps no place. They are looked for once in [`BETWEEN_LOOKS`], not for each who comes.
    fn forget_who_left(&mut self, now: Instant) {
        if self.looked.is_some_and(|looked| now < looked + BETWEEN_LOOKS) {
            return;
        }
        self.looked = Some(now);
        self.waiting.retain(|visitor| !visitor.has_left());
    }
}

impl Visitor {
    /// The connection is broken, or the peer has ended it and nothing of it is left to be read.
    fn has_left(&self) -> bool {
        match SockRef::from(&self.line.0).peek(&mut [MaybeUninit::uninit()]) {
            Ok(count) => count == 0,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        }
    }
}

/// Makes a connection that was [parked](WaitingRoom::park) one of `hub`. None: there is none of that number, or no more.
pub fn take_parked(number: u32, hub: &Hub) -> Option<u32> {
    let visitor = lock(&PARKED).visitors.remove(&number)?;
    adopt(visitor, hub)
}

/// Who was let in, and waits for a thread that knows its number.
static PARKED: LazyLock<Mutex<Parked>> = LazyLock::new(Mutex::default);

#[derive(Debug, Default)]
struct Parked {
    visitors: HashMap<u32, Visitor>,
    last: u32,
}

fn adopt(Visitor { line, mut ends, settings, socket }: Visitor, hub: &Hub) -> Option<u32> {
    let _runtime = runtime().enter();
    // It is nobody's but the taker's.
    ends.listener = None;
    hub.adopt(line, ends, &settings, &socket)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.lock().workers -= 1;
        self.0.call();
    }
}

/// How long nobody looks who has left: each look is a system call for each who waits.
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

/// Connections that may wait for a thread; who comes then is turned away.
const MOST_WAITING: usize = 1_024;
