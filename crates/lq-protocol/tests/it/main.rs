//! The wire's shapes, as files beside the tests have them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't prepare has failed")]

mod golden;
mod messages;
mod newer;
