//! An honest shell, a small server and a bad network. However it went: once the network heals, and whether or
//! not anybody says so, the engine comes to rest with everything sent and everything received, takes no more
//! steps than that needs, and is as quick as ever with the next edit.

mod world;

use proptest::prelude::*;
use world::{Op, World};

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => Just(Op::Edit),
        3 => (0u64..40_000).prop_map(Op::Ask),
        2 => Just(Op::NetworkLost),
        2 => Just(Op::NetworkReturned),
        3 => (1u64..40).prop_map(Op::News),
        1 => Just(Op::Suspend),
        2 => Just(Op::Resume),
        1 => (-100_000_000i64..100_000_000).prop_map(Op::SetClock),
        1 => Just(Op::RestoreServer),
        1 => Just(Op::OtherProcess),
        4 => (0i64..400_000).prop_map(Op::Pass),
        4 => (0i64..3_000).prop_map(Op::Pass),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn after_the_network_heals_everything_is_sent_and_received_and_the_engine_rests(
        seed: u64,
        trouble_percent in 0u32..60,
        ops in prop::collection::vec(op(), 0..60),
        is_told: bool,
    ) {
        let mut world = World::new(seed, trouble_percent);
        for op in ops {
            world.perform(op);
        }
        world.heal(is_told);
        world.check_rest();
        world.check_ready();
    }
}

#[test]
fn the_same_seed_gives_the_same_effects() {
    let trace = || {
        let mut world = World::new(5, 40);
        for op in
            [Op::Edit, Op::Pass(9_000), Op::News(30), Op::RestoreServer, Op::Pass(90_000), Op::Ask(3_000)]
        {
            world.perform(op);
        }
        world.heal(true);
        world.trace
    };
    assert!(trace().len() > 1_000);
    assert_eq!(trace(), trace());
}
