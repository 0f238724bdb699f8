//! Paths as URIs.

use std::fmt::Write as _;

/// A path as a reference: relative where the path is.
pub(super) fn reference(path: &str) -> String {
    match path.strip_prefix('/') {
        Some(_) => format!("file://{}", encoded(path)),
        None => encoded(path.trim_start_matches("./")),
    }
}

/// The address of a file; `folder` is where a relative path begins.
pub(super) fn file(folder: &str, path: &str) -> String {
    if path.starts_with('/') {
        return reference(path);
    }
    format!("file://{}/{}", encoded(folder.trim_end_matches('/')), encoded(path.trim_start_matches("./")))
}

/// Whatever could mean something else in a URI is written by its bytes.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => write!(uri, "%{byte:02X}").expect("a string takes all"),
        }
    }
    uri
}
