//! Large programs for benches and tests: the same text for the same number.
#![allow(unreachable_pub, reason = "a module of several binaries, none of which has a door")]

use std::fmt::Write as _;

/// How many parameters decide over the tasks inside `when`.
const FLAGS: usize = 8;
/// Tasks that do not depend on each other.
const LAYER: usize = 10;

/// A program with this many tasks in layers of ten. Each task waits for one to three of the layer before, most by its
/// outputs, some by `after`; every tenth stands inside a `when`, and nothing outside reads its outputs.
#[must_use]
pub fn generate(tasks: usize) -> String {
    let mut text = String::with_capacity(tasks * 440 + 1000);
    text.push_str("//! Generated: layers of tasks that read what the layer before has written.\n");
    text.push_str(
        "//! pipec: allow(unused-output) because what a condition makes and what comes last is read by nobody\n",
    );
    text.push_str("\npipeline large(\n");
    for flag in 0..FLAGS {
        let _ = writeln!(text, "    flag_{flag}: bool = {},", flag % 2 == 0);
    }
    text.push_str(
        ") {\n    workspace tree { size: 10Gi }\n    target buildconfig { builder: \"quay.io/example/all:1\" }\n",
    );
    for task in 0..tasks {
        text.push('\n');
        if task % LAYER == LAYER - 1 {
            let _ = writeln!(text, "    when flag_{} {{", task / LAYER % FLAGS);
            one(&mut text, task, "        ");
            text.push_str("    }\n");
        } else {
            one(&mut text, task, "    ");
        }
    }
    text.push_str("}\n");
    text
}

fn one(text: &mut String, task: usize, margin: &str) {
    let (layer, place) = (task / LAYER, task % LAYER);
    let (read, after) = before(task);
    let _ = writeln!(text, "{margin}/// Part {task}: place {place} of layer {layer}.");
    let _ = writeln!(text, "{margin}task t_{task} -> (digest: string) {{");
    let _ = writeln!(text, "{margin}    image: \"quay.io/example/builder:1.{}\"", task % 7);
    let _ = writeln!(text, "{margin}    needs: {{ cpu: {}, memory: {}Mi }}", 1 + task % 4, 512 * (1 + task % 3));
    let _ = writeln!(text, "{margin}    timeout: {}min", 10 + task % 50);
    let _ = writeln!(text, "{margin}    env: {{ PART: \"{task}\" }}");
    let _ = write!(text, "{margin}    run: \"\"\"\n{margin}        make -j2 part-{task}");
    for other in read {
        let _ = write!(text, " FROM=~{{t_{other}.digest}}");
    }
    let _ = write!(text, "\n{margin}        sha256sum out/part-{task} | cut -d \" \" -f 1 > ~{{out.digest}}\n");
    let _ = write!(text, "{margin}    \"\"\"\n{margin}}}");
    if let Some(other) = after {
        let _ = write!(text, " after t_{other}");
    }
    text.push('\n');
}

/// The tasks whose outputs a task reads, and the one that it only comes after. None of them stands inside a `when`.
fn before(task: usize) -> (Vec<usize>, Option<usize>) {
    let Some(layer) = (task / LAYER).checked_sub(1) else {
        return (Vec::new(), None);
    };
    let count = 1 + task % 3;
    let mut read: Vec<usize> = (0..count).map(|next| layer * LAYER + (task * 7 + next * 2) % (LAYER - 1)).collect();
    let after = if task.is_multiple_of(4) { read.pop() } else { None };
    (read, after)
}
