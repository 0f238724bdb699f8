//! Values of the wrong type.

use super::super::source::{Role, Shape, Source};
use super::{Kind, Site, an_item, in_field, in_role, statement};

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "a string for a time", codes: &["P0301"], sites: |source| in_field(source, "timeout", "\"5h\"") },
    Kind { name: "a time for a count", codes: &["P0301"], sites: |source| in_field(source, "retries", "2h") },
    Kind { name: "a number for a script", codes: &["P0301"], sites: |source| in_field(source, "run", "7") },
    Kind { name: "a number for an image", codes: &["P0301"], sites: |source| in_field(source, "image", "7") },
    Kind { name: "a list for `env`", codes: &["P0301"], sites: |source| in_field(source, "env", "[1]") },
    Kind { name: "a number for a lock", codes: &["P0301"], sites: |source| in_field(source, "lock", "7") },
    Kind { name: "a size for a directory", codes: &["P0301"], sites: |source| in_field(source, "workdir", "7Gi") },
    Kind { name: "a bool for `needs`", codes: &["P0301"], sites: |source| in_field(source, "needs", "true") },
    Kind { name: "another type than declared", codes: &["P0301", "P0311", "P0312"], sites: other_than_declared },
    Kind {
        name: "a string as a condition",
        codes: &["P0302"],
        sites: |source| in_role(source, &Role::Condition, "\"false\""),
    },
    Kind { name: "a number as a condition", codes: &["P0303"], sites: |source| in_role(source, &Role::Condition, "1") },
    Kind { name: "a list as a condition", codes: &["P0303"], sites: |source| in_role(source, &Role::Condition, "[1]") },
    Kind {
        name: "an optional as a condition",
        codes: &["P0304"],
        sites: |source| in_role(source, &Role::Condition, "(if true then 1 else none)"),
    },
    Kind {
        name: "unequal types compared",
        codes: &["P0305"],
        sites: |source| in_role(source, &Role::Condition, "(1 == \"1\")"),
    },
    Kind {
        name: "values without order compared",
        codes: &["P0319"],
        sites: |source| in_role(source, &Role::Condition, "(\"a\" < \"b\")"),
    },
    Kind {
        name: "an optional in a sum",
        codes: &["P0306"],
        sites: |source| statement(source, "zq§ = (if true then 1 else none) + 1"),
    },
    Kind {
        name: "`!` without proof",
        codes: &["P0307"],
        sites: |source| statement(source, "zq§ = (if len([1]) > 1 then 1 else none)!"),
    },
    Kind { name: "`!` on what is no optional", codes: &["P0315"], sites: |source| statement(source, "zq§ = 1!") },
    Kind { name: "a bool in a text", codes: &["P0308"], sites: |source| in_role(source, &Role::TextHole, "true") },
    Kind {
        name: "an optional in a text",
        codes: &["P0309"],
        sites: |source| in_role(source, &Role::TextHole, "if true then 1 else none"),
    },
    Kind { name: "a list in a text", codes: &["P0310"], sites: |source| in_role(source, &Role::TextHole, "[1, 2]") },
    Kind {
        name: "a string for an image",
        codes: &["P0311"],
        sites: |source| an_item(source, "const zq§: image = text(1)"),
    },
    Kind { name: "a string for a declared type", codes: &["P0312"], sites: string_for_newtype },
    Kind {
        name: "an image that is none",
        codes: &["P0313"],
        sites: |source| in_field(source, "image", "\"not an image\""),
    },
    Kind { name: "a `match` without a case", codes: &["P0314"], sites: arm_less },
    Kind { name: "a string in a sum", codes: &["P0315"], sites: |source| statement(source, "zq§ = 1 + \"a\"") },
    Kind { name: "a minus before a string", codes: &["P0315"], sites: |source| statement(source, "zq§ = -\"a\"") },
    Kind {
        name: "too large a number",
        codes: &["P0316"],
        sites: |source| statement(source, "zq§ = 9223372036854775807 + 1"),
    },
    Kind { name: "a division by zero", codes: &["P0316"], sites: |source| statement(source, "zq§ = 1 / 0") },
    Kind { name: "a negative size", codes: &["P0316"], sites: |source| statement(source, "zq§ = 1Gi - 2Gi") },
    Kind { name: "too many retries", codes: &["P0316"], sites: |source| in_field(source, "retries", "-1") },
    Kind {
        name: "an exit code that is none",
        codes: &["P0316"],
        sites: |source| in_field(source, "on_exit", "{ 700: .warn }"),
    },
    Kind { name: "a literal without a type", codes: &["P0317"], sites: |source| statement(source, "zq§ = []") },
    Kind { name: "a case without a type", codes: &["P0317"], sites: |source| statement(source, "zq§ = .zq") },
    Kind {
        name: "a pattern that is none",
        codes: &["P0318"],
        sites: |source| an_item(source, "type Zq§ = string matching \"a(b\""),
    },
    Kind {
        name: "branches of two types",
        codes: &["P0301"],
        sites: |source| statement(source, "zq§ = if true then 1 else 2h"),
    },
    Kind { name: "elements of two types", codes: &["P0301"], sites: |source| statement(source, "zq§ = [1, 2h]") },
    Kind { name: "`for` over a number", codes: &["P0301"], sites: |source| statement(source, "for zq§ in 7 { }") },
    Kind { name: "`in` of a number", codes: &["P0315"], sites: |source| statement(source, "zq§ = 1 in 2") },
    Kind { name: "a shell that is not written out", codes: &["P0501"], sites: |source| in_field(source, "shell", "7") },
];

fn other_than_declared(source: &Source) -> Vec<Site> {
    let wrong = |slot: &super::super::source::Slot| match &slot.role {
        Role::Declared(ty) => match ty.trim_end_matches('?') {
            "int" | "cpu" => Some("\"seven\""),
            "string" | "bool" | "duration" | "size" | "path" | "image" => Some("7"),
            _ => None,
        },
        Role::Condition
        | Role::Field(_)
        | Role::ScriptHole
        | Role::TextHole
        | Role::Arg
        | Role::Bound
        | Role::Other => None,
    };
    source.slots.iter().filter_map(|slot| Site::replace(source, slot.span.clone(), wrong(slot)?)).collect()
}

fn string_for_newtype(source: &Source) -> Vec<Site> {
    let types = source.item("type");
    types
        .flat_map(|item| {
            let text = format!("const zq§: {} = text(1)", item.name);
            an_item(source, &text).into_iter().map(|site| site.needing([&*item.name]))
        })
        .collect()
}

/// The last arm of a `match` with several on lines of their own, without what ends the line before.
fn arm_less(source: &Source) -> Vec<Site> {
    let matches = source.slots.iter().filter_map(|slot| {
        let Shape::Match { arms } = &slot.shape else { return None };
        let [.., before, last] = arms.as_slice() else { return None };
        let unit = source.unit_of(&slot.span)?;
        let needs = source.slice(&source.units[unit].span).to_owned();
        Some(Site::replace(source, before.end..last.end, "")?.needing_words(&needs))
    });
    matches.collect()
}
