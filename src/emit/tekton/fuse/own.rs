//! What a step has of its own in a task whose steps come from several tasks, and the files that they share.

use crate::emit::kube;
use crate::emit::tekton::inputs::Amount;
use crate::emit::yaml::{Map, Node, Page};

/// The volume with the files that the steps of one pod hand on.
const VOLUME: &str = "pipec-shared";

/// Where each step finds them.
const DIRECTORY: &str = "/pipec/shared";

/// What is not the same for all steps of the task.
#[derive(Debug)]
pub(in crate::emit::tekton) struct Own {
    pub(in crate::emit::tekton) privileged: bool,
    /// The limits, and of which it is this step that asks: the requests of all containers of a pod are added up, so
    /// that the greatest of them is asked for once.
    pub(super) resources: Vec<(Amount, bool)>,
    /// Its failure does not keep the next steps from running.
    pub(super) goes_on: bool,
    /// Milliseconds.
    pub(super) timeout: Option<i64>,
    /// It has the files that the steps of the pod hand on.
    pub(in crate::emit::tekton) shares: bool,
}

impl Own {
    pub(in crate::emit::tekton) fn write_resources(&self, page: &mut Page) {
        if self.resources.is_empty() {
            return;
        }
        page.raw("    computeResources:\n      requests:\n");
        for ((name, limit), asks) in &self.resources {
            page.raw("        ");
            page.raw(name);
            // A device is asked for by each container that uses it.
            page.entry_text(": ", if *asks || *name == kube::KVM { limit } else { "0" });
        }
        page.raw("      limits:\n");
        for ((name, limit), _) in &self.resources {
            page.raw("        ");
            page.raw(name);
            page.entry_text(": ", limit);
        }
    }

    pub(in crate::emit::tekton) fn write_ends(&self, page: &mut Page) {
        if let Some(time) = self.timeout {
            page.entry_text("    timeout: ", &kube::go_duration(time));
        }
        if self.goes_on {
            page.raw("    onError: continue\n");
        }
    }
}

/// The volume of the files.
pub(super) fn volume() -> Node {
    Map::new().with("name", VOLUME).with("emptyDir", Map::new()).into()
}

/// How a step has them.
pub(in crate::emit::tekton) fn mount() -> Map {
    Map::new().with("name", VOLUME).with("mountPath", DIRECTORY)
}

/// Whether a text names one of them.
pub(super) fn is_file(text: &str) -> bool {
    text.starts_with(DIRECTORY)
}

/// The path of one of them: something of a task.
pub(super) fn file(task: &str, what: &str) -> String {
    [DIRECTORY, "/", task, ".", what].concat()
}
