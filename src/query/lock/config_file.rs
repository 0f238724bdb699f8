//! `config.json` of docker and `auth.json` of podman: who one is to a registry.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::image::Reference;

/// What a registry is told about who asks.
#[derive(Clone, PartialEq, Eq)]
pub enum Login {
    /// What stands behind `Basic`: name and password.
    Basic(String),
    /// A token that buys others, where the registry sends for tokens.
    Identity(String),
}

impl Login {
    /// As a program that keeps logins says it.
    pub fn of_helper(name: &str, secret: String) -> Self {
        if name == IDENTITY { Self::Identity(secret) } else { Self::Basic(basic(name, &secret)) }
    }
}

/// The name of who has an identity token.
const IDENTITY: &str = "<token>";

/// Shows no secret.
impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(…)")
    }
}

/// One such file.
#[derive(Default, Debug)]
pub struct Logins {
    by_place: BTreeMap<String, Login>,
    helpers: BTreeMap<String, String>,
    helper: Option<String>,
}

/// Where a login comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum From {
    /// The file itself.
    File(Login),
    /// The program `docker-credential-NAME`, asked for a server.
    Helper { name: String, server: String },
}

#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    auths: BTreeMap<String, Auth>,
    #[serde(default, rename = "credHelpers")]
    helpers: BTreeMap<String, String>,
    #[serde(default, rename = "credsStore")]
    store: Option<String>,
}

#[derive(Deserialize)]
struct Auth {
    #[serde(default)]
    auth: String,
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    #[serde(default, rename = "identitytoken")]
    identity: String,
}

/// What docker calls its own registry in that file.
const DOCKER_HUB: &str = "https://index.docker.io/v1/";

impl Logins {
    /// Of the text of a file.
    ///
    /// # Errors
    /// What is wrong with its JSON.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        let Written { auths, helpers, store } = serde_json::from_str(text)?;
        let login = |(place, auth): (String, Auth)| {
            let login = match auth {
                // A name beside it is that of nobody.
                Auth { identity, .. } if !identity.is_empty() => Login::Identity(identity),
                Auth { auth, .. } if !auth.is_empty() => Login::Basic(auth),
                Auth { username, password, .. } if !username.is_empty() => Login::Basic(basic(&username, &password)),
                // A helper keeps it.
                Auth { .. } => return None,
            };
            Some((place_of(&place), login))
        };
        let helper = store.filter(|name| !name.is_empty());
        Ok(Self { by_place: auths.into_iter().filter_map(login).collect(), helpers, helper })
    }

    /// For an image: of its repository, of a folder of repositories above it, or of its registry.
    pub fn find(&self, image: &Reference) -> Option<From> {
        let whole = format!("{}/{}", image.registry, image.repository);
        let ends = whole.match_indices('/').map(|(at, _)| at).chain([whole.len()]);
        let mut places: Vec<&str> = ends.map(|end| &whole[..end]).collect();
        places.reverse();
        if let Some(login) = places.iter().find_map(|place| self.by_place.get(*place)) {
            return Some(From::File(login.clone()));
        }
        let name = self.helpers.get(&image.registry).or(self.helper.as_ref())?;
        let server = if image.registry == "docker.io" { DOCKER_HUB.to_owned() } else { image.registry.clone() };
        Some(From::Helper { name: name.clone(), server })
    }
}

/// `https://quay.io/v2/` is `quay.io`.
fn place_of(written: &str) -> String {
    if written == DOCKER_HUB || written == "index.docker.io" {
        return "docker.io".to_owned();
    }
    let bare = written.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
    let bare = bare.strip_suffix("/v1").or_else(|| bare.strip_suffix("/v2")).unwrap_or(bare);
    bare.to_owned()
}

/// Name and password as HTTP has them.
fn basic(name: &str, password: &str) -> String {
    base64(format!("{name}:{password}").as_bytes())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |at: usize| u32::from(three.get(at).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let six = (bits >> (18 - 6 * digit)) & 63;
            text.push(if digit <= three.len() { char::from(DIGITS[six as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_are_encoded() {
        let rows = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("user:pass", "dXNlcjpwYXNz"),
        ];
        for (text, encoded) in rows {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }

    #[test]
    fn the_nearest_login_counts() {
        let text = r#"{"auths": {"quay.io": {"auth": "a"}, "quay.io/org": {"auth": "b"}, "https://index.docker.io/v1/": {"auth": "c"},
            "token.example": {"auth": "a", "identitytoken": "t"}, "kept.example": {}}, "credHelpers": {"gcr.io": "gcloud"}}"#;
        let logins = Logins::read(text).unwrap();
        let of = |image: &str| logins.find(&Reference::parse(image).unwrap());
        let file = |basic: &str| Some(From::File(Login::Basic(basic.to_owned())));
        assert_eq!(of("quay.io/x/y:1"), file("a"));
        assert_eq!(of("quay.io/org/y:1"), file("b"));
        assert_eq!(of("busybox"), file("c"));
        assert_eq!(of("gcr.io/a/b"), Some(From::Helper { name: "gcloud".to_owned(), server: "gcr.io".to_owned() }));
        assert_eq!(of("token.example/a"), Some(From::File(Login::Identity("t".to_owned()))));
        assert_eq!(of("kept.example/a"), None);
        assert_eq!(format!("{:?}", of("busybox")), "Some(File(Login(…)))");
    }
}
