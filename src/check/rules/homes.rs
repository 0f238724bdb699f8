//! Which workspace a call works in.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::program::{Attr, Call, Callee, Expr, Kind, LocalId, PipelineDef, Program, Stmt, Type};

/// The workspaces of a pipeline and the names for them.
#[derive(Debug)]
pub(in crate::check) struct Homes {
    /// The only one there is.
    only: Option<LocalId>,
    workspaces: FxHashSet<LocalId>,
    /// A parameter of a pipeline that is called, by what it is given.
    aliases: FxHashMap<LocalId, LocalId>,
}

impl Homes {
    pub(in crate::check) fn new(pipeline: &PipelineDef) -> Self {
        let given = pipeline.params.iter().filter(|param| param.ty == Type::Workspace).map(|param| param.local);
        let mut homes = Self { only: None, workspaces: given.collect(), aliases: FxHashMap::default() };
        homes.look(&pipeline.body);
        if let [one] = homes.workspaces.iter().copied().collect::<Vec<_>>().as_slice() {
            homes.only = Some(*one);
        }
        homes
    }

    fn look(&mut self, body: &[Stmt]) {
        for stmt in body {
            match stmt {
                Stmt::Workspace { local, .. } => {
                    self.workspaces.insert(*local);
                }
                Stmt::Bind { local, value } => {
                    if let Kind::Local(of) = value.kind
                        && value.ty == Type::Workspace
                    {
                        self.aliases.insert(*local, of);
                    }
                }
                Stmt::When(when) => {
                    self.look(&when.then);
                    self.look(&when.otherwise);
                }
                Stmt::For(each) => self.look(&each.body),
                Stmt::Inline { body, .. } | Stmt::Stage { body, .. } | Stmt::Finally { body, .. } => self.look(body),
                Stmt::Call(_)
                | Stmt::Require { .. }
                | Stmt::Exclusive { .. }
                | Stmt::Defaults(_)
                | Stmt::Return(_)
                | Stmt::Target { .. } => {}
            }
        }
    }

    /// The workspace of a place and the path below it, when both are known here.
    pub(in crate::check) fn of(&self, program: &Program, call: &Call, place: &Expr) -> Option<(LocalId, String)> {
        if let Kind::Join(base, below) = &place.kind {
            let (workspace, path) = self.of(program, call, base)?;
            let parts = path.split('/').chain(written(below)?.split('/')).filter(|part| !matches!(*part, "" | "."));
            let parts: Vec<&str> = parts.collect();
            return (!parts.contains(&"..")).then(|| (workspace, parts.join("/")));
        }
        if let Kind::Attr(_, Attr::Workspace) = &place.kind {
            return self.only.map(|only| (only, String::new()));
        }
        let Kind::Local(local) = place.kind else { return None };
        let local = match &call.callee {
            Callee::InPlace(_) => local,
            Callee::Task(id) => {
                let at = program.tasks[id.index()].params.iter().position(|param| param.local == local)?;
                let Kind::Local(given) = call.args.get(at)?.as_ref()?.kind else { return None };
                given
            }
        };
        self.workspace(local).map(|workspace| (workspace, String::new()))
    }

    /// The only workspace there is.
    pub(in crate::check) fn only(&self) -> Option<LocalId> {
        self.only
    }

    /// The workspace that a name stands for.
    pub(in crate::check) fn workspace(&self, local: LocalId) -> Option<LocalId> {
        let mut local = local;
        // A name is bound above where it is used, so this ends.
        while let Some(of) = self.aliases.get(&local) {
            local = *of;
        }
        self.workspaces.contains(&local).then_some(local)
    }

    /// The workspace that a call works in, when it can be told: the only one, or that of its directory, or of what it
    /// is given. `maker` finds the call that a name stands for.
    pub(in crate::check) fn of_call<'p>(
        &self,
        program: &'p Program,
        call: &'p Call,
        workdir: Option<&Expr>,
        maker: &dyn Fn(LocalId) -> Option<(&'p Call, Option<&'p Expr>)>,
    ) -> Option<LocalId> {
        let (mut call, mut workdir) = (call, workdir);
        // A name is bound above where it is used, so this ends; the number is for programs with mistakes.
        for _ in 0..LONGEST_WAY {
            if self.only.is_some() {
                return self.only;
            }
            if let Some((workspace, _)) = workdir.and_then(|place| self.of(program, call, place)) {
                return Some(workspace);
            }
            let given = call.args.iter().flatten();
            if let Some(workspace) = given.clone().find_map(|arg| self.named(arg)) {
                return Some(workspace);
            }
            (call, workdir) = given.filter_map(source).find_map(maker)?;
        }
        None
    }

    fn named(&self, arg: &Expr) -> Option<LocalId> {
        let Kind::Local(local) = arg.kind else { return None };
        (arg.ty == Type::Workspace).then(|| self.workspace(local)).flatten()
    }
}

/// How many calls are followed back to find a workspace.
const LONGEST_WAY: usize = 64;

/// The name that an artifact is read from.
fn source(arg: &Expr) -> Option<LocalId> {
    match (&arg.kind, &arg.ty) {
        (Kind::Local(local), Type::Artifact(_)) => Some(*local),
        (Kind::Output(of, _), Type::Artifact(_)) => {
            if let Kind::Local(local) = of.kind {
                Some(local)
            } else {
                None
            }
        }
        _ => None,
    }
}

/// The text, when all of it is known.
pub(in crate::check) fn written(expr: &Expr) -> Option<&str> {
    if let Kind::Str(text) = &expr.kind { Some(text) } else { None }
}
