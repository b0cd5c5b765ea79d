//! An instance of a function: its process, started, called and stopped.

use std::process::{Output, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::Outcome;
use super::runtime_api::{Call, RuntimeApi};

/// No step takes longer, not even under valgrind, unless something is wrong.
const PATIENCE: Duration = Duration::from_mins(5);

/// A function's process. It is killed when this is dropped.
pub struct Instance {
    /// What was started.
    path: String,
    child: Child,
    api: RuntimeApi,
    /// The request it asks for and has not got.
    wanted: Option<Call>,
}

impl Instance {
    /// Runs a command as Lambda runs a function.
    pub async fn start(mut command: Command) -> Outcome<Self> {
        let api = RuntimeApi::start().await?;
        // Under valgrind it is the last argument.
        let started = command.as_std();
        let path = started.get_args().last().unwrap_or(started.get_program());
        let path = path.display().to_string();
        let child = command
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("{path}: {error}"))?;
        Ok(Self {
            path,
            child,
            api,
            wanted: None,
        })
    }

    /// Its number in the operating system.
    pub fn pid(&self) -> Pid {
        // A process that has ended has none, and nothing of it can be read any more.
        let pid = self.child.id().and_then(|pid| pid.try_into().ok());
        Pid::from_raw(pid.unwrap_or(-1))
    }

    /// Waits until it asks for a request: it has done all it does before, and waits itself.
    pub async fn idle(&mut self) -> Outcome<()> {
        if self.wanted.is_none() {
            self.wanted = Some(self.unless_it_ends(RuntimeApi::next).await?);
        }
        Ok(())
    }

    /// Its answer to an event.
    pub async fn call(&mut self, event: &str) -> Outcome<String> {
        self.idle().await?;
        let wanted = self.wanted.take().ok_or("it asks for nothing")?;
        let given = wanted.send(event.to_owned());
        given.map_err(|_| "it has asked, and hung up")?;
        self.unless_it_ends(RuntimeApi::answer).await
    }

    /// Asks it to end, and returns what it has written where it was given a pipe.
    pub async fn stop(self) -> Outcome<Output> {
        kill(self.pid(), Signal::SIGTERM)?;
        Ok(timeout(PATIENCE, self.child.wait_with_output()).await??)
    }

    async fn unless_it_ends<T>(
        &mut self,
        step: impl AsyncFnOnce(&mut RuntimeApi) -> Outcome<T>,
    ) -> Outcome<T> {
        let step = tokio::select! {
            done = step(&mut self.api) => done,
            status = self.child.wait() => Err(format!("it has ended: {}", status?).into()),
            () = tokio::time::sleep(PATIENCE) => Err("it does not go on".into()),
        };
        step.map_err(|why| format!("{}: {why}", self.path).into())
    }
}
