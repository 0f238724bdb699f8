//! The values that the PipelineRun gives to parameters.

use super::alone::Alone;
use super::lower::Lowered;
use super::object::{self, Item};
use super::shape::{Shape, Style};
use super::{escape, of_run, shape_gaps, template, types};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Diagnostics};
use crate::emit::yaml::{Map, Node, Page};
use crate::plan::params::text::parse;
use crate::plan::{Param, Plan, Value, record};

/// What one parameter is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Text {
    One(String),
    List(Vec<String>),
    /// The keys of an object.
    Keys(Vec<(String, String)>),
}

/// For a run that nobody replaces anything in.
pub(super) fn params(lowered: &Lowered<'_>) -> Vec<Map> {
    let entry = |(name, text): (&str, Text)| {
        let value: Node = match text {
            Text::One(text) => text.into(),
            Text::List(list) => list.into(),
            Text::Keys(keys) => keys.into_iter().fold(Map::new(), |map, (key, text)| map.with(key, text)).into(),
        };
        Map::new().with("name", name.to_owned()).with("value", value)
    };
    values(lowered).into_iter().map(entry).collect()
}

/// The same as a part of `spec`, with its variables as they are.
pub(super) fn write(page: &mut Page, lowered: &Lowered<'_>) {
    let values = values(lowered);
    if !values.is_empty() {
        page.raw("  params:\n");
    }
    for (name, text) in values {
        page.entry_text("  - name: ", name);
        match text {
            Text::One(text) => entry(page, lowered, "    value: ", &text),
            Text::List(list) => {
                page.raw(if list.is_empty() { "    value: []\n" } else { "    value:\n" });
                list.iter().for_each(|text| entry(page, lowered, "    - ", text));
            }
            Text::Keys(keys) => {
                page.raw("    value:\n");
                keys.iter().for_each(|(key, text)| entry(page, lowered, &format!("      {key}: "), text));
            }
        }
    }
}

/// A text of the run, which may hold variables of Pipelines-as-Code.
pub(super) fn entry(page: &mut Page, lowered: &Lowered<'_>, before: &str, text: &str) {
    if lowered.options.shape.style == Style::Pac && template::has_variables(text) {
        page.entry_template(before, text, template::is_tame(text));
    } else {
        page.entry_text(before, text);
    }
}

/// In the order of the parameters, by the name outside.
fn values<'a>(lowered: &'a Lowered<'_>) -> Vec<(&'a str, Text)> {
    let given = &lowered.options.shape.given;
    if let Some(alone) = Alone::of(lowered.plan) {
        return alone.params(given);
    }
    let value = |param: &Param| {
        let (_, text) = given.iter().find(|(name, _)| *name == param.name)?;
        read(param, text)
    };
    let open = lowered.plan.params.iter().filter(|param| lowered.names.has_param(&param.name));
    let open = object::grouped(open, |param| record::parts(lowered.names.param(&param.name)));
    let item = |item: Item<'a, Param>| match item {
        Item::Single(param) => Some((lowered.names.param(&param.name), value(param)?)),
        Item::Record(name, fields) => {
            fields.iter().any(|(_, param)| is_given(&lowered.options.shape, param)).then_some(())?;
            // Where a run gives a part, the engine takes nothing of the default.
            let key = |(key, param): &(&str, &Param)| {
                let text = match value(param) {
                    Some(Text::One(text)) => text,
                    Some(Text::List(_) | Text::Keys(_)) | None => param.default.as_ref()?.text()?,
                };
                Some(((*key).to_owned(), text))
            };
            Some((name, Text::Keys(fields.iter().filter_map(key).collect())))
        }
    };
    open.into_iter().filter_map(item).collect()
}

/// The parameters that whoever starts the run has to give: of a record whose default is none, every field that the run
/// does not have.
pub(super) fn missing<'a>(lowered: &'a Lowered<'_>) -> Vec<&'a str> {
    let shape = &lowered.options.shape;
    let params = lowered.plan.params.iter().filter(|param| !types::is_workspace(&param.ty));
    let mut missing = Vec::new();
    for item in object::grouped(params, |param| record::parts(lowered.names.param(&param.name))) {
        let (fields, taken) = match item {
            Item::Single(param) => (vec![param], false),
            Item::Record(_, fields) => {
                let begun = fields.iter().any(|(_, param)| is_given(shape, param));
                let taken = !begun && !object::is_whole(&fields);
                (fields.into_iter().map(|(_, param)| param).collect(), taken)
            }
        };
        let open = fields.into_iter().filter(|param| (taken || param.default.is_none()) && !is_given(shape, param));
        missing.extend(open.map(|param| lowered.names.param(&param.name)));
    }
    missing
}

/// As a value: a text that holds variables is one.
pub(super) fn value_of(param: &Param, given: &[(String, String)]) -> Option<Value> {
    let (_, text) = given.iter().find(|(name, _)| *name == param.name)?;
    Some(match read(param, text)? {
        Text::One(text) => Value::Text(text),
        Text::List(list) => Value::List(list.into_iter().map(Value::Text).collect()),
        Text::Keys(keys) => Value::Record(keys.into_iter().map(|(key, text)| (key, Value::Text(text))).collect()),
    })
}

fn read(param: &Param, text: &str) -> Option<Text> {
    if template::has_variables(text) {
        let is_list = types::is_list(&param.ty);
        return Some(if is_list { Text::List(elements(text)) } else { Text::One(text.to_owned()) });
    }
    let value = parse(&param.ty, text).ok()?;
    if let Value::List(list) = &value {
        return Some(Text::List(list.iter().filter_map(Value::text).collect()));
    }
    // An empty list reads as `none` where that is possible.
    if types::is_list(&param.ty) { Some(Text::List(Vec::new())) } else { value.text().map(Text::One) }
}

/// As on the command line: a JSON list, or commas between.
fn elements(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_else(|_| text.split(',').map(|one| one.trim().to_owned()).collect())
}

/// Whether the run has a value for the parameter, which then need not be given by whoever starts it.
pub(super) fn is_given(shape: &Shape, param: &Param) -> bool {
    shape.given.iter().any(|(name, _)| *name == param.name)
}

pub(super) fn report(lowered: &Lowered<'_>, out: &mut Diagnostics) {
    let shape = &lowered.options.shape;
    for (at, (name, text)) in shape.given.iter().enumerate() {
        if shape.given[..at].iter().any(|(other, _)| other == name) {
            let path = shape.path_of_given(name);
            let found = shape_gaps::wrong(shape, &path, format!("`{name}` is given twice"), "stands in `given` too");
            out.push(found.help("leave it out of one of them: the engine knows the value, or the run gives it"));
            continue;
        }
        match lowered.plan.params.iter().find(|param| param.name == *name) {
            None => out.push(no_parameter(lowered.plan, shape, name)),
            Some(param) if of_run::is_known(lowered.plan, param, text) => {}
            Some(param) => value(shape, param, text, out),
        }
    }
    if shape.style == Style::Pac {
        let missing =
            |param: &&Param| param.default.is_none() && !types::is_workspace(&param.ty) && !is_given(shape, param);
        lowered.plan.params.iter().filter(missing).for_each(|param| out.push(nobody_gives(shape, param)));
    }
}

fn value(shape: &Shape, param: &Param, text: &str, out: &mut Diagnostics) {
    let path = shape.path_of_given(&param.name);
    if template::has_variables(text) {
        if shape.style == Style::Pac {
            shape_gaps::variables(shape, &path, text, out);
        } else {
            let help = "only Pipelines-as-Code puts values there: say `style: .pac`, or write the value";
            out.push(
                shape_gaps::wrong(shape, &path, "nothing replaces `{{ … }}` in this run", "would stay as it is")
                    .help(help),
            );
        }
    } else if let Err(why) = parse(&param.ty, text) {
        out.push(
            shape_gaps::wrong(
                shape,
                &path,
                format!("`{}` cannot be given this: {why}", param.name),
                "is no value of it",
            )
            .label(param.span, format!("declared here as `{}`", param.ty))
            .help("values are read strictly by their type, as those of `-p` are"),
        );
    }
    if escape::is_changed_on_the_way(text) {
        let message = format!("tekton would change what `{}` is given", param.name);
        let help = if of_run::is_variable(text) {
            "what the engine knows of a run is for a `string` of a pipeline that is written here"
        } else {
            "bind it with `-p`: Tekton and Kubernetes read variables in the values of parameters, and know no escape"
        };
        out.push(shape_gaps::wrong(shape, &path, message, "holds `$(` or `$$`").help(help));
    }
}

fn no_parameter(plan: &Plan, shape: &Shape, name: &str) -> Diagnostic {
    let path = shape.path_of_given(name);
    if plan.bound.iter().any(|(bound, _)| bound == name) {
        let message = format!("`{name}` is bound already, so that no run can give it");
        return shape_gaps::wrong(shape, &path, message, "is no parameter of what is emitted")
            .help("leave it out here, or do not bind it with `-p` or as a `const`");
    }
    let known: Vec<String> = plan.params.iter().map(|param| param.name.clone()).collect();
    shape_gaps::wrong(shape, &path, format!("the pipeline has no parameter `{name}`"), "is given to nothing")
        .help(shape_gaps::did_you_mean(name, &known))
}

fn nobody_gives(shape: &Shape, param: &Param) -> Diagnostic {
    let name = &param.name;
    let found = Diagnostic::new(
        Code::P0617,
        param.span,
        format!("nobody gives `{name}` to a run that Pipelines-as-Code starts"),
    )
    .here("has no default");
    let found = match shape.place("style") {
        Some(place) => found.label(place, "starts runs by itself"),
        None => found,
    };
    found.help(format!("give it in `target tekton {{ given: {{ {name}: \"{{{{ revision }}}}\" }} }}`, as a text or by a variable; or give it a default"))
}
