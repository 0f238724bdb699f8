//! `tools.yaml`: the volume that holds the tool, and the Job that puts it there.
//!
//! Both are named for the version and the digest of the tool: another tool is another volume, so what is filled once is
//! never written again, and what runs keeps what it began with.

use super::NAME;
use super::files::out_file;
use super::inject::{Inject, VOLUME, Way};
use super::inputs::mount_path;
use super::lower::Lowered;
use crate::emit::yaml::{self, Map, Node};
use crate::emit::{OutFile, header, kube};
use crate::source::Sources;

/// The only way in which a volume of tools may be asked for: any number of pods on any node read it.
pub(super) const ACCESS_MODE: &str = "ReadOnlyMany";

/// Of a tool of less than a megabyte, and the next version of it.
const SIZE: &str = "16Mi";

/// The name of the claim, and of the Job.
pub(super) fn claim(inject: &Inject) -> String {
    kube::label(&format!("{}-{}", inject.claim, inject.version().replace('.', "-")), kube::LONGEST_NAME)
}

/// The file, where tools are in a volume.
pub(super) fn file(lowered: &Lowered<'_>, sources: &Sources) -> Option<OutFile> {
    let inject = &lowered.options.inject;
    if inject.way != Way::Pvc {
        return None;
    }
    let name = claim(inject);
    let about = format!("The volume {name}: apply it once, before the first run, and wait for its Job.");
    let origin = sources.origin(lowered.options.place("inject").unwrap_or(lowered.plan.span));
    let documents = [claim_of(lowered, &name, &origin), job_of(lowered, &name, &origin)];
    Some(out_file("tools.yaml".to_owned(), yaml::file(&header::header(lowered.plan, NAME, &about), &documents)))
}

fn metadata(lowered: &Lowered<'_>, name: &str, origin: &str) -> Map {
    Map::new()
        .with("name", name.to_owned())
        .with_some("namespace", lowered.options.namespace.clone())
        .with("labels", Map::new().with("app.kubernetes.io/managed-by", "pipec"))
        .with("annotations", Map::new().with("pipec.dev/origin", origin.to_owned()))
}

fn claim_of(lowered: &Lowered<'_>, name: &str, origin: &str) -> Node {
    let storage = Map::new().with("requests", Map::new().with("storage", SIZE));
    let spec = Map::new()
        .with("accessModes", vec![ACCESS_MODE.to_owned()])
        .with_some("storageClassName", lowered.options.storage_class.clone())
        .with("resources", storage);
    Map::new()
        .with("apiVersion", "v1")
        .with("kind", "PersistentVolumeClaim")
        .with("metadata", metadata(lowered, name, origin))
        .with("spec", spec)
        .into()
}

fn job_of(lowered: &Lowered<'_>, name: &str, origin: &str) -> Node {
    let inject = &lowered.options.inject;
    let mount = Map::new().with("name", VOLUME).with("mountPath", mount_path(VOLUME));
    let container = Map::new()
        .with("name", "init")
        .with("image", inject.image.clone().unwrap_or_default())
        .with("command", inject.copying())
        .with("volumeMounts", vec![mount]);
    let claim = Map::new().with("claimName", name.to_owned());
    let volume = Map::new().with("name", VOLUME).with("persistentVolumeClaim", claim);
    let pod = Map::new()
        .with("restartPolicy", "OnFailure")
        .with_some("serviceAccountName", lowered.options.service_account.clone())
        .with("containers", vec![container])
        .with("volumes", vec![volume]);
    let spec = Map::new().with("backoffLimit", 4_i64).with("template", Map::new().with("spec", pod));
    Map::new()
        .with("apiVersion", "batch/v1")
        .with("kind", "Job")
        .with("metadata", metadata(lowered, name, origin))
        .with("spec", spec)
        .into()
}
