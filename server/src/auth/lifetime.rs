//! Owns the times in a token: how long it may live, and how far our clocks may differ.

use super::AuthError;
use sync_core::time::Timestamp;

/// How far apart the clocks of server and device may be, in seconds. Beyond it the device signs again with an offset.
pub const LEEWAY_SECONDS: i64 = 5;

/// The three times of a token, in seconds.
#[derive(Debug, Clone, Copy)]
pub struct Lifetime {
    /// Issued.
    pub iat: i64,
    /// Not before.
    pub nbf: i64,
    /// Expires.
    pub exp: i64,
}

impl Lifetime {
    /// Checks that it may live so long, and lives now.
    pub fn check(self, maximum_seconds: i64, now: Timestamp) -> Result<(), AuthError> {
        let start = self.iat.min(self.nbf);
        let is_ordered = self.exp > self.iat && self.exp > self.nbf;
        if !is_ordered || self.exp.saturating_sub(start) > maximum_seconds {
            return Err(AuthError::Claims);
        }
        let latest_start = now.seconds().saturating_add(LEEWAY_SECONDS);
        let earliest_end = now.seconds().saturating_sub(LEEWAY_SECONDS);
        if self.iat > latest_start || self.nbf > latest_start || self.exp <= earliest_end {
            return Err(AuthError::ClockSkew);
        }
        Ok(())
    }

    /// When nobody can use the token any more: what remembers its `jti` may forget it then.
    pub fn over(self) -> Timestamp {
        Timestamp(self.exp.saturating_add(LEEWAY_SECONDS).saturating_mul(1000))
    }
}
