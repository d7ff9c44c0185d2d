//! Owns the two forms of what a command prints: lines for people, JSON for programs.

use serde_json::Value;
use std::io::Write;

/// What a command has to say.
pub(crate) struct Report {
    pub text: String,
    pub json: Value,
    /// Whether what was asked for is so; the exit status says it too.
    pub is_good: bool,
}

impl Report {
    /// That something was done.
    pub(crate) const fn done(text: String, json: Value) -> Self {
        Self { text, json, is_good: true }
    }

    /// Writes it to standard output.
    pub(crate) fn print(&self, as_json: bool) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        let written = match as_json {
            true => writeln!(out, "{}", self.json),
            false => writeln!(out, "{}", printable(self.text.trim_end())),
        };
        match written.and_then(|()| out.flush()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => written,
        }
    }
}

/// Without what a terminal would obey: people may have written anything.
fn printable(text: &str) -> String {
    text.chars().map(|one| if one.is_control() && one != '\n' { '\u{fffd}' } else { one }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_commands_no_terminal() {
        assert_eq!(printable("ș 懒 👏\nb\x1b]0;x\x07"), "ș 懒 👏\nb\u{fffd}]0;x\u{fffd}");
    }
}
