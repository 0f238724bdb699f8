//! What a pipeline returns: results of tasks as they are, and what is computed of them.

use super::engine::{self, End};
use super::{read, structure};
use crate::program::Made;
use pipec::emit::tekton::Tekton;
use serde_json::Value as Json;

const PROGRAM: &str = r#"
    task build(tag: string) -> (digest: string, size: int) {
        image: "a/b:1"
        run: """
            printf %s "sha256:~{tag}" > ~{out.digest}
            echo 42 > ~{out.size}
        """
    }
    pipeline p(tag: string = "v 1", publish: bool = false)
        -> (whole: string, plain: string, size: int, given: string)
    {
        b = build(tag)
        p = when publish { build("\"it's\"") }
        return (
            whole: "~{b.digest}@~{p.digest ?? "none"}",
            plain: b.digest,
            size:  b.size * 2,
            given: tag,
        )
    }"#;

fn objects(text: &str) -> Vec<Json> {
    let bundle = Made::new(text).bundle(&Tekton);
    let objects = read(&bundle.files.iter().map(|file| file.text.clone()).collect::<Vec<_>>(), "both");
    let faults = structure::faults(&objects);
    assert!(faults.is_empty(), "{faults:#?}");
    objects
}

#[test]
fn what_is_computed_of_results_is_returned() {
    let objects = objects(PROGRAM);
    for (publish, other) in [("false", "none"), ("true", "sha256:\"it's\"")] {
        let ran = engine::run(&objects, &[("publish", publish)], &[]);
        assert!(ran.ends.values().all(|end| *end == End::Succeeded), "{:?} {:?}", ran.ends, ran.out);
        let returned = ran.returned(&objects);
        assert_eq!(returned["whole"], format!("sha256:v 1@{other}"));
        assert_eq!(returned["plain"], "sha256:v 1");
        assert_eq!(returned["size"], "84");
        assert_eq!(returned["given"], "v 1");
    }
}

#[test]
fn what_nothing_can_compute_is_said() {
    let gaps = |outputs: &str, returned: &str| {
        let text = format!(
            "task t(n: string) -> (o: string) {{ image: \"a/b:1\", run: \"echo ~{{n}} > ~{{out.o}}\" }}\n\
             pipeline p(names: [string] = []) -> {outputs} {{\nfor n in names {{ x = t(n) }}\nreturn {returned}\n}}"
        );
        Made::new(&text).gaps(&Tekton)
    };
    let refused = ["P0602 tekton cannot return this"];
    assert_eq!(gaps("(a: [string])", "(a: x.o)"), refused);
    assert_eq!(gaps("(a: int)", "(a: len(x.o))"), refused);
    assert_eq!(gaps("(a: [string])", "(a: names)"), refused);
    assert_eq!(gaps("(a: int)", "(a: len(names))"), Vec::<String>::new());
}
