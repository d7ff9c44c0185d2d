//! Owns that two phones and the server come together, however their edits, sendings and receivings fall between each other.

use super::{Act, acts, everything_shown, kinds};
use crate::document::fixture::{Phone, two_phones};
use crate::document::heads;
use proptest::prelude::*;

/// What happens next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Somebody makes their next edit.
    Edit,
    /// This phone sends what the server lacks.
    Send(usize),
    /// This phone takes what it lacks.
    Take(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![3 => Just(Step::Edit), 1 => (0..2_usize).prop_map(Step::Send), 1 => (0..2_usize).prop_map(Step::Take)]
}

/// Edits, sendings and receivings in this order; then what is left of each.
fn play(which: usize, acts: &[Act], steps: &[Step]) -> [Phone; 3] {
    let (kind, key, verbs) = &kinds()[which];
    let (one, two) = two_phones(kind, key);
    let (mut phones, mut server) = ([one, two], Phone::new(3, kind, key));
    let mut waiting = acts.iter();
    for step in steps {
        match *step {
            Step::Edit => {
                let Some(act) = waiting.next() else { continue };
                // A refused act changes nothing: another test's promise.
                let _ = phones[act.who].try_edit(|edit| verbs(edit, act));
            }
            Step::Send(from) => server.pull(&phones[from]),
            Step::Take(to) => phones[to].pull(&server),
        }
    }
    phones.iter().for_each(|phone| server.pull(phone));
    phones.iter_mut().for_each(|phone| phone.pull(&server));
    let [one, two] = phones;
    [one, two, server]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn d5_a_thousand_random_interleavings_of_two_phones_and_the_server_converge(
        which in 0..kinds().len(),
        acts in acts(),
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let kind = kinds()[which].0;
        let [one, two, server] = play(which, &acts, &steps);
        prop_assert_eq!(heads(&one.doc), heads(&server.doc));
        prop_assert_eq!(heads(&two.doc), heads(&server.doc));
        let shown = everything_shown(kind, &server.doc);
        prop_assert_eq!(&everything_shown(kind, &one.doc), &shown);
        prop_assert_eq!(&everything_shown(kind, &two.doc), &shown);
    }
}
