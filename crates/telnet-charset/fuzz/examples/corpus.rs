//! Makes the files that the fuzzer starts from: `corpus FOLDER` writes a folder a target.

#[allow(dead_code, reason = "only the targets are wanted")]
#[path = "../../tests/checks/mod.rs"]
mod checks;
#[path = "../../tests/seeds/mod.rs"]
mod seeds;

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).expect("corpus FOLDER: where to write");
    for (target, _) in checks::TARGETS {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder)?;
        for (number, input) in seeds::of(target).iter().enumerate() {
            fs::write(folder.join(number.to_string()), input)?;
        }
    }
    Ok(())
}
