//! Messages and notes, and what they do to a ticket.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::harness::Play;

#[tokio::test]
async fn a_conversation_moves_the_ticket() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let steps = [
        (&carla, json!({ "message": "Hello?" }), "open"),
        (&ana, json!({ "message": "Looking." }), "in_progress"),
        (
            &ana,
            json!({ "message": "Which region?", "status": "pending" }),
            "pending",
        ),
        (&carla, json!({ "message": "eu-west-1." }), "open"),
        (
            &ana,
            json!({ "message": "Thanks.", "status": "open" }),
            "open",
        ),
        (&ana, json!({ "message": "Found it." }), "in_progress"),
        (&carla, json!({ "message": "Good." }), "in_progress"),
    ];
    for (seq, (who, body, status)) in (2..).zip(steps) {
        let said = who.says(&ticket, body).await.expect(201);
        assert_eq!(said.header("etag"), format!("\"{seq}\""));
        assert_eq!(said.data()["seq"], seq);
        assert_eq!(ana.reads(&ticket).await.data()["status"], status);
    }
    let read = ana.reads(&ticket).await;
    assert_eq!(
        read.data()["firstRespondedAt"],
        read.data()["threads"][2]["timestamp"]
    );
    play.end().await;
}

#[tokio::test]
async fn a_message_that_changes_the_status_says_so() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let said = ana
        .says(
            &ticket,
            json!({ "message": "Which region?", "status": "pending" }),
        )
        .await
        .expect(201);
    insta::assert_json_snapshot!(said.masked(), @r#"
    {
      "data": {
        "_id": "<thr 1>",
        "attachments": [],
        "author": "ana",
        "changes": [
          {
            "field": "status",
            "from": "open",
            "to": "pending"
          }
        ],
        "message": "Which region?",
        "seq": 2,
        "timestamp": "<time>",
        "type": "agent",
        "visibility": "public"
      },
      "success": true
    }
    "#);
    play.end().await;
}

#[tokio::test]
async fn a_note_is_written_by_agents_and_moves_nothing() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    carla.notes(&ticket, "psst").await.refuses(403, "FORBIDDEN");
    let noted = ana.notes(&ticket, "Same cause as #7.").await.expect(201);
    insta::assert_json_snapshot!(noted.masked(), @r#"
    {
      "data": {
        "_id": "<thr 1>",
        "attachments": [],
        "author": "ana",
        "message": "Same cause as #7.",
        "seq": 2,
        "timestamp": "<time>",
        "type": "note",
        "visibility": "internal"
      },
      "success": true
    }
    "#);
    let read = ana.reads(&ticket).await;
    assert_eq!(read.data()["status"], "open");
    assert_eq!(read.data()["firstRespondedAt"], Value::Null);
    play.end().await;
}

#[tokio::test]
async fn a_customer_closes_its_ticket_and_nothing_can_be_said_any_more() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    carla
        .says(
            &ticket,
            json!({ "message": "Never mind.", "status": "closed" }),
        )
        .await
        .expect(201);
    carla
        .says(&ticket, json!({ "message": "Wait!" }))
        .await
        .refuses(409, "TICKET_CLOSED");
    ana.says(&ticket, json!({ "message": "Yes?" }))
        .await
        .refuses(409, "TICKET_CLOSED");
    assert_eq!(ana.reads(&ticket).await.data()["version"], 2);
    // But for what only agents see.
    ana.notes(&ticket, "Hm.").await.expect(201);
    play.end().await;
}

#[tokio::test]
async fn a_reply_resolves_with_its_resolution_and_the_customer_reopens() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let solved = json!({ "message": "Done.", "status": "resolved", "resolution": "Restarted." });
    let said = ana.says(&ticket, solved).await.expect(201);
    let changes = json!([
        { "field": "status", "from": "open", "to": "resolved" },
        { "field": "resolution", "from": null, "to": "Restarted." },
    ]);
    assert_eq!(said.data()["changes"], changes);
    let resolved = carla.reads(&ticket).await;
    assert_eq!(resolved.data()["resolution"], "Restarted.");
    assert_eq!(resolved.data()["resolvedAt"], said.data()["timestamp"]);
    let mine = json!({ "message": "No.", "resolution": "Mine." });
    carla.says(&ticket, mine).await.refuses(403, "FORBIDDEN");
    carla
        .says(&ticket, json!({ "message": "Not quite." }))
        .await
        .expect(201);
    let reopened = carla.reads(&ticket).await;
    assert_eq!(reopened.data()["status"], "open");
    assert_eq!(reopened.data()["resolvedAt"], Value::Null);
    assert_eq!(reopened.data()["reopenCount"], 1);
    play.end().await;
}

#[tokio::test]
async fn what_the_status_machine_lacks_is_refused_with_a_code_of_its_own() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let with = |status: &str| json!({ "message": "m", "status": status });
    ana.says(&ticket, with("resolved"))
        .await
        .refuses(400, "RESOLUTION_REQUIRED");
    ana.says(&ticket, with("closed"))
        .await
        .refuses(400, "RESOLUTION_REQUIRED");
    carla
        .says(&ticket, with("pending"))
        .await
        .refuses(403, "FORBIDDEN");
    ana.says(&ticket, with("cancelled?"))
        .await
        .refuses(400, "INVALID_STATUS");
    ana.says(&ticket, json!({ "message": "m", "status": 1 }))
        .await
        .refuses(400, "INVALID_STATUS");
    for wrong in [json!(7), json!(" "), json!("r".repeat(2_001))] {
        let body = json!({ "message": "m", "status": "resolved", "resolution": wrong });
        ana.says(&ticket, body)
            .await
            .refuses(400, "INVALID_RESOLUTION");
    }
    ana.says(&ticket, json!({}))
        .await
        .refuses(400, "MESSAGE_REQUIRED");
    ana.says(&ticket, json!({ "message": "m".repeat(65_537) }))
        .await
        .refuses(400, "INVALID_MESSAGE");
    ana.says(&ticket, json!({ "message": "m", "text": "m" }))
        .await
        .refuses(400, "UNKNOWN_FIELD");
    assert_eq!(ana.reads(&ticket).await.data()["version"], 1);
    play.end().await;
}

#[tokio::test]
async fn a_message_meant_for_another_version_is_not_posted() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let ticket = carla.opens("Help").await.id();
    let path = format!("/v2/support-tickets/{ticket}/threads");
    let body = json!({ "message": "m" });
    ana.post(&path, &body)
        .header("if-match", "\"1\"")
        .await
        .expect(201);
    let refused = ana
        .post(&path, &body)
        .header("if-match", "\"1\"")
        .await
        .refuses(412, "VERSION_MISMATCH");
    assert_eq!(refused.header("etag"), "\"2\"");
    for other in ["\"abc\"", "\"02\"", "W/\"1\"", "\"1\", \"3\""] {
        let refused = ana.post(&path, &body).header("if-match", other).await;
        refused.refuses(412, "VERSION_MISMATCH");
    }
    for wrong in ["2", "", "\"2", "\"\"2\"\""] {
        let refused = ana.post(&path, &body).header("if-match", wrong).await;
        refused.refuses(400, "INVALID_PARAMETERS");
    }
    for right in ["\"2\"", "\"9\", W/\"3\"", "*"] {
        ana.post(&path, &body)
            .header("if-match", right)
            .await
            .expect(201);
    }
    play.end().await;
}

#[tokio::test]
async fn sixteen_writers_at_once_lose_nothing_and_see_no_503() {
    let play = Play::begin().await;
    let ticket = play.customer("carla").opens("Help").await.id();
    let writers = (0..16).map(|i| {
        let (agent, ticket) = (play.agent(&format!("agent-{i}")), ticket.clone());
        async move {
            agent
                .says(&ticket, json!({ "message": format!("message {i}") }))
                .await
                .expect(201)
        }
    });
    let mut seqs: Vec<u64> = join_all(writers)
        .await
        .iter()
        .filter_map(|said| said.data()["seq"].as_u64())
        .collect();
    seqs.sort_unstable();
    assert_eq!(seqs, (2..=17).collect::<Vec<_>>());
    let thread = play.agent("ana").reads_thread(&ticket).await;
    let mut said: Vec<&str> = thread.data().as_array().expect("a list")[1..]
        .iter()
        .filter_map(|e| e["message"].as_str())
        .collect();
    said.sort_unstable();
    let mut expected: Vec<String> = (0..16).map(|i| format!("message {i}")).collect();
    expected.sort_unstable();
    assert_eq!(said, expected);
    play.end().await;
}
