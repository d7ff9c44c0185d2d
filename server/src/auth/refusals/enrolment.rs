//! Every kind of enrolment token that is refused, by name. What becomes of the code is the enrolment service's.

use super::{NOW, World, hs256, without};
use crate::auth::{AuthError, DeviceKey, Token, assertion};
use serde_json::{Value, json};
use sync_core::time::Timestamp;
use sync_core::wire::ErrorCode;

/// One test for each line: name, code, how the assertion of an enrolment is made.
macro_rules! enrolment_refused {
    ($($name:ident => $code:ident, $make:expr;)*) => {$(
        #[test]
        fn $name() {
            let world = World::new();
            let make: fn(&World) -> String = $make;
            let refusal = check_enrolment(&world, &make(&world)).expect_err("it was let in");
            assert_eq!(refusal.code(), ErrorCode::$code);
        }
    )*};
}

enrolment_refused! {
    an_enrolment_signed_as_a_request_is_refused => TokenMalformed, |w| w.assertion(|_, _| ());
    an_enrolment_by_an_access_token_is_refused => TokenMalformed, |w| w.access(|_, _| ());
    an_enrolment_over_4_kib_is_refused => TokenMalformed, |w| enrolment(w, |_, c| c["jti"] = "j".repeat(3000).into());
    an_enrolment_with_alg_none_is_refused => TokenMalformed, |w| {
        enrolment(w, |h, _| h["alg"] = "none".into()).rsplit_once('.').unwrap().0.to_owned() + "."
    };
    an_enrolment_signed_with_its_public_key_as_a_secret_is_refused => TokenMalformed, |w| {
        let (mut header, claims) = enrolment_parts(w);
        header["alg"] = "HS256".into();
        hs256(&header.to_string(), &claims.to_string(), w.device.key.as_point())
    };
    an_enrolment_that_brings_its_key_in_the_header_is_refused => TokenMalformed,
        |w| enrolment(w, |h, _| h["jwk"] = json!({ "kty": "EC" }));
    an_enrolment_with_a_crit_is_refused => TokenMalformed, |w| enrolment(w, |h, _| h["crit"] = json!(["x"]));
    an_enrolment_whose_kid_is_not_its_keys_thumbprint_is_refused => TokenMalformed,
        |w| enrolment(w, |h, _| h["kid"] = World::new().device.key.thumbprint().into());
    an_enrolment_signed_by_another_key_than_it_brings_is_refused => TokenSignature, |w| {
        let (header, claims) = enrolment_parts(w);
        World::new().sign(&header.to_string(), &claims.to_string())
    };
    an_enrolment_whose_iss_is_another_key_is_refused => TokenClaims,
        |w| enrolment(w, |_, c| c["iss"] = World::new().device.key.thumbprint().into());
    an_enrolment_whose_sub_is_another_key_is_refused => TokenClaims,
        |w| enrolment(w, |_, c| c["sub"] = World::new().device.key.thumbprint().into());
    an_enrolment_for_another_server_is_refused => TokenClaims, |w| enrolment(w, |_, c| c["aud"] = "5e1f".into());
    an_enrolment_without_exp_is_refused => TokenClaims, |w| enrolment(w, |_, c| without(c, "exp"));
    an_enrolment_without_nbf_is_refused => TokenClaims, |w| enrolment(w, |_, c| without(c, "nbf"));
    an_enrolment_without_iss_is_refused => TokenClaims, |w| enrolment(w, |_, c| without(c, "iss"));
    an_enrolment_without_aud_is_refused => TokenClaims, |w| enrolment(w, |_, c| without(c, "aud"));
    an_enrolment_without_sub_is_refused => TokenClaims, |w| enrolment(w, |_, c| without(c, "sub"));
    an_enrolment_without_iat_is_refused => TokenClaims, |w| enrolment(w, |_, c| without(c, "iat"));
    an_enrolment_without_jti_is_refused => TokenClaims, |w| enrolment(w, |_, c| without(c, "jti"));
    an_enrolment_without_a_body_hash_is_refused => TokenClaims, |w| enrolment(w, |_, c| without(c, "body_sha256"));
    an_enrolment_whose_exp_is_text_is_refused => TokenClaims,
        |w| enrolment(w, |_, c| c["exp"] = (NOW + 60).to_string().into());
    an_enrolment_with_a_short_jti_is_refused => TokenClaims, |w| enrolment(w, |_, c| c["jti"] = "0123456789abcde".into());
    an_enrolment_that_lives_too_long_is_refused => TokenClaims, |w| enrolment(w, |_, c| c["exp"] = (NOW + 61).into());
    an_enrolment_of_a_phone_with_a_wrong_clock_is_told_the_time => ClockSkew, |w| enrolment(w, |_, c| {
        for time in ["iat", "nbf", "exp"] {
            c[time] = (c[time].as_i64().unwrap() + 3600).into();
        }
    });
}

fn enrolment_parts(world: &World) -> (Value, Value) {
    let (mut header, mut claims) = (world.header(), world.claims());
    let thumbprint = world.device.key.thumbprint();
    header["typ"] = "floorwalk-enroll+jwt".into();
    header["kid"] = thumbprint.clone().into();
    claims["iss"] = thumbprint.clone().into();
    claims["sub"] = thumbprint.into();
    (header, claims)
}

fn enrolment(world: &World, edit: impl FnOnce(&mut Value, &mut Value)) -> String {
    let (mut header, mut claims) = enrolment_parts(world);
    edit(&mut header, &mut claims);
    world.sign(&header.to_string(), &claims.to_string())
}

fn check_enrolment(world: &World, token: &str) -> Result<assertion::Accepted, AuthError> {
    let now = Timestamp(NOW * 1000);
    assertion::check_enrolment(&Token::parse(token)?, &world.device.key, &world.keys.server_id, now)
}

#[test]
fn a_right_enrolment_is_taken() {
    let world = World::new();
    assert!(check_enrolment(&world, &enrolment(&world, |_, _| ())).is_ok());
}

#[test]
fn a_key_that_is_not_on_the_curve_enrols_nothing() {
    let world = World::new();
    let mut point = *world.device.key.as_point();
    point[64] ^= 1;
    let off_curve = DeviceKey::from_point(&point).unwrap();
    let token = enrolment(&world, |header, claims| {
        let thumbprint = off_curve.thumbprint();
        header["kid"] = thumbprint.clone().into();
        claims["iss"] = thumbprint.clone().into();
        claims["sub"] = thumbprint.into();
    });
    let checked = assertion::check_enrolment(
        &Token::parse(&token).unwrap(),
        &off_curve,
        &world.keys.server_id,
        Timestamp(NOW * 1000),
    );
    assert_eq!(checked, Err(AuthError::Signature));
}
