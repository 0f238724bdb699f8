//! What holds of every program.

use super::common::{formatted, holds, programs};

#[test]
fn every_program_of_the_repository_keeps_its_tree_and_its_comments() {
    let mut tried = 0;
    for (name, text) in programs() {
        if let Some(after) = formatted(&text) {
            holds(&name, &text, &after);
            tried += usize::from(!text.trim().is_empty());
        }
    }
    assert!(tried > 150, "{tried}");
}
