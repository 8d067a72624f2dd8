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
