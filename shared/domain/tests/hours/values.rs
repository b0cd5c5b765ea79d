//! Values, and what is none.

use domain::Invalid;
use domain::parse_date;
use domain::{Day, Span, TimeOfDay, Week};
use domain::{WorkingHours, Zone};

use super::{holiday, once, span, time, working, yearly};

#[test]
fn a_time_of_day_has_one_spelling() {
    for text in ["00:00", "09:05", "23:59", "24:00"] {
        assert_eq!(time(text).map(|time| time.to_string()), Ok(text.into()));
    }
    assert_eq!(time("24:00"), Ok(TimeOfDay::END));
    for wrong in [
        "", "9:00", "09:60", "24:01", "25:00", "09:00:00", "0900", "+9:00", "09-00", "09:0٣",
        "٠9:0",
    ] {
        assert_eq!(time(wrong), Err(Invalid::NoTime), "{wrong}");
    }
}

#[test]
fn a_span_ends_after_it_begins() {
    let span = |from, to| Span::new(time(from)?, time(to)?);
    assert!(span("23:59", "24:00").is_ok());
    for (from, to) in [("09:00", "09:00"), ("18:00", "09:00"), ("24:00", "24:00")] {
        assert_eq!(span(from, to), Err(Invalid::Backwards));
    }
}

#[test]
fn a_day_is_put_in_order_and_its_spans_may_touch() {
    let [night, morning, noon] = ["00:00-06:00", "09:00-13:00", "13:00-14:00"].map(span);
    let day = Day::new(vec![noon, night, morning]).expect("no overlap");
    assert_eq!(day.spans(), [night, morning, noon]);
    for other in ["09:00-13:00", "09:00-10:00", "08:00-09:01", "10:00-11:00"] {
        let day = Day::new(vec![morning, span(other)]);
        assert_eq!(day, Err(Invalid::Overlapping), "{other}");
    }
    let many = |n| {
        (0..n)
            .map(|n| span(&format!("{n:02}:00-{n:02}:30")))
            .collect()
    };
    assert!(Day::new(many(12)).is_ok());
    assert_eq!(Day::new(many(13)), Err(Invalid::TooMany { max: 12 }));
}

#[test]
fn a_week_is_open_at_some_time() {
    assert_eq!(Week::new(Default::default()), Err(Invalid::NeverOpen));
}

#[test]
fn a_zone_is_one_of_the_database_as_it_spells_it() {
    let name = |text| Zone::parse(text).map(|zone| zone.name().to_owned());
    assert_eq!(name("europe/MADRID"), Ok("Europe/Madrid".into()));
    assert_eq!(name("utc"), Ok("UTC".into()));
    // An alias is kept, and is not the zone it stands for.
    assert_eq!(name("Asia/Calcutta"), Ok("Asia/Calcutta".into()));
    assert_ne!(Zone::parse("Asia/Calcutta"), Zone::parse("Asia/Kolkata"));
    assert_eq!(Zone::parse("Utc"), Zone::parse("UTC"));
    for wrong in [
        "",
        "+02:00",
        "Z",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "Etc/Unknown",
        "Europe/Atlantis",
        "Europe",
        " Europe/Madrid",
        "../Europe/Madrid",
        "local",
    ] {
        assert_eq!(name(wrong), Err(Invalid::NoZone), "{wrong}");
    }
}

#[test]
fn a_date_has_one_spelling() {
    assert_eq!(
        parse_date("2024-02-29").map(|date| date.to_string()),
        Ok("2024-02-29".into())
    );
    for wrong in [
        "",
        "2026-02-29",
        "2026-13-01",
        "2026-00-01",
        "2026-1-1",
        "20261225",
        "+2026-12-25",
        "-026-12-25",
        "2026-12-+5",
        "2026/12/25",
        "2026-12-25T00:00",
        "2026-W52-5",
        "2026-12-2é",
    ] {
        assert_eq!(parse_date(wrong), Err(Invalid::NoDate), "{wrong}");
    }
}

#[test]
fn a_holiday_ends_after_it_begins_and_a_yearly_one_before_it_comes_again() {
    for yearly in [false, true] {
        let backwards = holiday("2026-12-25", "2026-12-24", yearly);
        assert_eq!(backwards, Err(Invalid::Backwards));
    }
    assert!(holiday("2026-01-05", "2030-01-05", false).is_ok());
    assert!(holiday("2026-01-05", "2027-01-04", true).is_ok());
    let too_long = holiday("2026-01-05", "2027-01-05", true);
    assert_eq!(too_long, Err(Invalid::Overlapping));
}

#[test]
fn a_yearly_holiday_covers_its_days_in_every_year() {
    let covers =
        |holiday: &domain::Holiday, date| holiday.covers(parse_date(date).expect("a date"));
    let holiday = yearly("2026-12-24", "2027-01-02");
    for date in ["2026-12-24", "1999-12-31", "2050-01-01", "2026-01-02"] {
        assert!(covers(&holiday, date), "{date}");
    }
    for date in ["2026-12-23", "2027-01-03", "2026-07-01"] {
        assert!(!covers(&holiday, date), "{date}");
    }
    let all_year = yearly("2026-03-10", "2027-03-09");
    assert!(covers(&all_year, "2028-02-29") && covers(&all_year, "2028-03-09"));
}

#[test]
fn there_are_at_most_200_holidays() {
    let hours = working("UTC", "mon 09:00-10:00", vec![]);
    let with = |n| {
        let holidays = vec![once("2026-12-25", "2026-12-25"); n];
        WorkingHours::new(hours.zone().clone(), hours.week().clone(), holidays)
    };
    assert!(with(200).is_ok());
    assert_eq!(with(201), Err(Invalid::TooMany { max: 200 }));
}
