//! The commands about builds: what they take.

use clap::{Args, ValueHint};

use super::{Report, Wanted};

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec bundle ci.pipe -p kind=full -o archives          an archive for each build
  pipec bundle ci.pipe -o build.tar --segment 01-kvm     for `oc start-build --from-archive`
  pipec bundle ci.pipe -o build.tar.gz --segment 01-kvm  the same, gzipped
  pipec bundle ci.pipe --params prod.yaml --list         what would be in them
  pipec bundle ci.pipe -o archives --file lock.json:src/lock.json

The same input gives the same bytes, whoever packs it and wherever: those that `start.sh` packs
for these values. Every parameter is an option too, as of `pipec plan`. A later build finds what
earlier ones left under the name of the first one: give it with --run.

Exit codes: 0 packed, 1 findings, such as parameters that are missing or ill-typed, 2 something
could not be read or written.")]
#[command(mut_arg("values", |arg| arg.help("Give a parameter its value, for this run (repeatable)")))]
#[command(mut_arg("files", |arg| arg.help("Give values from a YAML or JSON file, strictly typed (repeatable)")))]
pub(in crate::cli) struct Bundle {
    #[command(flatten)]
    pub(in crate::cli) wanted: Wanted,
    /// Where it goes: an archive (.tar, .tar.gz, .tgz), or a folder for an archive of each build
    #[arg(long, short = 'o', value_name = "FILE|DIR", required_unless_present = "list", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) out: Option<String>,
    /// Only this build, such as `01-kvm`
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) segment: Option<String>,
    /// Put a file into the workspace before the first task, called as it is or NAME (repeatable)
    #[arg(long = "file", value_name = "PATH[:NAME]", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) added: Vec<String>,
    /// The workspace that files go into, where there are several
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) workspace: Option<String>,
    /// The name of the first build, for archives of later ones
    #[arg(long, value_name = "BUILD", default_value = "", hide_default_value = true)]
    pub(in crate::cli) run: String,
    /// How the run stands, for archives of `finally`: succeeded, failed, cancelled
    #[arg(long, value_name = "OUTCOME", default_value = "succeeded", hide_possible_values = true,
        value_parser = ["succeeded", "failed", "cancelled"])]
    pub(in crate::cli) outcome: String,
    /// Print what is in the archives: sha256, size and name of each entry
    #[arg(long)]
    pub(in crate::cli) list: bool,
    #[command(flatten)]
    pub(in crate::cli) report: Report,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec remote ci.pipe --dry-run                     what would be sent, and what would be called
  pipec remote ci.pipe -p kind=full --namespace ci   send, start the builds, and wait
  pipec remote ci.pipe --dir ~/fcos --follow src/config
  pipec remote ci.pipe --include overrides/rpm --exclude '*.qcow2'

Sent is what lies in `src` and `overrides`, or, where there are neither, in the whole folder: with
changes that are not committed, without .git and what git ignores. It is unpacked into the
workspace before the first task, and every step finds DEVELOPER_MODE=1 in its environment. Builds
are started by `oc` one after the other, as `start.sh` does.

Exit codes: 0 every build succeeded, 1 findings, or a build failed, 2 something could not be read,
written or started; 129, 130 or 143 for a signal: the build that runs is cancelled.")]
#[command(mut_arg("values", |arg| arg.help("Give a parameter its value, for this run (repeatable)")))]
#[command(mut_arg("files", |arg| arg.help("Give values from a YAML or JSON file, strictly typed (repeatable)")))]
pub(in crate::cli) struct Remote {
    #[command(flatten)]
    pub(in crate::cli) wanted: Wanted,
    /// The folder with the changes
    #[arg(long, value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) dir: String,
    /// Send this file or folder too, also when git ignores it; relative to the folder (repeatable)
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) include: Vec<String>,
    /// Leave out what matches, in patterns of a .gitignore (repeatable)
    #[arg(long, value_name = "PATTERN")]
    pub(in crate::cli) exclude: Vec<String>,
    /// Send what this link leads to in its place (repeatable)
    #[arg(long, value_name = "LINK", value_hint = ValueHint::AnyPath)]
    pub(in crate::cli) follow: Vec<String>,
    /// The workspace that the changes go into, where there are several
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) workspace: Option<String>,
    /// Where the builds are; without it, the current one of `oc`
    #[arg(long, value_name = "NAMESPACE")]
    pub(in crate::cli) namespace: Option<String>,
    /// Keep the archives that were sent in this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(in crate::cli) keep: Option<String>,
    /// Write how the run ended into this file, as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(in crate::cli) summary: Option<String>,
    /// Send and start nothing: print what would be sent, and what would be called
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
    #[command(flatten)]
    pub(in crate::cli) report: Report,
}
