//! Options of a target that the command gives as flags: `--min-version 0.62`.

use crate::diag::Diagnostic;
use crate::diag::code::Code;
use crate::emit::{TARGETS, Target};
use crate::plan::{Plan, Value};

/// The options, by their names, with their values.
#[derive(Debug)]
pub struct Given(Vec<(String, Value)>);

impl Given {
    /// What flags say, as they were written.
    ///
    /// # Errors
    /// A finding about the first flag that is none of the target.
    pub fn read(target: &dyn Target, flags: &[(&str, &str)]) -> Result<Self, Diagnostic> {
        let value = |(name, text): &(&str, &str)| {
            let value = target.flag(name, text).ok_or_else(|| no_flag_of(target, name, text))?;
            Ok(((*name).to_owned(), value))
        };
        flags.iter().map(value).collect::<Result<_, _>>().map(Self)
    }

    /// The plan, in which they stand over what the program says.
    #[must_use]
    pub fn over(self, plan: Plan) -> Plan {
        Plan { given_options: self.0, ..plan }
    }
}

fn no_flag_of(target: &dyn Target, name: &str, text: &str) -> Diagnostic {
    let flag = name.replace('_', "-");
    let has_it = TARGETS.iter().filter(|other| other.flag(name, text).is_some());
    let others: Vec<String> = has_it.map(|other| format!("`{}`", other.name())).collect();
    Diagnostic::global(Code::P0706, format!("the target `{}` has no `--{flag}`", target.name())).help(format!(
        "it is of {}: leave it out; a parameter of the pipeline with this name is given by `-p {name}={text}`",
        others.join(" and ")
    ))
}
