//! What goes wrong with TLS, by the codes that Node's users know from OpenSSL, where there is one, and in words.

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
        Error::InvalidCertificate(CertificateError::Other(other)) => other.to_string(),
        Error::InvalidCertificate(error) => error.to_string(),
        error => error.to_string(),
    }
}

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
