//! `put-calendar`: sets a calendar.

use axum::extract::{FromRef, State};
use domain::{
    Calendar, Day, Holiday, Invalid, Name, Span, TimeOfDay, Week, WorkingHours, Zone, parse_date,
};
use edge::document::OnlyIfNew;
use edge::view::{CalendarView, HolidayView, WEEKDAYS, WeekView};
use edge::{
    Admin, Answer, CalendarRef, Clock, Form, FromForm, IfMatch, Now, Problem, Problems, Query,
    Routes, Submitted, Success, routes,
};
use store::Table;
use utoipa::ToSchema;

/// Its routes.
pub fn routes<S, R: Routes<S>>() -> R
where
    S: Clone + Send + Sync + 'static,
    Table: FromRef<S>,
    Clock: FromRef<S>,
{
    routes!(put_calendar)
}

/// A calendar.
#[derive(ToSchema)]
#[schema(as = NewCalendar, rename_all = "camelCase")]
#[allow(
    dead_code,
    reason = "describes the body for the OpenAPI document; `NewCalendar` reads it"
)]
struct CalendarBody {
    /// What people call it.
    #[schema(min_length = 1, max_length = 100, example = "Madrid office")]
    name: String,
    /// A time zone of the IANA database.
    #[schema(example = "Europe/Madrid")]
    time_zone: String,
    /// The working hours of each day of the week.
    weekly: WeekView,
    /// The days on which nobody works.
    #[schema(value_type = Vec<HolidayView>, required = false, max_items = 200)]
    holidays: Option<Vec<HolidayView>>,
}

/// A calendar to set.
struct NewCalendar(Calendar);

impl FromForm for NewCalendar {
    fn from_form(form: &mut Form) -> Option<Self> {
        form.refuse_null();
        let name = form.required("name", Name::parse);
        let zone = form.required("timeZone", |name| Zone::parse(&name));
        let week = form.object("weekly", week);
        let week = week.and_then(|days| match Week::new(days) {
            Ok(week) => Some(week),
            Err(invalid) => {
                form.wrong("weekly", invalid);
                None
            }
        });
        let holidays = form.objects("holidays", WorkingHours::MAX_HOLIDAYS, holiday);
        match WorkingHours::new(zone?, week?, holidays?) {
            Ok(hours) => Some(Self(Calendar { name: name?, hours })),
            Err(invalid) => {
                form.wrong("holidays", invalid);
                None
            }
        }
    }
}

/// The seven days, from Monday.
fn week(form: &mut Form) -> Option<[Day; 7]> {
    let days = WEEKDAYS.map(|(name, _)| {
        let spans = form.pairs(name, |from, to| {
            Span::new(TimeOfDay::parse(from)?, TimeOfDay::parse(to)?)
        })?;
        match Day::new(spans) {
            Ok(day) => Some(day),
            Err(invalid) => {
                form.wrong(name, invalid);
                None
            }
        }
    });
    let days: Option<Vec<Day>> = days.into_iter().collect();
    days?.try_into().ok()
}

fn holiday(form: &mut Form) -> Option<Holiday> {
    let date = |text: String| parse_date(&text);
    let name = form.required("name", Name::parse);
    let yearly = form.boolean("yearly").unwrap_or_default();
    let (from, to) = if form.has("date") {
        let only = form.optional("date", date);
        (only, only)
    } else {
        (form.required("from", date), form.required("to", date))
    };
    match Holiday::new(from?, to?, name?.as_str().into(), yearly) {
        Ok(holiday) => Some(holiday),
        Err(invalid) => {
            let field = if invalid == Invalid::Backwards {
                "to"
            } else {
                "from"
            };
            form.wrong(field, invalid);
            None
        }
    }
}

/// Set a calendar.
///
/// For admins. Creates the calendar of this id, or replaces all of it. It counts for the clocks of tickets that are given
/// a policy with it from now on; the others keep the version they were given.
#[utoipa::path(
    put,
    path = "/v2/calendars/{id}",
    operation_id = "put-calendar",
    tag = "service levels",
    params(CalendarRef, IfMatch, OnlyIfNew),
    request_body = CalendarBody,
    responses(
        (status = 200, description = "The calendar, which was there", body = Success<CalendarView>, headers(
            ("ETag" = String, description = "Its version in quotes"),
        )),
        (status = 201, description = "The calendar, which is new", body = Success<CalendarView>, headers(
            ("ETag" = String, description = "Its version in quotes"),
            ("Location" = String, description = "Where it is"),
        )),
        Problems,
    ),
)]
async fn put_calendar(
    State(table): State<Table>,
    Admin(actor): Admin,
    CalendarRef(id): CalendarRef,
    Query(()): Query<()>,
    expected: IfMatch,
    Now(now): Now,
    Submitted {
        body: NewCalendar(calendar),
        key: _,
    }: Submitted<NewCalendar>,
) -> Result<Answer<CalendarView>, Problem> {
    let (stored, is_new) = table
        .set_calendar(&actor, &id, &calendar, now, |version| {
            expected.allows_of(version, version > 0)
        })
        .await?;
    let location = format!("/v2/calendars/{}", stored.id);
    let answer = Answer::set(CalendarView::new(&stored), is_new, location);
    Ok(answer.version(stored.version))
}
