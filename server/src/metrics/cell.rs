//! Owns what stands in a cell before anybody asks what it means: spreadsheet guards, words for nothing, spelling of headers
//! and names.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// What a cell holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// Nothing was measured: missing, not zero.
    Missing,
    /// A formula of the spreadsheet failed: missing too, but somebody should know.
    SpreadsheetError,
    /// Something.
    Text(Cow<'a, str>),
}

const NOTHING: [&str; 12] =
    ["", "-", "--", "---", "\u{2013}", "\u{2014}", "n/a", "na", "null", "none", "nan", "无"];
const ERRORS: [&str; 8] = ["#div/0!", "#n/a", "#value!", "#ref!", "#name?", "#num!", "#null!", "#spill!"];

impl<'a> Cell<'a> {
    /// Reads a cell.
    pub(crate) fn read(raw: &'a str) -> Self {
        let text = without_guard(raw);
        let lower = text.to_lowercase();
        // A column that was too narrow is exported as it looked.
        let is_narrow = lower.len() > 1 && lower.bytes().all(|byte| byte == b'#');
        if NOTHING.contains(&lower.as_str()) {
            Self::Missing
        } else if ERRORS.contains(&lower.as_str()) || is_narrow {
            Self::SpreadsheetError
        } else {
            Self::Text(plain(text))
        }
    }

    /// What it says, if it says something.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Missing | Self::SpreadsheetError => None,
            Self::Text(text) => Some(text),
        }
    }
}

/// `="001234"` and `'001234` keep a spreadsheet from making a number of it.
fn without_guard(raw: &str) -> &str {
    let text = raw.trim();
    let inner = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    inner.or_else(|| text.strip_prefix('\'')).unwrap_or(text).trim()
}

/// With the digits and signs of full width as narrow ones.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfkc().collect()) }
}

/// How a header is spelled when it is compared: lower case, no accents, words apart by one space, `%` as a word.
pub(crate) fn folded(header: &str) -> String {
    let bare = header.replace('%', " percent ");
    let bare: String = bare.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let words: String = bare.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    words.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How a name is spelled when it is compared: composed, lower case, ş and ţ with a comma, words apart by one space.
pub(crate) fn name_key(name: &str) -> String {
    let with_comma = |c| match c {
        'ş' | 'Ş' => 'ș',
        'ţ' | 'Ţ' => 'ț',
        other => other,
    };
    let composed: String = name.nfkc().map(with_comma).collect();
    composed.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}
