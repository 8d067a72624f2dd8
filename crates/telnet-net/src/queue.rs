//! Output that waits for a socket: bytes with a front that moves, memory only while there are any.

/// A first-in, first-out run of bytes.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    bytes: Vec<u8>,
    start: usize,
}

impl Queue {
    /// Where to append.
    pub(crate) fn back(&mut self) -> &mut Vec<u8> {
        // A reader that is always a little behind shall not make the queue grow by what it has read.
        if self.start > self.bytes.len() / 2 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        &mut self.bytes
    }

    /// What waits, oldest first.
    pub(crate) fn front(&self) -> &[u8] {
        &self.bytes[self.start..]
    }

    /// Takes `count` bytes off the front.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start += count;
        if self.start == self.bytes.len() {
            // Ten thousand quiet connections keep no buffer.
            *self = Queue::default();
        }
    }

    /// Puts what is older before all that waits.
    pub(crate) fn put_before(&mut self, mut older: Queue) {
        if !older.is_empty() {
            older.back().extend_from_slice(self.front());
            *self = older;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_leave_in_the_order_in_which_they_came() {
        let mut queue = Queue::default();
        queue.back().extend_from_slice(b"abcdef");
        queue.consume(4);
        queue.back().extend_from_slice(b"gh");
        assert_eq!(queue.front(), b"efgh");
        assert_eq!(queue.len(), 4);
        queue.consume(4);
        assert!(queue.is_empty());
        assert_eq!(queue.bytes.capacity(), 0);
    }

    #[test]
    fn what_is_older_comes_first() {
        let (mut queue, mut older) = (Queue::default(), Queue::default());
        queue.back().extend_from_slice(b"cd");
        older.back().extend_from_slice(b"-ab");
        older.consume(1);
        queue.put_before(older);
        queue.put_before(Queue::default());
        assert_eq!(queue.front(), b"abcd");
    }
}
