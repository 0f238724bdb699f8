//! The services of a task in the words of `runner/services.sh`.

use super::scripts::Scripts;
use crate::emit::quote::{word, words};
use crate::emit::script::{self, Rendered};
use crate::plan::Plan;
use crate::plan::outside::Service;

/// What the environment of a service comes from.
#[derive(Debug)]
pub(super) struct Given {
    /// Variables that are given as they are; the body is the script of `run`.
    pub(super) direct: Rendered,
    /// Variables whose text a script makes.
    computed: Vec<(String, Rendered)>,
}

pub(super) fn given(plan: &Plan, service: &Service) -> Given {
    let run = service.run.as_deref().map(|run| format!("set -eu\n{}\n", run.trim_end())).unwrap_or_default();
    let mut given = Given { direct: plain(run), computed: Vec::new() };
    for one in &service.env {
        match script::direct(plan, &one.value) {
            Some(source) => given.direct.env.push((one.name.clone(), source)),
            None => given.computed.push((one.name.clone(), script::value(plan, &one.value))),
        }
    }
    given
}

pub(super) fn write(service: &Service, given: &Given, scripts: &mut Scripts, out: &mut String) {
    let mut line = |text: String| ["    ", &text, "\n"].iter().for_each(|part| out.push_str(part));
    let port = service.port.map_or_else(|| "''".to_owned(), |port| port.to_string());
    line(format!("service {} {port} {} {}", service.name, service.timeout, word(&service.image)));
    let direct = scripts.add(&given.direct);
    line(format!(
        "serves {} {}",
        direct.give,
        if service.run.is_some() { direct.body.to_string() } else { "''".to_owned() }
    ));
    for (name, rendered) in &given.computed {
        let numbers = scripts.add(rendered);
        line(format!("serves_with {name} {} {}", numbers.give, numbers.body));
    }
    if let Some(ready) = &service.ready {
        line(format!("serves_when {}", scripts.add(&plain(format!("{}\n", ready.trim_end()))).body));
    }
    let needs = needs(service);
    if !needs.is_empty() {
        line(format!("serves_by{needs}"));
    }
    if !service.args.is_empty() {
        line(format!("serves_as{}", words(service.args.iter().map(String::as_str))));
    }
}

fn plain(body: String) -> Rendered {
    Rendered { body, env: Vec::new(), args: Vec::new(), workdir: None }
}

fn needs(service: &Service) -> String {
    let cpu = service.needs.cpu.map(|cpu| format!(" cpu={cpu}"));
    let memory = service.needs.memory.map(|memory| format!(" memory={memory}"));
    let privileged = service.needs.privileged.then(|| " privileged".to_owned());
    [cpu, memory, privileged].into_iter().flatten().collect()
}
