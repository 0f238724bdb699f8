//! A value reaches a script as it is, whatever it holds and wherever it stands.

use pipec::emit::script::Rendered;
use pipec::plan::{Expr, ExprKind, Plan, Quoting, Shell, Ty, Value};

use super::make::*;
use super::random::Random;
use super::run::{Engine, shells};

const NAMES: [&str; 6] = ["a", "b", "c", "d", "e", "f"];

/// Prints every value in each context, each closed by a NUL.
fn print_in(mut plan: Plan, shell: Shell, values: &[Expr]) -> Rendered {
    let mut script = ScriptOf::default().text("say() { for x in \"$@\"; do printf '%s\\0' \"$x\"; done; }\n");
    for (value, name) in values.iter().zip(NAMES) {
        let of = || value.clone();
        script = script
            .text("say ")
            .word(name, of())
            .text(" --x=")
            .word(name, of())
            .text(":y ")
            .word(name, of())
            .word(name, of())
            .text(" \"")
            .slot(name, of(), Quoting::DoubleQuoted)
            .text("\" \"<")
            .slot(name, of(), Quoting::DoubleQuoted)
            .text(">\"\ncopy=")
            .word(name, of())
            .text("\nsay \"$copy\"\ncat <<EOF_OF_TEST\n")
            .slot(name, of(), Quoting::HereDocument)
            .text("|\nEOF_OF_TEST\nprintf '\\0'\ncase ")
            .word(name, of())
            .text(" in ")
            .word(name, of())
            .text(") say same ;; *) say other ;; esac\n");
    }
    first_step(&mut plan, task(shell, script.done()))
}

fn expected(value: &str) -> Vec<Vec<u8>> {
    let text = [
        value.to_owned(),
        format!("--x={value}:y"),
        format!("{value}{value}"),
        value.to_owned(),
        format!("<{value}>"),
        value.to_owned(),
        format!("{value}|\n"),
        "same".to_owned(),
    ];
    text.map(String::into_bytes).to_vec()
}

#[test]
fn texts_arrive_in_every_context() {
    let mut random = Random::new(1);
    for shell in [Shell::Bash, Shell::Sh] {
        let mut plan = plan();
        let values = NAMES.map(|name| param(&mut plan, name, Ty::String));
        let rendered = print_in(plan, shell, &values);
        for _ in 0..40 {
            let texts: Vec<String> = NAMES.iter().map(|_| random.text()).collect();
            let mut engine = Engine::new();
            NAMES.iter().zip(&texts).for_each(|(name, text)| {
                engine.params.insert((*name).to_owned(), text.clone());
            });
            for shell in shells(&rendered) {
                let ran = engine.run(shell, &rendered).good();
                let want: Vec<_> = texts.iter().flat_map(|text| expected(text)).collect();
                assert_eq!(ran.records(), want, "{shell} {texts:?}");
            }
        }
    }
    assert!(!std::path::Path::new("/tmp/pipec-broken").exists());
}

#[test]
fn known_texts_arrive_and_the_body_does_not_depend_on_them() {
    let mut random = Random::new(2);
    let mut bodies = Vec::new();
    for _ in 0..10 {
        let mut texts: Vec<String> = Vec::new();
        while texts.len() < NAMES.len() {
            let text = random.text();
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let values: Vec<Expr> = texts.iter().map(|text| Expr::string(text.clone())).collect();
        let rendered = print_in(plan(), Shell::Bash, &values);
        let want: Vec<_> = texts.iter().flat_map(|text| expected(text)).collect();
        assert_eq!(Engine::new().run("bash", &rendered).good().records(), want, "{texts:?}");
        bodies.push(rendered.body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
}

#[test]
fn a_text_of_100_kilobytes_arrives() {
    let text = "0123456789 '\"\\$(x)`漢\n".repeat(4600)[..100_000].to_owned();
    for shell in [Shell::Bash, Shell::Sh] {
        let mut plan = plan();
        let value = param(&mut plan, "a", Ty::String);
        let rendered = print_in(plan, shell, &[value]);
        let engine = Engine::new().param("a", &text);
        for shell in shells(&rendered) {
            assert_eq!(engine.run(shell, &rendered).good().records(), expected(&text), "{shell}");
        }
    }
}

fn lists(random: &mut Random) -> Vec<String> {
    (0..random.below(6)).map(|_| random.text()).collect()
}

fn bytes(texts: &[String]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.clone().into_bytes()).collect()
}

const SAY: &str = "say() { printf '%d\\0' $#; for x in \"$@\"; do printf '%s\\0' \"$x\"; done; }\nsay ";

fn counted(texts: &[String]) -> Vec<Vec<u8>> {
    let count = texts.len().to_string().into_bytes();
    std::iter::once(count).chain(bytes(texts)).collect()
}

#[test]
fn lists_arrive_as_words_in_bash() {
    let mut random = Random::new(3);
    let mut plan = plan();
    let [xs, ys] = ["xs", "ys"].map(|name| param(&mut plan, name, list(Ty::String)));
    let script =
        ScriptOf::default().text(SAY).word("xs", xs.clone()).text(" -- ").word("ys", ys).text("\nsay ").word("xs", xs);
    let script = script.text("\nprintf '%d\\0' \"$#\"\n").done();
    let rendered = first_step(&mut plan, task(Shell::Bash, script));
    for _ in 0..60 {
        let (xs, ys) = (lists(&mut random), lists(&mut random));
        let mut engine = Engine::new();
        engine.lists.extend([("xs".to_owned(), xs.clone()), ("ys".to_owned(), ys.clone())]);
        let all: Vec<String> = xs.iter().cloned().chain(["--".to_owned()]).chain(ys).collect();
        let want = [counted(&all), counted(&xs), vec![b"0".to_vec()]].concat();
        assert_eq!(engine.run("bash", &rendered).good().records(), want);
    }
}

#[test]
fn a_list_of_open_length_arrives_as_words_in_sh() {
    let mut random = Random::new(4);
    let mut plan = plan();
    let xs = param(&mut plan, "xs", list(Ty::String));
    let script = ScriptOf::default().text(SAY).word("xs", xs.clone()).text("\nsay a ").word("xs", xs).text("\n").done();
    let mut task = task(Shell::Sh, script);
    let xs = Expr::param(&plan, pipec::plan::ParamId(0));
    task.cleanup = Some(Box::new(ScriptOf::default().text(SAY).word("xs", xs).text("\n").done()));
    let rendered = first_step(&mut plan, task);
    for _ in 0..40 {
        let xs = lists(&mut random);
        let mut engine = Engine::new();
        engine.lists.insert("xs".to_owned(), xs.clone());
        let more: Vec<String> = std::iter::once("a".to_owned()).chain(xs.clone()).collect();
        for shell in shells(&rendered) {
            let want = [counted(&xs), counted(&more), counted(&xs)].concat();
            assert_eq!(engine.run(shell, &rendered).good().records(), want, "{shell}");
        }
    }
}

#[test]
fn short_lists_stand_anywhere_in_sh() {
    let mut random = Random::new(5);
    let mut plan = plan();
    let force = param(&mut plan, "force", Ty::Bool);
    let version = param(&mut plan, "version", optional(Ty::String));
    let text = param(&mut plan, "text", Ty::String);
    let pair = of(ExprKind::List(vec![text.clone(), Expr::string("it's \"known\"")]), list(Ty::String));
    let texts = vec![Value::Text("a b".to_owned()), Value::Text("'".to_owned())];
    let script = ScriptOf::default()
        .text("say() { printf '%d\\0' $#; for x in \"$@\"; do printf '%s\\0' \"$x\"; done; }\nf() { say ")
        .word("force", flag("--force", force.clone()))
        .text(" ")
        .word("version", flag("--version", version.clone()))
        .text(" ")
        .word("one", flag("--version=", version))
        .text(" ")
        .word("sure", flag("--text=", text.clone()))
        .text(" ")
        .word("text", flag("--text", text))
        .text(" ")
        .word("pair", pair)
        .text(" ")
        .word("known", known(Value::List(texts), list(Ty::String)))
        .text(" ")
        .word("force", flag("--force", force))
        .text("; }\nf x y\n");
    let rendered = first_step(&mut plan, task(Shell::Sh, script.done()));
    for round in 0..30 {
        let (version, text) = (random.text(), random.text());
        let force = round % 2 == 0;
        let engine = Engine::new().param("force", &force.to_string()).param("version", &version).param("text", &text);
        let forced = ["--force"].iter().filter(|_| force).map(|flag| (*flag).to_owned());
        let mut want: Vec<String> = forced.clone().collect();
        if !version.is_empty() {
            want.extend(["--version".to_owned(), version.clone(), format!("--version={version}")]);
        }
        want.push(format!("--text={text}"));
        want.extend(["--text".to_owned(), text.clone(), text, "it's \"known\"".to_owned()]);
        want.extend(["a b".to_owned(), "'".to_owned()]);
        want.extend(forced);
        for shell in shells(&rendered) {
            assert_eq!(engine.run(shell, &rendered).good().records(), counted(&want), "{shell}");
        }
    }
}

#[test]
fn ints_arrive_in_arithmetic_and_nothing_else_does() {
    for shell in [Shell::Bash, Shell::Sh] {
        let mut plan = plan();
        let n = param(&mut plan, "n", Ty::Int);
        let script = ScriptOf::default().text("echo $((2 * ").slot("n", n, Quoting::Arithmetic).text(" + 1))\n");
        let rendered = first_step(&mut plan, task(shell, script.done()));
        for shell in shells(&rendered) {
            for (value, want) in
                [("20", "41"), ("-3", "-5"), ("0", "1"), ("4611686018427387903", "9223372036854775807")]
            {
                assert_eq!(Engine::new().param("n", value).run(shell, &rendered).good().text().trim(), want);
            }
            for bad in [
                "",
                "a",
                "1a",
                "08",
                "-",
                "--1",
                "+1",
                "1 ",
                " 1",
                "1\n",
                "9223372036854775808",
                "a[$(echo broken >&2)]",
            ] {
                let ran = Engine::new().param("n", bad).run(shell, &rendered);
                assert_eq!((ran.code, ran.text()), (2, ""), "{shell} {bad:?}");
                assert!(ran.err.starts_with("pipec: task build: n is not an int of 64 bits: '"), "{}", ran.err);
                assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
            }
        }
    }
}

#[test]
fn lists_of_a_unit_arrive_in_the_one_form_of_each_value() {
    for shell in [Shell::Bash, Shell::Sh] {
        let mut plan = plan();
        let [waits, sizes] =
            [("waits", Ty::Duration), ("sizes", Ty::Size)].map(|(name, ty)| param(&mut plan, name, list(ty)));
        let comma = || Box::new(Expr::string(","));
        let joined = of(ExprKind::Join(Box::new(sizes.clone()), comma()), Ty::String);
        let first = of(ExprKind::Join(Box::new(waits), comma()), Ty::String);
        let script = ScriptOf::default().text("echo ").word("first", first).text(" ").word("joined", joined).text(" ");
        let rendered = first_step(&mut plan, task(shell, script.word("sizes", sizes).done()));
        let engine = || Engine::new().list("waits", &["1h", "90s", "2000ms"]).list("sizes", &["1024Mi", "5"]);
        for shell in shells(&rendered) {
            let ran = engine().run(shell, &rendered).good();
            assert_eq!(ran.text(), "3600s,90s,2s 1Gi,5 1Gi 5\n");
            let ran = engine().list("sizes", &["x"]).run(shell, &rendered);
            assert_eq!((ran.code, ran.text()), (2, ""));
            assert_eq!(ran.err, "pipec: task build: sizes is not a size such as 512Mi or 10Gi: 'x'\n");
        }
    }
}

#[test]
fn what_is_joined_to_a_workspace_stays_in_it() {
    for shell in [Shell::Bash, Shell::Sh] {
        let mut plan = plan();
        let (inside, ws) = (param(&mut plan, "inside", Ty::String), workspace(&mut plan, "srv"));
        let path = of(ExprKind::Concat(vec![Expr::string("out/"), inside]), Ty::String);
        let place = of(ExprKind::Place { workspace: ws, path: Box::new(path) }, Ty::Path);
        let script = ScriptOf::default().text("printf '%s' ").word("place", place);
        let rendered = first_step(&mut plan, task(shell, script.done()));
        for shell in shells(&rendered) {
            for good in
                ["a", "a b", "..a", "a..", "...", "", "a/..", "a/../..", "../b", "./..", "/etc", "//x/", "a\n/.."]
            {
                let ran = Engine::new().param("inside", good).run(shell, &rendered).good();
                assert!(ran.text().ends_with(&format!("/out/{good}")), "{shell} {good:?} {}", ran.text());
            }
            for bad in ["../..", "../../etc", "a/../../../b", "..//../", "./../.././x"] {
                let ran = Engine::new().param("inside", bad).run(shell, &rendered);
                assert_eq!((ran.code, ran.text()), (2, ""), "{shell} {bad:?}");
                let said = "pipec: task build: place is not a path inside the workspace srv: 'out/";
                assert!(ran.err.starts_with(said), "{}", ran.err);
            }
        }
    }
}
