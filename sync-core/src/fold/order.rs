//! Behind which element each insert of a net goes. An insert names the element it was put behind;
//! when that one was typed and removed again, the nearest kept one to its left takes the place.

use std::collections::BTreeMap;

use automerge::legacy::{ObjectId, OpId};

use super::chain::{Chain, inserted_behind};
use super::plan::Fate;

/// For each insert of the chain its nearest kept left neighbour *at the time of the insert*; `None`
/// is the start of the list. Neighbours that came later must not count: they are put in later too.
pub(super) fn nearest_kept_neighbours(chain: &Chain, fates: &[Fate]) -> Vec<Option<OpId>> {
    let is_gone = |id: &OpId| chain.position(id).is_some_and(|position| fates[position] == Fate::Gone);
    let mut neighbours = Neighbours::default();
    let anchor = |link: &super::chain::Link| {
        if !link.op.insert {
            return None;
        }
        let behind = inserted_behind(&link.op);
        let anchor = neighbours.nearest(behind.clone(), &is_gone);
        neighbours.insert(&link.op.obj, behind, &link.id);
        anchor
    };
    chain.links.iter().map(anchor).collect()
}

/// Who stands left of each element of the chain. A new element always goes directly behind the one
/// it names, since its id is the highest so far.
#[derive(Default)]
struct Neighbours {
    left: BTreeMap<OpId, Option<OpId>>,
    /// The element of the chain directly right of an element, or of the start of a list.
    right: BTreeMap<(ObjectId, Option<OpId>), OpId>,
}

impl Neighbours {
    fn insert(&mut self, list: &ObjectId, behind: Option<OpId>, new: &OpId) {
        if let Some(pushed) = self.right.insert((list.clone(), behind.clone()), new.clone()) {
            self.left.insert(pushed.clone(), Some(new.clone()));
            self.right.insert((list.clone(), Some(new.clone())), pushed);
        }
        self.left.insert(new.clone(), behind);
    }

    fn nearest(&self, mut element: Option<OpId>, is_gone: &impl Fn(&OpId) -> bool) -> Option<OpId> {
        while let Some(gone) = element.as_ref().filter(|id| is_gone(id)) {
            element = self.left.get(gone).cloned().flatten();
        }
        element
    }
}
