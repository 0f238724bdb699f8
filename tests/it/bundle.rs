//! `pipec bundle` and `pipec remote`, the real binary: what is in an archive, what is refused, what is sent.

mod command;
mod remote;
