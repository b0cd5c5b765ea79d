//! What was acknowledged survives the process, however it ends.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::Client;
use serde_json::{Value, json};

use crate::harness::{File, Raw, Reply};

/// The real program, on a folder.
pub struct Program {
    pub child: Child,
    pub url: String,
}

impl Program {
    pub fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ventanilla"))
            .args(["--port", "0", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let url = lines
            .by_ref()
            .map(|line| line.expect("a line"))
            .find_map(|line| {
                line.split_whitespace()
                    .find(|word| word.starts_with("http://127.0.0.1:"))
                    .map(str::to_owned)
            })
            .expect("its address");
        // Its log goes on; somebody must read it.
        std::thread::spawn(move || lines.for_each(drop));
        Self {
            child,
            url: url.trim_end_matches('/').to_owned(),
        }
    }

    async fn token(&self, http: &Client) -> String {
        let grant = json!({ "tenant": "acme", "sub": "carla", "roles": ["customer"] });
        let minted = http
            .post(format!("{}/dev/token", self.url))
            .json(&grant)
            .send()
            .await
            .expect("an answer");
        minted.json::<Value>().await.expect("JSON")["token"]
            .as_str()
            .expect("a token")
            .to_owned()
    }

    async fn open(&self, http: &Client, token: &str, key: &str) -> Option<Value> {
        open(&self.url, http, token, key).await
    }

    async fn read(&self, http: &Client, token: &str, id: &str) -> Value {
        let reply = http
            .get(format!("{}/v2/support-tickets/{id}", self.url))
            .bearer_auth(token)
            .send()
            .await;
        reply
            .expect("an answer")
            .json::<Value>()
            .await
            .expect("JSON")["data"]
            .clone()
    }
}

/// Opens a ticket; nothing when the program dies meanwhile.
async fn open(url: &str, http: &Client, token: &str, key: &str) -> Option<Value> {
    let body = json!({ "title": "t", "description": "d", "category": "general" });
    let request = http
        .post(format!("{url}/v2/support-tickets"))
        .bearer_auth(token)
        .header("idempotency-key", key);
    let reply = request.json(&body).send().await.ok()?;
    assert_eq!(reply.status(), 201);
    Some(reply.json::<Value>().await.ok()?["data"].clone())
}

#[tokio::test]
async fn acknowledged_tickets_survive_kill_9_and_tokens_and_keys_hold_across_restarts() {
    let data = tempfile::tempdir().expect("a folder");
    let http = Client::new();
    let mut acknowledged: Vec<Value> = Vec::new();
    for round in 0..3 {
        let program = Program::start(data.path());
        let token = program.token(&http).await;
        for ticket in &acknowledged {
            let id = ticket["_id"].as_str().expect("an id");
            assert_eq!(&program.read(&http, &token, id).await, ticket);
        }
        if let Some(first) = acknowledged.first() {
            let again = program.open(&http, &token, "0-0").await.expect("an answer");
            assert_eq!(&again, first, "a key is remembered across a crash");
        }
        for i in 0..20 {
            acknowledged.extend(program.open(&http, &token, &format!("{round}-{i}")).await);
        }
        // Killed with a request on its way.
        let (Program { mut child, url }, key) = (program, format!("{round}-last"));
        let on_its_way = open(&url, &http, &token, &key);
        let (killed, last) = tokio::join!(async { child.kill() }, on_its_way);
        killed.expect("killed");
        acknowledged.extend(last);
        child.wait().expect("dead");
    }
    assert!(acknowledged.len() >= 60);
}

#[tokio::test]
async fn attached_files_survive_kill_9() {
    let data = tempfile::tempdir().expect("a folder");
    let http = Client::new();
    let file = File::text("Since this morning.");
    let mut program = Program::start(data.path());
    let token = program.token(&http).await;
    let post = async |url: &str, path: &str, body: &Value| {
        let request = http.post(format!("{url}{path}")).bearer_auth(&token);
        Reply::of(request.json(body).send().await.expect("an answer")).await
    };
    let declared = post(&program.url, "/v2/attachments", &file.declaration()).await;
    let put = Raw::upload(&declared.clone().expect(201));
    assert_eq!(put.send(file.bytes.clone()).await, 200);
    let body = json!({ "title": "t", "description": "d", "category": "general", "attachments": [declared.id()] });
    let ticket = post(&program.url, "/v2/support-tickets", &body).await;
    let path = ticket.expect(201).data()["attachments"][0]["url"].clone();
    program.child.kill().expect("killed");
    program.child.wait().expect("dead");

    let mut program = Program::start(data.path());
    let path = path.as_str().expect("a path");
    // On another port it is another issuer.
    let token = program.token(&http).await;
    let found = http.get(format!("{}{path}", program.url));
    let found = found.bearer_auth(&token).send().await.expect("an answer");
    assert_eq!(found.status(), 200, "redirected to it");
    let name = &found.headers()["content-disposition"];
    assert_eq!(
        name,
        "attachment; filename=\"log.txt\"; filename*=UTF-8''log.txt"
    );
    assert_eq!(found.bytes().await.expect("all of it"), file.bytes);
    program.child.kill().expect("killed");
    program.child.wait().expect("dead");
}

#[tokio::test]
async fn a_folder_has_one_stand_at_a_time() {
    let data = tempfile::tempdir().expect("a folder");
    let mut first = Program::start(data.path());
    let second = Command::new(env!("CARGO_BIN_EXE_ventanilla"))
        .args(["--port", "0", "--data"])
        .arg(data.path())
        .output()
        .expect("the program runs");
    assert!(!second.status.success());
    let said = String::from_utf8_lossy(&second.stderr).to_string();
    assert!(
        said.contains("another") || said.contains("already") || said.contains("in use"),
        "{said}"
    );
    first.child.kill().expect("killed");
    first.child.wait().expect("dead");
}

#[test]
fn a_stand_is_not_shown_to_the_network() {
    let refused = Command::new(env!("CARGO_BIN_EXE_ventanilla"))
        .args(["--host", "0.0.0.0", "--port", "0", "--ephemeral"])
        .output()
        .expect("the program runs");
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("loopback"));
}
