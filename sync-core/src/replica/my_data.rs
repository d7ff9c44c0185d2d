//! Owns what this person may take with them: which documents are on this phone, what they are to the person, who else sees each, and
//! all of their own as files. Everything here works without a network.

use super::desk::Desk;
use super::insight::zone;
use super::{ItemState, ListedDocument, Replica, ReplicaError, Team, Tenure};
use crate::coaching::{KINDS, Kind, action_plan, goal_set, meeting};
use crate::content::{Heading, Labelled, Language};
use crate::document::Document;
use crate::export::{self, ByteOrderMark, ExportedDocument, Reader, Sheet, Source};
use crate::ids::{AudienceId, DocId, OrgId, PersonId};
use crate::key::{NaturalKey, Subject};
use crate::policy::{self, Group, Role};
use crate::store::{Identity, Presence};
use crate::time::{Timestamp, Zone};
use serde::Serialize;
use std::collections::BTreeMap;

/// What a document is to this person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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

/// A document that this person may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MyDocument {
    /// Which one.
    pub doc: DocId,
    /// The stable name of its kind.
    pub kind: String,
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

/// Somebody who can see a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenBy {
    /// Who.
    pub person: PersonId,
    /// What they are called; empty for whom this phone does not know.
    pub name: String,
    /// As what; none if this version of the app does not know it.
    pub role: Option<Role>,
}

/// A file to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its name, with its folder.
    pub name: String,
    /// What it is (RFC 6838).
    pub media_type: &'static str,
    /// What is in it; text is UTF-8.
    pub bytes: Vec<u8>,
}

const MARKDOWN: &str = "text/markdown; charset=utf-8";
const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json";
const AUTOMERGE: &str = "application/octet-stream";

/// Everything of a person as JSON: the form of `docs/export.md`.
#[derive(Serialize)]
struct Bundle {
    v: u32,
    person: PersonId,
    exported_at: String,
    documents: Vec<ExportedDocument>,
}

/// Who is who, as far as this phone knows.
pub(super) struct Roster {
    own: PersonId,
    now: Timestamp,
    pairs: Vec<Tenure>,
    teams: Vec<Team>,
    groups: Vec<Group>,
    names: BTreeMap<PersonId, String>,
    /// Who sees what, as the server has said.
    audiences: BTreeMap<AudienceId, Vec<PersonId>>,
    org: OrgId,
    zone: Zone,
}

impl Replica {
    /// Every document that this person may see on this phone, newest change first: what it is to them, and who else sees it.
    pub fn my_data(&self, language: Language) -> Result<Vec<MyDocument>, ReplicaError> {
        let roster = self.roster()?;
        let reader = roster.reader(language);
        let mut documents = Vec::new();
        for spec in KINDS {
            let kind = Kind::of(spec);
            for listed in self.list(kind)? {
                documents.push(roster.document(kind, listed, &reader));
            }
        }
        documents.sort_by_key(|known| (std::cmp::Reverse(known.changed_at), known.doc));
        Ok(documents)
    }

    /// A document as Markdown, in this language.
    pub fn export_markdown(&self, doc: DocId, language: Language) -> Result<ExportedFile, ReplicaError> {
        let roster = self.roster()?;
        let reader = roster.reader(language);
        self.shared.with_desk(|desk| {
            let (name, text) =
                desk.source(doc, |source| (stem(source), export::markdown(source, &reader)))?;
            Ok(file(format!("{name}.md"), MARKDOWN, text))
        })
    }

    /// All that is this person's own or about them: each document as Markdown in this language and as it is stored, an index, one
    /// JSON file of the current state, and lists for spreadsheets. What is about those whom they lead is not theirs to take.
    pub fn export_my_data(
        &self,
        language: Language,
        mark: ByteOrderMark,
    ) -> Result<Vec<ExportedFile>, ReplicaError> {
        let roster = self.roster()?;
        let reader = roster.reader(language);
        let mine: Vec<MyDocument> = self
            .my_data(language)?
            .into_iter()
            .filter(|known| matches!(known.relation, Relation::Own | Relation::AboutMe))
            .collect();
        let mut files = vec![index(&mine, &roster, &reader)];
        let readable: Vec<DocId> =
            mine.iter().filter(|known| known.presence.is_readable()).map(|known| known.doc).collect();
        let documents = self.shared.with_desk(|desk| desk.export(&readable, &reader, &mut files))?;
        let bundle = Bundle {
            v: export::VERSION,
            person: roster.own,
            exported_at: self.shared.now().to_string(),
            documents,
        };
        let json = serde_json::to_vec_pretty(&bundle).expect("documents are JSON already");
        files.push(ExportedFile { name: "my-data.json".into(), media_type: JSON, bytes: json });
        let sheets = self.shared.with_desk(|desk| desk.sheets(&readable, &reader))?;
        let numbers = export::scorecard_sheet(roster.own, &self.numbers_of(roster.own)?, &reader);
        let sheets = sheets.into_iter().chain([("scorecard.csv", numbers)]);
        files.extend(sheets.map(|(name, sheet)| sheet_file(name, &sheet, mark)));
        Ok(files)
    }

    pub(super) fn roster(&self) -> Result<Roster, ReplicaError> {
        let (pairs, teams) = (self.tenures()?, self.teams()?);
        let of_pairs = pairs.iter().flat_map(|pair| [&pair.leader, &pair.agent]);
        let of_teams = teams.iter().flat_map(|team| &team.people);
        let names = of_pairs.map(|named| (named.id, named.name.clone()));
        let names = names.chain(of_teams.map(|mate| (mate.id, mate.name.clone()))).collect();
        let zone = zone(&pairs, &teams);
        let audiences = self.shared.with_desk(|desk| desk.store.audiences())?;
        let audiences = audiences.into_iter().map(|row| (row.audience, row.members)).collect();
        let Identity { org, person: own, .. } = self.identity();
        let now = self.shared.now();
        let groups = self.groups()?.into_iter().map(|known| known.group).collect();
        Ok(Roster { own, now, pairs, teams, groups, names, audiences, org, zone })
    }
}

impl Roster {
    pub(super) fn reader(&self, language: Language) -> Reader<'_> {
        Reader { language, zone: &self.zone, names: &self.names }
    }

    fn document(&self, kind: Kind, listed: ListedDocument, reader: &Reader<'_>) -> MyDocument {
        let ListedDocument { doc, key, changed_at, presence, state, .. } = listed;
        MyDocument {
            doc,
            kind: kind.name().to_owned(),
            title: export::title(kind, &key, reader),
            relation: self.relation(&key),
            seen_by: self.seen_by(kind, &key),
            changed_at,
            presence,
            state,
        }
    }

    /// Whoever is of its audience, but for those who read no such documents there.
    fn seen_by(&self, kind: Kind, key: &NaturalKey) -> Vec<SeenBy> {
        if key.subject == Subject::Organisation {
            return Vec::new();
        }
        let told = self.audiences.get(&AudienceId::of(self.org, &key.subject));
        let people = told.filter(|members| !members.is_empty()).cloned();
        let people = people.unwrap_or_else(|| self.expected(&key.subject));
        let people = people.into_iter().filter(|person| !self.has_left(&key.subject, *person));
        let named = people.map(|person| self.named(person, self.role(&key.subject, person)));
        named.filter(|seen| seen.role.is_none_or(|role| policy::right(role, kind).is_some())).collect()
    }

    fn relation(&self, key: &NaturalKey) -> Relation {
        match key.subject {
            Subject::Person(_) => Relation::Own,
            Subject::Tenure(tenure) => {
                let pair = self.pairs.iter().find(|pair| pair.id == tenure);
                let is_about_other = pair.is_some_and(|pair| pair.agent.id != self.own);
                if is_about_other { Relation::Led } else { Relation::AboutMe }
            }
            Subject::Team(_) => Relation::Team,
            Subject::Organisation => Relation::Organisation,
            Subject::Group(_) => Relation::Group,
        }
    }

    fn named(&self, person: PersonId, role: Option<Role>) -> SeenBy {
        SeenBy { person, name: self.names.get(&person).cloned().unwrap_or_default(), role }
    }

    /// Whether somebody was of an audience for a time that is over: this phone is told who comes, and not who goes.
    fn has_left(&self, subject: &Subject, person: PersonId) -> bool {
        let Subject::Tenure(tenure) = subject else { return false };
        let pair = self.pairs.iter().find(|pair| pair.id == *tenure);
        let before = pair.filter(|pair| pair.leader.id != person).and_then(|pair| pair.follows.as_ref());
        let before = before.filter(|before| before.leader.id == person);
        before.is_some_and(|before| before.until.is_some_and(|until| until <= self.now))
    }

    /// As what somebody sees what belongs to this subject.
    fn role(&self, subject: &Subject, person: PersonId) -> Option<Role> {
        match subject {
            Subject::Person(_) => Some(Role::Own),
            Subject::Tenure(tenure) => {
                let pair = self.pairs.iter().find(|pair| pair.id == *tenure)?;
                let is_acting = pair.stands_in.is_some();
                Some(match person {
                    person if person == pair.agent.id => Role::Agent,
                    person if person == pair.leader.id => {
                        if is_acting {
                            Role::Acting
                        } else {
                            Role::Leader
                        }
                    }
                    person if pair.follows.as_ref().is_some_and(|before| before.leader.id == person) => {
                        Role::Predecessor
                    }
                    _ => Role::Leader,
                })
            }
            Subject::Team(team) => {
                let team = self.teams.iter().find(|known| known.id == *team)?;
                team.people.iter().find(|mate| mate.id == person)?.role
            }
            Subject::Organisation => Some(Role::Member),
            Subject::Group(group) => {
                let group = self.groups.iter().find(|known| known.id == *group)?;
                Some(match person {
                    person if person == group.leader => Role::Leader,
                    person if Some(person) == group.acting => Role::Acting,
                    _ => Role::Member,
                })
            }
        }
    }

    /// Everybody whom this phone knows to see what belongs to this subject, before the server has said it.
    fn expected(&self, subject: &Subject) -> Vec<PersonId> {
        match subject {
            Subject::Person(person) => vec![*person],
            Subject::Tenure(tenure) => {
                let pair = self.pairs.iter().find(|pair| pair.id == *tenure);
                let along = |pair: &Tenure| pair.stands_in.as_ref().map(|of| of.leader.id);
                pair.map(|pair| [pair.leader.id, pair.agent.id].into_iter().chain(along(pair)).collect())
                    .unwrap_or_default()
            }
            Subject::Team(team) => {
                let team = self.teams.iter().find(|known| known.id == *team);
                team.map(|team| team.people.iter().map(|mate| mate.id).collect()).unwrap_or_default()
            }
            // The phone that forms a group writes down its people with it.
            Subject::Organisation | Subject::Group(_) => Vec::new(),
        }
    }
}

impl Desk {
    pub(super) fn source<T>(
        &mut self,
        doc: DocId,
        look: impl FnOnce(&Source<'_>) -> T,
    ) -> Result<T, ReplicaError> {
        let row = self.store.document(doc)?.ok_or(ReplicaError::NotFound(doc))?;
        self.read(doc, |history| {
            let document = Document::of(history.view());
            look(&Source { doc, kind: history.kind(), key: row.key, changed_at: row.changed_at, document })
        })
    }

    /// Writes the files of these documents, and answers each as JSON.
    fn export(
        &mut self,
        docs: &[DocId],
        reader: &Reader<'_>,
        files: &mut Vec<ExportedFile>,
    ) -> Result<Vec<ExportedDocument>, ReplicaError> {
        let mut documents = Vec::new();
        for doc in docs {
            let made = self.source(*doc, |source| {
                let page = export::markdown(source, reader);
                (stem(source), page, export::json(source))
            });
            let (name, page, json) = match made {
                Ok(made) => made,
                // What cannot be read here now stands in the index.
                Err(ReplicaError::NotHere(_)) => continue,
                Err(error) => return Err(error),
            };
            files.push(file(format!("markdown/{name}.md"), MARKDOWN, page));
            let bytes = self.read(*doc, |history| history.view().save())?;
            files.push(ExportedFile {
                name: format!("automerge/{name}.automerge"),
                media_type: AUTOMERGE,
                bytes,
            });
            documents.push(json);
        }
        Ok(documents)
    }

    fn sheets(
        &mut self,
        docs: &[DocId],
        reader: &Reader<'_>,
    ) -> Result<[(&'static str, Sheet); 3], ReplicaError> {
        let (mut plans, mut goals, mut meetings) = (Vec::new(), Vec::new(), Vec::new());
        for doc in docs {
            let looked = self.source(*doc, |source| match source.kind.name() {
                name if name == action_plan::SPEC.name => plans.push(action_plan::view(source.document)),
                name if name == goal_set::SPEC.name => goals.push(goal_set::view(source.document)),
                name if name == meeting::SPEC.name => meetings.push(meeting::view(source.document)),
                _ => {}
            });
            match looked {
                Ok(()) | Err(ReplicaError::NotHere(_)) => {}
                Err(error) => return Err(error),
            }
        }
        meetings.sort_by_key(|meeting| meeting.planned);
        Ok([
            ("steps.csv", export::steps(&plans, reader)),
            ("goals.csv", export::goal_sheet(&goals, reader)),
            ("cadence.csv", export::cadence(&meetings, reader)),
        ])
    }
}

fn stem(source: &Source<'_>) -> String {
    export::file_stem(source.kind.name(), &source.key, source.doc)
}

fn file(name: String, media_type: &'static str, text: String) -> ExportedFile {
    ExportedFile { name, media_type, bytes: text.into_bytes() }
}

fn sheet_file(name: &str, sheet: &Sheet, mark: ByteOrderMark) -> ExportedFile {
    ExportedFile { name: format!("csv/{name}"), media_type: CSV, bytes: sheet.to_bytes(mark) }
}

/// One line for each document: what it is, when it last changed, who can see it.
fn index(mine: &[MyDocument], roster: &Roster, reader: &Reader<'_>) -> ExportedFile {
    let lines: Vec<export::IndexLine> = mine
        .iter()
        .map(|known| {
            let role = |seen: &SeenBy| seen.role.map(|role| role.label(reader.language));
            let who = |seen: &SeenBy| match role(seen) {
                Some(role) => format!("{} ({role})", roster.called(seen, reader)),
                None => roster.called(seen, reader),
            };
            export::IndexLine {
                title: known.title.clone(),
                changed_at: known.changed_at,
                seen_by: known.seen_by.iter().map(who).collect(),
                is_here: known.presence.is_readable(),
            }
        })
        .collect();
    file("index.md".into(), MARKDOWN, export::index(&lines, reader))
}

impl Roster {
    fn called(&self, seen: &SeenBy, reader: &Reader<'_>) -> String {
        match (seen.person == self.own, seen.name.is_empty()) {
            (_, false) => seen.name.clone(),
            (true, true) => Labelled::label(Role::Own, reader.language),
            (false, true) => Heading::Somebody.text(reader.language),
        }
    }
}

#[cfg(test)]
mod tests;
