use super::*;
use crate::coaching::ack::{AckView, Standing};
use crate::coaching::chance::{acts, play};
use crate::coaching::item::Side;
use crate::coaching::measure::MeasureKind;
use crate::coaching::{
    action_plan as plans, barometer, feedback_log as feedback, floor_walk as walks, hand_over as handed,
    meeting as meetings, org_strategy as strategies, partnership as partnerships, private_log as logs,
    team_blockers as blockers, team_board as boards, team_goals as teams, tier_note as tiers,
};
use crate::document::fixture::{Junk, Phone, actor, wednesday};
use crate::document::{fork, load};
use crate::ids::PersonId;
use crate::insight::chance::kinds_with_facts;
use automerge::Automerge;
use proptest::prelude::*;

fn facts_of(kind: &str, doc: &Automerge) -> Facts {
    Facts::of(Kind::parse(kind).unwrap(), Document::of(doc)).unwrap()
}

fn line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("").chars().take(120).collect()
}

/// What screens show, reduced to what read models need: facts are read from the same places without the rest.
fn as_shown(kind: &str, doc: Document<'_>, facts: &mut Facts) -> String {
    match facts {
        Facts::Meeting(facts) => facts.promises.iter_mut().for_each(|promise| promise.done_at = None),
        Facts::ActionPlan(facts) => facts.steps.iter_mut().for_each(|promise| promise.done_at = None),
        Facts::Partnership(_)
        | Facts::FeedbackLog(_)
        | Facts::GoalSet(_)
        | Facts::FloorWalk(_)
        | Facts::WellbeingLog(_)
        | Facts::TierNote(_)
        | Facts::PrivateLog(_)
        | Facts::TeamBlockers(_)
        | Facts::TeamBoard(_)
        | Facts::Circumstance(_)
        | Facts::TeamGoals(_)
        | Facts::TeamPolicy(_)
        | Facts::OrgStrategy(_)
        | Facts::HandOver(_) => {}
    }
    let shown = match kind {
        "meeting" => Facts::Meeting(meeting_as_shown(&meetings::view(doc))),
        "action_plan" => Facts::ActionPlan(plan_as_shown(&plans::view(doc))),
        "partnership" => Facts::Partnership(partnership_as_shown(partnerships::view(doc))),
        "feedback_log" => Facts::FeedbackLog(feedback_as_shown(&feedback::view(doc))),
        "floor_walk" => Facts::FloorWalk(walk_as_shown(walks::view(doc))),
        "wellbeing_log" => Facts::WellbeingLog(WellbeingLogFacts {
            entries: barometer::view(doc)
                .entries
                .into_iter()
                .filter(|entry| entry.removed.is_none())
                .map(|entry| EntryFacts { id: entry.id, at: entry.at, mood: entry.mood, load: entry.load })
                .collect(),
        }),
        "tier_note" => Facts::TierNote(TierNoteFacts {
            months: tiers::view(doc)
                .months
                .iter()
                .map(|month| MonthFacts { month: month.month, tier: month.tier })
                .collect(),
        }),
        "private_log" => Facts::PrivateLog(log_as_shown(logs::view(doc))),
        "team_blockers" => Facts::TeamBlockers(blockers_as_shown(blockers::view(doc))),
        "team_board" => Facts::TeamBoard(board_as_shown(boards::view(doc))),
        "team_goals" => Facts::TeamGoals(team_goals_as_shown(teams::view(doc))),
        "org_strategy" => {
            let aims = strategies::view(doc).aims.into_iter().filter(|aim| aim.removed.is_none());
            let fact = |aim: strategies::AimView| AimFacts {
                id: aim.id,
                title: aim.title,
                read_by: readers(aim.acks),
            };
            Facts::OrgStrategy(OrgStrategyFacts { aims: aims.map(fact).collect() })
        }
        "hand_over" => Facts::HandOver(hand_over_as_shown(&handed::view(doc))),
        // By way of what screens show already.
        _ => facts_of(kind, doc.crdt()),
    };
    format!("{shown:?}")
}

fn hand_over_as_shown(shown: &handed::HandOverView) -> HandOverFacts {
    let brought = shown.brought.iter().filter(|one| one.removed.is_none()).count();
    HandOverFacts { has_note: !shown.note.text.is_empty(), brought: u32::try_from(brought).unwrap() }
}

fn meeting_as_shown(shown: &meetings::MeetingView) -> MeetingFacts {
    let promises = shown.follow_ups.iter().filter(|item| item.removed.is_none()).map(|item| Promise {
        id: item.id,
        text: line(&item.text),
        owner: item.owner,
        due: item.due,
        state: item.state,
        done_at: None,
        plan_step: item.plan_step,
    });
    let agenda = shown.agenda.iter().filter(|item| item.removed.is_none());
    MeetingFacts {
        kind: shown.kind,
        planned: shown.planned,
        moves: shown.moves.iter().map(|m| MoveFacts { at: m.at, notice_hours: m.notice_hours }).collect(),
        start: shown.held.and_then(|held| held.start),
        end: shown.held.and_then(|held| held.end),
        not_held: shown.not_held,
        topics: shown.topics.clone(),
        agenda: agenda.map(|item| AgendaFacts { by: item.by, question: item.question.clone() }).collect(),
        promises: promises.collect(),
    }
}

fn plan_as_shown(shown: &plans::ActionPlanView) -> ActionPlanFacts {
    let steps = shown.steps.iter().filter(|step| step.removed.is_none()).map(|step| Promise {
        id: step.id,
        text: line(&step.text),
        owner: step.owner,
        due: step.due,
        state: step.state,
        done_at: None,
        plan_step: None,
    });
    let checkpoints = shown.checkpoints.iter().filter(|one| one.removed.is_none());
    ActionPlanFacts {
        closed_at: shown.closed.map(|closed| closed.at),
        steps: steps.collect(),
        checkpoints: checkpoints
            .map(|one| CheckpointFacts {
                id: one.id,
                text: line(&one.look_at),
                on: one.on,
                has_result: one.decision.is_some() || !one.result.trim().is_empty(),
            })
            .collect(),
        reviews: shown.reviews.iter().map(|one| ReviewFacts { id: one.id, at: one.at, by: one.by }).collect(),
    }
}

fn partnership_as_shown(shown: partnerships::PartnershipView) -> PartnershipFacts {
    let backlog = shown.backlog.into_iter().filter(|item| item.removed.is_none());
    PartnershipFacts {
        rhythm: shown.cadence.rhythm,
        first: shown.cadence.first,
        review_on: shown.contract.review_on,
        backlog: backlog
            .map(|item| BacklogFacts {
                id: item.id,
                text: line(&item.text),
                by: item.by,
                at: item.at,
                area: item.area,
                before_next: item.before_next,
                brought_to: item.brought_to,
            })
            .collect(),
    }
}

fn feedback_as_shown(shown: &feedback::FeedbackLogView) -> FeedbackLogFacts {
    let items = shown.items.iter().filter(|item| item.removed.is_none());
    FeedbackLogFacts {
        items: items
            .map(|item| FeedbackFacts {
                id: item.id,
                text: line(item.text(feedback::FeedbackText::Seen)),
                kind: item.kind,
                source: item.source,
                said_by: item.said_by.clone(),
                by: item.by,
                at: item.at,
                is_draft: !item.lacks.is_empty(),
                strength_skipped: item.strength_skipped,
                proposed_by: item.proposed_by,
                look_again_on: item.look_again_on,
                has_outcome: !item.text(feedback::FeedbackText::Outcome).trim().is_empty(),
                from_walk: item.origin.map(|origin| origin.token),
            })
            .collect(),
    }
}

fn blockers_as_shown(shown: blockers::TeamBlockersView) -> TeamBlockersFacts {
    let kept = shown.blockers.into_iter().filter(|one| one.removed.is_none());
    let facts = kept.map(|one| BlockerFacts {
        id: one.id,
        text: line(&one.what),
        topic: one.topic,
        since: one.since,
        blocked: one.blocked,
        owner: one.owner,
        state: one.state,
        by: one.by,
        at: one.at,
    });
    TeamBlockersFacts { blockers: facts.collect() }
}

fn board_as_shown(shown: boards::TeamBoardView) -> TeamBoardFacts {
    let recognitions = shown.recognitions.into_iter().filter(|one| one.removed.is_none() && !one.is_draft);
    let ideas = shown.ideas.into_iter().filter(|idea| idea.removed.is_none());
    TeamBoardFacts {
        recognitions: recognitions
            .map(|one| RecognitionFacts {
                id: one.id,
                text: line(&one.did_what),
                whom: one.whom,
                may_be_said: one.may_be_said == Some(true),
                by: one.by,
                at: one.at,
            })
            .collect(),
        ideas: ideas
            .map(|idea| IdeaFacts {
                id: idea.id,
                text: line(&idea.text),
                by: idea.by,
                at: idea.at,
                answer: idea.decisions.last().map(|decision| decision.answer),
            })
            .collect(),
    }
}

fn walk_as_shown(shown: walks::FloorWalkView) -> FloorWalkFacts {
    let stops = shown.stops.into_iter().filter(|stop| stop.removed.is_none());
    FloorWalkFacts {
        started: shown.started,
        stops: stops
            .map(|stop| StopFacts {
                id: stop.id,
                person: stop.person,
                kind: stop.kind,
                at: stop.at,
                minutes: stop.minutes,
                tags: stop.tags,
            })
            .collect(),
    }
}

fn log_as_shown(shown: logs::PrivateLogView) -> PrivateLogFacts {
    let notes = shown.notes.into_iter().filter(|note| note.removed.is_none());
    let to_raise = shown.to_raise.into_iter();
    PrivateLogFacts {
        notes: notes.map(|note| NoteFacts { id: note.id, at: note.at, tags: note.tags }).collect(),
        to_raise: to_raise
            .filter(|item| item.removed.is_none() && item.raised_at.is_none())
            .map(|item| ToRaiseFacts { id: item.id, text: line(&item.text), at: item.at })
            .collect(),
    }
}

fn team_goals_as_shown(shown: teams::TeamGoalsView) -> TeamGoalsFacts {
    let standards = shown.standards.into_iter().filter(|standard| standard.removed.is_none());
    TeamGoalsFacts {
        goals: shown
            .goals
            .into_iter()
            .map(|goal| TeamGoalFacts {
                id: goal.id,
                title: goal.title,
                kpi: goal.measure.filter(|measure| measure.kind == MeasureKind::Kpi).map(|kpi| kpi.what),
                target: goal.target,
                due: goal.due,
                supports: goal.supports,
                read_by: readers(goal.acks),
                is_put_away: goal.removed.is_some(),
            })
            .collect(),
        standards: standards
            .map(|standard| StandardFacts {
                id: standard.id,
                statement: line(&standard.statement),
                read_by: readers(standard.acks),
            })
            .collect(),
    }
}

fn readers(acks: Vec<AckView>) -> Vec<ReadBy> {
    let read = acks.into_iter().map(|ack| ReadBy {
        person: ack.person,
        at: ack.at,
        is_current: ack.standing == Standing::Current,
        question: ack.question,
    });
    read.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn facts_are_what_screens_show_also_beside_junk(
        acts in acts(),
        junk in proptest::collection::vec((any::<prop::sample::Index>(), 0..Junk::ALL.len()), 0..6),
    ) {
        for (kind, key, verbs) in kinds_with_facts() {
            let (mut one, _) = play(kind, &key, verbs, &acts, 5);
            for (place, junk) in &junk {
                let places = one.places();
                one.write_junk(place.get(&places), Junk::ALL[*junk]);
            }
            let mut facts = facts_of(kind, &one.doc);
            let shown = as_shown(kind, Document::of(&one.doc), &mut facts);
            prop_assert_eq!(format!("{facts:?}"), shown);
        }
    }

    #[test]
    fn bytes_of_another_version_are_no_facts_and_never_end_the_process(bytes in any::<Vec<u8>>()) {
        prop_assert_eq!(Facts::from_bytes(&bytes), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn facts_made_after_each_edit_are_those_of_the_saved_document_and_of_the_other_phone(
        acts in acts(),
        sync_every in 1..12_usize,
    ) {
        for (kind, key, verbs) in kinds_with_facts() {
            for made in 1..=acts.len().min(12) {
                let (one, two) = play(kind, &key, verbs, &acts[..made], sync_every);
                let facts = facts_of(kind, &one.doc);
                prop_assert_eq!(&facts_of(kind, &two.doc), &facts);
                prop_assert_eq!(&facts_of(kind, &load(&one.doc.save(), actor(9)).unwrap()), &facts);
                let row = facts.to_bytes();
                prop_assert_eq!(Facts::from_bytes(&row), Some(facts));
            }
        }
    }
}

#[test]
fn a_row_that_another_version_wrote_is_made_anew() {
    let phone = Phone::new(1, "meeting", &wednesday());
    let facts = facts_of("meeting", &phone.doc);
    let row = Row { version: VERSION + 1, facts: facts.clone() };
    assert_eq!(Facts::from_bytes(&minicbor::to_vec(&row).unwrap()), None);
    let bytes = facts.to_bytes();
    assert_eq!(Facts::from_bytes(&bytes[..bytes.len() - 1]), None, "cut off");
    assert_eq!(Facts::from_bytes(&bytes), Some(facts));
}

/// What is frozen: another number for a field, or another word, needs another version.
#[test]
fn the_row_of_a_meeting_is_frozen() {
    let facts = Facts::Meeting(MeetingFacts {
        kind: meetings::MeetingKind::OneOnOne,
        planned: meetings::Slot::parse("2026-03-18T10:00"),
        moves: vec![MoveFacts { at: None, notice_hours: Some(3) }],
        start: None,
        end: None,
        not_held: None,
        topics: vec!["queue".into()],
        agenda: vec![AgendaFacts { by: Some(PersonId::from_bytes([1; 16])), question: None }],
        promises: Vec::new(),
    });
    insta::assert_snapshot!(hex::encode(facts.to_bytes()), @"a2000401820181a6006a6f6e655f6f6e5f6f6e650170323032362d30332d31385431303a30300281a1010306816571756575650781a10050010101010101010101010101010101010880");
}

#[test]
fn junk_at_every_place_of_a_document_spoils_no_facts_but_its_own() {
    let mut phone = Phone::new(1, "feedback_log", &crate::document::fixture::this_quarter());
    let given = feedback::Feedback::seen(feedback::FeedbackKind::Praise, "\n  calm 懒\nsecond line");
    let first = phone.edit(|edit| feedback::add_feedback(edit, &given));
    phone.edit(|edit| feedback::set_proposed_by(edit, first, Some(Side::Agent)));
    let second = phone.edit(|edit| feedback::add_feedback(edit, &given));
    let Facts::FeedbackLog(expected) = facts_of("feedback_log", &phone.doc) else { panic!() };
    assert_eq!(expected.items[0].text, "calm 懒");
    let full = phone.doc.clone();
    for place in phone.places().into_iter().filter(|place| place.keys().contains(&first.to_string())) {
        for junk in Junk::ALL {
            phone.doc = fork(&full, actor(2));
            phone.write_junk(&place, junk);
            let Facts::FeedbackLog(facts) = facts_of("feedback_log", &phone.doc) else { panic!() };
            let other = facts.items.iter().find(|item| item.id == second);
            assert_eq!(other, expected.items.last(), "{place:?} {junk:?}");
        }
    }
}

#[test]
fn what_somebody_keeps_to_themselves_of_how_they_are_has_no_facts() {
    let key = crate::coaching::wellbeing_private::key(
        PersonId::from_bytes([2; 16]),
        crate::document::fixture::day("2026-03-18").quarter(),
    );
    let mut phone = Phone::new(2, "wellbeing_private", &key);
    phone.edit(|edit| barometer::add_entry(edit, &crate::insight::fixture::entry(1)));
    let kind = Kind::parse("wellbeing_private").unwrap();
    assert_eq!(Facts::of(kind, Document::of(&phone.doc)), None);
}
