//! What is wrong with a lock, with a look-up, and with what programs want of both.

use std::fmt::Display;

use super::image::Reference;
use super::platform::Platform;
use super::{Entry, FILE};
use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::source::Span;

const AGAIN: &str = "`pipec lock` writes this file: put back what git has of it, or remove it and run `pipec lock`";

pub(super) fn unreadable(path: &str, error: &dyn Display) -> Diagnostic {
    Diagnostic::global(Code::P0753, format!("`{path}` is not what `pipec lock` writes: {error}")).help(AGAIN)
}

pub(super) fn other_version(path: &str, version: u32) -> Diagnostic {
    Diagnostic::global(Code::P0753, format!("`{path}` has the form {version}, which this `pipec` does not read"))
        .help("another version of `pipec` has written it: use that one, or remove the file and run `pipec lock`")
}

pub(super) fn twice(path: &str) -> Diagnostic {
    Diagnostic::global(Code::P0753, format!("`{path}` has an image twice"))
        .help(format!("two branches were merged, it seems; which of the two is meant cannot be known. {AGAIN}"))
}

pub(super) fn no_digest(path: &str, entry: &Entry) -> Diagnostic {
    let digest = entry.digest.as_deref().unwrap_or_default();
    Diagnostic::global(Code::P0753, format!("`{path}` gives `{}` the digest `{digest}`, which is none", entry.image))
        .help(format!("a digest is `sha256:` and 64 digits. {AGAIN}"))
}

/// What `--check` says.
pub fn out_of_date(path: &str, missing: &[String], unused: &[String]) -> Diagnostic {
    let list = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let mut parts = Vec::new();
    if !missing.is_empty() {
        parts.push(format!("it lacks {}", list(missing)));
    }
    if !unused.is_empty() {
        parts.push(format!("no program names {}", list(unused)));
    }
    let why = if parts.is_empty() { "the images are others by now".to_owned() } else { parts.join("; ") };
    Diagnostic::global(Code::P0754, format!("`{path}` is out of date: {why}"))
        .help("run `pipec lock` without `--check`, look at what has changed, and commit it")
}

/// What `--locked` says of an image that the lock does not have.
pub(super) fn not_locked(span: Span, image: &str) -> Diagnostic {
    Diagnostic::new(Code::P0755, span, format!("`{image}` is not in `{FILE}`"))
        .here("with `--locked`, only what was looked at may run")
        .help(format!("run `pipec lock`, and commit `{FILE}`; or write the digest: `…@sha256:…`"))
}

/// The text of an image is no name that a registry knows.
pub fn no_name(image: &str) -> Diagnostic {
    look_up(image, "it is no name of an image").help("a name is `registry/repository:tag` or `…@sha256:…`")
}

/// What cannot be found out without values of parameters.
pub(super) fn not_planned(path: &str, pipeline: &str) -> Diagnostic {
    Diagnostic::global(Code::P0759, format!("which images `{pipeline}` of `{path}` runs depends on values that are not given"))
        .help("those that the file writes out are locked all the same; give the values, `-p name=value`, for those that a library names")
}

fn look_up(image: &str, why: impl Display) -> Diagnostic {
    Diagnostic::global(Code::P0756, format!("`{image}` cannot be looked up: {why}"))
}

pub(super) fn no_platform(image: &str, platform: &Platform, known: &[String]) -> Diagnostic {
    let known = if known.is_empty() { "none that says its platform".to_owned() } else { known.join(", ") };
    look_up(image, format!("there is none for {platform}")).help(format!("there is {known}: choose with `--platform`"))
}

pub(super) fn no_image(image: &str) -> Diagnostic {
    look_up(image, "what has this name is no image of a container")
        .help("it may be an artifact of another kind, or of the first form of registries, which nobody writes any more")
}

pub(super) fn not_understood(image: &str, what: &str, error: &dyn Display) -> Diagnostic {
    look_up(image, format!("its {what} is not what a registry gives: {error}"))
        .help("is there a proxy or a login page between, or is this no registry at all? `curl -i` shows what it says")
}

pub(super) fn other_bytes(image: &str, said: &str, is: &str) -> Diagnostic {
    Diagnostic::global(Code::P0757, format!("`{image}` is not what its digest says"))
        .help(format!("asked for `{said}`, and what came is `{is}`: it was cut short or changed on its way, so nothing of it is believed"))
}

pub(super) fn not_allowed(image: &str, reference: &Reference, with_login: bool) -> Diagnostic {
    let registry = &reference.registry;
    let help = if with_login {
        format!(
            "`{registry}` does not let this login read it, or knows no such image: log in again, `podman login {registry}`"
        )
    } else {
        format!(
            "`{registry}` lets nobody read it who is not known, or has no such image: log in, `podman login {registry}` or `docker login {registry}`, or give it as files: `--from IMAGE=oci:DIR`"
        )
    };
    look_up(image, "the registry does not allow it").help(help)
}

pub(super) fn not_found(image: &str, reference: &Reference, what: &str) -> Diagnostic {
    let Reference { registry, repository, .. } = reference;
    let help = match what {
        "manifests" => format!(
            "`{registry}` has no `{}` of `{repository}`: is the tag right, and was the image pushed?",
            reference.version()
        ),
        _ => format!("`{registry}` has lost a part of it: push it again"),
    };
    look_up(image, "there is none").help(help)
}

pub(super) fn too_many(image: &str, reference: &Reference) -> Diagnostic {
    look_up(image, "the registry was asked too often")
        .help(format!("wait, or log in, since who is known may ask more often: `podman login {}`", reference.registry))
}

pub(super) fn refused(image: &str, url: &str, status: u16) -> Diagnostic {
    look_up(image, format!("the registry answers with {status}")).help(format!("asked for {url}"))
}

pub(super) fn no_answer(image: &str, url: &str, why: &str, insecure: bool) -> Diagnostic {
    let hint = if insecure { "" } else { "; a registry that speaks no TLS needs `--insecure`" };
    look_up(image, why).help(format!("asked for {url}{hint}; `--from IMAGE=oci:DIR` needs no network"))
}

pub(super) fn open_realm(image: &str, realm: &str) -> Diagnostic {
    look_up(image, format!("the registry wants the password sent to `{realm}`, unencrypted"))
        .help("nothing was sent; with `--insecure` it would be")
}

fn in_files(image: &str, place: &str, why: impl Display) -> Diagnostic {
    Diagnostic::global(Code::P0758, format!("`{image}` cannot be read from `{place}`: {why}"))
}

pub(super) fn no_layout(image: &str, place: &str) -> Diagnostic {
    in_files(image, place, "there is neither an `index.json` nor a `manifest.json`").help(
        "an OCI layout is made by `skopeo copy docker://IMAGE oci:DIR:TAG` or `podman save --format oci-dir`, an archive by `docker save`",
    )
}

pub(super) fn which(image: &str, place: &str) -> Diagnostic {
    in_files(image, place, "it has several images, and none of this name or platform")
        .help("give each its name when it is saved, or choose with `--platform`")
}

pub(super) fn no_part(image: &str, place: &str, part: &str) -> Diagnostic {
    in_files(image, place, format!("it lacks `{part}`"))
        .help("it was not written to its end, or for another platform: save it again")
}

/// Files that were named cannot be opened.
pub fn unreadable_part(image: &str, place: &str, why: &str) -> Diagnostic {
    in_files(image, place, why).help("check the path and its permissions")
}

pub(super) fn odd_digest(image: &str, digest: &str) -> Diagnostic {
    look_up(image, format!("`{digest}` is no digest that `pipec` checks")).help("it is not `sha256:` and 64 digits")
}

pub(super) fn unknown_command(span: Span, image: &str, task: &str) -> Diagnostic {
    Diagnostic::new(Code::P0535, span, format!("nobody knows which command `{task}` keeps"))
        .here(format!("`{FILE}` does not have `{image}`"))
        .help(format!(
            "a task without `run` runs what its image runs: `pipec lock` looks that up and writes it to `{FILE}`; or write `run: \"…\"`"
        ))
}

pub(super) fn no_command(span: Span, image: &str, task: &str) -> Diagnostic {
    Diagnostic::new(Code::P0535, span, format!("`{task}` has no command to keep"))
        .here(format!("`{image}` has neither an ENTRYPOINT nor a CMD"))
        .help("write what it is to do: `run: \"…\"`")
}
