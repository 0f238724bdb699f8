//! Conditions as expressions: the text is read when the document is applied, before anything is replaced in it.

mod lex;
mod parse;

use super::cx::{Cx, finding};
use super::refs::{Ref, refs};
use crate::diag::code::Code;
use crate::source::{Span, offset};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;
use lex::{Fault, Kind};
use parse::Ty;

/// Checks the text of an expression; `is_tame` says of a variable that its value cannot hold a quote.
pub(super) fn check(node: &Node, is_tame: &dyn Fn(&Ref<'_>) -> bool, cx: &mut Cx<'_>) {
    let Some(text) = node.text().filter(|text| !text.contains("{{")) else { return };
    if let Err(found) = read(text) {
        let at = place(node, text, &found, cx);
        let help = format!("{}; the document is refused", found.help);
        return cx.push(finding(Code::P0658, at, found.message, "in this expression", help));
    }
    open(node, text, is_tame, cx);
}

fn read(text: &str) -> Result<(), Fault> {
    let tokens = lex::tokens(text)?;
    match parse::whole(text, &tokens)? {
        Ty::Bool | Ty::Any => Ok(()),
        ty @ (Ty::Text | Ty::Bytes | Ty::Number | Ty::List | Ty::Map) => {
            let help = "compare it: a condition is true or false, and the run fails where it is neither";
            Err(lex::fault(0..text.len(), format!("the expression gives {}", ty.words()), help))
        }
    }
}

/// Where a fault is written; the whole scalar where that cannot be said.
fn place(node: &Node, text: &str, found: &Fault, cx: &Cx<'_>) -> Span {
    let Some(start) = cx.source(node.span).find(text) else { return node.span };
    let at = |inside: usize| node.span.start + offset(start + inside);
    Span::new(node.span.file, at(found.at.start), at(found.at.end))
}

/// Values that may end the text that they are put into.
fn open(node: &Node, text: &str, is_tame: &dyn Fn(&Ref<'_>) -> bool, cx: &mut Cx<'_>) {
    let tokens = lex::tokens(text).unwrap_or_default();
    let inside = |start: usize| tokens.iter().any(|one| one.kind == Kind::Text && one.at.contains(&start));
    for one in refs(text).iter().filter(|one| !is_tame(one)) {
        let start = text.match_indices(one.whole).nth(one.nth).map_or(0, |(start, _)| start);
        if inside(start) {
            let at = cx.within(node.span, one.whole, one.nth);
            let message = format!("the value of `{}` may hold a quote", one.whole);
            let help = "with one, the text ends there, and the run fails or the condition means something else: compare with `input`, `operator` and `values`, or give the param an `enum`";
            cx.push(finding(Code::P0668, at, message, "put into the expression as it is", help));
        }
    }
}

/// Variables whose values the cluster makes: names and states without quotes.
pub(super) fn is_made_by_cluster(one: &Ref<'_>) -> bool {
    match one.head() {
        "context" | "workspaces" => true,
        "tasks" => one.name(2) != Some("results"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_the_language_takes_is_taken() {
        for text in [
            "'$(params.a)' == 'b'",
            "\"$(params.a)\" != \"b\"",
            "'a' == 'b' && ('c' in ['c', 'd',] || !('e'.startsWith('f')))",
            "'$(tasks.a.results.r)'.matches('^v[0-9]+\\\\.') ? true : false",
            "size('abc') > 2 && int('$(params.n)') >= 1 && 1.5e+3 < 2e3 && -1 < 0",
            "['a', 'b'].all(x, x.size() > 0 && x != 'c') && ['a'].exists_one(y, y == 'a')",
            "{'a': 1}['a'] == 1 && has({'a': 1}.a)",
            "r'\\d' == 'd' && '''it's''' != 'x' // why",
            "timestamp('2024-01-01T00:00:00Z').getFullYear() > 2023",
            "true",
            "type('a') == string",
            "dyn('$(params.x)') == 1",
        ] {
            assert_eq!(read(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_it_refuses_has_a_reason_and_a_place() {
        for (text, message, at) in [
            ("$(params.a) == 'b'", "`$(params.a)` stands outside of quotes", 0..11),
            ("'a' == 'b", "a text is not closed", 7..9),
            ("('a' == 'b'", "`)` is missing", 11..11),
            ("'a' == 'b')", "`)` closes nothing", 10..11),
            ("params.a == 'b'", "`params` is not known in an expression", 0..6),
            ("'a' = 'b'", "`=` compares nothing", 4..5),
            ("'a' == 'b' & true", "`&` stands alone", 11..12),
            ("'a'.lowerAscii() == 'a'", "there is no function `lowerAscii` in an expression", 4..14),
            ("len('a') == 1", "there is no function `len` in an expression", 0..3),
            ("'$(params.n)' > 3", "`>` stands between a text and a number", 14..15),
            ("'a' in 'abc'", "`in` looks into a text", 4..6),
            ("'a'", "the expression gives a text", 0..3),
            ("'a' == ", "the expression ends too early", 7..7),
            ("== 'a'", "nothing stands before `==`", 0..2),
            ("!'a'.contains('b') && 'c'", "a text stands where a bool belongs", 22..25),
            ("'a' 'b'", "`'b'` stands behind the expression", 4..7),
            ("", "the expression ends too early", 0..0),
            ("1.startsWith('a')", "nothing", 0..0),
        ] {
            let found = read(text).expect_err(text);
            if message != "nothing" {
                assert_eq!((found.message.as_str(), found.at), (message, at), "{text}");
            }
        }
    }

    #[test]
    fn what_is_deep_is_refused_and_not_followed() {
        assert!(read(&"(".repeat(100_000)).is_err());
        assert!(read(&"!".repeat(100_000)).is_err());
        assert!(read(&format!("{}true{}", "(".repeat(40), ")".repeat(40))).is_ok());
    }
}
