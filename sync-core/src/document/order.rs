//! Owns order keys: short strings whose alphabetical order is the order of items. Pure; ties, which two
//! phones can make, are broken by the item's id and not here.
//!
//! A key is a whole number (a letter says how many digits follow), a fraction of any length, and four
//! random digits, so that two phones which insert at the same place offline rarely make the same key.
//! Appending raises the whole number: the length of the newest key grows with the logarithm of their count.

use rand::Rng;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const SUFFIX: usize = 4;

/// A key strictly between the two: after `lower`, before `upper`.
///
/// A neighbour that is no key (only damage or malice makes one) does not bound it, and if the two are not
/// in order, `upper` does not.
pub fn between(lower: Option<&str>, upper: Option<&str>, rng: &mut (impl Rng + ?Sized)) -> String {
    let lower = lower.filter(|key| is_key(key));
    let upper = upper.filter(|key| is_key(key) && lower.is_none_or(|lower| lower < *key));
    let mut key = match (lower, upper) {
        (None, None) => "a0".to_owned(),
        (Some(lower), None) => next_whole(lower).unwrap_or_else(|| middle(lower, None)),
        (None, Some(upper)) => previous_whole(upper).unwrap_or_else(|| middle("", Some(upper))),
        (Some(lower), Some(upper)) => middle(lower, Some(upper)),
    };
    for _ in 1..SUFFIX {
        key.push(digit(rng, 0));
    }
    // The last digit is never the smallest: there is room before every key.
    key.push(digit(rng, 1));
    key
}

fn is_key(key: &str) -> bool {
    key.bytes().all(|byte| rank(byte).is_some()) && !key.is_empty() && !key.ends_with('0')
}

fn rank(byte: u8) -> Option<usize> {
    DIGITS.binary_search(&byte).ok()
}

fn digit(rng: &mut (impl Rng + ?Sized), from: usize) -> char {
    let span = (DIGITS.len() - from) as u32;
    char::from(DIGITS[from + (rng.next_u32() % span) as usize])
}

/// A string between the two that does not begin `upper`, so that whatever follows it stays between.
fn middle(lower: &str, upper: Option<&str>) -> String {
    let digits = |key: &str| -> Vec<usize> { key.bytes().map(|byte| rank(byte).unwrap_or(0)).collect() };
    let lower = digits(lower);
    let mut upper = upper.map(digits);
    let mut result = String::new();
    for at in 0.. {
        let bottom = lower.get(at).copied().unwrap_or(0);
        let top = upper.as_ref().map_or(DIGITS.len(), |upper| upper.get(at).copied().unwrap_or(0));
        if top > bottom + 1 {
            result.push(char::from(DIGITS[(bottom + top) / 2]));
            break;
        }
        result.push(char::from(DIGITS[bottom]));
        if top > bottom {
            // Whatever follows is below `upper` now.
            upper = None;
        }
    }
    result
}

/// How many characters the whole number of a key takes, by its first letter.
fn whole_length(key: &str) -> Option<usize> {
    match key.bytes().next()? {
        letter @ b'a'..=b'z' => Some(usize::from(letter - b'a') + 2),
        letter @ b'A'..=b'Z' => Some(usize::from(b'Z' - letter) + 2),
        _ => None,
    }
}

fn next_whole(key: &str) -> Option<String> {
    let mut whole = key.as_bytes().get(..whole_length(key)?)?.to_vec();
    for byte in whole.iter_mut().skip(1).rev() {
        let next = rank(*byte)? + 1;
        if let Some(digit) = DIGITS.get(next) {
            *byte = *digit;
            return String::from_utf8(whole).ok();
        }
        *byte = DIGITS[0];
    }
    whole_of(if whole[0] == b'Z' { b'a' } else { whole[0].checked_add(1)? }, DIGITS[0])
}

fn previous_whole(key: &str) -> Option<String> {
    let mut whole = key.as_bytes().get(..whole_length(key)?)?.to_vec();
    for byte in whole.iter_mut().skip(1).rev() {
        if let Some(before) = rank(*byte)?.checked_sub(1) {
            *byte = DIGITS[before];
            return String::from_utf8(whole).ok();
        }
        *byte = DIGITS[DIGITS.len() - 1];
    }
    whole_of(if whole[0] == b'a' { b'Z' } else { whole[0].checked_sub(1)? }, DIGITS[DIGITS.len() - 1])
}

fn whole_of(letter: u8, fill: u8) -> Option<String> {
    let head = char::from(letter).to_string();
    let length = whole_length(&head)?;
    Some(head + &char::from(fill).to_string().repeat(length - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand::rngs::SmallRng;

    #[test]
    fn ten_thousand_items_added_at_either_end_keep_short_keys() {
        let mut rng = SmallRng::seed_from_u64(1);
        let mut last = between(None, None, &mut rng);
        let mut first = last.clone();
        for _ in 0..10_000 {
            let next = between(Some(&last), None, &mut rng);
            assert!(next > last);
            last = next;
            let previous = between(None, Some(&first), &mut rng);
            assert!(previous < first);
            first = previous;
        }
        assert!(last.len() <= 8 && first.len() <= 8, "{first} {last}");
    }

    #[test]
    fn a_thousand_items_pushed_into_the_same_gap_grow_slowly() {
        let mut rng = SmallRng::seed_from_u64(2);
        let (first, last) = (between(None, None, &mut rng), "b00V");
        let mut newest = last.to_owned();
        for _ in 0..1_000 {
            let next = between(Some(&first), Some(&newest), &mut rng);
            assert!(first < next && next < newest, "{first} {next} {newest}");
            newest = next;
        }
        assert!(newest.len() < 300, "{}", newest.len());
    }

    #[test]
    fn the_whole_numbers_run_out_without_breaking_the_order() {
        let mut rng = SmallRng::seed_from_u64(3);
        let largest = "z".repeat(30);
        assert!(between(Some(&largest), None, &mut rng) > largest);
        let smallest = format!("A{}1", "0".repeat(30));
        assert!(between(None, Some(&smallest), &mut rng) < smallest);
    }

    #[test]
    fn two_phones_that_append_at_the_same_place_make_different_keys() {
        let (mut here, mut there) = (SmallRng::seed_from_u64(4), SmallRng::seed_from_u64(5));
        assert_ne!(between(Some("a0001"), None, &mut here), between(Some("a0001"), None, &mut there));
    }

    proptest! {
        #[test]
        fn wherever_an_item_is_put_its_key_is_strictly_between_its_neighbours(
            places in proptest::collection::vec(any::<prop::sample::Index>(), 1..120),
            seed in any::<u64>(),
        ) {
            let mut rng = SmallRng::seed_from_u64(seed);
            let mut keys: Vec<String> = Vec::new();
            for place in places {
                let at = place.index(keys.len() + 1);
                let lower = at.checked_sub(1).map(|i| keys[i].as_str());
                let upper = keys.get(at).map(String::as_str);
                let key = between(lower, upper, &mut rng);
                prop_assert!(lower.is_none_or(|lower| lower < key.as_str()), "{lower:?} {key}");
                prop_assert!(upper.is_none_or(|upper| key.as_str() < upper), "{key} {upper:?}");
                keys.insert(at, key);
            }
        }

        #[test]
        fn any_strings_as_neighbours_give_a_key_and_valid_ones_bound_it(
            lower in "[0-9A-Za-z]{0,6}|.{0,6}", upper in "[0-9A-Za-z]{0,6}|.{0,6}", seed in any::<u64>(),
        ) {
            let mut rng = SmallRng::seed_from_u64(seed);
            let key = between(Some(&lower), Some(&upper), &mut rng);
            prop_assert!(is_key(&key));
            if is_key(&lower) {
                prop_assert!(lower < key);
            }
            if is_key(&upper) && (!is_key(&lower) || lower < upper) {
                prop_assert!(key < upper, "{lower} {key} {upper}");
            }
        }
    }
}
