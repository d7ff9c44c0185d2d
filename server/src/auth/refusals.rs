//! Every kind of token that is refused, by name: the rules of RFC 8725 and what was seen to pass elsewhere.

mod enrolment;

use super::admission::{Admitted, Credential};
use super::bearer::bearer;
use super::lifetime::LEEWAY_SECONDS;
use super::{AuthError, DeviceKey, DeviceKid, EnrolledDevice, Token, access};
use crate::caller::Caller;
use crate::random::Randomness;
use crate::vault::Keys;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use axum::http::{HeaderMap, HeaderValue, header};
use base64::Engine;
use base64::prelude::{BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sync_core::ids::{DeviceId, OrgId, PersonId};
use sync_core::time::Timestamp;
use sync_core::wire::ErrorCode;

const NOW: i64 = 1_774_000_000;
const BODY: &[u8] = b"the body as sent";

/// A server with one enrolled device.
struct World {
    keys: Keys,
    pair: EcdsaKeyPair,
    device: EnrolledDevice,
}

impl World {
    fn new() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let kid = DeviceKid { org: OrgId::from_bytes([0xa0; 16]), device: DeviceId::from_bytes([0xd0; 16]) };
        let device = EnrolledDevice {
            kid,
            person: PersonId::from_bytes([0xb0; 16]),
            key: DeviceKey::from_point(pair.public_key().as_ref()).unwrap(),
            is_revoked: false,
        };
        Self { keys: Keys::generate(&Randomness::system()), pair, device }
    }

    fn header(&self) -> Value {
        let kid = format!("{}.{}", self.device.kid.org, self.device.kid.device);
        json!({ "typ": "floorwalk-assertion+jwt", "alg": "ES256", "kid": kid })
    }

    fn claims(&self) -> Value {
        json!({
            "iss": self.device.kid.device, "sub": self.device.person, "aud": self.keys.server_id,
            "iat": NOW, "nbf": NOW, "exp": NOW + 60, "jti": "0123456789abcdef",
            "body_sha256": BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(BODY)),
        })
    }

    /// An assertion with this change to its header and this one to its claims.
    fn assertion(&self, edit: impl FnOnce(&mut Value, &mut Value)) -> String {
        let (mut header, mut claims) = (self.header(), self.claims());
        edit(&mut header, &mut claims);
        self.sign(&header.to_string(), &claims.to_string())
    }

    fn sign(&self, header: &str, claims: &str) -> String {
        let signed = encode_parts(header.as_bytes(), claims.as_bytes());
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    fn access(&self, edit: impl FnOnce(&mut Value, &mut Value)) -> String {
        let key = self.keys.access_key(Timestamp(NOW * 1000));
        let mut header = json!({ "typ": "floorwalk-access+jwt", "alg": "HS256", "kid": key.kid });
        let mut claims = json!({
            "iss": self.keys.server_id, "aud": self.keys.server_id, "sub": self.device.person,
            "org": self.device.kid.org, "device": self.device.kid.device,
            "iat": NOW, "nbf": NOW, "exp": NOW + 600, "jti": "0123456789abcdef",
        });
        edit(&mut header, &mut claims);
        hs256(&header.to_string(), &claims.to_string(), &key.secret)
    }

    fn admit(&self, token: &str) -> Result<Admitted, AuthError> {
        let token = Token::parse(token)?;
        let now = Timestamp(NOW * 1000);
        let credential = Credential::of(&token, &self.keys, now)?;
        let found = (credential.kid() == self.device.kid).then_some(&self.device);
        credential.admit(found, &self.keys, now)
    }
}

fn encode_parts(header: &[u8], claims: &[u8]) -> String {
    format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(header), BASE64_URL_SAFE_NO_PAD.encode(claims))
}

fn hs256(header: &str, claims: &str, secret: &[u8]) -> String {
    let signed = encode_parts(header.as_bytes(), claims.as_bytes());
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), signed.as_bytes());
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag))
}

/// A token signed over claims that are no JSON value of serde's.
fn with_raw_claims(world: &World, replace: &str, by: &str) -> String {
    let claims = world.claims().to_string();
    assert!(claims.contains(replace), "nothing to replace");
    world.sign(&world.header().to_string(), &claims.replacen(replace, by, 1))
}

fn without(value: &mut Value, key: &str) {
    value.as_object_mut().unwrap().remove(key).unwrap();
}

/// One test for each line: name, code, how the token is made.
macro_rules! refused {
    ($($name:ident => $code:ident, $make:expr;)*) => {$(
        #[test]
        fn $name() {
            let world = World::new();
            let make: fn(&World) -> String = $make;
            let refusal = world.admit(&make(&world)).expect_err("it was let in");
            assert_eq!(refusal.code(), ErrorCode::$code);
        }
    )*};
}

// Form and header. RFC 8725: 3.1 the algorithm, 3.2 weak ones, 3.3 nesting, 3.6 compression, 3.10 received keys,
// 3.11 explicit types.
refused! {
    an_empty_token_is_refused => TokenMalformed, |_| String::new();
    a_token_of_two_parts_is_refused => TokenMalformed, |w| w.assertion(|_, _| ()).rsplit_once('.').unwrap().0.into();
    a_token_of_four_parts_is_refused => TokenMalformed, |w| w.assertion(|_, _| ()) + ".AAAA";
    a_trailing_equals_sign_is_refused => TokenMalformed, |w| w.assertion(|_, _| ()) + "=";
    a_leading_space_is_refused => TokenMalformed, |w| format!(" {}", w.assertion(|_, _| ()));
    a_trailing_newline_is_refused => TokenMalformed, |w| w.assertion(|_, _| ()) + "\n";
    base64_of_the_other_alphabet_is_refused => TokenMalformed, |w| {
        let token = w.sign(&w.header().to_string(), &w.claims().to_string().replace("0123456789abcdef", "???>>>~~~???>>>~~~"));
        assert!(token.contains(['-', '_']));
        token.replace('-', "+").replace('_', "/")
    };
    padded_parts_are_refused => TokenMalformed, |w| {
        let header = BASE64_URL_SAFE.encode(w.header().to_string() + " ");
        format!("{header}=.{}", w.assertion(|_, _| ()).split_once('.').unwrap().1)
    };
    a_token_over_4_kib_is_refused => TokenMalformed, |w| w.assertion(|_, c| c["jti"] = "j".repeat(3000).into());
    a_payload_of_1_mib_is_refused => TokenMalformed, |w| w.assertion(|_, c| c["note"] = "n".repeat(1 << 20).into());
    a_header_that_is_an_array_is_refused => TokenMalformed, |w| {
        let kid = w.header()["kid"].clone();
        w.sign(&json!(["floorwalk-assertion+jwt", "ES256", kid]).to_string(), &w.claims().to_string())
    };
    a_header_that_is_no_json_is_refused => TokenMalformed, |w| w.sign("{", "{}");
    alg_none_is_refused => TokenMalformed, |w| {
        w.assertion(|h, _| h["alg"] = "none".into()).rsplit_once('.').unwrap().0.to_owned() + "."
    };
    alg_none_in_another_case_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["alg"] = "nOnE".into());
    alg_in_another_case_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["alg"] = "es256".into());
    another_algorithm_of_the_same_key_type_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["alg"] = "ES384".into());
    an_absent_alg_is_refused => TokenMalformed, |w| w.assertion(|h, _| without(h, "alg"));
    hs256_signed_with_the_public_key_is_refused => TokenMalformed, |w| {
        let mut header = w.header();
        header["alg"] = "HS256".into();
        hs256(&header.to_string(), &w.claims().to_string(), w.device.key.as_point())
    };
    hs256_under_an_es256_header_is_refused => TokenSignature, |w| {
        hs256(&w.header().to_string(), &w.claims().to_string(), w.device.key.as_point())
    };
    an_unknown_crit_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["crit"] = json!(["x"]));
    an_empty_crit_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["crit"] = json!([]));
    an_embedded_jwk_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["jwk"] = json!({ "kty": "EC" }));
    a_jku_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["jku"] = "https://evil.example/keys".into());
    an_x5u_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["x5u"] = "https://evil.example/cert".into());
    an_x5c_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["x5c"] = json!(["MIIB"]));
    an_x5t_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["x5t"] = "AAAA".into());
    a_payload_that_is_not_encoded_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["b64"] = false.into());
    a_header_field_without_a_meaning_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["note"] = "x".into());
    a_compressed_payload_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["zip"] = "DEF".into());
    a_nested_token_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["cty"] = "JWT".into());
    a_repeated_header_key_is_refused => TokenMalformed, |w| {
        w.sign(&w.header().to_string().replacen('{', r#"{"alg":"ES256","#, 1), &w.claims().to_string())
    };
    a_repeated_header_key_in_escapes_is_refused => TokenMalformed, |w| {
        w.sign(&w.header().to_string().replacen('{', r#"{"al\u0067":"none","#, 1), &w.claims().to_string())
    };
    an_absent_typ_is_refused => TokenMalformed, |w| w.assertion(|h, _| without(h, "typ"));
    a_general_typ_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["typ"] = "JWT".into());
    an_enrolment_token_used_for_a_request_is_refused => TokenMalformed,
        |w| w.assertion(|h, _| h["typ"] = "floorwalk-enroll+jwt".into());
    an_assertion_dressed_as_an_access_token_is_refused => TokenMalformed,
        |w| w.assertion(|h, _| h["typ"] = "floorwalk-access+jwt".into());
    an_access_token_dressed_as_an_assertion_is_refused => TokenMalformed,
        |w| w.access(|h, _| h["typ"] = "floorwalk-assertion+jwt".into());
    an_absent_kid_is_refused => TokenMalformed, |w| w.assertion(|h, _| without(h, "kid"));
    a_kid_that_is_a_number_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["kid"] = 1.into());
    a_kid_that_is_a_path_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["kid"] = "../../dev/null".into());
    a_kid_that_is_sql_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["kid"] = "' OR 1=1 --".into());
    a_kid_of_1_mib_is_refused => TokenMalformed, |w| w.assertion(|h, _| h["kid"] = "k".repeat(1 << 20).into());
    a_kid_in_upper_case_is_refused => TokenMalformed, |w| w.assertion(|h, _| {
        h["kid"] = h["kid"].as_str().unwrap().to_uppercase().into();
    });
    a_kid_with_hyphens_is_refused => TokenMalformed, |w| w.assertion(|h, _| {
        h["kid"] = h["kid"].as_str().unwrap().replacen("a0a0a0a0", "a0a0a0a0-", 1).into();
    });
    a_kid_of_an_unknown_device_is_refused => DeviceUnknown, |w| w.assertion(|h, _| {
        h["kid"] = format!("{}.{}", w.device.kid.org, DeviceId::from_bytes([1; 16])).into();
    });
    a_kid_of_another_organisation_is_refused => DeviceUnknown, |w| w.assertion(|h, _| {
        h["kid"] = format!("{}.{}", OrgId::from_bytes([1; 16]), w.device.kid.device).into();
    });
}

// Signature. RFC 8725: 3.3 every operation is checked, 3.4 inputs are.
refused! {
    a_token_of_another_key_is_refused => TokenSignature, |w| {
        let stranger = World::new();
        stranger.sign(&w.header().to_string(), &w.claims().to_string())
    };
    changed_claims_are_refused => TokenSignature, |w| {
        let token = w.assertion(|_, _| ());
        let signature = token.rsplit_once('.').unwrap().1.to_owned();
        let mut claims = w.claims();
        claims["exp"] = (NOW + 59).into();
        format!("{}.{signature}", encode_parts(w.header().to_string().as_bytes(), claims.to_string().as_bytes()))
    };
    an_absent_signature_is_refused => TokenSignature, |w| w.assertion(|_, _| ()).rsplit_once('.').unwrap().0.to_owned() + ".";
    a_signature_of_zeros_is_refused => TokenSignature, |w| {
        let signed = w.assertion(|_, _| ()).rsplit_once('.').unwrap().0.to_owned();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode([0; 64]))
    };
    a_signature_in_asn1_is_refused => TokenSignature, |w| {
        let token = w.assertion(|_, _| ());
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let fixed = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
        let integer = |half: &[u8]| [&[2, 33, 0][..], half].concat();
        let asn1 = [&[0x30, 70][..], &integer(&fixed[..32]), &integer(&fixed[32..])].concat();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(asn1))
    };
}

// Claims. RFC 8725: 3.7 UTF-8, 3.8 issuer and subject, 3.9 audience.
refused! {
    claims_that_are_an_array_are_refused => TokenClaims, |w| w.sign(&w.header().to_string(), "[]");
    claims_that_are_null_are_refused => TokenClaims, |w| w.sign(&w.header().to_string(), "null");
    claims_that_are_no_utf8_are_refused => TokenClaims, |w| {
        let claims = w.claims().to_string().into_bytes();
        let broken: Vec<u8> = claims.iter().map(|b| if *b == b'0' { 0xff } else { *b }).collect();
        let signed = encode_parts(w.header().to_string().as_bytes(), &broken);
        let signature = w.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    };
    an_absent_aud_is_refused => TokenClaims, |w| w.assertion(|_, c| without(c, "aud"));
    an_aud_of_another_server_is_refused => TokenClaims, |w| w.assertion(|_, c| c["aud"] = "5e1f".into());
    an_aud_that_is_null_is_refused => TokenClaims, |w| w.assertion(|_, c| c["aud"] = Value::Null);
    an_aud_that_is_a_number_is_refused => TokenClaims, |w| w.assertion(|_, c| c["aud"] = 1.into());
    an_aud_that_is_an_object_is_refused => TokenClaims, |w| w.assertion(|_, c| c["aud"] = json!({}));
    an_aud_that_is_an_array_is_refused => TokenClaims, |w| w.assertion(|_, c| c["aud"] = json!([c["aud"]]));
    an_absent_iss_is_refused => TokenClaims, |w| w.assertion(|_, c| without(c, "iss"));
    an_iss_that_is_a_number_is_refused => TokenClaims, |w| w.assertion(|_, c| c["iss"] = 1.into());
    an_iss_that_is_null_is_refused => TokenClaims, |w| w.assertion(|_, c| c["iss"] = Value::Null);
    an_iss_of_another_device_is_refused => TokenClaims,
        |w| w.assertion(|_, c| c["iss"] = DeviceId::from_bytes([1; 16]).to_string().into());
    an_absent_sub_is_refused => TokenClaims, |w| w.assertion(|_, c| without(c, "sub"));
    a_sub_that_is_a_number_is_refused => TokenClaims, |w| w.assertion(|_, c| c["sub"] = 1.into());
    a_sub_that_is_null_is_refused => TokenClaims, |w| w.assertion(|_, c| c["sub"] = Value::Null);
    a_sub_of_another_person_is_refused => TokenClaims,
        |w| w.assertion(|_, c| c["sub"] = PersonId::from_bytes([1; 16]).to_string().into());
    an_absent_jti_is_refused => TokenClaims, |w| w.assertion(|_, c| without(c, "jti"));
    a_jti_that_is_a_number_is_refused => TokenClaims, |w| w.assertion(|_, c| c["jti"] = 1.into());
    a_jti_that_is_null_is_refused => TokenClaims, |w| w.assertion(|_, c| c["jti"] = Value::Null);
    a_short_jti_is_refused => TokenClaims, |w| w.assertion(|_, c| c["jti"] = "0123456789abcde".into());
    a_long_jti_is_refused => TokenClaims, |w| w.assertion(|_, c| c["jti"] = "j".repeat(65).into());
    a_jti_with_a_nul_is_refused => TokenClaims, |w| w.assertion(|_, c| c["jti"] = "0123456789abcdef\0".into());
    an_absent_body_hash_is_refused => TokenClaims, |w| w.assertion(|_, c| without(c, "body_sha256"));
    a_body_hash_that_is_a_number_is_refused => TokenClaims, |w| w.assertion(|_, c| c["body_sha256"] = 1.into());
    an_absent_exp_is_refused => TokenClaims, |w| w.assertion(|_, c| without(c, "exp"));
    an_absent_nbf_is_refused => TokenClaims, |w| w.assertion(|_, c| without(c, "nbf"));
    an_absent_iat_is_refused => TokenClaims, |w| w.assertion(|_, c| without(c, "iat"));
    an_exp_as_text_is_refused => TokenClaims, |w| w.assertion(|_, c| c["exp"] = (NOW + 60).to_string().into());
    an_nbf_as_text_is_refused => TokenClaims, |w| w.assertion(|_, c| c["nbf"] = NOW.to_string().into());
    an_iat_as_text_is_refused => TokenClaims, |w| w.assertion(|_, c| c["iat"] = NOW.to_string().into());
    an_exp_that_is_null_is_refused => TokenClaims, |w| w.assertion(|_, c| c["exp"] = Value::Null);
    an_nbf_that_is_null_is_refused => TokenClaims, |w| w.assertion(|_, c| c["nbf"] = Value::Null);
    an_iat_that_is_null_is_refused => TokenClaims, |w| w.assertion(|_, c| c["iat"] = Value::Null);
    an_exp_with_a_fraction_is_refused => TokenClaims, |w| with_raw_claims(w, &(NOW + 60).to_string(), "1774000060.5");
    an_exp_of_1e300_is_refused => TokenClaims, |w| with_raw_claims(w, &(NOW + 60).to_string(), "1e300");
    an_exp_over_64_bits_is_refused => TokenClaims, |w| with_raw_claims(w, &(NOW + 60).to_string(), "18446744073709551615");
    an_exp_at_the_end_of_time_is_refused => TokenClaims, |w| w.assertion(|_, c| c["exp"] = i64::MAX.into());
    times_at_the_ends_of_time_are_refused => TokenClaims, |w| w.assertion(|_, c| {
        c["iat"] = i64::MIN.into();
        c["exp"] = i64::MAX.into();
    });
    a_negative_exp_is_refused => TokenClaims, |w| w.assertion(|_, c| c["exp"] = (-1).into());
    an_exp_before_nbf_is_refused => TokenClaims, |w| w.assertion(|_, c| c["nbf"] = (NOW + 61).into());
    a_life_of_61_seconds_is_refused => TokenClaims, |w| w.assertion(|_, c| c["exp"] = (NOW + 61).into());
    a_life_made_long_by_nbf_is_refused => TokenClaims, |w| w.assertion(|_, c| c["nbf"] = (NOW - 1).into());
    a_repeated_exp_is_refused => TokenClaims, |w| with_raw_claims(w, "{", r#"{"exp":1774000060,"#);
    a_repeated_exp_in_escapes_is_refused => TokenClaims, |w| with_raw_claims(w, "{", r#"{"e\u0078p":1774000060,"#);
}

// Time: the clocks are too far apart, and the answer says so.
refused! {
    a_token_expired_by_more_than_the_leeway_is_refused => ClockSkew, |w| at(w, -60 - LEEWAY_SECONDS);
    a_token_issued_later_than_the_leeway_is_refused => ClockSkew, |w| at(w, LEEWAY_SECONDS + 1);
    a_future_nbf_is_refused => ClockSkew, |w| w.assertion(|_, c| {
        c["nbf"] = (NOW + LEEWAY_SECONDS + 1).into();
    });
    a_phone_in_1970_is_told_the_time => ClockSkew, |w| at(w, -NOW);
    a_phone_ten_years_ahead_is_told_the_time => ClockSkew, |w| at(w, 315_360_000);
}

/// An assertion of a phone whose clock is off by so many seconds.
fn at(world: &World, offset: i64) -> String {
    world.assertion(|_, c| {
        for time in ["iat", "nbf", "exp"] {
            c[time] = (c[time].as_i64().unwrap() + offset).into();
        }
    })
}

// Access tokens.
refused! {
    an_access_token_of_another_server_is_refused => TokenSignature, |w| World::new().access(|_, c| {
        c["iss"] = w.keys.server_id.clone().into();
        c["aud"] = w.keys.server_id.clone().into();
    });
    an_access_token_signed_with_no_key_is_refused => TokenSignature, |w| {
        let token = w.access(|_, _| ());
        let (header, claims) = token.rsplit_once('.').unwrap().0.split_once('.').unwrap();
        let decoded = [header, claims].map(|p| String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(p).unwrap()).unwrap());
        hs256(&decoded[0], &decoded[1], b"")
    };
    an_access_token_of_an_unknown_key_is_refused => TokenSignature, |w| w.access(|h, _| h["kid"] = "access-1".into());
    an_access_token_whose_kid_is_a_device_is_refused => TokenSignature,
        |w| w.access(|h, _| h["kid"] = w.header()["kid"].clone());
    an_access_token_under_es256_is_refused => TokenMalformed, |w| w.access(|h, _| h["alg"] = "ES256".into());
    an_access_token_for_another_audience_is_refused => TokenClaims, |w| w.access(|_, c| c["aud"] = "5e1f".into());
    an_access_token_of_another_issuer_is_refused => TokenClaims, |w| w.access(|_, c| c["iss"] = "5e1f".into());
    an_access_token_of_another_person_is_refused => TokenClaims,
        |w| w.access(|_, c| c["sub"] = PersonId::from_bytes([1; 16]).to_string().into());
    an_access_token_of_an_unknown_device_is_refused => DeviceUnknown,
        |w| w.access(|_, c| c["device"] = DeviceId::from_bytes([1; 16]).to_string().into());
    an_access_token_without_exp_is_refused => TokenClaims, |w| w.access(|_, c| without(c, "exp"));
    an_access_token_without_nbf_is_refused => TokenClaims, |w| w.access(|_, c| without(c, "nbf"));
    an_access_token_without_iss_is_refused => TokenClaims, |w| w.access(|_, c| without(c, "iss"));
    an_access_token_without_aud_is_refused => TokenClaims, |w| w.access(|_, c| without(c, "aud"));
    an_access_token_without_sub_is_refused => TokenClaims, |w| w.access(|_, c| without(c, "sub"));
    an_access_token_without_iat_is_refused => TokenClaims, |w| w.access(|_, c| without(c, "iat"));
    an_access_token_without_jti_is_refused => TokenClaims, |w| w.access(|_, c| without(c, "jti"));
    an_access_token_without_device_is_refused => TokenClaims, |w| w.access(|_, c| without(c, "device"));
    an_access_token_whose_exp_is_text_is_refused => TokenClaims,
        |w| w.access(|_, c| c["exp"] = (NOW + 600).to_string().into());
    an_access_token_from_the_future_is_refused => ClockSkew, |w| w.access(|_, c| {
        c["nbf"] = (NOW + LEEWAY_SECONDS + 1).into();
    });
    an_access_token_with_alg_none_is_refused => TokenMalformed, |w| {
        w.access(|h, _| h["alg"] = "none".into()).rsplit_once('.').unwrap().0.to_owned() + "."
    };
    an_access_token_with_an_unknown_claim_is_refused => TokenClaims, |w| w.access(|_, c| c["admin"] = true.into());
    an_access_token_that_lives_too_long_is_refused => TokenClaims, |w| w.access(|_, c| c["exp"] = (NOW + 601).into());
    an_access_token_after_ten_minutes_is_refused => ClockSkew, |w| w.access(|_, c| {
        for time in ["iat", "nbf", "exp"] {
            c[time] = (c[time].as_i64().unwrap() - 600 - LEEWAY_SECONDS).into();
        }
    });
}

#[test]
fn a_right_assertion_is_admitted_and_its_body_is_checked() {
    let world = World::new();
    let admitted = world.admit(&world.assertion(|_, _| ())).unwrap();
    assert_eq!(
        (admitted.caller.person, admitted.caller.device),
        (world.device.person, world.device.kid.device)
    );
    let accepted = admitted.assertion.unwrap();
    assert_eq!(accepted.check_body(BODY), Ok(()));
    assert_eq!(accepted.check_body(b"the body as replaced"), Err(AuthError::Body));
    assert_eq!(accepted.check_body(b""), Err(AuthError::Body));
}

#[test]
fn an_assertion_within_the_leeway_of_both_ends_is_admitted() {
    let world = World::new();
    for offset in [LEEWAY_SECONDS, 1 - 60 - LEEWAY_SECONDS] {
        let accepted = world.admit(&at(&world, offset)).unwrap().assertion.unwrap();
        assert!(
            accepted.over >= Timestamp((NOW + offset + 60 + LEEWAY_SECONDS) * 1000),
            "its jti is kept for long enough"
        );
    }
}

#[test]
fn an_unknown_claim_of_a_newer_phone_is_ignored() {
    let world = World::new();
    assert!(world.admit(&world.assertion(|_, c| c["from_the_future"] = true.into())).is_ok());
}

#[test]
fn an_issued_access_token_is_admitted_until_its_end() {
    let world = World::new();
    let caller =
        Caller { org: world.device.kid.org, person: world.device.person, device: world.device.kid.device };
    let issued = access::issue(caller, &world.keys, [7; 16], Timestamp(NOW * 1000));
    assert_eq!(issued.expires_in, 600);
    assert_eq!(world.admit(&issued.access_token), Ok(Admitted { caller, assertion: None }));
    assert!(!format!("{:?}", world.admit(&issued.access_token)).contains(&issued.access_token));
}

#[test]
fn a_revoked_device_is_told_to_wipe_only_when_it_proves_its_key() {
    let mut world = World::new();
    world.device.is_revoked = true;

    for token in [world.assertion(|_, _| ()), world.access(|_, _| ())] {
        let Err(AuthError::Revoked(order)) = world.admit(&token) else { panic!("not told to wipe") };
        assert_eq!((order.device, order.nonce.as_str()), (world.device.kid.device, "0123456789abcdef"));
    }
    let stranger = World::new().sign(&world.header().to_string(), &world.claims().to_string());
    assert_eq!(world.admit(&stranger), Err(AuthError::Signature));
}

#[test]
fn a_request_carries_exactly_one_bearer_token() {
    let headers = |values: &[&[u8]]| {
        values
            .iter()
            .map(|v| (header::AUTHORIZATION, HeaderValue::from_bytes(v).unwrap()))
            .collect::<HeaderMap>()
    };
    assert_eq!(bearer(&headers(&[b"Bearer abc"])), Ok("abc"));
    assert_eq!(bearer(&headers(&[b"bearer abc"])), Ok("abc"));
    for (wrong, refusal) in [
        (headers(&[]), AuthError::Missing),
        (headers(&[b"Bearer"]), AuthError::Missing),
        (headers(&[b"Bearer "]), AuthError::Missing),
        (headers(&[b"Basic YTpi"]), AuthError::Missing),
        (headers(&[b"abc"]), AuthError::Missing),
        (headers(&[b"Bearer a", b"Bearer b"]), AuthError::Missing),
        (headers(&[b"Bearer a", b"Bearer a"]), AuthError::Missing),
        (headers(&[b"Bearer \xff"]), AuthError::Malformed),
    ] {
        assert_eq!(bearer(&wrong), Err(refusal), "{wrong:?}");
    }
}
