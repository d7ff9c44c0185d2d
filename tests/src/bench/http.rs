//! Owns the counting of HTTP requests in the bytes that go to a server. Knows only where a request ends.

/// Counts the requests of one connection.
#[derive(Debug, Default)]
pub struct RequestCounter {
    head: Vec<u8>,
    /// Bytes of the present request's body that are still to come.
    body: usize,
}

impl RequestCounter {
    /// Takes the next bytes and tells how many requests have begun with them: heads that are complete now.
    pub fn take(&mut self, mut bytes: &[u8]) -> u64 {
        let mut begun = 0;
        while let Some((first, rest)) = bytes.split_first() {
            if self.body > 0 {
                let of_body = self.body.min(bytes.len());
                self.body -= of_body;
                bytes = &bytes[of_body..];
                continue;
            }
            self.head.push(*first);
            bytes = rest;
            if self.head.ends_with(b"\r\n\r\n") {
                let head = std::mem::take(&mut self.head);
                begun += u64::from(is_request(&head));
                self.body = content_length(&head);
            }
        }
        begun
    }
}

fn is_request(head: &[u8]) -> bool {
    head.split(|byte| *byte == b'\r').next().is_some_and(|line| line.ends_with(b"HTTP/1.1"))
}

fn content_length(head: &[u8]) -> usize {
    let text = String::from_utf8_lossy(head).to_ascii_lowercase();
    let mut lines = text.split("\r\n");
    let value = lines.find_map(|line| line.strip_prefix("content-length:"));
    value.and_then(|value| value.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_counted_however_the_bytes_are_cut() {
        let post = b"POST /v1/sync HTTP/1.1\r\nContent-Length: 20\r\n\r\nGET / HTTP/1.1\r\n\r\nxx";
        let bytes = [&post[..], b"GET /v1/live HTTP/1.1\r\nhost: a\r\n\r\n", &post[..]].concat();
        for size in [1, 2, 7, 64, bytes.len()] {
            let mut counter = RequestCounter::default();
            assert_eq!(bytes.chunks(size).map(|part| counter.take(part)).sum::<u64>(), 3, "{size}");
        }
    }
}
