//! Each bound of the protocol core: what is counted, its default, and what happens past it.

/// The bounds of one connection. Sizes are in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Payload of one subnegotiation, 255 counted once. **Default:** 65,536.
    /// Past it: [`Violation::OversizedSubnegotiation`](crate::Violation), the whole is dropped to its `IAC SE`.
    pub subnegotiation: u32,
    /// Variables of one NEW-ENVIRON answer. **Default:** 100.
    /// Past it: [`Violation::EnvironmentLimit`](crate::Violation), the rest is dropped.
    pub environment_variables: u16,
    /// Name of an environment variable. **Default:** 256. Past it: as above, that variable is dropped.
    pub environment_name: u16,
    /// Value of an environment variable. **Default:** 4,096. Past it: as above, that variable is dropped.
    pub environment_value: u16,
    /// Columns of a window. **Default:** 1,000. Past it: [`Violation::WindowLimit`](crate::Violation), cut to the bound.
    pub columns: u16,
    /// Rows of a window. **Default:** 1,000. Past it: as above.
    pub rows: u16,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            subnegotiation: 65_536,
            environment_variables: 100,
            environment_name: 256,
            environment_value: 4_096,
            columns: 1_000,
            rows: 1_000,
        }
    }
}
