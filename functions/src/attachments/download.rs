//! `download-attachment`: sends whoever may read a file to where it is.

use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Response};
use domain::Scan;
use edge::document::flag;
use edge::view::DownloadView;
use edge::{
    Answer, AttachmentRef, Form, FromQuery, OwnTicket, Problem, Problems, Query, Routes, Success,
    TicketRef, redirect, routes,
};
use store::{Bucket, Table};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Bucket: FromRef<S>,
{
    routes!(download_attachment)
}

/// How the caller wants to be told.
struct Way {
    redirect: bool,
}

impl FromQuery for Way {
    fn from_query(form: &mut Form) -> Self {
        let redirect = form.flag("redirect").unwrap_or(true);
        Self { redirect }
    }
}

impl IntoParams for Way {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`false`: answer with the URL instead of a redirect to it; the way for pages";
        vec![flag("redirect", about)]
    }
}

/// Download a file.
///
/// Every reader of the entry it is on may download it: a note's file is not there for a customer. The answer leads to a
/// URL that holds for a minute, and sends the file as one to save, under its name.
///
/// A page asks with `redirect=false` and fetches `url` without a token, for a preview too (`fetch`, `<img src>`): it can then say
/// what is wrong, and start again when the minute is over. `fetch` may follow the redirect as well, from any origin: browsers and
/// Node leave the token out when they come to the other host. A program that sends it there, too, is refused by S3.
#[utoipa::path(
    get,
    path = "/v2/support-tickets/{id}/attachments/{attachmentId}",
    operation_id = "download-attachment",
    tag = "attachments",
    params(TicketRef, AttachmentRef, Way),
    responses(
        (status = 200, description = "With `redirect=false`: the file, and where it is", body = Success<DownloadView>),
        (status = 302, description = "The file is at `Location`", headers(
            ("Location" = String, description = "Where it can be fetched, for a minute and without a token"),
        )),
        Problems,
    ),
)]
async fn download_attachment(
    State(table): State<Table>,
    State(bucket): State<Bucket>,
    OwnTicket { ticket, actor }: OwnTicket,
    AttachmentRef(id): AttachmentRef,
    Query(way): Query<Way>,
) -> Result<Response, Problem> {
    let file = table.attachment(&ticket.tenant, ticket.id, id).await?;
    let file = file
        .filter(|file| actor.reads(file.visibility))
        .ok_or_else(Problem::attachment_not_found)?;
    let scan = if file.scan_awaited {
        let said = table.scan(&ticket.tenant, id).await?;
        said.unwrap_or(Scan::Pending)
    } else {
        Scan::None
    };
    match scan {
        Scan::None | Scan::Clean => {}
        Scan::Pending => return Err(Problem::scan_pending()),
        Scan::Blocked => return Err(Problem::attachment_blocked()),
    }
    let there = bucket.download(&ticket.tenant, &file.attachment, &file.object);
    let there = there.await?;
    Ok(if way.redirect {
        redirect(&there.url)
    } else {
        Answer::ok(DownloadView::new(&file.attachment, scan, there)).into_response()
    })
}
