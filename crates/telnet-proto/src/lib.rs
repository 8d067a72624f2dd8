//! The Telnet protocol, sans-IO: scanner, option negotiation, endpoint.
