//! What a tenant decides for itself.

use serde_json::{Value, json};

use crate::harness::{Fault, Play, Proxy};

const SETTINGS: &str = "/v2/settings";

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
        .patch(SETTINGS, &json!({ "autoCloseAfter": "PT36H" }))
        .await
        .expect(200);
    assert_eq!(
        (set.header("etag"), &set.data()["autoCloseAfter"]),
        ("\"1\"", &json!("P1DT12H"))
    );
    assert_eq!(set.data()["updatedBy"], "root");
    assert_eq!(root.get(SETTINGS).await.expect(200).body, set.body);
    // The same again is not set again, and what is left out stays as it is.
    let again = root
        .patch(SETTINGS, &json!({ "autoCloseAfter": "P1DT12H" }))
        .await;
    assert_eq!(again.expect(200).body, set.body);
    let nothing = root.patch(SETTINGS, &json!({})).await.expect(200);
    assert_eq!(nothing.body, set.body);
    let defaults = json!({
        "autoCloseAfter": "P4D", "maxAttachmentSize": 26_214_400, "customersSee": [], "customersMaySet": ["tags", "priority"],
    });
    let back = root.put(SETTINGS, &defaults).await.expect(200);
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
        who.patch(SETTINGS, &json!({}))
            .await
            .refuses(403, "FORBIDDEN");
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
    let unknown = root.patch(SETTINGS, &json!({ "autoClose": "P4D" })).await;
    unknown.refuses(400, "UNKNOWN_FIELD");
    let late = root
        .patch(SETTINGS, &json!({}))
        .header("if-match", "\"7\"")
        .await;
    assert_eq!(
        late.refuses(412, "VERSION_MISMATCH").header("etag"),
        "\"0\""
    );
    assert_eq!(root.get(SETTINGS).await.expect(200).data()["version"], 0);
    play.end().await;
}

#[tokio::test]
async fn of_many_admins_at_once_each_sets_another_version() {
    let play = Play::begin().await;
    let admins = (1..=8).map(|n| {
        let admin = play.admin(&format!("root-{n}"));
        async move {
            let body = json!({ "autoCloseAfter": format!("P{n}D") });
            let set = admin.patch(SETTINGS, &body).await.expect(200);
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
    let body = json!({ "autoCloseAfter": "P9D" });
    let set = root
        .patch(SETTINGS, &body)
        .header("if-match", "\"0\"")
        .await;
    assert_eq!(set.expect(200).header("etag"), "\"1\"");
    play.end().await;
    engine.end().await;
}
