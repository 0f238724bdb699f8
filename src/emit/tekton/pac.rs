//! The annotations by which Pipelines-as-Code starts a run, and where it looks for the file.

use super::shape::{Pac, Pairs, Shape};

const PREFIX: &str = "pipelinesascode.tekton.dev/";

/// Key and value of each, in a fixed order.
pub(super) fn annotations(shape: &Shape) -> Pairs {
    let Some(pac) = &shape.pac else { return Vec::new() };
    let lists = [
        ("on-event", &pac.events),
        ("on-target-branch", &pac.branches),
        ("on-path-change", &pac.paths),
        ("on-path-change-ignore", &pac.ignore_paths),
        ("on-label", &pac.labels),
        ("task", &pac.tasks),
    ];
    let lists = lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(key, list)| (key, brackets(list)));
    lists.chain(texts(pac)).map(|(key, value)| (format!("{PREFIX}{key}"), value)).collect()
}

fn texts(pac: &Pac) -> impl Iterator<Item = (&'static str, String)> {
    let all = [
        ("on-comment", pac.comment.clone()),
        ("on-cel-expression", pac.cel.clone()),
        ("max-keep-runs", pac.max_keep_runs.map(|count| count.to_string())),
        ("cancel-in-progress", pac.cancel_in_progress.map(|cancel| cancel.to_string())),
        ("target-namespace", pac.target_namespace.clone()),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key, value?)))
}

/// `[a, b]`; a comma within an element is written as the one character reference that is read there.
fn brackets(list: &[String]) -> String {
    let elements: Vec<String> = list.iter().map(|one| one.replace(',', "&#44;")).collect();
    format!("[{}]", elements.join(", "))
}

/// A path that a condition speaks of, which the repository has to have.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Looked {
    pub(super) path: String,
    /// The path is that of a folder, which a glob begins with.
    pub(super) is_folder: bool,
    /// Of the option: `pac.paths.0`.
    pub(super) place: String,
}

/// Every path that `paths`, `ignore_paths` and `"…".pathChanged()` name.
pub(super) fn looked(pac: &Pac) -> Vec<Looked> {
    let globs = |field: &'static str, list: &[String]| {
        let all = list.iter().enumerate().map(move |(at, glob)| (glob.clone(), format!("pac.{field}.{at}")));
        all.collect::<Vec<_>>()
    };
    let of_cel = pac.cel.iter().flat_map(|cel| super::pac_cel::changed_paths(cel));
    let all = globs("paths", &pac.paths).into_iter().chain(globs("ignore_paths", &pac.ignore_paths));
    all.chain(of_cel.map(|glob| (glob, "pac.cel".to_owned())))
        .filter_map(|(glob, place)| looked_up(&glob, place))
        .collect()
}

fn looked_up(glob: &str, place: String) -> Option<Looked> {
    let Some(at) = glob.find(['*', '?', '[', '{', '\\']) else {
        return Some(Looked { path: glob.to_owned(), is_folder: false, place });
    };
    let (folder, _) = glob[..at].rsplit_once('/')?;
    Some(Looked { path: folder.to_owned(), is_folder: true, place })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_first_wildcard_is_looked_up() {
        let of = |glob: &str| looked_up(glob, String::new()).map(|one| (one.path, one.is_folder));
        assert_eq!(of("a/b.yaml"), Some(("a/b.yaml".to_owned(), false)));
        assert_eq!(of("a/b*"), Some(("a".to_owned(), true)));
        assert_eq!(of("a/b/***"), Some(("a/b".to_owned(), true)));
        assert_eq!(of("*.md"), None);
        assert_eq!(of("docs{,x}/a"), None);
    }

    #[test]
    fn lists_are_in_brackets_and_commas_in_them_are_kept() {
        assert_eq!(brackets(&["main".to_owned(), "a,b".to_owned()]), "[main, a&#44;b]");
    }
}
