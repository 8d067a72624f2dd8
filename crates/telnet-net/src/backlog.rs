//! What waits where some of what goes is compressed (MCCP): the connection's queue is plain, and beside it stands what was made
//! of its front, as it goes over the wire.
//!
//! To compress takes time, so it is the task's, which lets go of the connection's lock meanwhile: whoever writes appends to the
//! plain queue and wakes it. What gathers until it comes is one piece, flushed once.

use std::collections::VecDeque;

use crate::deflate::Switch;
use crate::queue::Queue;

/// So much is compressed at a time, and no more before it has left: of what waits for a slow peer nearly all is plain.
const LOT: usize = 64 * 1024;

/// What stands beside the plain queue.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    /// Where compression begins and ends, by the distance from the front of the plain queue.
    switches: VecDeque<(usize, Switch)>,
    /// What goes over the wire before all that is in the plain queue.
    wire: Queue,
    /// A piece is being compressed.
    is_busy: bool,
    /// The front of the plain queue is to be compressed.
    is_compressed: bool,
    /// Bytes of the stream so far, compressed and plain.
    counts: (u64, u64),
}

/// The front of the plain queue, and the switch that stands behind it.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) plain: Queue,
    pub(crate) then: Option<Switch>,
}

impl Backlog {
    /// Compression begins or ends at that distance from the front of the plain queue.
    pub(crate) fn switch(&mut self, at: usize, switch: Switch) {
        self.switches.push_back((at, switch));
    }

    /// The next piece of the plain queue, if it is its turn.
    pub(crate) fn take(&mut self, queue: &mut Queue) -> Option<Piece> {
        if self.is_busy || !self.wire.is_empty() || self.is_idle(queue) {
            return None;
        }
        let until = self.switches.front().map_or(queue.len(), |&(at, _)| at);
        let plain = queue.take_front(until.min(LOT));
        let length = plain.len();
        self.switches.iter_mut().for_each(|(at, _)| *at -= length);
        let is_there = self.switches.front().is_some_and(|&(at, _)| at == 0);
        let then = if is_there { self.switches.pop_front() } else { None };
        self.is_busy = true;
        Some(Piece { plain, then: then.map(|(_, switch)| switch) })
    }

    /// What was made of a piece.
    pub(crate) fn put(&mut self, wire: Queue, counts: Option<(u64, u64)>) {
        self.is_busy = false;
        self.is_compressed = counts.is_some();
        self.counts = counts.unwrap_or_default();
        self.wire = wire;
    }

    pub(crate) fn wire(&mut self) -> &mut Queue {
        &mut self.wire
    }

    pub(crate) fn waiting(&self) -> usize {
        self.wire.len()
    }

    /// True if nothing is to be made of the plain queue.
    pub(crate) fn is_idle(&self, queue: &Queue) -> bool {
        queue.is_empty() && self.switches.is_empty() && !self.is_busy
    }

    /// True if it is not needed any more: what follows is plain.
    pub(crate) fn is_over(&self, queue: &Queue) -> bool {
        !self.is_compressed && self.wire.is_empty() && self.is_idle(queue)
    }

    /// Bytes of the stream so far, compressed and plain.
    pub(crate) fn counts(&self) -> Option<(u64, u64)> {
        self.is_compressed.then_some(self.counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(bytes: &[u8]) -> Queue {
        let mut queue = Queue::default();
        queue.back().extend_from_slice(bytes);
        queue
    }

    #[test]
    fn pieces_end_where_compression_begins_or_ends() {
        let (mut backlog, mut queue) = (Backlog::default(), queue(b"abcde"));
        backlog.switch(2, Switch::Begin);
        backlog.switch(4, Switch::End);
        backlog.switch(4, Switch::Begin);
        for (plain, then) in
            [(&b"ab"[..], Some(Switch::Begin)), (b"cd", Some(Switch::End)), (b"", Some(Switch::Begin)), (b"e", None)]
        {
            let piece = backlog.take(&mut queue).expect("there is more");
            assert_eq!((piece.plain.front(), piece.then), (plain, then));
            assert!(backlog.take(&mut queue).is_none(), "one at a time");
            assert!(!backlog.is_over(&queue));
            backlog.put(Queue::default(), None);
        }
        assert!(backlog.take(&mut queue).is_none());
        assert!(backlog.is_over(&queue));
    }

    #[test]
    fn no_more_is_taken_before_what_was_made_has_left() {
        let (mut backlog, mut plain) = (Backlog::default(), queue(&[7; LOT + 1]));
        assert_eq!(backlog.take(&mut plain).map(|piece| piece.plain.len()), Some(LOT));
        backlog.put(queue(b"made"), Some((4, LOT as u64)));
        assert!(backlog.take(&mut plain).is_none());
        backlog.wire().consume(4);
        assert_eq!(backlog.take(&mut plain).map(|piece| piece.plain.len()), Some(1));
        backlog.put(Queue::default(), Some((8, 8)));
        assert!(!backlog.is_over(&plain), "what follows is compressed, too");
    }
}
