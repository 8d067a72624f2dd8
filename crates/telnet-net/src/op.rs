//! What JavaScript asks of a connection: operations, many in one call.
//!
//! An operation is four words (connection, kind and argument, length of its bytes, credit given back) and its bytes, one
//! after another in one buffer, so that a turn of the event loop crosses the boundary once.

use std::time::Duration;

use telnet_charset::{Charset, ErrorRule};
use telnet_proto::option::lflow::FlowControl;
use telnet_proto::option::linemode::{Function, Mode, Special};
use telnet_proto::{Command, Opt, Side, Verb};

use crate::batch::Batch;
use crate::conversation::{Conversation, Going};
use crate::text::Text;

/// Words of an operation's head: connection, kind | argument << 8, length, credit. The last one is overwritten with the
/// bytes that the connection still has queued.
pub const OP_WORDS: usize = 4;

/// One operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op<'a> {
    /// 0: only credit.
    Nothing,
    /// 1: bytes as they are, 255 doubled.
    Bytes(&'a [u8]),
    /// 2: text in UTF-8.
    Text(&'a [u8]),
    /// 3: `IAC command`.
    Command(Command),
    /// 4: a subnegotiation.
    Subnegotiation(Opt, &'a [u8]),
    /// 5: an option on or off. Argument: option | side << 8 | enable << 9.
    Ask(Side, Opt, bool),
    /// 6: what is queued leaves, then the FIN.
    End,
    /// 7: close at once.
    Destroy,
    /// 8: the window, columns and rows, u16 little-endian.
    Resize(u16, u16),
    /// 9: wait no longer for the opening questions.
    GiveUp,
    /// 10: a timing mark.
    TimingMark,
    /// 11: idle time in milliseconds.
    Timeout(Option<Duration>),
    /// 12: another character set, both ways. Argument: bit 0 forced, bits 1 and 2 the error rule, bit 3 line ends of ASCII.
    Charset(Option<Text>),
    /// 13: settings of the socket. Argument: bits 0 and 1 no-delay and whether it is set, 2 and 3 keep-alive.
    Socket {
        /// Send at once what is written.
        no_delay: Option<bool>,
        /// Probe a silent peer.
        keep_alive: Option<bool>,
    },
    /// 14: asks to be logged out, or warns of it.
    Logout,
    /// 15: asks for the peer's status.
    RequestStatus,
    /// 16: how the client's terminal is to behave. Argument: bit 0 flow control is on, bit 1 any character restarts.
    FlowControl(FlowControl),
    /// 17: tells of special characters in the data.
    Watch,
    /// 18: proposes a mode of LINEMODE. Argument: its mask.
    Linemode(Mode),
    /// 19: sets the character of a function. Argument: function | flags << 8 | character << 16.
    Special(Function, Special),
    /// 20: character sets are offered: names with LF between, or none for those of the configuration.
    RequestCharset(&'a [u8]),
    /// 21: a Synch.
    Synch,
    /// 22: a raw passage: data is bytes. Argument: 1 begins it, 0 leaves it.
    Raw(bool),
    /// 23: the end of what a raw passage brought, which is to be text again.
    Reread(&'a [u8]),
    /// 24: a negotiation whatever the state; that side is observed. Argument: option | verb << 8, as its byte on the wire.
    Say(Verb, Opt),
    /// 25: nothing is observed any more.
    Unobserve,
    /// 26: a NUL behind a CR is told as well, in text too. Argument: 1 from here on, 0 no more.
    KeepNuls(bool),
}

impl<'a> Op<'a> {
    /// Reads an operation; `None` for words that mean none.
    pub fn decode(tag: u32, data: &'a [u8]) -> Option<Op<'a>> {
        let argument = tag >> 8;
        let byte = argument as u8;
        let flag = |bit: u32| argument >> bit & 1 != 0;
        Some(match tag & 0xff {
            0 => Op::Nothing,
            1 => Op::Bytes(data),
            2 => Op::Text(data),
            3 => Op::Command(Command(byte)),
            4 => Op::Subnegotiation(Opt(byte), data),
            5 => Op::Ask(if flag(8) { Side::Remote } else { Side::Local }, Opt(byte), flag(9)),
            6 => Op::End,
            7 => Op::Destroy,
            8 => {
                let &[c0, c1, r0, r1] = data else { return None };
                Op::Resize(u16::from_le_bytes([c0, c1]), u16::from_le_bytes([r0, r1]))
            }
            9 => Op::GiveUp,
            10 => Op::TimingMark,
            11 => Op::Timeout((argument > 0).then(|| Duration::from_millis(argument.into()))),
            12 if data.is_empty() => Op::Charset(None),
            12 => {
                let charset = Charset::for_name(std::str::from_utf8(data).ok()?)?;
                let errors = error_rule(argument >> 1);
                Op::Charset(Some(Text { charset, forced: flag(0), errors, ascii_line_ends: flag(3) }))
            }
            13 => Op::Socket { no_delay: flag(1).then_some(flag(0)), keep_alive: flag(3).then_some(flag(2)) },
            14 => Op::Logout,
            15 => Op::RequestStatus,
            16 => Op::FlowControl(FlowControl { enabled: flag(0), restart_any: flag(1) }),
            17 => Op::Watch,
            18 => Op::Linemode(Mode::from_mask(byte)),
            19 => Op::Special(Function(byte), Special::from_flags((argument >> 8) as u8, (argument >> 16) as u8)),
            20 => Op::RequestCharset(data),
            21 => Op::Synch,
            22 => Op::Raw(flag(0)),
            23 => Op::Reread(data),
            24 => Op::Say(Verb::from_byte((argument >> 8) as u8)?, Opt(byte)),
            25 => Op::Unobserve,
            26 => Op::KeepNuls(flag(0)),
            _ => return None,
        })
    }

    /// True for what appends to the output, and so comes to nothing after an end.
    pub fn is_output(&self) -> bool {
        !matches!(
            self,
            Op::Nothing
                | Op::End
                | Op::Destroy
                | Op::Timeout(_)
                | Op::Charset(_)
                | Op::Watch
                | Op::Socket { .. }
                | Op::Raw(_)
                | Op::Reread(_)
                | Op::Unobserve
                | Op::KeepNuls(_)
        )
    }

    /// Carries out what concerns the conversation alone, appending to `out` and `batch`.
    pub fn apply(self, conversation: &mut Conversation, out: &mut Vec<u8>, batch: &mut Batch) {
        let before = out.len();
        self.carry_out(conversation, out, batch);
        conversation.trace(Going::Out, &out[before..], batch);
    }

    fn carry_out(self, conversation: &mut Conversation, out: &mut Vec<u8>, batch: &mut Batch) {
        match self {
            Op::Bytes(bytes) => conversation.write_bytes(bytes, with_room(bytes, out)),
            Op::Text(text) => conversation.write_text(text, with_room(text, out), batch),
            Op::Command(command) => conversation.send_command(command, out),
            Op::Subnegotiation(option, payload) => conversation.send_subnegotiation(option, payload, out),
            Op::Ask(side, option, enable) => conversation.ask(side, option, enable, out, batch),
            Op::Resize(columns, rows) => conversation.resize(columns, rows, out),
            Op::GiveUp => conversation.give_up(out),
            Op::TimingMark => conversation.timing_mark(out),
            // That its DM is urgent is the carrier's matter.
            Op::Synch => conversation.send_command(Command::DM, out),
            Op::Logout => conversation.logout(out),
            Op::RequestStatus => conversation.request_status(out),
            Op::FlowControl(wanted) => conversation.set_flow_control(wanted, out),
            Op::Watch => conversation.watch(),
            Op::Linemode(mode) => conversation.set_linemode(mode, out),
            Op::Special(function, special) => conversation.set_special(function, special, out, batch),
            Op::Charset(text) => conversation.set_text(text, out, batch),
            Op::RequestCharset(names) => conversation.request_charset(names, out),
            Op::Raw(true) => conversation.enter_raw(out, batch),
            Op::Raw(false) => conversation.leave_raw(batch),
            Op::Reread(bytes) => conversation.reread(bytes, out, batch),
            Op::Say(verb, option) => conversation.say(verb, option, out),
            Op::Unobserve => conversation.unobserve(),
            Op::KeepNuls(keeps) => conversation.keep_nuls(keeps),
            Op::End => conversation.end(out),
            // The carrier's matter.
            Op::Nothing | Op::Destroy | Op::Timeout(_) | Op::Socket { .. } => {}
        }
    }
}

/// An output that has room for what a turn usually writes if something is written: ten lines of a broadcast would move it
/// five times while it grows.
fn with_room<'o>(written: &[u8], out: &'o mut Vec<u8>) -> &'o mut Vec<u8> {
    if out.capacity() == 0 && !written.is_empty() {
        out.reserve(ROOM);
    }
    out
}

const ROOM: usize = 1024;

/// The error rule of a number: replace, ignore, strict, surrogate.
fn error_rule(number: u32) -> ErrorRule {
    match number & 0b11 {
        0 => ErrorRule::Replace,
        1 => ErrorRule::Ignore,
        2 => ErrorRule::Strict,
        _ => ErrorRule::Surrogate,
    }
}

/// Reads the operation of a head and takes its bytes off the front of `data`: connection, credit given back, operation.
pub fn take_op<'a>(head: &[u32], data: &mut &'a [u8]) -> (u32, u32, Op<'a>) {
    let &[connection, tag, length, drained] = head else { return (0, 0, Op::Nothing) };
    let (bytes, rest) = data.split_at(data.len().min(length as usize));
    *data = rest;
    (connection, drained, Op::decode(tag, bytes).unwrap_or(Op::Nothing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_read_one_after_another() {
        let heads = [7, 1, 2, 5, 8, 5 | (24 | 1 << 8 | 1 << 9) << 8, 0, 0, 9, 8, 4, 0, 1, 99, 0, 3];
        let mut data = &b"ab\x50\x00\x19\x00"[..];
        let ops: Vec<_> = heads.chunks_exact(OP_WORDS).map(|head| take_op(head, &mut data)).collect();
        let expected = [
            (7, 5, Op::Bytes(b"ab")),
            (8, 0, Op::Ask(Side::Remote, Opt::TTYPE, true)),
            (9, 0, Op::Resize(80, 25)),
            (1, 3, Op::Nothing),
        ];
        assert_eq!(ops, expected);
    }

    #[test]
    fn a_length_beyond_the_data_is_cut() {
        assert_eq!(take_op(&[1, 1, 100, 0], &mut &b"ab"[..]), (1, 0, Op::Bytes(b"ab")));
    }
}
