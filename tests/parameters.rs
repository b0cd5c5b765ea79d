//! What a list is asked for, as clients write it.

use serde_json::json;

use crate::harness::{Actor, Play};

const TICKETS: &str = "/v2/support-tickets";

/// The numbers of the tickets a list has, ascending.
async fn numbers(who: &Actor, query: &str) -> Vec<u64> {
    let listed = who.get(&format!("{TICKETS}?{query}")).await.expect(200);
    let rows = listed.data().as_array().expect("a list").iter();
    let mut numbers: Vec<u64> = rows.filter_map(|row| row["number"].as_u64()).collect();
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn a_comma_separates_unless_it_is_written_as_a_part_of_a_value() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    ana.opens_for("cn=ana,ou=people", json!({ "tags": ["a, b"] }))
        .await;
    ana.opens_for("cn=bob", json!({ "tags": ["a"] })).await;
    ana.opens_for("ou=people", json!({ "tags": ["b"], "priority": "high" }))
        .await;
    let client = "client=cn%3Dana%2Cou%3Dpeople";
    assert_eq!(numbers(&ana, client).await, [1]);
    assert_eq!(numbers(&ana, "client=cn=bob,ou=people").await, [2, 3]);
    assert_eq!(numbers(&ana, &format!("{client},cn%3Dbob")).await, [1, 2]);
    assert_eq!(numbers(&ana, "tag=a%2C%20b").await, [1]);
    assert_eq!(numbers(&ana, "tag=a,+b").await, [2, 3]);
    // No name of a priority has a comma: clients that write every comma so mean one that separates.
    assert_eq!(numbers(&ana, "priority=high%2Cmedium").await, [1, 2, 3]);
    let wrong = ana.get(&format!("{TICKETS}?priority=high%2Chuge")).await;
    assert_eq!(
        wrong.refuses(400, "INVALID_PARAMETERS").errors(),
        [("priority", "INVALID_PRIORITY")]
    );
    play.end().await;
}

#[tokio::test]
async fn a_list_may_be_given_value_by_value_and_a_single_value_only_once() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    for priority in ["low", "high", "urgent"] {
        ana.opens_for("carla", json!({ "priority": priority }))
            .await;
    }
    assert_eq!(numbers(&ana, "priority=low&priority=high").await, [1, 2]);
    assert_eq!(
        numbers(&ana, "priority=low&status=open&priority=high,urgent").await,
        [1, 2, 3]
    );
    let many = vec!["tag=x"; 21].join("&");
    let refused = ana.get(&format!("{TICKETS}?{many}")).await;
    assert_eq!(
        refused.refuses(400, "INVALID_PARAMETERS").errors(),
        [("tag", "INVALID_TAG")]
    );
    let refused = ana
        .get(&format!("{TICKETS}?sort=createdAt&sort=updatedAt"))
        .await;
    assert_eq!(
        refused.refuses(400, "INVALID_PARAMETERS").errors(),
        [("sort", "REPEATED_FIELD")]
    );

    // The way to the next page is written as the list was asked for.
    let first = ana
        .get(&format!(
            "{TICKETS}?limit=1&priority=low,high&priority=urgent"
        ))
        .await;
    let link = first.expect(200).header("link").to_owned();
    assert!(
        link.contains("?limit=1&priority=low,high&priority=urgent&cursor="),
        "{link}"
    );
    let next = link
        .trim_start_matches('<')
        .split('>')
        .next()
        .expect("a path");
    assert_eq!(ana.get(next).await.expect(200).data()[0]["number"], 2);
    play.end().await;
}

#[tokio::test]
async fn a_tag_is_found_by_any_spelling() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    ana.opens_for("carla", json!({ "tags": ["API", "Größe"] }))
        .await;
    ana.opens_for("carla", json!({ "tags": ["api"] })).await;
    ana.opens_for("carla", json!({ "tags": ["apis"] })).await;
    for spelled in ["API", "api", "%20Api%20"] {
        assert_eq!(
            numbers(&ana, &format!("tag={spelled}")).await,
            [1, 2],
            "{spelled}"
        );
    }
    // Composed or not, and in capitals.
    for spelled in ["Gr%C3%B6%C3%9Fe", "gro%CC%88%C3%9Fe", "GR%C3%96%C3%9FE"] {
        assert_eq!(
            numbers(&ana, &format!("tag={spelled}")).await,
            [1],
            "{spelled}"
        );
    }
    ana.changes("2", json!({ "tags": ["API", "x"] }))
        .await
        .expect(200);
    assert_eq!(numbers(&ana, "tag=api").await, [1, 2]);
    ana.changes("1", json!({ "tags": [] })).await.expect(200);
    assert_eq!(numbers(&ana, "tag=api").await, [2]);
    play.end().await;
}

#[tokio::test]
async fn the_first_and_the_last_days_are_dates() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    ana.opens_for("carla", json!({})).await;
    for all in [
        "createdFrom=0001-01-01&createdTo=9999-12-31",
        "updatedFrom=0001-01-01T00:00:00Z&updatedTo=9999-12-31T23:59:59.999Z",
    ] {
        for sort in ["updatedAt", "createdAt", "nextDueAt"] {
            assert_eq!(
                numbers(&ana, &format!("{all}&sort={sort}")).await,
                [1],
                "{all}"
            );
        }
    }
    assert_eq!(
        numbers(&ana, "createdFrom=9999-12-31").await,
        [] as [u64; 0]
    );
    for wrong in ["10000-01-01", "2026-02-30", "9999-12-31T23:59:59"] {
        let refused = ana.get(&format!("{TICKETS}?createdFrom={wrong}")).await;
        refused.refuses(400, "INVALID_PARAMETERS");
    }
    play.end().await;
}

#[tokio::test]
async fn a_refusal_says_how_a_plus_is_written_and_what_a_principal_is() {
    let play = Play::begin().await;
    let ana = play.agent("ana");
    let detail = async |query: &str| {
        let refused = ana.get(&format!("{TICKETS}?{query}")).await.expect(400);
        let detail = refused.body["errors"][0]["detail"]
            .as_str()
            .expect("a detail");
        detail.to_owned()
    };
    let hint = "A `+` in a query means a space; write `%2B` for a plus sign.";
    for with_plus in [
        "createdFrom=2026-11-23T03:00:00+02:00",
        "client=ana+test@example.com",
    ] {
        let detail = detail(with_plus).await;
        assert!(detail.ends_with(hint), "{detail}");
    }
    let detail = detail("client=a%20b").await;
    assert!(
        detail.contains("visible ASCII") && !detail.contains(hint),
        "{detail}"
    );
    assert_eq!(
        numbers(&ana, "createdFrom=2026-11-23T03:00:00%2B02:00").await,
        [] as [u64; 0]
    );
    let body =
        json!({ "title": "t", "description": "d", "category": "general", "client": "Ana María" });
    let refused = ana
        .post(TICKETS, &body)
        .await
        .refuses(400, "INVALID_CLIENT");
    let detail = refused.body["detail"].as_str().expect("a detail");
    assert!(detail.contains("visible ASCII"), "{detail}");
    play.end().await;
}
