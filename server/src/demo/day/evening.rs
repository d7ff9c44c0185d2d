//! Owns what an operator wants to see: what is in the database, a second server that takes over, a stolen phone.

use super::super::evidence::everything_stored;
use super::super::phone::contains;
use super::super::stage::{Instance, Stage};
use super::super::teller::Teller;
use super::{BACKGROUND_SECONDS, FOR_MARIA_ALONE, Floor, TAKEN_BACK};
use std::time::Duration;
use sync_core::coaching::meeting;
use sync_core::document::Splice;
use sync_core::ids::{DeviceId, PersonId};
use sync_core::replica::Event;

/// What Andrei writes through the second server.
const IN_CHINESE: &str = "王先生的投诉已经解决了，他很满意。";

impl Floor {
    pub(super) async fn look_into_the_database(
        &self,
        stage: &Stage,
        server: &Instance,
        teller: &mut Teller,
    ) -> anyhow::Result<()> {
        teller.chapter("11:00  What lies on the server")?;
        self.maria.sync().await?;
        let people = [&self.maria, &self.andrei, &self.li_na].map(|phone| Ok(phone.app()?.identity().person));
        let people: anyhow::Result<Vec<PersonId>> = people.into_iter().collect();
        let bytes = everything_stored(&server.app.store, stage.org, &people?).await?;
        teller.expect(
            "the words that Maria took back are in no byte on the server",
            !contains(&bytes, TAKEN_BACK.as_bytes()),
        )?;
        for phone in [&self.andrei, &self.li_na] {
            let holds = phone.holds_words(TAKEN_BACK)?;
            teller.expect(&format!("nor on {}'s phone", phone.owner), !holds)?;
        }
        let is_kept = contains(&bytes, FOR_MARIA_ALONE.as_bytes());
        teller.expect("while what she kept is on the server", is_kept)?;
        Ok(())
    }

    pub(super) async fn change_servers(
        &self,
        stage: &Stage,
        first: Instance,
        teller: &mut Teller,
    ) -> anyhow::Result<Instance> {
        teller.chapter("11:10  A second server takes over")?;
        let second = stage.start_server().await?;
        first.stop().await;
        for phone in [&self.maria, &self.andrei, &self.li_na] {
            phone.network.lead_to(&second.url)?;
        }
        let typed = Splice::insert(0, IN_CHINESE);
        self.andrei.app()?.edit(self.wednesday, |edit| meeting::edit_notes(edit, &typed))?;
        self.andrei.sync().await?;
        self.maria.sync().await?;
        let text = self.meeting_of(&self.maria)?.notes.text;
        teller.expect(
            "what Andrei writes next arrives at Maria through the second one",
            text.contains(IN_CHINESE),
        )?;
        Ok(second)
    }

    pub(super) async fn lose_a_phone(
        &mut self,
        stage: &Stage,
        server: &Instance,
        teller: &mut Teller,
    ) -> anyhow::Result<()> {
        teller.chapter("11:30  李娜's phone is stolen, and revoked")?;
        let device: DeviceId = self.li_na.app()?.identity().device;
        let mut events = self.li_na.app()?.subscribe();
        stage.revoke(server, device).await?;
        self.li_na.app()?.network_returned();
        let wiped = tokio::time::timeout(Duration::from_secs(BACKGROUND_SECONDS), async {
            while let Some(event) = events.next().await {
                if event == Event::Wiped {
                    return true;
                }
                if let Ok(app) = self.li_na.app() {
                    app.network_returned();
                }
            }
            false
        });
        teller.expect("the phone erases what it holds on its next contact", wiped.await.unwrap_or(false))?;
        teller.expect("its file is gone", !self.li_na.path().exists())?;
        Ok(())
    }

    pub(super) async fn go_home(&mut self) {
        for phone in [&mut self.maria, &mut self.andrei, &mut self.li_na] {
            phone.close().await;
        }
    }
}
