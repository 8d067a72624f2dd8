//! What a process has cost so far, as Linux tells it: nanoseconds on a core for each thread, and resident memory.
//!
//! `schedstat` counts in nanoseconds where `stat` counts in hundredths of a second, and it tells the main thread (Node's
//! event loop) from the others. Threads that have ended are not in it; no server here ends one while it is measured.

use std::fs;
use std::time::Instant;

use crate::Failure;

/// Nanoseconds on a core.
#[derive(Clone, Copy)]
struct Cpu {
    main: u64,
    process: u64,
}

impl Cpu {
    fn of(pid: &str) -> Result<Self, Failure> {
        let mut process = 0;
        for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
            process += nanoseconds(&format!("{}/schedstat", thread?.path().display()))?;
        }
        Ok(Self { main: nanoseconds(&format!("/proc/{pid}/schedstat"))?, process })
    }
}

fn nanoseconds(path: &str) -> Result<u64, Failure> {
    let text = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}

/// Resident memory in KiB. `smaps_rollup` walks the pages; the counter in `statm` lags behind by some hundred KiB.
pub(crate) fn resident_kib(pid: &str) -> Result<u64, Failure> {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let line = text.lines().find_map(|line| line.strip_prefix("Rss:")).ok_or("smaps_rollup has no Rss line")?;
    Ok(line.trim().trim_end_matches("kB").trim().parse()?)
}

/// A stretch of time over which a server (and this program) is watched.
pub(crate) struct Meter {
    pid: String,
    started: Instant,
    server: Cpu,
    own: Cpu,
}

impl Meter {
    pub(crate) fn start(pid: &str) -> Result<Self, Failure> {
        Ok(Self { pid: pid.to_owned(), own: Cpu::of("self")?, server: Cpu::of(pid)?, started: Instant::now() })
    }

    /// The JSON members that every load reports. `generator` is this program's share of one core: near 1 (bulk: 2) it,
    /// not the server, sets the pace, and only the server's CPU still tells servers apart.
    pub(crate) fn stop(self, units: u64) -> Result<String, Failure> {
        let elapsed = self.started.elapsed();
        if units == 0 {
            return Err("nothing was completed".into());
        }
        let server = Cpu::of(&self.pid)?;
        let own = Cpu::of("self")?;
        Ok(format!(
            r#""units":{units},"seconds":{},"mainNs":{},"processNs":{},"generator":{:.3}"#,
            elapsed.as_secs_f64(),
            server.main - self.server.main,
            server.process - self.server.process,
            (own.process - self.own.process) as f64 / elapsed.as_nanos() as f64,
        ))
    }
}
