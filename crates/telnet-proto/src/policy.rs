//! What we offer, ask for, accept and refuse: a word for each side of each option.

use std::fmt;

use crate::{Opt, Role, Side, option};

/// Our will about one side of one option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Stance {
    /// Answer WONT or DONT.
    #[default]
    Refuse = 0,
    /// Answer yes, but do not begin.
    Accept = 1,
    /// Answer yes, and offer (WILL) or ask (DO) when the connection opens.
    Request = 2,
}

/// The whole table. It is shared by the connections of a server, so its size doesn't matter.
#[derive(Clone, PartialEq, Eq)]
pub struct Policy {
    stances: [[Stance; 256]; 2],
}

impl Policy {
    /// Refuses everything, as a peer that knows only RFC 854.
    pub fn refuse_all() -> Policy {
        Policy { stances: [[Stance::Refuse; 256]; 2] }
    }

    /// What a role does by default: the stances of the [registry](crate::option::REGISTRY).
    pub fn for_role(role: Role) -> Policy {
        let mut policy = Policy::refuse_all();
        for row in option::REGISTRY {
            let (local, remote) = match role {
                Role::Server => row.server,
                Role::Client => row.client,
            };
            policy.set(Side::Local, row.option, local);
            policy.set(Side::Remote, row.option, remote);
        }
        policy
    }

    /// Changes one side of one option.
    pub fn set(&mut self, side: Side, option: Opt, stance: Stance) {
        self.stances[side as usize][usize::from(option.0)] = stance;
    }

    /// The stance on one side of one option.
    pub fn stance(&self, side: Side, option: Opt) -> Stance {
        self.stances[side as usize][usize::from(option.0)]
    }

    /// True if the peer may have it.
    pub fn accepts(&self, side: Side, option: Opt) -> bool {
        self.stance(side, option) != Stance::Refuse
    }

    /// True if we begin with it.
    pub fn requests(&self, side: Side, option: Opt) -> bool {
        self.stance(side, option) == Stance::Request
    }

    /// Every side of an option that we begin with, in the order of the options' numbers.
    pub fn requested(&self) -> impl Iterator<Item = (Side, Opt)> + '_ {
        let options = (0..=255).map(Opt);
        options
            .flat_map(|option| [(Side::Local, option), (Side::Remote, option)])
            .filter(|&(side, option)| self.requests(side, option))
    }
}

impl fmt::Debug for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for option in (0..=255).map(Opt) {
            for side in [Side::Local, Side::Remote] {
                if self.accepts(side, option) {
                    map.entry(&(side, option), &self.stance(side, option));
                }
            }
        }
        map.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// icy_term fails at options that it doesn't know, and knows these.
    #[test]
    fn nothing_is_begun_with_that_icy_term_does_not_know() {
        for role in [Role::Server, Role::Client] {
            let unknown = |&(_, option): &(Side, Opt)| !matches!(option.0, 0..=49 | 138..=140 | 255);
            assert_eq!(Policy::for_role(role).requested().find(unknown), None);
        }
    }
}
