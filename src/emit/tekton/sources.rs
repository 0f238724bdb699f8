//! Where something is kept that others wrote, in the words of the resolver that fetches it.

use crate::emit::yaml::Map;
use crate::plan::outside::{Location, Source, What};

/// The inside of a `taskRef`, a `pipelineRef` or the `ref` of a step.
pub(super) fn reference(source: &Source) -> Map {
    if let Location::Cluster { name, namespace: None } = &source.location {
        return Map::new().with("name", name.clone());
    }
    let (resolver, params) = resolver(source.what, &source.location);
    let more = source.more.iter().map(|(field, text)| (fetched(&source.location, field), text.as_str()));
    let params = params.into_iter().chain(more);
    let params = params.map(|(name, value)| Map::new().with("name", name).with("value", value.to_owned()));
    Map::new().with("resolver", resolver).with("params", params.collect::<Vec<_>>())
}

fn resolver(what: What, location: &Location) -> (&'static str, Vec<(&'static str, &str)>) {
    let kind = match what {
        What::Task => "task",
        What::Pipeline => "pipeline",
        What::Step => "stepaction",
    };
    match location {
        Location::Bundle { bundle, name } => ("bundles", vec![("bundle", bundle), ("name", name), ("kind", kind)]),
        Location::Git { url, revision, path } => {
            ("git", vec![("url", url), ("revision", revision), ("pathInRepo", path)])
        }
        Location::Forge { owner, repository, revision, path } => {
            ("git", vec![("org", owner), ("repo", repository), ("revision", revision), ("pathInRepo", path)])
        }
        Location::Hub { name, version, catalog } => {
            let catalog = catalog.iter().map(|catalog| ("catalog", catalog.as_str()));
            let all = [("kind", kind), ("name", name), ("version", version)].into_iter().chain(catalog);
            // The hub of Tekton itself is shut down.
            ("hub", all.chain([("type", "artifact")]).collect())
        }
        Location::Cluster { name, namespace } => {
            let namespace = namespace.iter().map(|namespace| ("namespace", namespace.as_str()));
            ("cluster", [("kind", kind), ("name", name)].into_iter().chain(namespace).collect())
        }
        Location::Http { url, digest } => ("http", vec![("url", url), ("digest", digest)]),
    }
}

/// The parameter of a resolver for a field that says how something is fetched.
fn fetched(location: &Location, field: &'static str) -> &'static str {
    let cloned = matches!(location, Location::Git { .. });
    match field {
        "token" if cloned => "gitToken",
        "token_key" if cloned => "gitTokenKey",
        "token_key" => "tokenKey",
        "server" if matches!(location, Location::Hub { .. }) => "url",
        "server" => "serverURL",
        "scm" => "scmType",
        "user" => "http-username",
        "password" => "http-password-secret",
        "password_key" => "http-password-secret-key",
        // `secret`, `cache` and `token` are called the same there.
        same => same,
    }
}
