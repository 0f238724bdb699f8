//! The plan for programs: one object; sizes in bytes, times in milliseconds, CPU in thousandths of a core.

use serde_json::{Map, Value as Json, json};

use super::Hash;
use super::artifacts::{self, Row};
use super::resources::{Held, resources};
use super::totals::{Total, critical, peak, sum};
use super::words::{expression, on_failure_word, script_words, verdict_word, why_origin, why_words};
use crate::plan::outside::{Mounted, Service, Source};
use crate::plan::{Env, Expr, Needs, Phase, Plan, Require, Script, Shell, Step, Task, TaskId, Value, Why};
use crate::source::{Sources, Span};

pub(super) fn render(plan: &Plan, sources: &Sources, hash: Option<Hash<'_>>) -> String {
    let view = View { plan, sources, hash };
    let mut text = serde_json::to_string_pretty(&view.plan()).expect("a value without foreign keys can be written");
    text.push('\n');
    text
}

fn needs_object(needs: &Needs) -> Json {
    json!({
        "kvm": needs.kvm,
        "privileged": needs.privileged,
        "cpu": needs.cpu,
        "memory": needs.memory,
        "disk": needs.disk,
        "arch": needs.arch,
        "network": needs.network,
    })
}

struct View<'a> {
    plan: &'a Plan,
    sources: &'a Sources,
    hash: Option<Hash<'a>>,
}

impl View<'_> {
    fn origin(&self, span: Span) -> Json {
        let place = self.sources.position(span);
        json!({ "file": self.sources.get(span.file).name, "line": place.line, "column": place.column })
    }

    fn plan(&self) -> Json {
        let plan = self.plan;
        let waves = plan.waves();
        let mut wave_of = vec![0; plan.len()];
        waves.iter().enumerate().for_each(|(at, wave)| wave.iter().for_each(|id| wave_of[id.index()] = at + 1));
        json!({
            "name": plan.name,
            "doc": plan.doc,
            "source": plan.source,
            "origin": self.origin(plan.span),
            "parameters": self.parameters(),
            "bound": plan.bound.iter().map(|(name, value)| (name.clone(), self.value(value))).collect::<Map<_, _>>(),
            "requires": plan.early().into_iter().map(|one| self.require(one)).collect::<Vec<_>>(),
            "exclusive": plan.exclusive.as_ref().map(|(name, _)| self.expr(name)),
            "workspaces": self.workspaces(),
            "waves": waves.iter().map(|wave| self.names(wave)).collect::<Vec<_>>(),
            "tasks": plan.order().into_iter().map(|id| self.task(id, wave_of[id.index()])).collect::<Vec<_>>(),
            "goal": plan.goal.as_ref().map(|goal| json!({
                "names": goal.names,
                "tasks": goal.kept.iter().map(|(name, why)| json!({ "task": name, "why": why })).collect::<Vec<_>>(),
                "not_needed": goal.dropped,
                "not_returned": goal.not_returned,
            })),
            "made": artifacts::made(plan, self.sources).iter().map(|row| self.artifact(row)).collect::<Vec<_>>(),
            "not_made": artifacts::not_made(plan, self.sources).iter().map(|row| self.artifact(row)).collect::<Vec<_>>(),
            "left_out": plan.left_out.iter().map(|one| json!({
                "name": one.name,
                "origin": self.origin(one.span),
                "condition": self.sources.text(one.because),
                "because": self.origin(one.because),
            })).collect::<Vec<_>>(),
            "outputs": plan.outputs.iter().map(|one| json!({
                "name": one.name,
                "doc": one.doc,
                "value": self.expr(&one.value),
            })).collect::<Vec<_>>(),
            "targets": plan.options.iter().map(|(name, value, _)| (name.clone(), self.value(value))).collect::<Map<_, _>>(),
            "totals": self.totals(),
            "resources": self.resources(),
        })
    }

    fn artifact(&self, row: &Row<'_>) -> Json {
        let texts = |all: &[(String, String)]| {
            all.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>()
        };
        json!({
            "artifact": &*row.making.artifact,
            "for": texts(&row.provenance.of),
            "arch": row.provenance.arch,
            "task": row.task,
            "output": row.making.output.is_some(),
            "command": row.making.command,
            "why": row.why.iter().map(|reason| json!({
                "kind": reason.kind.name(),
                "words": reason.words,
                "values": texts(&reason.values),
                "origin": reason.span.map(|span| self.origin(span)),
            })).collect::<Vec<_>>(),
        })
    }

    /// Hours, rounded to thousandths; `critical_path` is what the one machine is held for.
    fn resources(&self) -> Json {
        let all = resources(self.plan);
        let rounded = |hours: f64| (hours * 1000.0).round() / 1000.0;
        let held =
            |held: Held| json!({ "gib_hours": rounded(held.gib_hours()), "kvm_hours": rounded(held.kvm_hours()) });
        json!({
            "bound": "upper: every task runs for the whole of its timeout, in every try",
            "split": held(all.split),
            "single": held(all.single),
            "single_memory": all.size,
            "single_time": all.time,
            "largest_task": all.largest,
            "without_timeout": self.names(&all.unbounded),
            "without_memory": self.names(&all.unstated),
            "once_per_turn": self.names(&all.per_turn),
        })
    }

    fn names(&self, tasks: &[TaskId]) -> Vec<&str> {
        tasks.iter().map(|id| self.plan.task(*id).name.as_str()).collect()
    }

    fn parameters(&self) -> Vec<Json> {
        let params = self.plan.params.iter().map(|param| {
            json!({
                "name": param.name,
                "doc": param.doc,
                "type": param.ty.to_string(),
                "required": param.default.is_none(),
                "default": param.default.as_ref().map(|value| self.value(value)),
                "origin": self.origin(param.span),
            })
        });
        params.collect()
    }

    fn workspaces(&self) -> Vec<Json> {
        let workspaces = self.plan.workspaces.iter().map(|one| {
            json!({
                "name": one.name,
                "doc": one.doc,
                "size": one.size,
                "outside": one.param.is_some(),
                "origin": self.origin(one.span),
            })
        });
        workspaces.collect()
    }

    fn task(&self, id: TaskId, wave: usize) -> Json {
        let task = self.plan.task(id);
        json!({
            "name": task.name,
            "doc": task.doc,
            "origin": self.origin(task.span),
            "declared": self.origin(task.declared),
            "wave": wave,
            "stage": task.stage,
            "finally": task.phase == Phase::Finally,
            "condition": task.condition.as_ref().map(|cond| self.expr(cond)),
            "fan": task.fan.as_ref().map(|fan| json!({
                "variables": fan.vars.iter().map(|var| json!({
                    "name": var.name,
                    "list": self.expr(&var.list),
                    "origin": self.origin(var.span),
                })).collect::<Vec<_>>(),
                "filter": fan.filter.as_ref().map(|filter| self.expr(filter)),
                "condition": task.turn_condition.as_ref().map(|cond| self.expr(cond)),
            })),
            "requires": task.requires.iter().filter(|one| !one.early).map(|one| self.require(one)).collect::<Vec<_>>(),
            "needs": needs_object(&task.needs),
            "timeout": task.timeout,
            "retries": task.retries,
            "retry_delay": task.retry_delay,
            "on_exit": task.on_exit.iter().map(|(code, verdict)| (code.to_string(), json!(verdict_word(*verdict)))).collect::<Map<_, _>>(),
            "on_failure": on_failure_word(task.on_failure),
            "lock": task.lock,
            "workspaces": task.workspaces.iter().map(|id| self.plan.workspaces[id.index()].name.as_str()).collect::<Vec<_>>(),
            "after": self.plan.dependencies(id).map(|(from, edge)| self.edge(from, &edge.why)).collect::<Vec<_>>(),
            "before": task.before.as_ref().map(|script| self.script(script)),
            "steps": task.steps.iter().enumerate().map(|(at, step)| self.step(id, at, step)).collect::<Vec<_>>(),
            "services": task.services.iter().map(|service| self.service(service)).collect::<Vec<_>>(),
            "source": task.source.as_ref().map(|source| self.source(source)),
            "cleanup": task.cleanup.as_ref().map(|script| self.script(script)),
            "files": task.files.iter().map(|file| json!({
                "path": file.path,
                "content": self.expr(&file.content),
            })).collect::<Vec<_>>(),
            "outputs": self.outputs(task),
        })
    }

    fn require(&self, one: &Require) -> Json {
        json!({
            "condition": self.expr(&one.cond),
            "message": self.expr(&one.message),
            "origin": self.origin(one.span),
        })
    }

    fn outputs(&self, task: &Task) -> Vec<Json> {
        let outputs = task.outputs.iter().map(|output| {
            json!({
                "name": output.name,
                "doc": output.doc,
                "type": output.ty.to_string(),
                "place": output.place.as_ref().map(|(workspace, path)| json!({
                    "workspace": self.plan.workspaces[workspace.index()].name,
                    "path": self.expr(path),
                })),
            })
        });
        outputs.collect()
    }

    fn edge(&self, from: TaskId, why: &[Why]) -> Json {
        let reasons = why.iter().map(|why| {
            json!({
                "kind": match why {
                    Why::Output(..) => "output",
                    Why::Condition(_) => "condition",
                    Why::After(_) => "after",
                    Why::Stage(..) => "stage",
                },
                "words": why_words(self.plan, from, why),
                "at": why_origin(self.sources, why),
            })
        });
        json!({ "task": self.plan.task(from).name, "why": reasons.collect::<Vec<_>>() })
    }

    fn step(&self, task: TaskId, at: usize, step: &Step) -> Json {
        if let Some(source) = &step.uses {
            return json!({
                "name": step.name,
                "doc": step.doc,
                "origin": self.origin(step.span),
                "uses": self.source(source),
            });
        }
        json!({
            "name": step.name,
            "doc": step.doc,
            "origin": self.origin(step.span),
            "image": step.image,
            "shell": match &step.shell {
                Shell::Bash => vec!["bash"],
                Shell::Sh => vec!["sh"],
                Shell::Other(words) => words.iter().map(String::as_str).collect(),
            },
            "script": self.script(&step.script),
            "sha256": self.hash.map(|hash| hash(task, at)),
            "env": step.env.iter().map(|one: &Env| json!({ "name": one.name, "value": self.expr(&one.value) })).collect::<Vec<_>>(),
            "workdir": step.workdir.as_ref().map(|path| self.expr(path)),
        })
    }

    fn service(&self, service: &Service) -> Json {
        json!({
            "name": service.name,
            "doc": service.doc,
            "origin": self.origin(service.span),
            "image": service.image,
            "env": service.env.iter().map(|one| json!({ "name": one.name, "value": self.expr(&one.value) })).collect::<Vec<_>>(),
            "port": service.port,
            "ready": service.ready,
            "run": service.run,
            "args": service.args,
            "needs": needs_object(&service.needs),
            "timeout": service.timeout,
        })
    }

    fn source(&self, source: &Source) -> Json {
        let (kind, fields) = source.location.fields();
        let names = |one: &Mounted| {
            let workspace = &self.plan.workspaces[one.workspace.index()].name;
            let below = one.folder.as_ref().map(|folder| format!("{workspace}/{folder}"));
            (one.name.clone(), json!(below.as_ref().unwrap_or(workspace)))
        };
        let more = source.more.iter().map(|(name, text)| (*name, text.as_str()));
        json!({
            "what": source.what.word(),
            "kind": kind,
            "fields": fields.into_iter().chain(more).map(|(name, text)| (name.to_owned(), json!(text))).collect::<Map<_, _>>(),
            "origin": self.origin(source.span),
            "params": source.params.iter().map(|one| (one.name.clone(), self.expr(&one.value))).collect::<Map<_, _>>(),
            "workspaces": source.workspaces.iter().map(names).collect::<Map<_, _>>(),
            "results": source.results,
        })
    }

    fn script(&self, script: &Script) -> Json {
        let values = script.slots.iter().map(|slot| self.expr(&slot.value));
        json!({ "text": script_words(self.plan, script), "values": values.collect::<Vec<_>>() })
    }

    /// What is known is under `value`; the rest has its words alone.
    fn expr(&self, expr: &Expr) -> Json {
        let mut object = json!({ "type": expr.ty.to_string(), "text": expression(self.plan, expr) });
        if let (Some(value), Some(fields)) = (expr.value(), object.as_object_mut()) {
            fields.insert("value".to_owned(), self.value(value));
        }
        object
    }

    fn value(&self, value: &Value) -> Json {
        match value {
            Value::None => Json::Null,
            Value::Bool(value) => json!(value),
            Value::Int(value) | Value::Duration(value) | Value::Size(value) | Value::Cpu(value) => json!(value),
            Value::Text(text) | Value::Case(text) => json!(text),
            Value::Secret(name) => json!({ "secret": name }),
            Value::Workspace(id) => json!({ "workspace": self.plan.workspaces[id.index()].name }),
            Value::List(list) => Json::Array(list.iter().map(|one| self.value(one)).collect()),
            Value::Record(fields) => {
                Json::Object(fields.iter().map(|(name, one)| (name.clone(), self.value(one))).collect())
            }
        }
    }

    fn totals(&self) -> Json {
        let critical = critical(self.plan);
        let total = |total: Total| json!({ "tasks": total.tasks, "cpu": total.cpu, "memory": total.memory, "disk": total.disk, "kvm": total.kvm });
        json!({
            "peak": total(peak(self.plan)),
            "sum": total(sum(self.plan)),
            "critical_path": {
                "time": critical.length,
                "tasks": self.names(&critical.chain),
                "without_timeout": self.names(&critical.unbounded),
            },
        })
    }
}
