//! Owns what must hold for any sequence of verbs on two phones, and for anything that another version of the
//! app, or somebody who means ill, wrote where it does not belong.

mod interleaving;
mod own;
mod team;

use super::barometer;
use super::feedback_log::{self, Feedback, FeedbackKind, FeedbackText, NewEvidence};
use super::goal_set::{self, GoalState, NewCommitment, NewGoal};
use super::item::{Side, State};
use super::measure::{Measure, MeasureKind};
use super::meeting::{self, LastMonth, LastMonthLine, MeetingKind, NewFollowUp, NewTopic, Section, Slot};
use super::partnership::{self, BacklogKind, Cadence, NewBacklogItem, Rhythm, Term};
use super::{
    Kind, action_plan, circumstance, floor_walk, hand_over, manager_reflection, org_strategy, private_log,
    readable, readable_of_changes,
};
use super::{team_blockers, team_board, team_goals, team_policy, tier_note};
use crate::coaching::action_plan::NewStep;
use crate::coaching::floor_walk::{NewStop, StopKind};
use crate::document::fixture::{
    Junk, Phone, a_group_day, a_plan, a_team, a_team_day, about_andrei, actor, my_own, my_year, person, sync,
    the_pair, the_team, the_year, this_quarter, this_year, two_phones, wednesday,
};
use crate::document::{
    Amount, Document, Edit, EditError, Mark, Path, Position, Splice, Value, apply, blank, changes_since,
    fork, heads, load,
};
use crate::ids::{DocId, ItemId};
use crate::key::NaturalKey;
use crate::time::{Day, Timestamp};
use automerge::Automerge;
use proptest::prelude::*;

/// One verb with random arguments; `n` chooses among what is there.
#[derive(Debug, Clone)]
pub(crate) struct Act {
    pub(crate) who: usize,
    verb: u8,
    n: u8,
    at: u8,
    text: String,
}

impl Act {
    fn splice(&self) -> Splice {
        Splice { at: u32::from(self.at % 12), delete: u32::from(self.n % 3), insert: self.text.clone() }
    }

    fn day(&self) -> Option<Day> {
        Day::new(2026, 3, 1 + i8::try_from(self.n % 28).unwrap())
    }

    /// Some hour of its day.
    fn moment(&self) -> Timestamp {
        let days = i64::from(self.n % 28);
        Timestamp(1_772_323_200_000 + days * 86_400_000 + i64::from(self.at) * 300_000)
    }

    fn item(&self, edit: &Edit<'_>, collection: &str) -> ItemId {
        let items = edit.reader().items(&Path::of(collection));
        let chosen = items.get(usize::from(self.n) % items.len().max(1)).map(|item| item.id);
        chosen.unwrap_or(ItemId::from_bytes([self.n; 8]))
    }

    fn position(&self, edit: &Edit<'_>, collection: &str) -> Position {
        match self.at % 3 {
            0 => Position::First,
            1 => Position::Last,
            _ => Position::After(self.item(edit, collection)),
        }
    }

    fn state(&self) -> State {
        [State::Open, State::Doing, State::Done, State::Dropped][usize::from(self.at % 4)]
    }

    fn range(&self) -> std::ops::Range<u32> {
        u32::from(self.n % 8)..u32::from(self.at % 12)
    }

    fn mark(&self) -> Mark {
        match self.n % 4 {
            0 => Mark::Bold,
            1 => Mark::Topic("queue".into()),
            2 => Mark::Comment(ItemId::from_bytes([self.n; 8]), format!("{}?", self.text)),
            _ => Mark::Link("https://example.org".into()),
        }
    }

    /// The first person who settles takes the value that stands last.
    fn settle(&self, edit: &mut Edit<'_>, places: &[Path]) -> Result<(), EditError> {
        for path in places {
            if let Some(conflict) = edit.reader().conflict::<Value>(path) {
                let chosen = &conflict.claims[usize::from(self.n) % conflict.claims.len()].value;
                return edit.settle(path, &chosen.clone());
            }
        }
        Ok(())
    }
}

fn walk(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let stop = act.item(edit, "stops");
    match act.verb % 12 {
        0..=2 => floor_walk::capture_stop(
            edit,
            &NewStop {
                person: act.n.is_multiple_of(2).then(|| person(act.n)),
                kind: if act.n.is_multiple_of(3) { StopKind::Praise } else { StopKind::Blocker },
                text: act.text.clone(),
                tags: vec!["queue".into()],
                minutes: Some(u32::from(act.n)),
                at: Timestamp(i64::from(act.at)),
            },
        )
        .map(drop),
        3 => floor_walk::edit_stop(edit, stop, &act.splice()),
        4 => floor_walk::tally(edit, stop, "open question", i64::from(act.n)),
        5 => floor_walk::remove_stop(edit, stop),
        6 => floor_walk::restore_stop(edit, stop),
        7 => {
            let to = act.position(edit, "stops");
            floor_walk::reorder_stop(edit, stop, to)
        }
        8 => floor_walk::mark_promoted(edit, stop, DocId::from_bytes([act.n; 16]), Timestamp(1)),
        9 => floor_walk::tag_stop(edit, stop, &act.text),
        10 => floor_walk::set_stop_minutes(edit, stop, Some(u32::from(act.at))),
        _ => floor_walk::set_stop_person(edit, stop, None),
    }
}

fn a_month(act: &Act) -> LastMonth {
    let (kpi, actual) = ("csat".to_owned(), Some(Amount(i64::from(act.n))));
    let line = LastMonthLine { kpi, actual, target: None, is_adjusted: act.at.is_multiple_of(2) };
    LastMonth { month: act.day().unwrap().month(), lines: vec![line] }
}

fn meet(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let slot = Slot::new(act.day().unwrap(), Some(u16::from(act.at)));
    match act.verb % 22 {
        0 => {
            let plan = meeting::Plan { slot: slot.unwrap(), place: None, kind: MeetingKind::OneOnOne };
            meeting::plan(edit, &plan)
        }
        1 => meeting::move_to(edit, slot.unwrap(), 3),
        2 | 3 => {
            let topic = NewTopic { section: Some(Section::Career), text: act.text.clone(), question: None };
            meeting::add_agenda(edit, &topic).map(drop)
        }
        4 => meeting::edit_agenda(edit, act.item(edit, "agenda"), &act.splice()),
        5..=7 => {
            meeting::edit_notes(edit, &act.splice()).and_then(|()| meeting::edit_notes(edit, &act.splice()))
        }
        8 => meeting::mark_notes(edit, act.range(), &act.mark()),
        9 => meeting::unmark_notes(edit, act.range(), &act.mark()),
        10 => meeting::edit_section_notes(edit, Section::ALL[usize::from(act.n % 4)], &act.splice()),
        11 => {
            let follow_up =
                NewFollowUp { text: act.text.clone(), owner: Some(person(act.n)), due: act.day() };
            meeting::add_follow_up(edit, &follow_up).map(drop)
        }
        12 => meeting::set_follow_up_due(edit, act.item(edit, "follow_ups"), act.day()),
        13 => meeting::set_follow_up_state(edit, act.item(edit, "follow_ups"), act.state()),
        14 => act.settle(edit, &[Path::of("planned")]),
        15 => meeting::begin(edit, act.moment()),
        16 => meeting::end(edit, act.moment()),
        17 => meeting::set_not_held(edit, act.at.is_multiple_of(2).then_some(meeting::NotHeld::Absence)),
        18 => meeting::add_topic(edit, if act.n.is_multiple_of(2) { "queue" } else { "pauze" }),
        19 => meeting::remove_follow_up(edit, act.item(edit, "follow_ups")),
        20 => meeting::fill_last_month(edit, &a_month(act)),
        _ => meeting::acknowledge(edit),
    }
}

fn follow_plan(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let step = act.item(edit, "steps");
    match act.verb % 14 {
        0..=2 => {
            let step = NewStep { text: act.text.clone(), owner: None, due: act.day() };
            action_plan::add_step(edit, &step).map(drop)
        }
        3 => action_plan::edit_step(edit, step, &act.splice()),
        4 => action_plan::set_step_due(edit, step, act.day().filter(|_| !act.at.is_multiple_of(4))),
        5 => action_plan::set_step_state(edit, step, act.state()),
        6 => action_plan::set_step_owner(edit, step, Some(person(act.at))),
        7 => action_plan::remove_step(edit, step),
        8 => action_plan::restore_step(edit, step),
        9 => action_plan::add_resource(edit, step, &act.text).map(drop),
        10 => action_plan::add_checkpoint(edit, act.day().unwrap(), &act.text).map(drop),
        11 => action_plan::edit_aim(edit, &act.splice()),
        12 => action_plan::add_review(edit, &act.text).map(drop),
        _ => {
            let step = Path::of("steps").item(step);
            act.settle(edit, &["owner", "due", "state"].map(|field| step.key(field)))
        }
    }
}

fn partner(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let (item, brought) = (act.item(edit, "backlog"), act.item(edit, "bring_list"));
    match act.verb % 16 {
        0..=2 => {
            let kind = if act.n.is_multiple_of(2) { BacklogKind::Topic } else { BacklogKind::Status };
            let new = NewBacklogItem { text: act.text.clone(), kind, area: None, before_next: act.n > 128 };
            partnership::add_backlog(edit, &new).map(drop)
        }
        3 => partnership::edit_backlog(edit, item, &act.splice()),
        4 => partnership::set_before_next(edit, item, act.n.is_multiple_of(2)),
        5 => partnership::bring_backlog(edit, item, DocId::from_bytes([act.n % 3; 16])),
        6 => partnership::remove_backlog(edit, item),
        7 => partnership::restore_backlog(edit, item),
        8 => {
            let to = act.position(edit, "backlog");
            partnership::reorder_backlog(edit, item, to)
        }
        9 => {
            let rhythm = if act.n.is_multiple_of(2) { Rhythm::Weekly } else { Rhythm::FourWeekly };
            let first = Slot::new(act.day().unwrap(), None).unwrap();
            let minutes = Some(u32::from(act.at));
            partnership::set_cadence(edit, &Cadence { rhythm, first, minutes, place: None })
        }
        10 => partnership::edit_term(edit, Term::ALL[usize::from(act.n % 7)], &act.splice()),
        11 => partnership::set_review_day(edit, act.day().filter(|_| !act.at.is_multiple_of(4))),
        12 => partnership::agree(edit),
        13 => partnership::edit_about_me(edit, &act.splice()),
        14 => partnership::add_to_bring(edit, &act.text).map(drop),
        _ => partnership::remove_to_bring(edit, brought),
    }
}

fn aim(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let (goal, note) = (act.item(edit, "goals"), act.item(edit, "progress"));
    let amount = (!act.at.is_multiple_of(4)).then(|| Amount(i64::from(act.at) * 1000));
    match act.verb % 16 {
        0..=2 => {
            let measure = Measure { kind: MeasureKind::Count, what: "calls".into() };
            let new = NewGoal {
                title: act.text.clone(),
                why: "because".into(),
                measure: act.n.is_multiple_of(2).then_some(measure),
                baseline: None,
                target: amount,
                due: act.day(),
            };
            goal_set::add_goal(edit, &new).map(drop)
        }
        3 => goal_set::edit_why(edit, goal, &act.splice()),
        4 => goal_set::set_target(edit, goal, amount),
        5 => goal_set::set_goal_due(edit, goal, act.day().filter(|_| act.at > 64)),
        6 => goal_set::set_title(edit, goal, &act.text),
        7 => goal_set::set_goal_state(edit, goal, GoalState::Reached),
        8 | 9 => {
            let side = if act.n.is_multiple_of(2) { Side::Agent } else { Side::Leader };
            let new = NewCommitment { side, text: act.text.clone(), due: act.day() };
            goal_set::add_commitment(edit, goal, &new).map(drop)
        }
        10 => goal_set::add_progress(edit, goal, amount, &act.text).map(drop),
        11 => goal_set::edit_progress(edit, note, &act.splice()),
        12 => goal_set::remove_goal(edit, goal),
        13 => goal_set::restore_goal(edit, goal),
        14 => {
            let goal = Path::of("goals").item(goal);
            act.settle(edit, &["title", "target", "due"].map(|field| goal.key(field)))
        }
        _ => goal_set::agree(edit, goal),
    }
}

fn give_feedback(edit: &mut Edit<'_>, act: &Act) -> Result<(), EditError> {
    let id = act.item(edit, "items");
    match act.verb % 12 {
        0..=2 => {
            let is_praise = act.n.is_multiple_of(2);
            let kind = if is_praise { FeedbackKind::Praise } else { FeedbackKind::Constructive };
            feedback_log::add_feedback(edit, &Feedback::seen(kind, act.text.clone())).map(drop)
        }
        3..=5 => {
            let text = FeedbackText::ALL[usize::from(act.n % 9)];
            feedback_log::edit_feedback(edit, id, text, &act.splice())
        }
        6 => feedback_log::set_look_again(edit, id, act.day().filter(|_| act.at > 64)),
        7 => feedback_log::set_proposed_by(edit, id, act.n.is_multiple_of(2).then_some(Side::Agent)),
        8 => {
            let (system, conversation) = ("recorder".into(), act.text.clone());
            let evidence = NewEvidence { system, conversation, offset_seconds: None, note: None };
            feedback_log::add_evidence(edit, id, &evidence).map(drop)
        }
        9 => feedback_log::remove_feedback(edit, id),
        10 => feedback_log::restore_feedback(edit, id),
        _ => feedback_log::acknowledge_feedback(edit, id),
    }
}

pub(crate) type Verbs = fn(&mut Edit<'_>, &Act) -> Result<(), EditError>;

pub(crate) fn kinds() -> [(&'static str, NaturalKey, Verbs); 19] {
    [
        ("floor_walk", my_own(), walk),
        ("meeting", wednesday(), meet),
        ("action_plan", a_plan(), follow_plan),
        ("partnership", this_year(), partner),
        ("goal_set", this_quarter(), aim),
        ("feedback_log", this_quarter(), give_feedback),
        ("wellbeing_log", this_quarter(), own::say_how_one_is),
        ("private_log", about_andrei(), own::remember),
        ("tier_note", about_andrei(), own::weigh),
        ("circumstance", a_plan(), team::except),
        ("team_goals", a_team(), team::lead),
        ("team_policy", the_team(), team::rule),
        ("org_strategy", the_year(), team::steer),
        ("team_blockers", a_team(), team::complain),
        ("team_board", a_team(), team::applaud),
        ("team_meeting", a_team_day(), meet),
        ("group_meeting", a_group_day(), meet),
        ("manager_reflection", my_year(), own::reflect),
        ("hand_over", the_pair(), team::hand_over),
    ]
}

/// Everything that screens, lists and copies show of a document.
fn everything_shown(kind: &str, doc: &Automerge) -> String {
    let doc = Document::of(doc);
    let view = match kind {
        "floor_walk" => format!("{:?}", floor_walk::view(doc)),
        "meeting" | "team_meeting" | "group_meeting" => format!("{:?}", meeting::view(doc)),
        "action_plan" => format!("{:?}", action_plan::view(doc)),
        "partnership" => format!("{:?}", partnership::view(doc)),
        "goal_set" => format!("{:?}", goal_set::view(doc)),
        "wellbeing_log" => format!("{:?}", barometer::view(doc)),
        "private_log" => format!("{:?}", private_log::view(doc)),
        "tier_note" => format!("{:?}", tier_note::view(doc)),
        "circumstance" => format!("{:?}", circumstance::view(doc)),
        "team_goals" => format!("{:?}", team_goals::view(doc)),
        "team_policy" => format!("{:?}", team_policy::view(doc)),
        "org_strategy" => format!("{:?}", org_strategy::view(doc)),
        "team_blockers" => format!("{:?}", team_blockers::view(doc)),
        "team_board" => format!("{:?}", team_board::view(doc)),
        "manager_reflection" => format!("{:?}", manager_reflection::view(doc)),
        "hand_over" => format!("{:?}", hand_over::view(doc)),
        _ => format!("{:?}", feedback_log::view(doc)),
    };
    let summary = Kind::parse(kind).unwrap().summarise(doc);
    format!("{view}\n{summary:?}\n{}\n{:?}", readable(doc), doc.digest(&Path::root()))
}

pub(crate) fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = (0..2_usize, any::<u8>(), any::<u8>(), any::<u8>(), "[aȘț懒🙂]{0,6}|s\u{326}")
        .prop_map(|(who, verb, n, at, text)| Act { who, verb, n, at, text });
    proptest::collection::vec(act, 1..40)
}

/// Plays the acts on two phones that meet every `sync_every` acts. A refused act must change nothing.
pub(crate) fn play(
    kind: &str,
    key: &NaturalKey,
    verbs: Verbs,
    acts: &[Act],
    sync_every: usize,
) -> (Phone, Phone) {
    let (mut one, mut two) = two_phones(kind, key);
    for (n, act) in acts.iter().enumerate() {
        let phone = if act.who == 0 { &mut one } else { &mut two };
        let before = (heads(&phone.doc), Document::of(&phone.doc).digest(&Path::root()));
        if phone.try_edit(|edit| verbs(edit, act)).is_err() {
            assert_eq!((heads(&phone.doc), Document::of(&phone.doc).digest(&Path::root())), before);
        }
        if n % sync_every == sync_every - 1 {
            sync(&mut one, &mut two);
        }
    }
    sync(&mut one, &mut two);
    (one, two)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn after_any_verbs_two_phones_a_saved_copy_and_a_replay_show_the_same(acts in acts(), sync_every in 1..12_usize) {
        for (kind, key, verbs) in kinds() {
            let (one, two) = play(kind, &key, verbs, &acts, sync_every);
            let shown = everything_shown(kind, &one.doc);
            prop_assert_eq!(&everything_shown(kind, &two.doc), &shown);
            let saved = load(&one.doc.save(), actor(9)).unwrap();
            prop_assert_eq!(&everything_shown(kind, &saved), &shown);
            let replayed = apply(blank(actor(9)), two.doc.get_changes(&[])).unwrap();
            prop_assert_eq!(&everything_shown(kind, &replayed), &shown);
            prop_assert_eq!(heads(&saved), heads(&replayed));
        }
    }

    #[test]
    fn junk_at_known_places_is_read_as_if_nothing_were_there(
        acts in acts(),
        junk in proptest::collection::vec((any::<prop::sample::Index>(), 0..Junk::ALL.len(), any::<bool>()), 1..8),
        more in acts(),
    ) {
        for (kind, key, verbs) in kinds() {
            let (mut one, mut two) = play(kind, &key, verbs, &acts, 5);
            let looked = heads(&one.doc);
            let before = one.doc.clone();
            for (place, junk, by_one) in &junk {
                let phone = if *by_one { &mut one } else { &mut two };
                let places = phone.places();
                phone.write_junk(place.get(&places), Junk::ALL[*junk]);
            }
            for act in &more {
                let phone = if act.who == 0 { &mut one } else { &mut two };
                drop(phone.try_edit(|edit| verbs(edit, act)));
            }
            sync(&mut one, &mut two);
            prop_assert_eq!(everything_shown(kind, &one.doc), everything_shown(kind, &two.doc));
            prop_assert!(changes_since(&one.doc, &looked).is_ok());
            readable_of_changes(&before, &one.doc);
        }
    }
}

/// A meeting with something at every place that the app knows.
fn a_full_meeting() -> Phone {
    let mut phone = Phone::new(1, "meeting", &wednesday());
    let slot = Slot::parse("2026-03-18T10:00").unwrap();
    let plan = meeting::Plan { slot, place: Some("Sala 2".into()), kind: MeetingKind::KickOff };
    phone.edit(|edit| meeting::plan(edit, &plan));
    phone.edit(|edit| meeting::move_to(edit, slot, 3));
    phone.edit(|edit| meeting::begin(edit, Timestamp(1)));
    phone.edit(|edit| meeting::set_not_held(edit, Some(meeting::NotHeld::Absence)));
    let question = Some("q.car.1".to_owned());
    let topic = NewTopic { section: Some(Section::Career), text: "topic".into(), question };
    let provenance = meeting::Provenance {
        walk: DocId::from_bytes([1; 16]),
        stop: ItemId::from_bytes([2; 8]),
        at: Timestamp(1),
    };
    let first = phone.edit(|edit| meeting::add_agenda_from_walk(edit, &topic, &provenance));
    phone.edit(|edit| meeting::remove_agenda(edit, first));
    let follow_up =
        NewFollowUp { text: "promise".into(), owner: Some(person(1)), due: Day::new(2026, 3, 21) };
    let promise = phone.edit(|edit| meeting::add_follow_up(edit, &follow_up));
    phone.edit(|edit| meeting::link_plan_step(edit, promise, Some(first)));
    phone.edit(|edit| meeting::edit_notes(edit, &Splice::insert(0, "notes")));
    phone.edit(|edit| meeting::add_topic(edit, "queue"));
    phone.edit(meeting::acknowledge);
    phone
}

#[test]
fn every_kind_of_junk_at_every_place_of_a_meeting_spoils_nothing_but_that_place() {
    let mut phone = a_full_meeting();
    let full = phone.doc.clone();
    let looked = heads(&full);
    let expected = meeting::view(Document::of(&full));
    for place in phone.places() {
        for junk in Junk::ALL {
            phone.doc = fork(&full, actor(2));
            phone.write_junk(&place, junk);
            let seen = meeting::view(Document::of(&phone.doc));
            readable(Document::of(&phone.doc));
            changes_since(&phone.doc, &looked).unwrap();
            let spoiled = place.container();
            assert!(spoiled == "notes" || seen.notes == expected.notes, "{place:?} {junk:?}");
            assert!(spoiled == "agenda" || seen.agenda == expected.agenda, "{place:?} {junk:?}");
            assert!(spoiled == "follow_ups" || seen.follow_ups == expected.follow_ups, "{place:?} {junk:?}");
            assert!(spoiled == "planned" || seen.planned == expected.planned, "{place:?} {junk:?}");
        }
    }
}
