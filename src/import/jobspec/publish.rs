//! What leaves the build: images to clouds, the container to registries. Credentials are secrets, by name.

use super::builder::{Builder, Chain, SHELL_BUILD_ID};
use super::findings;
use super::graph::Form;
use super::params::{Given, Param};
use super::stage::Stage;
use super::task::Task;
use super::walk::{At, Group};
use crate::import::script::{Script, yaml};

/// The clouds that a build can be published to.
const CLOUDS: &[&str] = &["aliyun", "aws", "aws-cn", "azure", "gcp"];

/// How a registry's credentials were given.
const SECRET_TYPES: &[&str] = &["inline", "cluster", "token"];

impl Builder<'_> {
    /// `publish_artifacts`: one upload each.
    pub(super) fn publish(&mut self, stage: &Stage, chain: &mut Chain) {
        let root = self.values.root;
        for entry in stage.group.as_ref().map_or(&[][..], |group| group.texts("publish_artifacts")) {
            if !CLOUDS.contains(&&*entry.text) {
                self.values.out.push(findings::unknown_word("cloud", &entry.text, CLOUDS, entry.span));
                continue;
            }
            let Some(config) = root.map("clouds_cfgs").and_then(|clouds| clouds.map(&entry.text)) else {
                self.values.out.push(findings::no_config(&entry.text, entry.span));
                continue;
            };
            self.published.insert(entry.text.clone());
            match config.bool("enabled") {
                Some(true) => self.upload(&entry.text, config, entry, chain),
                // What is missing is said of the block, once.
                None => {}
                Some(false) => {
                    let key = config.key("enabled").unwrap_or(config.span);
                    self.values.out.push(findings::published_but_off(&entry.text, entry.span, key));
                }
            }
        }
    }

    fn upload(&mut self, cloud: &str, config: &Group, entry: &At, chain: &mut Chain) {
        let name = self.values.params.name(&format!("publish_{cloud}"));
        let mut task = Task { doc: format!("Hand the image to `{cloud}`."), ..Task::default() };
        let script = match cloud {
            "aliyun" => self.aliyun(config, &mut task, &name),
            "azure" => self.azure(config, &mut task, &name),
            "gcp" => self.gcp(config, &mut task, &name),
            _ => self.aws(cloud, config, &mut task, &name),
        };
        let Some(script) = script else { return };
        task.steps.push(("run".to_owned(), script));
        let base = self.made.get("base").map(|made| made.node);
        let image = self.made.get(if cloud == "aws-cn" { "aws" } else { cloud }).map(|made| made.node);
        let node = self.push_named(name, Form::Task(task), Vec::new(), entry.span);
        self.nodes[node].after.extend(base.into_iter().chain(image));
        self.chain(chain, node);
    }

    /// `cosa buildextend-X --upload --build=…`
    fn begun(&self, image: &str) -> Script {
        let mut script = Script::of(&format!("cosa buildextend-{image} --upload \"--build="));
        if self.values.build_id == SHELL_BUILD_ID {
            script.raw(SHELL_BUILD_ID);
        } else {
            script.hole(self.values.build_id.clone());
        }
        script.raw("\"");
        script
    }

    /// `"--flag=VALUE"`, of a parameter with the value of a key.
    fn option(&mut self, script: &mut Script, flag: &str, cloud: &str, key: &str, config: &Group) {
        let Some(text) = config.text(key) else { return };
        let ty = if matches!(key, "ami_path" | "bucket") && is_s3_path(&text.text) { "cosa.S3Path" } else { "string" };
        self.valued(script, flag, &format!("clouds_cfgs.{cloud}.{key}"), ty, &text);
    }

    fn valued(&mut self, script: &mut Script, flag: &str, path: &str, ty: &str, text: &At) {
        let wanted = path.trim_start_matches("clouds_cfgs.").to_owned();
        let name = self.typed(path, &wanted, &format!("`{path}` of the JobSpec."), ty, text);
        script.raw(&format!(" \\\n    \"{flag}"));
        script.hole(name);
        script.raw("\"");
    }

    /// Only the first region was ever used.
    fn region(&mut self, script: &mut Script, cloud: &str, config: &Group) {
        let regions = config.texts("regions");
        if let Some(first) = regions.first() {
            self.valued(script, "--region=", &format!("clouds_cfgs.{cloud}.region"), "string", first);
        }
        if let Some(second) = regions.get(1) {
            self.values.out.push(findings::only_the_first(cloud, second.span));
        }
    }

    fn aliyun(&mut self, config: &Group, task: &mut Task, name: &str) -> Option<Script> {
        if config.is("public") {
            self.values.out.push(findings::not_public(config.key("public").unwrap_or(config.span)));
            return None;
        }
        task.secret_file("ALIYUN_CONFIG_FILE", "aliyun_config", name, &mut self.values.params);
        let mut script = self.begun("aliyun");
        self.option(&mut script, "--bucket=s3://", "aliyun", "bucket", config);
        self.region(&mut script, "aliyun", config);
        Some(script)
    }

    fn aws(&mut self, cloud: &str, config: &Group, task: &mut Task, name: &str) -> Option<Script> {
        let geo = config.text("geo").map(|geo| geo.text.to_lowercase());
        let secret = geo.map_or_else(|| "aws_config".to_owned(), |geo| format!("aws_{geo}_config"));
        task.secret_file("AWS_CONFIG_FILE", &secret, name, &mut self.values.params);
        let mut script = self.begun("aws");
        self.option(&mut script, "--bucket=s3://", cloud, "ami_path", config);
        self.region(&mut script, cloud, config);
        for (key, flag) in [("grant_user", "--grant-user="), ("grant_user_snapshot", "--grant-user-snapshot=")] {
            let users = config.texts(key);
            if let Some(first) = users.first() {
                let all: Vec<&str> = users.iter().map(|user| user.text.as_str()).collect();
                let all = At { text: all.join(","), span: first.span };
                self.valued(&mut script, flag, &format!("clouds_cfgs.{cloud}.{key}"), "string", &all);
            }
        }
        Some(script)
    }

    fn azure(&mut self, config: &Group, task: &mut Task, name: &str) -> Option<Script> {
        let auth = task.secret_file("AZURE_CONFIG", "azure_auth", name, &mut self.values.params);
        let profile = task.secret_file("AZURE_PROFILE", "azure_profile", name, &mut self.values.params);
        let mut script = self.begun("azure");
        script.raw(&format!(" \\\n    --auth {auth} --profile {profile}"));
        self.option(&mut script, "--container=", "azure", "storage_container", config);
        self.option(&mut script, "--resource-group=", "azure", "resource_group", config);
        self.option(&mut script, "--storage-account=", "azure", "storage_account", config);
        if config.is("force") {
            script.raw(" --force");
        }
        Some(script)
    }

    fn gcp(&mut self, config: &Group, task: &mut Task, name: &str) -> Option<Script> {
        let key = task.secret_file("GCP_IMAGE_UPLOAD_CONFIG", "gcp_key", name, &mut self.values.params);
        let mut script = self.begun("gcp");
        script.raw(&format!(" --json {key}"));
        self.option(&mut script, "--project=", "gcp", "project", config);
        self.option(&mut script, "--bucket=gs://", "gcp", "bucket", config);
        if config.is("public") {
            script.raw(" --public");
        }
        if config.is("create_image") {
            script.raw(" --create-image=true");
        }
        self.option(&mut script, "--family=", "gcp", "family", config);
        for (at, license) in config.texts("license").iter().enumerate() {
            let path = format!("clouds_cfgs.gcp.license_{}", at + 1);
            self.valued(&mut script, "--license=", &path, "string", license);
        }
        self.option(&mut script, "--description=", "gcp", "description", config);
        Some(script)
    }

    /// `publish_oscontainer.registries`: a push each, once there is an OSTree commit.
    pub(super) fn registries(&mut self, chain: &mut Chain) {
        let root = self.values.root;
        let groups = root.map("publish_oscontainer").map_or(&[][..], |publish| publish.maps("registries"));
        if std::mem::replace(&mut self.pushed, true) {
            return;
        }
        for (at, group) in groups.iter().enumerate() {
            let Some(url) = group.text("url") else {
                self.values.out.push(findings::registry_without_url(group.span));
                continue;
            };
            let Some(auth) = self.registry_secret(group, at + 1) else { continue };
            if group.bool("tls_verify") == Some(false) {
                self.values.out.push(findings::always_verified(group.key("tls_verify").unwrap_or(group.span)));
            }
            let path = format!("publish_oscontainer.registries.{}", at + 1);
            let doc = "Where the container is pushed to.";
            let image = self.typed(&path, &format!("registry_{}", at + 1), doc, "image", &url);
            self.push_container(at + 1, &image, &auth, &url, chain);
        }
    }

    fn push_container(&mut self, at: usize, image: &str, auth: &str, url: &At, chain: &mut Chain) {
        let name = self.values.params.name(&format!("push_{at}"));
        let base = self.made.get("base").filter(|made| made.typed).map(|made| made.node);
        let node = if let Some(base) = base {
            let ostree = format!("{}.ostree", self.nodes[base].name);
            let call = format!("cosa.push_container({ostree}, name: {image}, auth: {auth})");
            self.push_named(name, Form::Call(call), vec![base], url.span)
        } else {
            let file = format!("tmp/{name}-auth.json");
            let mut script = Script::of(&format!("cosa push-container --authfile {file} "));
            script.hole(image);
            let mut task = Task::of("Push the container.", script);
            task.files.push((file, auth.to_owned()));
            self.push_named(name, Form::Task(task), Vec::new(), url.span)
        };
        self.chain(chain, node);
    }

    /// The parameter with a registry's credentials.
    fn registry_secret(&mut self, group: &Group, at: usize) -> Option<String> {
        let kind = group.text("secret_type");
        let form = kind.as_ref().map_or_else(|| "token".to_owned(), |kind| kind.text.to_lowercase());
        let secret = group.text("secret");
        let known = match (&*form, &secret) {
            ("cluster", Some(secret)) => Some(secret.text.clone()),
            ("cluster", None) => {
                self.values.out.push(findings::secret_without_name(group.span));
                return None;
            }
            ("inline", _) => {
                self.values.out.push(findings::inline_secret(secret.map_or(group.span, |secret| secret.span)));
                None
            }
            ("token", _) => {
                self.values.out.push(findings::token_secret(kind.map_or(group.span, |kind| kind.span)));
                None
            }
            (other, _) => {
                let span = kind.map_or(group.span, |kind| kind.span);
                self.values.out.push(findings::unknown_word("secret type", other, SECRET_TYPES, span));
                return None;
            }
        };
        let given = known.as_deref().map_or_else(
            || Given::Missing("the name of the secret with the registry's credentials".to_owned()),
            |name| Given::Value(yaml(name)),
        );
        // Registries that are pushed to with one secret share its parameter.
        let path = known.map(|name| format!("registry-secret:{name}")).unwrap_or_default();
        if let Some(param) = self.values.params.of(&path) {
            return Some(param.name.clone());
        }
        let (name, ty) = (format!("registry_auth_{at}"), "secret".to_owned());
        let doc = "The credentials of the registry, as an auth file.".to_owned();
        Some(self.values.params.add(Param { name, doc, ty, default: None, given, path }))
    }

    /// What is described and never handed on.
    pub(super) fn never_published(&mut self) {
        let root = self.values.root;
        let registries = root.map("publish_oscontainer").filter(|publish| !publish.maps("registries").is_empty());
        if let Some(publish) = registries.filter(|_| !self.pushed) {
            self.values.out.push(findings::never_pushed(publish.key("registries").unwrap_or(publish.span)));
        }
        let Some(clouds) = root.map("clouds_cfgs") else { return };
        for cloud in CLOUDS {
            let (Some(config), Some(key)) = (clouds.map(cloud), clouds.key(cloud)) else { continue };
            if !config.says("enabled") {
                self.values.out.push(findings::off_by_default(cloud, key));
            } else if config.is("enabled") && !self.published.contains(*cloud) {
                self.values.out.push(findings::in_no_stage(cloud, key));
            }
        }
    }
}

/// Whether a text has the form of the library's `S3Path`.
fn is_s3_path(text: &str) -> bool {
    let mut parts = text.split('/');
    let bucket = parts.next().unwrap_or_default();
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_bucket =
        bucket.len() > 1 && bucket.starts_with(small) && bucket.chars().all(|c| small(c) || c == '.' || c == '-');
    is_bucket
        && parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)))
}
