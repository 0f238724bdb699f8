//! What a script reads, as a task declares it and as its pipeline gives it: parameters, secrets, places.

use std::borrow::Cow;

use super::escape;
use super::names::{self, Names};
use crate::contract::{END_OF_LIST, ListSource, SecretRef, Source};
use crate::emit::yaml::{Map, Node};
use crate::plan::{Plan, TaskId, Ty};

/// A parameter of a task and what the pipeline gives to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) way: Way,
    /// With the pipeline's variables.
    pub(super) value: String,
}

/// How the value of a parameter reaches a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    Text,
    List,
    /// By the matrix: one element of the list for each run of the task.
    Each,
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

/// A resource and how much of it.
pub(super) type Amount = (&'static str, Cow<'static, str>);

/// The parts of a container that say where its values come from.
#[derive(Default, Debug)]
pub(super) struct Wiring<'p> {
    pub(super) env: Vec<Variable<'p>>,
    pub(super) args: Vec<Cow<'p, str>>,
    /// Names of volumes that it mounts.
    pub(super) mounts: Vec<String>,
    /// Variables that hold the path of a secret.
    pub(super) secret_paths: Vec<String>,
    /// One of the texts reads [`escape::DOLLAR`].
    pub(super) reads_dollar: bool,
}

/// One variable of a container.
#[derive(Debug)]
pub(super) enum Variable<'p> {
    /// Name and text.
    Text(Cow<'p, str>, Cow<'p, str>),
    Secret {
        name: String,
        /// The object that holds it.
        secret: String,
        key: &'static str,
        optional: bool,
    },
}

impl Variable<'_> {
    /// The text; a secret's is not known.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(_, value) => Some(value),
            Self::Secret { .. } => None,
        }
    }
}

/// What a script reads, without its body.
#[derive(Debug)]
pub(super) struct Reads {
    pub(super) env: Vec<(String, Source)>,
    pub(super) args: Vec<ListSource>,
    pub(super) workdir: Option<Source>,
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

impl Wiring<'_> {
    /// The variables that others are made with; the kubelet reads those that stand before.
    fn declare_helpers(&mut self) {
        let dollar = self.reads_dollar.then_some((escape::DOLLAR, "$$"));
        let mut texts = self.env.iter().filter_map(Variable::text).chain(self.args.iter().map(AsRef::as_ref));
        let not = if texts.any(|text| text.starts_with("$(PIPEC_NOT_")) { NOT } else { &[] };
        let helpers = dollar.iter().chain(not).map(|(name, value)| Variable::Text((*name).into(), (*value).into()));
        let helpers: Vec<Variable<'_>> = helpers.collect();
        self.env.splice(0..0, helpers);
    }

    fn escaped(&mut self, text: String) -> String {
        match escape::value(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(escaped) => {
                self.reads_dollar |= escape::needs_dollar(&escaped);
                escaped
            }
        }
    }
}

impl Inputs {
    /// Everything that a script reads, as parts of its container. `more` are variables that the engine sets itself.
    pub(super) fn wire<'p>(
        &mut self,
        scope: Scope<'_>,
        rendered: Reads,
        more: Vec<(&'static str, String)>,
    ) -> Wiring<'p> {
        let mut wiring = Wiring { env: Vec::with_capacity(rendered.env.len() + more.len()), ..Wiring::default() };
        let has_workdir = rendered.env.iter().any(|(name, _)| name == "PIPE_WORKDIR");
        for (name, source) in rendered.env {
            self.variable(scope, name, source, &mut wiring);
        }
        if let Some(source) = rendered.workdir
            && !has_workdir
        {
            self.variable(scope, "PIPE_WORKDIR".to_owned(), source, &mut wiring);
        }
        for (name, value) in more {
            wiring.env.push(Variable::Text(name.into(), value.into()));
        }
        for list in rendered.args {
            self.words(scope, list, &mut wiring);
        }
        wiring.declare_helpers();
        wiring
    }

    /// A text with the variables of the task, without a dollar of its own.
    pub(super) fn plain_text(&mut self, scope: Scope<'_>, source: Source) -> String {
        self.text(scope, source, &mut Wiring::default())
    }

    /// The environment and the arguments of a container that runs no script of ours.
    pub(super) fn wire_plain<'p>(
        &mut self,
        scope: Scope<'_>,
        env: Vec<(String, Source)>,
        args: &[String],
    ) -> Wiring<'p> {
        let mut wiring = Wiring::default();
        env.into_iter().for_each(|(name, source)| self.variable(scope, name, source, &mut wiring));
        for arg in args {
            let arg = wiring.escaped(arg.clone());
            wiring.args.push(arg.into());
        }
        wiring.declare_helpers();
        wiring
    }

    fn variable(&mut self, scope: Scope<'_>, name: String, source: Source, wiring: &mut Wiring<'_>) {
        if let Source::SecretValue(secret) = &source {
            let (secret, optional) = self.secret_name(scope, secret);
            wiring.env.push(Variable::Secret { name, secret, key: SECRET_KEY, optional });
            return;
        }
        if let Source::SecretFile(_) = &source {
            wiring.secret_paths.push(name.clone());
        }
        let value = self.text(scope, source, wiring);
        wiring.env.push(Variable::Text(name.into(), value.into()));
    }

    fn words(&mut self, scope: Scope<'_>, list: ListSource, wiring: &mut Wiring<'_>) {
        match list {
            ListSource::Literal(words) => {
                for word in words {
                    let word = wiring.escaped(word);
                    wiring.args.push(word.into());
                }
            }
            ListSource::Param(name) => {
                let words = ["$(params.", &name, "[*])"].concat();
                self.give(&name, true, words.clone());
                wiring.args.push(words.into());
            }
            ListSource::Gathered { task, output } => {
                let (id, result) = (scope.names.find(&task), names::result(&output));
                self.read(id);
                let all = ["$(tasks.", scope.names.of(id), ".results.", result, "[*])"].concat();
                let name = [&*task, "-", result].concat();
                self.give(&name, true, all);
                wiring.args.push(["$(params.", &name, "[*])"].concat().into());
            }
            ListSource::Each(sources) => {
                for source in sources {
                    let text = self.text(scope, source, wiring);
                    wiring.args.push(text.into());
                }
            }
        }
        wiring.args.push(END_OF_LIST.into());
    }

    /// A text with the variables of the task.
    fn text(&mut self, scope: Scope<'_>, source: Source, wiring: &mut Wiring<'_>) -> String {
        match source {
            Source::Literal(text) => wiring.escaped(text),
            Source::Param(name) => self.give(&name, false, variable_of("params", &name)),
            Source::Result { task, output } => {
                let id = scope.names.find(&task);
                self.read(id);
                let result = names::result_named(scope.plan, id, &output);
                let value = ["$(tasks.", scope.names.of(id), ".results.", result, ")"].concat();
                self.give(&[&*task, "-", names::result(&output)].concat(), false, value)
            }
            Source::OutputFile(output) => ["$(results.", names::result(&output), ".path)"].concat(),
            Source::Place { workspace, path } => self.place(&workspace, path, wiring),
            Source::SecretFile(secret) | Source::SecretValue(secret) => {
                let volume = self.mount(&secret);
                let path = format!("{}/{SECRET_KEY}", mount_path(&volume));
                if !wiring.mounts.contains(&volume) {
                    wiring.mounts.push(volume);
                }
                path
            }
            Source::Status(task) => {
                let status = format!("$(tasks.{}.status)", scope.names.of(scope.names.find(&task)));
                self.give(&format!("{task}--status"), false, status)
            }
            Source::Outcome => self.give("run--outcome", false, "$(tasks.status)".to_owned()),
        }
    }

    fn place(&mut self, workspace: &str, path: String, wiring: &mut Wiring<'_>) -> String {
        self.need_workspace(workspace);
        let slash = if path.is_empty() { "" } else { "/" };
        ["$(workspaces.", workspace, ".path)", slash, &wiring.escaped(path)].concat()
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
        self.give_as(name, if is_list { Way::List } else { Way::Text }, value)
    }

    /// As [`Inputs::give`], one element of a list for each run of the task.
    pub(super) fn give_each(&mut self, name: &str, list: String) -> String {
        self.give_as(name, Way::Each, list)
    }

    fn give_as(&mut self, name: &str, way: Way, value: String) -> String {
        if !self.given.iter().any(|given| given.name == name) {
            self.given.push(Given { name: name.to_owned(), way, value });
        }
        variable_of("params", name)
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
            SecretRef::Param(name) => (self.give(name, false, variable_of("params", name)), false),
        }
    }

    /// The volumes of the task. A file that is missing is for the script to say, so that no pod waits for it.
    pub(super) fn volumes(&mut self, scope: Scope<'_>) -> Node {
        let secrets = self.secrets.clone();
        let volume = |(secret, volume): (SecretRef, String)| {
            let (name, _) = self.secret_name(scope, &secret);
            let item = Map::new().with("key", SECRET_KEY).with("path", SECRET_KEY);
            let source = Map::new().with("secretName", name).with("optional", true).with("items", vec![item]);
            Node::from(Map::new().with("name", volume).with("secret", source))
        };
        Node::List(secrets.into_iter().map(volume).collect())
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

/// `$(of.name)`
fn variable_of(of: &str, name: &str) -> String {
    ["$(", of, ".", name, ")"].concat()
}
