//! What a script reads, as a task declares it and as its pipeline gives it: parameters, secrets, places.

use std::borrow::Cow;

use super::names::Names;
use super::{defaults, escape, names, object, spelling};
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

impl Given {
    /// The object and the key of one of its values.
    pub(super) fn parts(&self) -> Option<(&str, &str)> {
        match self.way {
            Way::Key(at) => Some((&self.name[..at], &self.name[at + 1..])),
            Way::Text | Way::List | Way::Each => None,
        }
    }

    /// Just a parameter of the pipeline, under its own name.
    pub(super) fn is_passed_on(&self) -> bool {
        self.way != Way::Each && self.value == variable_of(&self.name, self.way)
    }
}

/// How the value of a parameter reaches a task.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    Text,
    List,
    /// As one key of an object; where in the name the dot before the key is.
    Key(usize),
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
    /// The task itself, when it is one of the program.
    own: Option<TaskId>,
    /// A parameter's secret is read whose absence is no error.
    pub(super) reads_names: bool,
    /// The task writes the fields of its records as results of their own.
    pub(super) apart: bool,
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
    /// What runs instead of a script that stands in the task.
    pub(super) command: Vec<String>,
    /// Where it starts, when no script goes there.
    pub(super) workdir: Option<String>,
    /// A volume that it writes, and no other.
    pub(super) writes: Option<&'static str>,
    /// One of the texts reads [`escape::DOLLAR`].
    pub(super) reads_dollar: bool,
    /// One of the texts reads [`escape::BRACE`].
    pub(super) reads_brace: bool,
}

/// One variable of a container.
#[derive(PartialEq, Eq, Debug)]
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
    /// Something replaces `{{ name }}` in what is emitted.
    pub(super) in_template: bool,
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
        let mut texts = self.env.iter().filter_map(Variable::text).chain(self.args.iter().map(AsRef::as_ref));
        let not = if texts.any(|text| text.starts_with("$(PIPEC_NOT_")) { NOT } else { &[] };
        if not.is_empty() && !self.reads_dollar && !self.reads_brace {
            return;
        }
        let dollar = self.reads_dollar.then_some((escape::DOLLAR, "$$"));
        let brace = self.reads_brace.then_some((escape::BRACE, "{"));
        let helpers =
            dollar.iter().chain(&brace).chain(not).map(|(name, value)| Variable::Text((*name).into(), (*value).into()));
        let helpers: Vec<Variable<'_>> = helpers.collect();
        self.env.splice(0..0, helpers);
    }

    /// Whether [`escape::DOLLAR`] is declared.
    pub(super) fn has_dollar(&self) -> bool {
        self.reads_dollar
    }

    /// Variables that are set when all others are.
    pub(super) fn add_texts(&mut self, texts: Vec<(String, String)>, in_template: bool) {
        let declared = self.reads_dollar;
        let braced = self.reads_brace;
        for (name, text) in texts {
            let text = self.escaped(in_template, text);
            self.env.push(Variable::Text(name.into(), text.into()));
        }
        if self.reads_dollar && !declared {
            self.env.insert(0, Variable::Text(escape::DOLLAR.into(), "$$".into()));
        }
        if self.reads_brace && !braced {
            self.env.insert(0, Variable::Text(escape::BRACE.into(), "{".into()));
        }
    }

    /// Arguments before all others.
    pub(super) fn put_args_before(&mut self, words: Vec<String>, in_template: bool) {
        let (declared, braced) = (self.reads_dollar, self.reads_brace);
        let words: Vec<Cow<'_, str>> = words.into_iter().map(|word| self.escaped(in_template, word).into()).collect();
        self.args.splice(0..0, words);
        if self.reads_dollar && !declared {
            self.env.insert(0, Variable::Text(escape::DOLLAR.into(), "$$".into()));
        }
        if self.reads_brace && !braced {
            self.env.insert(0, Variable::Text(escape::BRACE.into(), "{".into()));
        }
    }

    fn escaped(&mut self, in_template: bool, text: String) -> String {
        match if in_template { escape::value_in_template(&text) } else { escape::value(&text) } {
            Cow::Borrowed(_) => text,
            Cow::Owned(escaped) => {
                self.reads_dollar |= escape::needs_dollar(&escaped);
                self.reads_brace |= escape::needs_brace(&escaped);
                escaped
            }
        }
    }
}

impl Inputs {
    /// Of a task of the program, whose results have names of their own.
    pub(super) fn of_task(own: TaskId) -> Self {
        Self { own: Some(own), ..Self::default() }
    }

    /// Everything that a script reads, as parts of its container. `more` are variables that the engine sets itself.
    pub(super) fn wire<'p>(
        &mut self,
        scope: Scope<'_>,
        rendered: Reads,
        more: Vec<(&'static str, String)>,
    ) -> Wiring<'p> {
        let mut wiring = Wiring { env: Vec::with_capacity(rendered.env.len() + more.len()), ..Wiring::default() };
        self.given.reserve_exact(rendered.env.iter().filter(|(_, source)| is_given(source)).count());
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
            let arg = wiring.escaped(scope.in_template, arg.clone());
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
                    let word = wiring.escaped(scope.in_template, word);
                    wiring.args.push(word.into());
                }
            }
            ListSource::Param(name) => {
                wiring.reads_dollar |= defaults::needs_dollar(scope.plan, &name);
                let words = self.give_param(scope.names, &name, true);
                wiring.args.push(words.into());
            }
            ListSource::Gathered { task, output } => {
                let id = scope.names.find(&task);
                self.read(id);
                let result = object::apart(scope.names.result_named(scope.plan, id, &output));
                let all = ["$(tasks.", scope.names.of(id), ".results.", &*result, "[*])"].concat();
                let carrier = scope.names.carrier(scope.plan, &task, &output);
                let words = self.give(object::apart(&carrier), true, all);
                wiring.args.push(words.into());
            }
            ListSource::Result { task, output } => {
                let id = scope.names.find(&task);
                self.read(id);
                let result = scope.names.result_named(scope.plan, id, &output);
                let all = ["$(tasks.", scope.names.of(id), ".results.", result, "[*])"].concat();
                let words = self.give(scope.names.carrier(scope.plan, &task, &output), true, all);
                wiring.args.push(words.into());
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
            Source::Literal(text) => wiring.escaped(scope.in_template, text),
            Source::Param(name) => {
                wiring.reads_dollar |= defaults::needs_dollar(scope.plan, &name);
                self.give_param(scope.names, &name, false)
            }
            Source::Result { task, output } => {
                let id = scope.names.find(&task);
                self.read(id);
                let result = scope.names.result_named(scope.plan, id, &output);
                let value = ["$(tasks.", scope.names.of(id), ".results.", result, ")"].concat();
                self.give(scope.names.carrier(scope.plan, &task, &output), false, value)
            }
            Source::OutputFile(output) => {
                let own = self.own.map(|own| scope.names.result_named(scope.plan, own, &output));
                let name = own.unwrap_or_else(|| spelling::result(&output));
                if self.apart { object::file(&object::apart(name)) } else { object::file(name) }
            }
            Source::Place { workspace, path } => self.place(scope, &workspace, path, wiring),
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
                self.give(format!("{task}--status"), false, status)
            }
            Source::StepResult { step, result } => {
                ["$(steps.", &names::step(&step), ".results.", &result, ")"].concat()
            }
            Source::Outcome => self.give("run--outcome", false, "$(tasks.status)".to_owned()),
        }
    }

    fn place(&mut self, scope: Scope<'_>, workspace: &str, path: String, wiring: &mut Wiring<'_>) -> String {
        self.need_workspace(workspace);
        let slash = if path.is_empty() { "" } else { "/" };
        ["$(workspaces.", scope.names.workspace(workspace), ".path)", slash, &wiring.escaped(scope.in_template, path)]
            .concat()
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

    /// Declares a parameter of the pipeline as one of the task, and gives the variable that stands for it.
    pub(super) fn give_param(&mut self, names: &Names, name: &str, is_list: bool) -> String {
        let outside = names.param(name);
        let value = if is_list { ["$(params.", outside, "[*])"].concat() } else { names.variable(name) };
        self.give(outside, is_list, value)
    }

    /// Declares a parameter of the task and gives the variable that stands for it.
    pub(super) fn give(&mut self, name: impl Into<String>, is_list: bool, value: String) -> String {
        let name = name.into();
        let text = name.find('.').map_or(Way::Text, Way::Key);
        self.give_as(name, if is_list { Way::List } else { text }, value)
    }

    /// As [`Inputs::give`], one element of a list for each run of the task.
    pub(super) fn give_each(&mut self, name: &str, list: String) -> String {
        self.give_as(name.to_owned(), Way::Each, list)
    }

    fn give_as(&mut self, mut name: String, way: Way, value: String) -> String {
        // Two results may have one name in the spelling that is wanted.
        let mut turn = 2;
        while let Some(other) = self.given.iter().find(|given| given.name == name) {
            if other.value == value {
                return variable_of(&name, way);
            }
            name = format!("{name}-{turn}");
            turn += 1;
        }
        let variable = variable_of(&name, way);
        self.given.push(Given { name, way, value });
        variable
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
                (self.give(format!("{name}--secret"), false, value), true)
            }
            SecretRef::Param(name) => (self.give_param(scope.names, name, false), false),
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

/// Whether it reaches a task by a parameter of it.
fn is_given(source: &Source) -> bool {
    match source {
        Source::Param(_) | Source::Result { .. } | Source::Status(_) | Source::Outcome => true,
        Source::Literal(_)
        | Source::OutputFile(_)
        | Source::Place { .. }
        | Source::SecretValue(_)
        | Source::SecretFile(_)
        | Source::StepResult { .. } => false,
    }
}

/// The variable that is `true` where the given one is `false`.
pub(super) fn negated(variable: &str) -> String {
    format!("$(PIPEC_NOT_{variable})")
}

/// A volume that is written.
pub(super) fn mount(volume: &'static str) -> Map {
    Map::new().with("name", volume).with("mountPath", mount_path(volume))
}

pub(super) fn mount_path(volume: &str) -> String {
    format!("/pipec/{volume}")
}

/// `$(params.name)`, and all elements of a list.
fn variable_of(name: &str, way: Way) -> String {
    let all = if way == Way::List { "[*]" } else { "" };
    ["$(params.", name, all, ")"].concat()
}
