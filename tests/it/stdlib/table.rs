//! Which image is made for which architecture: one table here, and what the library says of every pair.

use super::generation::{Generation, LEGACY, OSBUILD, planned};

const ARCHES: [&str; 5] = ["x86_64", "aarch64", "ppc64le", "s390x", "riscv64"];
const ALL: [bool; 5] = [true; 5];
const X86: [bool; 5] = [true, false, false, false, false];
const BOTH: [bool; 5] = [true, true, false, false, false];
const IBM: [bool; 5] = [true, false, false, true, false];
const FOUR: [bool; 5] = [true, true, true, true, false];

/// An image, where it is made, and whether `cosa osbuild` makes it.
const OSBUILD_TABLE: [(&str, [bool; 5], bool); 26] = [
    ("qemu", ALL, true),
    ("metal", ALL, true),
    ("metal4k", ALL, true),
    ("live", ALL, true),
    ("openstack", FOUR, true),
    ("aws", BOTH, true),
    ("azure", BOTH, true),
    ("gcp", BOTH, true),
    ("applehv", BOTH, true),
    ("hetzner", BOTH, true),
    ("hyperv", BOTH, true),
    ("oraclecloud", BOTH, true),
    ("ibmcloud", IBM, true),
    ("kubevirt", IBM, true),
    ("aliyun", X86, true),
    ("azurestack", X86, true),
    ("digitalocean", X86, true),
    ("exoscale", X86, true),
    ("nutanix", X86, true),
    ("proxmoxve", X86, true),
    ("vultr", X86, true),
    ("nvidiabluefield", [false, true, false, false, false], true),
    ("qemu-secex", [false, false, false, true, false], true),
    ("vmware", X86, false),
    ("virtualbox", X86, false),
    ("powervs", [false, false, true, false, false], false),
];

const LEGACY_TABLE: [(&str, [bool; 5], bool); 18] = [
    ("openstack", FOUR, true),
    ("aws", BOTH, true),
    ("azure", BOTH, true),
    ("gcp", BOTH, true),
    ("applehv", BOTH, true),
    ("hyperv", BOTH, true),
    ("ibmcloud", IBM, true),
    ("kubevirt", IBM, true),
    ("aliyun", X86, true),
    ("azurestack", X86, true),
    ("digitalocean", X86, true),
    ("exoscale", X86, true),
    ("nutanix", X86, true),
    ("vultr", X86, true),
    ("qemu-secex", [false, false, false, true, false], true),
    ("vmware", X86, true),
    ("virtualbox", X86, true),
    ("powervs", [false, false, true, false, false], true),
];

/// A program with one task, the code of its only finding or nothing, and the message.
fn verdict(text: &str, platform: &str, arch: &str) -> Option<String> {
    let (_, plan, found) = planned(text, &[("platform", platform), ("arch", arch)]);
    assert!(found.len() <= 1 && found.is_empty() == plan.is_some(), "{found:?}");
    found.into_iter().next()
}

fn one(generation: Generation, base: &str, call: &str) -> String {
    format!(
        "{}pipeline one(const platform: cosa.Platform = .openstack, const arch: Arch = .x86_64) {{\n    \
         workspace srv {{ size: 1Gi }}\n    src  = cosa.init(srv, url: \"https://g/r\")\n    base = cosa.build(src)\n    \
         out  = cosa.{call}({base}, {}, arch)\n}}\n",
        generation.head(),
        if call == "images" { "platforms: [platform]" } else { "platform" },
    )
    .replace("platforms: [platform], arch", "arch, platforms: [platform]")
}

#[test]
fn an_image_of_today_is_made_for_the_architectures_of_the_table() {
    for call in ["cloud", "images"] {
        let text = one(OSBUILD, "base.ostree", call);
        for (platform, arches, by_osbuild) in OSBUILD_TABLE {
            for (arch, made) in ARCHES.into_iter().zip(arches) {
                let found = verdict(&text, platform, arch);
                assert_eq!(found.is_none(), made && by_osbuild, "{call} {platform} {arch}: {found:?}");
                if let Some(found) = found {
                    let (code, why) = match call {
                        "cloud" if by_osbuild => ("P0520", format!("no {platform} image for {arch}")),
                        "cloud" => ("P0520", format!("cosa osbuild makes no {platform} image")),
                        _ => ("P0313", format!("`{arch}: {platform}` is no `ImageSet`")),
                    };
                    assert!(found.contains(code) && found.contains(&why), "{found}");
                }
            }
        }
    }
}

#[test]
fn a_legacy_image_is_made_for_the_architectures_of_the_table() {
    let text = one(LEGACY, "base.qemu", "cloud");
    for (platform, arches, _) in LEGACY_TABLE {
        for (arch, made) in ARCHES.into_iter().zip(arches) {
            let found = verdict(&text, platform, arch);
            assert_eq!(found.is_none(), made, "{platform} {arch}: {found:?}");
        }
    }
}

/// A task that makes one image says so itself.
#[test]
fn a_task_of_one_image_refuses_other_architectures() {
    for (platform, arches, _) in OSBUILD_TABLE.into_iter().filter(|(_, arches, _)| [FOUR, BOTH, IBM].contains(arches)) {
        let text = format!(
            "{}pipeline one(const arch: Arch = .x86_64) {{\n    workspace srv {{ size: 1Gi }}\n    \
             src  = cosa.init(srv, url: \"https://g/r\")\n    base = cosa.build(src)\n    \
             out  = cosa.{platform}(base.ostree, arch)\n}}\n",
            OSBUILD.head()
        );
        for (arch, made) in ARCHES.into_iter().zip(arches) {
            let (_, plan, found) = planned(&text, &[("arch", arch)]);
            assert_eq!((found.is_empty(), plan.is_some()), (made, made), "{platform} {arch}: {found:?}");
        }
    }
}

/// The tables of the library agree: what `images_of` lists is what `architectures` allows.
#[test]
fn all_images_of_an_architecture_are_those_of_the_table() {
    let text = format!(
        "{}pipeline all(const arch: Arch = .x86_64) {{\n    workspace srv {{ size: 1Gi }}\n    \
         src  = cosa.init(srv, url: \"https://g/r\")\n    base = cosa.build(src)\n    \
         for platform in cosa.images_of(arch) {{ out = cosa.cloud(base.ostree, platform, arch) }}\n}}\n",
        OSBUILD.head()
    );
    for (at, arch) in ARCHES.into_iter().enumerate() {
        let (_, plan, found) = planned(&text, &[("arch", arch)]);
        assert_eq!(found, Vec::<String>::new());
        let wanted = OSBUILD_TABLE.iter().filter(|(_, arches, by_osbuild)| arches[at] && *by_osbuild).count();
        assert_eq!(plan.unwrap().tasks().count(), wanted + 2, "{arch}");
    }
}
