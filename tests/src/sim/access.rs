//! Owns who may see what at which moment, as plain spans of time: what the server does is compared with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use sync_core::ids::{AudienceId, PersonId};
use sync_core::time::Timestamp;

/// Who may see what, and when. A clone is the same list.
#[derive(Debug, Clone, Default)]
pub struct AccessList(Arc<Mutex<Vec<Span>>>);

#[derive(Debug, Clone, Copy)]
struct Span {
    person: PersonId,
    audience: AudienceId,
    until: Option<Timestamp>,
}

impl AccessList {
    /// From now on this person may see this.
    pub fn begin(&self, person: PersonId, audience: AudienceId) {
        self.lock().push(Span { person, audience, until: None });
    }

    /// No longer.
    pub fn end(&self, person: PersonId, audience: AudienceId, at: Timestamp) {
        let mut spans = self.lock();
        let running = spans.iter_mut().filter(|s| s.person == person && s.audience == audience);
        running.filter(|span| span.until.is_none()).for_each(|span| span.until = Some(at));
    }

    /// Whether this person might see this at that moment or after it.
    pub fn may_see(&self, person: PersonId, audience: AudienceId, since: Timestamp) -> bool {
        let of_both = |span: &Span| span.person == person && span.audience == audience;
        self.lock().iter().any(|span| of_both(span) && span.until.is_none_or(|until| until >= since))
    }

    /// Whether this person's access to this ever ended.
    pub fn has_ended(&self, person: PersonId, audience: AudienceId) -> bool {
        let of_both = |span: &&Span| span.person == person && span.audience == audience;
        self.lock().iter().filter(of_both).any(|span| span.until.is_some())
    }

    /// What this person may see now.
    pub fn of(&self, person: PersonId) -> Vec<AudienceId> {
        let spans = self.lock();
        let running = spans.iter().filter(|span| span.person == person && span.until.is_none());
        running.map(|span| span.audience).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Span>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
