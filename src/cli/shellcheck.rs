//! ShellCheck over all scripts of a run: what was said before comes from the cache, the rest from as few processes as
//! there are cores.

mod batch;
mod cache;
mod tool;

use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::abreast;
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::query::Analysis;
use crate::query::scripts::comment::{Comment, from_json, to_json};
use crate::query::scripts::sheet::Sheet;
use crate::query::scripts::{failed, not_installed};
use batch::Batch;
use cache::{Cache, Key};
use tool::Tool;

/// Which ShellCheck reads the scripts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Wanted {
    /// The one on the PATH, if there is one.
    Auto,
    Never,
    /// This one.
    At(PathBuf),
}

impl Wanted {
    /// `auto`, `never`, or a path.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "never" => Ok(Self::Never),
            "" => Err("write `auto`, `never` or the path of a ShellCheck".to_owned()),
            path => Ok(Self::At(PathBuf::from(path))),
        }
    }
}

/// Adds what ShellCheck says to each analysis; what is given back is about the run and not about a script.
pub(super) fn lint(wanted: Option<&Wanted>, use_cache: bool, analyses: &mut [Analysis]) -> Vec<Diagnostic> {
    let asked = |one: &Analysis| match wanted {
        Some(wanted) => *wanted != Wanted::Never,
        None => one.wants_shellcheck(),
    };
    let sheets = || -> Vec<Vec<Sheet>> {
        analyses.iter().map(|one| if asked(one) { one.sheets() } else { Vec::new() }).collect()
    };
    let cache = || if use_cache { Cache::open() } else { Cache::nowhere() };
    // What was said of many scripts takes as long to read as the scripts.
    let (sheets, early) = if analyses.iter().any(|one| asked(one) && one.is_long()) {
        let (sheets, cache) = abreast::both(sheets, cache);
        (sheets, Some(cache))
    } else {
        (sheets(), None)
    };
    if sheets.iter().all(Vec::is_empty) {
        return Vec::new();
    }
    let tool = match wanted {
        Some(Wanted::At(path)) => match Tool::at(path) {
            Some(tool) => tool,
            None => return vec![no_such_tool(path)],
        },
        Some(Wanted::Auto | Wanted::Never) | None => match Tool::on_path() {
            Some(tool) => tool,
            None => return vec![not_installed()],
        },
    };
    let mut run = Run { tool, cache: early.unwrap_or_else(cache), failure: None };
    let said = run.all(sheets.iter().flatten());
    for (analysis, sheets) in analyses.iter_mut().zip(&sheets) {
        let heard = sheets.iter().filter_map(|sheet| Some((sheet, said.get(sheet.text())?.as_slice())));
        analysis.hear(heard);
        if run.failure.is_none() && !sheets.is_empty() {
            analysis.heard_all();
        }
    }
    run.failure.iter().map(|why| failed(why)).collect()
}

/// One pass over all scripts.
#[derive(Debug)]
struct Run {
    tool: Tool,
    cache: Cache,
    /// The first thing that went wrong.
    failure: Option<String>,
}

impl Run {
    /// What is said of each text, each text once.
    fn all<'s>(&mut self, sheets: impl Iterator<Item = &'s Sheet> + Send) -> FxHashMap<&'s str, Vec<Comment>> {
        let mut said = FxHashMap::default();
        let Some(version) = self.version() else { return said };
        let mut unread: Vec<(Key, &str)> = Vec::new();
        let mut seen = FxHashSet::default();
        let texts = sheets.map(Sheet::text).filter(|text| seen.insert(*text));
        let with_key = |text| (Key::of_script(&version, text), text);
        abreast::in_order(texts, with_key, |(key, text)| {
            let known = self.cache.get(&key).and_then(from_json);
            if known.is_none() {
                unread.push((key, text));
            }
            said.insert(text, known.unwrap_or_default());
        });
        if !unread.is_empty() {
            self.read(&unread, &mut said);
        }
        self.cache.save();
        said
    }

    /// The version, which a program that did not change does not change either.
    fn version(&mut self) -> Option<String> {
        let key = Key::of_tool(&self.tool);
        if let Some(version) = self.cache.get(&key).and_then(|json| serde_json::from_str(json).ok()) {
            return Some(version);
        }
        match Batch::new().and_then(|batch| batch.version(&self.tool)) {
            Ok(version) => {
                self.cache.put(key, serde_json::Value::from(version.as_str()).to_string());
                Some(version)
            }
            Err(why) => {
                self.failure = Some(why);
                None
            }
        }
    }

    fn read<'s>(&mut self, unread: &[(Key, &'s str)], said: &mut FxHashMap<&'s str, Vec<Comment>>) {
        let texts: Vec<&str> = unread.iter().map(|(_, text)| *text).collect();
        let answers = match Batch::new() {
            Ok(batch) => batch.read(&self.tool, &texts),
            Err(why) => return self.failure = Some(why),
        };
        for ((key, text), answer) in unread.iter().zip(answers) {
            match answer {
                Ok(comments) => {
                    self.cache.put(*key, to_json(&comments));
                    said.insert(text, comments);
                }
                Err(why) => drop(self.failure.get_or_insert(why)),
            }
        }
    }
}

/// P0701
fn no_such_tool(path: &std::path::Path) -> Diagnostic {
    Diagnostic::global(Code::P0701, format!("`{}` cannot be run: it is no executable file", path.display()))
        .help("`--shellcheck` takes `auto`, `never`, or the path of a ShellCheck")
}
