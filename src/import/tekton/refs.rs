//! Variables in a text: `$(params.x)`, `$(tasks.a.results.r[*])`. Whatever else stands in `$(…)` is text.

/// A part of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Part<'a> {
    Text(&'a str),
    /// With the whole of it, as written.
    Var(Var<'a>, &'a str),
}

/// What a variable names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Var<'a> {
    Param(&'a str, Tail<'a>),
    Result {
        task: &'a str,
        result: &'a str,
        tail: Tail<'a>,
    },
    Status(&'a str),
    Outcome,
    /// Name, and `path`, `bound`, `claim` or `volume`.
    Workspace(&'a str, &'a str),
    /// Where a step writes a result of its task.
    ResultPath(&'a str),
    /// Where a step writes a result of its own.
    StepResultPath(&'a str),
    StepResult {
        step: &'a str,
        result: &'a str,
    },
    /// `pipelineRun.name`
    Context(&'a str),
    /// What begins as a variable and is none that can be carried over.
    Other(&'a str),
}

/// What of a value is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Tail<'a> {
    Whole,
    /// `[*]`
    All,
    /// `[2]`
    Index(&'a str),
    /// `.key`
    Key(&'a str),
}

/// The first words of variables.
const HEADS: [&str; 9] = ["params", "inputs", "tasks", "finally", "results", "workspaces", "context", "steps", "step"];

/// Those of variables that nothing here stands for.
const OTHERS: [&str; 2] = ["credentials", "artifacts"];

/// The parts of a text, in order; no two texts side by side, none empty.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(more) = text[at..].find("$(") {
        let start = at + more;
        let Some((var, length)) = variable(&text[start..]) else {
            at = start + 2;
            continue;
        };
        if from < start {
            found.push(Part::Text(&text[from..start]));
        }
        at = start + length;
        found.push(Part::Var(var, &text[start..at]));
        from = at;
    }
    if from < text.len() {
        found.push(Part::Text(&text[from..]));
    }
    found
}

/// The variables of a text.
pub(super) fn variables(text: &str) -> impl Iterator<Item = Var<'_>> {
    parts(text).into_iter().filter_map(|part| match part {
        Part::Var(var, _) => Some(var),
        Part::Text(_) => None,
    })
}

/// The variable that a text is, with nothing beside it.
pub(super) fn only(text: &str) -> Option<Var<'_>> {
    match parts(text).as_slice() {
        [Part::Var(var, _)] => Some(*var),
        _ => None,
    }
}

/// The variable at the beginning of a text, and how long it is.
fn variable(text: &str) -> Option<(Var<'_>, usize)> {
    let body = text.strip_prefix("$(")?;
    let end = body.find(')')?;
    let body = &body[..end];
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-[]*\"'".contains(c);
    if !body.chars().all(allowed) {
        return None;
    }
    let head = body.split(['.', '[']).next()?;
    if OTHERS.contains(&head) && body.len() > head.len() {
        return Some((Var::Other(body), end + 3));
    }
    if !HEADS.contains(&head) || body.len() == head.len() {
        return None;
    }
    Some((named(body), end + 3))
}

fn named(body: &str) -> Var<'_> {
    let words = words(body);
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    match (word(0), words.len()) {
        ("inputs", 3..) if word(1) == "params" => Var::Param(word(2), tail(&words[3..])),
        ("params", 2..) => Var::Param(word(1), tail(&words[2..])),
        ("tasks", 2) if word(1) == "status" => Var::Outcome,
        ("tasks", 3) if word(2) == "status" => Var::Status(word(1)),
        ("tasks" | "finally", 4..) if word(2) == "results" => {
            Var::Result { task: word(1), result: word(3), tail: tail(&words[4..]) }
        }
        ("results", 3) if word(2) == "path" => Var::ResultPath(word(1)),
        ("step", 4) if word(1) == "results" && word(3) == "path" => Var::StepResultPath(word(2)),
        ("steps", 4) if word(2) == "results" => Var::StepResult { step: word(1), result: word(3) },
        ("workspaces", 3) => Var::Workspace(word(1), word(2)),
        ("context", 3) => Var::Context(&body["context.".len()..]),
        _ => Var::Other(body),
    }
}

/// Names between dots, in brackets or quotes; an index keeps its brackets.
fn words(body: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        if let Some((inner, behind)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            let quoted = |mark: char| inner.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark));
            let index = &rest[..inner.len() + 2];
            found.push(quoted('"').or_else(|| quoted('\'')).unwrap_or(index));
            rest = behind;
            continue;
        }
        let name = rest.strip_prefix('.').unwrap_or(rest);
        let end = name.find(['.', '[']).unwrap_or(name.len());
        found.push(&name[..end]);
        rest = &name[end..];
        if end == 0 && !rest.starts_with('[') {
            break;
        }
    }
    found
}

fn tail<'a>(words: &[&'a str]) -> Tail<'a> {
    match words {
        [] => Tail::Whole,
        ["[*]"] => Tail::All,
        [index] if index.starts_with('[') => Tail::Index(index.trim_matches(['[', ']'])),
        [key, ..] => Tail::Key(key),
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Tail, Var, only, parts};

    #[test]
    fn variables_are_told_from_commands() {
        let text = "a $(params.x) $(date) $(params.sh --all) $((1+2)) $( params.y)";
        assert_eq!(
            parts(text),
            [
                Part::Text("a "),
                Part::Var(Var::Param("x", Tail::Whole), "$(params.x)"),
                Part::Text(" $(date) $(params.sh --all) $((1+2)) $( params.y)")
            ]
        );
    }

    #[test]
    fn every_spelling_is_read() {
        assert_eq!(only("$(params[\"a.b\"])"), Some(Var::Param("a.b", Tail::Whole)));
        assert_eq!(only("$(params['o'].k)"), Some(Var::Param("o", Tail::Key("k"))));
        assert_eq!(only("$(params.a[*])"), Some(Var::Param("a", Tail::All)));
        assert_eq!(only("$(params.a[12])"), Some(Var::Param("a", Tail::Index("12"))));
        assert_eq!(only("$(inputs.params.a)"), Some(Var::Param("a", Tail::Whole)));
        let result = Var::Result { task: "a", result: "r", tail: Tail::All };
        assert_eq!(only("$(tasks.a.results.r[*])"), Some(result));
        assert_eq!(only("$(tasks.status)"), Some(Var::Outcome));
        assert_eq!(only("$(tasks.a.status)"), Some(Var::Status("a")));
        assert_eq!(only("$(workspaces.w.path)"), Some(Var::Workspace("w", "path")));
        assert_eq!(only("$(step.results.r.path)"), Some(Var::StepResultPath("r")));
        assert_eq!(only("$(steps.s.results.r)"), Some(Var::StepResult { step: "s", result: "r" }));
        assert_eq!(only("$(context.pipelineRun.name)"), Some(Var::Context("pipelineRun.name")));
        assert_eq!(only("$(credentials.path)"), Some(Var::Other("credentials.path")));
        assert_eq!(only("$(params.)"), Some(Var::Param("", Tail::Whole)));
        assert_eq!(only("$(params.x)!"), None);
    }
}
