//! P0551 and P0552: which version of an image.

use super::{found, pipeline, words};

fn image(image: &str) -> Vec<String> {
    found(&format!("task t() {{ image: {image}, run: \"make\" }}\n"))
}

#[test]
fn an_image_has_a_tag_or_a_digest() {
    let digest = format!("@sha256:{}", "0".repeat(64));
    for name in ["fedora", "quay.io/a/b", "localhost:5000/b", "localhost:5000/a/b"] {
        assert_eq!(image(&format!("\"{name}\"")), [format!("P0551 \"{name}\"")]);
        assert_eq!(image(&format!("\"{name}:41\"")), [""; 0]);
        assert_eq!(image(&format!("\"{name}{digest}\"")), [""; 0]);
        assert_eq!(image(&format!("\"{name}:latest\"")), [format!("P0552 \"{name}:latest\"")]);
        assert_eq!(image(&format!("\"{name}:latest{digest}\"")), [""; 0]);
        assert_eq!(image(&format!("\"{name}:latest-stable\"")), [""; 0]);
    }
}

#[test]
fn it_is_found_where_it_is_written() {
    let through =
        "const i: image = \"a/b\"\ntask t() { image: i, run: \"make\" }\ntask u() { image: i, run: \"make\" }\n";
    assert_eq!(found(through), ["P0551 \"a/b\""]);
    assert_eq!(found("task t(i: image = \"a/b\") { image: i, run: \"make\" }\n"), ["P0551 \"a/b\""]);
    assert_eq!(found("task t() { image: \"a/b:1\", step s { image: \"a/b\", run: \"make\" } }\n"), ["P0551 \"a/b\""]);
    assert_eq!(
        found(&pipeline("", "    defaults { image: \"a/b\" }\n    task t { run: \"make\" }\n")),
        ["P0551 \"a/b\""]
    );
    let called = "task t() { image: \"a/b:1\", run: \"make\" }\n".to_owned()
        + &pipeline("", "    t() { image: \"a/b:latest\" }\n");
    assert_eq!(found(&called), ["P0552 \"a/b:latest\""]);
    let chosen = pipeline("x: bool", "    task t { image: if x then \"a/b\" else \"a/c:1\", run: \"make\" }\n");
    assert_eq!(found(&chosen), ["P0551 \"a/b\""]);
    assert_eq!(found(&pipeline("i: image = \"a/b\"", "    task t { image: i, run: \"make\" }\n")), ["P0551 \"a/b\""]);
}

#[test]
fn what_is_known_later_and_what_is_pushed_are_left_alone() {
    let tagged = pipeline("tag: string", "    task t { image: image(\"a/b:~{tag}\"), run: \"make\" }\n");
    assert_eq!(found(&tagged), [""; 0]);
    let ending = pipeline("name: string", "    task t { image: image(\"a/~{name}\"), run: \"make\" }\n");
    assert_eq!(found(&ending), [""; 0]);
    let pushed = pipeline("to: image = \"a/b:latest\"", "    task t { image: \"a/b:1\", run: \"push ~{to}\" }\n");
    assert_eq!(found(&pushed), [""; 0]);
    assert_eq!(
        found(&pipeline("org: string", "    task t { image: image(\"~{org}/b:latest\"), run: \"make\" }\n")).len(),
        1
    );
}

#[test]
fn it_says_why() {
    insta::assert_snapshot!(words("task t() { image: \"a/b\", step s { image: \"a/b:latest\", run: \"make\" } }\n"));
}
