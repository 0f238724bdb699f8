//! `tests/history/README.md`: bug, what it cost, what stops it.

use pipec::diag::code::Code;

use super::case::{Case, STATUS};

const HEAD: &str = "# Bugs of history

Each file tells of a mistake that was made in a real pipeline for CoreOS, and is named after the commit that mended it (`L1`
and `H1` are numbers of mistakes that nobody has mended yet). Its programs say the same in `.pipe`, small, with the names of
the real one. What has the mistake is refused where it is marked, with that code and no other. What is put right has no
findings at all, lints included, and is emitted for every target, or for those that `targets` names. Where a mistake cannot
be written, a run of the emitted script shows what happens instead: behind `$ ci …` stand the commands it calls, a word in
brackets each. `tests/it/history.rs` tries them all; `INSTA_UPDATE=always cargo test --test it history` writes this file anew.

What a mistake cost is what its commit says, or what it links to; \"not said\" where it says nothing.
";

pub(super) fn table(cases: &[Case]) -> String {
    let (waiting, done): (Vec<&Case>, Vec<&Case>) = cases.iter().partition(|case| case.get(STATUS).is_some());
    let commits: usize = done.iter().map(|case| 1 + case.get("also").map_or(0, |also| also.split(", ").count())).sum();
    let mut text = format!("{HEAD}\n{} bugs, {commits} commits.\n\n", done.len());
    text += "| | date | class | bug | what it cost | what stops it |\n|---|---|---|---|---|---|\n";
    done.iter().for_each(|case| text += &row(case));
    if !waiting.is_empty() {
        text +=
            "\nNot refused yet:\n\n| | date | class | bug | what it cost | waits for |\n|---|---|---|---|---|---|\n";
        waiting.iter().for_each(|case| text += &row(case));
    }
    text
}

fn row(case: &Case) -> String {
    let also: String = case.get("also").map(|also| format!(" ({also})")).unwrap_or_default();
    let name = &case.name;
    format!(
        "| [{name}]({name}.md){also} | {} | {} | {} | {} | {} |\n",
        case.must("date"),
        case.must("class"),
        case.bug,
        case.must("cost"),
        stops(case)
    )
}

fn stops(case: &Case) -> String {
    if let Some(status) = case.get(STATUS) {
        return status.trim_start_matches("waiting for ").to_owned();
    }
    let named = |id: &str| format!("{id} {}", Code::find(id).expect("a code that exists").name());
    let codes: Vec<String> = case.codes().into_iter().map(named).collect();
    case.get("instead").map(str::to_owned).into_iter().chain(codes).collect::<Vec<_>>().join("; ")
}
