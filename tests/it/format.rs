//! The one layout: what it looks like, and that it changes nothing else.

#[path = "format/common.rs"]
mod common;
#[path = "format/layout.rs"]
mod layout;
#[path = "format/properties.rs"]
mod properties;
