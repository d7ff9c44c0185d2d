mod whole_file;

use super::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use sync_core::ids::PersonId;
use sync_core::metric::{Decimal, DecimalMark};

const A: &[u8] = include_bytes!("../../tests/data/metrics/A-us-pipe.txt");
const B: &[u8] = include_bytes!("../../tests/data/metrics/B-ro-excel-utf8-bom.csv");
const B_1250: &[u8] = include_bytes!("../../tests/data/metrics/B-ro-excel-windows1250.csv");
const C: &[u8] = include_bytes!("../../tests/data/metrics/C-zh-gb18030.csv");
const D: &[u8] = include_bytes!("../../tests/data/metrics/D-long.csv");
const E: &[u8] = include_bytes!("../../tests/data/metrics/E-broken.csv");
const EXPECTED: &str = include_str!("../../tests/data/metrics/expected-A-B-C-D.json");
const EXPECTED_OF_E: &str = include_str!("../../tests/data/metrics/expected-E.json");

const TEAM: [(&str, &str); 12] = [
    ("10012", "Ioana Țîrlea"),
    ("10015", "Mihai Șerban"),
    ("10019", "Andrei Popescu"),
    ("10022", "Elena Dumitrescu"),
    ("10027", "Răzvan Ilie"),
    ("10031", "李娜"),
    ("10032", "王伟"),
    ("10036", "陈静"),
    ("10231", "Sarah Owens"),
    ("10244", "Tom Becker"),
    ("10250", "Priya Nair"),
    ("10258", "Diego Ruiz"),
];

fn person(number: &str) -> PersonId {
    let mut bytes = [0; 16];
    bytes[..number.len()].copy_from_slice(number.as_bytes());
    PersonId::from_bytes(bytes)
}

fn known(number: &str, name: &str) -> KnownPerson {
    let identifiers = vec![
        Identifier::parse(IdentifierKind::StaffNumber, number).unwrap(),
        Identifier::parse(IdentifierKind::Login, &format!("care-{number}")).unwrap(),
        Identifier::parse(IdentifierKind::Email, &format!("a{number}@care.example")).unwrap(),
    ];
    KnownPerson { person: person(number), name: name.to_owned(), identifiers }
}

fn team() -> Directory {
    Directory::of(TEAM.map(|(number, name)| known(number, name)))
}

fn settings() -> Settings {
    Settings {
        source: SourceName::parse("test").unwrap(),
        profile: Profile::default(),
        today: Day::parse("2026-11-27").unwrap(),
        limits: Limits::default(),
    }
}

#[track_caller]
fn read(bytes: &[u8]) -> Import {
    import(bytes, &settings(), &team()).unwrap()
}

/// Reads a file under a header that everybody knows.
#[track_caller]
fn read_lines(lines: &str) -> Import {
    read(format!("date,staff_number,handled,handle_time,csat,quality\n{lines}\n").as_bytes())
}

/// The rows as the fixtures' author wrote them down: figure by figure, under their names.
fn as_expected(import: &Import) -> Value {
    let names = [
        ("handled", "handled"),
        ("handle_time", "handle_time_s"),
        ("csat", "csat_percent"),
        ("fcr", "fcr_percent"),
        ("quality", "quality_score"),
        ("complaints", "complaints"),
    ];
    let mut lines: BTreeMap<_, BTreeMap<&str, Value>> = BTreeMap::new();
    for row in &import.rows {
        let (_, name) = names.into_iter().find(|(id, _)| *id == row.kpi.as_str()).unwrap();
        let values = lines.entry((row.person, row.day)).or_default();
        assert!(values.insert(name, exact(row.value)).is_none());
        if let Some(before) = values.insert("volume", json!(row.volume)) {
            assert_eq!(before, json!(row.volume));
        }
    }
    lines.into_iter().map(|((person, day), values)| json!([person, day, values])).collect()
}

fn exact(value: Decimal) -> Value {
    json!(value.thousandths())
}

fn expected() -> Value {
    let listed: Vec<BTreeMap<String, Value>> = serde_json::from_str(EXPECTED).unwrap();
    let mut lines = BTreeMap::new();
    for mut line in listed {
        let number = line.remove("staff_number").unwrap();
        let day = Day::parse(line.remove("date").unwrap().as_str().unwrap()).unwrap();
        let mut values: BTreeMap<String, Value> = line
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, exact(Decimal::parse(&value.to_string()).unwrap())))
            .collect();
        values.insert("volume".into(), json!(values["handled"].as_i64().unwrap() / Decimal::ONE));
        lines.insert((person(number.as_str().unwrap()), day), values);
    }
    lines.into_iter().map(|((person, day), values)| json!([person, day, values])).collect()
}

#[track_caller]
fn gives_what_is_expected(bytes: &[u8]) -> Report {
    let import = read(bytes);
    assert_eq!((import.report.rejects.as_slice(), import.report.warnings.as_slice()), (&[][..], &[][..]));
    assert_eq!(as_expected(&import), expected());
    import.report
}

#[test]
fn r12_the_week_of_the_team_reads_the_same_between_pipes() {
    let report = gives_what_is_expected(A);
    assert_eq!((report.encoding, report.delimiter), (Encoding::Utf8, Delimiter::Pipe));
    assert_eq!((report.date_order, report.form), (Some(DateOrder::Mdy), "wide"));
    assert_eq!(report.unknown_columns, ["Team_No"]);
}

#[test]
fn r12_the_week_of_the_team_reads_the_same_from_a_romanian_spreadsheet_in_both_encodings() {
    for (bytes, encoding) in [(B, Encoding::Utf8), (B_1250, Encoding::Windows1250)] {
        let report = gives_what_is_expected(bytes);
        assert_eq!((report.encoding, report.delimiter), (encoding, Delimiter::Semicolon));
        assert_eq!((report.decimal_mark, report.date_order), (DecimalMark::Comma, Some(DateOrder::Dmy)));
        assert_eq!(report.skipped_totals, [62]);
    }
}

#[test]
fn r12_the_week_of_the_team_reads_the_same_in_chinese() {
    let report = gives_what_is_expected(C);
    assert_eq!((report.encoding, report.date_order), (Encoding::Gb18030, Some(DateOrder::Ymd)));
}

#[test]
fn r12_the_week_of_the_team_reads_the_same_in_the_long_form() {
    let report = gives_what_is_expected(D);
    assert_eq!((report.form, report.unknown_columns.len()), ("long", 0));
}

#[test]
fn r12_a_broken_file_gives_exactly_its_rejects_duplicates_and_warnings_and_good_lines_go_on() {
    let report = serde_json::to_value(read(E).report).unwrap();

    let expected: Value = serde_json::from_str(EXPECTED_OF_E).unwrap();

    for part in ["rejects", "duplicates", "accepted_lines", "warnings"] {
        assert_eq!(report[part], expected[part], "{part}");
    }
    assert_eq!(expected.as_object().unwrap().len(), 4);
}

#[test]
fn r12_the_report_shows_how_the_file_was_understood() {
    let import = read(B);
    assert_eq!(import.report.sample.len(), 5);
    insta::assert_json_snapshot!(import.report.sample[0], @r#"
    {
      "line": 2,
      "person": "Ioana Țîrlea",
      "day": "2026-03-02",
      "values": {
        "complaints": "0",
        "csat": "87.4",
        "fcr": "68",
        "handle_time": "380",
        "handled": "29",
        "quality": "85.5"
      },
      "volume": 29
    }
    "#);
    let columns: Vec<_> =
        import.report.columns.iter().map(|(header, holds)| (header.as_str(), *holds)).collect();
    assert_eq!(columns[..3], [("Data", "date"), ("Marcă", "staff_number"), ("Nume agent", "name")]);
}

#[test]
fn r12_text_in_utf_16_is_read_with_its_mark_and_without() {
    let text = "date;Marcă;Durată medie\n02.03.2026;10012;6:20\n";
    let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xFF, 0xFE][..], &wide].concat();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (bytes, encoding) in
        [(&wide, Encoding::Utf16Le), (&marked, Encoding::Utf16Le), (&big, Encoding::Utf16Be)]
    {
        let import = read(bytes);
        assert_eq!((import.report.encoding, import.rows.len()), (encoding, 1));
    }
}

/// The reasons of each line, in order.
fn reasons(import: &Import) -> Vec<&'static str> {
    import.report.rejects.iter().map(|reject| reject.reason.as_str()).collect()
}

fn values(import: &Import, kpi: &str) -> Vec<String> {
    import.rows.iter().filter(|row| row.kpi.as_str() == kpi).map(|row| row.value.to_string()).collect()
}

#[test]
fn r12_people_are_found_by_number_login_address_or_exact_name_and_never_guessed() {
    let found = |header: &str, cell: &str| {
        let file = format!("date,{header},quality\n2026-03-02,\"{cell}\",90\n");
        let import = read(file.as_bytes());
        import.rows.first().map(|row| row.person).ok_or_else(|| reasons(&import)[0])
    };
    for (header, cell) in [
        ("staff_number", "=\"\"0010012\"\""),
        ("login", "CARE-10012"),
        ("email", "A10012@care.example"),
        ("name", "Ioana  Ţîrlea"),
        ("name", "țîrlea, ioana"),
        ("name", "Țîrlea Ioana"),
    ] {
        assert_eq!(found(header, cell), Ok(person("10012")), "{header} {cell}");
    }
    for (header, cell) in [("name", "Ioana Tirlea"), ("name", "I. Țîrlea"), ("login", "10012")] {
        assert_eq!(found(header, cell), Err("unknown_person"), "{header} {cell}");
    }
    assert_eq!(found("name", ""), Err("missing_person"));
}

#[test]
fn a_number_that_means_nobody_is_not_replaced_by_a_name_and_two_of_one_name_are_nobody() {
    let by_number =
        read(b"date,staff_number,name,quality\n2026-03-02,77,Tom Becker,90\n2026-03-02,,Tom Becker,90\n");
    assert_eq!((reasons(&by_number), by_number.rows.len()), (vec!["unknown_person"], 1));

    let two = Directory::of([known("1", "Ana Pop"), known("2", "Pop Ana")]);
    let file = b"date,name,quality\n2026-03-02,Ana Pop,90\n";
    let import = import(file, &settings(), &two).unwrap();
    assert_eq!(reasons(&import), ["ambiguous_person"]);
}

#[test]
fn numbers_of_people_that_nobody_wrote_down_leave_their_names() {
    let unnumbered = Directory::of([KnownPerson { identifiers: Vec::new(), ..known("1", "Ana Pop") }]);
    let file = b"date,staff_number,name,quality\n2026-03-02,77,Ana Pop,90\n";
    let import = import(file, &settings(), &unnumbered).unwrap();
    assert_eq!(import.rows[0].person, person("1"));
}

#[test]
fn days_that_could_be_two_are_refused_until_somebody_says_once_which() {
    let lines = "03/04/2026,10012,,,90,\n05/05/2026,10012,,,90,";
    let import = read_lines(lines);
    assert_eq!((reasons(&import), import.report.date_order), (vec!["ambiguous_date"], None));

    let profile = Profile { date_order: Some(DateOrder::Mdy), ..Profile::default() };
    let file = format!("date,staff_number,handled,handle_time,csat,quality\n{lines}\n");
    let told = super::import(file.as_bytes(), &Settings { profile, ..settings() }, &team()).unwrap();
    assert_eq!(told.rows[0].day.to_string(), "2026-03-04");
}

#[test]
fn one_day_beyond_the_twelfth_shows_the_order_of_all() {
    let import = read_lines("03/04/2026,10012,,,90,\n03/14/2026,10012,,,90,");
    assert_eq!(import.report.date_order, Some(DateOrder::Mdy));
    assert_eq!(import.rows[0].day.to_string(), "2026-03-04");

    let both = read_lines("03/04/2026,10012,,,90,\n03/14/2026,10012,,,90,\n14/03/2026,10015,,,90,");
    assert_eq!(reasons(&both), ["ambiguous_date"], "a file that writes both ways shows nothing");
}

#[test]
fn days_are_read_in_the_forms_that_systems_write() {
    for (written, day) in [
        ("2026-03-02T08:00:00Z", "2026-03-02"),
        ("2026/3/2", "2026-03-02"),
        ("2.3.26", "2026-03-02"),
        ("2026年3月2日", "2026-03-02"),
        ("20260302", "2026-03-02"),
        ("46083", "2026-03-02"),
        ("31/03/2026 00:00", "2026-03-31"),
    ] {
        let import = read_lines(&format!("{written},10012,,,90,"));
        assert_eq!(import.rows.first().map(|row| row.day.to_string()), Some(day.into()), "{written}");
    }
    for wrong in ["2026-13-01", "31.02.2026", "12345", "2026-03", "1.2", "soon", "2026-03/02", "02032026x"] {
        assert_eq!(reasons(&read_lines(&format!("{wrong},10012,,,90,"))), ["invalid_date"], "{wrong}");
    }
    assert_eq!(reasons(&read_lines("2026-11-29,10012,,,90,")), ["date_in_future"]);
    assert_eq!(reasons(&read_lines("--,10012,,,90,")), ["missing_date"]);
}

#[test]
fn durations_are_read_by_their_pattern_and_by_how_large_they_are_together() {
    let read_times = |cells: &[&str]| {
        let lines: Vec<_> = cells
            .iter()
            .enumerate()
            .map(|(n, cell)| format!("2026-03-{:02},10012,,{cell},,", n + 1))
            .collect();
        values(&read_lines(&lines.join("\n")), "handle_time")
    };
    assert_eq!(
        read_times(&["6:20", "0:06:20", "6m 20s", "1h 1s", "380", "6:20.5"]),
        ["380", "380", "380", "3601", "380", "380.5"]
    );
    assert_eq!(read_times(&["380000", "412500"]), ["380", "412.5"], "milliseconds");
    assert_eq!(read_times(&["0.0044"]), ["380.16"], "parts of a day");

    let named = read(b"date,staff_number,AHT (min)\n2026-03-02,10012,6.5\n");
    assert_eq!(values(&named, "handle_time"), ["390"]);
    for (wrong, reason) in [
        ("99:99:99", "invalid_duration"),
        ("6:60", "invalid_duration"),
        ("6:", "invalid_duration"),
        ("1:2:3:4", "invalid_duration"),
        ("20s 6m", "invalid_duration"),
        ("-0:10", "negative_duration"),
        ("24:00:01", "duration_too_long"),
    ] {
        assert_eq!(reasons(&read_lines(&format!("2026-03-02,10012,,{wrong},,"))), [reason], "{wrong}");
    }
}

#[test]
fn a_column_of_percents_is_told_from_one_of_fractions_by_all_of_its_cells() {
    let read_csat = |cells: [&str; 2]| {
        read_lines(&format!("2026-03-02,10012,,,{},\n2026-03-03,10012,,,{},", cells[0], cells[1]))
    };
    assert_eq!(values(&read_csat(["0.685", "1"]), "csat"), ["68.5", "100"]);
    assert_eq!(
        values(&read_csat(["0.68512", "87%"]), "csat"),
        ["0.685", "87"],
        "its neighbours are percents"
    );
    assert_eq!(values(&read_csat(["0.68512", "0.1"]), "csat"), ["68.512", "10"]);
    let odd = read_csat(["0.68", "87.4"]);
    assert_eq!(odd.report.warnings[0].reason, Caution::FractionAmongPercents);
    assert_eq!(reasons(&read_csat(["100.5", "-1"])), ["percent_out_of_range", "percent_out_of_range"]);
}

#[test]
fn the_mark_of_parts_is_found_in_all_numbers_together() {
    let with_quality = |cells: [&str; 2]| {
        let file = format!(
            "date;staff_number;quality\n2026-03-02;10012;{}\n2026-03-03;10012;{}\n",
            cells[0], cells[1]
        );
        let import = read(file.as_bytes());
        (import.report.decimal_mark, values(&import, "quality"))
    };
    assert_eq!(with_quality(["87,4", "90"]), (DecimalMark::Comma, vec!["87.4".into(), "90".into()]));
    assert_eq!(with_quality(["87.4", "90"]), (DecimalMark::Point, vec!["87.4".into(), "90".into()]));
    assert_eq!(with_quality(["90", "91"]).0, DecimalMark::Comma, "between semicolons the comma is free");
    let counted = read(
        "date;staff_number;handled;quality\n2026-03-02;10012;1.234;87,4\n2026-03-03;10012;1 234;8\n"
            .as_bytes(),
    );
    assert_eq!(values(&counted, "handled"), ["1234", "1234"]);
    let mixed =
        read_lines("2026-03-02,10012,,,,\"87,45\"\n2026-03-03,10012,,,,87.4\n2026-03-04,10012,,,,88.4");
    assert_eq!(reasons(&mixed), ["not_a_number"]);
}

#[test]
fn what_cannot_be_is_kept_out_with_every_cell_that_is_wrong() {
    for (line, reason) in [
        ("2026-03-02,10012,-3,,,", "negative_number"),
        ("2026-03-02,10012,2.5,,,", "not_a_whole_number"),
        ("2026-03-02,10012,1000001,,,", "number_too_large"),
        ("2026-03-02,10012,,,,1e2", "not_a_number"),
        ("2026-03-02,10012,,,,1001", "number_too_large"),
        ("2026-03-02,10012,29", "wrong_field_count"),
    ] {
        assert_eq!(reasons(&read_lines(line)), [reason], "{line}");
    }
    let all = read_lines("2026-13-02,99,x,99:99,131%,-1");
    let columns: Vec<_> = all.report.rejects.iter().map(|reject| reject.column.as_str()).collect();
    assert_eq!(columns, ["staff_number", "date", "handled", "handle_time", "csat", "quality"]);
    assert_eq!((all.report.rejected_lines(), all.rows.len()), (1, 0));
    assert_eq!(all.report.rejects[0].original, "2026-13-02,99,x,99:99,131%,-1");
}

#[test]
fn missing_is_not_zero_and_full_width_digits_are_digits() {
    let import = read_lines("2026-03-02,10012,--,N/A,,―\n2026-03-03,10012,29,６：２０,８７.４％,\u{2014}");
    assert_eq!(reasons(&import), ["not_a_number"], "a bar that no system writes for missing");
    assert_eq!(
        (values(&import, "handle_time"), values(&import, "csat")),
        (vec!["380".into()], vec!["87.4".into()])
    );
    assert!(values(&import, "quality").is_empty());
}

#[test]
fn a_line_said_twice_is_a_duplicate_and_one_that_says_something_else_is_kept_out() {
    let import = read_lines("2026-03-02,10012,,,90,\n2026-03-02,0010012,,,90.0,\n2026-03-02,10012,,,91,");
    assert_eq!(
        (import.report.duplicates.as_slice(), reasons(&import)),
        (&[3][..], vec!["conflicting_duplicate"])
    );
    assert_eq!(values(&import, "csat"), ["90"]);
}

#[test]
fn lines_are_counted_as_an_editor_counts_them() {
    let import =
        read(b"date,staff_number,csat\r\n\r\n2026-03-02,10012,bad\r\n\r\n\r\n2026-03-03,\"10012\",bad\r\n");
    let lines: Vec<_> =
        import.report.rejects.iter().map(|reject| (reject.line, reject.original.as_str())).collect();
    assert_eq!(lines, [(3, "2026-03-02,10012,bad"), (6, "2026-03-03,\"10012\",bad")]);
}

#[test]
fn a_quotation_mark_that_nothing_closes_is_told_on_its_line() {
    let import = read_lines("2026-03-02,10012,,,90,\n2026-03-03,\"10012,,,90,\n2026-03-04,10012,,,90,");
    assert_eq!(import.report.rejects.len(), 1);
    assert_eq!((import.report.rejects[0].line, import.rows.len()), (3, 1));
}

#[test]
fn a_spreadsheet_that_says_its_delimiter_is_believed() {
    let import = read(b"sep=;\r\ndate;staff_number;csat\r\n2026-03-02;10012;bad\r\n");
    assert_eq!((import.report.rejects[0].line, import.report.delimiter), (3, Delimiter::Semicolon));
}

#[test]
fn in_the_long_form_a_word_that_means_nothing_is_told_once() {
    let import = read(
        b"date,staff_number,metric,value,volume\n2026-03-02,10012,mood,3,1\n2026-03-03,10012,mood,3,1\n2026-03-03,10012,aht ms,380000,\n",
    );
    assert_eq!(import.report.unknown_columns, ["mood"]);
    assert_eq!((values(&import, "handle_time"), import.rows[0].volume), (vec!["380".into()], None));
    assert_eq!(import.report.accepted_lines, [4]);
}
