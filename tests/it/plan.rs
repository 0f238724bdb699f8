//! The plan: graph, parameters, building, views.

mod artifacts;
mod build;
mod common;
mod fan;
mod goal;
mod graph;
mod params;
mod records;
mod view;
