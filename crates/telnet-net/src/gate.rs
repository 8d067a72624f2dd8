//! Who may come in: the guards of one address, which stand at a port before anything else is kept of a connection, and the
//! rate at which all together may come.
//!
//! What one address is: of IPv4 the whole of it, of IPv6 its first 64 bits, since whoever has one such address has the other
//! 2⁶⁴ of its network as well (RFC 6177).

use std::collections::HashMap;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::allowance::{Allowance, Rate};

/// What is guarded at a port. By default nothing is.
#[derive(Clone, Debug, Default)]
pub struct GateOptions {
    /// Connections of one address that may be open at once; 0: any number.
    pub connections_per_address: u32,
    /// New connections a second, over ten seconds; 0: any number.
    pub accept_rate: f64,
    /// The same of one address.
    pub accept_rate_per_address: f64,
    /// To whom what is said of one address does not apply.
    pub exempt: Vec<Network>,
}

/// Addresses that begin with the same bits: `192.0.2.0/24`, or one alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// Why a peer was turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Connections,
    ConnectionsPerAddress,
    AcceptRate,
    AcceptRatePerAddress,
    /// TLS did not come to stand.
    Tls,
    /// Too many wait for a thread.
    NotTaken,
}

/// The guards of a listener.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    most: usize,
    rate: Option<Rate>,
    rate_of_one: Option<Rate>,
    exempt: Vec<Network>,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// Of all together, made with the first.
    all: Option<Allowance>,
    addresses: HashMap<IpAddr, Address>,
    /// With so many addresses, or when so much time has passed, those are forgotten of whom nothing is left to know.
    sweep_at: usize,
    sweep_after: Option<Instant>,
}

/// What is known of one address.
#[derive(Debug, Default)]
struct Address {
    open: usize,
    allowance: Option<Allowance>,
}

/// A connection's place among those of its address, which is free again when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    gate: Arc<Gate>,
    address: IpAddr,
}

impl Refusal {
    /// As JavaScript and the log call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Refusal::Connections => "max-connections",
            Refusal::ConnectionsPerAddress => "max-connections-per-address",
            Refusal::AcceptRate => "accept-rate",
            Refusal::AcceptRatePerAddress => "accept-rate-per-address",
            Refusal::Tls => "tls",
            Refusal::NotTaken => "not-taken",
        }
    }
}

impl Gate {
    pub(crate) fn new(options: GateOptions) -> Arc<Gate> {
        let GateOptions { connections_per_address, accept_rate, accept_rate_per_address, exempt } = options;
        Arc::new(Gate {
            most: connections_per_address as usize,
            rate: Rate::new(accept_rate),
            rate_of_one: Rate::new(accept_rate_per_address),
            exempt,
            known: Mutex::new(Known { sweep_at: FEW, ..Known::default() }),
        })
    }

    /// Lets a peer in, or says why not. Where its address is counted it has a place as long as that is kept. `has_room`: what is
    /// asked of all together besides; it is asked last, so that one address which is refused takes nothing from the others.
    pub(crate) fn admit(
        self: &Arc<Gate>,
        peer: IpAddr,
        now: Instant,
        has_room: bool,
    ) -> Result<Option<Box<Place>>, Refusal> {
        if self.rate.is_none() && !self.counts() {
            return if has_room { Ok(None) } else { Err(Refusal::Connections) };
        }
        let address = one_address(peer);
        let is_counted = self.counts() && !self.is_exempt(peer);
        let mut known = self.lock();
        if is_counted {
            known.admit_one(address, self.most, self.rate_of_one, now)?;
        }
        if !has_room {
            return Err(Refusal::Connections);
        }
        if let Some(rate) = self.rate
            && !known.all.get_or_insert_with(|| Allowance::new(rate, now)).take_one(rate, now)
        {
            return Err(Refusal::AcceptRate);
        }
        if !is_counted {
            return Ok(None);
        }
        known.addresses.entry(address).or_default().open += 1;
        drop(known);
        Ok(Some(Box::new(Place { gate: Arc::clone(self), address })))
    }

    fn counts(&self) -> bool {
        self.most > 0 || self.rate_of_one.is_some()
    }

    fn is_exempt(&self, peer: IpAddr) -> bool {
        self.exempt.iter().any(|network| network.has(peer))
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    /// What is asked of one address.
    fn admit_one(&mut self, address: IpAddr, most: usize, rate: Option<Rate>, now: Instant) -> Result<(), Refusal> {
        let open = self.addresses.get(&address).map_or(0, |known| known.open);
        if most > 0 && open >= most {
            return Err(Refusal::ConnectionsPerAddress);
        }
        // Without a rate nobody is known who has nothing open.
        let Some(rate) = rate else { return Ok(()) };
        self.sweep(rate, now);
        let known = self.addresses.entry(address).or_default();
        let is_there = known.allowance.get_or_insert_with(|| Allowance::new(rate, now)).take_one(rate, now);
        is_there.then_some(()).ok_or(Refusal::AcceptRatePerAddress)
    }

    /// Whoever has nothing open, and could come as if for the first time, need not be known. Looked at each time that there
    /// are twice as many as were left, so that it costs little for each, and when those who came in a flood may come anew.
    fn sweep(&mut self, rate: Rate, now: Instant) {
        let is_time = self.sweep_after.is_some_and(|after| now >= after);
        if self.addresses.len() < self.sweep_at && !is_time {
            return;
        }
        self.addresses.retain(|_, known| known.matters(rate, now));
        self.addresses.shrink_to(2 * self.addresses.len());
        self.sweep_at = FEW.max(2 * self.addresses.len());
        self.sweep_after = (self.addresses.len() > FEW).then(|| now + A_WHILE);
    }
}

impl Address {
    fn matters(&mut self, rate: Rate, now: Instant) -> bool {
        self.open > 0 || self.allowance.as_mut().is_some_and(|allowance| !allowance.is_full(rate, now))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut known = self.gate.lock();
        if let Some(address) = known.addresses.get_mut(&self.address) {
            address.open -= 1;
            if address.open == 0 && address.allowance.is_none() {
                known.addresses.remove(&self.address);
            }
        }
    }
}

impl Network {
    fn has(self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                same_bits(u128::from(network.to_bits()) << 96, u128::from(address.to_bits()) << 96, self.bits)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => same_bits(network.to_bits(), address.to_bits(), self.bits),
            _ => false,
        }
    }
}

impl FromStr for Network {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Network, NoNetwork> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| NoNetwork)?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| NoNetwork)?;
        if bits > most { Err(NoNetwork) } else { Ok(Network { address, bits }) }
    }
}

/// The text names neither an address nor a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoNetwork;

impl fmt::Display for NoNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("neither an IP address nor a network such as 192.0.2.0/24")
    }
}

impl std::error::Error for NoNetwork {}

/// What counts as one address. IPv4 that comes over an IPv6 socket is IPv4.
fn one_address(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

fn same_bits(one: u128, other: u128, bits: u8) -> bool {
    (one ^ other).checked_shr(128 - u32::from(bits)).unwrap_or(0) == 0
}

/// So many addresses are not worth looking through.
const FEW: usize = 1_024;

/// What all have made up by then who have not come again.
const A_WHILE: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn gate(connections_per_address: u32, accept_rate: f64, accept_rate_per_address: f64) -> Arc<Gate> {
        let exempt = vec!["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
        Gate::new(GateOptions { connections_per_address, accept_rate, accept_rate_per_address, exempt })
    }

    #[test]
    fn an_address_has_so_many_places_and_gets_one_back_when_it_leaves() {
        let (gate, now) = (gate(2, 0.0, 0.0), Instant::now());
        let admit = |peer| gate.admit(ip(peer), now, true);
        let first = admit("192.0.2.1").unwrap();
        let _second = admit("192.0.2.1").unwrap();
        assert_eq!(admit("192.0.2.1").unwrap_err(), Refusal::ConnectionsPerAddress);
        assert_eq!(admit("::ffff:192.0.2.1").unwrap_err(), Refusal::ConnectionsPerAddress, "the same over IPv6");
        assert!(admit("192.0.2.2").is_ok(), "another is another");
        drop(first);
        let third = admit("192.0.2.1").unwrap();
        drop((third, _second));
        assert!(gate.lock().addresses.is_empty(), "nothing is kept of who is gone");
    }

    #[test]
    fn an_ipv6_network_of_64_bits_counts_as_one_address() {
        let (gate, now) = (gate(1, 0.0, 0.0), Instant::now());
        let _place = gate.admit(ip("2001:db8:1:2::1"), now, true).unwrap();
        let other = |peer| gate.admit(ip(peer), now, true).map(drop);
        assert_eq!(other("2001:db8:1:2:ffff::9"), Err(Refusal::ConnectionsPerAddress));
        assert_eq!(other("2001:db8:1:3::1"), Ok(()));
    }

    #[test]
    fn who_is_exempt_is_not_counted_but_by_what_holds_for_all() {
        let (gate, now) = (gate(1, 0.5, 0.1), Instant::now());
        let admit = |peer| gate.admit(ip(peer), now, true).map(|place| place.is_none());
        for _ in 0..4 {
            assert_eq!(admit("127.9.9.9"), Ok(true));
        }
        assert_eq!(admit("::1"), Ok(true));
        assert_eq!(admit("::1"), Err(Refusal::AcceptRate));
    }

    #[test]
    fn who_comes_too_often_is_refused_until_time_has_passed_and_takes_nothing_from_others() {
        let (gate, now) = (gate(0, 1.0, 0.2), Instant::now());
        let admit = |peer: &str, at| gate.admit(ip(peer), now + Duration::from_secs(at), true).map(drop);
        assert_eq!(admit("192.0.2.1", 0), Ok(()));
        assert_eq!(admit("192.0.2.1", 0), Ok(()));
        for _ in 0..100 {
            assert_eq!(admit("192.0.2.1", 0), Err(Refusal::AcceptRatePerAddress));
        }
        for last in 2..10 {
            assert_eq!(admit(&format!("192.0.2.{last}"), 0), Ok(()));
        }
        assert_eq!(admit("192.0.2.99", 0), Err(Refusal::AcceptRate));
        assert_eq!(admit("192.0.2.1", 5), Ok(()));
    }

    #[test]
    fn where_there_is_no_room_it_is_said_of_all_but_who_has_too_many_himself() {
        let (gate, now) = (gate(1, 0.0, 0.0), Instant::now());
        let _place = gate.admit(ip("192.0.2.1"), now, true).unwrap();
        let refused = |peer| gate.admit(ip(peer), now, false).unwrap_err();
        assert_eq!(refused("192.0.2.1"), Refusal::ConnectionsPerAddress);
        assert_eq!(refused("192.0.2.2"), Refusal::Connections);
    }

    #[test]
    fn addresses_that_came_once_are_forgotten() {
        let (gate, now) = (gate(0, 0.0, 1.0), Instant::now());
        for number in 0..100_000 {
            let peer = IpAddr::V4(std::net::Ipv4Addr::from_bits(number));
            drop(gate.admit(peer, now + Duration::from_millis(number.into()), true));
        }
        let kept = gate.lock().addresses.len();
        assert!(kept < 2 * FEW + 20_000, "{kept} are known");
    }

    #[test]
    fn a_flood_of_addresses_is_forgotten_when_it_is_over() {
        let (gate, now) = (gate(0, 0.0, 1.0), Instant::now());
        let come = |number, at, has_room| {
            let peer = IpAddr::V4(std::net::Ipv4Addr::from_bits(number));
            drop(gate.admit(peer, now + Duration::from_secs(at), has_room));
            gate.lock().addresses.len()
        };
        for (after, has_room) in [(0, true), (100, false)] {
            let known = (0..50_000).map(|number| come(number, after, has_room)).max();
            assert_eq!(known, Some(50_000));
            assert_eq!(come(50_000, after + 20, has_room), 1);
            assert!(gate.lock().addresses.capacity() <= 4 * FEW);
        }
    }

    #[test]
    fn a_network_is_an_address_or_its_first_bits() {
        let has = |network: &str, address| network.parse::<Network>().unwrap().has(ip(address));
        assert!(has("192.0.2.0/24", "192.0.2.255"));
        assert!(has("192.0.2.0/24", "::ffff:192.0.2.255"));
        assert!(!has("192.0.2.0/24", "192.0.3.0"));
        assert!(has("0.0.0.0/0", "255.1.2.3"));
        assert!(!has("0.0.0.0/0", "::2"));
        assert!(has("192.0.2.7", "192.0.2.7"));
        assert!(!has("192.0.2.7", "192.0.2.6"));
        assert!(has("2001:db8::/32", "2001:db8:ffff::1"));
        assert!(!has("::1", "::2"));
        for no_network in ["", "192.0.2", "192.0.2.0/33", "::/129", "192.0.2.0/-1", "192.0.2.0/", "example.org"] {
            assert_eq!(no_network.parse::<Network>(), Err(NoNetwork), "{no_network}");
        }
    }
}
