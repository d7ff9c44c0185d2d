//! Owns the instances of the server: the production services on one database, admission by the production rules,
//! and their dying in the middle of anything.

use super::clock::WorldClock;
use super::dice::Dice;
use super::trace::{Fnv, Trace};
use super::watch::Watch;
use super::weather::Weather;
use crate::model::{ModelDatabase, ModelStore};
use bytes::Bytes;
use rand::SeedableRng;
use rand::rngs::StdRng;
use server::auth::admission::{Admitted, Credential};
use server::auth::{AuthError, EnrolledDevice, Token};
use server::caller::Caller;
use server::error::ApiError;
use server::random::Randomness;
use server::services::compaction::{Compactor, Workplace};
use server::services::membership::announce_due;
use server::services::sync::{Answer, Counter, is_within_limits};
use server::trial::{Place, Trials};
use server::vault::Keys;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use sync_core::ids::{DeviceId, OrgId};
use sync_core::transport::EncodedRequest;
use sync_core::transport::inflate::Inflater;
use sync_core::wire::{ErrorBody, ErrorCode, MAX_REQUEST_BYTES, PROTOCOL_VERSION, SyncRequest};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Groups that wait for a slow phone.
const WAITING_PIECES: usize = 4;

/// A piece of an answer, as it leaves an instance.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Its head.
    Head(Head),
    /// Some of its body.
    Bytes(Bytes),
    /// Its end, as it should be.
    End,
}

/// The head of an answer.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    /// The status.
    pub status: u16,
    /// How many seconds to stay away, if the server says so.
    pub retry_after: Option<u32>,
}

/// A request as it arrives.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// The bearer token.
    pub token: String,
    /// The body.
    pub body: EncodedRequest,
}

/// All instances of the server.
pub struct Backend {
    /// What they share besides the database.
    pub keys: Keys,
    /// Their database.
    pub database: ModelDatabase,
    /// What is in store for them.
    pub weather: Weather,
    /// Who looks at what they send.
    pub watch: Watch,
    devices: Mutex<BTreeMap<DeviceId, EnrolledDevice>>,
    instances: Mutex<Vec<Instance>>,
    stragglers: Mutex<JoinSet<()>>,
    clock: WorldClock,
    trace: Trace,
    seed: u64,
}

#[derive(Default)]
struct Instance {
    /// None while it is down.
    counter: Option<Counter<ModelStore>>,
    tasks: JoinSet<()>,
    starts: u64,
}

/// What instances are made of.
pub struct Parts {
    /// The seed of the history.
    pub seed: u64,
    /// The right time.
    pub clock: WorldClock,
    /// Where it is written down what happens.
    pub trace: Trace,
    /// Their database.
    pub database: ModelDatabase,
    /// What is in store for them.
    pub weather: Weather,
    /// Who looks at what they send.
    pub watch: Watch,
}

/// The name of an instance, as the database knows it.
pub fn name(number: usize) -> String {
    format!("server-{number}")
}

impl Backend {
    /// So many instances, all up.
    pub fn start(parts: Parts, count: usize) -> Arc<Self> {
        let Parts { seed, clock, trace, database, weather, watch } = parts;
        let random = Randomness::from_rng(StdRng::from_seed(Dice::of(seed, &[3]).bytes()));
        let backend = Arc::new(Self {
            keys: Keys::generate(&random),
            database,
            weather,
            watch,
            devices: Mutex::default(),
            instances: Mutex::new((0..count).map(|_| Instance::default()).collect()),
            stragglers: Mutex::default(),
            clock,
            trace,
            seed,
        });
        (0..count).for_each(|number| backend.bring_up(number));
        backend
    }

    /// Enrols a device, or says that it was revoked.
    pub fn enrol(&self, device: EnrolledDevice) {
        lock(&self.devices).insert(device.kid.device, device);
    }

    /// Takes a device's access away.
    pub fn revoke(&self, device: DeviceId) {
        lock(&self.devices).entry(device).and_modify(|row| row.is_revoked = true);
    }

    /// Whether a device has lost its access.
    pub fn is_revoked(&self, device: DeviceId) -> bool {
        lock(&self.devices).get(&device).is_none_or(|row| row.is_revoked)
    }

    /// How many instances there are, up or down.
    pub fn count(&self) -> usize {
        lock(&self.instances).len()
    }

    /// The instances that are up.
    pub fn up(&self) -> Vec<usize> {
        let instances = lock(&self.instances);
        (0..instances.len()).filter(|number| instances[*number].counter.is_some()).collect()
    }

    /// Starts an instance, unless it is up.
    pub fn bring_up(&self, number: usize) {
        let mut instances = lock(&self.instances);
        let instance = &mut instances[number];
        if instance.counter.is_some() {
            return;
        }
        instance.starts += 1;
        self.weather.clear(&name(number));
        let seed = Dice::of(self.seed, &[4, number as u64, instance.starts]).bytes();
        let random = Randomness::from_rng(StdRng::from_seed(seed));
        let store = self.database.instance(&name(number));
        instance.counter = Some(Counter::new(store, Trials::at(Place::Here), &self.keys, random));
        self.trace.say(format_args!("server-{number} starts"));
    }

    /// Starts an instance some time from now, unless it is up then.
    pub fn bring_up_later(self: &Arc<Self>, after: Duration, number: usize) {
        let backend = self.clone();
        lock(&self.stragglers).spawn(async move {
            sleep(after).await;
            backend.bring_up(number);
        });
    }

    /// An instance dies: whatever it was doing is not done any further.
    pub fn bring_down(&self, number: usize) {
        let tasks = {
            let mut instances = lock(&self.instances);
            let instance = &mut instances[number];
            instance.counter = None;
            std::mem::take(&mut instance.tasks)
        };
        self.weather.clear(&name(number));
        self.trace.say(format_args!("server-{number} dies with {} tasks", tasks.len()));
    }

    /// Gives a request to an instance; none when that is down. The pieces end without `End` when it dies.
    pub fn serve(self: &Arc<Self>, number: usize, arrival: Arrival) -> Option<mpsc::Receiver<Piece>> {
        let mut instances = lock(&self.instances);
        let instance = instances.get_mut(number)?;
        let counter = instance.counter.clone()?;
        while instance.tasks.try_join_next().is_some() {}
        let (pieces, answer) = mpsc::channel(WAITING_PIECES);
        let serving = Serving { backend: self.clone(), number, pieces };
        instance.tasks.spawn(serving.serve(counter, arrival));
        Some(answer)
    }

    /// Gives a request to some instance later, for nobody to hear.
    pub fn serve_later(self: &Arc<Self>, after: Duration, choice: u64, arrival: Arrival) {
        let backend = self.clone();
        lock(&self.stragglers).spawn(async move {
            sleep(after).await;
            let up = backend.up();
            let Some(number) = up.get((choice % up.len().max(1) as u64) as usize) else { return };
            let Some(mut pieces) = backend.serve(*number, arrival) else { return };
            while pieces.recv().await.is_some() {}
        });
    }

    /// Lets an instance announce seats that begin or end.
    pub fn announce(self: &Arc<Self>, number: usize, org: OrgId) {
        let (backend, store) = (self.clone(), self.database.instance(&name(number)));
        let seed = Dice::of(self.seed, &[5, self.clock.elapsed_ms().unsigned_abs()]).bytes();
        let random = Randomness::from_rng(StdRng::from_seed(seed));
        self.work(number, async move {
            let announced = announce_due(&store, org, backend.clock.now(), &random).await;
            backend.trace.say(format_args!("server-{number} announced {:?}", announced.is_ok()));
        });
    }

    /// Lets an instance save documents.
    pub fn compact(self: &Arc<Self>, number: usize, org: OrgId) {
        let (backend, store) = (self.clone(), self.database.instance(&name(number)));
        self.work(number, async move {
            let mut compactor = Compactor::working(Workplace::Here);
            let saved = compactor.run(&store, org, backend.clock.now()).await;
            backend.trace.say(format_args!("server-{number} saved {:?}", saved.ok()));
        });
    }

    fn work(&self, number: usize, work: impl Future<Output = ()> + Send + 'static) {
        let mut instances = lock(&self.instances);
        if instances[number].counter.is_some() {
            instances[number].tasks.spawn(work);
        }
    }

    fn admit(&self, arrival: &Arrival) -> Result<Admitted, AuthError> {
        let token = Token::parse(&arrival.token)?;
        let now = self.clock.now();
        let credential = Credential::of(&token, &self.keys, now)?;
        let devices = lock(&self.devices);
        credential.admit(devices.get(&credential.kid().device), &self.keys, now)
    }
}

/// One request at one instance.
struct Serving {
    backend: Arc<Backend>,
    number: usize,
    pieces: mpsc::Sender<Piece>,
}

/// What became of a request that was served.
struct Answered {
    caller: Caller,
    /// The cursor that the answer goes on from.
    from: Option<Vec<u8>>,
    first: Vec<u8>,
    rest: Option<Answer<ModelStore>>,
}

impl Serving {
    async fn serve(self, counter: Counter<ModelStore>, arrival: Arrival) {
        let began = self.backend.clock.now();
        match self.answer(counter, &arrival).await {
            Ok(Answered { caller, mut from, first, rest }) => {
                self.backend.watch.learn(&self.backend.database.committed(caller.org));
                self.backend.watch.group_leaves(caller, &first, (began, &mut from));
                self.send(Piece::Head(Head { status: 200, retry_after: None })).await;
                self.send(Piece::Bytes(first.into())).await;
                self.go_on((caller, from), rest).await;
            }
            Err(error) => self.refuse(&error).await,
        }
    }

    async fn answer(&self, counter: Counter<ModelStore>, arrival: &Arrival) -> Result<Answered, ApiError> {
        let admitted = self.backend.admit(arrival)?;
        if let Some(assertion) = &admitted.assertion {
            assertion.check_body(&arrival.body.bytes)?;
        }
        let (caller, request) = (admitted.caller, Arc::new(decode(&arrival.body)?));
        let applied = counter.apply(caller, &request, self.backend.clock.now()).await?;
        let (first, rest) = applied.first_group().await?;
        let tables = self.backend.database.committed(caller.org);
        self.backend.watch.was_served(caller, &request, (&first, &tables));
        let from = request.cursor.as_ref().map(|cursor| cursor.to_vec());
        Ok(Answered { caller, from, first, rest })
    }

    /// Sends the further groups as the phone takes them. A failure cuts the answer.
    async fn go_on(
        self,
        (caller, mut from): (Caller, Option<Vec<u8>>),
        mut rest: Option<Answer<ModelStore>>,
    ) {
        while let Some(answer) = &mut rest {
            let began = self.backend.clock.now();
            let Ok(group) = answer.next_group().await else { return };
            self.backend.watch.learn(&self.backend.database.committed(caller.org));
            self.backend.watch.group_leaves(caller, &group.bytes, (began, &mut from));
            let is_taken = self.send(Piece::Bytes(group.bytes.into())).await;
            if group.is_last {
                rest = None;
            } else if !is_taken {
                return;
            }
        }
        self.send(Piece::End).await;
    }

    async fn refuse(&self, error: &ApiError) {
        let wipe = match error {
            ApiError::Auth(AuthError::Revoked(order)) => Some(order.clone()),
            _ => None,
        };
        let server_time = self.backend.clock.now();
        let body = ErrorBody { code: error.code(), detail: String::new(), server_time, wipe };
        self.backend.trace.say(format_args!("server-{} refuses: {}", self.number, error.code()));
        self.send(Piece::Head(head_of(error))).await;
        let bytes = serde_json::to_vec(&body).unwrap_or_default();
        self.send(Piece::Bytes(bytes.into())).await;
        self.send(Piece::End).await;
    }

    /// Sends a piece; false when the phone is gone.
    async fn send(&self, piece: Piece) -> bool {
        if let Piece::Bytes(bytes) = &piece
            && !bytes.starts_with(b"{")
        {
            let (number, hash) = (self.number, Fnv::of(bytes));
            self.backend.trace.say(format_args!("server-{number} sends {} bytes {hash:016x}", bytes.len()));
        }
        self.pieces.send(piece).await.is_ok()
    }
}

fn head_of(error: &ApiError) -> Head {
    let (status, retry_after) = match error.code() {
        ErrorCode::Unavailable => (503, Some(1)),
        ErrorCode::Internal => (500, None),
        ErrorCode::Malformed => (400, None),
        ErrorCode::TooLarge => (413, None),
        ErrorCode::UpgradeRequired => (426, None),
        _ => (401, None),
    };
    Head { status, retry_after }
}

/// The request in a body.
pub fn decode(body: &EncodedRequest) -> Result<SyncRequest, ApiError> {
    let mut plain = Vec::new();
    let mut inflater = match body.is_compressed {
        true => Inflater::zstd(MAX_REQUEST_BYTES).map_err(|_| ApiError::Malformed)?,
        false => Inflater::identity(MAX_REQUEST_BYTES),
    };
    inflater.push(&body.bytes, |bytes| plain.extend_from_slice(bytes)).map_err(|_| ApiError::Malformed)?;
    let request: SyncRequest = minicbor::decode(&plain).map_err(|_| ApiError::Malformed)?;
    if request.protocol != PROTOCOL_VERSION {
        return Err(ApiError::UpgradeRequired);
    }
    if is_within_limits(&request) { Ok(request) } else { Err(ApiError::TooLarge) }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
