//! What the cluster says about a build, in the variable `BUILD`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;

use serde::Deserialize;

use super::super::failure::Failure;

/// As much of it as matters here.
#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(default)]
pub(super) struct Build {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
    namespace: String,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(default)]
struct Spec {
    source: BuildSource,
    output: BuildOutput,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct BuildSource {
    #[serde(rename = "type")]
    kind: String,
    git: Option<Git>,
    context_dir: String,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(default)]
struct Git {
    uri: String,
    #[serde(rename = "ref")]
    reference: String,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(default)]
struct BuildOutput {
    to: Option<Target>,
}

#[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(default)]
struct Target {
    kind: String,
    name: String,
}

impl Build {
    /// Nothing is known where there is no variable. A build that is not fed by standard input is refused: nobody would
    /// ever write to it.
    pub(super) fn read(variable: Option<OsString>) -> Result<Self, Failure> {
        let Some(text) = variable else { return Ok(Self::default()) };
        let build: Self = serde_json::from_slice(text.as_bytes())
            .map_err(|error| Failure::usage(format!("the variable BUILD is no build: {error}")))?;
        match build.spec.source.kind.as_str() {
            "" | "Binary" => Ok(build),
            kind => Err(Failure::usage(format!(
                "the source of the build is of the type {kind}, and this builder reads an archive on its standard input: \
                 write `type: Binary`, and start it with `--from-archive=FILE`"
            ))),
        }
    }

    /// Empty where nobody said.
    pub(super) fn name(&self) -> &str {
        &self.metadata.name
    }

    /// What a reader of the log wants to know.
    pub(super) fn lines(&self) -> Vec<String> {
        let Metadata { name, namespace } = &self.metadata;
        let mut lines = Vec::new();
        if !name.is_empty() {
            let place = if namespace.is_empty() { String::new() } else { format!(" in {namespace}") };
            lines.push(format!("build {name}{place}"));
        }
        let source = &self.spec.source;
        if let Some(Git { uri, reference }) = &source.git {
            let at = if reference.is_empty() { String::new() } else { format!(" at {reference}") };
            lines.push(format!("source {uri}{at}"));
        }
        if !source.context_dir.is_empty() {
            lines.push(format!("folder {}", source.context_dir));
        }
        if let Some(Target { kind, name }) = &self.spec.output.to {
            lines.push(format!("output {kind} {name}").replace("  ", " "));
        }
        lines
    }
}
