//! The Q method for one side of one option: RFC 1143 section 7, as one total function.
//!
//! RFC 1143 writes "him" for the remote side and "us" for the local one and gives the same table twice. Here the table
//! stands once: us = local (WILL/WONT sent, DO/DONT received), him = remote (DO/DONT sent, WILL/WONT received), and
//! "enable" is whichever of WILL and DO is meant. The queue bit of the RFC is folded into the state's name.

/// The state of one side of one option. It has effect only in [`Q::Yes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Q {
    /// Off, and nobody asks.
    #[default]
    No = 0,
    /// On.
    Yes = 1,
    /// Was on; we asked to disable, the answer is due.
    WantNo = 2,
    /// As `WantNo`, and we shall ask to enable when the answer is here.
    WantNoOpposite = 3,
    /// Was off; we asked to enable, the answer is due.
    WantYes = 4,
    /// As `WantYes`, and we shall ask to disable when the answer is here.
    WantYesOpposite = 5,
}

impl Q {
    /// All six, in the order of their numbers.
    pub const ALL: [Q; 6] = [Q::No, Q::Yes, Q::WantNo, Q::WantNoOpposite, Q::WantYes, Q::WantYesOpposite];

    /// True while an answer of the peer is due.
    pub fn is_pending(self) -> bool {
        !matches!(self, Q::No | Q::Yes)
    }
}

/// What can happen to a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Happening {
    /// WILL or DO was received.
    PeerEnables,
    /// WONT or DONT was received.
    PeerDisables,
    /// The caller wants it on.
    AskEnable,
    /// The caller wants it off.
    AskDisable,
}

/// What follows from a happening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The state from now on.
    pub state: Q,
    /// What to send: enable (WILL or DO) or disable (WONT or DONT).
    pub send: Option<bool>,
    /// What else the caller should know.
    pub note: Note,
}

/// What a step means beyond its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Nothing out of the ordinary.
    Usual,
    /// The peer asked for something that the policy refuses.
    Refused,
    /// The caller asked for what already holds, is already asked or already queued.
    Idle,
    /// The peer answered "disable" with "enable", which RFC 1143 calls an error.
    DisableAnsweredByEnable,
}

/// One step of the machine. `allowed` is the policy's word and matters only where a peer wants to enable what is off.
pub fn step(state: Q, happening: Happening, allowed: bool) -> Step {
    use Happening::*;
    use Q::*;

    match (state, happening) {
        (No, PeerEnables) if allowed => Step::to(Yes).sending(true),
        (No, PeerEnables) => Step::to(No).sending(false).noting(Note::Refused),
        (Yes, PeerEnables) => Step::to(Yes),
        (WantNo, PeerEnables) => Step::to(No).noting(Note::DisableAnsweredByEnable),
        (WantNoOpposite, PeerEnables) => Step::to(Yes).noting(Note::DisableAnsweredByEnable),
        (WantYes, PeerEnables) => Step::to(Yes),
        (WantYesOpposite, PeerEnables) => Step::to(WantNo).sending(false),

        (No, PeerDisables) => Step::to(No),
        (Yes, PeerDisables) => Step::to(No).sending(false),
        (WantNo, PeerDisables) => Step::to(No),
        (WantNoOpposite, PeerDisables) => Step::to(WantYes).sending(true),
        (WantYes, PeerDisables) => Step::to(No),
        (WantYesOpposite, PeerDisables) => Step::to(No),

        (No, AskEnable) => Step::to(WantYes).sending(true),
        (WantNo, AskEnable) => Step::to(WantNoOpposite),
        (WantYesOpposite, AskEnable) => Step::to(WantYes),
        (Yes | WantNoOpposite | WantYes, AskEnable) => Step::to(state).noting(Note::Idle),

        (Yes, AskDisable) => Step::to(WantNo).sending(false),
        (WantYes, AskDisable) => Step::to(WantYesOpposite),
        (WantNoOpposite, AskDisable) => Step::to(WantNo),
        (No | WantNo | WantYesOpposite, AskDisable) => Step::to(state).noting(Note::Idle),
    }
}

impl Step {
    fn to(state: Q) -> Step {
        Step { state, send: None, note: Note::Usual }
    }

    fn sending(self, enable: bool) -> Step {
        Step { send: Some(enable), ..self }
    }

    fn noting(self, note: Note) -> Step {
        Step { note, ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet, VecDeque};

    use super::Happening::*;
    use super::Note::*;
    use super::Q::*;
    use super::*;
    use crate::{Side, Verb};

    /// What came or was asked, the state before, the policy (`None`: the rule doesn't ask it), what the RFC says to send,
    /// the state after, and what else it says.
    type Rule = (&'static str, Q, Option<bool>, &'static str, Q, Note);

    /// RFC 1143 section 7 for "him", rule by rule.
    #[rustfmt::skip]
    const HIM: &[Rule] = &[
        // "Upon receipt of WILL, we choose based upon himq and the state of him."
        ("WILL",    No,              Some(true),  "DO",   Yes,             Usual),
        ("WILL",    No,              Some(false), "DONT", No,              Refused),
        ("WILL",    Yes,             None,        "",     Yes,             Usual),
        ("WILL",    WantNo,          None,        "",     No,              DisableAnsweredByEnable),
        ("WILL",    WantNoOpposite,  None,        "",     Yes,             DisableAnsweredByEnable),
        ("WILL",    WantYes,         None,        "",     Yes,             Usual),
        ("WILL",    WantYesOpposite, None,        "DONT", WantNo,          Usual),
        // "Upon receipt of WONT, we choose based upon him and himq."
        ("WONT",    No,              None,        "",     No,              Usual),
        ("WONT",    Yes,             None,        "DONT", No,              Usual),
        ("WONT",    WantNo,          None,        "",     No,              Usual),
        ("WONT",    WantNoOpposite,  None,        "DO",   WantYes,         Usual),
        ("WONT",    WantYes,         None,        "",     No,              Usual),
        ("WONT",    WantYesOpposite, None,        "",     No,              Usual),
        // "If we decide to ask him to enable."
        ("enable",  No,              None,        "DO",   WantYes,         Usual),
        ("enable",  Yes,             None,        "",     Yes,             Idle),
        ("enable",  WantNo,          None,        "",     WantNoOpposite,  Usual),
        ("enable",  WantNoOpposite,  None,        "",     WantNoOpposite,  Idle),
        ("enable",  WantYes,         None,        "",     WantYes,         Idle),
        ("enable",  WantYesOpposite, None,        "",     WantYes,         Usual),
        // "If we decide to ask him to disable."
        ("disable", No,              None,        "",     No,              Idle),
        ("disable", Yes,             None,        "DONT", WantNo,          Usual),
        ("disable", WantNo,          None,        "",     WantNo,          Idle),
        ("disable", WantNoOpposite,  None,        "",     WantNo,          Usual),
        ("disable", WantYes,         None,        "",     WantYesOpposite, Usual),
        ("disable", WantYesOpposite, None,        "",     WantYesOpposite, Idle),
    ];

    /// "We handle the option on our side by the same procedures, with DO-WILL, DONT-WONT, himq-usq swapped."
    fn swapped(word: &str) -> &str {
        match word {
            "WILL" => "DO",
            "WONT" => "DONT",
            "DO" => "WILL",
            "DONT" => "WONT",
            other => other,
        }
    }

    fn happening(side: Side, word: &str) -> Happening {
        match word {
            "enable" => AskEnable,
            "disable" => AskDisable,
            verb if verb == Verb::of(side.other(), true).to_string() => PeerEnables,
            verb if verb == Verb::of(side.other(), false).to_string() => PeerDisables,
            other => panic!("{other} does not speak of the {side} side"),
        }
    }

    #[test]
    fn every_state_and_happening_is_as_rfc_1143_has_it() {
        let mut covered = HashSet::new();
        for &(came, before, policy, sent, after, note) in HIM {
            for (side, came, sent) in [(Side::Remote, came, sent), (Side::Local, swapped(came), swapped(sent))] {
                for allowed in [true, false].into_iter().filter(|&allowed| policy.is_none_or(|only| only == allowed)) {
                    let happening = happening(side, came);
                    let step = step(before, happening, allowed);
                    let verb = step.send.map(|enable| Verb::of(side, enable).to_string());
                    let row = format!("{side}: {came} in {before:?}, allowed: {allowed}");
                    assert_eq!(verb.unwrap_or_default(), sent, "{row}");
                    assert_eq!((step.state, step.note), (after, note), "{row}");
                    covered.insert((side, before, happening, allowed));
                }
            }
        }
        assert_eq!(covered.len(), 2 * 6 * 4 * 2);
    }

    /// Two ends of one side of an option, and what is on its way between them: true for "enable".
    #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
    struct Link {
        ends: [Q; 2],
        towards: [VecDeque<bool>; 2],
    }

    impl Link {
        fn step(&self, end: usize, happening: Happening, allowed: [bool; 2]) -> Link {
            let mut link = self.clone();
            let step = step(self.ends[end], happening, allowed[end]);
            assert_ne!(step.note, DisableAnsweredByEnable, "two right ends never break the rule: {self:?}");
            link.ends[end] = step.state;
            link.towards[1 - end].extend(step.send);
            link
        }

        fn asked(&self, end: usize, enable: bool, allowed: [bool; 2]) -> Link {
            self.step(end, if enable { AskEnable } else { AskDisable }, allowed)
        }

        fn delivered(&self, end: usize, allowed: [bool; 2]) -> Option<Link> {
            let mut link = self.clone();
            let enable = link.towards[end].pop_front()?;
            Some(link.step(end, if enable { PeerEnables } else { PeerDisables }, allowed))
        }
    }

    const ALLOWED: [[bool; 2]; 4] = [[false, false], [false, true], [true, false], [true, true]];

    /// All that two ends can come to, whoever asks whatever at whatever time, however long it goes on.
    fn reachable(allowed: [bool; 2]) -> HashSet<Link> {
        let mut known = HashSet::from([Link::default()]);
        let mut open = vec![Link::default()];
        while let Some(link) = open.pop() {
            let asked = [(0, true), (0, false), (1, true), (1, false)];
            let asked = asked.map(|(end, enable)| link.asked(end, enable, allowed));
            let delivered = [0, 1].into_iter().filter_map(|end| link.delivered(end, allowed));
            for next in asked.into_iter().chain(delivered) {
                assert!(next.towards.iter().all(|queue| queue.len() <= 2), "more and more is on its way: {next:?}");
                if known.insert(next.clone()) {
                    open.push(next);
                }
            }
        }
        known
    }

    /// The most messages that can still be delivered before there is silence, if nobody asks for more.
    fn longest(link: &Link, allowed: [bool; 2], known: &mut HashMap<Link, usize>, path: &mut Vec<Link>) -> usize {
        if let Some(&length) = known.get(link) {
            return length;
        }
        assert!(!path.contains(link), "a loop: {path:?}");
        path.push(link.clone());
        let next: Vec<Link> = [0, 1].into_iter().filter_map(|end| link.delivered(end, allowed)).collect();
        let length = next.iter().map(|link| 1 + longest(link, allowed, known, path)).max().unwrap_or(0);
        path.pop();
        known.insert(link.clone(), length);
        length
    }

    #[test]
    fn two_ends_fall_silent_from_wherever_they_are() {
        for allowed in ALLOWED {
            let mut known = HashMap::new();
            let length =
                reachable(allowed).iter().map(|link| longest(link, allowed, &mut known, &mut Vec::new())).max();
            assert!(length.is_some_and(|length| length <= 5), "{length:?} messages");
        }
    }

    #[test]
    fn two_ends_agree_when_nothing_is_on_its_way() {
        for allowed in ALLOWED {
            let silent = |link: &Link| link.towards.iter().all(VecDeque::is_empty);
            for link in reachable(allowed).into_iter().filter(silent) {
                assert_eq!(link.ends[0], link.ends[1], "{link:?}");
                assert!(!link.ends[0].is_pending(), "{link:?}");
            }
        }
    }

    #[test]
    fn the_last_wish_of_one_end_is_what_holds_if_the_other_allows_it() {
        for allowed in ALLOWED {
            let mut known = HashSet::new();
            let mut open = vec![(Link::default(), false)];
            while let Some((link, wish)) = open.pop() {
                if link.towards.iter().all(VecDeque::is_empty) {
                    assert_eq!(link.ends[0] == Yes, wish && allowed[1], "{link:?}");
                }
                let asked = [true, false].map(|wish| (link.asked(0, wish, allowed), wish));
                let delivered = [0, 1].into_iter().filter_map(|end| Some((link.delivered(end, allowed)?, wish)));
                open.extend(asked.into_iter().chain(delivered).filter(|next| known.insert(next.clone())));
            }
        }
    }

    #[test]
    fn what_holds_already_is_not_answered() {
        for allowed in [true, false] {
            assert_eq!(step(Yes, PeerEnables, allowed), Step { state: Yes, send: None, note: Usual });
            assert_eq!(step(No, PeerDisables, allowed), Step { state: No, send: None, note: Usual });
        }
    }
}
