//! Owns the strategy of the organisation as an app sees it.

use crate::client::Client;
use crate::documents::with_authors;
use crate::error::ClientError;
use sync_core::coaching::Kind;
use sync_core::coaching::ack::AckView;
use sync_core::coaching::item::Removal;
use sync_core::coaching::org_strategy::{self, AimView, StrategyView};
use sync_core::document::{Conflict, Document, Edit, EditError, Position, Splice};
use sync_core::ids::{DocId, ItemId, PersonId};
use sync_core::time::Year;

/// A strategy, as screens show it.
#[uniffi::remote(Record)]
pub struct StrategyView {
    /// The aims in their order, with those that were put away.
    pub aims: Vec<AimView>,
    /// Values that wait for somebody to settle them.
    pub conflicts: Vec<Conflict>,
}

/// One aim.
#[uniffi::remote(Record)]
pub struct AimView {
    /// Which one.
    pub id: ItemId,
    /// What is to be reached.
    pub title: String,
    /// What that means.
    pub text: String,
    /// Who answers for it.
    pub owner: Option<PersonId>,
    /// Who has read it, and whether that still holds.
    pub acks: Vec<AckView>,
    /// Whether it was put away.
    pub removed: Option<Removal>,
}

/// What people do to the strategy of the organisation.
#[derive(Clone, uniffi::Enum)]
#[expect(missing_docs, reason = "the verb says what its fields are")]
pub enum StrategyEdit {
    /// Sets an aim: its title is a label. Answers its id.
    AddAim { title: String, text: String },
    /// Says what is to be reached.
    SetAimTitle { aim: ItemId, title: String },
    /// Edits what that means.
    EditAimText { aim: ItemId, splice: Splice },
    /// Says who answers for it.
    SetAimOwner { aim: ItemId, owner: Option<PersonId> },
    /// Says that one has read the aim as it stands, and what is not clear about it.
    AcknowledgeAim { aim: ItemId, question: Option<String> },
    /// Puts an aim away; it can be restored.
    RemoveAim { aim: ItemId },
    /// Brings an aim back.
    RestoreAim { aim: ItemId },
    /// Puts an aim elsewhere in the order.
    ReorderAim { aim: ItemId, to: Position },
}

impl StrategyEdit {
    fn make(&self, edit: &mut Edit<'_>) -> Result<Option<ItemId>, EditError> {
        match self {
            Self::AddAim { title, text } => return org_strategy::add_aim(edit, title, text).map(Some),
            Self::SetAimTitle { aim, title } => org_strategy::set_aim_title(edit, *aim, title),
            Self::EditAimText { aim, splice } => org_strategy::edit_aim_text(edit, *aim, splice),
            Self::SetAimOwner { aim, owner } => org_strategy::set_aim_owner(edit, *aim, *owner),
            Self::AcknowledgeAim { aim, question } => {
                org_strategy::acknowledge_aim(edit, *aim, question.as_deref())
            }
            Self::RemoveAim { aim } => org_strategy::remove_aim(edit, *aim),
            Self::RestoreAim { aim } => org_strategy::restore_aim(edit, *aim),
            Self::ReorderAim { aim, to } => org_strategy::reorder_aim(edit, *aim, *to),
        }?;
        Ok(None)
    }
}

#[uniffi::export]
impl Client {
    /// The strategy of this year: a new document, or the one that is there.
    pub fn create_org_strategy(&self, year: Year) -> Result<DocId, ClientError> {
        Ok(self.replica()?.create(Kind::of(&org_strategy::SPEC), org_strategy::key(year))?)
    }

    /// The strategy of the organisation, as screens show it.
    pub fn org_strategy(&self, doc: DocId) -> Result<StrategyView, ClientError> {
        let replica = self.replica_of(doc, &org_strategy::SPEC)?;
        let mut view = replica.read(doc, |history| org_strategy::view(Document::of(history.view())))?;
        view.conflicts = with_authors(&replica, doc, view.conflicts)?;
        Ok(view)
    }

    /// Makes these edits, all or none. Answers the ids of new items, in the order of the edits.
    pub fn edit_org_strategy(
        &self,
        doc: DocId,
        edits: Vec<StrategyEdit>,
    ) -> Result<Vec<Option<ItemId>>, ClientError> {
        let replica = self.replica_of(doc, &org_strategy::SPEC)?;
        Ok(replica.edit(doc, |edit| edits.iter().map(|one| one.make(edit)).collect())?)
    }
}
