//! Answers that say what is wrong: `{"error": "…"}`.

use std::io;

use axum::Json;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};

pub(super) fn refused(status: StatusCode, why: &str) -> Response {
    (status, Json(serde_json::json!({ "error": why }))).into_response()
}

pub(super) async fn nothing_here(uri: Uri) -> Response {
    refused(StatusCode::NOT_FOUND, &format!("there is nothing at `{}`; runs are at `/api/runs`", uri.path()))
}

/// What could not be read: what is not there is the asker's fault, the rest the machine's.
#[expect(clippy::wildcard_enum_match_arm, reason = "the machine may have kinds to come")]
pub(super) fn failed(error: &io::Error) -> Response {
    let status = match error.kind() {
        io::ErrorKind::NotFound => StatusCode::NOT_FOUND,
        io::ErrorKind::InvalidInput => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    refused(status, &error.to_string())
}
