//! Owns the two forms of what a command prints: lines for people, JSON for programs.

use super::CliError;
use serde_json::Value;
use std::io::Write;

/// What a command has to say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Report {
    pub text: String,
    pub json: Value,
}

impl Report {
    /// Writes it to standard output.
    pub(super) fn print(&self, as_json: bool) -> Result<(), CliError> {
        let mut out = std::io::stdout().lock();
        let written = match as_json {
            true => writeln!(out, "{}", self.json),
            false => writeln!(out, "{}", self.text.trim_end()),
        };
        match written.and_then(|()| out.flush()) {
            // Whoever reads has seen enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|source| CliError::Io { doing: "printing", source }),
        }
    }
}

/// Rows under each other, columns wide enough for all.
pub(super) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(ToString::to_string).collect();
    let width = |column: usize| {
        let cells = std::iter::once(&head).chain(rows).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    std::iter::once(&head).chain(rows).map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_lines_up_whatever_script_is_in_it() {
        let rows = vec![vec!["Ștefan".into(), "1".into()], vec!["Bo".into(), "22".into()]];
        insta::assert_snapshot!(table(&["NAME", "ID"], &rows), @r"
        NAME    ID
        Ștefan  1
        Bo      22
        ");
    }
}
