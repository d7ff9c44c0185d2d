//! Owns the description of the API for tools: generated from the handlers, with schemas taken from real messages.
//!
//! The messages live in sync-core, which knows nothing of descriptions; so each schema is read off a message as it
//! is really written, and cannot say anything else.

use serde_json::Value;
use std::borrow::Cow;
use sync_core::ids::{DeviceId, OrgId, PersonId};
use sync_core::time::Timestamp;
use sync_core::wire::{self, ErrorCode};
use utoipa::openapi::schema::{ArrayBuilder, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{RefOr, schema::AdditionalProperties};
use utoipa::{IntoResponses, Modify, OpenApi, PartialSchema, ToSchema};

/// The frame of the description; the paths come from the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Floorwalk",
        description = "Sync, credentials and operation of a Floorwalk server. The bodies of `/v1/sync` are CBOR; \
                       docs/protocol.md describes them."
    ),
    components(schemas(EnrollRequest, EnrollResponse, TokenResponse, CalendarResponse, ErrorBody)),
    modifiers(&Credentials)
)]
pub struct Description;

/// How a request of an administrator may fail.
#[derive(IntoResponses)]
pub enum AdminRefusals {
    /// `malformed`
    #[response(status = 400)]
    Malformed(ErrorBody),
    /// `credential_missing`, `key_refused`, `token_*`, `clock_skew`, `device_*`
    #[response(status = 401)]
    Credential(ErrorBody),
    /// `not_allowed`: no administrator, or none any more
    #[response(status = 403)]
    NotAllowed(ErrorBody),
    /// `not_found`: not in this organisation
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// `conflict`: it stands against what is there
    #[response(status = 409)]
    Conflict(ErrorBody),
    /// `too_large`
    #[response(status = 413)]
    TooLarge(ErrorBody),
    /// `unsupported_media`
    #[response(status = 415)]
    UnsupportedMedia(ErrorBody),
    /// `rate_limited`
    #[response(status = 429)]
    RateLimited(ErrorBody),
    /// `unavailable`
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

struct Credentials;

impl Modify for Credentials {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let components = description.components.get_or_insert_default();
        for (name, format, text) in [
            ("assertion", "JWT", "ES256 by the device's key; at most 60 seconds; holds the body's SHA-256."),
            ("access_token", "JWT", "Given by `/v1/token`; ten minutes."),
            ("api_key", "fwk_...", "Made by the operator for a program, with `server api-key create`."),
        ] {
            let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format(format);
            let scheme = SecurityScheme::Http(scheme.description(Some(text)).build());
            components.add_security_scheme(name, scheme);
        }
    }
}

/// Schemas that are read off an example.
macro_rules! by_example {
    ($($(#[$doc:meta])* $name:ident { optional: $optional:expr, example: $example:expr })*) => {$(
        $(#[$doc])*
        pub struct $name;

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let example = serde_json::to_value($example).unwrap_or_default();
                RefOr::T(Schema::Object(object(&example, $optional)))
            }
        }
    )*};
}

by_example! {
    /// The body of `POST /v1/enroll`.
    EnrollRequest { optional: &["replaces"], example: wire::EnrollRequest {
        code: "BwcHBwcHBwcHBwcHBwcHB1f3QmV5c0RlYWRiZWVmMDE".into(),
        public_key: "BDDJ3u1h6cWJ4xZ…".into(),
        device_name: "Ana's phone".into(),
        replaces: Some(DeviceId::from_bytes([0xd0; 16])),
    }}
    /// The answer to `POST /v1/enroll`.
    EnrollResponse { optional: &[], example: wire::EnrollResponse {
        org: OrgId::from_bytes([0xa0; 16]),
        org_name: "Care".into(),
        person: PersonId::from_bytes([0xb0; 16]),
        person_name: "Ana Pop".into(),
        language: "ro".into(),
        device: DeviceId::from_bytes([0xd0; 16]),
        server_id: "7c9e6679f7ab4bde8c3f0e1d2a5b6c47".into(),
        organisation_key: "BJA6L3FiU9vAFtK…".into(),
        server_time: Timestamp(1_774_000_000_000),
    }}
    /// The answer to `POST /v1/token`.
    TokenResponse { optional: &[], example: wire::TokenResponse {
        access_token: "eyJ0eXAiOiJmbG9vcndhbGstYWNjZXNzK2p3dCIs…".into(),
        token_type: "Bearer".into(),
        expires_in: 600,
    }}
    /// The answer to `POST /v1/calendar`.
    CalendarResponse { optional: &[], example: wire::CalendarResponse {
        path: "/v1/calendar/oKCgoKCgoKCgoKCgoKCgoAcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcH.ics".into(),
    }}
    /// The body of every answer that is not a success.
    ErrorBody { optional: &["wipe"], example: wire::ErrorBody {
        code: ErrorCode::DeviceRevoked,
        detail: "The access of this device was taken away.".into(),
        server_time: Timestamp(1_774_000_000_000),
        wipe: Some(wire::WipeOrder {
            device: DeviceId::from_bytes([0xd0; 16]),
            nonce: "0123456789abcdef".into(),
            signature: "MEUCIQ…".into(),
        }),
    }}
}

fn object(example: &Value, optional: &[&str]) -> Object {
    let mut schema = ObjectBuilder::new();
    for (key, value) in example.as_object().into_iter().flatten() {
        schema = schema.property(key, of(value));
        if !optional.contains(&key.as_str()) {
            schema = schema.required(key);
        }
    }
    schema.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true))).build()
}

fn of(value: &Value) -> Schema {
    let simple =
        |kind| Schema::Object(ObjectBuilder::new().schema_type(kind).examples([value.clone()]).build());
    match value {
        Value::Object(_) => Schema::Object(object(value, &[])),
        Value::Array(items) => {
            let item = items.first().map_or_else(|| simple(Type::Object), of);
            Schema::Array(ArrayBuilder::new().items(RefOr::T(item)).build())
        }
        Value::String(_) => simple(Type::String),
        Value::Number(_) => simple(Type::Integer),
        Value::Bool(_) => simple(Type::Boolean),
        Value::Null => simple(Type::Null),
    }
}
