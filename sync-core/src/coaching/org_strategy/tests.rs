use super::*;
use crate::coaching::ack::Standing;
use crate::document::fixture::{Phone, person, sync, the_year, two_phones};

#[test]
fn r04_everybody_reads_an_aim_and_a_later_change_shows() {
    let (mut head, mut andrei) = two_phones("org_strategy", &the_year());
    let aim = head.edit(|edit| add_aim(edit, "People come back", "Because they were helped at once."));
    head.edit(|edit| set_aim_owner(edit, aim, Some(person(1))));
    sync(&mut head, &mut andrei);
    andrei.edit(|edit| acknowledge_aim(edit, aim, None));
    sync(&mut head, &mut andrei);
    let shown = |phone: &Phone| view(Document::of(&phone.doc)).aims.remove(0);
    assert_eq!(shown(&head).acks[0].standing, Standing::Current);

    head.edit(|edit| edit_aim_text(edit, aim, &Splice::insert(0, "Always. ")));
    let seen = shown(&head);
    assert_eq!(seen.acks[0].standing, Standing::BeforeChanges { count: 1 });
    assert_eq!((seen.title.as_str(), seen.owner), ("People come back", Some(person(1))));
    assert_eq!(seen.text, "Always. Because they were helped at once.");
}

#[test]
fn an_aim_that_was_put_away_is_in_no_list_and_can_be_restored() {
    let mut head = Phone::new(1, "org_strategy", &the_year());
    let aim = head.edit(|edit| add_aim(edit, "Grow", ""));
    head.edit(|edit| remove_aim(edit, aim));
    let listed = |head: &Phone| summarise(Document::of(&head.doc)).items;
    assert_eq!(listed(&head), 0);
    head.edit(|edit| restore_aim(edit, aim));
    assert_eq!(listed(&head), 1);
}
