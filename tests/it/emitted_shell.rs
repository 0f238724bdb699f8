//! Emitted bash scripts, really run.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "these tests run scripts on this machine")]

#[path = "emitted_shell/cancel.rs"]
mod cancel;
#[path = "emitted_shell/containers.rs"]
mod containers;
#[path = "emitted_shell/draft.rs"]
mod draft;
#[path = "emitted_shell/failure.rs"]
mod failure;
#[path = "emitted_shell/fan.rs"]
mod fan;
#[path = "emitted_shell/gaps.rs"]
mod gaps;
#[path = "emitted_shell/locks.rs"]
mod locks;
#[path = "emitted_shell/machine.rs"]
mod machine;
#[path = "emitted_shell/options.rs"]
mod options;
#[path = "emitted_shell/order.rs"]
mod order;
#[path = "emitted_shell/output.rs"]
mod output;
#[path = "emitted_shell/records.rs"]
mod records;
#[path = "emitted_shell/requires.rs"]
mod requires;
#[path = "emitted_shell/services.rs"]
mod services;
#[path = "emitted_shell/text.rs"]
mod text;
#[path = "emitted_shell/values.rs"]
mod values;
