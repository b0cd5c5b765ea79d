//! Why a ticket's clocks stand where they stand: by which version of which policy, in which hours.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::harness::{Play, hours, time};

#[tokio::test]
async fn an_explanation_adds_up_exactly() {
    let play = Play::begin().await;
    let (root, carla, ana) = (
        play.admin("root"),
        play.customer("carla"),
        play.agent("ana"),
    );
    let weekdays = json!([["09:00", "13:00"], ["14:00", "18:00"]]);
    let calendar = json!({
        "name": "Bogotá",
        "timeZone": "America/Bogota",
        "weekly": { "mon": weekdays, "tue": weekdays, "wed": weekdays, "thu": weekdays, "fri": weekdays },
    });
    root.sets_calendar("cal_bogota", calendar).await.expect(201);
    let policy = json!({
        "name": "Office hours",
        "position": 1,
        "calendarId": "cal_bogota",
        "targets": { "medium": { "firstResponse": "PT4H", "resolution": "PT16H" } },
    });
    root.sets_policy("pol_office", policy).await.expect(201);
    // A Friday, 16:00 in Bogotá.
    play.wait_until("2027-01-08T21:00:00Z").await;
    let id = carla.opens("Help").await.id();
    let first = ana.clock(&id, "firstResponse").await;
    // 16:00–18:00 is 2 h less a moment, and Monday from 9 the rest: about 11:00, which is 16:00 UTC.
    let due = time(&first["dueAt"]);
    let nearly: Timestamp = "2027-01-11T16:00:00Z".parse().expect("a time");
    assert!(
        due.duration_since(nearly).abs() < SignedDuration::from_secs(10),
        "{due}"
    );
    // Monday, 14:30 in Bogotá: 2 h + 4 h + 0.5 h.
    play.wait_until("2027-01-11T19:30:00Z").await;
    let explained = ana.explains(&id).await.expect(200);
    let clock = &explained.data()["metrics"][0];
    assert_eq!(clock["counted"].as_array().map(Vec::len), Some(3));
    let millis = |value: &Value| {
        #[allow(
            clippy::cast_possible_truncation,
            reason = "milliseconds of a few days"
        )]
        let millis = (value.as_f64().expect("a number") * 1_000.0).round() as i64;
        millis
    };
    for clock in explained.data()["metrics"].as_array().expect("a list") {
        let counted = clock["counted"].as_array().expect("a list");
        let sum: i64 = counted.iter().map(|piece| millis(&piece["seconds"])).sum();
        assert_eq!(sum, millis(&clock["elapsedSeconds"]));
        for piece in counted {
            let length = time(&piece["to"]).duration_since(time(&piece["from"]));
            assert_eq!(length.as_millis(), i128::from(millis(&piece["seconds"])));
        }
        let target = if clock["metric"] == "resolution" {
            16
        } else {
            4
        };
        let reckoned = millis(&clock["elapsedSeconds"]) + millis(&clock["remainingSeconds"])
            - millis(&clock["overBySeconds"]);
        assert_eq!(reckoned, target * 3_600_000);
    }
    let source = &clock["source"]["calendar"];
    assert_eq!(
        (&source["_id"], &source["timeZone"]),
        (&json!("cal_bogota"), &json!("America/Bogota"))
    );
    play.end().await;
}

#[tokio::test]
async fn a_ticket_keeps_the_version_it_was_given_until_a_filter_would_see_a_difference() {
    let play = Play::begin().await;
    let (root, ana) = (play.admin("root"), play.agent("ana"));
    let policy = |first: &str, position: u32| {
        let targets = json!({ "medium": { "firstResponse": first, "nextResponse": first } });
        json!({ "name": first, "position": position, "filter": { "category": ["technical"] }, "targets": targets })
    };
    root.sets_policy("pol_tech", policy("PT2H", 1))
        .await
        .expect(201);
    let ticket = ana.opens_for("carla", json!({})).await.id();
    root.sets_policy("pol_tech", policy("PT5H", 1))
        .await
        .expect(200);
    let delete = root.request(reqwest::Method::DELETE, "/v2/sla-policies/pol_tech");
    // Changed, and even deleted: what it was promised stands.
    delete.await.expect(200);
    ana.says(&ticket, json!({ "message": "m" }))
        .await
        .expect(201);
    let carla = play.customer("carla");
    carla
        .says(&ticket, json!({ "message": "m" }))
        .await
        .expect(201);
    assert_eq!(ana.clock(&ticket, "nextResponse").await["target"], "PT2H");
    let explained = ana.explains(&ticket).await.expect(200);
    let source = &explained.data()["metrics"][0]["source"];
    assert_eq!(
        (
            &source["policyId"],
            &source["policyVersion"],
            &source["rule"]
        ),
        (
            &json!("pol_tech"),
            &json!(1),
            &json!("targets.medium.firstResponse")
        )
    );
    // Its category changes: it is matched anew, and what runs is due as it would have been from the beginning.
    ana.changes(&ticket, json!({ "category": "billing" }))
        .await
        .expect(200);
    let read = ana.reads(&ticket).await;
    assert_eq!(read.data()["sla"]["policyId"], "pol_default");
    let next = ana.clock(&ticket, "nextResponse").await;
    assert_eq!(next["target"], "PT8H");
    assert_eq!(
        time(&next["dueAt"]).duration_since(time(&next["startedAt"])),
        hours(8)
    );
    play.end().await;
}
