//! Where those outputs of a task lie that are files or folders of a workspace.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::process::Ends;
use super::site::{Site, output_file};
use super::who::Who;
use crate::contract::{ArtifactSpec, PathSpec};
use crate::run::observe::{Made, Place};

impl Site<'_> {
    /// Tells them. The task has succeeded, whether or not they are found: what is not is said.
    pub(super) fn tell_made(&self, who: &Who) {
        let artifacts = &self.task(who).artifacts;
        if artifacts.is_empty() {
            return;
        }
        let made = artifacts.iter().map(|artifact| {
            let place = self.lies(who, artifact);
            if let Err(why) = &place {
                let (output, shown) = (output_file(&artifact.name), who.shown(self.spec));
                self.say(Some(who), &format!("the output `{output}` of `{shown}` is not kept as an artifact: {why}"));
            }
            Made { name: artifact.name.clone(), place }
        });
        self.observer.made(who.reference(), &made.collect::<Vec<_>>(), false);
    }

    /// All of them, when each is still there.
    pub(super) fn made_before(&self, who: &Who) -> Option<Vec<Made>> {
        let made = |artifact: &ArtifactSpec| {
            let place = self.lies(who, artifact).ok()?;
            Some(Made { name: artifact.name.clone(), place: Ok(place) })
        };
        self.task(who).artifacts.iter().map(made).collect()
    }

    /// Where one of them is, or why that cannot be told.
    fn lies(&self, who: &Who, artifact: &ArtifactSpec) -> Result<Place, String> {
        let (path, root) = (self.path_of(who, artifact)?, self.place(&artifact.workspace));
        if root.as_os_str().is_empty() {
            return Err(format!("the workspace `{}` was not given", artifact.workspace));
        }
        let inside = match below(root, &path) {
            Ok(Some(inside)) => inside,
            Ok(None) => return Err(format!("`{path}` lies outside of the workspace `{}`", artifact.workspace)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(format!("nothing is at `{path}`")),
            Err(error) => return Err(format!("`{path}`: {error}")),
        };
        let whole = root.components().chain(inside.components()).collect();
        Ok(Place { workspace: artifact.workspace.clone(), inside: inside.to_string_lossy().into_owned(), whole })
    }

    fn path_of(&self, who: &Who, artifact: &ArtifactSpec) -> Result<String, String> {
        let script = match &artifact.path {
            PathSpec::Literal(path) => return Ok(path.clone()),
            PathSpec::Made(script) => script,
        };
        // Its task is done: what ends others does not end this.
        let ends = Ends { deadline: None, cancel: &self.last };
        let found = self.evaluate(Some(who), script, "PIPE_VALUE", ends);
        if found.code != 0 {
            let why: String = found.said.iter().map(|line| format!(": {line}")).collect();
            return Err(format!("its path cannot be evaluated, exit code {}{why}", found.code));
        }
        String::from_utf8(found.answer).map_err(|_| "its path is not UTF-8".to_owned())
    }
}

/// What is there, without what means nothing in its path; `None` when it lies elsewhere, by its path or by a link. As in a
/// script, which puts the root and a `/` before it, a path that begins with `/` leads below the root too.
fn below(root: &Path, path: &str) -> io::Result<Option<PathBuf>> {
    let Some(clean) = clean(path) else { return Ok(None) };
    let (root, real) = (root.canonicalize()?, root.join(&clean).canonicalize()?);
    // As it is called, and not as what a link on the way to it is called.
    let up = clean.components().any(|part| part == Component::ParentDir);
    Ok(real.strip_prefix(&root).ok().map(|real| if up { real.to_owned() } else { clean }))
}

/// Only names and `..`; `None` when it goes up further than it went down.
fn clean(path: &str) -> Option<PathBuf> {
    let (mut depth, mut clean) = (0_usize, PathBuf::new());
    for part in Path::new(path).components() {
        depth = match part {
            Component::Normal(_) => depth + 1,
            Component::ParentDir => depth.checked_sub(1)?,
            Component::CurDir | Component::RootDir | Component::Prefix(_) => continue,
        };
        clean.push(part);
    }
    Some(clean)
}
