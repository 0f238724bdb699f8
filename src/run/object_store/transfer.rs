//! One request, by `curl`.

use std::io::{self, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    Done,
    /// There is no such object.
    Missing,
}

/// Why nothing came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Failed {
    said: String,
    /// Another try may do better.
    pub(super) again: bool,
}

impl Failed {
    pub(super) fn about(self, method: &str, key: &str) -> io::Error {
        let what = if method == "PUT" { "put into" } else { "fetched from" };
        io::Error::other(format!("`{key}` cannot be {what} the store: {}", self.said))
    }
}

/// Sends the file, or fetches into it.
pub(super) fn run(method: &str, url: &str, file: &Path) -> Result<Answer, Failed> {
    let failed = |error: io::Error| Failed { said: format!("curl cannot be run: {error}"), again: false };
    let output = curl(&config(method, url, file)).map_err(failed)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Failed { said, again: true });
    }
    let code = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    match code.as_str() {
        "200" | "204" => Ok(Answer::Done),
        "404" if method == "GET" && has_no_bucket(file) => {
            Err(Failed { said: "the server has no such bucket".to_owned(), again: false })
        }
        "404" => Ok(Answer::Missing),
        "403" | "401" => Err(Failed { said: format!("{REFUSED} ({code})"), again: false }),
        _ => Err(Failed { said: format!("the server answered {code}"), again: code.starts_with('5') || code == "429" }),
    }
}

/// What a server says to who may not ask, and to who may not know that there is nothing.
const REFUSED: &str =
    "the server refused the credentials, or has no such object and they give no right to list the bucket";

/// Whether the answer in the file says that there is nothing at all.
fn has_no_bucket(file: &Path) -> bool {
    let answer = std::fs::read(file).unwrap_or_default();
    answer.len() < 65_536 && String::from_utf8_lossy(&answer).contains("NoSuchBucket")
}

/// Everything that it has to know, for its standard input.
fn config(method: &str, url: &str, file: &Path) -> Vec<u8> {
    let mut text = Vec::new();
    let way = if method == "PUT" { "upload-file" } else { "output" };
    for (name, value) in [("url", url.as_bytes()), (way, file.as_os_str().as_bytes())] {
        text.extend_from_slice(format!("{name} = \"").as_bytes());
        for byte in value {
            match byte {
                b'"' | b'\\' => text.extend_from_slice(&[b'\\', *byte]),
                b'\n' => text.extend_from_slice(b"\\n"),
                b'\r' => text.extend_from_slice(b"\\r"),
                b'\t' => text.extend_from_slice(b"\\t"),
                _ => text.push(*byte),
            }
        }
        text.extend_from_slice(b"\"\n");
    }
    text.extend_from_slice(SETTINGS.as_bytes());
    text
}

/// Nothing in an address or a path is a pattern; a transfer that stands still for a minute has failed; no server is asked
/// whether it wants what is sent.
const SETTINGS: &str = "silent\nshow-error\ngloboff\npath-as-is\nproto = \"=http,https\"\nconnect-timeout = 20\n\
                        speed-limit = 1\nspeed-time = 60\nheader = \"Expect:\"\nwrite-out = \"%{http_code}\"\n";

fn curl(config: &[u8]) -> io::Result<Output> {
    // `-q`: no settings of the user.
    let mut child = Command::new("curl")
        .args(["-q", "--config", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let input = child.stdin.take();
    // It reads all of it before it does anything; who does not has said why.
    input.map_or(Ok(()), |mut input| input.write_all(config)).ok();
    child.wait_with_output()
}
