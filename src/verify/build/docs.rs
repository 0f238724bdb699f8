//! The documents that have to do with builds, by kind, namespace and name.

use rustc_hash::FxHashMap;

use crate::yaml_read::Node;
use crate::yaml_read::look::Look;

/// The documents of one kind in one namespace.
#[derive(Default, Debug)]
struct Named<'a> {
    by_name: FxHashMap<&'a str, &'a Node>,
    in_order: Vec<&'a Node>,
}

/// What is given beside a document; nothing of it has to be.
#[derive(Default, Debug)]
pub(crate) struct Docs<'a> {
    /// Of each kind and namespace.
    all: FxHashMap<&'static str, FxHashMap<&'a str, Named<'a>>>,
    /// Accounts, Secrets and the like count only beside a build or a stream of images.
    pub(crate) has_builds: bool,
}

impl<'a> Docs<'a> {
    pub(crate) fn new(all: &'a [Node]) -> Self {
        let mut docs = Self::default();
        for root in all {
            let Some(kind) = super::kind_of(root) else { continue };
            docs.has_builds |= super::OWN.contains(&kind);
            let namespace = namespace(root);
            let named = docs.all.entry(kind).or_default().entry(namespace).or_default();
            named.in_order.push(root);
            if let Some(name) = name(root) {
                named.by_name.entry(name).or_insert(root);
            }
        }
        docs
    }

    /// The first of that name.
    pub(super) fn one(&self, kind: &'static str, namespace: &str, name: &str) -> Option<&'a Node> {
        self.all.get(kind)?.get(namespace)?.by_name.get(name).copied()
    }

    pub(super) fn all(&self, kind: &'static str, namespace: &str) -> &[&'a Node] {
        self.all.get(kind).and_then(|all| all.get(namespace)).map_or(&[], |named| named.in_order.as_slice())
    }

    /// The names of a kind, in the order of the text.
    pub(super) fn names(&self, kind: &'static str, namespace: &str) -> Vec<&'a str> {
        self.all(kind, namespace).iter().filter_map(|root| name(root)).collect()
    }
}

/// The namespace that a document names; the one of whoever applies it is nothing.
pub(super) fn namespace(root: &Node) -> &str {
    root.get("metadata").and_then(|meta| meta.text_of("namespace")).unwrap_or_default()
}

pub(super) fn name(root: &Node) -> Option<&str> {
    root.get("metadata").and_then(|meta| meta.text_of("name"))
}
