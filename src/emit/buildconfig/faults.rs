//! Options of the target that no build can have.

use super::class::{Classes, Privilege};
use super::options::{Options, Output};
use crate::emit::egress::is_range;
use crate::emit::kube;
use crate::plan::Plan;
use crate::plan::value::duration_text;

/// What is wrong with an option: its name, its value, what to write and why.
pub(super) struct Fault {
    pub(super) option: &'static str,
    pub(super) value: String,
    pub(super) help: String,
}

/// The first fault of each option.
pub(super) fn of(plan: &Plan, classes: &Classes) -> Vec<Fault> {
    let options = Options::of(plan);
    let mut faults = Faults(Vec::new());
    names(&options, &mut faults);
    store(&options, &mut faults);
    numbers(&options, &mut faults);
    labels(&options, &mut faults);
    output(&options, classes, &mut faults);
    network(&options, &mut faults);
    triggers(&options, &mut faults);
    faults.0
}

struct Faults(Vec<Fault>);

impl Faults {
    fn when(&mut self, wrong: bool, option: &'static str, value: impl Into<String>, help: impl Into<String>) {
        if wrong {
            self.0.push(Fault { option, value: value.into(), help: help.into() });
        }
    }

    /// A text, where it is given, that has to be in a form.
    fn form(&mut self, option: &'static str, text: Option<&String>, right: fn(&str) -> bool, help: &str) {
        if let Some(text) = text {
            self.when(!right(text), option, text, help);
        }
    }
}

const NAME: &str = "write lower-case letters, digits and `-`, beginning and ending with a letter or digit";

fn names(options: &Options, faults: &mut Faults) {
    faults.form("namespace", options.namespace.as_ref(), is_namespace, NAME);
    faults.form("store_secret", options.store_secret.as_ref(), kube::is_subdomain, NAME);
    faults.form("pull_secret", options.pull_secret.as_ref(), kube::is_subdomain, NAME);
}

fn store(options: &Options, faults: &mut Faults) {
    faults.form("store", options.store.as_ref(), is_place, "write `s3://bucket/prefix`");
    let url = "write an address, `https://minio.example.com`";
    faults.form("store_endpoint", options.store_endpoint.as_ref(), is_url, url);
    let alone = "there is no store that it belongs to: name one, `store: \"s3://bucket/prefix\"`, or leave it out";
    for (name, text) in [("store_secret", &options.store_secret), ("store_endpoint", &options.store_endpoint)] {
        faults.when(options.store.is_none() && text.is_some(), name, text.clone().unwrap_or_default(), alone);
    }
}

fn numbers(options: &Options, faults: &mut Faults) {
    let kept = "write how many finished builds are kept, 0 or more";
    let has_room = (0..=i64::from(i32::MAX)).contains(&options.history);
    faults.when(!has_room, "history", options.history.to_string(), kept);
    let times = "write how many tasks run at once, 1 or more: with less none could run";
    faults.when(options.most_at_once < 1, "at_once", options.most_at_once.to_string(), times);
    let time = "write how long a task without a `timeout` may take: `24h`";
    faults.when(options.deadline <= 0, "deadline", duration_text(options.deadline), time);
}

/// Labels that the manifests have of their own.
const OWN: [&str; 2] = ["app.kubernetes.io/managed-by", "app.kubernetes.io/part-of"];

fn labels(options: &Options, faults: &mut Faults) {
    for (key, value) in &options.labels {
        let own = "leave it out: it says which pipeline the object belongs to";
        faults.when(OWN.contains(&key.as_str()), "labels", key, own);
        let name = "write letters, digits, `-`, `_` and `.`, at most 63, behind `DOMAIN/` or alone";
        faults.when(!is_label_key(key), "labels", key, name);
        let text = "write at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit first and last";
        faults.when(!value.is_empty() && !is_label_text(value), "labels", value, text);
    }
}

/// A push Secret is for no privileged build, and only one build may make the image.
fn output(options: &Options, classes: &Classes, faults: &mut Faults) {
    let Some(output) = &options.output else { return };
    let form = if output.is_stream() {
        "write `STREAM:TAG`: small letters and digits with one of `.`, `_`, `-` between, and one tag"
    } else {
        "write `REGISTRY/NAME:TAG`, small letters in the name and no `https://` before it"
    };
    faults.when(!is_output(output), "output", &output.name, form);
    faults.form("output", output.push_secret.as_ref(), kube::is_subdomain, NAME);
    let makers = classes.used().into_iter().filter(|class| class.privilege == Privilege::Unprivileged).count();
    let none =
        "let a task without `kvm` and `privileged` make the image: the Secret to push with is for no privileged build";
    faults.when(makers == 0, "output", &output.name, none);
    let several = "let the tasks without privileges ask for one architecture: it is not known which of their builds makes the image";
    faults.when(makers > 1, "output", &output.name, several);
}

fn network(options: &Options, faults: &mut Faults) {
    for range in &options.egress {
        faults.when(!is_range(range), "egress", range, "write an address and how many of its bits count: `10.0.0.0/8`");
        let open = "write `deny_egress: true` too, or leave it out: without it every way is open";
        faults.when(!options.deny_egress, "egress", range, open);
    }
    let host = options.store_endpoint.as_deref().map(host);
    let is_near =
        host.is_some_and(|host| !host.contains('.') || host.ends_with(".svc") || host.ends_with(".svc.cluster.local"));
    let cut = options.deny_egress && options.store.is_some() && options.egress.is_empty() && !is_near;
    let help = "name the addresses of the store, `egress: [\"192.0.2.0/24\"]`: no build could reach it, nor leave anything for the next one";
    faults.when(cut, "deny_egress", "true", help);
}

/// Nothing that starts a build by itself has its archive.
fn triggers(options: &Options, faults: &mut Faults) {
    let instead = |kind: &str| match kind {
        "ConfigChange" => "run `start.sh` where the manifests are applied",
        "ImageChange" => "run `start.sh` by a CronJob, or in the pipeline that makes the image",
        _ => "let the hook start a job that runs `start.sh` with the account `…-start`, which may do no more than that",
    };
    for kind in &options.triggers {
        let help = format!(
            "leave it out, and {}: a trigger starts a build without its archive, so it would have neither tasks nor parameters, and builds that depend on it would not follow",
            instead(kind)
        );
        faults.when(true, "triggers", kind, help);
    }
}

fn is_namespace(text: &str) -> bool {
    kube::is_label(text) && text.len() <= kube::LONGEST_NAME
}

/// A bucket, and perhaps a prefix.
fn is_place(text: &str) -> bool {
    let Some(place) = text.strip_prefix("s3://") else { return false };
    let bucket = place.split('/').next().unwrap_or_default();
    kube::is_subdomain(bucket) && !text.contains(|c: char| c.is_control())
}

fn is_url(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control()))
}

/// Of an address, without the port.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default()
}

fn is_label_key(text: &str) -> bool {
    match text.split_once('/') {
        Some((domain, name)) => kube::is_subdomain(domain) && is_label_text(name),
        None => is_label_text(text),
    }
}

fn is_label_text(text: &str) -> bool {
    let edge = |one: char| one.is_ascii_alphanumeric();
    let inner = |one: char| edge(one) || matches!(one, '-' | '_' | '.');
    text.len() <= kube::LONGEST_NAME && text.starts_with(edge) && text.ends_with(edge) && text.chars().all(inner)
}

fn is_output(output: &Output) -> bool {
    let is_tag = |tag: &str| {
        let inner = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '-' | '.');
        !tag.is_empty() && tag.len() <= 128 && !tag.starts_with(['.', '-']) && tag.chars().all(inner)
    };
    if output.is_stream() {
        let part =
            |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit());
        return output
            .name
            .split_once(':')
            .is_some_and(|(name, tag)| name.split(['.', '_', '-']).all(part) && is_tag(tag));
    }
    let slash = output.name.rfind('/').map_or(0, |at| at + 1);
    let (path, last) = output.name.split_at(slash);
    let (name, tag) = last.split_once(':').unwrap_or((last, "latest"));
    let path = path.strip_suffix('/').unwrap_or(path);
    let component = |part: &str| {
        let legal = part
            .bytes()
            .all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || matches!(one, b'-' | b'_' | b'.'));
        let edge = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit();
        legal
            && part.starts_with(edge)
            && part.ends_with(edge)
            && !["..", "___", "._", "_.", "-.", ".-", "-_", "_-"].iter().any(|wrong| part.contains(wrong))
    };
    let mut parts = path.split('/').filter(|_| !path.is_empty());
    let host = parts.next().is_none_or(|host| {
        let (host, port) = host.split_once(':').unwrap_or((host, "443"));
        component(host) && !port.is_empty() && port.bytes().all(|one| one.is_ascii_digit())
    });
    host && parts.all(component) && component(name) && is_tag(tag)
}
