use std::sync::LazyLock;

use axum::http::HeaderValue;

use super::*;

const URL: &str = "http://127.0.0.1:9000";

static ISSUER: LazyLock<Issuer> =
    LazyLock::new(|| Issuer::new(URL, IssuerKey::generate().unwrap()).unwrap());

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// The claims of a good token, some of them changed; a null removes one.
fn claims(changes: &Value) -> Value {
    let now = now();
    let mut claims = json!({
        "iss": URL, "aud": AUDIENCE, "sub": "ana", "tenant": "acme", "roles": ["agent"],
        "iat": now, "nbf": now, "exp": now + 60,
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
        .as_object_mut()
        .unwrap()
        .retain(|_, value| !value.is_null());
    claims
}

fn verdict(changes: &Value) -> Result<Claims, Rejected> {
    ISSUER.verify(&ISSUER.sign(&claims(changes)).unwrap())
}

fn refusal(changes: &Value) -> ErrorKind {
    match verdict(changes) {
        Err(Rejected::Token(kind)) => kind,
        other => panic!("{changes} gave {other:?}"),
    }
}

fn base64(json: &Value) -> String {
    let key = EncodingKey::from_secret(b"any");
    let token = jsonwebtoken::encode(&Header::default(), json, &key).unwrap();
    token.split('.').nth(1).unwrap().to_owned()
}

#[test]
fn a_minted_token_says_who_its_bearer_is() {
    let grant = Grant {
        tenant: Tenant::parse("acme").unwrap(),
        sub: Principal::parse("ana").unwrap(),
        roles: vec!["agent".into(), "admin".into()],
        expires_in: 60,
    };
    let token = ISSUER.mint(&grant).unwrap();
    let claims = ISSUER.verify(&token).unwrap();
    assert_eq!(claims["tenant"], "acme");
    assert_eq!(claims["sub"], "ana");
    assert_eq!(claims["roles"], json!(["agent", "admin"]));
    assert_eq!(claims["iss"], URL);
    assert_eq!(claims["aud"], AUDIENCE);
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        60
    );

    let header = jsonwebtoken::decode_header(&token).unwrap();
    let published = ISSUER.keys();
    let key = DecodingKey::from_jwk(published.find(&header.kid.unwrap()).unwrap()).unwrap();
    jsonwebtoken::decode::<Claims>(&token, &key, &ISSUER.validation).unwrap();
}

#[test]
fn a_token_without_a_signature_is_refused() {
    let good = ISSUER.sign(&claims(&json!({}))).unwrap();
    let payload = good.split('.').nth(1).unwrap();
    for algorithm in ["none", "None", "NONE"] {
        let header = base64(&json!({ "alg": algorithm, "typ": "JWT", "kid": ISSUER.header.kid }));
        assert!(
            ISSUER.verify(&format!("{header}.{payload}.")).is_err(),
            "{algorithm}"
        );
        assert!(
            ISSUER.verify(&format!("{header}.{payload}")).is_err(),
            "{algorithm}"
        );
    }
    let (signed, _) = good.rsplit_once('.').unwrap();
    assert_eq!(
        ISSUER.verify(&format!("{signed}.")),
        Err(Rejected::Token(ErrorKind::InvalidSignature))
    );
}

#[test]
fn the_public_key_is_no_hmac_secret() {
    let secret = EncodingKey::from_secret(ISSUER.key().public_pem().unwrap().as_bytes());
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        let header = Header {
            alg: algorithm,
            ..ISSUER.header.clone()
        };
        let token = jsonwebtoken::encode(&header, &claims(&json!({})), &secret).unwrap();
        assert_eq!(
            ISSUER.verify(&token),
            Err(Rejected::Token(ErrorKind::InvalidAlgorithm))
        );
    }
}

#[test]
fn only_the_configured_algorithm_is_taken() {
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let header = Header {
            alg: algorithm,
            ..ISSUER.header.clone()
        };
        let token = ISSUER.sign_with(&header, &claims(&json!({}))).unwrap();
        assert_eq!(
            ISSUER.verify(&token),
            Err(Rejected::Token(ErrorKind::InvalidAlgorithm))
        );
    }
}

#[test]
fn a_key_the_issuer_does_not_have_is_refused() {
    let named = |kid: Option<&str>| {
        let header = Header {
            kid: kid.map(Into::into),
            ..ISSUER.header.clone()
        };
        ISSUER.verify(&ISSUER.sign_with(&header, &claims(&json!({}))).unwrap())
    };
    assert_eq!(named(Some("another")), Err(Rejected::UnknownKey));
    assert_eq!(named(None), Err(Rejected::UnknownKey));

    let stranger = Issuer::new(URL, IssuerKey::generate().unwrap()).unwrap();
    let token = stranger.sign(&claims(&json!({}))).unwrap();
    assert_eq!(ISSUER.verify(&token), Err(Rejected::UnknownKey));
    let posing = stranger
        .sign_with(&ISSUER.header, &claims(&json!({})))
        .unwrap();
    assert_eq!(
        ISSUER.verify(&posing),
        Err(Rejected::Token(ErrorKind::InvalidSignature))
    );
}

#[test]
fn a_token_holds_in_its_own_time_only() {
    let now = now();
    assert!(verdict(&json!({ "exp": now + 60, "nbf": now, "iat": now })).is_ok());
    assert_eq!(refusal(&json!({ "exp": now })), ErrorKind::ExpiredSignature);
    assert_eq!(
        refusal(&json!({ "exp": now - 1 })),
        ErrorKind::ExpiredSignature
    );
    assert_eq!(
        refusal(&json!({ "nbf": now + 30 })),
        ErrorKind::ImmatureSignature
    );
    assert_eq!(
        verdict(&json!({ "iat": now + 30 })),
        Err(Rejected::NotYetIssued)
    );
    assert_eq!(
        refusal(&json!({ "exp": null })),
        ErrorKind::MissingRequiredClaim("exp".into())
    );
    assert!(verdict(&json!({ "exp": "tomorrow" })).is_err());
    assert!(verdict(&json!({ "nbf": "yesterday" })).is_err());
}

#[test]
fn a_token_of_another_issuer_or_for_another_audience_is_refused() {
    assert_eq!(
        refusal(&json!({ "iss": "http://127.0.0.1:9001" })),
        ErrorKind::InvalidIssuer
    );
    assert_eq!(
        refusal(&json!({ "iss": null })),
        ErrorKind::MissingRequiredClaim("iss".into())
    );
    assert_eq!(
        refusal(&json!({ "aud": "another" })),
        ErrorKind::InvalidAudience
    );
    assert_eq!(
        refusal(&json!({ "aud": null })),
        ErrorKind::MissingRequiredClaim("aud".into())
    );
    assert!(verdict(&json!({ "aud": ["another", AUDIENCE] })).is_ok());
}

#[test]
fn exactly_one_bearer_token_is_an_identity() {
    let token = ISSUER.sign(&claims(&json!({}))).unwrap();
    let authorize = |values: &[String]| {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_str(value).unwrap());
        }
        ISSUER.authorize(&headers)
    };
    assert!(authorize(&[format!("Bearer {token}")]).is_ok());
    assert!(authorize(&[format!("bearer {token}")]).is_ok());
    assert_eq!(authorize(&[]), Err(Rejected::NotOneHeader));
    let twice = [format!("Bearer {token}"), format!("Bearer {token}")];
    assert_eq!(authorize(&twice), Err(Rejected::NotOneHeader));
    assert_eq!(
        authorize(std::slice::from_ref(&token)),
        Err(Rejected::NotBearer)
    );
    assert_eq!(
        authorize(&[format!("Basic {token}")]),
        Err(Rejected::NotBearer)
    );
    assert!(authorize(&[format!("Bearer {token}, Bearer {token}")]).is_err());
    assert!(authorize(&["Bearer ".into()]).is_err());
}
