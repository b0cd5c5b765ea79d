//! Bodies and queries as they come: with what editors, proxies and runtimes make of them; and nothing in them is ignored.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Actor, Play, Reply};

const TICKETS: &str = "/v2/support-tickets";

async fn sends(who: &Actor, body: impl Into<reqwest::Body>) -> Reply {
    who.request(Method::POST, TICKETS).body(body).await
}

#[tokio::test]
async fn a_field_that_is_no_json_is_named() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    for (body, field) in [
        (
            br#"{"title":"Help \ud83d","description":"d"}"# as &[u8],
            "title",
        ),
        (br#"{"title":"t","tags":["a","\ude00"]}"#, "tags[1]"),
        (
            b"{\"title\":\"t\",\"description\":\"caf\xe9\"}",
            "description",
        ),
        (b"{\"title\":\"a\nb\"}", "title"),
        (br#"{"title":"t","priority":nope}"#, "priority"),
    ] {
        let refused = sends(&carla, body).await.refuses(400, "MALFORMED_JSON");
        assert_eq!(refused.errors(), [(field, "MALFORMED_JSON")]);
        let detail = refused.body["detail"].as_str().expect("words");
        assert!(detail.starts_with(&format!("`{field}` ")), "{detail}");
    }
    let spanish = carla
        .request(Method::POST, TICKETS)
        .header("accept-language", "es")
        .body(r#"{"title":"\ud83d"}"#);
    let detail = spanish.await.refuses(400, "MALFORMED_JSON").body["detail"].clone();
    let half = "`title` tiene medio carácter: un sustituto como \\ud83d sin su otra mitad (línea 1, columna 17).";
    assert_eq!(detail, half);
    play.end().await;
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped_and_makes_no_other_request() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = json!({ "title": "t", "description": "d", "category": "general" });
    let marked = [b"\xef\xbb\xbf", body.to_string().as_bytes()].concat();
    let first = carla.request(Method::POST, TICKETS).key("k").body(marked);
    first.await.expect(201);
    let again = carla.post(TICKETS, &body).key("k").await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    play.end().await;
}

#[tokio::test]
async fn a_body_that_says_it_is_no_plain_json_is_of_an_unsupported_type() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = json!({ "title": "t", "description": "d", "category": "general" }).to_string();
    let says = async |name: &str, value: &str| {
        let request = carla.request(Method::POST, TICKETS).header(name, value);
        request.body(body.clone()).await
    };
    for coding in ["gzip", "br"] {
        let refused = says("content-encoding", coding).await;
        let refused = refused.refuses(415, "UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(refused.header("accept-encoding"), "identity");
    }
    for foreign in ["multipart/form-data; boundary=x", "application/xml"] {
        let refused = says("content-type", foreign).await;
        let refused = refused.refuses(415, "UNSUPPORTED_MEDIA_TYPE");
        assert_eq!(refused.header("accept"), "application/json");
    }
    for fine in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/json; charset=utf-8",
    ] {
        says("content-type", fine).await.expect(201);
    }
    says("content-encoding", "identity").await.expect(201);
    play.end().await;
}

#[tokio::test]
async fn null_in_a_change_is_done_or_refused_and_never_ignored() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let id = ana.opens_for("carla", json!({ "tags": ["a"] })).await.id();
    for (field, code) in [
        ("title", "INVALID_TITLE"),
        ("category", "INVALID_CATEGORY"),
        ("priority", "INVALID_PRIORITY"),
        ("status", "INVALID_STATUS"),
        ("resolution", "INVALID_RESOLUTION"),
        ("addTags", "INVALID_ADD_TAGS"),
        ("removeTags", "INVALID_REMOVE_TAGS"),
    ] {
        let path = format!("{TICKETS}/{id}");
        for request in [
            ana.patch(&path, &json!({ field: null })),
            ana.put(&path, &json!({ field: null })),
        ] {
            let refused = request.await.refuses(400, code);
            assert_eq!(refused.errors(), [(field, code)]);
            let detail = format!("`{field}` cannot be null; leave it out instead.");
            assert_eq!(refused.body["detail"], detail);
        }
    }
    let cleared = json!({ "tags": null, "assignedTo": null });
    let cleared = ana.changes(&id, cleared).await.expect(200);
    assert_eq!(cleared.data()["tags"], json!([]));

    play.end().await;
}

#[tokio::test]
async fn what_is_null_in_a_policy_and_a_filter_of_nothing_are_named() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let policy = |field: &str, value: Value| {
        let mut policy = json!({ "name": "Gold", "position": 1, "targets": {} });
        policy[field] = value;
        policy
    };
    for (field, value, named) in [
        ("name", Value::Null, "name"),
        ("position", Value::Null, "position"),
        ("enabled", Value::Null, "enabled"),
        ("filter", Value::Null, "filter"),
        ("targets", Value::Null, "targets"),
        ("warnAtPercent", Value::Null, "warnAtPercent"),
        ("onBreach", Value::Null, "onBreach"),
        ("filter", json!({ "tags": null }), "filter.tags"),
        ("targets", json!({ "high": null }), "targets.high"),
        (
            "targets",
            json!({ "high": { "resolution": null } }),
            "targets.high.resolution",
        ),
        (
            "onBreach",
            json!({ "raisePriority": null }),
            "onBreach.raisePriority",
        ),
        // Nothing else is dropped, either.
        ("filter", json!({ "tags": [] }), "filter.tags"),
        ("filter", json!({ "category": [] }), "filter.category"),
        ("filter", json!({ "priority": [] }), "filter.priority"),
        ("filter", json!({ "client": [] }), "filter.client"),
    ] {
        let refused = root.sets_policy("pol_x", policy(field, value)).await;
        let refused = refused.expect(400);
        let fields: Vec<&str> = refused.errors().iter().map(|error| error.0).collect();
        assert_eq!(fields, [named]);
    }
    let every_hour = policy("calendarId", Value::Null);
    root.sets_policy("pol_x", every_hour).await.expect(201);

    play.end().await;
}

#[tokio::test]
async fn what_is_null_in_a_calendar_or_in_the_settings_is_named() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let calendar = |field: &str, value: Value| {
        let mut calendar =
            json!({ "name": "x", "timeZone": "UTC", "weekly": { "mon": [["09:00", "10:00"]] } });
        calendar[field] = value;
        calendar
    };
    for (field, value, named) in [
        ("timeZone", Value::Null, "timeZone"),
        ("holidays", Value::Null, "holidays"),
        (
            "weekly",
            json!({ "mon": [["09:00", "10:00"]], "tue": null }),
            "weekly.tue",
        ),
        (
            "holidays",
            json!([{ "date": "2026-12-25", "name": "x", "yearly": null }]),
            "holidays[0].yearly",
        ),
        (
            "holidays",
            json!([{ "date": null, "from": "2026-12-25", "to": "2026-12-26", "name": "x" }]),
            "holidays[0].date",
        ),
    ] {
        let refused = root.sets_calendar("cal_x", calendar(field, value)).await;
        let refused = refused.expect(400);
        assert!(
            refused.errors().iter().any(|error| error.0 == named),
            "{:#}",
            refused.body
        );
    }
    let refused = root
        .patch("/v2/settings", &json!({ "maxAttachmentSize": null }))
        .await;
    assert_eq!(refused.expect(400).errors()[0].0, "maxAttachmentSize");
    play.end().await;
}

#[tokio::test]
async fn a_whole_number_is_one_however_it_is_spelled() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let put = async |position: &str, percents: &str| {
        let body = format!(
            r#"{{"name":"x","position":{position},"targets":{{}},"warnAtPercent":{percents}}}"#
        );
        root.request(Method::PUT, "/v2/sla-policies/pol_x")
            .body(body)
            .await
    };
    for (position, percents) in [("10.0", "[50.0]"), ("1e1", "[5e1]"), ("10", "[50]")] {
        let set = put(position, percents).await;
        assert!(set.status.is_success(), "{:#}", set.body);
        assert_eq!(set.data()["position"], 10);
        assert_eq!(set.data()["warnAtPercent"], json!([50]));
    }
    for wrong in [
        "10.5",
        "-1.0",
        "\"10\"",
        "0.0",
        "-0.0",
        "1e300",
        "9007199254740993.0",
    ] {
        put(wrong, "[50]").await.refuses(400, "INVALID_POSITION");
    }
    put("10", "[50.5]")
        .await
        .refuses(400, "INVALID_WARN_AT_PERCENT");
    play.end().await;
}

#[tokio::test]
async fn a_tag_that_a_proxy_has_weakened_is_the_same_version_everywhere() {
    let play = Play::begin().await;
    let (ana, root) = (play.agent("ana"), play.admin("root"));
    let id = ana.opens_for("carla", json!({})).await.id();
    let path = format!("{TICKETS}/{id}");
    let high = json!({ "priority": "high" });
    let changed = ana.patch(&path, &high).header("if-match", "\"9\", W/\"1\"");
    changed.await.expect(200);
    let late = ana.patch(&path, &high).header("if-match", "W/\"1\"").await;
    let late = late.refuses(412, "VERSION_MISMATCH");
    assert_eq!(
        late.body["detail"],
        "The version is 2 now, not the one in `If-Match`."
    );

    let policy = json!({ "name": "Gold", "position": 1, "targets": {} });
    let calendar =
        json!({ "name": "x", "timeZone": "UTC", "weekly": { "mon": [["09:00", "10:00"]] } });
    let settings = json!({
        "autoCloseAfter": "P4D", "maxAttachmentSize": 1000, "customersSee": [], "customersMaySet": [],
    });
    for (path, body) in [
        ("/v2/sla-policies/pol_x", policy),
        ("/v2/calendars/cal_x", calendar),
        ("/v2/settings", settings),
    ] {
        if path != "/v2/settings" {
            // The settings are always there.
            let replaced = root.put(path, &body).header("if-match", "*").await;
            let refused = replaced.refuses(412, "VERSION_MISMATCH");
            assert_eq!(refused.header("etag"), "\"0\"");
        }
        let new = root.put(path, &body).header("if-none-match", "*").await;
        assert!(new.status.is_success(), "{:#}", new.body);
        let weak = format!("W/{}", new.header("etag"));
        let read = root.get(path).header("if-none-match", &weak).await;
        assert_eq!(read.status, 304, "{path}");
        let again = root.put(path, &body).header("if-match", &weak).await;
        again.expect(200);
        // Who wants to make it, and not to replace another's.
        let taken = root.put(path, &body).header("if-none-match", "*").await;
        let taken = taken.refuses(412, "VERSION_MISMATCH");
        assert!(
            taken.body["detail"]
                .as_str()
                .is_some_and(|why| why.contains("`If-None-Match`"))
        );
        assert_eq!(taken.header("etag"), new.header("etag"));
    }
    play.end().await;
}

#[tokio::test]
async fn a_detail_is_true_for_the_role_that_reads_it() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let id = carla.opens("Help").await.id();
    let detail = |refused: Reply| refused.body["detail"].as_str().expect("words").to_owned();
    let to = |status: &str| json!({ "status": status });
    let resolved = carla.changes(&id, to("resolved")).await;
    assert_eq!(
        detail(resolved.refuses(400, "RESOLUTION_REQUIRED")),
        "`resolution` is required to resolve a ticket; you may close yours without one."
    );
    for (status, verb) in [("resolved", "resolve"), ("closed", "close")] {
        let refused = ana.changes(&id, to(status)).await;
        assert_eq!(
            detail(refused.refuses(400, "RESOLUTION_REQUIRED")),
            format!("`resolution` is required to {verb} a ticket that has none yet.")
        );
    }
    for (body, field) in [
        (to("pending"), "status"),
        (json!({ "resolution": "r" }), "resolution"),
        (json!({ "priority": "low" }), "priority"),
    ] {
        let refused = carla.changes(&id, body).await.refuses(403, "FORBIDDEN");
        assert_eq!(refused.errors(), [(field, "FORBIDDEN")]);
        assert!(detail(refused).contains(&format!("`{field}`")));
    }
    let other =
        json!({ "title": "t", "description": "d", "category": "general", "client": "david" });
    let refused = carla.post(TICKETS, &other).await.refuses(403, "FORBIDDEN");
    assert_eq!(refused.errors(), [("client", "FORBIDDEN")]);
    assert_eq!(
        detail(carla.claims(&id).await.refuses(403, "FORBIDDEN")),
        "This is for agents and admins; your token has neither role."
    );
    assert_eq!(
        detail(ana.get("/v2/settings").await.refuses(403, "FORBIDDEN")),
        "This is for admins; your token has another role."
    );
    play.end().await;
}

#[tokio::test]
async fn a_parameter_that_is_no_utf_8_is_named_and_not_read_as_something_else() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    ana.opens_for("carla", json!({ "tags": ["\u{fffd}"] }))
        .await;
    let refused = ana.get(&format!("{TICKETS}?tag=%ff")).await;
    let refused = refused.refuses(400, "INVALID_PARAMETERS");
    assert_eq!(refused.errors(), [("tag", "INVALID_ENCODING")]);
    let found = ana.get(&format!("{TICKETS}?tag=%EF%BF%BD")).await;
    assert_eq!(found.expect(200).data().as_array().map(Vec::len), Some(1));
    play.end().await;
}
