//! What the run of a program has to be, whoever runs it: what is the same everywhere could be wrong everywhere.

use super::case::Case;
use super::told::Told;
use super::{judge, run_all, store};
use crate::object_store::Server;

/// Begins, does, ends.
fn task(name: &str, fields: &str, run: &str) -> String {
    format!(
        "    task {name} {{\n        image: \"quay.io/a/b:1.0\"\n        {fields}\n        run: \"\"\"\n            \
         echo \"B {name}/run\" >> \"$PARITY/log\"\n            {run}\n            \
         echo \"E {name}/run 0\" >> \"$PARITY/log\"\n        \"\"\"\n    }}\n"
    )
}

fn program(body: &str, last: &str, server: &Server) -> String {
    let store = store(server);
    let last = if last.is_empty() { String::new() } else { format!("    finally {{\n{}    }}\n", last) };
    format!("pipeline fixed() {{\n    target buildconfig {{ at_once: 1, {store} }}\n{body}{last}}}\n")
}

/// All three do the same, which is what is looked at.
#[track_caller]
fn agreed(case: &Case) -> Told {
    let top = tempfile::tempdir().unwrap();
    let (mut all, spec) = run_all(&top.path().canonicalize().unwrap(), case);
    let found = judge(case, &all, &spec);
    assert!(found.is_empty(), "{}\n{}\n{}", case.name, case.text, found.join("\n"));
    assert_eq!(all.len(), 3, "{}", case.name);
    all.remove(0)
}

fn states(told: &Told) -> Vec<(&str, &str, i32)> {
    told.tasks.iter().map(|(name, task)| (name.as_str(), task.state.as_str(), task.code)).collect()
}

const LAST: &str = "        task last { image: \"quay.io/a/b:1.0\", run: \"echo B last/~{outcome},~{first.status},~{second.status} >> \\\"$PARITY/log\\\"; echo E last/run 0 >> \\\"$PARITY/log\\\"\" }\n";

#[test]
fn capability_3_8_a_failure_stops_what_has_not_begun_and_finally_runs() {
    let Some(server) = Server::start() else { return };
    let body =
        [task("first", "cleanup: \"echo C first/end >> \\\"$PARITY/log\\\"\"", "exit 42"), task("second", "", "true")];
    let told = agreed(&Case::new("failure", &program(&body.concat(), LAST, &server)));
    assert_eq!((told.exit, told.outcome.as_str()), (42, "failed"), "{told:#?}");
    assert_eq!(states(&told), [("first", "failed", 42), ("last", "succeeded", 0), ("second", "cancelled", 0)]);
    assert_eq!(told.log, ["B first/run", "C first/end", "B last/failed,failed,cancelled", "E last/run 0"]);
}

#[test]
fn capability_2_8_exit_codes_mean_what_the_program_says() {
    let Some(server) = Server::start() else { return };
    let fields = "on_exit: { 3: .warn, 4: .skip, 5: .ok, 6: .fail }";
    let mut body =
        task("warned", fields, "exit 3") + &task("skipped", fields, "exit 4") + &task("fine", fields, "exit 5");
    body += &task("failed", &format!("{fields}\n        on_failure: .go_on"), "exit 6");
    let told = agreed(&Case::new("codes", &program(&body, "", &server)));
    assert_eq!((told.exit, told.outcome.as_str()), (0, "succeeded"), "{told:#?}");
    let states: Vec<(&str, &str)> = states(&told).into_iter().map(|(name, state, _)| (name, state)).collect();
    assert_eq!(states, [("failed", "failed"), ("fine", "succeeded"), ("skipped", "skipped"), ("warned", "succeeded")]);
    assert!(told.tasks["warned"].warning && !told.tasks["fine"].warning);
}

#[test]
fn capability_2_17_time_limits_and_retries() {
    let Some(server) = Server::start() else { return };
    let again = "n=$(ls \"$PARITY\" | grep -c try || true); touch \"$PARITY/try$n\"; [ \"$n\" -ge 2 ] || exit 6";
    let body = task("again", "retries: 2, retry_delay: 10ms", again)
        + &task("limited", "timeout: 2s, cleanup: \"echo C limited/end >> \\\"$PARITY/log\\\"\"", "sleep 60");
    let told = agreed(&Case::new("limits", &program(&body, "", &server)));
    assert_eq!(told.exit, 124, "{told:#?}");
    assert_eq!(states(&told), [("again", "succeeded", 0), ("limited", "failed", 124)]);
    assert_eq!(told.tasks["again"].attempts, Some(3));
    assert_eq!(told.log.last().map(String::as_str), Some("C limited/end"));
}

#[test]
fn capability_3_12_a_cancelled_run_cleans_up_and_ends_with_143() {
    let Some(server) = Server::start() else { return };
    let held = "echo \"H second/run\" >> \"$PARITY/log\"; sleep 60";
    let mut body =
        task("first", "", "true") + &task("second", "cleanup: \"echo C second/end >> \\\"$PARITY/log\\\"\"", held);
    body += &task("third", "", "true");
    let mut case = Case::new("cancelled", &program(&body, LAST, &server));
    case.cancel_at = Some("H second/run".to_owned());
    let told = agreed(&case);
    assert_eq!((told.exit, told.outcome.as_str()), (143, "cancelled"), "{told:#?}");
    let states: Vec<(&str, &str)> = states(&told).into_iter().map(|(name, state, _)| (name, state)).collect();
    let wanted = [("first", "succeeded"), ("last", "succeeded"), ("second", "cancelled"), ("third", "cancelled")];
    assert_eq!(states, wanted);
    let log = ["B first/run", "E first/run 0", "B second/run", "H second/run", "C second/end"];
    assert_eq!(told.log[..5], log);
    assert_eq!(told.log[5..], ["B last/cancelled,succeeded,cancelled", "E last/run 0"]);
}

/// A condition is asked first: what will not run in any case has no need of what is not there, nor have its readers.
#[test]
fn capability_3_8_what_will_not_run_is_not_skipped_for_want_of_what_it_reads() {
    let Some(server) = Server::start() else { return };
    for (how, states) in [("true", ["skipped", "skipped"]), ("false", ["skipped", "succeeded"])] {
        let made = |name: &str, fields: &str, run: &str| task(name, fields, run).replacen(" {", " -> (x: string) {", 1);
        let reads = made("reads", "", "printf %s ~{bad.x} > ~{out.x}");
        let body = [
            made("bad", "on_failure: .go_on", "exit 3"),
            made("asked", "", "printf true > ~{out.x}"),
            format!("    when asked.x == \"{how}\" {{\n{reads}    }}\n"),
            task("behind", "", ": ~{reads.x ?? \"none\"}"),
        ];
        let told = agreed(&Case::new("lacking", &program(&body.concat(), "", &server)));
        assert_eq!([&told.tasks["reads"].state, &told.tasks["behind"].state], states, "{how}: {told:#?}");
        assert_eq!(told.exit, 0);
    }
}
