//! Owns what a file is written in: found out, or told, and turned into text.

use super::FileError;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use serde::{Deserialize, Serialize};

/// What text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8.
    #[serde(rename = "utf-8")]
    #[value(name = "utf-8")]
    Utf8,
    /// UTF-16, the low byte first.
    #[serde(rename = "utf-16le")]
    #[value(name = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first.
    #[serde(rename = "utf-16be")]
    #[value(name = "utf-16be")]
    Utf16Be,
    /// Chinese.
    #[serde(rename = "gb18030")]
    #[value(name = "gb18030")]
    Gb18030,
    /// The one of Central Europe.
    #[serde(rename = "windows-1250")]
    #[value(name = "windows-1250")]
    Windows1250,
    /// The one of Western Europe.
    #[serde(rename = "windows-1252")]
    #[value(name = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// As people call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Gb18030 => "gb18030",
            Self::Windows1250 => "windows-1250",
            Self::Windows1252 => "windows-1252",
        }
    }

    const fn decoder(self) -> &'static encoding_rs::Encoding {
        match self {
            Self::Utf8 => encoding_rs::UTF_8,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Windows1250 => encoding_rs::WINDOWS_1250,
            Self::Windows1252 => encoding_rs::WINDOWS_1252,
        }
    }
}

/// The text of a file without its mark, and what it was written in.
pub(crate) fn decode(bytes: &[u8], told: Option<Encoding>) -> Result<(String, Encoding), FileError> {
    let encoding = told.unwrap_or_else(|| detect(bytes));
    let (text, is_damaged) = encoding.decoder().decode_with_bom_removal(bytes);
    // A byte that means nothing is a name that means nobody: better to hear of it here.
    let is_text = !is_damaged && !text.contains('\0');
    is_text.then(|| (text.into_owned(), encoding)).ok_or(FileError::NotText(encoding.as_str()))
}

/// By its mark; by its zero bytes; as UTF-8 if it is; else by which letters follow which.
fn detect(bytes: &[u8]) -> Encoding {
    if let Some(marked) = by_mark(bytes).or_else(|| by_zeros(bytes)) {
        return marked;
    }
    if std::str::from_utf8(bytes).is_ok() {
        return Encoding::Utf8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    let is_central = guess == encoding_rs::WINDOWS_1250 || guess == encoding_rs::ISO_8859_2;
    if guess == encoding_rs::GBK || guess == encoding_rs::GB18030 {
        Encoding::Gb18030
    } else if is_central {
        Encoding::Windows1250
    } else {
        Encoding::Windows1252
    }
}

fn by_mark(bytes: &[u8]) -> Option<Encoding> {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => Some(Encoding::Utf8),
        [0xFF, 0xFE, ..] => Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// Digits and delimiters have a zero byte in UTF-16, and every file is full of them.
fn by_zeros(bytes: &[u8]) -> Option<Encoding> {
    let start = &bytes[..bytes.len().min(4_096)];
    let zeros = |offset: usize| start.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match start.len() / 8 {
        0 => None,
        many if odd > many && odd > even => Some(Encoding::Utf16Le),
        many if even > many => Some(Encoding::Utf16Be),
        _ => None,
    }
}
