//! Owns cuts of what the server has never had: every time the phone writes something new, and the exchange that carries it
//! first is cut, one byte further each time. The other scenes repeat what an undisturbed run has brought to the server, so a
//! phone that lost its own words there would get them back from it.

use super::proxy::{Carried, Proxy, Trouble};
use super::{Disturbed, LONGEST, troubles, until_synced};
use crate::phone::{notes, plan_nth, sync_in_the_end, write};
use crate::server::TestServer;
use anyhow::ensure;
use server::demo::phone::Phone;
use sync_core::ids::{DocId, TenureId};

const NAME: &str = "what the server has never had";
/// So many new words go into one meeting; then another one begins, and its creation is cut, too.
const WORDS_A_MEETING: usize = 60;
/// Each new word makes the exchange some bytes longer or shorter than the one that was measured.
const MARGIN: usize = 40;

/// Cuts it everywhere.
pub(super) async fn disturb(server: &TestServer, every: usize) -> anyhow::Result<Disturbed> {
    let proxy = Proxy::before(&server.instance()?.url).await?;
    let (leader, agent) = (server.person("Elena").await?, server.person("Mihai").await?);
    let tenure = server.pair(leader, agent).await?;
    let mut phone = server.phone(agent, "fresh-words").await?;
    phone.network.lead_to(&proxy.url)?;
    let mut writer = Writer { phone: &mut phone, proxy: &proxy, tenure, written: Vec::new() };
    let carried = writer.measure().await?;
    let longest = Carried { up: carried.up + MARGIN, down: carried.down + MARGIN };
    let mut disturbed = Disturbed { name: NAME, carried, troubles: 0, wrong: 0 };
    for trouble in troubles(longest, every) {
        disturbed.count(trouble, writer.write_through(trouble).await);
    }
    let written = std::mem::take(&mut writer.written);
    phone.close().await;
    let other = server.phone(agent, "fresh-words-read").await?;
    sync_in_the_end(&other).await?;
    for (doc, word) in written {
        let found = notes(&other, doc)?.matches(word.as_str()).count();
        ensure!(found == 1, "another phone has {word:?} {found} times");
    }
    Ok(disturbed)
}

struct Writer<'a> {
    phone: &'a mut Phone,
    proxy: &'a Proxy,
    tenure: TenureId,
    written: Vec<(DocId, String)>,
}

impl Writer<'_> {
    /// What an exchange with one new word carries.
    async fn measure(&mut self) -> anyhow::Result<Carried> {
        self.phone.close().await;
        self.write_offline().await?;
        self.proxy.expect(None);
        self.phone.start()?;
        let _ = tokio::time::timeout(LONGEST, until_synced(self.phone.app()?.subscribe())).await;
        let carried = self.proxy.carried();
        self.phone.close().await;
        Ok(carried)
    }

    /// Whether the trouble came before the exchange was over.
    async fn write_through(&mut self, trouble: Trouble) -> anyhow::Result<bool> {
        self.write_offline().await?;
        self.proxy.expect(Some(trouble));
        self.phone.start()?;
        let ended = until_synced(self.phone.app()?.subscribe());
        let _ = tokio::time::timeout(LONGEST, ended).await;
        let has_come = self.proxy.is_over();
        self.proxy.expect(None);
        self.look("after the trouble")?;
        self.phone.close().await;
        self.phone.start()?;
        sync_in_the_end(self.phone).await?;
        self.look("after the next sync")?;
        self.phone.close().await;
        Ok(has_come)
    }

    /// A new word, in an app that has no network and is closed then.
    async fn write_offline(&mut self) -> anyhow::Result<()> {
        let number = self.written.len();
        self.phone.network.cut();
        self.phone.start()?;
        let doc = plan_nth(self.phone, self.tenure, number / WORDS_A_MEETING)?;
        let word = format!("<{number}>");
        write(self.phone, doc, &word)?;
        self.written.push((doc, word));
        self.phone.close().await;
        self.phone.network.heal();
        Ok(())
    }

    /// The last word is there, once.
    fn look(&self, when: &str) -> anyhow::Result<()> {
        let Some((doc, word)) = self.written.last() else { return Ok(()) };
        let found = notes(self.phone, *doc)?.matches(word.as_str()).count();
        ensure!(found == 1, "{word:?} is there {found} times {when}");
        Ok(())
    }
}
