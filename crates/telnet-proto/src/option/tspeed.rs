//! TSPEED, terminal speed: option 32, RFC 1079. The client performs it.
//!
//! ```text
//! server: IAC SB TSPEED  SEND=1                       IAC SE
//! client: IAC SB TSPEED  IS=0  transmit , receive     IAC SE      two decimal numbers in ASCII, bits a second
//! ```

use super::asked::Question;
use super::{Behaviour, Opt, Row, When};
use crate::Event;
use crate::policy::Stance::{Accept, Refuse};

pub(super) const ROW: Row = Row {
    option: Opt::TSPEED,
    source: "RFC 1079",
    server: (Refuse, Accept),
    client: (Accept, Refuse),
    asked: (When::Burst, When::Burst),
    behaviour: Behaviour {
        enabled: |context, side| QUESTION.on_enabled(context, side),
        disabled: |context, side| QUESTION.on_disabled(context, side),
        receive: Some(|context, payload| QUESTION.receive(context, payload)),
        verbs: None,
    },
};

const QUESTION: Question = Question {
    option: Opt::TSPEED,
    due: |states| &mut states.tspeed_due,
    encode: |config, out| encode(config.terminal_speed, out),
    decode: |text| decode(text).map(Event::TerminalSpeed),
};

/// How fast a terminal sends and receives, in bits a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Speed {
    /// From the terminal.
    pub transmit: u32,
    /// To the terminal.
    pub receive: u32,
}

/// Appends the text `transmit,receive`.
pub fn encode(speed: Speed, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("{},{}", speed.transmit, speed.receive).as_bytes());
}

/// The speed that `transmit,receive` says; blanks around a number do no harm.
pub fn decode(text: &[u8]) -> Option<Speed> {
    let (transmit, receive) = std::str::from_utf8(text).ok()?.split_once(',')?;
    Some(Speed { transmit: number(transmit)?, receive: number(receive)? })
}

/// Digits and nothing else: `parse` would take a sign.
fn number(text: &str) -> Option<u32> {
    let digits = text.trim_matches(|character| matches!(character, ' ' | '\0'));
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_two_decimal_numbers() {
        let mut payload = Vec::new();
        encode(Speed { transmit: 38_400, receive: 1_200 }, &mut payload);
        assert_eq!(payload, b"38400,1200");
        for (text, expected) in [
            (&b"38400,1200"[..], Some((38_400, 1_200))),
            (b"9,0", Some((9, 0))),
            (b" 9600 , 9600\0", Some((9_600, 9_600))),
            (b"4294967295,1", Some((u32::MAX, 1))),
            (b"4294967296,1", None),
            (b"38400", None),
            (b"fast,slow", None),
            (b"-1,+1", None),
            (b",", None),
            (b"1,2,3", None),
            (b"\xff,1", None),
        ] {
            let expected = expected.map(|(transmit, receive)| Speed { transmit, receive });
            assert_eq!(decode(text), expected, "{}", text.escape_ascii());
        }
    }
}
