//! What is written for people and shells: pages about modules, manual pages, completions.

use clap::{Args, ValueEnum, ValueHint};
use clap_complete::ArgValueCompleter;

use super::{Report, Settings};
use crate::cli::complete;

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec doc ci.pipe                                      one module, as Markdown
  pipec doc std.prelude                                  a module of the library
  pipec doc . --format html -o site                      a page for each module below this folder
  pipec doc ci.pipe --format html -o ci.html             one page that needs nothing else
  pipec doc ci.pipe -o docs/ci.md --check                in CI: is what is committed up to date?

Without -o the page goes to standard output. With -o, a name that ends in .md or .html is one page;
any other is a folder, with a page for each module.

Exit codes: 0 written or up to date, 1 findings or (with --check) out of date, 2 something could not be read or written.")]
pub(in crate::cli) struct Doc {
    /// Files, folders in which every .pipe file is documented, and modules of the library such as `std.prelude`
    #[arg(default_value = ".", add = ArgValueCompleter::new(complete::modules))]
    pub(in crate::cli) paths: Vec<String>,
    /// How pages are written [default: what the name behind -o says, else markdown]
    #[arg(long, value_enum)]
    pub(in crate::cli) format: Option<Pages>,
    /// Write into this file or folder
    #[arg(long, short = 'o', value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) out: Option<String>,
    /// Write nothing: compare with what is there, and exit 1 with a diff when it is out of date
    #[arg(long, requires = "out")]
    pub(in crate::cli) check: bool,
    #[command(flatten)]
    pub(in crate::cli) report: Report,
    #[command(flatten)]
    pub(in crate::cli) settings: Settings,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum Pages {
    Markdown,
    /// Pages that need nothing else: no script, no style sheet, no picture
    Html,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  echo 'source <(pipec completions bash)' >> ~/.bashrc
  echo 'source <(pipec completions zsh)' >> ~/.zshrc     behind the line with compinit
  echo 'pipec completions fish | source' >> ~/.config/fish/completions/pipec.fish

What is printed asks the `pipec` in the PATH at each completion, so it knows the pipelines and
parameters of the file that is being typed about.")]
pub(in crate::cli) struct Completions {
    /// The shell to complete in
    #[arg(value_enum)]
    pub(in crate::cli) shell: Shell,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum Shell {
    Bash,
    Zsh,
    Fish,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec man | man -l -                        read it
  pipec man emit | man -l -                   that of one command
  pipec man -o ~/.local/share/man/man1        install all of them: then `man pipec-emit`")]
pub(in crate::cli) struct Man {
    /// The command; without one, pipec itself
    #[arg(add = ArgValueCompleter::new(complete::commands))]
    pub(in crate::cli) command: Option<String>,
    /// Write the pages of pipec and of every command into this folder
    #[arg(long, short = 'o', value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "command")]
    pub(in crate::cli) out: Option<String>,
}
