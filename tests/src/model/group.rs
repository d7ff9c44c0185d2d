//! Owns the statements about groups that are coached together. Who leads whom, in their own place or in another's, is what
//! the records of tenures say.

use super::locks::Key;
use super::tables::Tables;
use super::transaction::ModelTransaction;
use server::services::roster::{TENURE_COLLECTION, TenureRecord};
use server::store::{Groups, Stored};
use sync_core::ids::{GroupId, PersonId};
use sync_core::policy::{Group, Led};
use sync_core::time::Timestamp;

impl Groups for ModelTransaction {
    async fn led_by(&mut self, person: PersonId, _: Timestamp) -> Stored<Vec<Led>> {
        let tenures = tenures(self.statement("led_by").await?);
        let mut led: Vec<_> = tenures.filter(|tenure| tenure.leader.id == person).map(led).collect();
        led.sort_by_key(|led| (led.agent, led.team, led.until.is_none(), led.until));
        Ok(led)
    }

    async fn groups_formed(&mut self, by: PersonId, since: Timestamp) -> Stored<u64> {
        let groups = self.statement("groups_formed").await?.groups.values();
        let theirs = groups.filter(|(group, at)| group.acting.unwrap_or(group.leader) == by && *at > since);
        Ok(theirs.count() as u64)
    }

    async fn insert_group(&mut self, group: &Group, at: Timestamp) -> Stored<bool> {
        let id = group.id;
        if self.statement("insert_group").await?.groups.contains_key(&id) {
            return Ok(false);
        }
        if self.hold(vec![Key::Group(id)]).await?.groups.contains_key(&id) {
            return Ok(false);
        }
        let row = (group.clone(), at);
        self.step(move |tables| {
            tables.groups.insert(id, row.clone());
        });
        Ok(true)
    }

    async fn group(&mut self, id: GroupId) -> Stored<Option<Group>> {
        Ok(self.statement("group").await?.groups.get(&id).map(|(group, _)| group.clone()))
    }
}

fn tenures(tables: &Tables) -> impl Iterator<Item = TenureRecord> {
    let records = tables.records.iter().filter(|((_, collection, _), _)| collection == TENURE_COLLECTION);
    records.filter_map(|(_, record)| serde_json::from_str(record.body.as_deref()?).ok())
}

fn led(tenure: TenureRecord) -> Led {
    let leader = tenure.stands_in.map_or(tenure.leader.id, |of| of.leader.id);
    Led { team: tenure.team, agent: tenure.agent.id, leader, until: tenure.until }
}
