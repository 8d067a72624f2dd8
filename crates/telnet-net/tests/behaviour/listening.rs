//! Listeners: their ports, how many they let in, and sharing.

use std::net::{SocketAddr, TcpStream};

use socket2::{Domain, Socket, Type};
use telnet_net::batch::Kind;
use telnet_net::op::Op;

use crate::support::{Peer, Reader, asking, connect, on_any_port, utf8, with_patience};

#[test]
fn a_port_in_use_is_an_error_that_reads_as_in_node() {
    let reader = Reader::new();
    let (_, address) = reader.listen(on_any_port(asking(None)));
    let mut options = on_any_port(asking(None));
    options.address = address;
    let error = reader.hub.listen(options).unwrap_err();
    assert_eq!(error.code(), "EADDRINUSE");
    assert_eq!(error.to_string(), format!("listen EADDRINUSE {address}"));
}

#[test]
fn a_closed_port_refuses_and_can_be_taken_again_at_once() {
    let mut reader = Reader::new();
    let (first, address) = reader.listen(on_any_port(asking(None)));
    let mut peer = connect(address);
    peer.expect(3);
    let id = reader.next_of(Kind::Open).connection;
    reader.hub.close_listener(first);
    assert!(TcpStream::connect(address).is_err());

    let mut options = on_any_port(asking(None));
    options.address = address;
    let (second, _) = reader.listen(options);
    assert_ne!(first, second, "records of the first may still be unread");
    // Connections go on.
    reader.perform(id, &[Op::Bytes(b"still here")]);
    assert_eq!(peer.expect(10), b"still here");
    assert_eq!(connect(address).expect(3), b"\xff\xfd\x18");
}

#[test]
fn listening_on_every_address_tells_the_one_that_was_called() {
    let mut reader = Reader::new();
    let mut options = on_any_port(asking(None));
    options.address = ([0, 0, 0, 0], 0).into();
    let (listener, address) = reader.listen(options);
    let peer = connect(([127, 0, 0, 2], address.port()).into());
    let open = reader.next_of(Kind::Open);
    let port = peer.local_addr().unwrap().port();
    assert_eq!(open.text(), format!("{listener}\t127.0.0.1\t{port}\t127.0.0.2\t{}", address.port()));
}

#[test]
fn who_is_turned_away_is_told_why_and_a_flood_of_them_in_few_records() {
    let mut reader = Reader::new();
    let mut options = on_any_port(asking(None));
    options.gate.connections_per_address = 1;
    options.gate.accept_rate_per_address = 1.0;
    options.max_connections = 2;
    let (listener, address) = reader.listen(options);
    let from = |source: [u8; 4]| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.bind(&SocketAddr::from((source, 0)).into()).unwrap();
        socket.connect(&address.into()).unwrap();
        with_patience(socket.into())
    };
    let mut first = from([127, 0, 0, 1]);
    first.expect(3);
    reader.next_of(Kind::Open);
    assert_eq!(from([127, 0, 0, 1]).rest(), b"");
    assert!(reader.next_of(Kind::Drop).text().contains(r#""reason":"max-connections-per-address""#));
    let _second = from([127, 0, 0, 2]);
    reader.next_of(Kind::Open);
    assert_eq!(from([127, 0, 0, 3]).rest(), b"");
    assert!(reader.next_of(Kind::Drop).text().contains(r#""reason":"max-connections""#));

    drop(first);
    let open = reader.next_of(Kind::End).connection;
    reader.perform(open, &[Op::Destroy]);
    reader.next_of(Kind::Close);
    // Each of them is told to be closed before the next one comes.
    for _ in 0..9 {
        let peer = from([127, 0, 0, 1]);
        let open = reader.next_of(Kind::Open).connection;
        reader.perform(open, &[Op::Destroy]);
        reader.next_of(Kind::Close);
        drop(peer);
    }
    assert_eq!(from([127, 0, 0, 1]).rest(), b"");
    let drop_record = reader.next_of(Kind::Drop);
    assert!(drop_record.text().contains(r#""reason":"accept-rate-per-address""#));
    assert_eq!((drop_record.connection, drop_record.argument), (listener, 1));
}

#[test]
fn more_connections_than_allowed_are_turned_away_until_one_closes() {
    let mut reader = Reader::new();
    let mut options = on_any_port(asking(None));
    options.max_connections = 2;
    let (listener, address) = reader.listen(options);
    let mut peers = [connect(address), connect(address)];
    peers.iter_mut().for_each(|peer| assert_eq!(peer.expect(3).len(), 3));
    let first = reader.next_of(Kind::Open).connection;

    let mut third = connect(address);
    let port = third.local_addr().unwrap().port();
    assert_eq!(third.rest(), b"");
    let drop_record = reader.next_of(Kind::Drop);
    assert_eq!((drop_record.connection, drop_record.argument), (listener, 1));
    let expected = format!(r#"{{"remoteAddress":"127.0.0.1","remotePort":{port},"reason":"max-connections"}}"#);
    assert_eq!(drop_record.text(), expected);

    reader.perform(first, &[Op::Destroy]);
    reader.next_of(Kind::Close);
    assert_eq!(connect(address).expect(3).len(), 3);

    reader.hub.limit_connections(listener, 0);
    let mut more: Vec<_> = (0..3).map(|_| connect(address)).collect();
    more.iter_mut().for_each(|peer| assert_eq!(peer.expect(3).len(), 3));
}

#[test]
fn a_shared_port_deals_connections_out_until_the_last_one_leaves() {
    let (mut one, mut two) = (Reader::new(), Reader::new());
    let mut options = on_any_port(asking(Some(utf8())));
    options.shared = true;
    let (first, address) = one.listen(options.clone());
    options.address = address;
    let (second, same) = two.listen(options);
    assert_eq!(address, same);
    // One that doesn't share is not let in.
    let mut alone = on_any_port(asking(None));
    alone.address = address;
    assert_eq!(one.hub.listen(alone).unwrap_err().code(), "EADDRINUSE");

    let mut peers: Vec<_> = (0..20).map(|_| connect(address)).collect();
    peers.iter_mut().for_each(|peer| assert_eq!(peer.expect(3).len(), 3));
    let opened = |reader: &mut Reader| reader.all_of(Kind::Open, std::time::Duration::from_millis(200)).len();
    assert_eq!((opened(&mut one), opened(&mut two)), (10, 10));

    one.hub.close_listener(first);
    let mut peers: Vec<_> = (0..6).map(|_| connect(address)).collect();
    peers.iter_mut().for_each(|peer| assert_eq!(peer.expect(3).len(), 3));
    assert_eq!((opened(&mut one), opened(&mut two)), (0, 6));
    two.hub.close_listener(second);
    assert!(TcpStream::connect(address).is_err());
}

/// Runs in a process of its own, since descriptors are the process's.
#[cfg(unix)]
#[test]
fn without_descriptors_a_listener_says_so_once_and_waits_for_some() {
    const ALONE: &str = "TELNETKIT_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return run_out_of_descriptors();
    }
    let name = "listening::without_descriptors_a_listener_says_so_once_and_waits_for_some";
    let status = std::process::Command::new("sh")
        .args(["-c", "ulimit -n 100 && exec \"$0\" \"$@\""])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(ALONE, "1")
        .status();
    assert!(status.unwrap().success());
}

#[cfg(unix)]
fn run_out_of_descriptors() {
    let mut reader = Reader::new();
    let (listener, address) = reader.listen(on_any_port(asking(None)));
    let mut taken = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        taken.push(file);
    }
    taken.pop();
    let mut peer = connect(address);
    let error = reader.next();
    assert!(error.is(Kind::ListenerError));
    assert_eq!(error.connection, listener);
    assert!(error.text().starts_with(r#"{"code":"EMFILE","message":"accept EMFILE","syscall":"accept""#));
    // Longer than it pauses.
    assert_eq!(reader.next_within(std::time::Duration::from_millis(500)), None);
    taken.clear();
    assert_eq!(peer.expect(3).len(), 3);
    assert!(reader.next().is(Kind::Open));
}
