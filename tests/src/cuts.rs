//! Owns the proof that no cut and no liar leaves a phone in a wrong state: each exchange is cut at every byte, both
//! ways, and answered by everything that is not the server. Right means: before the next sync every document opens and
//! nothing unsent is gone; after it the phone shows what an undisturbed phone shows.

mod fresh;
pub mod proxy;
pub mod scene;

use crate::kills::say;
use crate::phone::{not_accepted, sync_in_the_end};
use crate::server::TestServer;
use anyhow::{Context, ensure};
use futures_util::{FutureExt, StreamExt, stream};
use proxy::{Carried, Lie, Proxy, Trouble};
use scene::{OWN_WORDS, Prepared, SCENES, Scene};
use server::demo::phone::Phone;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use sync_core::coaching::{KINDS, Kind, readable};
use sync_core::document::Document;
use sync_core::ids::DocId;
use sync_core::replica::{Event, Subscription};
use sync_core::sqlite::SqliteStore;
use sync_core::store::{Presence, Store};

/// Exchanges that are disturbed at the same time: most of it is waiting.
const AT_ONCE: usize = 21;
/// Longer than a sync that goes wrong takes.
const LONGEST: Duration = Duration::from_secs(5);

/// How much is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub struct Settings {
    /// How many of the repeated exchanges; the one with new words is cut always
    #[arg(long, value_name = "N", default_value_t = SCENES.len())]
    pub scenes: usize,
    /// The distance between two cuts; 1 is every byte
    #[arg(long, value_name = "N", default_value = "1")]
    pub every: NonZeroUsize,
}

/// What came of the cuts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Exchanges.
    pub exchanges: usize,
    /// Cuts and lies.
    pub troubles: usize,
    /// Those that left a phone in a wrong state.
    pub wrong: usize,
}

/// Cuts everything as told; an error unless no phone ended in a wrong state.
pub async fn play(settings: Settings) -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let mut tally = Tally::default();
    let scenes = SCENES.iter().take(settings.scenes).enumerate();
    let every = settings.every.get();
    let disturbed = scenes.map(|scene| disturb(&server, scene, every).boxed_local());
    let fresh = fresh::disturb(&server, every).boxed_local();
    let mut disturbed = stream::iter(disturbed.chain([fresh])).buffer_unordered(AT_ONCE);
    while let Some(done) = disturbed.next().await {
        let Disturbed { name, carried: Carried { up, down }, troubles, wrong } = done?;
        say(&format!("  {name}: {up} bytes up, {down} down, {troubles} troubles, {wrong} wrong"))?;
        tally.exchanges += 1;
        tally.troubles += troubles;
        tally.wrong += wrong;
    }
    let Tally { exchanges, troubles, wrong } = tally;
    say(&format!("cuts: exchanges {exchanges}, troubles {troubles}, wrong states {wrong}"))?;
    ensure!(exchanges > 0 && wrong == 0, "a phone ended in a wrong state");
    Ok(())
}

/// What came of one exchange.
struct Disturbed {
    name: &'static str,
    carried: Carried,
    troubles: usize,
    wrong: usize,
}

impl Disturbed {
    /// Whether a trouble came before the exchange was over, or what was wrong after it.
    fn count(&mut self, trouble: Trouble, ended: anyhow::Result<bool>) {
        self.troubles += usize::from(*ended.as_ref().unwrap_or(&true));
        if let Err(error) = ended {
            eprintln!("{}, {trouble:?}: {error:#}", self.name);
            self.wrong += 1;
        }
    }
}

/// Everything that an exchange of this size is disturbed by.
fn troubles(Carried { up, down }: Carried, every: usize) -> impl Iterator<Item = Trouble> {
    let cuts = (0..up).map(Trouble::CutUp).chain((0..down).map(Trouble::CutDown));
    cuts.step_by(every).chain(Lie::ALL.map(Trouble::Lie))
}

/// Plays one exchange undisturbed, then disturbed in every way.
async fn disturb(
    server: &TestServer,
    (number, scene): (usize, &Scene),
    every: usize,
) -> anyhow::Result<Disturbed> {
    let proxy = Proxy::before(&server.instance()?.url).await?;
    let mut prepared = scene.prepare(server, number).await?;
    prepared.phone.network.lead_to(&proxy.url)?;
    prepared.phone.network.heal();
    let kept = Kept::of(prepared.phone.path())?;
    let (expected, carried) = undisturbed(&mut prepared, &proxy).await?;
    let mut disturbed = Disturbed { name: scene.name, carried, troubles: 0, wrong: 0 };
    for trouble in troubles(carried, every) {
        kept.put_back(prepared.phone.path())?;
        proxy.expect(Some(trouble));
        prepared.phone.start()?;
        let run = Run { phone: &mut prepared.phone, proxy: &proxy };
        disturbed.count(trouble, run.play(&expected).await);
        prepared.phone.close().await;
    }
    Ok(disturbed)
}

/// What the phone shows when nothing goes wrong; it is what another phone of the same person shows.
async fn undisturbed(prepared: &mut Prepared, proxy: &Proxy) -> anyhow::Result<(Shown, Carried)> {
    let Prepared { phone, control, .. } = prepared;
    proxy.expect(None);
    phone.start()?;
    let _ = tokio::time::timeout(LONGEST, until_synced(phone.app()?.subscribe())).await;
    let carried = proxy.carried();
    sync_in_the_end(phone).await?;
    let shown = Shown::on(phone)?;
    phone.close().await;
    sync_in_the_end(control).await?;
    let other = Shown::on(control)?;
    ensure!(shown.documents == other.documents, "two phones differ: {shown:?} {other:?}");
    control.close().await;
    Ok((shown, carried))
}

/// One disturbed run.
struct Run<'a> {
    phone: &'a mut Phone,
    proxy: &'a Proxy,
}

impl Run<'_> {
    /// False if the exchange was over before the trouble could come.
    async fn play(self, expected: &Shown) -> anyhow::Result<bool> {
        let app = self.phone.app()?;
        let ended = until_synced(app.subscribe());
        let written = Shown::on(self.phone)?.own_words();
        // Ends badly, or well where the phone had all it needs before the cut.
        let _ = tokio::time::timeout(LONGEST, ended).await;
        let has_come = self.proxy.is_over();
        self.proxy.expect(None);
        let words = Shown::on(self.phone).context("after the trouble")?.own_words();
        ensure!(
            words == written || is_leaving(self.phone)?,
            "{words} instead of {written} after the trouble"
        );
        // A new process: it does not wait because of what went wrong before.
        self.phone.close().await;
        self.phone.start()?;
        sync_in_the_end(self.phone).await?;
        let shown = Shown::on(self.phone)?;
        ensure!(shown == *expected, "shows {shown:?} instead of {expected:?}");
        Ok(has_come)
    }
}

/// The sync that every start of the app begins with.
async fn until_synced(mut events: Subscription) {
    while let Some(event) = events.next().await {
        if event == Event::Synced {
            return;
        }
    }
}

/// Whether access has ended and the end of the answer, which says what becomes of unsent words, has not come.
fn is_leaving(phone: &Phone) -> anyhow::Result<bool> {
    Ok(!SqliteStore::open(phone.path())?.documents_in(Presence::Leaving)?.is_empty())
}

/// Everything that a phone shows.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    documents: BTreeMap<DocId, String>,
    refused: Vec<String>,
}

impl Shown {
    fn on(phone: &Phone) -> anyhow::Result<Self> {
        let app = phone.app()?;
        let mut documents = BTreeMap::new();
        for spec in KINDS {
            let listed = app.list(Kind::of(spec))?.into_iter();
            // What is leaving can be read by nobody any more.
            for listed in listed.filter(|listed| listed.presence.is_readable()) {
                let text = app.read(listed.doc, |history| readable(Document::of(history.view())))?;
                documents.insert(listed.doc, text);
            }
        }
        Ok(Self { documents, refused: not_accepted(phone)? })
    }

    /// How often the phone's own words can be read anywhere.
    fn own_words(&self) -> usize {
        self.documents.values().chain(&self.refused).map(|text| text.matches(OWN_WORDS).count()).sum()
    }
}

/// The phone's file as it was before it met the network.
struct Kept(PathBuf);

impl Kept {
    fn of(store: &Path) -> anyhow::Result<Self> {
        let kept = store.with_extension("kept");
        std::fs::copy(store, &kept)?;
        Ok(Self(kept))
    }

    fn put_back(&self, store: &Path) -> anyhow::Result<()> {
        for ending in ["-wal", "-shm"] {
            let beside = format!("{}{ending}", store.display());
            ensure!(!Path::new(&beside).exists(), "the phone is closed");
        }
        std::fs::copy(&self.0, store)?;
        Ok(())
    }
}
