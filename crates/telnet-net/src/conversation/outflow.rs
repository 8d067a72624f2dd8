//! Where compression of what goes begins and ends (MCCP). It is not done here: the mark is a place in the output.

use telnet_proto::{Opt, OptionChange, Role, Side, escape};

use super::Conversation;
use crate::deflate::Switch;

impl Conversation {
    /// An option of MCCP went on or off: where it has us compress, that begins soon, or ends behind our answer.
    pub(super) fn switch_outflow(&mut self, change: OptionChange, at: usize) {
        let side = if self.config.role == Role::Server { Side::Local } else { Side::Remote };
        let compresses = change.option == self.compresses_by() && change.side == side;
        // What peers choose and secrets compressed together show by their length what they have in common.
        if !compresses || self.is_secure {
            return;
        }
        self.is_to_deflate = change.enabled && !self.deflates;
        if !change.enabled {
            self.end_outflow(at);
        }
    }

    /// All that is said to one read is said: compression begins behind its mark, if it was agreed. Nothing stands behind the mark
    /// in the same segment, unless the program writes just then.
    ///
    /// A client waits with it until the server, after it was agreed, `has_spoken`. There is one (telnetlib3 5.0.1) that offers
    /// MCCP3 and takes it back as soon as it is agreed to, and that loses what stands behind the mark in one read of its own: what
    /// it asks in between would be answered in there.
    pub(super) fn begin_outflow(&mut self, has_spoken: bool, out: &mut Vec<u8>) {
        let is_due = self.is_to_deflate && (has_spoken || self.config.role == Role::Server);
        if is_due {
            escape::subnegotiation(self.compresses_by(), b"", out);
            self.is_to_deflate = false;
            self.deflates = true;
            self.switches.push((out.len(), Switch::Begin));
        }
    }

    /// The last bytes go: a stream says where it ends.
    pub fn end(&mut self, out: &mut Vec<u8>) {
        self.finish_turn(out);
        self.end_outflow(out.len());
    }

    fn end_outflow(&mut self, at: usize) {
        if std::mem::take(&mut self.deflates) {
            self.switches.push((at, Switch::End));
        }
    }

    /// The option by which this role compresses.
    pub fn compresses_by(&self) -> Opt {
        match self.config.role {
            Role::Server => Opt::MCCP2,
            Role::Client => Opt::MCCP3,
        }
    }

    /// True if what goes is compressed from the end of the output on.
    pub(crate) fn is_deflating(&self) -> bool {
        self.deflates
    }

    /// Where in the output compression begins and ends, since this was last asked.
    pub fn take_switches(&mut self) -> Vec<(usize, Switch)> {
        std::mem::take(&mut self.switches)
    }
}
