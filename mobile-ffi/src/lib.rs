//! Owns what an app on a phone embeds: sync-core behind UniFFI, with the manners that Android and iOS ask for. Decides
//! nothing: every rule is sync-core's.
//!
//! - [`client`]: opening, enrolling, sleeping, closing. [`error`]: what an app acts on.
//! - [`words`]: what a person reads when something was not done. [`content`] and [`phrases`]: the product's own words in the
//!   language that is asked for: forms, questions, cards, hints, labels; sentences, numbers and days.
//! - [`transport`] and [`key`]: what the app brings. [`desktop`]: the same for desktops and tests.
//! - [`meeting`], [`action_plan`], [`floor_walk`], [`partnership`], [`goal_set`], [`feedback_log`], [`wellbeing`],
//!   [`private_log`], [`tier_note`], [`circumstance`], [`team_goals`], [`team_policy`], [`team_blockers`],
//!   [`team_board`], [`org_strategy`], [`manager_reflection`], [`hand_over`]: one file for each kind of document: its records, and one `enum` with a variant for each verb. [`values`]: records that kinds share. [`documents`]: what is the same for all kinds.
//! - [`quick`]: verbs that are more than an edit of one document. [`my_data`]: what a person may take with them.
//! - [`numbers`]: what was measured of people. [`seen`]: what others changed since this person looked. [`insight`]: what follows from everything on the phone: one verb for each read model. [`observe`]: changes, from a thread of their own. [`sync`]: one sync, and how to stop waiting for it.
//!
//! To add a kind: a file like `meeting.rs` (its `uniffi::remote` records repeat the fields of sync-core's; the compiler
//! compares them), and `scripts/bindings.sh` to write the bindings anew.

uniffi::setup_scaffolding!("mobile_ffi");

pub mod action_plan;
pub mod calendar;
pub mod circumstance;
pub mod client;
pub mod content;
pub mod desktop;
pub mod documents;
pub mod error;
pub mod feedback_log;
pub mod figures;
pub mod floor_walk;
pub mod goal_set;
pub mod group;
pub mod hand_over;
pub mod insight;
pub mod key;
pub mod manager_reflection;
pub mod meeting;
pub mod my_data;
pub mod numbers;
pub mod observe;
pub mod org_strategy;
pub mod partnership;
pub mod phrases;
pub mod private_log;
pub mod quick;
pub mod search;
pub mod seen;
pub mod sync;
mod system;
pub mod team_blockers;
pub mod team_board;
pub mod team_goals;
pub mod team_policy;
pub mod text;
pub mod tier_note;
pub mod transport;
pub mod values;
pub mod wellbeing;
pub mod words;
