//! What a stream can show: as the options say, then the environment, then the terminal itself.

use std::path::Path;

use super::args::{Terminal, When};
use crate::diag::render::Style;

/// What is known of a stream before anyone is asked for a wish.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Facts {
    pub(super) is_terminal: bool,
    pub(super) width: Option<usize>,
    /// Whether it is a terminal that is known to open links.
    pub(super) opens_links: bool,
}

/// How text is written to a stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Look {
    pub(super) is_terminal: bool,
    color: bool,
    unicode: bool,
    width: usize,
    /// The folder that paths are relative to.
    links: Option<String>,
}

impl Look {
    /// `env` gives the value of a variable, `folder` is the one that the command runs in.
    pub(super) fn new(options: Terminal, facts: Facts, env: &dyn Fn(&str) -> Option<String>, folder: &Path) -> Self {
        let links = match options.hyperlinks {
            When::Always => true,
            When::Never => false,
            When::Auto => facts.opens_links,
        };
        Self {
            is_terminal: facts.is_terminal,
            color: color(options.color, facts, env),
            unicode: unicode(env),
            width: width(facts, env),
            links: links.then(|| folder.to_string_lossy().into_owned()),
        }
    }

    pub(super) fn style(&self) -> Style<'_> {
        Style { width: self.width, color: self.color, unicode: self.unicode, links: self.links.as_deref() }
    }
}

/// As <https://no-color.org> and <https://bixense.com/clicolors> say; an option is stronger than a variable.
fn color(wish: When, facts: Facts, env: &dyn Fn(&str) -> Option<String>) -> bool {
    let given = |name: &str| env(name).filter(|value| !value.is_empty());
    let forced = |name: &str| given(name).map(|value| !matches!(value.as_str(), "0" | "false"));
    match wish {
        When::Always => true,
        When::Never => false,
        When::Auto if given("NO_COLOR").is_some() => false,
        When::Auto if forced("FORCE_COLOR") == Some(false) => false,
        When::Auto if forced("FORCE_COLOR") == Some(true) || forced("CLICOLOR_FORCE") == Some(true) => true,
        When::Auto if forced("CLICOLOR") == Some(false) || given("TERM").as_deref() == Some("dumb") => false,
        When::Auto => facts.is_terminal,
    }
}

/// A locale that has ASCII alone is named so; where none is named, it is the one of this century.
fn unicode(env: &dyn Fn(&str) -> Option<String>) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env(name).filter(|value| !value.is_empty()));
    !matches!(locale.as_deref(), Some("C" | "POSIX"))
}

/// Where nothing is known of the width.
const WIDTH: usize = 100;

/// Text in lines longer than this is hard to read, however wide the window.
const WIDEST: usize = 140;

fn width(facts: Facts, env: &dyn Fn(&str) -> Option<String>) -> usize {
    let columns = env("COLUMNS").and_then(|columns| columns.parse().ok());
    let real = facts.width.map(|width| width.min(WIDEST));
    columns.or(real).filter(|columns| (20..=1000).contains(columns)).unwrap_or(WIDTH)
}

#[cfg(test)]
mod tests;
