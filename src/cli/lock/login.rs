//! Who one is to a registry: what docker or podman was told.
#![expect(clippy::disallowed_methods, reason = "logins lie in the home of who runs this, or with a program of docker")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::query::lock::config_file::{From, Login, Logins};
use crate::query::lock::image::Reference;

/// The login for an image; nothing where there is none, since most images need none.
pub(super) fn find(image: &Reference) -> Option<Login> {
    let read = |path: PathBuf| Logins::read(&std::fs::read_to_string(path).ok()?).ok();
    let found = places().into_iter().filter_map(read).find_map(|logins| logins.find(image));
    match found? {
        From::File(login) => Some(login),
        From::Helper { name, server } => ask(&name, &server),
    }
}

fn places() -> Vec<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|text| !text.is_empty()).map(PathBuf::from);
    let home = |path: &str| var("HOME").map(|home| home.join(path));
    let docker = var("DOCKER_CONFIG").map(|folder| folder.join("config.json")).or_else(|| home(".docker/config.json"));
    let all = [
        var("REGISTRY_AUTH_FILE"),
        var("XDG_RUNTIME_DIR").map(|folder| folder.join("containers/auth.json")),
        home(".config/containers/auth.json"),
        docker,
    ];
    all.into_iter().flatten().collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Said {
    username: String,
    secret: String,
}

/// Asks a program that keeps logins; one that does not know it says so by failing.
fn ask(name: &str, server: &str) -> Option<Login> {
    let sound = name.chars().all(|one| one.is_ascii_alphanumeric() || "-_.".contains(one));
    if !sound {
        return None;
    }
    let mut child = Command::new(format!("docker-credential-{name}"))
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(server.as_bytes()).ok()?;
    let ended = child.wait_with_output().ok().filter(|ended| ended.status.success())?;
    let Said { username, secret } = serde_json::from_slice(&ended.stdout).ok()?;
    Some(Login::of_helper(&username, secret))
}
