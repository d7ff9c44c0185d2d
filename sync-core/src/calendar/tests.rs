use super::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn event(number: u8, slot: &str, zone: &str) -> Event {
    Event {
        doc: DocId::from_bytes([number; 16]),
        moves: 0,
        slot: Slot::parse(slot).unwrap(),
        minutes: 30,
        zone: Zone::named(zone).unwrap(),
        title: "1:1 with Maria".into(),
    }
}

fn written(events: &[Event]) -> String {
    write(events, day("2026-03-20"))
}

/// The lines as they were before they were folded.
fn unfolded(file: &str) -> Vec<String> {
    file.replace("\r\n ", "").split("\r\n").map(str::to_owned).collect()
}

fn lines_of<'a>(lines: &'a [String], property: &str) -> Vec<&'a str> {
    lines.iter().filter(|line| line.starts_with(property)).map(String::as_str).collect()
}

#[test]
fn a_meeting_is_a_day_an_hour_a_title_and_nothing_else() {
    let lines = unfolded(&written(&[event(1, "2026-03-25T10:00", "Europe/Bucharest")]));
    let begin = lines.iter().position(|line| line == "BEGIN:VEVENT").unwrap();
    assert_eq!(
        lines[begin..begin + 8],
        [
            "BEGIN:VEVENT",
            "UID:01010101010101010101010101010101@floorwalk",
            "DTSTAMP:20260320T000000Z",
            "SEQUENCE:0",
            "DTSTART;TZID=Europe/Bucharest:20260325T100000",
            "DURATION:PT30M",
            "SUMMARY:1:1 with Maria",
            "END:VEVENT",
        ]
    );
}

#[test]
fn a_meeting_without_an_hour_is_a_matter_of_the_day_and_needs_no_time_zone() {
    let lines = unfolded(&written(&[event(1, "2026-03-25", "Europe/Bucharest")]));
    assert_eq!(lines_of(&lines, "DTSTART"), ["DTSTART;VALUE=DATE:20260325"]);
    assert_eq!(lines_of(&lines, "BEGIN:VTIMEZONE").len(), 0);
}

/// Clocks in Romania went from 3 to 4 on 29 March 2026 and from 4 to 3 on 25 October.
#[test]
fn the_change_of_the_clocks_between_two_meetings_is_in_the_file() {
    let zone = "Europe/Bucharest";
    let file = written(&[event(1, "2026-03-25T10:00", zone), event(2, "2026-04-01T10:00", zone)]);
    let lines = unfolded(&file);
    assert_eq!(
        lines_of(&lines, "DTSTART:"),
        ["DTSTART:20251026T040000", "DTSTART:20260329T030000"],
        "from the winter before, and from the change on"
    );
    assert_eq!(lines_of(&lines, "TZOFFSETFROM"), ["TZOFFSETFROM:+0300", "TZOFFSETFROM:+0200"]);
    assert_eq!(lines_of(&lines, "TZOFFSETTO"), ["TZOFFSETTO:+0200", "TZOFFSETTO:+0300"]);
    assert_eq!(lines_of(&lines, "TZNAME"), ["TZNAME:EET", "TZNAME:EEST"]);
}

#[test]
fn a_zone_without_changes_has_the_one_offset_that_holds() {
    let lines = unfolded(&written(&[event(1, "2026-03-25T10:00", "Asia/Shanghai")]));
    assert_eq!(lines_of(&lines, "TZOFFSETTO"), ["TZOFFSETTO:+0800"]);
    assert_eq!(lines_of(&lines, "TZNAME"), ["TZNAME:CST"]);

    let lines = unfolded(&written(&[event(1, "2026-03-25T10:00", "UTC")]));
    assert_eq!(lines_of(&lines, "TZOFFSETTO"), ["TZOFFSETTO:+0000"]);
    assert_eq!(lines_of(&lines, "DTSTART:"), ["DTSTART:19700101T000000"]);
}

#[test]
fn each_zone_is_said_once() {
    let zones = ["Europe/Bucharest", "Asia/Shanghai", "Europe/Bucharest"];
    let events: Vec<_> =
        (1..).zip(zones).map(|(number, zone)| event(number, "2026-03-25T10:00", zone)).collect();
    let lines = unfolded(&written(&events));
    assert_eq!(lines_of(&lines, "TZID:"), ["TZID:Asia/Shanghai", "TZID:Europe/Bucharest"]);
}

#[test]
fn no_line_is_longer_than_75_octets_and_no_letter_is_torn() {
    let title = format!("与{}的一对一，Ș; \\ a,b", "李娜".repeat(60));
    let file = written(&[Event { title, ..event(1, "2026-03-25T10:00", "Asia/Shanghai") }]);

    assert!(file.split("\r\n").all(|line| line.len() <= 75));
    assert!(!file.replace("\r\n", "").contains(['\r', '\n']), "each line ends with both");
    let lines = unfolded(&file);
    let expected = format!("SUMMARY:与{}的一对一，Ș\\; \\\\ a\\,b", "李娜".repeat(60));
    assert_eq!(lines_of(&lines, "SUMMARY"), [expected]);
}

#[test]
fn a_name_cannot_begin_a_line_of_its_own() {
    let title = "Ana\r\nBEGIN:VALARM\u{0}\u{85}\nx".to_owned();
    let lines = unfolded(&written(&[Event { title, ..event(1, "2026-03-25", "UTC") }]));
    assert_eq!(lines_of(&lines, "SUMMARY"), ["SUMMARY:Ana\\nBEGIN:VALARM\\nx"]);
    assert_eq!(lines_of(&lines, "BEGIN:VALARM").len(), 0);
}

#[test]
fn offsets_of_old_clocks_have_seconds_and_those_behind_greenwich_a_minus() {
    assert_eq!(offset(-12_600), "-0330");
    assert_eq!(offset(6_264), "+014424");
}
