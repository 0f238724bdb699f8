//! What goes along in an archive beside the plan: files for a workspace, and what a developer has changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::cli::archive::{Content, Entry};
use crate::contract::{DEVEL_FILE, FILES_FOLDER, WORKSPACE_FILE};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::emit::buildconfig::bundle::Build;
use crate::query::bundle::Run;

/// The files that `PATH[:NAME]` names, by their names.
///
/// # Errors
/// Everything that is wrong with them.
pub(in crate::cli) fn files(wanted: &[String]) -> Result<Vec<Entry>, Vec<Diagnostic>> {
    let (mut files, mut wrong): (BTreeMap<String, Entry>, Vec<Diagnostic>) = Default::default();
    for text in wanted {
        let (path, name) = parts(text);
        let Some(name) = inside(&name) else {
            wrong.push(bad_name(&name));
            continue;
        };
        match read(&path, &name) {
            Ok(entry) if !files.contains_key(&name) => drop(files.insert(name, entry)),
            Ok(_) => wrong.push(twice(&name)),
            Err(found) => wrong.push(found),
        }
    }
    let clash = |name: &String| folders(name).find(|folder| files.contains_key(*folder)).map(str::to_owned);
    wrong.extend(files.keys().filter_map(|name| clash(name).map(|file| under_a_file(name, &file))));
    if wrong.is_empty() { Ok(files.into_values().collect()) } else { Err(wrong) }
}

/// `PATH:NAME`, where there is no file that is called so as a whole.
fn parts(text: &str) -> (PathBuf, String) {
    match text.rsplit_once(':') {
        Some((path, name)) if !Path::new(text).exists() => (PathBuf::from(path), name.to_owned()),
        _ => {
            let path = PathBuf::from(text);
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (path, name)
        }
    }
}

/// A relative name that does not climb out, with no part that says nothing.
fn inside(name: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in Path::new(name).components() {
        match part {
            Component::Normal(part) => parts.push(part.to_str()?),
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::ParentDir => return None,
        }
    }
    (!parts.is_empty() && !name.ends_with('/')).then(|| parts.join("/"))
}

fn folders(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(at, _)| &name[..at])
}

fn read(path: &Path, name: &str) -> Result<Entry, Diagnostic> {
    let fail = |why: &str| {
        Diagnostic::global(Code::P0701, format!("`{}` cannot be packed: {why}", path.display()))
            .help("name files, each as `PATH` or `PATH:NAME`; what is many files is sent by `pipec remote`")
    };
    let about = fs::metadata(path).map_err(|error| fail(&error.to_string()))?;
    if !about.is_file() {
        return Err(fail("it is no file"));
    }
    let content = Content::File { path: path.to_owned(), size: about.len(), executable: is_executable(&about) };
    Ok(Entry { name: name.to_owned(), content })
}

#[cfg(unix)]
pub(in crate::cli) fn is_executable(about: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    about.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
pub(in crate::cli) fn is_executable(_about: &fs::Metadata) -> bool {
    false
}

/// The workspace that files go into.
///
/// # Errors
/// When there is none of that name, or none is named and there is not just one.
pub(in crate::cli) fn workspace(named: Option<&str>, run: &Run) -> Result<String, Diagnostic> {
    let names = || run.workspaces.iter().map(String::as_str);
    let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
    let all = all.join(", ");
    let wrong = |message: String, help: String| Err(Diagnostic::global(Code::P0765, message).help(help));
    match (named, run.workspaces.as_slice()) {
        (Some(name), known) if known.iter().any(|one| one == name) => Ok(name.to_owned()),
        (Some(name), [_, ..]) => {
            let near = did_you_mean(name, names()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            wrong(format!("the pipeline has no workspace `{name}`"), format!("{near}it has {all}"))
        }
        (None, [only]) => Ok(only.clone()),
        (None, [_, ..]) => wrong(
            "it is not said into which workspace the files go".to_owned(),
            format!("name it with `--workspace`: {all}"),
        ),
        (_, []) => wrong(
            "the pipeline has no workspace into which files could go".to_owned(),
            "declare one, `workspace NAME { size: … }`, and let the tasks that read the files work in it".to_owned(),
        ),
    }
}

/// Files go where the workspace starts, and from there wherever it is carried; or to the build that was named.
pub(in crate::cli) fn goes_into(build: &Build, workspace: &str, named: bool) -> bool {
    let has = |names: &[String]| names.iter().any(|name| name == workspace);
    has(if named { &build.workspaces } else { &build.fresh })
}

/// The entries that bring files and changes into a workspace.
pub(in crate::cli) fn entries(workspace: &str, files: &[Entry], devel: Option<Vec<Entry>>) -> Vec<Entry> {
    let mut entries = vec![Entry::bytes(WORKSPACE_FILE, workspace)];
    if !files.is_empty() {
        entries.push(Entry::folder(format!("{FILES_FOLDER}/")));
    }
    let mut made: Vec<&str> = Vec::new();
    for file in files {
        for folder in folders(&file.name).filter(|folder| !folder.is_empty()) {
            if !made.contains(&folder) {
                made.push(folder);
                entries.push(Entry::folder(format!("{FILES_FOLDER}/{folder}/")));
            }
        }
        entries.push(Entry { name: format!("{FILES_FOLDER}/{}", file.name), content: file.content.clone() });
    }
    entries.extend(devel.map(|inside| Entry { name: DEVEL_FILE.to_owned(), content: Content::Tar(inside) }));
    entries
}

fn bad_name(name: &str) -> Diagnostic {
    Diagnostic::global(Code::P0762, format!("`{name}` cannot be the name of a file in an archive")).help(
        "write `PATH:NAME` with a name that is relative and does not climb: it is where the file lies in the workspace",
    )
}

fn twice(name: &str) -> Diagnostic {
    Diagnostic::global(Code::P0762, format!("two files would be called `{name}` in the archive"))
        .help("give one of them another name, `PATH:NAME`")
}

fn under_a_file(name: &str, file: &str) -> Diagnostic {
    Diagnostic::global(Code::P0762, format!("`{name}` would lie below `{file}`, which is a file"))
        .help("give one of them another name, `PATH:NAME`")
}

/// The workspace is in none of the archives that were asked for.
pub(in crate::cli) fn not_there(workspace: &str, segment: Option<&str>) -> Diagnostic {
    let message = match segment {
        Some(segment) => format!("no task of the build `{segment}` works in the workspace `{workspace}`"),
        None => format!("no task works in the workspace `{workspace}`"),
    };
    Diagnostic::global(Code::P0765, message)
        .help("name another workspace with `--workspace`, or the build whose tasks read the files with `--segment`")
}
