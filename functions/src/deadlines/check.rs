//! `check-deadlines`: does what is due. A schedule calls it every minute.
//!
//! It reads what is due, not what is open: a check that finds nothing costs the same whatever the number of tickets.
//! Each ticket is decided upon by itself, on its fresh head, and committed on the condition that it still is that one:
//! a check may come late, twice, or at once with another, and what is due happens once. A file that nobody has attached
//! in time is taken away. What cannot be processed is reported and left for the next check; the rest goes on.

use domain::{Due, Tenant, TicketId};
use edge::{Job, Now, System, Until, report_failure};
use futures_util::future::join_all;
use serde::Serialize;
use store::{Changed, DueItem, DueItems, Error, Purged, WriteError};

const NAME: &str = "check-deadlines";
/// Items of one shard that are processed at once.
const AT_ONCE: usize = 8;

/// What a check has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Tickets and uploads the index named.
    pub due: u32,
    /// Resolved tickets that were closed.
    pub closed: u32,
    /// Deleted tickets of which nothing is left.
    pub purged: u32,
    /// Uploads that nobody has attached in time, and that were deleted.
    pub reaped: u32,
    /// Tickets and uploads that could not be processed; the next check tries again.
    pub failed: u32,
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
    match broken {
        // What the other shards had is done; that one could not be read is the job's failure.
        Some(error) => Err(error),
        None => Ok(report),
    }
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
            for done in join_all(done).await {
                report.due += 1;
                match done {
                    Ok(done) => report.note(done),
                    Err(failure) => {
                        report.failed += 1;
                        report_failure(NAME, &failure);
                    }
                }
            }
        }
    }
}

/// What was done.
#[derive(Clone, Copy)]
enum Done {
    Nothing,
    Closed,
    Purged,
    PartlyPurged,
    Reaped,
}

async fn process(
    system: &System,
    until: Until,
    due: Result<&DueItem, &Error>,
) -> Result<Done, String> {
    match due.map_err(ToString::to_string)? {
        DueItem::Ticket(tenant, id) => {
            let done = do_what_is_due(system, until, tenant, *id).await;
            done.map_err(|cause| format!("{id}: {cause}"))
        }
        DueItem::Upload(upload) => {
            let reaped = system.table.reap(&system.bucket, upload).await;
            let reaped = reaped.map_err(|cause| format!("{}: {cause}", upload.id))?;
            Ok(if reaped { Done::Reaped } else { Done::Nothing })
        }
    }
}

async fn do_what_is_due(
    system: &System,
    until: Until,
    tenant: &Tenant,
    id: TicketId,
) -> Result<Done, WriteError> {
    let table = &system.table;
    let stamp = Now(system.clock.now()).stamp();
    let Some(ticket) = table.ticket(tenant, id).await? else {
        // There may still be its tombstone: a purge that was interrupted.
        return purge(system, until, tenant, id).await;
    };
    if ticket.due(stamp) == Due::Purge {
        table.bury(&ticket).await?;
        return purge(system, until, tenant, id).await;
    }
    let changed = table.change(ticket, &[], None, stamp.now, |ticket| {
        match ticket.due(stamp) {
            Due::Entry(entry) => Ok(Some(*entry)),
            Due::Nothing | Due::Purge => Ok(None),
        }
    });
    match changed.await? {
        Changed::Written(_) => Ok(Done::Closed),
        Changed::Nothing(_) => Ok(Done::Nothing),
    }
}

async fn purge(
    system: &System,
    until: Until,
    tenant: &Tenant,
    id: TicketId,
) -> Result<Done, WriteError> {
    let is_over = || until.is_over();
    let purged = system.table.purge(&system.bucket, tenant, id, is_over);
    match purged.await? {
        Purged::Whole => Ok(Done::Purged),
        Purged::Partly => Ok(Done::PartlyPurged),
        Purged::Nothing => Ok(Done::Nothing),
    }
}

impl Report {
    fn note(&mut self, done: Done) {
        match done {
            Done::Nothing => {}
            Done::Closed => self.closed += 1,
            Done::Purged => self.purged += 1,
            Done::PartlyPurged => self.unfinished = true,
            Done::Reaped => self.reaped += 1,
        }
    }

    fn add(&mut self, part: Self) {
        self.due += part.due;
        self.closed += part.closed;
        self.purged += part.purged;
        self.reaped += part.reaped;
        self.failed += part.failed;
        self.unfinished |= part.unfinished;
    }
}
