//! The steps that are calls of the library.

use super::findings;
use super::model::At;
use super::read::place;
use super::steps::{Body, Entries, Here, Maker, Task, at};
use crate::import::script::quoted;
use crate::yaml_read::look::Look;

/// The arguments of a call, those that are not given left out.
#[derive(Default)]
struct Args(Vec<(&'static str, String)>);

impl Args {
    fn put(&mut self, name: &'static str, value: Option<String>) {
        self.0.extend(value.map(|value| (name, value)));
    }

    fn list(&mut self, name: &'static str, values: &[String]) {
        if !values.is_empty() {
            self.0.push((name, format!("[{}]", values.join(", "))));
        }
    }

    fn call(self, name: &'static str) -> Task {
        Task { body: Body::Call { name, args: self.0 }, env: Vec::new(), files: Vec::new(), account: None }
    }
}

/// Where `repo: stage` leads.
const STAGE_REPO: &str = "https://kubernetes-charts.storage.googleapis.com";

impl<'a> Maker<'_, 'a> {
    pub(super) fn docker(&mut self, here: &Here<'_, 'a>) -> Option<Task> {
        let mut args = Args::default();
        args.put("file", Some(self.needed(here, "file")?));
        args.list("tags", &self.tags(here)?);
        args.put("destination", Some(self.destination(here)?));
        args.put("context", self.text(here, "context")?);
        let push = self.flag(here, "push")?;
        args.put("push", push.clone().filter(|push| push != "true"));
        args.list("args", &self.list(here, "args")?);
        let (names, env) = self.secret_args(here)?;
        args.list("secret_args", &names);
        if push.as_deref() != Some("false") {
            let doc = "The credentials of the registry: the `config.json` in the secret `NAME`.";
            args.put("auth", self.secret(here, "secret", Some(self.registry_secret()), doc)?);
            self.trusts_nobody(here);
        }
        if self.flag(here, "append-cert")?.is_some_and(|append| append != "false") {
            let span = here.step.fields.key_span("append-cert");
            let help =
                "left out: Wharf read certificates from a folder that nothing filled; put a `COPY` in the Dockerfile";
            self.vars.out.push(findings::assumed(span, "`append-cert` never had an effect", help));
        }
        Some(Task { env, ..args.call("docker") })
    }

    /// The name that the registry's credentials have where the step does not say it.
    fn registry_secret(&self) -> &'static str {
        let is_known = |name: &str| self.vars.document.variables.iter().any(|one| one.name == name);
        if is_known("REG_SECRET") { "${REG_SECRET}" } else { "gitlab-registry" }
    }

    /// The tags, one each; of what is known, the empty ones are left out.
    fn tags(&mut self, here: &Here<'_, 'a>) -> Option<Vec<String>> {
        let node = here.step.fields.get("tag")?;
        let whole = at(node)?;
        let mut tags = Vec::new();
        for text in whole.text.split(',').map(str::trim).filter(|text| !text.is_empty()) {
            tags.push(self.vars.text(&At { text: text.to_owned(), span: whole.span }, &here.place)?.text());
        }
        if tags.is_empty() {
            self.vars.out.push(findings::contradiction(node.span, "there is no tag in `tag`", "name at least one"));
            return None;
        }
        Some(tags)
    }

    /// The image without its tag.
    fn destination(&mut self, here: &Here<'_, 'a>) -> Option<String> {
        let fields = here.step.fields;
        if let Some(destination) = self.text(here, "destination")? {
            for idle in ["name", "group", "registry"].into_iter().filter(|field| fields.has(field)) {
                let message = format!("`{idle}` says nothing beside `destination`");
                self.vars.out.push(findings::assumed(fields.key_span(idle), message, "left out: it has no effect"));
            }
            return Some(destination);
        }
        let registry = self.or_variable(here, "registry", "REG_URL")?;
        let group = self.or_variable(here, "group", "REPO_GROUP")?;
        let repo = self.or_variable(here, "", "REPO_NAME")?;
        let name = self.text(here, "name")?.unwrap_or_else(|| quoted(here.step.name));
        Some(format!("wharf.destination({registry}, {group}, {repo}, {name})"))
    }

    /// A field, or a variable in its place.
    fn or_variable(&mut self, here: &Here<'_, 'a>, field: &str, name: &str) -> Option<String> {
        match self.text(here, field)? {
            Some(text) => Some(text),
            None => {
                let at = At { text: format!("${{{name}}}"), span: here.step.typed };
                Some(self.vars.text(&at, &here.place)?.text())
            }
        }
    }

    /// `${CHART_REPO}/${REPO_GROUP}`
    fn chart_repo(&mut self, here: &Here<'_, 'a>) -> Option<String> {
        let at = At { text: "${CHART_REPO}/${REPO_GROUP}".to_owned(), span: here.step.typed };
        Some(self.vars.text(&at, &here.place)?.text())
    }

    /// The names of build arguments that are secrets, and the variables that hold them.
    fn secret_args(&mut self, here: &Here<'_, 'a>) -> Option<(Vec<String>, Entries)> {
        let fields = here.step.fields;
        let (has_name, list) = (fields.has("secretName"), fields.list("secretArgs"));
        let name = fields.get("secretName").and_then(super::read::plain).unwrap_or_default();
        if has_name == list.is_empty() {
            let (is, lacks) = if has_name { ("secretName", "secretArgs") } else { ("secretArgs", "secretName") };
            let help = "one says which secret, the other which of its keys are build arguments";
            let message = format!("`{is}` is given without `{lacks}`");
            self.vars.out.push(findings::contradiction(fields.key_span(is), message, help));
            return None;
        }
        let (mut names, mut env) = (Vec::new(), Vec::new());
        for node in list {
            let text = super::read::plain(node).unwrap_or_default();
            let Some((arg, key)) = text.split_once('=').filter(|(arg, key)| !arg.is_empty() && !key.is_empty()) else {
                let message = format!("`{text}` is no `ARGUMENT=key`");
                let help = "write the name of the build argument, `=`, and the key of the secret";
                self.vars.out.push(findings::contradiction(node.span, message, help));
                return None;
            };
            let doc = format!("The key `{key}` of the secret `{name}` of the project.");
            let value = self.vars.secret(&format!("{name}_{key}"), &doc, node.span);
            names.push(quoted(arg));
            env.push((arg.to_owned(), value.expr));
        }
        Some((names, env))
    }

    pub(super) fn helm(&mut self, here: &Here<'_, 'a>) -> Option<Task> {
        let mut args = Args::default();
        for field in ["chart", "name", "namespace"] {
            args.put(field, Some(self.needed(here, field)?));
        }
        let repo = match self.text(here, "repo")? {
            Some(repo) if repo == "\"stage\"" => {
                let span = place(here.step.fields, "repo", here.step.span);
                let help = format!(
                    "it means `{STAGE_REPO}`, which is closed; its charts are kept at `https://charts.helm.sh/stable`"
                );
                self.vars.out.push(findings::assumed(span, "the repository `stage` is gone", help));
                quoted(STAGE_REPO)
            }
            Some(repo) => repo,
            None => self.chart_repo(here)?,
        };
        args.put("repo", Some(repo));
        let set = self.pairs(here, "set")?;
        if !set.is_empty() {
            let span = here.step.fields.key_span("set");
            let help = "Wharf read it, and never handed it to helm";
            self.vars.out.push(findings::otherwise(span, "`set` reaches the chart", help));
        }
        args.list("set", &set);
        args.list("files", &self.list(here, "files")?);
        let files: Vec<At> = here.step.fields.list("files").iter().filter_map(at).collect();
        args.list("values", &self.filled(here, &files)?);
        args.put("chart_version", self.text(here, "chartVersion")?);
        let version = self.given(here, "helmVersion")?;
        if let Some(version) = &version {
            self.vars.fix(version);
        }
        args.put("version", version.map(|version| version.text()));
        args.put("cluster", self.cluster(here)?);
        args.put("auth", self.chart_secret(here)?);
        Some(args.call("helm"))
    }

    fn cluster(&mut self, here: &Here<'_, 'a>) -> Option<Option<String>> {
        let doc = "How the cluster is reached: the kubeconfig in the ConfigMap `NAME`.";
        self.secret(here, "cluster", Some("kubectl-config"), doc)
    }

    fn chart_secret(&mut self, here: &Here<'_, 'a>) -> Option<Option<String>> {
        let is_known = self.vars.document.variables.iter().any(|one| one.name == "HELM_REG_SECRET");
        let default = is_known.then_some("${HELM_REG_SECRET}");
        let doc = "The credentials of the repository of charts: the `config.json` in the secret `NAME`.";
        self.secret(here, "secret", default, doc)
    }

    pub(super) fn helm_package(&mut self, here: &Here<'_, 'a>) -> Option<Task> {
        let mut args = Args::default();
        let destination = match self.text(here, "destination")? {
            Some(destination) => destination,
            None => self.chart_repo(here)?,
        };
        args.put("destination", Some(destination));
        args.put("chart_path", self.text(here, "chart-path")?);
        args.put("version", self.text(here, "version")?);
        args.put("auth", self.chart_secret(here)?);
        self.trusts_nobody(here);
        Some(args.call("helm_package"))
    }

    pub(super) fn kubectl(&mut self, here: &Here<'_, 'a>) -> Option<Task> {
        let mut args = Args::default();
        let fields = here.step.fields;
        let mut texts = self.list(here, "files")?;
        texts.extend(self.text(here, "file")?);
        if texts.is_empty() {
            let what = format!("the step `{}`", here.step.name);
            self.vars.out.push(findings::missing(here.step.typed, &what, "file"));
            return None;
        }
        args.list("files", &texts);
        let files: Vec<At> = fields.list("files").iter().chain(fields.get("file")).filter_map(at).collect();
        args.list("values", &self.filled(here, &files)?);
        args.put("namespace", self.text(here, "namespace")?);
        args.put("action", self.action(here)?);
        args.put("force", self.flag(here, "force")?.filter(|force| force != "false"));
        args.put("cluster", self.cluster(here)?);
        Some(args.call("kubectl"))
    }

    /// Inside is nothing for what it does anyway.
    fn action(&mut self, here: &Here<'_, 'a>) -> Option<Option<String>> {
        let known = ["apply", "create", "delete", "replace", "patch"];
        let Some(value) = self.given(here, "action")? else { return Some(None) };
        let span = place(here.step.fields, "action", here.step.span);
        match &value.literal {
            Some(word) if known.contains(&&**word) => Some((word != "apply").then(|| format!(".{word}"))),
            Some(word) => {
                self.vars.out.push(findings::not_one_of(span, "`action`", word, &known));
                None
            }
            None => {
                let help = "write it out: a task does one thing";
                self.vars.out.push(findings::not_said(span, "`action` depends on a variable", help));
                None
            }
        }
    }

    pub(super) fn nuget_package(&mut self, here: &Here<'_, 'a>) -> Option<Task> {
        let mut args = Args::default();
        args.put("version", Some(self.needed(here, "version")?));
        args.put("project_path", Some(self.needed(here, "project-path")?));
        args.put("repo", Some(self.needed(here, "repo")?));
        args.put("skip_duplicate", self.flag(here, "skip-duplicate")?.filter(|skip| skip != "false"));
        let files = self.certificates(here)?;
        let doc = "The key that packages are pushed with: `token` of the secret `wharf-nuget-api-token`.";
        let token = self.vars.secret("wharf-nuget-api-token", doc, here.step.typed);
        args.put("token", Some(token.expr));
        Some(Task { files, ..args.call("nuget_package") })
    }
}
