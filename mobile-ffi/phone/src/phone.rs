//! Owns the phone that a command works on: opening, enrolling, syncing, and finding what a person means by a few words.

use crate::args::{Common, Sort};
use crate::keys::{IfAbsent, keys_in};
use crate::report::Report;
use anyhow::{Context, bail};
use mobile_ffi::client::{Client, Config, STORE_FILE};
use mobile_ffi::documents::{DocumentKind, DocumentLine};
use mobile_ffi::error::{CallbackError, ClientError};
use mobile_ffi::sync::SyncOutcome;
use mobile_ffi::transport::{HttpCall, HttpFailure, HttpRequest, HttpResponse, HttpTransport};
use serde_json::json;
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;
use sync_core::ids::{DocId, PersonId};
use sync_core::replica::Named;

/// How many lines to ask for at a time.
const PAGE: u32 = 500;

/// Whether a command may reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    Own,
    /// And this may be no phone yet.
    ForEnrolling,
    Cut,
}

/// An open phone; closed when it is dropped.
pub(crate) struct Phone {
    pub client: Arc<Client>,
    runtime: tokio::runtime::Runtime,
}

/// Where the keys are.
pub(crate) fn key_file(common: &Common) -> PathBuf {
    common.keys.clone().unwrap_or_else(|| common.dir.join("keys"))
}

impl Phone {
    /// `new_store_key` is for a phone that has none yet. Without a network nothing leaves this machine.
    pub(crate) fn open(common: &Common, network: Network, new_store_key: &[u8; 32]) -> anyhow::Result<Self> {
        let directory = &common.dir;
        if network != Network::ForEnrolling && !directory.join(STORE_FILE).exists() {
            return Err(ClientError::NotEnrolled).context("run: floorwalk-phone enroll 'LINK'");
        }
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)
            .with_context(|| format!("making {}", directory.display()))?;
        let if_absent = match directory.join(STORE_FILE).exists() {
            true => IfAbsent::Refuse,
            false => IfAbsent::Make(new_store_key),
        };
        let keys = keys_in(&key_file(common), &if_absent)?;
        let config = Config {
            directory: directory.to_str().context("the directory's name is no text")?.to_owned(),
            store_key: Some(keys.store),
            listens: false,
            user_agent: concat!("floorwalk-phone/", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        let transport = match network {
            Network::Own | Network::ForEnrolling => None,
            Network::Cut => Some(Arc::new(Nowhere) as Arc<dyn HttpTransport>),
        };
        let client = Client::open(config, transport, keys.device.as_device_key())?;
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        Ok(Self { client, runtime })
    }

    /// Waits until the first sync is over: a phone that has just been enrolled is empty.
    pub(crate) fn enroll(&self, link: &str, name: &str) -> anyhow::Result<Report> {
        self.runtime.block_on(self.client.clone().enroll(link.to_owned(), name.to_owned()))?;
        let account = self.client.account()?;
        let synced = self.sync(60)?;
        let people = self.people()?.into_iter();
        let name = people.filter(|one| one.id == account.person).map(|one| one.name).next();
        let owner = name.unwrap_or_else(|| account.person.to_string());
        Ok(Report {
            text: format!("This is a phone of {owner} at {} now.\n{}", account.url, synced.text),
            json: json!({ "person": account.person, "url": account.url, "sync": synced.json }),
            is_good: synced.is_good,
        })
    }

    pub(crate) fn sync(&self, seconds: u64) -> anyhow::Result<Report> {
        let outcome = self.outcome_of_sync(seconds)?;
        let (word, text, pending) = match outcome {
            SyncOutcome::UpToDate { pending: 0 } => ("up_to_date", "Up to date.".to_owned(), 0),
            SyncOutcome::UpToDate { pending } => (
                "up_to_date",
                format!("Up to date; the server takes {pending} more documents later."),
                pending,
            ),
            SyncOutcome::BudgetExhausted { pending } => (
                "budget_exhausted",
                format!(
                    "The time was up; {pending} documents still wait. What was stored stays: sync once more."
                ),
                pending,
            ),
            SyncOutcome::Offline | SyncOutcome::Cancelled => (
                "offline",
                "The server was not reached. What was noted is safe here and is sent later.".into(),
                0,
            ),
        };
        Ok(Report {
            text,
            json: json!({ "outcome": word, "pending": pending }),
            is_good: word == "up_to_date",
        })
    }

    pub(crate) fn outcome_of_sync(&self, seconds: u64) -> anyhow::Result<SyncOutcome> {
        Ok(self.runtime.block_on(self.client.sync(seconds.saturating_mul(1000), None))?)
    }

    /// All documents of a kind, newest change first.
    pub(crate) fn lines(&self, sort: Sort) -> anyhow::Result<Vec<DocumentLine>> {
        let kind = match sort {
            Sort::Walks => DocumentKind::FloorWalks,
            Sort::Meetings => DocumentKind::Meetings,
            Sort::Plans => DocumentKind::ActionPlans,
        };
        let mut lines = Vec::new();
        loop {
            let page = self.client.list(kind, u32::try_from(lines.len())?, PAGE)?;
            if page.lines.is_empty() {
                return Ok(lines);
            }
            lines.extend(page.lines);
        }
    }

    /// The document whose id begins so.
    pub(crate) fn document(&self, beginning: &str) -> anyhow::Result<(Sort, DocId)> {
        let beginning = beginning.to_lowercase();
        let mut found = Vec::new();
        for sort in Sort::ALL {
            let lines = self.lines(sort)?.into_iter().map(|line| (sort, line.doc));
            found.extend(lines.filter(|(_, doc)| doc.to_string().starts_with(&beginning)));
        }
        match found.as_slice() {
            [one] => Ok(*one),
            [] => bail!("no document's id begins with {beginning}; `list` shows them"),
            several => {
                bail!("{} documents have an id that begins with {beginning}; type more of it", several.len())
            }
        }
    }

    /// Everybody that the roster names.
    pub(crate) fn people(&self) -> anyhow::Result<Vec<Named>> {
        let tenures = self.client.tenures()?;
        let mut people: Vec<Named> = tenures.into_iter().flat_map(|pair| [pair.leader, pair.agent]).collect();
        people.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        people.dedup_by_key(|person| person.id);
        Ok(people)
    }

    /// Whom these words mean.
    pub(crate) fn person(&self, words: &str) -> anyhow::Result<PersonId> {
        let people = self.people()?;
        let wanted = words.to_lowercase();
        let is_exact =
            |person: &&Named| person.id.to_string() == wanted || person.name.to_lowercase() == wanted;
        let mut found: Vec<&Named> = people.iter().filter(is_exact).collect();
        if found.is_empty() {
            found = people.iter().filter(|person| person.name.to_lowercase().contains(&wanted)).collect();
        }
        let names =
            |people: &[&Named]| people.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
        match found.as_slice() {
            [one] => Ok(one.id),
            [] => bail!(
                "nobody here is called {words}; there are: {}",
                names(&people.iter().collect::<Vec<_>>())
            ),
            several => bail!("{words} may be any of {}; type more of the name", names(several)),
        }
    }
}

/// A network stack that reaches nobody.
struct Nowhere;

impl HttpTransport for Nowhere {
    fn start(&self, _: HttpRequest, response: Arc<HttpResponse>) -> Result<Arc<dyn HttpCall>, CallbackError> {
        response.failed(HttpFailure::Unreachable);
        Ok(Arc::new(Self))
    }
}

impl HttpCall for Nowhere {
    fn cancel(&self) -> Result<(), CallbackError> {
        Ok(())
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.client.shutdown();
    }
}

impl Sort {
    pub(crate) const ALL: [Self; 3] = [Self::Walks, Self::Meetings, Self::Plans];

    pub(crate) const fn singular(self) -> &'static str {
        match self {
            Self::Walks => "walk",
            Self::Meetings => "meeting",
            Self::Plans => "plan",
        }
    }
}
