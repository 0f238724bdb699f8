//! Images in registries.

use super::images::Image;
use super::server::{Door, IDENTITY, Registry};
use crate::cli::run::Place;
use crate::ran::Ran;

fn image() -> Image {
    Image::both("{\"Entrypoint\":[\"/app\"]}", "{\"Entrypoint\":[\"/arm\"]}")
}

fn place(image: &str) -> Place {
    Place::with(&[("ci.pipe", &format!("pipeline ci() {{\n    task t {{ image: \"{image}\", run: \"make\" }}\n}}\n"))])
}

/// Nobody is logged in but as this folder says.
fn run(place: &Place, args: &[&str]) -> Ran {
    let mut command = place.command();
    for name in ["XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env_remove(name);
    }
    command.env("HOME", place.path("home")).env("DOCKER_CONFIG", place.path("docker"));
    Ran::of(command.args(args).output().unwrap())
}

#[test]
fn a_registry_is_asked_once_and_never_again() {
    let registry = Registry::new(Door::Open, &image(), false);
    let name = format!("{}/a/b:1", registry.host);
    let place = place(&name);
    let ran = run(&place, &["lock", "--insecure"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "pipec.lock\n", ""));
    let lock = place.read("pipec.lock");
    assert!(lock.contains(&image().top) && lock.contains("\"/app\"") && !lock.contains("/arm"), "{lock}");
    let asked = registry.asked();
    assert_eq!(asked.iter().filter(|path| path.starts_with("/v2/a/b/manifests/1")).count(), 1, "{asked:?}");
    assert_eq!(asked.len(), 4, "the index, the manifest, the configuration and where that is: {asked:?}");
    assert_eq!(run(&place, &["lock", "--insecure"]).code, 0);
    assert_eq!(run(&place, &["lock", "--check"]).code, 0);
    assert_eq!(registry.asked(), Vec::<String>::new());
}

#[test]
fn tokens_are_fetched_as_registries_want_it() {
    for (door, login, works) in [
        (Door::Token, false, true),
        (Door::Token, true, false),
        (Door::TokenForLogin, true, true),
        (Door::TokenForLogin, false, false),
        (Door::Basic, true, true),
        (Door::Basic, false, false),
    ] {
        // Who may be anybody is let in with a password too.
        let works = works || door == Door::Token;
        let registry = Registry::new(door, &image(), false);
        let place = place(&format!("{}/a/b:1", registry.host));
        if login {
            let config = format!("{{\"auths\":{{\"{}\":{{\"auth\":\"dXNlcjpwYXNz\"}}}}}}", registry.host);
            place.put("docker/config.json", config);
        }
        let ran = run(&place, &["lock", "--insecure"]);
        assert_eq!(ran.code == 0, works, "{door:?} {login}: {}", ran.err);
        if !works {
            assert!(ran.code == 2 && ran.err.contains("P0756") && ran.err.contains("log in"), "{}", ran.err);
        }
        assert!(!ran.err.contains("dXNl") && !ran.err.contains("secret-token"), "{}", ran.err);
    }
}

/// Of a file, beside a name that is nobody's; what it buys is what the registry takes.
#[test]
fn an_identity_token_buys_a_token() {
    for (door, token, works) in [
        (Door::TokenForIdentity, IDENTITY, true),
        (Door::TokenForIdentity, "another", false),
        (Door::TokenForLogin, IDENTITY, false),
        (Door::Basic, IDENTITY, false),
    ] {
        let registry = Registry::new(door, &image(), false);
        let place = place(&format!("{}/a/b:1", registry.host));
        let auth = format!("{{\"auth\":\"dXNlcjpwYXNz\",\"identitytoken\":\"{token}\"}}");
        place.put("docker/config.json", format!("{{\"auths\":{{\"{}\":{auth}}}}}", registry.host));
        let ran = run(&place, &["lock", "--insecure"]);
        assert_eq!(ran.code == 0, works, "{door:?} {token}: {}", ran.err);
        assert!(works || ran.code == 2 && ran.err.contains("P0756") && ran.err.contains("log in"), "{}", ran.err);
        assert!(!ran.err.contains(token) && !ran.err.contains("secret-token"), "{}", ran.err);
        let asked = registry.asked();
        assert!(!asked.iter().any(|path| path.contains("fresh")), "{asked:?}");
    }
    // Who has none is not let in for nothing.
    let registry = Registry::new(Door::TokenForIdentity, &image(), false);
    assert_eq!(run(&place(&format!("{}/a/b:1", registry.host)), &["lock", "--insecure"]).code, 2);
}

/// A program that keeps logins, as `docker login` sets it up; the name of an identity token is nobody's.
#[test]
fn helpers_are_asked_for_logins() {
    asks_a_helper(Door::Basic, "user", "pass");
    asks_a_helper(Door::TokenForIdentity, "<token>", IDENTITY);
}

fn asks_a_helper(door: Door, name: &str, secret: &str) {
    let registry = Registry::new(door, &image(), false);
    let place = place(&format!("{}/a/b:1", registry.host));
    place.put("docker/config.json", "{\"credsStore\":\"test\"}");
    let helper = format!(
        "#!/bin/sh\nread -r server\n[ \"$1/$server\" = 'get/{}' ] && echo '{{\"ServerURL\":\"x\",\"Username\":\"{name}\",\"Secret\":\"{secret}\"}}'\n",
        registry.host
    );
    place.put("bin/docker-credential-test", helper);
    let chmod = std::process::Command::new("chmod").arg("+x").arg(place.path("bin/docker-credential-test")).status();
    assert!(chmod.unwrap().success());
    let mut command = place.command();
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap());
    command.env("PATH", path).env("HOME", place.path("home")).env("DOCKER_CONFIG", place.path("docker"));
    let ran = Ran::of(command.args(["lock", "--insecure"]).output().unwrap());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn what_a_registry_gives_is_held_against_its_digest() {
    let registry = Registry::new(Door::Open, &image(), true);
    let place = place(&format!("{}/a/b:1", registry.host));
    let ran = run(&place, &["lock", "--insecure"]);
    assert!(ran.code == 2 && ran.err.contains("P0757"), "{}", ran.err);
    assert_eq!(place.names("."), ["ci.pipe"]);
}

#[test]
fn what_cannot_be_looked_up_is_said_and_nothing_written() {
    let registry = Registry::new(Door::Open, &image(), false);
    let rows = [
        (format!("{}/a/b:2", registry.host), "has no `2` of `a/b`"),
        (format!("{}/a/b@sha256:{}", registry.host, "0".repeat(64)), "there is none"),
        ("127.0.0.1:1/a/b:1".to_owned(), "onnect"),
    ];
    for (name, wanted) in rows {
        let place = place(&name);
        let ran = run(&place, &["lock", "--insecure"]);
        assert!(ran.code == 2 && ran.err.contains("P0756") && ran.err.contains(wanted), "{name}: {}", ran.err);
        assert_eq!(place.names("."), ["ci.pipe"]);
    }
    // Without `--insecure`, nothing goes by http.
    let place = place(&format!("{}/a/b:1", registry.host));
    registry.asked();
    let ran = run(&place, &["lock"]);
    assert!(ran.code == 2 && ran.err.contains("--insecure"), "{}", ran.err);
    assert_eq!(registry.asked(), Vec::<String>::new());
}

#[test]
fn a_tag_that_moved_is_found_when_somebody_asks() {
    let registry = Registry::new(Door::Open, &image(), false);
    let name = format!("{}/a/b:1", registry.host);
    let place = place(&name);
    assert_eq!(run(&place, &["lock", "--insecure"]).code, 0);
    let before = place.read("pipec.lock");
    let newer = Image::of("amd64", "{\"Entrypoint\":[\"/newer\"]}");
    registry.push(&newer);
    let ran = run(&place, &["lock", "--insecure", "--check"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "nobody asked: {}", ran.err);
    let ran = run(&place, &["lock", "--insecure", "--update-all", "--check"]);
    assert!(ran.code == 1 && ran.err.contains("P0754"), "{}", ran.err);
    assert!(ran.out.contains("-        \"/app\"") && ran.out.contains("+        \"/newer\""), "{}", ran.out);
    assert_eq!(place.read("pipec.lock"), before);
    assert_eq!(run(&place, &["lock", "--insecure", "--update", "other:1"]).code, 0);
    assert_eq!(place.read("pipec.lock"), before);
    assert_eq!(run(&place, &["lock", "--insecure", "--update", &name]).code, 0);
    assert!(place.read("pipec.lock").contains(&newer.top));
}

#[test]
fn check_says_what_is_missing_and_what_is_too_much() {
    let registry = Registry::new(Door::Open, &image(), false);
    let name = format!("{}/a/b:1", registry.host);
    let place = place(&name);
    let ran = run(&place, &["lock", "--check"]);
    assert!(ran.code == 1 && ran.err.contains(&format!("it lacks `{name}`")), "{}", ran.err);
    assert_eq!(run(&place, &["lock", "--insecure"]).code, 0);
    place.put(
        "ci.pipe",
        place
            .read("ci.pipe")
            .replace(":1\"", "@sha256:".to_owned().as_str())
            .replace("@sha256:", &format!("@{}\"", image().top)),
    );
    let ran = run(&place, &["lock", "--check"]);
    assert!(ran.code == 1 && ran.err.contains(&format!("no program names `{name}`")), "{}", ran.err);
    // A file alone does not know what others name.
    let ran = run(&place, &["lock", "--insecure", "ci.pipe"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(place.read("pipec.lock").matches("\"image\":").count(), 2);
    assert_eq!(run(&place, &["lock", "--insecure"]).code, 0);
    assert_eq!(place.read("pipec.lock").matches("\"image\":").count(), 1);
}
