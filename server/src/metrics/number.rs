//! Owns how numbers are written: which mark is before the digits of a part, and what groups thousands.

use sync_core::metric::{Decimal, DecimalMark};

/// What the numbers of a file show about their mark.
#[derive(Debug, Default)]
pub(super) struct Marks {
    points: u64,
    commas: u64,
}

impl Marks {
    /// Looks at a cell. `1,234` shows nothing: it is one and a bit, or more than a thousand.
    pub(super) fn look_at(&mut self, text: &str) {
        let number = bare(text);
        if !number.bytes().all(|byte| byte.is_ascii_digit() || b".,".contains(&byte)) {
            return;
        }
        match (number.rfind('.'), number.rfind(',')) {
            (Some(point), Some(comma)) if point > comma => self.points += 1,
            (Some(_), Some(_)) => self.commas += 1,
            (Some(_), None) if is_part(number, '.') => self.points += 1,
            (None, Some(_)) if is_part(number, ',') => self.commas += 1,
            (Some(_), None) | (None, Some(_)) | (None, None) => {}
        }
    }

    /// The mark that most numbers have; when none shows one, `;` between cells says that the comma is taken.
    pub(super) fn told(&self, delimiter: u8) -> DecimalMark {
        match self.points.cmp(&self.commas) {
            std::cmp::Ordering::Greater => DecimalMark::Point,
            std::cmp::Ordering::Less => DecimalMark::Comma,
            std::cmp::Ordering::Equal if delimiter == b';' => DecimalMark::Comma,
            std::cmp::Ordering::Equal => DecimalMark::Point,
        }
    }
}

fn is_part(number: &str, mark: char) -> bool {
    let mut parts = number.split(mark);
    let (whole, part) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    parts.next().is_none() && (part.len() != 3 || whole.len() > 3 || whole == "0")
}

/// Without sign and percent sign.
fn bare(text: &str) -> &str {
    text.trim_end_matches('%').trim_end().trim_start_matches(['-', '+', '\u{2212}'])
}

/// Reads a number with this mark; groups of three digits may be apart by the other one, by spaces or by `'`.
pub(super) fn parse(text: &str, mark: DecimalMark) -> Option<Decimal> {
    parse_times(text, mark, 1)
}

/// So many digits of a part count. Six minutes as a part of a day have five that matter.
const DIGITS: usize = 12;

/// A number times another, multiplied before anything is rounded: a fraction has two digits more than its percent.
pub(super) fn parse_times(text: &str, mark: DecimalMark, factor: i128) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once(mark.as_char()).unwrap_or((digits, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let whole = ungrouped(whole, mark).filter(|whole| is_number(whole) && whole.len() <= DIGITS)?;
    let part = part.get(..DIGITS).unwrap_or(part);
    let all: i128 = is_number(part).then(|| format!("{whole}{part}").parse().ok())??;
    let unit = 10_i128.pow(u32::try_from(part.len()).ok()?);
    let thousandths = (all * factor * i128::from(Decimal::ONE) + unit / 2) / unit;
    i64::try_from(sign * thousandths).ok().map(Decimal::from_thousandths)
}

fn ungrouped(whole: &str, mark: DecimalMark) -> Option<String> {
    let other = match mark {
        DecimalMark::Point => ',',
        DecimalMark::Comma => '.',
    };
    let separates = |c: char| c == other || c == '\'' || c == '\u{2019}' || c.is_whitespace();
    let groups: Vec<&str> = whole.split(separates).collect();
    let (first, rest) = groups.split_first()?;
    let is_grouped =
        rest.is_empty() || (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    is_grouped.then(|| groups.concat())
}
