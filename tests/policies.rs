//! Policies: what a tenant promises.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::{Actor, Play};

const POLICIES: &str = "/v2/sla-policies";

fn gold(position: u32) -> Value {
    json!({
        "name": "Gold",
        "position": position,
        "filter": { "tags": ["gold"], "priority": ["high", "urgent"] },
        "targets": { "high": { "firstResponse": "PT90M", "resolution": "P1D" }, "urgent": { "firstResponse": "PT15M" } },
        "warnAtPercent": [75, 50],
        "onBreach": { "raisePriority": true, "assignTo": "lead", "addTag": "late" },
    })
}

fn calendar() -> Value {
    json!({ "name": "Always", "timeZone": "UTC", "weekly": { "mon": [["00:00", "24:00"]] } })
}

async fn names(who: &Actor) -> Vec<String> {
    let list = who.get(POLICIES).await.expect(200);
    let policies = list.data().as_array().expect("a list").iter();
    policies
        .map(|policy| policy["_id"].as_str().expect("an id").into())
        .collect()
}

#[tokio::test]
async fn a_policy_is_set_read_listed_and_deleted() {
    let play = Play::begin().await;
    let (root, ana) = (play.admin("root"), play.agent("ana"));
    let set = root.sets_policy("pol_gold", gold(10)).await.expect(201);
    assert_eq!(set.header("etag"), "\"1\"");
    assert_eq!(set.header("location"), "/v2/sla-policies/pol_gold");
    insta::assert_json_snapshot!(set.masked()["data"], @r#"
    {
      "_id": "pol_gold",
      "builtIn": false,
      "calendarId": null,
      "enabled": true,
      "filter": {
        "priority": [
          "high",
          "urgent"
        ],
        "tags": [
          "gold"
        ]
      },
      "name": "Gold",
      "onBreach": {
        "addTag": "late",
        "assignTo": "lead",
        "raisePriority": true
      },
      "position": 10,
      "targets": {
        "high": {
          "firstResponse": "PT1H30M",
          "resolution": "P1D"
        },
        "urgent": {
          "firstResponse": "PT15M"
        }
      },
      "updatedAt": "<time>",
      "updatedBy": "root",
      "version": 1,
      "warnAtPercent": [
        50,
        75
      ]
    }
    "#);
    let path = format!("{POLICIES}/pol_gold");
    assert_eq!(ana.get(&path).await.expect(200).body, set.body);
    let fresh = ana.get(&path).header("if-none-match", "\"1\"").await;
    assert_eq!(fresh.status, 304);
    // The same again is not set again.
    let again = root.sets_policy("pol_gold", gold(10)).await.expect(200);
    assert_eq!(again.body, set.body);

    root.sets_policy("pol_first", gold(5)).await.expect(201);
    assert_eq!(names(&ana).await, ["pol_first", "pol_gold", "pol_default"]);
    let deleted = root.request(reqwest::Method::DELETE, &path).await;
    assert_eq!(deleted.expect(200).data(), &json!({ "_id": "pol_gold" }));
    for again in [
        ana.get(&path).await,
        root.request(reqwest::Method::DELETE, &path).await,
    ] {
        again.refuses(404, "SLA_POLICY_NOT_FOUND");
    }
    // One of the same name is another: its version was never given before.
    let again = root.sets_policy("pol_gold", gold(10)).await.expect(201);
    assert_eq!(again.data()["version"], 4);
    play.end().await;
}

#[tokio::test]
async fn the_built_in_policy_is_last_and_can_be_replaced() {
    let play = Play::begin().await;
    let (root, ana) = (play.admin("root"), play.agent("ana"));
    let path = format!("{POLICIES}/pol_default");
    let built_in = ana.get(&path).await.expect(200);
    assert_eq!(built_in.header("etag"), "\"0\"");
    insta::assert_json_snapshot!(built_in.data(), @r#"
    {
      "_id": "pol_default",
      "builtIn": true,
      "calendarId": null,
      "enabled": true,
      "filter": {},
      "name": "Default",
      "onBreach": {},
      "position": null,
      "targets": {
        "high": {
          "firstResponse": "PT4H",
          "nextResponse": "PT4H",
          "resolution": "P1D"
        },
        "low": {
          "firstResponse": "P1D",
          "nextResponse": "P1D",
          "resolution": "P7D"
        },
        "medium": {
          "firstResponse": "PT8H",
          "nextResponse": "PT8H",
          "resolution": "P3D"
        },
        "urgent": {
          "firstResponse": "PT1H",
          "nextResponse": "PT1H",
          "resolution": "PT4H"
        }
      },
      "updatedAt": null,
      "updatedBy": null,
      "version": 0,
      "warnAtPercent": [
        75
      ]
    }
    "#);
    let opened = ana.opens_for("carla", json!({})).await;
    assert_eq!(opened.data()["sla"]["policyId"], "pol_default");

    // Disabled, nothing is promised any more.
    let nothing =
        json!({ "name": "Nothing", "position": 1_000_000, "enabled": false, "targets": {} });
    let set = root.put(&path, &nothing).header("if-match", "\"0\"").await;
    set.expect(201);
    let opened = ana.opens_for("carla", json!({})).await;
    assert_eq!(
        opened.data()["sla"],
        json!({ "status": "none", "nextDueAt": null, "policyId": null, "metrics": [] })
    );
    root.request(reqwest::Method::DELETE, &path)
        .await
        .expect(200);
    assert_eq!(ana.get(&path).await.expect(200).body, built_in.body);
    play.end().await;
}

#[tokio::test]
async fn agents_read_admins_write_and_nobody_sees_another_tenant_s() {
    let play = Play::begin().await;
    let (root, ana, carla) = (
        play.admin("root"),
        play.agent("ana"),
        play.customer("carla"),
    );
    root.sets_calendar("cal_madrid", calendar())
        .await
        .expect(201);
    root.sets_policy("pol_gold", gold(1)).await.expect(201);
    let paths = [
        POLICIES,
        "/v2/sla-policies/pol_gold",
        "/v2/calendars",
        "/v2/calendars/cal_madrid",
    ];
    for path in paths {
        ana.get(path).await.expect(200);
        carla.get(path).await.refuses(403, "FORBIDDEN");
    }
    for who in [&ana, &carla] {
        who.sets_policy("pol_x", gold(2))
            .await
            .refuses(403, "FORBIDDEN");
        who.sets_calendar("cal_x", calendar())
            .await
            .refuses(403, "FORBIDDEN");
        for path in [paths[1], paths[3]] {
            who.request(reqwest::Method::DELETE, path)
                .await
                .refuses(403, "FORBIDDEN");
        }
    }
    let eve = play.actor("other", "eve", "admin");
    assert_eq!(names(&eve).await, ["pol_default"]);
    eve.get(paths[1]).await.refuses(404, "SLA_POLICY_NOT_FOUND");
    eve.get(paths[3]).await.refuses(404, "CALENDAR_NOT_FOUND");
    eve.sets_policy("pol_gold", gold(1)).await.expect(201);
    play.end().await;
}

#[tokio::test]
async fn a_policy_is_set_on_the_version_its_writer_has_read() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let path = format!("{POLICIES}/pol_gold");
    let on = async |version: &str, position: u32| {
        let put = root.put(&path, &gold(position));
        put.header("if-match", version).await
    };
    on("\"0\"", 1).await.expect(201);
    let refused = on("\"0\"", 2).await.refuses(412, "VERSION_MISMATCH");
    assert_eq!(refused.header("etag"), "\"1\"");
    on("\"1\"", 2).await.expect(200);
    let delete = root.request(reqwest::Method::DELETE, &path);
    let delete = delete.header("if-match", "\"1\"").await;
    delete.refuses(412, "VERSION_MISMATCH");
    play.end().await;
}

#[tokio::test]
async fn of_many_that_want_a_position_at_once_one_gets_it() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let wanted = (0..12).map(|i| {
        let root = &root;
        async move { root.sets_policy(&format!("pol_{i}"), gold(7)).await }
    });
    let answers = join_all(wanted).await;
    let set = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(set, 1);
    for refused in answers.into_iter().filter(|answer| answer.status != 201) {
        if refused.status != 503 {
            let refused = refused.refuses(400, "POSITION_TAKEN");
            assert_eq!(refused.errors(), [("position", "POSITION_TAKEN")]);
        }
    }
    assert_eq!(names(&root).await.len(), 2);
    play.end().await;
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_policy_is_named() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let wrong = json!({
        "position": 0,
        "enabled": "yes",
        "filter": { "prio": ["high"], "priority": ["hi"], "tags": "gold", "client": ["a#b"] },
        "calendarId": "madrid",
        "targets": { "high": { "firstResponse": "PT0S", "resolution": -3, "x": 1 }, "extreme": {} },
        "warnAtPercent": [0, 100],
        "onBreach": { "assignTo": "none", "addTag": "" },
        "colour": "gold",
    });
    let refused = root.sets_policy("pol_gold", wrong).await;
    let refused = refused.refuses(400, "NAME_REQUIRED");
    let mut errors = refused.errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("calendarId", "INVALID_CALENDAR_ID"),
            ("colour", "UNKNOWN_FIELD"),
            ("enabled", "INVALID_ENABLED"),
            ("filter.client", "INVALID_CLIENT"),
            ("filter.prio", "UNKNOWN_FIELD"),
            ("filter.priority", "INVALID_PRIORITY"),
            ("filter.tags", "INVALID_TAGS"),
            ("name", "NAME_REQUIRED"),
            ("onBreach.addTag", "INVALID_ADD_TAG"),
            ("onBreach.assignTo", "INVALID_ASSIGN_TO"),
            ("position", "INVALID_POSITION"),
            ("targets.extreme", "UNKNOWN_FIELD"),
            ("targets.high.firstResponse", "INVALID_FIRST_RESPONSE"),
            ("targets.high.resolution", "INVALID_RESOLUTION"),
            ("targets.high.x", "UNKNOWN_FIELD"),
            ("warnAtPercent", "INVALID_WARN_AT_PERCENT"),
        ]
    );
    // A ticket would be assigned to its own client.
    let mut circle = gold(1);
    circle["filter"]["client"] = json!(["cus_1", "lead"]);
    let refused = root.sets_policy("pol_gold", circle).await;
    let refused = refused.refuses(400, "INVALID_ASSIGN_TO");
    assert_eq!(refused.errors()[0].0, "onBreach.assignTo");
    let id = root.sets_policy("gold", gold(1)).await;
    assert_eq!(id.refuses(400, "INVALID_ID").errors()[0].0, "_id");
    root.get("/v2/sla-policies/gold")
        .await
        .refuses(404, "SLA_POLICY_NOT_FOUND");
    let refused = root.sets_policy("pol_gold", json!({ "name": "G", "position": 1 }));
    refused.await.refuses(400, "TARGETS_REQUIRED");
    assert_eq!(names(&root).await, ["pol_default"]);
    play.end().await;
}
