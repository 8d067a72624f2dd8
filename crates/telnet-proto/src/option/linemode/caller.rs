//! What the caller of an endpoint can ask and set of LINEMODE.

use std::fmt;

use super::{ForwardMask, Forwarding, Function, Mode, Opt, SLC, Special, Table, forward, performer, propose, state};
use crate::endpoint::Endpoint;
use crate::{Role, escape};

/// Why a caller cannot have what they want of LINEMODE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The mode is the server's to propose.
    NotServer,
    /// The peer has not agreed to LINEMODE.
    NotAgreed,
    /// RFC 1184 has functions from 1 to 30.
    UnknownFunction(Function),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotServer => f.write_str("only a server proposes a mode"),
            Error::NotAgreed => f.write_str("the peer has not agreed to LINEMODE"),
            Error::UnknownFunction(Function(number)) => write!(f, "no function {number}; there are 1 to 30"),
        }
    }
}

impl std::error::Error for Error {}

impl Endpoint {
    /// The mode in effect (RFC 1184); `None` where LINEMODE is not agreed.
    pub fn linemode(&self) -> Option<Mode> {
        let state = self.states().linemode.as_deref()?;
        self.is_on(performer(self.role()), Opt::LINEMODE).then_some(state.mode())
    }

    /// Server: proposes a mode, appending it to `out` unless it holds. It has effect when the client acknowledges it,
    /// perhaps with less, by an [`Event::Linemode`](crate::Event::Linemode).
    pub fn set_linemode(&mut self, mode: Mode, out: &mut Vec<u8>) -> Result<(), Error> {
        if self.role() != Role::Server {
            return Err(Error::NotServer);
        }
        if self.linemode().is_none() {
            return Err(Error::NotAgreed);
        }
        let mut context = self.context(out);
        let state = state(&mut context);
        if (state.mode, state.proposed) != (mode, mode) {
            propose(&mut context, mode);
        }
        Ok(())
    }

    /// What holds of each function: the default table, where nothing was agreed or set.
    pub fn special_characters(&self) -> &Table {
        static DEFAULT: Table = Table::DEFAULT;
        self.states().linemode.as_deref().map_or(&DEFAULT, |state| &state.table)
    }

    /// The function that a byte of data has, if one; for who watches a client that sends each key as it is.
    pub fn special(&self, byte: u8) -> Option<Function> {
        self.special_characters().function(byte)
    }

    /// Sets a function of ours, and appends that to `out` where LINEMODE is agreed. The peer may counter it: then an
    /// [`Event::SpecialCharacters`](crate::Event::SpecialCharacters) follows.
    pub fn set_special(&mut self, function: Function, special: Special, out: &mut Vec<u8>) -> Result<(), Error> {
        let agreed = self.linemode().is_some();
        let mut context = self.context(out);
        let state = state(&mut context);
        if !state.own.set(function, special) {
            return Err(Error::UnknownFunction(function));
        }
        let changes = state.table.get(function) != Some(special);
        state.table.set(function, special);
        // What is set now is told when LINEMODE begins.
        state.told &= agreed;
        if changes && agreed {
            let mut payload = vec![SLC];
            special.encode(function, false, &mut payload);
            escape::subnegotiation(Opt::LINEMODE, &payload, context.out);
            forward(&mut context);
        }
        Ok(())
    }

    /// The characters at which the client sends what it has, if the server wants that and the client does it.
    pub fn forward_mask(&self) -> Option<&ForwardMask> {
        let state = self.states().linemode.as_deref()?;
        state.mask.as_ref().filter(|_| state.forwarding == Forwarding::Used)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::Config;

    fn endpoint(role: Role) -> (Endpoint, Vec<u8>) {
        let linemode = Mode::EDIT | Mode::TRAPSIG;
        (Endpoint::new(Arc::new(Config { linemode, ..Config::for_role(role) })), Vec::new())
    }

    fn read(endpoint: &mut Endpoint, mut input: &[u8], out: &mut Vec<u8>) {
        while endpoint.next(&mut input, out).is_some() {}
    }

    #[test]
    fn a_mode_is_proposed_by_a_server_to_a_client_that_agreed() {
        let (mut client, mut out) = endpoint(Role::Client);
        assert_eq!(client.set_linemode(Mode::EDIT, &mut out), Err(Error::NotServer));
        let (mut server, _) = endpoint(Role::Server);
        assert_eq!(server.set_linemode(Mode::EDIT, &mut out), Err(Error::NotAgreed));
        assert_eq!((server.linemode(), out.as_slice()), (None, &b""[..]));

        read(&mut server, b"\xff\xfb\x22", &mut out);
        assert_eq!(server.linemode(), Some(Mode::default()), "until the client has acknowledged more");
        read(&mut server, b"\xff\xfa\x22\x01\x07\xff\xf0", &mut out);
        assert_eq!(server.linemode(), Some(Mode::EDIT | Mode::TRAPSIG));
        read(&mut server, b"\xff\xfc\x22", &mut out);
        assert_eq!(server.linemode(), None);
    }

    #[test]
    fn special_characters_are_known_without_linemode() {
        let (mut server, mut out) = endpoint(Role::Server);
        assert_eq!(server.special_characters(), &Table::DEFAULT);
        assert_eq!((server.special(0x03), server.special(b'a')), (Some(Function::IP), None));
        assert_eq!(server.set_special(Function::IP, Special::value(b'a'), &mut out), Ok(()));
        assert_eq!((server.special(0x03), server.special(b'a')), (None, Some(Function::IP)));
        assert_eq!(out, b"", "nothing is told without LINEMODE");
        for function in [Function(0), Function(31)] {
            let set = server.set_special(function, Special::value(b'a'), &mut out);
            assert_eq!(set, Err(Error::UnknownFunction(function)));
        }
    }

    #[test]
    fn a_mask_is_known_while_the_client_uses_it() {
        let (mut client, mut out) = endpoint(Role::Client);
        read(&mut client, b"\xff\xfd\x22\xff\xfa\x22\xfd\x02\x00\x04\xff\xf0", &mut out);
        let mask = client.forward_mask().expect("a mask");
        assert!(mask.contains(13) && !mask.contains(3));
        read(&mut client, b"\xff\xfa\x22\xfe\x02\xff\xf0", &mut out);
        assert_eq!(client.forward_mask(), None);

        let (mut server, mut out) = endpoint(Role::Server);
        read(&mut server, b"\xff\xfb\x22\xff\xfa\x22\x01\x07\xff\xf0", &mut out);
        assert_eq!(server.forward_mask(), None, "the client has not said yet");
        read(&mut server, b"\xff\xfa\x22\xfb\x02\xff\xf0", &mut out);
        assert!(server.forward_mask().is_some_and(|mask| mask.contains(3)));
        read(&mut server, b"\xff\xfa\x22\xfc\x02\xff\xf0", &mut out);
        assert_eq!(server.forward_mask(), None);
    }
}
