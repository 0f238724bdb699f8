//! Plans made by hand.

use std::sync::Arc;

use pipec::plan::{
    EnumTy, Env, Expr, ExprKind, Needs, OnFailure, Op, Output, Param, ParamId, Phase, PipelineOutput, Plan, Quoting,
    Script, ScriptPart, Slot, Step, Task, TaskId, Ty, Value, Verdict, Why, Workspace, WorkspaceId,
};
use pipec::source::{Sources, Span};

/// A plan and the text that its spans point into: line n for the n-th thing.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) plan: Plan,
    pub(super) sources: Sources,
    file: pipec::source::FileId,
    lines: u32,
}

impl Made {
    pub(super) fn new(name: &str) -> Self {
        let mut sources = Sources::default();
        let file = sources.add("ci.pipe", "..\n".repeat(200));
        let mut plan = Plan::empty(name, Span::new(file, 0, 1));
        plan.source = "ci.pipe".to_owned();
        Self { plan, sources, file, lines: 0 }
    }

    /// The next line.
    pub(super) fn span(&mut self) -> Span {
        self.lines += 1;
        Span::new(self.file, self.lines * 3, self.lines * 3 + 1)
    }

    pub(super) fn param(&mut self, name: &str, ty: Ty, default: Option<Value>) -> Expr {
        let span = self.span();
        self.plan.params.push(Param { name: name.to_owned(), doc: String::new(), ty, default, span });
        let id = ParamId(u32::try_from(self.plan.params.len()).expect("few") - 1);
        Expr::param(&self.plan, id)
    }

    pub(super) fn workspace(&mut self, name: &str, size: Option<i64>) -> WorkspaceId {
        let span = self.span();
        self.plan.workspaces.push(Workspace { name: name.to_owned(), doc: String::new(), size, param: None, span });
        WorkspaceId(u32::try_from(self.plan.workspaces.len()).expect("few") - 1)
    }

    /// A task with one script, its slots in order as words behind it.
    pub(super) fn task(&mut self, name: &str, run: &str, values: Vec<(&str, Expr)>) -> Task {
        let span = self.span();
        let mut task = Task::new(name, span);
        task.steps = vec![Step::new("run", "quay.io/x/y:1", script(run, values, span))];
        task
    }

    pub(super) fn add(&mut self, task: Task) -> TaskId {
        self.plan.add_task(task)
    }

    pub(super) fn after(&mut self, from: TaskId, to: TaskId) {
        let span = self.span();
        self.plan.add_edge(from, to, Why::After(span));
    }

    /// The output, and the edge that reading it makes.
    pub(super) fn read(&mut self, from: TaskId, output: u32, to: TaskId) {
        let span = self.span();
        self.plan.add_edge(from, to, Why::Output(output, span));
    }

    pub(super) fn returns(&mut self, name: &str, value: Expr) {
        let span = self.span();
        self.plan.outputs.push(PipelineOutput { name: name.to_owned(), doc: String::new(), value, span });
    }

    pub(super) fn options(&mut self, fields: &[(&str, Value)]) {
        let span = self.span();
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.plan.options.push(("tekton".to_owned(), Value::Record(fields), span));
    }
}

pub(super) fn script(run: &str, values: Vec<(&str, Expr)>, span: Span) -> Script {
    let mut script = Script::text(run, span);
    for (at, (hint, value)) in values.into_iter().enumerate() {
        script.parts.push(ScriptPart::Text(" ".to_owned()));
        script.parts.push(ScriptPart::Slot(u32::try_from(at).expect("few"), Quoting::Word));
        script.slots.push(Slot { hint: hint.to_owned(), value, span });
    }
    script
}

pub(super) fn output(name: &str, ty: Ty, span: Span) -> Output {
    Output { name: name.to_owned(), doc: String::new(), ty, place: None, span }
}

pub(super) fn env(name: &str, value: Expr, span: Span) -> Env {
    Env { name: name.to_owned(), value, is_unset: false, span }
}

pub(super) fn not(expr: Expr) -> Expr {
    Expr::new(ExprKind::Not(Box::new(expr)), Ty::Bool)
}

pub(super) fn binary(op: Op, a: Expr, b: Expr) -> Expr {
    Expr::new(ExprKind::Binary(op, Box::new(a), Box::new(b)), Ty::Bool)
}

pub(super) fn case(ty: &Ty, case: &str) -> Expr {
    Expr::known(Value::Case(case.to_owned()), ty.clone())
}

pub(super) fn kind() -> Ty {
    let cases = ["production", "development", "mechanical"].map(str::to_owned).to_vec();
    Ty::Enum(Arc::new(EnumTy { name: "Kind".to_owned(), cases }))
}

fn enum_of(name: &str, cases: &[&str]) -> Ty {
    Ty::Enum(Arc::new(EnumTy { name: name.to_owned(), cases: cases.iter().map(|case| (*case).to_owned()).collect() }))
}

pub(super) fn status(task: TaskId) -> Expr {
    Expr::new(ExprKind::Status(task), enum_of("Status", &["succeeded", "failed", "skipped", "cancelled"]))
}

pub(super) fn outcome() -> Expr {
    Expr::new(ExprKind::Outcome, enum_of("Outcome", &["succeeded", "failed", "cancelled"]))
}

pub(super) fn optional(ty: Ty) -> Ty {
    Ty::Optional(Box::new(ty))
}

/// A build of an operating system: KVM, a volume, a secret, a list, a task that may be left out, a `finally`.
pub(super) fn fcos() -> Made {
    let mut made = Made::new("fcos");
    "Build, test and, if asked, upload one stream.".clone_into(&mut made.plan.doc);
    made.plan.bound.push(("version".to_owned(), Value::Text("42.1 beta".to_owned())));
    let stream = made.param("stream", Ty::String, Some(Value::Text("testing-devel".to_owned())));
    let kind = made.param("kind", kind(), Some(Value::Case("development".to_owned())));
    let upload = made.param("upload", Ty::Bool, Some(Value::Bool(false)));
    let clouds =
        made.param("clouds", Ty::List(Box::new(Ty::String)), Some(Value::List(vec![Value::Text("aws".to_owned())])));
    let secret = made.param("aws", optional(Ty::Secret), Some(Value::None));
    let url = made.param("url", Ty::String, None);
    let srv = made.workspace("srv", Some(60 << 30));

    let mut init = made.task("init", "cosa init", vec![("url", url), ("stream", stream.clone())]);
    let root = ExprKind::Place { workspace: srv, path: Box::new(Expr::string("")) };
    init.steps[0].workdir = Some(Box::new(Expr::new(root, Ty::Path)));
    init.workspaces = vec![srv];
    init.timeout = Some(1_800_000);
    let init = made.add(init);

    let strict = binary(Op::Unequal, kind.clone(), case(&kind.ty, "mechanical"));
    let flag = Expr::new(ExprKind::Flag("--strict".to_owned(), Box::new(strict)), Ty::List(Box::new(Ty::String)));
    let mut build = made.task(
        "build_base",
        "cosa build",
        vec![("strict", flag), ("out_build_id", Expr::new(ExprKind::Out(0), Ty::Path))],
    );
    build.outputs = vec![output("build_id", Ty::String, build.span)];
    let qemu = Expr::string("builds/latest/qemu");
    build.outputs.push(Output { place: Some((srv, qemu)), ..output("qemu", Ty::Artifact("Qemu".into()), build.span) });
    build.workspaces = vec![srv];
    build.needs =
        Needs { kvm: true, cpu: Some(4000), memory: Some(10752 << 20), disk: Some(50 << 30), ..Needs::default() };
    build.timeout = Some(18_000_000);
    build.doc = "Build the OSTree commit.".to_owned();
    let build = made.add(build);
    made.after(init, build);

    let image = Expr::output(&made.plan, build, 1);
    let mut kola = made.task("kola", "kola run", vec![("image", image), ("clouds", clouds)]);
    kola.workspaces = vec![srv];
    kola.needs = Needs { kvm: true, arch: Some("aarch64".to_owned()), ..Needs::default() };
    kola.retries = 1;
    kola.timeout = Some(7_200_000);
    kola.on_exit = vec![(77, Verdict::Warn)];
    let kola = made.add(kola);
    made.after(init, kola);
    made.read(build, 1, kola);

    let id = Expr::output(&made.plan, build, 0);
    let mut up = made.task("upload", "cosa upload", vec![("build_id", id.clone())]);
    up.condition = Some(upload);
    up.steps[0].env = vec![env("AWS_CONFIG_FILE", Expr::new(secret.kind.clone(), Ty::Secret), up.span)];
    up.timeout = Some(3_600_000);
    let up = made.add(up);
    made.read(build, 0, up);
    made.after(kola, up);
    made.after(build, up);

    let mut notify = made.task("notify", "echo \"fcos: $OUTCOME\"", vec![("stream", stream)]);
    notify.phase = Phase::Finally;
    notify.steps[0].env = vec![env("OUTCOME", outcome(), notify.span)];
    notify.timeout = Some(300_000);
    made.add(notify);
    made.returns("build_id", id);
    made
}

/// Every way in which a condition is kept, with locks, several steps and a task that may fail.
pub(super) fn conditions() -> Made {
    let mut made = Made::new("conditions");
    let fast = made.param("fast", Ty::Bool, Some(Value::Bool(false)));
    let kind = made.param("kind", kind(), None);
    let count = made.param("count", Ty::Int, Some(Value::Int(3)));
    let name = made.param("name", optional(Ty::String), Some(Value::None));

    // Read by all: it has to run though it is skipped.
    let mut probe = made.task("probe", "probe >", vec![("out", Expr::new(ExprKind::Out(0), Ty::Path))]);
    probe.outputs = vec![output("", Ty::String, probe.span)];
    probe.condition = Some(not(fast.clone()));
    let probe = made.add(probe);

    // Left out together.
    let production = binary(Op::Equal, kind.clone(), case(&kind.ty, "production"));
    let mut sign = made.task("sign", "sign", vec![("out", Expr::new(ExprKind::Out(0), Ty::Path))]);
    sign.outputs = vec![output("key", Ty::String, sign.span)];
    sign.condition = Some(production.clone());
    let sign = made.add(sign);
    let key = Expr::output(&made.plan, sign, 0);
    let mut check = made.task("check_params", "check", vec![("key", key)]);
    check.condition = Some(binary(Op::And, production, Expr::new(ExprKind::IsNone(Box::new(name)), Ty::Bool)));
    let check = made.add(check);
    made.read(sign, 0, check);

    // Nothing that `when` can say.
    let many = binary(Op::Greater, count, Expr::known(Value::Int(2), Ty::Int));
    let either = binary(Op::Or, many, fast.clone());
    let mut test = made.task("test", "test", vec![]);
    test.condition = Some(either.clone());
    test.lock = Some("lab".to_owned());
    let second = Step::new("report_it", "quay.io/x/z:1", script("report", vec![("fast", fast)], test.span));
    test.steps.push(second);
    test.needs = Needs { memory: Some(1 << 30), privileged: true, ..Needs::default() };
    made.add(test);
    let found = Expr::new(ExprKind::Result(probe, 0), optional(Ty::String));
    let mut deploy = made.task("deploy", "deploy", vec![("found", found)]);
    deploy.condition = Some(either);
    deploy.lock = Some("lab".to_owned());
    deploy.on_failure = OnFailure::GoOn;
    let deploy = made.add(deploy);
    made.read(probe, 0, deploy);

    let mut tell = made.task("tell", "tell", vec![("how", status(deploy))]);
    tell.phase = Phase::Finally;
    let failed = binary(Op::Unequal, outcome(), case(&outcome().ty, "succeeded"));
    tell.condition = Some(failed);
    made.add(tell);
    made
}
