//! What the cluster is that manifests are for.

/// How far fields have come: a cluster is set to one level, and takes what is at least as settled.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    Stable,
    Beta,
    Alpha,
}

impl Level {
    pub const ALL: [Self; 3] = [Self::Stable, Self::Beta, Self::Alpha];

    /// As the cluster spells it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Beta => "beta",
            Self::Alpha => "alpha",
        }
    }
}

/// A version of the cluster: `0.56`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Version(pub u32, pub u32);

impl Version {
    /// Reads `0.56`, `v0.56` or `v0.56.1`; the last number says nothing about fields.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).split('.');
        let (major, minor, patch) = (parts.next()?, parts.next()?, parts.next().unwrap_or("0"));
        let number = |text: &str| text.bytes().all(|one| one.is_ascii_digit()).then(|| text.parse().ok())?;
        let version = Self(number(major)?, number(minor)?);
        (number(patch).is_some() && parts.next().is_none()).then_some(version)
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "v{}.{}", self.0, self.1)
    }
}

/// What manifests are held to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    pub level: Level,
    /// The oldest version that must take them; absent, it is the newest one.
    pub min_version: Option<Version>,
}

impl Default for Bounds {
    /// What a fresh installation takes.
    fn default() -> Self {
        Self { level: Level::Beta, min_version: None }
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_read_with_and_without_a_v() {
        for text in ["0.56", "v0.56", "0.56.3", "v0.56.0"] {
            assert_eq!(Version::read(text), Some(Version(0, 56)), "{text}");
        }
        for text in ["", "56", "0.", "0.x", "0.56.", "0.56.1.2", "+0.5", "99999999999.0"] {
            assert_eq!(Version::read(text), None, "{text}");
        }
        assert!(Version(0, 62) < Version(1, 0));
    }
}
