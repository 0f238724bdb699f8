//! P0553 to P0555: who asks for KVM, and who needs it. The library says of commands that they do.

use super::{found, found_with, mended, pipeline, words};

const LIBRARY: &str = "artifact A\ncommand \"boot\" needs kvm\ncommand \"boot --remote\"\ncommand \"mk\" makes A needs kvm\ncommand \"show\"\n";

/// A task of a library that has an end.
fn task(fields: &str) -> String {
    endless(&format!("    timeout: 1h\n{fields}"))
}

fn endless(fields: &str) -> String {
    format!("{LIBRARY}task t() {{\n    image: \"a/b:1\"\n{fields}\n}}\n")
}

#[test]
fn what_needs_it_asks_for_it() {
    for run in ["boot", "sudo /usr/bin/boot disk", "true && boot", "show; mk", "echo $(boot)"] {
        let said = found(&task(&format!("    run: \"{run}\"")));
        assert!(said.len() == 1 && said[0].starts_with("P0554"), "{run}: {said:?}");
        assert_eq!(found(&task(&format!("    needs: {{ kvm: true }}\n    run: \"{run}\""))), [""; 0], "{run}");
    }
    for run in ["show", "echo boot", "boot --remote=x y", "boot y --remote", "reboot", "# boot"] {
        assert_eq!(found(&task(&format!("    run: \"{run}\""))), [""; 0], "{run}");
    }
}

#[test]
fn other_scripts_of_the_task_count_and_other_interpreters_do_not() {
    assert!(found(&task("    run: \"show\"\n    cleanup: \"boot\""))[0].starts_with("P0554"));
    assert!(found(&task("    step a { run: \"show\" }\n    step b { run: \"boot\" }"))[0].starts_with("P0554"));
    assert_eq!(found(&task("    shell: \"python3\"\n    run: \"boot\"")), [""; 0]);
}

#[test]
fn asking_is_mended_wherever_it_is_missing() {
    assert_eq!(
        mended(&task("    run: \"boot\"")),
        task("    run: \"boot\"").replace("    image", "    needs: { kvm: true }, image")
    );
    let some = task("    needs: { cpu: 1 }\n    run: \"boot\"");
    assert_eq!(mended(&some), some.replace("{ cpu", "{ kvm: true, cpu"));
    let off = task("    needs: { kvm: false }\n    run: \"boot\"");
    assert_eq!(mended(&off), off.replace("false", "true"));
}

#[test]
fn a_call_and_the_defaults_may_ask() {
    let t = task("    run: \"boot\"");
    assert_eq!(found(&(t.clone() + &pipeline("", "    t() { needs: { kvm: true }, timeout: 1h }\n"))), [""; 0]);
    assert_eq!(
        found(&(t.clone() + &pipeline("", "    defaults { needs: { kvm: true }, timeout: 1h }\n    t()\n"))),
        [""; 0]
    );
    let both = found(&(t + &pipeline("", "    a = t()\n    b = t()\n")));
    assert_eq!(both.len(), 1, "once, at the command: {both:?}");
}

#[test]
fn a_call_may_take_it_from_a_task_of_a_module() {
    let module = ("m.pipe", task("    needs: { kvm: true }\n    run: \"boot\""));
    let module = [(module.0, module.1.as_str())];
    let text = format!("use m\n{}", pipeline("", "    m.t() { needs: { kvm: false } }\n"));
    assert_eq!(found_with(&text, &module), ["P0554 false"]);
    assert_eq!(found_with(&format!("use m\n{}", pipeline("", "    m.t()\n")), &module), [""; 0]);
}

#[test]
fn what_does_not_need_it_does_not_ask() {
    let asks = "    needs: { kvm: true, cpu: 1 }\n";
    for run in ["show", "show x | grep y > z", "set -x; boot --remote", "cd x && show"] {
        assert_eq!(found(&task(&format!("{asks}    run: \"{run}\""))), ["P0553 true"], "{run}");
    }
    for run in ["show; other", "boot", "./show.sh", "x=1; $tool", "eval show"] {
        assert_eq!(found(&task(&format!("{asks}    run: \"{run}\""))), [""; 0], "{run}");
    }
    assert_eq!(found(&task(&format!("{asks}    shell: \"python3\"\n    run: \"show\""))), [""; 0]);
    let open = format!(
        "{LIBRARY}{}",
        pipeline("k: bool", "    task t { image: \"a/b:1\", needs: { kvm: k }, timeout: 1h, run: \"show\" }\n")
    );
    assert_eq!(found(&open), [""; 0]);
}

#[test]
fn defaults_are_for_all_tasks() {
    let text =
        task("    run: \"show\"") + &pipeline("", "    defaults { needs: { kvm: true }, timeout: 1h }\n    t()\n");
    assert_eq!(found(&text), [""; 0]);
}

#[test]
fn kvm_has_an_end() {
    let asks = "    needs: { kvm: true }\n    run: \"boot\"";
    assert_eq!(found(&endless(asks)), ["P0555 t"]);
    assert_eq!(found(&(endless(asks) + &pipeline("", "    t() { timeout: 1h }\n"))), [""; 0]);
    assert_eq!(found(&(endless(asks) + &pipeline("", "    defaults { timeout: 1h }\n    t()\n"))), [""; 0]);
    assert_eq!(found(&(endless(asks) + &pipeline("", "    a = t()\n    b = t() { timeout: 1h }\n"))), ["P0555 t"]);
    let module = ("m.pipe", endless(asks));
    let text = format!("use m\n{}", pipeline("", "    x = m.t()\n"));
    assert_eq!(found_with(&text, &[(module.0, &module.1)]), ["P0555 x = m.t"]);
    assert_eq!(found(&task("    run: \"show\"")), [""; 0]);
}

#[test]
fn the_library_knows_what_its_commands_need() {
    let text = |run: &str, needs: &str| {
        format!(
            "use std.cosa\n{}",
            pipeline(
                "w: workspace",
                &format!(
                    "    task t {{\n        image: cosa.cosa_image\n        {needs}timeout: 1h\n        workdir: w\n        run: \"{run}\"\n    }}\n"
                )
            )
        )
    };
    for run in ["cosa init x && cosa build", "cosa fetch", "cosa kola run", "cosa kola --upgrades"] {
        let said: Vec<_> = found(&text(run, "")).into_iter().filter(|one| one.starts_with("P0554")).collect();
        assert_eq!(said.len(), 1, "{run}");
    }
    for run in
        ["cosa init https://x", "cosa meta --dump", "cosa kola run --platform=aws", "cosa kola -p aws run", "cosa list"]
    {
        let said: Vec<_> = found(&text(run, "")).into_iter().filter(|one| one.starts_with("P055")).collect();
        assert_eq!(said, [""; 0], "{run}");
        let said: Vec<_> = found(&text(run, "needs: { kvm: true }\n        "))
            .into_iter()
            .filter(|one| one.starts_with("P055"))
            .collect();
        assert_eq!(said, ["P0553 true"], "{run}");
    }
}

#[test]
fn a_command_needs_kvm_and_nothing_else() {
    assert_eq!(found("command \"x\" needs kwm\n"), ["P0204 kwm"]);
    assert_eq!(found("command \"x\" needs memory\n"), ["P0204 memory"]);
    assert_eq!(found("command \"x\"\ncommand \"y\" needs kvm\n"), [""; 0]);
}

#[test]
fn it_says_who_says_so() {
    let text = task("    needs: { cpu: 1 }\n    run: \"boot\"")
        + &task("    needs: { kvm: true }\n    run: \"show\"").replace(LIBRARY, "").replace("task t", "task u");
    insta::assert_snapshot!(words(&text));
}
