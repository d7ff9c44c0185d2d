//! Owns how a number is printed: `6:20`, `87.4%`, `32`.

use super::{Decimal, Kpi, Unit};
use crate::content::Language;
use crate::content::format::duration;
use serde::{Deserialize, Serialize};

/// What stands before the digits of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    /// As in English and Chinese.
    Point,
    /// As in Romanian.
    Comma,
}

impl DecimalMark {
    /// The mark.
    pub const fn as_char(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }
}

/// A value of this figure, rounded to the digits that it is shown with.
pub fn show(kpi: &Kpi, value: Decimal, mark: DecimalMark) -> String {
    let number = || value.rounded(kpi.digits).to_string().replace('.', &mark.as_char().to_string());
    match kpi.unit {
        Unit::Seconds => duration(value.rounded(0).thousandths() / Decimal::ONE),
        Unit::Percent => format!("{}%", number()),
        Unit::Count | Unit::Score => number(),
    }
}

/// The same as a language writes it.
pub fn show_in(kpi: &Kpi, value: Decimal, language: Language) -> String {
    let mark = match language {
        Language::En | Language::Zh => DecimalMark::Point,
        Language::Ro => DecimalMark::Comma,
    };
    show(kpi, value, mark)
}

/// From what to what: `6:50 → 6:20`.
pub fn show_change(kpi: &Kpi, (before, after): (Decimal, Decimal), mark: DecimalMark) -> String {
    format!("{} → {}", show(kpi, before, mark), show(kpi, after, mark))
}
