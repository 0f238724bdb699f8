//! What is kept elsewhere: where, and its signature, as far as the calls of it tell.

use super::cx::Cx;
use super::findings;
use super::model::{Asked, AskedSpace, At, Callee, Extern, Given, Pipeline};
use super::names::Names;
use super::refs::{Tail, Var, variables};
use super::slots::{Slot, Slots};
use crate::diag::Diagnostic;
use crate::source::Span;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// The fields of resolvers that the program has under another name, and those that say how something is fetched.
const FETCH: [(&str, &str, &str); 9] = [
    ("bundles", "secret", "secret"),
    ("bundles", "cache", "cache"),
    ("git", "token", "token"),
    ("git", "tokenKey", "token_key"),
    ("git", "serverURL", "server"),
    ("git", "scmType", "scm"),
    ("git", "cache", "cache"),
    ("hub", "url", "server"),
    ("cluster", "cache", "cache"),
];

/// The place that a reference names, among those that are known; `word` is what is kept there.
pub(super) fn found(
    word: &'static str,
    reference: &Node,
    cx: &mut Cx<'_, '_>,
    remarks: &mut Vec<String>,
) -> Option<usize> {
    cx.rest(reference, &["name", "kind", "apiVersion", "resolver", "params", "version"], "a reference", remarks);
    let (place, wish) = place(word, reference, cx, remarks)?;
    let key = format!("{word} {place:?}");
    if let Some(at) = cx.externs.iter().position(|one| one.key == key) {
        return Some(at);
    }
    let unpinned = is_unpinned(&place).then(|| unpinned(&place, reference, cx)).is_some();
    cx.externs.push(Extern {
        word,
        key,
        wish,
        ours: String::new(),
        place,
        unpinned,
        params: Vec::new(),
        spaces: Vec::new(),
        results: Vec::new(),
        calls: 0,
        in_place: false,
        names: Names::default(),
        span: reference.span,
        remarks: Vec::new(),
    });
    Some(cx.externs.len() - 1)
}

type Place = Vec<(&'static str, String)>;

/// The fields of the place, and a name for what is there.
fn place(
    word: &'static str,
    reference: &Node,
    cx: &mut Cx<'_, '_>,
    remarks: &mut Vec<String>,
) -> Option<(Place, String)> {
    let Some(resolver) = cx.at_of(reference, "resolver") else { return in_cluster(reference, cx, remarks) };
    let params: Vec<(String, At)> = reference
        .list("params")
        .iter()
        .filter_map(|one| Some((one.text_of("name")?.to_owned(), cx.at_of(one, "value")?)))
        .collect();
    let get = |name: &str| params.iter().find(|(known, _)| known == name).map(|(_, at)| at.text.clone());
    if let Some(name) = missing(&resolver.text, |name| get(name).is_some()) {
        cx.cannot(remarks, lacks(reference.span, name));
        return None;
    }
    let known: &[&str];
    let (mut place, wish): (Place, String) = match resolver.text.as_str() {
        "bundles" => {
            known = &["bundle", "name", "kind"];
            let (bundle, name) = (get("bundle"), get("name"));
            (vec![("bundle", bundle?), ("name", name.clone()?)], name?)
        }
        "git" => {
            known = &["url", "org", "repo", "revision", "pathInRepo"];
            let path = get("pathInRepo")?;
            let url = get("url").or_else(|| Some(format!("{}/{}", get("org")?, get("repo")?)))?;
            let revision = get("revision").unwrap_or_else(|| "main".to_owned());
            let stem = path.rsplit('/').next().unwrap_or(&path);
            let stem = stem.strip_suffix(".yaml").or_else(|| stem.strip_suffix(".yml")).unwrap_or(stem).to_owned();
            (vec![("git", url), ("revision", revision), ("path", path)], stem)
        }
        "hub" => {
            known = &["name", "version", "catalog", "kind", "type"];
            let name = get("name")?;
            let mut fields = vec![("hub", name.clone()), ("version", get("version")?)];
            fields.extend(get("catalog").map(|catalog| ("catalog", catalog)));
            (fields, name)
        }
        "cluster" => {
            known = &["name", "namespace", "kind"];
            let name = get("name")?;
            let mut fields = vec![("cluster", name.clone())];
            fields.extend(get("namespace").map(|namespace| ("namespace", namespace)));
            (fields, name)
        }
        "http" => {
            known = &["url", "digest"];
            let url = get("url")?;
            let stem = url.rsplit('/').next().unwrap_or(&url).trim_end_matches(".yaml").to_owned();
            (vec![("http", url), ("digest", get("digest").unwrap_or_default())], stem)
        }
        other => {
            let found = findings::not_said(
                resolver.span,
                format!("there is no resolver `{other}` here"),
                "there are bundles, git, hub, cluster and http",
            );
            cx.cannot(remarks, found);
            return None;
        }
    };
    for (name, at) in params.iter().filter(|(name, _)| !known.contains(&name.as_str())) {
        match FETCH.iter().find(|(of, theirs, _)| *of == resolver.text && theirs == name) {
            Some((_, _, ours)) => place.push((ours, at.text.clone())),
            None => {
                let message = format!("`{name}` of the resolver `{}` has no form in the program", resolver.text);
                cx.cannot(remarks, findings::not_said(at.span, message, "leave it out"));
            }
        }
    }
    let wish = if wish.is_empty() { word.to_owned() } else { wish };
    Some((place, wish))
}

/// What is referred to by its name alone.
fn in_cluster(reference: &Node, cx: &mut Cx<'_, '_>, remarks: &mut Vec<String>) -> Option<(Place, String)> {
    let kind = reference.text_of("kind").unwrap_or("Task");
    if reference.text_of("apiVersion").is_some_and(|version| !version.starts_with("tekton.dev/"))
        || kind == "ClusterTask"
    {
        let found =
            findings::not_said(reference.span, format!("a `{kind}` is not called"), "call a task that does the same");
        cx.cannot(remarks, found);
        return None;
    }
    let Some(name) = cx.at_of(reference, "name") else {
        cx.cannot(remarks, lacks(reference.span, "name"));
        return None;
    };
    Some((vec![("cluster", name.text.clone())], name.text))
}

/// What the resolver is not told and has to be.
fn missing(resolver: &str, has: impl Fn(&str) -> bool) -> Option<&'static str> {
    let all: &[&str] = match resolver {
        "bundles" => &["bundle", "name"],
        "git" if has("url") => &["pathInRepo"],
        "git" if has("repo") => &["org", "pathInRepo"],
        "git" => &["url"],
        "hub" => &["name", "version"],
        "cluster" => &["name"],
        "http" => &["url"],
        _ => &[],
    };
    all.iter().copied().find(|name| !has(name))
}

fn lacks(span: Span, name: &str) -> Diagnostic {
    let help = "nobody finds what it means: say where it is kept";
    findings::not_said(span, format!("the reference has no `{name}`"), help)
}

fn is_unpinned(place: &Place) -> bool {
    place.iter().any(|(field, text)| match *field {
        "bundle" => text.split_once("@sha256:").is_none_or(|(_, digest)| digest.len() != 64),
        "revision" => text.len() != 40 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "version" => !text.chars().all(|c| c.is_ascii_digit() || c == '.'),
        "digest" => text.is_empty(),
        _ => false,
    })
}

fn unpinned(place: &Place, reference: &Node, cx: &mut Cx<'_, '_>) {
    let what = match place.first() {
        Some(("bundle", text)) => format!("the bundle `{text}`"),
        Some((_, text)) => format!("what is found at `{text}`"),
        None => "what is found there".to_owned(),
    };
    let last = reference
        .list("params")
        .iter()
        .find(|one| matches!(one.text_of("name"), Some("bundle" | "revision" | "version")));
    let span = last.and_then(|one| one.get("value")).map_or(reference.span, |value| value.span);
    let mut found = findings::unpinned(span, &what);
    if cx.unpinned {
        // The program says it itself, so that there is no need of a remark.
        found.severity = crate::diag::Severity::Warning;
    }
    cx.push(found);
}

/// The parameter of that name.
pub(super) fn asked(one: &mut Extern, name: &str, slots: &mut Slots) -> Slot {
    if let Some(param) = one.params.iter_mut().find(|param| param.theirs == name) {
        param.given += 1;
        return param.slot;
    }
    let slot = slots.add(name);
    let ours = one.names.claim(name, "the");
    one.params.push(Asked { theirs: name.to_owned(), ours, slot, given: 1, is_place: true, texts: Vec::new() });
    slot
}

/// What a call of a pipeline gives the parameter.
pub(super) fn given(one: &mut Extern, name: &str, value: &Given) {
    let text = match value {
        Given::Text(at) if variables(&at.text).next().is_none() => Some(at.text.clone()),
        Given::Text(_) | Given::List(..) | Given::Object(..) => None,
    };
    one.params.iter_mut().filter(|param| param.theirs == name).for_each(|param| param.texts.push(text.clone()));
}

/// Whether the parameter is given a place once more.
pub(super) fn is_place(one: &mut Extern, name: &str, is_place: bool) {
    one.params.iter_mut().filter(|param| param.theirs == name).for_each(|param| param.is_place &= is_place);
}

pub(super) fn slot_of(one: &Extern, name: &str) -> Option<Slot> {
    one.params.iter().find(|param| param.theirs == name).map(|param| param.slot)
}

/// One more call, with these workspaces.
pub(super) fn called<'n>(one: &mut Extern, bound: impl Iterator<Item = (&'n str, bool)>) {
    one.calls += 1;
    for (name, optional) in bound {
        match one.spaces.iter_mut().find(|space| space.theirs == name) {
            Some(space) => {
                space.given += 1;
                space.optional |= optional;
            }
            None => {
                let ours = one.names.claim(name, "place");
                one.spaces.push(AskedSpace { theirs: name.to_owned(), ours, optional, given: 1 });
            }
        }
    }
}

/// What a call, a condition or a result of the pipeline reads is what those tasks leave.
pub(super) fn read(pipeline: &Pipeline<'_>, at: usize, cx: &mut Cx<'_, '_>) {
    let call = &pipeline.calls[at];
    let mut texts: Vec<At> =
        call.args.iter().chain(&call.matrix).flat_map(|(_, value)| value.texts()).cloned().collect();
    let span: Span = call.span;
    call.conds.iter().for_each(|cond| cond.texts(&mut |text| texts.push(At::new(text, span))));
    if at == 0 {
        texts.extend(pipeline.results.iter().map(|(_, value)| value.clone()));
    }
    if let Callee::Embedded(body) = &call.callee {
        let mut inner = Vec::new();
        super::gather::texts_of(body.spec, &mut inner);
        texts.extend(inner);
    }
    for text in texts {
        for var in variables(&text.text) {
            let Var::Result { task, result, tail } = var else { continue };
            let of = pipeline.calls.iter().find(|call| call.theirs == task).map(|call| &call.callee);
            if let Some(Callee::Extern(one)) = of {
                leaves(&mut cx.externs[*one], result, tail);
            }
        }
    }
}

/// What somebody reads of it.
pub(super) fn leaves(one: &mut Extern, result: &str, tail: Tail<'_>) {
    let is_list = matches!(tail, Tail::All | Tail::Index(_));
    match one.results.iter_mut().find(|(known, ..)| known == result) {
        Some((_, _, known)) => *known |= is_list,
        None => {
            let mut taken = Names::default();
            one.results.iter().for_each(|(_, ours, _)| drop(taken.claim(ours, "result")));
            let ours = taken.claim(result, "result");
            one.results.push((result.to_owned(), ours, is_list));
        }
    }
}
