//! Records that are known only when running: one parameter and one output for each field.

use pipec::check::program::PipelineId;
use pipec::diag::Diagnostics;
use pipec::plan::build::build;
use pipec::plan::params::file::from_file;
use pipec::plan::params::from_text;
use pipec::plan::{Plan, Ty, Value};
use pipec::yaml_read;

use super::common::{built, plan, program, task};

const TEXT: &str = r#"
record Bucket { name: string, prefix: string = "p/", size: size? = none }
task use(bucket: Bucket) { image: "a/b:1", run: "echo ~{bucket.name} ~{bucket.prefix}" }
pipeline p(bucket: Bucket, other: Bucket = { name: "o", prefix: "q/" }, const fixed: Bucket = { name: "f" }) {
    use(bucket)
    when other.name == "x" { task a { image: "a/b:1", run: "a ~{fixed.name}" } }
}
"#;

/// The open parameters with their defaults.
fn open(plan: &Plan) -> Vec<(String, Option<String>)> {
    let text = |value: &Value| value.text().unwrap_or_default();
    plan.params.iter().map(|param| (param.name.clone(), param.default.as_ref().map(text))).collect()
}

fn with<'a>(name: &'a str, default: Option<&'a str>) -> (String, Option<String>) {
    (name.to_owned(), default.map(str::to_owned))
}

#[test]
fn each_field_stays_open_with_its_own_default() {
    let plan = plan(TEXT, &[]);
    let expected = [
        with("bucket.name", None),
        with("bucket.prefix", Some("p/")),
        with("bucket.size", Some("")),
        with("other.name", Some("o")),
        with("other.prefix", Some("q/")),
        with("other.size", Some("")),
    ];
    assert_eq!(open(&plan), expected);
    assert_eq!(plan.params[2].ty, Ty::Optional(Box::new(Ty::Size)));
}

#[test]
fn one_field_can_be_bound() {
    let plan = plan(TEXT, &[("bucket.name", "x"), ("other.name", "y"), ("fixed.name", "z")]);
    let names: Vec<String> = open(&plan).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["bucket.prefix", "bucket.size", "other.prefix", "other.size"]);
    let bound: Vec<&str> = plan.bound.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(bound, ["bucket.name", "other.name", "fixed.name"]);
    assert!(plan.find("a").is_none(), "the condition is known");
}

#[test]
fn a_map_of_a_file_binds_all_and_an_option_behind_it_one() {
    let (program, mut sources, _) = program(TEXT);
    let text = "bucket: { name: from-file, size: 1Gi }\n";
    let id = sources.add("params.yaml", text);
    let mut found = Diagnostics::default();
    let node = yaml_read::read(id, text, &mut found).expect("the file is YAML");
    let mut bindings = from_file(&program, PipelineId(0), &node, &mut found);
    let pairs = [("bucket.name".to_owned(), "from-option".to_owned())];
    bindings.extend(from_text(&program, PipelineId(0), &pairs, &mut found));
    let plan = build(&program, PipelineId(0), &bindings, "test.pipe", &mut found).expect("a plan");
    assert_eq!(found.len(), 0);
    assert!(plan.params.iter().all(|param| param.name.starts_with("other.")), "{:?}", open(&plan));
    let script = &task(&plan, "use").steps[0].script;
    assert_eq!(script.slots[0].value.value(), Some(&Value::Text("from-option".to_owned())));
    assert_eq!(script.slots[1].value.value(), Some(&Value::Text("p/".to_owned())));
}

#[test]
fn a_wrong_field_is_refused() {
    let built_with = |pairs: &[(&str, &str)]| built(TEXT, pairs);
    let found = built_with(&[("bucket.nme", "x")]);
    assert_eq!(found.said(), ["P0503 the parameter `bucket` has no field `nme`"]);
    let help = found.found.iter().next().and_then(|one| one.help.clone()).unwrap_or_default();
    assert!(help.starts_with("did you mean `bucket.name`?"), "{help}");
    assert_eq!(built_with(&[("buckt.name", "x")]).said(), ["P0503 the pipeline has no parameter `buckt.name`"]);
    assert_eq!(built_with(&[("bucket.size", "big")]).said(), ["P0502 `-p bucket.size=big`: `big` is no `size`"]);
    assert_eq!(
        built_with(&[("bucket.name", "x"), ("bucket.name", "y")]).said(),
        ["P0502 `-p bucket.name=…` is given twice"]
    );
    let whole = built_with(&[("bucket", "x")]);
    let help = whole.found.iter().next().and_then(|one| one.help.clone()).unwrap_or_default();
    assert!(help.contains("-p bucket.FIELD=VALUE"), "{help}");
}

#[test]
fn a_record_of_more_than_texts_has_to_be_known() {
    for (record, field, what) in [
        ("record Bucket { name: string, key: secret? = none }", "key", "a `secret?`"),
        ("record Bucket { name: string, inner: Inner }\nrecord Inner { a: string }", "inner", "an `Inner`"),
        ("record Bucket { name: string, tags: [string] }", "tags", "a `[string]`"),
    ] {
        let text = format!(
            "{record}\npipeline p(bucket: Bucket) {{ task a {{ image: \"a/b:1\", run: \"a ~{{bucket.name}}\" }} }}"
        );
        let built = built(&text, &[]);
        assert_eq!(built.said(), ["P0501 the parameter `bucket` has to be known when compiling"]);
        let labels = built.labels();
        assert_eq!(labels[0], ("bucket".to_owned(), format!("its field `{field}` is {what}")));
        assert_eq!(labels[1].0, field);
    }
}

#[test]
fn a_constant_record_needs_all_of_its_fields() {
    let text = "record B { name: string, more: string }\n\
                pipeline p(const b: B) { task a { image: \"a/b:1\", run: \"a ~{b.name} ~{b.more}\" } }";
    let said = built(text, &[("b.name", "x")]).said();
    assert_eq!(said, ["P0501 the `const` parameter `b.more` has no value"]);
    let plan = plan(text, &[("b.name", "x"), ("b.more", "y")]);
    assert!(plan.params.is_empty());
}

#[test]
fn outputs_are_counted_by_their_fields() {
    let text = r#"
        record Built { url: string, note: string? = none }
        task t() -> (first: int, image: Built, last: bool) {
            image: "a/b:1"
            run: "a ~{out.first} ~{out.image.url} ~{out.image.note} ~{out.last}"
        }
        pipeline p() {
            x = t()
            task show { image: "a/b:1", run: "b ~{x.image.url} ~{x.first} ~{flag("--last", x.last)}" }
        }"#;
    let plan = plan(text, &[]);
    let names: Vec<&str> = task(&plan, "x").outputs.iter().map(|output| output.name.as_str()).collect();
    assert_eq!(names, ["first", "image.url", "image.note", "last"]);
    let slots = |name: &str| task(&plan, name).steps[0].script.slots.clone();
    let outs: Vec<String> = slots("x").iter().map(|slot| format!("{:?}", slot.value.kind)).collect();
    assert_eq!(outs, ["Out(0)", "Out(1)", "Out(2)", "Out(3)"]);
    let read: Vec<String> = slots("show").iter().map(|slot| format!("{:?}", slot.value.kind)).collect();
    assert_eq!(read[..2], ["Result(TaskId(0), 1)", "Result(TaskId(0), 0)"]);
    assert!(read[2].contains("Result(TaskId(0), 3)"), "{read:?}");
    let hints: Vec<String> = slots("x").iter().map(|slot| slot.hint.clone()).collect();
    assert_eq!(hints, ["out_first", "out_image_url", "out_image_note", "out_last"]);
}

/// A pipeline that is called hands its records on.
#[test]
fn records_pass_through_called_pipelines() {
    let text = r#"
        record Built { url: string, note: string }
        task t(name: string) -> Built { image: "a/b:1", run: "a ~{name} ~{out.url} ~{out.note}" }
        pipeline inner(built: Built) -> (image: Built) {
            y = t(built.url)
            return (image: y)
        }
        pipeline p(built: Built) -> (image: Built) {
            x = inner(built)
            task show { image: "a/b:1", run: "b ~{x.image.note}" }
            return (image: x.image)
        }"#;
    let (program, _, _) = program(text);
    let mut found = Diagnostics::default();
    let plan = build(&program, PipelineId(1), &[], "test.pipe", &mut found).expect("a plan");
    assert_eq!(open(&plan), [with("built.url", None), with("built.note", None)]);
    let returned: Vec<(&str, String)> =
        plan.outputs.iter().map(|one| (one.name.as_str(), format!("{:?}", one.value.kind))).collect();
    let result = |at: u32| format!("Result(TaskId(0), {at})");
    assert_eq!(returned, [("image.url", result(0)), ("image.note", result(1))]);
}
