//! Manifests of others: every rule given and nearly given, faults that were seeded, and what must be passed over.

mod admission;
mod builds;
mod numbers;
mod rules;
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use pipec::diag::code::Code;
use pipec::diag::{Diagnostic, Diagnostics, report};
use pipec::source::Sources;
use pipec::verify::bounds::{Bounds, Level, Version};
use proptest::prelude::*;

/// What is found in one text.
pub(crate) fn found(text: &str) -> Vec<Diagnostic> {
    found_in(&[text])
}

/// What is found in several texts together.
pub(crate) fn found_in(texts: &[&str]) -> Vec<Diagnostic> {
    found_at(texts, Bounds::default())
}

/// What is found in several texts together, for a cluster.
pub(crate) fn found_at(texts: &[&str], bounds: Bounds) -> Vec<Diagnostic> {
    let mut sources = Sources::default();
    let ids: Vec<_> = texts.iter().map(|text| (sources.add("manifest.yaml", *text), *text)).collect();
    let mut out = Diagnostics::default();
    pipec::verify::verify(&ids, bounds, &mut out);
    out.sorted().iter().cloned().collect()
}

/// What is emitted is right by the same rules, at the level that its program asks for. A run says itself which params and
/// workspaces a person must give; images, and whether several volumes may be used, are those of the program.
pub(crate) fn assert_clean(texts: &[&str]) {
    let asked = |kind: &str| -> String {
        let said = format!("give under spec.{kind}s: ");
        texts.iter().flat_map(|text| text.lines()).filter_map(|line| Some(line.split_once(&said)?.1)).collect()
    };
    let told = |one: &Diagnostic| {
        let name = one.message.rsplit('`').nth(1).unwrap_or_default();
        ["param", "workspace"].into_iter().any(|kind| {
            one.message.contains(&format!("is not given its {kind} "))
                && asked(kind).split([' ', ',', '.']).any(|word| word == name)
        })
    };
    let all = found_at(texts, Bounds { level: Level::Alpha, min_version: None });
    // An expression of ours is open to a value that no type allows; then the task that checks the parameters fails the run
    // before any other has started.
    let mut lines = texts.iter().flat_map(|text| text.lines());
    let checked = lines.any(|line| line.trim_start().starts_with("- name: check-params"));
    let is_ours = |one: &Diagnostic| {
        matches!(one.code, Code::P0663 | Code::P0665) || (one.code == Code::P0668 && checked) || told(one)
    };
    let left: Vec<_> = all.iter().filter(|one| !is_ours(one)).collect();
    assert!(left.is_empty(), "{left:#?}");
}

/// Bounds as a title or a page gives them: `--level alpha --min-version 0.56`.
pub(crate) fn bounds(text: &str) -> Bounds {
    let mut bounds = Bounds::default();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        match (word, words.next()) {
            ("--level", Some(level)) => {
                bounds.level = Level::ALL.into_iter().find(|one| one.word() == level).expect("a level");
            }
            ("--min-version", Some(version)) => bounds.min_version = Some(Version::read(version).expect("a version")),
            (word, _) => panic!("no bound: {word}"),
        }
    }
    bounds
}

/// `P0643 12: message` of each finding.
fn lines(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    sources.add("manifest.yaml", text);
    found(text).iter().map(|one| report::line(&sources, one)).collect()
}

fn folder(name: &str) -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verify").join(name);
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension != "md"));
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_seeded_fault_is_found_where_it_is_and_nothing_else() {
    let files = folder("seeded");
    assert!(files.len() >= 30, "{}", files.len());
    let mut wrong = Vec::new();
    for (path, text) in &files {
        let header = text.lines().nth(1).and_then(|line| line.strip_prefix("# finds: ")).expect("what is found");
        let (code, mark) = header.split_once(" at ").expect("a code and a place");
        let all = found(text);
        let place = |one: &Diagnostic| {
            let start = one.span().map_or(0, |span| span.start as usize);
            let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
            text[from..].lines().next().unwrap_or_default()
        };
        if all.is_empty()
            || !all.iter().all(|one| one.code.id() == code)
            || !all.iter().any(|one| place(one).contains(mark))
        {
            wrong.push(format!("{}: {header}\n{:#?}", path.display(), lines(text)));
        }
    }
    assert!(wrong.is_empty(), "{} of {} not found:\n{}", wrong.len(), files.len(), wrong.join("\n"));
}

#[test]
fn nothing_is_found_in_what_is_right() {
    for (path, text) in folder("valid") {
        assert_eq!(lines(&text), Vec::<String>::new(), "{}", path.display());
    }
}

/// What each finding must have, as in every other stage.
#[test]
fn every_finding_says_where_it_is_and_what_to_do() {
    for (path, text) in folder("seeded") {
        for one in found(&text) {
            let told = one.help.is_some() && one.labels.iter().all(|label| !label.text.is_empty());
            let starts = one.message.starts_with(|first: char| first.is_lowercase() || first == '`');
            assert!(told && starts, "{}: {one:?}", path.display());
        }
    }
}

/// A fix removes the finding.
#[test]
fn every_fix_mends_its_manifest() {
    let mut count = 0;
    for (path, text) in folder("seeded") {
        let all = found(&text);
        for fix in all.iter().flat_map(|one| &one.fixes) {
            let mut mended = text.clone();
            let mut edits = fix.edits.clone();
            edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
            edits
                .iter()
                .for_each(|edit| mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text));
            assert!(found(&mended).len() < all.len(), "{}: {}\n{:#?}", path.display(), fix.title, lines(&mended));
            count += 1;
        }
    }
    assert!(count >= 8, "{count}");
}

#[test]
fn documents_that_are_no_manifests_are_passed_over() {
    for text in ["", "---\n---\n", "a: 1\n", "- 1\n- 2\n", "kind: ConfigMap\napiVersion: v1\n", "kind: Task\n", "~"] {
        assert_eq!(lines(text), Vec::<String>::new(), "{text}");
    }
}

/// What takes a time that is not that of its length takes minutes here.
#[test]
fn long_manifests_take_as_long_as_they_are() {
    let head = |kind: &str| format!("apiVersion: tekton.dev/v1\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n");
    let line = "        echo $(params.p) $(params.p)\n";
    let task = "  params: [{name: p}]\n  steps:\n    - name: a\n      image: i:1\n      script: |\n";
    let script = format!("{}{task}{}", head("Task"), line.repeat(3000));
    assert_eq!(lines(&script), Vec::<String>::new());
    let mut pipeline = head("Pipeline") + "  workspaces: [{name: w}]\n  tasks:\n    - {name: t0, taskRef: {name: t}}\n";
    for at in 1..10_000 {
        let before = at - 1;
        pipeline += &format!(
            "    - name: t{at}\n      taskRef: {{name: t}}\n      params: [{{name: p, value: $(tasks.t{before}.results.r)}}]\n      workspaces: [{{name: w, subPath: $(tasks.t{before}.results.r)}}]\n"
        );
    }
    let start = std::time::Instant::now();
    assert_eq!(lines(&pipeline), Vec::<String>::new());
    let open = format!("{}{task}        {}\n", head("Task"), "$(params.p".repeat(200_000));
    assert_eq!(found(&open).len(), 1);
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

/// Pieces that the rules look for, put together at random.
fn piece() -> impl Strategy<Value = String> {
    let words = [
        "apiVersion: tekton.dev/v1\n",
        "kind: Task\n",
        "kind: Pipeline\n",
        "kind: PipelineRun\n",
        "metadata:\n",
        "  name: a\n",
        "spec:\n",
        "  steps:\n",
        "  tasks:\n",
        "  - name: b\n",
        "    script: |\n",
        "      $(params.",
        "x)",
        "[*]",
        "$(tasks.b.results.",
        "$(",
        ")",
        "    image: c\n",
        "  params:\n",
        "    value: ",
        "010",
        "yes",
        "&a ",
        "*a",
        "<<: ",
        "{{ x }}",
        "---\n",
        "\u{e9}",
        "\t",
        "    when:\n",
        "    - input: ",
        "[",
        "{",
        "\"",
        "    timeout: ",
        "1h",
        "    matrix:\n",
        "      runAfter: [b]\n",
        "\r\n",
        "!!str ",
        "- ",
        ": ",
        "\n",
    ];
    proptest::collection::vec(proptest::sample::select(words.to_vec()), 0..60).prop_map(|all| all.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![piece(), "\\PC{0,200}"]) {
        found(&text);
    }

    /// A file that is right, with a piece cut out and another put in.
    #[test]
    fn no_damage_makes_it_panic(start in 0_usize..5000, length in 0_usize..60, more in piece()) {
        let (_, mut text) = folder("valid").swap_remove(0);
        let at = |at: usize| text.floor_char_boundary(at.min(text.len()));
        let (start, end) = (at(start), at(start + length));
        text.replace_range(start..end, &more);
        for one in found(&text) {
            let span = one.span().expect("a place");
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some(), "{one:?}");
        }
    }
}
