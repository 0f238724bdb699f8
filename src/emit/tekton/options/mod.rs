//! The options of the target as the plan has them.

pub(super) mod binding;
mod findings;
pub(super) mod gaps;
pub(super) mod pod;
mod pod_gaps;
pub(super) mod read;
pub(super) mod resources;
pub(super) mod tasks;
pub(super) mod volume;
mod volume_gaps;

use rustc_hash::FxHashMap;

use super::alone::Alone;
use super::inject::Inject;
use super::levels::Level;
use super::scripts::Scripts;
use super::shape::Shape;
use crate::emit::yaml::Map;
use crate::plan::{Plan, TaskId, Value, WorkspaceId};
use crate::source::Span;
use binding::Binding;
use read::Fields;
use tasks::TaskOptions;

/// See `options.pipe`.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) namespace: Option<String>,
    pub(super) service_account: Option<String>,
    pub(super) storage_class: Option<String>,
    pub(super) access_mode: String,
    /// Bytes.
    pub(super) workspace_size: i64,
    pub(super) helper_image: Option<String>,
    /// Milliseconds.
    pub(super) timeout: Option<i64>,
    /// Milliseconds.
    pub(super) finally_timeout: i64,
    pub(super) most_turns: i64,
    pub(super) several_volumes: bool,
    pub(super) exclusive_elsewhere: bool,
    pub(super) scripts: Scripts,
    pub(super) fuse: bool,
    pub(super) matrix: bool,
    pub(super) inject: Inject,
    pub(super) deny_egress: bool,
    pub(super) egress: Vec<String>,
    pub(super) shape: Shape,
    pub(super) level: Level,
    /// As it was written.
    pub(super) min_version: Option<String>,
    pub(super) cel: bool,
    pub(super) enums: bool,
    pub(super) artifacts: bool,
    pub(super) bindings: Vec<Binding>,
    /// A `podTemplate`.
    pub(super) pod: Map,
    pub(super) forbidden_env: Vec<String>,
    /// Of those tasks of which something is said.
    pub(super) tasks: FxHashMap<TaskId, TaskOptions>,
    /// Of tasks of a pipeline that is kept elsewhere, by their names there.
    pub(super) elsewhere: Vec<(String, TaskOptions)>,
    /// Those that the command gave, over what the block says.
    given: Vec<String>,
    /// Of the block, when there is one.
    pub(super) span: Option<Span>,
    /// Where each value was written, by the way to it: `tasks/build/timeout`.
    places: FxHashMap<String, Span>,
}

impl Options {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut options = Self { shape: Shape::of(plan, super::NAME), ..Self::default() };
        for (_, value, span) in plan.options.iter().filter(|(target, _, _)| target == super::NAME) {
            options.span = Some(*span);
            let fields = Fields::of(value);
            for (name, value) in fields.0 {
                options.set(name, value);
            }
            options.bindings = fields.below("bindings").0.iter().map(|(name, of)| Binding::read(name, of)).collect();
            options.pod = pod::template(fields.below("pod"));
            options.forbidden_env = fields.texts("forbidden_env");
            options.tasks = tasks::of_plan(plan, fields.below("tasks"));
            if Alone::of(plan).is_some() {
                options.elsewhere = tasks::by_name(fields.below("tasks"));
            }
        }
        for (name, value) in &plan.given_options {
            options.set(name, value);
            options.given.push(name.clone());
        }
        options.shape.run_labels.extend(super::egress::label(plan, &options));
        let own = |(path, span): &(String, Span)| path.strip_prefix("tekton/").map(|path| (path.to_owned(), *span));
        options.places = plan.option_places.iter().filter_map(own).collect();
        options
    }

    /// CEL is alpha: it is not enough to ask for it.
    pub(super) fn may_use_cel(&self) -> bool {
        self.cel && self.level == Level::Alpha
    }

    /// Whether the command gave an option, so that no place of the program says it.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.given.iter().any(|given| given == name)
    }

    /// Where a value was written, or the nearest around it; `None` when there is no block, or the command gave it.
    pub(super) fn place(&self, path: &str) -> Option<Span> {
        if self.is_given(path) {
            return None;
        }
        let around = std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(around, _)| around));
        around.filter_map(|path| self.places.get(path)).next().copied().or(self.span)
    }

    /// Where a field of what is said of a task was written: the strongest of its names that has it.
    pub(super) fn task_place(&self, plan: &Plan, id: Option<TaskId>, field: &str) -> Option<Span> {
        let mut all: Vec<String> = tasks::names(plan.task(id?)).map(|name| format!("tasks/{name}/{field}")).collect();
        all.reverse();
        let written = all.iter().find_map(|path| self.places.get(path)).copied();
        written.or(self.place("tasks"))
    }

    /// What a run binds a workspace to, when that is said.
    pub(super) fn binding(&self, workspace: &str) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.name == workspace)
    }

    /// What is said of a task of the program.
    pub(super) fn task(&self, id: Option<TaskId>) -> Option<&TaskOptions> {
        self.tasks.get(&id?)
    }

    /// Whether a workspace is a volume of which a task may use one.
    pub(super) fn is_claim(&self, plan: &Plan, workspace: WorkspaceId) -> bool {
        let bound = self.binding(&plan.workspaces[workspace.index()].name);
        bound.and_then(|binding| binding.sources.first()).is_none_or(binding::Source::is_claim)
    }

    fn set(&mut self, name: &str, value: &Value) {
        match (name, value) {
            ("namespace", _) => self.namespace = some_text(value),
            ("service_account", _) => self.service_account = some_text(value),
            ("storage_class", _) => self.storage_class = some_text(value),
            ("helper_image", _) => self.helper_image = some_text(value),
            ("access_mode", Value::Case(mode)) => self.access_mode.clone_from(mode),
            ("workspace_size", Value::Size(bytes)) => self.workspace_size = *bytes,
            ("timeout", Value::Duration(time)) => self.timeout = Some(*time),
            ("finally_timeout", Value::Duration(time)) => self.finally_timeout = *time,
            ("most_turns", Value::Int(most)) => self.most_turns = *most,
            ("several_volumes", Value::Bool(several)) => self.several_volumes = *several,
            ("exclusive_elsewhere", Value::Bool(elsewhere)) => self.exclusive_elsewhere = *elsewhere,
            ("fuse", Value::Bool(fuse)) => self.fuse = *fuse,
            ("matrix", Value::Bool(matrix)) => self.matrix = *matrix,
            ("deny_egress", Value::Bool(deny)) => self.deny_egress = *deny,
            ("egress", Value::List(ranges)) => self.egress = ranges.iter().filter_map(Value::text).collect(),
            ("inject" | "tools_image" | "tools_claim" | "tools_access_modes", _) => self.inject.set(name, value),
            ("scripts", Value::Case(way)) => self.scripts = Scripts::named(way),
            ("level", Value::Case(level)) => self.level = Level::named(level),
            ("min_version", _) => self.min_version = some_text(value),
            ("cel", Value::Bool(cel)) => self.cel = *cel,
            ("enums", Value::Bool(enums)) => self.enums = *enums,
            ("artifacts", Value::Bool(artifacts)) => self.artifacts = *artifacts,
            // The record is checked against `options.pipe`: what is left is `none`, or of the shape.
            _ => self.shape.set(name, value),
        }
    }
}

impl Default for Options {
    /// As in `options.pipe`.
    fn default() -> Self {
        Self {
            namespace: None,
            service_account: None,
            storage_class: None,
            access_mode: "ReadWriteOnce".to_owned(),
            workspace_size: 10 << 30,
            helper_image: None,
            timeout: None,
            finally_timeout: 3_600_000,
            most_turns: 256,
            several_volumes: false,
            exclusive_elsewhere: false,
            scripts: Scripts::Inline,
            fuse: false,
            matrix: false,
            inject: Inject::default(),
            deny_egress: false,
            egress: Vec::new(),
            shape: Shape::default(),
            level: Level::Beta,
            min_version: None,
            cel: false,
            enums: false,
            artifacts: false,
            bindings: Vec::new(),
            pod: Map::new(),
            forbidden_env: Vec::new(),
            tasks: FxHashMap::default(),
            elsewhere: Vec::new(),
            given: Vec::new(),
            span: None,
            places: FxHashMap::default(),
        }
    }
}

fn some_text(value: &Value) -> Option<String> {
    value.text().filter(|text| !text.is_empty())
}
