//! Which `pipec.toml` a file obeys.

use pipec::diag::code::Code;
use pipec::query::config::Config;
use pipec::query::configs::{Choice, Configs};
use pipec::query::levels::{Level, Lint, Wishes};

use super::Project;

const DENY: &str = "[lints]\nP0254 = \"deny\"\n";

fn nearest() -> Configs {
    Configs::new(Choice::Nearest, Wishes::default())
}

#[test]
fn it_is_the_nearest_one_from_the_folder_of_the_file_upward() {
    let project = Project::new(&[("pipec.toml", ""), ("a/pipec.toml", DENY), ("/x/pipec.toml", ""), ("a/b/c/x", "")]);
    let configs = nearest();
    let path = |of: &str| configs.of(&project, of).path.clone();
    let expected = [
        ("f.pipe", "pipec.toml"),
        ("./f.pipe", "pipec.toml"),
        ("b/f.pipe", "pipec.toml"),
        ("a/f.pipe", "a/pipec.toml"),
        ("./a//b/./c/f.pipe", "a/pipec.toml"),
        ("a/../f.pipe", "pipec.toml"),
        ("a/b/../../b/f.pipe", "pipec.toml"),
        ("/x/y/z/f.pipe", "/x/pipec.toml"),
        ("-", "pipec.toml"),
        ("/dev/stdin", "pipec.toml"),
    ];
    for (of, wanted) in expected {
        assert_eq!(path(of).as_deref(), Some(wanted), "{of}");
    }
    assert_eq!(path("/y/f.pipe"), None);
    assert_eq!(path("../f.pipe"), None);
    assert_eq!(path("/../x/f.pipe").as_deref(), Some("/x/pipec.toml"));
}

#[test]
fn each_folder_is_looked_at_once() {
    let project = Project::new(&[("pipec.toml", DENY)]);
    let configs = nearest();
    for at in 0..1000 {
        let config = configs.of(&project, &format!("a/b/f{at}.pipe"));
        assert_eq!(config.levels.of(Code::P0254), Level::Deny);
    }
    const ASKED: [&str; 7] =
        ["a/b/pipec.toml", "a/b/pipec.lock", "a/pipec.toml", "a/pipec.lock", "pipec.toml", "pipec.toml", "pipec.lock"];
    let asked = project.asked.lock().unwrap().borrow().clone();
    assert_eq!(asked, ASKED, "looked for, then read");
    assert_eq!(configs.all().len(), 1);
}

#[test]
fn one_that_is_named_is_obeyed_by_all_and_must_be_there() {
    let project = Project::new(&[("pipec.toml", ""), ("ours.toml", DENY), ("b.toml", "[")]);
    let named = |path: &str| Configs::new(Choice::File(path.to_owned()), Wishes::default());
    let config = named("ours.toml").of(&project, "a/f.pipe");
    assert_eq!((config.path.as_deref(), config.levels.of(Code::P0254)), (Some("ours.toml"), Level::Deny));
    let config = named("none.toml").of(&project, "f.pipe");
    assert_eq!(codes(&config), [Code::P0701]);
    assert_eq!(codes(&named("b.toml").of(&project, "f.pipe")), [Code::P0721]);
}

fn codes(config: &Config) -> Vec<Code> {
    config.diagnostics.iter().map(|one| one.code).collect()
}

#[test]
fn without_one_the_command_line_still_counts() {
    let project = Project::new(&[("pipec.toml", "[")]);
    let mut line = Wishes::default();
    line.set(Lint::All, Level::Deny);
    let config = Configs::new(Choice::None, line).of(&project, "f.pipe");
    assert_eq!((codes(&config), config.levels.of(Code::P0254)), (Vec::new(), Level::Deny));
    assert!(project.asked.lock().unwrap().borrow().is_empty());
}
