//! How a run binds a workspace: `bindings: { srv: { claim: "…" } }`.

use super::Options;
use super::read::Fields;
use crate::emit::yaml::{Map, Node};
use crate::plan::value::size_text;
use crate::plan::{Value, Workspace};

/// What one workspace is bound to.
#[derive(Debug)]
pub(in super::super) struct Binding {
    /// Of the workspace.
    pub(in super::super) name: String,
    /// Exactly one, or it is a gap.
    pub(in super::super) sources: Vec<Source>,
    pub(in super::super) sub_path: Option<String>,
}

/// Where the files of a workspace, or of a volume, are.
#[derive(Clone, PartialEq, Debug)]
pub(in super::super) enum Source {
    Claim(String),
    /// Bytes, access mode, storage class.
    Template(Option<i64>, Option<String>, Option<String>),
    /// Medium and size.
    EmptyDir(Option<String>, Option<String>),
    Secret(String),
    ConfigMap(String),
    /// The sources, as the engine has them.
    Projected(Vec<Map>),
    /// Whether it is read only, and all that is said of it.
    Csi(bool, Map),
}

impl Binding {
    pub(super) fn read(name: &str, value: &Value) -> Self {
        let fields = Fields::of(value);
        let record = |name: &str| Some(fields.below(name)).filter(|below| !below.0.is_empty());
        let template = record("template")
            .map(|of| Source::Template(of.number("size"), of.text("access_mode"), of.text("storage_class")));
        let empty = record("empty_dir").map(|of| Source::EmptyDir(of.text("medium"), of.text("size_limit")));
        let projected: Vec<Map> = fields.list("projected").iter().map(projection).collect();
        let projected = (!projected.is_empty()).then_some(Source::Projected(projected));
        let all = [
            fields.text("claim").map(Source::Claim),
            template,
            empty,
            fields.text("secret").map(Source::Secret),
            fields.text("config_map").map(Source::ConfigMap),
            projected,
            record("csi").map(|of| Source::Csi(of.flag("read_only") == Some(true), csi(of))),
        ];
        let sources = all.into_iter().flatten().collect();
        Self { name: name.to_owned(), sources, sub_path: fields.text("sub_path") }
    }

    /// As it stands in a run, for the workspace that the pipeline calls so.
    pub(in super::super) fn entry(&self, name: &str, workspace: &Workspace, options: &Options) -> Map {
        let entry = Map::new().with("name", name.to_owned()).with_some("subPath", self.sub_path.clone());
        match self.sources.first() {
            Some(source) => entry.with(source.key(), source.node(workspace, options)),
            None => entry,
        }
    }
}

impl Source {
    /// A claim, of which a task may use one.
    pub(in super::super) fn is_claim(&self) -> bool {
        matches!(self, Self::Claim(_) | Self::Template(..))
    }

    /// Why what one task writes there is not what the next reads.
    pub(in super::super) fn forgets(&self) -> Option<&'static str> {
        match self {
            Self::EmptyDir(..) => Some("an empty directory is a new one for each task"),
            Self::Secret(_) => Some("a Secret can only be read there"),
            Self::ConfigMap(_) => Some("a ConfigMap can only be read there"),
            Self::Projected(_) => Some("a projected directory can only be read"),
            Self::Csi(true, _) => Some("the volume is `read_only`"),
            Self::Claim(_) | Self::Template(..) | Self::Csi(false, _) => None,
        }
    }

    pub(super) fn key(&self) -> &'static str {
        match self {
            Self::Claim(_) => "persistentVolumeClaim",
            Self::Template(..) => "volumeClaimTemplate",
            Self::EmptyDir(..) => "emptyDir",
            Self::Secret(_) => "secret",
            Self::ConfigMap(_) => "configMap",
            Self::Projected(_) => "projected",
            Self::Csi(..) => "csi",
        }
    }

    fn node(&self, workspace: &Workspace, options: &Options) -> Node {
        match self {
            Self::Template(size, mode, class) => {
                claim_template(workspace, options, *size, mode.as_ref(), class.as_ref())
            }
            Self::Claim(_)
            | Self::EmptyDir(..)
            | Self::Secret(_)
            | Self::ConfigMap(_)
            | Self::Projected(_)
            | Self::Csi(..) => self.of_pod().unwrap_or_default().into(),
        }
    }

    /// As a volume of a pod has it; absent for what is made for a run.
    pub(super) fn of_pod(&self) -> Option<Map> {
        match self {
            Self::Claim(name) => Some(Map::new().with("claimName", name.clone())),
            Self::Template(..) => None,
            Self::EmptyDir(medium, size) => {
                Some(Map::new().with_some("medium", medium.clone()).with_some("sizeLimit", size.clone()))
            }
            Self::Secret(name) => Some(Map::new().with("secretName", name.clone())),
            Self::ConfigMap(name) => Some(Map::new().with("name", name.clone())),
            Self::Projected(sources) => Some(Map::new().with("sources", sources.clone())),
            Self::Csi(_, all) => Some(all.clone()),
        }
    }
}

/// A claim made for the run: what a workspace is bound to when nothing is said.
pub(in super::super) fn claim_template(
    workspace: &Workspace,
    options: &Options,
    size: Option<i64>,
    mode: Option<&String>,
    class: Option<&String>,
) -> Node {
    let size = size_text(size.or(workspace.size).unwrap_or(options.workspace_size));
    let spec = Map::new()
        .with("accessModes", vec![mode.unwrap_or(&options.access_mode).clone()])
        .with_some("storageClassName", class.or(options.storage_class.as_ref()).cloned())
        .with("resources", Map::new().with("requests", Map::new().with("storage", size)));
    Map::new().with("spec", spec).into()
}

fn projection(value: &Value) -> Map {
    let fields = Fields::of(value);
    let items = items(&fields.entries("items"));
    let named = |name: String| {
        let named = Map::new().with("name", name).with_filled("items", items.clone());
        named.with_some("optional", fields.flag("optional"))
    };
    let token = fields.below("service_account_token");
    let token = (!token.0.is_empty()).then(|| {
        Map::new()
            .with_some("audience", token.text("audience"))
            .with_some("expirationSeconds", token.number("expires").map(|milliseconds| milliseconds / 1000))
            .with_some("path", token.text("path"))
    });
    Map::new()
        .with_some("secret", fields.text("secret").map(named))
        .with_some("configMap", fields.text("config_map").map(named))
        .with_some("serviceAccountToken", token)
}

/// Keys of a Secret or ConfigMap, and the file of each.
pub(super) fn items(all: &[(String, String)]) -> Vec<Map> {
    all.iter().map(|(key, path)| Map::new().with("key", key.clone()).with("path", path.clone())).collect()
}

fn csi(fields: Fields<'_>) -> Map {
    let secret = fields.text("secret").map(|name| Map::new().with("name", name));
    Map::new()
        .with_some("driver", fields.text("driver"))
        .with_some("readOnly", fields.flag("read_only"))
        .with_some("fsType", fields.text("fs_type"))
        .with_filled("volumeAttributes", super::pod::texts(fields.entries("attributes")))
        .with_some("nodePublishSecretRef", secret)
}
