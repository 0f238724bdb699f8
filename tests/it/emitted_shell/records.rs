//! Parameters and outputs of record types: one option and one file for each field.

use super::machine::Machine;

const BUILD: &str = r#"
    enum Level { low, high }
    type Digest = string matching "sha256:[0-9a-f]{4}"
    record Bucket { name: string, prefix: string = "p/", level: Level = .low, size: size? = none }
    record Built { url: image, digest: Digest, note: string }
    task build(bucket: Bucket, digest: string) -> (image: Built) {
        image: "a/b:1"
        run: """
            printf %s a/c:2 > ~{out.image.url}
            [ ~{digest} = none ] || printf %s ~{digest} > ~{out.image.digest}
            printf %s ~{bucket.name}~{bucket.prefix}~{bucket.level} > ~{out.image.note}
        """
    }
    task show(image: Built) { image: "a/b:1", run: "printf '%s\n' ~{image.url} ~{image.digest} ~{image.note} > \"$TOP/shown\"" }
    /// Builds and shows.
    pipeline line(
        /// Where it goes.
        bucket: Bucket,
        digest: string = "sha256:00ff",
    ) -> (image: Built) {
        x = build(bucket, digest)
        show(x.image)
        return (image: x.image)
    }"#;

#[test]
fn fields_arrive_whatever_they_hold() {
    let machine = Machine::of_program(BUILD);
    let nasty = "a \"b\" 'c'\n\\d $(e) `f` * ü $$";
    machine.succeed(&["--bucket.name", nasty, "--bucket.level=high"]);
    assert_eq!(machine.read("shown"), format!("a/c:2\nsha256:00ff\n{nasty}p/high\n"));
    assert_eq!(machine.read("line.work/outputs/image.note"), format!("{nasty}p/high"));
}

#[test]
fn each_field_is_an_option() {
    let machine = Machine::of_program(BUILD);
    let help = machine.succeed(&["--help"]).out;
    for part in [
        "--bucket.name VALUE\n        Where it goes.\n        string; has to be given",
        "--bucket.prefix VALUE\n        Where it goes.\n        string; default: p/",
        "--bucket.level VALUE\n        Where it goes.\n        Level: low, high; default: low",
        "--bucket.size VALUE\n        Where it goes.\n        size: like 512Mi or 10Gi, optional; none if not given",
    ] {
        assert!(help.contains(part), "{part}\n{help}");
    }
    let ended = machine.run(&[]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.err.contains("bucket.name"), "{}", ended.err);
    let ended = machine.run(&["--bucket.nme", "x"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
}

#[test]
fn each_field_is_checked_before_the_first_task() {
    let machine = Machine::of_program(BUILD);
    let ended = machine.run(&["--bucket.name", "x", "--bucket.level", "middle", "--bucket.size", "many"]);
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(ended.err.contains("parameter bucket.level is not one of low, high: 'middle'"), "{}", ended.err);
    assert!(ended.err.contains("parameter bucket.size is not a size"), "{}", ended.err);
    assert!(machine.trace("shown").is_empty());
}

#[test]
fn each_field_is_checked_when_its_task_ends() {
    let machine = Machine::of_program(BUILD);
    let ended = machine.run(&["--bucket.name", "x", "--digest", "md5:1"]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    let said = format!("{}{}", ended.out, ended.err);
    assert!(said.contains("task x: output image.digest is not of the form of Digest"), "{said}");
    let ended = machine.run(&["--bucket.name", "x", "--digest", "none"]);
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    let said = format!("{}{}", ended.out, ended.err);
    assert!(said.contains("task x: output image.digest was not written"), "{said}");
}

/// A field may be an empty text, so that a record is missing only where all of it is.
#[test]
fn a_record_of_what_did_not_run_is_none() {
    let machine = Machine::of_program(
        r#"
        record Built { url: string, note: string }
        pipeline line(on: bool, code: int = 0, note: string = "") {
            when on {
                task x -> (image: Built) {
                    image: "a/b:1"
                    run: "[ ~{code} = 0 ] || exit ~{code}; printf u > ~{out.image.url}; printf %s ~{note} > ~{out.image.note}"
                }
            }
            finally {
                task last {
                    image: "a/b:1"
                    env: { URL: if x.image == none then "no image" else (x.image ?? { url: "-", note: "-" }).url }
                    run: "echo \"$URL\" > \"$TOP/last\""
                }
            }
        }"#,
    );
    machine.succeed(&["--on", "true"]);
    assert_eq!(machine.read("last"), "u\n");
    machine.succeed(&["--on", "false"]);
    assert_eq!(machine.read("last"), "no image\n");
    let ended = machine.run(&["--on", "true", "--code", "3"]);
    assert_eq!(ended.code, Some(3), "{ended:#?}");
    assert_eq!(machine.read("last"), "no image\n");
}
