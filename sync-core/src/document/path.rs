//! Owns how a place in a document is named: keys from the root downwards.

use crate::ids::ItemId;

/// A place in a document: the keys that lead to it from the root.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct Path(Vec<String>);

impl Path {
    /// The root itself.
    pub const fn root() -> Self {
        Self(Vec::new())
    }

    /// The place of this key at the root.
    pub fn of(key: &str) -> Self {
        Self(vec![key.to_owned()])
    }

    /// The place of this key, one step below this place.
    pub fn key(&self, key: &str) -> Self {
        let mut keys = Vec::with_capacity(self.0.len() + 1);
        keys.extend_from_slice(&self.0);
        keys.push(key.to_owned());
        Self(keys)
    }

    /// The place of this item in the collection at this place.
    pub fn item(&self, item: ItemId) -> Self {
        self.key(&item.to_string())
    }

    /// The place that this path leads to from there.
    pub fn join(&self, below: &Self) -> Self {
        Self([&self.0[..], &below.0[..]].concat())
    }

    /// Its keys, from the root downwards.
    pub fn keys(&self) -> &[String] {
        &self.0
    }

    /// The last key and the place that it is a key of; none for the root.
    pub fn split_last(&self) -> Option<(Self, &str)> {
        let (last, before) = self.0.split_last()?;
        Some((Self(before.to_vec()), last))
    }

    /// Whether this place is `other` or below it.
    pub fn is_within(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The key at the root that leads here; names a place in errors without telling what anybody wrote.
    pub fn container(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }
}

impl From<Vec<String>> for Path {
    fn from(keys: Vec<String>) -> Self {
        Self(keys)
    }
}

/// Shows the container alone: a key further down may be a tag or a name that somebody wrote.
impl std::fmt::Debug for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Path({}, {} keys)", self.container(), self.0.len())
    }
}
