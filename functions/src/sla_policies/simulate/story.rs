//! What happened to a ticket that never was, as a body spells it.

use domain::{Category, EntryKind, Impossible, Principal, Priority, Refusal, Status, Tags, Told};
use edge::view::{CategoryName, EntryKindName, PriorityName, StatusName};
use edge::{Form, Problem, Text};
use utoipa::ToSchema;

/// The most entries of a story.
const MOST: usize = 500;

/// Something that happened to a ticket: the first opens it.
#[derive(ToSchema)]
#[schema(as = SimulatedEntry)]
#[allow(
    dead_code,
    reason = "describes the body for the OpenAPI document; `read` reads it"
)]
pub(super) struct StoryEntry {
    /// `user`: the customer says something; `agent`: an agent does, in public; `note`: to other agents; `system`: fields
    /// are changed and nothing is said.
    #[schema(value_type = EntryKindName)]
    r#type: String,
    /// When; not before the entry before it, and within five years of the first and of now.
    #[schema(format = DateTime, example = "2026-11-23T03:00:00.000Z")]
    timestamp: String,
    /// The status after it; without it, messages move it as they always do. The first is `open`.
    #[schema(value_type = Option<StatusName>)]
    status: Option<String>,
    /// With the first, or a change.
    #[schema(value_type = Option<PriorityName>)]
    priority: Option<String>,
    /// With the first, or a change.
    #[schema(value_type = Option<CategoryName>)]
    category: Option<String>,
    /// With the first, or a change.
    #[schema(max_items = 20)]
    tags: Option<Vec<String>>,
    /// With the first: whose ticket it is.
    #[schema(example = "cus_123")]
    client: Option<String>,
}

/// Reads the field `entries`.
pub(super) fn read(form: &mut Form) -> Option<Vec<Told>> {
    form.objects("entries", MOST, |form| {
        let kind = form.required("type", |name| EntryKind::parse(&name));
        let at = form.required_moment("timestamp");
        let status = form.optional("status", |name| Status::parse(&name));
        let priority = form.optional("priority", |name| Priority::parse(&name));
        let category = form.optional("category", |name| Category::parse(&name));
        let tags = form.optional_list("tags", Tags::parse);
        let client = form.optional("client", Principal::parse);
        Some(Told {
            kind: kind?,
            at: at?,
            status,
            priority,
            category,
            tags,
            client,
        })
    })
}

/// Which entry cannot be, and why.
pub(super) fn problem((i, impossible): (usize, Impossible)) -> Problem {
    let entry = |field: &str| format!("entries[{i}].{field}");
    match impossible {
        Impossible::Time => {
            let detail = Text::new(
                "An entry must not be before the one before it, nor years away from the first or from now.",
                "Una entrada no puede ser anterior a la precedente, ni distar años de la primera o de ahora.",
            );
            Problem::of_body(&entry("timestamp"), "INVALID_TIMESTAMP", detail)
        }
        Impossible::Field(field) => {
            let detail = Text::new(
                format!("`{field}` cannot be so in this entry."),
                format!("`{field}` no puede ser así en esta entrada."),
            );
            Problem::of_body(&entry(field), "IMPOSSIBLE_ENTRY", detail)
        }
        Impossible::Refused(refusal) => {
            let is_about_the_status = matches!(
                refusal,
                Refusal::InvalidTransition { .. } | Refusal::FieldsForbidden { .. }
            );
            let field = if is_about_the_status {
                "status"
            } else {
                "type"
            };
            let refused = Problem::from(refusal);
            let (en, es) = refused
                .detail()
                .map_or(("", ""), |why| (&*why.en, &*why.es));
            let detail = Text::new(
                format!("This entry cannot be: {en}"),
                format!("Esta entrada no puede ser: {es}"),
            );
            Problem::of_body(&entry(field), "IMPOSSIBLE_ENTRY", detail)
        }
    }
}
