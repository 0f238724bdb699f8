//! The command line as a type. The only owner of clap.

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Check typed CI pipelines and emit them as shell scripts, OpenShift BuildConfigs or Tekton manifests.
#[derive(Parser, Debug)]
#[command(name = "pipec", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Examples:
  pipec check                                    every .pipe file below this folder
  pipec fmt                                      bring them all into the one layout
  pipec plan ci.pipe build -p stream=stable      what would run, in which order and why
  pipec emit --target tekton -o .tekton ci.pipe  write the manifests
  pipec emit --target shell ci.pipe > ci.sh      one bash script that runs anywhere
  pipec explain P0401                            what a finding means and how to mend it")]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Find mistakes without running anything
    Check(Check),
    /// Bring programs into the one layout
    Fmt(Fmt),
    /// Show what a pipeline would do: order, conditions, resources, and why
    Plan(Plan),
    /// Write a pipeline for an engine
    Emit(Emit),
    /// Compare what the targets can do
    Targets,
    /// Explain a finding: what is wrong, why it matters, how to mend it
    Explain(Explain),
}

#[derive(Args, Debug)]
#[command(after_help = "Exit codes: 0 nothing found, 1 findings, 2 something could not be read.
Git-ignored files are left out, unless they are named.")]
pub(super) struct Check {
    /// Files, and folders in which every .pipe file is checked; `-` is standard input
    #[arg(default_value = ".")]
    pub(super) paths: Vec<String>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Full)]
    pub(super) format: Format,
}

#[derive(Args, Debug)]
#[command(
    after_help = "Exit codes: 0 done, 1 syntax errors or (with --check or --diff) not in the layout, 2 something could
not be read or written. There is nothing to configure. Comments, scripts and line breaks behind an opening bracket stay."
)]
pub(super) struct Fmt {
    /// Files, and folders in which every .pipe file is laid out; `-` is standard input, written to standard output
    #[arg(default_value = ".")]
    pub(super) paths: Vec<String>,
    /// Write nothing: list the files that would change, and exit 1 when there are any
    #[arg(long)]
    pub(super) check: bool,
    /// Write nothing: show how the files would change, and exit 1 when there are any
    #[arg(long)]
    pub(super) diff: bool,
}

#[derive(Args, Debug)]
pub(super) struct Wanted {
    /// The .pipe file; `-` is standard input
    pub(super) file: String,
    /// The pipeline, where the file has several
    pub(super) pipeline: Option<String>,
    /// Bind a parameter now, so that it is known when compiling (repeatable)
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    pub(super) values: Vec<(String, String)>,
    /// Bind parameters from a YAML or JSON file, strictly typed (repeatable)
    #[arg(long = "params", value_name = "FILE")]
    pub(super) files: Vec<String>,
}

#[derive(Args, Debug)]
#[command(after_help = "Example:
  pipec plan examples/fcos.pipe -p stream=stable --format mermaid")]
pub(super) struct Plan {
    #[command(flatten)]
    pub(super) wanted: Wanted,
    #[arg(long, value_enum, default_value_t = View::Text)]
    pub(super) format: View,
}

#[derive(Args, Debug)]
#[command(after_help = "Without -o the files go to standard output.
Exit codes: 0 written or up to date, 1 findings or (with --check) out of date, 2 something could not be read or written.")]
pub(super) struct Emit {
    /// The engine: see `pipec targets`
    #[arg(long, short = 't')]
    pub(super) target: String,
    /// Write the files into this folder
    #[arg(long, short = 'o', value_name = "DIR")]
    pub(super) out: Option<String>,
    /// Write nothing: compare with what is in the folder, and exit 1 with a diff when it is out of date
    #[arg(long, requires = "out")]
    pub(super) check: bool,
    /// Write nothing: show how the files in the folder would change
    #[arg(long, requires = "out")]
    pub(super) diff: bool,
    #[command(flatten)]
    pub(super) wanted: Wanted,
}

#[derive(Args, Debug)]
pub(super) struct Explain {
    /// A code such as P0401, or its name
    #[arg(required_unless_present = "list")]
    pub(super) code: Option<String>,
    /// Every code with its summary
    #[arg(long)]
    pub(super) list: bool,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    /// With the lines of source
    Full,
    /// One line a finding
    Concise,
    /// One JSON object
    Json,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum View {
    Text,
    Json,
    /// Graphviz
    Dot,
    Mermaid,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("write `-p {text}=VALUE`"))?;
    Ok((name.replace('-', "_"), value.to_owned()))
}
