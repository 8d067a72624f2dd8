//! Keys that go straight to the terminal of a program: the task that reads writes them there, so that a key does not wait for two
//! threads to wake. What is not a plain key, and whatever comes behind something that the reader of the records has not given back yet,
//! goes to that reader, who may type it himself: no byte overtakes another.

/// What types: it is given bytes and returns how many of them were taken. It must not wait.
pub type Direct = Box<dyn FnMut(&[u8]) -> usize + Send>;

/// True where every byte means the same at a terminal as on the wire, in whatever superset of ASCII. Not so the ends of a line, which are
/// two bytes for one key, and the two characters that erase, of which a terminal knows one.
pub(crate) fn are_plain_keys(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii() && !matches!(byte, b'\0' | b'\x08' | b'\n' | b'\r' | b'\x7f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_controls_are_plain_and_what_a_terminal_takes_otherwise_is_not() {
        assert!(are_plain_keys(b"ls -l\t\x1b[A\x03\x04\x15 ~"));
        for byte in [0, 8, 10, 13, 127, 128, 233, 255] {
            assert!(!are_plain_keys(&[b'a', byte, b'b']), "{byte}");
        }
    }
}
