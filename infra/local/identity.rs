//! The local issuer: signs tokens, and checks them as API Gateway's JWT authorizer does.

use std::fmt;

use anyhow::Result;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use domain::{Principal, Tenant};
use edge::{Problem, Text};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde_json::{Map, Value, json};

use crate::key::IssuerKey;

/// Whom the tokens are for.
pub const AUDIENCE: &str = "ventanilla";

/// The only algorithms a token may be signed with, whatever its own header says.
const ALGORITHMS: [Algorithm; 1] = [Algorithm::RS256];

/// What a verified token says.
pub type Claims = Map<String, Value>;

/// An issuer of RS256 tokens. Its tokens live in real time, whatever time the system has.
pub struct Issuer {
    url: String,
    key: IssuerKey,
    header: Header,
    jwk: Jwk,
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

/// Why a request has no identity.
#[derive(Clone, Debug, PartialEq)]
pub enum Rejected {
    /// No `Authorization` header, or more than one.
    NotOneHeader,
    /// Not `Bearer` and a token.
    NotBearer,
    /// Signed with a key the issuer does not have.
    UnknownKey,
    /// It demands extensions of its reader.
    Critical,
    /// Issued in the future.
    NotYetIssued,
    /// Not a token, or not one of ours, or not for us, or not for now.
    Token(ErrorKind),
}

/// What a new token says, besides who issues it, for whom, and when.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The organisation.
    pub tenant: Tenant,
    /// The person or program.
    pub sub: Principal,
    /// Its roles; names that are none of ours give no right.
    pub roles: Vec<String>,
    /// How long the token is good for, in seconds.
    pub expires_in: u32,
}

impl Issuer {
    /// The issuer at a URL, which is the `iss` of its tokens.
    pub fn new(url: impl Into<String>, key: IssuerKey) -> Result<Self> {
        let url = url.into();
        let signing = EncodingKey::from_rsa_pem(key.private_pem()?.as_bytes())?;
        let mut jwk = Jwk::from_encoding_key(&signing, Algorithm::RS256)?;
        let id = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let header = Header {
            kid: Some(id),
            ..Header::new(Algorithm::RS256)
        };

        let mut validation = Validation::new(Algorithm::RS256);
        validation.algorithms = ALGORITHMS.into();
        validation.set_issuer(&[&url]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["aud", "exp", "iss"]);
        validation.validate_nbf = true;
        // One clock signs and verifies, so there is no skew to forgive. RFC 7519 §4.1.4: "on or after" `exp` a token
        // must not be accepted; without the second line it would be, in that very second.
        validation.leeway = 0;
        validation.reject_tokens_expiring_in_less_than = 1;

        let verifying = DecodingKey::from_jwk(&jwk)?;
        Ok(Self {
            url,
            key,
            header,
            jwk,
            signing,
            verifying,
            validation,
        })
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its key pair.
    pub fn key(&self) -> &IssuerKey {
        &self.key
    }

    /// The public keys its tokens can be verified with.
    pub fn keys(&self) -> JwkSet {
        JwkSet {
            keys: vec![self.jwk.clone()],
        }
    }

    /// The header of its tokens.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// A token, good from now on.
    pub fn mint(&self, grant: &Grant) -> Result<String> {
        let now = jiff::Timestamp::now().as_second();
        self.sign(&json!({
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": grant.sub,
            "tenant": grant.tenant,
            "roles": grant.roles,
            "iat": now,
            "nbf": now,
            "exp": now + i64::from(grant.expires_in),
        }))
    }

    /// Signs any claims at all: tests ask for tokens that must be refused.
    pub fn sign(&self, claims: &Value) -> Result<String> {
        self.sign_with(&self.header, claims)
    }

    /// Signs any claims under any header that names an RSA algorithm.
    pub fn sign_with(&self, header: &Header, claims: &Value) -> Result<String> {
        Ok(jsonwebtoken::encode(header, claims, &self.signing)?)
    }

    /// The claims of the token a request carries.
    pub fn authorize(&self, headers: &HeaderMap) -> Result<Claims, Rejected> {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        // Two headers are two identities, and whoever reads the request next might take the other one.
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(Rejected::NotOneHeader);
        };
        let (scheme, token) = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .ok_or(Rejected::NotBearer)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Rejected::NotBearer);
        }
        self.verify(token.trim_start_matches(' '))
    }

    /// The claims of a token, if it is one of ours, for us and for now.
    pub fn verify(&self, token: &str) -> Result<Claims, Rejected> {
        let header = jsonwebtoken::decode_header(token)?;
        if !ALGORITHMS.contains(&header.alg) {
            return Err(Rejected::Token(ErrorKind::InvalidAlgorithm));
        }
        if header.kid != self.header.kid {
            return Err(Rejected::UnknownKey);
        }
        if header.crit.is_some() {
            return Err(Rejected::Critical);
        }
        let claims =
            jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation)?.claims;
        // API Gateway checks it too; the library does not.
        match claims.get("iat").map(Value::as_i64) {
            Some(Some(iat)) if iat > jiff::Timestamp::now().as_second() => {
                Err(Rejected::NotYetIssued)
            }
            Some(None) => Err(Rejected::Token(ErrorKind::InvalidClaimFormat("iat".into()))),
            _ => Ok(claims),
        }
    }
}

impl Rejected {
    /// What the caller is told: a program by `WWW-Authenticate` (RFC 6750), a person by the detail. Nothing of the token
    /// is repeated.
    pub(crate) fn problem(&self) -> Problem {
        let (en, es) = match self {
            // Without a token there is nothing wrong with one.
            Self::NotOneHeader => return Problem::unauthorized(),
            Self::NotBearer => (
                "The Authorization header is not Bearer and a token",
                "La cabecera Authorization no es Bearer y un token",
            ),
            Self::UnknownKey => (
                "The token is signed with a key that its issuer does not have",
                "El token está firmado con una clave que su emisor no tiene",
            ),
            Self::Critical => (
                "The token demands an extension that is not known here",
                "El token exige una extensión que aquí no se conoce",
            ),
            Self::NotYetIssued => (
                "The token was issued in the future",
                "El token se emitió en el futuro",
            ),
            Self::Token(kind) => return wrong(kind),
        };
        Problem::invalid_token(&Text::new(en, es))
    }
}

/// Why a token does not hold, in words.
fn wrong(kind: &ErrorKind) -> Problem {
    if let ErrorKind::MissingRequiredClaim(claim) = kind {
        return Problem::invalid_token(&Text::new(
            format!("The token has no claim {claim}"),
            format!("El token no tiene la declaración {claim}"),
        ));
    }
    let (en, es) = if matches!(kind, ErrorKind::ExpiredSignature) {
        ("The token has expired", "El token ha caducado")
    } else if matches!(kind, ErrorKind::ImmatureSignature) {
        ("The token is not valid yet", "El token aún no es válido")
    } else if matches!(kind, ErrorKind::InvalidSignature) {
        (
            "The token's signature does not hold",
            "La firma del token no es válida",
        )
    } else if matches!(kind, ErrorKind::InvalidIssuer) {
        (
            "The token is another issuer's",
            "El token es de otro emisor",
        )
    } else if matches!(kind, ErrorKind::InvalidAudience) {
        (
            "The token is for another audience",
            "El token es para otra audiencia",
        )
    } else if matches!(kind, ErrorKind::InvalidAlgorithm) {
        (
            "The token is not signed with RS256",
            "El token no está firmado con RS256",
        )
    } else if matches!(kind, ErrorKind::InvalidClaimFormat(_)) {
        (
            "A claim of the token has the wrong type",
            "Una declaración del token tiene un tipo incorrecto",
        )
    } else {
        (
            "The token is malformed",
            "El token tiene un formato incorrecto",
        )
    };
    Problem::invalid_token(&Text::new(en, es))
}

impl From<jsonwebtoken::errors::Error> for Rejected {
    fn from(error: jsonwebtoken::errors::Error) -> Self {
        Self::Token(error.into_kind())
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("url", &self.url)
            .field("kid", &self.header.kid)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
