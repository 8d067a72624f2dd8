//! Output that waits for a socket: bytes with a front that moves, memory only while there are any.

/// A first-in, first-out run of bytes.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    bytes: Vec<u8>,
    start: usize,
    /// The length of all up to and with the last urgent byte; 0: there is none. TCP, too, knows but the last.
    urgent: usize,
}

impl Queue {
    /// Where to append.
    pub(crate) fn back(&mut self) -> &mut Vec<u8> {
        // A reader that is always a little behind shall not make the queue grow by what it has read.
        if self.start > self.bytes.len() / 2 {
            self.bytes.drain(..self.start);
            self.urgent = self.urgent.saturating_sub(self.start);
            self.start = 0;
        }
        &mut self.bytes
    }

    /// What waits and can be sent in one piece, oldest first: an urgent byte is one by itself.
    pub(crate) fn front(&self) -> &[u8] {
        match self.urgent.saturating_sub(self.start) {
            0 => &self.bytes[self.start..],
            1 => &self.bytes[self.start..self.urgent],
            _ => &self.bytes[self.start..self.urgent - 1],
        }
    }

    /// True if what `front` gives is an urgent byte.
    pub(crate) fn is_urgent(&self) -> bool {
        self.urgent == self.start + 1
    }

    /// The last byte that was appended is urgent.
    pub(crate) fn mark_urgent(&mut self) {
        self.urgent = self.bytes.len();
    }

    /// Takes `count` bytes off the front.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start += count;
        if self.start == self.bytes.len() {
            // Ten thousand quiet connections keep no buffer.
            *self = Queue::default();
        }
    }

    /// Takes the oldest `count` bytes, an urgent one among them as such.
    pub(crate) fn take_front(&mut self, count: usize) -> Queue {
        if count == self.len() {
            return std::mem::take(self);
        }
        let bytes = self.bytes[self.start..][..count].to_vec();
        let urgent = self.urgent.saturating_sub(self.start);
        self.consume(count);
        Queue { bytes, start: 0, urgent: if urgent <= count { urgent } else { 0 } }
    }

    /// The distance from the front of what stands at `index` of [`back`](Queue::back).
    pub(crate) fn distance(&self, index: usize) -> usize {
        index - self.start
    }

    /// Puts what is older before all that waits.
    pub(crate) fn put_before(&mut self, mut older: Queue) {
        if !older.is_empty() {
            let before = older.back().len();
            older.bytes.extend_from_slice(&self.bytes[self.start..]);
            if self.urgent > self.start {
                older.urgent = before + self.urgent - self.start;
            }
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
    fn an_urgent_byte_leaves_by_itself_and_in_its_place() {
        let mut queue = Queue::default();
        queue.back().extend_from_slice(b"abcdef!");
        queue.mark_urgent();
        queue.consume(4);
        queue.back().extend_from_slice(b"gh");
        let mut older = Queue::default();
        older.back().extend_from_slice(b"-?12");
        older.consume(2);
        queue.put_before(older);
        for (piece, is_urgent) in [(&b"12ef"[..], false), (b"!", true), (b"gh", false)] {
            assert_eq!((queue.front(), queue.is_urgent()), (piece, is_urgent));
            queue.consume(piece.len());
        }
        assert!(queue.is_empty() && !queue.is_urgent());
    }

    #[test]
    fn the_front_can_be_taken_with_the_urgent_byte_in_it() {
        for (count, urgent) in [(2, [false, true]), (3, [true, false]), (5, [true, false])] {
            let mut queue = Queue::default();
            queue.back().extend_from_slice(b"-ab!");
            queue.mark_urgent();
            queue.back().extend_from_slice(b"cd");
            queue.consume(1);
            let front = queue.take_front(count);
            assert_eq!((front.len(), queue.len()), (count, 5 - count));
            let is_urgent = |mut queue: Queue| {
                while !queue.is_empty() && !queue.is_urgent() {
                    queue.consume(queue.front().len());
                }
                !queue.is_empty()
            };
            assert_eq!([is_urgent(front), is_urgent(queue)], urgent, "of {count}");
        }
    }

    #[test]
    fn of_urgent_bytes_the_last_one_is() {
        let (mut queue, mut older) = (Queue::default(), Queue::default());
        older.back().extend_from_slice(b"a!");
        older.mark_urgent();
        queue.back().extend_from_slice(b"b!");
        queue.mark_urgent();
        queue.put_before(older);
        assert_eq!(queue.front(), b"a!b");
        queue.consume(3);
        assert_eq!((queue.front(), queue.is_urgent()), (&b"!"[..], true));
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
