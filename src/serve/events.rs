//! What happens, as it happens: server-sent events, taken up again where a reader lost them.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_stream::wrappers::ReceiverStream;

use super::runs::{Part, blocking, find, status_of};
use super::{Shared, answer};
use crate::contract::store::{LogLine, StatusFile};
use crate::run::store::logs::{Logs, Wanted};
use crate::run::store::read::{Run, is_end};

/// How many lines wait for a reader that is slow; then the log is not read on.
const WAITING: usize = 256;

/// Between two looks at what nobody tells.
const LOOK: Duration = Duration::from_millis(150);

/// A proxy closes what is silent for long.
const SILENCE: Duration = Duration::from_secs(15);

/// A line and where it is from.
#[derive(Debug, Serialize)]
struct Written {
    task: String,
    step: String,
    /// The number of the step.
    step_id: u32,
    #[serde(flatten)]
    line: LogLine,
}

/// `status` with each change, a mark of its own as the id of the event; `end` behind the last.
pub(super) async fn status(State(state): State<Shared>, Path(run): Path<String>, headers: HeaderMap) -> Response {
    let run = match blocking(state, move |store| find(store, &run)).await {
        Ok(run) => run,
        Err(error) => return answer::failed(&error),
    };
    let seen = last_id(&headers).map(str::to_owned);
    let (sender, receiver) = channel(WAITING);
    tokio::task::spawn_blocking(move || tell_status(&run, seen, &sender));
    events(receiver)
}

/// `log` with each line, its number as the id of the event; `end` behind the last.
pub(super) async fn logs(
    State(state): State<Shared>,
    Path(run): Path<String>,
    Query(part): Query<Part>,
    headers: HeaderMap,
) -> Response {
    let run = match blocking(state, move |store| find(store, &run)).await {
        Ok(run) => run,
        Err(error) => return answer::failed(&error),
    };
    let mut wanted = part.wanted();
    if let Some(last) = last_id(&headers).and_then(|id| id.parse::<u64>().ok()) {
        wanted.from = wanted.from.max(last.saturating_add(1));
    }
    let (sender, receiver) = channel(WAITING);
    tokio::task::spawn_blocking(move || {
        let tell = |line: &Written| {
            let event = Event::default().event("log").id(line.line.seq.to_string()).json_data(line);
            event.is_ok_and(|event| sender.blocking_send(event).is_ok())
        };
        if read(&run, wanted, true, tell, || sender.is_closed()) {
            sender.blocking_send(Event::default().event("end").data("")).ok();
        }
    });
    events(receiver)
}

/// The lines that are there, one a line as JSON.
pub(super) async fn log_file(
    State(state): State<Shared>,
    Path(run): Path<String>,
    Query(part): Query<Part>,
) -> Response {
    let run = match blocking(state, move |store| find(store, &run)).await {
        Ok(run) => run,
        Err(error) => return answer::failed(&error),
    };
    let (sender, receiver) = channel::<Result<String, Infallible>>(WAITING);
    tokio::task::spawn_blocking(move || {
        let tell = |line: &Written| {
            serde_json::to_string(line).is_ok_and(|text| sender.blocking_send(Ok(text + "\n")).is_ok())
        };
        read(&run, part.wanted(), false, tell, || sender.is_closed())
    });
    let mut response = Body::from_stream(ReceiverStream::new(receiver)).into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    response
}

/// Tells every line that is wanted until nothing more comes; false when nobody listens any more.
fn read(run: &Run, wanted: Wanted, follow: bool, tell: impl Fn(&Written) -> bool, gone: impl Fn() -> bool) -> bool {
    let mut logs = Logs::new(run, wanted, follow);
    while let Ok(Some(one)) = logs.wait(&gone) {
        if !tell(&Written { task: one.task, step: one.step, step_id: one.id, line: one.line }) {
            return false;
        }
    }
    !gone()
}

fn tell_status(run: &Run, mut seen: Option<String>, sender: &Sender<Event>) {
    loop {
        let status = status_of(run);
        // Two changes can have the same time.
        let id = mark(&status);
        if seen.as_deref() != Some(&id) {
            let event = Event::default().event("status").id(&id).json_data(&status);
            if !event.is_ok_and(|event| sender.blocking_send(event).is_ok()) {
                return;
            }
            seen = Some(id);
        } else if sender.is_closed() {
            return;
        }
        if is_end(status.state) {
            sender.blocking_send(Event::default().event("end").data("")).ok();
            return;
        }
        std::thread::sleep(LOOK);
    }
}

/// Another for each status.
fn mark(status: &StatusFile) -> String {
    let text = serde_json::to_vec(status).unwrap_or_default();
    Sha256::digest(text).iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}

fn last_id(headers: &HeaderMap) -> Option<&str> {
    headers.get("last-event-id").and_then(|id| id.to_str().ok())
}

fn events(receiver: Receiver<Event>) -> Response {
    use tokio_stream::StreamExt as _;
    let stream = ReceiverStream::new(receiver).map(Ok::<Event, Infallible>);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(SILENCE)).into_response()
}
