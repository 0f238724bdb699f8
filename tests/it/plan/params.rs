//! Values from outside: strict by type, with places and mends.

use std::sync::Arc;

use pipec::check::program::PipelineId;
use pipec::diag::{Diagnostic, Diagnostics};
use pipec::plan::build::Binding;
use pipec::plan::params::file::from_file;
use pipec::plan::params::text::parse;
use pipec::plan::params::{example, from_text, parameters};
use pipec::plan::{EnumTy, Pattern, Ty, Value};
use pipec::source::Sources;
use pipec::yaml_read;
use proptest::prelude::*;

use super::common::program;

const PROGRAM: &str = r#"
const letter: string = "x"
enum Stream { stable, testing_devel = "testing-devel", next = "4.9" }
record Bucket { name: string, prefix: string = "p-~{letter}", size: size? = none }
type Version = string matching "[0-9]+\\.[0-9]+"
pipeline p(
    force: bool = false,
    count: int = 1,
    stream: Stream = .stable,
    version: Version? = none,
    wait: duration = 1h,
    disk: size = 1Gi,
    cpu: cpu = 2,
    name: string = "x",
    aws: secret? = none,
    tags: [string] = [],
    buckets: [Bucket] = [],
    limits: {string: int} = { a: 1 },
    base: image = "quay.io/x/y:1",
) {
    task t {
        image: "quay.io/x/y:1"
        run: "t"
    }
}
"#;

/// What a file gives, and its text with what was found.
struct Read {
    bindings: Vec<Binding>,
    found: Diagnostics,
    sources: Sources,
}

fn file(text: &str) -> Read {
    let (program, mut sources, _) = program(PROGRAM);
    let id = sources.add("params.yaml", text);
    let mut found = Diagnostics::default();
    let node = yaml_read::read(id, text, &mut found).expect("the file is YAML");
    let bindings = from_file(&program, PipelineId(0), &node, &mut found);
    Read { bindings, found, sources }
}

impl Read {
    fn value(&self, name: &str) -> &Value {
        &self.bindings.iter().find(|one| one.name == name).unwrap_or_else(|| panic!("{name} is not bound")).value
    }

    /// `code line:column message`, one a finding.
    fn said(&self) -> Vec<String> {
        let said = |one: &Diagnostic| {
            let place = self.sources.position(one.span().expect("a place"));
            format!("{} {}:{} {}", one.code.id(), place.line, place.column, one.message)
        };
        self.found.iter().map(said).collect()
    }

    /// The file with the fix of the only finding made.
    fn mended(&self) -> String {
        let one = self.found.iter().next().expect("a finding");
        let span = one.span().expect("a place");
        let mut text = self.sources.get(span.file).text.clone();
        let mut edits = one.fixes.first().expect("a fix").edits.clone();
        edits.sort_by_key(|edit| edit.span.start);
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.text);
        }
        text
    }
}

#[test]
fn a_file_gives_values_of_every_type() {
    let read = file(
        "force: true\ncount: -3\nstream: testing-devel\nversion: '42.1'\nwait: 1h30min\ndisk: 10Gi\ncpu: 500m\n\
         name: yes it is\naws: my-key\ntags: [a, 'b,c']\nbuckets:\n- {name: one, size: 1024}\nlimits: {b: 2}\n",
    );
    assert_eq!(read.said(), Vec::<String>::new());
    assert_eq!(read.value("force"), &Value::Bool(true));
    assert_eq!(read.value("count"), &Value::Int(-3));
    assert_eq!(read.value("stream"), &Value::Case("testing-devel".to_owned()));
    assert_eq!(read.value("version"), &Value::Text("42.1".to_owned()));
    assert_eq!(read.value("wait"), &Value::Duration(5_400_000));
    assert_eq!(read.value("disk"), &Value::Size(10 << 30));
    assert_eq!(read.value("cpu"), &Value::Cpu(500));
    assert_eq!(read.value("aws"), &Value::Secret("my-key".to_owned()));
    assert_eq!(read.value("tags"), &Value::List(vec![Value::Text("a".into()), Value::Text("b,c".into())]));
    let fields = vec![
        ("name".to_owned(), Value::Text("one".into())),
        ("prefix".to_owned(), Value::Text("p-x".into())),
        ("size".to_owned(), Value::Size(1024)),
    ];
    assert_eq!(read.value("buckets"), &Value::List(vec![Value::Record(fields)]));
    assert_eq!(read.value("limits"), &Value::Record(vec![("b".to_owned(), Value::Int(2))]));
}

#[test]
fn a_yes_is_no_bool_and_the_fix_says_so() {
    let read = file("count: 1\nforce: yes\n");
    assert_eq!(read.said(), ["P0502 2:8 `force` takes `true` or `false`, and this is `yes`"]);
    assert_eq!(read.mended(), "count: 1\nforce: true\n");
    assert_eq!(file("force: Off").mended(), "force: false");
    assert_eq!(file("force: 'true'").mended(), "force: true");
}

#[test]
fn a_number_is_no_text_and_the_fix_keeps_its_spelling() {
    let read = file("name: 010\n");
    assert_eq!(read.said(), ["P0502 1:7 `name` is a `string`, and the number `10` without quotes is none"]);
    assert_eq!(read.mended(), "name: \"010\"\n");
    assert_eq!(file("stream: 4.9").mended(), "stream: \"4.9\"");
    assert_eq!(file("version: 1.10").mended(), "version: \"1.10\"");
    assert_eq!(file("count: '5'").mended(), "count: 5");
}

#[test]
fn unknown_keys_and_fields_are_refused_with_what_was_meant() {
    let read = file("forse: true\nbuckets:\n  - nmae: x\n");
    assert_eq!(
        read.said(),
        [
            "P0503 1:1 the pipeline has no parameter `forse`",
            "P0503 3:5 `Bucket` has no field `nmae`",
            "P0502 3:5 `buckets[0]` needs the field `name`"
        ]
    );
    assert_eq!(read.mended(), "force: true\nbuckets:\n  - nmae: x\n");
}

#[test]
fn every_mistake_of_a_file_is_reported_at_its_place() {
    let read = file(
        "force: 1\ncount: 1.5\nstream: stabel\nversion: x\nwait: 90\ndisk: lots\ntags: a\nlimits: {a: b}\nbase: 'a b'\nname:\n",
    );
    let places: Vec<String> =
        read.said().iter().map(|one| one.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(
        places,
        [
            "P0502 1:8",
            "P0502 2:8",
            "P0502 3:9",
            "P0502 4:10",
            "P0502 5:7",
            "P0502 6:7",
            "P0502 7:7",
            "P0502 8:13",
            "P0502 9:7",
            "P0502 10:5"
        ],
        "{:#?}",
        read.said()
    );
    assert!(read.bindings.is_empty());
    assert!(read.said()[2].contains("did you mean `stable`?"));
}

#[test]
fn a_file_is_a_map_and_an_empty_one_gives_nothing() {
    assert!(file("").found.is_empty());
    assert!(file("- a\n").said()[0].starts_with("P0504 1:1"));
    assert_eq!(file("version: null").value("version"), &Value::None);
}

#[test]
fn what_may_be_a_secret_itself_is_not_shown() {
    for said in file("aws: 'hunter2 !'").said().into_iter().chain(text(&[("aws", "hunter2 !")]).1) {
        assert!(said.contains("P0502") && !said.contains("hunter2"), "{said}");
    }
}

fn text(pairs: &[(&str, &str)]) -> (Vec<Binding>, Vec<String>) {
    let (program, _, _) = program(PROGRAM);
    let mut found = Diagnostics::default();
    let pairs: Vec<(String, String)> = pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
    let bindings = from_text(&program, PipelineId(0), &pairs, &mut found);
    (bindings, found.iter().map(|one| format!("{} {}", one.code.id(), one.message)).collect())
}

#[test]
fn the_command_line_gives_scalars_and_lists() {
    let (bindings, said) =
        text(&[("tags", "a,b"), ("tags", r#"["c,d", "e"]"#), ("tags", "f"), ("version", ""), ("force", "true")]);
    assert_eq!(said, Vec::<String>::new());
    let tags = ["a", "b", "c,d", "e", "f"].map(|text| Value::Text(text.to_owned()));
    assert_eq!(bindings[0].value, Value::List(tags.to_vec()));
    assert_eq!(bindings[1].value, Value::None);
    assert_eq!(bindings.len(), 3);
}

#[test]
fn the_command_line_is_as_strict_as_a_file() {
    let (bindings, said) = text(&[
        ("force", "yes"),
        ("forse", "true"),
        ("count", "1"),
        ("count", "2"),
        ("buckets", "x"),
        ("stream", "nxt"),
    ]);
    assert_eq!(
        said,
        [
            "P0502 `-p force=yes`: `yes` is no `bool`",
            "P0503 the pipeline has no parameter `forse`",
            "P0502 `-p count=…` is given twice",
            "P0502 `-p buckets=x`: `Bucket` has no text form",
            "P0502 `-p stream=nxt`: `nxt` is no `Stream`",
        ]
    );
    assert_eq!(bindings.len(), 1);
}

#[test]
fn all_parameters_are_listed_with_their_defaults() {
    let (program, _, _) = program(PROGRAM);
    let params = parameters(&program, PipelineId(0));
    let shown: Vec<String> = params.iter().map(|param| format!("{}: {}", param.name, param.ty)).collect();
    assert_eq!(shown[3], "version: Version?");
    assert_eq!(shown[10], "buckets: [Bucket]");
    assert_eq!(shown[11], "limits: {string: int}");
    assert_eq!(params[3].default, Some(Value::None));
    assert_eq!(params[11].default, Some(Value::Record(vec![("a".to_owned(), Value::Int(1))])));
}

#[test]
fn texts_are_read_strictly() {
    let refused = [
        (Ty::Bool, "True"),
        (Ty::Bool, ""),
        (Ty::Int, "010"),
        (Ty::Int, "+1"),
        (Ty::Int, "1e3"),
        (Ty::Int, " 1"),
        (Ty::Int, "9223372036854775808"),
        (Ty::Duration, "90"),
        (Ty::Duration, "30min1h"),
        (Ty::Duration, "1h1h"),
        (Ty::Duration, "-1s"),
        (Ty::Size, "1gi"),
        (Ty::Size, "1.5Gi"),
        (Ty::Size, "99999999Ti"),
        (Ty::Cpu, "0.5"),
        (Ty::Path, ""),
        (Ty::Image, "Not An Image"),
        (Ty::Workspace, "srv"),
        (Ty::String, "a\0b"),
    ];
    for (ty, text) in refused {
        assert!(parse(&ty, text).is_err(), "`{text}` as {ty}: {:?}", parse(&ty, text));
    }
    let taken = [
        (Ty::Int, "-12", Value::Int(-12)),
        (Ty::Duration, "1d2h3min4s5ms", Value::Duration(93_784_005)),
        (Ty::Duration, "5400s", Value::Duration(5_400_000)),
        (Ty::Size, "500000000", Value::Size(500_000_000)),
        (Ty::Size, "2G", Value::Size(2_000_000_000)),
        (Ty::Cpu, "3", Value::Cpu(3000)),
        (Ty::Optional(Box::new(Ty::Int)), "", Value::None),
        (Ty::List(Box::new(Ty::Int)), "[1, 2]", Value::List(vec![Value::Int(1), Value::Int(2)])),
        (Ty::List(Box::new(Ty::Int)), "", Value::List(Vec::new())),
    ];
    for (ty, text, value) in taken {
        assert_eq!(parse(&ty, text), Ok(value), "`{text}` as {ty}");
    }
}

#[test]
fn enums_and_patterns_say_what_they_take() {
    let cases = vec!["aws".to_owned(), "gcp".to_owned()];
    let cloud = Ty::Enum(Arc::new(EnumTy { name: "Cloud".to_owned(), cases }));
    assert_eq!(parse(&cloud, "awz"), Err("`awz` is no `Cloud`; did you mean `aws`?".to_owned()));
    let id = Ty::Pattern(Arc::new(Pattern { name: "Id".to_owned(), regex: Some("[a-f]+".to_owned()) }));
    assert_eq!(parse(&id, "abc"), Ok(Value::Text("abc".to_owned())));
    assert_eq!(parse(&id, "abc\n"), Err("`abc\n` is no `Id`: the whole text has to match `[a-f]+`".to_owned()));
    assert_eq!(example(&id), "a text that matches `[a-f]+`");
    let long = Ty::Pattern(Arc::new(Pattern { name: "Url".to_owned(), regex: Some("[a-f]+|".repeat(20) + "x") }));
    assert_eq!(example(&long), "a text of the form of `Url`");
}

proptest! {
    /// What a value is at a border, it is again when it is read.
    #[test]
    fn the_text_of_a_value_is_read_as_the_same_value(number in 0..i64::MAX, signed: i64, text in "[^\0]*") {
        let round = |ty: Ty, value: Value| {
            let written = value.text().expect("a scalar has a text");
            prop_assert_eq!(parse(&ty, &written), Ok(value));
            Ok(())
        };
        round(Ty::Int, Value::Int(signed))?;
        round(Ty::Size, Value::Size(number))?;
        round(Ty::Duration, Value::Duration(number))?;
        round(Ty::Cpu, Value::Cpu(number))?;
        round(Ty::String, Value::Text(text))?;
    }
}
