//! Mistakes in manifests, each at its line.

use super::{LENIENT, fixture, import, said};
