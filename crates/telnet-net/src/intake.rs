//! How much a connection may take in: back-pressure against a peer that sends faster than JavaScript, or the peer itself,
//! takes what follows from it.

use crate::conversation::Left;
use crate::queue::Queue;

/// What may be delivered and not yet given back, in bytes of records and units of text; past it the connection isn't read from.
pub const CREDIT: u32 = 256 * 1024;

/// The same while urgent data is there: data is discarded then, and this is for the commands in it.
const URGENT_CREDIT: u32 = 2 * CREDIT;

/// What the records of one piece of input may cost, data not counted; past it the rest is held until the reader has given
/// these back. A read full of commands is thirty thousand events, and other connections want their turn.
pub(crate) const AT_ONCE: u32 = 16 * 1024;

/// Answers that may wait for a peer who asks and doesn't read, in bytes; past it the connection isn't read from. What the
/// application writes has a limit of its own, and doesn't hold reading up.
const MOST_ANSWERS: usize = 64 * 1024;

/// The accounts of what came in.
#[derive(Debug, Default)]
pub(crate) struct Intake {
    /// Input that was read and not yet looked at.
    held: Queue,
    /// Why it is held. What the peer compressed may be more than the input that is left.
    left: Left,
    /// Cost of the records delivered and not given back.
    outstanding: u32,
    /// Bytes of answers since nothing was queued.
    answers: usize,
    /// Urgent data is there: a program that reads nothing shall hear of the commands up to it.
    hurries: bool,
    /// The program is to say first what becomes of that which came before.
    waits: bool,
}

/// What may be taken in next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// What the socket has.
    Read,
    /// What is held.
    Held,
    /// Nothing yet.
    Nothing,
}

impl Intake {
    pub(crate) fn next(&self) -> Next {
        let (next, most) = match self.left {
            Left::Nothing => (Next::Read, CREDIT),
            Left::Records => (Next::Held, AT_ONCE),
            Left::Plain => (Next::Held, CREDIT),
        };
        let most = if self.hurries { URGENT_CREDIT } else { most };
        let may = self.answers < MOST_ANSWERS && !self.waits && self.outstanding < most;
        if may { next } else { Next::Nothing }
    }

    /// True if nothing but what the program has not read holds reading up, and urgent data would be let through.
    pub(crate) fn waits_for_urgent(&self) -> bool {
        let may_read = self.answers < MOST_ANSWERS && !self.waits && self.outstanding < URGENT_CREDIT;
        may_read && self.next() == Next::Nothing
    }

    /// Urgent data is there, or no more.
    pub(crate) fn hurry(&mut self, hurries: bool) {
        self.hurries = hurries;
    }

    /// The program is to say first what becomes of that which came before, or has said it. True if that lets more in.
    pub(crate) fn wait(&mut self, waits: bool) -> bool {
        std::mem::replace(&mut self.waits, waits) && !waits
    }

    /// Records were delivered.
    pub(crate) fn charge(&mut self, cost: u32) {
        self.outstanding = self.outstanding.saturating_add(cost);
    }

    /// The reader is done with records. True if that lets more in.
    pub(crate) fn give_back(&mut self, cost: u32) -> bool {
        let before = self.next();
        self.outstanding = self.outstanding.saturating_sub(cost);
        before != self.next()
    }

    /// The peer was answered.
    pub(crate) fn answered(&mut self, bytes: usize) {
        self.answers += bytes;
    }

    /// Nothing is queued for the peer.
    pub(crate) fn all_sent(&mut self) {
        self.answers = 0;
    }

    /// True if the reader has given back all that he was told, and nothing is held.
    pub(crate) fn is_even(&self) -> bool {
        self.outstanding == 0 && !self.is_holding()
    }

    /// Keeps input for later, if any is left.
    pub(crate) fn hold(&mut self, rest: Queue, left: Left) {
        (self.held, self.left) = (rest, left);
    }

    /// True if something is held.
    pub(crate) fn is_holding(&self) -> bool {
        self.left != Left::Nothing
    }

    /// Gives out what is held.
    pub(crate) fn take_held(&mut self) -> Queue {
        self.left = Left::Nothing;
        std::mem::take(&mut self.held)
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
    fn reading_stops_at_the_credit_and_goes_on_below_it() {
        let mut intake = Intake::default();
        intake.charge(CREDIT - 1);
        assert_eq!(intake.next(), Next::Read);
        intake.charge(1);
        assert_eq!(intake.next(), Next::Nothing);
        assert!(intake.give_back(1));
        assert!(!intake.give_back(1), "said once");
        assert_eq!(intake.next(), Next::Read);
    }

    #[test]
    fn what_is_held_waits_until_little_is_outstanding() {
        let mut intake = Intake::default();
        intake.charge(AT_ONCE + 10);
        intake.hold(queue(b"rest"), Left::Records);
        assert_eq!(intake.next(), Next::Nothing);
        assert!(!intake.give_back(10));
        assert!(intake.give_back(1));
        assert_eq!(intake.next(), Next::Held);
        assert_eq!(intake.take_held().front(), b"rest");
        assert_eq!(intake.next(), Next::Read);
    }

    #[test]
    fn what_was_compressed_waits_as_what_is_read_does() {
        let mut intake = Intake::default();
        intake.charge(CREDIT);
        intake.hold(Queue::default(), Left::Plain);
        assert_eq!(intake.next(), Next::Nothing);
        assert!(intake.give_back(1));
        assert_eq!(intake.next(), Next::Held, "though no input is left");
    }

    #[test]
    fn while_the_program_is_asked_nothing_comes_in() {
        let mut intake = Intake::default();
        assert!(!intake.wait(false));
        assert!(!intake.wait(true));
        assert_eq!(intake.next(), Next::Nothing);
        assert!(!intake.waits_for_urgent());
        intake.hold(queue(b"rest"), Left::Records);
        assert!(intake.wait(false));
        assert_eq!(intake.next(), Next::Held);
    }

    #[test]
    fn urgent_data_is_let_through_within_bounds() {
        let mut intake = Intake::default();
        intake.charge(CREDIT);
        intake.hold(queue(b"rest"), Left::Records);
        assert!(intake.waits_for_urgent());
        intake.hurry(true);
        assert_eq!(intake.next(), Next::Held);
        intake.take_held();
        assert_eq!(intake.next(), Next::Read);
        intake.charge(CREDIT);
        assert_eq!(intake.next(), Next::Nothing);
        assert!(!intake.waits_for_urgent());
    }

    #[test]
    fn a_peer_that_does_not_read_its_answers_is_not_asked_for_more() {
        let mut intake = Intake::default();
        intake.answered(MOST_ANSWERS);
        assert_eq!(intake.next(), Next::Nothing);
        intake.all_sent();
        assert_eq!(intake.next(), Next::Read);
    }
}
