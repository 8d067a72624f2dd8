//! What goes to JavaScript: records, gathered in a mailbox, one wake-up for many.
//!
//! Connection tasks append records to the one pending batch of their mailbox, under a lock; only the first one wakes the
//! reader, who then polls until nothing is left. A record is three words in [`Batch::heads`] (connection, kind and
//! argument, length) and its bytes in [`Batch::data`], one after another, so that a poll is two copies and makes no
//! object. Everything here can be tested without Node.

use std::sync::{Mutex, MutexGuard};

use telnet_charset::{Form, Units};

/// Words of a record's head: connection, kind | argument << 8, length of its bytes.
pub const HEAD_WORDS: usize = 3;

/// What a record costs against the credit of its connection beside its bytes, unless it is data: that costs its bytes, and text
/// its units.
pub const RECORD_COST: u32 = 12;

/// The kinds of record. The numbers are the boundary's, known to the TypeScript side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A connection stands. Argument: 1 if a listener accepted it. Data: listener, remote address and port, local
    /// address and port, separated by tabs.
    Open = 1,
    /// Data in bytes mode.
    Bytes = 2,
    /// Text of which each byte is a character, U+0000 to U+00FF.
    Latin1 = 3,
    /// Text in UTF-16, the lower byte of a unit first. Lone surrogates may be in it.
    Utf16 = 4,
    /// The peer will send no more.
    End = 5,
    /// The connection is gone; its last record. Argument: 1 if by an error. Data: bytes read and written (two u64,
    /// little-endian), then the error as JSON.
    Close = 6,
    /// What was queued for the peer has left, down to the low mark.
    Drain = 7,
    /// A side of an option. Argument: option | side << 8 | enabled << 9 | changed << 10.
    Option = 8,
    /// A command. Argument: its byte | urgent << 8: a DM that came as urgent data, before which all data is discarded.
    Command = 9,
    /// A subnegotiation. Argument: its option.
    Subnegotiation = 10,
    /// The peer's window. Data: columns, rows (two u16, little-endian).
    WindowSize = 11,
    /// A terminal type. Argument: ordinal | mud << 8.
    TerminalType = 12,
    /// The terminal types repeat.
    TerminalTypesComplete = 13,
    /// Variables as JSON. Argument: 1 if unasked.
    Environment = 14,
    /// The peer asked for a value. Argument: the option.
    Requested = 15,
    /// Our timing mark came back.
    TimingMark = 16,
    /// All questions are answered. Argument: 1 if by plain text.
    Settled = 17,
    /// A breach, as JSON. Argument: how many of the same kind it stands for.
    Violation = 18,
    /// Nothing came or went for as long as was asked.
    Idle = 19,
    /// Bytes that the carrier of the stream should send.
    Output = 20,
    /// Text that could not be converted under the strict rule, as JSON. Argument: 0 incoming, 1 outgoing.
    TextError = 21,
    /// A listener turned a peer away, as JSON. The connection word is the listener. Argument: how many peers it stands for.
    Drop = 22,
    /// A listener could not accept, as JSON. The connection word is the listener.
    ListenerError = 23,
    /// What an option told, as JSON. Argument: the option.
    Value = 24,
    /// Bytes as they go over the wire, where that is wanted. Argument: 0 they came, 1 they go.
    Trace = 25,
    /// The character just before in the data has a function, and somebody wants to know. Argument: the function.
    Special = 26,
    /// A character set was agreed with the peer: its name in the peer's spelling; no name: the peer took none of ours.
    /// Argument: 1 if the program asked.
    Charset = 27,
    /// From here on the text is in this set, or for this reason, by a word of the peer's: its name in the peer's spelling.
    /// Argument: the [word](crate::Word) | 8 if it is another set than before | 16 if BINARY does not matter | how many times
    /// the program has assigned a set << 8 (modulo 256).
    Encoding = 28,
    /// A raw passage was left. Argument: 0, what is to be text again is to be given back, and nothing comes before that; 1, it has
    /// come.
    Left = 29,
    /// The peer spoke of a side that is observed. Argument: option | verb << 8, as its byte on the wire.
    Heard = 30,
}

impl Kind {
    fn is_data(self) -> bool {
        matches!(self, Kind::Bytes | Kind::Latin1 | Kind::Utf16)
    }
}

/// Records one after another.
#[derive(Debug, Default)]
pub struct Batch {
    heads: Vec<u32>,
    data: Vec<u8>,
    /// Of the post at hand.
    cost: Cost,
}

/// The place of a record whose bytes are not known yet.
#[derive(Debug)]
pub(crate) struct Place {
    head: usize,
    data: usize,
}

/// What the records of one [post](Mailbox::post) cost their connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Bytes of data, units of text.
    pub data: u32,
    /// All other records.
    pub records: u32,
}

impl Batch {
    /// Appends a record.
    pub fn push(&mut self, connection: u32, kind: Kind, argument: u32, data: &[u8]) {
        self.push_with(connection, kind, argument, |out| out.extend_from_slice(data));
    }

    /// Appends a record whose bytes `write` appends.
    pub fn push_with(&mut self, connection: u32, kind: Kind, argument: u32, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.data.len();
        write(&mut self.data);
        let length = (self.data.len() - start) as u32;
        self.heads.extend_from_slice(&[connection, word(kind, argument), length]);
        self.cost.records += length + RECORD_COST;
    }

    /// Appends data that `write` appends and whose kind it tells. Data of the same kind and connection that stands last is made
    /// longer instead, so that a stream full of doubled IACs is one record. No bytes are no record.
    pub fn push_data(&mut self, connection: u32, write: impl FnOnce(&mut Vec<u8>) -> Kind) {
        let start = self.data.len();
        let kind = write(&mut self.data);
        self.end_data(connection, kind, start);
    }

    /// Appends text that `decode` pushes.
    pub fn push_text(&mut self, connection: u32, decode: impl FnOnce(&mut Units<'_>)) {
        let start = self.data.len();
        let mut units = Units::new(&mut self.data);
        decode(&mut units);
        let kind = match units.form() {
            Form::Latin1 => Kind::Latin1,
            Form::Utf16 => Kind::Utf16,
        };
        self.end_data(connection, kind, start);
    }

    fn end_data(&mut self, connection: u32, kind: Kind, start: usize) {
        let length = (self.data.len() - start) as u32;
        if length > 0 && !self.extend_last(connection, kind, length) {
            self.heads.extend_from_slice(&[connection, word(kind, 0), length]);
        }
        self.cost.data += data_cost(kind, length);
    }

    /// Appends a record whose bytes are known only when others have followed: to be [filled](Batch::fill).
    pub(crate) fn place(&mut self, connection: u32, kind: Kind, argument: u32) -> Place {
        let place = Place { head: self.heads.len(), data: self.data.len() };
        self.push(connection, kind, argument, b"");
        place
    }

    /// Puts bytes to their place.
    pub(crate) fn fill(&mut self, place: Place, data: &[u8]) {
        self.data.splice(place.data..place.data, data.iter().copied());
        self.heads[place.head + 2] = data.len() as u32;
        self.cost.records += data.len() as u32;
    }

    /// Where the last record is one of `kind` of `connection`, has it count one more in its argument. Else false: the
    /// caller, who knows that it would say the same again, pushes another.
    pub fn count_again(&mut self, connection: u32, kind: Kind) -> bool {
        let Some([last, tag, _]) = self.heads.last_chunk_mut::<HEAD_WORDS>() else { return false };
        if *last != connection || *tag & 0xff != kind as u32 || *tag >> 8 == MOST_COUNTED {
            return false;
        }
        *tag += 1 << 8;
        true
    }

    /// Appends all records of another batch.
    pub fn append(&mut self, more: &Batch) {
        self.heads.extend_from_slice(&more.heads);
        self.data.extend_from_slice(&more.data);
        self.cost.data += more.cost.data;
        self.cost.records += more.cost.records;
    }

    /// What was pushed in the post at hand costs so much.
    pub fn cost(&self) -> Cost {
        self.cost
    }

    /// How many records wait, data that runs together counted once.
    pub fn len(&self) -> usize {
        self.heads.len() / HEAD_WORDS
    }

    /// True if nothing was appended.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Drops the bytes of a record whose writer panicked: others' records must not be read from them.
    fn repair(&mut self) {
        let lengths = self.heads.chunks_exact(HEAD_WORDS).map(|head| head[2] as usize);
        self.data.truncate(lengths.sum());
    }

    /// Forgets all records, and gives back what memory a burst needed beyond the usual.
    fn clear(&mut self) {
        self.heads.clear();
        self.data.clear();
        self.heads.shrink_to(KEPT / 16);
        self.data.shrink_to(KEPT);
    }

    fn extend_last(&mut self, connection: u32, kind: Kind, length: u32) -> bool {
        let Some([last, tag, known]) = self.heads.last_chunk_mut::<HEAD_WORDS>() else { return false };
        let extends = *last == connection && *tag == word(kind, 0);
        if extends {
            *known += length;
        }
        extends
    }
}

impl Cost {
    /// All of it.
    pub fn total(self) -> u32 {
        self.data.saturating_add(self.records)
    }
}

/// An argument has 24 bits.
const MOST_COUNTED: u32 = (1 << 24) - 1;

fn word(kind: Kind, argument: u32) -> u32 {
    kind as u32 | argument << 8
}

/// How soon a reader should be woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// There is enough to be busy with while more comes.
    Now,
    /// More is worth waiting for, if it is on its way.
    Soon,
}

/// Bytes from which on a reader is busy for longer than it takes to wake it.
const MUCH: usize = 16 * 1024;

/// Where the records for one reader gather.
pub struct Mailbox {
    pending: Mutex<Pending>,
    wake: Box<dyn Fn(Urgency) + Send + Sync>,
}

#[derive(Default)]
struct Pending {
    batch: Batch,
    /// The reader was woken and has not yet taken the batch.
    awake: bool,
}

impl Mailbox {
    /// An empty one. `wake` is called, from any thread, when there is something to read.
    pub fn new(wake: impl Fn(Urgency) + Send + Sync + 'static) -> Mailbox {
        Mailbox { pending: Mutex::default(), wake: Box::new(wake) }
    }

    /// Appends records, and wakes the reader if that is due.
    pub fn post<T>(&self, write: impl FnOnce(&mut Batch) -> T) -> T {
        let mut pending = self.lock();
        pending.batch.cost = Cost::default();
        let result = write(&mut pending.batch);
        let wakes = !pending.batch.is_empty() && !std::mem::replace(&mut pending.awake, true);
        let urgency = if pending.batch.data.len() >= MUCH { Urgency::Now } else { Urgency::Soon };
        drop(pending);
        if wakes {
            (self.wake)(urgency);
        }
        result
    }

    /// How many records wait; `None` where they are enough to be busy with while more comes.
    pub fn waiting(&self) -> Option<usize> {
        let pending = self.lock();
        (pending.batch.data.len() < MUCH).then(|| pending.batch.len())
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(|poisoned| {
            self.pending.clear_poison();
            let mut pending = poisoned.into_inner();
            pending.batch.repair();
            pending
        })
    }
}

impl std::fmt::Debug for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailbox").finish_non_exhaustive()
    }
}

/// The reader's end of a mailbox: a batch of its own, so that the lock is held for a swap only.
#[derive(Debug, Default)]
pub struct Reader {
    batch: Batch,
    /// Heads and bytes of the batch that were handed out.
    head_at: usize,
    data_at: usize,
}

/// What a poll found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polled {
    /// So many records were copied; 0 says that none are left and that the next one will wake the reader.
    Records(usize),
    /// The next record has so many bytes and can't be split: lend more memory.
    TooSmall(usize),
}

/// Memory kept for the next batch; what a burst needed beyond it is given back.
const KEPT: usize = 1 << 20;

/// Bytes of text that are handed out as one: V8 has a space of its own for strings above 128 KiB, where each costs a call of the
/// system and the memory's first touch.
const TEXT_PIECE: usize = 64 * 1024;

impl Reader {
    /// Copies records to `heads` (three words each) and `data`. A record of data is split where `data` ends, and text into pieces.
    pub fn poll(&mut self, mailbox: &Mailbox, heads: &mut [u32], data: &mut [u8]) -> Polled {
        if self.is_exhausted() && !self.refill(mailbox) {
            return Polled::Records(0);
        }
        let (mut records, mut filled) = (0, 0);
        for head in heads.chunks_exact_mut(HEAD_WORDS) {
            let Some(&[connection, tag, length]) = self.batch.heads.get(self.head_at..self.head_at + HEAD_WORDS) else {
                break;
            };
            let length = length as usize;
            let room = data.len() - filled;
            let take = self.piece(tag, length, room);
            if take == 0 && length > 0 {
                return if records == 0 { Polled::TooSmall(length) } else { Polled::Records(records) };
            }
            data[filled..filled + take].copy_from_slice(&self.batch.data[self.data_at..self.data_at + take]);
            head.copy_from_slice(&[connection, tag, take as u32]);
            filled += take;
            self.data_at += take;
            records += 1;
            if take < length {
                self.batch.heads[self.head_at + 2] = (length - take) as u32;
            } else {
                self.head_at += HEAD_WORDS;
            }
        }
        Polled::Records(records)
    }

    /// How many bytes of the record at hand are handed out at once. Data can be split, between characters; 0: there is no room.
    fn piece(&self, tag: u32, length: usize, room: usize) -> usize {
        const BYTES: u32 = Kind::Bytes as u32;
        const LATIN1: u32 = Kind::Latin1 as u32;
        const UTF16: u32 = Kind::Utf16 as u32;
        match tag & 0xff {
            BYTES => length.min(room),
            LATIN1 => length.min(room).min(TEXT_PIECE),
            UTF16 => {
                let most = room.min(TEXT_PIECE) & !1;
                let text = &self.batch.data[self.data_at..];
                // A pair of surrogates is one character.
                let is_low = |at: usize| matches!(text[at..], [_, 0xdc..=0xdf, ..]);
                match most {
                    _ if length <= most => length,
                    2.. if is_low(most) => most - 2,
                    most => most,
                }
            }
            _ if length <= room => length,
            _ => 0,
        }
    }

    /// True if all that was taken out of the mailbox has been handed out.
    pub fn is_exhausted(&self) -> bool {
        self.head_at == self.batch.heads.len()
    }

    fn refill(&mut self, mailbox: &Mailbox) -> bool {
        self.batch.clear();
        (self.head_at, self.data_at) = (0, 0);
        let mut pending = mailbox.lock();
        std::mem::swap(&mut self.batch, &mut pending.batch);
        pending.awake = false;
        drop(pending);
        if self.batch.is_empty() {
            // Of the two, this one may still have the size of the last burst.
            self.batch.clear();
        }
        !self.batch.is_empty()
    }
}

/// What data costs: a unit of UTF-16 as much as a byte, so that as much of a stream is on its way in any set.
fn data_cost(kind: Kind, length: u32) -> u32 {
    if kind == Kind::Utf16 { length / 2 } else { length }
}

/// What a record costs its connection: to be given back when the application is done with it.
pub fn cost(kind: Kind, length: u32) -> u32 {
    if kind.is_data() { data_cost(kind, length) } else { length + RECORD_COST }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use telnet_charset::Sink;

    use super::*;

    fn mailbox() -> (Mailbox, Arc<AtomicUsize>) {
        let wakes = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&wakes);
        let wake = move |_| {
            count.fetch_add(1, Ordering::Relaxed);
        };
        (Mailbox::new(wake), wakes)
    }

    fn poll(reader: &mut Reader, mailbox: &Mailbox, room: usize) -> (Polled, Vec<(u32, u32, Vec<u8>)>) {
        let (mut heads, mut data) = (vec![0; 30], vec![0; room]);
        let polled = reader.poll(mailbox, &mut heads, &mut data);
        let Polled::Records(count) = polled else { return (polled, Vec::new()) };
        let mut at = 0;
        let records = heads.chunks_exact(3).take(count).map(|head| {
            let bytes = data[at..at + head[2] as usize].to_vec();
            at += head[2] as usize;
            (head[0], head[1], bytes)
        });
        (polled, records.collect())
    }

    #[test]
    fn many_records_wake_the_reader_once_until_it_takes_them() {
        let (mailbox, wakes) = mailbox();
        let mut reader = Reader::default();
        for connection in 0..5 {
            mailbox.post(|batch| batch.push(connection, Kind::End, 0, b""));
        }
        assert_eq!(wakes.load(Ordering::Relaxed), 1);
        assert_eq!(poll(&mut reader, &mailbox, 8).1.len(), 5);
        assert!(reader.is_exhausted());
        for connection in 5..7 {
            mailbox.post(|batch| batch.push(connection, Kind::End, 0, b""));
        }
        assert_eq!(wakes.load(Ordering::Relaxed), 2, "what comes after is in the next batch");
        assert_eq!(poll(&mut reader, &mailbox, 8).1.len(), 2);
        assert_eq!(poll(&mut reader, &mailbox, 8).0, Polled::Records(0));
    }

    #[test]
    fn records_that_wait_are_counted_until_they_are_enough() {
        let (mailbox, _) = mailbox();
        assert_eq!(mailbox.waiting(), Some(0));
        mailbox.post(|batch| batch.push(1, Kind::Environment, 0, &[0; MUCH - 1]));
        assert_eq!(mailbox.waiting(), Some(1));
        mailbox.post(|batch| batch.push(2, Kind::Environment, 0, &[0]));
        assert_eq!(mailbox.waiting(), None);
    }

    #[test]
    fn data_of_one_connection_runs_together() {
        let (mailbox, _) = mailbox();
        let mut reader = Reader::default();
        mailbox.post(|batch| {
            for piece in ["ab", "", "é"] {
                push_text(batch, 1, piece);
            }
            push_text(batch, 1, "€");
            push_text(batch, 1, "日");
            push_text(batch, 2, "x");
        });
        let (latin1, utf16) = (Kind::Latin1 as u32, Kind::Utf16 as u32);
        let expected =
            [(1, latin1, b"ab\xe9".to_vec()), (1, utf16, b"\xac\x20\xe5\x65".to_vec()), (2, latin1, b"x".to_vec())];
        assert_eq!(poll(&mut reader, &mailbox, 64).1, expected);
    }

    fn push_text(batch: &mut Batch, connection: u32, text: &str) {
        batch.push_text(connection, |units| text.chars().for_each(|character| units.push(character)));
    }

    #[test]
    fn data_is_split_between_characters_and_other_records_never() {
        let (mailbox, _) = mailbox();
        let mut reader = Reader::default();
        mailbox.post(|batch| {
            push_text(batch, 1, "€😀日");
            batch.push(1, Kind::Environment, 0, b"12345");
        });
        let text = |text: &str| {
            let bytes = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            vec![(1, Kind::Utf16 as u32, bytes)]
        };
        assert_eq!(poll(&mut reader, &mailbox, 1).0, Polled::TooSmall(8));
        assert_eq!(poll(&mut reader, &mailbox, 5).1, text("€"));
        assert_eq!(poll(&mut reader, &mailbox, 2).0, Polled::TooSmall(6));
        assert_eq!(poll(&mut reader, &mailbox, 5).1, text("😀"));
        assert_eq!(poll(&mut reader, &mailbox, 4).1, text("日"));
        assert_eq!(poll(&mut reader, &mailbox, 4).0, Polled::TooSmall(5));
        assert_eq!(poll(&mut reader, &mailbox, 5).1, [(1, Kind::Environment as u32, b"12345".to_vec())]);
    }

    #[test]
    fn a_repeat_is_counted_up_to_what_an_argument_can_say() {
        let mut batch = Batch::default();
        assert!(!batch.count_again(1, Kind::Violation));
        batch.push(1, Kind::Violation, 1, b"{}");
        assert!(batch.count_again(1, Kind::Violation));
        assert!(!batch.count_again(2, Kind::Violation));
        assert!(!batch.count_again(1, Kind::Drop));
        assert_eq!(batch.heads, [1, word(Kind::Violation, 2), 2]);
        batch.push(1, Kind::Violation, MOST_COUNTED, b"{}");
        assert!(!batch.count_again(1, Kind::Violation));
        assert_eq!(batch.heads[3..], [1, word(Kind::Violation, MOST_COUNTED), 2]);
    }

    #[test]
    fn text_is_handed_out_in_pieces() {
        let (mailbox, _) = mailbox();
        let mut reader = Reader::default();
        for (text, kind) in [("é".repeat(100_000), Kind::Latin1), (format!("日{}", "😀".repeat(40_000)), Kind::Utf16)]
        {
            mailbox.post(|batch| push_text(batch, 1, &text));
            let (polled, records) = poll(&mut reader, &mailbox, 1 << 20);
            assert!(records.len() > 1 && polled == Polled::Records(records.len()), "{kind:?}");
            let mut read = String::new();
            for (_, tag, data) in records {
                assert!(tag == kind as u32 && data.len() <= TEXT_PIECE);
                match kind {
                    Kind::Latin1 => read.extend(data.iter().map(|&byte| char::from(byte))),
                    _ => {
                        let units: Vec<_> = data.chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
                        read += &String::from_utf16(&units).expect("no pair of surrogates is torn");
                    }
                }
            }
            assert!(read == text, "{kind:?}");
        }
    }

    #[test]
    fn a_post_knows_what_its_records_cost() {
        let (mailbox, _) = mailbox();
        mailbox.post(|batch| batch.push(1, Kind::End, 0, b""));
        let cost = mailbox.post(|batch| {
            batch.push(1, Kind::Command, 241, b"");
            batch.push(1, Kind::TerminalType, 1, b"xterm");
            batch.push_data(1, |out| {
                out.extend_from_slice(b"data");
                Kind::Bytes
            });
            push_text(batch, 1, "日本");
            batch.cost()
        });
        assert_eq!(cost, Cost { data: 4 + 2, records: 2 * RECORD_COST + 5 });
        let length = |kind, length| super::cost(kind, length);
        let given_back =
            length(Kind::Command, 0) + length(Kind::TerminalType, 5) + length(Kind::Bytes, 4) + length(Kind::Utf16, 4);
        assert_eq!(given_back, cost.total());
    }

    #[test]
    fn the_memory_of_a_burst_is_given_back() {
        let (mailbox, _) = mailbox();
        let mut reader = Reader::default();
        let burst = vec![0; 4 * KEPT];
        mailbox.post(|batch| batch.push(1, Kind::Environment, 0, &burst));
        assert_eq!(poll(&mut reader, &mailbox, burst.len()).1.len(), 1);
        assert_eq!(poll(&mut reader, &mailbox, 8).0, Polled::Records(0));
        assert!(reader.batch.data.capacity() <= KEPT);
        assert!(mailbox.lock().batch.data.capacity() <= KEPT);
    }

    #[test]
    fn a_panic_in_a_record_spoils_no_other() {
        let (mailbox, _) = mailbox();
        let mut reader = Reader::default();
        mailbox.post(|batch| batch.push(1, Kind::Environment, 0, b"before"));
        let post = || {
            mailbox.post(|batch| {
                batch.push_with(2, Kind::Environment, 0, |out| {
                    out.extend_from_slice(b"half");
                    panic!("wanted by the test");
                });
            });
        };
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(post)).is_err());
        mailbox.post(|batch| batch.push(3, Kind::Environment, 0, b"after"));
        let kind = Kind::Environment as u32;
        assert_eq!(poll(&mut reader, &mailbox, 64).1, [(1, kind, b"before".to_vec()), (3, kind, b"after".to_vec())]);
    }
}
