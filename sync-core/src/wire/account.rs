//! Owns the JSON messages around a device's credentials: invitation, enrolment, tokens, errors, wipe.

use super::ErrorCode;
use crate::ids::{DeviceId, OrgId, PersonId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The `typ` of the assertion that signs an enrolment; its `kid` is the key's thumbprint (RFC 7638).
pub const ENROLL_TYP: &str = "floorwalk-enroll+jwt";
/// The `typ` of the assertion that signs each request; its `kid` is `<organisation>.<device>`.
pub const ASSERTION_TYP: &str = "floorwalk-assertion+jwt";
/// The `typ` of the access token that `/v1/token` gives.
pub const ACCESS_TYP: &str = "floorwalk-access+jwt";
/// How long an assertion may live, in seconds.
pub const ASSERTION_LIFE_SECONDS: i64 = 60;

/// What a person scans to enrol: `https://server/#invite=<code>&server=<id>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Where the server is, without a trailing slash.
    pub url: String,
    /// The one-time code: base64url of organisation and 16 random bytes.
    pub code: String,
    /// The server's stable name, which assertions must name as their audience.
    pub server_id: String,
}

impl Invitation {
    /// The link that a QR code holds. The code is in the fragment, which browsers do not send.
    pub fn to_link(&self) -> String {
        format!("{}/#invite={}&server={}", self.url, self.code, self.server_id)
    }

    /// Reads the link.
    pub fn parse(link: &str) -> Option<Self> {
        let (url, fragment) = link.trim().split_once("/#")?;
        let field =
            |name| fragment.split('&').find_map(|pair| pair.strip_prefix(name)).filter(|v| !v.is_empty());
        let (code, server_id) = (field("invite=")?, field("server=")?);
        let is_web = url.starts_with("http://") || url.starts_with("https://");
        is_web.then(|| Self { url: url.into(), code: code.into(), server_id: server_id.into() })
    }
}

/// Claims of an assertion. `iss` is the device (at enrolment: the key's thumbprint).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionClaims {
    /// The device, in hexadecimal; at enrolment the key's thumbprint.
    pub iss: String,
    /// The person, in hexadecimal; at enrolment the thumbprint again.
    pub sub: String,
    /// The server's stable name.
    pub aud: String,
    /// Issued, in seconds.
    pub iat: i64,
    /// Not before, in seconds.
    pub nbf: i64,
    /// Expires, in seconds; at most [`ASSERTION_LIFE_SECONDS`] after `iat`.
    pub exp: i64,
    /// Random; names the request.
    pub jti: String,
    /// base64url of the SHA-256 of the body as sent.
    pub body_sha256: String,
}

/// `POST /v1/enroll`: asks for a device, signed by the new key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrollRequest {
    /// The invitation's code.
    pub code: String,
    /// The public key: base64url of the uncompressed SEC 1 point (65 bytes).
    pub public_key: String,
    /// What the owner calls the phone; at most 120 characters.
    pub device_name: String,
    /// The same person's earlier device whose key was lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<DeviceId>,
}

/// The enrolled device. The same key and code get the same answer again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrollResponse {
    /// The organisation.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub person_name: String,
    /// Their language: `en`, `ro` or `zh`.
    pub language: String,
    /// The device.
    pub device: DeviceId,
    /// The server's stable name.
    pub server_id: String,
    /// The organisation's key, pinned here: base64url of the uncompressed point. Signs wipe orders.
    pub organisation_key: String,
    /// The server's clock.
    pub server_time: Timestamp,
}

/// `POST /v1/calendar`: where one's calendar can be read from now on.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarResponse {
    /// Below the server's address: a secret.
    pub path: String,
}

impl std::fmt::Debug for CalendarResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CalendarResponse(***)")
    }
}

/// `POST /v1/token`: a short-lived access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The token.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
    /// Seconds until it ends.
    pub expires_in: u32,
}

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// What a client acts on.
    pub code: ErrorCode,
    /// What a person can do about it; never holds content.
    pub detail: String,
    /// The server's clock: lets a phone whose clock is wrong sign again.
    pub server_time: Timestamp,
    /// With `device_revoked`: the signed order to wipe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wipe: Option<WipeOrder>,
}

/// The order to wipe a revoked device's store. Without a valid signature nothing is erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WipeOrder {
    /// The device.
    pub device: DeviceId,
    /// The `jti` of the request it answers.
    pub nonce: String,
    /// base64url of the organisation key's ES256 signature over [`WipeOrder::signed_bytes`].
    pub signature: String,
}

impl WipeOrder {
    /// What is signed.
    pub fn signed_bytes(device: DeviceId, nonce: &str) -> Vec<u8> {
        format!("floorwalk/wipe/1\n{device}\n{nonce}").into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_survives_its_link() {
        let invitation = Invitation {
            url: "https://care.example:8443".into(),
            code: "c0de".into(),
            server_id: "s1".into(),
        };
        assert_eq!(Invitation::parse(&invitation.to_link()), Some(invitation));
    }

    #[test]
    fn what_is_no_invitation_is_refused() {
        for link in [
            "",
            "https://care.example",
            "ftp://x/#invite=a&server=b",
            "https://x/#invite=&server=b",
            "https://x/#invite=a",
        ] {
            assert_eq!(Invitation::parse(link), None, "{link}");
        }
    }
}
