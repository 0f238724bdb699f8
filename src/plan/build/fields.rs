//! The fields of a task that an engine reads before it runs anything.

use super::Builder;
use super::report::number_out_of_range;
use super::task::{Layers, Making, as_on_failure, strongest};
use crate::check::program as p;
use crate::plan::{FileInput, Needs, Task, Value, Verdict};

/// What an engine counts tries with.
const MOST_RETRIES: i64 = 1_000;

impl<'a> Builder<'a> {
    pub(super) fn limits(&mut self, layers: &Layers<'_, 'a>, task: &mut Task) {
        task.needs = self.needs(layers);
        task.timeout = self.duration(layers, "`timeout`", |fields| fields.timeout.as_ref());
        task.retry_delay = self.duration(layers, "`retry_delay`", |fields| fields.retry_delay.as_deref());
        task.retries = self.retries(layers).unwrap_or(0);
        if let Some((lock, frame)) = strongest(layers, |fields| fields.lock.as_deref()) {
            task.lock =
                self.known(frame, lock, "`lock`").and_then(|value| value.text()).filter(|name| !name.is_empty());
        }
    }

    pub(super) fn exits(&mut self, layers: &Layers<'_, 'a>, task: &mut Task) {
        if let Some((on_failure, frame)) = strongest(layers, |fields| fields.on_failure.as_deref()) {
            let value = self.known(frame, on_failure, "`on_failure`");
            task.on_failure = as_on_failure(&value.unwrap_or(Value::None));
        }
        // Codes are mapped by the scripts of a task, and an `extern task` has none of ours.
        let layers: &[_] = if task.source.is_some() { &[] } else { layers };
        for (fields, frame) in layers {
            for (code, verdict, span) in &fields.on_exit {
                let Some(Value::Case(case)) = self.known(frame, verdict, "`on_exit`") else { continue };
                match i32::try_from(*code) {
                    Ok(code @ 1..=255) => put(&mut task.on_exit, code, &case),
                    _ => self.report(number_out_of_range("an exit code of `on_exit`", *code, "1 to 255", *span)),
                }
            }
        }
        // To fail is what a code usually means.
        task.on_exit.retain(|(_, verdict)| *verdict != Verdict::Fail);
        task.on_exit.sort_by_key(|(code, _)| *code);
    }

    fn needs(&mut self, layers: &Layers<'_, 'a>) -> Needs {
        let mut needs = Needs::default();
        for (fields, frame) in layers {
            let Some(expr) = &fields.needs else { continue };
            // Of a literal only what was written counts, so that a modifier changes just that.
            if let p::Kind::Record(record, values) = &expr.kind {
                let program = self.program;
                let names = program.records[record.index()].fields.iter().map(|field| &*field.name);
                for (name, value) in names.zip(values).filter(|(name, _)| gives(fields, name)) {
                    if let Some(value) = self.known(frame, value, format_args!("`needs.{name}`")) {
                        set_need(&mut needs, name, value);
                    }
                }
            } else if let Some(Value::Record(values)) = self.known(frame, expr, "`needs`") {
                values.into_iter().for_each(|(name, value)| set_need(&mut needs, &name, value));
            }
        }
        needs
    }

    fn duration(
        &mut self,
        layers: &Layers<'_, 'a>,
        place: &str,
        pick: impl Fn(&'a p::Fields) -> Option<&'a p::Expr>,
    ) -> Option<i64> {
        let (expr, frame) = strongest(layers, pick)?;
        let Value::Duration(milliseconds) = self.known(frame, expr, place)? else { return None };
        Some(milliseconds)
    }

    fn retries(&mut self, layers: &Layers<'_, 'a>) -> Option<u32> {
        let (expr, frame) = strongest(layers, |fields| fields.retries.as_deref())?;
        let Value::Int(count) = self.known(frame, expr, "`retries`")? else { return None };
        match u32::try_from(count) {
            Ok(small) if count <= MOST_RETRIES => Some(small),
            _ => {
                self.report(number_out_of_range("`retries`", count, "0 to 1000", expr.span));
                None
            }
        }
    }

    pub(super) fn files(&mut self, making: &mut Making, layers: &Layers<'_, 'a>) -> Vec<FileInput> {
        let mut files: Vec<FileInput> = Vec::new();
        for (fields, frame) in layers {
            for file in &fields.files {
                let Some(path) = self.known_text(frame, &file.path, "the path of a file") else { continue };
                let content = self.noted(making, frame, &file.content, file.content.span);
                let made = FileInput { path, content, span: file.span };
                match files.iter_mut().find(|other| other.path == made.path) {
                    Some(other) => *other = made,
                    None => files.push(made),
                }
            }
        }
        files
    }
}

fn gives(fields: &p::Fields, name: &str) -> bool {
    fields.needs_given.has(name)
}

fn put(list: &mut Vec<(i32, Verdict)>, code: i32, case: &str) {
    let verdict = match case {
        "ok" => Verdict::Ok,
        "warn" => Verdict::Warn,
        "skip" => Verdict::Skip,
        _ => Verdict::Fail,
    };
    list.retain(|(other, _)| *other != code);
    list.push((code, verdict));
}

pub(super) fn set_need(needs: &mut Needs, name: &str, value: Value) {
    match (name, value) {
        ("kvm", Value::Bool(wanted)) => needs.kvm = wanted,
        ("privileged", Value::Bool(wanted)) => needs.privileged = wanted,
        ("network", Value::Bool(wanted)) => needs.network = wanted,
        ("cpu", Value::Cpu(amount)) => needs.cpu = Some(amount),
        ("memory", Value::Size(amount)) => needs.memory = Some(amount),
        ("disk", Value::Size(amount)) => needs.disk = Some(amount),
        ("arch", Value::Case(arch)) => needs.arch = Some(arch),
        // `none` takes back what a weaker layer asked for.
        ("cpu", _) => needs.cpu = None,
        ("memory", _) => needs.memory = None,
        ("disk", _) => needs.disk = None,
        ("arch", _) => needs.arch = None,
        (_, _) => {}
    }
}
