//! P0556 and P0557: memory that nobody asks for, and exit codes that nobody reads.

use super::{found, mended, pipeline};

const LIBRARY: &str = "command \"build\" { needs: { memory: 8Gi } }\ncommand \"show\"\n\
command \"try\" { exits: { 77: \"only warnings\", 78: \"nothing to do\" } }\n";

fn task(fields: &str) -> String {
    format!("{LIBRARY}task t() {{\n    image: \"a/b:1\"\n{fields}\n}}\n")
}

#[test]
fn what_needs_memory_asks_for_it() {
    let text = task("    run: \"build\"");
    assert_eq!(found(&text), ["P0556 build"]);
    assert_eq!(mended(&text), text.replace("    image", "    needs: { memory: 8Gi }, image"));
    let some = task("    needs: { cpu: 1 }\n    run: \"show; build\"");
    assert_eq!(mended(&some), some.replace("{ cpu", "{ memory: 8Gi, cpu"));
    assert_eq!(found(&task("    needs: { memory: 8Gi }\n    run: \"build\"")), [""; 0]);
    assert_eq!(found(&task("    run: \"show build\"")), [""; 0]);
    let t = task("    run: \"build\"");
    assert_eq!(found(&(t.clone() + &pipeline("", "    defaults { needs: { memory: 9Gi } }\n    t()\n"))), [""; 0]);
    assert_eq!(found(&(t + &pipeline("m: size", "    t() { needs: { memory: m } }\n"))), [""; 0]);
}

#[test]
fn an_exit_code_that_means_something_is_read() {
    let text = task("    run: \"try\"\n    on_exit: { 78: .skip }");
    assert_eq!(found(&text), ["P0557 try"]);
    assert_eq!(mended(&text), text.replace(".skip", ".skip, 77: .warn"));
    let none = task("    run: \"try\"").replace("77: \"only warnings\", ", "");
    assert_eq!(mended(&none), none.replace("    image", "    on_exit: { 78: .warn }, image"));
    assert_eq!(found(&task("    run: \"try\"\n    on_exit: { 78: .skip, 77: .fail }")), [""; 0]);
    // After the task, its exit code is that of nothing.
    assert_eq!(found(&task("    run: \"show\"\n    cleanup: \"try\"")), [""; 0]);
}
