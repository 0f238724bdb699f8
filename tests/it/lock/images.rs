//! Images as they lie in layouts, archives and registries.

use std::io::Write;

use sha2::{Digest as _, Sha256};

use crate::cli::run::Place;

/// One image: its bytes, each under its digest.
#[derive(Clone, Default, Debug)]
pub(super) struct Image {
    pub(super) blobs: Vec<(String, Vec<u8>)>,
    /// The digest of what its name means.
    pub(super) top: String,
}

pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

impl Image {
    fn add(&mut self, text: String) -> String {
        let digest = digest(text.as_bytes());
        self.blobs.push((digest.clone(), text.into_bytes()));
        digest
    }

    /// A manifest with its configuration.
    pub(super) fn of(arch: &str, config: &str) -> Self {
        let mut image = Self::default();
        let config = image.add(format!("{{\"architecture\":\"{arch}\",\"os\":\"linux\",\"config\":{config}}}"));
        image.top = image.add(format!(
            "{{\"schemaVersion\":2,\"config\":{{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"{config}\",\"size\":1}},\"layers\":[]}}"
        ));
        image
    }

    /// An index of the same image for two architectures.
    pub(super) fn both(amd64: &str, arm64: &str) -> Self {
        let (first, second) = (Self::of("amd64", amd64), Self::of("arm64", arm64));
        let entry = |image: &Self, arch: &str, variant: &str| {
            format!(
                "{{\"digest\":\"{}\",\"size\":1,\"platform\":{{\"os\":\"linux\",\"architecture\":\"{arch}\"{variant}}}}}",
                image.top
            )
        };
        let mut both = Self { blobs: [first.blobs.clone(), second.blobs.clone()].concat(), top: String::new() };
        let unknown =
            "{\"digest\":\"sha256:0\",\"size\":1,\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}}";
        both.top = both.add(format!(
            "{{\"schemaVersion\":2,\"manifests\":[{},{},{unknown}]}}",
            entry(&second, "arm64", ",\"variant\":\"v8\""),
            entry(&first, "amd64", "")
        ));
        both
    }

    pub(super) fn blob(&self, digest: &str) -> Option<&[u8]> {
        self.blobs.iter().find(|(known, _)| known == digest).map(|(_, bytes)| bytes.as_slice())
    }

    /// The files of an OCI layout with this image in it.
    pub(super) fn layout(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        let index = format!(
            "{{\"schemaVersion\":2,\"manifests\":[{{\"digest\":\"{}\",\"size\":1,\"annotations\":{{\"org.opencontainers.image.ref.name\":\"{name}\"}}}}]}}",
            self.top
        );
        let blobs =
            self.blobs.iter().map(|(digest, bytes)| (format!("blobs/{}", digest.replace(':', "/")), bytes.clone()));
        let fixed = [("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".to_owned()), ("index.json", index)];
        fixed.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).chain(blobs).collect()
    }
}

pub(super) fn put(place: &Place, folder: &str, files: &[(String, Vec<u8>)]) {
    files.iter().for_each(|(name, bytes)| place.put(&format!("{folder}/{name}"), bytes));
}

pub(super) fn tar(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, format!("./{name}"), bytes.as_slice()).unwrap();
    }
    archive.into_inner().unwrap()
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
