//! Any bytes leave an endpoint usable, are told the same however they are cut, and are answered with a bounded number of
//! bytes. The first byte chooses the role, the second the length of the reads.

#![no_main]

#[allow(dead_code, reason = "each target takes a part")]
#[path = "../../tests/checks/mod.rs"]
mod checks;

use libfuzzer_sys::fuzz_target;
use telnet_proto::Role;

fuzz_target!(|input: &[u8]| {
    let [choice, length, bytes @ ..] = input else {
        return;
    };
    let role = if choice & 1 == 0 { Role::Server } else { Role::Client };
    let reads = checks::cut(bytes, &[1 + usize::from(*length)]);
    checks::leave_it_usable(role, &reads);
    checks::are_told_the_same(role, bytes, &reads);
    checks::are_answered_with_at_most(16, role, &reads);
});
