//! Emitted scripts of history, run with commands that only write down how they are called.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::case::{Program, Run};

/// What went otherwise than the case says.
pub(super) fn wrong(program: &Program, script: &str, run: &Run) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let record = dir.path().join("record");
    for name in commands(program) {
        let body = program.stubs.iter().find(|(known, _)| *known == name).map_or("", |(_, body)| body.as_str());
        write(&dir.path().join("bin").join(&name), &stub(&name, &record, body));
    }
    write(&dir.path().join("ci"), script);
    let path = format!("{}:{}", dir.path().join("bin").display(), std::env::var("PATH").unwrap());
    let out = Command::new("bash")
        .args(["-c", &format!("exec bash ./ci{}", run.arguments)])
        .current_dir(dir.path())
        .env("PATH", path)
        .env("PIPEC_LOCK_DIR", dir.path().join("locks"))
        .env("TMPDIR", dir.path())
        .output()
        .unwrap();
    let calls = fs::read_to_string(&record).unwrap_or_default();
    let calls: Vec<&str> = calls.lines().collect();
    let went = (calls == run.calls) && out.status.code() == Some(run.exit);
    let said = || String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (!went).then(|| format!("`ci{}` called {calls:#?}, {}\n{}", run.arguments, out.status, said()))
}

/// Every command that is called or that a case says something of.
fn commands(program: &Program) -> Vec<String> {
    let called = program.runs.iter().flat_map(|run| &run.calls).map(|call| call.split(' ').next().unwrap());
    let mut names: Vec<String> =
        called.chain(program.stubs.iter().map(|(name, _)| name.as_str())).map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

fn stub(name: &str, record: &Path, body: &str) -> String {
    let record = record.display();
    format!(
        "#!/usr/bin/env bash\nline={name}\nfor word; do line+=\" [${{word//$'\\n'/\\\\n}}]\"; done\necho \"$line\" >>'{record}'\n{body}"
    )
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
