use serde_json::json;

use super::*;

/// The role these claims give, with the payload they are from or without.
fn role_of(claims: &[(&str, &str)], payload: Option<Value>) -> Option<Role> {
    let verified: HashMap<_, _> = claims
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    let payload = payload.map(|payload| payload.as_object().expect("an object").clone());
    let claims = Claims {
        verified: &verified,
        payload,
    };
    claims.actor().map(|actor| actor.role)
}

const WHO: [(&str, &str); 2] = [("sub", "ana"), ("tenant", "acme")];

fn printed(roles: &str) -> Option<Role> {
    role_of(&[WHO[0], WHO[1], ("roles", roles)], None)
}

/// What the gateway prints, and the list it was printed from.
fn issued(printed: &str, roles: &Value) -> Option<Role> {
    let payload = json!({ "sub": "ana", "tenant": "acme", "roles": roles });
    role_of(&[WHO[0], WHO[1], ("roles", printed)], Some(payload))
}

#[test]
fn claims_are_read_as_the_gateway_writes_them() {
    assert_eq!(printed("[customer]"), Some(Role::Customer));
    assert_eq!(printed("[agent admin]"), Some(Role::Admin));
    assert_eq!(printed("agent"), Some(Role::Agent));
    for none in ["", "[]", "[superadmin]", "Agent", "[agents]", "[ agent]"] {
        assert_eq!(printed(none), None, "{none}");
    }
}

#[test]
fn a_role_with_a_space_a_comma_or_a_bracket_is_none() {
    for none in [
        "[not admin]",
        "[ex admin]",
        "[x,admin]",
        "[[admin]]",
        "[[agent] [admin]]",
        "[agent,admin]",
        "customer,agent",
        "not admin",
        "agent admin",
        "[admin",
        "admin]",
        "[\"admin\"]",
        "map[admin:admin]",
        "[map[admin admin]]",
    ] {
        assert_eq!(printed(none), None, "{none}");
    }
}

#[test]
fn the_token_tells_where_a_name_ends() {
    for (flat, list, role) in [
        ("[not admin]", json!(["not admin"]), None),
        ("[not admin]", json!(["not", "admin"]), Some(Role::Admin)),
        ("[agent admin]", json!(["agent admin"]), None),
        (
            "[agent admin]",
            json!(["agent", "admin"]),
            Some(Role::Admin),
        ),
        (
            "[customers-eu agent]",
            json!(["customers-eu", "agent"]),
            Some(Role::Agent),
        ),
        (
            "[customer ex admin]",
            json!(["customer", "ex admin"]),
            Some(Role::Customer),
        ),
        ("[admin]", json!("[admin]"), None),
        ("[[admin]]", json!(["[admin]"]), None),
        ("agent", json!("agent"), Some(Role::Agent)),
    ] {
        assert_eq!(issued(flat, &list), role, "{list}");
    }
}

#[test]
fn a_payload_that_is_not_the_verified_one_adds_nothing() {
    assert_eq!(
        issued("[customer]", &json!(["admin"])),
        Some(Role::Customer)
    );
    assert_eq!(issued("[x admin]", &json!(["x", "agent", "admin"])), None);
    assert_eq!(issued("[1 admin]", &json!([1, "admin"])), None);
}

#[test]
fn without_the_token_another_system_s_word_leaves_the_least() {
    assert_eq!(printed("[customer agent billing-team]"), None);
    assert_eq!(printed("[customers-eu agent]"), None);
    // A user pool's groups have no space in their names.
    let groups = |issuer| {
        let claims = [
            WHO[0],
            WHO[1],
            ("iss", issuer),
            (GROUPS, "[customers-eu agent]"),
        ];
        role_of(&claims, None)
    };
    let pool = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a";
    assert_eq!(groups(pool), Some(Role::Agent));
    assert_eq!(groups("https://issuer.example"), None);
}

#[test]
fn cognito_s_names_serve_too() {
    let cognito = [
        ("sub", "ana"),
        ("custom:tenant", "acme"),
        (GROUPS, "[agent]"),
    ];
    assert_eq!(role_of(&cognito, None), Some(Role::Agent));
}

#[test]
fn without_tenant_subject_or_role_there_is_no_actor() {
    let whole = [("sub", "ana"), ("tenant", "acme"), ("roles", "[agent]")];
    for missing in 0..3 {
        let rest: Vec<_> = whole
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != missing)
            .map(|(_, c)| *c)
            .collect();
        assert_eq!(role_of(&rest, None), None);
    }
    assert_eq!(role_of(&[("sub", "a#b"), whole[1], whole[2]], None), None);
    for tenant in ["a#b", "[acme]", "acme,globex", "[acme globex]", "map[a:b]"] {
        let claims = [whole[0], ("tenant", tenant), whole[2]];
        assert_eq!(role_of(&claims, None), None, "{tenant}");
    }
}

#[test]
fn what_is_only_printed_like_a_name_is_none() {
    let claims = |sub, tenant| [("sub", sub), ("tenant", tenant), ("roles", "[agent]")];
    for (flat, payload) in [
        (
            claims("[ana]", "acme"),
            json!({ "sub": ["ana"], "tenant": "acme", "roles": ["agent"] }),
        ),
        (
            claims("ana", "7"),
            json!({ "sub": "ana", "tenant": 7, "roles": ["agent"] }),
        ),
        (
            claims("ana", "true"),
            json!({ "sub": "ana", "tenant": true, "roles": ["agent"] }),
        ),
    ] {
        assert_eq!(role_of(&flat, Some(payload)), None, "{flat:?}");
    }
}

#[test]
fn only_one_bearer_token_has_a_payload() {
    let token = format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(r#"{"sub":"ana"}"#));
    let of = |values: &[&str]| {
        let values = values.iter().map(|value| value.parse().expect("a header"));
        payload(&values.map(|value| (AUTHORIZATION, value)).collect())
    };
    let bearer = format!("Bearer {token}");
    assert_eq!(of(&[&bearer]).expect("a payload")["sub"], "ana");
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[&token]), None);
    assert_eq!(of(&[&format!("Basic {token}")]), None);
    assert_eq!(of(&[&bearer, &bearer]), None);
    assert_eq!(of(&[&format!("{bearer},{bearer}")]), None);
    assert_eq!(of(&["Bearer verified-by-the-gateway"]), None);
}
