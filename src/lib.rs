//! `pipec`: a compiler for typed, declarative CI pipelines.
//!
//! # How a program flows
//!
//! ```text
//! path --Files--> text --syntax::parse--> ast::File --check::check--> Program --plan::build--> Plan --Target::emit--> Bundle
//!                         |                   |   rules walk it          |          |             |
//!                         +-------------- &mut Diagnostics --------------+----------+-- gaps -----+--> terminal, JSON
//! ```
//!
//! # What holds everywhere
//!
//! - **A stage is a folder with one door, and a stage does not fail.** It takes `&mut Diagnostics`, puts poison in the
//!   holes (`ast::Item::Broken`, `program::Type::Unknown`) and goes on. `Result` is for the machine.
//! - **Spans live to the end.** A gap of a target is reported at the line of the source that asks for too much.
//! - **Emission is total.** `Target::gaps` says what an engine cannot express; `Target::emit` runs only when there was
//!   nothing to say. Nothing is dropped in silence.
//! - **The core cannot touch the machine.** Files come through [`source::Files`]; only `cli` opens them, and `run` runs.
//! - **Same input, same bytes.** No order of a hash map, no time, no host, no version is in an output.
//! - **A value never becomes code.** Values reach scripts by environment, arguments and files, in every target.
//!
//! # The rooms, in reading order
//!
//! | room | what it knows | may name |
//! |---|---|---|
//! | [`source`] | texts, places, the embedded library, the door to the machine | nothing |
//! | [`abreast`] | work on several threads | nothing |
//! | [`diag`] | findings, their codes and pages, how they are shown | source |
//! | [`syntax`] | text to tree, several faults in one run | source, abreast, diag |
//! | [`shell`] | quoting contexts and commands of shell text | source, diag |
//! | [`check`] | names, types, proofs, rules; tree to [`check::program::Program`] | source, abreast, diag, syntax, shell |
//! | [`yaml_read`] | foreign YAML with places, for parameter files | source, diag |
//! | [`plan`] | the DAG for given values; an edge knows why it exists | source, diag, contract, shell, yaml_read, the program |
//! | [`contract`] | the JSON that crosses to the machine that runs a step | nothing |
//! | [`emit`] | the targets, and the script bodies they share | source, abreast, diag, contract, plan, shell |
//! | [`run`] | what runs a [`contract::RunSpec`], and keeps what it leaves | contract |
//! | [`import`] | what other tools read, as a program | source, diag, syntax, shell, yaml_read |
//! | [`verify`] | manifests that others wrote, and the rules of their cluster | source, diag, yaml_read |
//! | [`query`] | everything one may ask of a set of files | all of the above |
//! | [`serve`] | a store over HTTP | contract, run |
//! | [`cli`] | arguments, files, streams | source, abreast, diag, contract, query, emit, run, serve |
//!
//! `tests/it/shape.rs` reads the sources and holds them to this table.
//!
//! # The plan against three engines
//!
//! The plan is in no engine's words. Before the first emitter each of its parts was put against all three:
//!
//! | the plan says | shell | BuildConfigs | Tekton |
//! |---|---|---|---|
//! | an open parameter | `--name VALUE`, typed | a value in the archive | a param of the Pipeline, always a string or array |
//! | a value known when compiling | a literal in the environment | the same | the same, escaped for two rewriters |
//! | a condition | `if`, by the decision script | by the driver, before a segment starts | `when`, or a small decision task |
//! | an output | a file below the work folder | a file of the archive's run | a result (4096 bytes) |
//! | an output that is a list | a file of lines, one an element; empty: none | the same | a result, the same text |
//! | a loop over a run-time list | a job a turn, found by a script | refused | a matrix over turns that a small task finds |
//! | an output that may be missing | an empty file | an empty file | the task runs guarded and leaves empty results |
//! | an artifact | a path in a folder | a path in the build, or the store | a path in a workspace |
//! | a workspace | a folder | a folder of the build | a volume claim |
//! | an edge | the runner waits | one segment behind the other | a result reference, else `runAfter` |
//! | a stage | edges | edges | edges |
//! | `finally`, `outcome`, `x.status` | the runner's own states | the driver's own states | `finally`, `$(tasks.status)` |
//! | a lock | a lock file | one class after the other | an extra edge |
//! | `needs` | checked before the run | resources of the BuildConfig | `computeResources`, node selectors |
//! | a service, at `localhost` | a container whose network the steps share, or one that is there | no (a gap) | a sidecar with probes |
//! | a task kept elsewhere | no (a gap) | no (a gap) | a `taskRef` with a resolver |
//! | retries, timeout | the runner, by process group | the driver, the build's deadline | of the pipeline task |
//! | the meaning of exit codes | the step's own script, in all three | | |
//!
//! What is the same for all is rendered once, in `emit::script`: the body of a step evaluates what is known only when
//! running, puts files in place, runs the user's script in a subshell, checks the outputs and maps the exit code.
//! So the bytes that run on a laptop are the bytes that run in a cluster.

#[cfg(feature = "compiler")]
pub mod abreast;
#[cfg(feature = "compiler")]
pub mod check;
#[cfg(feature = "compiler")]
pub mod cli;
pub mod contract;
#[cfg(feature = "compiler")]
pub mod diag;
#[cfg(feature = "compiler")]
pub mod emit;
#[cfg(feature = "compiler")]
pub mod import;
#[cfg(feature = "compiler")]
pub mod plan;
#[cfg(feature = "compiler")]
pub mod query;
pub mod run;
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "compiler")]
pub mod shell;
#[cfg(feature = "compiler")]
pub mod source;
#[cfg(feature = "compiler")]
pub mod syntax;
#[cfg(feature = "compiler")]
pub mod verify;
#[cfg(feature = "compiler")]
pub mod yaml_read;
