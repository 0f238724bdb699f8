//! `pipec lock`, and what a lock does to what is emitted: numbers of section 5.2 are capabilities of that document.

mod images;
mod injected;
mod kept;
mod layouts;
mod pinned;
mod registries;
mod server;
