//! How a connection opens: which questions are asked at once, which wait, and when all have their answer.
//!
//! A server begins with one question (DO TTYPE), since some peers choke on a burst and a bare TCP client should see three
//! bytes and no more. Any Telnet answer, a refusal included, brings the others; what depends on who is calling waits for
//! the first terminal type. A client asks all that its policy requests at once.

use crate::option::{self, When};
use crate::{Config, Opt, Role, Side};

/// Where the opening stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Nothing asked yet.
    Closed,
    /// The first question is out.
    First,
    /// The peer speaks Telnet: all that doesn't depend on its name is asked.
    Burst,
    /// Everything is asked.
    Complete,
}

/// The course of the opening.
#[derive(Debug)]
pub(crate) struct Opening {
    stage: Stage,
    /// Telnet came from the peer.
    heard: bool,
    /// Data came from the peer.
    data: bool,
    /// The end was told to the caller.
    told: bool,
}

impl Opening {
    pub(crate) fn new() -> Opening {
        Opening { stage: Stage::Closed, heard: false, data: false, told: false }
    }

    /// The connection stands: what to ask at once. Where nothing comes first, nothing waits for it.
    pub(crate) fn open(&mut self, config: &Config) -> Vec<(Side, Opt)> {
        let first = pick(config, |when| when == When::First);
        if config.role == Role::Client {
            self.stage = Stage::Complete;
            return config.policy.requested().collect();
        }
        if first.is_empty() {
            self.stage = Stage::Complete;
            let all = pick(config, |when| !matches!(when, When::AfterLocal | When::AfterNameIfMud));
            // A server that asks nothing has nothing to wait for.
            self.heard = all.is_empty();
            return all;
        }
        self.stage = Stage::First;
        first
    }

    /// Telnet came from the peer: what to ask now. Empty but for the first time.
    pub(crate) fn heard(&mut self, config: &Config) -> Vec<(Side, Opt)> {
        self.heard = true;
        if self.stage != Stage::First {
            return Vec::new();
        }
        self.stage = Stage::Burst;
        pick(config, |when| when == When::Burst)
    }

    /// Data came from the peer.
    pub(crate) fn data(&mut self) {
        self.data = true;
    }

    /// The peer's first name is known, or will not be: what to ask now. Empty but for the first time.
    pub(crate) fn named(&mut self, config: &Config, mud: bool) -> Vec<(Side, Opt)> {
        if self.stage != Stage::Burst {
            return Vec::new();
        }
        self.stage = Stage::Complete;
        pick(config, |when| match when {
            When::AfterName => true,
            When::AfterNameUnlessMud => !mud,
            When::AfterNameIfMud => mud,
            When::First | When::Burst | When::AfterLocal => false,
        })
    }

    /// Everything is asked.
    pub(crate) fn is_complete(&self) -> bool {
        self.stage == Stage::Complete
    }

    /// The caller waits no longer, and need not be told of the end.
    pub(crate) fn give_up(&mut self) {
        self.told = true;
    }

    /// The caller was told that the connection has settled, or waits for that no longer.
    pub(crate) fn has_settled(&self) -> bool {
        self.told
    }

    /// A read is used up. Once, when the caller should be told that the connection has settled: whether by plain text.
    pub(crate) fn settles(&mut self, unanswered: bool) -> Option<bool> {
        let settled = if self.heard { self.stage == Stage::Complete && !unanswered } else { self.data };
        if !settled || std::mem::replace(&mut self.told, true) {
            return None;
        }
        Some(!self.heard)
    }
}

/// The sides of options that a server asks for at a time, in the order of the registry, then those that only the
/// policy knows.
fn pick(config: &Config, now: impl Fn(When) -> bool) -> Vec<(Side, Opt)> {
    let rows = option::REGISTRY.iter().flat_map(|row| {
        let (local, remote) = row.asked;
        let waits = remote != When::AfterLocal || config.policy.requests(Side::Local, row.option);
        [(Side::Local, row.option, local), (Side::Remote, row.option, if waits { remote } else { When::Burst })]
    });
    let known = rows.filter(|&(side, option, when)| config.policy.requests(side, option) && now(when));
    let mut picked: Vec<_> = known.map(|(side, option, _)| (side, option)).collect();
    if now(When::Burst) {
        picked.extend(config.policy.requested().filter(|&(_, option)| option::row(option).is_none()));
    }
    picked
}
