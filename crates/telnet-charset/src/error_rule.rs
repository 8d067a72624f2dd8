//! What becomes of bytes or characters that a set cannot convert.

/// What becomes of bytes or characters that a set cannot convert.
///
/// The default is [`Replace`](ErrorRule::Replace): before BINARY is agreed a direction is ASCII, and one stray byte of a peer
/// must not end the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ErrorRule {
    /// Decoding gives U+FFFD for each culprit, encoding `?` for each character.
    ///
    /// A culprit is what the WHATWG Encoding Standard takes for one: in UTF-8 the longest sequence that could have begun a
    /// character (Unicode calls it a maximal subpart), or else a single byte.
    #[default]
    Replace,
    /// They are dropped.
    Ignore,
    /// The call ends in an error that tells the culprit and its place.
    Strict,
    /// Each undecodable byte b becomes the lone surrogate U+DC00 + b and goes back as the same byte, so that nothing is lost.
    ///
    /// Lone surrogates have no UTF-8; among it they are written the way UTF-8 would write them (`ED B2 80` to `ED B3 BF`, a form
    /// known as WTF-8). [`Encoder::encode_wtf8`](crate::Encoder::encode_wtf8) reads that form. Any other character that a set lacks is an error, as under [`Strict`](ErrorRule::Strict).
    /// Python knows this rule as `surrogateescape` (PEP 383).
    Surrogate,
}
