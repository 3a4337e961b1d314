//! What the kills found.

use crate::deed::Deed;
use std::collections::BTreeMap;
use std::fmt;

/// Findings of one deed, or of all.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Kills by deed.
    kills: BTreeMap<Deed, u64>,
    corrupt: Vec<String>,
    lost: Vec<String>,
    half: Vec<String>,
}

impl Found {
    /// A kill has been looked at.
    pub(crate) fn killed(&mut self, deed: Deed) {
        *self.kills.entry(deed).or_default() += 1;
    }

    /// Kills of a deed so far.
    pub(crate) fn kills(&self, deed: Deed) -> u64 {
        self.kills.get(&deed).copied().unwrap_or_default()
    }

    /// Something does not open, or contradicts itself.
    pub(crate) fn corrupt(&mut self, note: impl Into<String>) {
        self.corrupt.push(note.into());
    }

    /// Something that was called done is not there.
    pub(crate) fn lost(&mut self, note: impl Into<String>) {
        self.lost.push(note.into());
    }

    /// Something is there in part, twice, or without anybody having done it.
    pub(crate) fn half(&mut self, note: impl Into<String>) {
        self.half.push(note.into());
    }

    /// Whether anything was found.
    pub(crate) fn any(&self) -> bool {
        self.notes().next().is_some()
    }

    /// Everything that was found.
    pub(crate) fn notes(&self) -> impl Iterator<Item = String> {
        let named = |word: &'static str| move |note: &String| format!("{word}: {note}");
        let all = self.corrupt.iter().map(named("corrupt")).chain(self.lost.iter().map(named("lost")));
        all.chain(self.half.iter().map(named("half-done")))
    }

    /// Takes what another hunt has found.
    pub(crate) fn take(&mut self, other: Found) {
        for (deed, kills) in other.kills {
            *self.kills.entry(deed).or_default() += kills;
        }
        self.corrupt.extend(other.corrupt);
        self.lost.extend(other.lost);
        self.half.extend(other.half);
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kills: u64 = self.kills.values().sum();
        let (corrupt, lost, half) = (self.corrupt.len(), self.lost.len(), self.half.len());
        write!(f, "{kills} kills: {corrupt} corrupt, {lost} lost, {half} half-done")?;
        let by: Vec<String> = self.kills.iter().map(|(deed, kills)| format!("{deed} {kills}")).collect();
        if by.is_empty() { Ok(()) } else { write!(f, " ({})", by.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_kills_by_deed_and_what_was_found() {
        let mut found = Found::default();
        found.killed(Deed::Write);
        let mut other = Found::default();
        other.killed(Deed::Import);
        other.killed(Deed::Import);
        assert!(!other.any());
        other.lost("a save");
        found.take(other);
        assert!(found.any());
        assert_eq!(found.to_string(), "3 kills: 0 corrupt, 1 lost, 0 half-done (write 1, import 2)");
    }
}
