//! A stage on which everything can stop at any request.

use serde_json::json;
use store::Bucket;
use ventanilla::{ObjectServer, Options, Template};

use super::{File, Fuse, Play, Proxy, Reply};

/// A stand whose table and bucket are behind one fuse.
pub struct Fragile {
    /// The stand.
    pub play: Play,
    /// The fuse.
    pub fuse: Fuse,
    /// The server of its bucket.
    pub objects: ObjectServer,
    engine: Play,
    _proxies: [Proxy; 2],
}

impl Fragile {
    /// Starts it.
    pub async fn begin() -> Self {
        let engine = Play::begin().await;
        let rules = Template::embedded().expect("a template").bucket;
        let objects = ObjectServer::start(rules, None, 0, jiff::Timestamp::now).await;
        let objects = objects.expect("a bucket");
        let fuse = Fuse::default();
        let table = Proxy::with_fuse(&engine.open_dynamodb().await, fuse.clone()).await;
        let files = Proxy::with_fuse(objects.url(), fuse.clone()).await;
        let bucket: Bucket = objects.bucket(files.url());
        let play = Play::with(Options {
            dynamodb_endpoint: Some(table.url().to_owned()),
            bucket: Some(bucket),
            ..Options::default()
        });
        Self {
            play: play.await,
            fuse,
            objects,
            engine,
            _proxies: [table, files],
        }
    }

    /// Tries something with a fuse that blows at its first request, its second, …, each before and after it, until
    /// nothing blows any more. `look` is told, when everything works again, what came of it.
    pub async fn every_stop<T>(
        &self,
        act: impl AsyncFn(usize) -> T,
        look: impl AsyncFn(usize, T),
    ) -> usize {
        for step in 0.. {
            let (left, answer_only) = (step / 2, step % 2 == 1);
            self.fuse.arm(left, answer_only);
            let outcome = act(step).await;
            let blown = self.fuse.mend();
            look(step, outcome).await;
            if !blown {
                return step;
            }
            assert!(step < 100, "it ends");
        }
        unreachable!("there is a next step");
    }

    /// Some time later, the check that stops at a request; and whether there was one to stop at.
    pub async fn check_that_stops(&self, period: &str, step: usize) -> (Reply, bool) {
        let nobody = self.play.bearer(None);
        let later = json!({ "advance": period, "sweep": false });
        nobody.put("/dev/clock", &later).await.expect(200);
        self.fuse.arm(step / 2, step % 2 == 1);
        let report = nobody.post("/dev/sweep", &json!({})).await;
        (report, self.fuse.mend())
    }

    /// The attachments of every ticket: ticket, name.
    pub async fn attached(&self) -> Vec<(String, String)> {
        let root = self.play.admin("root");
        let mut attached = Vec::new();
        for page in root.walks("/v2/support-tickets?limit=100").await {
            for row in page {
                let ticket = row["_id"].as_str().expect("an id").to_owned();
                let read = root.reads(&ticket).await.expect(200);
                attached.extend(names(&read).into_iter().map(|name| (ticket.clone(), name)));
            }
        }
        attached
    }

    /// Whatever has happened: each object is on one entry or waits there for its person, and each attachment is whole.
    pub async fn is_whole(&self, file: &File) {
        let ana = self.play.agent("ana");
        let attached = self.attached().await;
        for (ticket, name) in &attached {
            assert_eq!(ana.downloads(ticket, name).await, file.bytes, "{name}");
            let twice = attached.iter().filter(|(_, other)| other == name).count();
            assert_eq!(twice, 1, "{name} is on one entry");
        }
        let items = self.play.items().await;
        for (key, tags) in self.objects.list().expect("a list") {
            let name = key.rsplit('/').next().expect("a name");
            let is_attached = attached.iter().any(|(_, attached)| attached == name);
            let waits = items
                .iter()
                .any(|item| item.contains("#uploads#") && item.contains(name));
            assert!(is_attached != waits, "{key}");
            assert!(!is_attached || tags["state"] == "kept", "{key}: {tags:?}");
        }
    }

    /// A day later, nothing is there but what is on a ticket.
    pub async fn is_tidy_after_a_day(&self) {
        self.play.wait("PT25H").await;
        let attached = self.attached().await;
        let objects = self.objects.list().expect("a list");
        assert_eq!(objects.len(), attached.len(), "{objects:?}");
        let items = self.play.items().await;
        let left: Vec<_> = items
            .iter()
            .filter(|item| item.contains("#uploads#"))
            .collect();
        assert_eq!(left, Vec::<&String>::new());
    }

    /// Ends the play.
    pub async fn end(self) {
        self.play.end().await;
        self.engine
            .stand
            .shutdown()
            .await
            .expect("the engine stops");
    }
}

fn names(ticket: &Reply) -> Vec<String> {
    let files = ticket.data()["attachments"]
        .as_array()
        .expect("a list")
        .iter();
    files
        .map(|file| file["_id"].as_str().expect("an id").into())
        .collect()
}
