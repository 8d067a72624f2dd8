//! Telnet over TCP on tokio: accept, connect, back-pressure, deadlines, batched records.
