//! The scripts that are of no task: the check of the parameters, and a value.

use pipec::contract::END_OF_LIST;
use pipec::emit::script::{Rendered, parameters, value};
use pipec::plan::{Expr, ExprKind, Op, Plan, Require, Ty};

use super::make::*;
use super::run::{Engine, Ran, SH};

fn check(ty: Ty) -> Rendered {
    let mut plan = plan();
    param(&mut plan, "x", ty);
    parameters(&plan).unwrap()
}

fn each(rendered: &Rendered, engine: &Engine, check: impl Fn(Ran)) {
    SH.iter().for_each(|shell| check(engine.run(shell, rendered)));
}

fn rows(ty: &Ty, form: &str, good: &[&str], bad: &[&str]) {
    let rendered = check(ty.clone());
    for text in good {
        each(&rendered, &Engine::new().param("x", text), |ran| {
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{text:?}")
        });
    }
    for text in bad {
        each(&rendered, &Engine::new().param("x", text), |ran| {
            assert_eq!(ran.code, 2, "{text:?}");
            let shown = text.replace('\n', "?");
            assert_eq!(ran.err, format!("pipec: parameter x is not {form}: '{shown}'\n"));
        });
    }
}

#[test]
fn each_type_has_its_form() {
    rows(&Ty::Bool, "true or false", &["true", "false"], &["", "yes", "TRUE", "true\n", "1"]);
    rows(&Ty::Int, "an int of 64 bits", &["0", "-5"], &["", "1.0", "a[$(exit 9)]", "07"]);
    rows(&kind(), "one of production, testing-devel, mechanical", &["mechanical"], &["", "x", "production|mechanical"]);
    rows(&pattern("[a-z]+"), "of the form of BuildId ([a-z]+)", &["abc"], &["", "ab1", "ab\ncd"]);
    rows(&Ty::Duration, "a duration such as 90s or 1h30min", &["1h30min", "5s"], &["", "5"]);
    rows(&Ty::Size, "a size such as 512Mi or 10Gi", &["1Gi", "5"], &["", "Gi"]);
    rows(&Ty::Cpu, "a number of cores such as 2 or 500m", &["1", "500m"], &["", "0.5"]);
    rows(&Ty::Image, "an image", &["a/b:c"], &[""]);
    rows(&Ty::Path, "a path", &["/a"], &[""]);
    rows(&Ty::Secret, "the name of a secret", &["aws"], &[""]);
    rows(&optional(Ty::Int), "an int of 64 bits", &["", "3"], &["x"]);
    rows(&optional(kind()), "one of production, testing-devel, mechanical", &["", "mechanical"], &["x"]);
}

#[test]
fn nothing_is_checked_where_everything_is_good() {
    let mut plan = plan();
    param(&mut plan, "a", Ty::String);
    param(&mut plan, "b", optional(Ty::Secret));
    param(&mut plan, "c", Ty::Workspace);
    assert_eq!(parameters(&plan), None);
    assert_eq!(parameters(&super::make::plan()), None);
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let mut plan = plan();
    let n = param(&mut plan, "n", Ty::Int);
    param(&mut plan, "b", Ty::Bool);
    param(&mut plan, "xs", list(Ty::Int));
    require(&mut plan, binary(Op::Less, n, int(5), Ty::Bool), Expr::string("too many"));
    let rendered = parameters(&plan).unwrap();
    let engine = Engine::new().param("n", "x").param("b", "y").list("xs", &["1", "z", "", "4"]);
    each(&rendered, &engine, |ran| {
        assert_eq!(ran.code, 2);
        let lines: Vec<&str> = ran.err.lines().collect();
        let want = [
            "pipec: parameter n is not an int of 64 bits: 'x'",
            "pipec: parameter b is not true or false: 'y'",
            "pipec: parameter xs is not an int of 64 bits: 'z'",
            "pipec: parameter xs is not an int of 64 bits: ''",
        ];
        assert_eq!(lines, want);
    });
}

fn require(plan: &mut Plan, cond: Expr, message: Expr) {
    plan.requires.push(Require { cond, message, span: span(), early: true });
}

#[test]
fn requirements_are_checked_with_their_messages() {
    let mut plan = plan();
    let upload = param(&mut plan, "upload", Ty::Bool);
    let aws = param(&mut plan, "aws", optional(Ty::Secret));
    let wait = param(&mut plan, "wait", Ty::Duration);
    let names = param(&mut plan, "names", list(Ty::String));
    let given = of(ExprKind::Not(Box::new(of(ExprKind::IsNone(Box::new(aws)), Ty::Bool))), Ty::Bool);
    let not_upload = of(ExprKind::Not(Box::new(upload)), Ty::Bool);
    require(&mut plan, binary(Op::Or, not_upload, given, Ty::Bool), Expr::string("an upload needs the `aws` secret"));
    let hour = known(pipec::plan::Value::Duration(3_600_000), Ty::Duration);
    let short = binary(Op::LessEqual, wait.clone(), hour, Ty::Bool);
    let message = of(ExprKind::Concat(vec![Expr::string("waits $too 'long': "), wait]), Ty::String);
    require(&mut plan, short, message);
    let some = binary(Op::Greater, of(ExprKind::Len(Box::new(names)), Ty::Int), int(0), Ty::Bool);
    require(&mut plan, some, Expr::string("no names"));
    let rendered = parameters(&plan).unwrap();
    let engine =
        || Engine::new().param("upload", "true").param("aws", "key").param("wait", "60min").list("names", &["it's"]);
    each(&rendered, &engine(), |ran| assert_eq!((ran.code, ran.err.as_str()), (0, "")));
    each(&rendered, &engine().param("upload", "false").param("aws", ""), |ran| assert_eq!(ran.code, 0));
    each(&rendered, &engine().param("aws", "").param("wait", "61min").list("names", &[]), |ran| {
        assert_eq!(ran.code, 2);
        let want = "pipec: an upload needs the `aws` secret\npipec: waits $too 'long': 3660s\npipec: no names\n";
        assert_eq!(ran.err, want);
    });
}

#[test]
fn the_mark_that_ends_lists_is_no_element() {
    let mut plan = plan();
    param(&mut plan, "xs", list(Ty::String));
    param(&mut plan, "ys", list(Ty::String));
    let rendered = parameters(&plan).unwrap();
    let fine = Engine::new().list("xs", &["a", ""]).list("ys", &["--pipec", "'"]);
    each(&rendered, &fine, |ran| assert_eq!((ran.code, ran.err.as_str()), (0, "")));
    for (xs, ys) in [(&["a", END_OF_LIST][..], &["b"][..]), (&["a"], &[END_OF_LIST])] {
        each(&rendered, &Engine::new().list("xs", xs).list("ys", ys), |ran| {
            assert_eq!((ran.code, ran.err.lines().count()), (2, 1), "{}", ran.err);
            assert!(ran.err.contains("xs or ys"), "{}", ran.err);
        });
    }
}

#[test]
fn a_value_is_written_as_its_text_and_a_list_as_lines() {
    let mut plan = plan();
    let name = param(&mut plan, "name", Ty::String);
    let n = param(&mut plan, "n", Ty::Int);
    let xs = param(&mut plan, "xs", list(Ty::String));
    let words = of(ExprKind::List(vec![name.clone(), Expr::string("it's")]), list(Ty::String));
    let rows = [
        (name.clone(), "a 'b'\n"),
        (binary(Op::Multiply, n.clone(), int(7), Ty::Int), "42"),
        (binary(Op::Less, n.clone(), int(7), Ty::Bool), "true"),
        (xs.clone(), "x\n\n*"),
        (words, "a 'b'\n\nit's"),
        (of(ExprKind::Append(Box::new(xs.clone()), Box::new(xs)), list(Ty::String)), "x\n\n*\nx\n\n*"),
    ];
    for (expr, want) in rows {
        for shell in SH {
            let engine = Engine::new().param("name", "a 'b'\n").param("n", "6").list("xs", &["x", "", "*"]);
            let file = engine.path("value");
            let engine = engine.env("PIPE_VALUE", &file.display().to_string());
            let _ = engine.run(shell, &value(&plan, &expr)).good();
            assert_eq!(std::fs::read_to_string(file).unwrap(), want, "{shell} {expr:?}");
        }
    }
}
