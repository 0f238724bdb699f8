//! The configuration of a run: the files of the project and what the command line says instead.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf, absolute};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::args::{Project, Settings};
use super::machine::Disk;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::query::config::Config;
use crate::query::configs::{Choice, Configs};
use crate::query::levels::{Level, Wishes};
use crate::source::Files;

/// Where the configuration of each file comes from, for commands that show no lints.
pub(super) fn settings(args: &Settings) -> Configs {
    Configs::new(choice(args), Wishes::default())
}

fn choice(args: &Settings) -> Choice {
    match (&args.config, args.no_config) {
        (Some(path), _) => Choice::File(path.clone()),
        (None, true) => Choice::None,
        (None, false) => Choice::Nearest,
    }
}

/// The same with what the command line says of lints.
pub(super) fn configs(args: &Project) -> Configs {
    let mut line = Wishes::default();
    // Of a lint that is given twice, the stricter level counts.
    for (lints, level) in [(&args.allow, Level::Allow), (&args.warn, Level::Warn), (&args.deny, Level::Deny)] {
        lints.iter().for_each(|lint| line.set(*lint, level));
    }
    Configs::new(choice(&args.settings), line)
}

/// The files that the configurations leave out.
pub(super) struct Excluded {
    configs: Arc<Configs>,
    files: Arc<dyn Files + Send + Sync>,
    /// By the path of the configuration.
    patterns: Mutex<BTreeMap<String, Arc<Patterns>>>,
}

#[derive(Debug)]
struct Patterns {
    config: Arc<Config>,
    /// What stands beside the configuration, in whole.
    folder: PathBuf,
    ignored: Gitignore,
    wrong: Diagnostics,
}

impl Excluded {
    pub(super) fn new(configs: Arc<Configs>) -> Self {
        Self::reading(configs, Arc::new(Disk))
    }

    /// With configurations that are read through `files`.
    pub(super) fn reading(configs: Arc<Configs>, files: Arc<dyn Files + Send + Sync>) -> Self {
        Self { configs, files, patterns: Mutex::default() }
    }

    /// Whether a file or folder is left out.
    pub(super) fn has(&self, path: &Path, is_folder: bool) -> bool {
        let Some(config) = path.to_str().map(|path| self.configs.of(&*self.files, path)) else { return false };
        if config.exclude.is_empty() {
            return false;
        }
        let patterns = self.patterns(config);
        let Some(whole) = whole(path) else { return false };
        let Ok(inside) = whole.strip_prefix(&patterns.folder) else { return false };
        patterns.ignored.matched(inside, is_folder).is_ignore()
    }

    fn patterns(&self, config: Arc<Config>) -> Arc<Patterns> {
        let mut known = self.patterns.lock().unwrap_or_else(PoisonError::into_inner);
        let path = config.path.clone().unwrap_or_default();
        Arc::clone(known.entry(path).or_insert_with(|| Arc::new(Patterns::new(config))))
    }

    /// Each configuration with the patterns of it that cannot be read.
    pub(super) fn wrong(&self) -> Vec<(Arc<Config>, Diagnostics)> {
        let known = self.patterns.lock().unwrap_or_else(PoisonError::into_inner);
        known.values().map(|one| (Arc::clone(&one.config), one.wrong.clone())).collect()
    }
}

impl Patterns {
    fn new(config: Arc<Config>) -> Self {
        let mut builder = GitignoreBuilder::new(".");
        let mut wrong = Diagnostics::default();
        for (pattern, span) in &config.exclude {
            if let Err(error) = builder.add_line(None, pattern) {
                let said = Diagnostic::new(Code::P0721, *span, format!("the pattern `{pattern}` cannot be read"))
                    .here(error.to_string())
                    .help("patterns are those of a `.gitignore`: `vendor/`, `*.old.pipe`, `!kept.pipe`");
                wrong.push(said);
            }
        }
        let file = config.path.as_deref().and_then(|path| whole(Path::new(path)));
        let folder = file.and_then(|file| file.parent().map(Path::to_owned)).unwrap_or_default();
        let ignored = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Self { config, folder, ignored, wrong }
    }
}

/// A path from the root, without `.` and `x/..`.
pub(super) fn whole(path: &Path) -> Option<PathBuf> {
    let mut whole = PathBuf::new();
    for part in absolute(path).ok()?.components() {
        match part {
            Component::ParentDir => {
                whole.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => whole.push(part),
        }
    }
    Some(whole)
}
