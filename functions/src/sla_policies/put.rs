//! `put-sla-policy`: sets a policy.

use axum::extract::{FromRef, State};
use domain::{Policy, PolicyId};
use edge::document::OnlyIfNew;
use edge::view::PolicyView;
use edge::{
    Admin, Answer, Clock, Form, FromForm, IfMatch, Now, PolicyRef, Problem, Problems, Query,
    Routes, Submitted, Success, routes,
};
use store::Table;

use super::body::{self, PolicyBody};

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(put_sla_policy)
}

/// A policy to set.
struct NewPolicy(Policy);

impl FromForm for NewPolicy {
    fn from_form(form: &mut Form) -> Option<Self> {
        body::read(form).map(Self)
    }
}

/// Set an SLA policy.
///
/// For admins. Creates the policy of this id, or replaces all of it. It is given to tickets that are opened from now on,
/// and to those whose priority, category or tags change; the others keep the version they were given. Functions that are
/// running may work with the policies before for up to a minute. Set `pol_default` to have another one than the built-in
/// for tickets that no other policy is for; disabled, they have none.
#[utoipa::path(
    put,
    path = "/v2/sla-policies/{id}",
    operation_id = "put-sla-policy",
    tag = "service levels",
    params(PolicyRef, IfMatch, OnlyIfNew),
    request_body = PolicyBody,
    responses(
        (status = 200, description = "The policy, which was there", body = Success<PolicyView>, headers(
            ("ETag" = String, description = "Its version in quotes"),
        )),
        (status = 201, description = "The policy, which is new", body = Success<PolicyView>, headers(
            ("ETag" = String, description = "Its version in quotes"),
            ("Location" = String, description = "Where it is"),
        )),
        Problems,
    ),
)]
async fn put_sla_policy(
    State(table): State<Table>,
    Admin(actor): Admin,
    PolicyRef(id): PolicyRef,
    Query(()): Query<()>,
    expected: IfMatch,
    Now(now): Now,
    Submitted {
        body: NewPolicy(policy),
        key: _,
    }: Submitted<NewPolicy>,
) -> Result<Answer<PolicyView>, Problem> {
    let (stored, is_new) = table
        .set_policy(&actor, &id, &policy, now, |version| {
            expected.allows_of(version, version > 0 || id == PolicyId::built_in())
        })
        .await?;
    let location = format!("/v2/sla-policies/{}", stored.id);
    let answer = Answer::set(PolicyView::new(&stored), is_new, location);
    Ok(answer.version(stored.version))
}
