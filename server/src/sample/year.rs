//! Owns what happens in the year of the sample, and when: a pure function of the people, the seed and the last day.

mod agreement;
mod board;
mod goal;
mod log;
mod meeting;
mod team;
mod walk;

use super::Settings;
use super::cast::Cast;
use super::diary::{Act, Diary};
use sync_core::document::{Edit, Path};
use sync_core::ids::ItemId;

/// Everything that people wrote, in the order of time.
pub fn year(cast: &Cast, settings: Settings) -> Vec<Act> {
    let mut diary = Diary::new(cast, settings);
    team::write(&mut diary);
    for number in 0..cast.pairs.len() {
        agreement::write(&mut diary, number);
        goal::write(&mut diary, number);
        log::write(&mut diary, number);
        meeting::write(&mut diary, number);
    }
    walk::write(&mut diary);
    board::write(&mut diary);
    diary.close()
}

/// The items of a collection, in their order.
fn items(edit: &Edit<'_>, collection: &str) -> Vec<ItemId> {
    edit.reader().items(&Path::of(collection)).iter().map(|item| item.id).collect()
}
