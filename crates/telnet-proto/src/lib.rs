//! The Telnet protocol, sans-IO: bytes in, events and bytes out.
//!
//! No socket, no clock, no thread; no allocation while data flows. RFC 854 and 855 (commands and subnegotiations), RFC
//! 1143 (the Q method of option negotiation), and one file an option under [`option`].
//!
//! # The contract
//! The [`Endpoint`] is pulled. The caller lends the input as a slice and a buffer for the output, and asks for the
//! [`next`](Endpoint::next) event until there is none; then it sends what stands in the output and reads again. Events
//! borrow from the input. What is still in the input between two calls was not looked at, so that a caller can change
//! how the rest is read at an exact byte. The input may be cut anywhere: the events tell the same. Only a run of data
//! may come in more pieces, and [`Event::Settled`], which is told when a read is used up, earlier.
//!
//! Nothing that a peer sends is an error. What it does wrong is an [`Event::Violation`], and the stream goes on.
//!
//! ```
//! use std::sync::Arc;
//! use telnet_proto::{Config, Endpoint, Event, Role};
//!
//! let mut endpoint = Endpoint::new(Arc::new(Config::for_role(Role::Server)));
//! let mut output = Vec::new();
//! endpoint.open(&mut output);
//! assert_eq!(output, b"\xff\xfd\x18"); // IAC DO TERMINAL-TYPE
//!
//! let read = b"hello\xff\xff\r\n"; // a peer that speaks no Telnet, and a data byte 255
//! let mut input = &read[..];
//! let mut text = Vec::new();
//! while let Some(event) = endpoint.next(&mut input, &mut output) {
//!     match event {
//!         Event::Data(data) => text.extend_from_slice(data),
//!         Event::Settled { plain } => assert!(plain),
//!         other => println!("{other:?}"),
//!     }
//! }
//! assert_eq!(text, b"hello\xff\r\n");
//! ```
//!
//! # Bounds
//! What a peer makes us keep is bounded by [`Limits`]; what it makes us send of ourselves by 4 bytes for each byte of
//! random input, and by 16 for each byte of the worst that can be made up (questions for our terminal type or are-you-there
//! and nothing else). Beyond that come only the questions of the opening and, from a client, four times its environment
//! and once the special characters that its caller has set.

#![forbid(unsafe_code)]

mod command;
mod config;
mod endpoint;
pub mod escape;
mod event;
mod limits;
mod negotiator;
pub mod newline;
mod observed;
mod opening;
pub mod option;
mod policy;
pub mod q;
mod scanner;

pub use command::{Command, Side, Verb};
pub use config::{Config, Role};
pub use endpoint::Endpoint;
pub use event::{Event, OptionChange, Violation};
pub use limits::Limits;
pub use negotiator::{Asked, Course, Negotiator, Received};
pub use option::Opt;
pub use policy::{Policy, Stance};
pub use scanner::{Payload, Scanner, Token};
