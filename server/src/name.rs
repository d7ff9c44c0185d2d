//! Owns what may be called a name: of a person, a team, an organisation, a phone; and of a time zone.

/// The longest name, in characters.
pub const MAX_CHARACTERS: usize = 120;

/// A name that can be stored and shown in one line.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Name(String);

/// Text that is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 1 to {MAX_CHARACTERS} characters, no control characters and no change of direction")]
pub struct ParseNameError;

impl Name {
    /// Reads a name; white space around it is not part of it.
    pub fn parse(text: &str) -> Result<Self, ParseNameError> {
        let text = text.trim();
        let is_short = (1..=MAX_CHARACTERS).contains(&text.chars().count());
        let has_ink = text.chars().any(|c| !c.is_whitespace() && !is_invisible(c));
        let is_safe = !text.chars().any(|c| c.is_control() || turns_direction(c));
        (is_short && has_ink && is_safe).then(|| Self(text.to_owned())).ok_or(ParseNameError)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> serde::Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl std::str::FromStr for Name {
    type Err = ParseNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Text that is no time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time zone such as Europe/Bucharest or UTC")]
pub struct ParseTimeZoneError;

/// Reads the name of a time zone (IANA). Abbreviations such as EST are none: they know no change of the clocks.
pub fn parse_time_zone(text: &str) -> Result<String, ParseTimeZoneError> {
    let is_known = text.contains('/') || text == "UTC";
    let found = is_known.then(|| jiff::tz::TimeZone::get(text).ok()).flatten();
    found.map(|_| text.to_owned()).ok_or(ParseTimeZoneError)
}

/// Joiners belong into names of some scripts, but a name of nothing else is empty to the eye.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{ad}' | '\u{3164}')
}

/// Overrides and isolates make what follows the name read backwards.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_many_scripts_are_names() {
        for name in ["Ana Pop", "Ștefan-Țiriac", "王小明", "O'Neil", "नरेन्द्र\u{200d}", "Ada 🦊"]
        {
            assert_eq!(Name::parse(name).map(|n| n.as_str().to_owned()), Ok(name.to_owned()));
        }
        assert_eq!(Name::parse("  Ada \n").map(|n| n.as_str().to_owned()), Ok("Ada".into()));
    }

    #[test]
    fn a_time_zone_has_a_place_in_its_name() {
        for zone in ["Europe/Bucharest", "UTC"] {
            assert_eq!(parse_time_zone(zone).as_deref(), Ok(zone));
        }
        for wrong in ["", "EST", "Mars/Base", "../etc/passwd", "Europe/Bucharest\0", "Europe/"] {
            assert_eq!(parse_time_zone(wrong), Err(ParseTimeZoneError), "{wrong:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_or_reads_backwards_is_no_name() {
        let long = "a".repeat(121);
        for wrong in
            ["", "   ", "\u{200b}\u{feff}", "Ada\0", "Ada\nGrace", "\u{202e}adA", "Ada\u{2066}", &long]
        {
            assert_eq!(Name::parse(wrong), Err(ParseNameError), "{wrong:?}");
        }
    }
}
