//! Owns what people do to the blockers of a team: each to their own entries, and what each says for themselves to all.

use super::{Deed, Done, Made, done, wrote};
use crate::sim::op::Verb;
use sync_core::coaching::team_blockers::{self, BlockerView, NewBlocker, TeamBlockersView};
use sync_core::document::{Document, Edit};
use sync_core::ids::DocId;
use sync_core::replica::{Replica, ReplicaError};

impl Deed<'_> {
    pub(super) fn edit_team_blockers(&self, replica: &Replica, doc: DocId) -> Result<Done, ReplicaError> {
        let seen = replica.read(doc, |history| team_blockers::view(Document::of(history.view())))?;
        replica.edit(doc, |edit| self.on_team_blockers(edit, &seen))
    }

    pub(super) fn on_team_blockers(&self, edit: &mut Edit<'_>, seen: &TeamBlockersView) -> Made {
        let person = edit.person();
        let own: Vec<_> = seen.blockers.iter().filter(|one| one.id.is_of(person)).collect();
        match (self.verb, self.choose(&own), self.choose(&seen.blockers)) {
            (Verb::AddBlocker, ..) => {
                let topic = self.pick.is_multiple_of(2).then(|| "CRM".to_owned());
                let (what, since) = (self.word(), super::day(self.pick));
                let new = NewBlocker { what, topic, since, person: self.person(), owner: None };
                wrote(team_blockers::add_blocker(edit, &new))
            }
            (Verb::EditBlocker, Some(blocker), _) => match self.pick % 3 {
                0 => {
                    let splice = self.insert(&blocker.notes);
                    wrote(team_blockers::edit_blocker_notes(edit, blocker.id, &splice))
                }
                _ => wrote(team_blockers::edit_blocker(edit, blocker.id, &self.insert(&blocker.what))),
            },
            (Verb::SetBlocker, Some(blocker), _) => self.set_blocker(edit, blocker),
            (Verb::JoinBlocker, _, Some(blocker)) => {
                done(team_blockers::set_blocks_me(edit, blocker.id, self.pick.is_multiple_of(2)))
            }
            _ => Ok(Done::Nothing),
        }
    }

    fn set_blocker(&self, edit: &mut Edit<'_>, blocker: &BlockerView) -> Made {
        done(match self.pick % 4 {
            0 => team_blockers::set_blocker_since(edit, blocker.id, super::day(self.pick)),
            1 => team_blockers::set_blocker_owner(edit, blocker.id, self.person()),
            2 => team_blockers::set_blocker_state(edit, blocker.id, self.state()),
            _ if blocker.removed.is_some() => team_blockers::restore_blocker(edit, blocker.id),
            _ => team_blockers::remove_blocker(edit, blocker.id),
        })
    }
}
