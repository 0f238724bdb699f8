//! The plan: graph, parameters, building, views.

mod build;
mod common;
mod graph;
mod params;
mod view;
