//! What requests say in Verifik's older words, and what they then mean.
//!
//! | older | is read as |
//! |---|---|
//! | `subject`, `assignee` | `title`, `assignedTo`; both names at once are a `400` |
//! | categories such as `integration` or `payment` | the category they belong to; the older word becomes a tag |
//! | status `cancelled` | `closed`, with a resolution that says so where there is none |
//! | `resolved` or `closed` in `POST …/{id}/thread` | the same, with such a resolution |

use domain::{Category, Resolution, Status, Tags, Ticket};
use edge::Form;

/// A category, and the word it was given in if that was an older one.
pub(crate) struct Named {
    pub(crate) category: Category,
    pub(crate) older: Option<String>,
}

impl Named {
    pub(crate) fn parse(name: String) -> Result<Self, domain::Invalid> {
        let category = Category::parse(&name)?;
        let older = Some(name).filter(|name| *name != category.name());
        Ok(Self { category, older })
    }
}

/// Keeps the older word as one more tag, where there is room for it.
pub(crate) fn kept_in(tags: Tags, older: Option<&String>) -> Tags {
    match tags.with(older) {
        Ok(with) => with,
        Err(_full) => tags,
    }
}

/// A status, and whether its older name says how the ticket ended.
pub(crate) fn status(form: &mut Form) -> (Option<Status>, bool) {
    let mut is_cancelled = false;
    let status = form.optional("status", |name| {
        is_cancelled = name == "cancelled";
        Status::parse(&name)
    });
    (status, is_cancelled)
}

/// What older clients leave out when they finish a ticket: one that has a resolution keeps it.
pub(crate) fn resolution(
    ticket: &Ticket,
    given: Option<Resolution>,
    words: Option<&'static str>,
) -> Option<Resolution> {
    let lacks_one = given.is_none() && ticket.resolution.is_none();
    given.or_else(|| Resolution::parse(words.filter(|_| lacks_one)?).ok())
}

/// The words for a ticket that was finished with this status.
pub(crate) fn words(status: Option<Status>, is_cancelled: bool) -> Option<&'static str> {
    match status {
        Some(Status::Closed) if is_cancelled => Some("Cancelled"),
        Some(Status::Closed) => Some("Closed"),
        Some(Status::Resolved) => Some("Resolved"),
        Some(Status::Open | Status::Pending | Status::InProgress) | None => None,
    }
}
