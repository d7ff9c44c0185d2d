//! Owns exact numbers: thousandths, as whole numbers.

use serde::Serialize;

/// An exact number with three digits after the point.
///
/// Not a floating-point number: their sums depend on the order of what is added, and phone and server must come to
/// the same bytes. No source that we know tells more than three digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Decimal(i64);

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// One in thousandths.
    pub const ONE: i64 = 1_000;

    /// So many thousandths.
    pub const fn from_thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// A whole number.
    pub const fn whole(number: i32) -> Self {
        Self(number as i64 * Self::ONE)
    }

    /// In thousandths.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// Reads digits with at most one point, such as `-87.45`. What comes after three digits is rounded.
    pub fn parse(text: &str) -> Option<Self> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, text),
        };
        let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(rest) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let digit = |place: usize| i64::from(rest.as_bytes().get(place).map_or(0, |byte| byte - b'0'));
        let rest = digit(0) * 100 + digit(1) * 10 + digit(2) + i64::from(digit(3) >= 5);
        Some(Self(sign * whole.checked_mul(Self::ONE)?.checked_add(rest)?))
    }

    /// This number times another, such as a thousand; none when it is too large.
    pub fn times(self, factor: i64) -> Option<Self> {
        self.0.checked_mul(factor).map(Self)
    }

    /// The difference from an earlier number; saturates.
    pub const fn minus(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// A sum of thousandths divided once, at the end; half a thousandth is rounded away from zero. None when divided
    /// by nothing, or when it is too large.
    pub(super) fn divided(sum: i128, by: i128) -> Option<Self> {
        if by <= 0 {
            return None;
        }
        i64::try_from((sum + by / 2 * sum.signum()) / by).ok().map(Self)
    }

    /// With at most so many digits after the point, half rounded away from zero.
    pub(super) fn rounded(self, digits: u8) -> Self {
        let unit = [1_000, 100, 10].get(usize::from(digits)).copied().unwrap_or(1);
        let half = unit / 2 * self.0.signum();
        Self(self.0.saturating_add(half) / unit * unit)
    }
}

/// The shortest form: `380`, `87.4`, `-0.5`.
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let (whole, rest) = (size / 1_000, format!("{:03}", size % 1_000));
        match rest.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            rest => write!(f, "{sign}{whole}.{rest}"),
        }
    }
}
