//! A phone's first fetch over a slow link that is cut all the time: each stretch keeps what it brought.

use anyhow::ensure;
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use sync_core::ids::ActorId;
use tests::phone::*;
use tests::server::TestServer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// What two seconds at 400 kbit/s carry.
const STRETCH_BYTES: usize = 400_000 / 8 * 2;

/// A link to a server that lets so much through and then cuts the connection, again and again.
struct SlowLink {
    url: String,
    /// What was on the phone at the beginning of each stretch.
    stored: Arc<Mutex<Vec<i64>>>,
    _running: JoinSet<()>,
}

impl SlowLink {
    async fn to(server_url: &str, store: PathBuf) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let server = server_url.trim_start_matches("http://").to_owned();
        let stored: Arc<Mutex<Vec<i64>>> = Arc::default();
        let mut running = JoinSet::new();
        let noted = stored.clone();
        running.spawn(async move {
            let mut last = End::Cut;
            // One connection at a time is all that a phone uses.
            while let Ok((phone, _)) = listener.accept().await {
                if last == End::Cut {
                    // Before the phone is enrolled it has no file.
                    noted
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(body_bytes(&store).unwrap_or(0));
                }
                last = carry(phone, &server).await.unwrap_or(End::Closed);
            }
        });
        Ok(Self { url, stored, _running: running })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Cut,
    Closed,
}

async fn carry(mut phone: TcpStream, server: &str) -> anyhow::Result<End> {
    let mut server = TcpStream::connect(server).await?;
    let (mut from_phone, mut to_phone) = phone.split();
    let (mut from_server, mut to_server) = server.split();
    let down = async {
        let mut left = STRETCH_BYTES;
        let mut piece = [0; 1400];
        while left > 0 {
            let room = left.min(piece.len());
            let length = from_server.read(&mut piece[..room]).await?;
            if length == 0 {
                return Ok(End::Closed);
            }
            to_phone.write_all(&piece[..length]).await?;
            left -= length;
        }
        Ok(End::Cut)
    };
    let up = async {
        tokio::io::copy(&mut from_phone, &mut to_server).await?;
        Ok(End::Closed)
    };
    tokio::select! {
        end = down => end,
        end = up => end,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_fetch_that_is_cut_every_two_seconds_at_400_kbit_ends_and_never_goes_back()
-> anyhow::Result<()> {
    let mut server = TestServer::start("Maria").await?;
    let agent = server.person("Andrei").await?;
    let tenure = server.pair(server.founder, agent).await?;
    let maria = server.phone(server.founder, "maria").await?;
    let mut dice = StdRng::seed_from_u64(4);
    let mut docs = Vec::new();
    for number in 0..25 {
        let doc = plan_nth(&maria, tenure, number)?;
        let (actor, mut text) = (ActorId::random(&mut dice), String::new());
        // One of them alone is longer than a stretch.
        for _ in 0..if number == 12 { 8 } else { 1 } {
            let words = in_no_language(&mut dice, 9_000);
            maria.app()?.add_sealed(doc, &[sealed(&maria, doc, actor, &words)?])?;
            text.insert_str(0, &words);
        }
        docs.push((doc, text));
    }
    sync_in_the_end(&maria).await?;

    let file = server.stage.dir.path().join("slow.sqlite");
    let link = SlowLink::to(&server.instance()?.url, file).await?;
    server.reached_at(&link.url);
    let fresh = server.phone_with_file(agent, "andrei", "slow").await?;
    sync_in_the_end(&fresh).await?;

    let stored = link.stored.lock().unwrap_or_else(PoisonError::into_inner).clone();
    ensure!(stored.len() > 4, "the link was hardly ever cut: {stored:?}");
    ensure!(stored.windows(2).all(|two| two[0] < two[1]), "a stretch brought nothing: {stored:?}");
    for (doc, text) in docs {
        ensure!(notes(&fresh, doc)? == text);
    }
    Ok(())
}
