//! `linux/amd64`: which of the images behind one name.

use std::fmt;

/// What an image runs on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Platform {
    pub os: String,
    pub arch: String,
    /// Of processors that have several: `v8`. Absent, it may be any.
    pub variant: Option<String>,
}

impl Platform {
    /// Of `os/arch` or `os/arch/variant`.
    ///
    /// # Errors
    /// What has to be written, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').collect();
        let (os, arch, variant) = match parts.as_slice() {
            [os, arch] => (os, arch, None),
            [os, arch, variant] => (os, arch, Some(*variant)),
            _ => return Err(FORM.to_owned()),
        };
        if parts.iter().any(|part| part.is_empty()) {
            return Err(FORM.to_owned());
        }
        // What programs and kernels call it.
        let arch = match *arch {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        Ok(Self { os: (*os).to_owned(), arch: arch.to_owned(), variant: variant.map(str::to_owned) })
    }

    pub(super) fn takes(&self, os: &str, arch: &str, variant: Option<&str>) -> bool {
        self.os == os && self.arch == arch && self.variant.as_deref().is_none_or(|wanted| variant == Some(wanted))
    }
}

const FORM: &str = "a platform is `os/arch`, such as `linux/amd64` or `linux/arm64/v8`";

impl Default for Platform {
    fn default() -> Self {
        Self { os: "linux".to_owned(), arch: "amd64".to_owned(), variant: None }
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.os, self.arch)?;
        self.variant.iter().try_for_each(|variant| write!(f, "/{variant}"))
    }
}
