//! `pipec serve`: a store over HTTP, for whoever wants to look. Nothing in a run reaches outward: the reader comes to the store.

mod access;
mod answer;
mod events;
mod runs;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Html;
use axum::routing::get;

/// What is served, and to whom.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of all runs.
    pub store: PathBuf,
    /// Who asks has to give it; absent: anybody of this machine.
    pub token: Option<String>,
}

/// What every answer needs.
#[derive(Debug)]
struct State {
    settings: Settings,
    address: SocketAddr,
}

type Shared = Arc<State>;

/// Answers until the process ends.
///
/// # Errors
/// The listener cannot be used.
pub fn serve(listener: TcpListener, settings: Settings) -> io::Result<()> {
    let address = listener.local_addr()?;
    listener.set_nonblocking(true)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        axum::serve(listener, routes(Arc::new(State { settings, address }))).await
    })
}

fn routes(state: Shared) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/api/runs", get(runs::all))
        .route("/api/runs/{run}", get(runs::one))
        .route("/api/runs/{run}/status", get(runs::status))
        .route("/api/runs/{run}/status/events", get(events::status))
        .route("/api/runs/{run}/result", get(runs::result))
        .route("/api/runs/{run}/steps", get(runs::steps))
        .route("/api/runs/{run}/logs", get(events::log_file))
        .route("/api/runs/{run}/logs/events", get(events::logs))
        .route("/api/runs/{run}/artifacts", get(runs::artifacts))
        .route("/api/runs/{run}/artifacts/lost", get(runs::lost))
        .route("/api/runs/{run}/artifacts/{step}/{artifact}", get(runs::download))
        .fallback(answer::nothing_here)
        .layer(from_fn_with_state(Arc::clone(&state), access::check))
        .with_state(state)
}

async fn page() -> Html<&'static str> {
    Html(include_str!("page.html"))
}
