//! The programs of this repository, each with what its tests bind and what its tools find.

/// A pipeline with what is bound, as the tests of the examples bind it.
#[derive(Debug)]
pub(super) struct Example {
    pub(super) file: &'static str,
    pub(super) pipeline: &'static str,
    pub(super) cosa: &'static str,
    pub(super) values: &'static [(&'static str, &'static str)],
    pub(super) params: Option<&'static str>,
    /// What COSA builds for.
    pub(super) arch: &'static str,
    /// The architectures of the build that COSA fetches.
    pub(super) fetched: Option<&'static str>,
    /// What lies beside the tools, for them.
    pub(super) files: &'static [(&'static str, &'static str)],
    /// Builds cannot express it, for this reason.
    pub(super) no_builds: Option<&'static str>,
}

pub(super) const OLD: &str = "examples/cosa";
const NEW: &str = "coreos/cosa";
pub(super) const SERVICES: &str = "has nothing beside `integration` where `database` could run";

pub(super) const fn example(
    file: &'static str,
    pipeline: &'static str,
    cosa: &'static str,
    values: &'static [(&'static str, &'static str)],
) -> Example {
    Example { file, pipeline, cosa, values, params: None, arch: "x86_64", fetched: None, files: &[], no_builds: None }
}

pub(super) const EXAMPLES: [Example; 16] = [
    example(
        "fcos",
        "fcos",
        OLD,
        &[
            ("stream", "stable"),
            ("clouds", "aws,gcp,openstack,applehv"),
            ("additional_arches", "s390x"),
            ("bucket", "fcos-builds/prod/streams"),
            ("aws_build_upload", "one"),
            ("aws_image_upload", "one"),
            ("gcp_image_upload", "one"),
            ("slack", "one"),
        ],
    ),
    example(
        "image",
        "image_build",
        OLD,
        &[("git_url", "https://example.com/a.git"), ("output_image", "quay.io/a/b:1.0"), ("push_auth", "one")],
    ),
    example("wharf", "shop", OLD, &[("cluster", "one")]),
    example(
        "coreos/build",
        "build",
        NEW,
        &[
            ("stream", "stable"),
            ("aws_build_upload", "one"),
            ("fedora_messaging", "one"),
            ("fedora_messaging_cert", "one"),
            ("slack", "one"),
            ("aws_govcloud_image_upload", "one"),
            ("gcp_image_upload", "one"),
            ("azure_image_upload", "one"),
            ("aliyun_image_upload", "one"),
        ],
    ),
    Example {
        arch: "ppc64le",
        ..example(
            "coreos/build_arch",
            "build_arch",
            NEW,
            &[
                ("stream", "next"),
                ("arch", "ppc64le"),
                ("version", "43.20251101.3.0"),
                ("builder_host", "ssh://core@builder/run/podman.sock"),
                ("builder_key", "one"),
                ("aws_build_upload", "one"),
                ("fedora_messaging", "one"),
                ("fedora_messaging_cert", "one"),
                ("src_config_commit", "0123456"),
            ],
        )
    },
    Example {
        fetched: Some(r#""x86_64", "aarch64", "ppc64le", "s390x""#),
        ..example(
            "coreos/release",
            "release",
            NEW,
            &[
                ("stream", "stable"),
                ("version", "43.20251101.3.0"),
                ("aws_build_upload", "one"),
                ("fedora_messaging", "one"),
                ("fedora_messaging_cert", "one"),
                ("oscontainer_push_registry", "one"),
            ],
        )
    },
    example("coreos/kola_upgrade", "kola_upgrade", NEW, &[("stream", "stable"), ("arch", "x86_64")]),
    example(
        "coreos/cosa_ci",
        "cosa_ci",
        NEW,
        &[("container_name", "registry.example.com/ci/cosa:pr-1"), ("push_auth", "one")],
    ),
    example("coreos/prow", "prow", NEW, &[("repositories_url", "https://example.com/ocp.repo")]),
    Example {
        params: Some("examples/coreos/rhcos.yaml"),
        ..example("coreos/rhcos", "rhcos", OLD, &[("keytab", "one"), ("aws", "one")])
    },
    Example {
        files: CONTAINERFILES,
        ..example(
            "coreos/konflux",
            "docker_build",
            NEW,
            &[("push_auth", "one"), ("git_url", "https://example.com/a.git"), ("output_image", "quay.io/a/b:1.0")],
        )
    },
    Example {
        files: CONTAINERFILES,
        ..example("coreos/cosa_tekton", "cosa_image", NEW, &[("push_auth", "one"), ("revision", COMMIT)])
    },
    Example {
        files: CONTAINERFILES,
        ..example("coreos/cosa_tekton", "fcos_image", NEW, &[("push_auth", "one"), ("revision", COMMIT)])
    },
    Example {
        files: FIRST,
        ..example(
            "coreos/rhcos_v1",
            "treecompose",
            OLD,
            &[
                ("number", "7"),
                ("compose_url", "https://example.com/compose"),
                ("server", "core@example.com"),
                ("ssh_key", "one"),
                ("mirror", "one"),
                ("registry_login", "one"),
                ("cluster", "one"),
                ("slack", "one"),
            ],
        )
    },
    Example {
        files: FIRST,
        ..example(
            "coreos/rhcos_v1",
            "cloud",
            OLD,
            &[
                ("repo_url", "https://example.com/repo"),
                ("installer_tree", "https://example.com/tree"),
                ("server", "core@example.com"),
                ("bucket", "rhcos-ci"),
                ("ssh_key", "one"),
                ("aws", "one"),
            ],
        )
    },
    Example {
        files: FIRST,
        ..example(
            "coreos/rhcos_v1",
            "aws_test",
            OLD,
            &[
                ("server", "core@example.com"),
                ("bucket", "rhcos-ci"),
                ("ssh_key", "one"),
                ("aws", "one"),
                ("cluster", "one"),
            ],
        )
    },
];

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// What a repository is built by, under either name.
const CONTAINERFILES: &[(&str, &str)] =
    &[("repository/Dockerfile", "FROM scratch\n"), ("repository/Containerfile", "FROM scratch\n")];

/// What the repository of the first CoreOS has, and what its server of artifacts knows of an earlier image.
const FIRST: &[(&str, &str)] = &[
    ("repository/cloud.ks", "ostreesetup --url=@@OSTREE_INSTALL_URL@@ --ref=@@OSTREE_INSTALL_REF@@\n"),
    ("repository/ootpa.repo.in", "[ootpa]\nbaseurl=@OOTPA_COMPOSE@\n"),
    ("repository/cri-o-tested.repo", "[cri-o]\nsslclientcert=WORKSPACE/ops-mirror.pem\n"),
    (
        "server/images/cloud/latest/meta.json",
        "{ \"ostree-commit\": \"0000000000000000000000000000000000000000000000000000000000000007\", \
           \"ostree-version\": \"4.0.6\", \"image-genver\": 2, \"image-version\": \"4.0.6-2\" }\n",
    ),
    ("server/images/cloud/4.0.6-2/aws-us-east-1.json", "{ \"HVM\": \"ami-0123\" }\n"),
];
