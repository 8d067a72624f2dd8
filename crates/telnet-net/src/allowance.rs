//! So much a second: what may come of a thing, counted over ten seconds so that a burst is forgiven.

use std::time::Duration;

use tokio::time::Instant;

/// How much a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate(f64);

/// What is left of a rate. It grows with time, and may be overdrawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    left: f64,
    at: Instant,
}

/// Seconds of a rate that an allowance holds at most.
const BURST: f64 = 10.0;

/// Who has overdrawn waits until so many seconds of the rate are there, lest each byte have a wait of its own.
const AFRESH: f64 = 0.1;

impl Rate {
    /// A rate above 0; 0 and less is none.
    pub(crate) fn new(a_second: f64) -> Option<Rate> {
        (a_second > 0.0).then_some(Rate(a_second))
    }

    /// What an allowance holds at most. Of what comes one by one, one.
    fn most(self) -> f64 {
        (self.0 * BURST).max(1.0)
    }
}

impl Allowance {
    /// A full one.
    pub(crate) fn new(rate: Rate, now: Instant) -> Allowance {
        Allowance { left: rate.most(), at: now }
    }

    /// Takes one, if it is there.
    pub(crate) fn take_one(&mut self, rate: Rate, now: Instant) -> bool {
        self.grow(rate, now);
        let is_there = self.left >= 1.0;
        self.left -= if is_there { 1.0 } else { 0.0 };
        is_there
    }

    /// Spends what was used already. Where that overdraws it: when to go on.
    pub(crate) fn spend(&mut self, rate: Rate, amount: f64, now: Instant) -> Option<Instant> {
        self.grow(rate, now);
        self.left -= amount;
        let seconds = AFRESH - self.left / rate.0;
        (self.left < 0.0).then(|| now + Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX / 4))
    }

    /// What is left to spend, in whole things.
    pub(crate) fn left(&self) -> usize {
        self.left as usize
    }

    /// True if nothing was spent lately.
    pub(crate) fn is_full(&mut self, rate: Rate, now: Instant) -> bool {
        self.grow(rate, now);
        self.left >= rate.most()
    }

    fn grow(&mut self, rate: Rate, now: Instant) {
        let since = now.saturating_duration_since(self.at);
        self.left = (self.left + since.as_secs_f64() * rate.0).min(rate.most());
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_seconds_worth_may_come_at_once_and_then_so_much_a_second() {
        let (rate, start) = (Rate::new(2.0).unwrap(), Instant::now());
        let mut allowance = Allowance::new(rate, start);
        let mut taken = |at: Duration| (0..100).filter(|_| allowance.take_one(rate, start + at)).count();
        assert_eq!(taken(Duration::ZERO), 20);
        assert_eq!(taken(Duration::from_secs(3)), 6);
        assert_eq!(taken(Duration::from_secs(1_000)), 20);
    }

    #[test]
    fn of_a_rate_below_one_in_ten_seconds_the_first_is_taken() {
        let (rate, start) = (Rate::new(0.01).unwrap(), Instant::now());
        let mut allowance = Allowance::new(rate, start);
        assert!(allowance.take_one(rate, start));
        assert!(!allowance.take_one(rate, start + Duration::from_secs(99)));
        assert!(allowance.take_one(rate, start + Duration::from_secs(101)));
    }

    #[test]
    fn who_overdraws_waits_for_as_long_as_it_takes_to_make_up() {
        let (rate, start) = (Rate::new(100.0).unwrap(), Instant::now());
        let mut allowance = Allowance::new(rate, start);
        assert_eq!(allowance.spend(rate, 1_000.0, start), None);
        let until = allowance.spend(rate, 50.0, start).unwrap();
        assert_eq!((until - start).as_millis(), 600);
        assert_eq!(allowance.spend(rate, 0.0, until), None);
        assert!(!allowance.is_full(rate, until));
        assert!(allowance.is_full(rate, until + Duration::from_secs(10)));
    }

    #[test]
    fn a_debt_that_nobody_can_make_up_is_no_panic() {
        let (rate, start) = (Rate::new(1e-12).unwrap(), Instant::now());
        let mut allowance = Allowance::new(rate, start);
        assert!(allowance.spend(rate, 1e9, start).is_some());
    }
}
