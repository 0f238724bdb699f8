//! The images that the tasks of a file run in, as far as they are written out in it.

use crate::check::program::{Expr, Fields, Kind, Local, Program, Stmt, TaskDef, TextPart};
use crate::source::Span;

use super::{LintInput, own};

/// How an image says which one of its versions it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Version {
    /// By a tag other than `latest`, or by its digest; or it is not known here.
    Said,
    Latest,
    Nothing,
}

/// Every image that is not [`Version::Said`], by the place where it is written; one may come twice.
pub(super) fn loose(input: &LintInput<'_>) -> Vec<(Span, Version)> {
    let mut images = Images { program: input.program, found: Vec::new() };
    for task in own::tasks(input) {
        images.task(task, &|image: &Expr| {
            let local = |local: &Local| task.params.iter().find(|param| param.span == local.span);
            if let Kind::Local(id) = image.kind {
                return task.locals.get(id.index()).and_then(local).and_then(|param| param.default.as_ref());
            }
            None
        });
    }
    for pipeline in &input.program.pipelines {
        let default = |image: &Expr| {
            if let Kind::Local(id) = image.kind {
                return pipeline.params.iter().find(|param| param.local == id).and_then(|param| param.default.as_ref());
            }
            None
        };
        own::stmts(&pipeline.body, &mut |stmt| match stmt {
            Stmt::Defaults(fields) => images.fields(fields, &default),
            Stmt::Call(call) => {
                images.fields(call.modifiers(), &default);
                if let crate::check::program::Callee::InPlace(task) = &call.callee {
                    images.task(task, &default);
                }
            }
            Stmt::Bind { .. }
            | Stmt::Inline { .. }
            | Stmt::When(_)
            | Stmt::For(_)
            | Stmt::Stage { .. }
            | Stmt::Finally { .. }
            | Stmt::Require { .. }
            | Stmt::Exclusive { .. }
            | Stmt::Workspace { .. }
            | Stmt::Return(_)
            | Stmt::Target { .. } => {}
        });
    }
    images.found.retain(|(span, _)| span.file == input.root.id);
    images.found
}

/// The default of a parameter that an expression is.
type Default<'d, 'p> = &'d dyn Fn(&'p Expr) -> Option<&'p Expr>;

struct Images<'p> {
    program: &'p Program,
    found: Vec<(Span, Version)>,
}

impl<'p> Images<'p> {
    fn task(&mut self, task: &'p TaskDef, default: Default<'_, 'p>) {
        self.fields(&task.fields, default);
        task.steps.iter().filter_map(|step| step.image.as_ref()).for_each(|image| self.image(image, default));
    }

    fn fields(&mut self, fields: &'p Fields, default: Default<'_, 'p>) {
        fields.image.iter().for_each(|image| self.image(image, default));
    }

    fn image(&mut self, image: &'p Expr, default: Default<'_, 'p>) {
        let version = if let Kind::Str(text) = &image.kind {
            version(text, false)
        } else if let Kind::Text(parts) = &image.kind {
            match parts.last() {
                Some(TextPart::Text(text)) => version(text, true),
                Some(TextPart::Value(_)) | None => Version::Said,
            }
        } else {
            return self.behind(image, default);
        };
        if version != Version::Said {
            self.found.push((image.span, version));
        }
    }

    /// The literals that an expression may come to.
    fn behind(&mut self, image: &'p Expr, default: Default<'_, 'p>) {
        if let Kind::Const(id) = image.kind {
            self.image(&self.program.consts[id.index()].value, &|_| None);
        } else if let Kind::If(parts) = &image.kind {
            let [_, then, otherwise] = &**parts;
            self.image(then, default);
            self.image(otherwise, default);
        } else if let Kind::Coalesce(first, otherwise) = &image.kind {
            self.image(first, default);
            self.image(otherwise, default);
        } else if let Kind::Match(one) = &image.kind {
            one.arms.iter().for_each(|arm| self.image(arm, default));
        } else if let Kind::Convert(inner) | Kind::Force(inner) = &image.kind {
            self.image(inner, default);
        } else if let Some(value) = default(image) {
            self.image(value, &|_| None);
        }
    }
}

/// Of a whole reference, or of the end of one: then the name has to begin in it.
fn version(text: &str, is_end: bool) -> Version {
    if text.contains('@') {
        return Version::Said;
    }
    let last = match text.rsplit_once('/') {
        Some((_, last)) => last,
        // What stands before may hold the colon.
        None if is_end && !text.contains(':') => return Version::Said,
        None => text,
    };
    match last.split_once(':') {
        Some((_, "latest")) => Version::Latest,
        Some(_) => Version::Said,
        None if last.is_empty() => Version::Said,
        None => Version::Nothing,
    }
}
