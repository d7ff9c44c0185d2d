//! Nobody learns whether a document outside their audiences exists, and two accounts on one phone share nothing.

use anyhow::{Context, ensure};
use minicbor::bytes::ByteVec;
use server::demo::phone::Phone;
use sync_core::coaching::meeting;
use sync_core::ids::{CommandId, DocId, TenureId};
use sync_core::key::NaturalKey;
use sync_core::sqlite::SqliteStore;
use sync_core::store::{Store, StoreError};
use sync_core::sync::Outcome;
use sync_core::time::Timestamp;
use sync_core::wire::{Command, Frame, PushDocument, Receipt, Repair, SyncRequest, frame};
use tests::phone::*;
use tests::raw_device;
use tests::server::TestServer;

/// Somebody who knows the id of a document that others share, and every byte of it.
struct Curious {
    server: TestServer,
    phone: Phone,
    /// The others' document: its key, its changes, a receipt for it.
    key: NaturalKey,
    changes: Vec<ByteVec>,
    receipt: Receipt,
}

impl Curious {
    async fn is_there() -> anyhow::Result<Self> {
        let server = TestServer::start("Maria").await?;
        let agent = server.person("Andrei").await?;
        let tenure = server.pair(server.founder, agent).await?;
        let maria = server.phone(server.founder, "maria").await?;
        let andrei = server.phone(agent, "andrei").await?;
        let doc = plan_wednesday(&maria, tenure)?;
        write(&maria, doc, "between the two of them")?;
        maria.sync().await?;
        andrei.sync().await?;
        let key = meeting::key(tenure, wednesday()?);
        let stored = SqliteStore::open(andrei.path())?;
        let changes = stored.body(doc)?.changes.into_iter().map(|change| change.bytes.into()).collect();
        let receipt = stored.receipt(doc)?.context("what is delivered comes with a receipt")?;
        let person = server.person("Curious").await?;
        let phone = server.phone(person, "curious").await?;
        Ok(Self { server, phone, key, changes, receipt })
    }

    fn org_doc(&self, key: &NaturalKey) -> DocId {
        DocId::of(self.server.stage.org, "meeting", key)
    }

    /// What the server answers, but for what differs from one answer to the next.
    async fn hears(&self, request: &SyncRequest, doc: DocId) -> anyhow::Result<Vec<String>> {
        let now = (self.server.stage.phone_clock())();
        let seed = u64::from_be_bytes(doc.as_bytes()[..8].try_into()?) ^ request.push.len() as u64;
        let mut frames = Vec::new();
        for frame in raw_device::send(&self.phone, request, now, seed).await? {
            let plain = match frame {
                Frame::Hello(hello) => Frame::Hello(frame::Hello { server_time: Timestamp(0), ..hello }),
                Frame::Cursor(cursor) => Frame::Cursor(vec![0; cursor.len()].into()),
                other => other,
            };
            frames.push(format!("{plain:?}").replace(&format!("{doc:?}"), "the document"));
        }
        Ok(frames)
    }

    /// Asks in this way for the others' document, and for one that does not exist.
    async fn asks(
        &self,
        ask: impl Fn(SyncRequest, NaturalKey) -> SyncRequest,
    ) -> anyhow::Result<[Vec<String>; 2]> {
        let nowhere = meeting::key(TenureId::from_bytes([9; 16]), wednesday()?);
        let mut answers = Vec::new();
        for key in [self.key, nowhere] {
            answers.push(self.hears(&ask(raw_device::request(), key), self.org_doc(&key)).await?);
        }
        answers.try_into().ok().context("two answers")
    }

    fn push(&self, key: &NaturalKey) -> PushDocument {
        let create = sync_core::wire::Create { kind: "meeting".into(), key: *key };
        PushDocument { doc: self.org_doc(key), create: Some(create), changes: self.changes.clone() }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writing_into_a_strangers_document_is_answered_as_if_it_did_not_exist() -> anyhow::Result<()> {
    let curious = Curious::is_there().await?;

    let [there, nowhere] = curious
        .asks(|request, key| {
            let push = PushDocument { create: None, ..curious.push(&key) };
            SyncRequest { push: vec![push], ..request }
        })
        .await?;
    ensure!(there == nowhere, "{there:#?}\n{nowhere:#?}");
    ensure!(there.iter().any(|frame| frame.contains("NotFound")), "{there:#?}");

    let [there, nowhere] =
        curious.asks(|request, key| SyncRequest { push: vec![curious.push(&key)], ..request }).await?;
    ensure!(there == nowhere, "{there:#?}\n{nowhere:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wanting_a_strangers_document_is_answered_as_if_it_did_not_exist() -> anyhow::Result<()> {
    let curious = Curious::is_there().await?;

    let [there, nowhere] =
        curious.asks(|request, key| SyncRequest { want: vec![curious.org_doc(&key)], ..request }).await?;

    ensure!(there == nowhere, "{there:#?}\n{nowhere:#?}");
    ensure!(!there.iter().any(|frame| frame.contains("the document")), "{there:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giving_back_a_strangers_document_is_answered_as_if_it_did_not_exist() -> anyhow::Result<()> {
    let curious = Curious::is_there().await?;

    let [there, nowhere] = curious
        .asks(|request, key| {
            let receipt = Receipt { doc: curious.org_doc(&key), ..curious.receipt.clone() };
            let repair = Repair { forked_cursor: vec![1; 64].into(), docs: vec![receipt] };
            SyncRequest { push: vec![curious.push(&key)], repair: Some(repair), ..request }
        })
        .await?;

    ensure!(there == nowhere, "{there:#?}\n{nowhere:#?}");
    let written = "SELECT count(*) FROM change WHERE person IS NOT NULL";
    ensure!(curious.server.count(written).await? == 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deciding_about_a_strangers_document_is_answered_as_if_it_did_not_exist() -> anyhow::Result<()> {
    let curious = Curious::is_there().await?;

    let [there, nowhere] = curious
        .asks(|request, key| {
            let (id, args) =
                (CommandId::from_bytes([8; 16]), curious.org_doc(&key).as_bytes().to_vec().into());
            let commands = vec![Command { id, kind: "share".into(), args }];
            SyncRequest { commands, verify: true, ..request }
        })
        .await?;

    ensure!(there == nowhere, "{there:#?}\n{nowhere:#?}");
    ensure!(there.iter().any(|frame| frame.contains("CommandResult")), "{there:#?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_accounts_on_one_phone_are_two_files_that_share_nothing() -> anyhow::Result<()> {
    let server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let other = server.person("Li Na").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let maria = server.phone_with_file(server.founder, "maria", "shared-phone").await?;
    maria.sync().await?;
    let doc = plan_wednesday(&maria, tenure)?;
    write(&maria, doc, "between the two of them")?;

    let Err(refused) = server.phone_with_file(other, "li na", "shared-phone").await else {
        anyhow::bail!("a store took a second account");
    };
    ensure!(matches!(refused.downcast_ref(), Some(StoreError::OtherAccount)), "{refused:#}");
    let li_na = server.phone_with_file(other, "li na", "shared-phone-2").await?;
    ensure!(try_sync(&li_na).await? == (Outcome::UpToDate { pending: 0 }));
    maria.sync().await?;
    li_na.sync().await?;

    ensure!(notes(&maria, doc)? == "between the two of them");
    ensure!(meetings(&li_na)?.is_empty() && !holds_anywhere(&li_na, "between the two of them")?);
    Ok(())
}
