//! Sign-in, lock and unlock as the screen sees them.

use super::{Input, View};
use lq_domain::access::{Permission, Role};
use lq_domain::clock::Timestamp;
use lq_domain::ids::{BranchId, UserId};

View! {
    /// Where the application stands.
    pub struct SessionView {
        /// What the screen has to show.
        pub phase: Phase,
        /// Who is signed in; also known while the store is locked.
        pub user: Option<UserView>,
        /// Whether the store belongs to a server.
        pub joined: bool,
        /// The server's address, for the sign-in form.
        pub server: Option<String>,
        /// The login name last used on this workstation, for the sign-in form.
        pub login: Option<String>,
        /// When sign-in opens again after too many wrong passwords.
        pub locked_until: Option<Timestamp>,
        /// The sign-in before this one.
        pub last_sign_in: Option<Timestamp>,
        /// Whether the password was given by an administrator and has to be changed now.
        pub password_expired: bool,
        /// Which key of the bank opens a copy of the open store's key.
        pub recovery: RecoveryView,
        /// The program's version.
        pub version: String,
    }
}

View! {
    /// The bank's recovery key as the device knows it, by fingerprints that people compare.
    #[derive(Default, PartialEq, Eq)]
    pub struct RecoveryView {
        /// The key that the store's key is sealed to.
        pub fingerprint: Option<String>,
        /// Since when.
        pub since: Option<Timestamp>,
        /// A key that the server said and that the device does not take.
        pub refused: Option<String>,
    }
}

View! {
    /// What the screen has to show.
    #[derive(Copy, PartialEq, Eq)]
    pub enum Phase {
        /// No store on this workstation yet.
        FirstRun,
        /// Nobody is signed in.
        SignedOut,
        /// Somebody is signed in and the store is locked.
        Locked,
        /// The store is open.
        Unlocked,
    }
}

View! {
    /// The signed-in user.
    pub struct UserView {
        /// The user.
        pub id: UserId,
        /// The login name.
        pub login: String,
        /// The name colleagues see.
        pub name: String,
        /// The role.
        pub role: Role,
        /// The branch.
        pub branch: BranchId,
        /// The branch's name.
        pub branch_name: String,
        /// What the role may do; the screen shows nothing else.
        pub permissions: Vec<Permission>,
    }
}

Input! {
    /// Looks at a server's address before signing in.
    pub struct ProbeServer {
        /// What was typed.
        pub server: String,
    }
}

View! {
    /// A server that answered.
    pub struct ServerView {
        /// The address in its canonical form.
        pub server: String,
        /// The bank's name for it.
        pub name: String,
        /// Its release.
        pub version: String,
    }
}

Input! {
    /// Makes a store that works alone.
    pub struct CreateStore {
        /// The user's name.
        pub name: String,
        /// The login name.
        pub login: String,
        /// The password.
        pub password: String,
    }
}

Input! {
    /// Signs in. With a store on this workstation no network is needed; without one the server is asked.
    pub struct SignIn {
        /// The login name.
        pub login: String,
        /// The password.
        pub password: String,
        /// The server's address, when this workstation has no store of this user yet.
        pub server: Option<String>,
    }
}

Input! {
    /// Joins a store that works alone to a server; its customers go there.
    pub struct JoinServer {
        /// The server's address.
        pub server: String,
        /// The login name at the server.
        pub login: String,
        /// The password at the server; from then on it opens the store.
        pub password: String,
    }
}

Input! {
    /// Gives the store a new data key.
    pub struct Rekey {
        /// The password.
        pub password: String,
    }
}

Input! {
    /// Sets a new password.
    pub struct ChangePassword {
        /// The present one.
        pub old: String,
        /// The new one.
        pub new: String,
    }
}
