//! How TLS is spoken (RFC 8446, RFC 5246): what is parsed once and shared by all connections of a server, or of a client.
//! What is trusted and what is refused is decided here; the records are [`tls`](crate::tls)'s matter.

use std::sync::{Arc, LazyLock};
use std::time::Duration;
use std::{error, fmt};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ParsedCertificate, WebPkiClientVerifier};
use rustls::{
    CertificateError, ClientConfig, ClientConnection, Connection, DigitallySignedStruct, DistinguishedName, OtherError,
    RootCertStore, ServerConfig, ServerConnection, SignatureScheme, SupportedProtocolVersion, version,
};
use webpki::EndEntityCert;

/// How long a handshake may take by default.
pub const HANDSHAKE: Duration = Duration::from_secs(10);

static PROVIDER: LazyLock<Arc<CryptoProvider>> = LazyLock::new(|| Arc::new(ring::default_provider()));

/// What a user chose, for either role.
#[derive(Clone, Debug, Default)]
pub struct TlsOptions {
    /// Our certificate and those above it, in PEM.
    pub certificates: Vec<u8>,
    /// Its key: PKCS #8 in DER.
    pub key: Vec<u8>,
    /// What is trusted, in PEM; none: a client trusts the roots given beside, a server nobody.
    pub authorities: Option<Vec<u8>>,
    /// No TLS 1.2.
    pub newest_only: bool,
    /// No TLS 1.3.
    pub oldest_only: bool,
    /// Protocols of the application (RFC 7301), the best first.
    pub protocols: Vec<Vec<u8>>,
    /// A peer whose certificate is not trusted is welcome, too.
    pub lenient: bool,
    /// A server asks for the client's certificate.
    pub request_certificate: bool,
}

/// What of the options cannot be taken.
#[derive(Debug)]
#[non_exhaustive]
pub enum SettingsError {
    /// There is no certificate in what was given as certificates, or one that is broken.
    Certificates,
    /// The key is of no kind that is known, or not in PKCS #8.
    Key,
    /// The key is another certificate's.
    KeyMismatch,
    /// There is no certificate in what was given as authorities, or one that is broken.
    Authorities,
    /// A server needs a certificate and its key.
    NoIdentity,
    /// Neither a name nor an address.
    ServerName,
    /// No version is left.
    Versions,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SettingsError::Certificates => "cert: no certificate in PEM, or one that cannot be read",
            SettingsError::Key => "key: no private key that can be used: take RSA, ECDSA on P-256 or P-384, or Ed25519",
            SettingsError::KeyMismatch => "key: it is not the key of the certificate",
            SettingsError::Authorities => "ca: no certificate in PEM, or one that cannot be read",
            SettingsError::NoIdentity => "cert: a server needs a certificate and its key",
            SettingsError::ServerName => "servername: neither a host name nor an IP address",
            SettingsError::Versions => "minVersion: no version is left",
        })
    }
}

impl error::Error for SettingsError {}

/// Whom one trusts: parsed once, for all that connect.
#[derive(Debug)]
pub struct Roots {
    store: Arc<RootCertStore>,
    certificates: Vec<CertificateDer<'static>>,
}

impl Roots {
    /// Those of a process, one each. What cannot be read is left out, as the system's collection is not the user's fault.
    pub fn lenient(certificates: impl IntoIterator<Item = Vec<u8>>) -> Arc<Roots> {
        let certificates: Vec<_> =
            certificates.into_iter().filter_map(|pem| CertificateDer::from_pem_slice(&pem).ok()).collect();
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(certificates.iter().cloned());
        Arc::new(Roots { store: Arc::new(store), certificates })
    }

    /// Those that a user named, all of which are meant.
    fn strict(pem: &[u8]) -> Result<Arc<Roots>, SettingsError> {
        let certificates = certificates(pem).ok_or(SettingsError::Authorities)?;
        let mut store = RootCertStore::empty();
        for certificate in &certificates {
            store.add(certificate.clone()).map_err(|_| SettingsError::Authorities)?;
        }
        Ok(Arc::new(Roots { store: Arc::new(store), certificates }))
    }
}

/// TLS as a server speaks it.
#[derive(Clone, Debug)]
pub struct TlsServer {
    config: Arc<ServerConfig>,
    /// Judges where the handshake did not.
    judge: Option<Arc<dyn ClientCertVerifier>>,
    /// How long a handshake may take.
    pub handshake: Duration,
}

impl TlsServer {
    /// Reads what was chosen.
    pub fn new(options: &TlsOptions) -> Result<TlsServer, SettingsError> {
        let (chain, key) = options.identity()?.ok_or(SettingsError::NoIdentity)?;
        let judge = match (options.request_certificate, &options.authorities) {
            (false, _) => None,
            (true, None) => return Err(SettingsError::Authorities),
            (true, Some(pem)) => {
                let trusted = Arc::clone(&Roots::strict(pem)?.store);
                let builder = WebPkiClientVerifier::builder_with_provider(trusted, PROVIDER.clone());
                let builder = if options.lenient { builder.allow_unauthenticated() } else { builder };
                Some(builder.build().map_err(|_| SettingsError::Authorities)?)
            }
        };
        let builder = ServerConfig::builder_with_provider(PROVIDER.clone())
            .with_protocol_versions(&options.versions()?)
            .map_err(|_| SettingsError::Versions)?;
        let builder = match &judge {
            None => builder.with_no_client_auth(),
            Some(judge) if options.lenient => {
                builder.with_client_cert_verifier(Arc::new(LenientServer(Arc::clone(judge))))
            }
            Some(judge) => builder.with_client_cert_verifier(Arc::clone(judge)),
        };
        let mut config = builder.with_single_cert(chain, key).map_err(|error| key_error(&error))?;
        config.alpn_protocols = options.protocols.clone();
        // A client keeps its own session, sealed by us: nothing is held here for one that may never come back.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.ticketer = ring::Ticketer::new().map_err(|_| SettingsError::Key)?;
        config.send_tls13_tickets = 1;
        Ok(TlsServer { config: Arc::new(config), judge: judge.filter(|_| options.lenient), handshake: HANDSHAKE })
    }

    pub(crate) fn session(&self) -> Result<Connection, rustls::Error> {
        ServerConnection::new(Arc::clone(&self.config)).map(Connection::Server)
    }

    /// Why the client's certificate would be refused, where it was let pass.
    pub(crate) fn objection(&self, session: &Connection) -> Option<rustls::Error> {
        let judge = self.judge.as_ref()?;
        match session.peer_certificates() {
            Some([own, above @ ..]) => judge.verify_client_cert(own, above, UnixTime::now()).err(),
            _ => Some(rustls::Error::NoCertificatesPresented),
        }
    }
}

/// TLS as a client speaks it with one server.
#[derive(Clone, Debug)]
pub struct TlsClient {
    config: Arc<ClientConfig>,
    judge: Arc<Judge>,
    name: ServerName<'static>,
    /// How long a handshake may take.
    pub handshake: Duration,
}

impl TlsClient {
    /// Reads what was chosen. `name` is whom the certificate has to name: a host or an IP address.
    pub fn new(options: &TlsOptions, roots: Arc<Roots>, name: &str) -> Result<TlsClient, SettingsError> {
        let name = ServerName::try_from(name.to_owned()).map_err(|_| SettingsError::ServerName)?;
        let roots = options.authorities.as_deref().map_or(Ok(roots), Roots::strict)?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots.store), PROVIDER.clone())
            .build()
            .map_err(|_| SettingsError::Authorities)?;
        let judge = Arc::new(Judge { verifier, roots, lenient: options.lenient });
        let builder = ClientConfig::builder_with_provider(PROVIDER.clone())
            .with_protocol_versions(&options.versions()?)
            .map_err(|_| SettingsError::Versions)?
            .dangerous()
            .with_custom_certificate_verifier(judge.clone());
        let mut config = match options.identity()? {
            None => builder.with_no_client_auth(),
            Some((chain, key)) => builder.with_client_auth_cert(chain, key).map_err(|error| key_error(&error))?,
        };
        config.alpn_protocols = options.protocols.clone();
        // A store of sessions for one connection would only cost memory.
        config.resumption = Resumption::disabled();
        Ok(TlsClient { config: Arc::new(config), judge, name, handshake: HANDSHAKE })
    }

    pub(crate) fn session(&self) -> Result<Connection, rustls::Error> {
        ClientConnection::new(Arc::clone(&self.config), self.name.clone()).map(Connection::Client)
    }

    /// Why the server's certificate would be refused, where it was let pass.
    pub(crate) fn objection(&self, session: &Connection) -> Option<rustls::Error> {
        let [own, above @ ..] = session.peer_certificates()? else { return None };
        self.judge.judge(own, above, &self.name, &[], UnixTime::now()).err().filter(|_| self.judge.lenient)
    }
}

impl TlsOptions {
    fn identity(&self) -> Result<Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>, SettingsError> {
        if self.certificates.is_empty() && self.key.is_empty() {
            return Ok(None);
        }
        let chain = certificates(&self.certificates).ok_or(SettingsError::Certificates)?;
        let key = PrivateKeyDer::try_from(self.key.clone()).map_err(|_| SettingsError::Key)?;
        Ok(Some((chain, key)))
    }

    fn versions(&self) -> Result<Vec<&'static SupportedProtocolVersion>, SettingsError> {
        match (self.oldest_only, self.newest_only) {
            (false, false) => Ok(vec![&version::TLS13, &version::TLS12]),
            (false, true) => Ok(vec![&version::TLS13]),
            (true, false) => Ok(vec![&version::TLS12]),
            (true, true) => Err(SettingsError::Versions),
        }
    }
}

/// All certificates in a text, at least one.
fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let found: Vec<_> = CertificateDer::pem_slice_iter(pem).collect::<Result<_, _>>().ok()?;
    (!found.is_empty()).then_some(found)
}

fn key_error(error: &rustls::Error) -> SettingsError {
    match error {
        rustls::Error::InconsistentKeys(_) => SettingsError::KeyMismatch,
        rustls::Error::InvalidCertificate(_) => SettingsError::Certificates,
        _ => SettingsError::Key,
    }
}

/// A certificate that nobody but itself vouches for: people want to be told that, since the repair is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SelfSigned {
    /// The peer's own.
    Own,
    /// One above it.
    Above,
}

impl fmt::Display for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SelfSigned::Own => "the certificate is self-signed",
            SelfSigned::Above => "a self-signed certificate is in the chain",
        })
    }
}

impl error::Error for SelfSigned {}

impl From<SelfSigned> for rustls::Error {
    fn from(kind: SelfSigned) -> rustls::Error {
        CertificateError::Other(OtherError(Arc::new(kind))).into()
    }
}

/// Judges a server's certificate, and refuses or only remarks.
#[derive(Debug)]
struct Judge {
    verifier: Arc<WebPkiServerVerifier>,
    roots: Arc<Roots>,
    lenient: bool,
}

impl Judge {
    fn judge(
        &self,
        own: &CertificateDer<'_>,
        above: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.verifier.verify_server_cert(own, above, name, ocsp, now).or_else(|error| match error {
            // `openssl req -x509` makes a certificate that is server and authority in one, and people do as its manual shows: who
            // trusts that very one means that server. All that is asked of a certificate before this was found good.
            rustls::Error::InvalidCertificate(CertificateError::Other(OtherError(ref cause)))
                if cause.downcast_ref() == Some(&webpki::Error::CaUsedAsEndEntity) =>
            {
                if self.roots.certificates.contains(own) {
                    let parsed = ParsedCertificate::try_from(own)?;
                    verify_server_name(&parsed, name).map(|()| ServerCertVerified::assertion())
                } else {
                    Err(self_signed(own, above).map_or(error, SelfSigned::into))
                }
            }
            rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer) => {
                Err(self_signed(own, above).map_or(error, SelfSigned::into))
            }
            error => Err(error),
        })
    }
}

fn self_signed(own: &CertificateDer<'_>, above: &[CertificateDer<'_>]) -> Option<SelfSigned> {
    let is_its_own_issuer =
        |der: &CertificateDer<'_>| EndEntityCert::try_from(der).is_ok_and(|it| it.issuer() == it.subject());
    if is_its_own_issuer(own) {
        return Some(SelfSigned::Own);
    }
    above.iter().any(is_its_own_issuer).then_some(SelfSigned::Above)
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        own: &CertificateDer<'_>,
        above: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.lenient { Ok(ServerCertVerified::assertion()) } else { self.judge(own, above, name, ocsp, now) }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.verifier.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Lets every client's certificate pass whose key the client has.
#[derive(Debug)]
struct LenientServer(Arc<dyn ClientCertVerifier>);

impl ClientCertVerifier for LenientServer {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        self.0.root_hint_subjects()
    }

    fn verify_client_cert(
        &self,
        _own: &CertificateDer<'_>,
        _above: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}
