//! Every body is clean for shellcheck, and code for each shell that it is for.

use std::fs;
use std::process::Command;

use pipec::emit::script::{Rendered, parameters};
use pipec::plan::{Op, Require, Shell, Ty};

use super::bodies::everything;
use super::exprs::{decided, sample};
use super::make::*;
use super::run::shells;

fn checked_parameters() -> Rendered {
    let mut plan = plan();
    let types =
        [Ty::Bool, Ty::Int, optional(Ty::Size), kind(), pattern("a|b"), list(Ty::String), list(Ty::Int), Ty::Secret];
    for (at, ty) in types.into_iter().enumerate() {
        param(&mut plan, &format!("p{at}"), ty);
    }
    let n = pipec::plan::Expr::param(&plan, pipec::plan::ParamId(1));
    let cond = binary(Op::Less, n, int(5), Ty::Bool);
    plan.requires.push(Require { cond, message: pipec::plan::Expr::string("no"), span: span(), early: true });
    parameters(&plan).unwrap()
}

fn all() -> Vec<Rendered> {
    let shells = [Shell::Bash, Shell::Sh, Shell::Other(vec!["python3".to_owned(), "-X utf8".to_owned()])];
    let mut all: Vec<Rendered> = shells.into_iter().flat_map(everything).collect();
    for seed in 0..15 {
        all.extend([sample(seed, Shell::Bash), sample(seed, Shell::Sh), decided(seed)]);
    }
    all.push(checked_parameters());
    all
}

#[test]
fn bodies_are_clean() {
    let dir = tempfile::tempdir().unwrap();
    let mut files: [Vec<_>; 2] = [Vec::new(), Vec::new()];
    for (at, rendered) in all().iter().enumerate() {
        let path = dir.path().join(format!("{at}.sh"));
        fs::write(&path, &rendered.body).unwrap();
        for shell in shells(rendered) {
            let ran = Command::new(shell).arg("-n").arg(&path).output().unwrap();
            assert!(
                ran.status.success() && ran.stderr.is_empty(),
                "{}\n{}",
                String::from_utf8_lossy(&ran.stderr),
                rendered.body
            );
        }
        files[usize::from(at % 2 == 0)].push(path);
    }
    let start = |files: &Vec<_>| {
        Command::new("shellcheck")
            .args(["-S", "style", "-f", "gcc"])
            .args(files)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap()
    };
    for child in files.each_ref().map(start) {
        let ran = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let first = said.lines().next().map(|line| line.split(':').next().unwrap().to_owned());
        let body = first.map(|path| fs::read_to_string(path).unwrap()).unwrap_or_default();
        assert!(ran.status.success(), "{said}\n{body}");
    }
}
