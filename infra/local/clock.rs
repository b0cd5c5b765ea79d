//! The doors of time: what the system's time is, moving it forward, and doing now what is due.

use std::sync::Arc;

use anyhow::{Result, anyhow, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::Method;
use axum::middleware;
use axum::response::Response;
use axum::routing::{get, post};
use domain::Period;
use edge::Problem;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::json;
use store::Table;
use tokio::sync::Mutex;

use crate::bucket::Objects;
use crate::engine;
use crate::loopback::{self, json_answer, refuse};
use crate::schedule::Schedule;
use crate::time::Time;

/// What the doors lead to.
#[derive(Clone)]
pub(crate) struct Doors {
    pub(crate) time: Arc<Time>,
    pub(crate) schedule: Schedule,
    pub(crate) table: Table,
    /// The stand's own, if it has some.
    pub(crate) objects: Option<Arc<Objects>>,
    /// One move at a time.
    pub(crate) moving: Arc<Mutex<()>>,
}

/// The routes.
pub(crate) fn routes(doors: Doors) -> Router {
    let clock = async || Problem::method_not_allowed(&[Method::GET, Method::PUT]);
    let sweeps = async || Problem::method_not_allowed(&[Method::POST]);
    let router = Router::new()
        .route("/dev/clock", get(show).put(turn).fallback(clock))
        .route("/dev/sweep", post(sweep).fallback(sweeps))
        .route_layer(middleware::from_fn(loopback::only));
    edge::layered("clock", router.with_state(doors))
}

async fn show(State(doors): State<Doors>) -> Response {
    time_is(doors.time.now())
}

fn time_is(now: Timestamp) -> Response {
    json_answer(&json!({ "now": format!("{now:.3}") }))
}

async fn sweep(State(doors): State<Doors>) -> Result<Response, Problem> {
    let report = doors.schedule.sweep().await.map_err(Problem::unavailable)?;
    Ok(json_answer(&report))
}

/// How the time is to be moved.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    /// Until then.
    now: Option<String>,
    /// By so much: an ISO 8601 duration.
    advance: Option<String>,
    /// Whether what is due in between is done; it is, unless this says otherwise.
    #[serde(default = "yes")]
    sweep: bool,
}

fn yes() -> bool {
    true
}

impl Turn {
    fn target(&self, now: Timestamp) -> Result<Timestamp> {
        let target = match (&self.now, &self.advance) {
            (Some(then), None) => then
                .parse()
                .map_err(|_| anyhow!("`now` must be a time such as 2026-11-23T03:00:00Z."))?,
            (None, Some(by)) => {
                let period = Period::parse(by).map_err(|_| {
                    anyhow!("`advance` must be an ISO 8601 duration such as PT4H or P4D.")
                })?;
                now.checked_add(period.duration())?
            }
            (Some(_), Some(_)) | (None, None) => bail!("Give one of `now` and `advance`."),
        };
        if target < now {
            bail!("The time is {now:.3}, and never goes back.");
        }
        Ok(target)
    }
}

async fn turn(State(doors): State<Doors>, body: Bytes) -> Result<Response, Problem> {
    let turn = serde_json::from_slice::<Turn>(&body).map_err(|error| refuse(&error))?;
    let _moving = doors.moving.lock().await;
    let target = turn.target(doors.time.now());
    let target = target.map_err(|error| refuse(&error))?;
    doors
        .move_to(target, turn.sweep)
        .await
        .map_err(Problem::internal)?;
    Ok(time_is(doors.time.now()))
}

impl Doors {
    /// Moves the time, and stops on the way wherever something is due, so that everything happens in its order and at
    /// its own time.
    async fn move_to(&self, target: Timestamp, sweep: bool) -> Result<()> {
        if sweep {
            self.sweep().await?;
            let mut passed = self.time.now();
            while let Some(next) = self.table.next_deadline(passed).await?
                && next <= target
            {
                self.time.move_to(next)?;
                self.sweep().await?;
                passed = next;
            }
        }
        self.time.move_to(target)?;
        if sweep {
            self.sweep().await?;
        }
        if let Some(objects) = &self.objects {
            objects.expire(self.time.now()).await?;
        }
        engine::expire(&self.table, self.time.now()).await
    }

    /// Does what is due, all of it.
    async fn sweep(&self) -> Result<()> {
        while self.schedule.sweep().await?["unfinished"] == true {}
        Ok(())
    }
}
