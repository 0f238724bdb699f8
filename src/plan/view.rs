//! What `pipec plan` shows: the same plan for people, programs and pictures.

pub mod artifacts;
mod dot;
mod json;
mod mermaid;
mod resources;
mod text;
mod totals;
pub mod words;

use super::{Plan, TaskId};
use crate::source::Sources;

/// How a plan is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people, in 100 columns.
    Text,
    /// Everything, one object.
    Json,
    /// For Graphviz.
    Dot,
    /// For Markdown.
    Mermaid,
}

/// The sha256 of the body of a step (by index), which whoever emits scripts knows.
pub type Hash<'a> = &'a dyn Fn(TaskId, usize) -> String;

/// The plan as text of that format; the same plan gives the same bytes.
pub fn render(plan: &Plan, sources: &Sources, format: Format, hash: Option<Hash<'_>>) -> String {
    match format {
        Format::Text => text::render(plan, sources),
        Format::Json => json::render(plan, sources, hash),
        Format::Dot => dot::render(plan),
        Format::Mermaid => mermaid::render(plan),
    }
}
