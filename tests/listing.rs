//! Lists: merged, filtered, paged.

use serde_json::{Value, json};

use crate::harness::Play;

fn ids(tickets: &[Value]) -> Vec<&str> {
    tickets
        .iter()
        .filter_map(|ticket| ticket["_id"].as_str())
        .collect()
}

#[tokio::test]
async fn twenty_five_tickets_paged_by_seven_come_exactly_once_last_changed_first() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    let mut opened = Vec::new();
    for i in 0..25 {
        let ticket = carla.opens(&format!("{i}")).await.id();
        // Spread them over four statuses.
        let status = ["open", "pending", "in_progress"].get(i % 4);
        if let Some(status) = status {
            ana.says(&ticket, json!({ "message": "m", "status": status }))
                .await
                .expect(201);
        } else {
            carla
                .says(&ticket, json!({ "message": "m", "status": "closed" }))
                .await
                .expect(201);
        }
        opened.push(ticket);
    }
    opened.reverse();
    for who in [&ana, &carla] {
        let pages = who.walks("/v2/support-tickets?limit=7").await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [7, 7, 7, 4]);
        assert_eq!(ids(&pages.concat()), opened);
    }
    let pages = ana
        .walks("/v2/support-tickets?limit=5&sort=updatedAt")
        .await;
    assert_eq!(
        pages.iter().map(Vec::len).collect::<Vec<_>>(),
        [5, 5, 5, 5, 5],
        "no empty page at the end"
    );
    play.end().await;
}

#[tokio::test]
async fn an_empty_list_is_an_answer() {
    let play = Play::begin().await;
    let listed = play
        .agent("ana")
        .get("/v2/support-tickets")
        .await
        .expect(200);
    let until = &listed.body["pagination"]["completeUntil"];
    assert!(until.is_string());
    assert_eq!(
        listed.body,
        json!({
            "success": true, "data": [], "pagination": { "limit": 10, "nextCursor": null, "completeUntil": until }
        })
    );
    assert_eq!(listed.header("link"), "");
    play.end().await;
}

#[tokio::test]
async fn a_row_is_the_ticket_without_its_conversation() {
    let play = Play::begin().await;
    let carla = play.customer("carla");
    let mut ticket = carla.opens("Help").await.data().clone();
    for member in ["description", "threads", "threadsNextCursor", "attachments"] {
        ticket
            .as_object_mut()
            .expect("an object")
            .remove(member)
            .expect("a member");
    }
    let listed = carla.get("/v2/support-tickets").await.expect(200);
    assert_eq!(listed.data(), &json!([ticket]));
    play.end().await;
}

#[tokio::test]
async fn a_customer_lists_its_own_tickets_and_an_agent_its_tenant_s() {
    let play = Play::begin().await;
    let (carla, david) = (play.customer("carla"), play.customer("david"));
    let hers = carla.opens("hers").await.id();
    let his = david.opens("his").await.id();
    play.actor("other", "carla", "customer")
        .opens("elsewhere")
        .await;
    let ana = play.agent("ana");
    let lists = [
        (&carla, "", vec![&hers]),
        (&carla, "?client=david", vec![]),
        (&carla, "?client=david,carla", vec![&hers]),
        (&ana, "", vec![&his, &hers]),
        (&ana, "?client=david", vec![&his]),
        (&ana, "?client=david,carla,nobody", vec![&his, &hers]),
    ];
    for (who, query, expected) in lists {
        let listed = who
            .get(&format!("/v2/support-tickets{query}"))
            .await
            .expect(200);
        assert_eq!(
            ids(listed.data().as_array().expect("a list")),
            expected,
            "{query}"
        );
    }
    play.end().await;
}

#[tokio::test]
async fn a_cursor_of_another_tenant_principal_or_filter_or_a_changed_one_is_refused() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    for i in 0..3 {
        ana.opens_for("carla", json!({ "title": format!("{i}") }))
            .await;
    }
    let page = ana
        .get("/v2/support-tickets?limit=1&status=open")
        .await
        .expect(200);
    let cursor = page.body["pagination"]["nextCursor"]
        .as_str()
        .expect("a cursor");
    let path = |query: &str, cursor: &str| format!("/v2/support-tickets?{query}cursor={cursor}");
    ana.get(&path("status=open&limit=2&", cursor))
        .await
        .expect(200);
    let mut changed = cursor.to_owned();
    let flipped = if changed.ends_with('A') { "B" } else { "A" };
    changed.replace_range(changed.len() - 1.., flipped);
    let wrong = [
        (ana.clone(), path("status=open&", &changed)),
        (ana.clone(), path("status=pending&", cursor)),
        (ana.clone(), path("", cursor)),
        (ana.clone(), path("status=open&priority=low&", cursor)),
        (play.agent("bob"), path("status=open&", cursor)),
        (
            play.actor("other", "ana", "agent"),
            path("status=open&", cursor),
        ),
        (play.customer("ana"), path("status=open&", cursor)),
    ];
    for (who, path) in wrong {
        let refused = who.get(&path).await.refuses(400, "INVALID_PARAMETERS");
        assert_eq!(refused.errors(), [("cursor", "INVALID_CURSOR")]);
    }
    play.end().await;
}

#[tokio::test]
async fn a_page_by_its_number_says_how_many_there_are_where_that_is_known() {
    let play = Play::begin().await;
    let (carla, ana) = (play.customer("carla"), play.agent("ana"));
    for i in 0..5 {
        carla.opens(&format!("{i}")).await;
    }
    ana.opens_for("david", json!({ "tags": ["vip"] })).await;
    ana.changes("1", json!({ "status": "pending" }))
        .await
        .expect(200);
    let pagination = async |query: &str| {
        let listed = ana
            .get(&format!("/v2/support-tickets?{query}"))
            .await
            .expect(200);
        let numbers =
            ["page", "total", "pages"].map(|name| listed.body["pagination"][name].clone());
        (listed.data().as_array().map(Vec::len), json!(numbers))
    };
    assert_eq!(
        pagination("limit=4&page=1").await,
        (Some(4), json!([1, 6, 2]))
    );
    assert_eq!(
        pagination("limit=4&page=2").await,
        (Some(2), json!([2, 6, 2]))
    );
    assert_eq!(
        pagination("limit=4&page=3").await,
        (Some(0), json!([3, 6, 2]))
    );
    assert_eq!(
        pagination("page=1&status=open").await,
        (Some(5), json!([1, 5, 1]))
    );
    assert_eq!(
        pagination("page=1&status=open,pending").await,
        (Some(6), json!([1, 6, 1]))
    );
    assert_eq!(
        pagination("page=1&tag=vip").await,
        (Some(1), json!([1, null, null]))
    );
    assert_eq!(
        pagination("page=1&sort=nextDueAt").await,
        (Some(6), json!([1, null, null]))
    );
    assert_eq!(
        pagination("limit=4").await,
        (Some(4), json!([null, null, null]))
    );
    let hers = carla.get("/v2/support-tickets?page=1").await.expect(200);
    assert_eq!(hers.body["pagination"]["total"], 5);

    // From a numbered page on, the list is walked as any other.
    let second = ana
        .get("/v2/support-tickets?limit=2&page=2")
        .await
        .expect(200);
    let link = second.header("link").to_owned();
    let next = link
        .trim_start_matches('<')
        .split('>')
        .next()
        .unwrap_or_default();
    assert!(!next.contains("page="), "{link}");
    let third = ana.get(next).await.expect(200);
    let numbered = ana
        .get("/v2/support-tickets?limit=2&page=3")
        .await
        .expect(200);
    assert_eq!(third.data(), numbered.data());
    play.end().await;
}

#[tokio::test]
async fn every_wrong_parameter_is_named() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let wrong = "/v2/support-tickets?status=x&assignedTo=a%23b&tag=&slaStatus=late&createdFrom=yesterday\
                 &updatedFrom=2026-11-02&updatedTo=2026-11-01&sort=title&page=101&countByStatus=yes&q=x";
    let refused = ana.get(wrong).await.refuses(400, "INVALID_PARAMETERS");
    assert_eq!(
        refused.errors(),
        [
            ("status", "INVALID_STATUS"),
            ("tag", "INVALID_TAG"),
            ("slaStatus", "INVALID_SLA_STATUS"),
            ("createdFrom", "INVALID_CREATED_FROM"),
            ("updatedTo", "INVALID_RANGE"),
            ("assignedTo", "INVALID_ASSIGNED_TO"),
            ("sort", "INVALID_SORT"),
            ("page", "INVALID_PAGE"),
            ("countByStatus", "INVALID_COUNT_BY_STATUS"),
            ("q", "UNKNOWN_FIELD"),
        ]
    );
    let both = ana.get("/v2/support-tickets?page=1&cursor=x").await;
    let both = both.refuses(400, "INVALID_PARAMETERS");
    assert_eq!(both.errors(), [("page", "INVALID_PAGE")]);
    play.end().await;
}

#[tokio::test]
async fn me_and_none_are_whoever_asks_and_nobody() {
    let play = Play::begin().await;
    let (ana, bob) = (play.agent("ana"), play.agent("bob"));
    let mut tickets = Vec::new();
    for assignee in ["ana", "bob", "none"] {
        let ticket = ana.opens_for("carla", json!({})).await.id();
        ana.changes(&ticket, json!({ "assignedTo": assignee }))
            .await
            .expect(200);
        tickets.push(ticket);
    }
    let listed = async |who: &crate::harness::Actor, query: &str| {
        let listed = who
            .get(&format!("/v2/support-tickets?{query}"))
            .await
            .expect(200);
        let rows = listed.data().as_array().expect("a list").clone();
        ids(&rows)
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(listed(&ana, "assignedTo=me").await, [tickets[0].clone()]);
    assert_eq!(listed(&bob, "assignedTo=me").await, [tickets[1].clone()]);
    assert_eq!(listed(&ana, "assignedTo=none").await, [tickets[2].clone()]);
    assert_eq!(
        listed(&ana, "assignedTo=none,bob&status=open").await,
        [tickets[2].clone(), tickets[1].clone()]
    );
    // A customer's own, whoever works on them.
    let carla = play.customer("carla");
    assert_eq!(listed(&carla, "assignedTo=bob").await, [tickets[1].clone()]);
    assert_eq!(
        listed(&play.customer("david"), "assignedTo=bob").await,
        [] as [String; 0]
    );
    play.end().await;
}
