//! What texts are kept as, and which are refused: over HTTP, in every field that is a text.

use serde_json::{Value, json};

use crate::harness::{Play, Reply};

const TICKETS: &str = "/v2/support-tickets";

fn ticket(field: &str, value: Value) -> Value {
    let mut body = json!({ "title": "t", "description": "d", "category": "general" });
    body[field] = value;
    body
}

/// The only field a refusal names, and what it says in English.
fn told(refused: &Reply) -> (&str, &str) {
    let error = &refused.body["errors"][0];
    assert_eq!(refused.errors().len(), 1, "{:#}", refused.body);
    let text = |name: &str| error[name].as_str().expect("a text");
    (text("field"), text("detail"))
}

#[tokio::test]
async fn texts_are_kept_composed_and_without_white_space_around_them() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let body = json!({
        "title": "  Cafe\u{301}\n", "description": "\n uno\r\n\tdos \n", "category": "general",
        "tags": [" Cafe\u{301} ", "CAF\u{c9}", "caf\u{e9}", "API", "api"],
    });
    let opened = carla.post(TICKETS, &body).await.expect(201);
    let read = ana.reads(&opened.id()).await;
    assert_eq!(read.data()["title"], "Caf\u{e9}");
    assert_eq!(read.data()["description"], "uno\r\n\tdos");
    assert_eq!(read.data()["tags"], json!(["Caf\u{e9}", "API"]));
    // What joins others is a part of them.
    let joined = "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} \u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645} \u{2764}\u{fe0f}";
    let opened = carla.post(TICKETS, &ticket("title", json!(joined))).await;
    assert_eq!(opened.expect(201).data()["title"], joined);
    play.end().await;
}

#[tokio::test]
async fn a_text_that_shows_nothing_is_missing_wherever_one_is_required() {
    let play = Play::begin().await;
    let (carla, ana, root) = (
        play.customer("carla"),
        play.agent("ana"),
        play.admin("root"),
    );
    let id = carla.opens("Help").await.id();
    let path = format!("{TICKETS}/{id}");
    for nothing in [
        "\u{2800}",
        "\u{3164}\u{200b}",
        "\u{feff}",
        "\u{202e}\u{202c}",
        "\u{fe0f}",
        "\u{e0041}",
    ] {
        let nothing = json!(nothing);
        for (field, code) in [
            ("title", "TITLE_REQUIRED"),
            ("description", "DESCRIPTION_REQUIRED"),
        ] {
            let refused = carla.post(TICKETS, &ticket(field, nothing.clone())).await;
            assert_eq!(refused.refuses(400, code).errors(), [(field, code)]);
        }
        let message = json!({ "message": nothing });
        for end in ["threads", "notes"] {
            let refused = ana.post(&format!("{path}/{end}"), &message).await;
            refused.refuses(400, "MESSAGE_REQUIRED");
        }
        let reason = json!({ "reason": nothing });
        let refused = ana.post(&format!("{path}/escalate"), &reason).await;
        refused.refuses(400, "REASON_REQUIRED");
        for (field, code) in [
            ("title", "INVALID_TITLE"),
            ("resolution", "INVALID_RESOLUTION"),
        ] {
            let refused = ana.changes(&id, json!({ field: nothing })).await;
            assert_eq!(refused.refuses(400, code).errors(), [(field, code)]);
        }
        for (field, code) in [
            ("tags", "INVALID_TAGS"),
            ("addTags", "INVALID_ADD_TAGS"),
            ("removeTags", "INVALID_REMOVE_TAGS"),
        ] {
            let refused = ana.changes(&id, json!({ field: [nothing] })).await;
            assert_eq!(refused.refuses(400, code).errors(), [(field, code)]);
        }
        let policy = json!({ "name": nothing, "position": 1, "targets": {} });
        let refused = root.sets_policy("pol_x", policy).await;
        refused.refuses(400, "NAME_REQUIRED");
        let day = json!({ "date": "2026-12-25", "name": nothing });
        let calendar = json!({ "name": "x", "timeZone": "UTC", "weekly": { "mon": [["09:00", "10:00"]] }, "holidays": [day] });
        let refused = root.sets_calendar("cal_x", calendar).await;
        let refused = refused.refuses(400, "NAME_REQUIRED");
        assert_eq!(refused.errors(), [("holidays[0].name", "NAME_REQUIRED")]);
    }
    play.end().await;
}

#[tokio::test]
async fn a_character_that_a_text_cannot_have_is_named_with_its_field() {
    let play = Play::begin().await;
    let (ana, root) = (play.agent("ana"), play.admin("root"));
    let id = ana.opens_for("carla", json!({})).await.id();
    let path = format!("{TICKETS}/{id}");
    for (character, name) in [('\0', "U+0000"), ('\u{1b}', "U+001B"), ('\u{85}', "U+0085")] {
        let text = json!(format!("a{character}b"));
        for (refused, field) in [
            (ana.changes(&id, json!({ "title": text })).await, "title"),
            (ana.changes(&id, json!({ "tags": [text] })).await, "tags"),
            (
                ana.changes(&id, json!({ "addTags": [text] })).await,
                "addTags",
            ),
            (
                ana.changes(&id, json!({ "resolution": text })).await,
                "resolution",
            ),
            (ana.says(&id, json!({ "message": text })).await, "message"),
            (
                ana.post(&format!("{path}/notes"), &json!({ "message": text }))
                    .await,
                "message",
            ),
            (
                ana.post(&format!("{path}/escalate"), &json!({ "reason": text }))
                    .await,
                "reason",
            ),
            (
                ana.post(TICKETS, &{
                    let mut body = ticket("description", text.clone());
                    body["client"] = json!("carla");
                    body
                })
                .await,
                "description",
            ),
            (
                root.sets_policy(
                    "pol_x",
                    json!({ "name": text, "position": 1, "targets": {} }),
                )
                .await,
                "name",
            ),
        ] {
            let (at, detail) = told(&refused);
            assert_eq!((refused.status.as_u16(), at), (400, field));
            assert!(detail.contains(name), "{detail}");
        }
        let inside = json!({ "name": "x", "position": 1, "targets": {}, "onBreach": { "addTag": text }, "filter": { "tags": [text] } });
        let refused = root.sets_policy("pol_x", inside).await.expect(400);
        let fields: Vec<&str> = refused.errors().iter().map(|error| error.0).collect();
        assert_eq!(fields, ["filter.tags", "onBreach.addTag"]);
    }
    // Line breaks belong into texts of several lines, and what reorders others into none that is shown alone.
    let lines = json!("one\r\n\ttwo");
    ana.says(&id, json!({ "message": lines })).await.expect(201);
    let refused = ana.changes(&id, json!({ "title": lines })).await;
    assert_eq!(
        told(&refused),
        ("title", "`title` must not contain the character U+000D.")
    );
    for (field, value) in [
        ("title", json!("a\u{202e}b")),
        ("tags", json!(["a\u{2066}b"])),
        ("resolution", json!("a\u{202e}b\nc")),
    ] {
        let refused = ana.changes(&id, json!({ field: value })).await.expect(400);
        assert_eq!(told(&refused).0, field);
    }
    let below = json!({ "resolution": "a\n\u{202b}b\u{202c}" });
    ana.changes(&id, below).await.expect(200);
    play.end().await;
}
