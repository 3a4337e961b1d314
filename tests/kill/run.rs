//! What the words on the command line ask for.

use crate::Failure;
use crate::deed::Deed;
use crate::deeds::{Backing, Changing, Importing, Rekeying, Restoring, Syncing, Writing};
use crate::found::Found;
use crate::full;
use crate::hunt::hunt;
use crate::plant::Plant;
use crate::prey::WORD;
use crate::worker;
use std::path::{Path, PathBuf};
use std::time::Instant;

const USAGE: &str = "lq-kill [--runs N] [--seed S] [--deed write|import|sync|backup|restore|password|rekey] [--folder F] | \
                     --planted [--seed S] | --full DEED";
/// Kills when nobody says how many.
const RUNS: u64 = 1_000;
/// Kills after which a planted bug counts as missed.
const HUNT: u64 = 60;

/// What is wanted.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    runs: u64,
    seed: u64,
    deeds: Vec<Deed>,
    /// Where the stores lie.
    folder: PathBuf,
    planted: bool,
}

impl Wanted {
    fn read(words: &[String]) -> Option<Self> {
        let mut wanted = Self {
            runs: RUNS,
            seed: 1,
            deeds: Deed::ALL.to_vec(),
            folder: std::env::temp_dir(),
            planted: false,
        };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--runs" => wanted.runs = words.next()?.parse().ok().filter(|runs| *runs > 0)?,
                "--seed" => wanted.seed = words.next()?.parse().ok()?,
                "--deed" => wanted.deeds = vec![Deed::parse(words.next()?)?],
                "--folder" => wanted.folder = PathBuf::from(words.next()?),
                "--planted" => wanted.planted = true,
                _ => return None,
            }
        }
        Some(wanted)
    }
}

/// Does what the words say; whether nothing was found, or everything that was planted.
pub(crate) fn run(words: &[String]) -> Result<bool, Failure> {
    match words {
        [word, order] if word == WORD => return worker::work(order),
        [word, deed] if word == full::WORD => return full::enter(Deed::parse(deed).ok_or(USAGE)?),
        [word, deed, folder] if word == full::WITHIN => {
            return full::fill(Deed::parse(deed).ok_or(USAGE)?, Path::new(folder));
        }
        _ => {}
    }
    let wanted = Wanted::read(words).ok_or(USAGE)?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async { if wanted.planted { planted(&wanted).await } else { kill_all(&wanted).await } })
}

async fn kill(deed: Deed, kills: u64, wanted: &Wanted, plant: Option<Plant>) -> Result<Found, Failure> {
    let (folder, seed) = (wanted.folder.as_path(), wanted.seed);
    match deed {
        Deed::Write => hunt(&mut Writing::new(folder, seed).await?, kills, seed, plant).await,
        Deed::Import => hunt(&mut Importing::new(folder, seed, plant).await?, kills, seed, plant).await,
        Deed::Sync => hunt(&mut Syncing::new(folder, seed).await?, kills, seed, plant).await,
        Deed::Backup => hunt(&mut Backing::new(folder, seed).await?, kills, seed, plant).await,
        Deed::Restore => hunt(&mut Restoring::new(folder, seed).await?, kills, seed, plant).await,
        Deed::Password => hunt(&mut Changing::new(folder, seed).await?, kills, seed, plant).await,
        Deed::Rekey => hunt(&mut Rekeying::new(folder, seed).await?, kills, seed, plant).await,
    }
}

/// Kills every deed, as often as the others.
async fn kill_all(wanted: &Wanted) -> Result<bool, Failure> {
    std::fs::create_dir_all(&wanted.folder)?;
    let mut all = Found::default();
    let count = wanted.deeds.len() as u64;
    for (place, deed) in (0..).zip(&wanted.deeds) {
        let kills = wanted.runs / count + u64::from(place < wanted.runs % count);
        let began = Instant::now();
        let found = kill(*deed, kills, wanted, None).await?;
        for note in found.notes() {
            println!("{note} (--deed {deed} --seed {} finds it again, or a neighbour of it)", wanted.seed);
        }
        if kills > 0 {
            println!("{deed}: {:.1} s for {} kills", began.elapsed().as_secs_f64(), found.kills(*deed));
        }
        all.take(found);
    }
    println!("{all}");
    Ok(!all.any())
}

/// Shows that each planted bug is found.
async fn planted(wanted: &Wanted) -> Result<bool, Failure> {
    std::fs::create_dir_all(&wanted.folder)?;
    let mut missed = 0;
    for plant in Plant::ALL {
        let found = kill(plant.deed(), HUNT, wanted, Some(plant)).await?;
        let kills = found.kills(plant.deed());
        match found.notes().next() {
            Some(note) => println!("{}: found after {kills} kills ({note})", plant.as_str()),
            None => {
                missed += 1;
                println!("{}: NOT FOUND in {kills} kills", plant.as_str());
            }
        }
    }
    println!("kill: {} planted bugs, {missed} missed", Plant::ALL.len());
    Ok(missed == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str) -> Option<Wanted> {
        Wanted::read(&words.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_thousand_kills_of_all_deeds_are_usual_and_words_change_it() {
        let usual = read("").unwrap();
        assert_eq!((usual.runs, usual.seed, usual.deeds.len()), (1_000, 1, Deed::ALL.len()));
        let less = read("--runs 20 --seed 7 --deed import").unwrap();
        assert_eq!((less.runs, less.seed, less.deeds), (20, 7, vec![Deed::Import]));
        for wrong in ["--runs", "--runs 0", "--deed sleep", "--often 3"] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
