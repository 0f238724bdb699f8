//! One bug of history: the file that tells of it, with the programs that show it.

use std::fs;
use std::path::PathBuf;

/// A program with all that it is run with.
#[derive(Default, Debug)]
pub(super) struct Program {
    pub(super) text: String,
    /// Where findings are expected: file, line, first and last column, code.
    pub(super) marks: Vec<Mark>,
    /// ShellCheck reads its scripts.
    pub(super) shellcheck: bool,
    pub(super) params: Option<String>,
    pub(super) args: Vec<(String, String)>,
    /// Other files of the program, by name.
    pub(super) modules: Vec<(String, String)>,
    /// Lines that stand next to each other in what a target makes of it.
    pub(super) emitted: Vec<(String, String)>,
    /// Runs of the emitted script.
    pub(super) runs: Vec<Run>,
    /// What commands do when the script calls them, by name.
    pub(super) stubs: Vec<(String, String)>,
}

/// `^^^^ P0305` below the text that is refused.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Mark {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) columns: (usize, usize),
    pub(super) code: String,
}

/// A call of the emitted script, and what it calls in turn.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) arguments: String,
    pub(super) calls: Vec<String>,
    pub(super) exit: i32,
}

/// One file of `tests/history`.
#[derive(Default, Debug)]
pub(super) struct Case {
    pub(super) name: String,
    /// What stands behind the name.
    pub(super) bug: String,
    front: Vec<(String, String)>,
    pub(super) refused: Vec<Program>,
    pub(super) accepted: Vec<Program>,
}

/// What a test needs of the compiler that is not there yet.
pub(super) const STATUS: &str = "status";

impl Case {
    /// A line of the front.
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.front.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
    }

    pub(super) fn must(&self, key: &str) -> &str {
        self.get(key).unwrap_or_else(|| panic!("{} says no `{key}`", self.name))
    }

    /// The codes of its marks, each once.
    pub(super) fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> =
            self.refused.iter().flat_map(|program| &program.marks).map(|mark| mark.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }
}

pub(super) fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/history"))
}

/// Every case, by name.
pub(super) fn all() -> Vec<Case> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let name = |path: &PathBuf| path.file_stem().unwrap().to_str().unwrap().to_owned();
    let cases = paths.iter().filter(|path| name(path) != "README");
    cases.map(|path| read(&name(path), &fs::read_to_string(path).unwrap())).collect()
}

fn read(name: &str, text: &str) -> Case {
    let mut case = Case { name: name.to_owned(), ..Case::default() };
    let title = text.lines().next().and_then(|line| line.strip_prefix("# ")?.split_once(": "));
    let (said, bug) = title.unwrap_or_else(|| panic!("{name} begins with `# {name}: what was wrong`"));
    assert_eq!(said, name, "the title of a file is its name");
    bug.clone_into(&mut case.bug);
    let mut accepted = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```") {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            enter(&mut case, accepted, info, &body);
        } else if let Some((key, value)) = line.strip_prefix("- ").and_then(|line| line.split_once(": ")) {
            case.front.push((key.to_owned(), value.to_owned()));
        } else if let Some(heading) = line.strip_prefix("## ") {
            accepted = match heading {
                "Refused" => false,
                "Accepted" => true,
                other => panic!("{name} has a section `{other}`"),
            };
        }
    }
    case
}

fn enter(case: &mut Case, accepted: bool, info: &str, body: &[&str]) {
    let programs = if accepted { &mut case.accepted } else { &mut case.refused };
    let words: Vec<&str> = info.split_whitespace().collect();
    let text = || body.join("\n") + "\n";
    if let ["pipe", rest @ ..] = &words[..]
        && !rest.iter().any(|word| word.ends_with(".pipe"))
    {
        let mut program = Program { shellcheck: *rest == ["shellcheck"], ..Program::default() };
        program.text = unmarked(MAIN, body, &mut program.marks);
        programs.push(program);
        return;
    }
    let program = programs.last_mut().unwrap_or_else(|| panic!("{}: `{info}` before a program", case.name));
    match words[..] {
        ["pipe", name] => program.modules.push((name.to_owned(), unmarked(name, body, &mut program.marks))),
        ["params"] => program.params = Some(unmarked(PARAMS, body, &mut program.marks)),
        ["args"] => {
            let pair = |line: &&str| line.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
            program.args = body.iter().filter_map(pair).collect();
        }
        ["stub", name] => program.stubs.push((name.to_owned(), text())),
        ["console"] => program.runs.push(run(body)),
        [target @ ("shell" | "tekton" | "buildconfig")] => program.emitted.push((target.to_owned(), text())),
        _ => panic!("{} has a block of an unknown kind: {info}", case.name),
    }
}

/// The program of a case.
pub(super) const MAIN: &str = "ci.pipe";
/// Its values, as `--params` reads them.
pub(super) const PARAMS: &str = "params.yaml";

/// The text without the lines that mark a place in the line above them.
fn unmarked(file: &str, body: &[&str], marks: &mut Vec<Mark>) -> String {
    let mut text = String::new();
    let mut line = 0;
    for one in body {
        let mark = one.trim_start().strip_prefix('^').and_then(|rest| rest.trim_start_matches('^').strip_prefix(" P"));
        if let Some(code) = mark {
            let first = one.len() - one.trim_start().len() + 1;
            let width = one.chars().filter(|one| *one == '^').count();
            let code = format!("P{code}");
            marks.push(Mark { file: file.to_owned(), line, columns: (first, first + width), code });
        } else {
            line += 1;
            text += one;
            text.push('\n');
        }
    }
    text
}

/// `$ ci --stream next`, what is called then, and `exit 1` where it does not go well.
fn run(body: &[&str]) -> Run {
    let (first, rest) = body.split_first().expect("a console has a command");
    let arguments = first.strip_prefix("$ ci").unwrap_or_else(|| panic!("`{first}` does not begin with `$ ci`"));
    let exit = rest.last().and_then(|line| line.strip_prefix("exit "));
    let calls = &rest[..rest.len() - usize::from(exit.is_some())];
    Run {
        arguments: arguments.to_owned(),
        calls: calls.iter().map(|line| (*line).to_owned()).collect(),
        exit: exit.map_or(0, |code| code.parse().expect("a number")),
    }
}
