//! What will be built: the goal, the artifacts that are made, and those that are not.

use super::{Page, WIDTH};
use crate::plan::view::artifacts::{self, Row};

/// A row whose columns are wider has its reasons below itself.
const WIDEST: usize = 58;

impl Page<'_> {
    pub(super) fn goal(&mut self) {
        let Some(goal) = &self.plan.goal else { return };
        let all = goal.kept.len() + goal.dropped.len();
        self.heading(&format!("goal {}: {} of {all} tasks", goal.names.join(", "), goal.kept.len()));
        let widest = goal.kept.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        for (name, why) in &goal.kept {
            self.entry(2, &format!("{name:<widest$}"), why);
        }
        if !goal.dropped.is_empty() {
            self.entry(2, "", &format!("not needed: {}", goal.dropped.join(", ")));
        }
        for name in &goal.not_returned {
            let name = if name.is_empty() { "out" } else { name };
            self.entry(2, "", &format!("not returned, since what makes it is not needed: {name}"));
        }
    }

    /// A table by what is made, for what, on which architecture.
    pub(super) fn artifacts(&mut self) {
        let made = rows(artifacts::made(self.plan, self.sources));
        if !made.is_empty() {
            self.heading("made");
            self.table(&made);
        }
        let not_made = rows(artifacts::not_made(self.plan, self.sources));
        if !not_made.is_empty() {
            self.heading("not made");
            self.table(&not_made);
        }
    }

    fn table(&mut self, rows: &[[String; 5]]) {
        let head = ["ARTIFACT", "FOR", "ARCH", "TASK"];
        let width =
            |at: usize| rows.iter().map(|row| row[at].chars().count()).chain([head[at].len()]).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2), width(3)];
        // Of types that all have one architecture, or none for anything, the column says nothing.
        let shown: Vec<usize> =
            (0..4).filter(|at| *at == 0 || *at == 3 || rows.iter().any(|row| row[*at] != "-")).collect();
        let line = |cells: [&str; 4]| {
            let cells = shown.iter().map(|at| format!("{:<1$}", cells[*at], widths[*at]));
            cells.collect::<Vec<_>>().join("  ")
        };
        let whole: usize = shown.iter().map(|at| widths[*at] + 2).sum();
        self.line(&format!("  {}  WHY", line(head)));
        for [artifact, of, arch, task, why] in rows {
            let label = line([artifact, of, arch, task]);
            if whole <= WIDEST.min(WIDTH) {
                self.entry(2, &label, why);
            } else {
                self.line(&format!("  {label}"));
                self.entry(6, "", why);
            }
        }
    }
}

/// One row a task: what it makes for the same and for the same reasons stands together.
fn rows(all: Vec<Row<'_>>) -> Vec<[String; 5]> {
    let mut rows: Vec<[String; 5]> = Vec::new();
    for row in all {
        let cells =
            [row.making.artifact.to_string(), row.of(), row.arch().to_owned(), row.task.to_owned(), row.reasons()];
        match rows.last_mut() {
            Some(last) if last[1..] == cells[1..] => last[0].push_str(&format!(", {}", cells[0])),
            Some(_) | None => rows.push(cells),
        }
    }
    rows
}
