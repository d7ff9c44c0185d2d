//! Owns what a number of a figure means: seconds or milliseconds, percent or a fraction; and what it cannot be.

use super::column::SaidUnit;
use super::duration::{self, Scale};
use super::number;
use super::report::Reason;
use sync_core::metric::{Decimal, DecimalMark, Unit};

/// How the numbers of one figure are read in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// As durations.
    Duration(Scale),
    /// From 0 to 100.
    Percent,
    /// From 0 to 1.
    Fraction,
    /// As whole numbers.
    Count,
    /// As points.
    Score,
}

/// What the plain numbers of one figure show together.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Numbers {
    said: Option<SaidUnit>,
    has_percent_sign: bool,
    least_above_zero: Option<Decimal>,
    most: Option<Decimal>,
}

/// More than two hours and a half is no average contact; seen from milliseconds, less than ten seconds is none either.
const SURELY_MILLISECONDS: Decimal = Decimal::whole(10_000);
/// Points beyond this are no points.
const MOST_POINTS: Decimal = Decimal::whole(1_000);
/// Seventeen weeks of one contact each minute: a count beyond this is something else.
const MOST_COUNTED: Decimal = Decimal::whole(1_000_000);

impl Numbers {
    /// Looks at a cell; what is no plain number shows its meaning by itself.
    pub(super) fn look_at(&mut self, text: &str, mark: DecimalMark) {
        self.has_percent_sign |= text.ends_with('%');
        let Some(number) = number::parse(text, mark).filter(|number| *number >= Decimal::ZERO) else {
            return;
        };
        self.most = self.most.max(Some(number));
        if number > Decimal::ZERO {
            self.least_above_zero = Some(self.least_above_zero.map_or(number, |least| least.min(number)));
        }
    }

    /// A header says what its numbers are.
    pub(super) fn is_said_to_be(&mut self, unit: Option<SaidUnit>) {
        self.said = self.said.or(unit);
    }

    /// How to read them all: by the header, or by how large they are.
    pub(super) fn told(&self, unit: Unit) -> Measure {
        match unit {
            Unit::Seconds => Measure::Duration(self.scale()),
            Unit::Percent if self.is_fraction() => Measure::Fraction,
            Unit::Percent => Measure::Percent,
            Unit::Count => Measure::Count,
            Unit::Score => Measure::Score,
        }
    }

    fn scale(&self) -> Scale {
        match (self.said, self.least_above_zero, self.most) {
            (Some(SaidUnit::Seconds), ..) => Scale::Seconds,
            (Some(SaidUnit::Milliseconds), ..) => Scale::Milliseconds,
            (Some(SaidUnit::Minutes), ..) => Scale::Minutes,
            (_, Some(least), _) if least >= SURELY_MILLISECONDS => Scale::Milliseconds,
            // Six minutes are 0.00417 of a day.
            (_, _, Some(most)) if Decimal::ZERO < most && most < Decimal::whole(1) => Scale::Days,
            _ => Scale::Seconds,
        }
    }

    fn is_fraction(&self) -> bool {
        let is_said = self.said == Some(SaidUnit::Percent) || self.has_percent_sign;
        !is_said && self.most.is_some_and(|most| most <= Decimal::whole(1))
    }
}

impl Measure {
    /// The value in the unit of the figure.
    pub(super) fn parse(self, text: &str, mark: DecimalMark) -> Result<Decimal, Reason> {
        if let Self::Duration(scale) = self {
            return duration::parse(text, scale, mark);
        }
        let (digits, has_sign) = match text.strip_suffix('%') {
            Some(digits) => (digits.trim_end(), true),
            None => (text, false),
        };
        let number = number::parse(digits, mark).ok_or(Reason::NotANumber)?;
        match self {
            Self::Fraction if !has_sign => {
                percent(number::parse_times(digits, mark, 100).ok_or(Reason::NotANumber)?)
            }
            Self::Percent | Self::Fraction => percent(number),
            _ if number < Decimal::ZERO => Err(Reason::NegativeNumber),
            Self::Count if has_sign || number.thousandths() % Decimal::ONE != 0 => {
                Err(Reason::NotAWholeNumber)
            }
            Self::Count if number > MOST_COUNTED => Err(Reason::NumberTooLarge),
            Self::Score if number > MOST_POINTS => Err(Reason::NumberTooLarge),
            Self::Count | Self::Score | Self::Duration(_) => Ok(number),
        }
    }

    /// A fraction where all others are percent: it may be meant, and may be a hundred times too small.
    pub(super) fn is_odd(self, text: &str, value: Decimal) -> bool {
        let is_part = Decimal::ZERO < value && value < Decimal::whole(1);
        self == Self::Percent && is_part && !text.ends_with('%')
    }
}

fn percent(value: Decimal) -> Result<Decimal, Reason> {
    let fits = (Decimal::ZERO..=Decimal::whole(100)).contains(&value);
    fits.then_some(value).ok_or(Reason::PercentOutOfRange)
}
