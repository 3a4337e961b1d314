//! A share of the seeds, and every planted bug.

use crate::fleet;
use crate::plant::Plant;
use crate::seed;
use crate::world::World;

/// Seeds of one run of the tests; `cargo xtask sim --seeds 10000` runs the whole.
const SHARE: u64 = 100;

#[test]
fn nothing_is_lost_doubled_or_different() {
    let summary = fleet::run(1, SHARE).unwrap();
    assert!(summary.bad.is_empty(), "{:#?}", summary.bad);
    assert_eq!(summary.seeds, SHARE);
}

#[test]
fn a_seed_replays_to_the_same_trace() {
    fleet::runtime().unwrap().block_on(async {
        let mut world = World::open(None).await.unwrap();
        let mut traces = Vec::new();
        for number in [1, 2, 3, 1, 2, 3] {
            traces.push(seed::run(&mut world, number, false).await.unwrap().trace);
        }
        assert_eq!(traces[..3], traces[3..]);
        assert_ne!(traces[0], traces[1]);
    });
}

#[test]
fn every_planted_bug_is_found() {
    for plant in Plant::ALL {
        let caught = fleet::hunt(plant, fleet::HUNT).unwrap();
        assert!(caught.is_some(), "{}", plant.name());
    }
}
