//! What is wrong with the volumes of a task.

use super::volume::Volume;
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::emit::kube;
use crate::emit::tekton::escape;
use crate::plan::Task;
use crate::source::Span;

/// Directories in which something of the engine's, or of ours, is put.
const TAKEN: [&str; 4] = ["/tekton", "/pipec", "/workspace", "/dev"];

/// Names that the engine, and what is emitted, give to volumes of their own.
const OURS: [&str; 3] = ["secret-", "pipec", "tekton-"];

/// A name or a path that the pod cannot have.
pub(super) fn wrong(one: &Volume, task: &Task, span: Span) -> Option<Diagnostic> {
    let mount = one.mount.as_str();
    let mut parts = mount.trim_end_matches('/').split('/').skip(1);
    let leaves = !mount.starts_with('/') || parts.clone().next().is_none();
    if leaves || parts.any(|part| matches!(part, "" | "." | "..")) || mount.contains(':') {
        return Some(bad_mount(span, mount, "write a whole path, `/cache`, without `..` and `:`"));
    }
    if escape::is_changed_on_the_way(mount) {
        return Some(bad_mount(span, mount, "write it without `$(` and `$$`: it is known when compiling"));
    }
    let inside = |taken: &&str| mount.strip_prefix(*taken).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if TAKEN.iter().any(inside) && !mount.starts_with("/tekton/home") {
        return Some(bad_mount(span, mount, "mount it elsewhere: workspaces, scripts and results are kept there"));
    }
    let name = &one.name;
    let taken = OURS.iter().any(|ours| name.starts_with(ours));
    (taken || !kube::is_label(name)).then(|| {
        Diagnostic::new(Code::P0212, span, format!("`{name}` cannot be the name of a volume of `{}`", task.name))
            .here(if taken { "a name of volumes that are added" } else { "not a name of a volume" })
            .help("give it another name: lower case letters, digits and `_`")
    })
}

fn bad_mount(span: Span, mount: &str, help: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("nothing can be mounted at `{mount}`")).here("mounted there").help(help)
}

/// Two in one place.
pub(super) fn same_mount(span: Span, one: &Volume, other: &Volume) -> Diagnostic {
    let message = format!("`{}` and `{}` are mounted in one place", other.name, one.name);
    Diagnostic::new(Code::P0608, span, message)
        .here(format!("also at `{}`", one.mount))
        .help("mount each in a place of its own, or let different `steps` see them")
}

/// Of a task that has no pod of ours.
pub(super) fn elsewhere(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0602, span, "tekton cannot give a volume to the steps of what is kept elsewhere")
        .here("its steps are not ours")
        .help("hand it a workspace that the run binds: `bindings: { name: { … } }`")
}
