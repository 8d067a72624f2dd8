//! Any bytes leave an endpoint usable, are told the same however they are cut, and are answered with a bounded number of
//! bytes.

#![no_main]

#[allow(dead_code, reason = "each target takes a part")]
#[path = "../../tests/checks/mod.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|input: &[u8]| checks::endpoint(input));
