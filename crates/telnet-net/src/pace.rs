//! How fast a peer may speak: bytes, and what of them are commands, a second. Past it the connection is not read from for a
//! while, so that the peer has to wait; nothing is lost, and it is told once until the peer has been quiet again.

use std::time::Duration;

use tokio::time::Instant;

use crate::allowance::{Allowance, Rate};

/// What is guarded. By default nothing is.
#[derive(Clone, Copy, Debug, Default)]
pub struct PaceOptions {
    /// Bytes a second, over ten seconds; 0: any number.
    pub input: f64,
    /// Commands, negotiations and subnegotiations a second, likewise.
    pub negotiation: f64,
}

/// What a peer has left.
#[derive(Debug)]
pub(crate) struct Pace {
    input: Option<Account>,
    negotiation: Option<Account>,
    until: Option<Instant>,
}

#[derive(Debug)]
struct Account {
    rate: Rate,
    allowance: Allowance,
    is_told: bool,
}

impl Pace {
    /// None where there is nothing to guard.
    pub(crate) fn new(options: PaceOptions) -> Option<Box<Pace>> {
        let (input, negotiation) = (Account::new(options.input), Account::new(options.negotiation));
        (input.is_some() || negotiation.is_some()).then(|| Box::new(Pace { input, negotiation, until: None }))
    }

    /// So many bytes came. What there is to tell.
    pub(crate) fn read(&mut self, bytes: usize) -> Option<&'static [u8]> {
        if bytes == 0 {
            return None;
        }
        let now = Instant::now();
        let (until, is_news) = self.input.as_mut()?.spend(bytes, now)?;
        self.hold(until);
        is_news.then_some(INPUT_RATE)
    }

    /// So many commands were carried out. What there is to tell.
    pub(crate) fn obeyed(&mut self, commands: u32) -> Option<&'static [u8]> {
        if commands == 0 {
            return None;
        }
        let now = Instant::now();
        let (until, is_news) = self.negotiation.as_mut()?.spend(commands as usize, now)?;
        self.hold(until);
        is_news.then_some(NEGOTIATION_RATE)
    }

    /// Until when nothing is taken in.
    pub(crate) fn held_until(&mut self) -> Option<Instant> {
        self.until = self.until.filter(|until| *until > Instant::now());
        self.until
    }

    /// How much may be read at once.
    pub(crate) fn most(&self) -> usize {
        self.input.as_ref().map_or(usize::MAX, |account| account.allowance.left().max(LEAST))
    }

    fn hold(&mut self, until: Instant) {
        let latest = Instant::now() + LONGEST;
        self.until = self.until.max(Some(until.min(latest)));
    }
}

impl Account {
    fn new(a_second: f64) -> Option<Account> {
        let rate = Rate::new(a_second)?;
        Some(Account { rate, allowance: Allowance::new(rate, Instant::now()), is_told: false })
    }

    /// Where that was too much: when to go on, and whether it was not told yet.
    fn spend(&mut self, amount: usize, now: Instant) -> Option<(Instant, bool)> {
        if self.is_told && self.allowance.is_full(self.rate, now) {
            self.is_told = false;
        }
        let until = self.allowance.spend(self.rate, amount as f64, now)?;
        Some((until, !std::mem::replace(&mut self.is_told, true)))
    }
}

/// A read is worth its system call.
const LEAST: usize = 1_024;

/// A day: however slow the rate, a deadline can be counted.
const LONGEST: Duration = Duration::from_secs(86_400);

const INPUT_RATE: &[u8] =
    br#"{"code":"input-rate","message":"more came a second than the limit; it is read no faster than that"}"#;

const NEGOTIATION_RATE: &[u8] =
    br#"{"code":"negotiation-rate","message":"more commands came a second than the limit; they are read no faster than that"}"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_nothing_is_guarded_there_is_no_pace() {
        assert!(Pace::new(PaceOptions::default()).is_none());
    }

    #[test]
    fn too_much_is_told_once_and_held() {
        let mut pace = Pace::new(PaceOptions { input: 1_000.0, negotiation: 0.0 }).unwrap();
        assert_eq!(pace.most(), 10_000);
        assert_eq!(pace.read(9_999), None);
        assert_eq!(pace.held_until(), None);
        assert_eq!(pace.most(), LEAST);
        assert_eq!(pace.read(5_000), Some(INPUT_RATE));
        assert!(pace.held_until().is_some());
        assert_eq!(pace.read(5_000), None);
        assert_eq!(pace.obeyed(1_000_000), None, "that is not guarded");
    }

    #[test]
    fn commands_are_counted_by_themselves() {
        let mut pace = Pace::new(PaceOptions { input: 0.0, negotiation: 10.0 }).unwrap();
        assert_eq!(pace.read(1 << 30), None);
        assert_eq!(pace.obeyed(100), None);
        assert_eq!(pace.held_until(), None);
        assert_eq!(pace.obeyed(3), Some(NEGOTIATION_RATE));
        assert!(pace.held_until().is_some());
        assert_eq!(pace.most(), usize::MAX);
    }
}
