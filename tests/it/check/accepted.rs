//! The program of the language's first page, with a library of its size.

use super::run_with;

const LIBRARY: &str = r#"
enum Platform { aws, azure, gcp }
type Version = string matching "[0-9.]+"
type BuildId = string matching "[0-9]+\\.[0-9]{8}\\..*"
artifact Source
artifact Ostree
artifact Qemu
artifact Metal requires Ostree
artifact Live requires Ostree, Metal
artifact Cloud requires Qemu
command "cosa build" makes Ostree, Qemu
const tools: image = "quay.io/coreos-assembler/coreos-assembler:main"

task init(ws: workspace, url: string, branch: string = "main") -> Source = ws / "src" {
    image: tools
    run:   "cosa init --branch ~{branch} ~{url}"
}
task build(src: Source, version: Version? = none, strict: bool = true, force: bool = false)
    -> (ostree: Ostree = src.workspace / "builds/latest/ostree", qemu: Qemu, build_id: BuildId)
{
    image:   tools
    needs:   { kvm: true, cpu: 4, memory: 10752Mi, disk: 50Gi }
    timeout: 5h
    workdir: src.workspace
    run: """
        cosa fetch ~{flag("--strict", strict)}
        cosa build ~{flag("--strict", strict)} ~{flag("--force", force)} ~{flag("--version", version)}
        cp qemu ~{out.qemu}
        cosa meta --get-value buildid > ~{out.build_id}
    """
}
task metal(ostree: Ostree) -> Metal { image: tools, run: "make-metal ~{ostree} ~{out}" }
task live(ostree: Ostree, metal: Metal) -> Live { image: tools, run: "make-live ~{ostree} ~{metal} ~{out}" }
task kola(qemu: Qemu) { image: tools, run: "kola ~{qemu}" }
task cloud(qemu: Qemu, platform: Platform) -> Cloud { image: tools, run: "convert ~{qemu} ~{platform} ~{out}" }
task upload(ostree: Ostree, url: string, aws: secret) {
    image: tools
    env:   { TOKEN: aws }
    run:   "upload ~{ostree} ~{url}"
}
"#;

const PROGRAM: &str = r#"//! Fedora CoreOS: one architecture, from source to uploaded images.
use lib.cosa

enum StreamType { production, development, mechanical }

/// Build, test and, if asked, upload one stream.
pipeline fcos(
    stream:   string = "testing-devel",
    kind:     StreamType = .development,
    version:  cosa.Version? = none,
    const clouds: [cosa.Platform] = [.aws, .azure, .gcp],
    force:    bool = false,
    upload:   bool = false,
    aws:      secret? = none,
) -> (build_id: cosa.BuildId) {
    require not upload or aws != none, "an upload needs the `aws` secret"

    workspace srv { size: 60Gi }

    src  = cosa.init(srv, url: "https://github.com/coreos/fedora-coreos-config", branch: stream)
    base = cosa.build(src, version, strict: kind != .mechanical, force)

    metal   = cosa.metal(base.ostree)
    iso     = cosa.live(base.ostree, metal)
    kola    = cosa.kola(base.qemu) { retries: 1, timeout: 2h }

    for cloud in clouds {
        image = cosa.cloud(base.qemu, cloud) after kola
    }

    when upload {
        up = cosa.upload(base.ostree, url: "s3://fcos-builds/prod/streams/~{stream}", aws: aws!)
            after iso, image
    }

    finally {
        task notify {
            image: "quay.io/fedora/fedora-minimal:41"
            env:   { OUTCOME: outcome }
            run:   "echo \"fcos ~{stream}: $OUTCOME\""
        }
    }

    return (build_id: base.build_id)
}
"#;

#[test]
fn the_program_of_the_first_page_is_right() {
    let checked = run_with(PROGRAM, &[("cosa", LIBRARY)]);
    assert_eq!(checked.findings(), [""; 0]);
    let pipeline = &checked.program.pipelines[0];
    assert_eq!(pipeline.body.len(), 11);
    assert_eq!(checked.program.tasks.iter().filter(|task| task.steps.is_empty()).count(), 0);
    let tree = format!("{:?}", checked.program);
    assert!(!tree.contains("Poison"), "a right program holds no poison");
}

#[test]
fn the_same_program_gives_the_same_tree() {
    let tree = || format!("{:?}", run_with(PROGRAM, &[("cosa", LIBRARY)]).program);
    assert_eq!(tree(), tree());
}
