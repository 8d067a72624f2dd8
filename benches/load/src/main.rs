//! The load of the benchmarks: one program, one subcommand a kind of load, one line of JSON as its answer.
//!
//! It runs on one thread (bulk and pour: two), so that on a machine with two cores the server keeps one to itself, and it reads
//! what the server cost out of `/proc` at the very moments between which it counts. `echo-server` is the other end: the
//! raw tokio server, called T, that shows what the kernel and the runtime alone cost.

#![forbid(unsafe_code)]

mod arguments;
mod broadcast;
mod bulk;
mod client;
mod echo;
mod idle;
mod mccp;
mod output;
mod pour;
mod progress;
mod server;
mod storm;
mod telnet;
mod tls;
mod usage;

use std::process::exit;
use std::thread;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use arguments::Arguments;

fn main() {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    if let Err(error) = run(&command, words) {
        eprintln!("telnetkit-load {command}: {error}");
        exit(1);
    }
}

fn run(command: &str, words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let arguments = Arguments::parse(words)?;
    raise_descriptor_limit();
    give_up_after(&arguments)?;
    match command {
        "echo-server" => server::run(&arguments),
        "echo" => on_one_thread(echo::run(&arguments)),
        "bulk" => bulk::run(&arguments),
        "output" => output::run(&arguments),
        "pour" => pour::run(&arguments),
        "storm" => on_one_thread(storm::run(&arguments)),
        "idle" => on_one_thread(idle::run(&arguments)),
        "broadcast" => on_one_thread(broadcast::run(&arguments)),
        "mccp-bulk" => on_one_thread(mccp::bulk(&arguments)),
        "mccp-lines" => on_one_thread(mccp::lines(&arguments)),
        "mccp-standing" => on_one_thread(mccp::standing(&arguments)),
        "tls-handshakes" => on_one_thread(tls::handshakes(&arguments)),
        "tls-bulk" => on_one_thread(tls::bulk(&arguments)),
        "tls-idle" => on_one_thread(tls::idle(&arguments)),
        _ => Err(
            "the commands are echo-server, echo, bulk, output, pour, storm, idle, broadcast, mccp-bulk, -lines, -standing, and tls-handshakes, -bulk, -idle"
                .into(),
        ),
    }
}

/// Runs a load on this thread alone; its tasks may share what is not `Send`.
pub(crate) fn on_one_thread<T>(load: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tokio::task::LocalSet::new().block_on(&runtime, load)
}

/// Ten thousand connections are more than the usual 1,024 descriptors: take all that the system grants.
fn raise_descriptor_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// A server that stops answering must not hold the whole run: `--limit` seconds, then this program ends.
fn give_up_after(arguments: &Arguments) -> Result<(), Failure> {
    if let Some(limit) = arguments.optional_duration("limit")? {
        thread::spawn(move || {
            thread::sleep(limit);
            eprintln!("telnetkit-load: gave up after {} s", limit.as_secs());
            exit(1);
        });
    }
    Ok(())
}

/// Whatever ends a load early; it is only ever printed.
pub(crate) type Failure = Box<dyn std::error::Error>;
