//! IAC doubling on the way out: RFC 854, "Telnet command structure".

use memchr::memchr_iter;

use crate::{Command, Opt, Verb};

const IAC: u8 = Command::IAC.0;

/// Appends `data` to `out` with each byte 255 doubled.
pub fn escape(data: &[u8], out: &mut Vec<u8>) {
    // Room for one in 32 to be doubled: more than that is rare, and then the vector grows.
    out.reserve(data.len() + data.len() / 32);
    let mut start = 0;
    for at in memchr_iter(IAC, data) {
        // The run up to and with the 255; the next run begins at the same byte, so it is copied twice.
        out.extend_from_slice(&data[start..=at]);
        start = at;
    }
    out.extend_from_slice(&data[start..]);
}

/// Appends `IAC command`.
pub fn command(command: Command, out: &mut Vec<u8>) {
    out.extend_from_slice(&[IAC, command.0]);
}

/// Appends `IAC verb option`.
pub fn negotiation(verb: Verb, option: Opt, out: &mut Vec<u8>) {
    out.extend_from_slice(&[IAC, verb.byte(), option.0]);
}

/// Appends `IAC SB option … IAC SE`, the payload escaped, and so the option if it is 255.
pub fn subnegotiation(option: Opt, payload: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&[IAC, Command::SB.0]);
    escape(&[option.0], out);
    escape(payload, out);
    out.extend_from_slice(&[IAC, Command::SE.0]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        escape(data, &mut out);
        out
    }

    #[test]
    fn each_255_is_doubled_and_nothing_else() {
        assert_eq!(escaped(b""), b"");
        assert_eq!(escaped(b"plain"), b"plain");
        assert_eq!(escaped(b"\xff"), b"\xff\xff");
        assert_eq!(escaped(b"\xff\xff"), b"\xff\xff\xff\xff");
        assert_eq!(escaped(b"a\xffb\xff"), b"a\xff\xffb\xff\xff");
    }

    #[test]
    fn a_subnegotiation_is_framed_and_escaped() {
        let mut out = Vec::new();
        subnegotiation(Opt::NAWS, b"\x00\xff\x00\x18", &mut out);
        assert_eq!(out, b"\xff\xfa\x1f\x00\xff\xff\x00\x18\xff\xf0");
    }
}
