//! The key pair the issuer signs tokens with.

use std::fmt;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use anyhow::{Context, Result};
use rsa::RsaPrivateKey;
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::rand_core::OsRng;

use crate::folder::private_file;

/// API Gateway takes RSA keys only, and 2048 bits is what its issuers use.
const BITS: usize = 2048;

/// An RSA key pair. Making one takes a good part of a second, so tests that start many stands share one.
#[derive(Clone)]
pub struct IssuerKey(RsaPrivateKey);

impl IssuerKey {
    /// A new key pair.
    pub fn generate() -> Result<Self> {
        RsaPrivateKey::new(&mut OsRng, BITS)
            .map(Self)
            .context("cannot make an RSA key pair")
    }

    /// The key pair kept in a file (PKCS #8, PEM); made if there is none, for its owner's eyes only.
    pub fn load_or_generate(path: &Path) -> Result<Self> {
        match fs::read_to_string(path) {
            Ok(pem) => RsaPrivateKey::from_pkcs8_pem(&pem)
                .map(Self)
                .with_context(|| {
                    format!(
                        "{} is not an RSA private key in PEM (PKCS #8)",
                        path.display()
                    )
                }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let key = Self::generate()?;
                key.save(path)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                Ok(key)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    /// Written beside and then renamed, so that a key file is whole or absent.
    fn save(&self, path: &Path) -> Result<()> {
        let draft = path.with_extension("new");
        let mut file = private_file(&draft)?;
        file.write_all(self.private_pem()?.as_bytes())?;
        file.sync_all()?;
        fs::rename(draft, path)?;
        Ok(())
    }

    /// The private key (PKCS #8, PEM).
    pub(crate) fn private_pem(&self) -> Result<String> {
        Ok(self.0.to_pkcs8_pem(LineEnding::LF)?.to_string())
    }

    /// The public key (SPKI, PEM). Public indeed: a verifier that can be talked into HS256 takes it as the secret.
    pub fn public_pem(&self) -> Result<String> {
        Ok(self.0.to_public_key().to_public_key_pem(LineEnding::LF)?)
    }
}

impl fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssuerKey(…)")
    }
}
