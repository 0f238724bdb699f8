//! The keys of a JobSpec: their YAML names, the names that templates use, their types, and which of them nothing reads.

/// One key of a map.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) yaml: &'static str,
    /// The name of the field in a template, `{{ .JobSpec.Recipe.GitRef }}`.
    pub(super) go: &'static str,
    pub(super) kind: Kind,
    pub(super) effect: Effect,
}

/// What a value has to be.
#[derive(Debug)]
pub(super) enum Kind {
    Text,
    Bool,
    /// `null` stands for the default, which is true.
    OptionalBool,
    Int,
    Texts,
    Map(&'static [Key]),
    Maps(&'static [Key]),
}

/// Whether anything reads the value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Effect {
    Used,
    /// Only templates can reach it.
    Template,
    /// Nothing ever read it; why, and what to write instead.
    Dead(&'static str),
    /// Nothing of it is needed any more, since the tasks of a pipeline share a workspace.
    Workspace,
}

use Effect::{Dead, Template, Used, Workspace};
use Kind::{Bool, Int, Map, Maps, OptionalBool, Text, Texts};

const fn key(yaml: &'static str, go: &'static str, kind: Kind, effect: Effect) -> Key {
    Key { yaml, go, kind, effect }
}

/// The top of the file.
pub(super) const JOBSPEC: &[Key] = &[
    key("archives", "Archives", Map(ARCHIVES), Used),
    key("clouds_cfgs", "CloudsCfgs", Map(CLOUDS), Used),
    key("job", "Job", Map(JOB), Used),
    key("recipe", "Recipe", Map(RECIPE), Used),
    key("spec", "Spec", Map(SPEC), Used),
    key("minio", "Minio", Map(MINIO), Workspace),
    key("publish_oscontainer", "PublishOscontainer", Map(OSCONTAINER), Used),
    key("stages", "Stages", Maps(STAGE), Used),
    key("delay_meta_merge", "DelayedMetaMerge", Bool, Used),
    key("copy-build", "CopyBuild", Text, Used),
];

const ARCHIVES: &[Key] = &[key("brew", "Brew", Map(BREW), Used), key("s3", "S3", Map(S3), Used)];

const BREW: &[Key] = &[
    key("enabled", "Enabled", Bool, Template),
    key("principle", "Principle", Text, Template),
    key("profile", "Profile", Text, Template),
    key("tag", "Tag", Text, Template),
];

const S3: &[Key] =
    &[key("acl", "ACL", Text, Template), key("bucket", "Bucket", Text, Template), key("path", "Path", Text, Template)];

const CLOUDS: &[Key] = &[
    key("aliyun", "Aliyun", Map(ALIYUN), Used),
    key("aws", "Aws", Map(AWS), Used),
    key("aws-cn", "AwsCn", Map(AWS), Used),
    key("azure", "Azure", Map(AZURE), Used),
    key("gcp", "Gcp", Map(GCP), Used),
];

const ALIYUN: &[Key] = &[
    key("bucket", "Bucket", Text, Used),
    key("enabled", "Enabled", Bool, Used),
    key("public", "Public", Bool, Used),
    key("regions", "Regions", Texts, Used),
];

const AWS: &[Key] = &[
    key("enabled", "Enabled", Bool, Used),
    key("ami_path", "AmiPath", Text, Used),
    key("geo", "Geo", Text, Used),
    key("grant_user", "GrantUser", Texts, Used),
    key("grant_user_snapshot", "GrantUserSnapshot", Texts, Used),
    key("public", "Public", Bool, Dead("images become public in a release, not in an upload")),
    key("regions", "Regions", Texts, Used),
];

const AZURE: &[Key] = &[
    key("enabled", "Enabled", Bool, Used),
    key("resource_group", "ResourceGroup", Text, Used),
    key("storage_account", "StorageAccount", Text, Used),
    key("storage_container", "StorageContainer", Text, Used),
    key("storage_location", "StorageLocation", Text, Dead("the storage account has its place already")),
    key("force", "Force", Bool, Used),
];

const GCP: &[Key] = &[
    key("bucket", "Bucket", Text, Used),
    key("create_image", "CreateImage", Bool, Used),
    key("deprecated", "Deprecated", Bool, Dead("no command was given `--deprecated`")),
    key("description", "Description", Text, Used),
    key("enabled", "Enabled", Bool, Used),
    key("family", "Family", Text, Used),
    key("license", "License", Texts, Used),
    key("log_level", "LogLevel", Text, Dead("no command was given it")),
    key("project", "Project", Text, Used),
    key("public", "Public", Bool, Used),
];

const JOB: &[Key] = &[
    key("build_name", "BuildName", Text, Template),
    key("is_production", "IsProduction", Bool, Template),
    key("strict", "StrictMode", Bool, Used),
    key("version_suffix", "VersionSuffix", Text, Template),
    key("force_arch", "ForceArch", Text, Dead("say `needs: { arch: … }` in the pipeline's `defaults`")),
    key("miniocfgfile", "MinioCfgFile", Text, Workspace),
];

const RECIPE: &[Key] = &[
    key("git_ref", "GitRef", Text, Used),
    key("git_url", "GitURL", Text, Used),
    key("git_commit", "GitCommit", Text, Used),
    key("repos", "Repos", Maps(REPO), Used),
];

const REPO: &[Key] =
    &[key("name", "Name", Text, Used), key("url", "URL", Text, Used), key("inline", "Inline", Text, Used)];

const SPEC: &[Key] = &[key("git_ref", "GitRef", Text, Template), key("git_url", "GitURL", Text, Template)];

const MINIO: &[Key] = &[
    key("bucket", "Bucket", Text, Workspace),
    key("key_prefix", "KeyPrefix", Text, Workspace),
    key("configfile", "ConfigFile", Text, Workspace),
    key("sshforward", "SSHForward", Text, Workspace),
    key("sshuser", "SSHUser", Text, Workspace),
    key("sshkey", "SSHKey", Text, Workspace),
    key("sshport", "SSHPort", Int, Workspace),
];

const OSCONTAINER: &[Key] = &[
    key("buildstrategy_tls_verify", "BuildStrategyTLSVerify", OptionalBool, Used),
    key("registries", "Registries", Maps(REGISTRY), Used),
];

const REGISTRY: &[Key] = &[
    key("url", "URL", Text, Used),
    key("tls_verify", "TLSVerify", OptionalBool, Used),
    key("secret_type", "SecretType", Text, Used),
    key("secret", "Secret", Text, Used),
];

const STAGE: &[Key] = &[
    key("id", "ID", Text, Used),
    key("description", "Description", Text, Used),
    key("concurrent", "ConcurrentExecution", Bool, Used),
    key("direct_exec", "DirectExec", Bool, Dead("every command was written to a file and run as a script")),
    key("not_blocking", "NotBlocking", Bool, Dead("the next group waited for every stage")),
    key("require_artifacts", "RequireArtifacts", Texts, Used),
    key("request_artifacts", "RequestArtifacts", Texts, Used),
    key("build_artifacts", "BuildArtifacts", Texts, Used),
    key("commands", "Commands", Texts, Used),
    key("prep_commands", "PrepCommands", Texts, Used),
    key("post_commands", "PostCommands", Texts, Used),
    key("post_always", "PostAlways", Bool, Used),
    key("publish_artifacts", "PublishArtifacts", Texts, Used),
    key("kola_tests", "KolaTests", Texts, Used),
    key("execution_order", "ExecutionOrder", Int, Used),
    key("return_cache", "ReturnCache", Bool, Workspace),
    key("require_cache", "RequireCache", Bool, Workspace),
    key("request_cache", "RequestCache", Bool, Workspace),
    key("return_cache_repo", "ReturnCacheRepo", Bool, Workspace),
    key("require_cache_repo", "RequireCacheRepo", Bool, Workspace),
    key("request_cache_repo", "RequestCacheRepo", Bool, Workspace),
    key("return_files", "ReturnFiles", Texts, Workspace),
    key("overrides", "Overrides", Maps(OVERRIDE), Used),
];

const OVERRIDE: &[Key] = &[
    key("uri", "URI", Text, Used),
    key("rpm", "Rpm", OptionalBool, Used),
    key("tarball", "Tarball", OptionalBool, Used),
    key("tarball_type", "TarballType", Text, Used),
];
