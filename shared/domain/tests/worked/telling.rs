//! What a story comes to, in words.

use domain::{Clock, Entry, Explained, Metric, Moment, SlaEvent, Visibility, Zone};
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp};

use super::always::{assert_sums, explanation};
use super::story::Story;

impl Story {
    /// Compares the whole answer: where the ticket stands; its clocks; all that was published.
    #[track_caller]
    pub fn is(self, expected: &[&str]) -> Self {
        let clocks = &self.ticket().clocks;
        let next = clocks.next_due_at().map(|at| self.told(at));
        let next = next.map_or_else(String::new, |at| format!(", next due {at}"));
        let mut told = vec![format!("{}{next}", clocks.status())];
        told.extend(clocks.promised().map(|clock| self.clock(clock)));
        told.extend(self.thread.iter().filter_map(|entry| self.published(entry)));
        assert_eq!(told, expected);
        self.holds();
        self
    }

    /// Compares how an agent reads the last entry.
    #[track_caller]
    pub fn last_reads(self, expected: &str) -> Self {
        let last = self.thread.last().expect("an opening");
        assert_eq!(last.message_for(Visibility::Internal), expected);
        self
    }

    /// Compares how a clock is explained at a time.
    #[track_caller]
    pub fn explains(self, clock: &str, now: &str, sums: &str, timeline: &[&str]) -> Self {
        let now = read(&self.zone, now);
        let clocks = explanation(&self.thread).clocks(now, &self.terms);
        let is_it = |explained: &&Explained| {
            name(explained.clock.metric, explained.clock.instance) == clock
        };
        let explained = clocks.iter().find(is_it).expect("the clock is explained");
        assert_eq!(told_sums(explained), sums);
        let told: Vec<String> = explained
            .timeline
            .iter()
            .map(|moment| self.moment(moment))
            .collect();
        assert_eq!(told, timeline);
        assert_sums(explained);
        self
    }

    /// Compares the rule a clock's target comes from.
    #[track_caller]
    pub fn goes_by(self, metric: Metric, rule: &str) -> Self {
        let now = self.ticket().updated_at;
        let clocks = explanation(&self.thread).clocks(now, &self.terms);
        let explained = clocks
            .iter()
            .find(|explained| explained.clock.metric == metric);
        assert_eq!(explained.expect("the clock is explained").rule(), rule);
        self
    }

    /// Compares when the scheduled check has to look next.
    #[track_caller]
    pub fn looks_next(self, when: Option<&str>) -> Self {
        let deadline = self.ticket().deadline().map(|at| self.told(at));
        assert_eq!(deadline.as_deref(), when);
        self
    }

    /// Compares what the ticket was given: `pol_gold 1`, `pol_gold 1, cal_office 2`.
    #[track_caller]
    pub fn has(self, expected: Option<&str>) -> Self {
        let told = self.ticket().given.as_ref().map(|given| {
            let calendar = given.calendar.as_ref();
            let calendar = calendar.map(|(id, version)| format!(", {id} {version}"));
            format!(
                "{} {}{}",
                given.policy,
                given.version,
                calendar.unwrap_or_default()
            )
        });
        assert_eq!(told.as_deref(), expected);
        self
    }

    fn clock(&self, clock: &Clock) -> String {
        let name = name(clock.metric, clock.instance);
        let target = clock.target.map(|target| target.to_string());
        let target = target.unwrap_or_else(|| "of nothing any more".into());
        let met = clock.met_at().map(|at| format!(" {}", self.told(at)));
        let state = format!("{}{}", clock.state(), met.unwrap_or_default());
        let due = clock.due_at.map(|at| format!("due {}", self.told(at)));
        let paused = Some(clock.paused()).filter(|paused| !paused.is_zero());
        let paused = paused.map(|paused| format!("paused {paused:#}"));
        let breached = clock.breached_at();
        let breached = breached.map(|at| format!("breached {}", self.told(at)));
        let parts = [Some(state), due, paused, breached].into_iter().flatten();
        format!("{name} {target}: {}", parts.collect::<Vec<_>>().join(", "))
    }

    fn published(&self, entry: &Entry) -> Option<String> {
        let passed = entry.passed()?;
        let share = match passed.event() {
            SlaEvent::Warning => format!("{} % of ", passed.percent),
            SlaEvent::Breached => String::new(),
        };
        let name = name(passed.metric, passed.instance);
        let (event, at) = (passed.event(), self.told(passed.at));
        let late = (entry.at != passed.at).then(|| format!(", published {}", self.told(entry.at)));
        let changes = entry.changes.iter().map(|change| format!("; {change}"));
        let left_out = passed
            .left_out
            .iter()
            .map(|tag| format!("; not tagged {tag}"));
        let rest: String = late.into_iter().chain(changes).chain(left_out).collect();
        Some(format!("{event} {share}{name} at {at}{rest}"))
    }

    fn moment(&self, moment: &Moment) -> String {
        let seq = moment
            .seq
            .map_or_else(|| "unpublished".into(), |seq| format!("#{seq}"));
        format!("{} {seq} {}", moment.turn, self.told(moment.at))
    }

    /// As [`read`] reads it.
    fn told(&self, at: Timestamp) -> String {
        let zone = self.zone.time_zone();
        let zoned = at.to_zoned_datetime(zone.clone());
        let date = if zoned.year() == 2026 {
            "%a %m-%d"
        } else {
            "%a %Y-%m-%d"
        };
        let time = if at.as_millisecond() % 60_000 == 0 {
            "%H:%M"
        } else {
            "%H:%M:%S%.3f"
        };
        let is_shown_twice = zone.to_ambiguous_timestamp(zoned.datetime()).is_ambiguous();
        let offset = if is_shown_twice { "%:z" } else { "" };
        zoned
            .strftime(&format!("{date} {time}{offset}"))
            .to_string()
    }
}

/// Reads `Fri 07-03 16:00`, of 2026, or with the year before the month; seconds and an offset may follow.
#[track_caller]
pub fn read(zone: &Zone, text: &str) -> Timestamp {
    let mut words = text.split(' ');
    let mut word = || words.next().expect("a weekday, a date and a time");
    let (weekday, date, time) = (word(), word(), word());
    let date = if date.len() == 5 {
        format!("2026-{date}")
    } else {
        date.into()
    };
    let at: Timestamp = if time.contains(['+', '-']) {
        format!("{date}T{time}").parse().expect(text)
    } else {
        let civil: DateTime = format!("{date}T{time}").parse().expect(text);
        let instant = zone.time_zone().to_ambiguous_timestamp(civil);
        instant.unambiguous().expect("a time that is there once")
    };
    let zoned = at.to_zoned_datetime(zone.time_zone().clone());
    assert_eq!(zoned.strftime("%a").to_string(), weekday, "{text}");
    at
}

fn name(metric: Metric, instance: u32) -> String {
    match metric {
        Metric::NextResponse => format!("{metric} {instance}"),
        Metric::FirstResponse | Metric::Resolution => metric.to_string(),
    }
}

fn told_sums(explained: &Explained) -> String {
    let told = |what: &str, sum: Option<SignedDuration>| {
        let sum = sum.filter(|sum| !sum.is_zero());
        sum.map_or_else(String::new, |sum| format!(", {what} {sum:#}"))
    };
    let remaining = told("remaining", explained.remaining);
    let over_by = told("over by", explained.over_by);
    format!("elapsed {:#}{remaining}{over_by}", explained.elapsed)
}
