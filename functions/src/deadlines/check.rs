//! `check-deadlines`: does what is due. A schedule calls it every minute.
//!
//! It reads what is due, not what is open: a check that finds nothing costs the same whatever the number of tickets.
//! Each ticket is decided upon by itself, on its fresh head, and committed on the condition that it still is that one:
//! a check may come late, twice, or at once with another, and what is due happens once. A file that nobody has attached
//! in time is taken away. What cannot be processed is reported and left for the next check; the rest goes on.

use domain::{Due, Entry, Passed, Rules, SlaEvent, Tenant, Ticket, TicketId};
use edge::{Job, Now, System, Until, metrics, report_failure};
use futures_util::future::join_all;
use jiff::Timestamp;
use serde::Serialize;
use store::{Changed, DueItem, DueItems, Error, Purged, WriteError, promptly};

const NAME: &str = "check-deadlines";
/// Items of one shard that are processed at once.
const AT_ONCE: usize = 8;
/// How often a check lets itself be overtaken on a ticket. Whoever overtakes it goes on.
const MOST_LOST: u32 = 2;

/// What a check has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Tickets and uploads the index named.
    pub due: u32,
    /// Clocks that had passed a mark before their target.
    pub warned: u32,
    /// Clocks that had passed their target.
    pub breached: u32,
    /// Resolved tickets that were closed.
    pub closed: u32,
    /// Deleted tickets of which nothing is left.
    pub purged: u32,
    /// Uploads that nobody has attached in time, and that were deleted.
    pub reaped: u32,
    /// Tickets and uploads that could not be processed; the next check tries again.
    pub failed: u32,
    /// How long what came latest had been due, in milliseconds.
    pub lag_ms: u64,
    /// Whether something is left for the next check: its time was over, or a ticket was too large to purge at once.
    pub unfinished: bool,
}

/// The job.
pub fn job() -> Job {
    Job::scheduled(NAME, check)
}

/// Does what is due now.
async fn check(system: System, until: Until) -> Result<Report, Error> {
    let now = system.clock.now();
    let shards = DueItems::of_every_shard(now).into_iter();
    let checks = shards.map(|shard| check_shard(&system, shard, until));
    let mut report = Report::default();
    let mut broken = None;
    for shard in join_all(checks).await {
        match shard {
            Ok(part) => report.add(part),
            Err(error) => broken = Some(error),
        }
    }
    if let Some(error) = broken {
        // What the other shards had is done; that one could not be read is the job's failure.
        return Err(error);
    }
    metrics(NAME, &report.metrics());
    Ok(report)
}

async fn check_shard(system: &System, mut shard: DueItems, until: Until) -> Result<Report, Error> {
    let mut report = Report::default();
    loop {
        let due = shard.next(&system.table).await?;
        if due.is_empty() {
            return Ok(report);
        }
        for batch in due.chunks(AT_ONCE) {
            if until.is_over() {
                report.unfinished = true;
                return Ok(report);
            }
            let done = batch.iter().map(|due| process(system, until, due.as_ref()));
            for (part, failure) in join_all(done).await {
                report.add(part);
                if let Some(failure) = failure {
                    report_failure(NAME, &failure);
                }
            }
        }
    }
}

/// Does what is due on one item, and notes it; what was done before something failed is noted, too.
async fn process(
    system: &System,
    until: Until,
    due: Result<&DueItem, &Error>,
) -> (Report, Option<String>) {
    let mut report = Report {
        due: 1,
        ..Report::default()
    };
    let failure = match due {
        Err(error) => Some(error.to_string()),
        Ok(DueItem::Ticket(tenant, id)) => {
            let done = do_what_is_due(system, until, tenant, *id, &mut report);
            let done = promptly(done).await;
            done.err().map(|cause| format!("{id}: {cause}"))
        }
        Ok(DueItem::Upload(upload)) => match system.table.reap(&system.bucket, upload).await {
            Ok(reaped) => {
                report.reaped += u32::from(reaped);
                None
            }
            Err(cause) => Some(format!("{}: {cause}", upload.id)),
        },
    };
    report.failed += u32::from(failure.is_some());
    (report, failure)
}

/// Does everything that is due on a ticket, one entry after the other.
async fn do_what_is_due(
    system: &System,
    until: Until,
    tenant: &Tenant,
    id: TicketId,
    report: &mut Report,
) -> Result<(), WriteError> {
    let table = &system.table;
    let now = system.clock.now();
    let Some(mut ticket) = table.ticket(tenant, id).await? else {
        // There may still be its tombstone: a purge that was interrupted.
        return purge(system, until, tenant, id, report).await;
    };
    if ticket.purges_at().is_some_and(|purges_at| purges_at <= now) {
        table.bury(&ticket).await?;
        return purge(system, until, tenant, id, report).await;
    }
    let mut lost = 0;
    while let Some(deadline) = ticket.deadline().filter(|deadline| *deadline <= now) {
        if until.is_over() {
            report.unfinished = true;
            break;
        }
        let configuration = table.configuration(tenant).await?;
        let (version, stamp) = (ticket.version, Now(now).stamp());
        let decide = |ticket: &Ticket, rules: Rules<'_>| match ticket.due(stamp, rules) {
            Due::Entry(entry) if ticket.version == version => Ok(Some(*entry)),
            // Somebody was faster.
            Due::Entry(_) | Due::Nothing | Due::Purge => Ok(None),
        };
        let changed = table.change(ticket, &[], None, now, &configuration, decide);
        match changed.await? {
            Changed::Written(written) => {
                report.note(&written.entry, deadline, now);
                ticket = table.head_after(tenant, &written).await?;
            }
            Changed::Nothing(fresh) => {
                lost += 1;
                // Another check is at it, and does the rest.
                if lost > MOST_LOST {
                    break;
                }
                ticket = fresh;
            }
        }
    }
    Ok(())
}

async fn purge(
    system: &System,
    until: Until,
    tenant: &Tenant,
    id: TicketId,
    report: &mut Report,
) -> Result<(), WriteError> {
    let is_over = || until.is_over();
    let purged = system.table.purge(&system.bucket, tenant, id, is_over);
    match purged.await? {
        Purged::Whole => report.purged += 1,
        Purged::Partly => report.unfinished = true,
        Purged::Nothing => {}
    }
    Ok(())
}

impl Report {
    fn note(&mut self, entry: &Entry, deadline: Timestamp, now: Timestamp) {
        match entry.passed().map(Passed::event) {
            Some(SlaEvent::Warning) => self.warned += 1,
            Some(SlaEvent::Breached) => self.breached += 1,
            None => self.closed += 1,
        }
        let lag = now.duration_since(deadline).as_millis();
        self.lag_ms = self.lag_ms.max(u64::try_from(lag).unwrap_or_default());
    }

    fn metrics(&self) -> [(&'static str, &'static str, u64); 6] {
        [
            ("due", "Count", self.due.into()),
            ("processed", "Count", (self.due - self.failed).into()),
            ("failed", "Count", self.failed.into()),
            ("warned", "Count", self.warned.into()),
            ("breached", "Count", self.breached.into()),
            ("lag", "Milliseconds", self.lag_ms),
        ]
    }

    fn add(&mut self, part: Self) {
        self.due += part.due;
        self.warned += part.warned;
        self.breached += part.breached;
        self.closed += part.closed;
        self.purged += part.purged;
        self.reaped += part.reaped;
        self.failed += part.failed;
        self.lag_ms = self.lag_ms.max(part.lag_ms);
        self.unfinished |= part.unfinished;
    }
}
