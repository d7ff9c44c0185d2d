//! Stories of one conversation.

use super::*;

#[test]
fn a_run_collects_sends_and_stores_group_by_group() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    assert_eq!(phone.give(Input::Start), ["collect 1"]);
    assert_eq!(phone.collected_nothing(), ["send 1"]);
    assert!(phone.frame(hello()).is_empty());
    assert_eq!(phone.frame(cursor(1)), ["store 1 Hello+Cursor[1] on none"]);
    assert!(phone.stored(0).is_empty());
    assert_eq!(phone.frame(cursor(2)), ["store 1 Cursor[2] on [1]"]);
    assert!(phone.stored(0).is_empty());
    assert_eq!(phone.frame(end(false)), ["store 1 End on [2]"]);
    assert_eq!(phone.stored(0), ["report [] UpToDate { pending: 0 }"]);
    assert!(!phone.engine.is_syncing());
}

#[test]
fn frames_that_arrive_while_one_group_is_stored_wait_their_turn() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    phone.frame(hello());
    phone.frame(cursor(1));
    assert!(phone.frame(cursor(2)).is_empty());
    assert!(phone.frame(end(false)).is_empty());

    assert_eq!(phone.stored(0), ["store 1 Cursor[2] on [1]"]);
    assert_eq!(phone.stored(0), ["store 1 End on [2]"]);
    assert_eq!(phone.stored(0), ["report [] UpToDate { pending: 0 }"]);
}

#[test]
fn what_came_after_the_last_cursor_is_not_stored() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    phone.first_group(1);
    let receipt = Frame::Stub(crate::wire::frame::Stub {
        head: crate::wire::frame::DocumentHead {
            doc: crate::ids::DocId::from_bytes([1; 16]),
            kind: "meeting".into(),
            key: crate::key::NaturalKey {
                subject: crate::key::Subject::Person(crate::ids::PersonId::from_bytes([1; 16])),
                part: crate::key::Part::Random(crate::ids::RandomKey::from_bytes([1; 16])),
            },
            audience: crate::ids::AudienceId::from_bytes([1; 16]),
        },
        changed_at: Timestamp(0),
        size: 1,
    });
    assert!(phone.frame(receipt).is_empty());
    assert_eq!(phone.frame(end(false)), ["store 1 End on [1]"]);
}

#[test]
fn more_to_pull_or_to_push_goes_on_without_a_pause() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    let half = Collected { reached: 40, has_more: true, ..phone.request(30_000, 90) };
    phone.collected(half);
    phone.first_group(1);
    phone.frame(end(true));
    assert_eq!(phone.stored(50), ["collect 2 after 40"]);

    let rest = Collected { reached: 90, ..phone.request(30_000, 50) };
    phone.collected(rest);
    phone.first_group(2);
    phone.frame(end(true));
    assert_eq!(phone.stored(0), ["collect 3 after 90"]);
    assert_eq!(phone.whole_run(), ["report [] UpToDate { pending: 0 }"]);
}

#[test]
fn an_outbox_that_cannot_be_taken_further_does_not_keep_the_run_going() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    let stuck = Collected { reached: 0, has_more: true, ..phone.request(0, 1) };
    phone.collected(stuck);
    phone.first_group(1);
    phone.frame(end(false));
    assert_eq!(phone.stored(1), ["report [] UpToDate { pending: 1 }"]);
}

#[test]
fn a_cut_connection_costs_only_what_came_after_the_last_cursor() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    phone.frame(hello());
    phone.frame(cursor(1));
    phone.frame(cursor(2));

    assert!(phone.failed(Failure::Interrupted).is_empty(), "a store goes on, and a group waits");
    assert_eq!(phone.stored(0), ["store 1 Cursor[2] on [1]"]);
    assert_eq!(phone.stored(0), ["report [] Offline"]);

    let (wait, said) = phone.waits();
    assert!((1_000..=2_000).contains(&wait), "data moved, so the wait is short: {wait}");
    assert_eq!(said, ["collect 2"]);
}

#[test]
fn an_answer_that_closes_without_an_end_was_cut() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    phone.first_group(1);
    assert_eq!(phone.give(Input::Closed { exchange: phone.exchange }), ["report [] Offline"]);
}

#[test]
fn a_close_after_the_end_is_no_failure() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    phone.first_group(1);
    phone.frame(end(false));
    assert!(phone.give(Input::Closed { exchange: phone.exchange }).is_empty());
    assert_eq!(phone.stored(0), ["report [] UpToDate { pending: 0 }"]);
}

#[test]
fn what_follows_the_end_of_an_answer_is_not_stored() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    phone.first_group(1);
    phone.frame(end(false));

    for extra in [hello(), cursor(9), end(true)] {
        assert!(phone.frame(extra).is_empty());
    }
    assert!(phone.failed(Failure::Malformed).is_empty());
    assert_eq!(phone.stored(0), ["report [] UpToDate { pending: 0 }"]);
}

#[test]
fn a_late_answer_cannot_disturb_the_next_exchange() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    let late = phone.exchange;
    phone.failed(Failure::Interrupted);
    phone.ask(1, 9_000);
    phone.collected_nothing();
    assert_ne!(late, phone.exchange);

    for input in [
        Input::Frame { exchange: late, frame: hello(), size_bytes: 1 },
        Input::Frame { exchange: late, frame: cursor(9), size_bytes: 1 },
        Input::Stored { exchange: late, pending: 9, follow_up: FollowUp::SendAgain },
        Input::StoreFailed { exchange: late, failure: LocalFailure::Full },
        Input::Closed { exchange: late },
        Input::Failed { exchange: late, failure: Failure::Malformed },
        Input::CollectFailed { exchange: late, failure: LocalFailure::Full },
        Input::Collected { exchange: late, collected: phone.request(1, 1) },
        Input::Stored { exchange: phone.exchange, pending: 9, follow_up: FollowUp::SendAgain },
        Input::Collected { exchange: phone.exchange, collected: phone.request(1, 1) },
    ] {
        assert!(phone.give(input.clone()).is_empty(), "{input:?}");
    }
    assert_eq!(phone.first_group(1), ["store 2 Hello+Cursor[1] on none"]);
}

#[test]
fn a_cursor_that_another_process_moved_ends_the_exchange_and_it_begins_again_there() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    phone.frame(hello());
    phone.frame(cursor(1));
    phone.frame(cursor(2));

    let stale = Input::StoreFailed { exchange: phone.exchange, failure: LocalFailure::Stale };
    assert_eq!(phone.give(stale), ["abort 1", "report [] Storage(Stale)"]);

    let (wait, said) = phone.waits();
    assert!((1_000..=2_000).contains(&wait), "{wait}");
    assert_eq!(said, ["collect 2"]);
}

#[test]
fn a_full_phone_is_told_and_tries_again_later() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    let full = Input::CollectFailed { exchange: phone.exchange, failure: LocalFailure::Full };
    assert_eq!(phone.give(full), ["report [] Storage(Full)"]);
    assert_eq!(phone.waits().1, ["collect 2"]);
}

#[test]
fn another_server_or_no_hello_stores_nothing() {
    for (first, outcome) in [
        (hello_of("hotel", HistoryState::Same), "NetworkLogin"),
        (hello_of("hotel", HistoryState::Forked), "NetworkLogin"),
        (cursor(1), "BadAnswer"),
        (end(false), "BadAnswer"),
    ] {
        let mut phone = Phone::new(LivePolicy::Ignore);
        phone.give(Input::Start);
        phone.collected_nothing();
        assert_eq!(phone.frame(first), ["abort 1", &format!("report [] {outcome}")]);
        assert!(phone.frame(cursor(2)).is_empty());
    }
}

#[test]
fn a_second_hello_is_refused_and_what_was_whole_stays() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    phone.frame(hello());
    phone.frame(cursor(1));
    assert_eq!(phone.frame(hello()), ["abort 1"]);
    assert_eq!(phone.stored(0), ["report [] BadAnswer"]);
}

#[test]
fn a_server_that_always_has_more_and_never_moves_is_left() {
    let mut phone = Phone::settled();
    phone.ask(1, 60_000);
    phone.collected_nothing();
    phone.frame(hello());
    let same = phone.cursor.as_ref().map_or(0, |cursor| cursor[0]);
    phone.frame(cursor(same));
    phone.stored(0);
    assert_eq!(phone.frame(end(true)), ["abort 2", "report [1] BadAnswer"]);
}

#[test]
fn rows_that_wait_for_something_are_sent_again_before_the_run_ends_but_not_for_ever() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    let mut exchanges = 0;
    loop {
        exchanges += 1;
        let all = Collected { reached: 7, ..phone.request(100, 1) };
        phone.collected(all);
        phone.first_group(exchanges);
        phone.frame(end(false));
        let again = Input::Stored { exchange: phone.exchange, pending: 1, follow_up: FollowUp::SendAgain };
        let said = phone.give(again);
        if said == ["report [] UpToDate { pending: 1 }"] {
            break;
        }
        assert_eq!(said, [format!("collect {}", exchanges + 1)], "from the front of the outbox");
    }
    assert_eq!(u32::from(exchanges), 1 + client::MAX_ROUNDS);
}

#[test]
fn a_forked_history_is_repaired_in_the_same_run() {
    let mut phone = Phone::settled();
    phone.ask(1, 60_000);
    phone.collected_nothing();
    assert_eq!(phone.frame(hello_of("care-1", HistoryState::Forked)), ["abort 2", "fork 2"]);
    (phone.cursor, phone.mode) = (None, Mode::Repair);
    assert_eq!(phone.stored(3), ["collect 3"]);

    let half = Collected { reached: 2, has_more: true, ..phone.request(100, 3) };
    phone.collected(half);
    phone.first_group(1);
    phone.frame(end(false));
    assert_eq!(phone.stored(1), ["collect 4 after 2"]);
    phone.collected_nothing();
    phone.first_group(2);
    phone.frame(end(false));
    assert_eq!(phone.stored(0), ["end repair 4"]);
    assert_eq!(phone.stored(0), ["report [1] UpToDate { pending: 0 }"]);

    phone.mode = Mode::Normal;
    phone.pass(5_000);
    assert_eq!(phone.ask(2, 1_000), ["collect 5"]);
    assert_eq!(phone.whole_run(), ["report [2] UpToDate { pending: 0 }"]);
}

#[test]
fn a_repair_that_another_process_has_begun_is_ended_by_whoever_comes_to_its_end() {
    let mut phone = Phone::settled();
    phone.mode = Mode::Repair;
    phone.ask(1, 60_000);
    phone.collected_nothing();
    assert_eq!(phone.first_group(2), ["store 2 Hello+Cursor[2] on [1] to repair"]);
    phone.frame(end(false));
    assert_eq!(phone.stored(0), ["end repair 2"]);
}

#[test]
fn a_server_that_forks_a_store_without_a_cursor_is_left() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    phone.give(Input::Start);
    phone.collected_nothing();
    let forked = hello_of("care-1", HistoryState::Forked);
    assert_eq!(phone.frame(forked), ["abort 1", "report [] BadAnswer"]);
}

#[test]
fn two_servers_behind_one_name_are_not_asked_in_circles() {
    let mut phone = Phone::settled();
    phone.ask(1, 60_000);
    phone.collected_nothing();
    phone.frame(hello_of("care-1", HistoryState::Forked));
    phone.cursor = None;
    phone.stored(0);
    phone.collected_nothing();
    phone.first_group(1);
    phone.frame(end(true));
    phone.stored(0);
    phone.collected_nothing();
    phone.frame(hello_of("care-1", HistoryState::Forked));
    assert_eq!(phone.stored(0), ["report [1] BadAnswer"]);
}

#[test]
fn a_push_grows_on_a_fast_link_and_shrinks_on_a_slow_one() {
    let mut phone = Phone::new(LivePolicy::Ignore);
    let mut sizes = Vec::new();
    for took_ms in [100, 100, 3_000, 3_000, 3_000] {
        let effects =
            phone.engine.handle(Timestamp(phone.now), Input::Ask { ask: AskId(1), budget_ms: 60_000 });
        let started = phone.engine.handle(Timestamp(phone.now), Input::Start);
        let plan = effects.into_iter().chain(started).find_map(|effect| match effect {
            Effect::Collect { exchange, plan } => Some((exchange, plan)),
            _ => None,
        });
        let (exchange, plan) = plan.expect("an ask begins a run");
        sizes.push(plan.max_push_bytes >> 10);
        phone.exchange = exchange;
        let full = phone.request(plan.max_push_bytes, 1);
        phone.collected(full);
        phone.now += took_ms;
        phone.first_group(phone.cursor.as_ref().map_or(1, |cursor| cursor[0] + 1));
        phone.frame(end(false));
        phone.stored(0);
    }
    assert_eq!(sizes, [32, 64, 128, 64, 32]);
}

/// What did not fit counted as progress, so the same answer was fetched every second until there was room.
#[test]
fn a_phone_without_room_stays_away_longer_each_time() {
    let mut phone = Phone::settled();
    phone.give(Input::Edited);
    let (_, said) = phone.waits();
    assert_eq!(said, ["collect 2"]);
    let mut waited = 0;
    for _ in 0..12 {
        phone.collected_nothing();
        phone.frame(hello());
        phone.frame(cursor(9));
        phone.give(Input::StoreFailed { exchange: phone.exchange, failure: LocalFailure::Full });
        waited += phone.waits().0;
    }
    assert!(waited > 300_000, "twelve attempts in {waited} ms");
}
