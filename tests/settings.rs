//! What a tenant decides for itself.

use serde_json::{Value, json};

use crate::harness::{Fault, Play, Proxy};

const SETTINGS: &str = "/v2/settings";

/// All settings as they are by default, with these instead.
fn all(more: &Value) -> Value {
    let mut settings = json!({
        "autoCloseAfter": "P4D",
        "maxAttachmentSize": 26_214_400,
        "customersSee": [],
        "customersMaySet": ["priority", "tags"],
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        settings[name] = value.clone();
    }
    settings
}

#[tokio::test]
async fn settings_are_the_defaults_until_somebody_sets_them() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let defaults = root.get(SETTINGS).await.expect(200);
    assert_eq!(defaults.header("etag"), "\"0\"");
    assert_eq!(
        defaults.data(),
        &json!({
            "autoCloseAfter": "P4D",
            "maxAttachmentSize": 26_214_400,
            "customersSee": [],
            "customersMaySet": ["priority", "tags"],
            "version": 0,
            "updatedAt": null,
            "updatedBy": null,
        })
    );
    let set = root
        .put(SETTINGS, &all(&json!({ "autoCloseAfter": "PT36H" })))
        .await
        .expect(200);
    assert_eq!(
        (set.header("etag"), &set.data()["autoCloseAfter"]),
        ("\"1\"", &json!("P1DT12H"))
    );
    assert_eq!(set.data()["updatedBy"], "root");
    assert_eq!(root.get(SETTINGS).await.expect(200).body, set.body);
    // The same again is not set again.
    let again = root
        .put(SETTINGS, &all(&json!({ "autoCloseAfter": "P1DT12H" })))
        .await;
    assert_eq!(again.expect(200).body, set.body);
    let back = root.put(SETTINGS, &all(&json!({}))).await.expect(200);
    assert_eq!(
        (&back.data()["autoCloseAfter"], &back.data()["version"]),
        (&json!("P4D"), &json!(2))
    );
    let fresh = root.get(SETTINGS).header("if-none-match", "\"2\"").await;
    assert_eq!((fresh.status.as_u16(), fresh.body), (304, Value::Null));
    play.end().await;
}

#[tokio::test]
async fn putting_settings_wants_all_of_them_and_patching_changes_what_it_names() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let refused = root
        .put(SETTINGS, &json!({ "autoCloseAfter": "P9D" }))
        .await;
    let refused = refused.refuses(400, "MAX_ATTACHMENT_SIZE_REQUIRED");
    let fields: Vec<&str> = refused.errors().iter().map(|error| error.0).collect();
    assert_eq!(
        fields,
        ["maxAttachmentSize", "customersSee", "customersMaySet"]
    );
    let refused = root.put(SETTINGS, &json!({})).await.expect(400);
    assert_eq!(refused.errors().len(), 4);
    let see = json!({ "customersSee": ["assignedTo", "tags", "tags"] });
    root.patch(SETTINGS, &see).await.expect(200);
    let set = root.patch(
        SETTINGS,
        &json!({ "maxAttachmentSize": 7, "customersMaySet": [] }),
    );
    let set = set.await.expect(200);
    assert_eq!(
        (
            &set.data()["customersSee"],
            &set.data()["customersMaySet"],
            &set.data()["maxAttachmentSize"]
        ),
        (&json!(["tags", "assignedTo"]), &json!([]), &json!(7))
    );
    for (field, wrong) in [
        ("customersSee", json!(["notes"])),
        ("customersSee", json!(null)),
        ("customersMaySet", json!(["status"])),
    ] {
        let refused = root
            .patch(SETTINGS, &json!({ field: wrong }))
            .await
            .expect(400);
        assert_eq!(refused.errors()[0].0, field);
    }
    assert_eq!(root.get(SETTINGS).await.expect(200).body, set.body);
    play.end().await;
}

#[tokio::test]
async fn settings_are_an_admin_s_and_of_one_tenant() {
    let play = Play::begin().await;
    for who in [play.agent("ana"), play.customer("carla")] {
        who.get(SETTINGS).await.refuses(403, "FORBIDDEN");
        who.put(SETTINGS, &all(&json!({})))
            .await
            .refuses(403, "FORBIDDEN");
        let some = json!({ "customersSee": ["tags"] });
        who.patch(SETTINGS, &some).await.refuses(403, "FORBIDDEN");
    }
    let (root, eve) = (play.admin("root"), play.actor("other", "eve", "admin"));
    root.patch(SETTINGS, &json!({ "autoCloseAfter": "P9D" }))
        .await
        .expect(200);
    assert_eq!(
        eve.get(SETTINGS).await.expect(200).data()["autoCloseAfter"],
        "P4D"
    );
    play.end().await;
}

#[tokio::test]
async fn what_is_no_setting_is_refused_by_name() {
    let play = Play::begin().await;
    let root = play.admin("root");
    for wrong in ["4 days", "P0D", "P1M", "-P1D", "P9999D", ""] {
        let refused = root
            .patch(SETTINGS, &json!({ "autoCloseAfter": wrong }))
            .await;
        let refused = refused.refuses(400, "INVALID_AUTO_CLOSE_AFTER");
        assert_eq!(
            refused.errors(),
            [("autoCloseAfter", "INVALID_AUTO_CLOSE_AFTER")]
        );
    }
    for unknown in ["customersSee", "customersMaySet"] {
        for wrong in [
            json!(["priority", "assignedTo", "notes"]),
            json!("tags"),
            json!([1]),
        ] {
            let refused = root.patch(SETTINGS, &json!({ unknown: wrong })).await;
            assert_eq!(refused.expect(400).errors().len(), 1, "{unknown} {wrong}");
        }
    }
    let named = root
        .patch(SETTINGS, &json!({ "customersSee": ["priority"] }))
        .await;
    assert_eq!(
        named.refuses(400, "INVALID_CUSTOMERS_SEE").body["errors"][0]["detail"],
        "`customersSee[]` must be one of tags, assignedTo."
    );
    let unknown = root.patch(SETTINGS, &json!({ "autoClose": "P4D" })).await;
    unknown.refuses(400, "UNKNOWN_FIELD");
    let unknown = root
        .put(SETTINGS, &all(&json!({ "autoClose": "P4D" })))
        .await;
    unknown.refuses(400, "UNKNOWN_FIELD");
    for (late, body) in [
        (root.put(SETTINGS, &all(&json!({}))), "all"),
        (root.patch(SETTINGS, &json!({})), "none"),
        (
            root.patch(SETTINGS, &json!({ "autoCloseAfter": "P9D" })),
            "one",
        ),
    ] {
        let late = late.header("if-match", "\"7\"").await;
        let late = late.refuses(412, "VERSION_MISMATCH");
        assert_eq!(late.header("etag"), "\"0\"", "{body}");
    }
    assert_eq!(root.get(SETTINGS).await.expect(200).data()["version"], 0);
    play.end().await;
}

#[tokio::test]
async fn of_many_admins_at_once_each_sets_another_version() {
    let play = Play::begin().await;
    let admins = (1..=8).map(|n| {
        let admin = play.admin(&format!("root-{n}"));
        async move {
            let body = all(&json!({ "autoCloseAfter": format!("P{n}D"), "maxAttachmentSize": n }));
            let set = admin.put(SETTINGS, &body).await.expect(200);
            set.data()["version"].as_u64().expect("a version")
        }
    });
    let mut versions = futures_util::future::join_all(admins).await;
    versions.sort_unstable();
    assert_eq!(versions, (1..=8).collect::<Vec<u64>>());
    play.end().await;
}

#[tokio::test]
async fn settings_whose_answer_was_lost_are_set_once_and_not_refused() {
    let engine = Play::begin().await;
    let proxy = Proxy::before(&engine.open_dynamodb().await).await;
    let play = Play::behind(&proxy).await;
    let root = play.admin("root");
    proxy.next("PutItem", Fault::LostAnswer, 1);
    let body = all(&json!({ "autoCloseAfter": "P9D" }));
    let set = root.put(SETTINGS, &body).header("if-match", "\"0\"").await;
    assert_eq!(set.expect(200).header("etag"), "\"1\"");
    proxy.next("PutItem", Fault::LostAnswer, 1);
    let body = json!({ "autoCloseAfter": "P8D" });
    let set = root
        .patch(SETTINGS, &body)
        .header("if-match", "\"1\"")
        .await;
    assert_eq!(set.expect(200).header("etag"), "\"2\"");
    play.end().await;
    engine.end().await;
}

#[tokio::test]
async fn a_put_sets_all_settings_and_names_each_that_is_missing() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let week = all(&json!({ "autoCloseAfter": "P7D", "customersSee": ["tags"] }));
    let set = root.put(SETTINGS, &week).await.expect(200);
    let required = [
        ("autoCloseAfter", "AUTO_CLOSE_AFTER_REQUIRED"),
        ("maxAttachmentSize", "MAX_ATTACHMENT_SIZE_REQUIRED"),
        ("customersSee", "CUSTOMERS_SEE_REQUIRED"),
        ("customersMaySet", "CUSTOMERS_MAY_SET_REQUIRED"),
    ];
    let empty = root.put(SETTINGS, &json!({})).await.expect(400);
    assert_eq!(empty.errors(), required);
    for (missing, code) in required {
        let mut body = all(&json!({}));
        body.as_object_mut().map(|body| body.remove(missing));
        let refused = root.put(SETTINGS, &body).await.refuses(400, code);
        assert_eq!(refused.errors(), [(missing, code)]);
        body[missing] = Value::Null;
        root.put(SETTINGS, &body).await.refuses(400, code);
    }
    assert_eq!(root.get(SETTINGS).await.expect(200).body, set.body);
    play.end().await;
}

#[tokio::test]
async fn a_patch_sets_what_it_names_and_nothing_else() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let nothing = root.patch(SETTINGS, &json!({})).await.expect(200);
    assert_eq!(nothing.header("etag"), "\"0\"");
    let mut expected = all(&json!({}));
    for (version, (name, value)) in [
        ("autoCloseAfter", json!("P7D")),
        ("maxAttachmentSize", json!(5)),
        ("customersSee", json!(["tags", "assignedTo"])),
        ("customersMaySet", json!([])),
        ("customersSee", json!(["assignedTo"])),
    ]
    .into_iter()
    .enumerate()
    {
        let set = root.patch(SETTINGS, &json!({ name: value })).await;
        let set = set.expect(200);
        expected[name] = value;
        let mut data = set.data().clone();
        assert_eq!(data["version"], version + 1);
        for of_the_change in ["version", "updatedAt", "updatedBy"] {
            data.as_object_mut().map(|data| data.remove(of_the_change));
        }
        assert_eq!(data, expected);
        assert_eq!(root.get(SETTINGS).await.expect(200).body, set.body);
        let again = root.patch(SETTINGS, &json!({ name: expected[name] })).await;
        assert_eq!(again.expect(200).body, set.body, "it is so already");
    }
    play.end().await;
}

#[tokio::test]
async fn admins_that_set_different_settings_at_once_do_not_undo_one_another() {
    let play = Play::begin().await;
    let changes = [
        json!({ "autoCloseAfter": "P7D" }),
        json!({ "maxAttachmentSize": 7 }),
        json!({ "customersSee": ["tags"] }),
        json!({ "customersMaySet": ["tags"] }),
    ];
    let admins = changes.iter().enumerate().map(|(n, change)| {
        let admin = play.admin(&format!("root-{n}"));
        async move { admin.patch(SETTINGS, change).await.expect(200) }
    });
    futures_util::future::join_all(admins).await;
    let settings = play.admin("root").get(SETTINGS).await.expect(200);
    for change in changes {
        for (name, value) in change.as_object().into_iter().flatten() {
            assert_eq!(settings.data()[name], *value);
        }
    }
    play.end().await;
}
