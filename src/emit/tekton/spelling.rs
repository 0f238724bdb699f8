//! How parameters, workspaces and results are called outside: by the program's names, in a spelling of one's own, or by
//! exact names that are given for some of them.

use rustc_hash::FxHashMap;

use super::chains::{self, Added};
use super::of_run;
use super::shape::{Shape, Spelling};
use crate::plan::{Plan, TaskId};

/// What is called otherwise than in the program.
#[derive(Default, Debug)]
pub(super) struct Outside {
    spelling: Spelling,
    params: FxHashMap<String, String>,
    /// What the engine knows of a run: parameters that the pipeline does not have, and the variable of each.
    of_run: FxHashMap<String, String>,
    workspaces: FxHashMap<String, String>,
    /// By task and output.
    results: FxHashMap<(TaskId, usize), String>,
    /// Of the pipeline, by output.
    returned: FxHashMap<usize, String>,
    /// Results that the pipeline has beside its own.
    added: Vec<Added>,
}

/// What a key of `renames`, or a half of a hint, speaks of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Named {
    Param(usize),
    Workspace(usize),
    /// A task and one of its outputs.
    Result(TaskId, usize),
    /// An output of the pipeline.
    Returned(usize),
}

impl Outside {
    pub(super) fn of(plan: &Plan, shape: &Shape) -> Self {
        let of_run = of_run::variables(plan, shape);
        let mut outside = Self { spelling: shape.spelling, of_run, ..Self::default() };
        let of_workspaces = shape.of_workspaces.unwrap_or(shape.spelling);
        let of_results = shape.of_results.unwrap_or(shape.spelling);
        if [shape.spelling, of_workspaces, of_results].iter().any(|spelling| *spelling != Spelling::AsWritten) {
            outside.spell(plan, of_workspaces, of_results);
        }
        for (key, name) in &shape.renames {
            named(plan, key).into_iter().for_each(|what| outside.call(plan, what, name));
        }
        outside.added = chains::call(plan, shape, &mut outside);
        outside
    }

    fn spell(&mut self, plan: &Plan, of_workspaces: Spelling, of_results: Spelling) {
        let of_params = self.spelling;
        let spelt = |spelling, name: &str| (name.to_owned(), spell(spelling, name));
        self.params = plan.params.iter().map(|param| spelt(of_params, &param.name)).collect();
        self.workspaces = plan.workspaces.iter().map(|workspace| spelt(of_workspaces, &workspace.name)).collect();
        let outputs = plan.outputs.iter().enumerate();
        self.returned = outputs.map(|(at, output)| (at, spell(of_results, result(&output.name)))).collect();
        for (id, task) in plan.tasks().filter(|(_, task)| task.source.is_none()) {
            let outputs = task.outputs.iter().enumerate();
            self.results.extend(outputs.map(|(at, output)| ((id, at), spell(of_results, result(&output.name)))));
        }
    }

    pub(super) fn call(&mut self, plan: &Plan, what: Named, name: &str) {
        let name = name.to_owned();
        match what {
            Named::Param(at) => drop(self.params.insert(plan.params[at].name.clone(), name)),
            Named::Workspace(at) => drop(self.workspaces.insert(plan.workspaces[at].name.clone(), name)),
            Named::Result(task, at) => drop(self.results.insert((task, at), name)),
            Named::Returned(at) => drop(self.returned.insert(at, name)),
        }
    }

    pub(super) fn added(&self) -> &[Added] {
        &self.added
    }

    pub(super) fn param<'a>(&'a self, name: &'a str) -> &'a str {
        self.params.get(name).map_or(name, String::as_str)
    }

    /// Of a parameter that the engine has the value of, its variable.
    pub(super) fn of_run(&self, name: &str) -> Option<&str> {
        self.of_run.get(name).map(String::as_str)
    }

    pub(super) fn workspace<'a>(&'a self, name: &'a str) -> &'a str {
        self.workspaces.get(name).map_or(name, String::as_str)
    }

    pub(super) fn result<'a>(&'a self, plan: &'a Plan, task: TaskId, output: usize) -> &'a str {
        self.result_kept(task, output).unwrap_or_else(|| result(&plan.task(task).outputs[output].name))
    }

    /// Unless it is called as in the program.
    pub(super) fn result_kept(&self, task: TaskId, output: usize) -> Option<&str> {
        self.results.get(&(task, output)).map(String::as_str)
    }

    pub(super) fn returned<'a>(&'a self, plan: &'a Plan, output: usize) -> &'a str {
        self.returned.get(&output).map_or_else(|| result(&plan.outputs[output].name), String::as_str)
    }

    /// The parameter of a task that takes the result of another.
    pub(super) fn carrier(&self, task: &str, result: &str) -> String {
        let wish = [task, "-", result].concat();
        if self.spelling == Spelling::AsWritten { wish } else { spell(self.spelling, &wish) }
    }

    /// Whether a parameter of the pipeline is called so.
    pub(super) fn is_param(&self, plan: &Plan, name: &str) -> bool {
        // Without a spelling of their own they have no `-`, which all others have.
        let any = !self.params.is_empty() || !name.contains('-');
        any && plan.params.iter().any(|param| self.param(&param.name) == name)
    }
}

/// What a key of `renames` names: a parameter, a workspace (or both in one), `TASK.OUTPUT` or `result.OUTPUT`.
pub(super) fn named(plan: &Plan, key: &str) -> Vec<Named> {
    if let Some((task, output)) = key.split_once('.') {
        let returned = plan.outputs.iter().position(|one| task == "result" && result(&one.name) == output);
        let made = || output_of(plan, task, output);
        return returned.map(Named::Returned).or_else(made).into_iter().collect();
    }
    let param = plan.params.iter().position(|param| param.name == key).map(Named::Param);
    let workspace = plan.workspaces.iter().position(|workspace| workspace.name == key).map(Named::Workspace);
    param.into_iter().chain(workspace).collect()
}

/// The output of a task that has a value.
pub(super) fn output_of(plan: &Plan, task: &str, output: &str) -> Option<Named> {
    let id = plan.find(task)?;
    let outputs = &plan.task(id).outputs;
    let at = outputs.iter().position(|one| one.place.is_none() && result(&one.name) == output)?;
    Some(Named::Result(id, at))
}

/// The name of the result of an output, which may have none.
pub(super) fn result(output: &str) -> &str {
    if output.is_empty() { "out" } else { output }
}

fn spell(spelling: Spelling, name: &str) -> String {
    match spelling {
        Spelling::AsWritten => name.to_owned(),
        Spelling::Kebab => name.replace('_', "-"),
        Spelling::Camel => {
            let mut parts = name.split(['_', '-']).filter(|part| !part.is_empty());
            let mut out = parts.next().unwrap_or_default().to_owned();
            for part in parts {
                let (first, rest) = part.split_at(part.chars().next().map_or(0, char::len_utf8));
                out.push_str(&first.to_uppercase());
                out.push_str(rest);
            }
            out
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelt_as_asked() {
        let cases = [("build_id", "build-id", "buildId"), ("a", "a", "a"), ("x_86_64", "x-86-64", "x8664")];
        for (name, kebab, camel) in cases {
            assert_eq!(spell(Spelling::AsWritten, name), name);
            assert_eq!(spell(Spelling::Kebab, name), kebab);
            assert_eq!(spell(Spelling::Camel, name), camel);
        }
    }
}
