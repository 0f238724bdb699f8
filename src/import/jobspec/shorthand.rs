//! The short-hands of stages: images by name, tests by name, and what each needs.

/// Names that `build_artifacts` takes besides those of [`IMAGES`].
pub(super) const SPECIAL: &[&str] = &["base", "finalize", "live", "ostree", "qemu"];

/// Images that have a task of their own in the library.
const OWN_TASK: &[&str] = &["metal", "metal4k", "extensions"];

/// Images that are made from the QEMU image, by the cases of the library's `Platform`.
const PLATFORMS: &[&str] = &[
    "aliyun",
    "applehv",
    "aws",
    "azure",
    "azurestack",
    "digitalocean",
    "exoscale",
    "gcp",
    "hyperv",
    "ibmcloud",
    "kubevirt",
    "nutanix",
    "openstack",
    "powervs",
    "qemu-secex",
    "virtualbox",
    "vmware",
    "vultr",
];

/// Images that the library has no task for: the command itself is run.
const COMMAND_ONLY: &[&str] = &["dasd", "extensions-container", "legacy-oscontainer", "oscontainer"];

/// Parts of the live image, which one command makes.
const LIVE_PARTS: &[&str] = &["live-initramfs", "live-iso", "live-kernel", "live-rootfs"];

/// How an image comes about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Image {
    /// The OSTree commit and the QEMU image.
    Base,
    Live,
    /// By a task of the library with that name.
    Task,
    /// By the task for images that are made from the QEMU image.
    Platform,
    Command,
    /// No image: the parts of `meta.json` are put together.
    Finalize,
}

/// What a name in `build_artifacts` means.
pub(super) fn image(name: &str) -> Option<Image> {
    match name {
        "base" | "ostree" | "qemu" => Some(Image::Base),
        "live" => Some(Image::Live),
        "finalize" => Some(Image::Finalize),
        _ if OWN_TASK.contains(&name) => Some(Image::Task),
        _ if PLATFORMS.contains(&name) => Some(Image::Platform),
        _ if COMMAND_ONLY.contains(&name) => Some(Image::Command),
        _ => None,
    }
}

/// All names that `build_artifacts` takes.
pub(super) fn names() -> Vec<&'static str> {
    [SPECIAL, OWN_TASK, PLATFORMS, COMMAND_ONLY].concat()
}

/// The name in `build_artifacts` of what makes an artifact of `require_artifacts`; `None` where there is no such thing.
pub(super) fn maker_of(artifact: &str) -> Option<&str> {
    if LIVE_PARTS.contains(&artifact) {
        return Some("live");
    }
    match image(artifact)? {
        Image::Base => Some("base"),
        Image::Live | Image::Task | Image::Platform | Image::Command | Image::Finalize => Some(artifact),
    }
}

/// All names that `require_artifacts` takes.
pub(super) fn artifacts() -> Vec<&'static str> {
    [LIVE_PARTS, &names()].concat()
}

/// What has to be made before.
pub(super) fn needs(name: &str) -> &'static [&'static str] {
    match image(name) {
        Some(Image::Live) => &["base", "metal", "metal4k"],
        Some(Image::Task | Image::Platform | Image::Command) => &["base"],
        Some(Image::Base | Image::Finalize) | None => &[],
    }
}

/// One short-hand of `kola_tests`.
#[derive(Debug)]
pub(super) struct KolaTest {
    pub(super) name: &'static str,
    pub(super) command: &'static str,
    /// The short-hand of what it tests.
    pub(super) needs: &'static str,
    /// How many machines it starts at once.
    pub(super) parallel: u32,
}

/// The table of tests. Two of them said nothing about what they test, and needed the QEMU image all the same.
pub(super) const KOLA: &[KolaTest] = &[
    KolaTest { name: "basicBios", command: "cosa kola run --qemu-nvme=true basic", needs: "base", parallel: 1 },
    KolaTest { name: "basicQemu", command: "cosa kola --basic-qemu-scenarios", needs: "base", parallel: 1 },
    KolaTest { name: "basicUEFI", command: "cosa kola run --qemu-firmware=uefi basic", needs: "base", parallel: 1 },
    KolaTest { name: "external", command: "cosa kola run 'ext.*'", needs: "base", parallel: 1 },
    KolaTest { name: "long", command: "cosa kola run --parallel=3", needs: "base", parallel: 3 },
    KolaTest { name: "upgrade", command: "kola run-upgrade --output-dir tmp/kola-upgrade", needs: "base", parallel: 1 },
    KolaTest { name: "iso", command: "kola testiso -S", needs: "live", parallel: 6 },
    KolaTest {
        name: "metal4k",
        command: "kola testiso -S --qemu-native-4k --scenarios iso-install --output-dir tmp/kola-metal4k",
        needs: "live",
        parallel: 6,
    },
];

/// Commands that need KVM, as a first guess: what the library says is put in its place later.
const KVM: &[&str] = &["build", "fetch", "kola", "run", "virt-install", "offline-update", "supermin-run"];

/// The subcommands that a script runs, in order.
pub(super) fn subcommands(script: &str) -> Vec<&str> {
    let words: Vec<&str> = script.split([' ', '\t', '\n', ';', '&', '|', '(', ')']).filter(|w| !w.is_empty()).collect();
    let programs = ["cosa", "coreos-assembler"];
    words.windows(2).filter(|pair| programs.contains(&pair[0])).map(|pair| pair[1]).collect()
}

/// Whether a script seems to need KVM.
pub(super) fn needs_kvm(script: &str) -> bool {
    // What is only handed on is not made.
    let upload = script.split_whitespace().any(|word| word == "--upload");
    let handed_on = |name: &str| upload && matches!(name, "buildextend-aws" | "buildextend-gcp");
    let known = |name: &str| KVM.contains(&name) || (name.starts_with("buildextend-") && !handed_on(name));
    let kola = script.split_whitespace().any(|word| word == "kola");
    kola || subcommands(script).into_iter().any(known)
}

/// The short-hands of what a script makes.
pub(super) fn made_by(script: &str) -> Vec<String> {
    let made = subcommands(script).into_iter().filter_map(|name| match name {
        "build" | "buildfetch" | "import" => Some("base"),
        other => other.strip_prefix("buildextend-").filter(|image| self::image(image).is_some()),
    });
    made.map(str::to_owned).collect()
}
