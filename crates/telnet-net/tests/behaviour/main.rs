//! What a reader of records and a peer see of each other: hubs without Node, peers of the standard library.

mod closing;
mod connecting;
mod listening;
mod negotiating;
mod pressure;
mod secure;
mod strangers;
mod support;
mod text;
mod typing;
#[cfg(target_os = "linux")]
mod urgent;
mod waiting;
mod writing;
