//! What the layout looks like: each input in tests/format, named as a sentence, with the expected text beside it.

use std::fs;
use std::path::Path;

use super::common::{formatted, holds};

#[test]
fn every_input_comes_out_as_the_text_beside_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format");
    let mut inputs: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    inputs.retain(|path| path.extension().is_some_and(|extension| extension == "pipe"));
    inputs.sort();
    assert!(inputs.len() > 8, "{}", inputs.len());
    for path in inputs {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let after = formatted(&text).unwrap_or_else(|| panic!("{name} reads"));
        holds(&name, &text, &after);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, after));
    }
}

#[test]
fn lines_end_as_the_first_one_does() {
    let returns = "const a: int = 1\r\nconst b: string = \"\"\"\r\n  x\r\n  \"\"\"\r\n";
    let after = formatted(returns).unwrap();
    assert_eq!(after, "const a: int = 1\r\n\r\nconst b: string = \"\"\"\r\n    x\r\n\"\"\"\r\n");
    assert_eq!(formatted("const a: int = 1\nconst b: int = 2\r\n").unwrap(), "const a: int = 1\nconst b: int = 2\n");
}

#[test]
fn a_byte_order_mark_goes_and_a_last_line_end_comes() {
    assert_eq!(formatted("\u{feff}//! doc\nconst a: int = 1").unwrap(), "//! doc\nconst a: int = 1\n");
    assert_eq!(formatted("").unwrap(), "");
    assert_eq!(formatted(" \n\n\t").unwrap(), "");
    assert_eq!(formatted("\n\n// only this  ").unwrap(), "// only this\n");
}

#[test]
fn syntax_errors_are_reported_at_their_own_places_and_nothing_is_laid_out() {
    let mut out = pipec::diag::Diagnostics::default();
    let text = "const a: int = 1\r\nconst b: int = = 2\r\n";
    assert_eq!(pipec::syntax::format::format(pipec::source::FileId(7), text, &mut out), None);
    let places: Vec<_> = out.iter().filter_map(|found| found.span()).map(|span| &text[span.start as usize..]).collect();
    assert_eq!(places, ["= 2\r\n"]);
}

#[test]
fn a_name_in_the_wrong_case_is_no_reason_to_leave_a_file_alone() {
    assert_eq!(formatted("const  Wrong :int=1").unwrap(), "const Wrong: int = 1\n");
}
