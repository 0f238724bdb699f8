//! Outputs are checked by their type, and written in one form; files are put in place.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use pipec::contract::{SecretRef, Source};
use pipec::emit::script::Rendered;
use pipec::plan::{Expr, ExprKind, Output, Plan, Shell, Ty, Value};

use super::make::*;
use super::run::{Engine, Ran, shells};

/// A task that writes `$TEXT` to its output, as it is.
fn writing(shell: Shell, output: Output) -> Rendered {
    let mut plan = plan();
    let text = param(&mut plan, "text", Ty::String);
    let script = ScriptOf::default().text("printf %s ").word("text", text).text(" >").word("out", out(0)).done();
    let mut task = task(shell, script);
    task.outputs.push(output);
    first_step(&mut plan, task)
}

/// What each shell makes of an output of this type that has this text.
fn each(ty: &Ty, text: &str, check: impl Fn(&Engine, Ran, &str)) {
    for shell in [Shell::Bash, Shell::Sh] {
        let rendered = writing(shell, output("n", ty.clone()));
        for shell in shells(&rendered) {
            let engine = Engine::new().param("text", text);
            let ran = engine.run(shell, &rendered);
            let all = format!("{shell} {text:?}: {}", ran.err);
            check(&engine, ran, &all);
        }
    }
}

fn good(ty: &Ty, rows: &[(&str, &str)]) {
    for (text, want) in rows {
        each(ty, text, |engine, ran, all| {
            assert_eq!(ran.code, 0, "{all}");
            assert_eq!(engine.output("n"), *want, "{all}");
        });
    }
}

fn bad(ty: &Ty, form: &str, texts: &[&str]) {
    for text in texts {
        each(ty, text, |_, ran, all| {
            let trimmed = text.strip_suffix('\n').unwrap_or(text);
            let shown: String = trimmed.chars().map(|c| if c.is_control() { '?' } else { c }).collect();
            assert_eq!(ran.code, 1, "{all}");
            assert_eq!(ran.err, format!("pipec: task build: output n is not {form}: '{shown}'\n"), "{all}");
        });
    }
}

#[test]
fn bools() {
    good(&Ty::Bool, &[("true", "true"), ("false\n", "false")]);
    bad(&Ty::Bool, "true or false", &["", "yes", "True", "true\n\n", " true", "true false", "*"]);
}

#[test]
fn ints() {
    let limits = ["9223372036854775807", "-9223372036854775808", "1000000000000000000", "9223372036000000000"];
    good(&Ty::Int, &[("0", "0"), ("42\n", "42"), ("-7", "-7")]);
    limits.iter().for_each(|text| good(&Ty::Int, &[(text, text)]));
    let beyond = [
        "9223372036854775808",
        "-9223372036854775809",
        "10000000000000000000",
        "99999999999999999999999",
        "9999999999999999999",
    ];
    bad(&Ty::Int, "an int of 64 bits", &beyond);
    bad(
        &Ty::Int,
        "an int of 64 bits",
        &["", "-", "-0", "00", "08", "+1", "1.0", "1e3", "0x1", "1\n2", "- 1", "1-", "--1", "一", "٣"],
    );
}

#[test]
fn enums_and_patterns() {
    good(&kind(), &[("production", "production"), ("testing-devel\n", "testing-devel")]);
    bad(
        &kind(),
        "one of production, testing-devel, mechanical",
        &["", "Production", "production ", "*", "production\nmechanical"],
    );
    let id = pattern(r"[0-9]+\.[0-9]{8}\..*");
    good(&id, &[("42.20250101.dev.0", "42.20250101.dev.0"), ("1.00000000.\n", "1.00000000.")]);
    let form = r"of the form of BuildId ([0-9]+\.[0-9]{8}\..*)";
    bad(&id, form, &["", "x42.20250101.0", "42.2025.0", "42.20250101.0\n42.20250101.1", "42x20250101.0"]);
    bad(&pattern("a|b'c"), "of the form of BuildId (a|b'c)", &["ab'c", "xa", "ax"]);
    good(&pattern("a|b'c"), &[("a", "a"), ("b'c", "b'c")]);
}

#[test]
fn durations_sizes_and_cpu_are_written_in_their_one_form() {
    let rows = [
        ("90s", "90s"),
        ("1h30min\n", "5400s"),
        ("500ms", "500ms"),
        ("2000ms", "2s"),
        ("1d", "86400s"),
        ("0s", "0s"),
        ("1s1ms", "1001ms"),
    ];
    good(&Ty::Duration, &rows);
    let form = "a duration such as 90s or 1h30min";
    bad(
        &Ty::Duration,
        form,
        &["", "90", "s", "1m", "30min1h", "1s1s", "-1s", "1.5h", "01s", "1 s", "9223372036854775807s", "106751991168d"],
    );
    good(
        &Ty::Size,
        &[
            ("10752Mi", "10752Mi"),
            ("1024Mi", "1Gi"),
            ("500M", "500000000"),
            ("0", "0"),
            ("2048", "2Ki"),
            ("1048576Gi", "1024Ti"),
        ],
    );
    bad(&Ty::Size, "a size such as 512Mi or 10Gi", &["", "-1", "1GiB", "Mi", "1.5Gi", "8388608Ti", "1 Gi", "10mi"]);
    good(&Ty::Cpu, &[("2", "2"), ("500m", "500m"), ("2000m\n", "2"), ("0", "0")]);
    bad(
        &Ty::Cpu,
        "a number of cores such as 2 or 500m",
        &["", "m", "0.5", "-1", "-500m", "2mm", "9223372036854775"]
            .map(|text| if text.len() > 9 { "9223372036854776" } else { text }),
    );
}

#[test]
fn texts_lose_one_line_break_and_nothing_else() {
    let rows = [
        ("a", "a"),
        ("a\n", "a"),
        ("a\n\n", "a\n"),
        ("", ""),
        ("\n", ""),
        (" a b ", " a b "),
        ("-n", "-n"),
        ("\\n'\"$(x)", "\\n'\"$(x)"),
        ("a\r\n", "a\r"),
    ];
    good(&Ty::String, &rows);
    good(&optional(Ty::Int), &[("", ""), ("\n", ""), ("5", "5")]);
    bad(&optional(Ty::Int), "an int of 64 bits", &["x", " "]);
    good(&Ty::Path, &[("a/b", "a/b")]);
    bad(&Ty::Path, "a path", &["", "\n"]);
    bad(&Ty::Image, "an image", &[""]);
}

#[test]
fn texts_of_any_bytes_are_kept() {
    let bytes: Vec<u8> = (1..=255).chain([0xc3, b'x', b'\n', 0xc3]).collect();
    for shell in [Shell::Bash, Shell::Sh] {
        let mut task = task(shell, script("cat bytes >\"$TMPDIR/out/n\"\n"));
        task.outputs.push(output("n", Ty::String));
        let rendered = first_step(&mut plan(), task);
        for shell in shells(&rendered) {
            for locale in ["C", "C.UTF-8"] {
                let engine = Engine::new().env("LC_ALL", locale);
                fs::write(engine.path("bytes"), &bytes).unwrap();
                let _ = engine.run(shell, &rendered).good();
                assert!(fs::read(engine.path("out/n")).unwrap() == bytes, "{shell} {locale}");
                fs::write(engine.path("bytes"), b"a\0b").unwrap();
                let ran = engine.run(shell, &rendered);
                assert_eq!((ran.code, ran.err.as_str()), (1, "pipec: task build: output n holds a NUL byte\n"));
            }
        }
    }
}

#[test]
fn lists_are_lines_each_of_the_type() {
    good(&list(Ty::String), &[("", ""), ("a\nb\n", "a\nb"), ("a\n\nb", "a\n\nb"), ("-n\n\\x", "-n\n\\x")]);
    good(&list(Ty::Int), &[("", ""), ("\n", ""), ("1\n-2\n", "1\n-2")]);
    good(&list(Ty::Duration), &[("1h\n90s\n", "3600s\n90s")]);
    for (text, shown) in [("1\nx\n", "x"), ("1\n\n2", ""), ("1 2", "1 2")] {
        each(&list(Ty::Int), text, |_, ran, all| {
            assert_eq!(ran.code, 1, "{all}");
            assert_eq!(ran.err, format!("pipec: task build: output n is not an int of 64 bits: '{shown}'\n"));
        });
    }
}

#[test]
fn a_missing_output_fails_the_task_unless_it_is_optional() {
    for shell in [Shell::Bash, Shell::Sh] {
        let left = |ty: Ty, name: &str| {
            let mut task = task(shell.clone(), script("true"));
            task.outputs.push(output(name, ty));
            first_step(&mut plan(), task)
        };
        for shell in shells(&left(Ty::String, "n")) {
            let ran = Engine::new().run(shell, &left(Ty::String, "n"));
            assert_eq!((ran.code, ran.err.as_str()), (1, "pipec: task build: output n was not written\n"));
            let ran = Engine::new().run(shell, &left(Ty::String, ""));
            assert_eq!((ran.code, ran.err.as_str()), (1, "pipec: task build: its output was not written\n"));
            let engine = Engine::new();
            let _ = engine.run(shell, &left(optional(Ty::Int), "n")).good();
            assert_eq!(engine.output("n"), "");
        }
    }
}

#[test]
fn what_a_message_shows_is_short() {
    each(&Ty::Int, &"x".repeat(5000), |_, ran, all| {
        let want = format!("pipec: task build: output n is not an int of 64 bits: '{}...'\n", "x".repeat(80));
        assert_eq!((ran.code, ran.err), (1, want), "{all}");
    });
}

#[test]
fn a_second_try_does_not_find_what_the_first_one_wrote() {
    let mut task = task(
        Shell::Bash,
        script("[ -e \"$TMPDIR/again\" ] || { echo 1 >\"$TMPDIR/out/n\"; : >\"$TMPDIR/again\"; exit 3; }\n"),
    );
    task.outputs.push(output("n", Ty::Int));
    task.retries = 1;
    let rendered = first_step(&mut plan(), task);
    let engine = Engine::new();
    assert_eq!(engine.run("bash", &rendered).code, 3);
    let ran = engine.run("bash", &rendered);
    assert_eq!((ran.code, ran.err.as_str()), (1, "pipec: task build: output n was not written\n"));
}

fn making(plan: &mut Plan, path: Expr, run: &str) -> Rendered {
    let ws = workspace(plan, "srv");
    let mut task = task(Shell::Bash, ScriptOf::default().text(run).word("out_disk", out(0)).text("\n").done());
    task.outputs.push(artifact("disk", ws, path));
    first_step(plan, task)
}

#[test]
fn artifacts_have_their_directory_and_have_to_be_made() {
    let mut plan = plan();
    let rendered = making(&mut plan, Expr::string("a b/c/disk.img"), "echo x >");
    let engine = Engine::new();
    let _ = engine.run("bash", &rendered).good();
    assert_eq!(fs::read_to_string(engine.path("ws/srv/a b/c/disk.img")).unwrap(), "x\n");
    let rendered = making(&mut plan, Expr::string("a b/c/disk.img"), "echo ");
    let engine = Engine::new();
    let ran = engine.run("bash", &rendered);
    let path = engine.path("ws/srv/a b/c/disk.img").display().to_string();
    assert_eq!((ran.code, ran.err), (1, format!("pipec: task build: output disk was not made: {path}\n")));
}

#[test]
fn the_place_of_an_artifact_can_be_known_only_when_running() {
    let mut plan = plan();
    let arch = param(&mut plan, "arch", Ty::String);
    let path = of(ExprKind::Concat(vec![Expr::string("builds/"), arch]), Ty::String);
    let rendered = making(&mut plan, path, "echo x >");
    let engine = Engine::new().param("arch", "x 86");
    let _ = engine.run("bash", &rendered).good();
    assert!(engine.path("ws/srv/builds/x 86").exists());
}

/// Of two tasks in one workspace each may put a file there that the other reads.
#[test]
fn a_file_with_a_secret_is_whole_at_every_moment_and_follows_no_link() {
    let mut plan = plan();
    let (ws, aws) = (workspace(&mut plan, "srv"), param(&mut plan, "aws", Ty::Secret));
    let mut task = task(Shell::Sh, script("true\n"));
    task.steps[0].workdir =
        Some(Box::new(of(ExprKind::Place { workspace: ws, path: Box::new(Expr::string("")) }, Ty::Path)));
    task.files = vec![file("keys/a b", aws)];
    let rendered = first_step(&mut plan, task);
    for shell in shells(&rendered) {
        let mut engine = Engine::new().param("aws", "aws-1");
        engine.secrets.insert("aws-1".to_owned(), "new".to_owned());
        let keys = engine.path("ws/srv/keys");
        fs::create_dir_all(&keys).unwrap();
        fs::write(engine.path("precious"), "old").unwrap();
        fs::create_dir(engine.path("tools")).unwrap();
        let looking = "#!/bin/sh\n[ \"$(PATH=/usr/bin:/bin cat 'keys/a b')\" = old ] || exit 9\nexec /bin/cat \"$@\"\n";
        fs::write(engine.path("tools/cat"), looking).unwrap();
        fs::set_permissions(engine.path("tools/cat"), fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(keys.join("a b"), "old").unwrap();
        let path = format!("{}:{}", engine.path("tools").display(), std::env::var("PATH").unwrap());
        let _ = super::run::finish(engine.command(shell, &rendered).env("PATH", path).spawn().unwrap()).good();
        assert_eq!(fs::read_to_string(keys.join("a b")).unwrap(), "new");

        fs::remove_file(keys.join("a b")).unwrap();
        std::os::unix::fs::symlink(engine.path("precious"), keys.join("a b")).unwrap();
        let _ = engine.run(shell, &rendered).good();
        assert_eq!(fs::read_to_string(engine.path("precious")).unwrap(), "old");
        assert!(!keys.join("a b").is_symlink());
        assert_eq!(fs::read_dir(&keys).unwrap().count(), 1, "nothing is left aside");

        fs::remove_file(keys.join("a b")).unwrap();
        fs::create_dir(keys.join("a b")).unwrap();
        assert_ne!(engine.run(shell, &rendered).code, 0);
    }
}

/// What an earlier step left in the workspace decides nothing about where the files of this one go.
#[test]
fn no_file_is_put_where_a_link_leads_out_to() {
    let mut plan = plan();
    let (ws, aws) = (workspace(&mut plan, "srv"), param(&mut plan, "aws", Ty::Secret));
    let mut task = task(Shell::Sh, script("true\n"));
    task.steps[0].workdir =
        Some(Box::new(of(ExprKind::Place { workspace: ws, path: Box::new(Expr::string("")) }, Ty::Path)));
    for (path, content) in [("./a//b/key", aws), ("a/text", Expr::string("x")), ("top", Expr::string("x"))] {
        let mut task = task.clone();
        task.files = vec![file(path, content)];
        let rendered = first_step(&mut plan, task);
        for shell in shells(&rendered) {
            let mut engine = Engine::new().param("aws", "aws-1");
            engine.secrets.insert("aws-1".to_owned(), "new".to_owned());
            let srv = engine.path("ws/srv");
            let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, srv.join(at)).unwrap();
            fs::create_dir_all(srv.join("inner")).unwrap();
            fs::create_dir_all(engine.path("ws/other/b")).unwrap();
            fs::write(engine.path("ws/other/text"), "old").unwrap();
            // A link that stays inside is a folder like others.
            link("inner", "a");
            let _ = engine.run(shell, &rendered).good();
            assert!(path == "top" || fs::read_dir(srv.join("inner")).unwrap().count() == 1, "{path}");
            fs::remove_file(srv.join("a")).unwrap();
            link("../other", "a");
            fs::remove_file(srv.join("top")).ok();
            link("../other/text", "top");
            let ran = engine.run(shell, &rendered);
            let into = "a': that is a link to '";
            assert_eq!((ran.code == 0, ran.err.contains(into)), (path == "top", path != "top"), "{path}: {ran:?}");
            assert_eq!(fs::read_to_string(engine.path("ws/other/text")).unwrap(), "old");
            assert_eq!(fs::read_dir(engine.path("ws/other/b")).unwrap().count(), 0);
        }
    }
}

#[test]
fn a_step_starts_in_its_directory_with_its_environment_and_files() {
    let mut plan = plan();
    let ws = workspace(&mut plan, "srv");
    let [aws, gcp] = [("aws", Ty::Secret), ("gcp", optional(Ty::Secret))].map(|(name, ty)| param(&mut plan, name, ty));
    let name = param(&mut plan, "name", Ty::String);
    let joined = of(ExprKind::Concat(vec![Expr::string("s3://"), name.clone()]), Ty::String);
    for shell in [Shell::Bash, Shell::Sh, Shell::Other(vec!["sh".to_owned()])] {
        let run =
            "pwd\nprintf '%s|' \"$NAME\" \"$URL\" \"$AWS\" \"$OUTCOME\" \"$AFTER\"\nsh -c 'echo \"$URL$OUTCOME\"'\n";
        let mut task = task(shell, script(run));
        task.steps[0].workdir =
            Some(Box::new(of(ExprKind::Place { workspace: ws, path: Box::new(Expr::string("")) }, Ty::Path)));
        task.steps[0].env = vec![
            env("NAME", name.clone()),
            env("URL", joined.clone()),
            env("AWS", aws.clone()),
            env("OUTCOME", of(ExprKind::Outcome, Ty::String)),
            env("AFTER", known(Value::Duration(5_400_000), Ty::Duration)),
        ];
        let secret = known(Value::Secret("deploy".to_owned()), Ty::Secret);
        task.files = vec![
            file("etc/it's.conf", joined.clone()),
            file("keys/aws", aws.clone()),
            file("keys/gcp", gcp.clone()),
            file("keys/deploy", secret),
        ];
        let rendered = first_step(&mut plan, task);
        for shell in shells(&rendered) {
            let mut engine = Engine::new().param("name", "a '$b'\n").param("aws", "aws-1").param("gcp", "");
            engine
                .secrets
                .extend([("aws-1", "hunter2\n"), ("deploy", "key")].map(|(a, b)| (a.to_owned(), b.to_owned())));
            fs::create_dir(engine.path("ws/srv")).unwrap();
            fs::create_dir(engine.path("ws/srv/keys")).unwrap();
            fs::write(engine.path("ws/srv/keys/aws"), "old and readable").unwrap();
            let ran = engine.run(shell, &rendered).good();
            let here = fs::canonicalize(engine.path("ws/srv")).unwrap();
            let url = "s3://a '$b'\n";
            let want = format!("{}\na '$b'\n|{url}|hunter2\n|succeeded|5400s|{url}succeeded\n", here.display());
            assert_eq!(ran.text(), want);
            assert_eq!(fs::read_to_string(here.join("etc/it's.conf")).unwrap(), url);
            for (name, text) in [("aws", "hunter2\n"), ("deploy", "key")] {
                let path = here.join("keys").join(name);
                assert_eq!(fs::read_to_string(&path).unwrap(), text);
                assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
            }
            assert!(!here.join("keys/gcp").exists());
            assert!(!rendered.body.contains("hunter2"));
        }
        assert_eq!(rendered.workdir, Some(Source::Place { workspace: "srv".to_owned(), path: String::new() }));
        let secret = ("AWS".to_owned(), Source::SecretValue(SecretRef::Param("aws".to_owned())));
        assert!(rendered.env.contains(&secret), "{:?}", rendered.env);
    }
}

#[test]
fn a_directory_can_be_known_only_when_running_and_has_to_be_there() {
    let mut plan = plan();
    let ws = workspace(&mut plan, "srv");
    let sub = param(&mut plan, "sub", Ty::Path);
    let mut task = task(Shell::Sh, script("pwd\n"));
    task.steps[0].workdir = Some(Box::new(of(ExprKind::Place { workspace: ws, path: Box::new(sub) }, Ty::Path)));
    let rendered = first_step(&mut plan, task);
    assert_eq!(rendered.workdir, None);
    for shell in shells(&rendered) {
        let engine = Engine::new().param("sub", "-a b");
        assert_ne!(engine.run(shell, &rendered).code, 0);
        fs::create_dir_all(engine.path("ws/srv/-a b")).unwrap();
        assert!(engine.run(shell, &rendered).good().text().ends_with("/ws/srv/-a b\n"));
    }
}

#[test]
fn engines_say_how_a_task_ended_in_their_own_words() {
    let words = [
        ("Succeeded", "succeeded", "succeeded"),
        ("Completed", "succeeded", "succeeded"),
        ("Failed", "failed", "failed"),
        ("None", "skipped", "cancelled"),
        ("skipped", "skipped", "succeeded"),
        ("cancelled", "cancelled", "cancelled"),
    ];
    for shell in [Shell::Bash, Shell::Sh] {
        let mut plan = plan();
        let other = earlier(&mut plan, "other", Ty::Int);
        let script = ScriptOf::default()
            .text("echo ")
            .word("status", of(ExprKind::Status(other), kind()))
            .text(" ")
            .word("outcome", of(ExprKind::Outcome, kind()));
        let rendered = first_step(&mut plan, task(shell, script.done()));
        for shell in shells(&rendered) {
            for (word, status, outcome) in words {
                let engine = Engine { status: word.to_owned(), ..Engine::new() };
                assert_eq!(engine.run(shell, &rendered).good().text(), format!("{status} {outcome}\n"));
            }
            let ran = Engine { status: "Odd".to_owned(), ..Engine::new() }.run(shell, &rendered);
            assert_eq!(
                (ran.code, ran.err.as_str()),
                (2, "pipec: task build: other_status is not the status of a task: 'Odd'\n")
            );
        }
    }
}
