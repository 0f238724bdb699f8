//! What a developer has changed: the files of a folder as they are now, without what git ignores.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use ignore::WalkBuilder;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::cli::archive::{Content, Entry};
use crate::cli::args::builds::Remote;
use crate::cli::bundle::added::is_executable;
use crate::diag::Diagnostic;
use crate::diag::code::Code;

/// Where what is sent lies by custom; where there are none of them, the whole folder is sent.
const PARTS: [&str; 2] = ["src", "overrides"];

/// The entries of `devel.tar`, sorted.
///
/// # Errors
/// Everything that cannot be sent as it stands.
pub(super) fn entries(args: &Remote) -> Result<Vec<Entry>, Vec<Diagnostic>> {
    let root = PathBuf::from(&args.dir);
    if !root.is_dir() {
        return Err(vec![
            Diagnostic::global(Code::P0701, format!("`{}` is no folder", args.dir))
                .help("name the folder with the changes: `--dir DIR`"),
        ]);
    }
    let mut walk = Walk { excluded: excluded(&root, args)?, found: BTreeMap::new(), wrong: Vec::new(), args, root };
    walk.all();
    match (walk.wrong.is_empty(), walk.found.values().any(|content| !matches!(content, Content::Folder))) {
        (false, _) => Err(walk.wrong),
        (true, false) => Err(vec![nothing(&args.dir)]),
        (true, true) => Ok(walk.entries()),
    }
}

/// Names from the folder, with what they stand for.
struct Walk<'a> {
    args: &'a Remote,
    root: PathBuf,
    excluded: Gitignore,
    /// By the parts of the name, so that a folder stands before what is in it.
    found: BTreeMap<Vec<String>, Content>,
    wrong: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn all(&mut self) {
        let parts: Vec<&str> = PARTS.into_iter().filter(|part| self.root.join(part).exists()).collect();
        let whole = if parts.is_empty() { vec![""] } else { parts };
        whole.into_iter().for_each(|part| self.part(part, true));
        for part in &self.args.include {
            self.named(part, |walk, part| walk.part(part, false));
        }
        for link in &self.args.follow {
            self.named(link, Self::follow);
        }
    }

    /// A path that the command names.
    fn named(&mut self, text: &str, then: impl FnOnce(&mut Self, &str)) {
        let mut parts = Vec::new();
        for part in Path::new(text).components() {
            match part {
                Component::Normal(part) => parts.push(part.to_string_lossy()),
                Component::CurDir => {}
                Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                    return self.wrong.push(climbs(text, &self.args.dir));
                }
            }
        }
        let name = parts.join("/");
        if fs::symlink_metadata(self.root.join(&name)).is_ok() {
            then(self, &name);
        } else {
            self.wrong.push(not_there(text, &self.args.dir));
        }
    }

    /// A file, or a folder with all in it.
    fn part(&mut self, part: &str, ignoring: bool) {
        let from = self.root.join(part);
        self.below(&from, part, ignoring);
    }

    /// What a link leads to, under the name of the link.
    fn follow(&mut self, link: &str) {
        match fs::canonicalize(self.root.join(link)) {
            Ok(from) => {
                self.found.remove(&steps(link));
                self.below(&from, link, true);
            }
            Err(error) => self.wrong.push(unreadable(link, &error.to_string())),
        }
    }

    fn below(&mut self, from: &Path, name: &str, ignoring: bool) {
        let mut walk = WalkBuilder::new(from);
        walk.hidden(false).ignore(false).git_global(false).require_git(false).parents(ignoring);
        walk.git_ignore(ignoring).git_exclude(ignoring).filter_entry(|entry| entry.file_name() != ".git");
        for entry in walk.build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.wrong.push(unreadable(name, &error.to_string()));
                    continue;
                }
            };
            let inside = entry.path().strip_prefix(from).unwrap_or(Path::new(""));
            let Some(inside) = inside.to_str() else {
                self.wrong.push(no_text(entry.path()));
                continue;
            };
            let whole = [name, inside].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
            if !whole.is_empty() {
                self.one(&whole, entry.path());
            }
        }
    }

    fn one(&mut self, name: &str, path: &Path) {
        let about = match fs::symlink_metadata(path) {
            Ok(about) => about,
            Err(error) => return self.wrong.push(unreadable(name, &error.to_string())),
        };
        if self.excluded.matched_path_or_any_parents(name, about.is_dir()).is_ignore() {
            return;
        }
        let followed = self.args.follow.iter().any(|link| steps(link) == steps(name));
        let content = if about.is_dir() {
            Content::Folder
        } else if about.is_file() {
            Content::File { path: path.to_owned(), size: about.len(), executable: is_executable(&about) }
        } else if about.is_symlink() && followed {
            return;
        } else if about.is_symlink() {
            match link(name, path) {
                Ok(target) => Content::Link(target),
                Err(found) => return self.wrong.push(found),
            }
        } else {
            return self.wrong.push(odd(name));
        };
        self.found.insert(steps(name), content);
        for at in 1..steps(name).len() {
            self.found.entry(steps(name)[..at].to_vec()).or_insert(Content::Folder);
        }
    }

    /// A folder from which everything was left out may mean something, and stays.
    fn entries(self) -> Vec<Entry> {
        let entry = |(parts, content): (Vec<String>, Content)| {
            let end = if content == Content::Folder { "/" } else { "" };
            Entry { name: parts.join("/") + end, content }
        };
        self.found.into_iter().map(entry).collect()
    }
}

fn steps(name: &str) -> Vec<String> {
    name.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect()
}

/// Where a link leads, which has to be in the folder.
fn link(name: &str, path: &Path) -> Result<String, Diagnostic> {
    let target = fs::read_link(path).map_err(|error| unreadable(name, &error.to_string()))?;
    let Some(text) = target.to_str() else { return Err(no_text(&target)) };
    let mut depth = steps(name).len() - 1;
    for part in target.components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::CurDir => {}
            Component::ParentDir if depth > 0 => depth -= 1,
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return Err(leads_out(name, text)),
        }
    }
    Ok(text.to_owned())
}

/// The patterns of `--exclude`, and where archives are kept.
fn excluded(root: &Path, args: &Remote) -> Result<Gitignore, Vec<Diagnostic>> {
    let mut builder = GitignoreBuilder::new("");
    let mut wrong = Vec::new();
    for pattern in &args.exclude {
        if let Err(error) = builder.add_line(None, pattern) {
            wrong.push(bad_pattern(pattern, &error.to_string()));
        }
    }
    let kept = args.keep.as_deref().and_then(|keep| fs::canonicalize(keep).ok());
    let root = fs::canonicalize(root).ok();
    if let (Some(kept), Some(root)) = (kept, root)
        && let Some(inside) = kept.strip_prefix(root).ok().and_then(Path::to_str).filter(|inside| !inside.is_empty())
    {
        let _ = builder.add_line(None, &format!("/{inside}/"));
    }
    match builder.build() {
        Ok(patterns) if wrong.is_empty() => Ok(patterns),
        Ok(_) => Err(wrong),
        Err(error) => Err(vec![bad_pattern("", &error.to_string())]),
    }
}

fn nothing(dir: &str) -> Diagnostic {
    Diagnostic::global(Code::P0766, format!("there is nothing to send in `{dir}`"))
        .help("name the folder with the changes, `--dir DIR`; what git ignores is sent with `--include PATH`")
}

fn leads_out(name: &str, target: &str) -> Diagnostic {
    Diagnostic::global(Code::P0764, format!("the link `{name}` leads out of the folder, to `{target}`")).help(format!(
        "it would lead nowhere on another machine: send what it leads to with `--follow {name}`, or leave it out with `--exclude /{name}`"
    ))
}

fn climbs(text: &str, dir: &str) -> Diagnostic {
    Diagnostic::global(Code::P0764, format!("`{text}` is not below `{dir}`"))
        .help("name what lies in the folder, relative to it; another folder is named by `--dir`")
}

fn not_there(text: &str, dir: &str) -> Diagnostic {
    Diagnostic::global(Code::P0701, format!("there is no `{text}` in `{dir}`")).help("paths are relative to `--dir`")
}

fn odd(name: &str) -> Diagnostic {
    Diagnostic::global(Code::P0764, format!("`{name}` is neither a file nor a folder nor a link")).help(format!(
        "a pipe, socket or device means nothing on another machine: leave it out with `--exclude /{name}`"
    ))
}

fn no_text(path: &Path) -> Diagnostic {
    Diagnostic::global(Code::P0762, format!("the name of `{}` is no text", path.display()))
        .help("give it a name in UTF-8, or leave it out with `--exclude`")
}

fn unreadable(name: &str, why: &str) -> Diagnostic {
    Diagnostic::global(Code::P0701, format!("`{name}` cannot be read: {why}"))
        .help("check its permissions, or leave it out with `--exclude`")
}

fn bad_pattern(pattern: &str, why: &str) -> Diagnostic {
    Diagnostic::global(Code::P0706, format!("the pattern `{pattern}` cannot be read: {why}"))
        .help("patterns are those of a `.gitignore`: `build/`, `*.qcow2`, `!kept.qcow2`")
}
