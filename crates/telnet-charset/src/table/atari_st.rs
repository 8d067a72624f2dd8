//! The set of the Atari ST: ASCII, and Latin, Hebrew, Greek and signs from 80 up.
//!
//! Source: the Unicode consortium's VENDORS/MISC/ATARIST.TXT.

use crate::conversion::single_byte::{SingleByte, over_ascii};

pub(crate) static ATARI_ST: SingleByte = SingleByte::new(|| over_ascii(HIGH.map(Some)));

/// 80 to FF.
#[rustfmt::skip]
const HIGH: [char; 128] = [
    '\u{C7}', '\u{FC}', '\u{E9}', '\u{E2}', '\u{E4}', '\u{E0}', '\u{E5}', '\u{E7}',
    '\u{EA}', '\u{EB}', '\u{E8}', '\u{EF}', '\u{EE}', '\u{EC}', '\u{C4}', '\u{C5}',
    '\u{C9}', '\u{E6}', '\u{C6}', '\u{F4}', '\u{F6}', '\u{F2}', '\u{FB}', '\u{F9}',
    '\u{FF}', '\u{D6}', '\u{DC}', '\u{A2}', '\u{A3}', '\u{A5}', '\u{DF}', '\u{192}',
    '\u{E1}', '\u{ED}', '\u{F3}', '\u{FA}', '\u{F1}', '\u{D1}', '\u{AA}', '\u{BA}',
    '\u{BF}', '\u{2310}', '\u{AC}', '\u{BD}', '\u{BC}', '\u{A1}', '\u{AB}', '\u{BB}',
    '\u{E3}', '\u{F5}', '\u{D8}', '\u{F8}', '\u{153}', '\u{152}', '\u{C0}', '\u{C3}',
    '\u{D5}', '\u{A8}', '\u{B4}', '\u{2020}', '\u{B6}', '\u{A9}', '\u{AE}', '\u{2122}',
    '\u{133}', '\u{132}', '\u{5D0}', '\u{5D1}', '\u{5D2}', '\u{5D3}', '\u{5D4}', '\u{5D5}',
    '\u{5D6}', '\u{5D7}', '\u{5D8}', '\u{5D9}', '\u{5DB}', '\u{5DC}', '\u{5DE}', '\u{5E0}',
    '\u{5E1}', '\u{5E2}', '\u{5E4}', '\u{5E6}', '\u{5E7}', '\u{5E8}', '\u{5E9}', '\u{5EA}',
    '\u{5DF}', '\u{5DA}', '\u{5DD}', '\u{5E3}', '\u{5E5}', '\u{A7}', '\u{2227}', '\u{221E}',
    '\u{3B1}', '\u{3B2}', '\u{393}', '\u{3C0}', '\u{3A3}', '\u{3C3}', '\u{B5}', '\u{3C4}',
    '\u{3A6}', '\u{398}', '\u{3A9}', '\u{3B4}', '\u{222E}', '\u{3C6}', '\u{2208}', '\u{2229}',
    '\u{2261}', '\u{B1}', '\u{2265}', '\u{2264}', '\u{2320}', '\u{2321}', '\u{F7}', '\u{2248}',
    '\u{B0}', '\u{2219}', '\u{B7}', '\u{221A}', '\u{207F}', '\u{B2}', '\u{B3}', '\u{AF}',
];
