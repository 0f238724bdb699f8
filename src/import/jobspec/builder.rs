//! Stages into tasks.

use std::collections::{BTreeMap, BTreeSet};

use super::findings;
use super::graph::{Form, Node};
use super::params::{Given, Param};
use super::shorthand::{self, Image};
use super::stage::{Stage, raw_scripts};
use super::task::Task;
use super::template::{Values, assigned};
use super::walk::{At, Scalar, Value};
use crate::import::script::Script;
use crate::source::{Span, is_harmful};

/// What makes the tasks of the program.
pub(super) struct Builder<'a> {
    pub(super) values: Values<'a>,
    pub(super) nodes: Vec<Node>,
    /// Tasks that run when all else is over.
    pub(super) last: Vec<(String, Task, Span)>,
    /// What each short-hand became.
    pub(super) made: BTreeMap<String, Made>,
    /// The parts of a build are put together at its end, so no task may ask for the whole before.
    pub(super) delayed: bool,
    /// Whether the container was pushed.
    pub(super) pushed: bool,
    /// The clouds that are published to.
    pub(super) published: BTreeSet<String>,
    /// The names of what is built, which no stage may take.
    pub(super) names: BTreeMap<String, String>,
    /// The node that sets up the working directory, and the last one that does.
    pub(super) source: usize,
    pub(super) ready: usize,
}

/// A node, and whether its value is an artifact of the library.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) node: usize,
    pub(super) typed: bool,
}

/// What identifies a build when nothing says so before the run.
pub(super) const SHELL_BUILD_ID: &str = "$(cosa meta --get-value buildid)";

/// The nodes of one stage while they are made: each new one waits for the ones before it.
#[derive(Default)]
pub(super) struct Chain {
    pub(super) first: Vec<usize>,
    pub(super) last: Vec<usize>,
}

impl Builder<'_> {
    pub(super) fn push(&mut self, wanted: &str, form: Form, reads: Vec<usize>, span: Span) -> usize {
        let name = self.values.params.name(wanted);
        self.push_named(name, form, reads, span)
    }

    pub(super) fn push_named(&mut self, name: String, form: Form, mut reads: Vec<usize>, span: Span) -> usize {
        let form = match form {
            Form::Task(task) => {
                let task = task.with_secrets(&name, &mut self.values.params);
                if let Some(base) = self.made.get("base").map(|made| made.node)
                    && task.reads(&self.values.build_id)
                    && !reads.contains(&base)
                {
                    reads.push(base);
                }
                Form::Task(task)
            }
            Form::Call(call) => Form::Call(call),
        };
        self.nodes.push(Node { name, form, reads, after: BTreeSet::new(), span });
        self.nodes.len() - 1
    }

    /// Lets a node run behind what the stage did so far.
    pub(super) fn chain(&mut self, chain: &mut Chain, node: usize) {
        self.nodes[node].after.extend(chain.last.iter().copied());
        if chain.first.is_empty() {
            chain.first.push(node);
        }
        chain.last = vec![node];
    }

    /// Lets nodes run beside each other, behind what the stage did so far.
    fn fan(&mut self, chain: &mut Chain, nodes: &[usize]) {
        for &node in nodes {
            self.nodes[node].after.extend(chain.last.iter().copied());
        }
        if chain.first.is_empty() {
            chain.first = nodes.to_vec();
        }
        if !nodes.is_empty() {
            chain.last = nodes.to_vec();
        }
    }

    /// Keeps the names of all that is built.
    pub(super) fn keep_names(&mut self, stages: &[Stage]) {
        for build in stages.iter().flat_map(|stage| &stage.builds) {
            let key = shorthand::maker_of(&build.text).unwrap_or(&build.text);
            if !self.names.contains_key(key) {
                let name = self.values.params.name(key);
                self.names.insert(key.to_owned(), name);
            }
        }
    }

    /// The nodes of a stage.
    pub(super) fn stage(&mut self, stage: &Stage) -> Chain {
        let mut chain = Chain::default();
        let name = self.stage_name(stage);
        let assigned = assigned(&raw_scripts(stage));
        let texts = |key: &str| stage.group.as_ref().map_or(&[][..], |group| group.texts(key));
        let is = |key: &str| stage.group.as_ref().is_some_and(|group| group.is(key));
        let concurrent = is("concurrent") && stage.builds.len() + texts("commands").len() > 1;
        let scripts = |builder: &mut Self, key: &str| -> Vec<Script> {
            texts(key)
                .iter()
                .map(|one| builder.values.script(one, &assigned))
                .filter(|one| !one.pieces.is_empty())
                .collect()
        };
        let apart = !stage.builds.is_empty() || concurrent;
        let prep = scripts(self, "prep_commands");
        let mut before = (!prep.is_empty()).then(|| Script::joined(prep));
        if let Some(prep) = before.take_if(|_| apart) {
            let task = Task::of(&format!("What stage `{}` prepares.", stage.label), prep);
            let node = self.push(&format!("{name}_prep"), Form::Task(task), Vec::new(), stage.span);
            self.chain(&mut chain, node);
        }
        let mut beside = Vec::new();
        for build in &stage.builds {
            let Some(node) = self.image(build, stage) else { continue };
            if concurrent {
                beside.push(node);
            } else {
                self.chain(&mut chain, node);
            }
        }
        let commands = scripts(self, "commands");
        let post = scripts(self, "post_commands");
        let mut post = (!post.is_empty()).then(|| Script::joined(post));
        if is("post_always")
            && let Some(post) = post.take_if(|_| apart)
        {
            self.values.out.push(findings::always_at_the_end(stage));
            let task = Task::of(&format!("What stage `{}` does in any case.", stage.label), post);
            let last = self.values.params.name(&format!("{name}_post"));
            let task = task.with_secrets(&last, &mut self.values.params);
            self.last.push((last, task, stage.span));
        }
        let doc = self.doc(stage);
        if concurrent {
            for (at, command) in commands.into_iter().enumerate() {
                let task = Task::of(&doc, command);
                beside.push(self.push(&format!("{name}_{}", at + 1), Form::Task(task), Vec::new(), stage.span));
            }
            self.fan(&mut chain, &beside);
            if let Some(post) = post {
                let task = Task::of(&format!("What stage `{}` does at its end.", stage.label), post);
                let node = self.push(&format!("{name}_post"), Form::Task(task), Vec::new(), stage.span);
                self.chain(&mut chain, node);
            }
        } else if let Some(task) = self.commands(stage, &doc, before, commands, post) {
            let node = self.push_named(name, Form::Task(task), Vec::new(), stage.span);
            self.chain(&mut chain, node);
        }
        self.tests(stage, &mut chain);
        self.publish(stage, &mut chain);
        self.remember(stage, &chain);
        if makes_commit(stage) {
            self.registries(&mut chain);
        }
        chain
    }

    /// A name for what the stage runs; of one that only builds, that name is not needed.
    fn stage_name(&mut self, stage: &Stage) -> String {
        if stage.group.is_none() || raw_scripts(stage).is_empty() {
            return "stage".to_owned();
        }
        self.values.params.name(&stage.label)
    }

    fn doc(&self, stage: &Stage) -> String {
        let description = stage.group.as_ref().and_then(|group| group.text("description"));
        let text = description.map_or_else(|| format!("Stage `{}`.", stage.label), |at| at.text);
        let text = text.replace(|c| c != '\n' && is_harmful(c), " ");
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join("\n")
    }

    /// What was one pod: prepared, command by command, and what follows.
    fn commands(
        &mut self,
        stage: &Stage,
        doc: &str,
        before: Option<Script>,
        commands: Vec<Script>,
        post: Option<Script>,
    ) -> Option<Task> {
        if commands.is_empty() && before.is_none() && post.is_none() {
            return None;
        }
        let always = stage.group.as_ref().is_some_and(|group| group.is("post_always"));
        let numbered = commands.len() > 1 || (!commands.is_empty() && post.is_some() && !always);
        let name = |at: usize| if numbered { format!("command_{}", at + 1) } else { "run".to_owned() };
        let steps = commands.into_iter().enumerate().map(|(at, script)| (name(at), script));
        let mut task = Task { doc: doc.to_owned(), before, steps: steps.collect(), ..Task::default() };
        match post {
            Some(post) if always => task.cleanup = Some(post),
            Some(post) => task.steps.push(("post".to_owned(), post)),
            None => {}
        }
        if task.steps.is_empty() {
            // Only prepared, or only cleaned up behind.
            let run = task.before.take().unwrap_or_else(|| Script::of("true"));
            task.steps.push(("run".to_owned(), run));
        }
        Some(task)
    }

    /// The node of a short-hand; `None` where it was made already.
    fn image(&mut self, build: &At, stage: &Stage) -> Option<usize> {
        let kind = shorthand::image(&build.text)?;
        let key = shorthand::maker_of(&build.text).unwrap_or(&build.text);
        if self.made.contains_key(key) && kind != Image::Finalize {
            self.values.out.push(findings::made_already(&build.text, build.span));
            return None;
        }
        let doc = match kind {
            Image::Finalize => "Put the parts of the build together.".to_owned(),
            Image::Base | Image::Live | Image::Task | Image::Platform | Image::Command => {
                format!("Make `{}`.", build.text)
            }
        };
        let name = self.names.get(key).cloned().unwrap_or_else(|| key.to_owned());
        let typed = (!self.delayed).then(|| self.library_call(kind, &build.text)).flatten();
        let node = match typed.clone() {
            Some((call, reads)) => self.push_named(name, Form::Call(call), reads, build.span),
            None => {
                let task = self.raw_image(kind, &build.text, &doc);
                let needed = shorthand::needs(&build.text).iter().filter_map(|need| self.made.get(*need));
                let needed: Vec<usize> = needed.map(|made| made.node).collect();
                let node = self.push_named(name, Form::Task(task), Vec::new(), stage.span);
                self.nodes[node].after.extend(needed);
                node
            }
        };
        self.made.insert(key.to_owned(), Made { node, typed: typed.is_some() });
        if kind == Image::Base {
            self.values.build_id = format!("{}.build_id", self.nodes[node].name);
        }
        Some(node)
    }

    /// The task of the library for a short-hand, when all that it reads was made by such tasks.
    fn library_call(&self, kind: Image, name: &str) -> Option<(String, Vec<usize>)> {
        let typed = |name: &str| self.made.get(name).filter(|made| made.typed).map(|made| made.node);
        let named = |node: usize| self.nodes[node].name.as_str();
        match kind {
            Image::Base => Some((format!("cosa.build({}, strict: false)", named(self.source)), vec![self.source])),
            Image::Task => {
                let base = typed("base")?;
                Some((format!("cosa.{name}({}.ostree)", named(base)), vec![base]))
            }
            Image::Platform => {
                let base = typed("base")?;
                Some((format!("cosa.cloud({}.qemu, .{})", named(base), name.replace('-', "_")), vec![base]))
            }
            Image::Live => {
                let (base, metal, metal4k) = (typed("base")?, typed("metal")?, typed("metal4k")?);
                let call = format!("cosa.live({}.ostree, {}, {})", named(base), named(metal), named(metal4k));
                Some((call, vec![base, metal, metal4k]))
            }
            Image::Command | Image::Finalize => None,
        }
    }

    fn raw_image(&self, kind: Image, name: &str, doc: &str) -> Task {
        match kind {
            Image::Base => {
                let mut script = Script::of(
                    "cosa fetch\ncosa build --delay-meta-merge\nbasename \"$(readlink -f builds/latest)\" > ",
                );
                script.hole("out.build_id");
                Task { outputs: Some("(build_id: cosa.BuildId)"), ..Task::of(doc, script) }
            }
            Image::Finalize => Task::of(doc, Script::of("cosa meta --finalize")),
            Image::Live | Image::Task | Image::Platform | Image::Command => {
                Task::of(doc, Script::of(&format!("cosa buildextend-{name}")))
            }
        }
    }

    fn tests(&mut self, stage: &Stage, chain: &mut Chain) {
        let wanted = stage.group.as_ref().map_or(&[][..], |group| group.texts("kola_tests"));
        for entry in wanted {
            let Some(test) = shorthand::KOLA.iter().find(|test| test.name == entry.text) else { continue };
            let mut task = Task::of(&format!("The tests `{}`.", test.name), Script::of(test.command));
            task.memory = (test.parallel > 1).then(|| format!("cosa.kola_memory({})", test.parallel));
            let node = self.push(&format!("kola_{}", spaced(test.name)), Form::Task(task), Vec::new(), entry.span);
            let tested = self.made.get(test.needs).map(|made| made.node);
            self.nodes[node].after.extend(tested);
            self.chain(chain, node);
        }
    }

    /// What commands of the stage made, for stages that need it.
    fn remember(&mut self, stage: &Stage, chain: &Chain) {
        let made = raw_scripts(stage);
        for name in made.iter().flat_map(|script| shorthand::made_by(&script.text)) {
            if let Some(&node) = chain.last.last() {
                self.made.entry(name).or_insert(Made { node, typed: false });
            }
        }
    }

    /// A parameter of a value, with the type that fits where it goes.
    pub(super) fn typed(&mut self, path: &str, wanted: &str, doc: &str, ty: &str, text: &At) -> String {
        if let Some(param) = self.values.params.of(path) {
            return param.name.clone();
        }
        self.values.read.insert(path.to_owned());
        let given = self.values.given(path, Some(&(Scalar::Text(text.text.clone()), text.span)));
        let (name, doc, ty, path) = (wanted.to_owned(), doc.to_owned(), ty.to_owned(), path.to_owned());
        self.values.params.add(Param { name, doc, ty, default: None, given, path })
    }

    /// A text of the JobSpec that says something.
    pub(super) fn text(&self, path: &str) -> Option<At> {
        match self.values.root.at(path)? {
            Value::Scalar(Scalar::Text(text), span) if !text.is_empty() => Some(At { text: text.clone(), span: *span }),
            Value::Scalar(..) | Value::Texts(..) | Value::Map(_) | Value::Maps(_) => None,
        }
    }

    /// A parameter that may be left out.
    pub(super) fn optional(&mut self, path: &str, doc: &str) -> String {
        let given = match self.text(path) {
            Some(text) => self.values.given(path, Some(&(Scalar::Text(text.text), text.span))),
            None => Given::Nothing,
        };
        let name = path.rsplit('.').next().unwrap_or(path).to_owned();
        // What a JobSpec says is not left to chance when its parameter file is forgotten.
        let (ty, default) = match given {
            Given::Nothing => ("string?".to_owned(), Some("none".to_owned())),
            Given::Value(_) | Given::Missing(_) => ("string".to_owned(), None),
        };
        let doc = doc.to_owned();
        self.values.params.add(Param { name, doc, ty, default, given, path: path.to_owned() })
    }
}

/// Whether a stage makes a new OSTree commit, whose container is pushed.
fn makes_commit(stage: &Stage) -> bool {
    let builds = |script: &At| shorthand::subcommands(&script.text).contains(&"build");
    stage.builds.iter().any(|one| shorthand::image(&one.text) == Some(Image::Base))
        || raw_scripts(stage).iter().any(builds)
}

/// `basicBios` is `basic_bios`.
fn spaced(name: &str) -> String {
    let mut out = String::new();
    let mut last_upper = true;
    for c in name.chars() {
        if c.is_ascii_uppercase() && !last_upper {
            out.push('_');
        }
        last_upper = c.is_ascii_uppercase();
        out.push(c.to_ascii_lowercase());
    }
    out
}
