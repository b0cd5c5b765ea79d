//! Reports and simulations. Every play ends by holding the reports against all threads; here is what they look like.

use domain::Ticket;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::harness::{Actor, Play};

const SIMULATE: &str = "/v2/sla-policies/simulate";

async fn report(who: &Actor, query: &str) -> Value {
    let report = who.get(&format!("/v2/reports/sla?{query}")).await;
    report.expect(200).data().clone()
}

fn metric<'a>(report: &'a Value, name: &str) -> &'a Value {
    let metrics = report["metrics"].as_array().expect("a list");
    let mut metrics = metrics.iter();
    metrics
        .find(|metric| metric["metric"] == name)
        .expect("such a metric")
}

/// A day with two tickets: one answered in time, in an hour; one late, after nine.
async fn a_day(play: &Play) -> [String; 2] {
    let (carla, ana, bob) = (play.customer("carla"), play.agent("ana"), play.agent("bob"));
    play.wait_until("2027-01-05T08:00:00Z").await;
    let (quick, slow) = (
        carla.opens("quick").await.id(),
        carla.opens("slow").await.id(),
    );
    ana.claims(&quick).await.expect(200);
    bob.claims(&slow).await.expect(200);
    play.wait("PT1H").await;
    ana.says(&quick, json!({ "message": "m" }))
        .await
        .expect(201);
    play.wait("PT8H").await;
    bob.says(&slow, json!({ "message": "m" })).await.expect(201);
    [quick, slow]
}

#[tokio::test]
async fn a_report_says_what_was_achieved_and_how_long_it_took() {
    let play = Play::begin().await;
    a_day(&play).await;
    let ana = play.agent("ana");
    let month = report(&ana, "from=2027-01-01&to=2027-02-01").await;
    let first = metric(&month, "firstResponse");
    assert_eq!(
        [&first["achieved"], &first["missed"], &first["attainment"]],
        [&json!(1), &json!(1), &json!(0.5)]
    );
    for seconds in ["calendarSeconds", "businessSeconds"] {
        assert_eq!(first[seconds]["count"], 2);
        let (p50, p90) = (&first[seconds]["p50"], &first[seconds]["p90"]);
        let near = |value: &Value, hours: f64| {
            let off = value.as_f64().expect("a number") / (hours * 3_600.0) - 1.0;
            assert!(off.abs() < 0.035, "{value} is not {hours} h");
        };
        near(p50, 1.0);
        near(p90, 9.0);
    }
    assert_eq!(
        metric(&month, "resolution"),
        &json!({
            "metric": "resolution", "achieved": 0, "missed": 0, "attainment": null,
            "calendarSeconds": { "count": 0, "p50": null, "p90": null },
            "businessSeconds": { "count": 0, "p50": null, "p90": null },
        })
    );
    // `to` is the day after the last one.
    let before = report(&ana, "from=2027-01-01&to=2027-01-05").await;
    assert_eq!(metric(&before, "firstResponse")["missed"], 0);

    let grouped = report(&ana, "from=2027-01-05&to=2027-01-06&groupBy=assignedTo").await;
    let groups: Vec<(&Value, &Value)> = grouped["groups"]
        .as_array()
        .expect("groups")
        .iter()
        .map(|group| {
            (
                &group["group"],
                &metric(group, "firstResponse")["attainment"],
            )
        })
        .collect();
    assert_eq!(
        groups,
        [(&json!("ana"), &json!(1.0)), (&json!("bob"), &json!(0.0))]
    );
    for (group, name) in [("priority", "medium"), ("category", "technical")] {
        let query = format!("from=2027-01-05&to=2027-01-06&groupBy={group}");
        assert_eq!(report(&ana, &query).await["groups"][0]["group"], name);
    }
    play.end().await;
}

#[tokio::test]
async fn a_resolution_that_is_reopened_is_taken_back_from_whom_it_was_credited_to() {
    let play = Play::begin().await;
    let [quick, _] = a_day(&play).await;
    let (ana, bob, carla) = (play.agent("ana"), play.agent("bob"), play.customer("carla"));
    let solved = json!({ "status": "resolved", "resolution": "r" });
    ana.changes(&quick, solved.clone()).await.expect(200);
    let by = async |who: &str| {
        let report = report(&ana, "from=2027-01-01&to=2027-02-01&groupBy=assignedTo").await;
        let groups = report["groups"].as_array().expect("groups").clone();
        let group = groups.into_iter().find(|group| group["group"] == who);
        let group = group.expect("such a group");
        metric(&group, "resolution")["achieved"].clone()
    };
    assert_eq!([by("ana").await, by("bob").await], [1, 0]);
    // It is another's by then.
    ana.changes(&quick, json!({ "assignedTo": "bob" }))
        .await
        .expect(200);
    assert_eq!([by("ana").await, by("bob").await], [1, 0]);
    carla
        .says(&quick, json!({ "message": "Again." }))
        .await
        .expect(201);
    assert_eq!([by("ana").await, by("bob").await], [0, 0]);
    bob.changes(&quick, json!({ "status": "resolved" }))
        .await
        .expect(200);
    assert_eq!([by("ana").await, by("bob").await], [0, 1]);
    play.end().await;
}

#[tokio::test]
async fn a_report_is_for_agents_and_about_days_in_order() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    carla
        .get("/v2/reports/sla?from=2027-01-01&to=2027-01-02")
        .await
        .refuses(403, "FORBIDDEN");
    for (query, field) in [
        ("", "from"),
        ("from=2027-01-01", "to"),
        ("from=2027-01-01&to=2027-01-01", "to"),
        ("from=2027-01-02&to=2027-01-01", "to"),
        ("from=2027-01-01&to=2028-01-03", "to"),
        ("from=2027-1-1&to=2027-01-02", "from"),
        ("from=2027-01-01T00:00:00Z&to=2027-01-02", "from"),
        ("from=2027-01-01&to=2027-01-02&groupBy=client", "groupBy"),
        ("from=2027-01-01&to=2027-01-02&group=priority", "group"),
    ] {
        let refused = ana.get(&format!("/v2/reports/sla?{query}")).await;
        let refused = refused.refuses(400, "INVALID_PARAMETERS");
        assert!(
            refused.errors().iter().any(|(name, _)| *name == field),
            "{query}"
        );
    }
    play.end().await;
}

fn policy(first: &str) -> Value {
    json!({ "name": "Tried", "position": 1, "targets": { "medium": { "firstResponse": first, "resolution": "P1D" } } })
}

#[tokio::test]
async fn a_policy_is_tried_on_the_newest_tickets_and_nothing_is_written() {
    let play = Play::begin().await;
    let [quick, slow] = a_day(&play).await;
    let ana = play.agent("ana");
    ana.opens_for("carla", json!({ "priority": "low" })).await;
    let by_id = |mut heads: Vec<Ticket>| {
        heads.sort_by_key(|head| head.id);
        heads
    };
    let (items, heads) = (play.items().await.len(), by_id(play.heads().await));
    let simulated = ana
        .post(SIMULATE, &json!({ "policy": policy("PT30M"), "last": 10 }))
        .await;
    let simulated = simulated.expect(200);
    let data = simulated.data();
    assert_eq!((&data["tickets"], &data["matched"]), (&json!(3), &json!(3)));
    let first = metric(data, "firstResponse");
    assert_eq!(
        (&first["achieved"], &first["missed"]),
        (&json!(0), &json!(2))
    );
    let results = data["results"].as_array().expect("results");
    let ids: Vec<&str> = results
        .iter()
        .map(|ticket| ticket["_id"].as_str().expect("an id"))
        .collect();
    // Nothing is promised to the third one, at its priority.
    assert_eq!(ids[1..], [slow.as_str(), &quick]);
    assert_eq!(results[0]["metrics"], json!([]));
    let met: Timestamp = results[2]["metrics"][0]["metAt"]
        .as_str()
        .and_then(|at| at.parse().ok())
        .expect("a time");
    assert_eq!(
        met.as_second() / 60,
        1_799_139_600 / 60,
        "2027-01-05T09:00Z"
    );
    let kinder = ana
        .post(SIMULATE, &json!({ "policy": policy("PT2H"), "last": 2 }))
        .await;
    let kinder = kinder.expect(200);
    assert_eq!(kinder.data()["tickets"], 2);
    assert_eq!(metric(kinder.data(), "firstResponse")["achieved"], 0);
    let kinder = ana
        .post(SIMULATE, &json!({ "policy": policy("PT2H"), "last": 3 }))
        .await;
    assert_eq!(
        metric(kinder.expect(200).data(), "firstResponse")["achieved"],
        1
    );
    assert_eq!(play.items().await.len(), items);
    assert_eq!(by_id(play.heads().await), heads);
    play.end().await;
}

#[tokio::test]
async fn a_policy_is_tried_on_a_story() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let story = json!([
        { "type": "user", "timestamp": "2026-11-23T09:00:00Z" },
        { "type": "note", "timestamp": "2026-11-23T09:10:00Z" },
        { "type": "agent", "timestamp": "2026-11-23T10:00:00Z", "status": "pending" },
        { "type": "user", "timestamp": "2026-11-23T12:00:00Z" },
        { "type": "agent", "timestamp": "2026-11-23T12:30:00Z", "status": "resolved" },
    ]);
    let body = json!({ "policy": policy("PT30M"), "entries": story });
    let simulated = ana.post(SIMULATE, &body).await.expect(200);
    let clocks = simulated.data()["clocks"].as_array().expect("clocks");
    let [first, resolution] = clocks.as_slice() else {
        panic!("two clocks: {clocks:#?}");
    };
    assert_eq!(
        [
            &first["metAt"],
            &first["breachedAt"],
            &first["overBySeconds"]
        ],
        [
            &json!("2026-11-23T10:00:00.000Z"),
            &json!("2026-11-23T09:30:00.000Z"),
            &json!(1_800)
        ]
    );
    // 9:00–10:00 and 12:00–12:30.
    assert_eq!(
        [&resolution["elapsedSeconds"], &resolution["pausedSeconds"]],
        [&json!(5_400), &json!(7_200)]
    );
    play.end().await;
}

#[tokio::test]
async fn what_is_wrong_with_a_simulation_is_named() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let right = json!({ "policy": policy("PT1H"), "last": 1 });
    carla.post(SIMULATE, &right).await.refuses(403, "FORBIDDEN");
    ana.post(SIMULATE, &right).await.expect(200);
    let at = "2026-11-23T09:00:00Z";
    let opening = json!({ "type": "user", "timestamp": at });
    for (wrong, field) in [
        (json!({ "last": 1 }), "policy"),
        (json!({ "policy": policy("PT1H") }), "last"),
        (
            json!({ "policy": policy("PT1H"), "last": 1, "entries": [opening] }),
            "last",
        ),
        (json!({ "policy": policy("PT1H"), "last": 501 }), "last"),
        (
            json!({ "policy": policy("soon"), "last": 1 }),
            "policy.targets.medium.firstResponse",
        ),
        (json!({ "policy": policy("PT1H"), "entries": [] }), "last"),
        (
            json!({ "policy": policy("PT1H"), "entries": [{ "type": "note", "timestamp": at }] }),
            "entries[0].type",
        ),
        (
            json!({ "policy": policy("PT1H"), "entries": [opening, { "type": "user", "timestamp": "2026-11-22T09:00:00Z" }] }),
            "entries[1].timestamp",
        ),
        (
            json!({ "policy": policy("PT1H"), "entries": [opening, { "type": "user", "timestamp": at, "status": "pending" }] }),
            "entries[1].status",
        ),
        (
            json!({ "policy": policy("PT1H"), "entries": [opening, { "type": "agent", "timestamp": at, "priority": "high" }] }),
            "entries[1].priority",
        ),
    ] {
        let refused = ana.post(SIMULATE, &wrong).await;
        assert_eq!(refused.status.as_u16(), 400, "{wrong}: {:#}", refused.body);
        assert!(
            refused.errors().iter().any(|(name, _)| *name == field),
            "{wrong}: {:?}",
            refused.errors()
        );
    }
    let mut elsewhere = right;
    elsewhere["policy"]["calendarId"] = "cal_none".into();
    ana.post(SIMULATE, &elsewhere)
        .await
        .refuses(400, "CALENDAR_NOT_FOUND");
    // Centuries of working hours are no answer.
    let old = json!([{ "type": "user", "timestamp": "1900-01-01T00:00:00Z" }]);
    let refused = ana.post(
        SIMULATE,
        &json!({ "policy": policy("PT1H"), "entries": old }),
    );
    let refused = refused.await.refuses(400, "INVALID_TIMESTAMP");
    assert_eq!(refused.errors()[0].0, "entries[0].timestamp");
    play.end().await;
}
