//! `telnet_net::WaitingRoom` for JavaScript, whose threads know it by a number.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use napi_derive::napi;
use telnet_net::WaitingRoom;
use telnet_net::waiting_room::Work;

/// The rooms of the process that are open.
static ROOMS: LazyLock<Mutex<HashMap<u32, Arc<WaitingRoom>>>> = LazyLock::new(Mutex::default);

/// Numbers are not used twice.
static LAST: AtomicU32 = AtomicU32::new(0);

/// Accepted connections that wait for a thread.
#[napi(js_name = "WaitingRoom")]
pub struct JsWaitingRoom {
    id: u32,
    room: Arc<WaitingRoom>,
    work: Option<Work>,
}

/// How many wait, and for how many threads.
#[napi(object, object_from_js = false)]
pub struct Crowd {
    /// Connections that wait.
    pub waiting: u32,
    /// Threads that wait for one.
    pub takers: u32,
    /// Threads that work here, busy or not.
    pub workers: u32,
}

#[napi]
impl JsWaitingRoom {
    /// A new one.
    #[napi(factory)]
    pub fn open() -> JsWaitingRoom {
        let id = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        let room = Arc::new(WaitingRoom::default());
        rooms().insert(id, Arc::clone(&room));
        JsWaitingRoom { id, room, work: None }
    }

    /// That of another thread; `null` where it is closed.
    #[napi]
    pub fn find(id: u32) -> Option<JsWaitingRoom> {
        let room = rooms().get(&id).map(Arc::clone)?;
        Some(JsWaitingRoom { id, room, work: None })
    }

    /// The number by which other threads find it.
    #[napi(getter)]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// This thread takes again and again: it counts as long as it has this object, or until it leaves.
    #[napi]
    pub fn work(&mut self) {
        self.work = Some(self.room.work());
    }

    /// It counts no more.
    #[napi]
    pub fn leave(&mut self) {
        self.work = None;
    }

    /// How many wait.
    #[napi]
    pub fn crowd(&self) -> Crowd {
        let crowd = self.room.crowd();
        Crowd { waiting: crowd.waiting as u32, takers: crowd.takers as u32, workers: crowd.workers as u32 }
    }

    /// Wakes the overseer.
    #[napi]
    pub fn call(&self) {
        self.room.call();
    }

    /// Nobody gets in any more, and all who wait are let go.
    #[napi]
    pub fn close(&self) {
        rooms().remove(&self.id);
        self.room.close();
    }
}

impl JsWaitingRoom {
    /// The room itself.
    pub fn room(&self) -> Arc<WaitingRoom> {
        Arc::clone(&self.room)
    }
}

fn rooms() -> MutexGuard<'static, HashMap<u32, Arc<WaitingRoom>>> {
    ROOMS.lock().unwrap_or_else(PoisonError::into_inner)
}
