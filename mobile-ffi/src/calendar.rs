//! Owns calendars as an app sees them: one meeting as a file, and the address under which other programs read a person's own.

use crate::client::Client;
use crate::error::ClientError;
use crate::system::{now, on_runtime, rng};
use std::sync::Arc;
use sync_core::content::Language;
use sync_core::credential::Assertion;
use sync_core::ids::DocId;
use sync_core::transport::{Refused, Transport, TransportError, give_calendar, revoke_calendar};
use sync_core::wire::ErrorCode;

#[uniffi::export]
impl Client {
    /// A meeting as a file for any calendar (`text/calendar`): when and with whom, and no word of what it is about. None while nobody
    /// has planned it, or when it is not held. Works offline.
    pub fn meeting_file(&self, doc: DocId, language: Language) -> Result<Option<String>, ClientError> {
        Ok(self.replica()?.meeting_file(doc, language)?)
    }

    /// A new address under which calendar programs read this person's meetings, for whoever has it; the one before is nobody's from
    /// now on. A secret: show it, or hand it to the system's calendar, and do not keep it. Needs the network.
    pub async fn new_calendar_address(self: Arc<Self>) -> Result<String, ClientError> {
        on_runtime(async move {
            let (url, transport) = self.server()?;
            let given = match give_calendar(&*transport, &self.assertion(None)?).await {
                Err(error) => give_calendar(&*transport, &self.assertion_again(error)?).await,
                given => given,
            };
            Ok(format!("{}{}", url.trim_end_matches('/'), given?.path))
        })
        .await
    }

    /// Takes the address away: whoever has it reads nothing more. Needs the network.
    pub async fn revoke_calendar_address(self: Arc<Self>) -> Result<(), ClientError> {
        on_runtime(async move {
            let (_, transport) = self.server()?;
            match revoke_calendar(&*transport, &self.assertion(None)?).await {
                Err(error) => Ok(revoke_calendar(&*transport, &self.assertion_again(error)?).await?),
                Ok(()) => Ok(()),
            }
        })
        .await
    }
}

impl Client {
    fn server(&self) -> Result<(String, Arc<dyn Transport>), ClientError> {
        let url = self.replica()?.identity().url;
        let transport = self.transport(&url)?;
        Ok((url, transport))
    }

    /// Signed for an empty body, at this time or at the phone's.
    fn assertion(&self, at: Option<sync_core::time::Timestamp>) -> Result<Assertion, ClientError> {
        let credential = self.replica()?.credential(self.key());
        credential.sign(b"", at.unwrap_or_else(now), &mut rng()).map_err(ClientError::fault)
    }

    /// A wrong clock is put right once, by the server's.
    fn assertion_again(&self, error: TransportError) -> Result<Assertion, ClientError> {
        match error {
            TransportError::Refused(refused) if refused.code == ErrorCode::ClockSkew => {
                let Refused { server_time, .. } = *refused;
                self.assertion(server_time)
            }
            other => Err(other.into()),
        }
    }
}
