//! Opening tickets.

use serde_json::{Value, json};

use crate::harness::Play;

const TICKETS: &str = "/v2/support-tickets";

#[tokio::test]
async fn a_customer_opens_a_ticket_and_reads_it_back() {
    let play = Play::begin().await;
    let carla = play.customer("cus_123");
    let body = json!({
        "title": "API returns 502", "description": "Since this morning.", "priority": "high",
        "category": "technical", "tags": ["api", "api", "eu"],
    });
    let created = carla.post(TICKETS, &body).await.expect(201);
    insta::assert_json_snapshot!(created.masked(), @r#"
    {
      "data": {
        "_id": "<tkt 1>",
        "allowed": [
          "resolved",
          "closed"
        ],
        "assignedTo": null,
        "attachments": [],
        "category": "technical",
        "client": "cus_123",
        "closedAt": null,
        "createdAt": "<time>",
        "description": "Since this morning.",
        "firstRespondedAt": null,
        "number": 1,
        "priority": "high",
        "reopenCount": 0,
        "resolution": null,
        "resolvedAt": null,
        "sla": {
          "nextDueAt": "<time>",
          "status": "ok"
        },
        "status": "open",
        "tags": [],
        "threads": [
          {
            "_id": "<thr 2>",
            "attachments": [],
            "author": "cus_123",
            "message": "Since this morning.",
            "seq": 1,
            "timestamp": "<time>",
            "type": "user",
            "visibility": "public"
          }
        ],
        "threadsNextCursor": null,
        "title": "API returns 502",
        "updatedAt": "<time>",
        "version": 1
      },
      "success": true
    }
    "#);
    assert_eq!(created.header("etag"), "\"1\"");
    assert_eq!(
        created.header("location"),
        format!("{TICKETS}/{}", created.id())
    );

    let read = carla.get(created.header("location")).await.expect(200);
    assert_eq!(read.body, created.body);
    assert_eq!(read.header("etag"), "\"1\"");
    let by_number = carla.reads("1").await.expect(200);
    assert_eq!(by_number.body, created.body);
    play.end().await;
}

#[tokio::test]
async fn a_customer_that_has_a_version_is_told_so() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let created = carla.opens("Hello").await;
    let path = format!("{TICKETS}/{}", created.id());
    let again = carla
        .get(&path)
        .header("if-none-match", "\"1\"")
        .await
        .expect(304);
    assert_eq!((again.header("etag"), &again.body), ("\"1\"", &Value::Null));
    carla
        .says(&created.id(), json!({ "message": "More." }))
        .await
        .expect(201);
    let fresh = carla
        .get(&path)
        .header("if-none-match", "\"1\"")
        .await
        .expect(200);
    assert_eq!(fresh.header("etag"), "\"2\"");
    play.end().await;
}

#[tokio::test]
async fn an_agent_opens_a_ticket_for_a_client() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let body = json!({ "title": "t", "description": "d", "category": "billing" });
    let refused = ana
        .post(TICKETS, &body)
        .await
        .refuses(400, "CLIENT_REQUIRED");
    assert_eq!(refused.errors(), [("client", "CLIENT_REQUIRED")]);
    let created = ana.opens_for("carla", json!({})).await;
    assert_eq!(created.data()["client"], "carla");
    assert_eq!(created.data()["threads"][0]["author"], "ana");
    assert_eq!(created.data()["threads"][0]["type"], "agent");
    assert_eq!(created.data()["firstRespondedAt"], Value::Null);
    play.customer("carla")
        .reads(&created.id())
        .await
        .expect(200);
    play.end().await;
}

#[tokio::test]
async fn a_customer_opens_tickets_for_nobody_else() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = |client| json!({ "title": "t", "description": "d", "category": "billing", "client": client });
    carla
        .post(TICKETS, &body("david"))
        .await
        .refuses(403, "FORBIDDEN");
    carla.post(TICKETS, &body("carla")).await.expect(201);
    play.end().await;
}

#[tokio::test]
async fn numbers_count_up_per_tenant() {
    let play = Play::begin().await;
    for (tenant, number) in [("acme", 1), ("acme", 2), ("other", 1), ("acme", 3)] {
        let created = play.actor(tenant, "carla", "customer").opens("t").await;
        assert_eq!(created.data()["number"], number);
    }
    play.end().await;
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let good = json!({ "title": "t", "description": "d", "category": "general" });
    let too_many: Vec<String> = (0..21).map(|i| i.to_string()).collect();
    let cases = [
        ("title", Value::Null, "TITLE_REQUIRED"),
        ("title", json!(""), "TITLE_REQUIRED"),
        ("title", json!(" \n"), "TITLE_REQUIRED"),
        ("title", json!("\0\u{200b}"), "TITLE_REQUIRED"),
        ("title", json!(7), "INVALID_TITLE"),
        ("title", json!("ñ".repeat(256)), "INVALID_TITLE"),
        ("description", Value::Null, "DESCRIPTION_REQUIRED"),
        ("description", json!(["d"]), "INVALID_DESCRIPTION"),
        (
            "description",
            json!("d".repeat(65_537)),
            "INVALID_DESCRIPTION",
        ),
        ("category", Value::Null, "CATEGORY_REQUIRED"),
        ("category", json!("Technical"), "INVALID_CATEGORY"),
        ("priority", json!("highest"), "INVALID_PRIORITY"),
        ("priority", json!(1), "INVALID_PRIORITY"),
        ("tags", json!("api"), "INVALID_TAGS"),
        ("tags", json!([1]), "INVALID_TAGS"),
        ("tags", json!([""]), "INVALID_TAGS"),
        ("tags", json!(["x".repeat(65)]), "INVALID_TAGS"),
        ("tags", json!(too_many), "INVALID_TAGS"),
        ("client", json!("a#b"), "INVALID_CLIENT"),
        ("client", json!("x".repeat(129)), "INVALID_CLIENT"),
        ("attachments", json!("att_1"), "INVALID_ATTACHMENTS"),
        ("attachments", json!(["file.txt"]), "INVALID_ATTACHMENTS"),
        (
            "attachments",
            json!(vec!["att_01935a7b0000700080000000deadbeef"; 11]),
            "INVALID_ATTACHMENTS",
        ),
        (
            "attachments",
            json!(["att_01935a7b0000700080000000deadbeef"]),
            "ATTACHMENT_NOT_FOUND",
        ),
        ("status", json!("open"), "UNKNOWN_FIELD"),
        ("Title", json!("t"), "UNKNOWN_FIELD"),
    ];
    for (field, value, code) in cases {
        let mut body = good.clone();
        body[field] = value;
        let refused = carla.post(TICKETS, &body).await.refuses(400, code);
        assert_eq!(refused.errors(), [(field, code)]);
    }
    let all = carla
        .post(
            TICKETS,
            &json!({ "title": 1, "priority": "x", "zzz": 1, "category": "general" }),
        )
        .await;
    insta::assert_json_snapshot!(all.refuses(400, "INVALID_TITLE").masked(), @r#"
    {
      "code": "INVALID_TITLE",
      "detail": "4 fields are wrong: title, description, priority, zzz.",
      "error": "4 fields are wrong: title, description, priority, zzz.",
      "errors": [
        {
          "code": "INVALID_TITLE",
          "detail": "`title` must be a string.",
          "field": "title"
        },
        {
          "code": "DESCRIPTION_REQUIRED",
          "detail": "`description` is required.",
          "field": "description"
        },
        {
          "code": "INVALID_PRIORITY",
          "detail": "`priority` must be one of low, medium, high, urgent.",
          "field": "priority"
        },
        {
          "code": "UNKNOWN_FIELD",
          "detail": "`zzz` is not a field of this request.",
          "field": "zzz"
        }
      ],
      "instance": "<request id>",
      "message": "INVALID_TITLE",
      "status": 400,
      "success": false,
      "title": "Bad request",
      "type": "urn:ventanilla:problem:invalid-title"
    }
    "#);
    assert!(play.heads().await.is_empty(), "nothing was opened");
    play.end().await;
}

#[tokio::test]
async fn the_longest_texts_fit() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let shown = json!({ "customersSee": ["tags"] });
    let set = play.admin("root").patch("/v2/settings", &shown).await;
    set.expect(200);
    let tags: Vec<String> = (0..20).map(|i| format!("{i:064}")).collect();
    let body = json!({
        "title": "ñ".repeat(255), "description": "😀".repeat(65_536), "category": "general", "tags": tags,
        "priority": null, "client": null, "attachments": [],
    });
    let created = carla.post(TICKETS, &body).await.expect(201);
    for field in ["title", "description", "tags"] {
        assert_eq!(created.data()[field], body[field]);
    }
    play.end().await;
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_malformed() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let malformed: [&[u8]; 7] = [
        b"",
        b"{",
        b"[]",
        b"\"title\"",
        b"{\"title\":\"\\ud800\"}",
        b"{\"title\":\"\xff\"}",
        b"title=t",
    ];
    for body in malformed {
        let request = carla
            .request(reqwest::Method::POST, TICKETS)
            .body(body.to_vec());
        request.await.refuses(400, "MALFORMED_JSON");
    }
    let deep = "[".repeat(100_000);
    carla
        .request(reqwest::Method::POST, TICKETS)
        .body(deep)
        .await
        .refuses(400, "MALFORMED_JSON");
    play.end().await;
}

#[tokio::test]
async fn a_field_given_twice_is_named() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = r#"{"title":"a","title":"b","description":"d","category":"general"}"#;
    let request = carla.request(reqwest::Method::POST, TICKETS).body(body);
    let refused = request.await.refuses(400, "REPEATED_FIELD");
    assert_eq!(refused.errors(), [("title", "REPEATED_FIELD")]);
    play.end().await;
}

#[tokio::test]
async fn however_much_is_wrong_a_problem_stays_small() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let mut body = json!({});
    for i in 0..10_000 {
        body[format!("{i:090}")] = json!(1);
    }
    let refused = carla
        .post(TICKETS, &body)
        .await
        .refuses(400, "TITLE_REQUIRED");
    assert_eq!(refused.errors().len(), 20);
    assert!(refused.errors().iter().all(|(field, _)| field.len() <= 64));
    play.end().await;
}

#[tokio::test]
async fn a_refused_ticket_takes_no_number() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body =
        json!({ "title": "t", "description": "d", "category": "general", "client": "david" });
    carla.post(TICKETS, &body).await.refuses(403, "FORBIDDEN");
    assert_eq!(carla.opens("t").await.data()["number"], 1);
    play.end().await;
}

#[tokio::test]
async fn a_body_above_one_mebibyte_is_too_large() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let body = |size: usize| {
        let frame = json!({ "title": "t", "description": "d", "category": "general", "zzz": "" })
            .to_string()
            .len();
        json!({ "title": "t", "description": "d", "category": "general", "zzz": "x".repeat(size - frame) })
    };
    carla
        .post(TICKETS, &body(1 << 20))
        .await
        .refuses(400, "UNKNOWN_FIELD");
    carla
        .post(TICKETS, &body((1 << 20) + 1))
        .await
        .refuses(413, "PAYLOAD_TOO_LARGE");
    play.end().await;
}

#[tokio::test]
async fn problems_are_told_in_spanish_to_those_who_ask() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let refused = carla
        .post(TICKETS, &json!({}))
        .header("accept-language", "es-CO, en;q=0.5")
        .await;
    assert_eq!(refused.header("content-language"), "es");
    insta::assert_json_snapshot!(refused.refuses(400, "TITLE_REQUIRED").masked(), @r#"
    {
      "code": "TITLE_REQUIRED",
      "detail": "3 campos son incorrectos: title, description, category.",
      "error": "3 campos son incorrectos: title, description, category.",
      "errors": [
        {
          "code": "TITLE_REQUIRED",
          "detail": "`title` es obligatorio.",
          "field": "title"
        },
        {
          "code": "DESCRIPTION_REQUIRED",
          "detail": "`description` es obligatorio.",
          "field": "description"
        },
        {
          "code": "CATEGORY_REQUIRED",
          "detail": "`category` es obligatorio.",
          "field": "category"
        }
      ],
      "instance": "<request id>",
      "message": "TITLE_REQUIRED",
      "status": 400,
      "success": false,
      "title": "Petición incorrecta",
      "type": "urn:ventanilla:problem:title-required"
    }
    "#);
    play.end().await;
}
