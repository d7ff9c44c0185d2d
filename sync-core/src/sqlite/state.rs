//! Owns the one row about the store itself: whose it is, where it stands, and the sums over its lists.

use super::error::damaged;
use super::seal::{Cells, Table, blob, int, put, select, text};
use crate::ids::{DeviceId, OrgId, PersonId, ReplicaId};
use crate::store::{Identity, StoreError};
use rusqlite::Connection;
use rusqlite::types::ValueRef;

pub(super) const STORE: Table = Table { name: "store", columns: "iTTBBBBBBiiii" };

const SELECT: &str = "SELECT id, server_id, url, org, person, device, organisation_key, replica, cursor, \
    last_position, purged_generation, purges, scrubbed, digest FROM store";
const INSERT: &str = "INSERT INTO store (id, server_id, url, org, person, device, organisation_key, replica, \
    cursor, last_position, purged_generation, purges, scrubbed, digest) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
const UPDATE: &str = "UPDATE store SET server_id = ?2, url = ?3, org = ?4, person = ?5, device = ?6, \
    organisation_key = ?7, replica = ?8, cursor = ?9, last_position = ?10, purged_generation = ?11, \
    purges = ?12, scrubbed = ?13, digest = ?14 WHERE id = ?1";

/// What a batch reads before it writes, and writes back when it is done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct State {
    pub identity: Option<Identity>,
    pub cursor: Option<Vec<u8>>,
    pub last_position: i64,
    pub purged_generation: i64,
    /// How many purges there were, and how many of them no longer have traces in the pages.
    pub purges: i64,
    pub scrubbed: i64,
}

/// A list whose rows are added up in the store's row.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    Documents,
    Stubs,
    Damaged,
    Leaving,
    Behind,
    Outbox,
    Commands,
    Refused,
    Audiences,
    Settings,
}

impl State {
    pub(super) fn read(db: &Connection) -> Result<Self, StoreError> {
        let broken = || damaged("the row about itself");
        let mut rows = select(db, &STORE, SELECT, [], Self::decode, broken)?.rows;
        rows.pop().ok_or_else(broken)
    }

    /// Writes the row of a store that was just created.
    pub(super) fn create(db: &Connection) -> rusqlite::Result<()> {
        Self::default().put(db, INSERT)
    }

    pub(super) fn write(&self, db: &Connection) -> rusqlite::Result<()> {
        self.put(db, UPDATE)
    }

    fn put(&self, db: &Connection, sql: &str) -> rusqlite::Result<()> {
        let owner =
            |value: fn(&Identity) -> ValueRef<'_>| self.identity.as_ref().map_or(ValueRef::Null, value);
        let values = [
            int(1),
            owner(|identity| text(&identity.server_id)),
            owner(|identity| text(&identity.url)),
            owner(|identity| blob(identity.org.as_bytes())),
            owner(|identity| blob(identity.person.as_bytes())),
            owner(|identity| blob(identity.device.as_bytes())),
            owner(|identity| blob(&identity.organisation_key)),
            owner(|identity| blob(identity.replica.as_bytes())),
            self.cursor.as_deref().map_or(ValueRef::Null, blob),
            int(self.last_position),
            int(self.purged_generation),
            int(self.purges),
            int(self.scrubbed),
        ];
        put(db, &STORE, sql, &values).map(drop)
    }

    pub(super) fn decode(cells: &Cells<'_>) -> Option<Self> {
        let identity = if cells.is_null(1) { None } else { Some(identity(cells)?) };
        let cursor = if cells.is_null(8) { None } else { Some(cells.blob(8)?.to_vec()) };
        Some(Self {
            identity,
            cursor,
            last_position: cells.int(9)?,
            purged_generation: cells.int(10)?,
            purges: cells.int(11)?,
            scrubbed: cells.int(12)?,
        })
    }

    pub(super) fn next_position(&mut self) -> i64 {
        self.last_position += 1;
        self.last_position
    }
}

fn identity(cells: &Cells<'_>) -> Option<Identity> {
    Some(Identity {
        server_id: cells.text(1)?.to_owned(),
        url: cells.text(2)?.to_owned(),
        org: OrgId::from_slice(cells.blob(3)?)?,
        person: PersonId::from_slice(cells.blob(4)?)?,
        device: DeviceId::from_slice(cells.blob(5)?)?,
        organisation_key: cells.blob(6)?.to_vec(),
        replica: ReplicaId::from_slice(cells.blob(7)?)?,
    })
}

/// What the digests of a list's rows add up to.
pub(super) fn sum_of(db: &Connection, list: List) -> rusqlite::Result<i64> {
    let sql = match list {
        List::Documents => "SELECT document_sum FROM store",
        List::Stubs => "SELECT stub_sum FROM store",
        List::Damaged => "SELECT damaged_sum FROM store",
        List::Leaving => "SELECT leaving_sum FROM store",
        List::Behind => "SELECT behind_sum FROM store",
        List::Outbox => "SELECT outbox_sum FROM store",
        List::Commands => "SELECT command_sum FROM store",
        List::Refused => "SELECT refused_sum FROM store",
        List::Audiences => "SELECT audience_sum FROM store",
        List::Settings => "SELECT setting_sum FROM store",
    };
    db.prepare_cached(sql)?.query_row([], |row| row.get(0))
}
