//! Commands of a JobSpec into scripts: Go templates and what Groovy put in become values of the program.

use std::collections::BTreeSet;

use super::findings;
use super::params::{Given, Param, Params};
use super::schema::{JOBSPEC, Key, Kind};
use super::walk::{At, Group, Scalar, Value};
use crate::diag::{Diagnostic, Diagnostics, did_you_mean};
use crate::import::script::{Script, yaml};
use crate::source::Span;

/// What the values in scripts are taken from.
pub(super) struct Values<'a> {
    pub(super) root: &'a Group,
    /// The text of the file.
    pub(super) text: &'a str,
    pub(super) params: Params,
    /// The paths that a template reads.
    pub(super) read: BTreeSet<String>,
    /// The expression of the build's identifier; a command of the shell as long as no task has said it.
    pub(super) build_id: String,
    pub(super) out: Diagnostics,
}

/// Where workers had their files, and what has them now.
const WORKER_FOLDER: &str = "/srv";
const WORKSPACE: &str = "srv / \".\"";

/// Whether a path begins here that leads into the folder of the worker.
fn is_worker_folder(before: &str, rest: &str) -> bool {
    let begins = before.chars().next_back().is_none_or(|c| c.is_whitespace() || "\"'=(<>".contains(c));
    let behind = rest.strip_prefix(WORKER_FOLDER).map(|rest| rest.chars().next());
    begins && behind.is_some_and(|next| next.is_none_or(|c| c.is_whitespace() || "/\"');".contains(c)))
}

/// Where the shell is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Inside {
    Nothing,
    Single,
    Double,
    Comment,
}

struct Place {
    inside: Inside,
    /// The next character begins a word.
    begins: bool,
    escaped: bool,
}

impl Place {
    fn feed(&mut self, c: char) {
        let escaped = std::mem::take(&mut self.escaped);
        match (self.inside, c) {
            (Inside::Comment, '\n') => self.inside = Inside::Nothing,
            (Inside::Nothing | Inside::Double, '\\') if !escaped => self.escaped = true,
            (Inside::Nothing, '\'') if !escaped => self.inside = Inside::Single,
            (Inside::Single, '\'') => self.inside = Inside::Nothing,
            (Inside::Nothing, '"') if !escaped => self.inside = Inside::Double,
            (Inside::Double, '"') if !escaped => self.inside = Inside::Nothing,
            (Inside::Nothing, '#') if self.begins => self.inside = Inside::Comment,
            _ => {}
        }
        self.begins = c.is_whitespace() || matches!(c, ';' | '&' | '|' | '(');
    }
}

impl Values<'_> {
    /// A command as a script. `assigned` are the variables that scripts of its stage set themselves.
    pub(super) fn script(&mut self, command: &At, assigned: &BTreeSet<String>) -> Script {
        let text = &*command.text;
        let mut script = Script::default();
        let mut place = Place { inside: Inside::Nothing, begins: true, escaped: false };
        let (mut at, mut seen) = (0, 0);
        let mut trim = false;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            if let Some((action, length)) = rest.strip_prefix("{{").and_then(action) {
                let span = self.find(command, &rest[..length], &mut seen);
                if action.starts_with('-') {
                    script = trimmed_end(script);
                }
                trim = action.ends_with('-') && action.len() > 1;
                let expr = self.action(action.trim_matches('-').trim(), span);
                put(&mut script, place.inside, expr.as_deref());
                (at, place.begins) = (at + length, false);
                continue;
            }
            if let Some((inner, length)) = rest.strip_prefix("${").and_then(braced).filter(|_| !place.escaped)
                && let Some(name) = groovy_name(inner, place.inside == Inside::Single, assigned)
            {
                let span = self.find(command, &rest[..length], &mut seen);
                let alone = place.inside == Inside::Nothing
                    && place.begins
                    && text[at + length..].chars().next().is_none_or(|c| c.is_whitespace() || ";&|)".contains(c));
                let expr = self.groovy(&name, inner, alone, span);
                put(&mut script, place.inside, Some(&expr));
                (at, place.begins) = (at + length, false);
                continue;
            }
            if place.inside != Inside::Comment && is_worker_folder(&text[..at], rest) {
                put(&mut script, place.inside, Some(WORKSPACE));
                (at, place.begins) = (at + WORKER_FOLDER.len(), false);
                continue;
            }
            at += c.len_utf8();
            if trim && c.is_whitespace() {
                continue;
            }
            trim = false;
            place.feed(c);
            script.raw(c.encode_utf8(&mut [0; 4]));
        }
        script.trimmed()
    }

    /// Where a part of a text stands in the file. What is written with escapes is found as a whole only.
    fn find(&self, whole: &At, part: &str, seen: &mut usize) -> Span {
        let start = whole.span.start as usize;
        let source = self.text.get(start..whole.span.end as usize).unwrap_or_default();
        let Some(more) = source.get(*seen..).and_then(|rest| rest.find(part)) else { return whole.span };
        let at = *seen + more;
        *seen = at + part.len();
        let place = |at: usize| crate::source::offset(start + at);
        Span::new(whole.span.file, place(at), place(at + part.len()))
    }

    /// The expression that a template action means, unless it was reported or says nothing.
    fn action(&mut self, action: &str, span: Span) -> Option<String> {
        if action.starts_with("/*") && action.ends_with("*/") {
            return None;
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_';
        let path = action.strip_prefix('.').filter(|path| path.chars().all(plain) && !path.is_empty());
        let Some(path) = path else {
            self.out.push(findings::not_a_value(action, span));
            return None;
        };
        let names: Vec<&str> = path.split('.').collect();
        match names.as_slice() {
            ["Meta", "BuildID"] => Some(self.build_id.clone()),
            ["Meta", ..] => {
                self.out.push(findings::not_of_meta(action, span));
                None
            }
            ["JobSpec", names @ ..] | names => {
                let (path, key) = find_key(names, span).map_err(|found| self.out.push(found)).ok()?;
                self.value(&path, key, span)
            }
        }
    }

    /// The expression of a value of the JobSpec in text.
    fn value(&mut self, path: &str, key: &'static Key, span: Span) -> Option<String> {
        if matches!(key.kind, Kind::Map(_) | Kind::Maps(_) | Kind::Texts) {
            self.out.push(findings::not_one_word(path, span));
            return None;
        }
        self.read.insert(path.to_owned());
        self.warn_of_escapes(path, span);
        let name = self.param(path, key);
        let param = self.params.named(&name).expect("it was just made");
        Some(match &*param.ty {
            "bool" => format!("if {name} then \"true\" else \"false\""),
            "string?" => format!("{name} ?? \"\""),
            _ => name,
        })
    }

    fn warn_of_escapes(&mut self, path: &str, span: Span) {
        if let Some(Value::Scalar(Scalar::Text(text), place)) = self.root.at(path)
            && text.contains(['&', '\'', '"', '<', '>', '+'])
        {
            self.out.push(findings::was_escaped(path, *place, span));
        }
    }

    /// The parameter of a value, made when it is first wanted.
    pub(super) fn param(&mut self, path: &str, key: &Key) -> String {
        if let Some(param) = self.params.of(path) {
            return param.name.clone();
        }
        let value = match self.root.at(path) {
            Some(Value::Scalar(scalar, span)) => Some((scalar.clone(), *span)),
            Some(Value::Texts(..) | Value::Map(_) | Value::Maps(_)) | None => None,
        };
        let (ty, empty) = match key.kind {
            Kind::Bool | Kind::OptionalBool => ("bool", "false"),
            Kind::Int => ("int", "0"),
            Kind::Text | Kind::Texts | Kind::Map(_) | Kind::Maps(_) => ("string", "\"\""),
        };
        let given = self.given(path, value.as_ref());
        let default = (given == Given::Nothing).then(|| empty.to_owned());
        let (doc, ty) = (format!("`{path}` of the JobSpec."), ty.to_owned());
        self.params.add(Param { name: param_name(path), doc, ty, default, given, path: path.to_owned() })
    }

    /// What the parameter file says about a value. What Groovy filled in is not known.
    pub(super) fn given(&mut self, path: &str, value: Option<&(Scalar, Span)>) -> Given {
        match value {
            Some((Scalar::Text(text), span)) if text.contains("${") => {
                self.out.push(findings::groovy_value(path, text, *span));
                Given::Missing(text.clone())
            }
            Some((Scalar::Text(text), _)) if !text.is_empty() => Given::Value(yaml(text)),
            Some((Scalar::Bool(value), _)) => Given::Value(value.to_string()),
            Some((Scalar::Int(value), _)) => Given::Value(value.to_string()),
            Some((Scalar::Text(_), _)) | None => Given::Nothing,
        }
    }

    /// A parameter of what Groovy put into a command: words where it stands alone, else one text.
    fn groovy(&mut self, name: &str, inner: &str, alone: bool, span: Span) -> String {
        let path = format!("groovy:{inner}");
        if let Some(param) = self.params.of(&path) {
            return param.name.clone();
        }
        let (ty, default) = if alone { ("[string]", Some("[]".to_owned())) } else { ("string", None) };
        let given = Given::Missing(format!("${{{inner}}}"));
        let doc = format!("What Groovy put in the place of `${{{inner}}}`.");
        let param = Param { name: name.to_owned(), doc, ty: ty.to_owned(), default, given, path };
        let made = self.params.add(param);
        self.out.push(findings::groovy_in_command(inner, &made, ty, span));
        made
    }

    /// Adds a text of the JobSpec as one word, or as a parameter where Groovy filled it in.
    pub(super) fn word(&mut self, script: &mut Script, path: &str, wanted: &str, at: &At) {
        if !at.text.contains("${") {
            return script.word(&at.text);
        }
        let given = self.given(path, Some(&(Scalar::Text(at.text.clone()), at.span)));
        let doc = format!("`{path}` of the JobSpec.");
        let (name, ty) = (wanted.to_owned(), "string".to_owned());
        let name = self.params.add(Param { name, doc, ty, default: None, given, path: String::new() });
        script.hole(name);
    }
}

/// `recipe.git_ref` is `git_ref`, `spec.git_ref` is `spec_git_ref`.
fn param_name(path: &str) -> String {
    let short = ["recipe.", "job.", "clouds_cfgs.", "archives."].iter().find_map(|group| path.strip_prefix(group));
    short.unwrap_or(path).to_owned()
}

/// Puts a value where it stands: out of single quotes, and as words into a comment.
fn put(script: &mut Script, inside: Inside, expr: Option<&str>) {
    let Some(expr) = expr else { return };
    // Not of a parameter: the shell asks for it.
    let is_shell = expr.starts_with("$(");
    let mut add = |before: &str, behind: &str| {
        script.raw(before);
        if is_shell {
            script.raw(expr);
        } else {
            script.hole(expr);
        }
        script.raw(behind);
    };
    match inside {
        Inside::Nothing if is_shell => add("\"", "\""),
        Inside::Nothing | Inside::Double => add("", ""),
        Inside::Single => add("'\"", "\"'"),
        Inside::Comment => script.raw(&format!("({expr})")),
    }
}

fn trimmed_end(mut script: Script) -> Script {
    if let Some(crate::import::script::Piece::Raw(last)) = script.pieces.last_mut() {
        last.truncate(last.trim_end().len());
    }
    script
}

/// What is between `{{` and `}}`, and how long all of it is.
fn action(rest: &str) -> Option<(&str, usize)> {
    let end = rest.find("}}")?;
    Some((rest[..end].trim(), end + 4))
}

fn braced(rest: &str) -> Option<(&str, usize)> {
    let end = rest.find('}')?;
    Some((&rest[..end], end + 3))
}

/// The name for what Groovy put in the place of `${inner}`; `None` of what is a variable of the shell.
fn groovy_name(inner: &str, in_single_quotes: bool, assigned: &BTreeSet<String>) -> Option<String> {
    let names: Vec<&str> = inner.split('.').collect();
    let is_name = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    if !names.iter().all(is_name) {
        return None;
    }
    let last = names.last().copied().unwrap_or_default();
    let is_shell = names.len() == 1
        && (in_single_quotes || assigned.contains(last) || !last.contains(|c: char| c.is_ascii_lowercase()));
    (!is_shell).then(|| last.to_owned())
}

/// The variables that scripts set, near enough: a word before `=`, and behind `for` and the like.
pub(super) fn assigned(scripts: &[At]) -> BTreeSet<String> {
    let mut set = BTreeSet::new();
    for script in scripts {
        for line in script.text.lines() {
            let words: Vec<&str> = line.split(|c: char| c.is_whitespace() || ";&|()".contains(c)).collect();
            let setters = ["for", "read", "local", "declare", "export", "readonly", "mapfile", "readarray"];
            let behind = words.iter().position(|word| setters.contains(word)).map_or(words.len(), |at| at + 1);
            set.extend(
                words.iter().filter_map(|word| word.split_once('=')).map(|(name, _)| name.trim_end_matches('+')),
            );
            set.extend(words[behind..].iter().copied());
        }
    }
    set.into_iter().map(str::to_owned).collect()
}

/// The key of the names that a template goes through.
fn find_key(names: &[&str], span: Span) -> Result<(String, &'static Key), Diagnostic> {
    let mut keys: &'static [Key] = JOBSPEC;
    let mut path = String::new();
    let mut found = None;
    for name in names {
        let Some(key) = keys.iter().find(|key| key.go == *name) else {
            let same = keys.iter().find(|key| key.go.eq_ignore_ascii_case(name)).map(|key| key.go);
            let near = same.or_else(|| did_you_mean(name, keys.iter().map(|key| key.go)));
            return Err(findings::unknown_in_template(name, near, span));
        };
        path = if path.is_empty() { key.yaml.to_owned() } else { format!("{path}.{}", key.yaml) };
        keys = match key.kind {
            Kind::Map(keys) => keys,
            Kind::Text | Kind::Bool | Kind::OptionalBool | Kind::Int | Kind::Texts | Kind::Maps(_) => &[],
        };
        found = Some(key);
    }
    found.map(|key| (path, key)).ok_or_else(|| findings::not_a_value("", span))
}
