//! The machine's limits.

/// Allows this process as many open files as it may have, and says how many; 0 where there is no such limit. Every device that listens
/// is one, and service managers begin with 1,024.
pub(crate) fn allow_files() -> u64 {
    #[cfg(unix)]
    return rlimit::increase_nofile_limit(u64::MAX).unwrap_or_default();
    #[cfg(not(unix))]
    0
}
