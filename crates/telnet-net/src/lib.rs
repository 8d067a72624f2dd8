//! Telnet over TCP on tokio: accept, connect, back-pressure, deadlines, batched records.
//!
//! A [`Hub`] belongs to one reader, a JavaScript context. Its connections each have one task, which reads, runs the
//! [`Conversation`] and posts what is to be told as records; the reader [polls](Hub::poll) them in batches, and gives
//! back operations in batches, by [`Hub::flush`]. What is delivered and not given back counts against a connection's
//! [credit](connection::CREDIT), and past it the task stops reading: nothing grows without a bound.
//!
//! It knows no Telnet (that is `telnet-proto`) and no JavaScript (that is the addon), and can be tested without either.

#![forbid(unsafe_code)]

mod allowance;
mod ansi;
mod backlog;
pub mod batch;
pub mod charset;
mod choice;
mod connect;
pub mod connection;
mod conversation;
mod deadline;
mod deflate;
mod direct;
mod error;
mod font;
mod gate;
mod hub;
mod inflate;
mod intake;
pub mod interrupts;
mod json;
mod line_end;
mod listener;
pub mod op;
mod pace;
mod passage;
mod queue;
pub mod raw_socket;
mod resolve;
mod runtime;
mod sleeper;
mod socket;
mod state;
mod stranger;
mod text;
mod tls;
mod tls_error;
pub mod tls_settings;
mod told;
mod urgent;
pub mod waiting_room;
mod watched;

pub use choice::{Word, charset_of_font};
pub use connection::Connection;
pub use conversation::{Conversation, Settings};
pub use deflate::{Outflow, Switch};
pub use direct::Direct;
pub use error::Error;
pub use gate::{GateOptions, Network, NoNetwork};
pub use hub::{ConnectOptions, Hub, Inbox};
pub use inflate::{Broken, Compressed};
pub use listener::{ListenOptions, Secure};
pub use pace::PaceOptions;
pub use raw_socket::RawSocket;
pub use resolve::resolve;
pub use runtime::{IO_THREADS, runtime};
pub use sleeper::{Sleeper, Woken};
pub use socket::SocketOptions;
pub use text::Text;
pub use tls::TlsFacts;
pub use tls_settings::{TlsClient, TlsOptions, TlsServer};
pub use waiting_room::WaitingRoom;
