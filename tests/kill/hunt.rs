//! One deed, killed again and again over the same store.

use crate::Failure;
use crate::deed::Deed;
use crate::desk::Desk;
use crate::found::Found;
use crate::plant::Plant;
use crate::prey::Prey;
use crate::said::Said;
use crate::worker::Order;
use lq_domain::clock::Clock as _;
use lq_testkit::random::Seeded;
use std::time::{Duration, Instant};

/// Milliseconds by which the clock goes on from life to life.
const LIFE_MILLIS: i64 = 20_000;

/// A deed with the store it is done in, and what must be true after each kill.
pub(crate) trait Trial {
    /// Which deed it is.
    const DEED: Deed;

    /// Where it is done.
    fn desk(&mut self) -> &mut Desk;

    /// Says what is particular to the next life.
    fn prepare(&mut self, order: &mut Order);

    /// Looks at what a life has left.
    fn look(&mut self, heard: &[Said], found: &mut Found) -> impl Future<Output = Result<(), Failure>>;
}

/// How long things take when nobody is killed.
#[derive(Debug, Clone, Copy)]
struct Times {
    /// From the start of the process to the open store.
    opening: Duration,
    /// Doing everything twice.
    doing: Duration,
    /// From a step's last part to its end, where there is one.
    closing: Option<Duration>,
}

struct Hunt<'t, T> {
    trial: &'t mut T,
    seed: u64,
    plant: Option<Plant>,
    dice: Seeded,
    lives: u64,
}

/// Kills a deed so often, or until something is found.
pub(crate) async fn hunt<T: Trial>(
    trial: &mut T,
    kills: u64,
    seed: u64,
    plant: Option<Plant>,
) -> Result<Found, Failure> {
    let dice = Seeded::of_item(seed, T::DEED as u64);
    let mut hunt = Hunt { trial, seed, plant, dice, lives: 0 };
    let mut found = Found::default();
    let times = hunt.measure(&mut found).await?;
    while found.kills(T::DEED) < kills && !found.any() {
        let heard = hunt.kill_one(times, &mut found).await?;
        if found.kills(T::DEED) < kills && hunt.dice.chance(20) && !found.any() {
            hunt.kill_while_opening(times, &mut found).await?;
        }
        if !found.any() {
            hunt.trial.look(&heard, &mut found).await?;
        }
    }
    Ok(found)
}

impl<T: Trial> Hunt<'_, T> {
    fn order(&mut self, idle: bool) -> Order {
        self.lives += 1;
        let desk = self.trial.desk();
        desk.clock.advance(LIFE_MILLIS);
        let mut order = Order {
            deed: T::DEED.to_string(),
            folder: desk.folder.path().to_owned(),
            now: desk.clock.now().0,
            seed: Seeded::of_item(self.seed, self.lives << 8 | T::DEED as u64).next(),
            life: self.lives,
            password: 0,
            plant: self.plant.map(|plant| plant.as_str().to_owned()),
            files: Vec::new(),
            idle,
            waits: false,
        };
        self.trial.prepare(&mut order);
        order
    }

    /// A life that is long enough to see how long everything takes. It is killed in the end, too, and looked at.
    async fn measure(&mut self, found: &mut Found) -> Result<Times, Failure> {
        let mut prey = Prey::start(&self.order(false))?;
        let began = prey.began;
        let open = prey.hears(|said| *said == Said::Open).await?.ok_or("the store does not open")?;
        let (mut closing, mut end) = (None, open);
        for _ in 0..2 {
            let mut close = None;
            loop {
                let mark = |said: &Said| matches!(said, Said::Close | Said::Cycle);
                end = prey.hears(mark).await?.ok_or("the deed is not done")?;
                if !prey.says(&Said::Close) {
                    break;
                }
                close = Some(end);
            }
            closing = close.map(|close| end - close);
        }
        let life = prey.kill().await?;
        self.trial.look(&life.heard, found).await?;
        Ok(Times { opening: open - began, doing: end - open, closing })
    }

    /// A moment within a span.
    fn within(&mut self, span: Duration) -> Duration {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.dice.below(micros.max(1)))
    }

    /// One life: it is killed while it opens the store, while it does its deed, or in the last part of it.
    async fn kill_one(&mut self, times: Times, found: &mut Found) -> Result<Vec<Said>, Failure> {
        let order = self.order(false);
        let (early, last) = (self.dice.chance(10), self.dice.chance(60));
        let moment = match times.closing {
            _ if early => self.within(times.opening),
            Some(closing) if last => self.within(closing * 3 / 2),
            _ => self.within(times.doing),
        };
        let mut prey = Prey::start(&order)?;
        let from = if early {
            Some(prey.began)
        } else if times.closing.is_some() && last {
            prey.hears(|said| *said == Said::Close).await?
        } else {
            prey.hears(|said| *said == Said::Open).await?
        };
        // Who has ended by itself is killed in vain, and told.
        prey.lives_until(from.unwrap_or_else(Instant::now) + moment).await?;
        self.end(prey, found).await
    }

    /// A life that ends while it brings in order what the one before has left.
    async fn kill_while_opening(&mut self, times: Times, found: &mut Found) -> Result<(), Failure> {
        let order = self.order(true);
        let moment = self.within(times.opening * 5 / 4);
        let mut prey = Prey::start(&order)?;
        prey.lives_until(prey.began + moment).await?;
        self.end(prey, found).await.map(drop)
    }

    async fn end(&mut self, prey: Prey, found: &mut Found) -> Result<Vec<Said>, Failure> {
        let life = prey.kill().await?;
        if let Some(fault) = life.fault() {
            found.corrupt(format!("life {}: {fault}", self.lives));
        }
        found.killed(T::DEED);
        Ok(life.heard)
    }
}
