//! Every line of what is emitted leads back to the program.

use pipec::emit::why::origins;

use crate::program;

const PROGRAM: &str = r#"pipeline ci(tag: string = "x") {
    defaults { image: "quay.io/a/b:1" }
    task one -> (text: string) {
        run: """
            echo first >~{out.text}
            """
    }
    task two {
        run: """
            echo second ~{one.text}
            """
    }
    when tag != "no" {
        task three {
            run: """
                echo third
                """
        } after two
    }
}
"#;

#[test]
fn a_line_of_a_script_of_a_manifest_leads_to_its_task() {
    let bundle = program::Made::new(PROGRAM).bundle(&pipec::emit::tekton::Tekton);
    assert_eq!(why(&bundle, "echo first"), [4]);
    assert_eq!(why(&bundle, "echo second"), [9]);
    assert_eq!(why(&bundle, "- name: three"), [14]);
    assert_eq!(why(&bundle, "kind: Pipeline\n"), [1]);
}

#[test]
fn a_line_of_a_shell_script_leads_to_the_tasks_that_run_it() {
    let bundle = program::Made::new(PROGRAM).bundle(&pipec::emit::shell::Shell);
    assert_eq!(why(&bundle, "echo first"), [3]);
    assert_eq!(why(&bundle, "echo third"), [14]);
    assert_eq!(why(&bundle, "outputs text"), [3]);
    assert_eq!(why(&bundle, " result one text"), [8]);
    assert!(why(&bundle, "run_phase() {").is_empty(), "the runner is the same in every script");
}

#[test]
fn a_line_of_a_build_leads_to_its_task() {
    let bundle = program::Made::new(PROGRAM).bundle(&pipec::emit::buildconfig::BuildConfig);
    assert_eq!(why(&bundle, "echo second"), [8]);
    assert!(origins("", 1).is_empty() && origins("a\n", 2).is_empty() && origins("a\n", 0).is_empty());
}

/// The lines of the program that the first line with the text in it leads back to.
fn why(bundle: &pipec::emit::Bundle, text: &str) -> Vec<usize> {
    let file = bundle.files.iter().find(|file| file.text.contains(text)).unwrap_or_else(|| panic!("nowhere: {text}"));
    let at = file.text.find(text).unwrap();
    let found = origins(&file.text, file.text[..at].matches('\n').count() + 1);
    found.iter().map(|origin| origin.strip_prefix("ci.pipe:").unwrap().parse().unwrap()).collect()
}
