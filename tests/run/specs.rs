//! Runs, tasks and steps with nothing but what they cannot do without; tests add what they are about.

use pipec::contract::{AmountSpec, CarriedSpec, NeedsSpec, RunSpec, StepSpec, TaskSpec, VERSION};

pub(crate) fn run(pipeline: &str, tasks: Vec<TaskSpec>) -> RunSpec {
    RunSpec {
        version: VERSION,
        pipeline: pipeline.to_owned(),
        segment: pipeline.to_owned(),
        class: "local".to_owned(),
        finally: false,
        at_once: 1,
        room: AmountSpec::default(),
        store: None,
        brought: CarriedSpec::default(),
        kept: CarriedSpec::default(),
        secrets: String::new(),
        workspaces: Vec::new(),
        params: Vec::new(),
        check: None,
        exclusive: None,
        tasks,
        returns: Vec::new(),
    }
}

pub(crate) fn task(name: &str, steps: Vec<StepSpec>) -> TaskSpec {
    TaskSpec {
        name: name.to_owned(),
        stage: None,
        finally: false,
        origin: "ci.pipe:1".to_owned(),
        after: Vec::new(),
        reads: Vec::new(),
        condition: None,
        turns: None,
        timeout: None,
        retries: 0,
        retry_delay: None,
        go_on: false,
        lock: None,
        asks: AmountSpec::default(),
        needs: NeedsSpec::default(),
        cleans_up: false,
        services: Vec::new(),
        workspaces: Vec::new(),
        results: Vec::new(),
        artifacts: Vec::new(),
        steps,
    }
}

pub(crate) fn step(name: &str, script: &str) -> StepSpec {
    StepSpec {
        name: name.to_owned(),
        image: String::new(),
        script: script.to_owned(),
        env: Vec::new(),
        args: Vec::new(),
        workdir: None,
    }
}
