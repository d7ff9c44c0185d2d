//! The phone's own client against the server: both sides of the contract at once.

use crate::live::{wait, write_news};
use crate::server::TestServer;
use rand::SeedableRng;
use rand::rngs::StdRng;
use sqlx::PgPool;
use std::sync::Arc;
use std::time::Duration;
use sync_core::credential::{Credential, SoftwareKey};
use sync_core::ids::ReplicaId;
use sync_core::sync::{Failure, WipeOrderCheck};
use sync_core::transport::{
    EnrollError, HttpSettings, HttpTransport, NewDevice, News, TransportError, encode_request, enroll, live,
    sync, token,
};
use sync_core::wire::{APP_SCHEMA, ErrorCode, Frame, Invitation, PROTOCOL_VERSION, SyncRequest};

const SOON: Duration = Duration::from_secs(10);

fn transport(server: &TestServer) -> HttpTransport {
    let settings = HttpSettings {
        url: server.url(""),
        connect_timeout: SOON,
        read_timeout: SOON,
        live_read_timeout: SOON,
        user_agent: "test".into(),
    };
    HttpTransport::new(settings).unwrap()
}

fn request() -> SyncRequest {
    SyncRequest {
        protocol: PROTOCOL_VERSION,
        replica: ReplicaId::from_bytes([7; 16]),
        cursor: None,
        app_schema: APP_SCHEMA,
        max_response_bytes: 1 << 20,
        push: vec![],
        commands: vec![],
        want: vec![],
        repair: None,
        verify: false,
    }
}

#[sqlx::test(migrations = false)]
async fn a_phone_enrols_syncs_is_poked_and_is_told_to_wipe(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    let server_id = server.app.vault.keys().server_id.clone();
    let invitation = Invitation { url: server.url(""), code, server_id };
    let (transport, mut rng) = (transport(&server), StdRng::seed_from_u64(1));
    let key = Arc::new(SoftwareKey::random(&mut rng));
    let new = NewDevice { name: "Ana's phone".into(), replaces: None };
    let mut sign_at = server.clock().now().plus_ms(-86_400_000);

    // Its clock is a day behind; the client puts that right by itself.
    let answer = enroll(&transport, &invitation, &*key, &new, sign_at, &mut rng).await.unwrap();
    assert_eq!((answer.org, answer.person), (org, ana));
    sign_at = answer.server_time;
    let credential = Credential::enrolled(&answer, key).unwrap();

    let body = encode_request(&request());
    let assertion = credential.sign(&body.bytes, sign_at, &mut rng).unwrap();
    let mut frames = sync(&transport, body, &assertion, 1 << 20).await.unwrap();
    let first = frames.next().await.unwrap().unwrap();
    assert!(matches!(first.frame, Frame::Hello { .. }), "{:?}", first.frame);

    let mut pokes = live(&transport, &credential.sign(b"", sign_at, &mut rng).unwrap()).await.unwrap();
    write_news(&server.app.store, org, ana).await;
    assert_eq!(wait(SOON, pokes.next()).await.unwrap(), News::Poke);
    let access = token(&transport, &credential.sign(b"", sign_at, &mut rng).unwrap()).await.unwrap();
    assert_eq!(access.token_type, "Bearer");

    server.office().revoke_device(org, credential.device).await.unwrap();
    assert_eq!(wait(SOON, pokes.next()).await.unwrap(), News::Over);
    let assertion = credential.sign(b"", sign_at, &mut rng).unwrap();
    let refused = token(&transport, &assertion).await.unwrap_err();
    let Failure::Refused(refusal) = refused.failure(&credential, &assertion.jti) else { panic!("{refused}") };
    assert_eq!((refusal.code, refusal.wipe), (ErrorCode::DeviceRevoked, WipeOrderCheck::Verified));
}

#[sqlx::test(migrations = false)]
async fn a_used_code_reads_as_such_on_the_phone(pool: PgPool) {
    let server = TestServer::start(&pool).await;
    let (org, ana) = server.organisation("Care", "Ana").await;
    let code = server.invitation(org, ana).await.to_text();
    let server_id = server.app.vault.keys().server_id.clone();
    let invitation = Invitation { url: server.url(""), code, server_id };
    let (transport, mut rng) = (transport(&server), StdRng::seed_from_u64(1));
    let new = NewDevice { name: "phone".into(), replaces: None };
    let now = server.clock().now();
    let mut enrol = async || {
        let key = SoftwareKey::random(&mut rng);
        enroll(&transport, &invitation, &key, &new, now, &mut rng).await
    };

    enrol().await.unwrap();
    let Err(EnrollError::Transport(TransportError::Refused(refused))) = enrol().await else {
        panic!("enrolled")
    };

    assert_eq!((refused.code, refused.status), (ErrorCode::InvitationUsed, 409));
}
