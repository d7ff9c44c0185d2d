//! Owns the live stream: server-sent events that say "there is news" and nothing else.

use super::{Body, Reply, TransportError};

/// A line longer than this is no event of ours.
const MAX_LINE_BYTES: usize = 4 << 10;

/// What the live stream brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Something changed: sync.
    Poke,
    /// The stream is over; open another one.
    Over,
}

/// A live stream. Dropping it closes it.
pub struct Pokes {
    body: Box<dyn Body>,
    events: Events,
}

impl Pokes {
    pub(super) fn new(reply: Reply) -> Self {
        Self { body: reply.body, events: Events::default() }
    }

    /// Waits for news. Several events that arrive together are one.
    pub async fn next(&mut self) -> Result<News, TransportError> {
        loop {
            let Some(piece) = self.body.next().await? else { return Ok(News::Over) };
            if self.events.push(&piece)? > 0 {
                return Ok(News::Poke);
            }
        }
    }
}

/// Counts events. What they say does not matter; comments, which only keep the connection open, do not
/// count.
#[derive(Debug, Default)]
struct Events {
    line: Vec<u8>,
    has_field: bool,
}

impl Events {
    fn push(&mut self, piece: &[u8]) -> Result<usize, TransportError> {
        let mut events = 0;
        for byte in piece {
            match byte {
                b'\n' => events += usize::from(self.end_line()),
                b'\r' => {}
                _ if self.line.len() == MAX_LINE_BYTES => return Err(TransportError::Malformed(None)),
                byte => self.line.push(*byte),
            }
        }
        Ok(events)
    }

    /// Whether this line ends an event.
    fn end_line(&mut self) -> bool {
        let line = std::mem::take(&mut self.line);
        let ends = line.is_empty() && self.has_field;
        self.has_field = !line.is_empty() && (self.has_field || !line.starts_with(b":"));
        ends
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_count_and_comments_do_not() {
        for (stream, expected) in [
            ("event: news\ndata: 1\n\n", 1),
            ("data:\r\n\r\ndata:\r\n\r\n", 2),
            (": keep-alive\n\n: again\n\n", 0),
            (": hello\ndata: 1\n\n", 1),
            ("data: 1\n", 0),
            ("\n\n\n", 0),
        ] {
            for size in [1, 3, 100] {
                let mut events = Events::default();
                let count: usize =
                    stream.as_bytes().chunks(size).map(|piece| events.push(piece).unwrap()).sum();
                assert_eq!(count, expected, "{stream:?} in pieces of {size}");
            }
        }
    }

    #[test]
    fn an_endless_line_is_not_kept() {
        let mut events = Events::default();
        assert!(events.push(&[b'x'; MAX_LINE_BYTES]).is_ok());
        assert!(events.push(b"x").is_err());
    }
}
