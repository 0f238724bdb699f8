//! `std.git`: a repository is fetched, by real git, from a repository beside it. Capability 4.6.

use crate::cli::run::Place;
use crate::ran::Ran;

const PROGRAM: &str = r#"
use std.git

pipeline ci(url: git.Url, ref: git.Ref? = none, commit: git.Commit? = none, deep: bool = false) -> (commit: git.Commit) {
    require ref == none or commit == none, "one of both"
    workspace src { size: 1Gi }
    source = git.clone(src, url, ref, commit, submodules: deep)
    task look { image: "quay.io/a/b:1", workdir: src, run: "cd ~{source.tree}; cat text; ls -A" }
    return (commit: source.commit)
}
"#;

/// Two commits on `main`, a branch and a tag on the first.
const REPOSITORY: &str = r#"
export HOME=$PWD GIT_CONFIG_NOSYSTEM=1
git init -q -b main repo && cd repo
git config user.name n && git config user.email e@example.com
echo first > text && git add . && git commit -q -m first && git branch old && git tag v1.0
echo second > text && git commit -q -a -m second
git rev-parse old main
"#;

/// The place, and the two commits.
fn repository() -> (Place, [String; 2]) {
    let place = Place::with(&[("ci.pipe", PROGRAM)]);
    let out = place.shell(REPOSITORY).exits(0).out;
    let commits: Vec<&str> = out.lines().collect();
    place.run(&["emit", "-t", "shell", "-o", "made", "ci.pipe"]).exits(0);
    (place, [commits[0].to_owned(), commits[1].to_owned()])
}

fn run(place: &Place, args: &str) -> Ran {
    place.shell(&format!("export HOME=$PWD; rm -rf work; bash made/ci.sh --work work {args}"))
}

#[test]
fn capability_4_6_a_repository_is_fetched() {
    let (place, [first, second]) = repository();
    let url = format!("--url file://{}", place.path("repo").display());
    let rows = [
        (String::new(), "second", &second),
        ("--ref old".to_owned(), "first", &first),
        ("--ref v1.0".to_owned(), "first", &first),
        ("--ref refs/heads/main".to_owned(), "second", &second),
        (format!("--commit {first}"), "first", &first),
    ];
    for (args, text, commit) in rows {
        let ran = run(&place, &format!("{url} {args}")).exits(0);
        let lines: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("look | ")).collect();
        assert_eq!(lines, [format!("look | {text}").as_str(), "look | .git", "look | text"], "{args}");
        assert!(ran.out.contains(commit), "{args}: {}", ran.out);
    }
    // Once more in the same folder: what somebody left there is gone.
    place.shell("echo mine > work/workspaces/src/source/text; echo more > work/workspaces/src/source/more").exits(0);
    let ran = place.shell(&format!("export HOME=$PWD; bash made/ci.sh --work work {url}")).exits(0);
    assert!(ran.out.contains("look | second\n") && !ran.out.contains("more"), "{}", ran.out);
}

/// What is pinned is that commit: another repository that has it not is no substitute.
#[test]
fn capability_4_6_a_commit_is_pinned() {
    let (place, [first, _]) = repository();
    let url = format!("--url file://{}", place.path("repo").display());
    let other = first.chars().rev().collect::<String>();
    let ran = run(&place, &format!("{url} --commit {other}"));
    assert!(ran.code != 0 && !ran.out.contains("look |"), "{}{}", ran.out, ran.err);
    // A part of a hash is no commit, and two wishes are one too many.
    for (args, said) in
        [(format!("--commit {}", &first[..10]), "commit"), (format!("--commit {first} --ref old"), "one of both")]
    {
        let ran = run(&place, &format!("{url} {args}")).exits(2);
        assert!(ran.err.contains(said) && !ran.out.contains("look"), "{}", ran.err);
    }
}

/// An address that git would read as an option, and one with a password in it: refused where it is written, and before the
/// first task where it is given.
#[test]
fn capability_4_6_an_address_is_no_option() {
    let refused = [
        "--upload-pack=touch ran",
        "-c core.x=y",
        "ext::sh -c touch% ran",
        "ssh://-oProxyCommand=x/y",
        "git@-oProxyCommand=x:y",
        "https://user:word@example.com/x",
        "https://example.com/a b",
        "example.com:x",
        "",
    ];
    let taken = [
        "https://example.com/x.git",
        "https://me@example.com:8443/~a/b",
        "ssh://git@example.com/x",
        "git@example.com:a/b.git",
        "file:///srv/x",
    ];
    let (place, _) = repository();
    let calls = |urls: &[&str]| {
        let call = |(at, url): (usize, &&str)| {
            format!("    workspace s{at} {{ size: 1Gi }}\n    c{at} = git.clone(s{at}, \"{url}\", ref: \"a/b-1.0\")\n")
        };
        let calls: String = urls.iter().enumerate().map(call).collect();
        place.put("calls.pipe", format!("use std.git\npipeline ci() {{\n{calls}}}\n"));
        place.run(&["check", "calls.pipe", "--format", "concise"])
    };
    let found = calls(&refused).out;
    let lines = found.lines().filter(|line| line.contains("`Url`")).count();
    assert_eq!(lines, refused.len(), "{found}");
    let found = calls(&taken).out;
    assert!(!found.contains("error"), "{found}");
    for args in [
        "--url '--upload-pack=touch ran'",
        "--url ''",
        "--url file:///srv/x --ref=--all",
        "--url file:///srv/x --ref=+a:b",
    ] {
        let ran = run(&place, args).exits(2);
        assert!(ran.err.contains(if args.contains("ref") { "ref" } else { "url" }), "{args}: {}", ran.err);
    }
    assert!(!place.path("ran").exists() && !place.path("work/workspaces/src/ran").exists());
}

#[test]
fn what_a_repository_holds_by_reference_comes_along_where_it_is_wanted() {
    let (place, _) = repository();
    place
        .shell(
            "export HOME=$PWD GIT_CONFIG_NOSYSTEM=1; git init -q -b main outer && cd outer && git config user.name n && git config user.email e@x && \
             git -c protocol.file.allow=always submodule -q add \"file://$PWD/../repo\" inner && echo outer > text && git add . && git commit -q -m outer",
        )
        .exits(0);
    let url = format!("--url file://{}", place.path("outer").display());
    let args = format!("{url} --deep true");
    // Git of today reads no submodule from a file unless it is told to.
    let allowed =
        "export HOME=$PWD; git config --global protocol.file.allow always; rm -rf work; bash made/ci.sh --work work";
    place.shell(&format!("{allowed} {args}")).exits(0);
    assert_eq!(place.read("work/workspaces/src/source/inner/text"), "second\n");
    place.shell(&format!("{allowed} {url}")).exits(0);
    assert_eq!(place.names("work/workspaces/src/source/inner"), Vec::<String>::new());
}

/// A token is in no argument, no log and no file of the tree.
#[test]
fn a_token_is_asked_for_by_git_and_kept_nowhere() {
    let (place, _) = repository();
    let program = PROGRAM
        .replace("url: git.Url,", "url: git.Url, token: secret,")
        .replace("submodules: deep)", "submodules: deep, token: token, user: \"me\")");
    place.put("ci.pipe", &program);
    place.run(&["emit", "-t", "shell", "-o", "made", "ci.pipe"]).exits(0);
    // A git that asks its helper, as it does where a server wants a name.
    let asks = "#!/bin/bash\nprintf '%s\\n' \"$*\" >> \"$HOME/told\"\n\
                if [ \"$1\" = fetch ]; then printf 'protocol=https\\nhost=example.com\\n\\n' | GIT_ASKPASS=true \"$REAL\" credential fill > \"$HOME/filled\"; fi\n\
                exec \"$REAL\" \"$@\"\n";
    place.put("bin/git", asks);
    place.put("secrets/mine", "hunter2");
    let url = format!("--url file://{}", place.path("repo").display());
    let line = "chmod +x bin/git; export HOME=$PWD; export REAL=$(command -v git) PATH=$PWD/bin:$PATH; bash made/ci.sh --work work --token secrets/mine";
    let ran = place.shell(&format!("{line} {url}")).exits(0);
    let filled = place.read("filled");
    assert!(filled.contains("username=me\n") && filled.contains("password=hunter2\n"), "{filled}");
    let kept = place.shell("grep -rl hunter2 work told || true").out;
    assert!(!ran.out.contains("hunter2") && !ran.err.contains("hunter2") && kept.is_empty(), "{kept}");
}

#[test]
fn every_target_takes_it_and_everything_is_documented() {
    let program =
        PROGRAM.replace("    workspace", "    target buildconfig { builder: \"quay.io/a/all:1\" }\n    workspace");
    let place = Place::with(&[("ci.pipe", &program)]);
    for target in ["shell", "tekton", "buildconfig"] {
        let words = ["emit", "-q", "-t", target, "-o", target, "ci.pipe", "-p", "url=https://example.com/x.git"];
        place.run(&words).exits(0);
    }
    place.run(&["verify", "tekton", "buildconfig"]).exits(0);
    let (_, text) = pipec::source::STDLIB.iter().find(|(name, _)| *name == "git").unwrap();
    let mut before = "";
    for line in text.lines() {
        let word = line.split(' ').next().unwrap();
        if matches!(word, "task" | "const" | "type" | "artifact") {
            assert!(before.starts_with("///"), "{line}");
        }
        before = line;
    }
}
