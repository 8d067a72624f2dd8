//! Sets that no crate has, a file each.

pub(crate) mod atari_st;
pub(crate) mod atascii;
pub(crate) mod cp1131;
pub(crate) mod ebcdic;
pub(crate) mod petscii;
