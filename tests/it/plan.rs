//! The plan: graph, parameters, building, views.

mod build;
mod common;
mod artifacts;
mod fan;
mod goal;
mod graph;
mod params;
mod view;
