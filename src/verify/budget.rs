//! A limit that is met only when a run starts: the scripts of a task together.

use super::cx::{Cx, finding};
use crate::diag::code::Code;
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// All scripts of a task travel in one argument, which is shorter than this.
const SCRIPTS: usize = 131_072;

/// What stands around each script in it.
const AROUND: usize = 200;

/// The scripts of a task, as they are carried into its pod.
pub(super) fn scripts(spec: &Node, cx: &mut Cx<'_>) {
    let all = spec.list("steps").iter().chain(spec.list("sidecars")).filter_map(|one| one.get("script"));
    let sized: Vec<(&Node, usize)> =
        all.filter_map(|node| Some((node, node.text()?.len().div_ceil(3) * 4 + AROUND))).collect();
    let sum: usize = sized.iter().map(|(_, size)| size).sum();
    if let Some((longest, size)) = sized.iter().max_by_key(|(_, size)| *size).filter(|_| sum >= SCRIPTS) {
        let message = format!("the scripts of a task have {sum} bytes as they are carried, and {SCRIPTS} are too many");
        let help =
            format!("put a part into the image or a ConfigMap: this one has {size} of them; the pod does not start");
        cx.push(finding(Code::P0654, longest.span, message, "the longest", help));
    }
}
