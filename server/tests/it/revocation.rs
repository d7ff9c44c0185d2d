//! What is taken away stays away: on every instance, within seconds, and after a restore from backup.

use crate::device::post;
use crate::live::{self, wait};
use crate::server::{TestServer, open_with_vault};
use reqwest::StatusCode;
use server::startup::StartError;
use server::vault::VaultError;
use sqlx::PgPool;
use std::time::Duration;
use sync_core::wire::{ErrorCode, TokenResponse};

/// What the promise says.
const WITHIN: Duration = Duration::from_secs(5);

#[sqlx::test(migrations = false)]
async fn a_device_revoked_on_one_instance_is_out_on_the_other_within_five_seconds(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let other = server.another_instance().await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let access: TokenResponse =
        post(&server, "/v1/token", &phone.assertion(&server, b""), vec![]).await.json();
    let mut stream = live::open(&other, &phone).await;

    server.office().revoke_device(org, phone.enrolled.as_ref().unwrap().device).await.unwrap();

    wait(WITHIN, stream.end()).await;
    for token in [phone.assertion(&other, b""), access.access_token] {
        let answer = post(&other, "/v1/token", &token, vec![]).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::UNAUTHORIZED, ErrorCode::DeviceRevoked));
        assert!(phone.believes(&answer.error().wipe.unwrap()));
    }
}

#[sqlx::test(migrations = false)]
async fn a_stream_ends_although_nobody_told_this_instance(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let mut stream = live::open(&server, &phone).await;

    server.db_as_owner("UPDATE device SET revoked_at = now()".into()).await;

    wait(WITHIN, stream.end()).await;
}

#[sqlx::test(migrations = false)]
async fn a_stranger_gets_no_order_to_wipe(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let mut phone = server.device(org, ana).await;
    let revoked = phone.enrolled.clone().unwrap();
    server.office().revoke_device(org, revoked.device).await.unwrap();
    let mut stranger = crate::device::Device::new();
    stranger.enrolled = phone.enrolled.take();

    let answer = post(&server, "/v1/token", &stranger.assertion(&server, b""), vec![]).await;

    assert_eq!(answer.code(), ErrorCode::TokenSignature);
    assert_eq!(answer.error().wipe, None);
}

#[sqlx::test(migrations = false)]
async fn what_was_revoked_stays_revoked_when_a_backup_gives_it_back(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    let kept = server.device(org, ana).await;
    server.office().revoke_device(org, phone.enrolled.as_ref().unwrap().device).await.unwrap();
    server.db_as_owner("UPDATE device SET revoked_at = NULL".into()).await;

    let restored = server.another_instance().await;

    let revoked = post(&restored, "/v1/token", &phone.assertion(&restored, b""), vec![]).await;
    let others = post(&restored, "/v1/token", &kept.assertion(&restored, b""), vec![]).await;
    assert_eq!((revoked.code(), others.status), (ErrorCode::DeviceRevoked, StatusCode::OK));
}

#[sqlx::test(migrations = false)]
async fn nothing_is_revoked_when_the_ledger_cannot_be_written(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let phone = server.device(org, ana).await;
    std::fs::remove_dir_all(server.vault.path()).unwrap();

    server.office().revoke_device(org, phone.enrolled.as_ref().unwrap().device).await.unwrap_err();

    assert_eq!(
        post(&server, "/v1/token", &phone.assertion(&server, b""), vec![]).await.status,
        StatusCode::OK
    );
}

#[sqlx::test(migrations = false)]
async fn a_database_does_not_start_with_the_vault_of_another(pool: PgPool) {
    let server = TestServer::start(&pool).await;

    let empty = tempfile::tempdir().unwrap();
    let lost = open_with_vault(&server, &empty).await.unwrap_err();
    assert!(matches!(lost, StartError::Vault(VaultError::KeysLost { .. })));

    let foreign = tempfile::tempdir().unwrap();
    let random = server::random::Randomness::system();
    server::vault::Vault::open(&foreign.path().join("vault"), None, &random).unwrap();
    let refused = open_with_vault(&server, &foreign).await.unwrap_err();
    assert!(matches!(refused, StartError::Vault(VaultError::KeysForeign { .. })));
}
