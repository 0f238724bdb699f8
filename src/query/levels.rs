//! How much a lint matters: what the project, the command line and the code itself say together.

use crate::diag::code::{CODES, Code};
use crate::diag::{Diagnostics, Severity, did_you_mean};

/// What becomes of the findings of a lint.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// They are dropped.
    Allow,
    /// They are shown, as what the lint itself is.
    Warn,
    /// They are errors.
    Deny,
}

/// Every level, as it is written.
pub const LEVELS: &[(&str, Level)] = &[("allow", Level::Allow), ("warn", Level::Warn), ("deny", Level::Deny)];

/// What a level is given to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lint {
    All,
    One(Code),
}

/// The name that stands for every lint.
pub const ALL: &str = "all";

/// Why a name stands for no lint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoLint {
    pub message: String,
    pub help: String,
    /// The name that was most likely meant.
    pub near: Option<&'static str>,
}

/// The lint of `P0254`, of `unused-import` or of `all`.
///
/// # Errors
/// Why there is none of that name.
pub fn lint(name: &str) -> Result<Lint, NoLint> {
    if name == ALL {
        return Ok(Lint::All);
    }
    match Code::find(name) {
        Some(code) if code.is_lint() => Ok(Lint::One(code)),
        Some(code) => Err(NoLint {
            message: format!("`{name}` is an error, not a lint: it has no level"),
            help: format!("an error says what cannot be done; `pipec explain {}` says how to mend it", code.id()),
            near: None,
        }),
        None => {
            let lints = CODES.iter().filter(|code| code.is_lint());
            let near = did_you_mean(name, lints.flat_map(|code| [code.id(), code.name()]));
            let hint = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let help = format!("{hint}a lint has a code and a name: see `pipec explain --list`");
            Err(NoLint { message: format!("there is no lint `{name}`"), help, near })
        }
    }
}

/// What one place says about levels. A lint that it names is not what it says of all.
#[derive(Clone, Default, Debug)]
pub struct Wishes {
    all: Option<Level>,
    one: Vec<(Code, Level)>,
}

impl Wishes {
    /// What is said later of the same lint counts.
    pub fn set(&mut self, lint: Lint, level: Level) {
        match lint {
            Lint::All => self.all = Some(level),
            Lint::One(code) => self.one.push((code, level)),
        }
    }

    fn of(&self, code: Code) -> Option<Level> {
        self.one.iter().rev().find(|(one, _)| *one == code).map(|(_, level)| *level)
    }
}

/// The level of every lint.
#[derive(Clone, Debug)]
pub struct Levels {
    /// In the order of [`CODES`].
    table: Vec<Level>,
}

impl Default for Levels {
    fn default() -> Self {
        Self::new(&Wishes::default(), &Wishes::default())
    }
}

/// Where nobody says anything. What is left of two writers differs from run to run: that is wrong even where it is meant,
/// until somebody says why it is not.
fn usual(code: Code) -> Level {
    if code == Code::P0414 { Level::Deny } else { Level::Warn }
}

impl Levels {
    /// The command line wins over the file. Only what it denies all at once is what would be shown: what the project
    /// allows stays allowed.
    pub fn new(file: &Wishes, line: &Wishes) -> Self {
        let level = |code: Code| {
            let project = file.of(code).or(file.all).unwrap_or(usual(code));
            match (line.of(code), line.all) {
                (Some(level), _) => level,
                (None, Some(Level::Deny)) if project == Level::Allow => Level::Allow,
                (None, all) => all.unwrap_or(project),
            }
        };
        Self { table: CODES.iter().map(|code| level(*code)).collect() }
    }

    /// That of an error means nothing.
    pub fn of(&self, code: Code) -> Level {
        self.table[code as usize]
    }

    /// Drops what is allowed, and makes errors of what is denied.
    pub fn apply(&self, found: &mut Diagnostics) {
        found.retain_mut(|one| {
            if !one.code.is_lint() {
                return true;
            }
            let level = self.of(one.code);
            if level == Level::Deny {
                one.severity = Severity::Error;
            }
            level != Level::Allow
        });
    }
}
