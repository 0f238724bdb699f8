//! What a script reads, as a task declares it and as its pipeline gives it: parameters, secrets, places.

use super::escape;
use super::names::{self, Names};
use crate::contract::{END_OF_LIST, ListSource, SecretRef, Source};
use crate::emit::script::Rendered;
use crate::emit::yaml::{Map, Node};
use crate::plan::{Plan, TaskId, Ty};

/// A parameter of a task and what the pipeline gives to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) is_list: bool,
    /// With the pipeline's variables.
    pub(super) value: String,
}

/// What the steps of one task read, each once, in the order of first use.
#[derive(Default, Debug)]
pub(super) struct Inputs {
    pub(super) given: Vec<Given>,
    /// Names of workspaces.
    pub(super) workspaces: Vec<String>,
    /// Secrets that are mounted, and the name of the volume of each.
    pub(super) secrets: Vec<(SecretRef, String)>,
    /// Tasks whose results are read.
    pub(super) reads: Vec<TaskId>,
    /// A parameter's secret is read whose absence is no error.
    pub(super) reads_names: bool,
}

/// The parts of a container that say where its values come from.
#[derive(Default, Debug)]
pub(super) struct Wiring {
    pub(super) env: Vec<Node>,
    pub(super) args: Vec<Node>,
    /// Names of volumes that it mounts.
    pub(super) mounts: Vec<String>,
}

/// What stands beside the plan while the inputs of a task are bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope<'a> {
    pub(super) plan: &'a Plan,
    pub(super) names: &'a Names,
    /// The task that checks the parameters, by its name in the pipeline.
    pub(super) check: &'a str,
}

/// Stands for the name of a secret that was not given: no object may be named by the empty text, so it is the name of
/// one that does not exist, and what reads it is optional.
pub(super) const NO_SECRET: &str = "pipec-no-secret";

/// The key under which a secret holds its value.
const SECRET_KEY: &str = "value";

/// The opposite of a `bool`: Tekton puts the value into `$(PIPEC_NOT_…)`, the kubelet that variable's value for it.
const NOT: &[(&str, &str)] = &[("PIPEC_NOT_true", "false"), ("PIPEC_NOT_false", "true")];

impl Wiring {
    /// The variables that others are made with; the kubelet reads those that stand before.
    fn declare_helpers(&mut self) {
        let texts = || self.env.iter().chain(&self.args).filter_map(value_of);
        let dollar = texts().any(escape::needs_dollar).then_some((escape::DOLLAR, "$$"));
        let not = if texts().any(|text| text.starts_with("$(PIPEC_NOT_")) { NOT } else { &[] };
        let helpers: Vec<Node> =
            dollar.iter().chain(not).map(|(name, value)| plain_variable(name, (*value).to_owned())).collect();
        self.env.splice(0..0, helpers);
    }
}

impl Inputs {
    /// Everything that a script reads, as parts of its container. `more` are variables that the engine sets itself.
    pub(super) fn wire(&mut self, scope: Scope<'_>, rendered: &Rendered, more: Vec<(&'static str, String)>) -> Wiring {
        let mut wiring = Wiring::default();
        for (name, source) in &rendered.env {
            wiring.env.push(self.variable(scope, name, source, &mut wiring.mounts));
        }
        if let Some(source) = &rendered.workdir
            && !rendered.env.iter().any(|(name, _)| name == "PIPE_WORKDIR")
        {
            wiring.env.push(self.variable(scope, "PIPE_WORKDIR", source, &mut wiring.mounts));
        }
        for (name, value) in more {
            wiring.env.push(plain_variable(name, value));
        }
        for list in &rendered.args {
            self.words(scope, list, &mut wiring);
        }
        wiring.declare_helpers();
        wiring
    }

    fn variable(&mut self, scope: Scope<'_>, name: &str, source: &Source, mounts: &mut Vec<String>) -> Node {
        if let Source::SecretValue(secret) = source {
            let (name_of_secret, optional) = self.secret_name(scope, secret);
            let key = Map::new().with("name", name_of_secret).with("key", SECRET_KEY);
            let key = key.with_some("optional", optional.then_some(true));
            let from = Map::new().with("secretKeyRef", key);
            return Map::new().with("name", name.to_owned()).with("valueFrom", from).into();
        }
        let value = self.text(scope, source, mounts);
        plain_variable(name, value)
    }

    fn words(&mut self, scope: Scope<'_>, list: &ListSource, wiring: &mut Wiring) {
        let words: Vec<String> = match list {
            ListSource::Literal(words) => words.iter().map(|word| escape::value(word).into_owned()).collect(),
            ListSource::Param(name) => {
                self.give(name, true, format!("$(params.{name}[*])"));
                vec![format!("$(params.{name}[*])")]
            }
            ListSource::Each(sources) => {
                sources.iter().map(|source| self.text(scope, source, &mut wiring.mounts)).collect()
            }
        };
        wiring.args.extend(words.into_iter().map(Node::from));
        wiring.args.push(END_OF_LIST.into());
    }

    /// A text with the variables of the task.
    fn text(&mut self, scope: Scope<'_>, source: &Source, mounts: &mut Vec<String>) -> String {
        match source {
            Source::Literal(text) => escape::value(text).into_owned(),
            Source::Param(name) => self.give(name, false, format!("$(params.{name})")),
            Source::Result { task, output } => {
                let (id, result) = (scope.names.find(task), names::result(output));
                self.read(id);
                let value = format!("$(tasks.{}.results.{result})", scope.names.of(id));
                self.give(&format!("{task}-{result}"), false, value)
            }
            Source::OutputFile(output) => format!("$(results.{}.path)", names::result(output)),
            Source::Place { workspace, path } => self.place(workspace, path),
            Source::SecretFile(secret) | Source::SecretValue(secret) => {
                let volume = self.mount(secret);
                let path = format!("{}/{SECRET_KEY}", mount_path(&volume));
                if !mounts.contains(&volume) {
                    mounts.push(volume);
                }
                path
            }
            Source::Status(task) => {
                let status = format!("$(tasks.{}.status)", scope.names.of(scope.names.find(task)));
                self.give(&format!("{task}--status"), false, status)
            }
            Source::Outcome => self.give("run--outcome", false, "$(tasks.status)".to_owned()),
        }
    }

    fn place(&mut self, workspace: &str, path: &str) -> String {
        self.need_workspace(workspace);
        let slash = if path.is_empty() { "" } else { "/" };
        format!("$(workspaces.{workspace}.path){slash}{}", escape::value(path))
    }

    pub(super) fn need_workspace(&mut self, name: &str) {
        if !self.workspaces.iter().any(|known| known == name) {
            self.workspaces.push(name.to_owned());
        }
    }

    fn read(&mut self, task: TaskId) {
        if !self.reads.contains(&task) {
            self.reads.push(task);
        }
    }

    /// Declares a parameter of the task and gives the variable that stands for it.
    pub(super) fn give(&mut self, name: &str, is_list: bool, value: String) -> String {
        if !self.given.iter().any(|given| given.name == name) {
            self.given.push(Given { name: name.to_owned(), is_list, value });
        }
        format!("$(params.{name})")
    }

    fn mount(&mut self, secret: &SecretRef) -> String {
        if let Some((_, volume)) = self.secrets.iter().find(|(known, _)| known == secret) {
            return volume.clone();
        }
        let volume = format!("secret-{}", self.secrets.len() + 1);
        self.secrets.push((secret.clone(), volume.clone()));
        volume
    }

    /// The name of the object that holds a secret, and whether it may be absent.
    pub(super) fn secret_name(&mut self, scope: Scope<'_>, secret: &SecretRef) -> (String, bool) {
        match secret {
            SecretRef::Named(name) => (name.clone(), false),
            SecretRef::Param(name) if is_optional(scope.plan, name) => {
                self.reads_names = true;
                let value = format!("$(tasks.{}.results.{name})", scope.check);
                (self.give(&format!("{name}--secret"), false, value), true)
            }
            SecretRef::Param(name) => (self.give(name, false, format!("$(params.{name})")), false),
        }
    }

    /// The volumes of the task. A file that is missing is for the script to say, so that no pod waits for it.
    pub(super) fn volumes(&mut self, scope: Scope<'_>) -> Vec<Node> {
        let secrets = self.secrets.clone();
        let volume = |(secret, volume): (SecretRef, String)| {
            let (name, _) = self.secret_name(scope, &secret);
            let item = Map::new().with("key", SECRET_KEY).with("path", SECRET_KEY);
            let source = Map::new().with("secretName", name).with("optional", true).with("items", vec![item]);
            Node::from(Map::new().with("name", volume).with("secret", source))
        };
        secrets.into_iter().map(volume).collect()
    }
}

/// The parameters of secrets that may be absent: a run gives the empty text for each, which can name nothing.
pub(super) fn optional_secrets(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.params.iter().filter(|param| is_optional_secret(&param.ty)).map(|param| param.name.as_str())
}

fn is_optional(plan: &Plan, param: &str) -> bool {
    optional_secrets(plan).any(|name| name == param)
}

fn is_optional_secret(ty: &Ty) -> bool {
    matches!(ty, Ty::Optional(of) if **of == Ty::Secret)
}

/// The variable that is `true` where the given one is `false`.
pub(super) fn negated(variable: &str) -> String {
    format!("$(PIPEC_NOT_{variable})")
}

pub(super) fn mount_path(volume: &str) -> String {
    format!("/pipec/{volume}")
}

fn plain_variable(name: &str, value: String) -> Node {
    Map::new().with("name", name.to_owned()).with("value", value).into()
}

/// The text of an argument, or of a variable.
pub(super) fn value_of(node: &Node) -> Option<&str> {
    match node {
        Node::Text(text) => Some(text),
        Node::Map(map) => map.get("value").and_then(value_of),
        Node::Bool(_) | Node::Int(_) | Node::Noted(_) | Node::List(_) => None,
    }
}
