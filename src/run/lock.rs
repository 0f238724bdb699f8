//! A file that one run has for itself.

use std::fs::{File, TryLockError};
use std::io;

/// Given back when it is dropped, and when the process ends. To close the file would not be enough: a process that is being
/// started has every file of this one until it becomes another program.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Lock {
    /// The file again when another run has it.
    pub(super) fn take(file: File) -> io::Result<Result<Self, File>> {
        match file.try_lock() {
            Ok(()) => Ok(Ok(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(Err(file)),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // What could not be given back is when the file is closed.
        self.0.unlock().ok();
    }
}
