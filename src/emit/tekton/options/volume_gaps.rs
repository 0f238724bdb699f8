//! What is wrong with the volumes of a task.

use super::binding::Source;
use super::volume::{self, Seen, Volume};
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

/// A name, a path or files that the pod cannot have.
pub(super) fn wrong(one: &Volume, task: &Task, span: Span) -> Vec<Diagnostic> {
    let mounts = one.seen.iter().filter_map(|seen| wrong_mount(&seen.mount, span));
    mounts.chain(wrong_name(&one.name, task, span)).chain(wrong_files(one, span)).collect()
}

fn wrong_mount(mount: &str, span: Span) -> Option<Diagnostic> {
    let mut parts = mount.trim_end_matches('/').split('/').skip(1);
    let leaves = !mount.starts_with('/') || parts.clone().next().is_none();
    if leaves || parts.any(|part| matches!(part, "" | "." | "..")) || mount.contains(':') {
        return Some(bad_mount(span, mount, "write a whole path, `/cache`, without `..` and `:`"));
    }
    if escape::is_changed_on_the_way(mount) {
        return Some(bad_mount(span, mount, "write it without `$(` and `$$`: it is known when compiling"));
    }
    let inside = |taken: &&str| mount.strip_prefix(*taken).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let taken = TAKEN.iter().any(inside) && !mount.starts_with("/tekton/home");
    taken.then(|| bad_mount(span, mount, "mount it elsewhere: workspaces, scripts and results are kept there"))
}

fn wrong_name(name: &str, task: &Task, span: Span) -> Option<Diagnostic> {
    let taken = OURS.iter().any(|ours| name.starts_with(ours));
    (taken || !kube::is_label(name)).then(|| {
        Diagnostic::new(Code::P0212, span, format!("`{name}` cannot be the name of a volume of `{}`", task.name))
            .here(if taken { "a name of volumes that are added" } else { "not a name of a volume" })
            .help("give it another name: lower case letters, digits and `_`")
    })
}

/// Only what is made of keys has files that can be chosen.
fn wrong_files(one: &Volume, span: Span) -> Vec<Diagnostic> {
    let (files, name) = (&one.files, &one.name);
    let source = one.sources.first();
    let of_keys = matches!(source, Some(Source::Secret(_) | Source::ConfigMap(_)));
    let made = of_keys || matches!(source, Some(Source::Projected(_)));
    let said = [
        ("items", !files.items.is_empty(), of_keys, "a Secret or a ConfigMap; those of `projected` say it themselves"),
        (
            "optional",
            files.optional.is_some(),
            of_keys,
            "a Secret or a ConfigMap; those of `projected` say it themselves",
        ),
        ("default_mode", files.mode.is_some(), made, "a Secret, a ConfigMap or `projected`"),
    ];
    let wrong = |(field, said, fits, of): (&str, bool, bool, &str)| {
        let message = format!("the volume `{name}` can have no `{field}`");
        let found = || Diagnostic::new(Code::P0608, span, message).here("has no keys that are files");
        (said && !fits).then(|| found().help(format!("leave it out: it is said of {of}")))
    };
    let mut all: Vec<Diagnostic> = said.into_iter().filter_map(wrong).collect();
    if let Some(mode) = files.mode.as_ref().filter(|mode| volume::bits(mode).is_none()) {
        let message = format!("`{mode}` is no `default_mode` of the volume `{name}`");
        let found = Diagnostic::new(Code::P0608, span, message).here("has a mode that is none");
        all.push(found.help("write `0` and three digits up to 7, as `chmod` has them: `0400`"));
    }
    all
}

fn bad_mount(span: Span, mount: &str, help: &str) -> Diagnostic {
    Diagnostic::new(Code::P0608, span, format!("nothing can be mounted at `{mount}`")).here("mounted there").help(help)
}

/// Two in one place, or one twice.
pub(super) fn same_mount<'v>(span: Span, one: &Volume, before: impl Iterator<Item = &'v Volume>) -> Option<Diagnostic> {
    let met =
        |at: usize, other: &Seen| one.seen[..at].iter().all(|seen| seen.mount != other.mount || !seen.meets(other));
    if let Some((_, twice)) = one.seen.iter().enumerate().find(|(at, seen)| !met(*at, seen)) {
        let message = format!("`{}` is mounted twice in one place", one.name);
        let found = Diagnostic::new(Code::P0608, span, message).here(format!("also at `{}`", twice.mount));
        return Some(found.help("say it once, or let different `steps` see it"));
    }
    let meets = |other: &Seen| one.seen.iter().any(|seen| seen.mount == other.mount && seen.meets(other));
    let mut all = before.flat_map(|other| other.seen.iter().map(move |seen| (other, seen)));
    let (other, seen) = all.find(|(_, seen)| meets(seen))?;
    let message = format!("`{}` and `{}` are mounted in one place", other.name, one.name);
    let found = Diagnostic::new(Code::P0608, span, message).here(format!("also at `{}`", seen.mount));
    Some(found.help("mount each in a place of its own, or let different `steps` see them"))
}

/// Of a task that has no pod of ours.
pub(super) fn elsewhere(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0602, span, "tekton cannot give a volume to the steps of what is kept elsewhere")
        .here("its steps are not ours")
        .help("hand it a workspace that the run binds: `bindings: { name: { … } }`")
}
