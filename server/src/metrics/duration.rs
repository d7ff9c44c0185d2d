//! Owns how durations are written: `380`, `6:20`, `0:06:20`, `4m 12s`.

use super::number;
use super::report::Reason;
use sync_core::metric::{Decimal, DecimalMark};

/// What a plain number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scale {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Minutes.
    Minutes,
    /// Days, as spreadsheets count them.
    Days,
}

/// The longest duration of one contact.
const DAY_SECONDS: i64 = 86_400;

/// Seconds.
pub(super) fn parse(text: &str, scale: Scale, mark: DecimalMark) -> Result<Decimal, Reason> {
    let (is_negative, size) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(size) => (true, size.trim_start()),
        None => (false, text),
    };
    let seconds = if size.contains(':') {
        clock(size, mark)
    } else {
        in_words(size, mark).or_else(|| scaled(size, scale, mark))
    };
    match seconds.ok_or(Reason::InvalidDuration)? {
        seconds if is_negative && seconds > Decimal::ZERO => Err(Reason::NegativeDuration),
        seconds if seconds.thousandths() > DAY_SECONDS * Decimal::ONE => Err(Reason::DurationTooLong),
        seconds => Ok(seconds),
    }
}

/// `m:ss` or `h:mm:ss`: two parts are minutes and seconds, because no contact is counted in hours and minutes.
fn clock(text: &str, mark: DecimalMark) -> Option<Decimal> {
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let (hours, minutes, seconds) = match parts.as_slice() {
        [minutes, seconds] => (None, *minutes, *seconds),
        [hours, minutes, seconds] => (Some(*hours), *minutes, *seconds),
        _ => return None,
    };
    let whole =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i64>().ok())?;
    let (hour, minute) = (hours.map_or(Some(0), whole)?, whole(minutes)?);
    let second = number::parse(seconds, mark).filter(|second| *second >= Decimal::ZERO)?;
    let is_clock = second < Decimal::whole(60) && (hours.is_none() || minute < 60);
    let before = hour.checked_mul(3_600)?.checked_add(minute.checked_mul(60)?)?;
    let sum = before.checked_mul(Decimal::ONE)?.checked_add(second.thousandths())?;
    is_clock.then_some(Decimal::from_thousandths(sum))
}

/// `1h 4m 12s`: each unit once, in this order.
fn in_words(text: &str, mark: DecimalMark) -> Option<Decimal> {
    let units = [("h", 3_600), ("m", 60), ("s", 1)];
    let lower = text.to_lowercase();
    let (mut rest, mut sum, mut found) = (lower.as_str(), 0_i64, false);
    for (unit, seconds) in units {
        let Some((amount, after)) = rest.split_once(unit) else { continue };
        let amount = number::parse(amount.trim(), mark).filter(|amount| *amount >= Decimal::ZERO)?;
        sum = sum.checked_add(amount.times(seconds)?.thousandths())?;
        // `min`, `sec` and the like.
        rest = after.trim_start_matches(|c: char| c.is_alphabetic()).trim_start();
        found = true;
    }
    (found && rest.is_empty()).then_some(Decimal::from_thousandths(sum))
}

fn scaled(text: &str, scale: Scale, mark: DecimalMark) -> Option<Decimal> {
    match scale {
        Scale::Seconds => number::parse(text, mark),
        Scale::Milliseconds => {
            Some(Decimal::from_thousandths(number::parse(text, mark)?.thousandths() / Decimal::ONE))
        }
        Scale::Minutes => number::parse_times(text, mark, 60),
        Scale::Days => number::parse_times(text, mark, DAY_SECONDS.into()),
    }
}
