//! Calendars: when a tenant works.

use serde_json::{Value, json};

use crate::harness::Play;

fn office() -> Value {
    json!({
        "name": "Madrid office",
        "timeZone": "europe/madrid",
        "weekly": { "mon": [["14:00", "18:00"], ["09:00", "13:00"]], "sat": [["22:00", "24:00"]], "sun": [["00:00", "02:00"]] },
        "holidays": [
            { "date": "2026-12-25", "name": "Navidad", "yearly": true },
            { "from": "2027-08-01", "to": "2027-08-15", "name": "Agosto" },
        ],
    })
}

fn policy(calendar: &str, targets: &Value) -> Value {
    json!({ "name": "Gold", "position": 1, "calendarId": calendar, "targets": targets })
}

#[tokio::test]
async fn a_calendar_is_set_read_listed_and_kept_while_a_policy_counts_by_it() {
    let play = Play::begin().await;
    let (root, ana) = (play.admin("root"), play.agent("ana"));
    let set = root.sets_calendar("cal_madrid", office()).await.expect(201);
    insta::assert_json_snapshot!(set.masked()["data"], @r#"
    {
      "_id": "cal_madrid",
      "holidays": [
        {
          "date": "2026-12-25",
          "name": "Navidad",
          "yearly": true
        },
        {
          "from": "2027-08-01",
          "name": "Agosto",
          "to": "2027-08-15"
        }
      ],
      "name": "Madrid office",
      "timeZone": "Europe/Madrid",
      "updatedAt": "<time>",
      "updatedBy": "root",
      "version": 1,
      "weekly": {
        "mon": [
          [
            "09:00",
            "13:00"
          ],
          [
            "14:00",
            "18:00"
          ]
        ],
        "sat": [
          [
            "22:00",
            "24:00"
          ]
        ],
        "sun": [
          [
            "00:00",
            "02:00"
          ]
        ]
      }
    }
    "#);
    let path = "/v2/calendars/cal_madrid";
    assert_eq!(ana.get(path).await.expect(200).body, set.body);
    let list = ana.get("/v2/calendars").await.expect(200);
    assert_eq!(list.data()[0], *set.data());
    assert_eq!(list.body["pagination"]["nextCursor"], Value::Null);

    let nothing = json!({});
    let refused = root
        .sets_policy("pol_gold", policy("cal_paris", &nothing))
        .await;
    let refused = refused.refuses(400, "CALENDAR_NOT_FOUND");
    assert_eq!(refused.errors(), [("calendarId", "CALENDAR_NOT_FOUND")]);
    let with_it = policy("cal_madrid", &nothing);
    root.sets_policy("pol_gold", with_it).await.expect(201);
    let delete = || root.request(reqwest::Method::DELETE, path);
    let refused = delete().await.refuses(409, "CALENDAR_IN_USE");
    assert_eq!(refused.body["policies"], json!(["pol_gold"]));
    let without = json!({ "name": "Gold", "position": 1, "targets": {} });
    root.sets_policy("pol_gold", without).await.expect(200);
    delete().await.expect(200);
    delete().await.refuses(404, "CALENDAR_NOT_FOUND");
    play.end().await;
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_calendar_is_named() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let wrong = json!({
        "name": " ",
        "timeZone": "Mars/Olympus",
        "weekly": {
            "mon": [["09:00", "13:00"], ["12:00", "18:00"]],
            "tue": [["18:00", "09:00"], ["9:00", "10:00"], ["23:00", "24:01"]],
            "wed": ["09:00"],
            "domingo": [],
        },
        "holidays": [
            { "date": "2026-02-29", "name": "x" },
            { "from": "2026-02-03", "to": "2026-02-01", "name": "y" },
            { "name": "z" },
            { "date": "2026-01-01", "from": "2026-01-01", "name": "w" },
        ],
    });
    let refused = root.sets_calendar("cal_x", wrong).await;
    let refused = refused.refuses(400, "NAME_REQUIRED");
    let mut errors = refused.errors();
    errors.sort_unstable();
    assert_eq!(
        errors,
        [
            ("holidays[0].date", "INVALID_DATE"),
            ("holidays[1].to", "INVALID_TO"),
            ("holidays[2].from", "FROM_REQUIRED"),
            ("holidays[2].to", "TO_REQUIRED"),
            ("holidays[3].from", "UNKNOWN_FIELD"),
            ("name", "NAME_REQUIRED"),
            ("timeZone", "INVALID_TIME_ZONE"),
            ("weekly.domingo", "UNKNOWN_FIELD"),
            ("weekly.mon", "INVALID_MON"),
            ("weekly.tue[0]", "INVALID_TUE"),
            ("weekly.tue[1]", "INVALID_TUE"),
            ("weekly.tue[2]", "INVALID_TUE"),
            ("weekly.wed", "INVALID_WED"),
        ]
    );
    let mut closed = office();
    closed["weekly"] = json!({ "mon": [] });
    let refused = root.sets_calendar("cal_x", closed).await;
    assert_eq!(
        refused.refuses(400, "INVALID_WEEKLY").errors(),
        [("weekly", "INVALID_WEEKLY")]
    );
    let mut holidays = office();
    holidays["holidays"] = json!(vec![json!({ "date": "2026-01-01", "name": "x" }); 201]);
    let refused = root.sets_calendar("cal_x", holidays).await;
    refused.refuses(400, "INVALID_HOLIDAYS");
    play.end().await;
}

#[tokio::test]
async fn a_target_that_is_never_due_is_refused_whichever_is_set_last() {
    let play = Play::begin().await;
    let root = play.admin("root");
    let mut calendar = office();
    root.sets_calendar("cal_x", calendar.clone())
        .await
        .expect(201);
    let too_long = json!({ "low": { "resolution": "P367D" } });
    let refused = root
        .sets_policy("pol_gold", policy("cal_x", &too_long))
        .await;
    let refused = refused.refuses(400, "INVALID_RESOLUTION");
    assert_eq!(refused.errors()[0].0, "targets.low.resolution");
    let a_year = json!({ "low": { "resolution": "P366D" } });
    let refused = root.sets_policy("pol_gold", policy("cal_x", &a_year)).await;
    let refused = refused.refuses(400, "TARGET_NEVER_DUE");
    assert_eq!(refused.errors()[0].0, "targets.low.resolution");
    let month = policy("cal_x", &json!({ "low": { "resolution": "P30D" } }));
    root.sets_policy("pol_gold", month).await.expect(201);
    calendar["holidays"] = json!([{ "from": "2000-01-01", "to": "2999-12-31", "name": "Always" }]);
    let refused = root.sets_calendar("cal_x", calendar).await;
    refused.refuses(400, "TARGET_NEVER_DUE");
    play.end().await;
}

#[tokio::test]
async fn a_field_given_twice_is_refused_however_deep_it_is() {
    let play = Play::begin().await;
    let twice = r#"{"name":"X","timeZone":"UTC","weekly":{"mon":[["09:00","10:00"]],"mon":[["11:00","12:00"]]}}"#;
    let put = play
        .admin("root")
        .request(reqwest::Method::PUT, "/v2/calendars/cal_x")
        .header("content-type", "application/json")
        .body(twice);
    let refused = put.await.refuses(400, "REPEATED_FIELD");
    assert_eq!(refused.errors(), [("weekly.mon", "REPEATED_FIELD")]);
    play.end().await;
}
