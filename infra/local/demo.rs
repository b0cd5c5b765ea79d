//! The life of a ticket, played over HTTP against a stand of its own.

mod actor;

use std::io::{Write, stdout};

use anyhow::{Context, Result, ensure};
use serde_json::json;
use sha2::{Digest, Sha256};

use self::actor::Actor;
use crate::{Options, Stand};

const TICKETS: &str = "/v2/support-tickets";

/// Plays it and prints every request with its answer. Nothing is kept.
pub async fn play(options: Options) -> Result<()> {
    edge::quiet();
    let stand = Stand::start(options).await?;
    let cast = Cast {
        carla: Actor::of(&stand, "carla", "acme", "customer")?,
        carlos: Actor::of(&stand, "carlos", "acme", "customer")?,
        ana: Actor::of(&stand, "ana", "acme", "agent")?,
        bob: Actor::of(&stand, "bob", "acme", "agent")?,
        root: Actor::of(&stand, "root", "acme", "admin")?,
        eve: Actor::of(&stand, "eve", "evil-inc", "admin")?,
    };
    let played = cast.play().await;
    let stopped = stand.shutdown().await;
    played.and(stopped)?;
    scene("Every endpoint: GET /v2/openapi.json. To try it yourself: cargo run")
}

struct Cast {
    carla: Actor,
    carlos: Actor,
    ana: Actor,
    bob: Actor,
    root: Actor,
    eve: Actor,
}

impl Cast {
    async fn play(&self) -> Result<()> {
        let ticket = format!("{TICKETS}/{}", self.opening().await?);
        self.conversation(&ticket).await?;
        self.walls(&ticket).await?;
        self.work(&ticket).await?;
        self.ending(&ticket).await?;
        self.lists().await?;
        self.promise().await?;
        self.deletion(&ticket).await
    }

    /// Gives the new ticket's id.
    async fn opening(&self) -> Result<String> {
        let carla = &self.carla;
        scene(
            "Carla, a customer of acme, opens a ticket. Her network is bad, so she sends it twice.",
        )?;
        let new = json!({ "title": "API returns 502", "description": "Every call does.", "category": "technical" });
        let post = || {
            carla
                .post(TICKETS, &new)
                .header("Idempotency-Key", "carla-1")
        };
        let opened = carla
            .ask(post(), 201, &["number", "status", "version"])
            .await?;
        let again = carla
            .ask(post(), 201, &["number", "status", "version"])
            .await?;
        ensure!(
            opened == again,
            "the repetition was answered with another ticket"
        );
        opened["data"]["_id"]
            .as_str()
            .map(Into::into)
            .context("the ticket has no _id")
    }

    async fn conversation(&self, ticket: &str) -> Result<()> {
        let (carla, ana) = (&self.carla, &self.ana);
        let (thread, notes) = (format!("{ticket}/threads"), format!("{ticket}/notes"));
        scene("Ana, an agent, writes a note for her colleagues, and answers.")?;
        let note = json!({ "message": "The load balancer again." });
        ana.ask(ana.post(&notes, &note), 201, &["type", "visibility", "seq"])
            .await?;
        let answer = json!({ "message": "We are on it. Better now?", "status": "pending" });
        ana.ask(
            ana.post(&thread, &answer),
            201,
            &["type", "visibility", "seq"],
        )
        .await?;

        scene(
            "Carla sees the answer and not the note: all she gets of it is a gap in `seq`. Ana sees both.",
        )?;
        carla
            .ask(carla.get(&thread), 200, &["seq", "type", "message"])
            .await?;
        ana.ask(ana.get(&thread), 200, &["seq", "type", "message"])
            .await?;
        carla.ask(carla.post(&notes, &note), 403, &[]).await?;
        Ok(())
    }

    async fn walls(&self, ticket: &str) -> Result<()> {
        let (carlos, eve, nobody) = (&self.carlos, &self.eve, Actor::nobody(&self.eve));
        scene("To another customer, and to another company's admin, the ticket does not exist.")?;
        carlos.ask(carlos.get(ticket), 404, &[]).await?;
        eve.ask(eve.get(ticket), 404, &[]).await?;
        nobody.ask(nobody.get(ticket), 401, &[]).await?;
        Ok(())
    }

    async fn work(&self, ticket: &str) -> Result<()> {
        let (ana, bob) = (&self.ana, &self.bob);
        scene("Ana takes the ticket. Bob is a moment too late, and learns who has it.")?;
        let claim = format!("{ticket}/claim");
        let nothing = json!({});
        ana.ask(ana.post(&claim, &nothing), 200, &["assignedTo", "version"])
            .await?;
        bob.ask(bob.post(&claim, &nothing), 409, &[]).await?;
        scene("It is worse than it looked: she escalates it, and says why.")?;
        let reason = json!({ "reason": "Their production is down." });
        let escalation = ana.post(&format!("{ticket}/escalate"), &reason);
        ana.ask(escalation, 200, &["priority", "version"]).await?;
        let changes = json!({ "tags": ["load-balancer"], "category": "account" });
        ana.ask(ana.patch(ticket, &changes), 200, &["tags", "category"])
            .await?;
        Ok(())
    }

    async fn ending(&self, ticket: &str) -> Result<()> {
        let (carla, ana) = (&self.carla, &self.ana);
        let thread = format!("{ticket}/threads");
        let log = self.file().await?;
        let reply = json!({ "message": "No, still 502.", "attachments": [log] });
        carla
            .ask(carla.post(&thread, &reply), 201, &["type", "seq"])
            .await?;
        let log = format!("{ticket}/attachments/{log}?redirect=false");
        let fields = ["filename", "size", "expiresAt"];
        ana.ask(ana.get(&log), 200, &fields).await?;
        let eve = &self.eve;
        eve.ask(eve.get(&log), 404, &[]).await?;

        scene("It is open again. What makes no sense is refused, and says why.")?;
        carla
            .ask(carla.get(ticket), 200, &["status", "version"])
            .await?;
        let wrong = json!({ "message": "", "mood": "angry" });
        let in_spanish = carla.post(&thread, &wrong).header("Accept-Language", "es");
        carla.ask(in_spanish, 400, &[]).await?;
        let late = json!({ "message": "Fixed, then?" });
        let unread = ana.post(&thread, &late).header("If-Match", "\"1\"");
        ana.ask(unread, 412, &[]).await?;

        scene(
            "Solved. Nobody has anything to add, and four days later the ticket closes by itself.",
        )?;
        let bare = json!({ "status": "resolved" });
        ana.ask(ana.patch(ticket, &bare), 400, &[]).await?;
        let solved = json!({ "status": "resolved", "resolution": "A new load balancer." });
        ana.ask(ana.patch(ticket, &solved), 200, &["status", "resolution"])
            .await?;
        let nobody = Actor::nobody(ana);
        let later = nobody.put("/dev/clock", &json!({ "advance": "P4D" }));
        nobody.ask(later, 200, &["now"]).await?;
        carla
            .ask(carla.get(ticket), 200, &["status", "version", "closedAt"])
            .await?;
        ana.ask(ana.post(&thread, &late), 409, &[]).await?;
        Ok(())
    }

    /// Gives its id.
    async fn file(&self) -> Result<String> {
        let carla = &self.carla;
        scene(
            "Carla has a log. She declares it, puts exactly these bytes straight to S3, and replies with it.",
        )?;
        let log = b"GET /v1/users 502 Bad Gateway\n";
        let digest: [u8; 32] = Sha256::digest(log).into();
        let sha256 = domain::Sha256::from(digest).to_string();
        let new = json!({ "filename": "today.log", "type": "text/plain", "size": log.len(), "sha256": sha256 });
        let declared = carla.post("/v2/attachments", &new);
        let declared = carla.ask(declared, 201, &["_id", "attachUntil"]).await?;
        let file = &declared["data"];
        carla.upload(&file["upload"], log).await?;
        file["_id"]
            .as_str()
            .map(Into::into)
            .context("the file has no _id")
    }

    async fn lists(&self) -> Result<()> {
        let (carla, ana) = (&self.carla, &self.ana);
        scene(
            "Two more tickets make a list, and a list has pages. A customer's has her own tickets only.",
        )?;
        for subject in ["Invoice of May", "How do I add a user?"] {
            let new = json!({ "title": subject, "description": "Please.", "category": "general", "client": "carlos" });
            ana.ask(ana.post(TICKETS, &new), 201, &["number", "client"])
                .await?;
        }
        let fields = ["number", "status", "client", "title"];
        let first = ana
            .ask(ana.get(&format!("{TICKETS}?limit=2")), 200, &fields)
            .await?;
        let cursor = first["pagination"]["nextCursor"]
            .as_str()
            .context("the first page has no nextCursor")?;
        ana.ask(
            ana.get(&format!("{TICKETS}?limit=2&cursor={cursor}")),
            200,
            &fields,
        )
        .await?;
        carla.ask(carla.get(TICKETS), 200, &fields).await?;
        let unclaimed = format!("{TICKETS}?assignedTo=none&sort=createdAt&limit=1");
        ana.ask(ana.get(&unclaimed), 200, &fields).await?;
        Ok(())
    }

    async fn promise(&self) -> Result<()> {
        let (carla, ana, root) = (&self.carla, &self.ana, &self.root);
        scene(
            "An admin promises an answer to invoices within an hour. Nobody keeps it, and the thread says so, once.",
        )?;
        let policy = json!({
            "name": "Invoices", "position": 1, "filter": { "category": ["billing"] },
            "targets": { "medium": { "firstResponse": "PT1H" } }, "onBreach": { "raisePriority": true },
        });
        let policy = root.put("/v2/sla-policies/pol_invoices", &policy);
        root.ask(policy, 201, &["_id", "version"]).await?;
        let new = json!({ "title": "Invoice of June", "description": "Where is it?", "category": "billing" });
        let opened = carla.ask(carla.post(TICKETS, &new), 201, &["number", "sla"]);
        let opened = opened.await?;
        let ticket = opened["data"]["_id"].as_str();
        let ticket = format!("{TICKETS}/{}", ticket.context("the ticket has no _id")?);
        let nobody = Actor::nobody(ana);
        let later = nobody.put("/dev/clock", &json!({ "advance": "PT2H" }));
        nobody.ask(later, 200, &["now"]).await?;
        let thread = ana.get(&format!("{ticket}/threads"));
        ana.ask(thread, 200, &["seq", "type", "message"]).await?;
        let late = ana.get(&format!("{TICKETS}?slaStatus=breached&category=billing"));
        ana.ask(late, 200, &["number", "priority", "title"]).await?;
        Ok(())
    }

    async fn deletion(&self, ticket: &str) -> Result<()> {
        let (ana, root) = (&self.ana, &self.root);
        scene(
            "An admin deletes the ticket: it is gone for everybody. For thirty days it can be brought back.",
        )?;
        root.ask(root.delete(ticket), 200, &["number", "restorableUntil"])
            .await?;
        ana.ask(ana.get(ticket), 404, &[]).await?;
        let restore = root.post(&format!("{ticket}/restore"), &json!({}));
        root.ask(restore, 200, &["number", "status", "version"])
            .await?;
        Ok(())
    }
}

fn scene(text: &str) -> Result<()> {
    say(&format!("\n{text}"))
}

/// `println!` would panic when nobody reads on, as in `cargo run -- demo | head`.
fn say(text: &str) -> Result<()> {
    Ok(writeln!(stdout(), "{text}")?)
}
