//! Programs that are right: generated ones, and all that lie in this repository.

use std::fmt::Write as _;

use pipec::diag::code::CODES;
use proptest::prelude::*;

/// The choices that a program is made of; fewer and smaller ones make a smaller program.
#[derive(Clone, Debug)]
pub(super) struct Choices {
    items: Vec<usize>,
    body: Vec<Choice>,
    stages: Vec<Vec<Choice>>,
    last: bool,
    windows: bool,
    library: bool,
}

#[derive(Clone, Debug)]
enum Choice {
    One(usize),
    When(Vec<Choice>, Vec<Choice>),
    For(Vec<Choice>),
}

pub(super) fn choices() -> impl Strategy<Value = Choices> {
    let one = (0..ONES).prop_map(Choice::One);
    let some = one.prop_recursive(3, 12, 4, |inner| {
        let block = || prop::collection::vec(inner.clone(), 0..3);
        prop_oneof![
            4 => (0..ONES).prop_map(Choice::One),
            1 => (block(), block()).prop_map(|(then, otherwise)| Choice::When(then, otherwise)),
            1 => block().prop_map(Choice::For),
        ]
    });
    let body = prop::collection::vec(some, 0..9);
    let stages = prop::collection::vec(prop::collection::vec((0..ONES).prop_map(Choice::One), 0..4), 0..3);
    (prop::collection::vec(0..ITEMS.len(), 0..8), body, stages, any::<(bool, bool, bool)>()).prop_map(
        |(items, body, stages, (last, windows, library))| Choices { items, body, stages, last, windows, library },
    )
}

/// Items that every program has, since statements speak of them.
const BASE: &str = r#"//! A program of the tests.

/// What is built.
enum Kind { alpha, beta_two = "beta-two", gamma }

record Spot {
    name: string
    /// Below the bucket.
    prefix: string = ""
    kind: Kind = .alpha
}

type Tag = string matching "[a-z]+[0-9]*"

artifact Disk
artifact Table
artifact Iso requires Disk, Table
command "mkimage disk" makes Disk
command "mkimage table" makes Table
command "mkimage iso" makes Iso

const base: image = "quay.io/fedora/fedora:41"

fn half(n: int, by: int = 2) -> int = n / by

/// Clone the source.
task checkout(place: workspace, url: string, deep: bool = false, tag: Tag? = none) -> (commit: string, count: int) {
    require url != "" or tag == none, "a tag is one of a repository"
    image: base
    needs: { cpu: 2, memory: 512Mi * 2 }
    timeout: 15min
    workdir: place
    run: """
        git clone ~{flag("--deep", deep)} ~{url} .
        git rev-parse HEAD > ~{out.commit}
        ls | wc -l > ~{out.count}
        """
}

task disk(commit: string, size: size = 10Gi) -> Disk {
    image: base
    run: "mkimage disk --commit ~{commit} --size ~{size} --to ~{out}"
}

/// A task of a catalog.
extern task fetched(url: string, place: workspace, depth: int = 1) -> (commit: string) {
    hub: "git-clone"
    version: "0.9.0"
    params: { url: "URL" }
}

pipeline inner(word: string, times: int = 2) -> (said: string) {
    task first {
        image: base
        timeout: 5min
        run: "echo ~{word} ~{times}"
    }
    task second -> (said: string) {
        image: base
        run: "echo ~{word} > ~{out.said}"
    } after first
    return (said: second.said)
}
"#;

/// Items that may be there; `§` becomes a number.
const ITEMS: &[&str] = &[
    "enum Mode§ { fast, slow }",
    "enum Colour§ {\n    red\n    green = \"dark-green\"\n    blue\n}",
    "record Pair§ { left: int, right: [string] = [] }",
    "record Many§ {\n    a: {string: int}\n    b: Kind = .gamma\n    c: duration? = none\n}",
    "type Name§ = string",
    "type Ref§ = string matching \"[0-9a-f]{40}\"",
    "artifact Thing§",
    "const limit_§: duration = 1h30min + 90s",
    "const names_§: [string] = [\"a\", \"b\",\n    \"c\"]",
    "const spot_§: Spot = { name: \"here\", kind: .beta_two }",
    "const sizes_§: {string: size} = { small: 512Mi, \"large-one\": (1Gi + 2Gi) * 2 }",
    "fn memory_§(jobs: int) -> size = jobs * 1536Mi + 512Mi",
    "fn word_§(kind: Kind, loud: bool = false) -> string = match kind {\n    .alpha => \"a\"\n    .beta_two, .gamma => if loud then \"B\" else \"b\"\n}",
    "/// Says something.\ntask say_§(words: [string], to: string? = none) {\n    image: base\n    env: { TO: to ?? \"all\" }\n    run: \"echo ~{words} \\\"$TO\\\"\"\n}",
    "task steps_§() -> (ok: bool) {\n    image: base\n    on_exit: { 77: .warn }\n    step one { run: \"true\" }\n    step two {\n        image: \"quay.io/a/b:2\"\n        run: \"echo true > ~{out.ok}\"\n    }\n}",
    "task shell_§(n: int) {\n    image: \"docker.io/library/alpine:3.20\"\n    shell: \"sh\"\n    retries: 2\n    retry_delay: 10s\n    on_failure: .go_on\n    before: \"mkdir -p work\"\n    run: \"\"\"\n        for i in 1 2 3; do # three times\n            echo \"$i ~{n}\"\n        done\n        \"\"\"\n    cleanup: \"rm -rf work\"\n}",
    "use std.cosa as tools_§",
    "use std.cosa.{ Version as Version§, BuildId as Built§ }",
    "extern task scan_§(image: string, strict: bool = true) {\n    bundle: \"quay.io/example/tasks@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"\n    name: \"scan\"\n    timeout: 10min\n}",
    "extern task kept_§() -> (count: int) {\n    cluster: \"kept\"\n    namespace: \"ci\"\n    results: { count: \"COUNT\" }\n}",
    "test \"the parameters of §\" {\n    plan = main(jobs: 3, token: secret(\"t\"))\n    assert plan.params.jobs == 3 and not plan.params.force\n    assert len(plan.tasks) >= 0, \"never less\"\n}",
    "test \"the order of §\" {\n    plan = inner(\"a\")\n    assert plan.second after plan.first\n    assert plan.first.timeout! == 5min and not plan.second.skipped\n    for one in plan.first { assert one.retries == 0 }\n}",
    "/// What is refused.\ntest \"the refusals of §\" {\n    expect error \"P0201\" in { zq = nothing }\n    expect error \"requirement-broken\" in {\n        main(jobs: 100)\n    }\n}",
];

/// The kinds of plain statements.
const ONES: usize = 26;

impl Choices {
    pub(super) fn program(&self) -> String {
        let mut writer = Writer { text: String::new(), indent: 1, count: 0, bound: vec![Bound::default()], tests: 0 };
        if self.library {
            writer.text.push_str("use std.cosa\n\n");
        }
        writer.text.push_str(BASE);
        for (at, item) in self.items.iter().enumerate() {
            let _ = write!(writer.text, "\n{}\n", ITEMS[*item].replace('§', &at.to_string()));
        }
        writer.text.push_str(HEAD);
        writer.body(&self.body);
        for (at, stage) in self.stages.iter().enumerate() {
            writer.line(&format!("stage part_{at} {{"));
            writer.nested(stage, false);
            writer.line("}");
        }
        writer.text.push_str(if self.last { LAST } else { "" });
        writer.text.push_str("    return (word: stream, found: \"~{jobs}\")\n}\n");
        if self.windows { writer.text.replace('\n', "\r\n") } else { writer.text }
    }
}

const HEAD: &str = r#"
/// The pipeline of the tests.
pipeline main(
    stream: string = "testing",
    kind: Kind = .alpha,
    jobs: int = 4,
    const places: [string] = ["here", "there"],
    force: bool = false,
    upload: bool = false,
    token: secret? = none,
    note: string? = none,
) -> (word: string, found: string) {
    require not upload or token != none, "an upload needs a `token`"
    require jobs > 0 and jobs <= 64

    workspace srv { size: 20Gi }
    exclusive "main-~{stream}"
    defaults { timeout: 2h, env: { LANG: "C.UTF-8" } }
"#;

const LAST: &str = r#"    finally {
        // Always.
        task tell {
            image: base
            env: { OUTCOME: text(outcome), TOKEN: token }
            run: "echo \"~{stream}: $OUTCOME\""
        }
    }
"#;

/// What is in scope.
#[derive(Clone, Default)]
struct Bound {
    checkouts: Vec<String>,
    disks: Vec<String>,
    texts: Vec<String>,
    ints: Vec<String>,
}

struct Writer {
    text: String,
    indent: usize,
    count: usize,
    /// By open block.
    bound: Vec<Bound>,
    /// How many conditions prove that there is a `token`.
    tests: usize,
}

impl Writer {
    fn line(&mut self, text: &str) {
        for line in text.lines() {
            let blanks = if line.is_empty() { 0 } else { self.indent * 4 };
            let _ = writeln!(self.text, "{:blanks$}{line}", "");
        }
    }

    fn scope(&mut self) -> &mut Bound {
        self.bound.last_mut().expect("the body is open")
    }

    fn last(&self, of: fn(&Bound) -> &Vec<String>, or: &str) -> String {
        self.bound.last().and_then(|bound| of(bound).last()).map_or(or.to_owned(), Clone::clone)
    }

    fn body(&mut self, body: &[Choice]) {
        body.iter().for_each(|one| self.choice(one));
    }

    fn nested(&mut self, body: &[Choice], hidden: bool) {
        let copy = self.scope().clone();
        self.indent += 1;
        self.bound.push(copy);
        self.body(body);
        let inner = self.bound.pop();
        if let Some(inner) = inner.filter(|_| !hidden) {
            *self.scope() = inner;
        }
        self.indent -= 1;
    }

    fn choice(&mut self, one: &Choice) {
        self.count += 1;
        let n = self.count;
        match one {
            Choice::One(which) => self.one(*which, n),
            Choice::When(then, otherwise) => {
                let upload = n.is_multiple_of(2);
                self.line(if upload { "when upload {" } else { "when kind != .gamma and not force {" });
                self.tests += usize::from(upload);
                self.nested(then, true);
                self.tests -= usize::from(upload);
                self.line("} else {");
                self.nested(otherwise, true);
                self.line("}");
            }
            Choice::For(body) => {
                let two = n.is_multiple_of(2);
                let head = format!("for a{n} in places, b{n} in [1, 2] if b{n} < jobs {{");
                self.line(&if two { head } else { format!("for a{n} in [\"x\", \"y\"] {{") });
                self.nested(body, true);
                self.line("}");
            }
        }
    }

    fn one(&mut self, which: usize, n: usize) {
        let text = self.last(|bound| &bound.texts, "stream");
        let int = self.last(|bound| &bound.ints, "jobs");
        let checkout = self.last(|bound| &bound.checkouts, "");
        let disk = self.last(|bound| &bound.disks, "");
        match which {
            0 => {
                self.line(&format!("v{n} = \"~{{{text}}}-{n}\" // a name"));
                self.scope().texts.push(format!("v{n}"));
            }
            1 => {
                self.line(&format!("n{n} = ({int} + 1) * 2 - half({int})"));
                self.scope().ints.push(format!("n{n}"));
            }
            2 => self.line(&format!("s{n} = {int} * 512Mi + 1Gi")),
            3 => {
                self.line(&format!("k{n} = match kind {{\n    .alpha => \"a\"\n    .beta_two, .gamma => {text}\n}}"));
                self.scope().texts.push(format!("k{n}"));
            }
            4 => self.line(&format!("f{n} = if force and {int} > 2 or upload then \"yes\" else \"no\"")),
            5 | 6 => {
                let more = if which == 5 { "" } else { " { retries: 1, timeout: 30min }" };
                let url = "https://example.com/repo.git";
                self.line(&format!("c{n} = checkout(srv, url: \"{url}\", tag: \"v{n}\", deep: force){more}"));
                self.scope().checkouts.push(format!("c{n}"));
            }
            7 if !checkout.is_empty() => {
                self.line(&format!("d{n} = disk({checkout}.commit, size: 4Gi)"));
                self.scope().disks.push(format!("d{n}"));
            }
            8 => self.line(&format!(
                "task t{n} {{\n    image: base\n    run: \"\"\"\n        echo \"~{{{text}}}\" '$HOME'\n        if [ ~{{{int}}} -gt 2 ]; then\n            exit 3\n        fi\n        \"\"\"\n}}"
            )),
            9 => self.line(&format!(
                "/// Looks at it.\ntask l{n} -> (size: size, good: bool) {{\n    image: \"quay.io/a/b:{n}\"\n    needs: {{\n        cpu: 500m\n        memory: 1Gi\n    }}\n    env: {{ NAME: {text}, COUNT: {int} }}\n    workdir: srv / \"sub\"\n    run: \"stat . > ~{{out.size}}; echo true > ~{{out.good}}\"\n}}"
            )),
            10 => self.line(&format!(
                "task s{n} {{\n    image: base\n    lock: \"lock-~{{{text}}}\"\n    step first {{ run: \"true\" }}\n    step second {{\n        env: {{ N: {int} }}\n        run: \"echo $N\"\n    }}\n}}"
            )),
            11 => self.line(&format!("o{n} = note ?? \"none-~{{{int}}}\"")),
            12 => self.line(&format!(
                "x{n} = when force {{ checkout(srv, url: \"https://example.com/x\") }} else {{ checkout(srv, \"https://example.com/y\") }}"
            )),
            13 if !checkout.is_empty() => self.line(&format!(
                "task a{n} {{ image: base, run: \"echo ~{{{checkout}.count}}\" }} after {checkout}"
            )),
            14 => self.line(&format!(
                "p{n} = [\"a\", {text},\n    \"c\"]\nq{n} = len(p{n}) + {int}"
            )),
            15 if !disk.is_empty() => self.line(&format!(
                "task i{n} -> Table {{\n    image: base\n    workdir: {disk}.workspace\n    run: \"mkimage table --from ~{{{disk}}} --to ~{{out}}\"\n}}\ntask j{n} -> Iso {{\n    image: base\n    run: \"mkimage iso ~{{i{n}}} ~{{{disk}}} > ~{{out}}\"\n}}"
            )),
            16 => self.line(&format!("b{n} = .beta_two == kind or kind in [.alpha, .gamma]")),
            17 => self.line(&format!("h{n} = join(places, \", \")")),
            18 => self.line(&format!(
                "task e{n} {{\n    image: base\n    files: {{ \"etc/token\": token, \"etc/name\": {text} }}\n    on_exit: {{ 3: .warn, 4: .ok }}\n    run: \"\"\"\n        cat <<END\n        ~{{{text}}}\n        END\n        \"\"\"\n}}"
            )),
            19 if self.tests > 0 => self.line(&format!(
                "task u{n} {{\n    image: base\n    env: {{ TOKEN: token! }}\n    run: \"curl -H \\\"$TOKEN\\\" ~{{{text}}}\"\n}}"
            )),
            22 => self.line(&format!("r{n} = inner({text}, times: {int})")),
            23 if !checkout.is_empty() => self.line(&format!("y{n} = inner(\"a-{n}\") after {checkout}")),
            24 => self.line(&format!(
                "task d{n} {{\n    image: base\n    service db {{\n        image: \"docker.io/library/postgres:16\"\n        env: {{ POSTGRES_DB: {text} }}\n        port: 5432\n        ready: \"pg_isready\"\n    }}\n    service queue {{ image: \"docker.io/library/redis:7\", port: 6379, args: [\"--save\", \"\"] }}\n    run: \"make ~{{{text}}}\"\n}}"
            )),
            25 => {
                self.line(&format!("g{n} = fetched(\"https://example.com/~{{{text}}}\", srv, depth: {int}) {{ timeout: 10min }}"));
            }
            20 => self.line(&format!("w{n} = text({int}) == \"4\" or not force")),
            _ => self.line(&format!("// nothing\nz{n} = half(\n    {int},\n    by: 3,\n)")),
        }
    }
}

/// The programs of the repository: examples, the library, the right programs of the pages.
pub(super) fn real() -> Vec<String> {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut found = Vec::new();
    for folder in ["examples", "stdlib"] {
        let entries = std::fs::read_dir(format!("{root}/{folder}")).expect("the folder is there");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("it is read").path()).collect();
        paths.sort();
        let files = paths.iter().filter(|path| path.extension().is_some_and(|one| one == "pipe"));
        found.extend(files.map(|path| std::fs::read_to_string(path).expect("it is read")));
    }
    for code in CODES {
        let Some((_, accepted)) = code.page().split_once("## Accepted") else { continue };
        // Those that need another file are left out.
        let blocks = accepted.split("```pipe\n").skip(1).filter_map(|block| Some(block.split_once("\n```")?.0));
        found.extend(blocks.map(|block| format!("{block}\n")));
    }
    found
}
