//! The N-API addon: it converts and delegates.

#[cfg(unix)]
pub mod terminal;

use napi_derive::napi;

/// The version of the native library.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
