//! Connections that wait for a thread.

use std::io::{Read, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use telnet_net::batch::Kind;
use telnet_net::waiting_room::{self, Crowd, Taken};
use telnet_net::{ListenOptions, Sleeper, WaitingRoom, Woken};

use crate::support::{Peer, Reader, asking, connect, on_any_port, utf8};

#[test]
fn a_connection_waits_and_hears_nothing_until_a_thread_takes_it() {
    let room = Arc::new(WaitingRoom::default());
    let options = ListenOptions { room: Some(Arc::clone(&room)), ..on_any_port(asking(Some(utf8()))) };
    let mut listening = Reader::new();
    let (_, address) = listening.listen(options);
    let (mut first, mut second) = (connect(address), connect(address));
    while room.crowd().waiting < 2 {
        thread::sleep(Duration::from_millis(1));
    }
    listening.expect_silence();
    // It is the first who is taken, and by whose hub it is carried.
    let mut taking = Reader::new();
    let sleeper = Arc::new(Sleeper::default());
    assert_eq!(room.take(&taking.hub, &sleeper), Taken::Connection(0));
    let opened = taking.next_of(Kind::Open);
    assert_eq!((opened.connection, opened.argument), (0, 0), "it belongs to no listener of that hub");
    assert_eq!(first.expect(3), b"\xff\xfd\x18");
    assert_eq!(room.crowd(), Crowd { waiting: 1, takers: 0, workers: 0 });

    assert_eq!(room.take(&taking.hub, &sleeper), Taken::Connection(1));
    assert_eq!(second.expect(3), b"\xff\xfd\x18");
    assert_eq!(room.try_take(&taking.hub), Taken::Nobody(Woken::ByTime));
    assert_eq!(room.park(&sleeper, Some(Duration::from_millis(1)), false), Taken::Nobody(Woken::ByTime));
    assert_eq!(room.crowd().takers, 0);
    listening.expect_silence();
}

#[test]
fn a_thread_that_waits_is_called_and_an_overseer_where_there_is_none() {
    let room = Arc::new(WaitingRoom::default());
    let options = ListenOptions { room: Some(Arc::clone(&room)), ..on_any_port(asking(Some(utf8()))) };
    let listening = Reader::new();
    let (_, address) = listening.listen(options);
    let overseer = Arc::new(Sleeper::default());
    room.oversee(&overseer);
    let work = room.work();
    let taking = {
        let room = Arc::clone(&room);
        thread::spawn(move || {
            let (hub, sleeper) = (Reader::new().hub, Arc::new(Sleeper::default()));
            let taken = room.take(&hub, &sleeper);
            assert_eq!(taken, Taken::Connection(0));
            room.take(&hub, &sleeper)
        })
    };
    let mut peer = connect(address);
    peer.expect(3);
    while room.crowd().takers == 0 {
        thread::sleep(Duration::from_millis(1));
    }
    room.close();
    assert_eq!(taking.join().unwrap(), Taken::Closed);

    assert_eq!(overseer.sleep(None, false), Woken::ByCall, "of the end it hears in any case");
    drop(work);
    assert_eq!(room.crowd(), Crowd { waiting: 0, takers: 0, workers: 0 });
    let turned_away = connect(address).read(&mut [0]);
    assert!(!matches!(turned_away, Ok(1)), "{turned_away:?}");
}

#[test]
fn who_left_without_a_word_keeps_no_place() {
    let room = Arc::new(WaitingRoom::default());
    let options = ListenOptions { room: Some(Arc::clone(&room)), ..on_any_port(asking(Some(utf8()))) };
    let mut listening = Reader::new();
    let (_, address) = listening.listen(options);
    let wait_for = |count| {
        while room.crowd().waiting != count {
            thread::sleep(Duration::from_millis(1));
        }
    };
    let gone: Vec<_> = (0..50).map(|_| connect(address)).collect();
    let mut spoke = connect(address);
    spoke.write_all(b"a word").unwrap();
    wait_for(51);
    drop((gone, spoke));
    // Who comes has them looked for, if nobody did just before.
    thread::sleep(Duration::from_millis(20));
    let staying = connect(address);
    wait_for(2);

    // It is the same for who is kept by a number.
    let sleeper = Arc::new(Sleeper::default());
    assert!(matches!(room.park(&sleeper, None, false), Taken::Connection(_)));
    let Taken::Connection(number) = room.park(&sleeper, None, false) else { panic!("nobody is there") };
    drop(staying);
    thread::sleep(Duration::from_millis(20));
    let _last = connect(address);
    assert!(matches!(room.park(&sleeper, None, false), Taken::Connection(_)));
    let hub = Reader::new().hub;
    assert_eq!(waiting_room::take_parked(number, &hub), None);
    listening.expect_silence();
}
