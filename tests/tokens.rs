//! Tokens that hold, and those that do not.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::harness::Play;

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a time")
        .as_secs()
}

fn claims(play: &Play) -> Value {
    json!({
        "iss": play.stand.issuer().url(), "aud": ventanilla::AUDIENCE, "sub": "ana", "tenant": "acme",
        "roles": ["agent"], "iat": now(), "nbf": now() - 1, "exp": now() + 600,
    })
}

async fn status_of(play: &Play, claims: &Value) -> u16 {
    let token = play.stand.issuer().sign(claims).expect("a token");
    play.bearer(Some(token))
        .get("/v2/support-tickets")
        .await
        .status
        .as_u16()
}

#[tokio::test]
async fn claims_that_do_not_hold_are_nobody_s() {
    let play = Play::begin().await;
    assert_eq!(status_of(&play, &claims(&play)).await, 200);
    let wrong = [
        ("exp", json!(now() - 60)),
        ("exp", Value::Null),
        ("nbf", json!(now() + 600)),
        ("iss", json!("http://127.0.0.1:1")),
        ("iss", Value::Null),
        ("aud", json!("somebody-else")),
        ("aud", Value::Null),
    ];
    for (claim, value) in wrong {
        let mut claims = claims(&play);
        claims[claim] = value;
        assert_eq!(status_of(&play, &claims).await, 401, "{claim}");
    }
    play.end().await;
}

#[tokio::test]
async fn a_verified_token_without_tenant_subject_or_role_is_forbidden() {
    let play = Play::begin().await;
    let wrong = [
        ("tenant", Value::Null),
        ("tenant", json!("a#b")),
        ("tenant", json!("")),
        ("sub", json!("a b")),
        ("roles", json!([])),
        ("roles", json!(["root"])),
        ("roles", Value::Null),
    ];
    for (claim, value) in wrong {
        let mut claims = claims(&play);
        claims[claim] = value;
        let status = status_of(&play, &claims).await;
        assert_eq!(status, 403, "{claim}");
    }
    play.end().await;
}

/// `["not admin"]` and `["not","admin"]` reach a function as the same text; only one of them names an admin.
#[tokio::test]
async fn a_role_with_a_space_a_comma_or_a_bracket_in_it_is_none() {
    let play = Play::begin().await;
    for claim in ["roles", "cognito:groups"] {
        for (roles, list, settings) in [
            (json!(["not admin"]), 403, 403),
            (json!(["ex admin"]), 403, 403),
            (json!(["x,admin"]), 403, 403),
            (json!(["[admin]"]), 403, 403),
            (json!(["agent admin"]), 403, 403),
            (json!("[admin]"), 403, 403),
            (json!("agent admin"), 403, 403),
            (json!([["admin"]]), 403, 403),
            (json!({ "admin": true }), 403, 403),
            (json!(["agent", "not admin"]), 200, 403),
            (json!(["customers-eu", "agent"]), 200, 403),
            (json!(["not", "admin"]), 200, 200),
            (json!("admin"), 200, 200),
        ] {
            let mut claims = claims(&play);
            claims.as_object_mut().expect("an object").remove("roles");
            claims[claim] = roles.clone();
            let token = play.stand.issuer().sign(&claims).expect("a token");
            let who = play.bearer(Some(token));
            assert_eq!(status_of(&play, &claims).await, list, "{roles}");
            let read = who.get("/v2/settings").await.status.as_u16();
            assert_eq!(read, settings, "{roles}");
        }
    }
    play.end().await;
}

#[tokio::test]
async fn a_tenant_or_a_subject_that_is_no_text_is_none() {
    let play = Play::begin().await;
    for (claim, value) in [
        ("tenant", json!(["acme"])),
        ("tenant", json!(7)),
        ("tenant", json!(true)),
        ("tenant", json!({ "acme": 1 })),
        ("tenant", json!("acme globex")),
        ("tenant", json!("[acme]")),
        ("sub", json!("[ana] ")),
    ] {
        let mut claims = claims(&play);
        claims[claim] = value.clone();
        assert_eq!(status_of(&play, &claims).await, 403, "{claim} {value}");
    }
    play.end().await;
}

#[tokio::test]
async fn cognito_s_claims_serve_too() {
    let play = Play::begin().await;
    let mut claims = claims(&play);
    let members = claims.as_object_mut().expect("an object");
    members.remove("tenant");
    members.remove("roles");
    members.insert("custom:tenant".into(), json!("acme"));
    members.insert("cognito:groups".into(), json!(["other-group", "agent"]));
    assert_eq!(status_of(&play, &claims).await, 200);
    play.end().await;
}

#[tokio::test]
async fn no_token_two_tokens_and_other_schemes_are_refused() {
    let play = Play::begin().await;
    let nobody = play.bearer(None);
    let refused = nobody
        .get("/v2/support-tickets")
        .await
        .refuses(401, "UNAUTHORIZED");
    // There is no token that anything could be wrong with.
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    let token = play
        .stand
        .token("acme", "ana", &["agent"])
        .expect("a token");
    let two = nobody
        .get("/v2/support-tickets")
        .header("authorization", &format!("Bearer {token}"))
        .header("authorization", &format!("Bearer {token}"));
    two.await.refuses(401, "UNAUTHORIZED");
    for wrong in [
        format!("Basic {token}"),
        token.clone(),
        format!("Bearer {token}x"),
        "Bearer ".into(),
        "Bearer a.b.c".into(),
    ] {
        nobody
            .get("/v2/support-tickets")
            .header("authorization", &wrong)
            .await
            .refuses(401, "UNAUTHORIZED");
    }
    play.end().await;
}

#[tokio::test]
async fn a_401_says_what_is_wrong_with_the_token() {
    let play = Play::begin().await;
    let with = |claim: &str, value: Value| {
        let mut claims = claims(&play);
        claims[claim] = value;
        play.stand.issuer().sign(&claims).expect("a token")
    };
    let mut other_signature = with("sub", json!("ana"));
    other_signature.truncate(other_signature.rfind('.').expect("three parts") + 1);
    other_signature.push_str(&"A".repeat(342));
    for (token, why) in [
        (with("exp", json!(now() - 60)), "The token has expired"),
        (
            with("nbf", json!(now() + 600)),
            "The token is not valid yet",
        ),
        (
            with("iat", json!(now() + 600)),
            "The token was issued in the future",
        ),
        (
            with("iss", json!("http://127.0.0.1:1")),
            "The token is another issuer's",
        ),
        (
            with("aud", json!("another")),
            "The token is for another audience",
        ),
        (with("exp", Value::Null), "The token has no claim exp"),
        (other_signature, "The token's signature does not hold"),
        ("a.b.c".into(), "The token is malformed"),
        ("abc".into(), "The token is malformed"),
        ("eyJhbGciOiJub25lIn0.e30.".into(), "The token is malformed"),
    ] {
        let who = play.bearer(Some(token));
        let refused = who.get("/v2/support-tickets").await;
        let refused = refused.refuses(401, "UNAUTHORIZED");
        assert_eq!(
            refused.header("www-authenticate"),
            format!("Bearer error=\"invalid_token\", error_description=\"{why}\"")
        );
        assert_eq!(refused.body["detail"], format!("{why}."));
    }
    let expired = play.bearer(Some(with("exp", json!(now() - 60))));
    let expired = expired.get("/v2/support-tickets");
    let refused = expired
        .header("accept-language", "es")
        .await
        .refuses(401, "UNAUTHORIZED");
    assert_eq!(refused.body["detail"], "El token ha caducado.");
    play.end().await;
}
