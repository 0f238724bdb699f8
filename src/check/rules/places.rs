//! Where in which workspace a place lies that a task speaks of, as far as the program says it.

use crate::check::program::{Attr, Call, Callee, Expr, Kind, LocalId, OutputDef, Program, Type};

use super::homes::Homes;
use super::made::task_of;
use super::told::{CLOSE, NAME, Names, OPEN, Scope, Told};
use super::walk;

/// Finds places in the workspaces of one pipeline.
#[derive(Debug)]
pub(in crate::check) struct Places<'p> {
    pub(in crate::check) program: &'p Program,
    pub(in crate::check) names: Names<'p>,
    pub(in crate::check) homes: Homes,
}

/// A workspace and a path below it, which is empty for the workspace itself.
#[derive(Clone, Debug)]
pub(in crate::check) struct Place {
    pub(in crate::check) workspace: LocalId,
    pub(in crate::check) path: Told,
}

impl Place {
    /// The place of a path that starts here; `None` where it leads out of the workspace, or to somewhere in the machine.
    pub(in crate::check) fn join(mut self, below: Told) -> Option<Self> {
        if below.words.starts_with('/') {
            return None;
        }
        self.path.words = tidy(&[&*self.path.words, "/", &below.words].concat())?;
        self.path.names.extend(below.names);
        Some(self)
    }
}

/// How many calls are followed back to find a workspace.
const LONGEST_WAY: usize = 64;

impl<'p> Places<'p> {
    /// The place that an expression of a workspace, or of a path below one, means.
    pub(in crate::check) fn of(&self, place: &'p Expr, scope: &Scope<'p>) -> Option<Place> {
        self.place(place, scope, LONGEST_WAY)
    }

    fn place(&self, place: &'p Expr, scope: &Scope<'p>, left: usize) -> Option<Place> {
        let (place, scope) = self.names.behind(place, scope);
        if let Kind::Join(base, below) = &place.kind {
            return self.place(base, &scope, left)?.join(self.names.tell(below, &scope)?);
        }
        let workspace = if let Kind::Attr(of, Attr::Workspace) = &place.kind {
            self.homes.only().or_else(|| self.home(of, &scope, left))
        } else if let Kind::Local(local) = place.kind {
            self.homes.workspace(local)
        } else {
            None
        };
        Some(Place { workspace: workspace?, path: Told::default() })
    }

    /// The workspace that an artifact lies in.
    fn home(&self, artifact: &'p Expr, scope: &Scope<'p>, left: usize) -> Option<LocalId> {
        let left = left.checked_sub(1)?;
        let (artifact, scope) = self.names.behind(artifact, scope);
        let (of, at) = if let Kind::Output(of, at) = &artifact.kind {
            (self.names.behind(of, &scope).0, *at as usize)
        } else {
            (artifact, 0)
        };
        let Kind::Local(local) = of.kind else { return None };
        let call = self.names.call(local)?;
        match &task_of(self.program, call).outputs.get(at)?.path {
            Some(path) => self.place(path, &Scope::of(call), left).map(|place| place.workspace),
            None => self.of_inputs(call, left),
        }
    }

    /// The one workspace that all inputs of a call lie in.
    fn of_inputs(&self, call: &'p Call, left: usize) -> Option<LocalId> {
        let mut found = Vec::new();
        let mut look = |one: &'p Expr| {
            let ty = if let Type::Optional(inner) = &one.ty { inner } else { &one.ty };
            if *ty == Type::Workspace {
                found.push(self.place(one, &Scope::Pipeline, left).map(|place| place.workspace));
            } else if matches!(ty, Type::Artifact(_)) {
                found.push(self.home(one, &Scope::Pipeline, left));
            }
        };
        match call.callee {
            Callee::Task(_) => call.args.iter().flatten().for_each(look),
            Callee::InPlace(_) => walk::call(call, &mut look),
        }
        let (first, more) = found.split_first()?;
        more.iter().all(|other| other == first).then_some(*first).flatten()
    }

    /// The place that an output says for itself.
    pub(in crate::check) fn of_output(&self, call: &'p Call, output: &'p OutputDef) -> Option<Place> {
        self.of(output.path.as_deref()?, &Scope::of(call)).filter(|place| !place.path.words.is_empty())
    }
}

/// The path without what leads nowhere; `None` where it leads out.
fn tidy(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in split(path) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The parts of a path. A slash in what is not known parts nothing.
fn split(path: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    let mut rest = path.char_indices();
    while let Some((at, one)) = rest.next() {
        match one {
            '\0' => match rest.next() {
                Some((_, '(')) => depth += 1,
                Some((_, ')')) => depth = depth.saturating_sub(1),
                Some(_) | None => {}
            },
            '/' if depth == 0 => {
                parts.push(&path[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&path[start..]);
    parts
}

/// What was told, as one would write it: `tmp/~{arch}-key`.
pub(in crate::check) fn as_written<'n>(words: &str, name: &dyn Fn(usize) -> &'n str) -> String {
    let (mut text, mut rest) = (String::new(), words);
    while let Some(at) = rest.find(OPEN) {
        text += &rest[..at];
        let inner = &rest[at + OPEN.len()..];
        let end = end_of(inner);
        let number = inner[..end].strip_prefix(NAME).and_then(|number| number.parse().ok());
        text += &number.map_or("~{…}".to_owned(), |number| format!("~{{{}}}", name(number)));
        rest = inner.get(end + CLOSE.len()..).unwrap_or_default();
    }
    text + rest
}

/// Where what is not known ends, from behind its beginning.
fn end_of(inner: &str) -> usize {
    let (mut depth, mut rest) = (1_usize, inner.char_indices());
    while let Some((at, one)) = rest.next() {
        if one != '\0' {
            continue;
        }
        match rest.next() {
            Some((_, '(')) => depth += 1,
            Some((_, ')')) if depth == 1 => return at,
            Some((_, ')')) => depth -= 1,
            Some(_) | None => {}
        }
    }
    inner.len()
}

#[cfg(test)]
mod tests {
    use super::{as_written, tidy};

    #[test]
    fn a_path_is_what_it_leads_to() {
        for (path, tidied) in [
            ("/tmp/key", Some("tmp/key")),
            ("a/./b//c", Some("a/b/c")),
            ("a/../b", Some("b")),
            ("a/../../b", None),
            ("..", None),
            ("a/..", Some("")),
            ("x/\0(fn 1\0,a/../b\0)/c", Some("x/\0(fn 1\0,a/../b\0)/c")),
            ("x/\0(a\0(b/c\0)/\0)/../d", Some("x/d")),
        ] {
            assert_eq!(tidy(path).as_deref(), tidied, "{path:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_written_as_a_name() {
        let name = |number| ["stream", "arch"][number];
        for (words, written) in [
            ("tmp/key", "tmp/key"),
            ("tmp/\0(name 1\0)-key", "tmp/~{arch}-key"),
            ("\0(name 0\0)\0(name 1\0)", "~{stream}~{arch}"),
            ("a\0(field 1\0,\0(name 0\0)\0)b", "a~{…}b"),
        ] {
            assert_eq!(as_written(words, &name), written);
        }
    }
}
