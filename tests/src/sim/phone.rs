//! Owns a phone in somebody's hand: a disk, a clock, a key, a line, and the processes of the app that run on it.

use super::clock::{WorldClock, WrongClock};
use super::dice::Dice;
use super::disk::{Disk, Life, Mounted};
use super::effort::Effort;
use super::network::Line;
use super::trace::Trace;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use sync_core::credential::{DeviceKey, KeyError, PublicKey, SoftwareKey};
use sync_core::ids::{DeviceId, PersonId};
use sync_core::replica::{Parts, Replica, ReplicaError};
use sync_core::store::{MemoryStore, Store};
use sync_core::sync::live::LivePolicy;
use tokio::task::JoinSet;

/// A phone.
pub struct Phone {
    /// To print.
    pub name: String,
    /// Whose it is: the place in the list of people.
    pub owner: usize,
    /// Who that is.
    pub person: PersonId,
    /// As what the server knows it. Copies of a phone are the same device.
    pub device: DeviceId,
    /// Its disk.
    pub disk: Disk,
    /// Its way to the server.
    pub line: Arc<Line>,
    /// Its clock.
    pub clock: WrongClock,
    /// Its key.
    pub key: Arc<Key>,
    /// The processes of the app; none while it is closed.
    pub processes: Vec<Process>,
    /// A copy that somebody kept.
    pub copy: Option<MemoryStore>,
    /// Whether the app sleeps.
    pub is_suspended: bool,
    /// Who watches that nothing runs in circles.
    pub effort: Effort,
    number: usize,
    seed: u64,
    starts: u64,
    trace: Trace,
}

/// What a phone is made of.
pub struct NewPhone {
    /// Its number.
    pub number: usize,
    /// To print.
    pub name: String,
    /// Whose it is.
    pub owner: usize,
    /// Who that is.
    pub person: PersonId,
    /// As what the server knows it.
    pub device: DeviceId,
    /// What is on its disk.
    pub image: MemoryStore,
    /// Its key.
    pub key: Arc<Key>,
    /// Its way to the server.
    pub line: Arc<Line>,
    /// Its clock.
    pub clock: WrongClock,
}

/// A process of the app.
pub struct Process {
    /// The replica that it has open.
    pub replica: Replica,
    /// Whether it lives, and how long.
    pub life: Arc<Life>,
    tasks: JoinSet<()>,
    asks: Arc<AtomicU32>,
}

impl Phone {
    /// A phone whose app is closed.
    pub fn new(new: NewPhone, (seed, trace, effort): (u64, Trace, Effort)) -> Self {
        let NewPhone { number, name, owner, person, device, image, key, line, clock } = new;
        Self {
            name,
            owner,
            person,
            device,
            disk: Disk::holding(image),
            line,
            clock,
            key,
            processes: Vec::new(),
            copy: None,
            is_suspended: false,
            effort,
            number,
            seed,
            starts: 0,
            trace,
        }
    }

    /// Whether nothing of its owner is left on it.
    pub fn is_wiped(&self) -> bool {
        self.disk.look(|image| image.identity().is_ok_and(|identity| identity.is_none()))
    }

    /// The process that its owner sees.
    pub fn process(&self) -> Option<&Process> {
        self.processes.first()
    }

    /// The replica that its owner sees.
    pub fn replica(&self) -> Option<&Replica> {
        self.process().map(|process| &process.replica)
    }

    /// Opens the app, or a second process of it. Every start has randomness of its own.
    pub fn open(&mut self) -> Result<(), ReplicaError> {
        self.starts += 1;
        let name = format!("{}.{}", self.name, self.starts);
        self.trace.say(format_args!("{name} opens"));
        let life = Life::begin();
        let parts = Parts {
            store: Box::new(Mounted::new(
                self.disk.clone(),
                life.clone(),
                (self.trace.clone(), self.effort.watch()),
                name,
            )),
            transport: self.line.wire(life.clone()),
            key: self.key.clone() as Arc<dyn DeviceKey>,
            clock: self.clock.as_phone_clock(),
            seed: Dice::of(self.seed, &[7, self.number as u64, self.starts]).bytes(),
            live: LivePolicy::Ignore,
        };
        let (replica, driver) = Replica::open(parts)?;
        let mut tasks = JoinSet::new();
        tasks.spawn(self.effort.bound(self.name.clone(), driver.run(pending())));
        self.processes.push(Process { replica, life, tasks, asks: Arc::default() });
        Ok(())
    }

    /// The system ends every process of the app.
    pub fn close(&mut self) {
        for process in self.processes.drain(..) {
            process.life.end();
        }
        self.is_suspended = false;
    }

    /// Takes away what has died. Says whether anything had.
    pub fn bury(&mut self) -> bool {
        let before = self.processes.len();
        self.processes.retain(|process| process.life.is_alive());
        if self.processes.is_empty() {
            self.is_suspended = false;
        }
        self.processes.len() < before
    }
}

impl Process {
    /// Asks for a sync, and waits for the answer aside.
    pub fn ask(&mut self, name: String, budget_ms: u64, trace: Trace) {
        let (replica, asks) = (self.replica.clone(), self.asks.clone());
        asks.fetch_add(1, Ordering::SeqCst);
        self.tasks.spawn(async move {
            let outcome = replica.sync(budget_ms).await;
            trace.say(format_args!("{name} synced: {outcome:?}"));
            asks.fetch_sub(1, Ordering::SeqCst);
        });
    }

    /// How many asks have had no answer yet.
    pub fn open_asks(&self) -> u32 {
        self.asks.load(Ordering::SeqCst)
    }
}

/// A device's key: quick to sign with, and locked when the history says so.
pub struct Key {
    pair: EcdsaKeyPair,
    public: PublicKey,
    is_locked: AtomicBool,
}

impl Key {
    /// The key that these dice throw.
    pub fn of(dice: &mut Dice) -> anyhow::Result<Arc<Self>> {
        use rand::SeedableRng;
        let software = SoftwareKey::random(&mut rand::rngs::StdRng::from_seed(dice.bytes()));
        let public = software.public_key();
        let signing = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(signing, &software.to_bytes(), &public);
        let pair = pair.map_err(|_| anyhow::anyhow!("the key is none"))?;
        Ok(Arc::new(Self { pair, public, is_locked: AtomicBool::new(false) }))
    }

    /// From now on it signs, or does not.
    pub fn set_locked(&self, is_locked: bool) {
        self.is_locked.store(is_locked, Ordering::SeqCst);
    }
}

impl DeviceKey for Key {
    fn public_key(&self) -> PublicKey {
        self.public
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeyError> {
        if self.is_locked.load(Ordering::SeqCst) {
            return Err(KeyError::Unavailable(None));
        }
        let signature = self.pair.sign(&SystemRandom::new(), message).map_err(|_| KeyError::Malformed)?;
        signature.as_ref().try_into().map_err(|_| KeyError::Malformed)
    }
}

/// A phone's clock that is off by what these dice throw: mostly little.
pub fn clock_of(dice: &mut Dice, world: WorldClock) -> WrongClock {
    let off_by_ms = i64::try_from(dice.below(8_000)).unwrap_or(0) - 4_000;
    WrongClock::new(world, off_by_ms)
}
