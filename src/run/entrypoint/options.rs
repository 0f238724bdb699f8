//! What a run of a command may be told, by options or by variables.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::failure::Failure;
use super::forms::{self, Form};

/// Where secrets are put when nobody says.
const SECRETS: &str = "/run/pipec/secrets";

/// As much of each stream is kept for a slow reader when nobody says.
const BUFFER: usize = 1 << 20;

/// What is said about a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Options {
    /// For everything before the cleanup together.
    pub(super) timeout: Option<Duration>,
    /// Between TERM and KILL.
    pub(super) grace: Duration,
    pub(super) before: Option<String>,
    pub(super) cleanup: Option<String>,
    pub(super) env: Vec<(String, OsString)>,
    pub(super) unset: Vec<String>,
    pub(super) secrets: Vec<SecretOption>,
    pub(super) secrets_dir: PathBuf,
    pub(super) outputs: Vec<OutputOption>,
    pub(super) log: Option<PathBuf>,
    pub(super) slow: Slow,
    /// Bytes, of each stream.
    pub(super) buffer: usize,
    pub(super) stdin: bool,
    pub(super) wait: Vec<PathBuf>,
    pub(super) post: Option<PathBuf>,
    pub(super) step: StepOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            timeout: None,
            grace: Duration::from_secs(10),
            before: None,
            cleanup: None,
            env: Vec::new(),
            unset: Vec::new(),
            secrets: Vec::new(),
            secrets_dir: PathBuf::from(SECRETS),
            outputs: Vec::new(),
            log: None,
            slow: Slow::Block,
            buffer: BUFFER,
            stdin: false,
            wait: Vec::new(),
            post: None,
            step: StepOptions::default(),
        }
    }
}

/// Where a step finds what its sources name.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub(super) struct StepOptions {
    /// A file of each parameter, a folder of each list.
    pub(super) params: Option<PathBuf>,
    /// `TASK/OUTPUT`
    pub(super) results: Option<PathBuf>,
    /// Where its outputs are written.
    pub(super) outputs: Option<PathBuf>,
    /// `NAME/value`
    pub(super) secrets: Option<PathBuf>,
    /// By name.
    pub(super) workspaces: Vec<(String, PathBuf)>,
    pub(super) work: Option<PathBuf>,
}

/// `NAME=FILE`
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SecretOption {
    pub(super) name: String,
    pub(super) file: PathBuf,
    /// The command has it in its environment, and no file.
    pub(super) in_environment: bool,
}

/// `NAME:TYPE=FILE`
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct OutputOption {
    pub(super) name: String,
    pub(super) form: Form,
    pub(super) file: PathBuf,
}

/// What happens when nobody reads what a command writes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Slow {
    /// The command waits.
    Block,
    /// What the buffer cannot hold is gone, and said to be.
    Drop,
}

/// Every option, with what its value is called; without one it takes none.
pub(super) const OPTIONS: &[(&str, Option<&str>)] = &[
    ("timeout", Some("DURATION")),
    ("grace", Some("DURATION")),
    ("before", Some("SCRIPT")),
    ("cleanup", Some("SCRIPT")),
    ("env", Some("NAME=VALUE")),
    ("unset", Some("NAME")),
    ("secret", Some("NAME=FILE")),
    ("secret-env", Some("NAME=FILE")),
    ("secrets-dir", Some("FOLDER")),
    ("output", Some("NAME:TYPE=FILE")),
    ("log", Some("FILE")),
    ("slow", Some("block|drop")),
    ("buffer", Some("SIZE")),
    ("stdin", None),
    ("wait", Some("FILE")),
    ("post", Some("FILE")),
    ("params", Some("FOLDER")),
    ("results", Some("FOLDER")),
    ("outputs", Some("FOLDER")),
    ("secret-store", Some("FOLDER")),
    ("workspace", Some("NAME=FOLDER")),
    ("work", Some("FOLDER")),
];

/// Those that may be given more than once.
pub(super) const REPEATED: &[&str] = &["env", "unset", "secret", "secret-env", "output", "wait", "workspace"];

impl Options {
    /// Takes one option; `shown` is how it was written.
    pub(super) fn set(&mut self, name: &str, value: OsString, shown: &str) -> Result<(), Failure> {
        match name {
            "timeout" => self.timeout = Some(duration(value, shown)?),
            "grace" => self.grace = duration(value, shown)?,
            "before" => self.before = Some(text(value, shown)?),
            "cleanup" => self.cleanup = Some(text(value, shown)?),
            "env" => {
                let (name, value) = variable(value, shown)?;
                self.env.push((name, value));
            }
            "unset" => self.unset.push(variable_name(text(value, shown)?, shown)?),
            "secret" => self.secrets.push(secret(value, shown, false)?),
            "secret-env" => self.secrets.push(secret(value, shown, true)?),
            "secrets-dir" => self.secrets_dir = value.into(),
            "output" => self.outputs.push(output(&text(value, shown)?, shown)?),
            "log" => self.log = Some(value.into()),
            "slow" => self.slow = slow(&text(value, shown)?, shown)?,
            "buffer" => self.buffer = size(&text(value, shown)?, shown)?,
            "stdin" => self.stdin = flag(&text(value, shown)?, shown)?,
            "wait" => self.wait.push(value.into()),
            "post" => self.post = Some(value.into()),
            "params" => self.step.params = Some(value.into()),
            "results" => self.step.results = Some(value.into()),
            "outputs" => self.step.outputs = Some(value.into()),
            "secret-store" => self.step.secrets = Some(value.into()),
            "workspace" => self.step.workspaces.push(place(value, shown)?),
            "work" => self.step.work = Some(value.into()),
            _ => return Err(Failure::usage(format!("there is no option {shown}"))),
        }
        Ok(())
    }
}

fn text(value: OsString, shown: &str) -> Result<String, Failure> {
    value.into_string().map_err(|_| Failure::usage(format!("the value of {shown} is not UTF-8")))
}

fn duration(value: OsString, shown: &str) -> Result<Duration, Failure> {
    let value = text(value, shown)?;
    let refused =
        || Failure::usage(format!("{shown} is no duration: `{value}`; write `300ms`, `10s`, `1min30s` or `2h`"));
    let milliseconds = forms::duration(&value).ok_or_else(refused)?;
    u64::try_from(milliseconds).map(Duration::from_millis).map_err(|_| refused())
}

fn size(value: &str, shown: &str) -> Result<usize, Failure> {
    let bytes = forms::size(value).and_then(|bytes| usize::try_from(bytes).ok()).filter(|bytes| *bytes > 0);
    bytes.ok_or_else(|| Failure::usage(format!("{shown} is no size: `{value}`; write `64Ki` or `1Mi`")))
}

fn flag(value: &str, shown: &str) -> Result<bool, Failure> {
    match value {
        "" | "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Failure::usage(format!("{shown} is `{value}`; write `true` or `false`"))),
    }
}

fn slow(value: &str, shown: &str) -> Result<Slow, Failure> {
    match value {
        "block" => Ok(Slow::Block),
        "drop" => Ok(Slow::Drop),
        _ => Err(Failure::usage(format!("{shown} is `{value}`; write `block` (the command waits) or `drop`"))),
    }
}

/// The value may be anything; what stands before the first `=` is a name.
pub(super) fn variable(value: OsString, shown: &str) -> Result<(String, OsString), Failure> {
    use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
    let bytes = value.as_bytes();
    let Some(at) = bytes.iter().position(|byte| *byte == b'=') else {
        let said = value.to_string_lossy();
        return Err(Failure::usage(format!("{shown} has no value in `{said}`; write `{shown} {said}=VALUE`")));
    };
    let name = text(OsString::from_vec(bytes[..at].to_vec()), shown)?;
    Ok((variable_name(name, shown)?, OsString::from_vec(bytes[at + 1..].to_vec())))
}

fn variable_name(name: String, shown: &str) -> Result<String, Failure> {
    if name.is_empty() || name.contains(['=', '\0']) {
        return Err(Failure::usage(format!("{shown} needs the name of a variable, not `{name}`")));
    }
    Ok(name)
}

fn secret(value: OsString, shown: &str, in_environment: bool) -> Result<SecretOption, Failure> {
    let (name, file) = variable(value, shown)?;
    if name.contains('/') || name.starts_with('.') {
        return Err(Failure::usage(format!(
            "{shown} names a file in a folder, so `{name}` must have no `/` and not begin with `.`"
        )));
    }
    Ok(SecretOption { name, file: file.into(), in_environment })
}

fn output(value: &str, shown: &str) -> Result<OutputOption, Failure> {
    let parts = value.split_once(':').and_then(|(name, rest)| Some((name, rest.split_once('=')?)));
    let Some((name, (form, file))) = parts else {
        return Err(Failure::usage(format!(
            "{shown} is `{value}`; write `{shown} NAME:TYPE=FILE`, as in `count:int=/out/count`"
        )));
    };
    let Some(form) = Form::named(form) else {
        let help =
            "write one of bool, int, duration, size, cpu, string, path, `[TYPE]` for a list in lines, or `TYPE?`";
        return Err(Failure::usage(format!("the output `{name}` has the unknown type `{form}`; {help}")));
    };
    Ok(OutputOption { name: name.to_owned(), form, file: file.into() })
}

fn place(value: OsString, shown: &str) -> Result<(String, PathBuf), Failure> {
    variable(value, shown).map(|(name, folder)| (name, folder.into()))
}
