//! A task that is written in the pipeline, with the secrets that its scripts read.

use super::params::Params;
use super::shorthand;
use crate::import::script::{Script, quoted};

/// One task in place.
#[derive(Clone, Default, Debug)]
pub(super) struct Task {
    pub(super) doc: String,
    /// What stands behind `->`.
    pub(super) outputs: Option<&'static str>,
    /// The expression of the memory; that of every worker without one.
    pub(super) memory: Option<String>,
    /// Paths below the workspace, and expressions.
    pub(super) files: Vec<(String, String)>,
    pub(super) env: Vec<(&'static str, String)>,
    pub(super) before: Option<Script>,
    /// What runs, one step each.
    pub(super) steps: Vec<(String, Script)>,
    pub(super) cleanup: Option<Script>,
}

/// How a secret reached a worker.
enum As {
    /// A variable with the path of a file of this name.
    File(&'static str),
    Value,
}

struct Secret {
    variable: &'static str,
    form: As,
    /// The name of the parameter.
    param: &'static str,
    doc: &'static str,
}

const fn secret(variable: &'static str, form: As, param: &'static str, doc: &'static str) -> Secret {
    Secret { variable, form, param, doc }
}

/// The variables that workers had of the secrets of their cluster.
const SECRETS: &[Secret] = &[
    secret("ALIYUN_CONFIG_FILE", As::File("aliyun.json"), "aliyun_config", "The configuration of Aliyun."),
    secret("AWS_CONFIG_FILE", As::File("aws-config"), "aws_config", "The AWS configuration."),
    secret("AWS_CN_CONFIG_FILE", As::File("aws-cn-config"), "aws_cn_config", "The AWS configuration for China."),
    secret("AWS_ACCESS_KEY_ID", As::Value, "aws_access_key_id", "The identifier of the AWS key."),
    secret("AWS_SECRET_ACCESS_KEY", As::Value, "aws_secret_access_key", "The AWS key."),
    secret("AWS_DEFAULT_REGION", As::Value, "aws_default_region", "The region of AWS."),
    secret("AWS_CA_BUNDLE", As::Value, "aws_ca_bundle", "The certificates that AWS is checked with."),
    secret("AZURE_CONFIG", As::File("azure.json"), "azure_auth", "The credentials of Azure."),
    secret("AZURE_CERT_KEY", As::File("azure.pem"), "azure_cert", "The certificate of Azure."),
    secret("AZURE_PROFILE", As::File("azureProfile.json"), "azure_profile", "The profile of Azure."),
    secret("GCP_IMAGE_UPLOAD_CONFIG", As::File("gcp.json"), "gcp_key", "The key of the Google service account."),
    secret("SSL_CERT_FILE", As::File("ca.crt"), "internal_ca", "The certificates of the house."),
    secret("PUSH_AUTH_JSON", As::File("push.json"), "push_auth", "The credentials to push with."),
    secret("PULL_AUTH_JSON", As::File("pull.json"), "pull_auth", "The credentials to pull with."),
    secret("KOJI_KEYTAB", As::File("keytab"), "koji_keytab", "The keytab for Koji."),
    secret("KOJI_CONFIG", As::File("koji.conf"), "koji_config", "The configuration of Koji."),
    secret("KOJI_PRINCIPAL", As::Value, "koji_principal", "The principal for Koji."),
];

impl Task {
    /// A task with one script.
    pub(super) fn of(doc: &str, script: Script) -> Self {
        Self { doc: doc.to_owned(), steps: vec![("run".to_owned(), script)], ..Self::default() }
    }

    /// Every script, as the shell reads it.
    fn scripts(&self) -> Vec<String> {
        let around = self.before.iter().chain(&self.cleanup);
        around.chain(self.steps.iter().map(|(_, script)| script)).map(Script::text).collect()
    }

    /// Whether a value of this name is read.
    pub(super) fn reads(&self, expr: &str) -> bool {
        let around = self.before.iter().chain(&self.cleanup);
        let pieces = around.chain(self.steps.iter().map(|(_, script)| script)).flat_map(|script| &script.pieces);
        pieces.into_iter().any(|piece| matches!(piece, crate::import::script::Piece::Hole(hole) if hole == expr))
    }

    /// Gives the task of this name the secrets whose variables its scripts read, and the one that an upload reads
    /// without saying so.
    pub(super) fn with_secrets(mut self, name: &str, params: &mut Params) -> Self {
        let scripts = self.scripts();
        for secret in SECRETS {
            let implied = secret.variable == "AWS_CONFIG_FILE"
                && scripts.iter().any(|one| shorthand::subcommands(one).contains(&"buildupload"));
            let known = self.env.iter().any(|(variable, _)| *variable == secret.variable);
            if !known && (implied || scripts.iter().any(|one| reads(one, secret.variable))) {
                self.give(secret, secret.param, name, params);
            }
        }
        self
    }

    /// Gives the task the secret that is in `variable`, as the parameter `param`; says its path.
    pub(super) fn secret_file(&mut self, variable: &str, param: &str, name: &str, params: &mut Params) -> String {
        let secret = SECRETS.iter().find(|secret| secret.variable == variable).expect("it is in the table");
        self.give(secret, param, name, params)
    }

    fn give(&mut self, secret: &Secret, param: &str, name: &str, params: &mut Params) -> String {
        let param = params.secret(param, secret.doc, None);
        match secret.form {
            As::File(file) => {
                // Tasks that run at the same time share the workspace: each has files of its own.
                let path = format!("tmp/{name}-{file}");
                self.files.push((path.clone(), param));
                self.env.push((secret.variable, quoted(&path)));
                path
            }
            As::Value => {
                self.env.push((secret.variable, param.clone()));
                param
            }
        }
    }

    /// The text of the task, `margin` blanks to the right.
    pub(super) fn write(&self, name: &str, margin: usize) -> String {
        let inner = margin + 4;
        let (pad, end) = (" ".repeat(inner), " ".repeat(margin));
        let mut out = String::new();
        self.doc.lines().for_each(|line| out += &format!("{end}/// {line}\n"));
        let outputs = self.outputs.map(|outputs| format!(" -> {outputs}")).unwrap_or_default();
        out += &format!("{end}task {name}{outputs} {{\n{pad}needs: {}\n{pad}workdir: srv\n", self.needs());
        if !self.files.is_empty() {
            let entries = self.files.iter().map(|(path, expr)| format!("{pad}    {}: {expr}\n", quoted(path)));
            out += &format!("{pad}files: {{\n{}{pad}}}\n", entries.collect::<String>());
        }
        if !self.env.is_empty() {
            let entries: Vec<String> = self.env.iter().map(|(variable, expr)| format!("{variable}: {expr}")).collect();
            out += &format!("{pad}env: {{ {} }}\n", entries.join(", "));
        }
        if let Some(before) = &self.before {
            out += &format!("{pad}before: {}\n", before.literal(inner + 4, inner));
        }
        match self.steps.as_slice() {
            [(_, only)] => out += &format!("{pad}run: {}\n", only.literal(inner + 4, inner)),
            steps => {
                for (step, script) in steps {
                    let script = script.literal(inner + 8, inner + 4);
                    out += &format!("{pad}step {step} {{\n{pad}    run: {script}\n{pad}}}\n");
                }
            }
        }
        if let Some(cleanup) = &self.cleanup {
            out += &format!("{pad}cleanup: {}\n", cleanup.literal(inner + 4, inner));
        }
        out + &end + "}"
    }

    /// What every worker had, and KVM only where a command needs it.
    fn needs(&self) -> String {
        let kvm = if self.scripts().iter().any(|one| shorthand::needs_kvm(one)) { "kvm: true, " } else { "" };
        format!("{{ {kvm}cpu: 2, memory: {} }}", self.memory.as_deref().unwrap_or("4Gi"))
    }
}

/// Whether a script reads a variable.
fn reads(script: &str, variable: &str) -> bool {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    script.match_indices(variable).any(|(at, _)| {
        let before = &script[..at];
        let ends = !script[at + variable.len()..].starts_with(part_of_name);
        ends && (before.ends_with('$') || before.ends_with("${"))
    })
}
