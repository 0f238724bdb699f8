//! `registry/repository:tag@digest`, as registries are asked for it.

use super::is_digest;

/// The name of an image, in its parts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The host, with its port where it has one.
    pub registry: String,
    pub repository: String,
    /// A tag, or a digest.
    pub version: Version,
}

/// Which image of a repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Version {
    Tag(String),
    Digest(String),
}

/// What a name without a registry means.
const DEFAULT: &str = "docker.io";

impl Reference {
    /// Of the text that a program has; `None` when no registry could be asked for it.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, digest) = match text.split_once('@') {
            Some((name, digest)) => (name, Some(digest)),
            None => (text, None),
        };
        let after = name.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match name[after..].split_once(':') {
            Some((last, tag)) => (&name[..after + last.len()], Some(tag)),
            None => (name, None),
        };
        let version = match (digest, tag) {
            (Some(digest), _) => Version::Digest(is_digest(digest).then(|| digest.to_owned())?),
            (None, Some(tag)) => Version::Tag((!tag.is_empty()).then(|| tag.to_owned())?),
            (None, None) => Version::Tag("latest".to_owned()),
        };
        let (registry, repository) = match name.split_once('/') {
            Some((host, rest)) if is_host(host) => (host, rest.to_owned()),
            Some(_) => (DEFAULT, name.to_owned()),
            None => (DEFAULT, format!("library/{name}")),
        };
        let sound = !repository.is_empty() && repository.split('/').all(is_part);
        sound.then(|| Self { registry: registry.to_owned(), repository, version })
    }

    /// The host that answers for the registry.
    pub fn host(&self) -> &str {
        match self.registry.as_str() {
            DEFAULT => "registry-1.docker.io",
            other => other,
        }
    }

    /// The tag or digest, as it stands in an address.
    pub fn version(&self) -> &str {
        match &self.version {
            Version::Tag(text) | Version::Digest(text) => text,
        }
    }

    /// The digest that the name itself asks for.
    pub fn digest(&self) -> Option<&str> {
        match &self.version {
            Version::Digest(digest) => Some(digest),
            Version::Tag(_) => None,
        }
    }
}

fn is_host(text: &str) -> bool {
    text == "localhost" || text.contains(['.', ':'])
}

fn is_part(text: &str) -> bool {
    let sound = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit() || matches!(one, '.' | '_' | '-');
    !text.is_empty() && text.chars().all(sound) && text != "." && text != ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_its_parts() {
        let digest = format!("sha256:{}", "a".repeat(64));
        let rows = [
            ("busybox", "docker.io", "library/busybox", "latest"),
            ("a/b:1", "docker.io", "a/b", "1"),
            ("quay.io/a/b", "quay.io", "a/b", "latest"),
            ("localhost:5000/b:2.1", "localhost:5000", "b", "2.1"),
            ("localhost/b", "localhost", "b", "latest"),
        ];
        for (text, registry, repository, version) in rows {
            let found = Reference::parse(text).unwrap();
            assert_eq!((&*found.registry, &*found.repository, found.version()), (registry, repository, version));
        }
        let both = Reference::parse(&format!("quay.io/a/b:1@{digest}")).unwrap();
        assert_eq!((both.repository.as_str(), both.digest()), ("a/b", Some(digest.as_str())));
        for wrong in ["", "quay.io/", "a/../b", "a:", "A/b", "a@sha256:12"] {
            assert_eq!(Reference::parse(wrong), None, "{wrong}");
        }
    }
}
