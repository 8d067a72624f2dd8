//! TLS for JavaScript: what was chosen, converted, and what was agreed on.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use napi::Error;
use napi::bindgen_prelude::Buffer;
use napi_derive::napi;
use telnet_net::tls_settings::{Roots, SettingsError};
use telnet_net::{Secure, TlsClient, TlsFacts, TlsOptions, TlsServer};

/// What was chosen for TLS, by a server or a client.
#[napi(object, object_to_js = false)]
pub struct HubTlsOptions {
    /// Our certificate and those above it, in PEM.
    pub cert: Option<Buffer>,
    /// Its key: PKCS #8 in DER.
    pub key: Option<Buffer>,
    /// What is trusted, in PEM. Absent: a client trusts the default roots.
    pub ca: Option<Buffer>,
    pub newest_only: Option<bool>,
    pub oldest_only: Option<bool>,
    pub protocols: Option<Vec<String>>,
    pub reject_unauthorized: bool,
    pub request_cert: Option<bool>,
    /// A client: whom the certificate has to name.
    pub server_name: Option<String>,
    /// Milliseconds.
    pub handshake_timeout: u32,
    /// A server: milliseconds to wait for the first byte, which tells whether TLS is spoken. Absent: it is.
    pub auto: Option<u32>,
}

/// What TLS has agreed on.
#[napi(object, object_from_js = false)]
pub struct HubTlsFacts {
    pub protocol: &'static str,
    pub cipher: String,
    pub alpn_protocol: Option<String>,
    pub servername: Option<String>,
    /// The peer's first, in DER.
    pub certificates: Vec<Buffer>,
    pub authorization_error: Option<&'static str>,
}

/// What clients trust where they are not told otherwise, for all contexts of the process.
static ROOTS: OnceLock<Arc<Roots>> = OnceLock::new();

/// True if the process has its default roots.
#[napi]
pub fn has_default_roots() -> bool {
    ROOTS.get().is_some()
}

/// Gives the process its default roots, in PEM. The first call counts.
#[napi]
pub fn set_default_roots(certificates: Vec<String>) {
    ROOTS.get_or_init(|| Roots::lenient(certificates.into_iter().map(String::into_bytes)));
}

impl HubTlsOptions {
    pub(crate) fn server(&self) -> Result<Secure, Error<String>> {
        let mut settings = TlsServer::new(&self.options()).map_err(|error| bad(&error))?;
        settings.handshake = self.handshake();
        let auto = self.auto.map(|time| Duration::from_millis(time.into()));
        Ok(Secure { settings, auto })
    }

    pub(crate) fn client(&self) -> Result<TlsClient, Error<String>> {
        let roots = ROOTS.get().cloned().unwrap_or_else(|| Roots::lenient([]));
        let name = self.server_name.as_deref().unwrap_or_default();
        let mut settings = TlsClient::new(&self.options(), roots, name).map_err(|error| bad(&error))?;
        settings.handshake = self.handshake();
        Ok(settings)
    }

    fn handshake(&self) -> Duration {
        Duration::from_millis(self.handshake_timeout.into())
    }

    fn options(&self) -> TlsOptions {
        let bytes = |given: &Option<Buffer>| given.as_ref().map(|it| it.to_vec());
        TlsOptions {
            certificates: bytes(&self.cert).unwrap_or_default(),
            key: bytes(&self.key).unwrap_or_default(),
            authorities: bytes(&self.ca),
            newest_only: self.newest_only.unwrap_or(false),
            oldest_only: self.oldest_only.unwrap_or(false),
            protocols: self.protocols.iter().flatten().map(|name| name.clone().into_bytes()).collect(),
            lenient: !self.reject_unauthorized,
            request_certificate: self.request_cert.unwrap_or(false),
        }
    }
}

impl From<TlsFacts> for HubTlsFacts {
    fn from(facts: TlsFacts) -> HubTlsFacts {
        HubTlsFacts {
            protocol: facts.protocol,
            cipher: facts.cipher,
            alpn_protocol: facts.alpn.map(|name| String::from_utf8_lossy(&name).into_owned()),
            servername: facts.server_name,
            certificates: facts.certificates.into_iter().map(Buffer::from).collect(),
            authorization_error: facts.objection,
        }
    }
}

fn bad(error: &SettingsError) -> Error<String> {
    Error::new("TELNET_BAD_OPTION".to_owned(), format!("The option tls.{error}"))
}
