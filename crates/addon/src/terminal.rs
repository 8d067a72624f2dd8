//! Terminals: what Node cannot do with one. Node's `setRawMode` is all or nothing, while a Telnet client edits lines here
//! and lets the server echo them. And the terminal of a program that we run has to be read until it is empty, though
//! node-pty, which made it, destroys its own descriptor 200 ms after the program ended, read or not.
//! POSIX.1-2017, chapter 11, "General Terminal Interface".
//!
//! Elsewhere than on Unix these names do not exist, and JavaScript does with what Node has.

use std::os::fd::{BorrowedFd, IntoRawFd, OwnedFd};

use napi::bindgen_prelude::BufferSlice;
use napi::{Error, Result, Status};
use napi_derive::napi;
use rustix::fs::{OFlags, fcntl_getfl};
use rustix::io::{Errno, FdFlags, fcntl_dupfd_cloexec, fcntl_getfd, fcntl_setfd, read, write};
use rustix::process::getpgrp;
use rustix::termios::{
    Action, ControlModes, InputModes, LocalModes, OptionalActions, OutputModes, QueueSelector, SpecialCodeIndex,
    Termios, Winsize, tcflow, tcflush, tcgetattr, tcgetpgrp, tcsetattr, tcsetwinsize,
};
use telnet_net::Direct;
use telnet_proto::option::linemode::Function;

use crate::hub::Hub;

/// The settings of a terminal as they were found, and those that a Telnet client needs in their place.
/// Type-ahead is kept whatever is set, until the terminal is given back.
#[napi]
pub struct TerminalMode {
    fd: i32,
    found: Termios,
}

#[napi]
impl TerminalMode {
    /// Remembers the settings of the terminal at `fd`. Throws if it is none.
    #[napi(constructor)]
    pub fn new(fd: i32) -> Result<TerminalMode> {
        let found = tcgetattr(borrow(fd)?).map_err(failure)?;
        Ok(TerminalMode { fd, found })
    }

    /// The characters that the user has for functions of RFC 1184: pairs of function and character.
    #[napi]
    pub fn special_characters(&self) -> Vec<u32> {
        let codes = FUNCTIONS.iter().map(|(function, index)| (function.0, self.found.special_codes[*index]));
        let set = codes.filter(|&(_, character)| character != DISABLED);
        set.flat_map(|(function, character)| [function.into(), character.into()]).collect()
    }

    /// The terminal edits lines, and shows what is typed if `echo`. The bytes `escape` and end-of-file (Ctrl-D) hand over at
    /// once what is typed so far, themselves included: the first leaves the client, and the second is the server's to judge.
    /// With `signals` Ctrl-C takes the line back, and sends SIGINT.
    #[napi]
    pub fn edit_lines(&self, echo: bool, escape: u8, wishes: TerminalWishes) -> Result<()> {
        let mut mode = self.found.clone();
        mode.local_modes |= LocalModes::ICANON | LocalModes::IEXTEN;
        mode.local_modes.set(LocalModes::ISIG, wishes.signals);
        mode.local_modes.set(LocalModes::ECHO, echo);
        mode.local_modes.set(LocalModes::ECHOCTL, !wishes.literal_echo);
        wishes.set_characters(&mut mode);
        if let Some(stops) = wishes.stops_output {
            wishes.set_flow(&mut mode, stops);
        }
        if wishes.expands_tabs {
            mode.output_modes |= OutputModes::XTABS;
        }
        mode.local_modes -= LocalModes::ECHONL | LocalModes::NOFLSH;
        mode.input_modes |= InputModes::ICRNL;
        mode.input_modes -= InputModes::IGNCR | InputModes::INLCR;
        let codes = &mut mode.special_codes;
        let end_of_file = codes[SpecialCodeIndex::VEOF];
        codes[SpecialCodeIndex::VEOL] = escape;
        codes[SpecialCodeIndex::VEOL2] = end_of_file;
        codes[SpecialCodeIndex::VEOF] = DISABLED;
        self.apply(&mode).map(drop)
    }

    /// Every key is handed over as it is, and nothing is shown; output goes to the screen untouched.
    #[napi]
    pub fn pass_keys(&self, wishes: TerminalWishes) -> Result<()> {
        let mut mode = self.found.clone();
        mode.local_modes -=
            LocalModes::ICANON | LocalModes::ISIG | LocalModes::IEXTEN | LocalModes::ECHO | LocalModes::ECHONL;
        mode.input_modes -= InputModes::IGNBRK
            | InputModes::BRKINT
            | InputModes::PARMRK
            | InputModes::INPCK
            | InputModes::ISTRIP
            | InputModes::INLCR
            | InputModes::IGNCR
            | InputModes::ICRNL;
        wishes.set_flow(&mut mode, wishes.stops_output.unwrap_or(false));
        mode.output_modes -= OutputModes::OPOST;
        mode.control_modes -= ControlModes::CSIZE | ControlModes::PARENB;
        mode.control_modes |= ControlModes::CS8;
        mode.special_codes[SpecialCodeIndex::VMIN] = 1;
        mode.special_codes[SpecialCodeIndex::VTIME] = 0;
        self.apply(&mode).map(drop)
    }

    /// Gives the terminal back: the settings that were found; output runs again, should Ctrl-S have stopped it; and what was
    /// typed and not read is thrown away. It was meant for the server, and the user's shell would run it as a command.
    #[napi]
    pub fn restore(&self) -> Result<()> {
        if !self.apply(&self.found)? {
            return Ok(());
        }
        let fd = borrow(self.fd)?;
        tcflush(fd, QueueSelector::IFlush).map_err(failure)?;
        // Linux lets TCOON start only what TCOOFF has stopped.
        tcflow(fd, Action::OOff).map_err(failure)?;
        tcflow(fd, Action::OOn).map_err(failure)
    }

    /// A job in the background must not touch the terminal: it belongs to another, and the kernel would stop us for it.
    /// True if the terminal is ours.
    ///
    /// The change is made now and does not wait until output has drained: output is processed as it is written, so nothing
    /// is gained by waiting, and where nobody reads the other end (a stopped screen, a test) it would never end.
    fn apply(&self, mode: &Termios) -> Result<bool> {
        let fd = borrow(self.fd)?;
        if tcgetpgrp(fd).is_ok_and(|foreground| foreground != getpgrp()) {
            return Ok(false);
        }
        tcsetattr(fd, OptionalActions::Now, mode).map_err(failure)?;
        Ok(true)
    }
}

/// What a server has a say in, beyond who edits and shows lines: LINEMODE (RFC 1184) and remote flow control (RFC 1372).
#[napi(object, object_to_js = false)]
pub struct TerminalWishes {
    /// Keys for signals are signals, while lines are edited.
    pub signals: bool,
    /// Control characters are shown as they are, not as `^X`.
    pub literal_echo: bool,
    /// Tabs of the output are made blanks, while lines are edited.
    pub expands_tabs: bool,
    /// Ctrl-S and Ctrl-Q stop the output and let it go on; else they are keys. Absent: nobody said.
    pub stops_output: Option<bool>,
    /// Any key lets the output go on.
    pub any_key_restarts: bool,
    /// Characters for functions of RFC 1184: pairs of function and character, 0 for none.
    pub characters: Vec<u32>,
}

impl TerminalWishes {
    fn set_characters(&self, mode: &mut Termios) {
        for pair in self.characters.chunks_exact(2) {
            let known = FUNCTIONS.iter().find(|(function, _)| u32::from(function.0) == pair[0]);
            if let Some((_, index)) = known {
                mode.special_codes[*index] = u8::try_from(pair[1]).ok().filter(|&code| code != 0).unwrap_or(DISABLED);
            }
        }
    }

    fn set_flow(&self, mode: &mut Termios, stops: bool) {
        mode.input_modes.set(InputModes::IXON, stops);
        mode.input_modes.set(InputModes::IXANY, stops && self.any_key_restarts);
    }
}

/// The functions that the terminal has a character for.
const FUNCTIONS: [(Function, SpecialCodeIndex); 11] = [
    (Function::IP, SpecialCodeIndex::VINTR),
    (Function::ABORT, SpecialCodeIndex::VQUIT),
    (Function::EOF, SpecialCodeIndex::VEOF),
    (Function::SUSP, SpecialCodeIndex::VSUSP),
    (Function::EC, SpecialCodeIndex::VERASE),
    (Function::EL, SpecialCodeIndex::VKILL),
    (Function::EW, SpecialCodeIndex::VWERASE),
    (Function::RP, SpecialCodeIndex::VREPRINT),
    (Function::LNEXT, SpecialCodeIndex::VLNEXT),
    (Function::XON, SpecialCodeIndex::VSTART),
    (Function::XOFF, SpecialCodeIndex::VSTOP),
];

/// A second descriptor of what `fd` is, for its caller to close. Neither is inherited by programs started from now on: a
/// terminal that leaks into another session's program could be read there, and would never hang up.
#[napi]
pub fn duplicate_terminal(fd: i32) -> Result<i32> {
    let fd = borrow(fd)?;
    fcntl_setfd(fd, fcntl_getfd(fd).map_err(failure)? | FdFlags::CLOEXEC).map_err(failure)?;
    Ok(fcntl_dupfd_cloexec(fd, 3).map_err(failure)?.into_raw_fd())
}

/// Has plain keys of a connection's peer typed at the terminal `fd` by the thread that reads them, and not told, as long as all that was
/// told has been given back; `null`: all is told again. Keys that the terminal has no room for are told.
#[napi]
pub fn type_into(hub: &Hub, connection: u32, fd: Option<i32>) {
    let Some(connection) = hub.connection(connection) else { return };
    let terminal = fd.and_then(own_descriptor);
    connection
        .type_by(terminal.map(|terminal| -> Direct { Box::new(move |keys| write(&terminal, keys).unwrap_or(0)) }));
}

/// A descriptor of a terminal for a connection, which lives as long as that may write to it. None where there is none left, or where a
/// terminal that is full would keep all connections of the thread waiting.
fn own_descriptor(fd: i32) -> Option<OwnedFd> {
    let fd = borrow(fd).ok()?;
    fcntl_getfl(fd).ok().filter(|flags| flags.contains(OFlags::NONBLOCK))?;
    fcntl_dupfd_cloexec(fd, 3).ok()
}

/// Reads what a program has written to the terminal at `fd`, as much as `into` has room for, without waiting. Returns how many
/// bytes; fewer than there is room for: there is no more just now.
///
/// Linux gives 4,095 bytes a read, and moves the next ones up when it is asked again; to come back to the event loop for
/// each of them costs half the throughput.
#[napi]
pub fn read_terminal(fd: i32, mut into: BufferSlice<'_>) -> Result<u32> {
    let fd = borrow(fd)?;
    let mut length = 0;
    while length < into.len() {
        match read(fd, &mut into[length..]) {
            Ok(0) | Err(Errno::AGAIN | Errno::IO) => break,
            Ok(count) => length += count,
            Err(Errno::INTR) => {}
            Err(errno) => return Err(failure(errno)),
        }
    }
    Ok(length as u32)
}

/// Gives the terminal at `fd` its size; where that is a change, the programs in its foreground get SIGWINCH.
#[napi]
pub fn resize_terminal(fd: i32, columns: u16, rows: u16) -> Result<()> {
    let size = Winsize { ws_col: columns, ws_row: rows, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(borrow(fd)?, size).map_err(failure)
}

/// Whether the terminal at `fd` shows what is typed; its program may change that again. True if that was a change.
///
/// Where it is none, nothing is set: the program may be setting the same terminal at this very moment.
#[napi]
pub fn set_echo(fd: i32, echo: bool) -> Result<bool> {
    let fd = borrow(fd)?;
    let mut mode = tcgetattr(fd).map_err(failure)?;
    if mode.local_modes.contains(LocalModes::ECHO) == echo {
        return Ok(false);
    }
    mode.local_modes.set(LocalModes::ECHO, echo);
    tcsetattr(fd, OptionalActions::Now, &mode).map_err(failure)?;
    Ok(true)
}

/// The byte that erases a character, while the terminal at `fd` edits lines; `null` while its program reads keys itself.
#[napi]
pub fn erase_character(fd: i32) -> Result<Option<u8>> {
    let mode = tcgetattr(borrow(fd)?).map_err(failure)?;
    let erase = mode.special_codes[SpecialCodeIndex::VERASE];
    Ok((mode.local_modes.contains(LocalModes::ICANON) && erase != DISABLED).then_some(erase))
}

/// The bytes that interrupt, quit, suspend, end the file, erase a character and kill a line at the terminal `fd`, in this order;
/// `null` for what it has none.
#[napi]
pub fn special_characters(fd: i32) -> Result<Vec<Option<u8>>> {
    let codes = tcgetattr(borrow(fd)?).map_err(failure)?.special_codes;
    let wanted = [
        SpecialCodeIndex::VINTR,
        SpecialCodeIndex::VQUIT,
        SpecialCodeIndex::VSUSP,
        SpecialCodeIndex::VEOF,
        SpecialCodeIndex::VERASE,
        SpecialCodeIndex::VKILL,
    ];
    Ok(wanted.map(|index| Some(codes[index]).filter(|&byte| byte != DISABLED)).to_vec())
}

/// Whether the program at the terminal `fd` hides what is typed, as at a password, though the terminal's echo was off before.
///
/// Such a program mostly switches ECHO off alone, and then leaves no trace. Shells at `read -s`, and busybox, switch off ECHOK
/// too, which nobody else has a reason to touch: it tells how a killed line is echoed.
#[napi]
pub fn hides_input(fd: i32) -> Result<bool> {
    let modes = tcgetattr(borrow(fd)?).map_err(failure)?.local_modes;
    Ok(modes & (LocalModes::ICANON | LocalModes::ECHO | LocalModes::ECHOK) == LocalModes::ICANON)
}

/// What a special character is set to where there is none.
#[cfg(any(target_os = "linux", target_os = "android"))]
const DISABLED: u8 = 0;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
const DISABLED: u8 = 0xff;

fn borrow<'fd>(fd: i32) -> Result<BorrowedFd<'fd>> {
    if fd < 0 {
        return Err(failure(Errno::BADF));
    }
    // SAFETY: the number is not -1, and the descriptor lives as long as the call: JavaScript, which owns it, waits. One that
    // is not open gives EBADF.
    Ok(unsafe { BorrowedFd::borrow_raw(fd) })
}

fn failure(errno: Errno) -> Error {
    Error::new(Status::GenericFailure, std::io::Error::from(errno).to_string())
}
