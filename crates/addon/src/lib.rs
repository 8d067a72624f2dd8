//! The N-API addon: it converts and delegates.
//!
//! ```text
//! JavaScript, one thread                                   I/O threads
//!   poll(head, data)  <- records -- Mailbox <- records ---- a task for each connection
//!   flush(head, data) -- operations ------------------------> its conversation and its socket
//!   wake()            <- once for many records ------------ the first record of a batch
//! ```
//!
//! A [`hub::Hub`] has the sockets of one JavaScript context; an [`endpoint::Endpoint`] speaks the same records and operations
//! over a stream that JavaScript carries. Memory that crosses belongs to JavaScript and is reused: no object is made for a
//! record.

mod address;
pub mod decoder;
pub mod endpoint;
pub mod hub;
mod interrupts;
pub mod names;
mod number;
pub mod options;
pub mod raw_socket;
#[cfg(unix)]
pub mod terminal;
pub mod tls;
pub mod waiting_room;
