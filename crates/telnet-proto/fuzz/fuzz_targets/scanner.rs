//! The scanner finds the same in any bytes however they are cut, and keeps within its limit.

#![no_main]

#[allow(dead_code, reason = "each target takes a part")]
#[path = "../../tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::scanner(input));
