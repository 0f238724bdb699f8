//! The plan: graph, parameters, building, views.

mod build;
mod common;
mod fan;
mod graph;
mod params;
mod view;
