//! The text of the program.

use super::findings;
use super::layout::{Behind, Block, Layout};
use super::model::{Document, RunsIf};
use super::script::Shell;
use super::steps::{Body, Task};
use super::value::{ENVIRONMENT, Enum, Function, Param, Ty};
use super::vars::Vars;
use crate::import::script::quoted;
use crate::import::tekton::names::snake;
use crate::source::{FileId, Span};
use crate::syntax::format;

/// The file that a program is written to has no id yet.
const NOWHERE: FileId = FileId(u32::MAX);

/// What is written.
pub(super) struct Writer<'w, 'a> {
    pub(super) name: &'w str,
    pub(super) document: &'w Document<'a>,
    pub(super) vars: &'w Vars<'a>,
    pub(super) layout: &'w Layout,
    /// By stage and step; nothing where one is left out.
    pub(super) tasks: &'w [Vec<Option<Task>>],
}

impl Writer<'_, '_> {
    /// The program, in the one layout.
    pub(super) fn program(&self) -> Result<String, crate::diag::Diagnostic> {
        let mut text = "//! Imported from Wharf.\n".to_owned();
        let calls = self.tasks.iter().flatten().flatten().any(|task| matches!(task.body, Body::Call { .. }));
        if calls {
            text += "use std.wharf\n";
        }
        for one in &self.vars.enums {
            text += &declared(one);
        }
        if self.vars.params.iter().any(|param| param.ty == "Number") {
            text +=
                "\n/// A number that may have a fraction.\ntype Number = string matching \"-?[0-9]+(\\\\.[0-9]+)?\"\n";
        }
        for one in &self.vars.functions {
            text += &self.function(one);
        }
        text += &self.pipeline();
        let span = self.document.stages.first().map_or(Span::new(NOWHERE, 0, 0), |stage| stage.span);
        format::format(NOWHERE, &text, &mut crate::diag::Diagnostics::default())
            .ok_or_else(|| findings::unwritable(span))
    }

    /// Where each task and parameter comes from.
    pub(super) fn origins(&self) -> Vec<(String, Span)> {
        let mut origins = Vec::new();
        for block in self.layout.body.iter().chain(&self.layout.last) {
            let steps = &self.document.stages[block.stage].steps;
            origins.extend(block.tasks.iter().map(|(step, name)| (name.clone(), steps[*step].span)));
        }
        let params = self.vars.params.iter().filter_map(|param| Some((param.name.clone(), param.span?)));
        origins.extend(params);
        origins
    }

    /// Values that the parameters could have which have to be known, as a parameter file.
    pub(super) fn trial(&self) -> String {
        let needed = self.vars.params.iter().filter(|param| param.fixed && param.default.is_none());
        needed
            .map(|param| format!("{}: {}\n", param.name, crate::import::script::yaml_of(&param.ty, &param.trial)))
            .collect()
    }

    fn environment(&self) -> Option<&Param> {
        self.vars.params.iter().find(|param| param.rank == super::value::Rank::Environment)
    }

    /// The environment may be left out.
    fn is_optional(&self) -> bool {
        !self.vars.environment_needed
    }

    fn function(&self, one: &Function) -> String {
        let params =
            one.params.iter().map(|at| format!(", {}: {}", self.vars.params[*at].name, self.vars.params[*at].ty));
        let arms: String = one
            .arms
            .iter()
            .enumerate()
            .map(|(at, arm)| format!("    {} => {}\n", self.vars.case(at), arm.replace(ENVIRONMENT, "environment")))
            .collect();
        let ty = match one.ty {
            Ty::Text | Ty::Case => "string",
            Ty::Int => "int",
            Ty::Flag => "bool",
            Ty::Secret => "secret",
        };
        format!(
            "\n/// {}\nfn {}(environment: Environment{}) -> {ty} = match environment {{\n{arms}}}\n",
            one.doc,
            one.name,
            params.collect::<String>()
        )
    }

    fn pipeline(&self) -> String {
        let mut params: Vec<&Param> = self.vars.params.iter().collect();
        params.sort_by_key(|param| (param.rank, param.span.map_or(0, |span| span.start)));
        let params: String = params.into_iter().map(|param| self.parameter(param)).collect();
        let mut text = format!("\n/// The stages of `.wharf-ci.yml`.\npipeline {}(\n{params}) {{\n", self.name);
        text += &self.accounts();
        for block in &self.layout.body {
            let inner = self.guarded(block, 2);
            text += &format!("    stage {} {{\n{inner}    }}\n", block.name.as_deref().unwrap_or_default());
        }
        if !self.layout.last.is_empty() {
            text += "    finally {\n";
            for block in &self.layout.last {
                text += &self.guarded(block, 2);
            }
            text += "    }\n";
        }
        let environment = self.environment().map_or("", |param| param.name.as_str());
        let opened = if self.is_optional() { format!("{environment}!") } else { environment.to_owned() };
        text.replace(ENVIRONMENT, &opened) + "}\n"
    }

    fn parameter(&self, param: &Param) -> String {
        let is_environment = param.rank == super::value::Rank::Environment;
        let (ty, default) = match (is_environment && self.is_optional(), &param.default) {
            (true, _) => (format!("{}?", param.ty), " = none".to_owned()),
            (false, Some(default)) => (param.ty.clone(), format!(" = {default}")),
            (false, None) => (param.ty.clone(), String::new()),
        };
        let word = if param.fixed { "const " } else { "" };
        format!("    /// {}\n    {word}{}: {ty}{default},\n", param.doc, param.name)
    }

    /// Who tasks are in a cluster.
    fn accounts(&self) -> String {
        let mut rows = String::new();
        for block in self.layout.body.iter().chain(&self.layout.last) {
            for (step, name) in &block.tasks {
                let task = self.tasks[block.stage][*step].as_ref();
                if let Some(account) = task.and_then(|task| task.account.as_ref()) {
                    rows += &format!("            {name}: {{ service_account: {} }}\n", quoted(account));
                }
            }
        }
        if rows.is_empty() {
            rows
        } else {
            format!("    target tekton {{\n        tasks: {{\n{rows}        }}\n    }}\n")
        }
    }

    /// The tasks of a block, under its conditions.
    fn guarded(&self, block: &Block, depth: usize) -> String {
        let conds: Vec<String> = self.only(block).into_iter().chain(block.behind.as_ref().map(failed)).collect();
        let pad = "    ".repeat(depth);
        if conds.is_empty() {
            return self.statements(block, depth);
        }
        let several = conds.len() > 1;
        let conds: Vec<String> = conds
            .into_iter()
            .map(|cond| if several && cond.contains(" or ") { format!("({cond})") } else { cond })
            .collect();
        format!("{pad}when {} {{\n{}{pad}}}\n", conds.join(" and "), self.statements(block, depth + 1))
    }

    /// The environments that a stage runs in.
    fn only(&self, block: &Block) -> Option<String> {
        let only = self.document.stages[block.stage].only.as_ref()?;
        let name = &self.environment()?.name;
        let cases: Vec<String> = only.iter().map(|at| self.vars.case(*at)).collect();
        let all = cases.len() == self.document.environments.len();
        let is = match cases.as_slice() {
            [one] => format!("{ENVIRONMENT} == {one}"),
            several => format!("{ENVIRONMENT} in [{}]", several.join(", ")),
        };
        match (self.is_optional(), all) {
            (true, true) => Some(format!("{name} != none")),
            (true, false) => Some(format!("{name} != none and {is}")),
            (false, true) => None,
            (false, false) => Some(is),
        }
    }

    fn statements(&self, block: &Block, depth: usize) -> String {
        let stage = &self.document.stages[block.stage];
        let mut text = String::new();
        for (at, name) in &block.tasks {
            let (step, Some(task)) = (&stage.steps[*at], &self.tasks[block.stage][*at]) else { continue };
            let pad = "    ".repeat(depth);
            if *name != snake(step.name) || stage.runs_if != RunsIf::Success {
                let when = match stage.runs_if {
                    RunsIf::Success => "",
                    RunsIf::Fail => ", which runs behind a failure",
                    RunsIf::Always => ", which always runs",
                };
                text += &format!("{pad}// `{}` of the stage `{}`{when}.\n", line(step.name), line(&stage.name));
            }
            let after =
                if block.after.is_empty() { String::new() } else { format!(" after {}", block.after.join(", ")) };
            text += &self.statement(name, task, depth, &after);
        }
        text
    }

    fn statement(&self, name: &str, task: &Task, depth: usize, after: &str) -> String {
        let pad = "    ".repeat(depth);
        let inner = "    ".repeat(depth + 1);
        let beside = record("env", &task.env) + &record("files", &task.files);
        let source = &self.vars.params[0].name;
        match &task.body {
            Body::Own { image, shell, script } => {
                let shell = match shell {
                    Shell::Sh => "shell: \"sh\"\n".to_owned(),
                    Shell::Bash => String::new(),
                    Shell::Other(words) => format!("shell: {}\n", quoted(words)),
                };
                let run = script.literal(4 * (depth + 2), 4 * (depth + 1));
                format!(
                    "{pad}task {name} {{\n{inner}image: {image}\n{inner}{shell}{inner}workdir: {source}\n{}{inner}run: {run}\n{pad}}}{after}\n",
                    beside.replace('\u{e002}', &inner)
                )
            }
            Body::Call { name: of, args } => {
                let args: Vec<String> = args.iter().map(|(name, value)| format!("{inner}{name}: {value},\n")).collect();
                let beside = beside.trim_start_matches('\u{e002}').trim_end().replace("\n\u{e002}", ", ");
                let beside = if beside.is_empty() { String::new() } else { format!(" {{ {beside} }}") };
                format!("{pad}{name} = wharf.{of}(\n{inner}{source},\n{}{pad}){beside}{after}\n", args.concat())
            }
        }
    }
}

/// A field that is a record, behind a mark for its margin; nothing where it is empty.
fn record(field: &str, entries: &[(String, String)]) -> String {
    if entries.is_empty() {
        return String::new();
    }
    let is_name = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let key = |text: &str| if is_name(text) { text.to_owned() } else { quoted(text) };
    let entries: Vec<String> = entries.iter().map(|(name, value)| format!("{}: {value}", key(name))).collect();
    format!("\u{e002}{field}: {{ {} }}\n", entries.join(", "))
}

fn failed(behind: &Behind) -> String {
    let outcome = behind.anything.then(|| "outcome == .failed".to_owned());
    let tasks = behind.tasks.iter().map(|name| format!("{name}.status == .failed"));
    outcome.into_iter().chain(tasks).collect::<Vec<_>>().join(" or ")
}

fn declared(one: &Enum) -> String {
    let case = |(name, spelling): &(String, String)| {
        if name == spelling { name.clone() } else { format!("{name} = {}", quoted(spelling)) }
    };
    let cases: Vec<String> = one.cases.iter().map(case).collect();
    format!("\n/// {}\nenum {} {{ {} }}\n", one.doc, one.name, cases.join(", "))
}

/// A name in a comment.
fn line(text: &str) -> String {
    text.chars().map(|c| if crate::source::is_harmful(c) { ' ' } else { c }).collect()
}
