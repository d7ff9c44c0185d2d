//! Stories of what somebody has looked at on their phone, and what others changed since.

use super::*;
use crate::insight::overview;
use crate::replica::{Named, Tenure};
use crate::time::Zone;

const ANA: PersonId = PersonId::from_bytes([1; 16]);

fn minute(n: i64) -> Timestamp {
    NOW.plus_ms(n * 60_000)
}

/// Ana, who leads Bogdan, and Bogdan, with a meeting of the two.
fn ana_and_bogdan() -> (Ana, Ana) {
    let (mut ana, mut bogdan) = (Ana::new(1), Ana::new(9));
    ana.plans_wednesday();
    bogdan.plans_wednesday();
    (ana, bogdan)
}

fn says(bogdan: &mut Ana, text: &str) -> Frame {
    bogdan.writes(0, text);
    let request = bogdan.collects();
    bogdan.stores(&request, vec![cursor(text)]).unwrap();
    relayed(&request)
}

/// A whole answer comes in this minute.
fn hears(ana: &mut Ana, frame: Frame, n: i64) {
    let request = ana.collects();
    let (after, pushed) = (request.cursor.clone().map(Vec::from), pushes_of(&request));
    let context = GroupContext { after, pushed: &pushed, now: minute(n), mode: Mode::Normal };
    ana.desk.store_frames(vec![frame, cursor(&format!("a{n}"))], &context).unwrap();
    ana.desk.end_of_answer(Mode::Normal, minute(n)).unwrap();
}

/// What stands beside Bogdan on Ana's home screen.
fn unread(ana: &mut Ana) -> u32 {
    let named = |id, name: &str| Named { id, name: name.into() };
    let tenure = Tenure {
        id: TENURE,
        team: TeamId::from_bytes([3; 16]),
        team_name: String::new(),
        time_zone: "Europe/Bucharest".into(),
        leader: named(ANA, "Ana"),
        agent: named(BOGDAN, "Bogdan"),
        joined: None,
        from: Timestamp(0),
        until: None,
        stands_in: None,
        follows: None,
    };
    let gathered = ana.desk.gather(minute(60), (&[tenure], &[]), Zone::utc()).unwrap();
    overview(&gathered.shelf()).rows[0].unread
}

#[test]
fn x1_what_the_other_one_changed_is_counted_from_when_somebody_last_looked() {
    let (mut ana, mut bogdan) = ana_and_bogdan();
    hears(&mut ana, says(&mut bogdan, "one. "), 1);
    assert_eq!(unread(&mut ana), 0, "what a new phone begins with is no news");

    ana.desk.mark_seen(the_meeting()).unwrap();
    hears(&mut ana, says(&mut bogdan, "two. "), 2);
    assert_eq!(unread(&mut ana), 1);
    hears(&mut ana, says(&mut bogdan, "three. "), 3);
    ana.writes(0, "what Ana says herself. ");
    assert_eq!(unread(&mut ana), 2);
    assert_eq!(unread(&mut ana), 2, "and again, from what was kept");

    ana.desk.mark_seen(the_meeting()).unwrap();
    assert_eq!(unread(&mut ana), 0);
    let sent = ana.collects();
    ana.stores(&sent, vec![cursor("sent")]).unwrap();
    assert_eq!(unread(&mut ana), 0, "what she looked at is still what she looked at once hers is sent");
    hears(&mut ana, says(&mut bogdan, "four. "), 4);
    assert_eq!(unread(&mut ana), 1);
}

#[test]
fn x1_a_document_that_comes_later_is_one_piece_of_news_however_much_is_in_it() {
    let (mut ana, mut bogdan) = ana_and_bogdan();
    ana.desk.end_of_answer(Mode::Normal, minute(1)).unwrap();
    hears(&mut ana, says(&mut bogdan, "one. "), 2);
    hears(&mut ana, says(&mut bogdan, "two. "), 3);
    assert_eq!(unread(&mut ana), 1);

    ana.desk.mark_seen(the_meeting()).unwrap();
    assert_eq!(unread(&mut ana), 0);
}

#[test]
fn x1_what_somebody_writes_on_another_phone_of_theirs_is_no_news_to_them() {
    let (mut ana, mut tablet) = ana_and_bogdan();
    ana.desk.end_of_answer(Mode::Normal, minute(1)).unwrap();
    let Frame::Changes(mut changes) = says(&mut tablet, "on the tablet. ") else { panic!() };
    changes.authors.iter_mut().for_each(|author| author.person = ANA);
    hears(&mut ana, Frame::Changes(changes), 2);
    assert_eq!((ana.notes().as_str(), unread(&mut ana)), ("on the tablet. ", 0));
}

#[test]
fn looking_tells_the_screens_once_and_leaves_nothing_when_the_document_goes() {
    let (mut ana, mut bogdan) = ana_and_bogdan();
    hears(&mut ana, says(&mut bogdan, "one. "), 1);
    ana.desk.events.clear();
    for _ in 0..2 {
        ana.desk.mark_seen(the_meeting()).unwrap();
    }
    assert_eq!(ana.desk.events, [Event::DocumentChanged(the_meeting())], "or a screen would draw for ever");
    let kept = |ana: &Ana| ana.desk.store.records("seen").unwrap().len();
    assert_eq!(kept(&ana), 1);

    hears(&mut ana, revoked(), 2);
    assert_eq!((kept(&ana), ana.presence()), (0, None));
}
