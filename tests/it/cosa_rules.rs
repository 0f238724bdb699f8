//! The rules of COSA (C001 to C020 in `domain/cosa.md` 8.3): what breaks one is refused where it is broken, what keeps it is
//! silent. Each test says which code refuses it and where the rule is said.
//!
//! | rule | code | said in |
//! |---|---|---|
//! | C001 tests, images, compression, upload: behind a build | P0401 | `requires` of commands and artifacts |
//! | C002 the live image behind both metal images | P0401 | `artifact Live`, `std.cosa` |
//! | C003 clouds and OVAs behind the QEMU image | P0401 | `artifact Aws` …, each generation |
//! | C004 images exist on some architectures only | P0531 | `artifact … on …` |
//! | C005 an upload needs the image of its cloud, a copy its entry in `meta.json` | P0401 | `requires` of `cosa imageupload-*`, `cosa *-replicate` |
//! | C006 what is signed was uploaded; what the flags of `cosa sign` demand | P0401, P0527, P0528 | `cosa sign robosignatory` |
//! | C007 compressed, uploaded, signed: in this order | P0301, P0421 | the parameter of `upload`, `invalidates` of `cosa compress` |
//! | C008 `cosa buildfetch` loses what is not uploaded | P0422 | `invalidates … unless Uploaded` |
//! | C009 one writer of the cache at a time | P0423 | `locks: "cosa-cache"` |
//! | C010 what is put off is merged before it is used | P0401 | `artifact Merged`, `std.cosa` |
//! | C011 machines are asked for as commands need them | P0532, P0554, P0553 | `needs` of commands |
//! | C012 as many test machines as fit into the memory | P0532 | `memory_each` of `cosa kola run` |
//! | C013 sessions are ended on every path | P0424 | `ended_by` of `cosa remote-session create` |
//! | C014 no unknown flag, command, parameter or value | P0521, P0525, P0524, P0206 | `flags` and `operands` of commands; the language |
//! | C015 conditions are booleans | P0302, P0304, P0305 | the language |
//! | C016 no name twice | P0202 | the language |
//! | C017 order comes from what is needed, not from numbers | P0737 | `pipec import jobspec` |
//! | C018 what belongs together, excludes or implies each other | P0527, P0528, P0520 | `together` …; `require` of tasks |
//! | C019 what is gone in a generation | P0522 | `removed`, `removed_command` |
//! | C020 values are quoted in all that is emitted | P0506 | the language; `emit` |

use std::io;

use pipec::diag::Severity;
use pipec::query::import::{Import, Options};
use pipec::query::{self, Analysis, Request};
use pipec::source::Files;

struct Written<'a>(&'a str);

impl Files for Written<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        match path {
            "written" => Ok(self.0.as_bytes().to_vec()),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

/// The generation of the commands.
#[derive(Clone, Copy)]
enum Cosa {
    Legacy,
    Today,
}
use Cosa::{Legacy, Today};

impl Cosa {
    fn name(self) -> &'static str {
        match self {
            Legacy => "std.cosa",
            Today => "std.cosa.osbuild as cosa",
        }
    }

    /// A program whose pipeline goes on with these lines.
    fn program(self, body: &str) -> String {
        let body: String = body.lines().map(|line| format!("    {line}\n")).collect();
        format!(
            "use {}\npipeline p(key: secret, word: string, perhaps: string?, yes: bool) {{\n    workspace srv {{ size: 60Gi }}\n    \
             defaults {{ image: cosa.cosa_image, workdir: srv, timeout: 2h, needs: {{ cpu: 4, memory: 16Gi, disk: 60Gi }} }}\n{body}}}\n",
            self.name()
        )
    }

    /// A program that runs one script.
    fn script(self, lines: &str) -> String {
        let lines: String = lines.lines().map(|line| format!("        {}\n", line.trim())).collect();
        self.program(&format!("task t {{\n    run: \"\"\"\n{lines}    \"\"\"\n}}"))
    }
}

/// The errors of a program, and the warnings with these codes: each as its code, and the text that it stands at.
fn found(text: &str, lints: &[&str]) -> Vec<String> {
    let files = Written(text);
    let analysis = Analysis::open(&files, "written");
    let counts = |one: &&pipec::diag::Diagnostic| one.severity == Severity::Error || lints.contains(&one.code.id());
    let seen = analysis.diagnostics.iter().filter(counts);
    let line = |one: &pipec::diag::Diagnostic| {
        let place = one.span().map_or("", |span| analysis.sources.text(span));
        format!("{} {}", one.code.id(), place.lines().next().unwrap_or_default())
    };
    seen.map(line).collect()
}

#[track_caller]
fn refused(text: &str, said: &[&str]) {
    let lints: Vec<&str> = said.iter().filter_map(|one| one.get(..5)).collect();
    assert_eq!(found(text, &lints), said, "{text}");
}

#[track_caller]
fn kept(text: &str) {
    assert_eq!(found(text, &[]), Vec::<String>::new(), "{text}");
}

const NOW: &str = "cosa init https://g/r\ncosa build\n";
const THEN: &str = "cosa init https://g/r\ncosa fetch\ncosa build\n";

/// C001, P0401: `requires` of the commands, and of what they make.
#[test]
fn c001_images_tests_and_uploads_come_behind_a_build() {
    for run in ["cosa osbuild qemu", "cosa buildextend-metal", "cosa compress", "cosa build-validate"] {
        refused(&Today.script(&format!("cosa init https://g/r\n{run}")), &["P0401 t"]);
        kept(&Today.script(&format!("{NOW}{run}")));
        kept(&Today.script(&format!("cosa init https://g/r\ncosa import oci-archive:x\n{run}")));
        kept(&Today.script(&format!("cosa init https://g/r\ncosa buildfetch --url=s3://b/p\n{run}")));
    }
    refused(&Today.script(&format!("{NOW}cosa kola run basic")), &["P0401 t"]);
    kept(&Today.script(&format!("{NOW}cosa osbuild metal qemu\ncosa kola run basic")));
    refused(&Today.script(&format!("{NOW}cosa osbuild qemu\ncosa kola run 'iso.*'")), &["P0401 t"]);
    kept(&Today.script(&format!("{NOW}cosa osbuild live\ncosa kola run 'iso.pxe*'")));
    refused(&Legacy.script("cosa init https://g/r\ncosa kola run basic"), &["P0401 t"]);
    kept(&Legacy.script(&format!("{THEN}cosa kola run basic")));
    refused(&Today.script("cosa build"), &["P0401 t"]);
}

/// C002, P0401: `artifact Live requires Ostree, Metal, Metal4k` of `std.cosa`.
#[test]
fn c002_the_live_image_comes_behind_both_metal_images() {
    refused(&Legacy.script(&format!("{THEN}cosa buildextend-metal\ncosa buildextend-live")), &["P0401 t"]);
    kept(&Legacy.script(&format!("{THEN}cosa buildextend-metal\ncosa buildextend-metal4k\ncosa buildextend-live")));
    kept(&Today.script(&format!("{NOW}cosa buildextend-live")));
    kept(&Today.script(&format!("{NOW}cosa osbuild live metal")));
}

/// C003, P0401: what the artifacts of clouds require, in each generation.
#[test]
fn c003_images_of_clouds_come_behind_the_qemu_image() {
    for image in ["aws", "gcp", "vmware", "virtualbox", "powervs", "kubevirt"] {
        let run = format!("cosa buildextend-{image}");
        refused(&Legacy.script(&format!("cosa init https://g/r\ncosa build ostree\n{run}")), &["P0401 t"]);
        kept(&Legacy.script(&format!("{THEN}{run}")));
    }
    for image in ["vmware", "virtualbox", "powervs"] {
        refused(&Today.script(&format!("{NOW}cosa buildextend-{image}")), &["P0401 t"]);
        kept(&Today.script(&format!("{NOW}cosa osbuild qemu\ncosa buildextend-{image}")));
    }
    kept(&Today.script(&format!("{NOW}cosa osbuild aws")));
}

/// C004, P0531: `artifact KubeVirt requires Ostree on x86_64, s390x`.
#[test]
fn c004_an_image_is_made_where_it_exists() {
    let task = |arch: &str, run: &str| {
        let needs = format!("{{ kvm: true, cpu: 4, memory: 16Gi, disk: 60Gi, arch: .{arch} }}");
        Today.program(&format!(
            "task t {{\n    needs: {needs}\n    run: \"cosa init https://g/r && cosa build && {run}\"\n}}"
        ))
    };
    refused(&task("aarch64", "cosa osbuild kubevirt"), &["P0531 .aarch64"]);
    refused(&task("riscv64", "cosa osbuild qemu openstack metal"), &["P0531 .riscv64"]);
    refused(&task("x86_64", "cosa buildextend-qemu-secex"), &["P0531 .x86_64"]);
    kept(&task("s390x", "cosa osbuild kubevirt qemu-secex"));
    kept(&task("riscv64", "cosa osbuild qemu metal"));
}

/// C005, P0401: `requires` of `cosa imageupload-*` and `cosa *-replicate`.
#[test]
fn c005_an_upload_needs_its_image_and_a_copy_its_upload() {
    let upload = "cosa imageupload-aws --bucket=s3://b --region=us-east-1";
    refused(&Today.script(&format!("{NOW}cosa osbuild gcp\n{upload}")), &["P0401 t"]);
    kept(&Today.script(&format!("{NOW}cosa osbuild aws\n{upload}\ncosa aws-replicate --region=us-west-2")));
    refused(&Today.script(&format!("{NOW}cosa osbuild aws\ncosa aws-replicate --region=us-west-2")), &["P0401 t"]);
    refused(&Today.script(&format!("{NOW}cosa osbuild qemu\ncosa kola run --platform=aws basic")), &["P0401 t"]);
    kept(&Legacy.script(&format!("{THEN}cosa buildextend-aws --upload --bucket=s3://b\ncosa aws-replicate")));
}

/// C006, P0401, P0527 and P0528: the facts of `cosa sign robosignatory`.
#[test]
fn c006_what_is_signed_was_uploaded() {
    let sign = "cosa sign --build=41.1 robosignatory --images --s3=bucket/p";
    refused(&Today.script(&format!("{NOW}cosa compress\n{sign}")), &["P0401 t"]);
    kept(&Today.script(&format!("{NOW}cosa compress\ncosa buildupload s3 bucket/p\n{sign}")));
    let flags = |flags: &str| {
        Today.script(&format!(
            "{NOW}cosa compress\ncosa buildupload s3 bucket/p\ncosa push-container-manifest --repo=r --tag=t --artifact=ostree\n\
             cosa sign --build=41.1 robosignatory {flags}"
        ))
    };
    refused(&flags("--images"), &["P0527 --images"]);
    refused(&flags("--stg"), &["P0527 cosa sign --build=41.1 robosignatory"]);
    refused(&flags("--oci --verify-only"), &["P0528 --verify-only"]);
    refused(&flags("--images --s3=bucket/p --oci"), &["P0528 --oci"]);
    kept(&flags("--oci"));
    refused(&Today.script("cosa sign robosignatory --oci").replace("task t {", "task t {\n"), &["P0401 t"]);
}

/// C007, P0301 and P0421: the library's upload takes what `cosa compress` made, which invalidates what was uploaded.
#[test]
fn c007_what_is_uploaded_is_compressed_and_stays_so() {
    // What was never compressed may be uploaded: RHCOS did so for years.
    kept(&Today.script(&format!("{NOW}cosa buildupload s3 bucket/p")));
    kept(&Today.script(&format!("{NOW}cosa buildupload --artifact=ostree s3 bucket/p")));
    let sign = "cosa sign --build=41.1 robosignatory --images --s3=bucket/p";
    let between = |run: &str| Today.script(&format!("{NOW}cosa compress\ncosa buildupload s3 bucket/p\n{run}\n{sign}"));
    kept(&between("cosa meta --get=name"));
    for run in ["cosa compress --fast", "cosa uncompress", "cosa build"] {
        refused(&between(run), &[&format!("P0421 {sign}")]);
    }
}

/// C008, P0422: `command "cosa buildfetch" … invalidates … unless Uploaded`.
#[test]
fn c008_nothing_is_fetched_over_what_is_not_uploaded() {
    let made = format!("{NOW}cosa osbuild aws\ncosa imageupload-aws --bucket=s3://b");
    refused(
        &Today.script(&format!("{made}\ncosa buildfetch --url=s3://b/p")),
        &["P0422 cosa buildfetch --url=s3://b/p"],
    );
    kept(
        &Today.script(&format!("{made}\ncosa compress\ncosa buildupload s3 bucket/p\ncosa buildfetch --url=s3://b/p")),
    );
    kept(&Today.script("cosa init https://g/r\ncosa buildfetch --url=s3://b/p\ncosa build"));
}

/// C009, P0423: `locks: "cosa-cache"`.
#[test]
fn c009_two_do_not_write_one_cache() {
    let two = |last: &str| {
        Today.program(&format!(
            "src = cosa.init(srv, url: \"https://g/r\")\nbase = cosa.build(src)\n\
             task one {{ run: \"cosa osbuild qemu\" }} after base\ntask two {{ run: \"cosa osbuild metal\" }} {last}"
        ))
    };
    refused(&two("after base"), &["P0423 cosa osbuild metal"]);
    kept(&two("after one"));
    kept(&two("after base").replace("run: \"cosa osbuild", "lock: \"cosa-cache\", run: \"cosa osbuild"));
}

/// C010, P0401: `artifact Compressed requires Ostree, Merged` of `std.cosa`.
#[test]
fn c010_what_is_put_off_is_merged() {
    let build = "cosa init https://g/r\ncosa fetch\ncosa build --delay-meta-merge\ncosa buildextend-metal\n";
    refused(&Legacy.script(&format!("{build}cosa compress")), &["P0401 t"]);
    kept(&Legacy.script(&format!("{build}cosa meta --finalize\ncosa compress")));
    kept(&Legacy.script(&format!("{THEN}cosa compress")));
    let tasks = |last: &str| {
        Legacy.program(&format!(
            "src = cosa.init(srv, url: \"https://g/r\")\nbase = cosa.build_delayed(src)\nmerged = cosa.merge(base.ostree)\n\
             packed = cosa.compress(base.ostree){last}"
        ))
    };
    refused(&tasks(""), &["P0401 packed = cosa.compress"]);
    kept(&tasks(" after merged"));
}

/// C011, P0532, P0554 and P0553: `needs` of commands.
#[test]
fn c011_machines_are_as_the_commands_need_them() {
    let task = |needs: &str, run: &str| {
        Today.program(&format!("task t {{\n    needs: {needs}\n    run: \"cosa init https://g/r && cosa import oci-archive:x && {run}\"\n}}"))
    };
    refused(&task("{ kvm: true, memory: 2Gi }", "cosa osbuild qemu"), &["P0532 2Gi"]);
    refused(&task("{ memory: 4Gi }", "cosa osbuild qemu"), &["P0554 cosa osbuild qemu"]);
    refused(&task("{ kvm: true, memory: 4Gi }", "cosa meta --dump"), &["P0553 true"]);
    for (needs, run) in [("{ kvm: true, memory: 4Gi }", "cosa osbuild qemu"), ("{ memory: 1Gi }", "cosa meta --dump")] {
        assert_eq!(found(&task(needs, run), &["P0553", "P0554"]), Vec::<String>::new());
    }
    // What runs on another machine asks nothing of this one.
    let remote = "cosa remote-session exec -- cosa osbuild qemu";
    assert_eq!(found(&task("{ memory: 1Gi }", remote), &["P0553", "P0554"]), Vec::<String>::new());
}

/// C012, P0532: `memory_each: { "--parallel": 1536Mi }` of `cosa kola run`.
#[test]
fn c012_as_many_tests_at_once_as_fit() {
    let task = |memory: &str, parallel: &str| {
        Today.program(&format!(
            "src = cosa.init(srv, url: \"https://g/r\")\nbase = cosa.build(src)\nqemu = cosa.qemu(base.ostree)\n\
             task t {{\n    needs: {{ kvm: true, memory: {memory} }}\n    run: \"cosa kola run --parallel={parallel} basic\"\n}} after qemu"
        ))
    };
    refused(&task("8Gi", "6"), &["P0532 8Gi"]);
    kept(&task("8Gi", "5"));
    kept(&task("9728Mi", "6"));
    kept(&task("8Gi", "auto"));
}

/// C013, P0424: `ended_by: "cosa remote-session destroy"`.
#[test]
fn c013_a_session_is_ended_on_every_path() {
    let tasks = "task open { run: \"cosa remote-session create\" }\ntask work { run: \"make\" } after open\n";
    let destroy = "task close { run: \"cosa remote-session destroy\" }";
    refused(&Today.program(&format!("{tasks}{destroy} after work")), &["P0424 cosa remote-session create"]);
    kept(&Today.program(&format!("{tasks}finally {{ {destroy} }}")));
    kept(&Today.program(
        "task open {\n    run: \"cosa remote-session create && make\"\n    cleanup: \"cosa remote-session destroy\"\n}",
    ));
}

/// C014, P0521, P0523, P0524, P0525 and P0206: `flags` and `operands` of commands; parameters of tasks.
#[test]
fn c014_nothing_is_called_that_does_not_exist() {
    let behind = |run: &str| Today.script(&format!("{NOW}{run}"));
    refused(&behind("cosa compress --compresor=xz"), &["P0521 --compresor"]);
    refused(&behind("cosa compress --compressor=lzma"), &["P0524 lzma"]);
    refused(&behind("cosa osbuild qmeu"), &["P0525 qmeu"]);
    refused(&behind("cosa osbuild qemu metl"), &["P0525 metl"]);
    refused(&behind("cosa buildextend-live-iso"), &["P0525 buildextend-live-iso"]);
    refused(&behind("cosa compress\ncosa buildupload s3 --arch=x86_64 bucket/p"), &["P0523 --arch"]);
    refused(&behind("cosa osbuild qemu\ncosa kola --parallel 2 run"), &["P0524 --parallel"]);
    kept(&behind("cosa osbuild --force qemu metal\ncosa compress --compressor=xz\ncosa kola --parallel=2 run --rerun"));
    let call = |argument: &str| {
        Today.program(&format!("src = cosa.init(srv, url: \"https://g/r\")\nbase = cosa.build(src, {argument})"))
    };
    refused(&call("stict: true"), &["P0206 stict"]);
    kept(&call("strict: true"));
}

/// C015, P0302, P0304 and P0305: conditions of the language.
#[test]
fn c015_a_condition_is_a_boolean() {
    let when = |cond: &str| Today.program(&format!("when {cond} {{ task t {{ run: \"true\" }} }}"));
    refused(&when("word"), &["P0302 word"]);
    refused(&when("perhaps"), &["P0304 perhaps"]);
    refused(&when("yes == \"true\""), &["P0305 =="]);
    kept(&when("yes and word == \"a\" and perhaps != none"));
}

/// C016, P0202: names of the language.
#[test]
fn c016_no_two_stages_have_one_name() {
    let two = |name: &str| Today.program(&format!("task one {{ run: \"true\" }}\ntask {name} {{ run: \"true\" }}"));
    refused(&two("one"), &["P0202 one"]);
    kept(&two("two"));
}

/// C017, P0737: `pipec import jobspec` makes edges of the numbers, and says where they contradict what is needed.
#[test]
fn c017_numbers_of_groups_become_order_and_contradictions_are_told() {
    let import = |live: u8| {
        let text = format!(
            "job: {{strict: true}}\nstages:\n- {{id: b, execution_order: 1, build_artifacts: [base]}}\n\
             - {{id: l, execution_order: {live}, build_artifacts: [live]}}\n\
             - {{id: m, execution_order: 3, build_artifacts: [metal, metal4k]}}\n"
        );
        let made = Import::jobspec(&Written(&text), "written", Options { name: "job", lenient: false });
        let said: Vec<_> = made.diagnostics.iter().map(|one| one.code.id()).filter(|id| *id == "P0737").collect();
        (said.len(), made.imported.unwrap().program)
    };
    let (said, program) = import(2);
    assert!(said > 0, "{program}");
    assert!(
        program.contains("cosa.live(base.ostree, metal, metal4k)") && !program.contains("execution_order"),
        "{program}"
    );
    assert_eq!(import(4).0, 0);
}

/// C018, P0527, P0528 and P0520: `together`, `implies`, `exactly_one` of commands, `require` of tasks.
#[test]
fn c018_what_belongs_together_is_given_together() {
    let upload = |flags: &str| {
        Today.script(&format!(
            "{NOW}cosa osbuild aws\ncosa imageupload-aws --bucket=s3://b\ncosa imageupload-aws {flags}"
        ))
    };
    refused(&upload("--winli"), &["P0527 --winli"]);
    kept(&upload("--winli --winli-billing-product=x"));
    let kola = |flags: &str| Today.script(&format!("{NOW}cosa osbuild qemu\ncosa kola run {flags} basic"));
    refused(&kola("--qemu-native-4k"), &["P0527 --qemu-native-4k"]);
    kept(&kola("--qemu-native-4k --qemu-firmware=uefi"));
    let container = |flags: &str| {
        Today
            .script(&format!("cosa remote-build-container --arch=aarch64 --git-ref=main --git-url=https://g/r {flags}"))
    };
    refused(&container(""), &["P0527 cosa remote-build-container"]);
    refused(&container("--push-to-registry --write-to-file=x"), &["P0528 --write-to-file"]);
    kept(&container("--write-to-file=x"));
    // NODE_IMAGE and EXTENSIONS_IMAGE: both or neither; KOLA_RUN_SLEEP implies NO_UPLOAD.
    let node = |arguments: &str| {
        format!(
            "task node(a: string? = none, b: string? = none, sleep: bool = false, upload: bool = true) {{\n    \
             require (a == none) == (b == none), \"both images or neither\"\n    \
             require not sleep or not upload, \"who looks on uploads nothing\"\n    image: \"quay.io/a/b:1\"\n    \
             run: \"true ~{{flag(\"--a\", a)}} ~{{flag(\"--b\", b)}} ~{{flag(\"--sleep\", sleep)}} ~{{flag(\"--upload\", upload)}}\"\n}}\npipeline p() {{ node({arguments}) }}\n"
        )
    };
    refused(&node("a: \"x\""), &["P0520 node"]);
    refused(&node("sleep: true"), &["P0520 node"]);
    kept(&node("a: \"x\", b: \"y\", sleep: true, upload: false"));
}

/// C019, P0522: `removed` and `removed_command` of each generation.
#[test]
fn c019_what_is_gone_is_told_with_what_takes_its_place() {
    for (run, at) in [
        ("cosa fetch", "cosa fetch"),
        ("cosa kola testiso", "cosa kola testiso"),
        ("cosa build --tag=x", "--tag"),
        ("cosa build --delay-meta-merge", "--delay-meta-merge"),
        ("cosa osbuild --hostkey=x qemu", "--hostkey"),
        ("cosa osbuild qemu\ncosa kola run --rerun --allow-rerun-success=tags=all", "--allow-rerun-success"),
        ("cosa osbuild qemu\ncosa kola --basic-qemu-scenarios", "--basic-qemu-scenarios"),
        ("cosa buildextend-live --fast", "--fast"),
    ] {
        refused(&Today.script(&format!("{NOW}{run}")), &[&format!("P0522 {at}")]);
    }
    kept(&Legacy.script(&format!(
        "{THEN}cosa build --tag=x\ncosa kola run --rerun --allow-rerun-success=tags=all\ncosa kola --basic-qemu-scenarios"
    )));
    refused(&Legacy.script(&format!("{THEN}cosa osbuild qemu")), &["P0522 cosa osbuild"]);
    refused(&Legacy.script(&format!("{THEN}cosa imageupload-aws")), &["P0522 cosa imageupload-aws"]);
}

/// C020, P0506: a value in quotes of the shell is refused; what is emitted quotes each value, and every script stops at the first
/// command that fails.
#[test]
fn c020_values_are_quoted_in_all_that_is_emitted() {
    refused(&Today.script("printf '%s' '~{word}'"), &["P0506 ~{word}"]);
    let text = "pipeline p(yes: bool = true, count: int = 3, word: string = \"a; b\") {\n    task t {\n        image: \"quay.io/a/b:1\"\n        \
        run: \"printf '%s' ~{word} ~{count} ~{flag(\"--yes\", yes)}\"\n    }\n}\n";
    kept(text);
    let files = Written(text);
    for target in ["shell", "tekton", "buildconfig"] {
        let mut analysis = Analysis::open(&files, "written");
        let plan = analysis.plan(&files, &Request::default()).unwrap();
        let Some(bundle) = analysis.emit(&plan, query::target(target).unwrap()) else { continue };
        let all: String = bundle.files.iter().map(|file| &*file.text).collect();
        assert!(all.contains("set -euo pipefail"), "{target}: {all}");
        if target == "tekton" {
            for value in ["true", "3", "a; b"] {
                assert!(all.contains(&format!("default: \"{value}\"")), "{value}: {all}");
            }
        }
    }
}
