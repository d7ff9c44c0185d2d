//! Owns how a page of Markdown is written: headings, facts, lists, and what people wrote, which cannot become markup by chance.

use super::Reader;
use crate::coaching::item::Removal;
use crate::coaching::meeting::Slot;
use crate::content::Heading;
use crate::content::format;
use crate::ids::PersonId;
use crate::time::{Day, Timestamp};

/// A page in the making.
pub(super) struct Page<'a> {
    pub(super) reader: &'a Reader<'a>,
    text: String,
}

impl Reader<'_> {
    /// What somebody is called.
    pub(super) fn name(&self, person: PersonId) -> String {
        self.names.get(&person).cloned().unwrap_or_else(|| Heading::Somebody.text(self.language))
    }

    /// A day.
    pub(super) fn day(&self, day: Day) -> String {
        format::day(day, self.language)
    }

    /// A day, and an hour if there is one.
    pub(super) fn slot(&self, slot: Slot) -> String {
        let hour = slot.minute.map(|minute| format!(" {}", format::time_of_day(minute))).unwrap_or_default();
        format!("{}{hour}", self.day(slot.day))
    }

    /// A moment, as the clock on the wall of the team had it; nothing beyond the end of the calendar.
    pub(super) fn moment(&self, at: Timestamp) -> String {
        let at = at.day_in(self.zone).zip(at.minute_in(self.zone));
        at.map(|(day, minute)| self.slot(Slot { day, minute: Some(minute) })).unwrap_or_default()
    }
}

impl<'a> Page<'a> {
    pub(super) const fn new(reader: &'a Reader<'a>) -> Self {
        Self { reader, text: String::new() }
    }

    pub(super) fn finish(self) -> String {
        format!("{}\n", self.text.trim_end())
    }

    /// What a heading says in the reader's language.
    pub(super) fn say(&self, heading: Heading) -> String {
        heading.text(self.reader.language)
    }

    /// The title of the page.
    pub(super) fn title(&mut self, title: &str) {
        self.block(&format!("# {}", one_line(title)));
    }

    /// A part of the page.
    pub(super) fn part(&mut self, heading: Heading) {
        let said = self.say(heading);
        self.named_part(&said);
    }

    /// A part of the page, called so.
    pub(super) fn named_part(&mut self, heading: &str) {
        self.block(&format!("## {}", one_line(heading)));
    }

    /// A part of a part, called so.
    pub(super) fn section(&mut self, heading: &str) {
        self.block(&format!("### {}", one_line(heading)));
    }

    /// A fact in one line, if there is one.
    pub(super) fn fact(&mut self, heading: Heading, value: Option<impl AsRef<str>>) {
        let said = self.say(heading);
        self.named_fact(&said, value);
    }

    /// A fact with a name of its own.
    pub(super) fn named_fact(&mut self, name: &str, value: Option<impl AsRef<str>>) {
        let Some(value) = value.as_ref().map(AsRef::as_ref).filter(|value| !value.trim().is_empty()) else {
            return;
        };
        // What follows the name is not at the beginning of a line.
        let (first, more) = value.split_once('\n').unwrap_or((value, ""));
        let more = if more.is_empty() { String::new() } else { format!("  \n  {}", indented(more)) };
        self.line(&format!("- **{}:** {}{more}", one_line(name), inline(first)));
    }

    /// What somebody wrote, with its paragraphs, if anything.
    pub(super) fn prose(&mut self, text: &str) {
        if !text.trim().is_empty() {
            let lines: Vec<String> = text.trim().lines().map(escaped).collect();
            // Two spaces keep the break where it was.
            self.block(&lines.join("  \n"));
        }
    }

    /// A page of its own that stands within this one, with its markup.
    pub(super) fn quoted(&mut self, page: &str) {
        let lines: Vec<String> = page.trim().lines().map(|line| format!("> {line}")).collect();
        self.block(&lines.join("\n"));
    }

    /// Something in a list: what it says, what there is to know of it, and whether it was removed.
    pub(super) fn item(&mut self, text: &str, details: Vec<Option<String>>, removed: Option<&Removal>) {
        let mut details: Vec<String> =
            details.into_iter().flatten().filter(|detail| !detail.trim().is_empty()).collect();
        details.extend(removed.map(|removal| self.removal(removal)));
        let details: Vec<String> = details.iter().map(|detail| one_line(detail)).collect();
        let after = if details.is_empty() { String::new() } else { format!(" ({})", details.join(" · ")) };
        self.line(&format!("- {}{after}", indented(text.trim())));
    }

    fn removal(&self, removal: &Removal) -> String {
        let who = removal.by.map(|by| self.reader.name(by));
        let at = removal.at.map(|at| self.reader.moment(at));
        let words = std::iter::once(self.say(Heading::Removed)).chain(who).chain(at);
        words.collect::<Vec<_>>().join(" ")
    }

    /// A detail with its name.
    pub(super) fn named(&self, heading: Heading, value: Option<String>) -> Option<String> {
        value.map(|value| format!("{}: {value}", self.say(heading)))
    }

    fn block(&mut self, block: &str) {
        if !self.text.is_empty() {
            let is_apart = self.text.ends_with("\n\n");
            self.text.push_str(if is_apart { "" } else { "\n" });
        }
        self.text.push_str(block);
        self.text.push_str("\n\n");
    }

    /// A line of a list: right below the one before.
    fn line(&mut self, line: &str) {
        if self.text.ends_with("\n\n") && last_line(&self.text).starts_with("- ") {
            self.text.pop();
        }
        self.text.push_str(line);
        self.text.push_str("\n\n");
    }
}

fn last_line(text: &str) -> &str {
    // A wrapped item goes on with spaces: its first line is what counts.
    text.trim_end().lines().rev().find(|line| !line.starts_with("  ")).unwrap_or_default()
}

/// What somebody wrote, as one item of a list: further lines belong to it.
fn indented(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("  \n  ")
}

fn one_line(text: &str) -> String {
    inline(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What somebody wrote, so that Markdown shows it as it is within a line.
fn inline(line: &str) -> String {
    let mut escaped = String::with_capacity(line.len());
    for char in line.trim_end().chars() {
        if matches!(char, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>') {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

/// The same at the beginning of a line, where more begins a heading or a list.
fn escaped(line: &str) -> String {
    let escaped = inline(line);
    let words = escaped.trim_start();
    let begins_list = words.starts_with(['#', '+', '-', '=', '|', '~']);
    let number = words.trim_start_matches(|char: char| char.is_ascii_digit());
    if begins_list {
        return format!("\\{words}");
    }
    match number.chars().next() {
        Some(mark @ ('.' | ')')) if number.len() < words.len() => {
            format!("{}\\{mark}{}", &words[..words.len() - number.len()], &number[1..])
        }
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_shown_as_it_is_and_becomes_no_markup() {
        assert_eq!(escaped("a*b_c [x](y) <b>"), "a\\*b\\_c \\[x\\](y) \\<b\\>");
        assert_eq!(escaped("# no heading"), "\\# no heading");
        assert_eq!(escaped("- no list"), "\\- no list");
        assert_eq!(escaped("12. no list"), "12\\. no list");
        assert_eq!(escaped("2.5 minute la rând"), "2\\.5 minute la rând");
        assert_eq!(escaped("Șerban, Țîrlea, 李娜"), "Șerban, Țîrlea, 李娜");
        assert_eq!(escaped("    no code"), "no code");
    }
}
