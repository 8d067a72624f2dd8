//! The hub of a JavaScript context: `telnet_net::Hub` for JavaScript.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use napi::bindgen_prelude::{BufferSlice, Function, Uint32ArraySlice};
use napi::threadsafe_function::{ThreadsafeFunction, ThreadsafeFunctionCallMode};
use napi::{Error, Result, Status};
use napi_derive::napi;
use telnet_net::waiting_room::Taken;
use telnet_net::{Compressed, ConnectOptions, Connection, GateOptions, Inbox, ListenOptions, Network, Sleeper, Woken};

use crate::address::socket_address;
use crate::interrupts::heeded;
use crate::number::{option_state, polled};
use crate::options::EndpointOptions;
use crate::tls::{HubTlsFacts, HubTlsOptions};
use crate::waiting_room::JsWaitingRoom;

/// Calls JavaScript from any thread, and doesn't hold its event loop.
type Wake = ThreadsafeFunction<(), (), (), Status, false, true>;

/// All connections and listeners of one JavaScript context.
#[napi]
pub struct Hub {
    hub: Arc<telnet_net::Hub>,
    inbox: Inbox,
    /// Where the thread of JavaScript waits, if it does.
    sleeper: Option<Arc<Sleeper>>,
}

/// Where and how to listen.
#[napi(object, object_to_js = false)]
pub struct HubListenOptions {
    /// An IP address.
    pub host: String,
    pub port: u16,
    pub backlog: Option<i32>,
    pub shared: Option<bool>,
    pub ipv6_only: Option<bool>,
    pub max_connections: Option<u32>,
    pub max_connections_per_address: Option<u32>,
    /// A second.
    pub accept_rate: Option<f64>,
    pub accept_rate_per_address: Option<f64>,
    /// Addresses, and networks such as 192.0.2.0/24.
    pub exempt_addresses: Option<Vec<String>>,
    pub endpoint: EndpointOptions,
    pub tls: Option<HubTlsOptions>,
}

/// A listener and where it listens.
#[napi(object, object_from_js = false)]
pub struct HubListener {
    pub id: u32,
    pub address: String,
    pub port: u16,
    #[napi(ts_type = "'IPv4' | 'IPv6'")]
    pub family: &'static str,
}

/// Where and how to connect.
#[napi(object, object_to_js = false)]
pub struct HubConnectOptions {
    /// IP addresses, tried one after another.
    pub addresses: Vec<String>,
    pub port: u16,
    pub local_address: Option<String>,
    pub endpoint: EndpointOptions,
    pub tls: Option<HubTlsOptions>,
}

/// What went over a connection.
#[napi(object, object_from_js = false)]
pub struct Counters {
    pub bytes_read: i64,
    pub bytes_written: i64,
}

/// A stream that is compressed, so far.
#[napi(object, object_from_js = false)]
pub struct HubCompressed {
    pub option: u8,
    pub compressed: i64,
    pub plain: i64,
}

/// What is compressed, in each direction where it is.
#[napi(object, object_from_js = false)]
pub struct HubCompression {
    pub received: Option<HubCompressed>,
    pub sent: Option<HubCompressed>,
}

impl HubCompression {
    pub(crate) fn new(received: Option<Compressed>, sent: Option<Compressed>) -> HubCompression {
        let told = |it: Compressed| HubCompressed {
            option: it.option.0,
            compressed: it.compressed as i64,
            plain: it.plain as i64,
        };
        HubCompression { received: received.map(told), sent: sent.map(told) }
    }
}

#[napi]
impl Hub {
    /// `wake` is called when there is something to poll.
    #[napi(constructor)]
    pub fn new(wake: Function<'_, (), ()>) -> Result<Hub> {
        let wake: Wake = wake.build_threadsafe_function().weak::<true>().build()?;
        // A context that is going away answers `Closing`: there is nobody left to wake.
        let hub = telnet_net::Hub::new(move || {
            wake.call((), ThreadsafeFunctionCallMode::NonBlocking);
        });
        Ok(Hub { hub, inbox: Inbox::default(), sleeper: None })
    }

    /// A hub that wakes nobody: JavaScript itself waits until there is something to poll.
    #[napi(factory)]
    pub fn blocking() -> Hub {
        let sleeper = Arc::new(Sleeper::default());
        let woken = Arc::clone(&sleeper);
        Hub { hub: telnet_net::Hub::new(move || woken.wake()), inbox: Inbox::default(), sleeper: Some(sleeper) }
    }

    /// Waits until there is something to poll, at most for so many milliseconds, if they are given. `interruptible`: Ctrl-C ends
    /// it, too. Returns what ended it: 0 a record, 1 the time, 2 Ctrl-C.
    #[napi]
    pub fn wait(&self, milliseconds: Option<f64>, interruptible: bool) -> u32 {
        let Some(sleeper) = &self.sleeper else { return Woken::ByTime as u32 };
        sleeper.sleep(milliseconds.and_then(duration), heeded(interruptible)) as u32
    }

    /// A Ctrl-C that came until now ends no wait of this thread any more: its event loop has heard of it.
    #[napi]
    pub fn forget_interrupts() {
        telnet_net::interrupts::forget();
    }

    /// Waits for somebody in a room. Returns the number of the connection, which is this hub's from now on; -3: the room is closed.
    #[napi]
    pub fn take(&self, room: &JsWaitingRoom) -> i64 {
        let Some(sleeper) = &self.sleeper else { return -1 };
        taken(room.room().take(&self.hub, sleeper))
    }

    /// The same without waiting; -1: nobody is there.
    #[napi]
    pub fn try_take(&self, room: &JsWaitingRoom) -> i64 {
        taken(room.room().try_take(&self.hub))
    }

    /// Waits for somebody in a room, at most for so many milliseconds, if they are given, and returns a number by which any thread of the
    /// process can take it; -1: the time was over, -2: Ctrl-C came, -3: the room is closed.
    #[napi]
    pub fn park(&self, room: &JsWaitingRoom, milliseconds: Option<f64>, interruptible: bool) -> i64 {
        let Some(sleeper) = &self.sleeper else { return -1 };
        taken(room.room().park(sleeper, milliseconds.and_then(duration), heeded(interruptible)))
    }

    /// Takes one that was parked. Returns the number of the connection, which is this hub's from now on; -1: there is none.
    #[napi]
    pub fn take_parked(&self, number: u32) -> i64 {
        telnet_net::waiting_room::take_parked(number, &self.hub).map_or(-1, i64::from)
    }

    /// Has `wait` end when somebody has to wait in a room, or it is called.
    #[napi]
    pub fn oversee(&self, room: &JsWaitingRoom) {
        if let Some(sleeper) = &self.sleeper {
            room.room().oversee(sleeper);
        }
    }

    /// Bytes that a connection has queued for its peer; none when it is gone, though that may not have been told.
    #[napi]
    pub fn queued(&self, connection: u32) -> Option<f64> {
        self.hub.connection(connection)?.queued().map(|bytes| bytes as f64)
    }

    /// The addresses of a host. Waits for them, at most for so many milliseconds, if they are given. Throws with Node's code.
    #[napi]
    pub fn resolve(host: String, milliseconds: Option<f64>) -> std::result::Result<Vec<String>, Error<String>> {
        let found = telnet_net::resolve(&host, milliseconds.and_then(duration));
        let found = found.map_err(|error| Error::new(error.code().to_owned(), error.to_string()))?;
        Ok(found.iter().map(IpAddr::to_string).collect())
    }

    /// Copies records out. Returns how many; 0 for none left; -n where the next one needs n bytes of `data`.
    #[napi]
    pub fn poll(&mut self, mut head: Uint32ArraySlice<'_>, mut data: BufferSlice<'_>) -> i32 {
        // SAFETY: JavaScript waits for this call, and nobody else has a reference into the array.
        let head = unsafe { head.as_mut() };
        polled(self.hub.poll(&mut self.inbox, head, &mut data))
    }

    /// Carries out `count` operations. Overwrites the last word of each with what its connection has queued.
    #[napi]
    pub fn flush(&self, mut head: Uint32ArraySlice<'_>, count: u32, data: &[u8]) {
        // SAFETY: as above.
        let head = unsafe { head.as_mut() };
        let words = (count as usize * telnet_net::op::OP_WORDS).min(head.len());
        self.hub.flush(&mut head[..words], data);
    }

    /// Begins to listen, or throws with Node's code. `room`: where connections wait until they are taken.
    #[napi]
    pub fn listen(
        &self,
        options: HubListenOptions,
        room: Option<&JsWaitingRoom>,
    ) -> std::result::Result<HubListener, Error<String>> {
        let address = socket_address(&options.host, options.port)?;
        let listen = ListenOptions {
            address,
            backlog: options.backlog.unwrap_or(DEFAULT_BACKLOG),
            shared: options.shared.unwrap_or(false),
            v6_only: options.ipv6_only.unwrap_or(false),
            max_connections: options.max_connections.unwrap_or(0),
            gate: gate(&options).map_err(with_code)?,
            settings: options.endpoint.settings().map_err(with_code)?,
            socket: options.endpoint.socket(),
            tls: options.tls.as_ref().map(HubTlsOptions::server).transpose()?,
            room: room.map(JsWaitingRoom::room),
        };
        let (id, address) =
            self.hub.listen(listen).map_err(|error| Error::new(error.code().to_owned(), error.to_string()))?;
        let family = if address.is_ipv4() { "IPv4" } else { "IPv6" };
        // Whoever is to connect needs the zone, too.
        let zoned = options.host.contains('%').then_some(options.host);
        let ip = zoned.unwrap_or_else(|| address.ip().to_string());
        Ok(HubListener { id, address: ip, port: address.port(), family })
    }

    /// How many connections of a listener may be open at once; 0 for any number.
    #[napi]
    pub fn limit_connections(&self, listener: u32, most: u32) {
        self.hub.limit_connections(listener, most);
    }

    /// Who connects from now on to a listener under TLS is spoken to so.
    #[napi]
    pub fn renew_tls(&self, listener: u32, tls: HubTlsOptions) -> std::result::Result<(), Error<String>> {
        self.hub.renew_tls(listener, tls.server()?);
        Ok(())
    }

    /// Accepts no more; connections go on.
    #[napi]
    pub fn close_listener(&self, listener: u32) {
        self.hub.close_listener(listener);
    }

    /// Begins to connect. Returns the connection's number; an Open or a Close record follows.
    #[napi]
    pub fn connect(&self, options: HubConnectOptions) -> std::result::Result<u32, Error<String>> {
        let addresses = options.addresses.iter().map(|host| socket_address(host, options.port));
        let addresses = addresses.collect::<std::result::Result<Vec<_>, Error<String>>>()?;
        Ok(self.hub.connect(ConnectOptions {
            addresses,
            local: options.local_address.as_deref().map(|host| socket_address(host, 0)).transpose()?,
            settings: options.endpoint.settings().map_err(with_code)?,
            socket: options.endpoint.socket(),
            tls: options.tls.as_ref().map(HubTlsOptions::client).transpose()?,
        }))
    }

    /// Bytes read from and written to a connection's socket; none after its Close record.
    #[napi]
    pub fn counters(&self, connection: u32) -> Option<Counters> {
        let (bytes_read, bytes_written) = self.hub.connection(connection)?.counters();
        Some(Counters { bytes_read: bytes_read as i64, bytes_written: bytes_written as i64 })
    }

    /// Milliseconds since a byte last came or went; 0 after the Close record.
    #[napi]
    pub fn idle(&self, connection: u32) -> f64 {
        self.hub.connection(connection).map_or(0.0, |connection| connection.idle().as_millis() as f64)
    }

    /// What TLS has agreed on; none where it is not spoken, and after the Close record.
    #[napi]
    pub fn tls(&self, connection: u32) -> Option<HubTlsFacts> {
        self.hub.connection(connection)?.tls().map(HubTlsFacts::from)
    }

    /// What came and went compressed, where it does; none after the Close record.
    #[napi]
    pub fn compression(&self, connection: u32) -> Option<HubCompression> {
        let (received, sent) = self.hub.connection(connection)?.compression();
        Some(HubCompression::new(received, sent))
    }

    /// The state of one side of an option, by RFC 1143: 0 No, 1 Yes, 2 WantNo, 3 WantNo with the opposite queued, 4 WantYes,
    /// 5 WantYes with the opposite queued.
    #[napi]
    pub fn option_state(&self, connection: u32, side: u32, option: u32) -> u32 {
        let connection = self.hub.connection(connection);
        connection.map_or(0, |it| it.with_conversation(|talk| option_state(talk.endpoint(), side, option)))
    }
}

impl Hub {
    /// A connection of this context that is open.
    pub(crate) fn connection(&self, id: u32) -> Option<Arc<Connection>> {
        self.hub.connection(id)
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.hub.shut_down();
    }
}

fn gate(options: &HubListenOptions) -> Result<GateOptions> {
    let exempt = options.exempt_addresses.iter().flatten().map(|text| network(text)).collect::<Result<_>>()?;
    Ok(GateOptions {
        connections_per_address: options.max_connections_per_address.unwrap_or(0),
        accept_rate: options.accept_rate.unwrap_or(0.0),
        accept_rate_per_address: options.accept_rate_per_address.unwrap_or(0.0),
        exempt,
    })
}

fn network(text: &str) -> Result<Network> {
    text.parse().map_err(|error| Error::new(Status::InvalidArg, format!("exemptAddresses: '{text}' is {error}")))
}

/// As many as Node's `listen` asks for.
const DEFAULT_BACKLOG: i32 = 511;

fn taken(taken: Taken) -> i64 {
    match taken {
        Taken::Connection(id) => id.into(),
        Taken::Nobody(Woken::ByInterrupt) => -2,
        Taken::Nobody(_) => -1,
        Taken::Closed => -3,
    }
}

/// Milliseconds as JavaScript has them; none where they are no time that a clock can tell.
fn duration(milliseconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(milliseconds / 1000.0).ok()
}

fn with_code(error: Error) -> Error<String> {
    Error::new("TELNET_BAD_OPTION".to_owned(), error.reason.clone())
}
