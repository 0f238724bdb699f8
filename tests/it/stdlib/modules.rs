//! What the modules declare: every task is called by the tests, everything is documented, and every target takes all of it.

use std::collections::BTreeSet;

use super::generation::{Generation, LEGACY, OSBUILD, emitted, planned};

/// The names that a module declares behind a word.
fn declared(generation: Generation, word: &str) -> BTreeSet<&'static str> {
    let lines = generation.text().lines().filter_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    lines.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()).collect()
}

#[test]
fn every_task_is_called() {
    for (generation, count) in [(LEGACY, 81), (OSBUILD, 104)] {
        let text = generation.every();
        let called: BTreeSet<&str> = text
            .split("cosa.")
            .filter_map(|rest| rest.split_once('('))
            .map(|(name, _)| name)
            .filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '_'))
            .collect();
        let tasks = declared(generation, "task");
        let missing: Vec<&&str> = tasks.iter().filter(|task| !called.contains(**task)).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", generation.module);
        assert!(tasks.len() >= count, "{}: {}", generation.module, tasks.len());
    }
}

#[test]
fn everything_is_documented() {
    for generation in [LEGACY, OSBUILD] {
        let mut before = "";
        for line in generation.text().lines() {
            let word = line.split(' ').next().unwrap();
            if matches!(word, "task" | "fn" | "const" | "enum" | "type" | "artifact" | "record") {
                assert!(before.starts_with("///"), "{}: {line}", generation.module);
            }
            before = line;
        }
    }
}

/// What both have is called alike, so that `as cosa` moves a program.
#[test]
fn a_program_moves_from_one_generation_to_the_other() {
    let body = r#"
pipeline move_me(key: secret) {
    workspace srv { size: 60Gi }
    src    = cosa.init(srv, url: "https://example.com/config", branch: "main")
    base   = cosa.build(src)
    packed = cosa.compress(base.ostree)
    up     = cosa.upload(packed, path: "bucket/p", aws: key)
    cosa.sign(up, base.build_id, s3: "bucket/p", aws: key)
}
"#;
    for generation in [LEGACY, OSBUILD] {
        let (_, plan, found) = planned(&format!("{}{body}", generation.head()), &[]);
        assert_eq!((found, plan.unwrap().tasks().count()), (Vec::new(), 5));
    }
}

/// The mend of a misspelt module takes the place of all its words.
#[test]
fn a_misspelt_module_is_mended_whole() {
    let text = "use std.cosa.osbuld\npipeline p() {\n    workspace srv { size: 1Gi }\n}\n";
    let (analysis, ..) = planned(text, &[]);
    let found = analysis.diagnostics.iter().find(|found| found.code == pipec::diag::code::Code::P0205).unwrap();
    let edit = &found.fixes[0].edits[0];
    assert_eq!((analysis.sources.text(edit.span), &*edit.text), ("cosa.osbuld", "cosa.osbuild"));
}

#[test]
fn every_target_takes_every_task() {
    for (generation, rows) in [
        (LEGACY, [("x86_64", "aws"), ("aarch64", "gcp"), ("s390x", "ibmcloud"), ("ppc64le", "powervs")]),
        (OSBUILD, [("x86_64", "vultr"), ("aarch64", "hetzner"), ("s390x", "kubevirt"), ("riscv64", "metal")]),
    ] {
        for (arch, platform) in rows {
            for target in ["shell", "tekton", "buildconfig"] {
                let values = [("arch", arch), ("platform", platform), ("key", "keys")];
                let bundle = emitted(&generation.every(), target, &values);
                assert!(!bundle.files.is_empty(), "{target} {arch}");
            }
        }
    }
}
