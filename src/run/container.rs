//! The words that start a container, in which the same files lie at the same paths, and nothing else of the host.

use std::ffi::OsString;
use std::path::Path;
use std::thread;

use crate::contract::{AmountSpec, NeedsSpec};

/// `podman run …` or `docker run …`, up to the image.
#[derive(Debug)]
pub struct Container {
    words: Vec<OsString>,
    /// Shell text that gives the variables of the program's own their names.
    naming: String,
}

impl Container {
    /// One that is waited for, and gone when it has ended.
    pub fn run(engine: &str, name: &str) -> Self {
        // What is removed had its grace as a process here.
        Self::new([engine, "run", "--rm", "--name", name, "--stop-timeout", "0"])
    }

    /// One that goes on by itself.
    pub fn detached(engine: &str, name: &str) -> Self {
        Self::new([engine, "run", "--detach", "--name", name, "--stop-timeout", "2"])
    }

    fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut container = Self { words: words.into_iter().map(OsString::from).collect(), naming: String::new() };
        container.add(["--security-opt", "label=disable"]);
        container
    }

    /// Words as they are.
    pub fn add<W: Into<OsString>>(&mut self, words: impl IntoIterator<Item = W>) {
        self.words.extend(words.into_iter().map(Into::into));
    }

    /// `network`: that of another container, or of the host; absent: its own, or none.
    pub fn needs(&mut self, needs: &NeedsSpec, network: Option<&str>) {
        if needs.kvm {
            self.add(["--device", "/dev/kvm"]);
        }
        if needs.privileged {
            self.add(["--privileged"]);
        }
        match network {
            Some(network) => self.add(["--network", network]),
            None if needs.no_network => self.add(["--network", "none"]),
            None => {}
        }
    }

    /// More processors than the machine has would be refused.
    pub fn limits(&mut self, asks: &AmountSpec) {
        if let Some(memory) = asks.memory {
            self.add(["--memory".to_owned(), memory.to_string()]);
        }
        if let Some(cpu) = asks.cpu {
            let all = thread::available_parallelism().map_or(1, usize::from);
            let cpu = cpu.min(i64::try_from(all).unwrap_or(i64::MAX / 1000) * 1000);
            self.add(["--cpus".to_owned(), format!("{}.{:03}", cpu / 1000, cpu % 1000)]);
        }
    }

    /// At the same path. The value is read as CSV, in which a field with commas stands in quotes.
    pub fn mount(&mut self, path: &Path, readonly: bool) {
        let mut value = OsString::from("type=bind,\"source=");
        let place = quoted(path);
        value.push(&place);
        value.push("\",\"target=");
        value.push(&place);
        value.push(if readonly { "\",readonly" } else { "\"" });
        self.add([OsString::from("--mount"), value]);
    }

    pub fn start_in(&mut self, folder: &Path) {
        self.add([OsString::from("--workdir"), folder.into()]);
    }

    /// By name only: a value may have several lines, and arguments can be seen by everyone. Names of the program's own
    /// (HOME, PATH) would be taken by the client as well, so they are given inside, and `env` gets other names for them.
    /// So are secrets, whose `env` has the path of a file: the engine keeps what it is given, and shows it.
    pub fn environment(&mut self, env: &mut [(String, OsString)], hidden: &[String]) {
        for (at, (name, _)) in env.iter_mut().enumerate() {
            if hidden.contains(name) {
                self.naming += &format!(
                    "{name}=\"$(PATH=${{PATH:+$PATH:}}/bin:/usr/bin; cat \"$PIPE_GIVEN_{at}\" && echo .)\" || exit; export {name}=\"${{{name}%.}}\"; unset PIPE_GIVEN_{at}; "
                );
                *name = format!("PIPE_GIVEN_{at}");
            } else if !name.starts_with("PIPE_") {
                self.naming += &format!("export {name}=\"$PIPE_GIVEN_{at}\"; unset PIPE_GIVEN_{at}; ");
                *name = format!("PIPE_GIVEN_{at}");
            }
            self.add(["--env", name]);
        }
    }

    /// All words, with what runs the script.
    pub fn words(
        mut self,
        image: &str,
        interpreter: Vec<OsString>,
        script: &Path,
        arguments: Vec<OsString>,
    ) -> Vec<OsString> {
        let mut interpreter = interpreter.into_iter();
        if self.naming.is_empty() {
            self.add(["--entrypoint"]);
            self.words.extend(interpreter.next());
            self.add([image]);
        } else {
            let naming = format!("{}exec \"$@\"", self.naming);
            self.add(["--entrypoint", "/bin/sh", image, "-c", &naming, "sh"]);
        }
        self.words.extend(interpreter);
        self.words.push(script.into());
        self.words.extend(arguments);
        self.words
    }

    /// Shell text to be put before what has to know the variables by their names.
    pub fn naming(&self) -> &str {
        &self.naming
    }

    /// All words of one that runs `run` by a shell, or what its image runs. `words` are the arguments for that; where
    /// variables have to be given their names first, all of what the image runs.
    pub fn serving(mut self, image: &str, run: Option<&str>, words: &[String]) -> Vec<OsString> {
        match run {
            Some(run) => {
                let named = [&*self.naming, run].concat();
                self.add(["--entrypoint", "/bin/sh", image, "-c", &named]);
            }
            None if self.naming.is_empty() => {
                self.add([image]);
                self.add(words);
            }
            None => {
                let named = format!("{}exec \"$@\"", self.naming);
                self.add(["--entrypoint", "/bin/sh", image, "-c", &named, "sh"]);
                self.add(words);
            }
        }
        self.words
    }
}

fn quoted(path: &Path) -> OsString {
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    let bytes = path.as_os_str().as_bytes().iter();
    let doubled = bytes.flat_map(|byte| if *byte == b'"' { vec![b'"', b'"'] } else { vec![*byte] });
    OsString::from_vec(doubled.collect())
}
