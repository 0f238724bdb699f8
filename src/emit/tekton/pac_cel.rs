//! The conditions of Pipelines-as-Code, as far as they are checked: brackets, quotes, names, and the paths they speak of.

/// A part of an expression.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    /// What the text stands for.
    Text(String),
    Word(String),
    Mark(char),
}

/// What Pipelines-as-Code declares.
pub(super) const VARIABLES: &[&str] = &[
    "event",
    "event_type",
    "event_title",
    "headers",
    "body",
    "target_branch",
    "source_branch",
    "target_url",
    "source_url",
    "files",
];

const WORDS: &[&str] = &["true", "false", "null", "in"];

const FUNCTIONS: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "duration",
    "dyn",
    "has",
    "int",
    "matches",
    "size",
    "string",
    "timestamp",
    "type",
    "uint",
];

const METHODS: &[&str] = &[
    "pathChanged",
    "all",
    "contains",
    "endsWith",
    "exists",
    "exists_one",
    "filter",
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
    "map",
    "matches",
    "size",
    "startsWith",
];

/// Those whose first argument is a name of their own.
const BINDING: &[&str] = &["all", "exists", "exists_one", "filter", "map"];

/// What is wrong with an expression, and names that come near to the one that is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Fault {
    pub(super) message: String,
    /// The word that is not known, and those that are.
    pub(super) unknown: Option<(String, Vec<String>)>,
}

/// All that is wrong; `more` are variables that the Repository object declares.
pub(super) fn faults(text: &str, more: &[String]) -> Vec<Fault> {
    let tokens = match tokens(text) {
        Ok(tokens) => tokens,
        Err(message) => return vec![Fault { message, unknown: None }],
    };
    let mut found: Vec<Fault> = brackets(&tokens).map(|message| Fault { message, unknown: None }).into_iter().collect();
    found.extend(unknown(&tokens, more));
    found
}

/// The globs that `"…".pathChanged()` is asked of.
pub(super) fn changed_paths(text: &str) -> Vec<String> {
    let Ok(tokens) = tokens(text) else { return Vec::new() };
    let asked = tokens.windows(3).filter_map(|three| match three {
        [Token::Text(glob), Token::Mark('.'), Token::Word(word)] if word == "pathChanged" => Some(glob.clone()),
        _ => None,
    });
    asked.collect()
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c == '"' || c == '\'' {
            found.push(Token::Text(quoted(&mut rest, c)?));
        } else if c.is_alphanumeric() || c == '_' {
            let mut word = c.to_string();
            while let Some(c) = rest.next_if(|c| c.is_alphanumeric() || *c == '_') {
                word.push(c);
            }
            found.push(Token::Word(word));
        } else if !c.is_whitespace() {
            found.push(Token::Mark(c));
        }
    }
    Ok(found)
}

fn quoted(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, quote: char) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match rest.next() {
            Some(c) if c == quote => return Ok(text),
            Some('\\') => text.extend(rest.next()),
            Some('\n') | None => return Err(format!("a text of the expression has no closing {quote}")),
            Some(c) => text.push(c),
        }
    }
}

fn brackets(tokens: &[Token]) -> Option<String> {
    let mut open = Vec::new();
    for token in tokens {
        let Token::Mark(mark) = token else { continue };
        match mark {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(*mark) => {
                return Some(format!("`{mark}` closes nothing in the expression"));
            }
            _ => {}
        }
    }
    open.pop().map(|mark| format!("the expression has no closing `{mark}`"))
}

fn unknown(tokens: &[Token], more: &[String]) -> Vec<Fault> {
    let bound: Vec<&str> = tokens.windows(3).filter_map(bound).collect();
    let mut found: Vec<Fault> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Word(word) = token else { continue };
        let behind_dot = at > 0 && tokens[at - 1] == Token::Mark('.');
        let is_called = tokens.get(at + 1) == Some(&Token::Mark('('));
        let known: Vec<&str> = match (behind_dot, is_called) {
            (true, true) => METHODS.to_vec(),
            (false, true) => FUNCTIONS.to_vec(),
            (true, false) => continue,
            (false, false) => {
                let names = VARIABLES.iter().chain(WORDS).chain(&bound).copied();
                names.chain(more.iter().map(String::as_str)).collect()
            }
        };
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        // `r"…"` is a text without escapes.
        let is_prefix =
            matches!(word.as_str(), "r" | "b" | "R" | "B") && matches!(tokens.get(at + 1), Some(Token::Text(_)));
        if !known.contains(&word.as_str()) && !is_number && !is_prefix {
            let kind = if is_called { "function" } else { "variable" };
            let known = known.into_iter().filter(|name| !WORDS.contains(name)).map(str::to_owned).collect();
            let message = format!("a condition has no {kind} `{word}`");
            found.push(Fault { message, unknown: Some((word.clone(), known)) });
        }
    }
    found
}

/// `exists(x, …)` makes `x` a name.
fn bound(three: &[Token]) -> Option<&str> {
    match three {
        [Token::Word(word), Token::Mark('('), Token::Word(name)] if BINDING.contains(&word.as_str()) => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn real_conditions_are_right() {
        for text in [
            "event == \"pull_request\" && target_branch == \"main\" && ( ! \"./tests/***\".pathChanged() || \".tekton/a.yaml\".pathChanged())",
            "event == 'push' && target_branch.matches('^release-[0-9]+$') && body.repository.full_name == 'a/b'",
            "files.all.exists(x, x.matches('docs/')) && !has(body.pull_request.draft) && size(headers) > 3",
            "target_branch in ['main', 'next']",
        ] {
            assert_eq!(faults(text, &[]), [], "{text}");
        }
    }

    #[test]
    fn wrong_conditions_are_not() {
        for (text, message) in [
            ("event == \"push", "a text of the expression has no closing \""),
            ("(event == 'push'", "the expression has no closing `)`"),
            ("event == 'push')", "`)` closes nothing in the expression"),
            ("events == 'push'", "a condition has no variable `events`"),
            ("'a'.pathChange()", "a condition has no function `pathChange`"),
            ("mine == 'a'", "a condition has no variable `mine`"),
        ] {
            assert_eq!(faults(text, &[]).iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>(), [message]);
        }
        assert_eq!(faults("mine == 'a'", &["mine".to_owned()]), []);
    }

    #[test]
    fn the_paths_that_are_asked_for_are_found() {
        assert_eq!(changed_paths("'a/*'.pathChanged() || event == 'b' || \"c\" . pathChanged()"), ["a/*", "c"]);
    }
}
