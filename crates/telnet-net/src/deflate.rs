//! Compressing what goes (MCCP): a stream of zlib's (RFC 1950), in pieces each of which the peer can read as soon as it has it.
//!
//! A compressor takes some 200 KiB, and most sessions are quiet most of the time. So one is kept only while it is busy: who was
//! quiet gives it back, and begins with what it said last as a dictionary when it has something to say again. The peer sees
//! one stream all the while: blocks (RFC 1951) refer back to what it has made plain, whoever made them, and the frame around
//! them, a header and a checksum, is our own.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use zlib_rs::adler32::adler32;
use zlib_rs::{Deflate, DeflateConfig, DeflateFlush};

use crate::queue::Queue;

/// After so long without output the compressor is given back. To get one again costs as much as some hundred bytes.
pub(crate) const RESTS_AFTER: Duration = Duration::from_secs(1);

/// Sessions that keep a compressor, at most: beyond them a piece is compressed by a borrowed one. That bounds the memory that
/// strangers can have us spend at 13 MiB, and not how many are served: it takes no more time (a thousand sessions that want a line each: 17 µs
/// of a core for it, 21 where 64 keep their own), only the text is some 10 % longer.
const MOST_KEPT: usize = 64;

/// Compressors that are kept for the next, at most.
const MOST_SPARE: usize = 4;

/// Bytes that are remembered for a compressor to begin with. The peer remembers 32 KiB; ten thousand sessions shall not.
const PAST: usize = 4 * 1024;

/// As everybody has it who does not say otherwise.
const LEVEL: i32 = 6;

/// What a compressor looks back to is 16 KiB (2 to this), and its blocks have up to 2^12 symbols: with the usual 32 KiB and 2^14 it would
/// take 310 KiB, more than `node:zlib`'s (207 to 225), for text that is 5 % shorter.
const WINDOW: i32 = 14;
const MEMORY: i32 = 6;

/// What all send whose window is 32 KiB, which the peer is to remember. Fewer would do, and might surprise some.
const HEADER: [u8; 2] = [0x78, 0x9c];

/// An empty block, the last one.
const LAST_BLOCK: [u8; 2] = [0x03, 0x00];

/// Where compression of what goes begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// What follows is compressed.
    Begin,
    /// What follows is plain.
    End,
}

/// What goes, plain or compressed.
#[derive(Debug, Default)]
pub struct Outflow {
    deflater: Option<Box<Deflater>>,
}

impl Outflow {
    /// Makes of a piece what goes over the wire, flushed, and carries out the switch that stands behind it.
    pub(crate) fn make(&mut self, plain: Queue, then: Option<Switch>) -> Queue {
        if self.deflater.is_none() && then != Some(Switch::End) {
            self.write(b"", then, &mut Vec::new());
            // With an urgent byte in it, if there is one.
            return plain;
        }
        let mut wire = Queue::default();
        // One that is urgent is none here.
        let mut plain = plain;
        while !plain.is_empty() {
            let piece = plain.front().len();
            self.write(plain.front(), None, wire.back());
            plain.consume(piece);
        }
        self.write(b"", then, wire.back());
        wire
    }

    fn write(&mut self, plain: &[u8], then: Option<Switch>, out: &mut Vec<u8>) {
        match &mut self.deflater {
            Some(deflater) => deflater.deflate(plain, out),
            None => out.extend_from_slice(plain),
        }
        match then {
            Some(Switch::Begin) => self.deflater = Some(Box::default()),
            Some(Switch::End) => self.deflater.take().into_iter().for_each(|mut deflater| deflater.finish(out)),
            None => {}
        }
    }

    /// Makes of `plain` what goes over the wire, where the switches stand in it.
    pub fn write_all(&mut self, plain: &mut Vec<u8>, switches: &[(usize, Switch)]) {
        if self.deflater.is_none() && switches.is_empty() {
            return;
        }
        let (mut out, mut from) = (Vec::new(), 0);
        for &(at, switch) in switches {
            self.write(&plain[from..at], Some(switch), &mut out);
            from = at;
        }
        self.write(&plain[from..], None, &mut out);
        *plain = out;
    }

    /// There is nothing to say for a while.
    pub fn rest(&mut self) {
        self.deflater.iter_mut().for_each(|deflater| deflater.rest());
    }

    /// True if a compressor is kept.
    pub fn is_busy(&self) -> bool {
        self.deflater.as_ref().is_some_and(|deflater| deflater.compressor.is_some())
    }

    /// Bytes of the stream so far, compressed and plain.
    pub fn counts(&self) -> Option<(u64, u64)> {
        self.deflater.as_ref().map(|deflater| deflater.counts)
    }
}

/// A stream.
#[derive(Debug)]
struct Deflater {
    compressor: Option<Kept>,
    /// The end of what was said.
    past: Vec<u8>,
    checksum: u32,
    counts: (u64, u64),
}

impl Default for Deflater {
    fn default() -> Deflater {
        Deflater { compressor: None, past: Vec::new(), checksum: 1, counts: (0, 0) }
    }
}

impl Deflater {
    fn deflate(&mut self, plain: &[u8], out: &mut Vec<u8>) {
        if plain.is_empty() {
            return;
        }
        let before = out.len();
        self.begin(out);
        let past = &self.past;
        let compressor = self.compressor.get_or_insert_with(|| Kept::new(past));
        compressor.deflate(plain, out);
        self.checksum = adler32(self.checksum, plain);
        self.counts = (self.counts.0 + (out.len() - before) as u64, self.counts.1 + plain.len() as u64);
        self.remember(plain);
        if KEPT.load(Ordering::Relaxed) > MOST_KEPT {
            self.rest();
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.begin(out);
        out.extend_from_slice(&LAST_BLOCK);
        out.extend_from_slice(&self.checksum.to_be_bytes());
    }

    fn begin(&mut self, out: &mut Vec<u8>) {
        if self.counts.0 == 0 {
            out.extend_from_slice(&HEADER);
        }
    }

    fn rest(&mut self) {
        self.compressor = None;
    }

    fn remember(&mut self, plain: &[u8]) {
        let plain = &plain[plain.len().saturating_sub(PAST)..];
        let too_many = (self.past.len() + plain.len()).saturating_sub(PAST);
        self.past.drain(..too_many);
        self.past.reserve_exact(plain.len());
        self.past.extend_from_slice(plain);
    }
}

/// A compressor that is somebody's, until dropped.
struct Kept(Option<Deflate>);

impl Kept {
    /// One that knows what was said before.
    fn new(past: &[u8]) -> Kept {
        let mut compressor = match lock(&SPARE).pop() {
            Some(mut spare) => {
                spare.reset();
                spare
            }
            // A window below zero: without a frame.
            None => Deflate::new_with_config(DeflateConfig {
                level: LEVEL,
                window_bits: -WINDOW,
                mem_level: MEMORY,
                ..DeflateConfig::default()
            }),
        };
        // Without a frame, and flushed, it takes any.
        let _ = compressor.set_dictionary(past);
        KEPT.fetch_add(1, Ordering::Relaxed);
        Kept(Some(compressor))
    }

    fn deflate(&mut self, plain: &[u8], out: &mut Vec<u8>) {
        let Some(compressor) = &mut self.0 else { return };
        let mut rest = plain;
        ROOM.with_borrow_mut(|room| {
            loop {
                let before = (compressor.total_in(), compressor.total_out());
                // It fails only where its own state is none.
                let _ = compressor.compress(rest, room, DeflateFlush::SyncFlush);
                rest = &rest[(compressor.total_in() - before.0) as usize..];
                let count = (compressor.total_out() - before.1) as usize;
                out.extend_from_slice(&room[..count]);
                // Where it had room left it has flushed all.
                if count < room.len() {
                    break;
                }
            }
        });
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        KEPT.fetch_sub(1, Ordering::Relaxed);
        let mut spare = lock(&SPARE);
        if spare.len() < MOST_SPARE {
            spare.extend(self.0.take());
        }
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Kept").finish_non_exhaustive()
    }
}

/// How many compressors are somebody's.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// Those that are nobody's.
static SPARE: Mutex<Vec<Deflate>> = Mutex::new(Vec::new());

thread_local! {
    static ROOM: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 * 1024]);
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use zlib_rs::{Inflate, InflateFlush, Status};

    use super::*;

    /// An ordinary reader of a stream.
    struct Reader(Inflate);

    impl Reader {
        fn new() -> Reader {
            Reader(Inflate::new(true, 15))
        }

        /// All that can be read of what has come, and whether the stream has ended, its checksum right.
        fn read(&mut self, wire: &[u8]) -> (Vec<u8>, bool) {
            let before = self.0.total_out() as usize;
            let mut plain = vec![0; 16 * 1024];
            let status = self.0.decompress(wire, &mut plain, InflateFlush::SyncFlush).unwrap();
            plain.truncate(self.0.total_out() as usize - before);
            (plain, status == Status::StreamEnd)
        }
    }

    fn begun() -> Outflow {
        let mut outflow = Outflow::default();
        outflow.write(b"", Some(Switch::Begin), &mut Vec::new());
        outflow
    }

    fn made(outflow: &mut Outflow, plain: &[u8], then: Option<Switch>) -> Vec<u8> {
        let mut out = Vec::new();
        outflow.write(plain, then, &mut out);
        out
    }

    #[test]
    fn each_piece_can_be_read_at_once_and_the_stream_has_an_end() {
        let (mut outflow, mut reader) = (begun(), Reader::new());
        for piece in [&b"You see a door.\r\n"[..], b"You see a door.\r\n", b"", b"> "] {
            assert_eq!(reader.read(&made(&mut outflow, piece, None)), (piece.to_vec(), false));
        }
        assert_eq!(reader.read(&made(&mut outflow, b"Bye.", Some(Switch::End))), (b"Bye.".to_vec(), true));
        assert_eq!(made(&mut outflow, b"plain", None), b"plain");
    }

    #[test]
    fn a_stream_without_a_byte_is_one() {
        assert_eq!(made(&mut begun(), b"", Some(Switch::End)), b"\x78\x9c\x03\0\0\0\0\x01");
    }

    #[test]
    fn who_rested_refers_to_what_was_said_before() {
        let mut outflow = begun();
        let line: Vec<u8> = (0..600).map(|at| (at * at % 251) as u8).collect();
        let first = made(&mut outflow, &line, None).len();
        outflow.rest();
        assert!(!outflow.is_busy());
        let again = made(&mut outflow, &line, None).len();
        assert!(outflow.is_busy());
        assert!(again * 10 < first, "{again} bytes after {first}");
    }

    #[test]
    fn what_goes_is_switched_at_the_places_that_are_told() {
        let mut outflow = Outflow::default();
        let mut out = b"plain MARKsecond plain".to_vec();
        outflow.write_all(&mut out, &[(10, Switch::Begin), (16, Switch::End)]);
        let stream = out.strip_prefix(b"plain MARK").unwrap().strip_suffix(b" plain").unwrap();
        assert_eq!(Reader::new().read(stream), (b"second".to_vec(), true));
    }

    proptest! {
        #[test]
        fn however_it_is_cut_and_rests_it_is_one_stream(
            pieces in proptest::collection::vec(
                (proptest::collection::vec(any::<u8>(), 0..300), 1_usize..20, any::<bool>()),
                0..12,
            ),
        ) {
            let (mut outflow, mut reader) = (begun(), Reader::new());
            for (words, times, rests) in pieces {
                let plain = words.repeat(times);
                prop_assert_eq!(reader.read(&made(&mut outflow, &plain, None)).0, plain);
                if rests {
                    outflow.rest();
                }
            }
            prop_assert_eq!(reader.read(&made(&mut outflow, b"", Some(Switch::End))), (vec![], true));
        }
    }
}
