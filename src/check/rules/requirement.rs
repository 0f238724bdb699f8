//! P0401, in words: what is missing, who makes it, and the edit that puts it first.

use crate::check::program::{ArtifactId, Call, Program, TaskDef, Type};
use crate::diag::code::Code;
use crate::diag::{Diagnostic, Edit, Label};
use crate::source::Span;

use super::graph::{BlockKind, NodeId};
use super::made::{Demand, Maker, task_of};
use super::order::Order;

/// A call makes something, and nothing before it makes what that requires.
pub(super) fn not_made(order: &Order<'_, '_>, node: NodeId, demands: &[&Demand], missing: &[ArtifactId]) -> Diagnostic {
    let call = order.graph.call(node).expect("a gate makes nothing");
    let program = order.program;
    let (head, count) = heads(program, demands);
    let message = format!(
        "`{}` {head}, which {} {}, and nothing before it is sure to make {}",
        call.name,
        if count == 1 { "requires" } else { "require" },
        names(program, missing),
        if missing.len() == 1 { "it" } else { "them" },
    );
    let diagnostic = Diagnostic::new(Code::P0401, call.span, message);
    let mut report =
        Report { order, node, call, by_command: false, wait_for: Vec::new(), helps: Vec::new(), diagnostic };
    demands.iter().for_each(|demand| report.demand(demand, missing));
    missing.iter().for_each(|one| report.explain(*one));
    report.finish()
}

/// What is made and run that requires something, in words, and how much that is.
fn heads(program: &Program, demands: &[&Demand]) -> (String, usize) {
    let mut made: Vec<_> = demands.iter().filter_map(|demand| demand.artifact).collect();
    made.dedup();
    let mut run: Vec<String> =
        demands.iter().filter(|demand| demand.artifact.is_none()).map(|one| one.by.run()).collect();
    run.dedup();
    let mut heads = Vec::new();
    if !made.is_empty() {
        heads.push(format!("makes {}", names(program, &made)));
    }
    if !run.is_empty() {
        heads.push(format!("runs {}", run.join(" and ")));
    }
    (heads.join(" and "), made.len() + run.len())
}

struct Report<'r, 'o, 'p> {
    order: &'r Order<'o, 'p>,
    node: NodeId,
    call: &'p Call,
    diagnostic: Diagnostic,
    /// A command of its script is what makes something.
    by_command: bool,
    /// The calls that only have to come first.
    wait_for: Vec<&'p str>,
    helps: Vec<String>,
}

impl<'r> Report<'r, '_, '_> {
    fn label(&mut self, span: Span, text: String) {
        self.diagnostic.labels.push(Label { span, text });
    }

    /// Why the call is said to make something, and what that requires.
    fn demand(&mut self, demand: &Demand, missing: &[ArtifactId]) {
        let program = self.order.program;
        let required: Vec<_> = demand.missing.iter().copied().filter(|one| missing.contains(one)).collect();
        let Some(made) = demand.artifact else {
            return self.run(demand, &names(program, &required));
        };
        let artifact = &program.artifacts[made.index()];
        let name = &artifact.name;
        let outputs = &task_of(program, self.call).outputs;
        let is_output = outputs.iter().any(|output| output.ty == Type::Artifact(made));
        let head = match &demand.by {
            // What is called is declared to make it, which says more than how it does.
            Maker::Output => format!("makes `{name}`"),
            Maker::Command { .. } if is_output => format!("makes `{name}`"),
            Maker::Command { words, written, declared } => {
                self.by_command = true;
                self.label(*written, format!("this makes `{name}`"));
                self.label(*declared, format!("`{words}` makes `{name}`"));
                format!("its script runs `{words}`")
            }
        };
        let primary = &mut self.diagnostic.labels[0].text;
        if primary.is_empty() {
            *primary = head;
        }
        self.label(artifact.span, format!("`{name}` requires {}", names(program, &required)));
    }

    /// The command itself requires something.
    fn run(&mut self, demand: &Demand, required: &str) {
        if let Maker::Command { words, written, declared } = &demand.by {
            self.by_command = true;
            self.label(*written, format!("this requires {required}"));
            self.label(*declared, format!("`{words}` requires {required}"));
            let primary = &mut self.diagnostic.labels[0].text;
            if primary.is_empty() {
                *primary = format!("its script runs `{words}`");
            }
        }
    }

    /// Who makes one missing artifact, and why that does not count.
    fn explain(&mut self, missing: ArtifactId) {
        let (order, me) = (self.order, &self.call.name);
        let name = &order.program.artifacts[missing.index()].name;
        let makers = (0..order.graph.nodes.len()).filter(|other| *other != self.node && order.makes(*other, missing));
        let makers = makers.take(MAKERS).filter_map(|other| Some((order.graph.call(other)?, self.position(other))));
        let Some((maker, position)) = makers.min_by_key(|(_, position)| position.rank()) else {
            return self.elsewhere(missing);
        };
        let other = &maker.name;
        let (help, label) = match position {
            Position::Usable if maker.local.is_some() => {
                self.wait_for.push(&maker.name);
                self.label(maker.span, format!("`{other}` makes `{name}`, but nothing says that it comes first"));
                return;
            }
            Position::Usable => (
                format!("give the call that makes `{name}` a name, and wait for it with `after`"),
                format!("this call makes `{name}`, but nothing says that it comes first"),
            ),
            Position::Maybe(block) => {
                let (span, why) = condition(block);
                self.label(span, format!("`{other}` runs only where {why}"));
                (
                    format!("put `{me}` under the condition of `{other}`, or make `{name}` in every run"),
                    format!("`{other}` makes `{name}`, but not in every run"),
                )
            }
            Position::Later => (
                format!("make `{name}` first: `{other}` must not wait for `{me}`"),
                format!("`{other}` makes `{name}`, but waits for `{me}`"),
            ),
            Position::Finally => (
                format!("make `{name}` before: `finally` runs last"),
                format!("`{other}` makes `{name}`, but in `finally`"),
            ),
            Position::Body => (
                format!("make `{name}` in `finally` too, or `{me}` in the body"),
                format!("`{other}` makes `{name}`, but `finally` also runs when that failed"),
            ),
        };
        self.helps.push(help);
        self.label(maker.span, label);
    }

    fn position(&self, maker: NodeId) -> Position<'r> {
        let Self { order, node, .. } = self;
        if order.graph.nodes[maker].in_finally && !order.graph.nodes[*node].in_finally {
            return Position::Finally;
        }
        if order.graph.nodes[*node].in_finally && !order.graph.nodes[maker].in_finally {
            return Position::Body;
        }
        if order.waits_for(maker, *node) {
            return Position::Later;
        }
        order.not_sure(maker, *node).map_or(Position::Usable, Position::Maybe)
    }

    /// Nothing in the pipeline makes it; something that is not called may.
    fn elsewhere(&mut self, missing: ArtifactId) {
        let program = self.order.program;
        let name = &program.artifacts[missing.index()].name;
        let makes = |task: &&TaskDef| task.outputs.iter().any(|output| output.ty == Type::Artifact(missing));
        let makers = program.commands.iter().filter(|command| command.makes.contains(&missing));
        // What makes little else is the nearest to a mend.
        let command = makers.min_by_key(|command| (command.makes.len(), command.words.len()));
        if let Some(task) = program.tasks.iter().find(makes) {
            let run = command.filter(|_| self.by_command).map(|command| command.words.join(" "));
            let run = run.map(|words| format!("run `{words}` before it in the script, or ")).unwrap_or_default();
            self.helps.push(format!("{run}call `{}` first, which makes `{name}`", task.name));
            self.label(task.span, format!("`{}` makes `{name}`, and is not called", task.name));
        } else if let Some(command) = command {
            self.helps.push(format!("run `{}` first, which makes `{name}`", command.words.join(" ")));
            self.label(command.span, format!("this command makes `{name}`, and is not run"));
        } else {
            self.helps.push(format!(
                "nothing in this program makes `{name}`: write a task with such an output, or say which command does \
                 with `command \"…\" makes {name}`"
            ));
        }
    }

    /// Adds the help, and the edit that makes the call wait.
    fn finish(mut self) -> Diagnostic {
        self.wait_for.dedup();
        let names = self.wait_for.join(", ");
        if !names.is_empty() {
            self.helps.insert(0, format!("write `after {names}`, so that what is required is there first"));
            let edit = match self.call.after.last() {
                Some(last) => Edit { span: last.span.after(), text: format!(", {names}") },
                None => Edit { span: self.call.end, text: format!(" after {names}") },
            };
            self.diagnostic =
                self.diagnostic.fix_all(format!("wait for `{}`", self.wait_for.join("` and `")), vec![edit]);
        }
        self.helps.dedup();
        self.diagnostic.help(self.helps.join("; "))
    }
}

/// How many makers are looked at to explain; each costs a walk through the graph.
const MAKERS: usize = 20;

fn condition(block: BlockKind<'_>) -> (Span, &'static str) {
    match block {
        BlockKind::When(when, true) => (when.cond.span, "this holds"),
        BlockKind::When(when, false) => (when.cond.span, "this does not hold"),
        BlockKind::For(each) => (each.vars.first().map_or(each.span, |(_, list)| list.span), "this list has elements"),
        BlockKind::Plain => unreachable!("a plain block runs in every run"),
    }
}

/// Where a maker stands, seen from who needs it.
enum Position<'o> {
    Usable,
    /// In a block that may be left out.
    Maybe(BlockKind<'o>),
    Later,
    Finally,
    /// It may have failed when `finally` runs.
    Body,
}

impl Position<'_> {
    /// The smaller, the nearer to a mend.
    fn rank(&self) -> u8 {
        match self {
            Self::Usable => 0,
            Self::Maybe(_) => 1,
            Self::Later => 2,
            Self::Body => 3,
            Self::Finally => 4,
        }
    }
}

pub(super) fn names(program: &Program, artifacts: &[ArtifactId]) -> String {
    let names: Vec<_> = artifacts.iter().map(|id| format!("`{}`", program.artifacts[id.index()].name)).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
