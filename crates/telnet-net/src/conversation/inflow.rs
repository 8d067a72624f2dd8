//! What comes, made plain where the peer compresses it (MCCP).
//!
//! The mark of a stream is a command in what came, so that the stream begins in the middle of a read; and it may end in one. In
//! between, what came is made plain piece by piece, and each is looked at before the next is made: how much that can be is
//! bounded, whatever the peer sends.

use std::cell::RefCell;

use super::{Conversation, Going};
use crate::batch::{Batch, Kind};
use crate::inflate::{Broken, Compressed, PIECE};

/// Why something of the input is left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing is.
    #[default]
    Nothing,
    /// Its records cost enough, or the program is to say first what becomes of it.
    Records,
    /// So much was made plain already. It may be that there is more although the input is used up.
    Plain,
}

/// What is made plain of one read, at most: as much as a read that was plain brings.
const AT_ONCE: usize = 64 * 1024;

impl Conversation {
    /// Takes in what came, off the front of `input`, until it is used up, or its records cost more than `most`, data not
    /// counted: a peer can make dozens of bytes of records from one of its own. What is left in `input` is to be given
    /// again.
    pub(crate) fn receive_some(&mut self, input: &mut &[u8], most: u32, out: &mut Vec<u8>, batch: &mut Batch) -> Left {
        let (before, heard) = (out.len(), batch.cost().data);
        let was_agreed = self.is_to_deflate;
        let left = self.take_all(input, most, out, batch);
        self.begin_outflow(was_agreed && batch.cost().data > heard, out);
        self.trace(Going::Out, &out[before..], batch);
        self.endpoint.shrink();
        left
    }

    /// True while the peer compresses what it sends.
    pub(crate) fn is_inflating(&self) -> bool {
        self.inflater.is_some()
    }

    /// What has come compressed so far, while the peer compresses.
    pub fn inflated(&self) -> Option<Compressed> {
        self.inflater.as_ref().map(|inflater| inflater.facts())
    }

    /// How many plain bytes were made of compressed ones, in all streams of the peer.
    pub(crate) fn unpacked(&self) -> u64 {
        self.unpacked
    }

    /// What is wrong with what the peer compressed, if anything: nothing that comes can be read any more.
    pub fn broken(&self) -> Option<Broken> {
        self.broken
    }

    fn take_all(&mut self, input: &mut &[u8], most: u32, out: &mut Vec<u8>, batch: &mut Batch) -> Left {
        let mut made = 0;
        if self.broken.is_some() {
            *input = &[];
        }
        loop {
            if self.inflater.is_none() {
                self.take_plain(input, most, out, batch);
                if self.inflater.is_none() {
                    return if input.is_empty() { Left::Nothing } else { Left::Records };
                }
            }
            if self.is_late(input) {
                let (mut byte, rest) = input.split_at(1);
                self.take_plain(&mut byte, most, out, batch);
                if !byte.is_empty() {
                    return Left::Records;
                }
                *input = rest;
                if batch.cost().records > most && !rest.is_empty() {
                    return Left::Records;
                }
                continue;
            }
            let taken = PLAIN.with_borrow_mut(|plain| self.take_piece(input, plain, most, out, batch));
            match taken {
                Ok(count) => made += count,
                Err(broken) => {
                    (self.inflater, self.broken) = (None, Some(broken));
                    *input = &[];
                    return Left::Nothing;
                }
            }
            let Some(inflater) = &self.inflater else { continue };
            if inflater.is_holding() {
                return Left::Records;
            }
            if !inflater.has_more() && input.is_empty() {
                return Left::Nothing;
            }
            if made >= AT_ONCE {
                return Left::Plain;
            }
        }
    }

    /// True if what comes is plain yet, behind the mark: a command. There are peers that mark the stream first and then send what they
    /// had to say (the client of telnetlib3 5.0.1).
    fn is_late(&self, input: &[u8]) -> bool {
        let (Some(inflater), Some(&first)) = (&self.inflater, input.first()) else { return false };
        !inflater.begins_with(first) || !inflater.has_begun() && self.endpoint.is_mid_command()
    }

    /// Makes the next piece plain and takes it in; returns its length. One that was held goes first.
    fn take_piece(
        &mut self,
        input: &mut &[u8],
        room: &mut [u8],
        most: u32,
        out: &mut Vec<u8>,
        batch: &mut Batch,
    ) -> Result<usize, Broken> {
        let Some(inflater) = &mut self.inflater else { return Ok(0) };
        let held = inflater.take_held();
        let piece = match &*held {
            [] => {
                let count = inflater.inflate(input, room)?;
                self.unpacked += count as u64;
                &room[..count]
            }
            held => held,
        };
        let mut rest = piece;
        self.take_plain(&mut rest, most, out, batch);
        if let Some(inflater) = &mut self.inflater {
            inflater.hold(rest);
            if inflater.is_spent() {
                self.inflater = None;
            }
        }
        Ok(piece.len())
    }

    /// Takes in plain bytes, and tells them as they stand on the wire, or would without compression.
    fn take_plain(&mut self, input: &mut &[u8], most: u32, out: &mut Vec<u8>, batch: &mut Batch) {
        if !self.traced || input.is_empty() {
            return self.take_events(input, most, out, batch);
        }
        let before = *input;
        // How far it is plain is known afterwards.
        let place = batch.place(self.id, Kind::Trace, Going::In as u32);
        self.take_events(input, most, out, batch);
        batch.fill(place, &before[..before.len() - input.len()]);
    }
}

thread_local! {
    static PLAIN: RefCell<Vec<u8>> = RefCell::new(vec![0; PIECE]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use telnet_proto::{Opt, Role};
    use zlib_rs::{Deflate, DeflateConfig, DeflateFlush};

    use super::super::tests::Talk;
    use super::*;

    /// A form by the bits of its window, as zlib has them.
    const ZLIB: i32 = 15;
    const GZIP: i32 = 15 + 16;
    const RAW: i32 = -15;

    fn deflated(plain: &[u8], window_bits: i32) -> Vec<u8> {
        let mut stream = Deflate::new_with_config(DeflateConfig { window_bits, ..DeflateConfig::default() });
        let mut out = vec![0; plain.len() / 2 + 4_096];
        stream.compress(plain, &mut out, DeflateFlush::Finish).unwrap();
        out.truncate(stream.total_out() as usize);
        out
    }

    /// Offers of compression, as a server makes them.
    const OFFERS: &[u8] = b"\xff\xfb\x56\xff\xfb\x55";
    const MARK: &[u8] = b"\xff\xfa\x56\xff\xf0";

    /// What a server says that compresses between two words, and what it comes to.
    fn stream(plain: &[u8], window_bits: i32) -> (Vec<u8>, Vec<u8>) {
        let wire = [OFFERS, b"before ", MARK, &*deflated(plain, window_bits), b" behind\xff\xf1"].concat();
        let expected = [OFFERS, b"before ", MARK, plain, b" behind\xff\xf1"].concat();
        (wire, expected)
    }

    /// A client in bytes mode that is told all that comes.
    fn client() -> Talk {
        let mut talk = Talk::new(Role::Client, None);
        talk.conversation.traced = true;
        talk
    }

    /// What came by the trace, and the data.
    fn heard(talk: &mut Talk) -> (Vec<u8>, Vec<u8>) {
        let (mut traced, mut data) = (Vec::new(), Vec::new());
        for (kind, argument, bytes) in talk.told() {
            match kind {
                kind if kind == Kind::Trace as u8 && argument == Going::In as u32 => traced.extend(bytes),
                kind if kind == Kind::Bytes as u8 => data.extend(bytes),
                _ => {}
            }
        }
        (traced, data)
    }

    #[test]
    fn a_stream_in_each_form_begins_and_ends_at_its_byte_wherever_the_reads_are_cut() {
        // Its mark again in it, and a doubled 255.
        let plain = [b"Welcome \xff\xff\r\n", MARK, b"and again"].concat();
        for form in [ZLIB, GZIP, RAW] {
            let (wire, expected) = stream(&plain, form);
            for cut in 0..=wire.len() {
                let mut talk = client();
                talk.receive(&wire[..cut]);
                talk.receive(&wire[cut..]);
                assert_eq!(talk.sent(), b"\xff\xfd\x56\xff\xfe\x55");
                let (traced, data) = heard(&mut talk);
                assert_eq!(traced, expected, "{form} cut at {cut}");
                assert_eq!(data, b"before Welcome \xff\r\nand again behind", "{form} cut at {cut}");
                assert!(!talk.conversation.is_inflating());
            }
        }
    }

    #[test]
    fn commands_may_stand_between_the_mark_and_the_stream() {
        let late = b"\xff\xfd\x1f\xff\xfa\x57x\xff\xf0\xff\xfb\x01";
        let wire = [OFFERS, MARK, late, &*deflated(b"then text", ZLIB), b" plain"].concat();
        for cut in 0..=wire.len() {
            let mut talk = client();
            talk.receive(&wire[..cut]);
            talk.receive(&wire[cut..]);
            let (traced, data) = heard(&mut talk);
            assert_eq!(traced, [OFFERS, MARK, late, b"then text plain"].concat(), "cut at {cut}");
            assert_eq!(data, b"then text plain", "cut at {cut}");
        }
    }

    #[test]
    fn a_stream_may_follow_another() {
        let (first, second) = (stream(b"one", ZLIB), stream(b"two", RAW));
        let mut talk = client();
        talk.receive(&[first.0, second.0].concat());
        assert_eq!(heard(&mut talk).0, [first.1, second.1].concat());
        assert_eq!(talk.conversation.unpacked(), 6);
    }

    #[test]
    fn little_that_becomes_much_comes_in_bounded_pieces() {
        let plain = vec![0; 10 << 20];
        let (wire, _) = stream(&plain, ZLIB);
        assert!(wire.len() < AT_ONCE, "one read");
        let mut talk = client();
        talk.conversation.traced = false;
        let mut rest = &wire[..];
        let mut total = 0;
        loop {
            let mut left = Left::Nothing;
            talk.run(|it, out, batch| left = it.receive_some(&mut rest, u32::MAX, out, batch));
            let length = heard(&mut talk).1.len();
            assert!(length <= AT_ONCE + PIECE, "{length} bytes at once");
            total += length;
            if left == Left::Nothing {
                break;
            }
        }
        assert_eq!(total, "before ".len() + plain.len() + " behind".len());
    }

    #[test]
    fn what_is_broken_is_told_with_its_place_and_nothing_of_it_is_taken_for_text() {
        // A block of five bytes as they are, and one of a type that there is none of.
        let blocks = b"\x78\x01\0\x05\0\xfa\xffhello\x07";
        let mut talk = client();
        talk.receive(&[OFFERS, b"before ", MARK, blocks, b"text"].concat());
        let expected = Broken { option: Opt::MCCP2, after: 13, reason: "invalid block type" };
        assert_eq!(talk.conversation.broken(), Some(expected));
        assert_eq!(heard(&mut talk).1, b"before hello");
        for (start, reason) in
            [(&b"\x78\x9d"[..], "incorrect header check"), (b"\x78\xbb\0\0\0\0", "it needs a dictionary")]
        {
            let mut talk = client();
            talk.receive(&[OFFERS, MARK, start, b"text"].concat());
            let broken = talk.conversation.broken().expect("it is");
            assert_eq!((broken.reason, broken.option), (reason, Opt::MCCP2));
            assert_eq!(heard(&mut talk).1, b"");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_behind_the_mark_is_plain_or_broken_however_it_is_cut(
            mut wire in prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..200),
                proptest::collection::vec(60_u8..64, 0..2_000).prop_map(|plain| deflated(&plain, ZLIB)),
                proptest::collection::vec(60_u8..64, 0..2_000).prop_map(|plain| deflated(&plain, RAW)),
            ],
            flaws in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
            cut in any::<prop::sample::Index>(),
        ) {
            for (at, flaw) in flaws {
                if !wire.is_empty() {
                    let at = at.index(wire.len());
                    wire[at] ^= flaw;
                }
            }
            let cut = cut.index(wire.len() + 1);
            let tell = |reads: &[&[u8]]| {
                let mut talk = client();
                talk.receive(&[OFFERS, MARK].concat());
                for read in reads {
                    talk.receive(read);
                    while talk.conversation.has_more() {
                        talk.receive(b"");
                    }
                }
                (heard(&mut talk), talk.conversation.broken().is_some(), talk.sent())
            };
            prop_assert_eq!(tell(&[&wire]), tell(&[&wire[..cut], &wire[cut..]]));
        }

        #[test]
        fn neither_cuts_nor_bounds_change_what_comes(
            late in 0_usize..200,
            words in proptest::collection::vec(prop_oneof![4 => 60_u8..64, 1 => Just(0xff), 1 => any::<u8>()], 0..400),
            times in 1_usize..20,
            form in prop_oneof![Just(ZLIB), Just(GZIP), Just(RAW)],
            most in 0_u32..500,
            cuts in proptest::collection::vec(1_usize..2_000, 0..8),
        ) {
            let plain = words.repeat(times);
            let late = b"\xff\xfd\x1f".repeat(late);
            let wire = [OFFERS, MARK, &late, &*deflated(&plain, form), b" behind"].concat();
            let mut whole = client();
            whole.receive(&wire);
            while whole.conversation.has_more() {
                whole.receive(b"");
            }
            let mut cut = client();
            let mut reads = &wire[..];
            for length in cuts.into_iter().chain([wire.len()]) {
                let (read, after) = reads.split_at(length.min(reads.len()));
                let mut rest = read;
                let mut left = Left::Records;
                while left != Left::Nothing {
                    cut.run(|it, out, batch| left = it.receive_some(&mut rest, most, out, batch));
                }
                reads = after;
            }
            prop_assert_eq!(cut.sent(), whole.sent());
            prop_assert_eq!(heard(&mut cut), heard(&mut whole));
        }
    }
}
