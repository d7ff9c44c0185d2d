//! Owns what histories are made of: which steps, how often, and in which rows, so that what is interesting is frequent.

mod often;

pub use often::VERBS;

use super::dice::Dice;
use super::office::PEOPLE;
use super::op::{Fault, LastCommit, Mishap, NewKind, Office, Op, Step, Trouble, Verb, Way};
use super::verb::LONG_LINK_DIVISOR;
use often::KINDS;

/// Steps of writing in one history, at least.
const EDITS: std::ops::Range<u64> = 40..80;
/// Faults in one history, at least.
const FAULTS: usize = 60;

/// In all but one of so many histories most writing sets links as long as they may be.
const TERSE: u64 = 3;

/// The first person, a leader, has the first phone and this one: there is one for each person before it.
const SECOND_OF_LEADER: u8 = PEOPLE as u8;
/// How often a leader without a network decides to coach some together, where they could.
const TOGETHER_PER_CENT: u64 = 15;
/// How often an agent is given another leader where it could be.
const HANDING_OVER_PER_CENT: u64 = 30;
/// The seat of who led before is over by then.
const AFTER_HANDING_OVER: u8 = 31;

/// How often somebody gets another phone at the end, when there is much to get.
const JOINING: usize = 2;

/// The steps of the history of this seed.
pub fn steps(seed: u64) -> Vec<Step> {
    let is_wordy = !seed.is_multiple_of(TERSE);
    let mut mix = Mix { dice: Dice::of(seed, &[0]), is_wordy, steps: Vec::new(), sequels: Vec::new() };
    mix.opening();
    let edits = mix.dice.between(EDITS.start, EDITS.end);
    let mut written = 0;
    while written < edits || mix.faults() < FAULTS {
        mix.sequel();
        match mix.dice.below(100) {
            0..36 => {
                mix.writing();
                written += 1;
            }
            36..56 => mix.using(),
            56..61 => mix.managing(),
            61 => mix.losing_a_push(),
            62 => mix.losing_its_place(),
            63 => mix.writing_on_what_is_refused(),
            64 => mix.pushing_at_once(),
            65 => mix.poisoning(),
            66 if mix.dice.happens(TOGETHER_PER_CENT) => mix.coaching_together(),
            66 if mix.dice.happens(HANDING_OVER_PER_CENT) => mix.handing_over(),
            _ => mix.suffering(),
        }
    }
    for _ in 0..JOINING {
        mix.joining();
    }
    mix.steps
}

struct Mix {
    dice: Dice,
    /// Whether so much is written that it does not fit into one group of an answer.
    is_wordy: bool,
    steps: Vec<Step>,
    /// What follows from a step, and before which later step.
    sequels: Vec<(usize, Op)>,
}

/// What goes wrong for a while is mended after so many steps at most.
const LONGEST_WHILE: u64 = 30;

impl Mix {
    fn faults(&self) -> usize {
        self.steps.iter().filter(|step| step.op.is_fault()).count()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.dice.below(256)).unwrap_or(0)
    }

    fn pick(&mut self) -> u16 {
        u16::try_from(self.dice.below(10_000)).unwrap_or(0)
    }

    fn add(&mut self, op: Op) {
        let after_ms = match self.dice.below(100) {
            0..45 => self.dice.below(300),
            45..75 => self.dice.between(300, 4_000),
            75..97 => self.dice.between(4_000, 60_000),
            _ => self.dice.between(60_000, 2 * 3_600_000),
        };
        self.steps.push(Step { after_ms, op });
    }

    /// Mends what has been wrong for long enough.
    fn sequel(&mut self) {
        let now = self.steps.len();
        let Some(due) = self.sequels.iter().position(|(at, _)| *at <= now) else { return };
        let (_, op) = self.sequels.remove(due);
        self.add(op);
    }

    /// Adds something that is mended some time later; sometimes it is not.
    fn add_for_a_while(&mut self, op: Op, mended: Op) {
        self.add(op);
        if self.dice.happens(80) {
            let after = usize::try_from(self.dice.below(LONGEST_WHILE)).unwrap_or(0);
            self.sequels.push((self.steps.len() + after, mended));
        }
    }

    /// Everybody hears of their tenures, and some documents are begun.
    fn opening(&mut self) {
        self.steps.push(Step { after_ms: 5_000, op: Op::Look { phone: 0 } });
        for kind in [NewKind::Meeting, NewKind::Walk, NewKind::Plan, NewKind::Meeting] {
            let (phone, pick) = (self.byte(), self.pick());
            self.add(Op::Create { phone, kind, pick });
        }
    }

    fn writing(&mut self) {
        let (phone, doc, pick) = (self.byte(), self.byte(), self.pick());
        let op = match self.dice.below(100) {
            0..6 => Op::TakeBack { phone, doc, pick },
            6..16 => Op::Create { phone, kind: *self.of(KINDS), pick },
            _ if self.is_wordy && self.dice.happens(60) => {
                let pick = LONG_LINK_DIVISOR * u16::try_from(self.dice.between(1, 97)).unwrap_or(1);
                Op::Edit { phone, doc, verb: Verb::MarkNotes, pick }
            }
            _ => Op::Edit { phone, doc, verb: *self.of(VERBS), pick },
        };
        self.add(op);
    }

    fn using(&mut self) {
        let phone = self.byte();
        let op = match self.dice.below(100) {
            0..60 => {
                Op::Sync { phone, budget_ms: u32::try_from(self.dice.between(200, 30_000)).unwrap_or(0) }
            }
            60..70 => Op::Look { phone },
            70..82 => return self.add_for_a_while(Op::Suspend { phone }, Op::Resume { phone }),
            82..90 => Op::FindNetwork { phone },
            90..98 => Op::Open { phone },
            _ => Op::Days { count: *self.of(&[(1, 2), (8, 2), (90, 1)]) },
        };
        self.add(op);
    }

    fn managing(&mut self) {
        let server = self.byte();
        let office = match self.dice.below(100) {
            0..10 => Office::Announce { server },
            10..42 => Office::Compact { server },
            42..48 => Office::Delegate {
                leader: *self.of(&[(0, 2), (1, 1)]),
                acting: self.byte(),
                days: *self.of(&[(1, 2), (7, 2), (20, 1)]),
            },
            48..50 => Office::EndDelegation { delegation: self.byte() },
            50..68 => Office::BackUp,
            68..82 => Office::Restore,
            82..86 => Office::EndTenure { pair: self.byte() },
            86..89 => Office::ChangeLeader { pair: self.byte(), leader: self.byte() },
            89..92 => Office::PassOn { pair: self.byte(), leader: self.byte() },
            92..95 => Office::Revoke { phone: self.byte() },
            _ => Office::Enrol { person: self.byte() },
        };
        self.add(Op::Office(office));
    }

    /// An edit reaches the server, which loses it before its phone has written down what became of it.
    fn losing_a_push(&mut self) {
        let (phone, doc, pick) = (self.byte(), self.byte(), self.pick());
        let after = u8::try_from(self.dice.below(5)).unwrap_or(0);
        let last = *self.of(&[(LastCommit::Lost, 1), (LastCommit::Written, 1)]);
        let verb = *self.of(VERBS);
        let steps = [
            (0, Op::Office(Office::BackUp)),
            (100, Op::Edit { phone, doc, verb, pick }),
            (0, Op::Fault(Fault::DieInCommit { phone, after, last })),
            (0, Op::Sync { phone, budget_ms: 20_000 }),
            (2_000, Op::Office(Office::Restore)),
        ];
        self.steps.extend(steps.map(|(after_ms, op)| Step { after_ms, op }));
    }

    /// A phone that must begin anew dies on the way.
    fn losing_its_place(&mut self) {
        let (phone, doc, pick) = (self.byte(), self.byte(), self.pick());
        let after = u8::try_from(self.dice.between(1, 4)).unwrap_or(1);
        let last = *self.of(&[(LastCommit::Lost, 1), (LastCommit::Written, 1)]);
        let verb = *self.of(VERBS);
        let steps = [
            (0, Op::Office(Office::BackUp)),
            (100, Op::Edit { phone, doc, verb, pick }),
            (0, Op::Sync { phone, budget_ms: 20_000 }),
            (2_000, Op::Office(Office::Restore)),
            (0, Op::Fault(Fault::DieInCommit { phone, after, last })),
            (0, Op::Sync { phone, budget_ms: 20_000 }),
        ];
        self.steps.extend(steps.map(|(after_ms, op)| Step { after_ms, op }));
    }

    /// Two phones of one person push into one document at the same moment, and the database takes its time.
    fn pushing_at_once(&mut self) {
        let (first, second) = (0, SECOND_OF_LEADER);
        let (doc, pick, server) = (self.byte(), self.pick(), self.byte());
        let after = u8::try_from(self.dice.below(40)).unwrap_or(0);
        let ms = u16::try_from(self.dice.between(50, 800)).unwrap_or(50);
        let slow = Fault::Database { server, after, mishap: Mishap::SlowStatement { ms } };
        let sync = |phone| Op::Sync { phone, budget_ms: 20_000 };
        let write = |phone| Op::Edit { phone, doc, verb: Verb::WriteNotes, pick };
        let steps = [
            (100, sync(first)),
            (2_000, sync(second)),
            (3_000, write(first)),
            (0, write(second)),
            (0, Op::Fault(slow)),
            (0, sync(first)),
            (self.dice.below(60), sync(second)),
        ];
        self.steps.extend(steps.map(|(after_ms, op)| Step { after_ms, op }));
    }

    /// Somebody writes on behind a change that the server refuses, before and after it hears so.
    fn writing_on_what_is_refused(&mut self) {
        let (phone, doc, pick) = (self.byte(), self.byte(), self.pick());
        let sync = Op::Sync { phone, budget_ms: 20_000 };
        let write = Op::Edit { phone, doc, verb: Verb::WriteNotes, pick };
        let steps = [
            (100, sync),
            (100, Op::Fault(Fault::Forge { phone, doc, pick })),
            (0, write),
            (300, write),
            (0, sync),
        ];
        self.steps.extend(steps.map(|(after_ms, op)| Step { after_ms, op }));
    }

    /// Somebody pushes poison to a document that its phone has just synced, so that the server knows what it builds on.
    fn poisoning(&mut self) {
        let (phone, doc, pick) = (self.byte(), self.byte(), self.pick());
        let steps = [
            (100, Op::Sync { phone, budget_ms: 20_000 }),
            (3_000, Op::Fault(Fault::Poison { phone, doc, pick })),
            (500, Op::Edit { phone, doc, verb: Verb::WriteNotes, pick }),
            (0, Op::Sync { phone, budget_ms: 20_000 }),
        ];
        self.steps.extend(steps.map(|(after_ms, op)| Step { after_ms, op }));
    }

    /// A leader without a network forms a group and writes in it; perhaps one of those is not theirs any more when it comes to the server.
    fn coaching_together(&mut self) {
        let (phone, doc, pick, pair) = (*self.of(&[(0, 2), (3, 1)]), self.byte(), self.pick(), self.byte());
        let office = match self.dice.below(4) {
            0 => Some(Office::EndTenure { pair }),
            1 => Some(Office::PassOn { pair, leader: self.byte() }),
            _ => None,
        };
        self.steps.push(Step { after_ms: 0, op: Op::LoseNetwork { phone } });
        self.steps.push(Step { after_ms: 50, op: Op::Create { phone, kind: NewKind::Together, pick } });
        for verb in [Verb::WriteTogether, Verb::AgreeTogether] {
            self.steps.push(Step { after_ms: 100, op: Op::Edit { phone, doc, verb, pick } });
        }
        let office = office.map(|office| Step { after_ms: 0, op: Op::Office(office) });
        self.steps.extend(office);
        let after = usize::try_from(self.dice.below(LONGEST_WHILE)).unwrap_or(0);
        self.sequels.push((self.steps.len() + after, Op::FindNetwork { phone }));
    }

    /// An agent is given another leader; each side does its part of the hand-over, some of them without a network, and perhaps for so
    /// long that the seat of who led before is over.
    fn handing_over(&mut self) {
        let (pair, leader, is_late) = (self.byte(), self.byte(), self.dice.happens(40));
        self.steps.push(Step { after_ms: 0, op: Op::Office(Office::PassOn { pair, leader }) });
        for phone in 0..=SECOND_OF_LEADER {
            self.steps.push(Step { after_ms: 500, op: Op::Sync { phone, budget_ms: 20_000 } });
        }
        let verbs = [(Verb::WriteHandOver, 2), (Verb::BringAlong, 3), (Verb::ReadHandOver, 1)];
        for phone in 0..=SECOND_OF_LEADER {
            let is_offline = self.dice.happens(50);
            let (verb, doc, pick) = (*self.of(&verbs), self.byte(), self.pick());
            let after_ms = if phone == 0 { 20_000 } else { self.dice.below(2_000) };
            if is_offline {
                self.steps.push(Step { after_ms: 0, op: Op::LoseNetwork { phone } });
                let after = usize::try_from(self.dice.below(LONGEST_WHILE)).unwrap_or(0);
                self.sequels.push((self.steps.len() + after, Op::FindNetwork { phone }));
            }
            self.steps.push(Step { after_ms, op: Op::Edit { phone, doc, verb, pick } });
        }
        if is_late {
            self.steps.push(Step { after_ms: 0, op: Op::Days { count: AFTER_HANDING_OVER } });
        }
    }

    /// A leader gets another phone when there is much to get.
    fn joining(&mut self) {
        let (after, last) = *self.of(&[
            ((0, LastCommit::Written), 3),
            ((1, LastCommit::Lost), 3),
            ((1, LastCommit::Written), 1),
            ((2, LastCommit::Lost), 1),
        ]);
        self.add(Op::Fault(Fault::DieJoining { person: 0, after, last }));
        self.steps.push(Step { after_ms: 5_000, op: Op::Look { phone: 0 } });
    }

    fn suffering(&mut self) {
        let phone = self.byte();
        let (op, mended) = match self.dice.below(100) {
            0..42 => (Op::Fault(Fault::Call { phone, trouble: self.trouble() }), None),
            42..50 => {
                let way = *self.of(&[(Way::Both, 2), (Way::Up, 1), (Way::Down, 2)]);
                (Op::Fault(Fault::Cut { phone, way }), Some(Op::Fault(Fault::Reconnect { phone })))
            }
            50..54 => (Op::LoseNetwork { phone }, Some(Op::FindNetwork { phone })),
            54..57 => (Op::Close { phone }, Some(Op::Open { phone })),
            57..61 => (Op::SecondProcess { phone }, None),
            61..65 => (Op::Fault(Fault::FillDisk { phone }), Some(Op::Fault(Fault::FreeDisk { phone }))),
            65..68 => {
                let lock = |is_locked| Op::Fault(Fault::LockKey { phone, is_locked });
                (lock(true), Some(lock(false)))
            }
            68..86 => (Op::Fault(self.phone_fault(phone)), None),
            _ => (Op::Fault(self.server_fault()), None),
        };
        match mended {
            Some(mended) => self.add_for_a_while(op, mended),
            None => self.add(op),
        }
    }

    fn trouble(&mut self) -> Trouble {
        let ms = |dice: &mut Dice, end| u32::try_from(dice.below(end)).unwrap_or(0);
        match self.dice.below(100) {
            0..18 => Trouble::LoseRequest,
            18..42 => Trouble::LoseAnswer,
            42..58 => Trouble::Duplicate { after_ms: ms(&mut self.dice, 30_000) },
            58..76 => {
                let most = *self.of(&[(400, 3), (4_000, 3), (60_000, 1)]);
                Trouble::CutAnswer { after_bytes: ms(&mut self.dice, most) }
            }
            76..83 => Trouble::SlowRequest { ms: ms(&mut self.dice, 40_000) },
            83..90 => Trouble::SlowAnswer { ms: ms(&mut self.dice, 5_000) },
            90..95 => Trouble::Portal,
            _ => Trouble::NoServer,
        }
    }

    fn phone_fault(&mut self, phone: u8) -> Fault {
        let after = u8::try_from(self.dice.below(5)).unwrap_or(0);
        let last = *self.of(&[(LastCommit::Lost, 1), (LastCommit::Written, 1)]);
        match self.dice.below(100) {
            0..34 => Fault::DieInCommit { phone, after, last },
            34..48 => Fault::DieInCall { phone, after: after % 3 },
            48..56 => Fault::Damage { phone, doc: self.byte() },
            56..68 => Fault::JumpClock { phone, by_minutes: self.jump() },
            68..78 => Fault::KeepCopy { phone },
            78..88 => Fault::RestoreCopy { phone },
            88..93 => Fault::Clone { phone },
            93..96 => Fault::Poison { phone, doc: self.byte(), pick: self.pick() },
            _ => Fault::Forge { phone, doc: self.byte(), pick: self.pick() },
        }
    }

    fn jump(&mut self) -> i32 {
        let minutes = i32::try_from(self.dice.below(3 * 24 * 60)).unwrap_or(0);
        if self.dice.happens(50) { minutes } else { -minutes }
    }

    fn server_fault(&mut self) -> Fault {
        let (server, after) = (self.byte(), u8::try_from(self.dice.below(40)).unwrap_or(0));
        if self.dice.happens(35) {
            return Fault::KillServer { server, after };
        }
        let ms = u16::try_from(self.dice.between(10, 12_000)).unwrap_or(0);
        let mishap = *self.of(&[
            (Mishap::FailStatement, 3),
            (Mishap::SlowStatement { ms }, 2),
            (Mishap::LateCommit { ms }, 3),
            (Mishap::RefuseCommit, 2),
            (Mishap::LoseDoneCommit, 3),
            (Mishap::LoseUndoneCommit, 2),
            (Mishap::LoseLateCommit { ms }, 2),
            (Mishap::DieInDoneCommit, 2),
            (Mishap::DieInUndoneCommit, 2),
        ]);
        let is_of_commits = !matches!(mishap, Mishap::FailStatement | Mishap::SlowStatement { .. });
        Fault::Database { server, after: if is_of_commits { after % 4 } else { after }, mishap }
    }

    /// One of these, by their weights.
    fn of<'c, T>(&mut self, choices: &'c [(T, u64)]) -> &'c T {
        let mut left = self.dice.below(choices.iter().map(|(_, weight)| weight).sum());
        for (choice, weight) in choices {
            if left < *weight {
                return choice;
            }
            left -= weight;
        }
        &choices[0].0
    }
}
