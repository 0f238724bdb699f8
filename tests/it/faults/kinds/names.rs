//! Names that mean nothing, or two things.

use super::super::source::{Level, Role, Shape, Source, What};
use super::{Kind, Site, an_item, calls, in_slots, statement, statement_at};

pub(super) const KINDS: &[Kind] = &[
    Kind { name: "an unknown value", codes: &["P0201", "P0206"], sites: unknown_value },
    Kind { name: "an unknown value in a text", codes: &["P0201"], sites: unknown_in_text },
    Kind { name: "an unknown task or function", codes: &["P0201"], sites: unknown_callee },
    Kind { name: "an unknown name behind `after`", codes: &["P0201"], sites: unknown_after },
    Kind { name: "an unknown type", codes: &["P0203"], sites: unknown_type },
    Kind { name: "an unknown field", codes: &["P0204"], sites: unknown_field },
    Kind { name: "an unknown module", codes: &["P0205"], sites: |source| an_item(source, "use zq_nowhere_§") },
    Kind { name: "an unknown parameter", codes: &["P0206"], sites: unknown_parameter },
    Kind { name: "a missing argument", codes: &["P0207"], sites: missing_argument },
    Kind { name: "too many arguments", codes: &["P0208"], sites: too_many_arguments },
    Kind { name: "an unknown case", codes: &["P0209"], sites: unknown_case },
    Kind { name: "an unknown part", codes: &["P0216", "P0206"], sites: unknown_part },
    Kind {
        name: "an unknown target",
        codes: &["P0601"],
        sites: |source| statement_at(source, |level| level == Level::Top, "target zq_nowhere_§ { }"),
    },
    Kind { name: "an item twice", codes: &["P0202"], sites: item_twice },
    Kind { name: "a binding twice", codes: &["P0202"], sites: binding_twice },
    Kind { name: "a part twice", codes: &["P0202"], sites: part_twice },
    Kind { name: "a field twice", codes: &["P0202"], sites: field_twice },
    Kind { name: "used before bound", codes: &["P0210"], sites: used_before },
    Kind { name: "a name too long", codes: &["P0212"], sites: too_long },
    Kind {
        name: "a definition that needs itself",
        codes: &["P0213"],
        sites: |source| an_item(source, "const zq_self_§: int = zq_self_§ + 1"),
    },
    Kind {
        name: "an artifact that needs itself",
        codes: &["P0213"],
        sites: |source| an_item(source, "artifact ZqSelf§ requires ZqSelf§"),
    },
    Kind { name: "a call of a value", codes: &["P0214"], sites: called_value },
    Kind { name: "a type as a value", codes: &["P0214"], sites: type_as_value },
    Kind { name: "a value as a type", codes: &["P0214"], sites: value_as_type },
    Kind { name: "a missing field of a record", codes: &["P0215"], sites: missing_field },
    Kind {
        name: "a task that runs nothing",
        codes: &["P0535"],
        sites: |source| statement(source, "task zq_idle_§ { image: \"quay.io/a/b:1\" }"),
    },
];

fn is_plain(source: &Source, slot: &super::super::source::Slot) -> bool {
    // The root of `cosa.arches` and `Platform.aws` is no value.
    let module = |name: &str| source.item("use").chain(source.item("enum")).any(|item| item.name == name);
    matches!(&slot.shape, Shape::Name(name) if !module(name))
}

fn unknown_value(source: &Source) -> Vec<Site> {
    in_slots(source, |slot| is_plain(source, slot) && !hole(slot), "zq_nothing")
}

fn unknown_in_text(source: &Source) -> Vec<Site> {
    in_slots(source, |slot| is_plain(source, slot) && hole(slot), "zq_nothing")
}

fn hole(slot: &super::super::source::Slot) -> bool {
    matches!(slot.role, Role::ScriptHole | Role::TextHole)
}

fn unknown_callee(source: &Source) -> Vec<Site> {
    let plain = calls(source).filter(|(_, callee, _, _)| !source.slice(callee).contains('.'));
    plain.filter_map(|(_, callee, _, _)| Site::replace(source, callee.clone(), "zq_nothing")).collect()
}

fn unknown_after(source: &Source) -> Vec<Site> {
    statement(source, "task zq_late_§ { image: \"quay.io/a/b:1\", run: \"true\" } after zq_nothing")
}

fn unknown_type(source: &Source) -> Vec<Site> {
    source.types.iter().filter_map(|at| Site::replace(source, at.clone(), "ZqNothing")).collect()
}

fn unknown_field(source: &Source) -> Vec<Site> {
    let fields = source.units.iter().filter(|unit| unit.what == What::Field);
    fields
        .filter_map(|unit| {
            let name = source.slice(&unit.span).split(':').next()?.trim_end();
            Site::replace(source, unit.span.start..unit.span.start + name.len(), "zq_nothing")
        })
        .collect()
}

fn behind_args<'s>(source: &'s Source, text: &'s str) -> impl Iterator<Item = (Site, String, usize)> + 's {
    calls(source).filter_map(move |(slot, callee, close, args)| {
        let name = source.slice(callee).to_owned();
        // Behind the last argument, also where the `)` stands on a line of its own.
        let written = source.slice(&(slot.span.start..close)).trim_end();
        let at = slot.span.start + written.len();
        let text = if args == 0 || written.ends_with([',', '(']) { format!(" {text}") } else { format!(", {text}") };
        Some((Site::replace(source, at..at, text)?.needing_words(&name), name, args))
    })
}

/// Functions and tasks of this file: what the words of the language take is told otherwise.
fn is_own(source: &Source, name: &str) -> bool {
    let kinds = ["fn", "task", "extern", "pipeline"];
    kinds.into_iter().any(|kind| source.item(kind).any(|item| item.name == name))
}

fn unknown_parameter(source: &Source) -> Vec<Site> {
    let all = behind_args(source, "zq_nothing: 1");
    let task =
        |name: &str| name.rsplit('.').next().is_some_and(|last| last.starts_with(|one: char| one.is_ascii_lowercase()));
    all.filter(|(_, name, _)| is_own(source, name) || name.contains('.') && task(name))
        .map(|(site, _, _)| site)
        .collect()
}

fn too_many_arguments(source: &Source) -> Vec<Site> {
    let own = behind_args(source, "1").filter(|(_, name, _)| is_own(source, name));
    own.filter_map(|(site, name, given)| {
        // Behind all parameters, so that it is one too many and no wrong one.
        let item = source.items.iter().find(|item| item.name == name)?;
        (given >= item.parts.len()).then_some(site)
    })
    .collect()
}

fn missing_argument(source: &Source) -> Vec<Site> {
    let needy = source.item("fn").filter(|item| item.parts.iter().filter(|part| part.1).count() == 1);
    needy
        .flat_map(|item| {
            statement(source, &format!("zq§ = {}()", item.name)).into_iter().map(|site| site.needing([&*item.name]))
        })
        .collect()
}

fn unknown_case(source: &Source) -> Vec<Site> {
    let cases =
        source.slots.iter().filter_map(|slot| if let Shape::Case(at) = &slot.shape { Some((slot, at)) } else { None });
    // Its type comes from the place, so the words of the place are needed.
    cases
        .filter_map(|(_, at)| {
            let site = Site::replace(source, at.clone(), "zq_nothing")?;
            let around = source.slice(&site.home).to_owned();
            Some(site.needing_words(&around))
        })
        .collect()
}

fn unknown_part(source: &Source) -> Vec<Site> {
    let parts = source.slots.iter().filter_map(|slot| {
        let Shape::Part(at, name) = &slot.shape else { return None };
        let root = source.slice(&(slot.span.start..at.start)).trim_end_matches('.').to_owned();
        // A task may be asked for any variable of its environment.
        let known = root != "out"
            && !root.ends_with(".env")
            && name != "status"
            && !source.item("use").chain(source.item("enum")).any(|item| item.name == root);
        known.then_some((root, at))
    });
    parts
        .filter_map(|(root, at)| {
            Some(Site::replace(source, at.clone(), "zq_nothing")?.needing_words(&root).needing(["!calls"]))
        })
        .collect()
}

fn item_twice(source: &Source) -> Vec<Site> {
    let named = source.items.iter().filter(|item| {
        matches!(item.kind, "enum" | "record" | "type" | "artifact" | "const" | "fn" | "task" | "pipeline")
    });
    named
        .flat_map(|item| {
            let text = if item.name.starts_with(char::is_uppercase) {
                format!("artifact {}", item.name)
            } else {
                format!("const {}: int = 1", item.name)
            };
            let last = source.gaps.iter().filter(|gap| gap.level == Level::File).max_by_key(|gap| gap.at);
            last.map(|gap| Site::put(source, gap, &text).needing([&*item.name]))
        })
        .collect()
}

fn binding_twice(source: &Source) -> Vec<Site> {
    let bound = source.units.iter().filter(|unit| matches!(unit.what, What::Stmt("bind" | "task" | "workspace")));
    bound
        .filter_map(|unit| {
            let gap = source
                .gaps
                .iter()
                .find(|gap| gap.at >= unit.span.end && source.text[unit.span.end..gap.at].trim().is_empty())?;
            Some(
                Site::put(source, gap, &format!("{} = 1", unit.declares.first()?))
                    .needing(unit.declares.iter().cloned()),
            )
        })
        .collect()
}

/// A parameter, field of a record or case said once more.
fn part_twice(source: &Source) -> Vec<Site> {
    let parts = source.units.iter().filter(|unit| matches!(unit.what, What::Case | What::Param | What::RecordField));
    parts
        .filter_map(|unit| {
            let written = source.slice(&unit.span).to_owned();
            if written.contains(['\n', '/']) {
                return None;
            }
            let mut site = Site::replace(source, unit.span.end..unit.span.end, format!(", {written}"))?;
            let at = source.units.iter().position(|other| other.span == unit.span && other.what == unit.what)?;
            site.unit = Some(at);
            site.home = unit.span.clone();
            Some(site)
        })
        .collect()
}

fn field_twice(source: &Source) -> Vec<Site> {
    let fields = source.units.iter().enumerate().filter(|(_, unit)| unit.what == What::Field);
    fields
        .filter_map(|(at, unit)| {
            let written = source.slice(&unit.span).to_owned();
            let simple = !written.contains(['\n', '/']);
            let mut site =
                Site::replace(source, unit.span.end..unit.span.end, format!(", {written}")).filter(|_| simple)?;
            (site.unit, site.home) = (Some(at), unit.span.clone());
            Some(site)
        })
        .collect()
}

/// A line above the statement that binds the name, in the same block.
fn used_before(source: &Source) -> Vec<Site> {
    let bound = source.units.iter().filter(|unit| matches!(unit.what, What::Stmt("bind" | "task")));
    bound
        .filter_map(|unit| {
            let before: Vec<_> = source.gaps.iter().filter(|gap| gap.at < unit.span.start).collect();
            let gap = before.into_iter().max_by_key(|gap| gap.at)?;
            let between = source.slice(&(gap.at..unit.span.start));
            let same = between.trim().is_empty() && gap.level != Level::File;
            let name = unit.declares.first()?;
            // A task may have the name of what it is bound to.
            let other = source.items.iter().any(|item| item.name == *name);
            (same && !other).then(|| Site::put(source, gap, &format!("zq§ = {name}")).needing([name.clone()]))
        })
        .collect()
}

fn too_long(source: &Source) -> Vec<Site> {
    let name = "zq_".repeat(25) + "§";
    statement(source, &format!("task {name} {{ image: \"quay.io/a/b:1\", run: \"true\" }}"))
}

fn called_value(source: &Source) -> Vec<Site> {
    let bound = source.item("const");
    bound
        .flat_map(|item| {
            statement(source, &format!("zq§ = {}(1)", item.name)).into_iter().map(|site| site.needing([&*item.name]))
        })
        .collect()
}

fn type_as_value(source: &Source) -> Vec<Site> {
    let kinds = source.items.iter().filter(|item| matches!(item.kind, "enum" | "record" | "artifact"));
    kinds
        .flat_map(|item| {
            statement(source, &format!("zq§ = {}", item.name)).into_iter().map(|site| site.needing([&*item.name]))
        })
        .collect()
}

fn value_as_type(source: &Source) -> Vec<Site> {
    let names = source.item("const");
    names
        .flat_map(|item| {
            an_item(source, &format!("const zq§: {} = 1", item.name))
                .into_iter()
                .map(|site| site.needing([&*item.name]))
        })
        .collect()
}

fn missing_field(source: &Source) -> Vec<Site> {
    let needy = source.item("record").filter(|item| item.parts.iter().filter(|part| part.1).count() == 1);
    needy
        .flat_map(|item| {
            an_item(source, &format!("const zq§: {} = {{ }}", item.name))
                .into_iter()
                .map(|site| site.needing([&*item.name]))
        })
        .collect()
}
