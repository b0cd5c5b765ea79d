//! Who the caller is, and what this API takes from it: what a page needs before it shows a form.

use domain::{
    Actor, Attachment, Category, MediaType, Message, Priority, Reason, Resolution, Role, Settings,
    Status, Tags, Title, Upload,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::names::MediaTypeName;
use crate::body::MAX_BODY;
use crate::problem::Speaks;

/// The caller.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Me)]
pub struct MeView {
    /// Its name: the token's `sub`.
    #[schema(example = "ana")]
    principal: String,
    /// Its organisation.
    #[schema(example = "acme")]
    tenant: String,
    /// The highest of its roles: `customer`, `agent` or `admin`.
    #[schema(example = "agent")]
    role: &'static str,
    /// The language of problems, chosen by `Accept-Language`: `en` or `es`.
    #[schema(example = "es")]
    language: &'static str,
    /// The most that fits.
    limits: LimitsView,
    /// The kinds of files that can be declared.
    #[schema(value_type = Vec<MediaTypeName>)]
    types: &'static [&'static str],
    /// The categories.
    categories: Vec<NamedView>,
    /// The priorities, from least to most.
    priorities: Vec<NamedView>,
    /// The statuses.
    statuses: Vec<NamedView>,
}

/// The most that fits. Lengths are in characters, sizes in bytes.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Limits)]
pub struct LimitsView {
    /// Of a body, in bytes.
    #[schema(example = 1_048_576)]
    body: usize,
    /// Of a title.
    #[schema(example = 255)]
    title: usize,
    /// Of a description, a message or a note.
    #[schema(example = 65_536)]
    message: usize,
    /// Of a resolution.
    #[schema(example = 2_000)]
    resolution: usize,
    /// Of the reason of an escalation.
    #[schema(example = 2_000)]
    reason: usize,
    /// How many tags a ticket can have.
    #[schema(example = 20)]
    tags: usize,
    /// Of one tag.
    #[schema(example = 64)]
    tag: usize,
    /// How many files an entry can have.
    #[schema(example = 10)]
    attachments: usize,
    /// Of a file, in bytes, as the tenant has set it.
    #[schema(example = 26_214_400)]
    attachment_size: u64,
    /// How many files the caller can have that are attached to nothing.
    #[schema(example = 20)]
    uploads: u8,
}

/// A name of the API, and what people call it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Named)]
pub struct NamedView {
    /// As requests and answers have it.
    #[schema(example = "feature_request")]
    name: &'static str,
    /// As people have it.
    label: LabelView,
}

/// What people call something.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Label)]
pub struct LabelView {
    /// In English.
    #[schema(example = "Feature request")]
    en: &'static str,
    /// In Spanish.
    #[schema(example = "Solicitud de función")]
    es: &'static str,
}

impl MeView {
    /// The caller, in the language it is spoken to, under its tenant's settings.
    pub fn new(actor: &Actor, Speaks(language): Speaks, settings: &Settings) -> Self {
        let named = |name, (en, es)| NamedView {
            name,
            label: LabelView { en, es },
        };
        Self {
            principal: actor.principal.to_string(),
            tenant: actor.tenant.to_string(),
            role: match actor.role {
                Role::Customer => "customer",
                Role::Agent => "agent",
                Role::Admin => "admin",
            },
            language,
            limits: LimitsView {
                body: MAX_BODY,
                title: Title::MAX,
                message: Message::MAX,
                resolution: Resolution::MAX,
                reason: Reason::MAX,
                tags: Tags::MAX,
                tag: Tags::MAX_LENGTH,
                attachments: Attachment::MOST,
                attachment_size: settings.max_attachment_size,
                uploads: Upload::MOST,
            },
            types: MediaType::NAMES,
            categories: Category::ALL
                .iter()
                .map(|value| named(value.name(), category(*value)))
                .collect(),
            priorities: Priority::ALL
                .iter()
                .map(|value| named(value.name(), priority(*value)))
                .collect(),
            statuses: Status::ALL
                .iter()
                .map(|value| named(value.name(), status(*value)))
                .collect(),
        }
    }
}

fn category(category: Category) -> (&'static str, &'static str) {
    match category {
        Category::Technical => ("Technical", "Técnico"),
        Category::Billing => ("Billing", "Facturación"),
        Category::Account => ("Account", "Cuenta"),
        Category::FeatureRequest => ("Feature request", "Solicitud de función"),
        Category::General => ("General", "General"),
    }
}

fn priority(priority: Priority) -> (&'static str, &'static str) {
    match priority {
        Priority::Low => ("Low", "Baja"),
        Priority::Medium => ("Medium", "Media"),
        Priority::High => ("High", "Alta"),
        Priority::Urgent => ("Urgent", "Urgente"),
    }
}

fn status(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Open => ("Open", "Abierto"),
        Status::Pending => ("Pending", "Pendiente"),
        Status::InProgress => ("In progress", "En curso"),
        Status::Resolved => ("Resolved", "Resuelto"),
        Status::Closed => ("Closed", "Cerrado"),
    }
}
