//! The names that both languages share, from the one list in Rust.

use napi_derive::napi;
use telnet_charset::Charset;
use telnet_proto::option::REGISTRY;
use telnet_proto::option::linemode::Function;
use telnet_proto::{Command, Opt};

/// A name and the byte that it stands for.
#[napi(object, object_from_js = false)]
pub struct NamedByte {
    pub name: &'static str,
    pub code: u8,
}

/// Every registered option.
#[napi]
pub fn options() -> Vec<NamedByte> {
    Opt::NAMES.iter().map(|&(name, option)| NamedByte { name, code: option.0 }).collect()
}

/// The options that have behaviour here.
#[napi]
pub fn handled_options() -> Vec<u8> {
    REGISTRY.iter().map(|row| row.option.0).collect()
}

/// Every command.
#[napi]
pub fn commands() -> Vec<NamedByte> {
    Command::NAMES.iter().map(|&(name, command)| NamedByte { name, code: command.0 }).collect()
}

/// Every function that a character can have (RFC 1184).
#[napi]
pub fn specials() -> Vec<NamedByte> {
    Function::NAMES.iter().map(|&(name, function)| NamedByte { name, code: function.0 }).collect()
}

/// A character set.
#[napi(object, object_from_js = false)]
pub struct NamedCharset {
    pub name: &'static str,
    pub aliases: Vec<&'static str>,
    pub description: &'static str,
}

/// Every character set.
#[napi]
pub fn charsets() -> Vec<NamedCharset> {
    let named = |charset: Charset| NamedCharset {
        name: charset.name(),
        aliases: charset.aliases().collect(),
        description: charset.description(),
    };
    Charset::all().map(named).collect()
}

/// The own name of a character set that goes by many.
#[napi]
pub fn charset_name(name: String) -> Option<&'static str> {
    Charset::for_name(&name).map(Charset::name)
}

/// Why there is no character set of that name, where others have one.
#[napi]
pub fn charset_refusal(name: String) -> Option<&'static str> {
    Charset::refusal(&name)
}

/// The name of a character set that one which is none was probably meant to be.
#[napi]
pub fn nearest_charset(name: String) -> Option<&'static str> {
    Charset::nearest(&name)
}

/// The version of the native library.
#[napi]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
