//! Owns iCalendar (RFC 5545): meetings as any calendar reads them. Pure and the same on a phone, which exports one meeting offline,
//! and on the server, which serves a feed.
//!
//! There is a crate for this. What it does for us is two functions, escaping and folding; it brings a second library of dates, takes
//! the time and random names from the system where nothing is said, and writes no time zones. So this is ours, and what it
//! writes is read by libraries of others in the tests.
//!
//! A calendar says when and with whom, and nothing else: neither notes nor topics nor what a meeting is for.

use crate::coaching::meeting::Slot;
use crate::ids::DocId;
use crate::time::{Day, Shift, Zone};
use std::fmt::Write;

/// What a response of iCalendar is announced as.
pub const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";
/// A line has no more octets than that, without its end (RFC 5545, 3.1).
const LINE_OCTETS: usize = 75;
const NAME: &str = "Floorwalk";

/// A meeting in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its document, or the one that it will have: it names the event, however often it is moved.
    pub doc: DocId,
    /// How often it was moved.
    pub moves: u32,
    /// When; without an hour it is a matter of the whole day.
    pub slot: Slot,
    /// How long it takes.
    pub minutes: u32,
    /// The team's time zone.
    pub zone: Zone,
    /// What it is called.
    pub title: String,
}

/// These events as a file, as of this day; the same events on the same day are the same bytes.
pub fn write(events: &[Event], as_of: Day) -> String {
    let mut lines = Lines::default();
    lines.add("BEGIN", "VCALENDAR");
    lines.add("VERSION", "2.0");
    lines.add("PRODID", "-//Floorwalk//Floorwalk//EN");
    lines.add("CALSCALE", "GREGORIAN");
    lines.add("METHOD", "PUBLISH");
    // Without a name, programs show the address in its place, and that is a secret.
    lines.add("NAME", NAME);
    lines.add("X-WR-CALNAME", NAME);
    lines.add("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    for (zone, from, until) in zones(events) {
        write_zone(&mut lines, zone, &zone.shifts(from, until));
    }
    for event in events {
        write_event(&mut lines, event, as_of);
    }
    lines.add("END", "VCALENDAR");
    lines.0
}

/// The time zones of events that have an hour, by name, each with the days that it is needed for.
fn zones(events: &[Event]) -> Vec<(&Zone, Day, Day)> {
    let mut zones: Vec<(&Zone, Day, Day)> = Vec::new();
    for event in events.iter().filter(|event| event.slot.minute.is_some()) {
        let day = event.slot.day;
        match zones.iter_mut().find(|(zone, ..)| zone.name() == event.zone.name()) {
            Some((_, from, until)) => (*from, *until) = ((*from).min(day), (*until).max(day)),
            None => zones.push((&event.zone, day, day)),
        }
    }
    zones.sort_by_key(|(zone, ..)| zone.name());
    zones
}

/// Each change of the clock is written down by itself, so that nobody has to guess the rule behind it.
fn write_zone(lines: &mut Lines, zone: &Zone, shifts: &[Shift]) {
    lines.add("BEGIN", "VTIMEZONE");
    lines.add("TZID", zone.name());
    for shift in shifts {
        let kind = if shift.is_summer { "DAYLIGHT" } else { "STANDARD" };
        lines.add("BEGIN", kind);
        lines.add("DTSTART", &shift.at);
        lines.add("TZOFFSETFROM", &offset(shift.before_seconds));
        lines.add("TZOFFSETTO", &offset(shift.after_seconds));
        lines.add("TZNAME", &escaped(&shift.abbreviation));
        lines.add("END", kind);
    }
    lines.add("END", "VTIMEZONE");
}

fn write_event(lines: &mut Lines, event: &Event, as_of: Day) {
    lines.add("BEGIN", "VEVENT");
    lines.add("UID", &format!("{}@floorwalk", event.doc));
    // The moment of the answer would make each one another: nobody could say that nothing is new.
    lines.add("DTSTAMP", &format!("{}T000000Z", basic(as_of)));
    lines.add("SEQUENCE", &event.moves.to_string());
    match event.slot.minute {
        Some(minute) => {
            let start = format!("{}T{:02}{:02}00", basic(event.slot.day), minute / 60, minute % 60);
            lines.add(&format!("DTSTART;TZID={}", event.zone.name()), &start);
            lines.add("DURATION", &format!("PT{}M", event.minutes));
        }
        None => {
            lines.add("DTSTART;VALUE=DATE", &basic(event.slot.day));
            lines.add("TRANSP", "TRANSPARENT");
        }
    }
    lines.add("SUMMARY", &escaped(&event.title));
    lines.add("END", "VEVENT");
}

/// `20260318`.
fn basic(day: Day) -> String {
    day.to_string().replace('-', "")
}

/// `+0200`; with seconds where clocks once had them.
fn offset(seconds: i32) -> String {
    let (sign, away) = (if seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs());
    let mut text = format!("{sign}{:02}{:02}", away / 3600, away / 60 % 60);
    if away % 60 != 0 {
        write!(text, "{:02}", away % 60).expect("writing to a string cannot fail");
    }
    text
}

/// Text as a value (RFC 5545, 3.3.11). A control character has no place in one, and could end the line.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | ';' | ',' => escaped.extend(['\\', letter]),
            '\n' => escaped.push_str("\\n"),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

/// Lines with their ends; long ones go on in the next, behind a space, and no letter is torn.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn add(&mut self, name: &str, value: &str) {
        let mut octets = 0;
        for letter in format!("{name}:{value}").chars() {
            if octets + letter.len_utf8() > LINE_OCTETS {
                self.0.push_str("\r\n ");
                octets = 1;
            }
            self.0.push(letter);
            octets += letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests;
