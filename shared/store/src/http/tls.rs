//! Who is trusted, and how that is checked.

use std::fmt::Display;
use std::io;

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Amazon's own four roots, from `https://www.amazontrust.com/repository/`. Reading the system's 140 certificates would be
/// most of what a process does before its first request; and these are not even decoded, so they are DER.
pub(crate) fn amazon() -> RootCertStore {
    const ROOTS: [&[u8]; 4] = [
        include_bytes!("../roots/amazon-root-ca-1.der"),
        include_bytes!("../roots/amazon-root-ca-2.der"),
        include_bytes!("../roots/amazon-root-ca-3.der"),
        include_bytes!("../roots/amazon-root-ca-4.der"),
    ];
    let mut trusted = RootCertStore::empty();
    for root in ROOTS {
        let added = trusted.add(CertificateDer::from(root));
        added.expect("a root of Amazon's is a certificate");
    }
    trusted
}

/// The authorities in a PEM file.
pub(crate) fn authorities(pem: &[u8]) -> io::Result<RootCertStore> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    // Without an authority every call would fail, and not say why.
    if certificates.is_empty() {
        return Err(io::Error::other("there is no PEM certificate in it"));
    }
    let mut trusted = RootCertStore::empty();
    for certificate in certificates {
        trusted.add(certificate).map_err(unreadable)?;
    }
    Ok(trusted)
}

fn unreadable(why: impl Display) -> io::Error {
    io::Error::other(format!("a certificate in it cannot be read: {why}"))
}

/// TLS on ring, with these authorities: aws-lc's jitter entropy costs ~50 ms of CPU at every cold start.
pub(super) fn config(trusted: RootCertStore) -> ClientConfig {
    let provider = CryptoProvider {
        // SHA-256 first: with it a handshake costs less than with SHA-384.
        cipher_suites: vec![
            ring::cipher_suite::TLS13_AES_128_GCM_SHA256,
            ring::cipher_suite::TLS13_AES_256_GCM_SHA384,
            ring::cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            ring::cipher_suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            ring::cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            ring::cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        ],
        ..ring::default_provider()
    };
    let mut config = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("ring has both versions")
        .with_root_certificates(trusted)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_authority_is_said() {
        let told = |pem: &str| {
            let error = authorities(pem.as_bytes()).expect_err("it is of no use");
            error.to_string()
        };
        assert_eq!(told(""), "there is no PEM certificate in it");
        let pem =
            |text| format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n");
        assert_eq!(
            told(&pem("not base64!")),
            "a certificate in it cannot be read: base64 decode error: InvalidCharacter(33)"
        );
        assert_eq!(
            told(&pem("aGVsbG8=")),
            "a certificate in it cannot be read: invalid peer certificate: BadEncoding"
        );
    }
}
