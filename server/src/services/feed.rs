//! Owns the answer to a sync: what is new for one person, as frames. (Being written in /work/wt/lead by the lead,
//! together with `handlers/sync.rs`: after ingest go on with repair, compaction and the concurrency tests.)
