//! Owns the day: a leader and two agents, three phones, stretches without network, and what each of them sees.

use super::evidence::everything_stored;
use super::phone::{Phone, contains};
use super::stage::{Enrolling, Instance, Stage};
use super::teller::Teller;
use super::worker;
use crate::services::roster::NewTenure;
use anyhow::Context;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::time::Duration;
use sync_core::coaching::Kind;
use sync_core::coaching::action_plan::{self, ActionPlanView, NewStep};
use sync_core::coaching::floor_walk::{self, FloorWalkView, NewStop, StopKind};
use sync_core::coaching::meeting::{self, MeetingKind, MeetingView, NewTopic, Plan, Provenance, Slot};
use sync_core::content::Language;
use sync_core::document::{Document, Splice, Value};
use sync_core::ids::{DeviceId, DocId, ItemId, PersonId, TenureId};
use sync_core::replica::{Event, ItemState, Replica, Tenure};
use sync_core::sync::live::LivePolicy;
use sync_core::time::{Day, Timestamp};

/// Typed and taken back before any sync: it must arrive nowhere.
const TAKEN_BACK: &str = "Zwischenruf-den-niemand-lesen-soll";
/// On Maria's walk only.
const FOR_MARIA_ALONE: &str = "pare obosit, discut cu el mâine";
/// What 李娜 writes.
const IN_CHINESE: &str = "王先生的投诉已经解决了，他很满意。";
/// What Andrei writes.
const IN_ROMANIAN: &str = "Coșul de oferte se blochează la țări din afara UE. ";
/// What Maria writes.
const IN_ENGLISH: &str = "Praise first: the refund call on Monday. ";
/// How long background sync may take to bring something.
const BACKGROUND_SECONDS: u64 = 60;

/// Everybody of the day, and what they share.
pub struct Cast {
    maria: Phone,
    andrei: Phone,
    li_na: Phone,
    person_of_maria: PersonId,
    with_andrei: TenureId,
    plan: DocId,
    step: ItemId,
}

/// Plays the day.
pub async fn play(stage: &mut Stage, teller: &mut Teller) -> anyhow::Result<Instance> {
    let first = stage.start_server().await?;
    let mut day = Cast::gather(stage, &first, teller).await?;
    day.agree_on_a_plan(teller).await?;
    let walk = day.walk_the_floor(teller).await?;
    day.lose_power(stage, teller).await?;
    let wednesday = day.prepare_wednesday(walk, teller).await?;
    day.come_back(wednesday, teller).await?;
    day.settle_the_date(teller).await?;
    day.look_into_the_files(teller)?;
    day.look_into_the_database(stage, &first, teller).await?;
    let second = day.change_servers(stage, first, wednesday, teller).await?;
    day.lose_a_phone(stage, &second, teller).await?;
    day.go_home().await;
    Ok(second)
}

impl Cast {
    async fn gather(stage: &mut Stage, server: &Instance, teller: &mut Teller) -> anyhow::Result<Self> {
        teller.chapter("08:30  The office: three people, three phones")?;
        let person_of_maria = stage.found(server, "Maria Ionescu").await?;
        let andrei = stage.hire(server, "Andrei Popescu", Language::Ro).await?;
        let li_na = stage.hire(server, "李娜", Language::Zh).await?;
        let team = stage.add_team(server, "Evening shift").await?;
        let new = |agent| NewTenure { team, leader: person_of_maria, agent };
        let with_andrei = stage.pair(server, new(andrei)).await?;
        stage.pair(server, new(li_na)).await?;
        let phone =
            |person, owner, file, seed| Enrolling { person, owner, file, live: LivePolicy::Follow, seed };
        let maria = stage.enroll(server, &phone(person_of_maria, "Maria", "maria", 11)).await?;
        let andrei = stage.enroll(server, &phone(andrei, "Andrei", "andrei", 12)).await?;
        let li_na = stage.enroll(server, &phone(li_na, "李娜", "li-na", 13)).await?;
        for (phone, tenures) in [(&maria, 2), (&andrei, 1), (&li_na, 1)] {
            phone.sync().await?;
            let me = phone.app()?.identity().person;
            let partner = |t: Tenure| if t.leader.id == me { t.agent.name } else { t.leader.name };
            let names: Vec<String> = phone.app()?.tenures()?.into_iter().map(partner).collect();
            teller.expect(
                &format!("{} scanned an invitation and sees {}", phone.owner, names.join(" and ")),
                names.len() == tenures,
            )?;
        }
        let nobody = DocId::from_bytes([0; 16]);
        let step = ItemId::from_bytes([0; 8]);
        Ok(Self { maria, andrei, li_na, person_of_maria, with_andrei, plan: nobody, step })
    }

    async fn agree_on_a_plan(&mut self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("08:45  Maria and Andrei have a plan with one step")?;
        let app = self.maria.app()?;
        let key = action_plan::new_key(self.with_andrei, &mut StdRng::seed_from_u64(1));
        self.plan = app.create(Kind::of(&action_plan::SPEC), key)?;
        app.edit(self.plan, |edit| action_plan::set_title(edit, "Fewer repeated calls"))?;
        let new = NewStep {
            text: "Ask an open question before offering".into(),
            owner: None,
            due: Some(march(18)?),
        };
        self.step = app.edit(self.plan, |edit| action_plan::add_step(edit, &new))?;
        self.maria.sync().await?;
        self.andrei.sync().await?;
        let seen = self.plan_of(&self.andrei)?;
        teller
            .expect(
                "Andrei's phone shows the step, due 18 March",
                seen.steps.first().and_then(|s| s.due) == Some(march(18)?),
            )
            .map_err(Into::into)
    }

    async fn walk_the_floor(&self, teller: &mut Teller) -> anyhow::Result<DocId> {
        teller.chapter("09:00  Maria walks the floor, in the basement, without network")?;
        self.maria.go_offline()?;
        let app = self.maria.app()?;
        let key = floor_walk::new_key(self.person_of_maria, &mut StdRng::seed_from_u64(2));
        let walk = app.create(Kind::of(&floor_walk::SPEC), key)?;
        let stops = [
            (StopKind::Praise, "李娜 calmed a very angry caller. 太棒了！"),
            (StopKind::Coach, "Andrei: offers before he has asked what is wrong"),
            (StopKind::Blocker, "Headset at seat 14 crackles again"),
            (StopKind::Wellbeing, FOR_MARIA_ALONE),
        ];
        for (kind, text) in stops {
            let stop = new_stop(kind, text, Timestamp(1_774_000_000_000));
            app.edit(walk, |edit| floor_walk::capture_stop(edit, &stop))?;
        }
        let seen = self.walk_of(walk)?;
        let open_question = seen.stops.get(1).context("the second stop")?.id;
        for _ in 0..3 {
            app.edit(walk, |edit| floor_walk::tally(edit, open_question, "open question", 1))?;
        }
        let first = seen.stops.first().context("the first stop")?.id;
        let typed = Splice::insert(0, TAKEN_BACK);
        app.edit(walk, |edit| floor_walk::edit_stop(edit, first, &typed))?;
        let length = u32::try_from(TAKEN_BACK.encode_utf16().count())?;
        app.edit(walk, |edit| {
            floor_walk::edit_stop(edit, first, &Splice { at: 0, delete: length, insert: String::new() })
        })?;
        let seen = self.walk_of(walk)?;
        seen.stops.iter().try_for_each(|stop| teller.say(&format!("{}  {}", stop.kind.word(), stop.text)))?;
        teller.expect("four stops in three languages are on the phone", seen.stops.len() == 4)?;
        let counted = seen.stops[1].tallies.iter().map(|t| t.count).sum::<i64>();
        teller.expect("three open questions were counted", counted == 3)?;
        teller.expect("everything is marked \"on this phone\"", app.state(walk)? == ItemState::OnPhone)?;
        Ok(walk)
    }

    async fn lose_power(&mut self, stage: &Stage, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("09:20  A phone is killed in the middle of writing")?;
        let path = stage.dir.path().join("li-na.sqlite");
        self.li_na.close().await;
        let before = self.li_na_walks().await?;
        let promised = worker::write_until_killed(&path)?;
        let found = self.li_na_walks().await?;
        teller.say(&format!("killed after {} stops had been confirmed on screen", promised.len()))?;
        let all_there = promised.iter().all(|text| found.contains(text));
        teller.expect(
            "every stop that the screen had confirmed is there after the restart",
            all_there && !promised.is_empty(),
        )?;
        teller.expect(
            "nothing that was there before is lost",
            before.iter().all(|text| found.contains(text)),
        )?;
        Ok(())
    }

    /// Opens 李娜's app again, and reads every stop of her walks.
    async fn li_na_walks(&mut self) -> anyhow::Result<Vec<String>> {
        self.li_na.close().await;
        self.li_na.start()?;
        let app = self.li_na.app()?;
        let mut texts = Vec::new();
        for listed in app.list(Kind::of(&floor_walk::SPEC))? {
            let view = app.read(listed.doc, |history| floor_walk::view(Document::of(history.view())))?;
            texts.extend(view.stops.into_iter().map(|stop| stop.text));
        }
        self.li_na.close().await;
        self.li_na.start()?;
        Ok(texts)
    }

    async fn prepare_wednesday(&self, walk: DocId, teller: &mut Teller) -> anyhow::Result<DocId> {
        teller.chapter("09:40  Both prepare Wednesday's one-on-one, both without network")?;
        self.andrei.go_offline()?;
        let wednesday = meeting::key(self.with_andrei, march(18)?);
        let slot = Slot::new(march(18)?, Some(10 * 60)).context("ten o'clock exists")?;
        let plan = Plan { slot, place: None, kind: MeetingKind::OneOnOne };
        let mut docs = Vec::new();
        for (phone, words) in [(&self.maria, IN_ENGLISH), (&self.andrei, IN_ROMANIAN)] {
            let app = phone.app()?;
            let doc = app.create(Kind::of(&meeting::SPEC), wednesday)?;
            app.edit(doc, |edit| meeting::plan(edit, &plan))?;
            app.edit(doc, |edit| meeting::edit_notes(edit, &Splice::insert(0, words)))?;
            docs.push(doc);
        }
        let doc = *docs.first().context("a meeting")?;
        self.promote(walk, doc)?;
        let topic =
            NewTopic { section: None, text: "加班安排 / program de seară".into(), question: None };
        self.andrei.app()?.edit(doc, |edit| meeting::add_agenda(edit, &topic))?;
        for (phone, day) in [(&self.maria, 14), (&self.andrei, 21)] {
            let due = Some(march(day)?);
            phone.app()?.edit(self.plan, |edit| action_plan::set_step_due(edit, self.step, due))?;
        }
        let more = Splice::insert(20, "(every time) ");
        self.andrei.app()?.edit(self.plan, |edit| action_plan::edit_step(edit, self.step, &more))?;
        teller.expect(
            "two phones without network made the same meeting",
            docs.windows(2).all(|d| d[0] == d[1]),
        )?;
        Ok(doc)
    }

    /// Copies the coaching stop into the meeting's agenda, and notes on the walk where it went.
    fn promote(&self, walk: DocId, meeting: DocId) -> anyhow::Result<()> {
        let app = self.maria.app()?;
        let stop = self.walk_of(walk)?.stops.get(1).context("the second stop")?.clone();
        let at = stop.at.unwrap_or(Timestamp(0));
        let topic = NewTopic { section: None, text: stop.text.clone(), question: None };
        let from = Provenance { walk, stop: stop.id, at };
        app.edit(meeting, |edit| meeting::add_agenda_from_walk(edit, &topic, &from))?;
        app.edit(walk, |edit| floor_walk::mark_promoted(edit, stop.id, meeting, at))?;
        Ok(())
    }

    async fn come_back(&self, wednesday: DocId, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("10:10  The network is back; nobody presses anything")?;
        let both = |view: &MeetingView| {
            view.agenda.len() == 2
                && view.notes.text.contains(IN_ENGLISH)
                && view.notes.text.contains(IN_ROMANIAN)
        };
        self.maria.go_online()?;
        self.andrei.go_online()?;
        for phone in [&self.maria, &self.andrei] {
            let came = self.eventually(phone, |app| Ok(both(&view_of_meeting(app, wednesday)?))).await?;
            teller
                .expect(&format!("{} sees one meeting with both topics and both notes", phone.owner), came)?;
        }
        let (of_maria, of_andrei) =
            (self.meeting_of(&self.maria, wednesday)?, self.meeting_of(&self.andrei, wednesday)?);
        teller.say(&format!("notes: {}", of_maria.notes.text))?;
        of_maria.agenda.iter().try_for_each(|topic| teller.say(&format!("agenda: {}", topic.text)))?;
        teller.expect(
            "both read the same",
            of_maria.notes == of_andrei.notes && of_maria.agenda == of_andrei.agenda,
        )?;
        self.write_into_one_sentence(wednesday, teller).await
    }

    async fn write_into_one_sentence(&self, wednesday: DocId, teller: &mut Teller) -> anyhow::Result<()> {
        let (maria, andrei) = (self.maria.app()?, self.andrei.app()?);
        self.maria.go_offline()?;
        self.andrei.go_offline()?;
        maria.edit(wednesday, |edit| meeting::edit_notes(edit, &Splice::insert(7, "comes ")))?;
        andrei.edit(wednesday, |edit| meeting::edit_notes(edit, &Splice::insert(7, "(mulțumesc!) ")))?;
        self.maria.go_online()?;
        self.andrei.go_online()?;
        for phone in [&self.maria, &self.andrei] {
            let came = self.eventually(phone, |app| {
                let text = view_of_meeting(app, wednesday)?.notes.text;
                Ok(text.contains("comes ") && text.contains("(mulțumesc!) "))
            });
            teller.expect(
                &format!("{}: two people wrote in one sentence, no character is lost", phone.owner),
                came.await?,
            )?;
        }
        Ok(())
    }

    async fn settle_the_date(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("10:20  Both moved the step's date")?;
        let conflicted = |app: &Replica| Ok(!view_of_plan(app, self.plan)?.conflicts.is_empty());
        for phone in [&self.maria, &self.andrei] {
            let shown = self.eventually(phone, conflicted).await?;
            let view = self.plan_of(phone)?;
            let values = view.conflicts.first().map_or(0, |conflict| conflict.claims.len());
            teller.expect(&format!("{} sees both dates", phone.owner), shown && values == 2)?;
        }
        let app = self.maria.app()?;
        let conflict = self.plan_of(&self.maria)?.conflicts.first().cloned().context("a conflict")?;
        let conflict = app.with_authors(self.plan, conflict)?;
        for claim in &conflict.claims {
            let who = if claim.person.is_none_or(|p| p == self.person_of_maria) { "Maria" } else { "Andrei" };
            let Value::Words(day) = &claim.value else { continue };
            teller.say(&format!("{who} says {day}"))?;
        }
        let step = self.plan_of(&self.maria)?.steps.first().context("the step")?.clone();
        teller.expect("until then lists use the earlier one", step.due == Some(march(14)?))?;
        teller.expect("Andrei's change of the words is there too", step.text.contains("(every time)"))?;
        let chosen = Some(march(21)?);
        app.edit(self.plan, |edit| action_plan::set_step_due(edit, self.step, chosen))?;
        let settled = |app: &Replica| {
            let view = view_of_plan(app, self.plan)?;
            Ok(view.conflicts.is_empty() && view.steps.first().and_then(|s| s.due) == Some(march(21)?))
        };
        let gone = self.eventually(&self.andrei, settled).await?;
        teller
            .expect("Maria taps 21 March once, and Andrei's phone has nothing left to settle", gone)
            .map_err(Into::into)
    }

    fn look_into_the_files(&self, teller: &mut Teller) -> anyhow::Result<()> {
        teller.chapter("10:30  What lies on the phones")?;
        for phone in [&self.andrei, &self.li_na] {
            let holds = phone.holds_words(FOR_MARIA_ALONE)?;
            teller
                .expect(&format!("no byte of Maria's private stop is on {}'s phone", phone.owner), !holds)?;
        }
        teller.expect(
            "nothing of Andrei's meeting is on 李娜's phone",
            !self.li_na.holds_words("Coșul de oferte")?,
        )?;
        Ok(())
    }

    async fn look_into_the_database(
        &self,
        stage: &Stage,
        server: &Instance,
        teller: &mut Teller,
    ) -> anyhow::Result<()> {
        self.maria.sync().await?;
        let people = [&self.maria, &self.andrei, &self.li_na].map(|phone| Ok(phone.app()?.identity().person));
        let people: anyhow::Result<Vec<PersonId>> = people.into_iter().collect();
        let bytes = everything_stored(&server.app.store, stage.org, &people?).await?;
        teller.expect(
            "the sentence that Maria took back is in no byte on the server",
            !contains(&bytes, TAKEN_BACK.as_bytes()),
        )?;
        teller.expect("while what she kept is", contains(&bytes, FOR_MARIA_ALONE.as_bytes()))?;
        for phone in [&self.andrei, &self.li_na] {
            let holds = phone.holds_words(TAKEN_BACK)?;
            teller.expect(&format!("nor on {}'s phone", phone.owner), !holds)?;
        }
        Ok(())
    }

    async fn change_servers(
        &self,
        stage: &Stage,
        first: Instance,
        wednesday: DocId,
        teller: &mut Teller,
    ) -> anyhow::Result<Instance> {
        teller.chapter("11:00  A second server takes over")?;
        let second = stage.start_server().await?;
        first.stop().await;
        for phone in [&self.maria, &self.andrei, &self.li_na] {
            phone.network.lead_to(&second.url)?;
        }
        self.andrei
            .app()?
            .edit(wednesday, |edit| meeting::edit_notes(edit, &Splice::insert(0, IN_CHINESE)))?;
        self.andrei.sync().await?;
        self.maria.sync().await?;
        let text = self.meeting_of(&self.maria, wednesday)?.notes.text;
        teller.expect(
            "what Andrei writes next arrives at Maria through the second one",
            text.contains(IN_CHINESE),
        )?;
        Ok(second)
    }

    async fn lose_a_phone(
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

    async fn go_home(&mut self) {
        for phone in [&mut self.maria, &mut self.andrei, &mut self.li_na] {
            phone.close().await;
        }
    }

    fn walk_of(&self, walk: DocId) -> anyhow::Result<FloorWalkView> {
        Ok(self.maria.app()?.read(walk, |history| floor_walk::view(Document::of(history.view())))?)
    }

    fn plan_of(&self, phone: &Phone) -> anyhow::Result<ActionPlanView> {
        view_of_plan(phone.app()?, self.plan)
    }

    fn meeting_of(&self, phone: &Phone, doc: DocId) -> anyhow::Result<MeetingView> {
        view_of_meeting(phone.app()?, doc)
    }

    /// Waits for background sync to bring something about.
    async fn eventually(
        &self,
        phone: &Phone,
        mut is_so: impl FnMut(&Replica) -> anyhow::Result<bool>,
    ) -> anyhow::Result<bool> {
        let app = phone.app()?;
        let mut events = app.subscribe();
        let waiting = async {
            while !is_so(app)? {
                if events.next().await.is_none() {
                    return Ok(false);
                }
            }
            Ok(true)
        };
        tokio::time::timeout(Duration::from_secs(BACKGROUND_SECONDS), waiting).await.unwrap_or(Ok(false))
    }
}

fn view_of_meeting(app: &Replica, doc: DocId) -> anyhow::Result<MeetingView> {
    Ok(app.read(doc, |history| meeting::view(Document::of(history.view())))?)
}

fn view_of_plan(app: &Replica, plan: DocId) -> anyhow::Result<ActionPlanView> {
    Ok(app.read(plan, |history| action_plan::view(Document::of(history.view())))?)
}

/// A stop at this moment.
pub(super) fn new_stop(kind: StopKind, text: &str, at: Timestamp) -> NewStop {
    NewStop { person: None, kind, text: text.into(), tags: Vec::new(), minutes: Some(3), at }
}

fn march(day: i8) -> anyhow::Result<Day> {
    Day::new(2026, 3, day).context("no such day of March")
}
