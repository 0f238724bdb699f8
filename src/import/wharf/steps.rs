//! Steps into tasks: a `container` has its own script, the other types are calls of the library.

use super::findings;
use super::manifests::Manifests;
use super::model::{At, Scalar, Stage, Step};
use super::read::{place, plain, scalar};
use super::schema::Kind;
use super::script::{self, Commands, Shell};
use super::value::{Ty, Value};
use super::vars::{Place, Vars};
use crate::import::script::{Script, quoted};
use crate::yaml_read::look::Look;
use crate::yaml_read::{Node, Yaml};

/// Names with expressions.
pub(super) type Entries = Vec<(String, String)>;

/// What a step becomes.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) body: Body,
    /// Variables beside those of the library.
    pub(super) env: Entries,
    /// Files that are put in place before it runs.
    pub(super) files: Entries,
    /// Who it is in a cluster.
    pub(super) account: Option<String>,
}

/// What a task does.
#[derive(Debug)]
pub(super) enum Body {
    /// Its image, who reads its script, and that.
    Own { image: String, shell: Shell, script: Script },
    /// A task of the library, with its arguments.
    Call { name: &'static str, args: Vec<(&'static str, String)> },
}

/// Makes tasks of steps.
pub(super) struct Maker<'m, 'a> {
    pub(super) vars: Vars<'a>,
    pub(super) manifests: Manifests<'m>,
    /// What is said once about all steps of a kind.
    pub(super) said: Said,
}

/// Remarks that have been made.
#[derive(Default, Debug)]
pub(super) struct Said {
    commands_stop: bool,
    certificates_count: bool,
}

/// A step, and where it stands.
pub(super) struct Here<'p, 'a> {
    pub(super) step: &'p Step<'a>,
    pub(super) place: Place<'p>,
}

impl<'a> Maker<'_, 'a> {
    /// The task of a step; nothing where something is wrong with it, which has been reported.
    pub(super) fn task(&mut self, stage: &Stage<'a>, step: &Step<'a>) -> Option<Task> {
        let all = 0..self.vars.document.environments.len();
        let environments = stage.only.clone().unwrap_or_else(|| all.collect());
        let place = Place { environments, without: stage.only.is_none(), stage: &stage.name };
        let here = Here { step, place };
        match step.of.kind {
            Kind::Container => self.container(&here),
            Kind::Docker => self.docker(&here),
            Kind::Helm => self.helm(&here),
            Kind::HelmPackage => self.helm_package(&here),
            Kind::Kubectl => self.kubectl(&here),
            Kind::NugetPackage => self.nuget_package(&here),
        }
    }

    fn container(&mut self, here: &Here<'_, 'a>) -> Option<Task> {
        let image = self.given(here, "image");
        let shell = self.shell(here);
        let account = self.account(here);
        let list: Vec<At> = here.step.fields.list("cmds").iter().filter_map(at).collect();
        let secret = self.given(here, "secretName");
        let mut env = match &secret {
            Some(Some(name)) => self.env_of_secret(here, name, &list),
            Some(None) | None => Vec::new(),
        };
        let files = self.certificates(here)?;
        if !std::mem::replace(&mut self.said.commands_stop, true) {
            self.vars.out.push(findings::commands_stop(here.step));
        }
        let has_secret = matches!(secret, Some(Some(_)));
        let commands = Commands { step: here.step.name, list: &list, shell: shell.as_ref()?, has_secret };
        let made = script::script(&commands, &here.place, &mut self.vars);
        env.extend(made.env);
        let image = image??;
        self.vars.fix(&image);
        let written = match &image.literal {
            Some(literal) => quoted(literal),
            None => format!("image({})", image.text()),
        };
        Some(Task {
            body: Body::Own { image: written, shell: shell?, script: made.script },
            env,
            files,
            account: account?,
        })
    }

    /// Who reads the commands; nothing where it was reported.
    fn shell(&mut self, here: &Here<'_, 'a>) -> Option<Shell> {
        let os = self.literal(here, "os", "linux")?;
        if os != "linux" {
            let span = place(here.step.fields, "os", here.step.span);
            if os == "windows" {
                let help = "a program has no machines with Windows: leave the step where it is";
                self.vars.soft(findings::not_said(span, "a step runs on Windows", help));
            } else {
                self.vars.out.push(findings::not_one_of(span, "`os`", &os, &["linux", "windows"]));
            }
            return None;
        }
        let shell = self.literal(here, "shell", "/bin/sh")?;
        let name = shell.rsplit('/').next().unwrap_or_default();
        Some(match name {
            "sh" | "ash" | "dash" => Shell::Sh,
            "bash" => Shell::Bash,
            _ => Shell::Other(shell),
        })
    }

    /// Inside is nothing for the account that every step has.
    fn account(&mut self, here: &Here<'_, 'a>) -> Option<Option<String>> {
        let account = self.literal(here, "serviceAccount", "default")?;
        Some((account != "default").then_some(account))
    }

    /// The variables that a secret gives: the file does not say which, so they are those that the script reads.
    fn env_of_secret(&mut self, here: &Here<'_, 'a>, secret: &Value, list: &[At]) -> Entries {
        let span = place(here.step.fields, "secretName", here.step.span);
        let Some(name) = &secret.literal else {
            let help = "write its name: a program is told which secrets it has";
            self.vars.soft(findings::not_said(span, "the name of a secret is known only when it runs", help));
            return Vec::new();
        };
        let names = self.vars.all_names();
        let variables = script::unset(list, &|variable| names.contains(&variable));
        if variables.is_empty() {
            let message = format!("the secret `{name}` gives variables, and no command reads one that nobody sets");
            self.vars.out.push(findings::assumed(span, message, "left out; give the task what it reads in its `env`"));
            return Vec::new();
        }
        let shown: Vec<&str> = variables.iter().map(String::as_str).collect();
        let message = format!(
            "the keys of the secret `{name}` are taken for {}",
            crate::import::tekton::findings::listed(&shown)
        );
        self.vars.out.push(findings::assumed(span, message, "these are what the commands read and nobody sets"));
        let param = |variable: &String| {
            let doc = format!("The key `{variable}` of the secret `{name}` of the project.");
            let value = self.vars.secret(&format!("{name}_{variable}"), &doc, span);
            (variable.clone(), value.expr)
        };
        variables.iter().map(param).collect()
    }

    /// The certificates of the house, as a file.
    pub(super) fn certificates(&mut self, here: &Here<'_, 'a>) -> Option<Entries> {
        let field = "certificatesMountPath";
        let folder = self.literal(here, field, "")?;
        if folder.is_empty() {
            return Some(Vec::new());
        }
        let span = place(here.step.fields, field, here.step.span);
        let doc = "The certificates of the house, as the ConfigMap `ca-certificates-config` has them.";
        let value = self.vars.outside("ca_certificates", doc, span);
        let path = format!("{}/ca-certificates.crt", folder.trim_end_matches('/'));
        let message = format!("the certificates are the file `{path}`");
        self.vars.out.push(findings::assumed(
            span,
            message,
            "the file does not say how those of the ConfigMap are called",
        ));
        Some(vec![(path, value.expr)])
    }

    /// A text that has to be known when the program is made.
    fn literal(&mut self, here: &Here<'_, 'a>, field: &str, default: &str) -> Option<String> {
        let Some(value) = self.given(here, field)? else { return Some(default.to_owned()) };
        if value.literal.is_none() {
            let span = place(here.step.fields, field, here.step.span);
            let help = "write the value out: it decides how the program is made";
            self.vars.soft(findings::not_said(span, format!("`{field}` depends on a variable"), help));
        }
        value.literal
    }

    /// The value of a field; inside is nothing where it is not given, outside where it was reported.
    pub(super) fn given(&mut self, here: &Here<'_, 'a>, field: &str) -> Option<Option<Value>> {
        let Some(node) = here.step.fields.get(field) else { return Some(None) };
        let Some(at) = at(node).filter(|at| !at.text.is_empty()) else { return Some(None) };
        let value = self.vars.text(&at, &here.place)?;
        if value.ty == Ty::Secret {
            self.vars.out.push(super::vars::secret_in_text(node.span, field));
            return None;
        }
        Some(Some(value))
    }

    /// As a text of the program.
    pub(super) fn text(&mut self, here: &Here<'_, 'a>, field: &str) -> Option<Option<String>> {
        Some(self.given(here, field)?.map(|value| value.text()))
    }

    /// As a text, of a field that has to be there: one that is not has been reported.
    pub(super) fn needed(&mut self, here: &Here<'_, 'a>, field: &str) -> Option<String> {
        self.text(here, field)?
    }

    /// As a flag.
    pub(super) fn flag(&mut self, here: &Here<'_, 'a>, field: &str) -> Option<Option<String>> {
        let Some(node) = here.step.fields.get(field) else { return Some(None) };
        if let Yaml::Bool(value) = node.value {
            return Some(Some(value.to_string()));
        }
        let value = self.vars.text(&at(node)?, &here.place)?;
        if value.ty != Ty::Flag {
            self.vars.out.push(findings::wrong_type(node.span, &format!("`{field}`"), "a flag", value.ty.word()));
            return None;
        }
        Some(Some(value.expr))
    }

    /// A list of texts.
    pub(super) fn list(&mut self, here: &Here<'_, 'a>, field: &str) -> Option<Vec<String>> {
        let items: Vec<At> = here.step.fields.list(field).iter().filter_map(at).collect();
        let values: Vec<Option<Value>> = items.iter().map(|at| self.vars.text(at, &here.place)).collect();
        let mut texts = Vec::new();
        for (at, value) in items.iter().zip(values) {
            let value = value?;
            if value.ty == Ty::Secret {
                self.vars.out.push(super::vars::secret_in_text(at.span, field));
                return None;
            }
            texts.push(value.text());
        }
        Some(texts)
    }

    /// Pairs as `key=value`.
    pub(super) fn pairs(&mut self, here: &Here<'_, 'a>, field: &str) -> Option<Vec<String>> {
        let mut pairs = Vec::new();
        for (key, node) in here.step.fields.get(field).map_or(&[][..], Look::entries) {
            let text = format!("{}={}", key.text, plain(node).unwrap_or_default());
            pairs.push(self.vars.text(&At { text, span: node.span }, &here.place)?.text());
        }
        Some(pairs)
    }

    /// The secret that a field names, or that is used where it names none.
    pub(super) fn secret(
        &mut self,
        here: &Here<'_, 'a>,
        field: &str,
        default: Option<&str>,
        doc: &str,
    ) -> Option<Option<String>> {
        let written = here.step.fields.get(field).and_then(plain).filter(|text| !text.is_empty());
        let Some(name) = written.or_else(|| default.map(str::to_owned)) else { return Some(None) };
        let span = place(here.step.fields, field, here.step.typed);
        let name = self.vars.name_of_secret(&At { text: name, span })?;
        Some(Some(self.vars.secret(&name, &doc.replace("NAME", &name), span).expr))
    }

    /// That certificates count, which is said once.
    pub(super) fn trusts_nobody(&mut self, here: &Here<'_, 'a>) {
        if !std::mem::replace(&mut self.said.certificates_count, true) {
            self.vars.out.push(findings::certificates_count(here.step));
        }
    }
}

/// A scalar as text.
pub(super) fn at(node: &Node) -> Option<At> {
    let text = match scalar(node)? {
        Scalar::Text(text) => text,
        Scalar::Int(value) => value.to_string(),
        Scalar::Bool(value) => value.to_string(),
    };
    Some(At { text, span: node.span })
}
