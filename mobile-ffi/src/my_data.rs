//! Owns what a person may take with them, as an app sees it: the list of what is here and who sees it, and all of their own as files.

use crate::client::Client;
use crate::documents::DocumentKind;
use crate::error::ClientError;
use sync_core::content::Language;
use sync_core::export::ByteOrderMark;
use sync_core::ids::{DocId, PersonId};
use sync_core::policy::Role;
use sync_core::replica::{self, ItemState, Relation, SeenBy};
use sync_core::store::Presence;
use sync_core::time::Timestamp;

/// What a document is to this person.
#[uniffi::remote(Enum)]
pub enum Relation {
    /// Their own, which nobody else sees.
    Own,
    /// Theirs and their leader's.
    AboutMe,
    /// Theirs and that of somebody whom they lead: it is about the other one.
    Led,
    /// Their team's.
    Team,
    /// Everybody's.
    Organisation,
    /// That of a group that is coached together, with them in it or led by them.
    Group,
}

/// Somebody who can see a document.
#[uniffi::remote(Record)]
pub struct SeenBy {
    /// Who.
    pub person: PersonId,
    /// What they are called; empty for whom this phone does not know.
    pub name: String,
    /// As what; none if this version of the app does not know it.
    pub role: Option<Role>,
}

/// A document that this person may see.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MyDocument {
    /// Which one.
    pub doc: DocId,
    /// Its kind.
    pub kind: DocumentKind,
    /// What it is called, in the language that was asked for.
    pub title: String,
    /// What it is to them.
    pub relation: Relation,
    /// Everybody who can see it, this person too; nobody is listed of what everybody sees.
    pub seen_by: Vec<SeenBy>,
    /// When it last changed on this phone, by the phone's clock.
    pub changed_at: Timestamp,
    /// Whether its body is here.
    pub presence: Presence,
    /// Where it stands.
    pub state: ItemState,
}

/// How many documents of a kind there are.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct KindCount {
    /// Which kind.
    pub kind: DocumentKind,
    /// How many.
    pub documents: u32,
}

/// What a person may see on their phone.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MyData {
    /// Every document, newest change first.
    pub documents: Vec<MyDocument>,
    /// How many of each kind, for the kinds of which there are any.
    pub counts: Vec<KindCount>,
}

/// A file to keep.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ExportedFile {
    /// Its name, with its folder.
    pub name: String,
    /// What it is (RFC 6838).
    pub media_type: String,
    /// What is in it; text is UTF-8.
    pub bytes: Vec<u8>,
}

/// Whether files for spreadsheets begin with the mark by which these know UTF-8.
#[uniffi::remote(Enum)]
pub enum ByteOrderMark {
    /// They do: for spreadsheets.
    With,
    /// They do not: for programs.
    Without,
}

impl From<replica::ExportedFile> for ExportedFile {
    fn from(file: replica::ExportedFile) -> Self {
        Self { name: file.name, media_type: file.media_type.to_owned(), bytes: file.bytes }
    }
}

impl MyDocument {
    fn of(known: replica::MyDocument) -> Option<Self> {
        let replica::MyDocument { doc, kind, title, relation, seen_by, changed_at, presence, state } = known;
        let kind = DocumentKind::named(&kind)?;
        Some(Self { doc, kind, title, relation, seen_by, changed_at, presence, state })
    }
}

#[uniffi::export]
impl Client {
    /// Every document that this person may see on this phone: what it is to them, who else sees it, and when it last changed.
    pub fn my_data(&self, language: Language) -> Result<MyData, ClientError> {
        let known = self.replica()?.my_data(language)?;
        let documents: Vec<MyDocument> = known.into_iter().filter_map(MyDocument::of).collect();
        let count = |kind: DocumentKind| documents.iter().filter(|known| known.kind == kind).count();
        let counted =
            DocumentKind::ALL.iter().map(|kind| (*kind, count(*kind))).filter(|(_, count)| *count > 0);
        let counts = counted
            .map(|(kind, count)| KindCount { kind, documents: u32::try_from(count).unwrap_or(u32::MAX) });
        Ok(MyData { counts: counts.collect(), documents })
    }

    /// A document as Markdown, with headings in this language.
    pub fn export_markdown(&self, doc: DocId, language: Language) -> Result<ExportedFile, ClientError> {
        Ok(self.replica()?.export_markdown(doc, language)?.into())
    }

    /// All that is this person's own or about them, as files: Markdown for reading, with an index; JSON of the current state
    /// (docs/export.md); CSV for spreadsheets; and each document as it is stored.
    pub fn export_my_data(
        &self,
        language: Language,
        mark: ByteOrderMark,
    ) -> Result<Vec<ExportedFile>, ClientError> {
        Ok(self.replica()?.export_my_data(language, mark)?.into_iter().map(ExportedFile::from).collect())
    }
}
