//! Stories of a server that refuses.

use super::*;

fn skewed(server_time: i64) -> Failure {
    let server_time = Some(Timestamp(server_time));
    Failure::Refused(Refusal { server_time, ..refusal(ErrorCode::ClockSkew, None) })
}

#[test]
fn a_wrong_clock_is_put_right_once_by_the_servers() {
    let mut phone = Phone::settled();
    phone.ask(1, 500);
    phone.collected_nothing();
    let server_time = phone.now + 7_200_000;
    assert_eq!(phone.failed(skewed(server_time)), ["send 2 at +7200000"]);
    assert_eq!(phone.engine.server_offset_ms(), 7_200_000);
    assert_eq!(phone.failed(skewed(server_time)), ["report [1] Refused(clock_skew)"]);

    phone.pass(600_000);
    phone.now += 1_000_000_000;
    phone.ask(2, 2_000);
    assert_eq!(phone.collected_nothing(), [format!("send {} at +7200000", phone.exchange.0)]);
    let back = phone.now - 50;
    assert_eq!(phone.failed(skewed(back)), [format!("send {} at -50", phone.exchange.0)]);
}

#[test]
fn a_skew_without_the_servers_time_is_a_refusal() {
    let mut phone = Phone::settled();
    phone.ask(1, 500);
    phone.collected_nothing();
    assert_eq!(phone.refused(ErrorCode::ClockSkew, None), ["report [1] Refused(clock_skew)"]);
}

#[test]
fn a_server_that_asks_for_time_gets_it_from_everybody() {
    let mut phone = Phone::settled();
    phone.ask(1, 1_000);
    phone.collected_nothing();
    assert_eq!(phone.refused(ErrorCode::Unavailable, Some(60_000)), ["report [1] Refused(unavailable)"]);
    assert!(phone.give(Input::NetworkReturned).is_empty());
    phone.give(Input::Edited);
    assert_eq!(phone.ask(2, 30_000), ["report [2] Refused(unavailable)"], "it cannot wait that long");
    assert!(phone.ask(3, 200_000).is_empty(), "it can");

    let (wait, said) = phone.waits();
    assert!((60_000..=75_000).contains(&wait), "{wait}");
    assert_eq!(said, ["collect 3"]);
    assert_eq!(phone.whole_run(), ["report [3] UpToDate { pending: 0 }"]);
}

#[test]
fn an_absurd_retry_after_is_an_hour() {
    let mut phone = Phone::settled();
    phone.ask(1, 1_000);
    phone.collected_nothing();
    phone.refused(ErrorCode::RateLimited, Some(1_000_000_000_000));
    let (wait, said) = phone.waits();
    assert!((3_600_000..=4_500_000).contains(&wait), "{wait}");
    assert_eq!(said, ["collect 3"]);
}

#[test]
fn what_only_a_person_can_change_is_not_tried_every_minute() {
    for code in [ErrorCode::UpgradeRequired, ErrorCode::DeviceUnknown, ErrorCode::TokenSignature] {
        let mut phone = Phone::settled();
        phone.ask(1, 1_000);
        phone.collected_nothing();
        assert_eq!(phone.refused(code, None), [format!("report [1] Refused({code})")]);
        phone.give(Input::Edited);
        let (wait, said) = phone.waits();
        assert!((13 * 60_000..=17 * 60_000).contains(&wait), "{wait}");
        assert_eq!(said, ["collect 3"]);
        phone.collected_nothing();
        phone.refused(code, None);
        assert_eq!(phone.ask(2, 1_000), ["collect 4"], "a person may always ask");
    }
}

#[test]
fn a_request_that_is_too_large_is_made_smaller() {
    let mut phone = Phone::settled();
    phone.ask(1, 60_000);
    let full = phone.request(32 << 10, 5);
    phone.collected(full);
    phone.refused(ErrorCode::TooLarge, None);
    let wait = phone.timer.take().unwrap();
    let effects = phone.engine.handle(Timestamp(phone.now + wait), Input::Timer);
    let plan = effects.iter().find_map(|effect| match effect {
        Effect::Collect { plan, .. } => Some(plan.max_push_bytes),
        _ => None,
    });
    assert_eq!(plan, Some(16 << 10));
}

fn revoked(wipe: WipeOrderCheck) -> Failure {
    Failure::Refused(Refusal { wipe, ..refusal(ErrorCode::DeviceRevoked, None) })
}

#[test]
fn a_proven_order_erases_and_nothing_is_sent_or_stored_again() {
    let mut phone = Phone::new(LivePolicy::Follow);
    phone.give(Input::Start);
    phone.whole_run();
    phone.pass(60_000);
    phone.ask(1, 60_000);
    phone.collected_nothing();
    assert_eq!(phone.failed(revoked(WipeOrderCheck::Verified)), ["unlisten 1", "wipe"]);
    assert!(phone.ask(2, 60_000).is_empty());

    phone.give(Input::WipeFailed);
    let (wait, said) = phone.waits();
    assert!((1_000..=2_000).contains(&wait), "{wait}");
    assert_eq!(said, ["wipe"], "until it is done");
    assert_eq!(phone.give(Input::Wiped), ["report [1, 2] Wiped"]);

    for input in [Input::Start, Input::Edited, Input::NetworkReturned, Input::Resume, Input::Wiped] {
        assert!(phone.give(input).is_empty());
    }
    assert!(phone.pass(7_200_000).is_empty());
    assert_eq!(phone.ask(3, 1_000), ["report [3] Wiped"]);
    assert_eq!(phone.give(Input::Suspend), ["suspended"]);
}

#[test]
fn an_unproven_order_erases_nothing() {
    for failure in [
        revoked(WipeOrderCheck::Absent),
        Failure::Refused(Refusal { wipe: WipeOrderCheck::Verified, ..refusal(ErrorCode::NotAllowed, None) }),
        Failure::NotTheServer,
    ] {
        let mut phone = Phone::settled();
        phone.ask(1, 60_000);
        phone.collected_nothing();
        let said = phone.failed(failure);
        assert!(said.len() == 1 && said[0].starts_with("report [1]"), "{said:?}");
        assert!(!phone.pass(3_600_000).contains(&"wipe".to_owned()));
    }
}

#[test]
fn a_key_that_cannot_sign_now_is_no_outage() {
    for (failure, outcome) in [(Failure::KeyUnavailable, "KeyUnavailable"), (Failure::KeyLost, "KeyLost")] {
        let mut phone = Phone::settled();
        phone.ask(1, 60_000);
        phone.collected_nothing();
        assert_eq!(phone.failed(failure), [format!("report [1] {outcome}")]);
    }
}
