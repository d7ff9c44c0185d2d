//! Asking again: an answer may have got lost.

use super::{Hr, assert_code, id};
use serde_json::{Value, json};
use sqlx::PgPool;
use sync_core::wire::ErrorCode;

#[sqlx::test(migrations = false)]
async fn the_same_request_twice_changes_nothing(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    let until = hr.server.clock().now().0 + 3_600_000;
    let hand_over = format!("/v1/admin/tenures/{}/hand-over", id(20));
    for (path, told) in [
        ("/v1/admin/people", json!({ "id": id(4), "name": "Dan", "staff_number": "9" })),
        ("/v1/admin/teams", json!({ "id": id(12), "name": "Noon", "time_zone": "UTC" })),
        ("/v1/admin/delegations", json!({ "id": id(30), "leader": id(1), "acting": id(3), "until": until })),
        ("/v1/admin/appointments", json!({ "id": id(40), "person": id(3), "office": "head" })),
        ("/v1/admin/tenures", json!({ "id": id(22), "team": id(12), "leader": id(3), "agent": id(4) })),
        (&hand_over, json!({ "id": id(21), "leader": id(3) })),
    ] {
        let first: Value = hr.post(path, told.clone()).await.json();
        let before = hr.db_state().await;
        hr.server.clock().advance(1000);
        let again: Value = hr.post(path, told).await.json();
        assert_eq!((first, before), (again, hr.db_state().await), "{path}");
    }
    for path in [
        format!("/v1/admin/tenures/{}/end", id(21)),
        format!("/v1/admin/delegations/{}/end", id(30)),
        format!("/v1/admin/appointments/{}/end", id(40)),
        format!("/v1/admin/people/{}/end", id(4)),
    ] {
        assert_eq!(hr.end(&path).await.status.as_u16(), 204, "{path}");
        let before = hr.db_state().await;
        hr.server.clock().advance(1000);
        assert_eq!(hr.end(&path).await.status.as_u16(), 204, "{path}");
        assert_eq!(hr.db_state().await, before, "{path}");
    }
}

#[sqlx::test(migrations = false)]
async fn an_id_that_something_else_has_is_refused(pool: PgPool) {
    let hr = Hr::with_a_pair(&pool).await;
    let until = hr.server.clock().now().0 + 3_600_000;
    hr.post(
        "/v1/admin/delegations",
        json!({ "id": id(30), "leader": id(1), "acting": id(3), "until": until }),
    )
    .await
    .json::<Value>();
    hr.post("/v1/admin/appointments", json!({ "id": id(40), "person": id(3), "office": "head" }))
        .await
        .json::<Value>();
    hr.post("/v1/admin/invitations", json!({ "id": id(50), "person": id(1) })).await.json::<Value>();
    let before = hr.db_state().await;
    for (path, told) in [
        ("/v1/admin/people", json!({ "id": id(1), "name": "Anna" })),
        ("/v1/admin/people", json!({ "id": id(1), "name": "Ana", "staff_number": "77" })),
        ("/v1/admin/teams", json!({ "id": id(10), "name": "Night", "time_zone": "UTC" })),
        ("/v1/admin/tenures", json!({ "id": id(20), "team": id(11), "leader": id(1), "agent": id(2) })),
        ("/v1/admin/tenures", json!({ "id": id(23), "team": id(11), "leader": id(1), "agent": id(2) })),
        ("/v1/admin/delegations", json!({ "id": id(30), "leader": id(2), "acting": id(3), "until": until })),
        ("/v1/admin/delegations", json!({ "id": id(31), "leader": id(1), "acting": id(3), "until": until })),
        ("/v1/admin/appointments", json!({ "id": id(40), "person": id(3), "office": "hr" })),
        ("/v1/admin/appointments", json!({ "id": id(41), "person": id(3), "office": "head" })),
        ("/v1/admin/invitations", json!({ "id": id(50), "person": id(2) })),
    ] {
        let answer = hr.post(path, told.clone()).await;
        assert_code(&answer, 409, ErrorCode::Conflict);
        assert!(!answer.error().detail.contains("Ana"), "{told}");
    }
    assert_eq!(hr.db_state().await, before);
}
