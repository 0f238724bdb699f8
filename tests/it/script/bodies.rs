//! Whole bodies, as people read them.

use pipec::diag::Diagnostics;
use pipec::emit::script::{Rendered, gaps, step};
use pipec::plan::{Expr, ExprKind, Op, Quoting, Shell, Step, Task, Ty, Value, Verdict};

use super::make::*;

/// The task of the library that people see first.
fn build(shell: Shell) -> Rendered {
    let mut plan = plan();
    let [force, strict] = ["force", "strict"].map(|name| param(&mut plan, name, Ty::Bool));
    let version = param(&mut plan, "version", optional(Ty::String));
    let text = ScriptOf::default()
        .text("cosa fetch ")
        .word("strict_flag", flag("--strict", strict.clone()))
        .text("\ncosa build ")
        .word("strict_flag", flag("--strict", strict))
        .text(" ")
        .word("force_flag", flag("--force", force))
        .text(" ")
        .word("version_flag", flag("--version", version))
        .text("\ncosa meta --get-value buildid > ")
        .word("out_build_id", out(0))
        .text("\n");
    let mut task = task(shell, text.done());
    task.outputs.push(output("build_id", pattern(r"[0-9]+\.[0-9]{8}\..*")));
    first_step(&mut plan, task)
}

#[test]
fn a_body_reads_well() {
    let body = build(Shell::Bash).body;
    let own = body.split_once("PIPE_STRICT_FLAG=()").unwrap().1;
    let want = r#"
if [ "$PIPE_STRICT" = true ]; then
  PIPE_STRICT_FLAG+=(--strict)
fi
PIPE_FORCE_FLAG=()
if [ "$PIPE_FORCE" = true ]; then
  PIPE_FORCE_FLAG+=(--force)
fi
PIPE_VERSION_FLAG=()
if [ -n "$PIPE_VERSION" ]; then
  PIPE_VERSION_FLAG+=(--version "$PIPE_VERSION")
fi
(
set -euo pipefail
cosa fetch ${PIPE_STRICT_FLAG[@]+"${PIPE_STRICT_FLAG[@]}"}
cosa build ${PIPE_STRICT_FLAG[@]+"${PIPE_STRICT_FLAG[@]}"} ${PIPE_FORCE_FLAG[@]+"${PIPE_FORCE_FLAG[@]}"} ${PIPE_VERSION_FLAG[@]+"${PIPE_VERSION_FLAG[@]}"}
cosa meta --get-value buildid > "${PIPE_OUT_BUILD_ID}"
)
pipe_take 'output build_id' "$PIPE_OUT_BUILD_ID"
pipe_match "$pipe_v" '[0-9]+\.[0-9]{8}\..*' || pipe_fail 'output build_id is not of the form of BuildId ([0-9]+\.[0-9]{8}\..*): '"'$(pipe_show "$pipe_v")'" 1
printf %s "$pipe_v" >"$PIPE_OUT_BUILD_ID"
"#;
    assert_eq!(own, want);
}

#[test]
fn equal_values_share_a_variable_and_clashing_names_get_a_number() {
    let mut plan = plan();
    let [a, b] = ["a", "b"].map(|name| param(&mut plan, name, Ty::String));
    let joined = |x: &Expr| of(ExprKind::Concat(vec![x.clone(), Expr::string("-x")]), Ty::String);
    let script = ScriptOf::default()
        .word("name", a.clone())
        .word("name", b.clone())
        .word("other", a.clone())
        .word("joined", joined(&a))
        .slot("again", joined(&a), Quoting::DoubleQuoted)
        .word("joined", joined(&b))
        .word("", known(Value::Int(3), Ty::Int));
    let mut task = task(Shell::Sh, script.done());
    task.steps[0].env = vec![env("PIPE_NAME", a)];
    let rendered = first_step(&mut plan, task);
    let last = rendered.body.lines().last().unwrap();
    let want = r#""${PIPE_NAME_2}""${PIPE_NAME_3}""${PIPE_NAME_2}""${PIPE_JOINED}"${PIPE_JOINED}"${PIPE_JOINED_2}""${PIPE_TEXT}""#;
    assert_eq!(last, want, "{}", rendered.body);
    let names: Vec<&str> = rendered.env.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["PIPE_NAME_2", "PIPE_NAME_3", "PIPE_TEXT", "PIPE_NAME"]);
}

#[test]
fn a_body_is_the_same_however_often_it_is_made() {
    assert_eq!(build(Shell::Sh), build(Shell::Sh));
    assert_eq!(everything(Shell::Bash), everything(Shell::Bash));
}

#[test]
fn two_open_lists_in_an_sh_script_are_a_gap() {
    for (shell, count) in [(Shell::Sh, 1), (Shell::Bash, 0)] {
        let mut plan = plan();
        let [xs, ys] = ["xs", "ys"].map(|name| param(&mut plan, name, list(Ty::String)));
        let b = param(&mut plan, "b", Ty::Bool);
        let script = ScriptOf::default().word("xs", xs.clone()).word("xs", xs).word("b", flag("-b", b)).word("ys", ys);
        plan.add_task(task(shell, script.done()));
        let mut out = Diagnostics::default();
        gaps(&plan, &mut out);
        assert_eq!(out.len(), count);
        assert!(out.iter().all(|one| one.code.id() == "P0602" && one.labels.len() == 2 && one.help.is_some()));
    }
}

/// Tasks that use each part of a body, both steps of each.
pub(super) fn everything(shell: Shell) -> Vec<Rendered> {
    let mut plan = plan();
    let n = param(&mut plan, "n", Ty::Int);
    let wait = param(&mut plan, "wait", optional(Ty::Duration));
    let xs = param(&mut plan, "xs", list(Ty::String));
    let aws = param(&mut plan, "aws", optional(Ty::Secret));
    let name = param(&mut plan, "name", Ty::String);
    let ws = workspace(&mut plan, "srv");
    let place = |path: Expr| of(ExprKind::Place { workspace: ws, path: Box::new(path) }, Ty::Path);
    let mut made = Vec::new();
    for bits in (0..64_u32).step_by(5).chain([63]) {
        let has = |bit: u32| bits & (1 << bit) != 0;
        let text = ScriptOf::default().text("echo ").word("xs", xs.clone()).text(" $((").slot(
            "n",
            n.clone(),
            Quoting::Arithmetic,
        );
        let text = text.text(")) ").word("wait", flag("--wait", wait.clone())).text("\n").done();
        let foreign = matches!(shell, Shell::Other(_));
        let mut task: Task = task(shell.clone(), if has(0) && !foreign { text } else { script("echo hello\n") });
        task.before = has(1).then(|| Box::new(script("echo before")));
        task.cleanup = has(2).then(|| {
            let say = ScriptOf::default().text("echo ").word("name", name.clone()).text(" ");
            Box::new(say.word("xs", xs.clone()).done())
        });
        if has(3) {
            task.on_exit = vec![(3, Verdict::Ok), (77, Verdict::Warn), (78, Verdict::Skip), (79, Verdict::Fail)];
        }
        if has(4) {
            let types = [
                Ty::Int,
                Ty::Bool,
                kind(),
                pattern("[a-z]+'?"),
                optional(Ty::Duration),
                list(Ty::Size),
                list(Ty::String),
                Ty::Path,
            ];
            task.outputs = types.into_iter().enumerate().map(|(at, ty)| output(&format!("o{at}"), ty)).collect();
            task.outputs.push(artifact("disk", ws, name.clone()));
            task.retries = 2;
        }
        if has(5) {
            let total = binary(Op::Multiply, n.clone(), int(3), Ty::Int);
            let either = of(
                ExprKind::If(Box::new(Expr::bool(true)), Box::new(name.clone()), Box::new(Expr::string("x"))),
                Ty::String,
            );
            task.steps[0].env = vec![env("TOTAL", total), env("AWS", aws.clone()), env("EITHER", either)];
            task.steps[0].workdir = Some(Box::new(place(name.clone())));
            task.files = vec![file("/tmp/a", aws.clone()), file("b", name.clone())];
        }
        task.steps.push(Step { shell: shell.clone(), ..Step::new("second", "quay.io/x/y:1", script("echo second")) });
        let id = plan.add_task(task);
        made.extend([step(&plan, id, 0), step(&plan, id, 1)]);
    }
    if !matches!(shell, Shell::Other(_)) {
        made.push(build(shell));
    }
    made
}
