//! `// pipec: allow(…) because …`

use pipec::query::Analysis;

use super::{PIPELINE, Project, alone, checked};

#[test]
fn an_allowed_finding_is_gone_by_code_and_by_name() {
    assert_eq!(alone(&format!("use std.cosa\n{PIPELINE}")), ["a.pipe:1:1: warning[P0254]"]);
    for comment in ["allow(P0254) because x", "allow(unused-import) because x", "allow( p0254 , ) because  it is so"] {
        assert_eq!(alone(&format!("use std.cosa // pipec: {comment}\n{PIPELINE}")), [""; 0], "{comment}");
        assert_eq!(alone(&format!("// pipec: {comment}\nuse std.cosa\n{PIPELINE}")), [""; 0], "{comment}");
        assert_eq!(alone(&format!("//! pipec: {comment}\nuse std.cosa\n{PIPELINE}")), [""; 0], "{comment}");
    }
}

#[test]
fn one_that_allows_nothing_is_reported() {
    assert_eq!(
        alone(&format!("use std.cosa\n// pipec: allow(unused-import) because x\n{PIPELINE}")),
        ["a.pipe:1:1: warning[P0254]", "a.pipe:2:1: warning[P0723]"]
    );
    assert_eq!(alone(&format!("//! pipec: allow(P0254) because x\n{PIPELINE}")), ["a.pipe:1:1: warning[P0723]"]);
}

#[test]
fn the_inner_of_two_counts() {
    let text = format!("//! pipec: allow(P0254) because x\nuse std.cosa // pipec: allow(P0254) because y\n{PIPELINE}");
    assert_eq!(alone(&text), ["a.pipe:1:1: warning[P0723]"]);
}

#[test]
fn a_part_of_a_list_may_be_unused() {
    let text = format!("use std.cosa // pipec: allow(P0254, unused-allow) because x\n{PIPELINE}");
    assert_eq!(alone(&text), ["a.pipe:1:37: warning[P0723]"]);
    assert_eq!(mended(&text), format!("use std.cosa // pipec: allow(P0254) because x\n{PIPELINE}"));
    let text = format!("use std.cosa // pipec: allow(unused-allow, P0254) because x\n{PIPELINE}");
    assert_eq!(mended(&text), format!("use std.cosa // pipec: allow(P0254) because x\n{PIPELINE}"));
}

#[test]
fn the_fix_takes_the_comment_away_and_its_line_if_it_stands_alone() {
    let text = format!("// pipec: allow(P0254) because x\n{PIPELINE}");
    assert_eq!(mended(&text), PIPELINE);
    let text = PIPELINE.replace("ci() {\n", "ci() { // pipec: allow(P0254) because x\n");
    assert_eq!(mended(&text), PIPELINE);
    assert_eq!(mended(&format!("{PIPELINE}    // pipec: allow(P0254) because x")), PIPELINE);
    let text = format!("// pipec: allow(P0254) because x\r\n{PIPELINE}");
    assert_eq!(mended(&text), PIPELINE);
}

/// After the fix of the one finding.
#[track_caller]
fn mended(text: &str) -> String {
    let analysis = Analysis::open(&Project::new(&[("a.pipe", text)]), "a.pipe");
    let found: Vec<_> = analysis.diagnostics.iter().collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    let edit = &found[0].fixes[0].edits[0];
    let mut text = text.to_owned();
    text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
    text
}

#[test]
fn that_it_is_unused_can_be_allowed_too() {
    let both = "//! pipec: allow(unused-allow) because x\n// pipec: allow(P0254) because y\n";
    assert_eq!(alone(&format!("{both}{PIPELINE}")), [""; 0]);
    let one = format!("//! pipec: allow(unused-allow) because x\n{PIPELINE}");
    assert_eq!(alone(&one), ["a.pipe:1:1: warning[P0723]"]);
}

#[test]
fn a_lint_that_did_not_run_has_no_unused_comment() {
    let text = "// pipec: allow(P0254) because x\npipeline ci() {\n    f()\n}\n";
    assert_eq!(alone(text), ["a.pipe:3:5: error[P0201]"]);
}

#[test]
fn a_comment_without_reason_is_an_error_and_holds_all_the_same() {
    for rest in ["", " because", " because  ", " becuase x", " x", " becausex"] {
        let text = format!("use std.cosa // pipec: allow(P0254){rest}\n{PIPELINE}");
        assert_eq!(alone(&text), ["a.pipe:1:14: error[P0724]"], "{rest:?}");
    }
}

#[test]
fn what_the_compiler_does_not_understand_is_an_error() {
    for words in
        ["allow", "allow P0254", "allow()", "allow(,)", "allow(P0254", "", "deny(P0254) because x", "alow(P0254)"]
    {
        let text = format!("{PIPELINE}// pipec: {words}\n");
        assert_eq!(alone(&text), ["a.pipe:4:1: error[P0724]"], "{words:?}");
    }
    assert_eq!(alone(&format!("/// pipec: allow(P0254) because x\n{PIPELINE}")), ["a.pipe:1:1: error[P0724]"]);
    assert_eq!(alone(&format!("// pipec is a compiler\n// pipec\n{PIPELINE}")), [""; 0]);
}

#[test]
fn an_error_cannot_be_allowed_and_an_unknown_code_is_named() {
    let text = format!("// pipec: allow(P0204, unusedimport, all) because x\n{PIPELINE}");
    let places = ["a.pipe:1:17: error[P0722]", "a.pipe:1:24: error[P0722]", "a.pipe:1:38: error[P0722]"];
    assert_eq!(alone(&text), places);
    let analysis = Analysis::open(&Project::new(&[("a.pipe", &text)]), "a.pipe");
    let found: Vec<_> = analysis.diagnostics.iter().collect();
    assert_eq!(found[0].message, "`P0204` cannot be allowed");
    assert!(found[1].help.as_deref().unwrap().starts_with("did you mean `unused-import`?"));
    assert_eq!(found[1].fixes[0].edits[0].text, "unused-import");
}

#[test]
fn a_module_obeys_its_own_comments() {
    // What is wrong with a comment of a module is found where it stands; what it allows is not unused for its users.
    let module = "// pipec: allow(P0254) because x\nconst c: int = 1\n";
    let root = format!("use lib\n{}", PIPELINE.replace("make\"", "make -j~{lib.c}\""));
    assert_eq!(checked(&[("a.pipe", &root), ("lib.pipe", module)], ""), [""; 0]);
    let module = "// pipec: allow(P0254)\nconst c: int = 1\n";
    assert_eq!(checked(&[("a.pipe", &root), ("lib.pipe", module)], ""), ["lib.pipe:1:1: error[P0724]"]);
    let root = format!("//! pipec: allow(P0254) because x\nuse lib\n{PIPELINE}");
    assert_eq!(checked(&[("a.pipe", &root), ("lib.pipe", "use std.cosa\nconst c: int = 1\n")], ""), [""; 0]);
}

#[test]
fn what_is_denied_can_still_be_allowed_in_place() {
    let text = format!("use std.cosa // pipec: allow(P0254) because x\n{PIPELINE}");
    assert_eq!(checked(&[("a.pipe", &text)], "[lints]\nall = \"deny\"\n"), [""; 0]);
    assert_eq!(checked(&[("a.pipe", &text)], "[lints]\nall = \"allow\"\n"), [""; 0]);
}
