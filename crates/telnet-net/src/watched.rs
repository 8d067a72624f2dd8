//! Special characters in the data of a peer that sends each key as it is: what RFC 1184 would have come as commands if that
//! peer edited its lines. Looked for only where the program asked for it, since it looks at every byte.

use telnet_proto::option::linemode::{Function, Table};

/// The functions of characters.
#[derive(Debug)]
pub(crate) struct Watched {
    /// By character; 0 for none.
    functions: [u8; 256],
}

impl Watched {
    pub(crate) fn new(table: &Table) -> Watched {
        let mut functions = [0; 256];
        // Where several have a character, the first counts.
        let characters = table.iter().filter_map(|(function, special)| Some((special.character()?, function)));
        for (character, function) in characters {
            let first = &mut functions[usize::from(character)];
            if *first == 0 {
                *first = function.0;
            }
        }
        Watched { functions }
    }

    /// Gives out the data in runs, each up to and with a character that has a function, and that function.
    pub(crate) fn split(&self, data: &[u8], mut give: impl FnMut(&[u8], Option<Function>)) {
        let mut rest = data;
        while let Some(at) = rest.iter().position(|&byte| self.functions[usize::from(byte)] != 0) {
            let (run, after) = rest.split_at(at + 1);
            give(run, Some(Function(self.functions[usize::from(rest[at])])));
            rest = after;
        }
        if !rest.is_empty() {
            give(rest, None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_given_whole_and_each_function_after_its_character() {
        let watched = Watched::new(&Table::DEFAULT);
        let mut given = Vec::new();
        watched.split(b"ab\x03c\x7f\x04", |run, function| given.push((run.to_vec(), function)));
        let expected = [
            (b"ab\x03".to_vec(), Some(Function::IP)),
            (b"c\x7f".to_vec(), Some(Function::EC)),
            (b"\x04".to_vec(), Some(Function::EOF)),
        ];
        assert_eq!(given, expected);
        given.clear();
        watched.split(b"plain\0", |run, function| given.push((run.to_vec(), function)));
        assert_eq!(given, [(b"plain\0".to_vec(), None)]);
    }
}
