//! Two writers at one commit.

use crate::Failure;
use crate::plant::Plant;
use crate::seed::Seed;

impl Seed<'_> {
    /// Two writers meet at the server, one of them held just before its commit, while a third reads.
    pub(crate) async fn meet(&mut self, at: usize) -> Result<(), Failure> {
        let working = self.working();
        let others: Vec<usize> = working
            .iter()
            .copied()
            .filter(|other| self.machines[*other].device != self.machines[at].device)
            .collect();
        if others.len() < 2 || self.world.plant == Some(Plant::AnsweredBeforeCommit) {
            return Ok(());
        }
        let first = usize::try_from(self.dice.below(others.len() as u64))?;
        let other = others[first];
        let reader = others[(first + 1) % others.len()];
        let all = [at, other, reader];
        let cut: Vec<bool> = all.iter().map(|one| self.machines[*one].net.is_cut()).collect();
        for one in all {
            self.machines[one].net.calm(true);
            self.machines[one].net.cut(false);
            let _ = self.round(one).await?;
        }
        let moved = self.transfer(at).await? || self.edit(at).await?;
        if moved && self.edit(other).await? {
            self.meet_at_the_gate(all).await?;
        }
        for (one, cut) in all.into_iter().zip(cut) {
            self.machines[one].net.calm(false);
            self.machines[one].net.cut(cut);
        }
        Ok(())
    }

    async fn meet_at_the_gate(&mut self, [at, other, reader]: [usize; 3]) -> Result<(), Failure> {
        let net = self.machines[at].net.clone();
        net.hold(true);
        self.world.close_gate().await?;
        let engine = self.machines[at].engine.clone();
        let one = tokio::spawn(async move { engine.round().await });
        let held = self.world.until_waiting(1, || net.answered() || one.is_finished()).await?;
        let engine = self.machines[other].engine.clone();
        let two = tokio::spawn(async move { engine.round().await });
        let waits = self.world.until_waiting(1 + i64::from(held), || two.is_finished()).await?;
        self.trace.line(format!("m{at} held: {held}; m{other} waits: {waits}"));
        let _ = self.round(reader).await?;
        self.world.open_gate().await?;
        // The first one hears of its commit only when the second is done: one after the other, whoever the machine would
        // have let go first.
        let two = two.await?;
        net.hold(false);
        let one = one.await?;
        for (machine, result) in [(at, one), (other, two)] {
            self.heard(machine);
            self.note_left(machine).await?;
            let word = result.map_or_else(|error| error.code().as_str(), |_| "done");
            self.trace.line(format!("m{machine} met: {word}"));
        }
        Ok(())
    }
}
