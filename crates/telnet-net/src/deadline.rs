//! The times at which a connection is looked after though nothing happens on it.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::task::unconstrained;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::deflate::RESTS_AFTER;

/// After its FIN a side waits so long for the peer's, then the connection is closed.
pub(crate) const LINGER: Duration = Duration::from_secs(2);

/// What is due when. Times are looked at lazily: a byte only moves `active`.
#[derive(Debug)]
pub(crate) struct Deadlines {
    idle: Option<Duration>,
    stall: Option<Duration>,
    /// When a byte last came or went.
    active: Instant,
    /// When a byte last came.
    heard: Instant,
    /// Idleness was told and nothing has come or gone since.
    idle_told: bool,
    /// The peer has taken nothing since.
    stalled_since: Option<Instant>,
    linger_until: Option<Instant>,
    /// When the compressor is to be given back.
    rest_at: Option<Instant>,
}

/// What a deadline asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// Tell that the connection is idle.
    Idle,
    /// The peer doesn't read: give the connection up.
    Stalled(Duration),
    /// The peer doesn't close: close.
    Linger,
    /// Nothing was compressed for a while: give the compressor back.
    Rest,
}

impl Deadlines {
    pub(crate) fn new(idle: Option<Duration>, stall: Option<Duration>) -> Deadlines {
        let now = Instant::now();
        Deadlines {
            idle,
            stall,
            active: now,
            heard: now,
            idle_told: false,
            stalled_since: None,
            linger_until: None,
            rest_at: None,
        }
    }

    /// Bytes came or went. True if nothing was waited for until then, but is now: the alarm is to be set.
    pub(crate) fn touch(&mut self) -> bool {
        self.active = Instant::now();
        std::mem::take(&mut self.idle_told)
    }

    /// Bytes came. Returns how long ago the last ones did.
    pub(crate) fn hear(&mut self) -> Duration {
        self.touch();
        self.active - std::mem::replace(&mut self.heard, self.active)
    }

    /// How long ago a byte last came or went.
    pub(crate) fn idle(&self) -> Duration {
        self.active.elapsed()
    }

    /// From now on idleness is told after so long.
    pub(crate) fn set_idle(&mut self, idle: Option<Duration>) {
        self.idle = idle;
        self.touch();
    }

    /// The socket is full, or takes bytes again.
    pub(crate) fn set_full(&mut self, full: bool) {
        self.stalled_since = full.then(Instant::now);
    }

    /// How long a full socket is waited for.
    pub(crate) fn stall(&self) -> Option<Duration> {
        self.stall
    }

    /// Our FIN is out.
    pub(crate) fn linger(&mut self) {
        self.linger_until = Some(Instant::now() + LINGER);
    }

    /// Something was compressed, and the compressor is kept, or not.
    pub(crate) fn set_rest(&mut self, is_kept: bool) {
        self.rest_at = is_kept.then(|| Instant::now() + RESTS_AFTER);
    }

    /// When to look again.
    pub(crate) fn next(&self) -> Option<Instant> {
        let idle = self.idle.filter(|_| !self.idle_told).map(|idle| self.active + idle);
        let stall = self.stalled_since.zip(self.stall).map(|(since, stall)| since + stall);
        [idle, stall, self.linger_until, self.rest_at].into_iter().flatten().min()
    }

    /// What is due by `now`; idleness only once.
    pub(crate) fn due(&mut self, now: Instant) -> Option<Due> {
        if self.linger_until.is_some_and(|until| until <= now) {
            return Some(Due::Linger);
        }
        if let (Some(since), Some(stall)) = (self.stalled_since, self.stall)
            && since + stall <= now
        {
            return Some(Due::Stalled(stall));
        }
        if self.rest_at.take_if(|at| *at <= now).is_some() {
            return Some(Due::Rest);
        }
        let idle = self.idle.filter(|_| !self.idle_told)?;
        self.idle_told = self.active + idle <= now;
        self.idle_told.then_some(Due::Idle)
    }
}

/// The one timer of a connection's task. It is set late and left alone: an alarm that goes off early costs less than one
/// that is moved at every byte.
#[derive(Default)]
pub(crate) struct Alarm {
    /// Made when a deadline is first waited for.
    sleep: Option<Pin<Box<Sleep>>>,
    /// The timer knows the task; it needs no look until it has gone off.
    set: bool,
}

impl Alarm {
    /// Ready when `next` has come.
    pub(crate) fn poll_at(&mut self, cx: &mut Context<'_>, next: Option<Instant>) -> Poll<()> {
        let Some(next) = next else { return Poll::Pending };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(next)));
        loop {
            let gone_off = sleep.is_elapsed();
            if gone_off && next <= Instant::now() {
                return Poll::Ready(());
            }
            if gone_off || sleep.deadline() > next {
                sleep.as_mut().reset(next);
                self.set = false;
            }
            if self.set {
                return Poll::Pending;
            }
            self.set = true;
            // A task that has used up its budget would not be entered with the timer, and never looked at again.
            ready!(pin!(unconstrained(sleep.as_mut())).poll(cx));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::task::coop;
    use tokio::time::timeout;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn idleness_is_told_once_until_a_byte_comes() {
        let mut deadlines = Deadlines::new(Some(SECOND), None);
        let now = Instant::now();
        assert_eq!(deadlines.due(now), None);
        assert_eq!(deadlines.due(now + SECOND), Some(Due::Idle));
        assert_eq!(deadlines.due(now + SECOND), None);
        assert_eq!(deadlines.next(), None);
        assert!(deadlines.touch());
        assert!(deadlines.next().is_some());
        assert!(!deadlines.touch());
    }

    #[test]
    fn a_stall_counts_from_when_the_socket_filled() {
        let mut deadlines = Deadlines::new(None, Some(SECOND));
        assert_eq!(deadlines.next(), None);
        deadlines.set_full(true);
        let later = Instant::now() + SECOND;
        assert_eq!(deadlines.due(later), Some(Due::Stalled(SECOND)));
        deadlines.set_full(false);
        assert_eq!(deadlines.due(later), None);
    }

    #[test]
    fn an_alarm_rings_though_it_was_set_by_a_task_that_had_used_up_its_budget() {
        crate::runtime::runtime().block_on(async {
            let mut alarm = Alarm::default();
            let next = Instant::now() + Duration::from_millis(20);
            let mut is_used_up = false;
            let ringing = poll_fn(|cx| {
                while !is_used_up {
                    let _ = pin!(coop::consume_budget()).poll(cx);
                    is_used_up = !coop::has_budget_remaining();
                }
                alarm.poll_at(cx, Some(next))
            });
            timeout(Duration::from_secs(20), ringing).await.expect("it rings");
        });
    }
}
