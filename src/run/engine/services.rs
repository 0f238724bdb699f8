//! What runs beside a task: started before the first step of each try, waited for, and removed behind the last, on every
//! path. In containers all of a task share one network, so that a service is `localhost` to its steps.

mod image;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::attend::spoken;
use super::give::{Given, Giver};
use super::process::Ends;
use super::site::Site;
use super::who::Who;
use super::{Runner, Services};
use crate::contract::store::State;
use crate::contract::{ServiceSpec, Source};
use crate::run::container::Container;
use crate::run::supervise::{self, Ended, Reason};

/// Between two looks at a service.
const AGAIN: Duration = Duration::from_millis(300);
/// Enough for an answer.
const ANSWER: Duration = Duration::from_secs(10);
/// An engine that takes longer to remove something is not waited for.
const REMOVAL: Duration = Duration::from_secs(60);

/// Whether a socket of this network listens at the port, given in hexadecimal digits.
const LISTENS: &str = r#"for table in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$table" ] || continue
    while read -r _ address _ state _; do
        case $address/$state in *:"$1"/0A) exit 0 ;; esac
    done <"$table"
done
exit 1"#;

/// What the client of an engine would take for itself.
const OF_THE_CLIENT: &[&str] = &["PATH", "HOME", "USER", "TMPDIR"];
const FAMILIES_OF_THE_CLIENT: &[&str] =
    &["LD_", "XDG_", "DOCKER_", "PODMAN_", "CONTAINER", "BUILDAH_", "STORAGE_", "GO", "SSL_"];

/// The services of one try; dropped, they are gone.
pub(super) struct Beside<'s, 'a> {
    site: &'s Site<'a>,
    who: &'s Who,
    attempt: u32,
    /// In the order of their start.
    started: Vec<String>,
    network: Option<String>,
    /// By the name of a service: what a script in it has to begin with to know all variables.
    naming: BTreeMap<String, String>,
}

/// A sentence for the log of the task, or none where the reason is told elsewhere; and how the try ended.
type Failed = (State, i32);

impl<'s, 'a> Beside<'s, 'a> {
    pub(super) fn new(site: &'s Site<'a>, who: &'s Who, attempt: u32) -> Self {
        Self { site, who, attempt, started: Vec::new(), network: None, naming: BTreeMap::new() }
    }

    /// What the containers of the steps have to share.
    pub(super) fn network(&self) -> Option<&str> {
        self.network.as_deref()
    }

    /// Until all are ready; else how the try ended. What goes wrong is said.
    pub(super) fn start(&mut self, ends: Ends<'_>) -> Option<Failed> {
        let services = &self.site.task(self.who).services;
        let started = services.iter().try_for_each(|service| self.start_one(service, ends));
        let ready = started.and_then(|()| services.iter().try_for_each(|service| self.wait_for(service, ends)));
        let ended = ready.err()?;
        let mut one = super::attend::Try {
            number: self.attempt,
            ends,
            state: State::Succeeded,
            code: 0,
            warned: false,
            steps: Vec::new(),
        };
        self.site.judge(self.who, ended, &mut one);
        Some((one.state, one.code))
    }

    fn start_one(&mut self, service: &ServiceSpec, ends: Ends<'_>) -> Result<(), Ended> {
        let mut given = self.given(service, ends)?;
        if self.site.options.services == Services::External {
            self.network = self.site.engine().map(|_| "host".to_owned());
            return Ok(());
        }
        // Said before the first task where it was known then.
        let Some(engine) = self.site.engine() else { return Err(FAILED) };
        let name = self.name(service);
        let mut container = Container::detached(engine, &name);
        match &self.network {
            Some(network) => container.add(["--network", network]),
            None if self.site.task(self.who).needs.no_network => container.add(["--network", "none"]),
            None => {}
        }
        if service.privileged {
            container.add(["--privileged"]);
        }
        container.limits(&service.asks);
        let file = self.environment(&mut container, &mut given)?;
        let naming = container.naming().to_owned();
        let by_image = !naming.is_empty() && service.run.is_none();
        let of_image = if by_image { Some(self.command_of_image(service, ends)?) } else { None };
        let words =
            container.serving(&service.image, service.run.as_deref(), of_image.as_ref().unwrap_or(&service.args));
        self.naming.insert(service.name.clone(), naming);
        self.started.push(name.clone());
        self.site.note_container(&name);
        let ended = self.quietly(&words, &given, ends);
        file.map(fs::remove_file);
        if ended.code != 0 || ended.reason.is_some() {
            if ended.reason.is_none() {
                self.say(&format!("the service `{}` could not be started", service.name));
                if by_image {
                    self.say(
                        "its image has to have `/bin/sh`, since it has secrets: the engine shows what it is given",
                    );
                }
            }
            return Err(Ended { code: 1, ..ended });
        }
        self.network.get_or_insert(format!("container:{name}"));
        Ok(())
    }

    fn given(&self, service: &ServiceSpec, ends: Ends<'_>) -> Result<Given, Ended> {
        let giver = Giver { site: self.site, who: Some(self.who) };
        let mut given = giver.all(&service.env, &[], None).map_err(|error| {
            self.say(&error);
            FAILED
        })?;
        for (name, script) in &service.made {
            let made = self.site.evaluate(Some(self.who), script, "PIPE_VALUE", ends);
            if made.code != 0 {
                made.said.iter().for_each(|line| self.say(line));
                self.say(&format!("`{name}` of the service `{}` could not be evaluated", service.name));
                let reason = made.cancelled.then_some(Reason::Cancelled);
                return Err(Ended { code: 1, reason });
            }
            let is_secret = |source: &Source| matches!(source, Source::SecretValue(_) | Source::SecretFile(_));
            if !made.text().is_empty() && script.env.iter().any(|(_, source)| is_secret(source)) {
                given.secret_names.push(name.clone());
            }
            given.env.push((name.clone(), made.text().into()));
        }
        Ok(given)
    }

    /// By name only, as for steps, and a secret as a file. What the client would take for itself comes from a file that
    /// nobody else can read.
    fn environment(&self, container: &mut Container, given: &mut Given) -> Result<Option<PathBuf>, Ended> {
        self.site.hide_secrets(given).map_err(|error| {
            self.say(&error);
            FAILED
        })?;
        given.secrets.iter().for_each(|file| container.mount(file, true));
        let (mut hidden, shown): (Vec<_>, Vec<_>) =
            std::mem::take(&mut given.env).into_iter().partition(|(name, _)| given.secret_names.contains(name));
        container.environment(&mut hidden, &given.secret_names);
        let (own, others): (Vec<_>, Vec<_>) = shown.into_iter().partition(|(name, _)| is_of_the_client(name));
        container.add(others.iter().flat_map(|(name, _)| ["--env", name]));
        given.env = others;
        given.env.append(&mut hidden);
        if own.is_empty() {
            return Ok(None);
        }
        let file = self.site.private.file("service");
        let lines = own.iter().flat_map(|(name, value)| {
            use std::os::unix::ffi::OsStrExt as _;
            [name.as_bytes(), b"=", value.as_bytes(), b"\n"].concat()
        });
        fs::write(&file, lines.collect::<Vec<u8>>()).map_err(|error| {
            self.say(&format!("{} cannot be written: {error}", file.display()));
            FAILED
        })?;
        container.add([OsString::from("--env-file"), file.clone().into()]);
        Ok(Some(file))
    }

    /// Until the service answers, or has ended, or its time is up.
    fn wait_for(&self, service: &ServiceSpec, ends: Ends<'_>) -> Result<(), Ended> {
        let time = Duration::from_millis(u64::try_from(service.timeout).unwrap_or(0));
        let until = Instant::now().checked_add(time);
        loop {
            let soon = Instant::now() + ANSWER;
            let (words, given) = self.question(service, ends)?;
            let look = Ends { deadline: Some(ends.deadline.map_or(soon, |end| end.min(soon))), ..ends };
            let ended = self.quietly(&words, &given, look);
            let now = Instant::now();
            let reason = match ended.reason {
                Some(Reason::Timeout) => ends.deadline.filter(|deadline| now >= *deadline).map(|_| Reason::Timeout),
                other => other,
            };
            if reason.is_some() {
                return Err(Ended { code: 1, reason });
            }
            if ended.code == 0 {
                return Ok(());
            }
            if !self.runs(service) {
                return Err(self.not_ready(service, "ended before it was ready"));
            }
            if until.is_some_and(|until| now >= until) {
                return Err(self.not_ready(service, &format!("was not ready after {}", spoken(time))));
            }
            ends.cancel.sleep(AGAIN);
        }
    }

    fn not_ready(&self, service: &ServiceSpec, how: &str) -> Ended {
        self.say(&format!("the service `{}` {how}", service.name));
        if self.site.options.services == Services::External {
            self.say(&format!("with `--services external` it {}", address(service)));
        } else {
            self.say("what it said last:");
            self.logs(service).lines().for_each(|line| self.say(line));
        }
        FAILED
    }

    /// What succeeds when the service is ready.
    fn question(&self, service: &ServiceSpec, ends: Ends<'_>) -> Result<(Vec<OsString>, Given), Ended> {
        let external = self.site.options.services == Services::External;
        let mut given = Given::default();
        let name = self.name(service);
        let engine = self.site.engine().unwrap_or_default();
        let words: Vec<OsString> = match (&service.ready, service.port) {
            // The script is for its image: what it calls need not be on this machine.
            (_, Some(port)) if external => {
                let look = format!(": </dev/tcp/localhost/{port}");
                ["bash", "-c", &look].map(OsString::from).into()
            }
            (Some(ready), _) if external => {
                given = self.given(service, ends)?;
                ["/bin/sh", "-c", ready].map(OsString::from).into()
            }
            (Some(ready), _) => {
                let ready = [self.naming.get(&service.name).map_or("", String::as_str), ready].concat();
                [engine, "exec", &name, "/bin/sh", "-c", &ready].map(OsString::from).into()
            }
            (None, port) => self.listens(engine, port.unwrap_or_default()),
        };
        Ok((words, given))
    }

    /// The image of the service may have no shell; that of the step has one.
    fn listens(&self, engine: &str, port: u16) -> Vec<OsString> {
        let image = self.site.task(self.who).steps.first().map_or("", |step| &step.image);
        let network = self.network.as_deref().unwrap_or_default();
        let port = format!("{port:04X}");
        let start = [engine, "run", "--rm", "--network", network, "--security-opt", "label=disable"];
        let rest = ["--entrypoint", "/bin/sh", image, "-c", LISTENS, "sh", &port];
        start.into_iter().chain(rest).map(OsString::from).collect()
    }

    fn quietly(&self, words: &[OsString], given: &Given, ends: Ends<'_>) -> Ended {
        let mut command = self.site.command(Some(self.who), words, given);
        let ended = self.site.process(Some(self.who), &mut command, ends, &mut |_, _| {});
        ended.unwrap_or_else(|error| Ended { code: supervise::start_code(&error), reason: None })
    }

    /// What is started by hand is nobody's here.
    fn runs(&self, service: &ServiceSpec) -> bool {
        if self.site.options.services == Services::External {
            return true;
        }
        let name = self.name(service);
        self.ask(&["container", "inspect", "--format", "{{.State.Running}}", &name]).trim() == "true"
    }

    fn logs(&self, service: &ServiceSpec) -> String {
        self.ask(&["logs", "--tail", "20", &self.name(service)])
    }

    /// Both streams of what the engine answers.
    fn ask(&self, words: &[&str]) -> String {
        let all: Vec<OsString> =
            self.site.engine().into_iter().chain(words.iter().copied()).map(OsString::from).collect();
        let mut command = self.site.command(Some(self.who), &all, &Given::default());
        let answer = command.stdin(Stdio::null()).output();
        answer.map_or_else(
            |error| error.to_string(),
            |answer| String::from_utf8_lossy(&[answer.stdout, answer.stderr].concat()).into_owned(),
        )
    }

    fn name(&self, service: &ServiceSpec) -> String {
        self.site.container_name(self.who, &format!("service-{}-{}", service.name, self.attempt))
    }

    fn say(&self, line: &str) {
        self.site.say(Some(self.who), line);
    }
}

impl Drop for Beside<'_, '_> {
    /// The one that was started first goes last: the network of all is its.
    fn drop(&mut self) {
        self.started.reverse();
        self.site.remove_containers(&self.started, true);
    }
}

const FAILED: Ended = Ended { code: 1, reason: None };

impl Site<'_> {
    /// A name that no other container has.
    pub(super) fn container_name(&self, who: &Who, what: &str) -> String {
        let turn = who.turn.as_ref().map(|turn| format!(".{}", turn.number)).unwrap_or_default();
        format!("pipec-{}-{}-{}{turn}-{what}", self.spec.pipeline, self.mark, who.task)
    }

    pub(super) fn note_container(&self, name: &str) {
        if let (Some(guard), Some(engine)) = (self.options.guard, self.engine()) {
            guard.container(engine, name);
        }
    }

    /// A client that is just starting does not hand signals on: its container has its grace now. One that is gone is not
    /// found.
    pub(super) fn stop_container(&self, name: &str, grace: Duration) {
        let seconds = grace.as_millis().div_ceil(1000).to_string();
        self.tell_engine(&["stop", "-t", &seconds, name], grace + REMOVAL);
    }

    /// Removes them, where they may still be there. The network of the others may be that of the last: podman keeps it as
    /// long as one of them is there.
    pub(super) fn remove_containers(&self, names: &[String], there: bool) {
        let Some(engine) = self.engine().filter(|_| !names.is_empty()) else { return };
        let remove = |names: &[String]| {
            let names = names.iter().map(String::as_str);
            self.tell_engine(&["rm", "--force", "--volumes"].into_iter().chain(names).collect::<Vec<_>>(), REMOVAL);
        };
        if let Some((last, others)) = names.split_last().filter(|_| there) {
            if !others.is_empty() {
                remove(others);
            }
            remove(std::slice::from_ref(last));
        }
        for name in names {
            self.options.guard.iter().for_each(|guard| guard.container_removed(engine, name));
        }
    }

    /// Whatever else is going on. What fails is told to nobody: the engine knows a container by a name that says whose it was.
    fn tell_engine(&self, words: &[&str], time: Duration) {
        let words: Vec<OsString> = self.engine().into_iter().chain(words.iter().copied()).map(OsString::from).collect();
        let mut command: Command = self.command(None, &words, &Given::default());
        if let Ok(never) = supervise::cancel::Cancel::new() {
            let ends = Ends { deadline: Some(Instant::now() + time), cancel: &never };
            self.process(None, &mut command, ends, &mut |_, _| {}).ok();
        }
    }

    /// What is missing for the services of a task.
    pub(super) fn services_lack(&self, task: usize, who: &str, lacks: &mut Vec<String>) {
        let spec = &self.spec.tasks[task];
        let (external, none) = (self.options.services == Services::External, self.options.runner == Runner::None);
        for service in &spec.services {
            if !external && none {
                lacks.push(format!(
                    "{who} has the service `{}` ({}), which needs a container: give `--runner podman` or `--runner docker`; \
                     or start it yourself and give `--services external`: then it {}",
                    service.name,
                    service.image,
                    address(service)
                ));
            } else if external && !none && spec.needs.no_network {
                lacks.push(format!(
                    "{who} has no network, and with `--services external` the service `{}` is outside of its container",
                    service.name
                ));
            }
        }
    }
}

/// How a service that is started by hand is found.
fn address(service: &ServiceSpec) -> String {
    match service.port {
        Some(port) => format!("has to listen at localhost:{port}"),
        None => "has to be there: its `ready` has to succeed on this machine".to_owned(),
    }
}

fn is_of_the_client(name: &str) -> bool {
    OF_THE_CLIENT.contains(&name)
        || FAMILIES_OF_THE_CLIENT.iter().any(|family| name.starts_with(family))
        || name.to_ascii_uppercase().ends_with("_PROXY")
}
