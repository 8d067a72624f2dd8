//! Which character sets are offered to a peer, and which of a peer's offers is taken (RFC 2066).

use telnet_charset::Charset;
use telnet_proto::Role;
use telnet_proto::option::charset::Offers;

/// What servers of the field offer, in this order, and each set once.
const OFFERED: [&str; 12] = [
    "UTF-8",
    "LATIN1",
    "CP1252",
    "ISO-8859-15",
    "CP437",
    "SHIFT_JIS",
    "BIG5",
    "GBK",
    "GB2312",
    "EUC-KR",
    "CP949",
    "US-ASCII",
];

/// What a server offers unless it is told otherwise: its own set, since many a client takes the first that it knows, and
/// then all others of the list.
pub fn offered(own: Option<Charset>) -> Vec<Box<str>> {
    let (same, others): (Vec<_>, _) = OFFERED.iter().partition(|name| Charset::for_name(name) == own);
    let own = own.filter(|_| same.is_empty()).map(Charset::name);
    own.into_iter().chain(same.into_iter().copied()).chain(others.into_iter().copied()).map(Into::into).collect()
}

/// Which offer is taken, in the peer's spelling: the set that is spoken already, else the first that can be. But a client
/// which was told what to speak takes no other; Latin-1 counts as no more than a wish, being what is set where nobody knows.
pub(crate) fn choose<'a>(role: Role, own: Charset, insists: bool, offers: Offers<'a>) -> Option<(&'a [u8], Charset)> {
    let known = || offers.names().filter_map(|name| Some((name, Charset::for_name(std::str::from_utf8(name).ok()?)?)));
    let is_firm = role == Role::Client && insists && own != Charset::ISO_8859_1;
    known().find(|&(_, charset)| charset == own).or_else(|| if is_firm { None } else { known().next() })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::Arc;

    use telnet_proto::{Config, Endpoint, Event, Opt, Side, escape};

    use super::*;

    fn names(own: Option<Charset>) -> Vec<Box<str>> {
        offered(own)
    }

    #[test]
    fn a_server_offers_its_own_set_first_and_then_the_others() {
        let all = names(Some(Charset::UTF_8));
        assert_eq!(*all[0], *"UTF-8");
        assert_eq!(all, names(None));
        let sets: HashSet<Charset> = all.iter().filter_map(|name| Charset::for_name(name)).collect();
        assert_eq!(sets.len(), all.len());
        assert_eq!(all.last().map(|name| &**name), Some("US-ASCII"));

        let first = names(Some(Charset::CP437));
        assert_eq!((&*first[0], &*first[1]), ("CP437", "UTF-8"));
        assert_eq!(first.len(), all.len());
        // In the list it goes by another name.
        assert_eq!(*names(Some(Charset::ISO_8859_1))[0], *"LATIN1");
    }

    /// What a role takes of a list whose separator is a semicolon.
    fn taken(role: Role, own: Charset, insists: bool, list: &str) -> Option<String> {
        let (mut endpoint, mut out) = (Endpoint::new(Arc::new(Config::for_role(role))), Vec::new());
        endpoint.ask(Side::Remote, Opt::CHARSET, true, &mut out);
        let mut wire = Vec::new();
        escape::subnegotiation(Opt::CHARSET, &[b"\x01", list.as_bytes()].concat(), &mut wire);
        let mut input = &wire[..];
        let Some(Event::CharsetRequested(offers)) = endpoint.next(&mut input, &mut out) else {
            panic!("no request: {list}");
        };
        choose(role, own, insists, offers).map(|(name, _)| String::from_utf8(name.to_vec()).expect("as given"))
    }

    #[test]
    fn a_client_takes_what_it_was_told_to_speak_and_no_other() {
        let insisting = |own, list| taken(Role::Client, own, true, list);
        assert_eq!(insisting(Charset::UTF_8, ";LATIN1;utf8;UTF-8").as_deref(), Some("utf8"));
        assert_eq!(insisting(Charset::UTF_8, ";LATIN1;CP437"), None);
        // Odd spellings are known, and given back as they came.
        assert_eq!(insisting(Charset::ISO_8859_1, ";UTF-8;ISO 8859-01").as_deref(), Some("ISO 8859-01"));
        assert_eq!(insisting(Charset::US_ASCII, ";UTF-8;ASCII").as_deref(), Some("ASCII"));
    }

    #[test]
    fn a_client_that_was_told_nothing_or_latin_1_takes_the_first_that_it_knows() {
        for (own, insists) in [(Charset::UTF_8, false), (Charset::ISO_8859_1, true)] {
            let weak = |list| taken(Role::Client, own, insists, list);
            assert_eq!(weak(";UTF-16;KLINGON;\u{fffd};cp-437;US-ASCII").as_deref(), Some("cp-437"));
            assert_eq!(weak(";UTF-16;KLINGON"), None);
        }
        assert_eq!(taken(Role::Client, Charset::UTF_8, false, ";CP437;UTF-8").as_deref(), Some("UTF-8"));
    }

    #[test]
    fn a_server_takes_its_own_set_or_else_the_first_that_it_knows() {
        for insists in [false, true] {
            let server = |list| taken(Role::Server, Charset::UTF_8, insists, list);
            assert_eq!(server(";CP437;UTF-8").as_deref(), Some("UTF-8"));
            assert_eq!(server(";KLINGON;CP437;LATIN1").as_deref(), Some("CP437"));
            assert_eq!(server(";KLINGON"), None);
        }
    }
}
