//! Names and streaming conversion of the character sets that Telnet peers speak.
