//! `list-uploads`: the caller's files that are on no entry yet.

use axum::extract::{FromRef, State};
use axum::response::Response;
use domain::Upload;
use edge::view::WaitingUploadView;
use edge::{
    Caller, Clock, Listed, Listing, Now, Pagination, Problem, Problems, Query, Routes, routes,
};
use serde::Serialize;
use store::Table;
use utoipa::ToSchema;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(list_uploads)
}

/// The caller's files that wait.
#[derive(Serialize, ToSchema)]
struct Uploads {
    /// Always `true`.
    success: bool,
    /// All of them, oldest first.
    data: Vec<WaitingUploadView>,
    /// There is one page.
    pagination: Pagination,
}

impl Listing for Uploads {
    fn pagination(&self) -> &Pagination {
        &self.pagination
    }
}

/// List the uploads that wait.
///
/// The caller's own files that are attached to nothing, oldest first: those that can be attached, or given up, also when the
/// answer to their declaration was lost. What was given up is not among them.
#[utoipa::path(
    get,
    path = "/v2/attachments",
    operation_id = "list-uploads",
    tag = "attachments",
    responses((status = 200, description = "The uploads", body = Uploads), Problems),
)]
async fn list_uploads(
    State(table): State<Table>,
    Caller(actor): Caller,
    Query(()): Query<()>,
    now: Now,
    listed: Listed,
) -> Result<Response, Problem> {
    let waiting = table.waiting(&actor, now.0).await?;
    Ok(listed.page(&Uploads {
        success: true,
        data: waiting.iter().map(WaitingUploadView::new).collect(),
        pagination: Pagination::new(usize::from(Upload::MOST), None),
    }))
}
