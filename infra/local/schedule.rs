//! EventBridge on one machine: calls the functions that the template puts on a schedule, and delivers events to those it
//! says are told of them.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use edge::{Error, Job, Until};
use functions::System;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use crate::template::Template;

/// Jobs by name, each with the system as it may use it.
pub(crate) type Jobs = HashMap<&'static str, (Job, System)>;

/// The job that `POST /dev/sweep` runs.
const SWEEP: &str = "check-deadlines";

/// The template's schedules and rules, and the jobs they call.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    jobs: Vec<Scheduled>,
}

#[derive(Clone, Debug)]
struct Scheduled {
    name: String,
    every: Vec<Duration>,
    /// Whose events it is told.
    told_by: Vec<String>,
    /// How long a run may take.
    timeout: Duration,
    job: Job,
    system: System,
}

impl Scheduled {
    async fn run(&self, event: Value) -> Result<Value, Error> {
        let until = Until::within(self.timeout);
        self.job.run(self.system.clone(), event, until).await
    }
}

impl Schedule {
    /// Finds the job of each of the template's functions that are on a schedule or told of events. An error when template
    /// and code do not name the same ones.
    pub(crate) fn of(template: &Template, mut jobs: Jobs) -> Result<Self> {
        let mut scheduled = Vec::new();
        for function in template
            .functions
            .iter()
            .filter(|function| !function.schedules.is_empty() || !function.told_by.is_empty())
        {
            let name = function.name.clone();
            let job = jobs.remove(name.as_str());
            let (job, system) = job.with_context(|| format!("the code has no job {name}"))?;
            let every = function.schedules.clone();
            scheduled.push(Scheduled {
                name,
                every,
                told_by: function.told_by.clone(),
                timeout: function.timeout,
                job,
                system,
            });
        }
        ensure!(
            jobs.is_empty(),
            "the template has no schedule and no rule for {}",
            jobs.into_keys().collect::<Vec<_>>().join(", ")
        );
        Ok(Self { jobs: scheduled })
    }

    /// Runs the check of deadlines once, now, and gives its report.
    pub(crate) async fn sweep(&self) -> Result<Value> {
        let job = self.jobs.iter().find(|job| job.name == SWEEP);
        let job = job.with_context(|| format!("there is no job {SWEEP}"))?;
        let report = job.run(Value::Null).await;
        report.map_err(|error| anyhow!("{SWEEP}: {error}"))
    }

    /// Delivers an event to whoever is told of such.
    pub(crate) async fn deliver(&self, event: Value) -> Result<()> {
        let is_told =
            |job: &&Scheduled| job.told_by.iter().any(|source| event["source"] == *source);
        for job in self.jobs.iter().filter(is_told) {
            let told = job.run(event.clone()).await;
            told.map_err(|error| anyhow!("{}: {error}", job.name))?;
        }
        Ok(())
    }

    /// Calls each job as often as its schedule says, the first time at once, for as long as the set lives.
    pub(crate) fn start(&self) -> JoinSet<()> {
        let mut running = JoinSet::new();
        for job in &self.jobs {
            for every in &job.every {
                let job = job.clone();
                let mut ticks = interval(*every);
                ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
                running.spawn(async move {
                    loop {
                        ticks.tick().await;
                        // What went wrong is in the log, and the next tick tries again.
                        let _ = job.run(Value::Null).await;
                    }
                });
            }
        }
        running
    }
}
