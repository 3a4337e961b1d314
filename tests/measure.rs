//! Timing, and figures as they are printed.
#![expect(clippy::print_stdout, reason = "figures are for whoever started the program")]

use std::time::{Duration, Instant};

/// Runs of a figure; the median is told.
pub const RUNS: usize = 5;

/// One measured figure.
pub struct Figure {
    /// What was measured.
    pub name: String,
    /// How long ours took, or how much it needs.
    pub ours: f64,
    /// The unit, `ms`, `s` or `MB`.
    pub unit: &'static str,
    /// What it is compared with, and its value in the same unit.
    pub against: Option<(String, f64)>,
    /// The most that the ratio, or without a peer the figure itself, may be; none for what only explains others.
    pub goal: Option<f64>,
}

impl Figure {
    /// A part of another figure, or what it grows with.
    pub const fn told(name: String, ours: f64, unit: &'static str) -> Self {
        Self { name, ours, unit, against: None, goal: None }
    }

    /// Whether the figure is within its limit; one without a limit is.
    pub fn met(&self) -> bool {
        self.goal.is_none_or(|goal| self.measured() <= goal)
    }

    /// What the limit speaks of.
    fn measured(&self) -> f64 {
        self.against.as_ref().map_or(self.ours, |(_, value)| self.ours / value)
    }

    /// The line of the table.
    pub fn line(&self) -> String {
        let unit = self.unit;
        let dash = || "-".to_owned();
        let measured = self.measured();
        let peer = match (&self.against, self.goal) {
            (Some((peer, value)), _) => format!("{peer}: {value:.2} {unit}"),
            (None, Some(_)) => "limit".to_owned(),
            (None, None) => dash(),
        };
        let ratio = match (&self.against, self.goal) {
            (Some(_), _) => format!("{measured:.2}"),
            (None, Some(goal)) if goal > 0.0 => format!("{:.2}", self.ours / goal),
            (None, _) => dash(),
        };
        let goal = self.goal.map_or_else(dash, |goal| match self.against {
            Some(_) => format!("<= {goal:.2} x"),
            None => format!("<= {goal} {unit}"),
        });
        let met = self.goal.map_or("-", |_| if self.met() { "met" } else { "NOT met" });
        format!("| {} | {:.2} {unit} | {peer} | {ratio} | {goal} | {met} |", self.name, self.ours)
    }
}

/// The middle of the values.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// The value below which 95 of 100 lie.
pub fn p95(values: Vec<f64>) -> f64 {
    percentile(values, 95)
}

/// The value below which so many of 100 lie.
pub fn percentile(mut values: Vec<f64>, hundredths: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values[(values.len() * hundredths / 100).min(values.len() - 1)]
}

/// Milliseconds of a duration.
pub fn millis(took: Duration) -> f64 {
    took.as_secs_f64() * 1_000.0
}

/// The median time of a deed over several runs, in milliseconds. The first run warms up and does not count.
pub async fn timed<F: Future<Output = ()>>(mut deed: impl FnMut(usize) -> F) -> f64 {
    let mut times = Vec::with_capacity(RUNS);
    for run in 0..=RUNS {
        let began = Instant::now();
        deed(run).await;
        if run > 0 {
            times.push(millis(began.elapsed()));
        }
    }
    median(times)
}

/// Prints the table of a group of figures.
pub fn print(title: &str, figures: &[Figure]) {
    println!("\n## {title}\n");
    println!("| figure | ours | against | ratio | goal | |");
    println!("|---|---|---|---|---|---|");
    for figure in figures {
        println!("{}", figure.line());
    }
}

/// What the figures were measured on.
pub fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo")
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split(": ").nth(1).map(str::to_owned))
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let memory = read("/proc/meminfo")
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.trim().split(' ').next()?.parse::<u64>().ok())
        .map_or_else(String::new, |kib| format!(", {} GiB", kib / 1_048_576));
    let build = if cfg!(debug_assertions) { "debug build" } else { "release build" };
    format!("{cpu}, {cores} cores{memory}, {}, {build}", std::env::consts::OS)
}

/// How busy the machine was just now, by processes that waited for a core: other work makes every figure worse.
pub fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let average = text.split(' ').next().unwrap_or_default();
    if average.is_empty() { "load unknown".to_owned() } else { format!("load of the last minute {average}") }
}

/// The memory that this process holds, in MB; forgets how much it was at most.
pub fn held_memory() -> f64 {
    // Where the kernel refuses, the most so far stays, and what is added seems more than it is: never less.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    status("VmRSS:")
}

/// The most memory that this process has held since [`held_memory`], in MB.
pub fn peak_memory() -> f64 {
    status("VmHWM:")
}

fn status(name: &str) -> f64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib =
        text.lines().find_map(|line| line.strip_prefix(name)?.trim().split(' ').next()?.parse::<f64>().ok());
    kib.unwrap_or_default() / 1_024.0
}
