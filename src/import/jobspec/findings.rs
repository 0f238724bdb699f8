//! What is said about a JobSpec.

use super::stage::Stage;
use super::walk::{At, Group};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, did_you_mean};
use crate::source::Span;
use crate::yaml_read::{Key, Node, Yaml};

/// A finding of the YAML reader, which is about parameter files elsewhere.
pub(super) fn unreadable(found: &Diagnostic) -> Diagnostic {
    let help = found.help.clone().unwrap_or_else(|| "a JobSpec is one YAML document".to_owned());
    Diagnostic { code: Code::P0731, help: Some(help), ..found.clone() }
}

pub(super) fn not_a_jobspec(node: &Node) -> Diagnostic {
    Diagnostic::new(Code::P0731, node.span, format!("a JobSpec is a map, and this is {}", shown(node)))
        .here("not a map")
        .help("a JobSpec has keys such as `recipe` and `stages`")
}

pub(super) fn no_stages(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0731, span, "the JobSpec has no stages")
        .here("nothing here is run")
        .help("write `stages:` with what to build; the stages that gangplank made of its arguments, `gangplank generate` shows")
}

pub(super) fn too_many_stages(span: Span, most: usize) -> Diagnostic {
    Diagnostic::new(Code::P0731, span, format!("the JobSpec has more than {most} stages"))
        .here("this one is too many")
        .help("import it in parts")
}

pub(super) fn unknown_key(what: &str, key: &Key, known: &[&str]) -> Diagnostic {
    let name = &key.text;
    let found = Diagnostic::new(Code::P0732, key.span, format!("{what} has no key `{name}`"))
        .here("gangplank left it out without a word");
    match did_you_mean(name, known.iter().copied()) {
        Some(near) => found
            .help(format!("did you mean `{near}`? What is left out may be a build that nobody makes"))
            .fix(format!("write `{near}`"), key.span, near),
        None => found.help(format!("leave it out, or import with `--lenient`; there are {}", listed(known))),
    }
}

pub(super) fn wrong_type(what: &str, expected: &str, node: &Node) -> Diagnostic {
    let found = Diagnostic::new(Code::P0733, node.span, format!("{what} is {expected}, and this is {}", shown(node)))
        .here(format!("has to be {expected}"));
    match (&node.value, expected) {
        (Yaml::Text { text, .. }, "`true` or `false`") => match meant_bool(text) {
            Some(meant) => found.help("other words are true in one reader of YAML and text in the next").fix(
                format!("write `{meant}`"),
                node.span,
                meant,
            ),
            None => found.help("write `true` or `false`"),
        },
        (Yaml::Text { plain: true, .. }, "a list of texts") => {
            let edits = [(node.span.before(), "["), (node.span.after(), "]")];
            let edits = edits.map(|(span, text)| crate::diag::Edit { span, text: text.to_owned() });
            found.help("write a list, also of one: `[x]`").fix_all("make it a list", edits.to_vec())
        }
        (Yaml::Text { .. }, "a list of texts") => found.help("write a list, also of one: `[\"x\"]`"),
        (Yaml::Bool(_) | Yaml::Int(_) | Yaml::Float(_), "a text") => {
            let edits = [node.span.before(), node.span.after()];
            let edits = edits.map(|span| crate::diag::Edit { span, text: "\"".to_owned() });
            found
                .help("quote it: YAML reads it as something else, and `1.10` would become 1.1")
                .fix_all("put it in quotes", edits.to_vec())
        }
        _ => found.help(format!("write {expected}")),
    }
}

pub(super) fn unknown_word(kind: &str, word: &str, known: &[&str], span: Span) -> Diagnostic {
    let found = Diagnostic::new(Code::P0733, span, format!("there is no {kind} `{word}`")).here("unknown");
    match did_you_mean(word, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`? There are {}", listed(known))),
        None => found.help(format!("there are {}", listed(known))),
    }
}

pub(super) fn duplicate_id(id: &At, first: Span) -> Diagnostic {
    Diagnostic::new(Code::P0734, id.span, format!("two stages have the id `{}`", id.text))
        .here("again here")
        .label(first, "first here")
        .help("give each its own: the worker of the second one looked its commands up by the id, and ran those of the first")
}

pub(super) fn runs_nothing(stage: &Stage) -> Diagnostic {
    Diagnostic::new(Code::P0734, stage.span, format!("`{}` runs nothing", stage.label))
        .here("no commands, no images, no tests")
        .help("write what it does, or leave it out: gangplank ended here")
}

pub(super) fn url_or_inline(group: &Group, both: bool) -> Diagnostic {
    let said = if both { "both `url` and `inline`" } else { "neither `url` nor `inline`" };
    Diagnostic::new(Code::P0734, group.span, format!("a repository has {said}"))
        .here("exactly one of them")
        .help("write one: `url` of a file that is fetched, or `inline` with its text")
}

pub(super) fn rpm_or_tarball(group: &Group, both: bool) -> Diagnostic {
    let said = if both { "both `rpm` and `tarball`" } else { "neither `rpm` nor `tarball`" };
    Diagnostic::new(Code::P0734, group.span, format!("an override is {said}"))
        .here("exactly one of them")
        .help("write `rpm: true`, or `tarball: true`")
}

pub(super) fn override_without_uri(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0734, span, "an override has no `uri`")
        .here("nothing to fetch")
        .help("write `uri: https://…`")
}

pub(super) fn registry_without_url(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0734, span, "a registry has no `url`")
        .here("nowhere to push to")
        .help("write `url: registry.example.com/repository:tag`")
}

pub(super) fn secret_without_name(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0734, span, "a registry with `secret_type: cluster` names no secret")
        .here("which secret?")
        .help("write `secret: NAME`")
}

pub(super) fn no_config(cloud: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0734, span, format!("`{cloud}` is published to and not described"))
        .here("where to?")
        .help(format!("write `clouds_cfgs.{cloud}`, or leave `{cloud}` out"))
}

pub(super) fn not_public(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0734, span, "images on Aliyun cannot be made public")
        .here("refused when it was published")
        .help("leave it out")
}

pub(super) fn never_finalized(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0734, span, "the build is merged later, and no stage merges it")
        .here("every stage leaves its part of `meta.json`")
        .help("add a stage with `build_artifacts: [finalize]`, or leave `delay_meta_merge` out")
}

pub(super) fn stages_in_a_circle(stages: &[Stage]) -> Diagnostic {
    let mut circle: Vec<&Stage> = stages.iter().filter(|stage| !stage.waits.is_empty()).collect();
    // Who waits for nobody of the circle only stands behind it.
    loop {
        let before = circle.len();
        let inside: Vec<Span> = circle.iter().map(|stage| stage.span).collect();
        circle.retain(|stage| stage.waits.iter().any(|other| inside.contains(&stages[*other].span)));
        if circle.len() == before {
            break;
        }
    }
    let span = circle.first().map_or(stages[0].span, |stage| stage.span);
    let found = Diagnostic::new(Code::P0734, span, "stages wait for each other in a circle").here("waits");
    let rest = circle.iter().skip(1).take(4);
    rest.fold(found, |found, stage| found.label(stage.span, "waits too"))
        .help("split a stage: each has to find what it needs when it begins, and gangplank waited an hour for it")
}

pub(super) fn not_a_value(action: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0735, span, format!("the template `{action}` is no value of the JobSpec"))
        .here("not carried over")
        .help("only values such as `{{ .JobSpec.Recipe.GitRef }}` become parameters; write the rest in the shell, or in the program")
}

pub(super) fn not_of_meta(action: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0735, span, format!("`{action}` is known only when the build is there"))
        .here("not carried over")
        .help("of `.Meta` only `BuildID` is an output of a task; ask for the rest in the script: `cosa meta --get-value KEY`")
}

pub(super) fn not_one_word(path: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0735, span, format!("`{path}` is no single value"))
        .here("a list or a map in a script")
        .help("name one value of it")
}

pub(super) fn unknown_in_template(name: &str, near: Option<&str>, span: Span) -> Diagnostic {
    let found = Diagnostic::new(Code::P0735, span, format!("templates know no `{name}`")).here("it failed when it ran");
    match near {
        Some(near) => found.help(format!("did you mean `{near}`? Templates use the names of the fields in Go")),
        None => found.help("templates use the names of the fields in Go, such as `.JobSpec.Recipe.GitURL`"),
    }
}

pub(super) fn unwritable() -> Diagnostic {
    Diagnostic::global(Code::P0736, "the program cannot be written: it would not be one").help(
        "a name or a text of the JobSpec is of a form that was not thought of; leave out stages until it is found",
    )
}

pub(super) fn refused(found: &Diagnostic, origin: Span) -> Diagnostic {
    let help = found.help.clone().map(|help| format!("{help}; ")).unwrap_or_default();
    Diagnostic::new(
        Code::P0736,
        origin,
        format!("what this becomes is refused ({}): {}", found.code.id(), found.message),
    )
    .here("it is made of this")
    .help(format!("{help}`pipec explain {}` says more", found.code.id()))
}

pub(super) fn number_contradicts(stage: &Stage, maker: &Stage, need: &At) -> Diagnostic {
    let (mine, theirs) = (stage.order, maker.order);
    Diagnostic::new(
        Code::P0737,
        stage.order_span,
        format!("`{}` stands in group {mine}, and needs `{}` of group {theirs}", stage.label, need.text),
    )
    .here("waited for an hour, then failed")
    .label(need.span, format!("needs `{}`", need.text))
    .label(maker.order_span, format!("`{}` makes it", maker.label))
    .help("the program has the real order; there are no numbers in it")
}

pub(super) fn built_in_wrong_order(was: &str, is: &str, span: Span, key: Span) -> Diagnostic {
    Diagnostic::new(Code::P0737, span, format!("`{was}` stands before `{is}`, which it needs"))
        .here("built in another order")
        .label(key, "of this list")
        .help("the program builds each behind what it needs")
}

pub(super) fn finalized_too_early(stage: &Stage, late: &Stage) -> Diagnostic {
    Diagnostic::new(
        Code::P0737,
        stage.order_span,
        format!("`{}` puts the build together before `{}` is done", stage.label, late.label),
    )
    .here(format!("group {}", stage.order))
    .label(late.order_span, format!("group {}", late.order))
    .help("the program does it when every other stage is done")
}

pub(super) fn dead(path: &str, why: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0738, span, format!("`{path}` never had an effect"))
        .here("nothing reads it")
        .help(format!("leave it out: {why}"))
}

pub(super) fn unread(path: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0738, span, format!("`{path}` is read by no command"))
        .here("only templates can reach it")
        .help("leave it out; a command that needs it becomes a task with a parameter")
}

pub(super) fn off_by_default(cloud: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0738, span, format!("`{cloud}` is described and not enabled"))
        .here("no `enabled`, which is `false`")
        .help("nothing is published there, and gangplank did not say so: write `enabled: true`, or leave the block out")
}

pub(super) fn published_but_off(cloud: &str, span: Span, off: Span) -> Diagnostic {
    Diagnostic::new(Code::P0738, span, format!("`{cloud}` is published to and not enabled"))
        .here("nothing is published")
        .label(off, "off here")
        .help("write `enabled: true`, or leave it out of `publish_artifacts`")
}

pub(super) fn in_no_stage(cloud: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0738, span, format!("`{cloud}` is enabled, and no stage publishes to it"))
        .here("nothing is published")
        .help(format!("write `publish_artifacts: [{cloud}]` into a stage, or leave the block out"))
}

pub(super) fn never_pushed(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0738, span, "no stage builds what the registries are for")
        .here("nothing is pushed")
        .help("the container is pushed by the stage that makes a new OSTree commit: add `build_artifacts: [base]`")
}

pub(super) fn made_already(name: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0738, span, format!("`{name}` is made already"))
        .here("not made again")
        .help("leave it out: all stages work in one directory, where it is")
}

pub(super) fn only_the_first(cloud: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0738, span, format!("only the first region of `{cloud}` is uploaded to"))
        .here("and not to this one")
        .help("leave it out; `cosa aws-replicate` copies images to other regions")
}

pub(super) fn added(name: &str, stage: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0739, span, format!("`{name}` is needed, and no stage makes it"))
        .here(format!("`{stage}` would wait for it"))
        .help(format!("the program makes it first; where it comes from an earlier run, put `cosa buildfetch` in the place of `{name}`"))
}

pub(super) fn was_escaped(path: &str, span: Span, template: Span) -> Diagnostic {
    Diagnostic::new(Code::P0739, span, format!("`{path}` was written into a script as HTML"))
        .here("has one of `& ' \" < > +`")
        .label(template, "by this template")
        .help("`&` came out as `&amp;` and so on; here a value reaches the script as it is")
}

pub(super) fn groovy_value(path: &str, text: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0739, span, format!("`{path}` was filled in by Groovy"))
        .here(format!("`{text}` is no value"))
        .help("it is a parameter without a value in the parameter file: give it in each run")
}

pub(super) fn groovy_in_command(inner: &str, name: &str, ty: &str, span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0739, span, format!("`${{{inner}}}` seems to be filled in by Groovy"))
        .here(format!("taken for the parameter `{name}: {ty}`"))
        .help("if it is a variable of the shell, put it back: a value of a parameter is never read as code")
}

pub(super) fn always_at_the_end(stage: &Stage) -> Diagnostic {
    Diagnostic::new(
        Code::P0739,
        stage.span,
        format!("the `post_commands` of `{}` run at the end of the whole run", stage.label),
    )
    .here("`post_always`, and more than one task")
    .help(
        "`finally` runs on every path, as they did; where other stages wait for them, call them in a task of their own",
    )
}

pub(super) fn build_is_fetched(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0739, span, "the earlier build is fetched from where builds are")
        .here("was copied from the object store")
        .help("there is no store of the tool any more: give `builds_url` in each run")
}

pub(super) fn inline_secret(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0739, span, "a secret stands in the JobSpec")
        .here("not carried over")
        .help("a program has names of secrets only: keep it in the engine, give its name, and change it, since it was in a file")
}

pub(super) fn token_secret(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0739, span, "the registry was pushed to with the token of the service account")
        .here("needs a secret of its own")
        .help("give the name of a secret with credentials for the registry")
}

pub(super) fn always_verified(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0739, span, "the registry was pushed to without looking at its certificate")
        .here("certificates are looked at")
        .help("give the container of COSA the certificate of the registry")
}

pub(super) fn workspace_holds_it(path: &str, first: Span, rest: &[(&str, Span)]) -> Diagnostic {
    let found =
        Diagnostic::new(Code::P0740, first, format!("`{path}` is left out: the workspace holds all files of the run"))
            .here("not needed");
    let shown = rest.iter().take(4);
    let found = shown.fold(found, |found, (_, span)| found.label(*span, "nor this"));
    let more = rest.len().saturating_sub(4);
    let more = if more == 0 { String::new() } else { format!(" (and {more} more)") };
    found.help(format!("no store and no tarballs of caches carry files from stage to stage{more}"))
}

pub(super) fn not_strict(span: Span) -> Diagnostic {
    Diagnostic::new(Code::P0740, span, "stages that are not written down are left out")
        .here("not `strict: true`")
        .help("gangplank also ran `*.cosa.sh` of the folder and the commands in `COSA_CMDS`: write them into stages")
}

fn meant_bool(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "y" | "on" | "true" => Some("true"),
        "no" | "n" | "off" | "false" => Some("false"),
        _ => None,
    }
}

fn shown(node: &Node) -> String {
    match &node.value {
        Yaml::Null => "nothing".to_owned(),
        Yaml::Bool(value) => format!("`{value}`"),
        Yaml::Int(value) => format!("the number `{value}`"),
        Yaml::Float(text) => format!("the number `{text}`"),
        Yaml::Text { text, .. } => format!("`{}`", text.lines().next().unwrap_or_default()),
        Yaml::List(_) => "a list".to_owned(),
        Yaml::Map(_) => "a map".to_owned(),
    }
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
