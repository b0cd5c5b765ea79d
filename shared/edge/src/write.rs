//! A write to a ticket, as every function makes it: decide on what was loaded, commit, and answer.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use domain::{Actor, Command, Configuration, Rules, Ticket};
use store::{Changed, Idempotency, Kept, Table};

use crate::answer::Answer;
use crate::caller::Caller;
use crate::clock::{Clock, Now};
use crate::condition::IfMatch;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::ticket::{AdminTicket, OwnTicket};
use crate::view::RowView;

/// A write about to be decided: the ticket as it was loaded just now and who asks (`T`), the version it is meant for,
/// what the tenant has set, and the time.
#[derive(Clone, Debug)]
pub struct Write<T = OwnTicket> {
    table: Table,
    loaded: T,
    expected: IfMatch,
    configuration: Arc<Configuration>,
    now: Now,
}

/// A ticket that was loaded for somebody who may touch it.
pub trait Loaded {
    /// The ticket, and who asks.
    fn parts(&self) -> (&Ticket, &Actor);
}

impl Loaded for OwnTicket {
    fn parts(&self) -> (&Ticket, &Actor) {
        (&self.ticket, &self.actor)
    }
}

impl Loaded for AdminTicket {
    fn parts(&self) -> (&Ticket, &Actor) {
        (&self.ticket, &self.actor)
    }
}

impl<S, T> FromRequestParts<S> for Write<T>
where
    S: Send + Sync,
    T: FromRequestParts<S, Rejection = Problem> + Send,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Caller(actor) = Caller::from_request_parts(parts, state).await?;
        let table = Table::from_ref(state);
        let configuration = async { Ok(table.configuration(&actor.tenant).await?) };
        let (loaded, configuration) =
            tokio::try_join!(T::from_request_parts(parts, state), configuration)?;
        let expected = IfMatch::from_request_parts(parts, state).await?;
        let now = Now(Clock::from_ref(state).now());
        Ok(Self {
            table,
            loaded,
            expected,
            configuration,
            now,
        })
    }
}

impl<T: Loaded> Write<T> {
    /// The ticket as it was loaded.
    pub fn ticket(&self) -> &Ticket {
        self.loaded.parts().0
    }

    /// Who writes.
    pub fn actor(&self) -> &Actor {
        self.loaded.parts().1
    }

    /// Who reads its answer.
    pub fn reader(&self) -> Reader {
        Reader::new(self.actor(), &self.configuration.settings)
    }

    /// The time of the write.
    pub fn now(&self) -> Now {
        self.now
    }

    /// Decides on the loaded ticket, or on a fresher one when somebody else was faster, and commits; with these files.
    pub async fn commit(
        &self,
        key: Option<&Idempotency>,
        files: &[Kept],
        command: Command,
    ) -> Result<Changed, Problem> {
        let (ticket, actor) = self.loaded.parts();
        let stamp = self.now.stamp();
        let decide = |ticket: &Ticket, rules: Rules<'_>| {
            self.expected.allows(ticket.version_for(actor.reach()))?;
            ticket.decide(command.clone(), actor, rules, stamp)
        };
        let configuration = &self.configuration;
        let changed =
            self.table
                .change(ticket.clone(), files, key, stamp.now, configuration, decide);
        Ok(changed.await?)
    }

    /// Does the same, and gives the ticket after it, and whether a request with this key had done it before.
    pub async fn ticket_after(
        &self,
        key: Option<&Idempotency>,
        command: Command,
    ) -> Result<(Ticket, bool), Problem> {
        match self.commit(key, &[], command).await? {
            Changed::Nothing(ticket) => Ok((ticket, false)),
            Changed::Written(written) => {
                let tenant = &self.actor().tenant;
                let ticket = self.table.head_after(tenant, &written).await?;
                Ok((ticket, written.replayed))
            }
        }
    }

    /// Does the same, and answers with the ticket's row.
    pub async fn row(
        &self,
        key: Option<&Idempotency>,
        command: Command,
    ) -> Result<Answer<RowView>, Problem> {
        let (ticket, replayed) = self.ticket_after(key, command).await?;
        let reader = self.reader();
        Ok(Answer::ok(RowView::new(&ticket, &reader))
            .tag(reader.tag(&ticket))
            .replayed(replayed))
    }
}
