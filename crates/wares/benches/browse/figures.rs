//! Many times in few figures.

use std::fmt;
use std::time::Duration;

use crate::browser::Took;

/// Above the figures of a line.
pub(crate) const HEADER: &str = "   looks     p50     p95     p99 longest ms      cpu p50     p99    mean ms";

/// What looks of one kind took.
#[derive(Default)]
pub(crate) struct Figures(Vec<(Took, String)>);

impl Figures {
    pub(crate) fn add(&mut self, url: &str, took: Took) {
        self.0.push((took, url.to_owned()));
    }

    /// The looks that took the shop longest.
    pub(crate) fn longest(&self, n: usize) -> impl Iterator<Item = String> {
        let mut all: Vec<&(Took, String)> = self.0.iter().collect();
        all.sort_by_key(|(took, _)| std::cmp::Reverse(took.cpu));
        all.into_iter()
            .take(n)
            .map(|(took, url)| format!("{:.1} ms: {url}", ms(took.cpu)))
    }

    fn sorted(&self, part: impl Fn(&Took) -> Duration) -> Vec<Duration> {
        let mut all: Vec<Duration> = self.0.iter().map(|(took, _)| part(took)).collect();
        all.sort_unstable();
        all
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times = self.sorted(|took| took.time);
        let cpu = self.sorted(|took| took.cpu);
        write!(f, "{:>8}", times.len())?;
        for percent in [50, 95, 99, 100] {
            write!(f, "{:>8.2}", ms(at(&times, percent)))?;
        }
        let mean = cpu.iter().sum::<Duration>() / u32::try_from(cpu.len().max(1)).unwrap_or(u32::MAX);
        let [middle, high] = [50, 99].map(|percent| ms(at(&cpu, percent)));
        write!(f, "{middle:>16.2}{high:>8.2}{:>8.2}", ms(mean))
    }
}

fn at(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied().unwrap_or_default()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
