//! Small values as the numbers that stand for them at the boundary.

use telnet_net::batch::Polled;
use telnet_proto::{Endpoint, Opt, Side};

/// What a poll found: how many records, or minus what the next one needs.
pub fn polled(polled: Polled) -> i32 {
    match polled {
        Polled::Records(count) => i32::try_from(count).unwrap_or(i32::MAX),
        Polled::TooSmall(needed) => i32::try_from(needed).map_or(i32::MIN, |needed| -needed),
    }
}

/// The number of a Q state, and times 256 that of the course that led to it; 0 for an option or a side that there is none of.
pub fn option_state(endpoint: &Endpoint, side: u32, option: u32) -> u32 {
    let side = if side == 0 { Side::Local } else { Side::Remote };
    let Ok(option) = u8::try_from(option).map(Opt) else { return 0 };
    endpoint.state(side, option) as u32 | (endpoint.course(side, option) as u32) << 8
}
