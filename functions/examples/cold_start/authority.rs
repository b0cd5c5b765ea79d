//! Certificates like those of DynamoDB: an RSA root, an RSA authority below it, and an RSA certificate of that one, so that
//! checking them costs a client what it costs it there.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256,
};
use rsa::RsaPrivateKey;
use rsa::pkcs8::EncodePrivateKey;
use rsa::rand_core::OsRng;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::lambda::Outcome;

/// As AWS's.
const BITS: usize = 2048;

/// How a server of `localhost` shows who it is, and the root that says so (PEM).
pub fn server() -> Outcome<(ServerConfig, String)> {
    let root = CertifiedIssuer::self_signed(authority("Root")?, key()?)?;
    let below = CertifiedIssuer::signed_by(authority("Authority")?, key()?, &root)?;
    let own_key = key()?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let own = params.signed_by(&own_key, &below)?;
    let chain = vec![own.der().clone(), below.as_ref().der().clone()];
    let own_key = PrivatePkcs8KeyDer::from(own_key.serialize_der());
    // A session can be resumed, as with AWS; no process here connects twice.
    let mut config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, own_key.into())?;
    // DynamoDB speaks no HTTP/2.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok((config, root.as_ref().pem()))
}

fn authority(name: &str) -> Outcome<CertificateParams> {
    let mut params = CertificateParams::new(Vec::new())?;
    let name = format!("{name} of the benchmark");
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn key() -> Outcome<KeyPair> {
    let key = RsaPrivateKey::new(&mut OsRng, BITS)?.to_pkcs8_der()?;
    let key = PrivatePkcs8KeyDer::from(key.as_bytes());
    Ok(KeyPair::from_pkcs8_der_and_sign_algo(
        &key,
        &PKCS_RSA_SHA256,
    )?)
}
