//! Names and streaming conversion of the character sets that Telnet peers speak.
//!
//! A [`Charset`] is found by any of the names peers give it (RFC 2066 CHARSET, the `LANG` of RFC 1572, a flag). A [`Decoder`]
//! turns what arrives into text, read by read: a character split over two reads comes out whole. An [`Encoder`] turns text
//! into what is sent. What either cannot convert is the business of its [`ErrorRule`].
//!
//! Which set is spoken when (RFC 856 BINARY, force) and what a line end is are not decided here.
//!
//! ```
//! use telnet_charset::{Charset, Decoder, Encoder, ErrorRule};
//!
//! let charset = Charset::for_name("utf8").unwrap();
//! let mut decoder = Decoder::new(charset, ErrorRule::Replace);
//! let mut text = Vec::new();
//! decoder.decode(b"caf\xC3", &mut text)?;
//! assert!(decoder.is_mid_character());
//! decoder.decode(b"\xA9", &mut text)?;
//! decoder.finish(&mut text)?;
//! assert_eq!(text, "café".as_bytes());
//!
//! let mut bytes = Vec::new();
//! Encoder::new(Charset::CP437, ErrorRule::Replace).encode("café ☕", &mut bytes)?;
//! assert_eq!(bytes, b"caf\x82 ?");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! To add a set, add its row to `list.rs`; a set that no crate has brings its table under `table/`, and
//! one that no kind of conversion covers yet a file under `conversion/`.

#![forbid(unsafe_code)]

mod charset;
mod conversion;
mod decoder;
mod encoder;
mod error_rule;
mod list;
mod name;
mod sink;
mod surrogate;
mod table;
mod units;
mod unknown;

pub use charset::Charset;
pub use decoder::{DecodeError, Decoder};
pub use encoder::{EncodeError, Encoder};
pub use error_rule::ErrorRule;
pub use sink::Sink;
pub use units::{Form, Units};
