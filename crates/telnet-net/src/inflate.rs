//! Making plain what a peer compresses (MCCP): a stream of zlib's (RFC 1950), as it is agreed, or one of gzip's (RFC 1952) or
//! without any frame (RFC 1951), as some servers send.
//!
//! It is pulled: who asks says how much may come at once, since a thousand bytes can be a million.

use telnet_proto::Opt;
use zlib_rs::{Inflate, InflateError, InflateFlush, Status};

/// So much is made plain between two looks at it.
pub(crate) const PIECE: usize = 16 * 1024;

/// The compressed stream of one direction.
pub(crate) struct Inflater {
    option: Opt,
    /// Made when the first byte has shown which form the stream has.
    stream: Option<Inflate>,
    /// Plain bytes that could not be looked at yet.
    held: Vec<u8>,
    /// The last piece filled its room: more may come without more input.
    is_full: bool,
    has_ended: bool,
    broken: Option<Broken>,
}

/// A compressed stream so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compressed {
    /// By which option it was agreed.
    pub option: Opt,
    /// Bytes on the wire.
    pub compressed: u64,
    /// Bytes that they stand for.
    pub plain: u64,
}

/// A stream that can be read no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken {
    /// By which option it was agreed.
    pub option: Opt,
    /// How many of its bytes, compressed, were right.
    pub after: u64,
    /// What is wrong, in zlib's words.
    pub reason: &'static str,
}

impl Inflater {
    /// For a stream that begins with the next byte.
    pub(crate) fn new(option: Opt) -> Inflater {
        Inflater { option, stream: None, held: Vec::new(), is_full: false, has_ended: false, broken: None }
    }

    /// True if a byte of the stream has come.
    pub(crate) fn has_begun(&self) -> bool {
        self.stream.is_some()
    }

    /// True if `first` may be the first byte of the stream: no form of it begins with 255.
    pub(crate) fn begins_with(&self, first: u8) -> bool {
        self.stream.is_some() || first != 255
    }

    /// Takes compressed bytes off the front of `input` and puts plain ones to `room`. Returns how many. What stands behind the end
    /// of the stream is left.
    pub(crate) fn inflate(&mut self, input: &mut &[u8], room: &mut [u8]) -> Result<usize, Broken> {
        if let Some(broken) = self.broken {
            return Err(broken);
        }
        if self.stream.is_none() && input.is_empty() {
            return Ok(0);
        }
        let stream = self.stream.get_or_insert_with(|| new_stream(input[0]));
        let (before_in, before_out) = (stream.total_in(), stream.total_out());
        let status = stream.decompress(input, room, InflateFlush::SyncFlush);
        *input = &input[(stream.total_in() - before_in) as usize..];
        let count = (stream.total_out() - before_out) as usize;
        self.is_full = count == room.len();
        self.has_ended = status == Ok(Status::StreamEnd);
        if let Err(error) = status {
            let reason = match error {
                InflateError::NeedDict { .. } => "it needs a dictionary",
                // Where its fast path saw what is wrong, zlib-rs 0.6 looks once more, and has forgotten.
                error => stream.error_message().filter(|&words| words != FORGOTTEN).unwrap_or(error.as_str()),
            };
            let broken = Broken { option: self.option, after: stream.total_in(), reason };
            // What came before is right, and goes first.
            (self.broken, self.is_full) = (Some(broken), true);
            if count == 0 {
                return Err(broken);
            }
        }
        Ok(count)
    }

    /// Keeps plain bytes for later.
    pub(crate) fn hold(&mut self, plain: &[u8]) {
        self.held = plain.to_vec();
    }

    /// Gives out what was kept.
    pub(crate) fn take_held(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.held)
    }

    /// True if plain bytes are kept.
    pub(crate) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }

    /// True if plain bytes may come without more input.
    pub(crate) fn has_more(&self) -> bool {
        self.is_full && !self.has_ended
    }

    /// True if the stream has ended and all of it was looked at.
    pub(crate) fn is_spent(&self) -> bool {
        self.has_ended && self.held.is_empty()
    }

    /// The stream so far.
    pub(crate) fn facts(&self) -> Compressed {
        let (compressed, plain) = self.stream.as_ref().map_or((0, 0), |stream| (stream.total_in(), stream.total_out()));
        Compressed { option: self.option, compressed, plain }
    }
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflater").field("facts", &self.facts()).finish_non_exhaustive()
    }
}

const FORGOTTEN: &str = "repeated call with bad state";

/// A stream in the form that its first byte shows. The low half of zlib's is the method, 8, and gzip's is 1F; a block of deflate's
/// begins with neither: 1F would be a type that there is none of (as FF), and 8 an unframed block with bits set that are padding.
fn new_stream(first: u8) -> Inflate {
    const WINDOW: u8 = 15;
    /// Added to the window: the frame may be gzip's, too.
    const EITHER: u8 = 32;
    match first {
        0x1f => Inflate::new(true, WINDOW + EITHER),
        _ if first & 0x0f == 8 => Inflate::new(true, WINDOW + EITHER),
        _ => Inflate::new(false, WINDOW),
    }
}
