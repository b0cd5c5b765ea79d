//! Which trace a request is part of: W3C's `traceparent`, read from the request and written to the answer.
//!
//! Whoever traces its own calls sends one, and finds its id in the log. Whoever doesn't begins a trace here, under the id
//! of its request.

use std::fmt::Write as _;

use axum::http::{HeaderName, HeaderValue};
use uuid::Uuid;

pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// A request's place in a trace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Trace<'a> {
    /// 32 hexadecimal digits.
    pub(crate) id: &'a str,
    /// What the caller says of the trace: `01` when it keeps it.
    flags: &'a str,
    /// Whether it began before this request.
    pub(crate) is_given: bool,
}

impl<'a> Trace<'a> {
    /// The trace a request names, or one of its own: `own`, 32 hexadecimal digits. What is no `traceparent` is none.
    pub(crate) fn of(given: Option<&'a HeaderValue>, own: &'a str) -> Self {
        let given = given.and_then(|value| read(value.to_str().ok()?));
        given.unwrap_or(Self {
            id: own,
            flags: "00",
            is_given: false,
        })
    }

    /// What the answer says: the trace, and this request in it.
    pub(crate) fn header(&self, request: &Uuid) -> Option<HeaderValue> {
        let (_, span) = request.as_u64_pair();
        let mut text = String::with_capacity(55);
        write!(text, "00-{}-{span:016x}-{}", self.id, self.flags).ok()?;
        HeaderValue::try_from(text).ok()
    }
}

/// `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01`; a later version may say more after that.
fn read(text: &str) -> Option<Trace<'_>> {
    let mut parts = text.split('-');
    let (version, id, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex = |part: &str, length| {
        part.len() == length && part.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_some = |part: &str| part.bytes().any(|b| b != b'0');
    let is_whole = is_hex(version, 2)
        && version != "ff"
        && is_hex(id, 32)
        && is_some(id)
        && is_hex(parent, 16)
        && is_some(parent)
        && is_hex(flags, 2)
        && (version != "00" || parts.next().is_none());
    is_whole.then_some(Trace {
        id,
        flags,
        is_given: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const OWN: &str = "01a2105734897144a990d181314178ab";

    fn answer(given: &str) -> String {
        let given = given.parse().expect("a value");
        let request = Uuid::parse_str(OWN).expect("an id");
        let answer = Trace::of(Some(&given), OWN)
            .header(&request)
            .expect("a value");
        answer.to_str().expect("a text").to_owned()
    }

    #[test]
    fn a_trace_goes_on_and_a_request_is_a_step_of_it() {
        let step = "a990d181314178ab";
        for (given, flags) in [
            (format!("00-{ID}-00f067aa0ba902b7-01"), "01"),
            (format!("00-{ID}-00f067aa0ba902b7-00"), "00"),
            (format!("cc-{ID}-00f067aa0ba902b7-01-more"), "01"),
        ] {
            assert_eq!(answer(&given), format!("00-{ID}-{step}-{flags}"), "{given}");
        }
    }

    #[test]
    fn what_is_no_trace_begins_one() {
        for given in [
            String::new(),
            "00".into(),
            format!("00-{ID}-00f067aa0ba902b7"),
            format!("00-{ID}-00f067aa0ba902b7-01-more"),
            format!("ff-{ID}-00f067aa0ba902b7-01"),
            format!("00-{}-00f067aa0ba902b7-01", ID.to_uppercase()),
            format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
            format!("00-{ID}-0000000000000000-01"),
            format!("00-{ID}-00f067aa0ba902b-01"),
        ] {
            assert_eq!(
                answer(&given),
                format!("00-{OWN}-a990d181314178ab-00"),
                "{given}"
            );
        }
    }
}
