//! A registry on this machine, as bad as real ones: tokens, redirections, broken bytes.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::images::Image;

/// Who is let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Door {
    Open,
    /// Everybody who fetches a token.
    Token,
    /// Who has the password, for a token.
    TokenForLogin,
    /// Who has the password.
    Basic,
}

/// `user:pass`
pub(super) const BASIC: &str = "Basic dXNlcjpwYXNz";

#[derive(Debug)]
pub(super) struct Registry {
    pub(super) host: String,
    asked: Arc<Mutex<Vec<String>>>,
    image: Arc<Mutex<Image>>,
}

impl Registry {
    /// Has the image as `a/b:1`. With `torn`, what it gives is not what it was asked for.
    pub(super) fn new(door: Door, image: &Image, torn: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = format!("127.0.0.1:{}", listener.local_addr().unwrap().port());
        let registry = Self { host: host.clone(), asked: Arc::default(), image: Arc::new(Mutex::new(image.clone())) };
        let (asked, image) = (Arc::clone(&registry.asked), Arc::clone(&registry.image));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let one = One { door, host: &host, torn, image: &image.lock().unwrap().clone() };
                if let Some(path) = one.serve(stream) {
                    asked.lock().unwrap().push(path);
                }
            }
        });
        registry
    }

    /// What was asked for since the last time.
    pub(super) fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    /// Somebody pushes.
    pub(super) fn push(&self, image: &Image) {
        *self.image.lock().unwrap() = image.clone();
    }
}

struct One<'a> {
    door: Door,
    host: &'a str,
    torn: bool,
    image: &'a Image,
}

impl One<'_> {
    fn serve(&self, mut stream: TcpStream) -> Option<String> {
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        let path = lines.next()?.ok()?.split(' ').nth(1)?.to_owned();
        let head: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let header = |name: &str| {
            let found = head
                .iter()
                .find_map(|line| line.split_once(": ").filter(|(known, _)| known.eq_ignore_ascii_case(name)));
            found.map(|(_, value)| value.to_owned())
        };
        let (status, more, body) = self.answer(&path, header("authorization").as_deref());
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n", body.len());
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(&body).ok()?;
        Some(path)
    }

    fn answer(&self, path: &str, who: Option<&str>) -> (&'static str, String, Vec<u8>) {
        let not_found = || ("404 Not Found", String::new(), b"{}".to_vec());
        if let Some(query) = path.strip_prefix("/token?") {
            let allowed = self.door == Door::Token || who == Some(BASIC);
            let right = query.contains("scope=repository%3Aa%2Fb%3Apull") && query.contains("service=test%20registry");
            return match allowed && right {
                true => ("200 OK", String::new(), b"{\"token\":\"secret-token\"}".to_vec()),
                false => ("401 Unauthorized", String::new(), b"{}".to_vec()),
            };
        }
        // What other hosts keep for a registry lets everybody in.
        if let Some(digest) = path.strip_prefix("/cdn/") {
            return self.image.blob(digest).map_or_else(not_found, |bytes| ("200 OK", String::new(), bytes.to_vec()));
        }
        let let_in = match self.door {
            Door::Open => true,
            Door::Token | Door::TokenForLogin => who == Some("Bearer secret-token"),
            Door::Basic => who == Some(BASIC),
        };
        if !let_in {
            let challenge = match self.door {
                Door::Basic => "Basic realm=\"here\"".to_owned(),
                Door::Open | Door::Token | Door::TokenForLogin => {
                    format!("Bearer realm=\"http://{}/token\",service=\"test registry\",scope=\"x\"", self.host)
                }
            };
            return ("401 Unauthorized", format!("WWW-Authenticate: {challenge}\r\n"), Vec::new());
        }
        if let Some(digest) = path.strip_prefix("/v2/a/b/blobs/") {
            return ("307 Temporary Redirect", format!("Location: http://{}/cdn/{digest}\r\n", self.host), Vec::new());
        }
        let wanted = match path.strip_prefix("/v2/a/b/manifests/") {
            Some("1") => self.image.top.as_str(),
            Some(digest) => digest,
            None => return not_found(),
        };
        let Some(bytes) = self.image.blob(wanted) else { return not_found() };
        let body = if self.torn { [bytes, b" "].concat() } else { bytes.to_vec() };
        ("200 OK", format!("Docker-Content-Digest: {wanted}\r\n"), body)
    }
}
