//! The plan: graph, parameters, building, views.

mod graph;
