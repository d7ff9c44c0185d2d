//! Owns stage 1 behind the frame: whether the inside of a change chunk is within bounds, read without the library.
//!
//! The library expands run-length columns while it reads them, so a change of a hundred bytes keeps it busy for ever or
//! makes it allocate gigabytes; other changes make it panic. Here every column is walked run by run
//! (`precheck/column.rs`): the cost follows the bytes. What passes is bounded in operations, in expanded bytes and in
//! numbers, so the next stage may give it to the library. The layout is that of the published format:
//!
//! ```text
//! dependencies   number, then 32 bytes each, ascending      other actors   number, then bytes with length
//! actor          bytes with length                          columns        number, then (specification, length) each
//! seq, start_op  ULEB128                                    data           the columns one after the other
//! time           LEB128                                     footer         nothing, or an author on the first change
//! message        bytes with length
//! ```
//!
//! A column's specification is its number in four bits and more, one bit for compression, and three for its type.
//! Format: <https://automerge.org/automerge-binary-format-spec/>.

mod column;

use super::reader::Reader;
use column::Run;

/// A person's largest paste is one operation for each character, and a net change is cut at 32 KiB long before.
pub const MAX_OPERATIONS: u64 = 50_000;
/// What strings may take when every run is written out: more than a change of the largest size has honestly.
pub const MAX_EXPANDED_BYTES: u64 = 4 << 20;
/// Predecessors of all operations together: a value has as many as it had writers at once.
pub const MAX_PREDECESSORS: u64 = 200_000;
/// Heads that a change can build on: more devices than one document ever had offline at once.
pub const MAX_DEPENDENCIES: u64 = 128;
/// Other actors that a change can name: sessions of all devices in a long document.
pub const MAX_OTHER_ACTORS: u64 = 512;
/// Numbers of changes and operations stay below what the library's own counters hold.
pub const MAX_NUMBER: u64 = 1 << 31;
/// Further from the epoch than any clock, nearer than what overflows when it is subtracted.
pub const MAX_TIME: u64 = 1 << 53;
/// We write no messages; other writers keep them short.
pub const MAX_MESSAGE_BYTES: usize = 1 << 10;
/// An author's name in the footer.
const MAX_AUTHOR_BYTES: usize = 256;
/// Actors of ours are of one length.
const ACTOR_BYTES: usize = 16;
/// The highest type of a value that the format names.
const MAX_VALUE_TYPE: u64 = 9;
/// Says that the footer is an author.
const AUTHOR_FOOTER: u64 = 1;

/// What a change failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Check {
    /// Chunk type, length, checksum, size.
    Frame,
    /// Too many dependencies, or not ascending.
    Dependencies,
    /// The actor is not of sixteen bytes.
    Actor,
    /// The number among the actor's changes.
    Sequence,
    /// The number of the first operation.
    StartOperation,
    /// The time.
    Time,
    /// The message is too long, or no UTF-8.
    Message,
    /// Other actors: too many, not ascending, of another length, or the change's own.
    OtherActors,
    /// An unknown column, columns out of order, or longer than the chunk.
    Columns,
    /// Too many operations, or numbered too high.
    Operations,
    /// The objects that operations are in.
    Objects,
    /// The keys and elements that operations are at.
    Keys,
    /// The flags of operations.
    Flags,
    /// The values.
    Values,
    /// The predecessors.
    Predecessors,
    /// The names of marks.
    MarkNames,
    /// What follows the columns.
    Footer,
}

impl Check {
    /// Its name in records and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frame => "frame",
            Self::Dependencies => "dependencies",
            Self::Actor => "actor",
            Self::Sequence => "sequence",
            Self::StartOperation => "start_operation",
            Self::Time => "time",
            Self::Message => "message",
            Self::OtherActors => "other_actors",
            Self::Columns => "columns",
            Self::Operations => "operations",
            Self::Objects => "objects",
            Self::Keys => "keys",
            Self::Flags => "flags",
            Self::Values => "values",
            Self::Predecessors => "predecessors",
            Self::MarkNames => "mark_names",
            Self::Footer => "footer",
        }
    }
}

/// Checks the body of a change chunk, whose frame is right.
pub fn check(body: &[u8]) -> Result<(), Check> {
    let mut reader = Reader::new(body);
    dependencies(&mut reader).ok_or(Check::Dependencies)?;
    let actor = reader.prefixed().filter(|actor| actor.len() == ACTOR_BYTES).ok_or(Check::Actor)?;
    let seq = number(&mut reader).ok_or(Check::Sequence)?;
    let start_op = number(&mut reader).ok_or(Check::StartOperation)?;
    reader.signed().filter(|time| time.unsigned_abs() <= MAX_TIME).ok_or(Check::Time)?;
    reader.prefixed().filter(is_message).ok_or(Check::Message)?;
    let others = other_actors(&mut reader, actor).ok_or(Check::OtherActors)?;
    let columns = Columns::read(&mut reader).ok_or(Check::Columns)?;
    operations(&columns, start_op, others + 1)?;
    footer(reader, seq).ok_or(Check::Footer)
}

fn is_message(message: &&[u8]) -> bool {
    message.len() <= MAX_MESSAGE_BYTES && std::str::from_utf8(message).is_ok()
}

fn number(reader: &mut Reader<'_>) -> Option<u64> {
    reader.unsigned().filter(|number| (1..MAX_NUMBER).contains(number))
}

fn dependencies(reader: &mut Reader<'_>) -> Option<()> {
    let count = reader.unsigned().filter(|count| *count <= MAX_DEPENDENCIES)?;
    ascending(count, || reader.take(32)).map(drop)
}

/// How many there are.
fn other_actors(reader: &mut Reader<'_>, own: &[u8]) -> Option<u64> {
    let count = reader.unsigned().filter(|count| *count <= MAX_OTHER_ACTORS)?;
    let is_other = |actor: &&[u8]| actor.len() == ACTOR_BYTES && *actor != own;
    ascending(count, || reader.prefixed().filter(is_other))
}

fn ascending<'a>(count: u64, mut next: impl FnMut() -> Option<&'a [u8]>) -> Option<u64> {
    let mut last: Option<&[u8]> = None;
    for _ in 0..count {
        let item = next()?;
        if last.is_some_and(|last| last >= item) {
            return None;
        }
        last = Some(item);
    }
    Some(count)
}

/// The known columns of a change, in their order.
const SPECIFICATIONS: [u64; 14] = [
    OBJECT_ACTOR,
    OBJECT_COUNTER,
    KEY_ACTOR,
    KEY_COUNTER,
    KEY_STRING,
    INSERT,
    ACTION,
    VALUE_KIND,
    VALUE,
    PREDECESSOR_COUNT,
    PREDECESSOR_ACTOR,
    PREDECESSOR_COUNTER,
    EXPAND,
    MARK_NAME,
];
const OBJECT_ACTOR: u64 = 0x01;
const OBJECT_COUNTER: u64 = 0x02;
const KEY_ACTOR: u64 = 0x11;
const KEY_COUNTER: u64 = 0x13;
const KEY_STRING: u64 = 0x15;
const INSERT: u64 = 0x34;
const ACTION: u64 = 0x42;
const VALUE_KIND: u64 = 0x56;
const VALUE: u64 = 0x57;
const PREDECESSOR_COUNT: u64 = 0x70;
const PREDECESSOR_ACTOR: u64 = 0x71;
const PREDECESSOR_COUNTER: u64 = 0x73;
const EXPAND: u64 = 0x94;
const MARK_NAME: u64 = 0xa5;

/// The data of the columns that are there.
struct Columns<'a>(Vec<(u64, &'a [u8])>);

impl<'a> Columns<'a> {
    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let count = reader.unsigned().filter(|count| *count <= SPECIFICATIONS.len() as u64)?;
        let mut named = Vec::new();
        for _ in 0..count {
            let specification = reader.unsigned().filter(|spec| SPECIFICATIONS.contains(spec))?;
            if named.last().is_some_and(|(last, _)| *last >= specification) {
                return None;
            }
            named.push((specification, reader.unsigned()?));
        }
        let data = |(specification, length)| Some((specification, reader.take(length)?));
        named.into_iter().map(data).collect::<Option<_>>().map(Self)
    }

    /// Nothing for a column that is not there.
    fn data(&self, specification: u64) -> &'a [u8] {
        self.0.iter().find(|(known, _)| *known == specification).map_or(&[], |(_, data)| data)
    }
}

/// The operations, column by column.
fn operations(columns: &Columns<'_>, start_op: u64, actors: u64) -> Result<(), Check> {
    let count = column::unsigned(columns.data(ACTION), |_| Some(())).ok_or(Check::Operations)?;
    if count > MAX_OPERATIONS || start_op + count > MAX_NUMBER {
        return Err(Check::Operations);
    }
    let bounds = Bounds { count, actors, end: start_op + count };
    bounds.objects(columns).ok_or(Check::Objects)?;
    bounds.keys(columns).ok_or(Check::Keys)?;
    bounds.flags(columns).ok_or(Check::Flags)?;
    bounds.values(columns).ok_or(Check::Values)?;
    bounds.predecessors(columns).ok_or(Check::Predecessors)?;
    bounds.names(columns.data(MARK_NAME)).ok_or(Check::MarkNames)
}

/// What the rows of a column may say.
struct Bounds {
    /// How many operations there are.
    count: u64,
    /// How many actors can be named.
    actors: u64,
    /// Behind the last operation of this change.
    end: u64,
}

impl Bounds {
    fn objects(&self, columns: &Columns<'_>) -> Option<()> {
        self.rows(below(columns.data(OBJECT_ACTOR), self.actors)?)?;
        self.rows(below(columns.data(OBJECT_COUNTER), self.end)?)
    }

    fn keys(&self, columns: &Columns<'_>) -> Option<()> {
        self.rows(below(columns.data(KEY_ACTOR), self.actors)?)?;
        self.rows(column::deltas(columns.data(KEY_COUNTER), self.end)?)?;
        self.names(columns.data(KEY_STRING))
    }

    fn flags(&self, columns: &Columns<'_>) -> Option<()> {
        self.rows(column::booleans(columns.data(INSERT))?)?;
        self.rows(column::booleans(columns.data(EXPAND))?)
    }

    /// Each value says its type and its length; the lengths are those of the data.
    fn values(&self, columns: &Columns<'_>) -> Option<()> {
        let mut bytes = 0_u64;
        let rows = column::unsigned(columns.data(VALUE_KIND), |run| {
            let Run::Of(kind, count) = run else { return Some(()) };
            bytes = bytes.checked_add((kind >> 4).checked_mul(count)?)?;
            (kind & 0xf <= MAX_VALUE_TYPE).then_some(())
        })?;
        (bytes == columns.data(VALUE).len() as u64).then_some(())?;
        self.rows(rows)
    }

    fn predecessors(&self, columns: &Columns<'_>) -> Option<()> {
        let mut total = 0_u64;
        let rows = column::unsigned(columns.data(PREDECESSOR_COUNT), |run| {
            let Run::Of(of_each, count) = run else { return Some(()) };
            total = total.checked_add(of_each.checked_mul(count)?)?;
            (total <= MAX_PREDECESSORS).then_some(())
        })?;
        self.rows(rows)?;
        let actors = below(columns.data(PREDECESSOR_ACTOR), self.actors)?;
        let counters = column::deltas(columns.data(PREDECESSOR_COUNTER), self.end)?;
        (actors == total && counters == total).then_some(())
    }

    /// Strings, as long as they are when each row has its own.
    fn names(&self, data: &[u8]) -> Option<()> {
        let mut bytes = 0_u64;
        let rows = column::strings(data, |run| {
            let Run::Of(name, count) = run else { return Some(()) };
            bytes = bytes.checked_add((name.len() as u64).checked_mul(count)?)?;
            (bytes <= MAX_EXPANDED_BYTES).then_some(())
        })?;
        self.rows(rows)
    }

    fn rows(&self, rows: u64) -> Option<()> {
        (rows <= self.count).then_some(())
    }
}

/// How many rows a column has whose numbers are all below this.
fn below(data: &[u8], limit: u64) -> Option<u64> {
    column::unsigned(data, |run| match run {
        Run::Of(number, _) => (number < limit).then_some(()),
        Run::Nothing(_) => Some(()),
    })
}

/// An author is named once, on an actor's first change: the library fails on a second one.
fn footer(mut reader: Reader<'_>, seq: u64) -> Option<()> {
    if reader.is_empty() {
        return Some(());
    }
    let is_author = seq == 1 && reader.unsigned()? == AUTHOR_FOOTER;
    let author = reader.prefixed()?;
    (is_author && author.len() <= MAX_AUTHOR_BYTES && reader.is_empty()).then_some(())
}

#[cfg(test)]
mod tests;
