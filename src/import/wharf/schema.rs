//! What a step may say, for each of its types.

/// The form of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    Text,
    Flag,
    Texts,
    /// Keys with texts.
    Pairs,
}

/// One field of a step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) form: Form,
    pub(super) required: bool,
}

/// What a step does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Container,
    Docker,
    Helm,
    HelmPackage,
    Kubectl,
    NugetPackage,
}

/// One type of step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct StepType {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) fields: &'static [Field],
}

const fn required(name: &'static str, form: Form) -> Field {
    Field { name, form, required: true }
}

const fn optional(name: &'static str, form: Form) -> Field {
    Field { name, form, required: false }
}

/// All types of steps.
pub(super) const STEP_TYPES: &[StepType] = &[
    StepType {
        name: "container",
        kind: Kind::Container,
        fields: &[
            required("image", Form::Text),
            required("cmds", Form::Texts),
            optional("os", Form::Text),
            optional("shell", Form::Text),
            optional("secretName", Form::Text),
            optional("serviceAccount", Form::Text),
            optional("certificatesMountPath", Form::Text),
        ],
    },
    StepType {
        name: "docker",
        kind: Kind::Docker,
        fields: &[
            required("file", Form::Text),
            required("tag", Form::Text),
            optional("destination", Form::Text),
            optional("name", Form::Text),
            optional("group", Form::Text),
            optional("context", Form::Text),
            optional("secret", Form::Text),
            optional("registry", Form::Text),
            optional("append-cert", Form::Flag),
            optional("push", Form::Flag),
            optional("args", Form::Texts),
            optional("secretName", Form::Text),
            optional("secretArgs", Form::Texts),
        ],
    },
    StepType {
        name: "helm",
        kind: Kind::Helm,
        fields: &[
            required("chart", Form::Text),
            required("name", Form::Text),
            required("namespace", Form::Text),
            optional("repo", Form::Text),
            optional("set", Form::Pairs),
            optional("files", Form::Texts),
            optional("chartVersion", Form::Text),
            optional("helmVersion", Form::Text),
            optional("cluster", Form::Text),
            optional("secret", Form::Text),
        ],
    },
    StepType {
        name: "helm-package",
        kind: Kind::HelmPackage,
        fields: &[
            optional("version", Form::Text),
            optional("chart-path", Form::Text),
            optional("destination", Form::Text),
            optional("secret", Form::Text),
        ],
    },
    StepType {
        name: "kubectl",
        kind: Kind::Kubectl,
        // One of `file` and `files` is needed.
        fields: &[
            optional("file", Form::Text),
            optional("files", Form::Texts),
            optional("namespace", Form::Text),
            optional("action", Form::Text),
            optional("force", Form::Flag),
            optional("cluster", Form::Text),
        ],
    },
    StepType {
        name: "nuget-package",
        kind: Kind::NugetPackage,
        fields: &[
            required("version", Form::Text),
            required("project-path", Form::Text),
            required("repo", Form::Text),
            optional("skip-duplicate", Form::Flag),
            optional("certificatesMountPath", Form::Text),
        ],
    },
];

/// A variable that Wharf knows without a declaration.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct BuiltIn {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// It may be empty, and is when nobody gives it.
    pub(super) may_be_empty: bool,
}

const fn built_in(name: &'static str, about: &'static str) -> BuiltIn {
    BuiltIn { name, about, may_be_empty: false }
}

/// All of them; `REG_INSECURE` is a flag.
pub(super) const BUILT_INS: &[BuiltIn] = &[
    built_in("BUILD_REF", "The number of the build."),
    built_in("CHART_REPO", "Where charts are kept, such as `https://harbor.example.com/chartrepo`."),
    built_in("DEFAULT_DOMAIN", "The domain that deployments are reached at."),
    BuiltIn { may_be_empty: true, ..built_in("GIT_BRANCH", "The branch that is built: `git branch --show-current`.") },
    built_in("GIT_COMMIT", "The commit that is built: `git rev-parse HEAD`."),
    built_in("GIT_COMMIT_AUTHOR_DATE", "When the commit was written: `git log -1 --format=%aI`."),
    built_in("GIT_COMMIT_COMMITTER_DATE", "When the commit was made: `git log -1 --format=%cI`."),
    built_in("GIT_COMMIT_SUBJECT", "The first line of the commit: `git log -1 --format=%s`."),
    built_in("GIT_SAFEBRANCH", "The branch, as it may stand in a tag."),
    BuiltIn {
        may_be_empty: true,
        ..built_in("GIT_TAG", "The tag of the commit, where it has one: `git describe --tags --exact-match`.")
    },
    built_in("HELM_REG_SECRET", "The name of the secret that charts are fetched and pushed with."),
    built_in("PROJECT_ID", "The number of the project."),
    built_in("REG_INSECURE", "Talk to the registry without TLS, or without looking at its certificate."),
    built_in("REG_SECRET", "The name of the secret that images are pushed with."),
    built_in("REG_URL", "The registry of images."),
    built_in("REPO_BRANCH", "The branch that is built."),
    built_in("REPO_GROUP", "The group that the repository belongs to."),
    built_in("REPO_NAME", "The name of the repository."),
];
