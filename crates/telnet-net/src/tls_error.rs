//! What goes wrong with TLS, by the codes that Node's users know from OpenSSL, where there is one, and in words.

use rustls::pki_types::UnixTime;
use rustls::{CertificateError, Error};

use crate::tls_settings::SelfSigned;

/// A stable name.
pub(crate) fn code(error: &Error) -> &'static str {
    match error {
        Error::InvalidCertificate(error) => certificate_code(error),
        Error::AlertReceived(_) => "TELNET_TLS_ALERT",
        _ => "TELNET_TLS",
    }
}

/// What happened, and where it helps, what to do.
pub(crate) fn message(error: &Error) -> String {
    match error {
        Error::InvalidMessage(_) => "what came is no TLS; is TLS spoken at that port?".to_owned(),
        Error::AlertReceived(alert) => format!("the peer ended TLS: {alert:?}"),
        Error::InvalidCertificate(error) => certificate_message(error),
        error => error.to_string(),
    }
}

/// As a person would say it who looks at the certificate.
fn certificate_message(error: &CertificateError) -> String {
    use CertificateError::*;
    match error {
        UnknownIssuer => "the certificate is signed by nobody who is trusted".to_owned(),
        ExpiredContext { time, not_after } => {
            format!("the certificate has expired, {}", days(*time, *not_after, "ago"))
        }
        NotValidYetContext { time, not_before } => {
            format!(
                "the certificate is not valid yet, but {}; is the clock right?",
                days(*not_before, *time, "from now")
            )
        }
        Expired => "the certificate has expired".to_owned(),
        NotValidForNameContext { expected, presented } if presented.is_empty() => {
            format!("the certificate names nobody (subjectAltName), and so not {}", expected.to_str())
        }
        NotValidForNameContext { expected, presented } => {
            let names: Vec<_> = presented.iter().take(MOST_NAMES).map(|name| bare(name)).collect();
            let more = if presented.len() > MOST_NAMES { " and others" } else { "" };
            format!("the certificate is for {}{more}, and not for {}", names.join(", "), expected.to_str())
        }
        Other(other) => other.to_string(),
        error => error.to_string(),
    }
}

/// How long it is from one time to another, in days, where it is one at least.
fn days(later: UnixTime, earlier: UnixTime, direction: &str) -> String {
    match later.as_secs().saturating_sub(earlier.as_secs()) / 86_400 {
        0 => "today".to_owned(),
        1 => format!("a day {direction}"),
        days => format!("{days} days {direction}"),
    }
}

/// The name in `DnsName("example.org")`, or in `IpAddress(127.0.0.1)`.
fn bare(name: &str) -> &str {
    let inner = name.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(name);
    inner.trim_matches('"')
}

/// So many names of a certificate are told.
const MOST_NAMES: usize = 4;

fn certificate_code(error: &CertificateError) -> &'static str {
    use CertificateError::*;
    match error {
        Expired | ExpiredContext { .. } => "CERT_HAS_EXPIRED",
        NotValidYet | NotValidYetContext { .. } => "CERT_NOT_YET_VALID",
        Revoked => "CERT_REVOKED",
        UnknownIssuer => "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        BadSignature => "CERT_SIGNATURE_FAILURE",
        NotValidForName | NotValidForNameContext { .. } => "ERR_TLS_CERT_ALTNAME_INVALID",
        InvalidPurpose | InvalidPurposeContext { .. } => "INVALID_PURPOSE",
        Other(other) => match other.0.downcast_ref() {
            Some(SelfSigned::Own) => "DEPTH_ZERO_SELF_SIGNED_CERT",
            Some(SelfSigned::Above) => "SELF_SIGNED_CERT_IN_CHAIN",
            None => "TELNET_TLS_CERTIFICATE",
        },
        _ => "TELNET_TLS_CERTIFICATE",
    }
}
