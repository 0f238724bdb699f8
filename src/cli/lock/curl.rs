//! Addresses, fetched by the curl of the machine.
//!
//! A client of our own with TLS is some 25 crates and a C library for a handful of small requests; curl is where images
//! are, and knows the proxies and certificates of the place. What it is told, passwords above all, goes through its
//! standard input, where no list of processes shows it.
#![expect(clippy::disallowed_methods, reason = "curl is another process")]

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::query::lock::registry::{Answer, Http};

/// One request, one process.
#[derive(Debug)]
pub(super) struct Curl {
    /// Addresses may be `http`.
    pub(super) insecure: bool,
}

impl Http for Curl {
    fn get(&mut self, url: &str, headers: &[String]) -> Result<Answer, String> {
        let headers = headers.iter().map(|header| ("header", header.as_str()));
        self.ask(url, FOLLOW, headers)
    }

    fn post(&mut self, url: &str, form: &str) -> Result<Answer, String> {
        self.ask(url, "", [("data-raw", form)].into_iter())
    }
}

/// Where a password would not be sent again.
const FOLLOW: &str = "location\nmax-redirs = 5\n";

impl Curl {
    fn ask<'a>(
        &self,
        url: &'a str,
        how: &str,
        what: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<Answer, String> {
        let told = told(url, how, what, self.insecure);
        // A server that fails may not fail again.
        for pause in PAUSES {
            match once(&told) {
                Ok(answer) if answer.status >= 500 => std::thread::sleep(pause),
                ended => return ended,
            }
        }
        once(&told)
    }
}

const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_secs(2)];

fn once(told: &str) -> Result<Answer, String> {
    let mut child = Command::new("curl")
        .args(["-q", "--config", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("curl, which asks registries, cannot be started: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(told.as_bytes()).map_err(|error| format!("curl does not listen: {error}"))?;
    }
    let ended = child.wait_with_output().map_err(|error| format!("curl was lost: {error}"))?;
    if !ended.status.success() {
        let said = String::from_utf8_lossy(&ended.stderr);
        let said = said.trim().trim_start_matches("curl: ");
        return Err(if said.is_empty() { format!("curl failed: {}", ended.status) } else { said.to_owned() });
    }
    answer(&ended.stdout).ok_or_else(|| "the server does not speak HTTP".to_owned())
}

fn told<'a>(url: &'a str, how: &str, what: impl Iterator<Item = (&'a str, &'a str)>, insecure: bool) -> String {
    let protocols = if insecure { "=http,https" } else { "=https" };
    let mut text = "silent\nshow-error\ninclude\nsuppress-connect-headers\ngloboff\nconnect-timeout = 20\n\
        max-time = 120\nmax-filesize = 16777216\n"
        .to_owned()
        + how;
    let settings = [("proto", protocols), ("proto-redir", protocols), ("url", url), ("user-agent", "pipec")];
    for (name, value) in settings.into_iter().chain(what) {
        text += &format!("{name} = \"{}\"\n", quoted(value));
    }
    text
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\r', "\\r")
}

/// The last answer of a chain of redirections.
fn answer(bytes: &[u8]) -> Option<Answer> {
    let mut rest = bytes;
    loop {
        let end = rest.windows(4).position(|four| four == b"\r\n\r\n")?;
        let (head, body) = (String::from_utf8_lossy(&rest[..end]).into_owned(), &rest[end + 4..]);
        let mut lines = head.lines();
        let status: u16 = lines.next()?.strip_prefix("HTTP/")?.split_whitespace().nth(1)?.parse().ok()?;
        if matches!(status, 100..=199 | 300..=399) && body.starts_with(b"HTTP/") {
            rest = body;
            continue;
        }
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        };
        return Some(Answer { status, headers: lines.filter_map(header).collect(), body: body.to_vec() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_answer_counts() {
        let text = b"HTTP/1.1 307 Moved\r\nLocation: x\r\n\r\nHTTP/2 200 \r\nDocker-Content-Digest: sha256:a\r\n\r\nHTTP/x\r\n\r\n";
        let found = answer(text).unwrap();
        assert_eq!((found.status, &*found.body), (200, &b"HTTP/x\r\n\r\n"[..]));
        assert_eq!(found.headers, [("docker-content-digest".to_owned(), "sha256:a".to_owned())]);
        assert!(answer(b"SSH-2.0\r\n\r\n").is_none());
    }

    #[test]
    fn nothing_leaves_its_quotes() {
        let told =
            told("https://x/\"\nurl = \"file:///etc/passwd", "", [("header", "Authorization: a\\")].into_iter(), false);
        assert_eq!(told.lines().filter(|line| line.starts_with("url")).count(), 1, "{told}");
        assert!(told.contains("header = \"Authorization: a\\\\\"\n"), "{told}");
    }
}
