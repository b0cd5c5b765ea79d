//! A length of time as people set it: `PT4H`, `P4D`.

use std::fmt;

use jiff::fmt::temporal::SpanParser;
use jiff::{SignedDuration, SpanRelativeTo};
use serde::{Deserialize, Serialize};

use crate::Invalid;

/// A length of time in whole seconds, from one second to ten years, written as ISO 8601 has it. A day is 24 hours;
/// months and years, which have no one length, are not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Period {
    seconds: u32,
}

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;
const DAY: u32 = 24 * HOUR;

impl Period {
    /// The longest there is.
    pub const MAX: Self = Self::days(3_650);

    /// This many days of 24 hours.
    pub const fn days(days: u32) -> Self {
        Self {
            seconds: days * DAY,
        }
    }

    /// This many seconds.
    pub(crate) const fn seconds(seconds: u32) -> Self {
        Self { seconds }
    }

    /// Reads `P4D`, `PT36H`, `P1W`, `PT1H30M`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let span = SpanParser::new()
            .parse_span(text)
            .map_err(|_| Invalid::NoPeriod)?;
        // A month has no one length, and so no days in it.
        let duration = span
            .to_duration(SpanRelativeTo::days_are_24_hours())
            .map_err(|_| Invalid::NoPeriod)?;
        let seconds = u32::try_from(duration.as_secs()).map_err(|_| Invalid::NoPeriod)?;
        let whole = duration.subsec_nanos() == 0;
        let period = Self { seconds };
        if whole && seconds > 0 && period <= Self::MAX {
            Ok(period)
        } else {
            Err(Invalid::NoPeriod)
        }
    }

    /// As a duration to reckon with.
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_secs(self.seconds.into())
    }
}

/// The one spelling of it: days, hours, minutes, seconds, without those it has none of.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        let mut rest = self.seconds;
        for (length, mark) in [(DAY, "D"), (HOUR, "H"), (MINUTE, "M"), (1, "S")] {
            if mark == "H" && rest > 0 {
                f.write_str("T")?;
            }
            let count = rest / length;
            if count > 0 {
                write!(f, "{count}{mark}")?;
            }
            rest %= length;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_has_one_spelling() {
        for (given, written) in [
            ("P4D", "P4D"),
            ("PT96H", "P4D"),
            ("PT36H", "P1DT12H"),
            ("P1W", "P7D"),
            ("PT90M", "PT1H30M"),
            ("PT1S", "PT1S"),
            ("P1DT1S", "P1DT1S"),
            ("PT1.5M", "PT1M30S"),
            ("P3650D", "P3650D"),
        ] {
            let period = Period::parse(given).expect(given);
            assert_eq!(period.to_string(), written);
            assert_eq!(Period::parse(written), Ok(period));
        }
    }

    #[test]
    fn what_has_no_one_length_or_none_at_all_is_no_period() {
        for wrong in [
            "",
            "P",
            "4 days",
            "4d",
            "P1M",
            "P1Y",
            "PT0S",
            "-P1D",
            "P-1D",
            "PT0.5S",
            "P3651D",
            "P99999999999D",
        ] {
            assert!(Period::parse(wrong).is_err(), "{wrong}");
        }
    }
}
