//! What is wrong with what is given is said before anything runs, by all three, and with the same exit code.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::case::{Case, Given};
use super::engines::{ENTRYPOINT, builds_command, only_run, run_command, shell_command};
use super::in_parallel;
use super::room::{Ended, Room};

/// Leaves in its trace what it was given; it asks for a secret where the test is about one.
fn program(secret: bool) -> String {
    let (param, env) =
        if secret { ("token: secret", "TOKEN: token") } else { ("other: string = \"\"", "TOKEN: other") };
    format!(
        r#"
enum Mode {{ fast, slow }}
type Tag = string matching "v[0-9]+"

pipeline refused(
    tag: Tag, count: int = 1, mode: Mode = .fast, flag: bool = false, wait: duration = 1s, room: size = 1Gi,
    list: [Tag] = [], maybe: int? = none, {param},
) {{
    require count < 10 or flag, "the count is too large"
    target buildconfig {{ at_once: 1 }}
    task only {{
        image: "quay.io/a/b:1.0"
        env: {{ {env}, COUNT: text(count), WAIT: text(wait), ROOM: text(room), FLAG: if flag then "true" else "false" }}
        run: """
            printf '%s\n' "tag "~{{tag}} "mode "~{{mode}} "$COUNT" "$WAIT" "$ROOM" "$FLAG" ~{{list}} ~{{maybe ?? -1}} >> "$PARITY/log"
        """
    }}
}}
"#
    )
}

/// What is given, and whether it is refused; with the name that is said then.
struct Row(&'static [(&'static str, &'static str)], Option<&'static str>);

const GOOD: (&str, &str) = ("tag", "v1");

/// What is refused, and what stands beside it and is not.
const ROWS: [Row; 30] = [
    Row(&[], Some("tag")),
    Row(&[("tag", "x")], Some("tag")),
    Row(&[("tag", "")], Some("tag")),
    Row(&[("tag", "v1\n")], Some("tag")),
    Row(&[("tag", "v1"), ("tag", "v2")], Some("tag")),
    Row(&[GOOD, ("count", "many")], Some("count")),
    Row(&[GOOD, ("count", "1.5")], Some("count")),
    Row(&[GOOD, ("count", "")], Some("count")),
    Row(&[GOOD, ("count", " 1")], Some("count")),
    Row(&[GOOD, ("count", "0x1")], Some("count")),
    Row(&[GOOD, ("count", "99999999999999999999")], Some("count")),
    Row(&[GOOD, ("count", "50")], Some("the count is too large")),
    Row(&[GOOD, ("count", "50"), ("flag", "true")], None),
    Row(&[GOOD, ("count", "-3")], None),
    Row(&[GOOD, ("mode", "odd")], Some("mode")),
    Row(&[GOOD, ("mode", "Fast")], Some("mode")),
    Row(&[GOOD, ("mode", "slow")], None),
    Row(&[GOOD, ("flag", "yes")], Some("flag")),
    Row(&[GOOD, ("flag", "True")], Some("flag")),
    Row(&[GOOD, ("wait", "1 hour")], Some("wait")),
    Row(&[GOOD, ("wait", "90")], Some("wait")),
    Row(&[GOOD, ("wait", "90min")], None),
    Row(&[GOOD, ("room", "1 GB")], Some("room")),
    Row(&[GOOD, ("room", "2Gi")], None),
    Row(&[GOOD, ("list", "v1"), ("list", "b")], Some("list")),
    Row(&[GOOD, ("list", "v1"), ("list", "v2")], None),
    Row(&[GOOD, ("maybe", "x")], Some("maybe")),
    Row(&[GOOD, ("maybe", "7")], None),
    Row(&[GOOD, ("unknown", "1")], Some("unknown")),
    Row(&[GOOD, ("TAG", "v1")], Some("TAG")),
];

fn case(row: &Row) -> Case {
    let mut case = Case::new(&format!("{:?}", row.0), &program(false));
    for (name, text) in row.0 {
        let text = (*text).to_owned();
        match case.given.iter_mut().find(|(one, _)| one == name && name == &"list") {
            Some((_, Given::List(list))) => list.push(text),
            Some(_) | None if *name == "list" => case.given.push(((*name).to_owned(), Given::List(vec![text]))),
            Some(_) | None => case.given.push(((*name).to_owned(), Given::Text(text))),
        }
    }
    case
}

/// What each did, and whether it began at all.
fn all_three(top: &Path, case: &Case) -> [(&'static str, Ended, Room, bool); 3] {
    fs::write(top.join("ci.pipe"), &case.text).unwrap();
    let run = Room::new(top, "run");
    let ended = run.run(&mut run_command(&run, case), case);
    let began = only_run(&run).is_some();
    let shell = Room::new(top, "shell");
    let by_script = shell.run(&mut shell_command(&shell, case), case);
    let script_began = shell.path("work").exists();
    let builds = Room::new(top, "builds");
    let by_builds = builds.run(&mut builds_command(&builds, case), case);
    let build_began = archives(&builds.folder).next().is_some();
    [
        ("pipec run", ended, run, began),
        ("the emitted script", by_script, shell, script_began),
        ("the builds", by_builds, builds, build_began),
    ]
}

/// What a build was started with.
fn archives(folder: &Path) -> impl Iterator<Item = std::path::PathBuf> {
    let files = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|end| end == "tar"))
}

fn differences(row: &Row) -> Option<String> {
    let (top, case) = (tempfile::tempdir().unwrap(), case(row));
    let all = all_three(&top.path().canonicalize().unwrap(), &case);
    let first = all[0].2.log();
    let wrong = all.iter().find(|(_, ended, room, began)| match row.1 {
        Some(name) => ended.code != 2 || *began || !room.log().is_empty() || !ended.said.contains(name),
        None => ended.code != 0 || !began || room.log() != first || first.is_empty(),
    });
    wrong.map(|(engine, ended, room, began)| {
        format!("{:?}: {engine}: {} (began: {began})\n{:?}\n{}", row.0, ended.code, room.log(), ended.said)
    })
}

#[test]
fn capability_3_12_what_is_wrong_is_refused_by_all_before_anything_runs() {
    in_parallel(&ROWS, differences);
}

/// A secret that nobody has: builds, which have its name from their manifests, find it when they are there.
#[test]
fn capability_3_12_a_secret_that_is_not_there_is_refused_by_all() {
    let top = tempfile::tempdir().unwrap();
    let top = top.path().canonicalize().unwrap();
    fs::create_dir_all(top.join("secrets/there")).unwrap();
    let mut case = Case::new("secret", &program(true));
    case.given = vec![("tag".to_owned(), Given::Text("v1".to_owned()))];
    case.secret = "nowhere";
    let all = all_three(&top, &case);
    let code = archives(&all[2].2.folder).next().unwrap().with_extension("code");
    let code = fs::read_to_string(code).unwrap();
    assert_eq!((all[0].1.code, all[1].1.code, all[2].1.code, code.trim()), (2, 2, 1, "2"), "{all:#?}");
    assert!(
        all.iter().all(|(_, ended, room, _)| room.log().is_empty() && ended.said.contains("the secret `")),
        "{all:#?}"
    );
    assert!(!all[0].3 && !all[1].3, "{all:#?}");
}

/// Whoever makes an archive by hand is told the same.
#[test]
fn capability_3_12_a_builder_does_not_trust_its_archive() {
    let top = tempfile::tempdir().unwrap();
    let top = top.path().canonicalize().unwrap();
    let good = case(&Row(&[GOOD], None));
    let [.., (_, ended, room, _)] = all_three(&top, &good);
    assert_eq!(ended.code, 0, "{}", ended.said);
    let (archive, before) = (archives(&room.folder).next().unwrap(), room.log());
    for (name, text) in [("tag", Some("x")), ("count", Some("many")), ("flag", Some("yes")), ("tag", None)] {
        let folder = top.join("archive");
        fs::create_dir_all(&folder).unwrap();
        tar("--extract", &archive, &folder, &[]);
        match text {
            Some(text) => fs::write(folder.join("params").join(name), text).unwrap(),
            None => fs::remove_file(folder.join("params").join(name)).unwrap(),
        }
        tar("--create", &top.join("wrong.tar"), &folder, &["run.json", "outcome", "run", "params"]);
        let mut builder = room.command(ENTRYPOINT);
        builder.arg("builder").stdin(fs::File::open(top.join("wrong.tar")).unwrap());
        builder.env("PIPEC_ENTRYPOINT_WORK", top.join("work"));
        let done = builder.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        assert!(done.status.code() == Some(2) && said.contains(name), "{name} {text:?}: {:?}: {said}", done.status);
        assert_eq!(room.log(), before, "{name}: {said}");
    }
}

fn tar(how: &str, file: &Path, folder: &Path, members: &[&str]) {
    let mut tar = Command::new("tar");
    tar.args([how, "--file"]).arg(file).arg("--directory").arg(folder).args(members);
    assert!(tar.status().unwrap().success(), "{how}");
}
