//! Stories of when a device talks.

use super::*;

#[test]
fn nothing_happens_before_the_start() {
    let mut phone = Phone::new(LivePolicy::Follow);
    assert!(phone.give(Input::Edited).is_empty());
    assert!(phone.give(Input::NetworkReturned).is_empty());
    assert!(phone.pass(3_600_000).is_empty());
    assert_eq!(phone.give(Input::Start), ["collect 1"]);
}

#[test]
fn an_edit_leaves_a_second_after_the_last_one_and_five_after_the_first() {
    let mut phone = Phone::settled();
    phone.give(Input::Edited);
    assert!(phone.pass(999).is_empty());
    assert_eq!(phone.pass(1), ["collect 2"]);
    phone.whole_run();

    phone.pass(60_000);
    for _ in 0..9 {
        phone.give(Input::Edited);
        assert!(phone.pass(500).is_empty(), "still typing");
    }
    phone.give(Input::Edited);
    assert_eq!(phone.pass(500), ["collect 3"], "five seconds after the first");
}

#[test]
fn an_edit_during_a_run_gets_its_own() {
    let mut phone = Phone::settled();
    phone.ask(1, 60_000);
    phone.collected_nothing();
    phone.give(Input::Edited);
    phone.pass(10_000);
    phone.first_group(9);
    phone.frame(end(false));
    assert_eq!(phone.stored(0), ["report [1] UpToDate { pending: 0 }", "collect 3"]);
}

#[test]
fn an_ask_during_a_run_is_not_answered_by_what_was_collected_before_it() {
    let mut phone = Phone::settled();
    phone.ask(1, 60_000);
    phone.collected_nothing();
    assert!(phone.ask(2, 60_000).is_empty());
    phone.first_group(9);
    phone.frame(end(false));
    assert_eq!(phone.stored(0), ["report [1] UpToDate { pending: 0 }", "collect 3"]);
    assert_eq!(phone.whole_run(), ["report [2] UpToDate { pending: 0 }"]);
}

#[test]
fn the_next_run_begins_by_itself_in_about_a_quarter_of_an_hour() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.whole_run();
    let (wait, said) = phone.waits();
    assert!((13 * 60_000..=17 * 60_000).contains(&wait), "{wait}");
    assert_eq!(said, ["collect 2"]);
}

#[test]
fn a_budget_ends_the_transfer_and_what_was_stored_stays() {
    let mut phone = Phone::settled();
    phone.ask(1, 2_000);
    let waiting = phone.request(500, 4);
    phone.collected(waiting);
    phone.first_group(9);
    assert_eq!(phone.pass(2_000), ["abort 2", "report [1] BudgetExhausted { pending: 0 }"]);
    assert_eq!(phone.pass(1_000), ["collect 3"], "it goes on a second later");
    phone.collected_nothing();
    phone.frame(hello());
    assert_eq!(phone.frame(cursor(10)), ["store 3 Hello+Cursor[10] on [9]"]);
}

#[test]
fn a_store_that_has_begun_is_waited_for_when_the_time_is_up() {
    let mut phone = Phone::settled();
    phone.ask(1, 2_000);
    phone.collected_nothing();
    phone.frame(hello());
    phone.frame(cursor(9));
    assert_eq!(phone.pass(5_000), ["abort 2"]);
    assert_eq!(phone.stored(3), ["report [1] BudgetExhausted { pending: 3 }"]);
}

#[test]
fn a_run_that_is_about_to_end_well_is_not_called_exhausted() {
    let mut phone = Phone::settled();
    phone.ask(1, 2_000);
    phone.collected_nothing();
    phone.first_group(9);
    phone.frame(end(false));
    assert!(phone.pass(3_000).is_empty());
    assert_eq!(phone.stored(0), ["report [1] UpToDate { pending: 0 }"]);
}

#[test]
fn a_run_whose_time_is_up_does_not_begin_another_exchange() {
    let mut phone = Phone::settled();
    phone.ask(1, 2_000);
    phone.collected_nothing();
    phone.first_group(9);
    phone.frame(end(true));
    assert!(phone.pass(3_000).is_empty());
    assert_eq!(phone.stored(0), ["report [1] BudgetExhausted { pending: 0 }"]);
}

#[test]
fn each_ask_has_its_own_time() {
    let mut phone = Phone::settled();
    phone.ask(1, 60_000);
    phone.collected_nothing();
    phone.ask(2, 2_000);
    assert_eq!(phone.pass(2_000), ["report [2] BudgetExhausted { pending: 0 }"]);
    assert!(phone.engine.is_syncing(), "the first one still waits");
    assert_eq!(phone.ask(3, 0), ["report [3] BudgetExhausted { pending: 0 }"]);
}

#[test]
fn an_asker_whose_connection_breaks_gets_another_attempt_while_time_remains() {
    let mut phone = Phone::settled();
    phone.ask(1, 30_000);
    phone.collected_nothing();
    assert_eq!(phone.failed(Failure::Interrupted), ["report [] Offline"]);
    let (wait, said) = phone.waits();
    assert!((1_000..=2_000).contains(&wait), "{wait}");
    assert_eq!(said, ["collect 3"]);
    assert_eq!(phone.whole_run(), ["report [1] UpToDate { pending: 0 }"]);

    phone.pass(60_000);
    phone.ask(2, 500);
    phone.collected_nothing();
    assert_eq!(phone.failed(Failure::Interrupted), ["report [2] Offline"], "no time for another");
}

#[test]
fn who_is_offline_is_told_at_once() {
    let mut phone = Phone::settled();
    phone.ask(1, 30_000);
    phone.collected_nothing();
    assert_eq!(phone.failed(Failure::Unreachable), ["report [1] Offline"]);
}

#[test]
fn a_lost_network_stops_the_transfer_and_a_returned_one_starts_at_once() {
    let mut phone = Phone::settled();
    phone.ask(1, 30_000);
    phone.collected_nothing();
    assert_eq!(phone.give(Input::NetworkLost), ["abort 2", "report [1] Offline"]);
    phone.give(Input::Edited);
    assert!(phone.pass(60_000).is_empty(), "nothing is tried without a network");
    assert_eq!(phone.give(Input::NetworkReturned), ["collect 3"]);
}

#[test]
fn a_hint_that_is_wrong_stops_neither_the_schedule_nor_an_ask() {
    let mut phone = Phone::settled();
    phone.give(Input::NetworkLost);
    let (wait, said) = phone.waits();
    assert!(wait <= 17 * 60_000, "{wait}");
    assert_eq!(said, ["collect 2"]);
    phone.whole_run();

    phone.give(Input::NetworkLost);
    assert_eq!(phone.ask(1, 5_000), ["collect 3"]);
    phone.whole_run();
    phone.give(Input::Edited);
    assert_eq!(phone.pass(1_000), ["collect 4"], "an answer proves that there is a network");
}

#[test]
fn failures_wait_longer_and_longer_until_the_network_is_another_one() {
    let mut phone = Phone::settled();
    phone.ask(1, 1_000);
    let mut longest = 0;
    for _ in 0..12 {
        phone.collected_nothing();
        phone.failed(Failure::Unreachable);
        let (wait, said) = phone.waits();
        assert!((1_000..=300_000).contains(&wait) && said.len() == 1, "{wait} {said:?}");
        longest = longest.max(wait);
    }
    assert!(longest > 60_000, "{longest}");
    phone.collected_nothing();
    phone.failed(Failure::Unreachable);
    phone.pass(999);
    assert!(phone.pass(1).is_empty(), "the wait is long by now");
    assert!(matches!(&phone.give(Input::NetworkReturned)[..], [one] if one.starts_with("collect")));
}

#[test]
fn a_connection_that_always_breaks_but_brings_something_is_tried_again_soon() {
    let mut phone = Phone::settled();
    phone.ask(1, 1_000);
    for n in 20..40 {
        phone.collected_nothing();
        phone.first_group(n);
        phone.failed(Failure::Interrupted);
        let (wait, said) = phone.waits();
        assert!((1_000..=2_000).contains(&wait) && said.len() == 1, "{wait} {said:?}");
    }
}

#[test]
fn what_the_server_does_not_take_for_now_is_sent_again_after_a_growing_wait() {
    let mut phone = Phone::settled();
    phone.ask(1, 1_000);
    for round in 0..8 {
        let waiting = phone.request(10, 1);
        phone.collected(waiting);
        phone.first_group(20 + round);
        phone.frame(end(false));
        phone.stored(1);
        let (wait, said) = phone.waits();
        let top = (2_000_i64 << round).min(300_000);
        assert!((1_000..=top).contains(&wait) && said.len() == 1, "round {round}: {wait} {said:?}");
    }
}

#[test]
fn a_stream_is_opened_after_contact_and_each_opening_and_poke_leads_to_a_sync() {
    let mut phone = Phone::new(LivePolicy::Follow);
    phone.give(Input::Start);
    assert_eq!(phone.whole_run(), ["report [] UpToDate { pending: 0 }", "listen 1"]);
    phone.pass(2_000);
    assert_eq!(phone.give(Input::LiveOpened { stream: StreamId(1) }), ["collect 2"]);
    phone.whole_run();

    phone.pass(2_000);
    assert_eq!(phone.give(Input::Poke { stream: StreamId(1) }), ["collect 3"]);
    phone.give(Input::Poke { stream: StreamId(1) });
    assert_eq!(phone.whole_run(), ["report [] UpToDate { pending: 0 }"]);
    assert_eq!(phone.pass(1_000), ["collect 4"], "news that came after the question");
    phone.whole_run();
    phone.pass(2_000);
    assert!(phone.give(Input::Poke { stream: StreamId(9) }).is_empty(), "not our stream");

    phone.give(Input::LiveEnded { stream: StreamId(1), retry_after_ms: None });
    let (wait, said) = phone.waits();
    assert!((900..=11_000).contains(&wait), "{wait}");
    assert_eq!(said, ["listen 2"]);
    assert_eq!(phone.give(Input::NetworkLost), ["unlisten 2"]);
}

#[test]
fn a_stream_that_cannot_be_opened_is_tried_less_and_less_and_a_sync_finds_out_why() {
    let mut phone = Phone::new(LivePolicy::Follow);
    phone.give(Input::Start);
    phone.whole_run();
    let began = phone.now;
    for stream in 1..=10 {
        phone.pass(1_000);
        let said = phone.give(Input::LiveEnded { stream: StreamId(stream), retry_after_ms: None });
        assert_eq!(said, [format!("collect {}", stream + 1)]);
        phone.whole_run();
        assert_eq!(phone.waits().1, [format!("listen {}", stream + 1)]);
    }
    assert!(phone.now - began > 3 * 60_000, "{}", phone.now - began);
}

#[test]
fn sleep_waits_for_what_is_being_stored_and_nothing_starts_until_the_app_is_awake() {
    let mut phone = Phone::new(LivePolicy::Follow);
    phone.give(Input::Start);
    phone.whole_run();
    phone.pass(5_000);
    phone.ask(1, 60_000);
    phone.collected_nothing();
    phone.frame(hello());
    phone.frame(cursor(9));

    assert_eq!(phone.give(Input::Suspend), ["unlisten 1", "abort 2"]);
    assert_eq!(phone.stored(0), ["report [1] Suspended", "suspended"]);
    phone.give(Input::Edited);
    phone.give(Input::NetworkReturned);
    assert_eq!(phone.ask(2, 60_000), ["report [2] Suspended"]);
    assert_eq!(phone.give(Input::Suspend), ["suspended"]);
    assert!(phone.pass(7_200_000).is_empty());

    assert_eq!(phone.give(Input::Resume), ["collect 3"]);
    assert_eq!(phone.whole_run(), ["report [] UpToDate { pending: 0 }", "listen 2"]);
}

#[test]
fn sleep_waits_for_a_collection_and_sends_nothing() {
    let mut phone = Phone::settled();
    phone.ask(1, 60_000);
    assert!(phone.give(Input::Suspend).is_empty());
    assert_eq!(phone.collected_nothing(), ["report [1] Suspended", "suspended"]);
}

#[test]
fn a_clock_that_is_set_back_a_year_delays_nothing() {
    let mut phone = Phone::settled();
    phone.give(Input::Edited);
    phone.pass(400);
    phone.now -= 365 * 86_400_000;
    let (wait, said) = phone.waits();
    assert!(wait <= 2_000, "{wait}");
    assert_eq!(said, ["collect 2"]);
}
