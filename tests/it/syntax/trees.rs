//! What is read: trees of sound programs.

use pipec::source::STDLIB;
use pipec::syntax::ast::{Expr, ExprKind, Field, Item, Key, Op, Outputs, Part, Stmt, Text, TypeExpr, TypeKind, Use};

use super::{FCOS, names, pipeline, program, read, sound};

/// An expression with every bracket that its tree implies.
fn show(expr: &Expr) -> String {
    let all = |list: &[Expr]| list.iter().map(show).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::None => "none".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Duration(value) => format!("{value}ms"),
        ExprKind::Size(value) => format!("{value}B"),
        ExprKind::Cpu(value) => format!("{value}m"),
        ExprKind::Text(text) => show_text(text),
        ExprKind::List(list) => format!("[{}]", all(list)),
        ExprKind::Record(entries) => {
            let one = |entry: &pipec::syntax::ast::Entry| {
                let key = match &entry.key {
                    Key::Name(name) => name.text.to_string(),
                    Key::Text(text) => show_text(text),
                    Key::Int(value, _) => value.to_string(),
                };
                format!("{key}:{}", show(&entry.value))
            };
            format!("{{{}}}", entries.iter().map(one).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Case(name) => format!(".{}", name.text),
        ExprKind::Name(name) => name.text.to_string(),
        ExprKind::Field(of, name) => format!("{}.{}", show(of), name.text),
        ExprKind::Call { callee, args } => {
            let one = |arg: &pipec::syntax::ast::Arg| {
                let name = arg.name.as_ref().map_or(String::new(), |name| format!("{}:", name.text));
                format!("{name}{}", show(&arg.value))
            };
            format!("{}({})", show(callee), args.iter().map(one).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Force(of) => format!("{}!", show(of)),
        ExprKind::Not(of) => format!("(not {})", show(of)),
        ExprKind::Negate(of) => format!("(-{})", show(of)),
        ExprKind::Binary { op, left, right, .. } => format!("({} {} {})", show(left), sign(*op), show(right)),
        ExprKind::If { cond, then, otherwise } => format!("(if {} {} {})", show(cond), show(then), show(otherwise)),
        ExprKind::Match { on, arms } => {
            let arm = |arm: &pipec::syntax::ast::Arm| {
                let cases: Vec<_> = arm.cases.iter().map(|case| &*case.text).collect();
                format!("{}=>{}", cases.join("|"), show(&arm.value))
            };
            format!("(match {} {})", show(on), arms.iter().map(arm).collect::<Vec<_>>().join(" "))
        }
        ExprKind::Broken => "?".to_owned(),
    }
}

fn show_text(text: &Text) -> String {
    let part = |part: &Part| match part {
        Part::Literal(literal) => literal.text.to_string(),
        Part::Value(value, _) => format!("~{{{}}}", show(value)),
    };
    format!("{:?}", text.parts.iter().map(part).collect::<String>())
}

fn sign(op: Op) -> &'static str {
    match op {
        Op::Or => "or",
        Op::And => "and",
        Op::Equal => "==",
        Op::Unequal => "!=",
        Op::Less => "<",
        Op::LessEqual => "<=",
        Op::Greater => ">",
        Op::GreaterEqual => ">=",
        Op::In => "in",
        Op::Coalesce => "??",
        Op::Add => "+",
        Op::Subtract => "-",
        Op::Multiply => "*",
        Op::Divide => "/",
        Op::Remainder => "%",
    }
}

fn show_type(ty: &TypeExpr) -> String {
    match &ty.kind {
        TypeKind::Named(path) => path.iter().map(|name| &*name.text).collect::<Vec<_>>().join("."),
        TypeKind::List(of) => format!("[{}]", show_type(of)),
        TypeKind::Map(of) => format!("{{string: {}}}", show_type(of)),
        TypeKind::Optional(of) => format!("{}?", show_type(of)),
        TypeKind::Broken => "broken".to_owned(),
    }
}

#[test]
fn operators_bind_as_the_tree_says() {
    let table = [
        ("a or b and not c == d", "(a or (b and (not (c == d))))"),
        ("not a and b", "((not a) and b)"),
        ("not not a", "(not (not a))"),
        ("a == not b", "(a == (not b))"),
        ("a ?? b ?? c", "(a ?? (b ?? c))"),
        ("a ?? b + c", "(a ?? (b + c))"),
        ("a ?? b == c", "((a ?? b) == c)"),
        ("a - b - c", "((a - b) - c)"),
        ("a + b * c % d", "(a + ((b * c) % d))"),
        ("-a * b", "((-a) * b)"),
        ("a - -b", "(a - (-b))"),
        ("-a.b", "(-a.b)"),
        ("(a or b) and c", "((a or b) and c)"),
        ("x in [a, b] and y", "((x in [a b]) and y)"),
        ("src.workspace / \"a\" / b", "((src.workspace / \"a\") / b)"),
        ("if a then b else c + d", "(if a b (c + d))"),
        ("1 + if a then b else if c then d else e", "(1 + (if a b (if c d e)))"),
        ("if if a then b else c then d else e", "(if (if a b c) d e)"),
        ("f(a, b: c)(d).e!.g", "f(a b:c)(d).e!.g"),
        ("a! != b", "(a! != b)"),
        ("match a { .b, .c => 1, .d => match e { .f => 2 } }", "(match a b|c=>1 d=>(match e f=>2))"),
        ("[.a, -1, [], {}]", "[.a (-1) [] {}]"),
        ("{ a: 1, \"b c\": 2, 77: .warn }", "{a:1 \"b c\":2 77:.warn}"),
        ("not(a)", "(not a)"),
        ("iffy + notable + matching + inner", "(((iffy + notable) + matching) + inner)"),
        ("[a\n -b]", "[a (-b)]"),
        ("(a\n or b\n + c)", "(a or (b + c))"),
        ("f(\n a // first\n b,\n // last\n)", "f(a b)"),
        ("(if a\n then b\n else c)", "(if a b c)"),
        ("if a then\n b else\n c", "(if a b c)"),
        ("a +\n\n b", "(a + b)"),
        ("\"x ~{f(\"a}\", { b: 1 })} y\"", "\"x ~{f(\\\"a}\\\" {b:1})} y\""),
    ];
    for (text, tree) in table {
        let program = format!("pipeline p() {{\n    x = {text}\n    y = 1\n}}\n");
        let file = sound(&program);
        let [Stmt::Bind { value, .. }, Stmt::Bind { .. }] = &pipeline(&file).body[..] else { panic!("{file:#?}") };
        assert_eq!(show(value), tree, "{text}");
    }
}

#[test]
fn numbers_have_units() {
    let table = [
        ("42", "42"),
        ("1_000", "1000"),
        ("0", "0"),
        ("500ms", "500ms"),
        ("90s", "90000ms"),
        ("1h30min", "5400000ms"),
        ("2d", "172800000ms"),
        ("512Mi", "536870912B"),
        ("500M", "500000000B"),
        ("4k", "4000B"),
        ("1Ti", "1099511627776B"),
        ("500m", "500m"),
        ("9223372036854775807", "9223372036854775807"),
    ];
    for (text, tree) in table {
        let file = sound(&format!("const a: int = {text}\n"));
        let [Item::Const(item)] = &file.items[..] else { panic!("{file:#?}") };
        assert_eq!(show(&item.value), tree);
    }
}

#[test]
fn strings_are_cooked() {
    let table = [
        (r#""""#, ""),
        (r#""a\n\t\r\"\\\0\u{2713}\~{b}""#, "a\n\t\r\"\\\0✓~{b}"),
        (r#""a ~ b $c ~d""#, "a ~ b $c ~d"),
        (r#""""one""""#, "one"),
        (r#""""a \n \" \~{b} \"""""""#, r#"a \n \" ~{b} """"#),
        ("\"\"\"\n        a\n          b\n\n        c\n    \"\"\"", "a\n  b\n\nc"),
        ("\"\"\"\n    a\n    \"\"\"", "a"),
        ("\"\"\"\n\ta\n\t\tb\n\t\"\"\"", "a\n\tb"),
        ("\"\"\"\n    \"\"\"", ""),
        ("\"\"\"\n\n    a\n\n    \"\"\"", "\na\n"),
        ("\"\"\"first\n    second\n    \"\"\"", "first\nsecond"),
        ("\"\"\"\n    a\n    b\"\"\"", "a\nb"),
        ("\"\"\"\r\n    a\r\n    b\r\n    \"\"\"", "a\nb"),
    ];
    for (text, cooked) in table {
        let file = sound(&format!("const a: string = {text}\n"));
        let [Item::Const(item)] = &file.items[..] else { panic!("{file:#?}") };
        let ExprKind::Text(found) = &item.value.kind else { panic!("{file:#?}") };
        assert_eq!(found.plain(), Some(cooked), "{text}");
    }
}

#[test]
fn the_design_is_read_whole() {
    let file = sound(FCOS);
    assert_eq!(file.doc, "Fedora CoreOS: one architecture, from source to uploaded images.");
    let kinds: Vec<String> = file.items.iter().map(|item| kind(&format!("{item:?}"))).collect();
    let wanted = "Use Enum Pipeline Task Enum Record Type Artifact Artifact Command Command";
    assert_eq!(kinds.join(" "), wanted);
    let fcos = pipeline(&file);
    assert_eq!(fcos.doc, "Build, test and, if asked, upload one stream.");
    let types: Vec<_> = fcos.params.iter().map(|param| show_type(&param.ty)).collect();
    assert_eq!(types, ["string", "StreamType", "cosa.Version?", "[cosa.Platform]", "bool", "bool", "secret?"]);
    assert!(fcos.params[3].is_const && !fcos.params[2].is_const);
    let body: Vec<String> = fcos.body.iter().map(|stmt| kind(&format!("{stmt:?}"))).collect();
    assert_eq!(body.join(" "), "Require Workspace Bind Bind Bind Bind Bind Bind For When Finally Return");
    let Stmt::Bind { modifiers, .. } = &fcos.body[7] else { panic!("kola is bound") };
    assert_eq!(modifiers.fields.len(), 2);
    let Stmt::When(when) = &fcos.body[9] else { panic!("there is a when") };
    let [Stmt::Bind { modifiers, .. }] = &when.then[..] else { panic!("{when:#?}") };
    assert_eq!(modifiers.after.iter().map(|name| &*name.text).collect::<Vec<_>>(), ["iso", "image"]);
}

fn kind(debug: &str) -> String {
    debug.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[test]
fn every_form_of_statement_is_read() {
    let text = r#"
pipeline p(
    /// First.
    const a: int,
    b: {string: [T?]} = { x: [] }, // said of b
) -> (x: string, /// Second.
      y: Qemu = ws / "y")
{
    defaults { image: "i", timeout: 1h }
    /// The tree.
    workspace ws
    target tekton { level: .alpha }
    exclusive "build-~{b}"
    require a > 1 and
        a < 9,
        "a is ~{a}"
    u = when a == 1 { f() } else when a == 2 { g() { retries: 1 } } else { h() }
    when match k { .x => true, .y => false } { f() }
    else { g() }
    for i in [1, 2], j in js if i != j { v = f(i, j) }
    /// Build it.
    stage build {
        task t -> Metal = ws / "m" {
            shell: "sh"
            /// A step.
            step one { image: "i", run: "r" }
            service db { image: "d", port: 5432 }
        } after u,
            v
    }
    f()
        after t
    finally { notify(outcome) }
    return (x: u.x, y: t)
}
pipeline q() -> string { return "a" + "b" }
task stage(target: string, workspace: workspace) { image: "i", run: "~{target}" }
pipeline r() {
    stage = stage(target: "x")
    target = f(stage.workspace)
    target.x(1)
}
"#;
    let file = sound(text);
    let Item::Pipeline(first) = &file.items[0] else { panic!("{file:#?}") };
    assert_eq!(first.params[0].doc, "First.");
    let Outputs::Named(outputs) = &first.outputs else { panic!("{first:#?}") };
    assert_eq!(outputs[0].doc, "Second.");
    let body: Vec<String> = first.body.iter().map(|stmt| kind(&format!("{stmt:?}"))).collect();
    let wanted = "Defaults Workspace Target Exclusive Require BindWhen When For Stage Call Finally Return";
    assert_eq!(body.join(" "), wanted);
    let Stmt::Workspace { doc, .. } = &first.body[1] else { panic!("{first:#?}") };
    assert_eq!(doc, "The tree.");
    let Stmt::BindWhen { when, .. } = &first.body[5] else { panic!("{first:#?}") };
    let [Stmt::When(other)] = &when.otherwise[..] else { panic!("{when:#?}") };
    assert_eq!((other.then.len(), other.otherwise.len()), (1, 1));
    let Stmt::For(each) = &first.body[7] else { panic!("{first:#?}") };
    assert!(each.vars.len() == 2 && each.filter.is_some());
    let Stmt::Stage { doc, body, .. } = &first.body[8] else { panic!("{first:#?}") };
    assert_eq!(doc, "Build it.");
    let [Stmt::Task { task, after }] = &body[..] else { panic!("{body:#?}") };
    assert_eq!(after.len(), 2);
    assert!(matches!(&task.outputs, Outputs::Single(output) if output.default.is_some()));
    assert!(
        matches!(&task.body[..], [Field::Value { .. }, Field::Step { doc, .. }, Field::Service { .. }] if doc == "A step.")
    );
}

#[test]
fn types_are_read() {
    for ty in ["string", "cosa.Platform?", "[Arch]", "{string: {string: int}}", "[[T?]?]?"] {
        let file = sound(&format!("record R {{ a: {ty} }}\n"));
        let [Item::Record(record)] = &file.items[..] else { panic!("{file:#?}") };
        assert_eq!(show_type(&record.fields[0].ty), ty);
    }
}

#[test]
fn line_ends_indentation_and_a_byte_order_mark_change_nothing() {
    let shape = |text: &str| {
        let file = sound(text);
        names(&file).into_iter().map(|(name, ..)| name).collect::<Vec<_>>()
    };
    let plain = shape(FCOS);
    assert_eq!(shape(&FCOS.replace('\n', "\r\n")), plain);
    assert_eq!(shape(&format!("\u{feff}{FCOS}")), plain);
    let indented: String = FCOS.lines().map(|line| format!("  {line}\n")).collect();
    assert_eq!(shape(&indented), plain);
}

#[test]
fn indentation_means_nothing_where_brackets_match() {
    let text = "const a: [int] = [\n1,\n2\n]\nconst b: string = \"\"\"\necho\n\"\"\"\nconst c: int =\n1\npipeline p(\na: int,\n) {\nwhen a == 1 {\ntask t {\nimage: \"i\"\n}\n    }\nx = f(\na)\n }\n";
    let file = sound(text);
    assert_eq!(file.items.len(), 4);
    assert_eq!(pipeline(&file).body.len(), 2);
}

/// As in a table: what stands behind an entry on its line speaks of it, with a comma between or without.
#[test]
fn docs_at_the_end_of_a_line_belong_to_their_entry() {
    let text = "enum E {\n    a /// First.\n    b, /// Second.\n    /// Third.\n    c\n}\n\
                record R { one: int /// A field.\n    two: int = 2, /// More.\n}\n\
                task t(a: int, /// One.\n    b: string = \"x\" /// Two,\n    /// Above.\n    c: bool, /// and beside.\n) -> (\n    \
                x: int, /// Out.\n    y: string\n) {\n    image: \"i\" /// of nothing\n    step s { run: \"true\" }\n}\n";
    let (file, out) = read(text);
    assert!(out.is_empty(), "{out:#?}");
    let [Item::Enum(cases), Item::Record(fields), Item::Task(task)] = &file.items[..] else { panic!("{file:#?}") };
    let docs = |params: &[pipec::syntax::ast::Param]| params.iter().map(|one| one.doc.clone()).collect::<Vec<_>>();
    assert_eq!(cases.cases.iter().map(|case| &*case.doc).collect::<Vec<_>>(), ["First.", "Second.", "Third."]);
    assert_eq!(docs(&fields.fields), ["A field.", "More."]);
    assert_eq!(docs(&task.params), ["One.", "Two,", "Above.\nand beside."]);
    let Outputs::Named(outputs) = &task.outputs else { panic!("{task:#?}") };
    assert_eq!(outputs.iter().map(|one| &*one.doc).collect::<Vec<_>>(), ["Out.", ""]);
    assert!(matches!(&task.body[1], Field::Step { doc, .. } if doc.is_empty()), "{task:#?}");
}

#[test]
fn docs_belong_to_what_follows() {
    let file = sound(
        "//! A file.\n//! Two lines.\n\n// no doc\n/// An enum.\n/// Two lines.\nenum E {\n    /// First.\n    a\n    b // no doc\n}\n\n/// A const.\n\nconst c: int = 1\n",
    );
    assert_eq!(file.doc, "A file.\nTwo lines.");
    let [Item::Enum(one), Item::Const(two)] = &file.items[..] else { panic!("{file:#?}") };
    assert_eq!((one.doc.as_str(), two.doc.as_str()), ("An enum.\nTwo lines.", "A const."));
    assert_eq!((one.cases[0].doc.as_str(), one.cases[1].doc.as_str()), ("First.", ""));
}

#[test]
fn the_library_and_the_generated_program_are_sound() {
    for (_, text) in STDLIB {
        sound(text);
    }
    let text = program::generate(200);
    let file = sound(&text);
    // The workspace, the target and the tasks.
    assert_eq!(pipeline(&file).body.len(), 202);
    assert_eq!(text, program::generate(200));
    let bytes = program::generate(1000).len() / 1000;
    assert!((360..=420).contains(&bytes), "a task has {bytes} bytes");
}

#[test]
fn an_empty_file_has_no_items() {
    for text in ["", "\n\n", "// a", "\u{feff}", "//! a\n"] {
        assert!(sound(text).items.is_empty());
    }
    assert!(!read("\u{feff}\u{feff}").1.is_empty());
}

#[test]
fn a_module_may_be_renamed_or_opened() {
    let (file, out) =
        read("use std.git as g\nuse std.git.{ clone, Ref as GitRef, }\nuse lib.a.{\n    one // first\n    two\n}\n");
    assert!(out.is_empty(), "{out:#?}");
    let uses: Vec<&Use> =
        file.items.iter().filter_map(|item| if let Item::Use(one) = item { Some(one) } else { None }).collect();
    assert_eq!(uses[0].alias.as_ref().map(|name| &*name.text), Some("g"));
    let names = |one: &Use| -> Vec<String> {
        let selected = one.only.iter().flatten();
        selected.map(|one| format!("{} {:?}", one.name.text, one.alias.as_ref().map(|name| &*name.text))).collect()
    };
    assert_eq!(names(uses[1]), ["clone None", "Ref Some(\"GitRef\")"]);
    assert_eq!(names(uses[2]), ["one None", "two None"]);
}

#[test]
fn a_test_holds_bindings_assertions_and_refused_bodies() {
    let text = "/// Why.\ntest \"in order\" {\n    plan = p(a: 1)\n    assert plan.a after plan.b, \"late\"\n    assert not plan.c\n        after plan.d\n    expect error \"P0401\" in {\n        x = f()\n    }\n}\nenum E { a }\n";
    let (file, out) = read(text);
    assert!(out.is_empty(), "{out:#?}");
    let Item::Test(test) = &file.items[0] else { panic!("{file:#?}") };
    assert_eq!((test.name.plain(), test.doc.as_str()), (Some("in order"), "Why."));
    assert!(
        matches!(
            &test.body[..],
            [
                Stmt::Bind { .. },
                Stmt::Assert { after: Some(_), message: Some(_), .. },
                Stmt::Assert { after: Some(_), message: None, .. },
                Stmt::Expect { body, .. }
            ] if matches!(&body[..], [Stmt::Bind { .. }])
        ),
        "{test:#?}"
    );
}

#[test]
fn an_extern_task_has_a_signature_and_fields() {
    let (file, out) = read(
        "/// Doc.\nextern task clone(url: string) -> (commit: string) {\n    bundle: \"a/b@sha256:1\"\n}\nenum E { a }\n",
    );
    assert!(out.is_empty(), "{out:#?}");
    let Item::Extern(task) = &file.items[0] else { panic!("{file:#?}") };
    assert_eq!((&*task.name.text, task.doc.as_str(), task.params.len(), task.body.len()), ("clone", "Doc.", 1, 1));
    assert_eq!(task.span.start as usize, "/// Doc.\n".len());
}
