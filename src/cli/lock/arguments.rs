//! What `pipec lock` is told.

use clap::Args;
use clap_complete::ArgValueCompleter;

use crate::cli::args::{Report, Settings, pair};
use crate::cli::complete;
use crate::query::lock::platform::Platform;

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  pipec lock                                    look up every image that is not in pipec.lock yet
  pipec lock --check                            in CI: is pipec.lock up to date? asks no registry
  pipec lock --update quay.io/org/app:1         look one up again
  pipec lock --update-all --check               has a registry something else by now?
  pipec lock --from app:1=oci:build/app         from an OCI layout, a folder or tar, with no network
  pipec lock --from app:1=docker-archive:a.tar  from what `docker save` wrote

pipec.lock lies beside pipec.toml, or beside the program. With it, what is emitted names images with their
digests (`[lock] pin = false` in pipec.toml keeps that from being so), and a task without `run` runs what its
image runs. Registries are asked by curl, with the logins of docker and podman, or with none.

Exit codes: 0 written or up to date, 1 findings or (with --check) out of date, 2 an image could not be looked up,
or something not be read or written.")]
pub(in crate::cli) struct Arguments {
    /// Files, and folders in which every .pipe file counts
    #[arg(default_value = ".", add = ArgValueCompleter::new(complete::programs))]
    pub(super) paths: Vec<String>,
    /// Where an image lies: `oci:DIR`, `oci:FILE.tar` or `docker-archive:FILE.tar` (repeatable)
    #[arg(long, value_name = "IMAGE=KIND:PATH", value_parser = super::from)]
    pub(super) from: Vec<super::From>,
    /// Which of the images behind a name is meant [default: as locked, else linux/amd64]
    #[arg(long, value_name = "OS/ARCH", value_parser = Platform::parse)]
    pub(super) platform: Option<Platform>,
    /// Look this image up again (repeatable)
    #[arg(long, value_name = "IMAGE")]
    pub(super) update: Vec<String>,
    /// Look every image up again
    #[arg(long)]
    pub(super) update_all: bool,
    /// Write nothing: show how pipec.lock would change, and exit 1 when it is out of date
    #[arg(long)]
    pub(super) check: bool,
    /// Ask registries by http
    #[arg(long)]
    pub(super) insecure: bool,
    /// Bind a parameter, where images depend on it (repeatable)
    #[arg(short = 'p', long = "param", value_name = "NAME=VALUE", value_parser = pair)]
    pub(super) values: Vec<(String, String)>,
    #[command(flatten)]
    pub(super) report: Report,
    #[command(flatten)]
    pub(super) settings: Settings,
}
