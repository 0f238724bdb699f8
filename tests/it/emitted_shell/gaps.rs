//! What the target refuses.

use pipec::diag::Diagnostics;
use pipec::diag::code::Code;
use pipec::emit::Target;
use pipec::emit::shell::Shell;
use pipec::plan::{Expr, Value};

use super::draft::Draft;

fn found(draft: &Draft) -> Vec<(Code, String)> {
    let mut out = Diagnostics::default();
    Shell.gaps(&draft.plan, &mut out);
    out.iter().map(|one| (one.code, one.message.clone())).collect()
}

#[test]
fn a_plan_of_everything_has_no_gap() {
    assert_eq!(found(&super::text::varied()), []);
}

#[test]
fn what_no_process_can_be_given_is_refused() {
    let mut draft = Draft::new();
    let env = vec![
        draft.env("UID", Expr::string("1000")),
        draft.env("LONG", Expr::string("x".repeat(131_068))),
        draft.env("NUL", Expr::string("a\0b")),
        draft.env("JUST_SHORT", Expr::string("x".repeat(131_060))),
    ];
    draft.with("a", "echo 'a\0b'\n", |task| task.steps[0].env = env);
    let messages = found(&draft);
    let expected = [
        (Code::P0602, "the script of step `run` has a NUL byte"),
        (Code::P0603, "the value of `LONG` is 131068 bytes long"),
        (Code::P0602, "the value of `NUL` has a NUL byte"),
        (Code::P0602, "`UID` is a variable that bash makes itself"),
    ];
    assert_eq!(messages, expected.map(|(code, text)| (code, text.to_owned())));
}

#[test]
fn no_jobs_at_all_is_refused() {
    let mut draft = Draft::new();
    let options = Value::Record(vec![("jobs".to_owned(), Value::Int(0))]);
    let span = draft.span();
    draft.plan.options.push(("shell".to_owned(), options, span));
    assert_eq!(found(&draft), [(Code::P0608, "`jobs` is less than 1".to_owned())]);
}
