//! The scanner finds the same in any bytes however they are cut, and keeps within its limit. The first byte chooses the
//! limit and whether it reads text, the second the length of the reads.

#![no_main]

#[allow(dead_code, reason = "each target takes a part")]
#[path = "../../tests/checks/mod.rs"]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let [choice, length, bytes @ ..] = input else {
        return;
    };
    let (text, limit) = (choice & 1 == 1, u32::from(choice >> 1));
    checks::are_scanned_the_same(limit, text, bytes, &checks::cut(bytes, &[1 + usize::from(*length)]));
});
