//! What a tenant promises, from short texts.

use std::collections::BTreeMap;

use domain::{
    Calendar, CalendarId, Category, Day, Holiday, Metric, Name, OnBreach, Period, Policy,
    PolicyFilter, Principal, Priority, Span, Targets, TimeOfDay, Warnings, Week, WorkingHours,
    Zone, parse_date,
};

/// The calendar that every promise with hours goes by.
pub fn office() -> CalendarId {
    CalendarId::parse("cal_office").expect("an id")
}

/// A policy for every ticket, around the clock, without warnings: `medium firstResponse PT4H resolution P1D, high …`.
pub fn promise(targets: &str) -> Policy {
    Policy {
        name: Name::parse("A promise").expect("a name"),
        position: 1,
        enabled: true,
        filter: PolicyFilter::default(),
        calendar_id: None,
        targets: targets_of(targets),
        warn_at_percent: Warnings::default(),
        on_breach: OnBreach::default(),
    }
}

fn targets_of(text: &str) -> Targets {
    let mut targets = Targets::default();
    for part in text.split(", ") {
        let mut words = part.split(' ');
        let priority = Priority::parse(words.next().expect("a priority")).expect(part);
        while let (Some(metric), Some(period)) = (words.next(), words.next()) {
            let metric = Metric::parse(metric).expect(metric);
            targets.set(priority, metric, Period::parse(period).expect(period));
        }
    }
    targets
}

/// How a promise is made a special one.
pub trait Promise {
    /// In the office's hours only.
    fn in_hours(self) -> Policy;
    /// With warnings.
    fn warns_at(self, percents: &[u64]) -> Policy;
    /// For one category.
    fn for_category(self, category: Category) -> Policy;
    /// For one tag.
    fn for_tag(self, tag: &str) -> Policy;
    /// At another position.
    fn at(self, position: u32) -> Policy;
    /// Given to nobody.
    fn disabled(self) -> Policy;
    /// A breach raises the priority.
    fn raises(self) -> Policy;
    /// A breach gives the ticket to somebody.
    fn assigns(self, to: &str) -> Policy;
    /// A breach adds a tag.
    fn adds_tag(self, tag: &str) -> Policy;
}

impl Promise for Policy {
    fn in_hours(mut self) -> Policy {
        self.calendar_id = Some(office());
        self
    }

    fn warns_at(mut self, percents: &[u64]) -> Policy {
        self.warn_at_percent = Warnings::parse(percents.iter().copied()).expect("percents");
        self
    }

    fn for_category(mut self, category: Category) -> Policy {
        self.filter.category.insert(category);
        self
    }

    fn for_tag(mut self, tag: &str) -> Policy {
        self.filter.tags.insert(tag.into());
        self
    }

    fn at(mut self, position: u32) -> Policy {
        self.position = position;
        self
    }

    fn disabled(mut self) -> Policy {
        self.enabled = false;
        self
    }

    fn raises(mut self) -> Policy {
        self.on_breach.raise_priority = true;
        self
    }

    fn assigns(mut self, to: &str) -> Policy {
        self.on_breach.assign_to = Some(Principal::parse(to).expect("a principal"));
        self
    }

    fn adds_tag(mut self, tag: &str) -> Policy {
        self.on_breach.add_tag = Some(tag.into());
        self
    }
}

/// A calendar of `mon-thu 09:00-13:00 14:00-18:00, fri 09:00-15:00`.
pub fn calendar(zone: &Zone, days: &str, holidays: &[Holiday]) -> Calendar {
    let names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let spans: BTreeMap<usize, Vec<Span>> = days
        .split(", ")
        .flat_map(|part| {
            let (days, spans) = part.split_once(' ').expect("days and spans");
            let (first, last) = days.split_once('-').unwrap_or((days, days));
            let [first, last] = [first, last].map(|day| names.iter().position(|name| *name == day));
            let spans: Vec<Span> = spans.split(' ').map(span).collect();
            (first.expect("a day")..=last.expect("a day")).map(move |day| (day, spans.clone()))
        })
        .collect();
    let day = |day| Day::new(spans.get(&day).cloned().unwrap_or_default()).expect("no overlap");
    let week = Week::new([0, 1, 2, 3, 4, 5, 6].map(day)).expect("open");
    Calendar {
        name: Name::parse("Office").expect("a name"),
        hours: WorkingHours::new(zone.clone(), week, holidays.to_vec()).expect("few holidays"),
    }
}

fn span(text: &str) -> Span {
    let (from, to) = text.split_once('-').expect("from-to");
    let time = |text| TimeOfDay::parse(text).expect(text);
    Span::new(time(from), time(to)).expect(text)
}

/// A holiday of this one year.
pub fn once(from: &str, to: &str) -> Holiday {
    holiday(from, to, false)
}

/// A holiday of every year.
pub fn yearly(from: &str, to: &str) -> Holiday {
    holiday(from, to, true)
}

fn holiday(from: &str, to: &str, yearly: bool) -> Holiday {
    let date = |text| parse_date(text).expect(text);
    Holiday::new(date(from), date(to), "Fiesta".into(), yearly).expect("a holiday")
}
