//! Where the scripts of a task stand: in it, in variables of its steps, or in an object of their own.
//!
//! All scripts of a task travel as base64 in one argument of one container, so nothing that stays a `script` can be longer
//! than that. A variable has as much for itself, and a step may have many: a long script is cut into pieces that the step
//! puts together again. A ConfigMap has more, is not read by the engine, and so needs no escape.

use super::budget::{self, sum};
use super::escape;
use super::inputs::Wiring;
use super::lower::{Lowered, Unit};
use super::meta::{self, More};
use super::shape::Style;
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::kube;
use crate::emit::yaml::{Map, Node, Page};
use crate::source::{Sources, Span};

/// How scripts reach their steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scripts {
    Inline,
    /// Those that are too long for their task come in variables.
    Split,
    ConfigMap,
}

impl Scripts {
    /// As `options.pipe` calls it.
    pub(super) fn named(way: &str) -> Self {
        match way {
            "split" => Self::Split,
            "config_map" => Self::ConfigMap,
            _ => Self::Inline,
        }
    }
}

/// The scripts of some tasks, as an object.
#[derive(Debug)]
pub(super) struct ScriptMap {
    pub(super) name: String,
    /// Key, text, and where that comes from.
    files: Vec<(String, String, Span)>,
    size: usize,
}

/// A variable with its name has 131,072 bytes.
const PIECE: usize = 120_000;
/// What all values of a ConfigMap may have together.
const CONFIG_MAP: usize = 1 << 20;
/// The volume; it is mounted where volumes of ours are.
const VOLUME: &str = "scripts";

/// Puts every script where the options want it.
pub(super) fn place(lowered: &mut Lowered<'_>) {
    match lowered.options.scripts {
        Scripts::Inline => {}
        Scripts::Split => {
            let in_template = lowered.options.shape.style == Style::Pac;
            lowered.tasks.iter_mut().chain(&mut lowered.finally).for_each(|unit| split(unit, in_template));
        }
        Scripts::ConfigMap => {
            let mut maps = Vec::new();
            let base = lowered.names.object(VOLUME);
            lowered.tasks.iter_mut().chain(&mut lowered.finally).for_each(|unit| keep(unit, &base, &mut maps));
            lowered.script_maps = maps;
        }
    }
}

/// The scripts of a task with the wiring of their containers; whether it is a sidecar, its name, and where it comes from.
fn containers<'u, 'p>(
    unit: &'u mut Unit<'p>,
) -> impl Iterator<Item = (bool, &'u str, Span, &'u mut String, &'u mut Wiring<'p>)> {
    let ours = unit.steps.iter_mut().filter(|one| one.used.is_none());
    let steps = ours.map(|one| (false, one.name.as_str(), one.span, &mut one.script, &mut one.wiring));
    let sidecars = unit.sidecars.iter_mut().filter_map(|one| {
        let span = one.service.span;
        Some((true, one.name.as_str(), span, one.script.as_mut()?, &mut one.wiring))
    });
    steps.chain(sidecars)
}

/// Moves the longest scripts into variables until the others fit.
fn split(unit: &mut Unit<'_>, in_template: bool) {
    while !budget::scripts_fit(unit) {
        let (_, _, _, script, wiring) =
            containers(unit).max_by_key(|(_, _, _, script, _)| script.len()).expect("a task has a step");
        if script.len() < PIECE / 100 {
            return;
        }
        let body = escape::undone(script);
        let (variables, assembled) = pieces(&body);
        *script = assembled;
        wiring.add_texts(variables, in_template);
    }
}

/// The variables that hold a script, and the script that runs it.
fn pieces(body: &str) -> (Vec<(String, String)>, String) {
    let mut variables = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE));
        variables.push((format!("PIPEC_SCRIPT_{}", variables.len() + 1), piece.to_owned()));
        rest = behind;
    }
    let names: Vec<&str> = variables.iter().map(|(name, _)| name.as_str()).collect();
    let words: Vec<String> = names.iter().map(|name| format!("\"${name}\"")).collect();
    let assembled = format!(
        "#!/bin/sh\n# The script stands in variables, since it is too long for this place.\nset -eu\n\
         pipec_script=$(mktemp)\nprintf %s {} >\"$pipec_script\"\nunset {}\nexec {} \"$pipec_script\" \"$@\"\n",
        words.join(" "),
        names.join(" "),
        interpreter(body)
    );
    (variables, assembled)
}

/// What runs the script, by its first line.
pub(super) fn interpreter(body: &str) -> &str {
    let first = body.lines().next().and_then(|line| line.strip_prefix("#!")).unwrap_or("/bin/sh");
    first.strip_prefix("/usr/bin/env ").unwrap_or(first)
}

/// Moves the scripts of a task into the last object that has room for all of them.
fn keep(unit: &mut Unit<'_>, base: &str, maps: &mut Vec<ScriptMap>) {
    let task = unit.name.clone();
    let mut files = Vec::new();
    let mut items: Vec<Map> = Vec::new();
    for (is_sidecar, name, span, script, wiring) in containers(unit) {
        let path = if is_sidecar { format!("sidecar.{name}") } else { name.to_owned() };
        let key = format!("{task}.{path}");
        items.push(Map::new().with("key", key.clone()).with("path", path.clone()));
        let body = escape::undone(script);
        wiring.command = vec![interpreter(&body).to_owned(), format!("{}/{path}", super::inputs::mount_path(VOLUME))];
        wiring.mounts.push(VOLUME.to_owned());
        script.clear();
        files.push((key, body, span));
    }
    if files.is_empty() {
        return;
    }
    let size: usize = files.iter().map(|(_, body, _)| body.len()).sum();
    if maps.last().is_none_or(|last| last.size + size > CONFIG_MAP) {
        let name = match maps.len() {
            0 => base.to_owned(),
            more => kube::label(&format!("{base}-{}", more + 1), kube::LONGEST_NAME),
        };
        maps.push(ScriptMap { name, files: Vec::new(), size: 0 });
    }
    let map = maps.last_mut().expect("one was pushed where there was none");
    map.size += size;
    map.files.extend(files);
    let source = Map::new().with("name", map.name.clone()).with("items", items);
    let volume: Node = Map::new().with("name", VOLUME).with("configMap", source).into();
    match &mut unit.volumes {
        Node::List(volumes) => volumes.push(volume),
        Node::Bool(_) | Node::Int(_) | Node::Text(_) | Node::Noted(_) | Node::Map(_) => {
            unit.volumes = Node::List(vec![volume]);
        }
    }
}

/// Reports the scripts of one task that no object can hold.
pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    for map in lowered.script_maps.iter().filter(|map| map.size > CONFIG_MAP) {
        let parts = map.files.iter().map(|(key, body, _)| (format!("`{key}`"), body.len())).collect();
        let longest = map.files.iter().max_by_key(|(_, body, _)| body.len());
        let span = longest.map_or(lowered.plan.span, |(.., span)| *span);
        out.push(
            Diagnostic::new(Code::P0603, span, "the scripts of a task are too long for a ConfigMap")
                .here(sum(parts, CONFIG_MAP))
                .help("put the text into a file of the repository or the image and call it: an object that keeps files has 1 MiB"),
        );
    }
}

/// Writes the object behind its comment.
pub(super) fn write(page: &mut Page, lowered: &Lowered<'_>, map: &ScriptMap, sources: &Sources) {
    page.raw("apiVersion: v1\nkind: ConfigMap\n");
    meta::write(page, lowered, &map.name, &sources.origin(lowered.plan.span), &More::default());
    page.raw("data:\n");
    for (key, body, span) in &map.files {
        page.raw("  # ");
        page.raw(&sources.origin(*span));
        page.raw("\n");
        page.entry_text(&["  ", key, ": "].concat(), body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_script() {
        let body = format!("#!/usr/bin/env bash\n{}\n", "é$x".repeat(100_000));
        let (variables, assembled) = pieces(&body);
        assert_eq!(variables.len(), 4);
        assert_eq!(variables.iter().map(|(_, piece)| piece.as_str()).collect::<String>(), body);
        assert!(variables.iter().all(|(name, piece)| name.len() + piece.len() + 2 <= 131_072));
        assert!(assembled.ends_with("exec bash \"$pipec_script\" \"$@\"\n"), "{assembled}");
        assert_eq!(interpreter("#!/bin/sh\nset -eu\n"), "/bin/sh");
    }
}
