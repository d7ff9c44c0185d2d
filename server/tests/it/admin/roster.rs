//! Rosters from files.

use super::{Hr, assert_code};
use serde_json::{Value, json};
use sqlx::PgPool;
use sync_core::wire::ErrorCode;

const HEAD: &str = "name,staff number,language,team,time zone,leader\n";

#[sqlx::test(migrations = false)]
async fn a_file_is_checked_taken_in_and_changes_nothing_the_second_time(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    let file =
        format!("{HEAD}Olga,1,ro,,,\nAndrei,0002,ro,Evening,Europe/Bucharest,Olga\n李娜,3,zh,Evening,,1\n");
    let before = hr.db_state().await;
    let new = json!({ "people": 2, "identifiers": 3, "teams": 1, "tenures": 2 });

    let checked: Value = hr.give("/v1/admin/roster?check=true", &file).await.json();
    assert_eq!((&checked["written"], &checked["new"]), (&false.into(), &new));
    assert_eq!(hr.db_state().await, before, "a check writes nothing");

    let taken: Value = hr.give("/v1/admin/roster", &file).await.json();
    assert_eq!((&taken["written"], &taken["new"]), (&true.into(), &new));
    let after = hr.db_state().await;
    let again: Value = hr.give("/v1/admin/roster", &file).await.json();
    assert_eq!(again["new"], json!({ "people": 0, "identifiers": 0, "teams": 0, "tenures": 0 }));
    assert_eq!(hr.db_state().await, after);
}

#[sqlx::test(migrations = false)]
async fn a_file_with_errors_changes_nothing_and_each_is_told_with_line_and_column(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    let before = hr.db_state().await;
    let file =
        format!("{HEAD}Andrei,2,ro,Evening,Europe/Bucharest,Olga\nDan,3,fr,,,\nTom,4,ro,,,Nobody\nEve,5\n");

    let told: Value = hr.give("/v1/admin/roster", &file).await.json();

    assert_eq!(told["written"], false);
    assert_eq!(
        told["faults"],
        json!([
            { "line": 3, "column": "language", "reason": "invalid_language" },
            { "line": 4, "column": "leader", "reason": "unknown_leader" },
            { "line": 5, "column": "", "reason": "wrong_field_count" },
        ])
    );
    assert_eq!(hr.db_state().await, before);
}

#[sqlx::test(migrations = false)]
async fn a_file_that_is_none_or_too_long_is_refused(pool: PgPool) {
    let hr = Hr::open(&pool).await;
    let before = hr.db_state().await;
    let lines = |count: usize| format!("name\n{}", "Ana\n".repeat(count));
    for (file, status, code) in [
        (String::new(), 400, ErrorCode::Malformed),
        ("team,leader\nNight,7\n".into(), 400, ErrorCode::Malformed),
        (lines(2_001), 413, ErrorCode::TooLarge),
        ("x".repeat((4 << 20) + 1), 413, ErrorCode::TooLarge),
    ] {
        assert_code(&hr.give("/v1/admin/roster", &file).await, status, code);
    }
    let as_json = hr.post("/v1/admin/roster", json!({})).await;
    assert_code(&as_json, 415, ErrorCode::UnsupportedMedia);
    let asked = hr.give("/v1/admin/roster?check=perhaps", &lines(1)).await;
    assert_code(&asked, 400, ErrorCode::Malformed);
    assert_eq!(hr.db_state().await, before);
}
