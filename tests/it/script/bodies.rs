//! Whole bodies, as people read them.

use pipec::emit::script::{Rendered, decision, parameters, step};
use pipec::plan::{Env, Expr, ExprKind, Op, Plan, Quoting, Require, Shell, Step, Task, Ty, Value, Verdict};

use super::make::*;

pub(super) fn build(shell: Shell) -> Rendered {
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
fn show() {
    let mut plan = plan();
    let k = kind();
    let n = param(&mut plan, "n", Ty::Int);
    let mem = param(&mut plan, "mem", Ty::Size);
    let kd = param(&mut plan, "kind", k.clone());
    let xs = param(&mut plan, "xs", list(Ty::String));
    let aws = param(&mut plan, "aws", optional(Ty::Secret));
    let ws = workspace(&mut plan, "srv");
    let s = ScriptOf::default()
        .text("echo ")
        .word("strict", binary(Op::Unequal, kd.clone(), case(&k, "mechanical"), Ty::Bool))
        .text(" ")
        .word("xs", xs.clone())
        .text(" ")
        .word(
            "total",
            binary(
                Op::Add,
                binary(Op::Multiply, n.clone(), mem.clone(), Ty::Size),
                known(Value::Size(512 << 20), Ty::Size),
                Ty::Size,
            ),
        )
        .text(" $((1+")
        .slot("n", n.clone(), Quoting::Arithmetic)
        .text("))\n");
    for shell in [Shell::Bash, Shell::Sh, Shell::Other(vec!["python3".into(), "-u".into()])] {
        println!("=========== {shell:?}");
        let mut t =
            task(shell.clone(), if matches!(shell, Shell::Other(_)) { script("print(1)\n") } else { script("") });
        if !matches!(shell, Shell::Other(_)) {
            t.steps[0].script = Script2(&s);
        }
        t.before = Some(script("echo before"));
        t.cleanup = Some(script("echo cleanup"));
        t.on_exit = vec![(3, Verdict::Ok), (77, Verdict::Warn), (78, Verdict::Skip), (79, Verdict::Fail)];
        t.outputs = vec![
            output("count", Ty::Int),
            output("t", optional(Ty::Duration)),
            artifact("disk", ws, Expr::string("a/b")),
        ];
        t.steps[0].env = vec![
            Env { name: "OUTCOME".into(), value: of(ExprKind::Outcome, Ty::String), span: span() },
            Env { name: "AWS".into(), value: aws.clone(), span: span() },
        ];
        t.steps[0].workdir = Some(of(ExprKind::Place { workspace: ws, path: Box::new(Expr::string("")) }, Ty::Path));
        t.files = vec![file("/tmp/x", aws.clone()), file("y", Expr::string("hello"))];
        let r = first_step(&mut plan, t);
        println!("{}\n{:?}\n{:?}", r.body, r.env, r.args);
    }
    for shell in [Shell::Bash, Shell::Sh] {
        let r = build(shell);
        println!("{}\n{:?}\n{:?}", r.body, r.env, r.args);
    }
    plan.requires.push(Require {
        cond: binary(Op::Less, n.clone(), int(5), Ty::Bool),
        message: Expr::string("too many"),
        span: span(),
    });
    println!("{}", parameters(&plan).unwrap().body);
    println!(
        "{}",
        decision(
            &plan,
            &binary(
                Op::And,
                binary(Op::Equal, kd, case(&k, "production"), Ty::Bool),
                of(ExprKind::Not(Box::new(of(ExprKind::IsNone(Box::new(aws)), Ty::Bool))), Ty::Bool),
                Ty::Bool
            )
        )
        .body
    );
}
#[allow(non_snake_case)]
fn Script2(s: &ScriptOf) -> pipec::plan::Script {
    s.copy()
}
