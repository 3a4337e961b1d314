//! One run: everybody connects, then the pushes come at their pace.

use crate::device::{Device, Pushes};
use crate::ears::{Ear, Streams, Track};
use crate::program::Program;
use crate::report::{Told, print};
use crate::{Failure, Wanted};
use lq_domain::feeds::FeedId;
use lq_sync::{HttpTransport, Transport};
use lq_tests::measure;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Streams that are opened in a second: devices come back with a jitter, never all at once.
const OPENED_PER_SECOND: u64 = 200;
/// How long the last events may take, and the streams to be open.
const PATIENCE: Duration = Duration::from_secs(60);

/// Makes the bank, loads it and prints what was seen.
pub(crate) async fn run(wanted: Wanted) -> Result<(), Failure> {
    let files = rlimit::increase_nofile_limit(u64::MAX)?;
    if files < u64::from(wanted.connected) + 200 {
        return Err(format!("{files} open files are too few for {} devices", wanted.connected).into());
    }
    println!("{}, {} before", measure::machine(), measure::load());
    let began = Instant::now();
    let program = Program::start(wanted).await?;
    println!("{} devices registered in {:.1} s", wanted.registered, began.elapsed().as_secs_f64());
    let transport: Arc<dyn Transport> = Arc::new(HttpTransport::new(&program.url, None)?);
    let (streams, pushes) = (Arc::new(Streams::default()), Arc::new(Pushes::default()));
    let tracks: Vec<Arc<Track>> = program.members.iter().map(|_| Arc::default()).collect();
    let empty = program.memory();
    let ears = connect(&program, &transport, &streams, &tracks).await?;
    let (due, workers) = desks(&program, &transport, &pushes, &tracks);

    let start = program.memory();
    let total = (wanted.minutes * 60.0 * f64::from(wanted.pushes_per_second)) as u64;
    let mut middle = start;
    let begin = Instant::now();
    for number in 0..total {
        let at = begin + Duration::from_secs_f64(number as f64 / f64::from(wanted.pushes_per_second));
        tokio::time::sleep_until(at.into()).await;
        let next = usize::try_from(number).unwrap_or_default() % due.len();
        due[next].send(at)?;
        if number == total / 2 {
            middle = program.memory();
        }
    }
    drop(due);
    let latest = tokio::time::Instant::now() + PATIENCE;
    for mut worker in workers {
        match tokio::time::timeout_at(latest, &mut worker).await {
            Ok(done) => done?,
            // A server that is far too slow: what it did not answer is counted.
            Err(_) => worker.abort(),
        }
    }
    let took = begin.elapsed();
    let (waits, unheard) = heard(&tracks).await;
    let memory = [empty, start, middle, program.memory()];
    ears.iter().for_each(JoinHandle::abort);
    println!("{} after", measure::load());
    let seen = pushes.take();
    let unanswered = usize::try_from(total)?.saturating_sub(seen.latencies.len());
    print(wanted, &Told { seen, unanswered, waits, unheard, took, streams: &streams, memory })
}

/// Opens every stream.
async fn connect(
    program: &Program,
    transport: &Arc<dyn Transport>,
    streams: &Arc<Streams>,
    tracks: &[Arc<Track>],
) -> Result<Vec<JoinHandle<()>>, Failure> {
    let began = Instant::now();
    let mut ears = Vec::new();
    for (member, track) in program.members.iter().zip(tracks) {
        for (place, (_, token)) in member.devices.iter().enumerate() {
            let feed = FeedId::Portfolio(member.branch, member.user);
            let track = (place == 1 && !member.manager).then(|| track.clone());
            let ear = Ear { token: token.clone(), feed, track };
            ears.push(tokio::spawn(ear.listen(transport.clone(), streams.clone())));
            tokio::time::sleep(Duration::from_secs(1) / u32::try_from(OPENED_PER_SECOND)?).await;
        }
    }
    while streams.opened.load(Ordering::Relaxed) < ears.len() as u64 {
        if began.elapsed() > PATIENCE {
            return Err("not every stream opens".into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    println!("{} streams open after {:.1} s", ears.len(), began.elapsed().as_secs_f64());
    Ok(ears)
}

/// The devices that push: the first of every relationship manager's two.
fn desks(
    program: &Program,
    transport: &Arc<dyn Transport>,
    pushes: &Arc<Pushes>,
    tracks: &[Arc<Track>],
) -> (Vec<mpsc::UnboundedSender<Instant>>, Vec<JoinHandle<()>>) {
    let managers = program.members.iter().zip(tracks).enumerate();
    managers
        .filter(|(_, (member, _))| !member.manager)
        .map(|(number, (member, track))| {
            let (due, told) = mpsc::unbounded_channel();
            let device = Device::new(member.clone(), number as u64);
            let work = device.work(told, transport.clone(), pushes.clone(), track.clone());
            (due, tokio::spawn(work))
        })
        .unzip()
}

/// Waits for the last events; how long each took in all, and how many never came.
async fn heard(tracks: &[Arc<Track>]) -> (Vec<Duration>, usize) {
    let began = Instant::now();
    loop {
        let (waits, unheard): (Vec<_>, Vec<_>) = tracks.iter().map(|track| track.waits()).unzip();
        let unheard = unheard.into_iter().sum();
        if unheard == 0 || began.elapsed() > PATIENCE {
            return (waits.concat(), unheard);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
