//! The files in reach and what each of them declares.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::source::{FileId, Span};
use crate::syntax::ast;

use super::checker::poison;
use super::checker::{Checker, PRELUDE, Progress};
use super::findings;
use super::program::outside::SourceDef;
use super::program::{
    ArtifactDef, ArtifactId, CommandDef, ConstDef, ConstId, EnumDef, EnumId, Fields, FnDef, FnId, NewtypeDef,
    NewtypeId, RecordDef, RecordId, TaskDef, TaskId, Type,
};

/// One file with its names.
pub(super) struct Module<'a> {
    pub(super) file: &'a ast::File,
    /// What it declares.
    pub(super) names: Names<'a>,
    /// What it brings in by `use`; nobody sees that through it.
    pub(super) used: Names<'a>,
    /// Words of what could not be read: a name that is missing may be declared there.
    pub(super) lost: FxHashSet<&'a str>,
}

type Names<'a> = FxHashMap<&'a str, (Def, Span)>;

/// What a name of a module stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Def {
    Module(usize),
    Enum(EnumId),
    Record(RecordId),
    Newtype(NewtypeId),
    Artifact(ArtifactId),
    Const(ConstId),
    Fn(FnId),
    Task(TaskId),
    Pipeline(PipelineAt),
    /// It was reported where it stands.
    Broken,
}

/// The trees of the declarations, each with its module, in the order of their ids.
#[derive(Default)]
pub(super) struct Decls<'a> {
    pub(super) enums: Vec<(usize, &'a ast::Enum)>,
    pub(super) records: Vec<(usize, &'a ast::Record)>,
    pub(super) newtypes: Vec<(usize, &'a ast::NewType)>,
    pub(super) artifacts: Vec<(usize, &'a ast::Artifact)>,
    pub(super) consts: Vec<(usize, &'a ast::Const)>,
    pub(super) fns: Vec<(usize, &'a ast::Fn)>,
    pub(super) tasks: Vec<(usize, &'a ast::Task)>,
    pub(super) commands: Vec<(usize, &'a ast::Command)>,
    pub(super) pipelines: Vec<(usize, &'a ast::Pipeline)>,
    /// Of the root alone.
    pub(super) tests: Vec<&'a ast::Test>,
}

/// Index into [`Decls::pipelines`]. Those of the root are also in the program; others only where they are called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct PipelineAt(pub(super) usize);

/// Ids fit: a file has fewer than 2^32 bytes and a declaration has several.
pub(super) fn id(len: usize) -> u32 {
    u32::try_from(len).expect("fewer declarations than bytes of source")
}

impl<'a> Checker<'a, '_> {
    /// Finds every file in reach and gives each declaration its id.
    pub(super) fn load(&mut self) {
        let mut walk = Walk::default();
        self.load_file(self.input.prelude, &mut walk);
        for (_, file) in &self.input.targets {
            let module = self.load_file(file, &mut walk);
            self.targets.push(module.unwrap_or(PRELUDE));
        }
        let root = self.load_file(self.input.root, &mut walk).unwrap_or(PRELUDE);
        self.decls.tests = self.modules[root].file.items.iter().filter_map(test_of).collect();
        self.module = root;
    }

    /// `None` inside a circle of imports.
    fn load_file(&mut self, file: &'a ast::File, walk: &mut Walk) -> Option<usize> {
        if let Some(done) = walk.seen.get(&file.id) {
            return *done;
        }
        walk.seen.insert(file.id, None);
        let mut used = FxHashMap::default();
        for item in &file.items {
            if let ast::Item::Use(one) = item {
                self.load_use(one, walk, &mut used);
            }
        }
        let index = self.modules.len();
        let lost = file.lost.iter().map(|word| &**word).collect();
        self.modules.push(Module { file, names: FxHashMap::default(), used, lost });
        for item in &file.items {
            self.declare_item(index, item);
        }
        walk.seen.insert(file.id, Some(index));
        Some(index)
    }

    fn load_use(&mut self, one: &'a ast::Use, walk: &mut Walk, used: &mut Names<'a>) {
        let module = match self.input.imports.get(&one.span) {
            None => None,
            Some(file) => {
                let module = self.load_file(file, walk);
                if module.is_none() {
                    self.out.push(findings::names::import_cycle(one));
                }
                module
            }
        };
        match &one.only {
            Some(only) => only.iter().for_each(|selected| self.bring_in(module, one, selected, used)),
            None => {
                let name = one.alias.as_ref().or(one.path.last());
                if let Some(name) = name {
                    self.bring_in_as("module", name, module.map_or(Def::Broken, Def::Module), used);
                }
            }
        }
    }

    /// One name of `use m.{ … }`; the module is absent when it was reported.
    fn bring_in(&mut self, module: Option<usize>, one: &ast::Use, selected: &'a ast::Selected, used: &mut Names<'a>) {
        let def = match module {
            None => Def::Broken,
            Some(module) => self.find_in(module, &selected.name.text).unwrap_or_else(|| {
                let names = self.names_in_reach(Some(module), |_| true);
                let shown = one.path.last().map(|last| last.text.to_string());
                self.out.push(findings::names::unknown_in_module(&selected.name, shown, &names));
                Def::Broken
            }),
        };
        self.bring_in_as("name", selected.alias.as_ref().unwrap_or(&selected.name), def, used);
    }

    fn bring_in_as(&mut self, kind: &str, name: &'a ast::Name, def: Def, used: &mut Names<'a>) {
        if let Some((_, first)) = used.get(&*name.text) {
            self.out.push(findings::names::duplicate(kind, &name.text, name.span, *first));
            return;
        }
        used.insert(&name.text, (def, name.span));
    }

    fn declare_item(&mut self, module: usize, item: &'a ast::Item) {
        let (name, def) = match item {
            ast::Item::Use(_) => return,
            ast::Item::Command(one) => return self.decls.commands.push((module, one)),
            ast::Item::Enum(one) => (&one.name, self.add_enum(module, one)),
            ast::Item::Record(one) => (&one.name, self.add_record(module, one)),
            ast::Item::Type(one) => (&one.name, self.add_newtype(module, one)),
            ast::Item::Artifact(one) => (&one.name, self.add_artifact(module, one)),
            ast::Item::Const(one) => (&one.name, self.add_const(module, one)),
            ast::Item::Fn(one) => (&one.name, self.add_fn(module, one)),
            ast::Item::Task(one) => (&one.name, self.add_task(module, one)),
            ast::Item::Pipeline(one) => (&one.name, self.add_pipeline(module, one)),
            ast::Item::Extern(one) => (&one.name, self.add_extern(module, one)),
            // Those of the root are checked behind everything else; a module's are its own file's.
            ast::Item::Test(_) => return,
            ast::Item::Broken(_, Some(name)) => (name, Def::Broken),
            ast::Item::Broken(span, None) => {
                if self.modules[module].lost.contains("command") {
                    self.add_unknown_command(*span);
                }
                return;
            }
        };
        if name.text.is_empty() {
            return;
        }
        let Module { names, used, .. } = &mut self.modules[module];
        if let Some((_, first)) = names.get(&*name.text).or_else(|| used.get(&*name.text)) {
            self.out.push(findings::names::duplicate("declaration", &name.text, name.span, *first));
            return;
        }
        names.insert(&name.text, (def, name.span));
    }

    /// Stands for a command that could not be read: it has no words, so that no script has it.
    pub(super) fn add_unknown_command(&mut self, span: Span) {
        self.program.commands.push(CommandDef {
            words: Vec::new(),
            makes: Vec::new(),
            requires: Vec::new(),
            invalidates: Vec::new(),
            unless: Vec::new(),
            facts: Box::default(),
            is_plain: true,
            span,
        });
    }

    fn add_enum(&mut self, module: usize, one: &'a ast::Enum) -> Def {
        let def = EnumDef { name: one.name.text.clone(), doc: one.doc.clone(), span: one.name.span, cases: Vec::new() };
        self.program.enums.push(def);
        self.decls.enums.push((module, one));
        Def::Enum(EnumId(id(self.program.enums.len() - 1)))
    }

    fn add_record(&mut self, module: usize, one: &'a ast::Record) -> Def {
        let name = one.name.text.clone();
        let def = RecordDef { name, doc: one.doc.clone(), span: one.name.span, fields: Vec::new() };
        self.program.records.push(def);
        self.decls.records.push((module, one));
        self.records_done.push(Progress::Todo);
        Def::Record(RecordId(id(self.program.records.len() - 1)))
    }

    fn add_newtype(&mut self, module: usize, one: &'a ast::NewType) -> Def {
        let name = one.name.text.clone();
        self.program.newtypes.push(NewtypeDef { name, doc: one.doc.clone(), span: one.name.span, pattern: None });
        self.patterns.push(None);
        self.decls.newtypes.push((module, one));
        Def::Newtype(NewtypeId(id(self.program.newtypes.len() - 1)))
    }

    fn add_artifact(&mut self, module: usize, one: &'a ast::Artifact) -> Def {
        let name = one.name.text.clone();
        let def = ArtifactDef { name, doc: one.doc.clone(), span: one.name.span, requires: Vec::new(), on: Vec::new() };
        self.program.artifacts.push(def);
        self.decls.artifacts.push((module, one));
        Def::Artifact(ArtifactId(id(self.program.artifacts.len() - 1)))
    }

    fn add_const(&mut self, module: usize, one: &'a ast::Const) -> Def {
        let value = poison(one.value.span);
        let def = ConstDef { name: one.name.text.clone(), ty: Type::Unknown, value, span: one.name.span };
        self.program.consts.push(def);
        self.decls.consts.push((module, one));
        Def::Const(ConstId(id(self.program.consts.len() - 1)))
    }

    fn add_fn(&mut self, module: usize, one: &'a ast::Fn) -> Def {
        let body = poison(one.body.span);
        let name = one.name.text.clone();
        let def = FnDef { name, params: Vec::new(), result: Type::Unknown, body, span: one.name.span };
        self.program.fns.push(def);
        self.decls.fns.push((module, one));
        self.fns_done.push(Progress::Todo);
        Def::Fn(FnId(id(self.program.fns.len() - 1)))
    }

    fn add_pipeline(&mut self, module: usize, one: &'a ast::Pipeline) -> Def {
        self.decls.pipelines.push((module, one));
        Def::Pipeline(PipelineAt(self.decls.pipelines.len() - 1))
    }

    fn add_task(&mut self, module: usize, one: &'a ast::Task) -> Def {
        self.program.tasks.push(empty_task(one));
        self.decls.tasks.push((module, one));
        Def::Task(TaskId(id(self.program.tasks.len() - 1)))
    }

    fn add_extern(&mut self, module: usize, one: &'a ast::Task) -> Def {
        let def = self.add_task(module, one);
        if let Some(task) = self.program.tasks.last_mut() {
            task.source = Some(Box::new(SourceDef::unknown(super::sources::what(one), one.name.span)));
        }
        def
    }
}

/// The files met so far: the module of each, none while its own imports are read.
#[derive(Default)]
struct Walk {
    seen: FxHashMap<FileId, Option<usize>>,
}

/// A task of which only the name is known.
pub(super) fn empty_task(one: &ast::Task) -> TaskDef {
    TaskDef {
        name: one.name.text.clone(),
        doc: one.doc.as_str().into(),
        span: one.name.span,
        params: Vec::new(),
        outputs: Vec::new(),
        locals: Box::default(),
        requires: Vec::new(),
        fields: Fields::default(),
        steps: Vec::new(),
        services: Vec::new(),
        source: None,
    }
}

fn test_of(item: &ast::Item) -> Option<&ast::Test> {
    if let ast::Item::Test(one) = item { Some(one) } else { None }
}
