//! Commands that read some of their words, or their input, as code.

use super::Word;
use super::wrapper::{base_name, inner, is_wrapper, run};

/// Which words of a command are code.
enum Code {
    /// `eval`: every argument.
    Every,
    /// `trap`, `source`: the first that is no option.
    First,
    /// A shell: the first operand when there is a `-c`; else its input when there is no operand.
    Shell,
    /// An interpreter: the word behind an option that ends in one of these letters.
    Behind(&'static str),
    /// `awk`: the first operand, unless `-f` was given; these options take a word.
    Program(&'static str),
    /// `ssh`: all behind the host; these options take a word.
    Remote(&'static str),
    /// `docker exec x sh -c`: what a shell among the arguments reads.
    Launcher,
}

/// By their names, ascending.
const READERS: &[(&str, Code)] = &[
    (".", Code::First),
    ("ash", Code::Shell),
    ("awk", Code::Program("vF")),
    ("bash", Code::Shell),
    ("buildah", Code::Launcher),
    ("chroot", Code::Launcher),
    ("dash", Code::Shell),
    ("docker", Code::Launcher),
    ("eval", Code::Every),
    ("find", Code::Launcher),
    ("gawk", Code::Program("vF")),
    ("ksh", Code::Shell),
    ("kubectl", Code::Launcher),
    ("let", Code::Every),
    ("mawk", Code::Program("vF")),
    ("node", Code::Behind("ep")),
    ("nsenter", Code::Launcher),
    ("oc", Code::Launcher),
    ("parallel", Code::Launcher),
    ("perl", Code::Behind("eE")),
    ("podman", Code::Launcher),
    ("python", Code::Behind("c")),
    ("python2", Code::Behind("c")),
    ("python3", Code::Behind("c")),
    ("ruby", Code::Behind("e")),
    ("runuser", Code::Behind("c")),
    ("sh", Code::Shell),
    ("source", Code::First),
    ("ssh", Code::Remote("BbcDEeFIiJLlmOopQRSWw")),
    ("su", Code::Behind("c")),
    ("systemd-run", Code::Launcher),
    ("trap", Code::First),
    ("unshare", Code::Launcher),
    ("xargs", Code::Launcher),
    ("zsh", Code::Shell),
];

/// The command that reads this word (or, without one, the input) as code: `eval`, `bash -c`.
pub(super) fn reader(words: &[Word], word: Option<usize>) -> Option<String> {
    let skipped = run(words).from;
    let program = &words[skipped..];
    let word = match word {
        Some(at) => Some(at.checked_sub(skipped).filter(|at| *at > 0)?),
        None => None,
    };
    read_by(program, word)
}

/// Whether a command that begins with this word may read code, itself or through what it runs. Most do not.
pub(super) fn may_read(first: &Word) -> bool {
    base_name(first).is_some_and(|name| reads(name).is_some() || is_wrapper(name))
}

fn reads(name: &str) -> Option<&'static Code> {
    let at = READERS.binary_search_by_key(&name, |(reader, _)| reader).ok()?;
    Some(&READERS[at].1)
}

/// Whether a command is a shell that reads its script from its input.
pub(super) fn reads_input(words: &[Word]) -> bool {
    let program = inner(words);
    program.first().is_some_and(is_shell) && read_by(program, None).is_some()
}

fn read_by(words: &[Word], word: Option<usize>) -> Option<String> {
    let name = base_name(words.first()?)?;
    let code = reads(name)?;
    let said = |hit: bool, text: &str| hit.then(|| format!("{name}{text}"));
    match code {
        Code::Every => said(word.is_some(), ""),
        Code::First => said(word.is_some() && word == first_operand(words, ""), ""),
        Code::Shell => {
            let (command, operand) = shell_operand(words);
            match word {
                Some(_) => said(command && word == operand, " -c"),
                None => said(!command && operand.is_none(), ""),
            }
        }
        Code::Behind(letters) => {
            let at = word?;
            let option = plain(words.get(at - 1)?).filter(|text| text.starts_with('-') && !text.starts_with("--"))?;
            let letter = option.chars().last().filter(|letter| letters.contains(*letter))?;
            said(true, &format!(" -{letter}"))
        }
        Code::Program(options) => {
            let file = words.iter().any(|word| plain(word).is_some_and(|text| text == "-f" || text == "--file"));
            said(!file && word.is_some() && word == first_operand(words, options), "")
        }
        Code::Remote(options) => {
            let host = first_operand(words, options)?;
            match word {
                Some(at) => said(at > host, ""),
                None => said(words.len() == host + 1, ""),
            }
        }
        Code::Launcher => {
            let shell = (1..words.len()).find(|at| is_shell(&words[*at]))?;
            read_by(&words[shell..], Some(word?.checked_sub(shell).filter(|at| *at > 0)?))
        }
    }
}

fn is_shell(word: &Word) -> bool {
    base_name(word).and_then(reads).is_some_and(|code| matches!(code, Code::Shell))
}

fn plain(word: &Word) -> Option<&str> {
    word.plain()
}

/// The first argument that is no option and no value of one.
fn first_operand(words: &[Word], with_value: &str) -> Option<usize> {
    let mut at = 1;
    while at < words.len() {
        match plain(&words[at]) {
            Some("--") => return (at + 1 < words.len()).then_some(at + 1),
            Some(option) if option.len() > 1 && option.starts_with('-') => {
                let value = option.find(|letter| letter != '-' && with_value.contains(letter));
                at += 1 + usize::from(value == Some(option.len() - 1));
            }
            Some(_) | None => return Some(at),
        }
    }
    None
}

/// Whether a shell has `-c`, and its first operand.
fn shell_operand(words: &[Word]) -> (bool, Option<usize>) {
    let mut command = false;
    let mut at = 1;
    while at < words.len() {
        match plain(&words[at]) {
            Some("--" | "-") => return (command, (at + 1 < words.len()).then_some(at + 1)),
            Some(option) if option.starts_with("--") => {
                at += 1 + usize::from(matches!(option, "--rcfile" | "--init-file"));
            }
            Some(option) if option.len() > 1 && option.starts_with(['-', '+']) => {
                command |= option.starts_with('-') && option.contains('c');
                if option.contains('s') && option.starts_with('-') && !command {
                    return (false, None);
                }
                at += 1 + usize::from(option.ends_with(['o', 'O']));
            }
            Some(_) | None => return (command, Some(at)),
        }
    }
    (command, None)
}

#[cfg(test)]
mod tests {
    use super::READERS;

    #[test]
    fn readers_are_found_by_their_names() {
        assert!(READERS.is_sorted_by_key(|(name, _)| name));
    }
}
