//! The script of `wharf`, run with tools that note their arguments; and what happens when one of them goes wrong.

use std::process::Command;

use super::bench::{Bench, finish};
use super::programs::{emitted, script_of};

const ARGS: [&str; 4] = ["-j", "4", "--cluster", "secret"];

fn shop() -> Bench {
    Bench::new(&emitted("examples/wharf.pipe", "shell", &[]).files[0].text)
}

/// A shop whose tests do something first.
fn with_tests_that(code: &str) -> Bench {
    let bench = shop();
    bench.write("do.go", code);
    bench
}

#[test]
fn a_shop_is_built_tested_and_deployed() {
    let bench = shop();
    let ended = bench.succeed(&ARGS);
    let digest = format!("sha256:{:064}", 7);
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let image = format!("--destination=registry.example.com/shop/api:{commit}");
    assert!(bench.calls_of("executor").iter().any(|call| call.contains(&image)), "{:#?}", bench.calls());
    assert_eq!(bench.calls_of("go").len(), 3);
    assert!(bench.calls().contains(&"git\tcheckout\t--quiet\tmain".to_owned()));
    let upgrade = &bench.calls_of("helm upgrade")[0];
    assert!(upgrade.contains("--namespace=shop-dev\t--set=replicas=2"), "{upgrade}");
    assert!(
        upgrade.contains(&format!("--set=api.digest={digest}\t--set=site.digest={digest}\tshop\tchart")),
        "{upgrade}"
    );
    for (first, second) in
        [("git rev-parse", "executor"), ("executor", "go"), ("go", "helm"), ("trivy", "helm"), ("helm", "curl")]
    {
        assert!(bench.first(first) < bench.first(second));
    }
    assert!(ended.out.contains("shop dev main: succeeded"), "{}", ended.out);
    bench.nothing_is_left();
}

#[test]
fn a_text_is_one_word_whatever_it_holds() {
    let bench = shop();
    let odd = "it's; touch $TOOLS/oops \"$(touch $TOOLS/oops)\" `id` * \\";
    bench.succeed(&[&ARGS[..], &["--revision", odd, "--chart-values", odd, "--chart-values", "a b"]].concat());
    let word = |text: &str| bench_quoted(text);
    assert!(bench.calls().contains(&format!("git\tcheckout\t--quiet\t{}", word(odd))), "{:#?}", bench.calls());
    let upgrade = &bench.calls_of("helm upgrade")[0];
    let ends = format!("\t{}\t--set=a\\ b\tshop\tchart", word(&format!("--set={odd}")));
    assert!(upgrade.ends_with(&ends), "{upgrade}\n{ends}");
    assert!(!bench.path("oops").exists());
}

/// A text as `printf %q` of bash shows it.
fn bench_quoted(text: &str) -> String {
    let done = Command::new("bash").args(["-c", "printf %q \"$1\"", "-", text]).output().unwrap();
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn a_failed_test_stops_what_comes_after() {
    let bench = with_tests_that("case \"$*\" in *contract*) exit 3 ;; esac\n");
    let ended = bench.run(&ARGS);
    assert_eq!(ended.code, Some(3), "{}\n{}", ended.out, ended.err);
    assert_eq!(bench.status("check_contract"), "failed");
    assert_eq!(bench.result()["outcome"], "failed");
    assert!(bench.calls_of("helm").is_empty() && bench.calls_of("curl").is_empty());
    assert!(ended.out.contains("shop dev main: failed"), "{}", ended.out);
    bench.nothing_is_left();
}

#[test]
fn a_tool_that_is_killed_fails_its_task() {
    let bench = shop();
    bench.write("do.trivy", "kill -KILL $$\n");
    let ended = bench.run(&ARGS);
    assert_eq!(ended.code, Some(137), "{}\n{}", ended.out, ended.err);
    assert_eq!(bench.status("scan"), "failed");
    assert!(bench.calls_of("helm").is_empty());
    assert!(ended.out.contains("shop dev main: failed"), "{}", ended.out);
    bench.nothing_is_left();
}

#[test]
fn a_flaky_tool_is_tried_again() {
    let bench = shop();
    bench.write("do.curl", "[[ -e $TOOLS/again ]] || { touch \"$TOOLS/again\"; exit 7; }\n");
    bench.succeed(&ARGS);
    assert_eq!(bench.calls_of("curl").len(), 2);
}

#[test]
fn a_test_that_hangs_is_out_of_time() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/wharf.pipe")).unwrap();
    assert!(text.contains("timeout: 15min"));
    let bench = Bench::new(&script_of(&text.replace("timeout: 15min", "timeout: 1s"), &[]));
    bench.write("do.go", "case \"$*\" in *browser*) sleep 300 ;; esac\n");
    let ended = bench.run(&ARGS);
    assert_eq!(ended.code, Some(124), "{}\n{}", ended.out, ended.err);
    assert_eq!(bench.status("check_browser"), "failed");
    assert_eq!(bench.status("check_unit"), "succeeded");
    assert!(bench.calls_of("helm").is_empty());
    assert!(ended.out.contains("shop dev main: failed"), "{}", ended.out);
    bench.nothing_is_left();
}

#[test]
fn a_signal_ends_the_run_and_finally_still_runs() {
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let bench = with_tests_that("touch \"$TOOLS/busy\"; sleep 300\n");
        let child = bench.start(&ARGS);
        bench.wait_for("busy");
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let ended = finish(child);
        assert_eq!(ended.code, Some(code), "{}\n{}", ended.out, ended.err);
        assert_eq!(bench.result()["outcome"], "cancelled");
        assert!(bench.calls_of("helm").is_empty());
        assert!(ended.out.contains("shop dev main: cancelled"), "{}", ended.out);
        bench.nothing_is_left();
    }
}

#[test]
fn what_a_run_needs_is_said_before_it_begins() {
    let bench = shop();
    let ended = bench.run(&["--environment", "prod", "--replicas", "1", "--cluster", "secret"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("production runs at least two replicas"), "{}", ended.err);
    let ended = bench.run(&[]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.err.contains("a deployment needs the `cluster` secret"), "{}", ended.err);
    assert_eq!(bench.calls(), Vec::<String>::new());
}
