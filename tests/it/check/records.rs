//! Records whose fields are texts: what a task writes, and what it is handed.

use super::{accept, refuse};

fn task(records: &str, outputs: &str, run: &str) -> String {
    format!("{records}\ntask t() -> {outputs} {{ image: \"a/b:1\", run: \"{run}\" }}\npipeline p() {{ x = t() }}\n")
}

const BUILT: &str = "record Built { url: image, note: string? = none }";

#[test]
fn each_field_has_a_path() {
    accept(&task(BUILT, "(image: Built)", "a ~{out.image.url} ~{out.image.note}"));
    accept(&task(BUILT, "Built", "a ~{out.url} ~{out.note}"));
}

#[test]
fn a_field_that_is_none_is_an_error() {
    let whole = task(BUILT, "(image: Built)", "a ~{out.image.urll} ~{out.image.url} ~{out.image.note}");
    refuse(&whole, "P0204", "urll", "did you mean `url`");
    let lone = task(BUILT, "Built", "a ~{out.urll} ~{out.url} ~{out.note}");
    refuse(&lone, "P0204", "urll", "did you mean `url`");
    let deep = task(BUILT, "(image: Built)", "a ~{out.image.url.x} ~{out.image.note}");
    refuse(&deep, "P0216", "x", "");
}

#[test]
fn a_record_itself_is_no_path() {
    let text = task(BUILT, "(image: Built)", "a ~{out.image} ~{out.image.url} ~{out.image.note}");
    refuse(&text, "P0310", "~{out.image}", "~{out.image.field}");
    let text = task(BUILT, "Built", "a ~{out} ~{out.url} ~{out.note}");
    refuse(&text, "P0310", "~{out}", "~{out.field}");
}

#[test]
fn only_records_of_texts_are_results() {
    for (record, field) in [
        ("record Built { url: string, inner: Inner }\nrecord Inner { a: string }", "`inner`"),
        ("record Built { list: [string] }", "`list`"),
        ("record Built { map: {string: string} }", "`map`"),
        ("record Built { disk: Disk }\nartifact Disk", "`disk`"),
    ] {
        refuse(&task(record, "(image: Built)", "a"), "P0214", "Built", field);
    }
    refuse(&task("record Built { key: secret }", "(image: Built)", "a"), "P0803", "Built", "secret");
    refuse(&task(BUILT, "(image: Built?)", "a"), "P0214", "Built?", "leave the `?` out");
    refuse(&task("record Built {}", "(image: Built)", "a"), "P0214", "Built", "");
}

/// What is wrong with an output is not said again where its script writes it.
#[test]
fn a_refused_output_is_reported_once() {
    refuse(&task("record Built { list: [string] }", "(image: Built)", "a ~{out.image.list}"), "P0214", "Built", "");
    refuse(&task("", "(image: Bilt)", "a ~{out.image.url}"), "P0203", "Bilt", "");
}

#[test]
fn a_reader_sees_fields_of_their_types() {
    let with = |body: &str| {
        format!(
            "{BUILT}\ntask t() -> (image: Built) {{ image: \"a/b:1\", run: \"a ~{{out.image.url}} ~{{out.image.note}}\" }}\n\
             task use(url: image) {{ image: url, run: \"b\" }}\ntask take(image: Built) {{ image: \"a/b:1\", run: \"b ~{{image.url}}\" }}\n\
             pipeline p() {{\nx = t()\n{body}\n}}\n"
        )
    };
    accept(&with("take(x.image)\ny = x.image.url\ntake({ url: y })"));
    refuse(&with("take(x.image.url)"), "P0301", "x.image.url", "Built");
    refuse(&with("take({ note: \"n\" })\ny = x.image.url"), "P0215", "{ note: \"n\" }", "url");
    refuse(&with("y = x.image.ulr"), "P0204", "ulr", "did you mean `url`");
}

#[test]
fn an_extern_task_takes_and_gives_records_of_texts() {
    let task = |items: &str, param: &str, output: &str| {
        format!(
            "{items}\nextern task far(x: {param}) -> (y: {output}) {{ cluster: \"a\", namespace: \"b\" }}\n\
             pipeline p(z: {param}) {{ v = far(z) }}\n"
        )
    };
    accept(&task(BUILT, "Built", "Built"));
    let nested = format!("{BUILT}\nrecord Outer {{ inner: Built }}");
    let checked = super::run(&task(&nested, "Outer", "Built"));
    assert_eq!(checked.findings(), ["P0214 Outer"], "{}", checked.details());
    let checked = super::run(&task(&nested, "Built", "Outer"));
    assert_eq!(checked.findings(), ["P0214 Outer"], "{}", checked.details());
}
