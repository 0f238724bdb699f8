//! What happened on every worker before its stage: the source config, repositories, overrides, an earlier build.

use super::builder::Builder;
use super::findings;
use super::graph::Form;
use super::params::{Given, Param};
use super::task::Task;
use super::walk::Group;
use crate::import::script::Script;
use crate::source::Span;

/// The config that was built when a JobSpec named none.
const USUAL_CONFIG: &str = "\"https://github.com/coreos/fedora-coreos-config\"";

impl Builder<'_> {
    /// The first nodes; all others come behind them.
    pub(super) fn setup(&mut self, overrides: &[&Group]) {
        let whole = self.values.root.span;
        let span = self.values.root.key("recipe").unwrap_or(whole);
        let url = self.git_url();
        let branch = self.optional("recipe.git_ref", "The branch of the source config.");
        let commit = self.optional("recipe.git_commit", "The commit of the source config, where it is not the newest.");
        let call = format!("cosa.init(srv, url: {url}, branch: {branch}, commit: {commit})");
        self.source = self.push_named("src".to_owned(), Form::Call(call), Vec::new(), span);
        self.ready = self.source;
        self.copied(span);
        self.repos();
        for group in overrides {
            self.overridden(group);
        }
    }

    fn behind(&mut self, node: usize) {
        self.nodes[node].after.insert(self.ready);
        self.ready = node;
    }

    fn git_url(&mut self) -> String {
        let doc = "The Git URL of the source config.";
        if let Some(url) = self.text("recipe.git_url") {
            return self.typed("recipe.git_url", "git_url", doc, "string", &url);
        }
        let (name, doc, ty) = ("git_url".to_owned(), doc.to_owned(), "string".to_owned());
        let path = "recipe.git_url".to_owned();
        let default = Some(USUAL_CONFIG.to_owned());
        self.values.params.add(Param { name, doc, ty, default, given: Given::Nothing, path })
    }

    /// `copy-build`: an earlier build, from wherever builds are.
    fn copied(&mut self, span: Span) {
        let Some(build) = self.text("copy-build") else { return };
        self.values.out.push(findings::build_is_fetched(build.span));
        let build = self.typed("copy-build", "copy_build", "The earlier build to go on from.", "cosa.BuildId", &build);
        let url = self.values.params.add(Param {
            name: "builds_url".to_owned(),
            doc: "Where earlier builds are: `https://…` or `s3://…`.".to_owned(),
            ty: "string".to_owned(),
            default: None,
            given: Given::Missing("where earlier builds are".to_owned()),
            path: String::new(),
        });
        let call = format!("cosa.buildfetch(src, url: {url}, build: {build})");
        let node = self.push("copied", Form::Call(call), vec![self.source], span);
        self.behind(node);
    }

    /// `recipe.repos`: files beside the source config.
    fn repos(&mut self) {
        let root = self.values.root;
        let groups = root.map("recipe").map_or(&[][..], |recipe| recipe.maps("repos"));
        let (mut task, mut script) = (Task::default(), Script::default());
        for (at, group) in groups.iter().enumerate() {
            let name = group.text("name").map_or_else(|| format!("repo-{}", at + 1), |name| name.text);
            let path = format!("src/config/{name}.repo");
            match (group.text("url"), group.text("inline")) {
                (Some(url), None) => {
                    let wanted = format!("repo_{}_url", at + 1);
                    script.raw("curl --fail --silent --show-error --location --output ");
                    script.word(&path);
                    script.raw(" ");
                    self.values.word(&mut script, "recipe.repos.url", &wanted, &url);
                    script.raw("\n");
                }
                (None, Some(inline)) => {
                    task.files.push((path, Script::of(&inline.text).literal(20, 16)));
                }
                (url, inline) => {
                    self.values.out.push(findings::url_or_inline(group, url.is_some() && inline.is_some()))
                }
            }
        }
        if groups.is_empty() {
            return;
        }
        script.raw("ls src/config/*.repo");
        task.doc = "The package repositories of the JobSpec, beside the source config.".to_owned();
        task.steps.push(("run".to_owned(), script));
        let node = self.push("repos", Form::Task(task), Vec::new(), groups[0].span);
        self.behind(node);
    }

    /// `overrides` of a stage: packages and trees that take the place of those of the repositories.
    fn overridden(&mut self, group: &Group) {
        let Some(uri) = group.text("uri") else {
            self.values.out.push(findings::override_without_uri(group.span));
            return;
        };
        let folder = match (group.bool("rpm"), group.bool("tarball")) {
            (Some(true), None | Some(false)) => None,
            (None | Some(false), Some(true)) => match self.tarball_folder(group) {
                Some(folder) => Some(folder),
                None => return,
            },
            (rpm, tarball) => {
                self.values.out.push(findings::rpm_or_tarball(group, rpm == Some(true) && tarball == Some(true)));
                return;
            }
        };
        let mut script = Script::default();
        match folder {
            None => {
                script.raw("mkdir -p overrides/rpm\ncurl --fail --silent --show-error --location --remote-name --output-dir overrides/rpm ");
                self.values.word(&mut script, "stages.overrides.uri", "override_uri", &uri);
            }
            Some(folder) => {
                script.raw(&format!(
                    "mkdir -p {folder}\ncurl --fail --silent --show-error --location --output override.tar "
                ));
                self.values.word(&mut script, "stages.overrides.uri", "override_uri", &uri);
                script.raw(&format!("\ntar --extract --file=override.tar --directory={folder}\nrm override.tar"));
            }
        }
        let task = Task::of("What takes the place of packages or files of the tree.", script);
        let node = self.push("overrides", Form::Task(task), Vec::new(), uri.span);
        self.behind(node);
    }

    /// Where a tarball is unpacked.
    fn tarball_folder(&mut self, group: &Group) -> Option<&'static str> {
        let Some(kind) = group.text("tarball_type") else { return Some("overrides") };
        match &*kind.text {
            "all" => Some("overrides"),
            "rpms" | "rpm" => Some("overrides/rpm"),
            "rootfs" => Some("overrides/rootfs"),
            other => {
                let known = ["all", "rpms", "rpm", "rootfs"];
                self.values.out.push(findings::unknown_word("type of tarball", other, &known, kind.span));
                None
            }
        }
    }
}
