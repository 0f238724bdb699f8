//! The commands that run pipelines here, and show what ran.

use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};
use clap_complete::ArgValueCompleter;

use super::{Report, Wanted};
use crate::cli::complete;

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec run ci.pipe                                the only pipeline of the file, on this machine
  pipec run ci.pipe build --stream stable -j 4     with a value, and at most four tasks at once
  pipec run ci.pipe --runner podman                each task in a container of its image
  pipec run ci.pipe -p token=env:TOKEN -p src=.    a secret and a workspace, by reference
  pipec run ci.pipe --dry-run                      what would run, when, and on which conditions
  pipec run ci.pipe --resume last                  what succeeded with the same inputs is kept

A secret is the FILE that holds it, env:VARIABLE, or the NAME of a file in the folder of secrets; a
workspace is a folder. Every parameter is an option too, as of `pipec plan`. Logs and results of a
run are kept in .pipec/runs: see `pipec runs`, `pipec status` and `pipec logs`.

Exit codes: 0 all went well, that of the first task that failed, 2 nothing could start, 124 a time
was up, 130, 143 and 129 cancelled by INT, TERM and HUP.")]
pub(in crate::cli) struct Run {
    #[command(flatten)]
    pub(in crate::cli) wanted: Wanted,
    /// How many tasks run at once; 1 is one after the other, always in the same order [default: one for each processor]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) jobs: Option<u16>,
    /// What steps run in: none is this machine as it is, podman and docker are containers of their images
    #[arg(long, value_enum, value_name = "RUNNER", default_value_t = Runner::None, hide_possible_values = true)]
    pub(in crate::cli) runner: Runner,
    /// Who starts services of tasks: start is this run, in containers; external: they listen on localhost already
    #[arg(long, value_enum, value_name = "WHO", default_value_t = Services::Start, hide_possible_values = true)]
    pub(in crate::cli) services: Services,
    /// Only this task (repeatable), with what the run that is resumed has left
    #[arg(long, value_name = "TASK", add = ArgValueCompleter::new(complete::tasks))]
    pub(in crate::cli) only: Vec<String>,
    /// This task and all that come after it (repeatable), likewise
    #[arg(long, value_name = "TASK", add = ArgValueCompleter::new(complete::tasks))]
    pub(in crate::cli) from: Vec<String>,
    /// Write nothing and start nothing: show what would run
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    /// Go on with an earlier run, in its folder: a name as `pipec runs` shows it, or `last`
    #[arg(long, value_name = "RUN", add = ArgValueCompleter::new(complete::runs))]
    pub(in crate::cli) resume: Option<String>,
    /// After a failure, go on with what does not depend on it
    #[arg(long)]
    pub(in crate::cli) keep_going: bool,
    /// How long what is being ended has between TERM and KILL, such as `500ms`, `10s` or `2min` [default: 10s]
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(in crate::cli) grace: Option<Duration>,
    /// The folder of secrets: NAME, or NAME/value as clusters mount them [default: $PIPEC_SECRETS_DIR, else secrets]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) secrets: Option<String>,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
    #[command(flatten)]
    pub(in crate::cli) report: Report,
}

/// Where runs are kept.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct Place {
    /// The folder of runs [default: $PIPEC_STORE, else .pipec/runs]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) store: Option<String>,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum Runner {
    None,
    Podman,
    Docker,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum Services {
    Start,
    External,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum Shape {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec runs                what ran here: how it ended, when, how long it took
  pipec runs --format json
  pipec runs --prune 20     remove all but the last 20; what still runs is never removed

Exit codes: 0 shown or removed, 2 the folder could not be read or written.")]
pub(in crate::cli) struct Runs {
    /// Remove the earliest runs until so many are left that have ended
    #[arg(long, value_name = "KEEP")]
    pub(in crate::cli) prune: Option<usize>,
    /// How they are shown
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    pub(in crate::cli) format: Shape,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec status                      the last run: its tasks and steps, what failed and why
  pipec status 20261121-22          the run whose name begins so
  pipec status --format json

A run whose process is gone, and did not say how it ended, is lost: `pipec run FILE --resume RUN`
goes on with it.

Exit codes: 0 it succeeded or is running, 1 it failed, was cancelled or is lost, 2 there is no such
run.")]
pub(in crate::cli) struct Status {
    /// A name as `pipec runs` shows it, the beginning of one, or `last`
    #[arg(default_value = "last", add = ArgValueCompleter::new(complete::runs))]
    pub(in crate::cli) run: String,
    /// How it is shown
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    pub(in crate::cli) format: Shape,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec logs                          all that the tasks of the last run wrote, in order
  pipec logs last build               that of one task
  pipec logs last build.compile       that of one step, byte for byte
  pipec logs last --follow            and what comes, until the run ends
  pipec logs last --format json       one object a line, each with its number, `seq`
  pipec logs last --from-id 120       from the line with that number on

Exit codes: 0 shown, 2 there is no such run or task, or it could not be read.")]
pub(in crate::cli) struct Logs {
    /// A name as `pipec runs` shows it, the beginning of one, or `last`
    #[arg(default_value = "last", add = ArgValueCompleter::new(complete::runs))]
    pub(in crate::cli) run: String,
    /// Only this task, or this step of it; of a loop all turns, or one as `pipec status` shows it
    #[arg(value_name = "TASK[.STEP]", add = ArgValueCompleter::new(complete::steps))]
    pub(in crate::cli) task: Option<String>,
    /// Also show what comes, until the run ends
    #[arg(long, short = 'f')]
    pub(in crate::cli) follow: bool,
    /// Begin with this line: the `seq` that --format json shows
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(in crate::cli) from_id: u64,
    /// Only one of the two
    #[arg(long, value_enum, value_name = "stdout|stderr", hide_possible_values = true)]
    pub(in crate::cli) stream: Option<Stream>,
    /// How lines are shown
    #[arg(long, value_enum, default_value_t = Shape::Text)]
    pub(in crate::cli) format: Shape,
    #[command(flatten)]
    pub(in crate::cli) place: Place,
}

#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::cli) enum Stream {
    Stdout,
    Stderr,
}

/// `500ms`, `10s`, `2min`
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.len() - text.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1000,
        "min" => 60_000,
        _ => 0,
    };
    let number = number.parse::<u32>().ok().filter(|_| factor > 0);
    let time = number.map(|number| Duration::from_millis(u64::from(number) * factor));
    time.ok_or_else(|| "it is a duration such as `500ms`, `10s` or `2min`".to_owned())
}
