//! The command line as a type. The only owner of clap.

pub(super) mod builds;
pub(super) mod manual;
pub(super) mod runtime;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::ArgValueCompleter;

use super::{complete, flags};
use builds::{Bundle, Remote};

use crate::query::flags::Flag;
use crate::query::levels::{self, Lint};
use crate::query::verify::Cluster;

use super::shellcheck::Wanted as ShellCheck;

/// Check typed CI pipelines and emit them as shell scripts, OpenShift BuildConfigs or Tekton manifests.
#[derive(Parser, Debug)]
#[command(name = "pipec", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Examples:
  pipec check                                    every .pipe file below this folder
  pipec test                                     the tests in them, on plans, without an engine
  pipec fmt                                      bring them all into the one layout
  pipec plan ci.pipe build -p stream=stable      what would run, in which order and why
  pipec run ci.pipe build -p stream=stable       run it on this machine
  pipec emit --target tekton -o .tekton ci.pipe  write the manifests
  pipec emit --target shell ci.pipe > ci.sh      one bash script that runs anywhere
  pipec explain P0401                            what a finding means and how to mend it
  pipec new my_app                               a project to begin with")]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) terminal: Terminal,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command is told about where it writes.
#[derive(Args, Clone, Copy, Default, Debug)]
#[command(next_help_heading = "Terminal")]
pub(super) struct Terminal {
    /// Colors: auto, always, never; `auto` heeds NO_COLOR and FORCE_COLOR
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = When::Auto, hide_possible_values = true)]
    pub(super) color: When,
    /// Links to the files of findings: auto, always, never
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = When::Auto, hide_possible_values = true)]
    pub(super) hyperlinks: When,
    /// Findings only: no summaries, no lists of what was written
    #[arg(long, short = 'q', global = true)]
    pub(super) quiet: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum When {
    /// Where the terminal can
    #[default]
    Auto,
    Always,
    Never,
}

/// What every command that finds something but answers something else is told about its findings.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Report {
    /// How findings are written to standard error: the formats of `pipec check`
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Full, hide_possible_values = true)]
    pub(super) message_format: Format,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Find mistakes without running anything
    Check(Check),
    /// Run the tests of programs on their plans, without an engine
    Test(Test),
    /// Bring programs into the one layout
    Fmt(Fmt),
    /// Show what a pipeline would do: order, conditions, resources, and why
    Plan(Plan),
    /// Write a pipeline for an engine
    Emit(Emit),
    /// Run a pipeline on this machine
    Run(runtime::Run),
    /// List the runs that are kept here, or remove the earliest
    Runs(runtime::Runs),
    /// Show how a run stands: its tasks, what failed and why
    Status(runtime::Status),
    /// Show what the tasks of a run wrote
    Logs(runtime::Logs),
    /// Compare what the targets can do
    #[command(after_help = "Example:
  pipec targets  what each engine does itself, what is generated for it, and what is an error")]
    Targets,
    /// Explain a finding: what is wrong, why it matters, how to mend it
    Explain(Explain),
    /// Show which line of a program a line of something emitted comes from
    Why(Why),
    /// Find mistakes in manifests of Tekton and of OpenShift builds
    Verify(Verify),
    /// Make a program of what another tool reads
    Import(Import),
    /// Show runs to others: their states, logs and artifacts, over HTTP
    #[cfg(feature = "serve")]
    Serve(Serve),
    /// Pack the archives of OpenShift builds: plan, parameters, files
    Bundle(Bundle),
    /// Try local changes in OpenShift builds: sends them along, and waits
    Remote(Remote),
    /// Look up the images of programs: their digests and commands, into pipec.lock
    Lock(super::lock::arguments::Arguments),
    /// Begin a project: a pipeline that runs at once, with its settings and hooks
    New(New),
    /// Document what modules declare: types, tasks, pipelines, constants, functions
    Doc(manual::Doc),
    /// Print what a shell needs to complete the arguments of pipec
    Completions(manual::Completions),
    /// Print the manual page of pipec or of a command, or write all of them
    Man(manual::Man),
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec check                           every .pipe file below this folder
  pipec check ci.pipe lib               a file, and all below a folder
  git show HEAD:ci.pipe | pipec check -
  pipec check --format concise          one line a finding, for editors and grep
  pipec check --fix                     mend what can be mended, and show what is left

Files that git ignores, or that `exclude` in pipec.toml lists, are left out unless they are named.

Exit codes: 0 nothing found, 1 findings, 2 something could not be read.")]
pub(super) struct Check {
    /// Files, and folders in which every .pipe file is checked; `-` is standard input
    #[arg(default_value = ".", add = ArgValueCompleter::new(complete::programs))]
    pub(super) paths: Vec<String>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Full)]
    pub(super) format: Format,
    /// Check again whenever a file that was read changes, or a new one is written
    #[arg(long, short = 'w')]
    pub(super) watch: bool,
    /// Mend what has a mechanical mend, in the files that are named, and show what is left; of `-` the text is printed
    #[arg(long, conflicts_with = "watch")]
    pub(super) fix: bool,
    /// With --fix, write nothing: print how the files would change
    #[arg(long, requires = "fix")]
    pub(super) diff: bool,
    /// Which ShellCheck reads the scripts: `auto` is the one on the PATH, if there is one [default: what pipec.toml says]
    #[arg(long, value_name = "auto|never|PATH", value_parser = ShellCheck::parse)]
    pub(super) shellcheck: Option<ShellCheck>,
    /// Ask ShellCheck again, also about scripts that did not change
    #[arg(long)]
    pub(super) no_cache: bool,
    #[command(flatten)]
    pub(super) project: Project,
}

/// Where the configuration comes from.
#[derive(Args, Debug)]
pub(super) struct Settings {
    /// Obey this file in place of the nearest pipec.toml of each file
    #[arg(long, value_name = "FILE", conflicts_with = "no_config", help_heading = PROJECT)]
    pub(super) config: Option<String>,
    /// Obey no pipec.toml
    #[arg(long, help_heading = PROJECT)]
    pub(super) no_config: bool,
}

/// What a project wants of the compiler, and what this run wants instead.
#[derive(Args, Debug)]
pub(super) struct Project {
    #[command(flatten)]
    pub(super) settings: Settings,
    /// Make errors of what a lint finds: its code, its name, or `all` of what is not allowed (repeatable)
    #[arg(long, value_name = "LINT", value_parser = lint, help_heading = PROJECT)]
    pub(super) deny: Vec<Lint>,
    /// Show what a lint finds, whatever pipec.toml says (repeatable)
    #[arg(long, value_name = "LINT", value_parser = lint, help_heading = PROJECT)]
    pub(super) warn: Vec<Lint>,
    /// Drop what a lint finds (repeatable)
    #[arg(long, value_name = "LINT", value_parser = lint, help_heading = PROJECT)]
    pub(super) allow: Vec<Lint>,
}

const PROJECT: &str = "Configuration";

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec test                        the tests of every .pipe file below this folder
  pipec test ci.pipe --filter kola  those of a file with `kola` in their names
  pipec test --format junit         for Jenkins and GitLab

Exit codes: 0 all passed, 1 a test failed or a file has errors, 2 something could not be read,
or no test was found in a file or by a filter that was named.")]
pub(super) struct Test {
    /// Files, and folders in which every .pipe file is looked into; without one, this folder
    #[arg(add = ArgValueCompleter::new(complete::programs))]
    pub(super) paths: Vec<String>,
    /// Run only the tests whose names contain this
    #[arg(long, value_name = "TEXT")]
    pub(super) filter: Option<String>,
    /// How results are written
    #[arg(long, value_enum, default_value_t = TestFormat::Text)]
    pub(super) format: TestFormat,
    #[command(flatten)]
    pub(super) settings: Settings,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec fmt                  every .pipe file below this folder
  pipec fmt --check          for CI: which files are not in the layout
  pipec fmt - < draft.pipe   for editors

Exit codes: 0 done, 1 syntax errors or (with --check or --diff) not in the layout, 2 something could
not be read or written. There is nothing to configure. Comments, scripts and line breaks behind an opening bracket stay.")]
pub(super) struct Fmt {
    /// Files, and folders in which every .pipe file is laid out; `-` is standard input, written to standard output
    #[arg(default_value = ".", add = ArgValueCompleter::new(complete::programs))]
    pub(super) paths: Vec<String>,
    /// Write nothing: list the files that would change, and exit 1 when there are any
    #[arg(long)]
    pub(super) check: bool,
    /// Write nothing: show how the files would change, and exit 1 when there are any
    #[arg(long)]
    pub(super) diff: bool,
    #[command(flatten)]
    pub(super) settings: Settings,
}

#[derive(Args, Debug)]
pub(super) struct Wanted {
    /// The .pipe file; `-` is standard input
    #[arg(add = ArgValueCompleter::new(complete::programs))]
    pub(super) file: String,
    /// The pipeline, where the file has several
    #[arg(add = ArgValueCompleter::new(complete::pipelines))]
    pub(super) pipeline: Option<String>,
    /// Bind a parameter now, so that it is known when compiling (repeatable)
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE", value_parser = pair,
        add = ArgValueCompleter::new(complete::parameters))]
    pub(super) values: Vec<(String, String)>,
    /// Bind parameters from the files that `[env]` of pipec.toml has for this environment; --params counts more
    #[arg(long = "env", value_name = "NAME", add = ArgValueCompleter::new(complete::environments))]
    pub(super) environment: Option<String>,
    /// Bind parameters from a YAML or JSON file, strictly typed (repeatable)
    #[arg(long = "params", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<String>,
    /// Only what makes these: names of artifacts, tasks or calls, with commas between (repeatable)
    #[arg(long = "goal", value_name = "NAME,NAME", value_delimiter = ',')]
    pub(super) goals: Vec<String>,
    /// Only this stage, and what it reads of others (repeatable)
    #[arg(long = "stage", value_name = "NAME", add = ArgValueCompleter::new(complete::stages))]
    pub(super) stages: Vec<String>,
    /// Only images that pipec.lock knows; each is taken by its digest
    #[arg(long)]
    pub(super) locked: bool,
    /// Parameters given as options, carried here
    #[arg(long = flags::CARRIER, hide = true, value_parser = flags::flag)]
    pub(super) flags: Vec<Flag>,
    #[command(flatten)]
    pub(super) project: Project,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec plan ci.pipe                         what would run, when, and why in this order
  pipec plan ci.pipe build --stream stable   one of several pipelines, with a value bound
  pipec plan ci.pipe --goal Live,Aws         the fewest tasks that make these artifacts
  pipec plan ci.pipe --params job.yaml       with the values of a file
  pipec plan ci.pipe --env prod --stage deploy  those of an environment of pipec.toml; one stage
  pipec plan ci.pipe --format mermaid        a graph, for a page that draws it

Every parameter is an option too: `--stream stable`, `--stream=stable`, with `-` or `_`; a `bool` may
stand alone. Where it has the name of an option of pipec, use -p.")]
pub(super) struct Plan {
    #[command(flatten)]
    pub(super) wanted: Wanted,
    /// How the plan is shown
    #[arg(long, value_enum, default_value_t = View::Text)]
    pub(super) format: View,
    #[command(flatten)]
    pub(super) report: Report,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec emit -t shell ci.pipe > ci.sh              one bash script that runs anywhere
  pipec emit -t tekton -o .tekton ci.pipe          a file for each manifest
  pipec emit -t tekton -o .tekton ci.pipe --check  in CI: is what is committed up to date?
  pipec emit -t tekton -o .tekton ci.pipe --diff   how would the files change?
  pipec emit -t tekton --min-version 0.62 ci.pipe  is there something too new for that cluster?

Without -o the files go to standard output.

Exit codes: 0 written or up to date, 1 findings or (with --check) out of date, 2 something could not be read or written.")]
pub(super) struct Emit {
    /// The engine: see `pipec targets`
    #[arg(long, short = 't', add = ArgValueCompleter::new(complete::targets))]
    pub(super) target: String,
    /// Write the files into this folder
    #[arg(long, short = 'o', value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) out: Option<String>,
    /// Write nothing: compare with what is in the folder, and exit 1 with a diff when it is out of date
    #[arg(long, requires = "out")]
    pub(super) check: bool,
    /// Write nothing: show how the files in the folder would change
    #[arg(long, requires = "out")]
    pub(super) diff: bool,
    #[command(flatten)]
    pub(super) wanted: Wanted,
    #[command(flatten)]
    pub(super) over: Over,
    #[command(flatten)]
    pub(super) report: Report,
}

/// Options of the target that stand over those of the program.
#[derive(Args, Debug)]
pub(super) struct Over {
    /// The least settled part of Tekton that may be used: stable, beta, alpha
    #[arg(long, value_parser = Cluster::levels(), hide_possible_values = true, help_heading = TEKTON)]
    pub(super) level: Option<String>,
    /// The oldest version of Tekton that a run has to work on, such as `0.62`: what came later is an error
    #[arg(long, value_name = "VERSION", value_parser = NonEmptyStringValueParser::new(), help_heading = TEKTON)]
    pub(super) min_version: Option<String>,
}

const TEKTON: &str = "Target tekton, over its options in the program";

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec verify .tekton                    every YAML file below a folder
  pipec verify task.yaml pipeline.yaml    together, so that one is held against the other
  git show HEAD:task.yaml | pipec verify -
  pipec verify --format sarif             for code scanning
  pipec verify --level stable --min-version 0.56

Tasks, Pipelines, PipelineRuns, TaskRuns and StepActions are checked, and BuildConfigs, Builds and
ImageStreams with the accounts, roles, Secrets and ConfigMaps beside them; other documents are
passed over. What is referred to and not given is not judged. Levels of warnings are set in
pipec.toml, as of `pipec check`.

Exit codes: 0 nothing found, 1 errors, 2 something could not be read, or there was no manifest.")]
pub(super) struct Verify {
    /// YAML files, and folders in which all of them are verified; `-` is standard input
    #[arg(default_value = ".", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<String>,
    /// What the cluster is set to take (`enable-api-fields`): fields of a later level are errors, with the flag to set
    #[arg(long, default_value = "beta", value_parser = Cluster::levels())]
    pub(super) level: String,
    /// The oldest version of Tekton that must take the manifests, such as `0.56`: what came later is an error
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub(super) min_version: Option<String>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Full)]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) project: Project,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec explain P0401                  why it matters, a program that has it, the same put right
  pipec explain requirement-not-made   the same, by its name
  pipec explain --list | grep secret   every code with its summary")]
pub(super) struct Explain {
    /// A code such as P0401, or its name
    #[arg(required_unless_present = "list", add = ArgValueCompleter::new(complete::codes))]
    pub(super) code: Option<String>,
    /// Every code with its severity, its name and its summary; of what is no error, projects may set the level
    #[arg(long)]
    pub(super) list: bool,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec why .tekton/ci-pipeline.yaml:120  the task of the program that this line is of
  pipec why ci.sh:412                     also in scripts; what tasks share has several answers

Exit codes: 0 found, 1 nothing there says where it comes from, 2 the file could not be read.")]
pub(super) struct Why {
    /// A file that was emitted, a colon and a line, as an engine's message has them
    #[arg(value_name = "FILE:LINE", value_hint = ValueHint::FilePath)]
    pub(super) place: String,
}

#[cfg(feature = "serve")]
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec serve                         at http://127.0.0.1:8080, for this machine only
  pipec serve /srv/runs               another store
  pipec serve --listen 0.0.0.0:8080   for others too: prints an address with a token in it

The page shows runs, their graphs and live logs. What it reads is there for all:
  /api/runs, /api/runs/RUN, /api/runs/RUN/{status,result,steps,logs,artifacts}
  /api/runs/RUN/status/events and /api/runs/RUN/logs/events?task=NAME are server-sent events, which go on from
  `Last-Event-ID`; artifacts can be fetched in parts. A token is given as `Authorization: Bearer TOKEN`.

Exit codes: 2 the address or the token cannot be used; else it runs until it is ended.")]
pub(super) struct Serve {
    /// The folder of runs
    #[arg(default_value = ".pipec/runs", value_hint = ValueHint::DirPath)]
    pub(super) store: String,
    /// Where to listen
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub(super) listen: std::net::SocketAddr,
    /// A file with the token that who asks has to give [default: none on the loopback address, else a new one]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) token_file: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec new my_app      the folder my_app, with a pipeline, its settings and hooks in it
  pipec new my_app .    in this folder, when nothing but .git is in it
  cd my_app && pipec check

Exit codes: 0 made, 2 the name cannot be used, something is there already, or it could not be written.")]
pub(super) struct New {
    /// The name of the pipeline, such as `my_app`; NAME.pipe is its file
    pub(super) name: String,
    /// The folder to make [default: NAME]
    #[arg(value_hint = ValueHint::DirPath)]
    pub(super) dir: Option<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec import jobspec jobspec.yaml            the program, to standard output
  pipec import jobspec jobspec.yaml -o ci      ci/jobspec.pipe and ci/jobspec.params.yaml
  git show HEAD:job.yaml | pipec import jobspec -
  pipec plan ci/jobspec.pipe --params ci/jobspec.params.yaml
  pipec import tekton pipeline.yaml tasks/*.yaml -o ci
  pipec import wharf .wharf-ci.yml -o ci       ci/wharf_ci.pipe

What a file says becomes tasks, edges and typed parameters; what is wrong with it is said at its line.
A file that is there is written over only when it was imported too.

Exit codes: 0 imported, 1 the file has errors, 2 something could not be read or written.")]
pub(super) struct Import {
    /// What the file is
    #[arg(value_enum)]
    pub(super) format: Foreign,
    /// The file; `-` is standard input. Manifests may lie in several, and refer to each other
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<String>,
    /// Write NAME.pipe, and NAME.params.yaml where there are values, into this folder
    #[arg(long, short = 'o', value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) out: Option<String>,
    /// The name of the pipeline [default: what the file is called]
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Leave out what means nothing or has no form in a program, with a warning each
    #[arg(long)]
    pub(super) lenient: bool,
    /// Keep references that may be something else tomorrow, with a warning each
    #[arg(long)]
    pub(super) unpinned: bool,
    /// Write over files that somebody else has written
    #[arg(long, requires = "out")]
    pub(super) force: bool,
    #[command(flatten)]
    pub(super) report: Report,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Foreign {
    /// A JobSpec, as gangplank and the pipelines of RHCOS read it
    Jobspec,
    /// Tasks, Pipelines and PipelineRuns of Tekton
    Tekton,
    /// A .wharf-ci.yml of Wharf; files of variables (.wharf-vars.yml) may stand beside it
    Wharf,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    /// With the lines of source
    Full,
    /// One line a finding
    Concise,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub, which become annotations
    Github,
    /// Test results for Jenkins and GitLab
    Junit,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TestFormat {
    /// One line a test, with the lines of source where one failed
    Text,
    /// One JSON object
    Json,
    /// JUnit XML, as CI systems read it
    Junit,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum View {
    Text,
    Json,
    /// Graphviz
    Dot,
    Mermaid,
}

fn lint(name: &str) -> Result<Lint, String> {
    levels::lint(name).map_err(|why| format!("{}; {}", why.message, why.help))
}

fn version(text: &str) -> Result<String, String> {
    let known = Cluster::default().min_version(text);
    known.map(|_| text.to_owned()).ok_or_else(|| "a version is two numbers, such as `0.56` or `1.0`".to_owned())
}

pub(super) fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("write `-p {text}=VALUE`"))?;
    Ok((name.replace('-', "_"), value.to_owned()))
}
