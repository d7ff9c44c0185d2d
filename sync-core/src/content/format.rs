//! Owns how numbers, durations and days are written in each language, after CLDR. All are local and exact: no rounding through
//! floating point, and no clock.

use super::Language;
use crate::document::Amount;
use crate::time::Day;

/// How many thousandths are one.
const ONE: u64 = 1_000;

/// A whole number of hundredths, which reads as a percentage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Percent(pub u32);

/// How many digits stand after the decimal mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimals {
    /// None: 88.
    None,
    /// One: 87.5.
    One,
    /// Two: 87.50.
    Two,
    /// All that an amount has: 87.500.
    Three,
}

impl Decimals {
    /// How many thousandths its last digit counts.
    const fn step(self) -> u64 {
        match self {
            Self::None => 1_000,
            Self::One => 100,
            Self::Two => 10,
            Self::Three => 1,
        }
    }

    const fn digits(self) -> usize {
        match self {
            Self::None => 0,
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }
}

/// A number, rounded half away from zero: 1,234.5 or 1.234,5.
pub fn number(amount: Amount, decimals: Decimals, language: Language) -> String {
    let (thousands_mark, decimal_mark) = match language {
        Language::En | Language::Zh => (',', '.'),
        Language::Ro => ('.', ','),
    };
    let step = decimals.step();
    let steps = (amount.0.unsigned_abs() + step / 2) / step;
    let steps_in_one = ONE / step;
    let sign = if amount.0 < 0 && steps > 0 { "-" } else { "" };
    let whole = grouped(steps / steps_in_one, thousands_mark);
    match decimals.digits() {
        0 => format!("{sign}{whole}"),
        digits => format!("{sign}{whole}{decimal_mark}{:0digits$}", steps % steps_in_one),
    }
}

/// A percentage: 87.5%, in Romanian 87,5 % with a space that does not break.
pub fn percent(amount: Amount, decimals: Decimals, language: Language) -> String {
    let number = number(amount, decimals, language);
    match language {
        Language::En | Language::Zh => format!("{number}%"),
        Language::Ro => format!("{number}\u{a0}%"),
    }
}

/// A duration as screens of support centres show it, the same in all languages: 6:50, and 1:02:03 from one hour on.
pub fn duration(seconds: i64) -> String {
    let sign = if seconds < 0 { "-" } else { "" };
    let all = seconds.unsigned_abs();
    let (hours, minutes, seconds) = (all / 3_600, all / 60 % 60, all % 60);
    match hours {
        0 => format!("{sign}{minutes}:{seconds:02}"),
        _ => format!("{sign}{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// A time of day, the same in all languages: 10:02. Minutes since midnight.
pub fn time_of_day(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A day: 2 Mar 2026, 02.03.2026, 2026年3月2日.
pub fn day(day: Day, language: Language) -> String {
    match language {
        Language::En => format!("{} {}", short_day(day, language), day.year()),
        Language::Ro => format!("{:02}.{:02}.{}", day.day_of_month(), day.month().number(), day.year()),
        Language::Zh => format!("{}年{}", day.year(), short_day(day, language)),
    }
}

/// A day whose year is clear: 2 Mar, 02.03, 3月2日.
pub fn short_day(day: Day, language: Language) -> String {
    match language {
        Language::En => format!("{} {}", day.day_of_month(), english_month(day)),
        Language::Ro => format!("{:02}.{:02}", day.day_of_month(), day.month().number()),
        Language::Zh => format!("{}月{}日", day.month().number(), day.day_of_month()),
    }
}

fn english_month(day: Day) -> &'static str {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    MONTHS[usize::from(day.month().number().unsigned_abs()) - 1]
}

fn grouped(number: u64, mark: char) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            grouped.push(mark);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::Language::{En, Ro, Zh};
    use super::*;

    #[test]
    fn r05_a_handle_time_of_410_seconds_prints_6_50_and_380_prints_6_20() {
        assert_eq!([410, 380].map(duration), ["6:50", "6:20"]);
        assert_eq!(
            [0, 59, 60, 3_599, 3_600, 3_723, -30].map(duration),
            ["0:00", "0:59", "1:00", "59:59", "1:00:00", "1:02:03", "-0:30"]
        );
        assert_eq!(duration(i64::MIN), "-2562047788015215:30:08");
    }

    #[test]
    fn numbers_have_the_marks_of_their_language() {
        let said =
            |amount, decimals| Language::ALL.map(|language| number(Amount(amount), decimals, language));
        assert_eq!(said(1_234_500, Decimals::One), ["1,234.5", "1.234,5", "1,234.5"]);
        assert_eq!(said(87_500, Decimals::None), ["88", "88", "88"]);
        assert_eq!(said(-87_550, Decimals::One), ["-87.6", "-87,6", "-87.6"]);
        assert_eq!(said(1_234_567_005, Decimals::Two), ["1,234,567.01", "1.234.567,01", "1,234,567.01"]);
        assert_eq!(said(-49, Decimals::One), ["0.0", "0,0", "0.0"], "there is no minus zero");
        assert_eq!(said(5, Decimals::Three), ["0.005", "0,005", "0.005"]);
        assert_eq!(said(i64::MIN, Decimals::None)[0], "-9,223,372,036,854,776");
    }

    #[test]
    fn r60_ninety_percent_reads_as_in_each_language() {
        let said = Language::ALL.map(|language| percent(Amount(90_000), Decimals::One, language));
        assert_eq!(said, ["90.0%", "90,0\u{a0}%", "90.0%"]);
    }

    #[test]
    fn days_are_written_as_in_each_language() {
        let (monday, newyear) = (Day::parse("2026-03-02").unwrap(), Day::parse("2025-12-31").unwrap());
        assert_eq!([En, Ro, Zh].map(|l| day(monday, l)), ["2 Mar 2026", "02.03.2026", "2026年3月2日"]);
        assert_eq!([En, Ro, Zh].map(|l| day(newyear, l)), ["31 Dec 2025", "31.12.2025", "2025年12月31日"]);
        assert_eq!([En, Ro, Zh].map(|l| short_day(monday, l)), ["2 Mar", "02.03", "3月2日"]);
    }

    #[test]
    fn times_of_day_have_two_digits() {
        assert_eq!([0, 65, 602, 1_439].map(time_of_day), ["00:00", "01:05", "10:02", "23:59"]);
    }
}
