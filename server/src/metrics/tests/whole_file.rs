//! Files that are refused as a whole, and what a profile says about all of a file.

use super::*;

#[test]
fn what_is_no_text_is_refused_and_what_was_said_of_the_encoding_holds() {
    let with = |encoding| {
        let profile = Profile { encoding: Some(encoding), ..Profile::default() };
        import(B_1250, &Settings { profile, ..settings() }, &team())
    };
    assert_eq!(with(Encoding::Utf8), Err(FileError::NotText("utf-8")));
    assert!(with(Encoding::Windows1250).is_ok());
    let mut with_zero = E.to_vec();
    with_zero[100] = 0;
    assert_eq!(import(&with_zero, &settings(), &team()), Err(FileError::NotText("utf-8")));
}

#[test]
fn columns_of_customers_are_refused_until_somebody_has_them_ignored() {
    let refused = |header: &str, cell: &str| {
        let file = format!("date,staff_number,csat,{header}\n2026-03-02,10012,bad,{cell}\n");
        import(file.as_bytes(), &settings(), &team())
    };
    for (header, cell) in [
        ("Customer phone", "x"),
        ("ANI", "x"),
        ("客户电话", "x"),
        ("Client e-mail", "x"),
        ("notes", "ana@example.org"),
        ("notes", "+40 721 000 000"),
    ] {
        assert_eq!(refused(header, cell), Err(FileError::Customers(vec![header.into()])), "{header}");
    }
    assert!(refused("customer satisfaction note", "1002003004005").is_ok());

    let columns = BTreeMap::from([("customer PHONE".to_owned(), "ignore".to_owned())]);
    let profile = Profile { columns, ..Profile::default() };
    let file = "date,staff_number,csat,Customer phone\n2026-03-02,10012,bad,+40721000000\n";
    let told = import(file.as_bytes(), &Settings { profile, ..settings() }, &team()).unwrap();
    assert_eq!(
        told.report.rejects[0].original, "2026-03-02,10012,bad,",
        "nor do they get into what is kept out"
    );
}

#[test]
fn a_profile_says_what_a_column_holds() {
    let file = b"date,staff_number,Punctaj Q3\n2026-03-02,10012,90\n";
    assert_eq!(import(file, &settings(), &team()), Err(FileError::NoColumn("a figure")));

    let profile: Profile =
        serde_json::from_str(r#"{ "columns": { "punctaj q3": "quality" }, "decimal": "comma" }"#).unwrap();
    let told = import(file, &Settings { profile: profile.clone(), ..settings() }, &team()).unwrap();
    assert_eq!(values(&told, "quality"), ["90"]);
    assert_eq!(told.report.decimal_mark, DecimalMark::Comma);
    let newer = Profile { date_order: Some(DateOrder::Dmy), ..Profile::default() };
    assert_eq!(profile.clone().with(newer).decimal, profile.decimal);

    let wrong = Profile { columns: BTreeMap::from([("date".into(), "when".into())]), ..Profile::default() };
    let refused = import(file, &Settings { profile: wrong, ..settings() }, &team());
    assert_eq!(refused, Err(FileError::Profile("when".into())));
    assert!(serde_json::from_str::<Profile>(r#"{ "colums": {} }"#).is_err());
}

#[test]
fn a_file_without_what_everybody_needs_is_refused_as_a_whole() {
    let refused = |file: &str| import(file.as_bytes(), &settings(), &team()).unwrap_err();
    assert_eq!(refused(""), FileError::Empty);
    assert_eq!(refused("staff_number,csat\n1,2\n"), FileError::NoColumn("the day"));
    assert_eq!(refused("date,csat\n2026-03-02,2\n"), FileError::NoColumn("who it is about"));
    assert!(matches!(refused("date,name,csat,CSAT %\n"), FileError::TwoColumns { what: "csat", .. }));
}

#[test]
fn a_file_that_is_too_large_is_refused() {
    let most = |limits| import(E, &Settings { limits, ..settings() }, &team());
    let limits = Limits::default();
    for (limits, what) in [
        (Limits { bytes: E.len() - 1, ..limits }, "bytes"),
        (Limits { lines: 10, ..limits }, "lines"),
        (Limits { columns: 8, ..limits }, "columns"),
    ] {
        assert!(matches!(most(limits), Err(FileError::TooLarge { what: found, .. }) if found == what));
    }
    let short = most(Limits { cell: 20, ..limits }).unwrap();
    assert_eq!(reasons(&short).iter().filter(|reason| **reason == "cell_too_long").count(), 0);
    let shorter = most(Limits { cell: 12, ..limits }).unwrap();
    assert!(reasons(&shorter).contains(&"cell_too_long"));
}
