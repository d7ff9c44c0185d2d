//! A phone's credentials: a real key, signing by hand, so that a test can sign anything.

use crate::server::{TestClock, TestServer};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use server::auth::DeviceKey;
use sha2::{Digest, Sha256};
use sync_core::wire::{EnrollResponse, ErrorBody, ErrorCode, Invitation, WipeOrder};

/// A key, and what the server answered when it was enrolled.
pub struct Device {
    pair: EcdsaKeyPair,
    pub enrolled: Option<EnrollResponse>,
}

impl Device {
    pub fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        Self { pair, enrolled: None }
    }

    pub fn public_key(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.pair.public_key())
    }

    /// The body of an enrolment.
    pub fn enrolment(&self, code: &str) -> Value {
        json!({ "code": code, "public_key": self.public_key(), "device_name": "Ana's phone" })
    }

    /// An assertion for this enrolment.
    pub fn sign_enrolment(&self, server: &TestServer, body: &[u8]) -> String {
        self.sign_enrolment_for(Audience::of(server), body)
    }

    fn sign_enrolment_for(&self, audience: Audience<'_>, body: &[u8]) -> String {
        let thumbprint = DeviceKey::parse(&self.public_key()).unwrap().thumbprint();
        let header = json!({ "typ": "floorwalk-enroll+jwt", "alg": "ES256", "kid": thumbprint });
        self.sign(&header, &claims(audience, &thumbprint, &thumbprint, body))
    }

    /// An assertion for a request with this body.
    pub fn assertion(&self, server: &TestServer, body: &[u8]) -> String {
        self.assertion_for(Audience::of(server), body)
    }

    fn assertion_for(&self, audience: Audience<'_>, body: &[u8]) -> String {
        let enrolled = self.enrolled.as_ref().unwrap();
        let kid = format!("{}.{}", enrolled.org, enrolled.device);
        let header = json!({ "typ": "floorwalk-assertion+jwt", "alg": "ES256", "kid": kid });
        let (device, person) = (enrolled.device.to_string(), enrolled.person.to_string());
        self.sign(&header, &claims(audience, &device, &person, body))
    }

    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    /// The same for a header and claims that are no JSON of ours.
    pub fn sign_text(&self, header: &str, claims: &str) -> String {
        let signed = [header, claims].map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".");
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    /// Sends an enrolment and returns the answer, whatever it is.
    pub async fn try_enrol(&self, server: &TestServer, body: &Value) -> Answer {
        let body = body.to_string();
        let token = self.sign_enrolment(server, body.as_bytes());
        post(server, "/v1/enroll", &token, body.into_bytes()).await
    }

    pub async fn enrol(&mut self, server: &TestServer, code: &str) {
        let answer = self.try_enrol(server, &self.enrolment(code)).await;
        self.enrolled = Some(answer.json());
    }

    /// Enrols with what a person scanned.
    pub async fn enrol_at(&mut self, invitation: &Invitation) {
        let body = self.enrolment(&invitation.code).to_string();
        let token = self.sign_enrolment_for(Audience::scanned(invitation), body.as_bytes());
        let answer = post_to(&format!("{}/v1/enroll", invitation.url), &token, body.into_bytes()).await;
        self.enrolled = Some(answer.json());
    }

    /// What the server answers to a request for a token.
    pub async fn ask_for_token_at(&self, invitation: &Invitation) -> Vec<u8> {
        let token = self.assertion_for(Audience::scanned(invitation), b"");
        post_to(&format!("{}/v1/token", invitation.url), &token, vec![]).await.body
    }

    /// Whether an order to wipe is by the organisation's key that was pinned at enrolment.
    pub fn believes(&self, order: &WipeOrder) -> bool {
        let pinned = &self.enrolled.as_ref().unwrap().organisation_key;
        let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let signed = WipeOrder::signed_bytes(order.device, &order.nonce);
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, decode(pinned));
        key.verify(&signed, &decode(&order.signature)).is_ok()
    }
}

/// Whom a token is for, and when.
#[derive(Clone, Copy)]
struct Audience<'a> {
    server_id: &'a str,
    now: i64,
}

impl<'a> Audience<'a> {
    fn of(server: &'a TestServer) -> Self {
        Self { server_id: &server.app.vault.keys().server_id, now: server.clock().now().seconds() }
    }

    /// As a phone knows it: from the link, and by its own clock.
    fn scanned(invitation: &'a Invitation) -> Self {
        Self { server_id: &invitation.server_id, now: TestClock::start().now().seconds() }
    }
}

fn claims(audience: Audience<'_>, iss: &str, sub: &str, body: &[u8]) -> Value {
    let now = audience.now;
    json!({
        "iss": iss, "sub": sub, "aud": audience.server_id,
        "iat": now, "nbf": now, "exp": now + 60, "jti": jti(),
        "body_sha256": BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(body)),
    })
}

fn jti() -> String {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).unwrap();
    hex::encode(bytes)
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, body: response.bytes().await.unwrap().to_vec() }
    }

    #[track_caller]
    pub fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{self:?} {}", String::from_utf8_lossy(&self.body));
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub fn error(&self) -> ErrorBody {
        assert!(!self.status.is_success(), "{self:?}");
        serde_json::from_slice(&self.body).unwrap()
    }

    #[track_caller]
    pub fn code(&self) -> ErrorCode {
        self.error().code
    }
}

pub async fn post(server: &TestServer, path: &str, token: &str, body: Vec<u8>) -> Answer {
    let request = server
        .http
        .post(server.url(path))
        .bearer_auth(token)
        .header("content-type", "application/json")
        .body(body);
    Answer::of(request.send().await.unwrap()).await
}

pub async fn get(server: &TestServer, path: &str) -> Answer {
    Answer::of(server.http.get(server.url(path)).send().await.unwrap()).await
}

async fn post_to(url: &str, token: &str, body: Vec<u8>) -> Answer {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    Answer::of(
        client
            .post(url)
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(body)
            .send()
            .await
            .unwrap(),
    )
    .await
}
