//! The Floorwalk server.
fn main() {}
