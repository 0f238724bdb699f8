//! Programs, and what is emitted for them.

use std::io;

use pipec::contract::RunSpec;
use pipec::emit::buildconfig::BuildConfig;
use pipec::emit::{Bundle, Target as _};
use pipec::plan::Plan;
use pipec::query::{Analysis, Request, View};
use pipec::source::Files;

/// One file.
#[derive(Debug)]
struct Only<'a>(&'a str);

impl Files for Only<'_> {
    fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        if path == "ci.pipe" { Ok(self.0.as_bytes().to_vec()) } else { Err(io::ErrorKind::NotFound.into()) }
    }
}

/// A program that was analysed, and its plan for some values.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) plan: Plan,
    analysis: Analysis,
}

impl Made {
    pub(super) fn new(text: &str, values: &[(&str, &str)]) -> Self {
        let files = Only(text);
        let mut analysis = Analysis::open(&files, "ci.pipe");
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let plan = analysis.plan(&files, &Request { values, ..Request::default() });
        let plan = plan.unwrap_or_else(|| panic!("no plan: {:#?}", said(&analysis)));
        Self { plan, analysis }
    }

    pub(super) fn bundle(&mut self) -> Bundle {
        let bundle = self.analysis.emit(&self.plan, &BuildConfig);
        let bundle = bundle.unwrap_or_else(|| panic!("gaps: {:#?}", said(&self.analysis)));
        let manifests = bundle.files.iter().filter(|file| file.path.ends_with(".yaml"));
        crate::verify::assert_clean(&manifests.map(|file| file.text.as_str()).collect::<Vec<_>>());
        bundle
    }

    pub(super) fn view(&self, view: View) -> String {
        self.analysis.view(&self.plan, view)
    }

    /// The codes and messages of what cannot be expressed.
    pub(super) fn gaps(&self) -> Vec<String> {
        let mut out = pipec::diag::Diagnostics::default();
        BuildConfig.gaps(&self.plan, &mut out);
        let said = |one: &pipec::diag::Diagnostic| {
            assert!(one.help.is_some() && !one.labels.is_empty() && !one.labels[0].text.is_empty(), "{one:?}");
            format!("{} {}", one.code.id(), one.message)
        };
        out.sorted().iter().map(said).collect()
    }
}

fn said(analysis: &Analysis) -> Vec<String> {
    analysis.diagnostics.iter().map(|one| format!("{} {}", one.code.id(), one.message)).collect()
}

pub(super) fn bundle(text: &str, values: &[(&str, &str)]) -> Bundle {
    Made::new(text, values).bundle()
}

pub(super) fn gaps(text: &str) -> Vec<String> {
    Made::new(text, &[]).gaps()
}

pub(super) fn text<'a>(bundle: &'a Bundle, path: &str) -> &'a str {
    let names: Vec<&str> = bundle.files.iter().map(|file| file.path.as_str()).collect();
    &bundle.files.iter().find(|file| file.path == path).unwrap_or_else(|| panic!("no {path} in {names:?}")).text
}

/// What the archives carry, in order.
pub(super) fn specs(bundle: &Bundle) -> Vec<RunSpec> {
    let segments = bundle.files.iter().filter(|file| file.path.starts_with("segments/"));
    segments.map(|file| serde_json::from_str(&file.text).expect("the contract")).collect()
}

/// Three classes, a condition, a workspace, secrets, and an end.
pub(crate) const RELEASE: &str = r#"
enum Kind { nightly, full }

pipeline release(
    /// What is built.
    kind: Kind = .nightly,
    token: secret,
) -> (commit: string) {
    workspace srv { size: 10Gi }
    target buildconfig { builder: "quay.io/x/tools:1", store: "s3://ci/handover", store_secret: "handover" }

    task compile -> (commit: string) {
        image: "quay.io/x/cosa:1"
        needs: { kvm: true, memory: 4Gi, cpu: 2 }
        timeout: 2h
        retries: 1
        retry_delay: 30s
        workdir: srv
        run: "make && git rev-parse HEAD > ~{out.commit}"
    }
    task check {
        image: "quay.io/x/cosa:1"
        needs: { privileged: true, memory: 1Gi }
        lock: "lab"
        workdir: srv
        run: "make check"
    } after compile
    when kind == .full {
        task push {
            image: "quay.io/x/push:1"
            env: { TOKEN: token }
            run: "./push ~{compile.commit}"
        } after check
    }
    finally {
        task tell {
            image: "quay.io/x/tell:1"
            env: { OUTCOME: text(outcome), HOW: text(compile.status) }
            run: "echo \"$OUTCOME $HOW\""
        }
    }
    return (commit: compile.commit)
}
"#;
