//! What the types of the library do not let pass, and what its graphs of artifacts demand.

use super::generation::{Generation, LEGACY, OSBUILD, planned};

/// The findings of a program whose pipeline goes on behind a build.
fn found(generation: Generation, body: &str) -> Vec<String> {
    let text = format!(
        "{}pipeline one(key: secret) {{\n    workspace srv {{ size: 1Gi }}\n    \
         src  = cosa.init(srv, url: \"https://g/r\")\n    base = cosa.build(src)\n    \
         kept = cosa.reserve(base.ostree, path: \"bucket/p\", aws: key)\n{body}\n}}\n",
        generation.head()
    );
    planned(&text, &[]).2
}

fn is(generation: Generation, body: &str, code: &str, part: &str) {
    let found = found(generation, body);
    assert!(found.len() == 1 && found[0].contains(code) && found[0].contains(part), "{body}: {found:#?}");
}

fn fine(generation: Generation, body: &str) {
    assert_eq!(found(generation, body), Vec::<String>::new(), "{body}");
}

#[test]
fn a_live_image_needs_metal_images_in_one_generation_only() {
    let raw = "task live { image: \"quay.io/a/b:1\", needs: { kvm: true, memory: 4Gi }, workdir: srv, timeout: 1h, run: \"cosa buildextend-live\" } after base";
    is(LEGACY, raw, "P0401", "requires `Metal` and `Metal4k`");
    fine(OSBUILD, raw);
    let metal = "metal = cosa.metal(base.ostree)\n    live = cosa.live(base.ostree, metal)";
    is(LEGACY, metal, "P0207", "`live` needs `metal4k`");
    fine(OSBUILD, "live = cosa.live(base.ostree)");
}

#[test]
fn a_build_of_today_makes_no_qemu_image() {
    is(OSBUILD, "cosa.kola(base.qemu)", "", "`qemu`");
    fine(LEGACY, "cosa.kola(base.qemu)");
    let raw = "task ova { image: \"quay.io/a/b:1\", needs: { kvm: true, memory: 4Gi }, workdir: srv, timeout: 1h, run: \"cosa buildextend-vmware\" } after base";
    is(OSBUILD, raw, "P0401", "requires `Qemu`");
    fine(LEGACY, raw);
}

#[test]
fn an_upload_needs_the_image_of_its_own_cloud() {
    let azure = "gcp = cosa.gcp(base.ostree, .x86_64)\n    \
        cosa.upload_azure(image: gcp, container: \"c\", resource_group: \"g\", storage_account: \"a\", credentials: key)";
    is(OSBUILD, azure, "P0301", "`Azure`");
    is(OSBUILD, "cosa.replicate_aws(base.ostree, aws: key)", "P0301", "`AwsImages`");
    is(OSBUILD, "cosa.upload(base.ostree, path: \"bucket/p\", aws: key)", "P0301", "`Compressed`");
    is(OSBUILD, "cosa.sign_oci(base.ostree, base.build_id)", "P0301", "`Manifest`");
}

#[test]
fn a_text_has_the_form_of_its_type() {
    for (body, ty) in [
        ("cosa.kola_list(base.ostree, exttests: [\"a\"])\n    cosa.diff(base.ostree, what: [.nothing])", "nothing"),
        ("a = cosa.buildfetch(src, artifacts: [\"qmeu\"])", "`ImageName`"),
        ("a = cosa.compress(base.ostree, artifacts: [\"live\"])", "`ImageName`"),
        ("a = cosa.koji_search(src, nvr: \"rhcos\", profile: \"brew\")", "`Nvr`"),
        ("a = cosa.meta_set(base.ostree, values: [\"a=b=c\"])", "`MetaValue`"),
        ("a = cosa.import(src, container: \"quay.io/a/b:c\")", "`Transport`"),
        (
            "a = cosa.push_manifest(base.ostree, repo: \"quay.io/a/b:t\", tag: \"t\", artifact: \"ostree\", auth: key)",
            "`Repository`",
        ),
    ] {
        is(OSBUILD, body, "", ty);
    }
    let kola = |argument: &str| format!("qemu = cosa.qemu(base.ostree)\n    cosa.kola(qemu, {argument})");
    fine(OSBUILD, &kola("tags: [\"!slow\"], sharding: \"hash:2/3\", parallel: none, firmware: .uefi, native_4k: true"));
    is(OSBUILD, &kola("sharding: \"2/3\""), "P0313", "`Sharding`");
    is(OSBUILD, &kola("tags: [\"a,b\"]"), "P0313", "`TestTag`");
    is(OSBUILD, &kola("parallel: 0"), "P0313", "`0` is no `Parallel`");
    is(OSBUILD, &kola("native_4k: true"), "P0520", "`kola` cannot be called like this: sectors of 4096 bytes");
    let kubevirt = "image = cosa.kubevirt(base.ostree, arch: .aarch64)";
    is(OSBUILD, kubevirt, "P0520", "`kubevirt` cannot be called like this: cosa makes no kubevirt image for aarch64");
    is(OSBUILD, &kola("firmware: .efi"), "", "efi");
}

#[test]
fn memory_follows_the_machines() {
    let text = format!(
        "{}pipeline one(const parallel: int = 5, const arch: Arch = .x86_64) {{\n    workspace srv {{ size: 1Gi }}\n    \
         src  = cosa.init(srv, url: \"https://g/r\")\n    base = cosa.build(src)\n    qemu = cosa.qemu(base.ostree)\n    \
         kola = cosa.kola(qemu, parallel: parallel, arch: arch)\n    \
         auto = cosa.kola(qemu, parallel: none, cpus: 2, machine_memory: 4Gi) after kola\n}}\n\
         test \"memory\" {{\n    plan = one(parallel: 4)\n    far = one(parallel: 4, arch: .s390x)\n    \
         assert plan.kola.needs.memory! == 6656Mi and far.kola.needs.memory! == 12800Mi\n    \
         assert plan.kola.needs.kvm and far.kola.needs.arch! == .s390x and plan.kola.needs.cpu! == 5\n    \
         assert plan.auto.needs.memory! == 9728Mi\n    \
         assert cosa.kola_parallel(10752Mi) == 6 and cosa.go_arch(.aarch64) == .arm64 and cosa.rpm_arch(.amd64) == .x86_64\n}}\n",
        OSBUILD.head()
    );
    let dir = tempfile::TempDir::new().unwrap();
    std::fs::write(dir.path().join("a.pipe"), text).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pipec"));
    let done = command.current_dir(dir.path()).args(["test", "a.pipe"]).output().unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
}
