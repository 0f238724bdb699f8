//! The plan: graph, parameters, building, views.

mod build;
mod common;
mod graph;
