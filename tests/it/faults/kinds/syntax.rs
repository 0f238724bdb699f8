//! Forms: statements, items, names and lines that are not what the grammar has.

use super::super::source::{Level, Shape, Source, What, words};
use super::super::tokens::TokenKind;
use super::{Kind, Site, an_item, statement, statement_at};

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "no block", codes: &["P0101"], sites: |source| statement(source, "when true") },
    Kind { name: "a stray `else`", codes: &["P0101"], sites: stray_else },
    Kind { name: "a statement that is none", codes: &["P0101"], sites: |source| statement(source, "qx what is this") },
    Kind { name: "`for … of`", codes: &["P0101"], sites: |source| statement(source, "for zq§ of [1, 2] { }") },
    Kind {
        name: "a stage without a name",
        codes: &["P0101"],
        sites: |source| statement_at(source, |level| level == Level::Top, "stage { }"),
    },
    Kind { name: "a word of the language as a name", codes: &["P0109"], sites: |source| statement(source, "in = 3") },
    Kind { name: "a chained comparison", codes: &["P0101"], sites: |source| statement(source, "zq§ = 1 < 2 < 3") },
    Kind { name: "a `?:`", codes: &["P0101"], sites: |source| statement(source, "zq§ = true ? 1 : 2") },
    Kind {
        name: "an `if` without `else`",
        codes: &["P0101"],
        sites: |source| statement(source, "zq§ = if true then 1"),
    },
    Kind {
        name: "no case in a `match`",
        codes: &["P0101"],
        sites: |source| statement(source, "zq§ = match 1 { => 1 }"),
    },
    Kind { name: "brackets too deep", codes: &["P0104"], sites: too_deep },
    Kind { name: "an item that is none", codes: &["P0101"], sites: |source| an_item(source, "what is this") },
    Kind { name: "a statement at the top level", codes: &["P0101"], sites: |source| an_item(source, "zq§ = 1") },
    Kind { name: "a `use` of a number", codes: &["P0101"], sites: |source| an_item(source, "use 3") },
    Kind { name: "an item without a name", codes: &["P0101"], sites: |source| an_item(source, "enum { a, b }") },
    Kind { name: "a constant without a type", codes: &["P0101"], sites: |source| an_item(source, "const zq§ = 3") },
    Kind { name: "a task without a body", codes: &["P0101"], sites: |source| an_item(source, "task zq§()") },
    Kind { name: "no type", codes: &["P0101"], sites: no_type },
    Kind { name: "no `=>`", codes: &["P0101"], sites: no_fat_arrow },
    Kind { name: "a line left of its block string", codes: &["P0110"], sites: outdented },
    Kind { name: "a name in the wrong case", codes: &["P0105"], sites: wrong_case },
];

/// Not behind a brace, which it would go on from.
fn stray_else(source: &Source) -> Vec<Site> {
    let brace = |site: &Site| {
        source.units.iter().any(|unit| {
            let behind =
                unit.span.end <= site.home.start && source.text[unit.span.end..site.home.start].trim().is_empty();
            behind && source.slice(&unit.span).ends_with('}')
        })
    };
    statement(source, "else { }").into_iter().filter(|site| !brace(site)).collect()
}

fn too_deep(source: &Source) -> Vec<Site> {
    statement(source, &format!("zq§ = {}1{}", "(".repeat(140), ")".repeat(140)))
}

/// `a: ` of a parameter or field of a record without a default.
fn no_type(source: &Source) -> Vec<Site> {
    let params = source.units.iter().filter(|unit| matches!(unit.what, What::Param | What::RecordField));
    params
        .filter_map(|unit| {
            let written = source.slice(&unit.span);
            let colon = unit.span.start + written.find(':')?;
            let plain = !written.contains('=') && source.tokens.iter().any(|token| token.span.start == colon);
            plain.then(|| Site::replace(source, colon + 1..unit.span.end, "")).flatten()
        })
        .collect()
}

fn no_fat_arrow(source: &Source) -> Vec<Site> {
    let arrows = source.tokens.iter().filter(|token| source.slice(&token.span) == "=>");
    arrows.filter_map(|token| Site::replace(source, token.span.clone(), "")).collect()
}

fn outdented(source: &Source) -> Vec<Site> {
    let blocks = source.tokens.iter().filter(|token| token.kind == TokenKind::Block);
    blocks
        .filter_map(|token| {
            let text = source.slice(&token.span);
            let first = text.find('\n')? + 1;
            let line = text[first..].split('\n').next()?;
            let last = text.rsplit('\n').next()?;
            let closes_alone = last.trim() == "\"\"\"" && last.len() > 3 && line != last;
            let blanks = line.len() - line.trim_start().len();
            let at = token.span.start + first;
            (closes_alone && !line.trim().is_empty()).then(|| Site::replace(source, at..at + blanks, "")).flatten()
        })
        .collect()
}

/// A declared name, in all its places, where no other thing has it.
fn wrong_case(source: &Source) -> Vec<Site> {
    let sites = source.units.iter().enumerate().filter_map(|(at, unit)| {
        let [name] = unit.declares.as_slice() else { return None };
        let snake =
            matches!(unit.what, What::Stmt("bind" | "task" | "workspace") | What::Item("const" | "fn" | "task"));
        let lower = name.bytes().all(|byte| byte.is_ascii_lowercase()) && name.len() > 3;
        let declared = source.units.iter().filter(|other| other.declares.contains(name)).count();
        let places = source.tokens.iter().filter(|token| source.slice(&token.span) == name);
        // Words of fields, parts and parameters may be called the same; only what is said once and never in a text is
        // surely nothing else.
        let alone = places.clone().count() == 1 && words_of_strings(source).iter().all(|word| word != name);
        let place = places.clone().next().filter(|_| alone && snake && lower && declared == 1)?;
        let wrong = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        let mut site = Site::replace(source, place.span.clone(), wrong)?;
        site.unit = Some(at);
        site.home = unit.span.clone();
        Some(site)
    });
    sites.collect()
}

fn words_of_strings(source: &Source) -> Vec<String> {
    let holes = source
        .slots
        .iter()
        .filter_map(|slot| if let Shape::Name(name) = &slot.shape { Some(name.clone()) } else { None });
    let texts = source.tokens.iter().filter(|token| matches!(token.kind, TokenKind::Line | TokenKind::Block));
    holes.chain(texts.flat_map(|token| words(source.slice(&token.span)))).collect()
}
