//! What happens: everything that users, machines and administrators do in a seed.

use crate::Failure;
use crate::machine::Standing;
use crate::seed::Seed;
use lq_domain::access::Role;
use lq_domain::feature::Feature;
use lq_server::admin::UserChange;

const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Something that can happen, and how often it does.
const STEPS: &[(Step, u64)] = &[
    (Step::Create, 12),
    (Step::Edit, 26),
    (Step::TagCustomer, 8),
    (Step::MakeTag, 4),
    (Step::DeleteTag, 2),
    (Step::Delete, 5),
    (Step::Undo, 6),
    (Step::Transfer, 6),
    (Step::OpenCase, 4),
    (Step::WorkOnCase, 6),
    (Step::Settle, 6),
    (Step::Sync, 28),
    (Step::Crash, 4),
    (Step::DieInSync, 3),
    (Step::BackUp, 3),
    (Step::Restore, 2),
    (Step::Clone, 2),
    (Step::Cable, 4),
    (Step::Year, 1),
    (Step::ClockJump, 3),
    (Step::Role, 3),
    (Step::Revoke, 1),
    (Step::LateMail, 4),
    (Step::Dump, 2),
    (Step::ServerRestore, 2),
    (Step::Meet, 5),
    (Step::Deliver, 5),
    (Step::Compact, 2),
];

#[derive(Debug, Clone, Copy)]
enum Step {
    Create,
    Edit,
    TagCustomer,
    MakeTag,
    DeleteTag,
    Delete,
    Undo,
    Transfer,
    OpenCase,
    WorkOnCase,
    Settle,
    Sync,
    Crash,
    DieInSync,
    BackUp,
    Restore,
    Clone,
    Cable,
    Year,
    ClockJump,
    Role,
    Revoke,
    LateMail,
    Dump,
    ServerRestore,
    Meet,
    Deliver,
    Compact,
}

impl Seed<'_> {
    /// One step of a machine that the dice choose.
    pub(crate) async fn step(&mut self, number: i64) -> Result<(), Failure> {
        let working = self.working();
        if working.is_empty() {
            return Ok(());
        }
        let at = self.dice.pick(&working);
        let all: u64 = STEPS.iter().map(|(_, weight)| weight).sum();
        let mut left = self.dice.below(all);
        let mut step = Step::Sync;
        for (candidate, weight) in STEPS {
            if left < *weight {
                step = *candidate;
                break;
            }
            left -= weight;
        }
        self.trace.line(format!("{number} {step:?} m{at}"));
        self.perform(step, at).await
    }

    async fn perform(&mut self, step: Step, at: usize) -> Result<(), Failure> {
        match step {
            Step::Create => self.create(at).await,
            Step::Edit => self.edit(at).await.map(drop),
            Step::TagCustomer => self.tag_customer(at).await,
            Step::MakeTag => self.make_tag(at).await,
            Step::DeleteTag => self.delete(at, Feature::Tags).await,
            Step::Delete => self.delete(at, Feature::Customers).await,
            Step::Undo => self.undo(at).await,
            Step::Transfer => self.transfer(at).await.map(drop),
            Step::OpenCase => self.open_case(at).await,
            Step::WorkOnCase => self.work_on_case(at).await,
            Step::Settle => self.settle(at).await,
            Step::Sync => self.round(at).await.map(drop),
            Step::Crash => self.machines[at].crash(self.world).await,
            Step::DieInSync => self.die_in_sync(at).await,
            Step::BackUp => self.machines[at].back_up(),
            Step::Restore => self.restore(at).await,
            Step::Clone => self.clone_machine(at).await,
            Step::Cable => self.cable(at),
            Step::Year => self.year(at).await,
            Step::ClockJump => self.clock_jump(at),
            Step::Role => self.role(at).await,
            Step::Revoke => self.revoke(at).await,
            Step::LateMail => self.late_mail(at).await,
            Step::Dump => self.dump().await,
            Step::ServerRestore => self.restore_server().await,
            Step::Meet => self.meet(at).await,
            Step::Deliver => self.deliver().await,
            Step::Compact => self.compact().await,
        }
    }

    /// The server forgets what left its feeds until now.
    async fn compact(&mut self) -> Result<(), Failure> {
        let gone = lq_server::admin::feeds_compact(&self.world.app, 0).await?;
        self.trace.line(format!("forgot {gone} removals"));
        Ok(())
    }

    /// Power goes in the middle of an exchange.
    async fn die_in_sync(&mut self, at: usize) -> Result<(), Failure> {
        let requests = u32::try_from(self.dice.below(4))?;
        self.machines[at].net.die_after(requests);
        // Nothing gets through from a point on, so that an error is what is expected.
        let _ = self.round(at).await?;
        self.machines[at].crash(self.world).await
    }

    async fn restore(&mut self, at: usize) -> Result<(), Failure> {
        let done = self.machines[at].restore(self.world).await?;
        self.trace.line(format!("m{at} restored: {done}"));
        if !done {
            return Ok(());
        }
        // Its copy may be of after a record had to leave, and of before the server forgot it.
        let known = self.world.settled().await?;
        let forgotten: Vec<usize> =
            (0..self.writes.len()).filter(|write| !known.contains(&self.writes[*write].id.0)).collect();
        self.let_go(at, &forgotten).await
    }

    async fn clone_machine(&mut self, at: usize) -> Result<(), Failure> {
        if self.machines.len() >= 7 {
            return Ok(());
        }
        let name = format!("m{}", self.machines.len());
        let seed = self.dice.next();
        self.trace.line(format!("{name} is a copy of m{at}"));
        let clone = self.machines[at].clone_to(self.world, name, seed).await?;
        self.machines.push(clone);
        Ok(())
    }

    fn cable(&mut self, at: usize) -> Result<(), Failure> {
        let net = &self.machines[at].net;
        net.cut(!net.is_cut());
        Ok(())
    }

    /// The machine comes back after a year in a drawer.
    async fn year(&mut self, at: usize) -> Result<(), Failure> {
        self.world.clock.advance(366 * DAY);
        self.machines[at].net.cut(false);
        self.round(at).await.map(drop)
    }

    fn clock_jump(&mut self, at: usize) -> Result<(), Failure> {
        let ahead = self.dice.between(-3 * DAY, 3 * DAY);
        let ahead = if self.dice.chance(30) { 0 } else { ahead };
        self.machines[at].clock.set(ahead);
        self.trace.line(format!("m{at} is {ahead} ms ahead"));
        Ok(())
    }

    async fn role(&mut self, at: usize) -> Result<(), Failure> {
        let person = self.machines[at].person;
        let roles = [Role::Staff, Role::RelationshipManager, Role::Manager, Role::RiskOfficer];
        let role = self.dice.pick(&roles);
        self.trace.line(format!("{} becomes {role:?}", self.world.people[person].login));
        self.world.set_user(person, UserChange { role: Some(role), ..UserChange::default() }).await
    }

    async fn revoke(&mut self, at: usize) -> Result<(), Failure> {
        if self.working().len() < 3 {
            return Ok(());
        }
        let device = self.machines[at].device;
        if !self.world.revoke(device).await? {
            return Ok(());
        }
        for machine in self.machines.iter_mut().filter(|machine| machine.device == device) {
            if machine.standing == Standing::Works {
                machine.standing = Standing::Revoked;
                // It wipes itself as soon as it hears of it: what it holds counts no more.
                machine.memory.clear();
            }
        }
        Ok(())
    }

    async fn late_mail(&mut self, at: usize) -> Result<(), Failure> {
        let net = self.machines[at].net.clone();
        net.deliver_late().await;
        self.heard(at);
        Ok(())
    }

    async fn dump(&mut self) -> Result<(), Failure> {
        self.dumped = true;
        self.world.dump("dump").await
    }

    /// The server loses everything since its last dump.
    async fn restore_server(&mut self) -> Result<(), Failure> {
        if !self.dumped {
            return Ok(());
        }
        let before = self.world.settled().await?;
        self.world.restore().await?;
        let after = self.world.settled().await?;
        self.trace.line(format!("the server had {} changes and has {}", before.len(), after.len()));
        let forgotten: Vec<usize> = (0..self.writes.len())
            .filter(|at| {
                let id = self.writes[*at].id.0;
                before.contains(&id) && !after.contains(&id)
            })
            .collect();
        for at in self.working() {
            self.let_go(at, &forgotten).await?;
        }
        self.lock_again().await
    }

    /// A machine has to give back what it holds. Of a record that had to leave it, it holds nothing any more.
    async fn let_go(&mut self, at: usize, forgotten: &[usize]) -> Result<(), Failure> {
        for write in forgotten {
            let known = self.machines[at].memory.contains(write);
            if known && self.had_to_leave(at, *write).await? && !self.holds(at, *write).await? {
                self.machines[at].memory.remove(write);
            }
        }
        Ok(())
    }

    /// Whether the record of a write has left a machine, be it for a while.
    async fn had_to_leave(&self, at: usize, write: usize) -> Result<bool, Failure> {
        let write = &self.writes[write];
        let left = self.machines[at].left.contains(&write.record);
        Ok(left || self.machines[at].store.record(write.entity, write.record).await?.is_none())
    }

    /// The administrator locks again what was locked; a device that the dump does not know is beyond reach.
    async fn lock_again(&mut self) -> Result<(), Failure> {
        for at in 0..self.machines.len() {
            if self.machines[at].standing == Standing::Revoked {
                let device = self.machines[at].device;
                if !self.world.revoke(device).await? {
                    self.machines[at].end().await?;
                }
            }
        }
        Ok(())
    }
}
