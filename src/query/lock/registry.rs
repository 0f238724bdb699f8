//! The Registry API, version 2: what is asked, in which order, and with whose name. How it travels is not known here.

use super::config_file::Login;
use super::findings;
use super::image::Reference;
use super::look::{Source, read};
use super::manifest::TYPES;
use crate::diag::Diagnostic;
use serde::Deserialize;

/// Something that fetches an address.
pub trait Http {
    /// What the server answers, whatever its status; redirections are followed.
    ///
    /// # Errors
    /// Why there is no answer.
    fn get(&mut self, url: &str, headers: &[String]) -> Result<Answer, String>;

    /// What the server answers to a form; it is sent nowhere else, whatever the server says.
    ///
    /// # Errors
    /// Why there is no answer.
    fn post(&mut self, url: &str, form: &str) -> Result<Answer, String>;
}

/// What a server said.
#[derive(Clone, Default, Debug)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// One repository of a registry.
pub struct Repository<'a> {
    /// As the program writes it.
    pub image: &'a str,
    pub reference: &'a Reference,
    pub login: Option<Login>,
    /// `http` in place of `https`.
    pub insecure: bool,
    pub http: &'a mut dyn Http,
    /// What stands behind `Authorization:` since the registry asked for it.
    pub authorization: Option<String>,
}

impl std::fmt::Debug for Repository<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("reference", self.reference).finish_non_exhaustive()
    }
}

impl Source for Repository<'_> {
    fn top(&mut self) -> Result<(Vec<u8>, Option<String>), Diagnostic> {
        let version = self.reference.version().to_owned();
        let answer = self.get("manifests", &version)?;
        let said = answer.header("docker-content-digest").map(str::to_owned);
        // What was asked for by its digest has to have that one.
        let digest = self.reference.digest().map(str::to_owned).or(said);
        Ok((answer.body, digest))
    }

    fn manifest(&mut self, digest: &str) -> Result<Vec<u8>, Diagnostic> {
        Ok(self.get("manifests", digest)?.body)
    }

    fn blob(&mut self, digest: &str) -> Result<Vec<u8>, Diagnostic> {
        Ok(self.get("blobs", digest)?.body)
    }
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    token: String,
    #[serde(default)]
    access_token: String,
}

impl Repository<'_> {
    fn get(&mut self, what: &str, which: &str) -> Result<Answer, Diagnostic> {
        let scheme = if self.insecure { "http" } else { "https" };
        let Reference { repository, .. } = self.reference;
        let url = format!("{scheme}://{}/v2/{repository}/{what}/{which}", self.reference.host());
        let mut answer = self.ask(&url)?;
        if answer.status == 401 && self.authorization.is_none() {
            self.authorize(&answer)?;
            answer = self.ask(&url)?;
        }
        match answer.status {
            200 => Ok(answer),
            401 | 403 => Err(findings::not_allowed(self.image, self.reference, self.login.is_some())),
            404 => Err(findings::not_found(self.image, self.reference, what)),
            429 => Err(findings::too_many(self.image, self.reference)),
            status => Err(findings::refused(self.image, &url, status)),
        }
    }

    fn ask(&mut self, url: &str) -> Result<Answer, Diagnostic> {
        let mut headers = vec![format!("Accept: {TYPES}")];
        headers.extend(self.authorization.iter().map(|text| format!("Authorization: {text}")));
        self.http.get(url, &headers).map_err(|why| findings::no_answer(self.image, url, &why, self.insecure))
    }

    /// Does what the registry asks for: a token of the place that it names, or name and password.
    fn authorize(&mut self, answer: &Answer) -> Result<(), Diagnostic> {
        let denied = || findings::not_allowed(self.image, self.reference, self.login.is_some());
        let challenge = answer.header("www-authenticate").and_then(Challenge::parse).ok_or_else(denied)?;
        if challenge.scheme == "basic" {
            let Some(Login::Basic(basic)) = &self.login else { return Err(denied()) };
            self.authorization = Some(format!("Basic {basic}"));
            return Ok(());
        }
        let realm = challenge.value("realm").filter(|_| challenge.scheme == "bearer").ok_or_else(denied)?;
        if self.login.is_some() && !self.insecure && !realm.starts_with("https://") {
            return Err(findings::open_realm(self.image, realm));
        }
        let answer = self.buy(realm, challenge.value("service"))?;
        if answer.status != 200 {
            return Err(findings::not_allowed(self.image, self.reference, self.login.is_some()));
        }
        let Token { token, access_token } = read(self.image, "token", &answer.body)?;
        let token = if token.is_empty() { access_token } else { token };
        if token.is_empty() || token.contains(|one: char| one.is_control() || one == ' ') {
            return Err(findings::not_allowed(self.image, self.reference, self.login.is_some()));
        }
        self.authorization = Some(format!("Bearer {token}"));
        Ok(())
    }

    /// What the place that sells tokens says: to anybody, to a name with a password, or to who has a token that buys others.
    fn buy(&mut self, realm: &str, service: Option<&str>) -> Result<Answer, Diagnostic> {
        let scope = format!("repository:{}:pull", self.reference.repository);
        let mut wanted = format!("scope={}", escaped(&scope));
        if let Some(service) = service {
            wanted += &format!("&service={}", escaped(service));
        }
        let with_query = || format!("{realm}{}{wanted}", if realm.contains('?') { '&' } else { '?' });
        let (url, answer) = match &self.login {
            Some(Login::Identity(identity)) => {
                let token = escaped(identity);
                let form = format!("grant_type=refresh_token&client_id=pipec&{wanted}&refresh_token={token}");
                (realm.to_owned(), self.http.post(realm, &form))
            }
            Some(Login::Basic(basic)) => {
                let url = with_query();
                let answer = self.http.get(&url, &[format!("Authorization: Basic {basic}")]);
                (url, answer)
            }
            None => {
                let url = with_query();
                let answer = self.http.get(&url, &[]);
                (url, answer)
            }
        };
        answer.map_err(|why| findings::no_answer(self.image, &url, &why, self.insecure))
    }
}

/// `Bearer realm="…",service="…"`
struct Challenge<'a> {
    /// In lower case.
    scheme: String,
    values: Vec<(&'a str, &'a str)>,
}

impl<'a> Challenge<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (scheme, mut rest) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let mut values = Vec::new();
        while let Some((name, after)) = rest.split_once('=') {
            let name = name.trim_start_matches([',', ' ']).trim();
            let value;
            (value, rest) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => after.split_once(',').unwrap_or((after, "")),
            };
            values.push((name, value.trim()));
        }
        (!scheme.is_empty()).then(|| Self { scheme: scheme.to_lowercase(), values })
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        self.values.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| *value)
    }
}

/// As part of a query.
fn escaped(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => made.push(char::from(byte)),
            _ => made += &format!("%{byte:02X}"),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_read() {
        let text = r#"Bearer realm="https://auth.docker.io/token?x=1",service="registry.docker.io",scope="repository:a,b:pull""#;
        let found = Challenge::parse(text).unwrap();
        assert_eq!((found.scheme.as_str(), found.value("Realm")), ("bearer", Some("https://auth.docker.io/token?x=1")));
        assert_eq!(
            (found.value("service"), found.value("scope")),
            (Some("registry.docker.io"), Some("repository:a,b:pull"))
        );
        assert_eq!(Challenge::parse("Basic realm=x, charset=\"UTF-8\"").unwrap().value("charset"), Some("UTF-8"));
        assert!(Challenge::parse("").is_none());
        assert_eq!(escaped("repository:a/b c"), "repository%3Aa%2Fb%20c");
    }
}
