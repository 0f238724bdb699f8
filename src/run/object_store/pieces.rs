//! Something large as objects of a bounded size, so that neither a server's limit nor the disk of this machine is one.
//!
//! `KEY.0`, `KEY.1`, … and, last, `KEY`, which says how many there are: what is half is not there.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::ObjectStore;

/// Bytes of one object.
const PIECE: u64 = 256 << 20;

/// Takes bytes; they are there when it is finished.
#[derive(Debug)]
pub struct Writer<'s> {
    store: &'s ObjectStore,
    key: String,
    /// Holds one piece at a time.
    aside: PathBuf,
    file: File,
    length: u64,
    done: u32,
    most: u64,
}

impl<'s> Writer<'s> {
    /// `folder` has room for one piece.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn new(store: &'s ObjectStore, key: &str, folder: &Path) -> io::Result<Self> {
        Self::with_pieces(store, key, folder, PIECE)
    }

    /// As [`Self::new`], with pieces of another size.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn with_pieces(store: &'s ObjectStore, key: &str, folder: &Path, most: u64) -> io::Result<Self> {
        let aside = folder.join(".pipec-piece");
        let file = File::create(&aside)?;
        Ok(Self { store, key: key.to_owned(), aside, file, length: 0, done: 0, most })
    }

    /// Puts the last piece, and says that all are there.
    ///
    /// # Errors
    /// The store did not take it.
    pub fn finish(mut self) -> io::Result<()> {
        self.put()?;
        fs::write(&self.aside, self.done.to_string())?;
        self.store.put(&self.key, &self.aside)
    }

    fn put(&mut self) -> io::Result<()> {
        self.file.flush()?;
        self.store.put(&format!("{}.{}", self.key, self.done), &self.aside)?;
        self.done += 1;
        self.length = 0;
        self.file = File::create(&self.aside)?;
        Ok(())
    }
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.length >= self.most {
            self.put()?;
        }
        let room = usize::try_from(self.most - self.length).unwrap_or(usize::MAX);
        let written = self.file.write(&bytes[..bytes.len().min(room)])?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Writer<'_> {
    fn drop(&mut self) {
        fs::remove_file(&self.aside).ok();
    }
}

/// Gives the bytes again.
#[derive(Debug)]
pub struct Reader<'s> {
    store: &'s ObjectStore,
    key: String,
    aside: PathBuf,
    file: Option<File>,
    next: u32,
    all: u32,
}

impl<'s> Reader<'s> {
    /// `None` where nothing was finished. `folder` has room for one piece.
    ///
    /// # Errors
    /// The store did not answer, or the folder cannot be written.
    pub fn open(store: &'s ObjectStore, key: &str, folder: &Path) -> io::Result<Option<Self>> {
        let aside = folder.join(".pipec-piece");
        if !store.get(key, &aside)? {
            fs::remove_file(&aside).ok();
            return Ok(None);
        }
        let all = fs::read_to_string(&aside)?.trim().parse().map_err(|_| {
            io::Error::other(format!("`{key}` in the store says nothing that this version understands"))
        })?;
        Ok(Some(Self { store, key: key.to_owned(), aside, file: None, next: 0, all }))
    }
}

impl Read for Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(file) = &mut self.file {
                let length = file.read(buffer)?;
                if length > 0 || buffer.is_empty() {
                    return Ok(length);
                }
            }
            if self.next == self.all {
                return Ok(0);
            }
            let key = format!("{}.{}", self.key, self.next);
            if !self.store.get(&key, &self.aside)? {
                return Err(io::Error::other(format!("`{key}` is missing in the store")));
            }
            self.next += 1;
            self.file = Some(File::open(&self.aside)?);
        }
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        fs::remove_file(&self.aside).ok();
    }
}
