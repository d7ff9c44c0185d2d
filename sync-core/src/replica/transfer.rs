//! Owns one transfer: sign, send, and hand on what arrives, piece by piece.

use crate::credential::{Assertion, Credential};
use crate::sync::ExchangeId;
use crate::sync::{Failure, Input, StreamId};
use crate::time::Timestamp;
use crate::transport::{News, Transport, TransportError, encode_request, live, sync};
use crate::wire::SyncRequest;
use bytes::Bytes;
use rand::rngs::StdRng;
use std::sync::Arc;

/// What a transfer is made with.
pub(super) struct Line {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) credential: Arc<Credential>,
    /// The server's time, as well as it is known.
    pub(super) now: Timestamp,
    pub(super) rng: StdRng,
}

impl Line {
    /// Sends a request and tells each frame of the answer, then how it ended.
    pub(super) async fn exchange(self, exchange: ExchangeId, request: &SyncRequest, tell: impl Fn(Input)) {
        let ended = match self.send(exchange, request, &tell).await {
            Ok(()) => Input::Closed { exchange },
            Err(failure) => Input::Failed { exchange, failure },
        };
        tell(ended);
    }

    async fn send(
        mut self,
        exchange: ExchangeId,
        request: &SyncRequest,
        tell: &impl Fn(Input),
    ) -> Result<(), Failure> {
        let body = encode_request(request);
        let assertion = self.sign(&body.bytes)?;
        let named = |error: TransportError| error.failure(&self.credential, &assertion.jti);
        let mut answer =
            sync(&*self.transport, body, &assertion, request.max_response_bytes).await.map_err(named)?;
        while let Some(arrived) = answer.next().await.map_err(named)? {
            tell(Input::Frame { exchange, frame: arrived.frame, size_bytes: arrived.size_bytes });
        }
        Ok(())
    }

    /// Listens for news until the stream ends.
    pub(super) async fn listen(mut self, stream: StreamId, tell: impl Fn(Input)) {
        let retry_after_ms = self.follow(stream, &tell).await.err().and_then(|error| error.retry_after_ms());
        tell(Input::LiveEnded { stream, retry_after_ms });
    }

    async fn follow(&mut self, stream: StreamId, tell: &impl Fn(Input)) -> Result<(), TransportError> {
        let Ok(assertion) = self.sign(&Bytes::new()) else { return Ok(()) };
        let mut pokes = live(&*self.transport, &assertion).await?;
        tell(Input::LiveOpened { stream });
        loop {
            match pokes.next().await? {
                News::Poke => tell(Input::Poke { stream }),
                News::Over => return Ok(()),
            }
        }
    }

    fn sign(&mut self, body: &Bytes) -> Result<Assertion, Failure> {
        Ok(self.credential.sign(body, self.now, &mut self.rng)?)
    }
}
