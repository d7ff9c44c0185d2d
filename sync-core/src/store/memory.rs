//! Owns the store without a file, for tests and previews.

/// A store without a file.
#[derive(Debug, Default)]
pub struct MemoryStore {}
