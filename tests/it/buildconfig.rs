//! OpenShift builds: the manifests by the rules of the API, the driver really run against an `oc` of its own, the
//! archives, and what cannot be expressed.
#![allow(clippy::disallowed_methods, reason = "these tests run scripts on this machine")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod archives;
pub(crate) mod cluster;
mod driver;
mod gaps;
mod locks;
mod manifests;
mod numbers;
mod parameters;
pub(crate) mod program;
mod rules;
mod segments;
mod signals;
mod spec;
mod summary;
mod wishes;
