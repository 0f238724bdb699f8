//! A place that outlives a machine: objects of an S3-compatible server.
//!
//! Every request is signed into its address, and the address goes to `curl` on its standard input: no credential is in an
//! argument or a variable, of this process or another.

#![expect(clippy::disallowed_methods, reason = "files, clocks and processes are what this is about")]

mod credentials;
pub mod pieces;
mod sign;
mod transfer;

use std::io;
use std::path::Path;
use std::time::Duration;

use crate::contract::StoreSpec;
use credentials::Credentials;
use sign::Address;
use transfer::Answer;

/// How often something is tried.
const TRIES: u32 = 5;

/// Before the second try; then twice as long each time.
const PAUSE: Duration = Duration::from_millis(200);

/// One folder of a bucket.
#[derive(Debug)]
pub struct ObjectStore {
    address: Address,
    credentials: Credentials,
    /// Ends in `/`, or is empty.
    prefix: String,
}

impl ObjectStore {
    /// The place of a plan. `secrets` is the folder of its secrets.
    ///
    /// # Errors
    /// The place is none, or its credentials cannot be read.
    pub fn open(spec: &StoreSpec, secrets: &Path) -> io::Result<Self> {
        let place = spec.place.strip_prefix("s3://").unwrap_or_default();
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if bucket.is_empty() {
            return Err(io::Error::other(format!("`{}` is no store: it has to be `s3://bucket/prefix`", spec.place)));
        }
        let credentials = match &spec.secret {
            Some(name) => Credentials::read(&secrets.join(name))?,
            None => Credentials::default(),
        };
        let address = Address::new(bucket, spec.endpoint.as_deref(), credentials.region())?;
        let prefix = prefix.trim_matches('/');
        let prefix = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
        Ok(Self { address, credentials, prefix })
    }

    /// The store of one run in it.
    #[must_use]
    pub fn of_run(mut self, run: &str) -> Self {
        self.prefix = format!("{}{run}/", self.prefix);
        self
    }

    /// Puts a file there.
    ///
    /// # Errors
    /// The server did not take it, however often it was asked.
    pub fn put(&self, key: &str, file: &Path) -> io::Result<()> {
        match self.ask("PUT", key, file)? {
            Answer::Done => Ok(()),
            Answer::Missing => Err(io::Error::other(format!("the store has no bucket for `{key}`"))),
        }
    }

    /// Fetches an object into a file; whether there is one.
    ///
    /// # Errors
    /// The server did not give it, however often it was asked.
    pub fn get(&self, key: &str, file: &Path) -> io::Result<bool> {
        self.ask("GET", key, file).map(|answer| answer == Answer::Done)
    }

    fn ask(&self, method: &str, key: &str, file: &Path) -> io::Result<Answer> {
        let key = format!("{}{key}", self.prefix);
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            // Each try has its own time in its signature.
            let url = self.address.signed(method, &key, &self.credentials);
            match transfer::run(method, &url, file) {
                Err(failed) if failed.again => std::thread::sleep(pause),
                done => return done.map_err(|failed| failed.about(method, &key)),
            }
            pause *= 2;
        }
        let url = self.address.signed(method, &key, &self.credentials);
        transfer::run(method, &url, file).map_err(|failed| failed.about(method, &key))
    }
}
