//! Values in scripts where they would not arrive as what they are, and secrets where they would be seen.

use super::super::source::{Role, Source, What};
use super::{Kind, Site, in_role, statement};

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "a bool in a script", codes: &["P0308"], sites: |source| in_role(source, &Role::ScriptHole, "true") },
    Kind {
        name: "an optional in a script",
        codes: &["P0309"],
        sites: |source| in_role(source, &Role::ScriptHole, "if true then 1 else none"),
    },
    Kind { name: "a workspace in a script", codes: &["P0310"], sites: workspace_in_script },
    Kind { name: "a value in single quotes", codes: &["P0506"], sites: |source| first_line(source, "echo 'a ~{1} b'") },
    Kind {
        name: "a value in a quoted here-document",
        codes: &["P0507"],
        sites: |source| first_line(source, "cat <<'ZQ'\n~{1}\nZQ"),
    },
    Kind {
        name: "a value in a script of another language",
        codes: &["P0508"],
        sites: |source| {
            statement(source, "task zq_§ { image: \"quay.io/a/b:1\", shell: \"python3\", run: \"print(~{1})\" }")
        },
    },
    Kind {
        name: "a list in quotes",
        codes: &["P0509"],
        sites: |source| first_line(source, "echo \"a ~{[\"b\", \"c\"]}\""),
    },
    Kind { name: "a value as code", codes: &["P0510"], sites: |source| first_line(source, "eval ~{\"zq\"}") },
    Kind { name: "a script without its end", codes: &["P0511"], sites: |source| last_line(source, "echo 'zq") },
    Kind {
        name: "a text in arithmetic",
        codes: &["P0512"],
        sites: |source| first_line(source, "echo $((1 + ~{\"zq\"}))"),
    },
    Kind { name: "a value in a comment", codes: &["P0515"], sites: |source| first_line(source, "# zq ~{1}") },
    Kind {
        name: "a secret in a script",
        codes: &["P0801"],
        sites: |source| first_line(source, "echo ~{secret(\"zq\")}"),
    },
    Kind {
        name: "a secret in a text",
        codes: &["P0802"],
        sites: |source| {
            in_role(source, &Role::TextHole, "secret(\"zq\")")
                .into_iter()
                .filter(|site| in_plain_text(source, site))
                .collect()
        },
    },
    Kind {
        name: "a secret in a name",
        codes: &["P0804"],
        sites: |source| {
            statement(source, "task zq_§ { image: \"quay.io/a/b:1\", run: \"true\", lock: \"~{secret(\"zq\")}\" }")
        },
    },
    Kind { name: "an unknown output in a script", codes: &["P0216", "P0201"], sites: unknown_output },
];

/// What a task has for outputs is known from its head.
fn unknown_output(source: &Source) -> Vec<Site> {
    let name = |site: &Site| {
        let mut at = site.unit?;
        while !matches!(source.units[at].what, What::Item("task") | What::Stmt("task")) {
            at = source.units[at].parent?;
        }
        source.units[at].declares.first().cloned()
    };
    let sites = first_line(source, "echo > ~{out.zq_nothing}").into_iter();
    sites
        .map(|site| {
            let name = name(&site);
            site.needing(name)
        })
        .collect()
}

/// A line before all others of a script.
fn first_line(source: &Source, text: &str) -> Vec<Site> {
    line(source, text, |script| script.first)
}

fn last_line(source: &Source, text: &str) -> Vec<Site> {
    line(source, text, |script| script.end)
}

fn line(source: &Source, text: &str, at: fn(&super::super::source::Script) -> usize) -> Vec<Site> {
    let newline = source.newline();
    let sites = source.scripts.iter().filter_map(|script| {
        let lines: String = text.lines().map(|line| format!("{newline}{}{line}", script.indent)).collect();
        Site::replace(source, at(script)..at(script), lines)
    });
    sites.collect()
}

fn workspace_in_script(source: &Source) -> Vec<Site> {
    let names = source.units.iter().filter(|unit| unit.what == What::Stmt("workspace"));
    let name = names.filter_map(|unit| unit.declares.first()).next();
    let tasks = source.scripts.iter().filter(|script| {
        // A task of the file does not see the names of a pipeline.
        let around = source.units.iter().filter(|unit| unit.span.contains(&script.first));
        around.clone().any(|unit| unit.what == What::Stmt("task"))
    });
    tasks
        .filter_map(|script| {
            let name = name?;
            let text = format!("{}{}ls ~{{{name}}}", source.newline(), script.indent);
            Some(Site::replace(source, script.first..script.first, text)?.needing([name.clone()]))
        })
        .collect()
}

/// In an image, a name and the like a secret has a code of its own.
fn in_plain_text(source: &Source, site: &Site) -> bool {
    let home = source.slice(&site.home);
    !["image", "lock", "workdir", "exclusive", "return", "files"].iter().any(|word| home.contains(word))
}
