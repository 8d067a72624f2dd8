//! A reader of records, as JavaScript is one, and a peer that knows nothing of Telnet.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::{Duration, Instant};

use telnet_charset::ErrorRule;
use telnet_net::batch::{HEAD_WORDS, Kind, Polled, cost};
use telnet_net::op::{OP_WORDS, Op};
use telnet_net::{ConnectOptions, GateOptions, Hub, Inbox, ListenOptions, Settings, SocketOptions, Text};
use telnet_proto::{Config, Role, Side};

/// How long a test waits for what must come. Nothing is asserted about speed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// What a server of these tests says first: DO TTYPE.
pub(crate) const OPENING: &[u8] = b"\xff\xfd\x18";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) connection: u32,
    pub(crate) kind: u8,
    pub(crate) argument: u32,
    pub(crate) data: Vec<u8>,
}

impl Record {
    pub(crate) fn is(&self, kind: Kind) -> bool {
        self.kind == kind as u8
    }

    /// Text of either form, or what else is UTF-8.
    pub(crate) fn text(&self) -> String {
        if self.is(Kind::Latin1) {
            return self.data.iter().map(|&byte| char::from(byte)).collect();
        }
        if self.is(Kind::Utf16) {
            return String::from_utf16(&self.units()).unwrap();
        }
        String::from_utf8(self.data.clone()).unwrap()
    }

    /// The units of UTF-16.
    pub(crate) fn units(&self) -> Vec<u16> {
        self.data.chunks(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect()
    }

    pub(crate) fn is_text(&self) -> bool {
        self.is(Kind::Latin1) || self.is(Kind::Utf16)
    }

    /// The error of a Close record, as JSON; empty if it is none.
    pub(crate) fn error(&self) -> &str {
        assert!(self.is(Kind::Close), "{self:?}");
        assert_eq!(self.argument, u32::from(self.data.len() > 16));
        std::str::from_utf8(&self.data[16..]).unwrap()
    }
}

/// A hub and its reader.
pub(crate) struct Reader {
    pub(crate) hub: Arc<Hub>,
    inbox: Inbox,
    woken: Receiver<()>,
    heads: Vec<u32>,
    data: Vec<u8>,
    read: VecDeque<Record>,
    /// Credit is given back as soon as a record is read.
    pub(crate) gives_back: bool,
}

impl Reader {
    pub(crate) fn new() -> Reader {
        let (wake, woken) = sync_channel(1);
        // One that is not taken yet is enough.
        let hub = Hub::new(move || {
            let _ = wake.try_send(());
        });
        let (heads, data) = (vec![0; 64 * HEAD_WORDS], vec![0; 1 << 20]);
        Reader { hub, inbox: Inbox::default(), woken, heads, data, read: VecDeque::new(), gives_back: true }
    }

    /// One poll. False if nothing was there.
    pub(crate) fn poll(&mut self) -> bool {
        let Polled::Records(count) = self.hub.poll(&mut self.inbox, &mut self.heads, &mut self.data) else {
            panic!("a record is larger than a mebibyte");
        };
        let mut at = 0;
        let mut ops = Vec::new();
        for head in self.heads.chunks_exact(HEAD_WORDS).take(count) {
            let &[connection, tag, length] = head else { unreachable!() };
            let data = self.data[at..at + length as usize].to_vec();
            at += length as usize;
            let record = Record { connection, kind: tag as u8, argument: tag >> 8, data };
            if !record.is(Kind::Drop) && !record.is(Kind::ListenerError) {
                ops.push((connection, Op::Nothing, record_cost(&record)));
            }
            self.read.push_back(record);
        }
        if self.gives_back {
            self.flush(&ops);
        }
        count > 0
    }

    /// The next record.
    pub(crate) fn next(&mut self) -> Record {
        self.next_within(PATIENCE).expect("a record was to come")
    }

    /// The next record, if one comes within that time.
    pub(crate) fn next_within(&mut self, patience: Duration) -> Option<Record> {
        let deadline = Instant::now() + patience;
        loop {
            if let Some(record) = self.read.pop_front() {
                return Some(record);
            }
            if !self.poll() {
                let left = deadline.checked_duration_since(Instant::now())?;
                let _ = self.woken.recv_timeout(left);
            }
        }
    }

    /// The next record of a kind; others before it are dropped.
    pub(crate) fn next_of(&mut self, kind: Kind) -> Record {
        loop {
            let record = self.next();
            if record.is(kind) {
                return record;
            }
        }
    }

    /// The next text; other records before it are dropped.
    pub(crate) fn next_text(&mut self) -> String {
        loop {
            let record = self.next();
            if record.is_text() {
                return record.text();
            }
        }
    }

    /// What of a kind is there or comes until nothing does for a while.
    pub(crate) fn all_of(&mut self, kind: Kind, patience: Duration) -> Vec<Record> {
        std::iter::from_fn(|| self.next_within(patience)).filter(|record| record.is(kind)).collect()
    }

    /// Data of a connection, until there are so many bytes.
    pub(crate) fn data(&mut self, length: usize) -> Vec<u8> {
        let mut data = Vec::new();
        while data.len() < length {
            let record = self.next();
            assert!(!record.is(Kind::Close), "{}", record.error());
            if record.is_text() {
                data.extend_from_slice(record.text().as_bytes());
            } else if record.is(Kind::Bytes) {
                data.extend_from_slice(&record.data);
            }
        }
        data
    }

    /// Carries out operations. Returns what each connection is said to have queued.
    pub(crate) fn flush(&self, ops: &[(u32, Op<'_>, u32)]) -> Vec<u32> {
        let (mut heads, mut data) = (Vec::new(), Vec::new());
        for (connection, op, drained) in ops {
            let start = data.len();
            let tag = encode(op, &mut data);
            heads.extend_from_slice(&[*connection, tag, (data.len() - start) as u32, *drained]);
        }
        self.hub.flush(&mut heads, &data);
        heads.chunks_exact(OP_WORDS).map(|head| head[OP_WORDS - 1]).collect()
    }

    pub(crate) fn perform(&self, connection: u32, ops: &[Op<'_>]) -> Vec<u32> {
        let ops: Vec<_> = ops.iter().map(|&op| (connection, op, 0)).collect();
        self.flush(&ops)
    }

    pub(crate) fn listen(&self, options: ListenOptions) -> (u32, SocketAddr) {
        self.hub.listen(options).unwrap()
    }

    /// A listener, one peer of it, and the number of its connection; what is said first has been read on both ends.
    pub(crate) fn with_peer(options: ListenOptions) -> (Reader, TcpStream, u32) {
        let opening = if options.settings.protocol.policy.requested().next().is_some() { OPENING } else { b"" };
        let mut reader = Reader::new();
        let (_, address) = reader.listen(options);
        let mut peer = connect(address);
        assert_eq!(peer.expect(opening.len()), opening);
        let open = reader.next_of(Kind::Open);
        (reader, peer, open.connection)
    }

    /// The connection is open and has told nothing since.
    pub(crate) fn expect_silence(&mut self) {
        assert_eq!(self.next_within(Duration::from_millis(50)), None);
    }
}

pub(crate) fn record_cost(record: &Record) -> u32 {
    // Only whether it is data matters.
    let kind = if (2..=4).contains(&record.kind) { Kind::Bytes } else { Kind::Open };
    cost(kind, record.data.len() as u32)
}

/// The words and bytes of an operation, as TypeScript writes them.
fn encode(op: &Op<'_>, data: &mut Vec<u8>) -> u32 {
    let word = |kind: u32, argument: u32| kind | argument << 8;
    match *op {
        Op::Nothing => 0,
        Op::Bytes(bytes) => {
            data.extend_from_slice(bytes);
            1
        }
        Op::Text(text) => {
            data.extend_from_slice(text);
            2
        }
        Op::Command(command) => word(3, command.0.into()),
        Op::Subnegotiation(option, payload) => {
            data.extend_from_slice(payload);
            word(4, option.0.into())
        }
        Op::Ask(side, option, enable) => {
            word(5, u32::from(option.0) | u32::from(side == Side::Remote) << 8 | u32::from(enable) << 9)
        }
        Op::End => 6,
        Op::Destroy => 7,
        Op::Resize(columns, rows) => {
            data.extend_from_slice(&columns.to_le_bytes());
            data.extend_from_slice(&rows.to_le_bytes());
            8
        }
        Op::GiveUp => 9,
        Op::TimingMark => 10,
        Op::Timeout(time) => word(11, time.map_or(0, |time| time.as_millis() as u32)),
        Op::Charset(None) => 12,
        Op::Charset(Some(text)) => {
            data.extend_from_slice(text.charset.name().as_bytes());
            let rule = match text.errors {
                ErrorRule::Replace => 0,
                ErrorRule::Ignore => 1,
                ErrorRule::Strict => 2,
                ErrorRule::Surrogate => 3,
            };
            word(12, u32::from(text.forced) | rule << 1 | u32::from(text.ascii_line_ends) << 3)
        }
        Op::Socket { no_delay, keep_alive } => {
            let bits = |setting: Option<bool>| setting.map_or(0, |on| u32::from(on) | 0b10);
            word(13, bits(no_delay) | bits(keep_alive) << 2)
        }
        Op::Say(verb, option) => word(24, u32::from(option.0) | u32::from(verb.byte()) << 8),
        Op::Unobserve => 25,
        Op::KeepNuls(keeps) => word(26, keeps.into()),
        Op::Watch => 17,
        Op::Linemode(mode) => word(18, mode.mask().into()),
        Op::Special(function, special) => {
            word(19, u32::from(function.0) | u32::from(special.flags()) << 8 | u32::from(special.value) << 16)
        }
        Op::Synch => 21,
        Op::Logout => 14,
        Op::RequestStatus => 15,
        Op::FlowControl(flow) => word(16, u32::from(flow.enabled) | u32::from(flow.restart_any) << 1),
        Op::RequestCharset(names) => {
            data.extend_from_slice(names);
            20
        }
        Op::Raw(enters) => word(22, enters.into()),
        Op::Reread(bytes) => {
            data.extend_from_slice(bytes);
            23
        }
    }
}

/// Text in UTF-8, not forced.
pub(crate) fn utf8() -> Text {
    Text::UTF_8
}

/// A server that asks nothing.
pub(crate) fn silent(text: Option<Text>) -> Settings {
    let mut config = Config::for_role(Role::Server);
    for (side, option) in config.policy.requested().collect::<Vec<_>>() {
        config.policy.set(side, option, telnet_proto::Stance::Accept);
    }
    Settings::new(config, text)
}

/// A server as it is by default.
pub(crate) fn asking(text: Option<Text>) -> Settings {
    Settings::new(Config::for_role(Role::Server), text)
}

/// Listens on a free port of this machine.
pub(crate) fn on_any_port(settings: Settings) -> ListenOptions {
    ListenOptions {
        address: ([127, 0, 0, 1], 0).into(),
        backlog: 511,
        shared: false,
        v6_only: false,
        max_connections: 0,
        gate: GateOptions::default(),
        settings,
        socket: SocketOptions::default(),
        tls: None,
        room: None,
    }
}

/// Connects to one address, as a client by default.
pub(crate) fn to(address: SocketAddr, text: Option<Text>) -> ConnectOptions {
    ConnectOptions {
        addresses: vec![address],
        local: None,
        settings: Settings::new(Config::for_role(Role::Client), text),
        socket: SocketOptions::default(),
        tls: None,
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    with_patience(TcpStream::connect(address).unwrap())
}

pub(crate) fn accept(listener: &TcpListener) -> TcpStream {
    with_patience(listener.accept().unwrap().0)
}

pub(crate) fn with_patience(stream: TcpStream) -> TcpStream {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// What a peer does.
pub(crate) trait Peer {
    /// Reads exactly so many bytes.
    fn expect(&mut self, length: usize) -> Vec<u8>;
    /// Reads until the other side's FIN.
    fn rest(&mut self) -> Vec<u8>;
    /// Sends all of it.
    fn say(&mut self, bytes: &[u8]);
    /// Nothing comes for a while.
    fn expect_silence(&mut self);
    /// Closes so that the other side sees a reset.
    fn reset(self);
}

impl Peer for TcpStream {
    fn expect(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.read_exact(&mut bytes).unwrap();
        bytes
    }

    fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes).unwrap();
        bytes
    }

    fn say(&mut self, bytes: &[u8]) {
        self.write_all(bytes).unwrap();
    }

    fn expect_silence(&mut self) {
        self.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let error = self.read(&mut [0]).expect_err("nothing was to come");
        assert!(matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut), "{error}");
        self.set_read_timeout(Some(PATIENCE)).unwrap();
    }

    fn reset(self) {
        socket2::SockRef::from(&self).set_linger(Some(Duration::ZERO)).unwrap();
    }
}
