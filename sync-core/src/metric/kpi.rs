//! Owns what the key figures are: their names, their units, which way is better, and what columns call them.
//!
//! They are part of the program: phone and server of one release know the same. A phone that gets rows of a figure that
//! its release does not know keeps them, and shows them once it is updated.

use crate::content::Language;
use serde::Serialize;

/// In which unit a figure is, which also says how its days come together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Seconds of an average contact.
    Seconds,
    /// A share, from 0 to 100.
    Percent,
    /// How many.
    Count,
    /// Points on a scale that the source chooses.
    Score,
}

impl Unit {
    /// Whether a week has as many as its days together; other figures are averages.
    pub const fn is_added_up(self) -> bool {
        match self {
            Self::Count => true,
            Self::Seconds | Self::Percent | Self::Score => false,
        }
    }
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More.
    Up,
    /// Less.
    Down,
}

/// What people call a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Names {
    /// In English.
    pub en: &'static str,
    /// In Romanian.
    pub ro: &'static str,
    /// In Chinese.
    pub zh: &'static str,
}

impl Names {
    /// What people call it in this language.
    pub const fn of(&self, language: Language) -> &'static str {
        match language {
            Language::En => self.en,
            Language::Ro => self.ro,
            Language::Zh => self.zh,
        }
    }
}

/// A key figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Kpi {
    /// The stable word, in rows and everywhere.
    pub id: &'static str,
    /// What people call it.
    pub names: Names,
    /// Its unit.
    pub unit: Unit,
    /// Which way is better.
    pub better: Better,
    /// How many digits after the point are shown.
    pub digits: u8,
    /// What columns call it, in any of the languages: lower case, without accents, words apart by one space.
    #[serde(skip)]
    pub aliases: &'static [&'static str],
}

/// The figure of this word.
pub fn kpi(id: &str) -> Option<&'static Kpi> {
    KPIS.iter().find(|kpi| kpi.id == id)
}

/// Every figure, in the order of a scorecard. Names are labels: at most 24 characters.
pub static KPIS: &[Kpi] = &[
    Kpi {
        id: "handled",
        names: Names { en: "Contacts handled", ro: "Contacte preluate", zh: "接听量" },
        unit: Unit::Count,
        better: Better::Up,
        digits: 0,
        aliases: &[
            "handled",
            "contacts handled",
            "calls handled",
            "answered",
            "calls answered",
            "calls",
            "contacts",
            "apeluri preluate",
            "apeluri",
            "contacte preluate",
            "contacte",
            "接听量",
            "接起量",
            "通话量",
            "处理量",
        ],
    },
    Kpi {
        id: "handle_time",
        names: Names { en: "Handle time", ro: "Durată medie", zh: "平均处理时长" },
        unit: Unit::Seconds,
        better: Better::Down,
        digits: 0,
        aliases: &[
            "handle time",
            "average handle time",
            "avg handle time",
            "aht",
            "avg handle",
            "durata medie",
            "timp mediu de tratare",
            "durata medie de tratare",
            "平均处理时长",
            "平均处理时间",
            "处理时长",
        ],
    },
    Kpi {
        id: "talk_time",
        names: Names { en: "Talk time", ro: "Timp de vorbit", zh: "平均通话时长" },
        unit: Unit::Seconds,
        better: Better::Down,
        digits: 0,
        aliases: &[
            "talk time",
            "average talk time",
            "avg talk time",
            "avg talk",
            "att",
            "timp mediu de vorbit",
            "timp de vorbit",
            "平均通话时长",
            "通话时长",
        ],
    },
    Kpi {
        id: "hold_time",
        names: Names { en: "Hold time", ro: "Timp de așteptare", zh: "平均保持时长" },
        unit: Unit::Seconds,
        better: Better::Down,
        digits: 0,
        aliases: &[
            "hold time",
            "average hold time",
            "avg hold time",
            "avg hold",
            "timp de asteptare",
            "timp mediu de asteptare",
            "平均保持时长",
            "保持时长",
        ],
    },
    Kpi {
        id: "after_call_work",
        names: Names { en: "After-call work", ro: "Lucru după apel", zh: "话后处理时长" },
        unit: Unit::Seconds,
        better: Better::Down,
        digits: 0,
        aliases: &[
            "after call work",
            "acw",
            "avg acw",
            "average acw",
            "wrap up",
            "wrap up time",
            "lucru dupa apel",
            "话后处理时长",
            "话后时长",
            "事后处理时长",
        ],
    },
    Kpi {
        id: "csat",
        names: Names { en: "Satisfaction", ro: "Satisfacția clienților", zh: "满意度" },
        unit: Unit::Percent,
        better: Better::Up,
        digits: 1,
        aliases: &[
            "csat",
            "customer satisfaction",
            "satisfaction",
            "satisfactie",
            "satisfactia clientilor",
            "multumirea clientilor",
            "满意度",
            "客户满意度",
        ],
    },
    Kpi {
        id: "fcr",
        names: Names { en: "First-contact resolution", ro: "Rezolvate din prima", zh: "首次解决率" },
        unit: Unit::Percent,
        better: Better::Up,
        digits: 1,
        aliases: &[
            "fcr",
            "first call resolution",
            "first contact resolution",
            "rezolvate la primul apel",
            "rezolvare la primul apel",
            "rezolvate din prima",
            "首次解决率",
            "一次解决率",
        ],
    },
    Kpi {
        id: "quality",
        names: Names { en: "Quality", ro: "Calitate", zh: "质检分" },
        unit: Unit::Score,
        better: Better::Up,
        digits: 1,
        aliases: &[
            "quality",
            "quality score",
            "qa",
            "qa score",
            "qm score",
            "scor calitate",
            "scor de calitate",
            "calitate",
            "质检分",
            "质检得分",
            "质量分",
        ],
    },
    Kpi {
        id: "adherence",
        names: Names { en: "Schedule adherence", ro: "Respectarea programului", zh: "排班遵从率" },
        unit: Unit::Percent,
        better: Better::Up,
        digits: 1,
        aliases: &[
            "adherence",
            "schedule adherence",
            "aderenta",
            "respectarea programului",
            "排班遵从率",
            "遵时率",
        ],
    },
    Kpi {
        id: "transfers",
        names: Names { en: "Transfer rate", ro: "Rata transferurilor", zh: "转接率" },
        unit: Unit::Percent,
        better: Better::Down,
        digits: 1,
        aliases: &["transfers", "transfer rate", "transferuri", "rata transferurilor", "转接率"],
    },
    Kpi {
        id: "complaints",
        names: Names { en: "Complaints", ro: "Reclamații", zh: "投诉量" },
        unit: Unit::Count,
        better: Better::Down,
        digits: 0,
        aliases: &["complaints", "complaint", "reclamatii", "reclamatie", "投诉量", "投诉", "投诉数"],
    },
];
