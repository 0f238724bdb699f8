//! Brackets, quotes, separators, operators, words: faults of one token.

use super::super::source::{Role, Shape, Source, What};
use super::super::tokens::{Token, TokenKind};
use super::{Kind, Site};

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "no `)`", codes: BRACKET, sites: |source| no_closer(source, b'(') },
    Kind { name: "no `]`", codes: BRACKET, sites: |source| no_closer(source, b'[') },
    Kind { name: "no `}`", codes: BRACKET, sites: |source| no_closer(source, b'{') },
    Kind { name: "no `(`", codes: BRACKET, sites: |source| no_opener(source, b'(') },
    Kind { name: "no `[`", codes: BRACKET, sites: |source| no_opener(source, b'[') },
    Kind { name: "no `{`", codes: BRACKET, sites: |source| no_opener(source, b'{') },
    Kind { name: "one `)` more", codes: BRACKET, sites: |source| brackets_at(source, behind_values(source, ")")) },
    Kind { name: "one `]` more", codes: BRACKET, sites: |source| brackets_at(source, behind_values(source, "]")) },
    Kind { name: "one `}` more", codes: BRACKET, sites: |source| brackets_at(source, behind_values(source, "}")) },
    Kind { name: "one `(` more", codes: BRACKET, sites: |source| brackets_at(source, before_values(source, "(")) },
    Kind { name: "one `[` more", codes: BRACKET, sites: |source| brackets_at(source, before_values(source, "[")) },
    Kind { name: "the wrong closing bracket", codes: BRACKET, sites: wrong_closer },
    Kind { name: "a string without its end", codes: &["P0102"], sites: open_string },
    Kind { name: "a block string without its end", codes: &["P0102"], sites: open_block },
    Kind { name: "no comma", codes: &["P0101"], sites: no_comma },
    Kind { name: "two commas", codes: &["P0101"], sites: two_commas },
    Kind { name: "no colon", codes: &["P0101"], sites: no_colon },
    Kind { name: "no `=`", codes: &["P0101"], sites: no_equals },
    Kind { name: "no `->`", codes: &["P0101", "P0103"], sites: no_arrow },
    Kind { name: "a stray `@`", codes: &["P0101"], sites: |source| behind_values(source, " @") },
    Kind { name: "a semicolon", codes: &["P0101"], sites: |source| behind_units(source, ";") },
    Kind { name: "a stray word", codes: &["P0101"], sites: |source| behind_units(source, " qx qx") },
    Kind { name: "a doubled operator", codes: &["P0101"], sites: doubled_operator },
    Kind { name: "no right operand", codes: &["P0101", "P0103"], sites: no_operand },
    Kind { name: "`&&`", codes: &["P0101"], sites: other_logic },
    Kind { name: "`!` for `not`", codes: &["P0101"], sites: other_not },
    Kind { name: "a string in `'`", codes: &["P0101"], sites: single_quotes },
    Kind { name: "a misspelt word", codes: &["P0101"], sites: misspelt },
    Kind { name: "a word of the language as a value", codes: &["P0109"], sites: word_as_value },
    Kind { name: "a control character", codes: &["P0101"], sites: |source| characters(source, "\u{1}") },
    Kind { name: "a blank that is none", codes: &["P0101"], sites: |source| characters(source, "\u{a0}") },
    Kind { name: "a number that is none", codes: &["P0107"], sites: bad_number },
    Kind { name: "an escape that is none", codes: &["P0106"], sites: bad_escape },
    Kind { name: "no value in `~{}`", codes: &["P0101"], sites: empty_hole },
    Kind { name: "`~{` without its end", codes: &["P0103"], sites: open_hole },
    Kind { name: "a fault inside `~{…}`", codes: &["P0101"], sites: wrong_in_hole },
];

const BRACKET: &[&str] = &["P0103", "P0101"];

fn characters(source: &Source, text: &str) -> Vec<Site> {
    behind_values(source, text).into_iter().map(|site| site.once_a_line(source)).collect()
}

fn brackets_at(source: &Source, sites: Vec<Site>) -> Vec<Site> {
    sites.into_iter().map(|site| site.of_line(source)).collect()
}

fn brackets(source: &Source, mark: u8) -> impl Iterator<Item = &Token> {
    source.tokens.iter().filter(move |token| token.kind == TokenKind::Open(mark))
}

fn no_closer(source: &Source, mark: u8) -> Vec<Site> {
    brackets(source, mark).filter_map(|token| around(source, token, token.other, "")).collect()
}

fn no_opener(source: &Source, mark: u8) -> Vec<Site> {
    brackets(source, mark).filter_map(|token| around(source, token, token.span.start, "")).collect()
}

/// One of a pair replaced; the fault is in the unit around both.
fn around(source: &Source, open: &Token, at: usize, text: &str) -> Option<Site> {
    let unit = source.unit_of(&(open.span.start..open.other + 1))?;
    let home = source.units[unit].span.clone();
    let bytes = source.text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    // Two words must not become one, which is another name.
    let glues = text.is_empty() && is_word(bytes[at - 1]) && bytes.get(at + 1).is_some_and(|byte| is_word(*byte));
    let text = if glues { " " } else { text };
    let edits = vec![(at..at + 1, text.to_owned())];
    Some(Site { edits, home, unit: Some(unit), needs: Vec::new(), doubt: None, once_a_line: None }.of_line(source))
}

fn wrong_closer(source: &Source) -> Vec<Site> {
    let open = source.tokens.iter().filter(|token| token.opens());
    let wrong = |token: &Token| if token.kind == TokenKind::Open(b'(') { "]" } else { ")" };
    open.filter_map(|token| around(source, token, token.other, wrong(token))).collect()
}

/// Behind expressions outside of strings.
fn behind_values(source: &Source, text: &str) -> Vec<Site> {
    let slots = source.slots.iter().filter(|slot| !in_hole(&slot.role) && is_token_end(source, slot.span.end));
    slots.filter_map(|slot| inserted(source, slot.span.clone(), slot.span.end, text)).collect()
}

fn before_values(source: &Source, text: &str) -> Vec<Site> {
    let slots = source.slots.iter().filter(|slot| !in_hole(&slot.role) && is_token_end(source, slot.span.end));
    slots.filter_map(|slot| inserted(source, slot.span.clone(), slot.span.start, text)).collect()
}

fn inserted(source: &Source, around: std::ops::Range<usize>, at: usize, text: &str) -> Option<Site> {
    let unit = source.unit_of(&around)?;
    let home = source.units[unit].span.clone();
    Some(Site {
        edits: vec![(at..at, text.to_owned())],
        home,
        unit: Some(unit),
        needs: Vec::new(),
        doubt: None,
        once_a_line: None,
    })
}

/// What stands in a string has no tokens.
fn is_token_end(source: &Source, end: usize) -> bool {
    source.tokens.binary_search_by_key(&end, |token| token.span.end).is_ok()
}

fn in_hole(role: &Role) -> bool {
    matches!(role, Role::ScriptHole | Role::TextHole)
}

fn behind_units(source: &Source, text: &str) -> Vec<Site> {
    let ends = source.units.iter().filter(|unit| matches!(unit.what, What::Stmt(_) | What::Item(_)));
    ends.filter_map(|unit| inserted(source, unit.span.clone(), unit.span.end, text)).collect()
}

fn tokens(source: &Source, kind: TokenKind) -> impl Iterator<Item = &Token> {
    source.tokens.iter().filter(move |token| token.kind == kind)
}

fn open_string(source: &Source) -> Vec<Site> {
    let lines = tokens(source, TokenKind::Line);
    // Where a string further on the line holds `//`, that would begin a comment, and nothing be left open.
    let comments = |token: &Token| source.text[token.span.end..].lines().next().is_some_and(|rest| rest.contains("//"));
    let lines = lines.filter(|token| !comments(token));
    let sites = lines.filter_map(|token| inserted_over(source, token, token.span.end - 1..token.span.end));
    brackets_at(source, sites.collect())
}

fn open_block(source: &Source) -> Vec<Site> {
    let blocks = tokens(source, TokenKind::Block).filter(|token| source.slice(&token.span).contains('\n'));
    blocks.filter_map(|token| inserted_over(source, token, token.span.end - 3..token.span.end)).collect()
}

/// A part of a token taken out.
fn inserted_over(source: &Source, token: &Token, part: std::ops::Range<usize>) -> Option<Site> {
    let mut site = inserted(source, token.span.clone(), part.start, "")?;
    site.edits = vec![(part, String::new())];
    Some(site)
}

fn marks<'s>(source: &'s Source, mark: &'static str) -> impl Iterator<Item = &'s Token> {
    tokens(source, TokenKind::Mark).filter(move |token| source.slice(&token.span) == mark)
}

fn no_comma(source: &Source) -> Vec<Site> {
    let commas = marks(source, ",").filter(|token| {
        // Before a line end or a closing bracket it may be left out.
        let rest = &source.text[token.span.end..];
        let next = rest.trim_start_matches(' ');
        !next.starts_with(['\n', '\r', ')', ']', '}', '/', '.', '[', '-'])
    });
    let sites = commas.filter_map(|token| inserted_over(source, token, token.span.clone()));
    sites.map(|site| site.once_a_line(source)).collect()
}

fn two_commas(source: &Source) -> Vec<Site> {
    marks(source, ",").filter_map(|token| inserted(source, token.span.clone(), token.span.end, " ,")).collect()
}

fn no_colon(source: &Source) -> Vec<Site> {
    let sites = marks(source, ":").filter_map(|token| inserted_over(source, token, token.span.clone()));
    sites.map(|site| site.once_a_line(source)).collect()
}

fn no_equals(source: &Source) -> Vec<Site> {
    let sites = marks(source, "=").filter_map(|token| inserted_over(source, token, token.span.clone()));
    sites.map(|site| site.once_a_line(source)).collect()
}

fn no_arrow(source: &Source) -> Vec<Site> {
    let sites = marks(source, "->").filter_map(|token| inserted_over(source, token, token.span.clone()));
    // Where results begin on the line nobody can say.
    sites.map(|site| Site { doubt: Some(site.line(source)), ..site }).collect()
}

fn operators(source: &Source) -> impl Iterator<Item = &std::ops::Range<usize>> {
    let places =
        source.slots.iter().filter_map(|slot| if let Shape::Binary(at) = &slot.shape { Some(at) } else { None });
    places.filter(|at| is_token_end(source, at.end))
}

fn doubled_operator(source: &Source) -> Vec<Site> {
    operators(source).filter_map(|at| inserted(source, at.clone(), at.end, " *")).collect()
}

/// The rest of a unit behind an operator, if that is all of its line.
fn no_operand(source: &Source) -> Vec<Site> {
    let ends = operators(source).filter_map(|at| {
        let unit = source.unit_of(at)?;
        let span = &source.units[unit].span;
        let rest = source.slice(&(at.end..span.end));
        let plain = !rest.contains(['\n', '(', ')', '{', '}', '[', ']', '"', ',']);
        plain.then(|| Site::replace(source, at.end..span.end, "")).flatten()
    });
    ends.collect()
}

fn other_logic(source: &Source) -> Vec<Site> {
    let and = |at: &&std::ops::Range<usize>| source.slice(at) == "and";
    operators(source).filter(and).filter_map(|at| Site::replace(source, at.clone(), "&&")).collect()
}

fn other_not(source: &Source) -> Vec<Site> {
    let slots = source.slots.iter().filter(|slot| slot.shape == Shape::Not && is_token_end(source, slot.span.end));
    slots.filter_map(|slot| Site::replace(source, slot.span.start..slot.span.start + 4, "!")).collect()
}

fn single_quotes(source: &Source) -> Vec<Site> {
    let plain = |token: &&Token| {
        source.slice(&token.span)[1..].chars().all(|one| one.is_ascii_alphanumeric() || one == '"')
            && token.span.len() > 2
    };
    let lines = tokens(source, TokenKind::Line).filter(plain);
    lines
        .filter_map(|token| {
            let inside = source.slice(&(token.span.start + 1..token.span.end - 1));
            Site::replace(source, token.span.clone(), format!("'{inside}'"))
        })
        .collect()
}

fn misspelt(source: &Source) -> Vec<Site> {
    let first = |unit: &super::super::source::Unit| {
        let word = match unit.what {
            What::Item(word) => word,
            What::Stmt(word) if !matches!(word, "bind" | "call") => word,
            What::Step => "step",
            What::Stmt(_) | What::Case | What::Param | What::RecordField | What::Output | What::Field => return None,
        };
        let at = unit.span.start..unit.span.start + word.len();
        // Of `x = when …` the word stands behind the name; `use`, `fn` and `for` are too short for a letter less.
        if source.text.get(at.clone()) != Some(word) {
            return None;
        }
        let wrong = if word.len() > 3 { word.replacen(&word[1..2], "", 1) } else { format!("{word}{}", &word[1..2]) };
        Site::replace(source, at, wrong)
    };
    source.units.iter().filter_map(first).collect()
}

fn word_as_value(source: &Source) -> Vec<Site> {
    let slots = source.slots.iter().filter(|slot| !in_hole(&slot.role) && is_token_end(source, slot.span.end));
    let alone = slots.filter(|slot| matches!(slot.shape, Shape::Name(_) | Shape::Number));
    alone.filter_map(|slot| Site::replace(source, slot.span.clone(), "return")).collect()
}

fn bad_number(source: &Source) -> Vec<Site> {
    let slots = source.slots.iter().filter(|slot| slot.shape == Shape::Number && is_token_end(source, slot.span.end));
    slots.filter_map(|slot| Site::replace(source, slot.span.clone(), "5parsecs")).collect()
}

fn bad_escape(source: &Source) -> Vec<Site> {
    let lines = tokens(source, TokenKind::Line);
    lines.filter_map(|token| inserted(source, token.span.clone(), token.span.start + 1, "\\q")).collect()
}

fn holes(source: &Source) -> impl Iterator<Item = &super::super::source::Slot> {
    source.slots.iter().filter(|slot| in_hole(&slot.role))
}

fn empty_hole(source: &Source) -> Vec<Site> {
    holes(source).filter_map(|slot| Site::replace(source, slot.span.clone(), "")).collect()
}

fn open_hole(source: &Source) -> Vec<Site> {
    let closed = holes(source).filter(|slot| source.text[slot.span.end..].starts_with('}'));
    brackets_at(source, closed.filter_map(|slot| Site::replace(source, slot.span.end..slot.span.end + 1, "")).collect())
}

fn wrong_in_hole(source: &Source) -> Vec<Site> {
    holes(source).filter_map(|slot| inserted(source, slot.span.clone(), slot.span.end, " +")).collect()
}
