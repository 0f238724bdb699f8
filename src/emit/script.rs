//! One script body a step (stub of branch `shell`; the real one is written on branch `script`).

use crate::contract::{ListSource, SecretRef, Source};
use crate::diag::Diagnostics;
use crate::plan::{Expr, ExprKind, Op, Plan, ScriptPart, TaskId, Ty, Verdict};

/// A script and what it reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rendered {
    /// The whole file, with its `#!` line.
    pub body: String,
    /// The environment, each name once, in the order of first use.
    pub env: Vec<(String, Source)>,
    /// The arguments: lists, each closed by the end mark.
    pub args: Vec<ListSource>,
    /// Where it starts.
    pub workdir: Option<Source>,
}

fn source(plan: &Plan, task: Option<TaskId>, value: &Expr) -> Source {
    match &value.kind {
        ExprKind::Known(crate::plan::Value::Secret(name)) => Source::SecretFile(SecretRef::Named(name.clone())),
        ExprKind::Known(value) => Source::Literal(value.text().unwrap_or_default()),
        ExprKind::Param(id) => {
            let param = &plan.params[id.index()];
            match &param.ty {
                ty if *ty == Ty::Secret || *ty == Ty::Optional(Box::new(Ty::Secret)) => Source::SecretFile(SecretRef::Param(param.name.clone())),
                _ => Source::Param(param.name.clone()),
            }
        }
        ExprKind::Result(from, output) => {
            let from = plan.task(*from);
            Source::Result { task: from.name.clone(), output: from.outputs[*output as usize].name.clone() }
        }
        ExprKind::Out(at) => {
            let task = plan.task(task.expect("a task"));
            Source::OutputFile(task.outputs[*at as usize].name.clone())
        }
        ExprKind::Place { workspace, path } | ExprKind::Artifact { workspace, path, .. } => Source::Place {
            workspace: plan.workspaces[workspace.index()].name.clone(),
            path: path.value().and_then(|v| v.text()).unwrap_or_default(),
        },
        ExprKind::Status(task) => Source::Status(plan.task(*task).name.clone()),
        ExprKind::Outcome => Source::Outcome,
        _ => panic!("stub"),
    }
}

/// The script of one step of a task.
pub fn step(plan: &Plan, id: TaskId, step: usize) -> Rendered {
    let task = plan.task(id);
    let step = &task.steps[step];
    let mut env: Vec<(String, Source)> = Vec::new();
    let mut args = Vec::new();
    let mut text = String::new();
    for part in &step.script.parts {
        match part {
            ScriptPart::Text(t) => text.push_str(t),
            ScriptPart::Slot(at, _) => {
                let slot = &step.script.slots[*at as usize];
                if let (Ty::List(_), ExprKind::Param(param)) = (&slot.value.ty, &slot.value.kind) {
                    args.push(ListSource::Param(plan.params[param.index()].name.clone()));
                    text.push_str("\"$@\"");
                    continue;
                }
                let name = format!("PIPE_{}{}", slot.hint.to_uppercase(), at);
                text.push_str(&format!("\"${name}\""));
                env.push((name, source(plan, Some(id), &slot.value)));
            }
        }
    }
    for e in &step.env {
        let value = match source(plan, Some(id), &e.value) {
            Source::SecretFile(s) => Source::SecretValue(s),
            other => other,
        };
        env.push((e.name.clone(), value));
    }
    let cleanup = task.cleanup.as_ref().map(|script| match &script.parts[0] {
        ScriptPart::Text(t) => t.clone(),
        ScriptPart::Slot(..) => panic!("stub"),
    });
    let trap = cleanup.map(|c| format!("cleanup() {{ {c}\n}}\ntrap cleanup EXIT\ntrap 'kill -s TERM $pid; wait $pid; exit 143' TERM\n")).unwrap_or_default();
    let cases: String = task
        .on_exit
        .iter()
        .map(|(code, verdict)| match verdict {
            Verdict::Ok => format!("{code}) exit 0 ;;\n"),
            Verdict::Warn => format!("{code}) echo warned >$PIPE_VERDICT_FILE; exit 0 ;;\n"),
            Verdict::Skip => format!("{code}) echo skipped >$PIPE_VERDICT_FILE; exit 0 ;;\n"),
            Verdict::Fail => format!("{code}) exit $code ;;\n"),
        })
        .collect();
    let workdir = step.workdir.as_ref().map(|w| source(plan, Some(id), w));
    if let Some(w) = &workdir {
        env.push(("PIPE_WORKDIR".into(), w.clone()));
    }
    let body = format!(
        "#!/bin/bash\n{trap}cd \"${{PIPE_WORKDIR:-.}}\"\n(\nset -euo pipefail\n{text}\n) </dev/null &\npid=$!\nwait $pid\ncode=$?\ncase $code in\n{cases}*) exit $code ;; esac\n"
    );
    Rendered { body, env, args, workdir }
}

/// A script that writes `true` or `false` to the file named by `PIPE_DECISION`.
pub fn decision(plan: &Plan, condition: &Expr) -> Rendered {
    fn test(plan: &Plan, e: &Expr, env: &mut Vec<(String, Source)>) -> String {
        match &e.kind {
            ExprKind::Binary(Op::Equal, a, b) => format!("[ {} = {} ]", word(plan, a, env), word(plan, b, env)),
            ExprKind::Not(a) => format!("! {}", test(plan, a, env)),
            _ => format!("[ {} = true ]", word(plan, e, env)),
        }
    }
    fn word(plan: &Plan, e: &Expr, env: &mut Vec<(String, Source)>) -> String {
        let name = format!("PIPE_C{}", env.len());
        env.push((name.clone(), source(plan, None, e)));
        format!("\"${name}\"")
    }
    let mut env = Vec::new();
    let test = test(plan, condition, &mut env);
    let body = format!("#!/bin/sh\nif {test}; then printf true; else printf false; fi >\"$PIPE_DECISION\"\n");
    Rendered { body, env, args: Vec::new(), workdir: None }
}

/// A script that writes the text of an expression to the file named by `PIPE_VALUE`.
pub fn value(plan: &Plan, expr: &Expr) -> Rendered {
    let env = vec![("PIPE_IT".to_owned(), source(plan, None, expr))];
    Rendered { body: "#!/bin/sh\nprintf %s \"$PIPE_IT\" >\"$PIPE_VALUE\"\n".into(), env, args: Vec::new(), workdir: None }
}

/// A script that checks every open parameter by its type and every `require`, and exits 2 with a message that names
/// what is wrong; `None` when there is nothing to check.
pub fn parameters(plan: &Plan) -> Option<Rendered> {
    let bools = plan.params.iter().filter(|p| p.ty == Ty::Bool);
    let mut body = String::from("#!/bin/sh\nbad=0\n");
    let mut env = Vec::new();
    for p in bools {
        let name = format!("PIPE_{}", p.name.to_uppercase());
        body.push_str(&format!("case ${name} in true|false) ;; *) echo \"{} is no bool\" >&2; bad=2;; esac\n", p.name));
        env.push((name, Source::Param(p.name.clone())));
    }
    body.push_str("exit $bad\n");
    (!env.is_empty()).then(|| Rendered { body, env, args: Vec::new(), workdir: None })
}

/// Reports what no body can do.
pub fn gaps(_plan: &Plan, _out: &mut Diagnostics) {}
