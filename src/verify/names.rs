//! Documents of one name: where each is applied after the other, the second changes the first.

use rustc_hash::FxHashMap;

use super::cx::Cx;
use crate::source::{FileId, Span};
use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// What a cluster tells documents apart by, in one file.
type Who<'a> = (FileId, &'a str, &'a str, &'a str);

/// Reports runs that stand twice in one file; other documents may be changed, and the later one counts.
pub(super) fn check(all: &[Node], cx: &mut Cx<'_>) {
    let mut seen: FxHashMap<Who<'_>, Span> = FxHashMap::default();
    for root in all {
        let kind = super::kind_of(root).filter(|kind| kind.ends_with("Run"));
        let (Some(kind), Some(meta)) = (kind, root.get("metadata")) else { continue };
        let Some((name, span)) = meta.get("name").and_then(|one| Some((one.text()?, one.span))) else { continue };
        let who = (span.file, kind, meta.text_of("namespace").unwrap_or_default(), name);
        match seen.get(&who) {
            Some(first) => {
                let help = "rename one, or give both a `generateName`: a run that is there cannot be changed, and the second is refused";
                cx.duplicate("the run", name, *first, span, help);
            }
            None => {
                seen.insert(who, span);
            }
        }
    }
}
