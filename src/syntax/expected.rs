//! What pest expected, in the words of the language.
#![expect(clippy::wildcard_enum_match_arm, reason = "most rules of the grammar are no words to a reader")]

use super::grammar::{Refusal, Rule};

/// What could stand at a place.
#[derive(Debug)]
pub(super) struct Expected {
    /// For the message: "`,` or an expression".
    pub words: String,
    /// The words of the language among it.
    pub keywords: Vec<String>,
    /// An operator could stand there: something is whole already.
    pub operator: bool,
}

const BLANKS: &[&str] = &[" ", "\t", "\n", "\r\n", "//", "///", "BUILTIN_RULE"];
/// What may begin an expression, a type, a name or a string, the longest set first; each is known by its first two.
const SETS: &[(&str, &[&str])] = &[
    ("an expression", &["not", "match", "if", "\"", "\"\"\"", "(", "-", ".", "[", "_", "{", "0..9"]),
    ("a type", &["[", "_", "{"]),
    ("a string", &["\"", "\"\"\""]),
    ("a name", &["_", "_"]),
    ("a number", &["0..9", "0..9"]),
];
const OPERATORS: &[&str] = &[
    "??", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "and", "or", "in", "then", "else", "(", ".", "!",
];

/// The words for what `whole` could not do without.
pub(super) fn expected(whole: Rule, refusal: &Refusal) -> Expected {
    let mut tokens: Vec<&str> = refusal.tokens.iter().map(String::as_str).collect();
    // What the lookaheads of an expression look for.
    if tokens.contains(&"match") {
        tokens.iter_mut().for_each(|token| match *token {
            "n" => *token = "not",
            "i" => *token = "if",
            _ => {}
        });
    }
    let keywords = tokens.iter().filter(|token| is_keyword(token)).map(|token| (*token).to_owned()).collect();
    tokens.retain(|token| !BLANKS.contains(token));
    let operator = tokens.contains(&"??");
    if operator {
        tokens.retain(|token| !OPERATORS.contains(token));
    }
    if whole == Rule::one_use {
        tokens.retain(|token| *token != "{");
    }
    // What may go on a type goes without saying.
    if tokens.len() > 1 {
        tokens.retain(|token| !matches!(*token, "." | "?"));
    }
    let mut named = Vec::new();
    for (words, set) in SETS {
        if set[..2].iter().all(|token| tokens.contains(token)) {
            tokens.retain(|token| !set.contains(token));
            named.push((*words).to_owned());
        }
    }
    let inside = tokens.iter().any(|token| matches!(*token, ")" | "]" | "}"));
    let mut words: Vec<String> = tokens.iter().map(|token| format!("`{token}`")).collect();
    words.append(&mut named);
    if operator {
        words.push("an operator".to_owned());
    }
    if let Some(end) = end_of(whole, &tokens, operator).filter(|_| !inside) {
        words.push(end.to_owned());
    }
    if words.is_empty() || words == ["`(`"] {
        words = vec![first_of(whole).to_owned()];
    }
    Expected { words: joined(&words), keywords, operator }
}

fn is_keyword(token: &str) -> bool {
    token.len() > 1 && token.bytes().all(|byte| byte.is_ascii_lowercase())
}

/// What ends a slice that could be done here.
fn end_of(whole: Rule, tokens: &[&str], operator: bool) -> Option<&'static str> {
    match whole {
        Rule::one_case | Rule::one_param if operator || tokens.contains(&"=") => Some("`,`"),
        Rule::one_expr => operator.then_some("`}`"),
        _ => operator.then_some("the end of the line"),
    }
}

/// What a slice begins with, behind its first word.
fn first_of(whole: Rule) -> &'static str {
    match whole {
        Rule::one_demand
        | Rule::one_require
        | Rule::one_when
        | Rule::one_exclusive
        | Rule::one_return
        | Rule::one_expr => "an expression",
        Rule::one_command => "a string",
        Rule::one_case | Rule::one_param | Rule::one_field => "`,` or the end of the line",
        Rule::one_outputs => "the end of the head",
        _ => "a name",
    }
}

/// "a, b or c"
fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}
