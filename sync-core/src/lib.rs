//! What Floorwalk is.
