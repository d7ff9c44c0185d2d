//! Owns the facts of the board of a team.

use super::{heading, kept};
use crate::coaching::item::author;
use crate::coaching::team_board::{Answer, RecognitionText, is_draft, may_be_said};
use crate::document::{Document, Item, Path};
use crate::ids::{ItemId, PersonId};
use crate::time::Timestamp;
use minicbor::{Decode, Encode};

/// What read models need of the board of a team.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct TeamBoardFacts {
    /// What was recognized, in its order. What does not say what somebody did is none yet.
    #[n(0)]
    pub recognitions: Vec<RecognitionFacts>,
    /// The ideas, in their order.
    #[n(1)]
    pub ideas: Vec<IdeaFacts>,
}

/// One recognition.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecognitionFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What the person did, in one line.
    #[n(1)]
    pub text: String,
    /// Whom it is for.
    #[n(2)]
    pub whom: Option<PersonId>,
    /// Whether the person said that their name may be said in front of the team.
    #[n(3)]
    pub may_be_said: bool,
    /// Who said it.
    #[n(4)]
    pub by: Option<PersonId>,
    /// When.
    #[n(5)]
    pub at: Option<Timestamp>,
}

/// One idea.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct IdeaFacts {
    /// Which one.
    #[n(0)]
    pub id: ItemId,
    /// What, in one line.
    #[n(1)]
    pub text: String,
    /// Who had it.
    #[n(2)]
    pub by: Option<PersonId>,
    /// When.
    #[n(3)]
    pub at: Option<Timestamp>,
    /// What is to become of it, as was decided last; none while it waits for an answer.
    #[n(4)]
    pub answer: Option<Answer>,
}

pub(super) fn read(doc: Document<'_>) -> TeamBoardFacts {
    let mut recognitions = kept(doc, "recognitions");
    recognitions.retain(|one| !is_draft(one.fields()));
    let decisions = doc.items(&Path::of("decisions"));
    TeamBoardFacts {
        recognitions: recognitions.iter().map(recognition).collect(),
        ideas: kept(doc, "ideas").iter().map(|idea| idea_facts(idea, &decisions)).collect(),
    }
}

fn recognition(item: &Item<'_>) -> RecognitionFacts {
    let fields = item.fields();
    RecognitionFacts {
        id: item.id,
        text: heading(fields, RecognitionText::DidWhat.word()),
        whom: fields.get(&Path::of("whom")),
        may_be_said: may_be_said(fields) == Some(true),
        by: author(item),
        at: fields.get(&Path::of("at")),
    }
}

fn idea_facts(item: &Item<'_>, decisions: &[Item<'_>]) -> IdeaFacts {
    let fields = item.fields();
    let of_idea =
        decisions.iter().map(Item::fields).filter(|one| one.get(&Path::of("idea")) == Some(item.id));
    IdeaFacts {
        id: item.id,
        text: heading(fields, "text"),
        by: author(item),
        at: fields.get(&Path::of("at")),
        answer: of_idea.filter_map(|one| one.get(&Path::of("answer"))).next_back(),
    }
}
