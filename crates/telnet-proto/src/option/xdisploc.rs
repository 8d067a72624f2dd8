//! XDISPLOC, X display location: option 35, RFC 1096. The client performs it.
//!
//! ```text
//! server: IAC SB XDISPLOC  SEND=1                              IAC SE
//! client: IAC SB XDISPLOC  IS=0  host : display [ . screen ]   IAC SE      ASCII
//! ```
//!
//! A client agrees to it where it is configured to tell its display: that is
//! nobody's business otherwise.

use super::asked::Question;
use super::{Behaviour, Opt, Row, When};
use crate::Event;
use crate::policy::Stance::{Accept, Refuse};

pub(super) const ROW: Row = Row {
    option: Opt::XDISPLOC,
    source: "RFC 1096",
    server: (Refuse, Accept),
    client: (Refuse, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour {
        enabled: |context, side| QUESTION.on_enabled(context, side),
        disabled: |context, side| QUESTION.on_disabled(context, side),
        receive: Some(|context, payload| QUESTION.receive(context, payload)),
        verbs: None,
    },
};

const QUESTION: Question = Question {
    option: Opt::XDISPLOC,
    due: |states| &mut states.xdisploc_due,
    encode: |config, out| {
        let display = config.x_display_location.as_bytes();
        out.extend_from_slice(&display[..display.len().min(LONGEST_DISPLAY)]);
    },
    decode: |display| Some(Event::XDisplayLocation(display)),
};

/// A client of ours sends at most so many bytes of its display, which bounds what a SEND can make it say.
pub const LONGEST_DISPLAY: usize = 80;
