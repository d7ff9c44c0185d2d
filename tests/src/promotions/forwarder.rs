//! Owns the one address under which servers reach whichever Postgres is the primary.

use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Forwards connections to the primary, and breaks them when another one takes over.
pub struct Forwarder {
    /// Where it listens.
    pub port: u16,
    target: Arc<watch::Sender<u16>>,
    _running: JoinSet<()>,
}

impl Forwarder {
    /// Forwards to this port.
    pub async fn to(target: u16) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let target = Arc::new(watch::Sender::new(target));
        let mut running = JoinSet::new();
        let shared = target.clone();
        running.spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                connections.spawn(forward(client, shared.subscribe()));
            }
        });
        Ok(Self { port, target, _running: running })
    }

    /// Another one is the primary now.
    pub fn lead_to(&self, target: u16) {
        self.target.send_replace(target);
    }
}

async fn forward(mut client: TcpStream, mut target: watch::Receiver<u16>) {
    let port = *target.borrow_and_update();
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    tokio::select! {
        // Whichever side goes, the other one sees it.
        _ = copy_bidirectional(&mut client, &mut server) => {}
        _ = target.changed() => {}
    }
}
