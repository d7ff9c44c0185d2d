use super::*;
use rand::SeedableRng;
use rand::rngs::StdRng;

const NOW: Timestamp = Timestamp(1_750_000_000_999);

fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

fn credential(organisation: &SoftwareKey) -> Credential {
    Credential {
        org: OrgId::from_bytes([1; 16]),
        person: PersonId::from_bytes([2; 16]),
        device: DeviceId::from_bytes([3; 16]),
        server_id: "care-1".into(),
        organisation_key: organisation.public_key().to_vec(),
        key: Arc::new(SoftwareKey::random(&mut rng())),
    }
}

fn read(token: &str, key: &PublicKey) -> (serde_json::Value, serde_json::Value) {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else { panic!("three parts") };
    let decode = |part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap();
    let signature = Signature::from_slice(&decode(signature)).unwrap();
    let signed = format!("{header}.{claims}");
    VerifyingKey::from_sec1_bytes(key).unwrap().verify(signed.as_bytes(), &signature).unwrap();
    let json = |part| serde_json::from_slice(&decode(part)).unwrap();
    (json(header), json(claims))
}

#[test]
fn an_assertion_names_the_device_the_server_the_time_and_the_body() {
    let credential = credential(&SoftwareKey::random(&mut rng()));

    let assertion = credential.sign(b"body", NOW, &mut rng()).unwrap();

    let (header, claims) = read(&assertion.token, &credential.key.public_key());
    let (org, device) = ("01".repeat(16), "03".repeat(16));
    assert_eq!(
        header,
        serde_json::json!({ "alg": "ES256", "kid": format!("{org}.{device}"), "typ": ASSERTION_TYP })
    );
    assert_eq!(
        claims,
        serde_json::json!({
            "iss": device, "sub": "02".repeat(16), "aud": "care-1",
            "iat": 1_750_000_000, "nbf": 1_750_000_000, "exp": 1_750_000_060,
            "jti": assertion.jti, "body_sha256": "Iw2DWNyOiJC0xY3utikS7i8gNXrpKlzIYbmOaP4xrLU",
        })
    );
}

#[test]
fn two_assertions_never_share_a_name() {
    let (credential, mut rng) = (credential(&SoftwareKey::random(&mut rng())), rng());
    let mut sign = || credential.sign(b"", NOW, &mut rng).unwrap().jti;
    assert_ne!(sign(), sign());
}

#[test]
fn an_enrolment_is_named_by_the_thumbprint_of_its_key() {
    let key = SoftwareKey::random(&mut rng());

    let assertion = sign_enrolment(&key, "care-1", b"{}", NOW, &mut rng()).unwrap();

    let (header, claims) = read(&assertion.token, &key.public_key());
    let name = thumbprint(&key.public_key());
    assert_eq!((&header["typ"], &header["kid"]), (&ENROLL_TYP.into(), &name.clone().into()));
    assert_eq!((&claims["iss"], &claims["sub"]), (&name.clone().into(), &name.into()));
}

/// The P-256 key of RFC 7517, appendix A.1.
#[test]
fn the_thumbprint_is_that_of_rfc_7638() {
    let x = BASE64_URL_SAFE_NO_PAD.decode("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4").unwrap();
    let y = BASE64_URL_SAFE_NO_PAD.decode("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM").unwrap();
    let key: PublicKey = [&[4][..], &x, &y].concat().try_into().unwrap();

    assert_eq!(thumbprint(&key), "cn-I_WNMClehiVp51i_0VpOENW1upEerA8sEam5hn-s");
    assert_eq!(decode_public_key(&encode_public_key(&key)), Some(key));
}

#[test]
fn what_is_no_point_on_the_curve_is_no_key() {
    assert_eq!(decode_public_key(&encode_public_key(&[4; 65])), None);
    assert_eq!(decode_public_key(""), None);
    assert!(matches!(SoftwareKey::from_bytes(&[0; 32]), Err(KeyError::Malformed)));
    assert!(matches!(SoftwareKey::from_bytes(b"short"), Err(KeyError::Malformed)));
}

#[test]
fn a_key_survives_its_bytes_and_does_not_print_them() {
    let key = SoftwareKey::random(&mut rng());
    let same = SoftwareKey::from_bytes(&key.to_bytes()).unwrap();
    assert_eq!(same.public_key(), key.public_key());
    assert!(!format!("{key:?}").contains(&hex::encode(key.to_bytes())));
}

fn order(signer: &SoftwareKey, device: DeviceId, nonce: &str) -> WipeOrder {
    let signature = signer.sign(&WipeOrder::signed_bytes(device, nonce)).unwrap();
    WipeOrder { device, nonce: nonce.into(), signature: BASE64_URL_SAFE_NO_PAD.encode(signature) }
}

#[test]
fn only_the_organisations_order_for_this_device_and_this_request_erases_anything() {
    let organisation = SoftwareKey::from_bytes(&[9; 32]).unwrap();
    let credential = credential(&organisation);
    let good = order(&organisation, credential.device, "jti-1");
    let stranger = SoftwareKey::from_bytes(&[8; 32]).unwrap();
    let another_device = DeviceId::from_bytes([4; 16]);

    assert_eq!(credential.check_wipe(Some(&good), "jti-1"), WipeOrderCheck::Verified);

    for (bad, why) in [
        (None, "no order"),
        (Some(order(&stranger, credential.device, "jti-1")), "signed by a stranger"),
        (Some(order(&organisation, another_device, "jti-1")), "for another device"),
        (Some(order(&organisation, credential.device, "jti-0")), "for an earlier request"),
        (
            Some(WipeOrder { device: credential.device, ..order(&organisation, another_device, "jti-1") }),
            "moved to this device",
        ),
        (
            Some(WipeOrder { nonce: "jti-1".into(), ..order(&organisation, credential.device, "jti-0") }),
            "moved to this request",
        ),
        (Some(WipeOrder { signature: String::new(), ..good.clone() }), "unsigned"),
        (Some(WipeOrder { signature: "AAAA".into(), ..good.clone() }), "a signature too short"),
    ] {
        assert_eq!(credential.check_wipe(bad.as_ref(), "jti-1"), WipeOrderCheck::Absent, "{why}");
    }
}
