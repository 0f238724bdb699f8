//! What each task of a pipeline writes into the workspaces.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::program::{
    ArtifactId, Call, Expr, Fields, FileDef, Kind, LocalId, PipelineDef, Program, TaskDef, Type,
};
use crate::check::rules::graph::NodeId;
use crate::check::rules::made::{Reader, task_of};
use crate::check::rules::places::{Place, Places};
use crate::check::rules::told::{Scope, Told};
use crate::check::rules::walk;
use crate::source::Span;

/// What more than one task may write.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) enum What {
    /// A place below a workspace.
    Place(LocalId, String),
    /// What a command makes in a workspace, by the name of the artifact.
    Made(LocalId, Box<str>),
}

/// Something that one call writes.
#[derive(Clone, Debug)]
pub(super) struct Writer<'p> {
    /// The number of the call, then its node.
    pub(super) node: NodeId,
    pub(super) call: &'p Call,
    /// Where the place is said.
    pub(super) place: Option<Span>,
    /// The names that the place depends on.
    pub(super) names: Vec<LocalId>,
    /// Tasks with the same never run at the same time.
    pub(super) lock: Option<Told>,
    /// A file that is put in place before the scripts run, and whose names its content speaks of.
    pub(super) file: Option<(&'p FileDef, Scope<'p>)>,
}

impl<'p> Writer<'p> {
    /// What it writes, in words; `None` for what nobody knows before the run.
    pub(super) fn content(&self, places: &Places<'p>) -> Option<String> {
        let (file, scope) = self.file.as_ref()?;
        Some(places.names.tell(&file.content, scope)?.words)
    }
}

/// Those of each place, in the order of the places.
pub(super) type Writers<'p> = Vec<(What, Vec<Writer<'p>>)>;

/// Whether anything in the pipeline has to do with artifacts or puts a file in place.
pub(super) fn has_writers(program: &Program, pipeline: &PipelineDef) -> bool {
    let mut found = !program.artifacts.is_empty();
    walk::calls(&pipeline.body, &mut |call, defaults| {
        found = found || layers(task_of(program, call), call, defaults).any(|(fields, _)| !fields.files.is_empty());
    });
    found
}

/// The fields of a call and whose names they speak of, the strongest first.
fn layers<'p>(
    task: &'p TaskDef,
    call: &'p Call,
    defaults: Option<&'p Fields>,
) -> impl Iterator<Item = (&'p Fields, Scope<'p>)> {
    let own = [(call.modifiers(), Scope::Pipeline), (&task.fields, Scope::of(call))];
    own.into_iter().chain(defaults.map(|fields| (fields, Scope::Pipeline)))
}

/// What the calls of a pipeline write.
pub(super) fn writers<'p>(places: &Places<'p>, pipeline: &'p PipelineDef, reader: &mut Reader<'p>) -> Writers<'p> {
    let mut found: FxHashMap<What, Vec<Writer<'p>>> = FxHashMap::default();
    let mut number = 0;
    walk::calls(&pipeline.body, &mut |call, defaults| {
        let made = reader.made(call, defaults);
        let task = task_of(places.program, call);
        let mut one = One { places, call, task, defaults, node: number, lock: None, out: &mut found };
        one.lock = one.lock();
        one.outputs();
        one.made(&reader.get(made).by_command);
        one.files();
        number += 1;
    });
    let mut list: Vec<_> = found.into_iter().collect();
    list.sort_by(|a, b| a.0.cmp(&b.0));
    list
}

/// One call.
struct One<'w, 'p> {
    places: &'w Places<'p>,
    call: &'p Call,
    task: &'p TaskDef,
    defaults: Option<&'p Fields>,
    node: NodeId,
    lock: Option<Told>,
    out: &'w mut FxHashMap<What, Vec<Writer<'p>>>,
}

impl<'p> One<'_, 'p> {
    fn layers(&self) -> impl Iterator<Item = (&'p Fields, Scope<'p>)> + use<'p> {
        layers(self.task, self.call, self.defaults)
    }

    fn lock(&self) -> Option<Told> {
        let (lock, scope) = self.layers().find_map(|(fields, scope)| Some((fields.lock.as_deref()?, scope)))?;
        self.places.names.tell(lock, &scope).filter(|told| !told.words.is_empty())
    }

    fn add(&mut self, what: What, said: Option<Span>, names: Vec<LocalId>, file: Option<(&'p FileDef, Scope<'p>)>) {
        let (node, call, lock) = (self.node, self.call, self.lock.clone());
        self.out.entry(what).or_default().push(Writer { node, call, place: said, names, lock, file });
    }

    fn outputs(&mut self) {
        for output in self.task.outputs.iter().filter(|output| matches!(output.ty, Type::Artifact(_))) {
            if let Some(Place { workspace, path }) = self.places.of_output(self.call, output) {
                self.add(What::Place(workspace, path.words), Some(output.span), path.names, None);
            }
        }
    }

    fn made(&mut self, by_command: &[ArtifactId]) {
        if by_command.is_empty() {
            return;
        }
        let workdir = self.layers().find_map(|(fields, scope)| Some((fields.workdir.as_deref()?, scope)));
        let home = workdir.and_then(|(place, scope)| self.places.of(place, &scope));
        if let Some(Place { workspace, .. }) = home.filter(|home| home.path.words.is_empty()) {
            for artifact in by_command {
                let name = self.places.program.artifacts[artifact.index()].name.clone();
                self.add(What::Made(workspace, name), None, Vec::new(), None);
            }
        }
    }

    /// They are put where each step starts; those of a step that starts in no workspace are its own.
    fn files(&mut self) {
        if self.layers().all(|(fields, _)| fields.files.is_empty()) {
            return;
        }
        let homes = self.starts();
        let mut stronger = FxHashSet::default();
        for (fields, scope) in self.layers() {
            for file in &fields.files {
                let Some(path) = self.places.names.tell(&file.path, &scope) else { continue };
                let content = self.places.names.behind(&file.content, &scope).0;
                if !stronger.insert(path.words.clone()) || matches!(content.kind, Kind::None) {
                    continue;
                }
                let places = homes.iter().filter_map(|home| home.clone().join(path.clone()));
                for Place { workspace, path } in places.collect::<Vec<_>>() {
                    self.add(
                        What::Place(workspace, path.words),
                        Some(file.span),
                        path.names,
                        Some((file, scope.clone())),
                    );
                }
            }
        }
    }

    /// Where in a workspace its steps start, each place once.
    fn starts(&self) -> Vec<Place> {
        let of_task = self.layers().find_map(|(fields, scope)| Some((fields.workdir.as_deref()?, scope)));
        let mut found: Vec<Place> = Vec::new();
        for step in self.task.steps.iter().filter(|step| step.uses.is_none()) {
            let own: Option<(&Expr, _)> = step.workdir.as_deref().map(|place| (place, Scope::of(self.call)));
            let home = own.or_else(|| of_task.clone()).and_then(|(place, scope)| self.places.of(place, &scope));
            let known = |home: &Place| {
                found.iter().any(|one| one.workspace == home.workspace && one.path.words == home.path.words)
            };
            if let Some(home) = home.filter(|home| !known(home)) {
                found.push(home);
            }
        }
        found
    }
}
