//! TLS in both roles, against itself and against rustls driven by hand.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, crypto::ring};
use telnet_net::batch::Kind;
use telnet_net::op::Op;
use telnet_net::tls_settings::Roots;
use telnet_net::{Secure, TlsClient, TlsOptions, TlsServer};

use crate::support::{Peer, Reader, accept, connect, on_any_port, record_cost, silent, to, utf8};

/// An authority and what it signs.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        // Each has a name of its own, as clients look for who signed by the name.
        let name = KeyPair::generate().unwrap().public_key_pem();
        params.distinguished_name.push(DnType::CommonName, name[60..100].to_owned());
        be_authority(&mut params);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> Vec<u8> {
        self.0.pem().into_bytes()
    }

    /// A certificate for a name and its key.
    fn signs(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> TlsOptions {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.0).unwrap();
        TlsOptions { certificates: certificate.pem().into(), key: key.serialize_der(), ..TlsOptions::default() }
    }

    /// A client that trusts it.
    fn client(&self, name: &str) -> TlsClient {
        let options = TlsOptions { authorities: Some(self.pem()), ..TlsOptions::default() };
        TlsClient::new(&options, Roots::lenient([]), name).unwrap()
    }

    /// rustls by hand.
    fn peer(&self, stream: TcpStream) -> StreamOwned<ClientConnection, TcpStream> {
        let mut store = RootCertStore::empty();
        store.add(CertificateDer::from_pem_slice(&self.pem()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(store)
            .with_no_client_auth();
        let session = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
        StreamOwned::new(session, stream)
    }
}

fn server(options: &TlsOptions, auto: Option<Duration>) -> telnet_net::ListenOptions {
    let tls = Some(Secure { settings: TlsServer::new(options).unwrap(), auto });
    telnet_net::ListenOptions { tls, ..on_any_port(silent(Some(utf8()))) }
}

/// Connects a client of ours to a server of ours.
fn meet(server_options: &TlsOptions, client: TlsClient) -> (Reader, Reader) {
    let (near, far) = (Reader::new(), Reader::new());
    let (_, address) = far.listen(server(server_options, None));
    near.hub.connect(telnet_net::ConnectOptions { tls: Some(client), ..to(address, Some(utf8())) });
    (near, far)
}

/// Connects, and returns why that failed.
fn failure(server_options: &TlsOptions, client: TlsClient) -> String {
    meet(server_options, client).0.next().error().to_owned()
}

fn listening(authority: &Authority, auto: Option<Duration>) -> (Reader, SocketAddr) {
    let reader = Reader::new();
    let (_, address) = reader.listen(server(&authority.signs("localhost", |_| {}), auto));
    (reader, address)
}

#[test]
fn both_sides_speak_and_end_in_order() {
    let authority = Authority::new();
    for newest_only in [true, false] {
        let options = TlsOptions { newest_only, oldest_only: !newest_only, ..authority.signs("localhost", |_| {}) };
        let (mut near, mut far) = meet(&options, authority.client("localhost"));
        let (here, there) = (near.next_of(Kind::Open), far.next_of(Kind::Open));
        assert_eq!((here.argument, there.argument), (2, 3));
        near.perform(here.connection, &[Op::Text(b"look\n")]);
        assert_eq!(far.data(6), b"look\r\n");
        far.perform(there.connection, &[Op::Text(b"a room"), Op::End]);
        assert_eq!(near.data(6), b"a room");
        near.next_of(Kind::End);
        let facts = near.hub.connection(here.connection).unwrap().tls().unwrap();
        let (protocol, suite) = if newest_only {
            ("TLSv1.3", "TLS_AES_256_GCM_SHA384")
        } else {
            ("TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")
        };
        assert_eq!((facts.protocol, &*facts.cipher, facts.certificates.len()), (protocol, suite, 1));
        near.perform(here.connection, &[Op::End]);
        let closes = [near.next_of(Kind::Close), far.next_of(Kind::Close)];
        assert_eq!(closes.each_ref().map(|close| close.error()), ["", ""]);
        // What was said, and not what it was wrapped in.
        assert_eq!(closes[0].data[..16], [6_u64.to_le_bytes(), 6_u64.to_le_bytes()].concat());
        assert_eq!(closes[1].data[..16], [6_u64.to_le_bytes(), 6_u64.to_le_bytes()].concat());
    }
}

/// A certificate for `localhost` that nobody else vouches for.
fn self_signed(change: impl FnOnce(&mut CertificateParams)) -> TlsOptions {
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    TlsOptions { certificates: certificate.pem().into(), key: key.serialize_der(), ..TlsOptions::default() }
}

/// As `openssl req -x509` makes all that it makes.
fn be_authority(params: &mut CertificateParams) {
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
}

#[test]
fn a_self_signed_certificate_is_trusted_by_who_names_it_though_it_be_an_authority() {
    for server in [self_signed(|_| {}), self_signed(be_authority)] {
        let trusting = |name| {
            let options = TlsOptions { authorities: Some(server.certificates.clone()), ..TlsOptions::default() };
            TlsClient::new(&options, Roots::lenient([]), name).unwrap()
        };
        assert!(meet(&server, trusting("localhost")).0.next().is(Kind::Open));
        let by_default = Roots::lenient([server.certificates.clone()]);
        let client = TlsClient::new(&TlsOptions::default(), by_default, "localhost").unwrap();
        assert!(meet(&server, client).0.next().is(Kind::Open));
        assert!(failure(&server, trusting("example.org")).contains("ERR_TLS_CERT_ALTNAME_INVALID"));
    }
    let expired = self_signed(|params| {
        be_authority(params);
        params.not_after = date_time_ymd(2002, 1, 1);
    });
    let options = TlsOptions { authorities: Some(expired.certificates.clone()), ..TlsOptions::default() };
    let client = TlsClient::new(&options, Roots::lenient([]), "localhost").unwrap();
    assert!(failure(&expired, client).contains("CERT_HAS_EXPIRED"));
}

#[test]
fn a_certificate_that_is_not_good_is_refused_by_its_code() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let good = authority.signs("localhost", |_| {});
    let expired = authority.signs("localhost", |params| {
        (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(2002, 1, 1));
    });
    let early = authority.signs("localhost", |params| params.not_before = date_time_ymd(2999, 1, 1));
    let (self_signed, both_in_one) = (self_signed(|_| {}), self_signed(be_authority));
    let mut with_root = good.clone();
    with_root.certificates.extend(authority.pem());
    for (server, client, code, words) in [
        (
            &good,
            authority.client("example.org"),
            "ERR_TLS_CERT_ALTNAME_INVALID",
            "the certificate is for localhost, and not for example.org",
        ),
        (&good, authority.client("127.0.0.1"), "ERR_TLS_CERT_ALTNAME_INVALID", "and not for 127.0.0.1"),
        (&expired, authority.client("localhost"), "CERT_HAS_EXPIRED", " days ago"),
        (&early, authority.client("localhost"), "CERT_NOT_YET_VALID", " days from now; is the clock right?"),
        (&good, stranger.client("localhost"), "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "by nobody who is trusted"),
        (&self_signed, authority.client("localhost"), "DEPTH_ZERO_SELF_SIGNED_CERT", "is self-signed"),
        (&both_in_one, authority.client("localhost"), "DEPTH_ZERO_SELF_SIGNED_CERT", "is self-signed"),
        (&with_root, stranger.client("localhost"), "SELF_SIGNED_CERT_IN_CHAIN", "in the chain"),
    ] {
        let told = failure(server, client);
        assert!(told.contains(&format!(r#""code":"{code}""#)) && told.contains(words), "{code}: {told}");
        // Who doesn't mind gets on, and is told nevertheless.
        let options = TlsOptions { authorities: Some(stranger.pem()), lenient: true, ..TlsOptions::default() };
        let (mut near, _far) = meet(server, TlsClient::new(&options, Roots::lenient([]), "localhost").unwrap());
        let open = near.next();
        assert!(open.is(Kind::Open), "{open:?}");
        assert!(near.hub.connection(open.connection).unwrap().tls().unwrap().objection.is_some());
    }
}

#[test]
fn a_client_shows_its_certificate_where_that_is_asked() {
    let authority = Authority::new();
    let asked = TlsOptions {
        authorities: Some(authority.pem()),
        request_certificate: true,
        ..authority.signs("localhost", |_| {})
    };
    let own = TlsOptions { authorities: Some(authority.pem()), ..authority.signs("player", |_| {}) };
    let (_near, mut far) = meet(&asked, TlsClient::new(&own, Roots::lenient([]), "localhost").unwrap());
    let open = far.next_of(Kind::Open);
    let facts = far.hub.connection(open.connection).unwrap().tls().unwrap();
    assert_eq!((facts.certificates.len(), facts.objection, facts.server_name.as_deref()), (1, None, Some("localhost")));
    let (_near, mut far) = meet(&asked, authority.client("localhost"));
    assert!(far.next_of(Kind::Drop).text().contains(r#""reason":"tls","code":"TELNET_TLS""#));
    let lenient = TlsOptions { lenient: true, ..asked };
    let (_near, mut far) = meet(&lenient, authority.client("localhost"));
    let open = far.next_of(Kind::Open);
    assert_eq!(far.hub.connection(open.connection).unwrap().tls().unwrap().objection, Some("TELNET_TLS"));
}

#[test]
fn a_handshake_in_single_bytes_is_one() {
    let authority = Authority::new();
    let (mut reader, address) = listening(&authority, None);
    let relay = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut peer = authority.peer(connect(relay.local_addr().unwrap()));
    let (mut left, mut right) = (accept(&relay), connect(address));
    right.set_nodelay(true).unwrap();
    let (mut back_from, mut back_to) = (right.try_clone().unwrap(), left.try_clone().unwrap());
    std::thread::spawn(move || std::io::copy(&mut back_from, &mut back_to));
    std::thread::spawn(move || {
        let mut byte = [0];
        while left.read(&mut byte).is_ok_and(|count| count == 1) && right.write_all(&byte).is_ok() {}
    });
    peer.write_all(b"name\r\n").unwrap();
    assert_eq!(reader.data(6), b"name\r\n");
}

#[test]
fn garbage_and_silence_get_no_session() {
    let authority = Authority::new();
    let mut options = server(&authority.signs("localhost", |_| {}), None);
    options.tls.as_mut().unwrap().settings.handshake = Duration::from_millis(100);
    let mut reader = Reader::new();
    let (_, address) = reader.listen(options);
    let mut peer = connect(address);
    peer.say(b"hello, is this a MUD?\r\n");
    assert!(reader.next().text().contains(r#""reason":"tls","code":"TELNET_TLS","message":"what came is no TLS"#));
    let mut silent = connect(address);
    silent.say(b"\x16\x03\x01");
    assert!(reader.next().text().contains(r#""code":"TELNET_TIMEOUT""#));
    assert_eq!(silent.rest(), b"");
    let gone = connect(address);
    drop(gone);
    assert!(reader.next().text().contains(r#""code":"TELNET_TLS_TRUNCATED""#));
    reader.expect_silence();
}

#[test]
fn a_stream_that_was_cut_is_told_from_one_that_ended() {
    let authority = Authority::new();
    let (mut reader, address) = listening(&authority, None);
    let mut peer = authority.peer(connect(address));
    peer.write_all(b"bye").unwrap();
    assert_eq!(reader.data(3), b"bye");
    peer.sock.shutdown(Shutdown::Write).unwrap();
    assert!(reader.next_of(Kind::Violation).text().contains(r#""code":"tls-truncated""#));
    assert!(reader.next().is(Kind::End));
    let mut peer = authority.peer(connect(address));
    peer.write_all(b"bye").unwrap();
    assert_eq!(reader.data(3), b"bye");
    peer.conn.send_close_notify();
    peer.flush().unwrap();
    assert!(reader.next().is(Kind::End), "nothing else is told");
}

#[test]
fn the_end_is_told_behind_all_that_came_with_it() {
    let authority = Authority::new();
    let (mut reader, address) = listening(&authority, None);
    let mut peer = authority.peer(connect(address));
    peer.write_all(b"hi").unwrap();
    assert_eq!(reader.data(2), b"hi");
    // More than is told at once.
    peer.conn.writer().write_all(&[&b"\xff\xf1".repeat(5_000)[..], b"bye"].concat()).unwrap();
    peer.conn.send_close_notify();
    peer.flush().unwrap();
    let (mut commands, mut text) = (0, String::new());
    loop {
        let record = reader.next();
        reader.flush(&[(record.connection, Op::Nothing, record_cost(&record))]);
        match () {
            () if record.is(Kind::Command) => commands += 1,
            () if record.is_text() => text += &record.text(),
            () if record.is(Kind::End) => break,
            () => {}
        }
    }
    assert_eq!((commands, &*text), (5_000, "bye"));
}

#[test]
fn a_server_hears_why_its_certificate_is_refused() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    let (_near, mut far) = meet(&authority.signs("localhost", |_| {}), stranger.client("localhost"));
    let drop = far.next_of(Kind::Drop);
    assert!(drop.text().contains("TELNET_TLS_ALERT") && drop.text().contains("UnknownCA"), "{}", drop.text());
}

#[test]
fn a_record_that_was_changed_ends_it_with_an_alert() {
    let authority = Authority::new();
    let (mut reader, address) = listening(&authority, None);
    let mut peer = authority.peer(connect(address));
    peer.write_all(b"ok").unwrap();
    assert_eq!(reader.data(2), b"ok");
    peer.sock.say(b"\x17\x03\x03\x00\x20abcdefghijklmnopabcdefghijklmnop");
    assert!(reader.next_of(Kind::Close).error().contains(r#""code":"TELNET_TLS""#));
    let error = peer.read(&mut [0]).expect_err("an alert");
    assert_eq!(error.kind(), ErrorKind::InvalidData, "{error}");
}

#[test]
fn much_goes_both_ways_though_the_reader_is_slow() {
    const MUCH: usize = 8 << 20;
    let authority = Authority::new();
    let (mut near, mut far) = meet(&authority.signs("localhost", |_| {}), authority.client("localhost"));
    let (here, there) = (near.next_of(Kind::Open), far.next_of(Kind::Open));
    let text: Vec<u8> = (0..MUCH).map(|at| b'a' + (at % 23) as u8).collect();
    let queued = near.perform(here.connection, &[Op::Text(&text)])[0];
    assert!(queued > 0, "the peer cannot have taken it all");
    far.perform(there.connection, &[Op::Text(&text)]);
    assert!(far.data(MUCH) == text);
    assert!(near.data(MUCH) == text);
}

#[test]
fn who_speaks_http_under_tls_is_answered_under_tls() {
    let authority = Authority::new();
    let (mut reader, address) = listening(&authority, None);
    let mut peer = authority.peer(connect(address));
    peer.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert!(reader.next_of(Kind::Close).error().starts_with(r#"{"code":"TELNET_HTTP_REQUEST""#));
    let mut answer = [0; 24];
    peer.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 400 Bad Request");
}

#[test]
fn one_port_for_both() {
    let authority = Authority::new();
    let (mut reader, address) = listening(&authority, Some(Duration::from_millis(50)));
    let mut plain = connect(address);
    plain.say(b"look\r\n");
    assert_eq!(reader.next().argument, 1);
    assert_eq!(reader.data(6), b"look\r\n");
    let _silent = connect(address);
    assert_eq!(reader.next_of(Kind::Open).argument, 1);
    let mut peer = authority.peer(connect(address));
    peer.write_all(b"look\r\n").unwrap();
    assert_eq!(reader.next_of(Kind::Open).argument, 3);
    assert_eq!(reader.data(6), b"look\r\n");
}
