//! From a line of something emitted back to the program: every output says where its parts come from.

/// Where the line (from 1) comes from, as `FILE:LINE`; several when the line is shared. Empty: nothing there says so.
pub fn origins(text: &str, line: usize) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let Some(at) = line.checked_sub(1).filter(|at| *at < lines.len()) else { return Vec::new() };
    let found = if text.starts_with("#!") {
        of_script(&lines, at)
    } else if text.trim_start().starts_with('{') {
        above(&lines, at, field).into_iter().collect()
    } else {
        of_manifest(&lines, at).into_iter().collect()
    };
    found.into_iter().map(str::to_owned).collect()
}

/// Up from the line, what the blocks say that it stands in, the innermost first; else what the whole document says.
fn of_manifest<'t>(lines: &[&'t str], at: usize) -> Option<&'t str> {
    let start = lines[..=at].iter().rposition(|line| *line == "---").map_or(0, |dashes| dashes + 1);
    let mut within = usize::MAX;
    for line in lines[start..=at].iter().rev().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        if indent <= within {
            if let Some(origin) = note(line) {
                return Some(origin);
            }
            within = indent;
        }
    }
    let document = lines[start..].iter().take_while(|line| **line != "---");
    document.copied().find_map(annotation)
}

/// `- name: build # ci.pipe:12`
fn note(line: &str) -> Option<&str> {
    let (name, origin) = line.trim_start().strip_prefix("- name: ")?.rsplit_once(" # ")?;
    (!name.contains(' ') || name.starts_with('"')).then_some(origin).filter(|origin| is_origin(origin))
}

/// `pipec.dev/origin: "ci.pipe:12"`
fn annotation(line: &str) -> Option<&str> {
    let origin = line.trim_start().strip_prefix("pipec.dev/origin: ")?.trim_matches('"');
    Some(origin).filter(|origin| is_origin(origin))
}

/// `"origin": "ci.pipe:12",`
fn field(line: &str) -> Option<&str> {
    let origin = line.trim().strip_prefix("\"origin\": \"")?.trim_end_matches(',').trim_end_matches('"');
    Some(origin).filter(|origin| is_origin(origin))
}

/// A function of a script that runs, or feeds, steps is shared by tasks; any other line belongs to the task above it.
fn of_script<'t>(lines: &[&'t str], at: usize) -> Vec<&'t str> {
    match function(lines, at).and_then(|name| name.split_once('_')) {
        Some(("tasks", _)) => above(lines, at, comment).into_iter().collect(),
        Some((kind @ ("give" | "body"), number)) => users(lines, kind, number),
        Some(_) | None => Vec::new(),
    }
}

/// The function that the line is in. What a here-document holds has functions of its own, which are not these.
fn function<'t>(lines: &[&'t str], at: usize) -> Option<&'t str> {
    let (mut function, mut document) = (None, None);
    for line in &lines[..=at] {
        if let Some(end) = document {
            document = Some(end).filter(|end| line != end);
        } else if let Some((_, end)) = line.split_once("<<'") {
            document = end.split_once('\'').map(|(end, _)| end);
        } else if let Some(name) = line.strip_suffix("() {").filter(|name| !name.starts_with(' ')) {
            function = Some(name);
        } else if *line == "}" {
            function = None;
        }
    }
    function
}

/// The tasks with a step (or a condition, or a loop) that names the function of this number.
fn users<'t>(lines: &[&'t str], kind: &str, number: &str) -> Vec<&'t str> {
    let from_end = |words: &[&str]| match (words.first().copied(), kind) {
        (Some("when" | "fan" | "step"), "give") => words.get(2).copied() == Some(number),
        (Some("when" | "fan" | "step"), _) => words.get(3).copied() == Some(number),
        (Some("serves"), "give") => words.get(1).copied() == Some(number),
        (Some("serves"), _) => words.get(2).copied() == Some(number),
        (Some("serves_with"), "give") => words.get(2).copied() == Some(number),
        (Some("serves_with"), _) => words.get(3).copied() == Some(number),
        (Some("serves_when"), "body") => words.get(1).copied() == Some(number),
        (Some(_) | None, _) => false,
    };
    let (mut task, mut found) = (None, Vec::new());
    for line in lines {
        task = comment(line).or(task);
        let words: Vec<&str> = line.split_whitespace().take(5).collect();
        if line.starts_with("    ") && from_end(&words) {
            found.extend(task.filter(|task| !found.contains(task)));
        }
    }
    found
}

/// `    # ci.pipe:12`
fn comment(line: &str) -> Option<&str> {
    line.strip_prefix("    # ").filter(|origin| is_origin(origin))
}

fn above<'t>(lines: &[&'t str], at: usize, read: fn(&'t str) -> Option<&'t str>) -> Option<&'t str> {
    lines[..=at].iter().rev().copied().find_map(read)
}

fn is_origin(text: &str) -> bool {
    text.rsplit_once(':').is_some_and(|(file, line)| {
        !file.is_empty() && !line.is_empty() && line.bytes().all(|digit| digit.is_ascii_digit())
    })
}
