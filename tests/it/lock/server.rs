//! A registry on this machine, as bad as real ones: tokens, redirections, broken bytes.

use std::io::{BufRead, BufReader, Read as _, Write};
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
    /// Who has a token that buys others.
    TokenForIdentity,
    /// Who has the password.
    Basic,
}

/// A token that buys others.
pub(super) const IDENTITY: &str = "re/fresh+=";

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
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        let mut lines = reader.by_ref().lines();
        let path = lines.next()?.ok()?.split(' ').nth(1)?.to_owned();
        let head: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
        let header = |name: &str| {
            let found = head
                .iter()
                .find_map(|line| line.split_once(": ").filter(|(known, _)| known.eq_ignore_ascii_case(name)));
            found.map(|(_, value)| value.to_owned())
        };
        let mut form = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
        reader.read_exact(&mut form).ok()?;
        let form = String::from_utf8_lossy(&form);
        let (status, more, body) = match path.as_str() {
            "/token" => self.sell(&form),
            path => self.answer(path, header("authorization").as_deref()),
        };
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n", body.len());
        stream.write_all(head.as_bytes()).ok()?;
        stream.write_all(&body).ok()?;
        Some(path)
    }

    /// To who posts a form.
    fn sell(&self, form: &str) -> (&'static str, String, Vec<u8>) {
        let mut fields: Vec<&str> = form.split('&').collect();
        fields.sort_unstable();
        let right = [
            "client_id=pipec",
            "grant_type=refresh_token",
            "refresh_token=re%2Ffresh%2B%3D",
            "scope=repository%3Aa%2Fb%3Apull",
            "service=test%20registry",
        ];
        match self.door == Door::TokenForIdentity && fields == right {
            true => ("200 OK", String::new(), b"{\"access_token\":\"secret-token\",\"expires_in\":60}".to_vec()),
            false => ("401 Unauthorized", String::new(), b"{}".to_vec()),
        }
    }

    fn answer(&self, path: &str, who: Option<&str>) -> (&'static str, String, Vec<u8>) {
        let not_found = || ("404 Not Found", String::new(), b"{}".to_vec());
        if let Some(query) = path.strip_prefix("/token?") {
            let allowed = self.door == Door::Token || self.door == Door::TokenForLogin && who == Some(BASIC);
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
            Door::Token | Door::TokenForLogin | Door::TokenForIdentity => who == Some("Bearer secret-token"),
            Door::Basic => who == Some(BASIC),
        };
        if !let_in {
            let challenge = match self.door {
                Door::Basic => "Basic realm=\"here\"".to_owned(),
                Door::Open | Door::Token | Door::TokenForLogin | Door::TokenForIdentity => {
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
