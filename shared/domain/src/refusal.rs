//! The ways the domain says no.
//!
//! [`Invalid`] is about a *value*: this text cannot be a title, a tag, a principal. It knows no field name; whoever
//! parsed the value knows which field it was. [`Refusal`] is about an *act*: this actor may not do this to this
//! ticket as it stands. Neither carries prose: the edge words them in the client's language.

use thiserror::Error;

use crate::{AttachmentId, CalendarId, MediaType, Period, PolicyId, Principal, Role, Status};

/// Why a text is not a value of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Invalid {
    /// Empty, or of characters that show nothing.
    #[error("is blank")]
    Blank,
    /// It has a character that such a text cannot have.
    #[error("has U+{:04X}", u32::from(*character))]
    Character {
        /// The first of them.
        character: char,
    },
    /// Longer than `max` characters (Unicode scalar values).
    #[error("is longer than {max} characters")]
    TooLong {
        /// The most it may have.
        max: usize,
    },
    /// Longer than `max` bytes of UTF-8.
    #[error("is longer than {max} bytes")]
    TooManyBytes {
        /// The most it may have.
        max: usize,
    },
    /// A list of more than `max` values.
    #[error("has more than {max} values")]
    TooMany {
        /// The most it may have.
        max: usize,
    },
    /// A list of values that has none.
    #[error("has no value")]
    NoValue,
    /// Not one of the names of its kind.
    #[error("is not one of {}", allowed.join(", "))]
    Unknown {
        /// Every name of the kind.
        allowed: &'static [&'static str],
    },
    /// Not of the form of its kind.
    #[error("is malformed")]
    Malformed,
    /// A file's name of dots and spaces.
    #[error("is no plain name")]
    NotAName,
    /// A file's name that ends as other files' do.
    #[error("does not end as {kind} does")]
    OtherEnding {
        /// What the file was declared as.
        kind: &'static str,
    },
    /// Not a media type at all.
    #[error("is no media type")]
    NoMediaType,
    /// A media type of what browsers run.
    #[error("is run by browsers")]
    ActiveType,
    /// Not a SHA-256 in hexadecimal.
    #[error("is no digest")]
    NotADigest,
    /// A file that a double click would run.
    #[error("would be run")]
    Dangerous,
    /// Not a length of time, or none that people set.
    #[error("is no duration")]
    NoPeriod,
    /// A length of time that is longer than this kind may be.
    #[error("is longer than {max}")]
    PeriodTooLong {
        /// The longest it may be.
        max: Period,
    },
    /// Not a share of a target before it is reached.
    #[error("is no percentage from 1 to 99")]
    NoPercent,
    /// Not a time of day, `00:00` to `24:00`.
    #[error("is no time of day")]
    NoTime,
    /// Not a date.
    #[error("is no date")]
    NoDate,
    /// Not a time zone of the IANA database.
    #[error("is no time zone")]
    NoZone,
    /// Its end is not after its beginning.
    #[error("ends before it begins")]
    Backwards,
    /// Some of its values cover the same time.
    #[error("overlaps")]
    Overlapping,
    /// There is no working time in it.
    #[error("is never open")]
    NeverOpen,
}

/// Why an actor may not do this to this ticket as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The ticket does not exist for this actor (missing, another tenant's, another customer's: all the same).
    #[error("there is no such ticket")]
    NotFound,
    /// The actor's role may never do this.
    #[error("not allowed")]
    Forbidden,
    /// The actor's role may not set these fields, or not to these values.
    #[error("not allowed: {}", fields.join(", "))]
    FieldsForbidden {
        /// Their names.
        fields: Vec<&'static str>,
    },
    /// An agent opens a ticket for somebody and did not say for whom.
    #[error("an agent names the client")]
    ClientRequired,
    /// To a closed ticket, agents can add notes and tags, and nothing else can be added.
    #[error("the ticket is closed")]
    TicketClosed {
        /// The actor's role.
        role: Role,
    },
    /// The status machine has no such move.
    #[error("a ticket cannot go from {from} to {to}")]
    InvalidTransition {
        /// Where it stands.
        from: Status,
        /// Where the actor wanted it.
        to: Status,
        /// Where this actor may move it from here.
        allowed: Vec<Status>,
    },
    /// Resolving or closing needs a resolution, given now or before; but for a customer's closing of its own ticket.
    #[error("a resolution is required")]
    ResolutionRequired {
        /// Where the actor wanted the ticket.
        to: Status,
        /// The actor's role.
        role: Role,
    },
    /// With the tags to add, the ticket would have too many.
    #[error("a ticket has at most {max} tags")]
    TooManyTags {
        /// The most it may have.
        max: usize,
    },
    /// Somebody works on the ticket already.
    #[error("assigned to {to}")]
    AlreadyAssigned {
        /// Who.
        to: Principal,
    },
    /// There is no priority above.
    #[error("the ticket is urgent already")]
    AlreadyUrgent,
    /// A file is not to be had, or not this one.
    #[error(transparent)]
    Upload(#[from] UploadRefusal),
    /// A policy or a calendar cannot be set so, or be done without.
    #[error(transparent)]
    Level(#[from] LevelRefusal),
    /// The caller decided on another version than the ticket has now.
    #[error("the ticket is at version {current}")]
    VersionMismatch {
        /// The version it has.
        current: u32,
    },
    /// The caller wanted it done only if this version, or any, is not there.
    #[error("it is there, at version {current}")]
    VersionExcluded {
        /// The version it has.
        current: u32,
    },
}

/// Why a tenant may not set this policy or calendar, or not do without it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LevelRefusal {
    /// The tenant has no policy of this name.
    #[error("there is no policy of this name")]
    PolicyMissing,
    /// The tenant has no calendar of this name.
    #[error("there is no calendar of this name")]
    CalendarMissing,
    /// Another policy has this position.
    #[error("{by} has this position")]
    PositionTaken {
        /// The other one.
        by: PolicyId,
    },
    /// The tenant has no calendar of this name.
    #[error("there is no calendar {id}")]
    NoCalendar {
        /// The name.
        id: CalendarId,
    },
    /// So much time never counts: not within five years.
    #[error("{target} of {policy} is never due")]
    NeverDue {
        /// The policy.
        policy: PolicyId,
        /// Which of its targets: `targets.low.resolution`.
        target: String,
    },
    /// Policies count by this calendar.
    #[error("policies count by it")]
    CalendarInUse {
        /// They.
        by: Vec<PolicyId>,
    },
    /// The tenant has as many as it may have.
    #[error("there are {most} already")]
    TooMany {
        /// So many.
        most: usize,
    },
}

/// Why an actor may not declare this file, or attach it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UploadRefusal {
    /// The actor has no upload of this name that could be attached: never declared, another's, attached already, or too
    /// old. They are all the same.
    #[error("there is no upload {id} to attach")]
    Missing {
        /// Its name.
        id: AttachmentId,
    },
    /// The file was declared, and is not there yet.
    #[error("{id} is not uploaded")]
    Incomplete {
        /// Its name.
        id: AttachmentId,
    },
    /// What was uploaded is not what was declared.
    #[error("{id} is no {declared} of the declared size and digest")]
    Differs {
        /// Its name.
        id: AttachmentId,
        /// What it was declared as.
        declared: MediaType,
    },
    /// What was uploaded has a `Content-Encoding`, which would make other bytes of it when it is fetched.
    #[error("{id} is encoded")]
    Encoded {
        /// Its name.
        id: AttachmentId,
    },
    /// The file is larger than the tenant allows.
    #[error("the file has more than {max} bytes")]
    TooLarge {
        /// The most bytes it may have.
        max: u64,
    },
    /// The file that was declared is on a ticket by now, or was given up, or waited too long.
    #[error("{id} waits no more")]
    Gone {
        /// Its name.
        id: AttachmentId,
    },
    /// The actor has as many uploads as it may have that are attached to nothing.
    #[error("there are too many uploads")]
    TooMany,
}
