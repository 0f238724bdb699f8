//! Times as the store writes them: RFC 3339, UTC, with milliseconds.

use std::time::{SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400_000;

/// Milliseconds since 1970.
pub fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// `2026-11-21T22:24:36.123Z`
pub fn rfc3339(ms: u64) -> String {
    let (year, month, day) = date(ms / DAY);
    let Clock { hour, minute, second, ms } = Clock::of(ms);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// `20261121-222436-123`: sorts by time.
pub(super) fn name(ms: u64) -> String {
    let (year, month, day) = date(ms / DAY);
    let Clock { hour, minute, second, ms } = Clock::of(ms);
    format!("{year:04}{month:02}{day:02}-{hour:02}{minute:02}{second:02}-{ms:03}")
}

/// What [`rfc3339`] has written.
pub fn parse(text: &str) -> Option<u64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u64>().ok();
    let marks = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "."), (23, "Z")];
    let formed = text.len() == 24 && marks.iter().all(|(at, mark)| text.get(*at..at + 1) == Some(mark));
    let days = days(number(0, 4)?, number(5, 7)?, number(8, 10)?)?;
    let seconds = (number(11, 13)? * 60 + number(14, 16)?) * 60 + number(17, 19)?;
    formed.then_some(days * DAY + seconds * 1000 + number(20, 23)?)
}

/// What [`name`] has written, when the text begins with that.
pub(super) fn of_name(name: &str) -> Option<u64> {
    let part = |from: usize, to: usize| name.get(from..to);
    parse(&format!(
        "{}-{}-{}T{}:{}:{}.{}Z",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(9, 11)?,
        part(11, 13)?,
        part(13, 15)?,
        part(16, 19)?
    ))
}

struct Clock {
    hour: u64,
    minute: u64,
    second: u64,
    ms: u64,
}

impl Clock {
    fn of(ms: u64) -> Self {
        let seconds = ms / 1000;
        Self { hour: seconds / 3600 % 24, minute: seconds / 60 % 60, second: seconds % 60, ms: ms % 1000 }
    }
}

/// The date that so many days after 1970-01-01 is; years begin in March, so that the leap day is the last.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

/// The opposite of [`date`].
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year.checked_sub(1)? } else { year };
    let (era, of_era) = (year / 400, year % 400);
    let month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * month + 2) / 5 + day - 1;
    (era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        assert_eq!(rfc3339(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(rfc3339(1_709_210_096_789), "2024-02-29T12:34:56.789Z");
        assert_eq!(name(1_709_210_096_789), "20240229-123456-789");
        for ms in (0..4_102_444_800_000).step_by(86_399_000_017 / 7) {
            assert_eq!(parse(&rfc3339(ms)), Some(ms));
            assert_eq!(of_name(&name(ms)), Some(ms));
        }
        assert_eq!(parse("2024-02-29 12:34:56.789Z"), None);
        assert_eq!(parse("2024-13-29T12:34:56.789Z"), None);
        assert_eq!(parse("ä024-02-29T12:34:56.789Z"), None);
        assert_eq!(of_name("what"), None);
    }
}
