//! Bugs planted on purpose, outside the product: in the database beneath the server, on the wire, on the disk. A simulation that
//! does not find them proves nothing.

/// A planted bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plant {
    /// The server does not look into its ledger before it decides.
    LedgerIgnored,
    /// Feeds are numbered by a sequence that nobody waits for.
    FeedWithoutLock,
    /// A feed does not say that a record has left it.
    RemovalForgotten,
    /// Changes are answered before they are committed, and a crash comes between.
    AnsweredBeforeCommit,
    /// A number that was used for another change is answered with "already have it".
    RewoundTakenForKnown,
    /// The device is not told that the server's database began a new life.
    EpochHidden,
    /// A refusal reaches the device as if the change had been taken.
    RefusalSwallowed,
    /// A device is not told that it follows a feed no more.
    FeedKept,
    /// Accounts stay where they were when their customer goes.
    AccountsStay,
    /// The server forgets removals, and forgets that it did.
    HorizonForgotten,
    /// The store says that a change is saved before the disk has it.
    SavedBeforeDisk,
}

impl Plant {
    /// Every planted bug.
    pub(crate) const ALL: [Plant; 11] = [
        Plant::LedgerIgnored,
        Plant::FeedWithoutLock,
        Plant::RemovalForgotten,
        Plant::AnsweredBeforeCommit,
        Plant::RewoundTakenForKnown,
        Plant::EpochHidden,
        Plant::RefusalSwallowed,
        Plant::FeedKept,
        Plant::AccountsStay,
        Plant::HorizonForgotten,
        Plant::SavedBeforeDisk,
    ];

    /// How the bug is called in reports.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Plant::LedgerIgnored => "the ledger of changes is ignored",
            Plant::FeedWithoutLock => "feeds are numbered without a row lock",
            Plant::RemovalForgotten => "a removed entry is forgotten",
            Plant::AnsweredBeforeCommit => "changes are answered before the commit",
            Plant::RewoundTakenForKnown => "a rewound sequence is answered with 'already have it'",
            Plant::EpochHidden => "a restored server keeps its epoch",
            Plant::RefusalSwallowed => "a refusal is told as success",
            Plant::FeedKept => "a lost feed is not given up",
            Plant::AccountsStay => "accounts do not follow their customer",
            Plant::HorizonForgotten => "removals are compacted away and nobody takes the feed anew",
            Plant::SavedBeforeDisk => "a change is called saved before the disk has it",
        }
    }

    /// What sabotages the database, if that is where the bug is.
    pub(crate) const fn sql(self) -> Option<&'static str> {
        match self {
            Plant::LedgerIgnored => Some(LEDGER_IGNORED),
            Plant::FeedWithoutLock => Some(FEED_WITHOUT_LOCK),
            Plant::RemovalForgotten => Some(REMOVAL_FORGOTTEN),
            Plant::AccountsStay => Some(ACCOUNTS_STAY),
            Plant::HorizonForgotten => Some(HORIZON_FORGOTTEN),
            _ => None,
        }
    }

    /// The table that holds the ledger.
    pub(crate) fn ledger(plant: Option<Self>) -> &'static str {
        if plant == Some(Plant::LedgerIgnored) { "changes_kept" } else { "changes" }
    }
}

/// Whoever looks into the ledger finds nothing; whoever writes into it may do so twice.
const LEDGER_IGNORED: &str = "
ALTER TABLE changes RENAME TO changes_kept;
ALTER TABLE changes_kept DROP CONSTRAINT changes_pkey CASCADE;
CREATE VIEW changes AS SELECT * FROM changes_kept WHERE false;
CREATE FUNCTION planted_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO changes_kept SELECT NEW.*;
  RETURN NEW;
END
$$;
CREATE TRIGGER planted_keep INSTEAD OF INSERT ON changes FOR EACH ROW EXECUTE FUNCTION planted_keep();
";

/// The row that would be locked is one of its own for each write; the feed's head follows when the write commits.
const FEED_WITHOUT_LOCK: &str = "
CREATE SEQUENCE planted_positions START 1000000;
CREATE FUNCTION planted_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF pg_trigger_depth() = 1 THEN
    NEW.branch_id := gen_random_uuid();
    NEW.head := nextval('planted_positions');
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER planted_number BEFORE INSERT ON feeds FOR EACH ROW EXECUTE FUNCTION planted_number();
CREATE FUNCTION planted_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO feeds AS f (branch_id, feed, head) VALUES (NEW.branch_id, NEW.feed, NEW.position)
  ON CONFLICT (branch_id, feed) DO UPDATE SET head = greatest(f.head, excluded.head);
  RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER planted_head AFTER INSERT OR UPDATE ON feed_entries DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION planted_head();
";

/// The feeds that an account has left are not told.
const ACCOUNTS_STAY: &str = "
CREATE FUNCTION planted_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.entity IN ('accounts', 'transactions') AND NOT NEW.present THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END
$$;
CREATE TRIGGER planted_stay BEFORE INSERT ON feed_entries FOR EACH ROW EXECUTE FUNCTION planted_stay();
";

const HORIZON_FORGOTTEN: &str = "
CREATE FUNCTION planted_horizon() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.horizon := 0;
  RETURN NEW;
END
$$;
CREATE TRIGGER planted_horizon BEFORE UPDATE ON feeds FOR EACH ROW EXECUTE FUNCTION planted_horizon();
";

const REMOVAL_FORGOTTEN: &str = "
CREATE FUNCTION planted_forget() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.present THEN
    RETURN NEW;
  END IF;
  RETURN NULL;
END
$$;
CREATE TRIGGER planted_forget BEFORE INSERT ON feed_entries FOR EACH ROW EXECUTE FUNCTION planted_forget();
";
