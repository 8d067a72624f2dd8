//! Any payload of an option with a codec is taken by either role, and what is decoded of it can be encoded again.

#![no_main]

#[allow(dead_code, reason = "each target takes a part")]
#[path = "../../tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::are_taken_as_a_payload(input));
