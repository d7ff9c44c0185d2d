//! The thread that owns Postgres: starts it, starts it again when it dies, stops it when asked.
//!
//! It is a thread of its own because the kernel sends the death signal when the *thread* that made the child
//! ends; a worker of the runtime may end at any time, and would take the database with it.

use std::{
    fs::File,
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::sync::oneshot;

use super::{
    ClusterError, Options, account,
    binaries::{self, Binaries},
    initdb,
    launch::Launcher,
    layout::Layout,
    postmaster::{self, Postmaster},
};

/// How soon a Postgres that died is noticed.
const WATCH: Duration = Duration::from_millis(500);
const FIRST_RESTART_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_RESTART_PAUSE: Duration = Duration::from_secs(30);
/// How long a stop waits for commands that use the cluster, in pauses: an operator's command takes moments.
const GUEST_PAUSE: Duration = Duration::from_millis(20);
const GUEST_PAUSES: u32 = 250;

/// A running supervisor; dropping it stops Postgres and waits for that.
#[derive(Debug)]
pub(super) struct Supervisor {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Supervisor {
    /// Start the thread and wait until the cluster answers; comes back with its URL.
    pub(super) async fn start(options: Options) -> Result<(Self, String), ClusterError> {
        let (started, outcome) = oneshot::channel();
        let (stop, stopped) = channel();
        let thread = thread::Builder::new()
            .name("cluster".to_owned())
            .spawn(move || run(&options, started, &stopped))
            .map_err(ClusterError::Thread)?;
        // A caller that gives up here is not kept waiting: the thread sees it and closes what it opened.
        let url = outcome.await.map_err(|_| ClusterError::Supervisor)??;
        Ok((Self { stop: Some(stop), thread: Some(thread) }, url))
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("the thread that looks after Postgres panicked");
        }
    }
}

fn run(options: &Options, started: oneshot::Sender<Result<String, ClusterError>>, stop: &Receiver<()>) {
    let (cluster, postmaster) = match Owned::open(options) {
        Ok(open) => open,
        Err(error) => {
            // Nobody waits any longer: then nobody needs the answer.
            let _ = started.send(Err(error));
            return;
        }
    };
    let last = match started.send(Ok(cluster.layout.url())) {
        Ok(()) => cluster.watch(postmaster, stop),
        Err(_) => Some(postmaster),
    };
    cluster.close(last);
}

/// A cluster that this process owns, whether Postgres runs at the moment or not.
struct Owned {
    layout: Layout,
    launcher: Launcher,
    binaries: Binaries,
    _lock: File,
}

impl Owned {
    fn open(options: &Options) -> Result<(Self, Postmaster), ClusterError> {
        let layout = Layout::prepare(&options.directory)?;
        let lock = layout.lock_as_owner()?;
        let account = account::choose(&layout)?;
        account::check_passage(account.as_ref(), layout.directory())?;
        let launcher = Launcher::new(options.launcher.clone(), account);
        let binaries = binaries::find(options, &layout, &launcher)?;
        postmaster::end_orphan(&layout)?;
        initdb::make_database(&layout, &launcher, &binaries)?;
        let cluster = Self { layout, launcher, binaries, _lock: lock };
        let postmaster = cluster.start()?;
        Ok((cluster, postmaster))
    }

    fn start(&self) -> Result<Postmaster, ClusterError> {
        Postmaster::start(&self.layout, &self.launcher, &self.binaries)
    }

    /// Keep Postgres running until told to stop; comes back with the one to stop, if one runs.
    fn watch(&self, mut postmaster: Postmaster, stop: &Receiver<()>) -> Option<Postmaster> {
        loop {
            if is_told_to_stop(stop, WATCH) {
                return Some(postmaster);
            }
            if postmaster.has_ended() {
                tracing::warn!(log = %self.layout.log().display(), "Postgres ended by itself; starting it again");
                postmaster = self.start_again(stop)?;
            }
        }
    }

    /// Try until it runs: a full disk may be emptied, and the phones keep what they wrote meanwhile.
    fn start_again(&self, stop: &Receiver<()>) -> Option<Postmaster> {
        let mut pause = FIRST_RESTART_PAUSE;
        loop {
            match self.start() {
                Ok(postmaster) => return Some(postmaster),
                Err(error) => tracing::error!(%error, "cannot start Postgres again; trying later"),
            }
            if is_told_to_stop(stop, pause) {
                return None;
            }
            pause = LONGEST_RESTART_PAUSE.min(pause * 2);
        }
    }

    /// Stop Postgres, after the commands that use it right now.
    fn close(self, postmaster: Option<Postmaster>) {
        let _guests = self.shut_out_guests();
        if let Some(postmaster) = postmaster {
            postmaster.stop();
        }
        self.layout.remove_short_socket_directory();
    }

    fn shut_out_guests(&self) -> Option<File> {
        (0..GUEST_PAUSES).find_map(|_| {
            let shut = self.layout.try_lock_out_guests();
            if shut.is_none() {
                thread::sleep(GUEST_PAUSE);
            }
            shut
        })
    }
}

/// Wait for the word to stop; a caller that went away has said it too.
fn is_told_to_stop(stop: &Receiver<()>, wait: Duration) -> bool {
    !matches!(stop.recv_timeout(wait), Err(RecvTimeoutError::Timeout))
}
