//! Scripts of the compiler's own: conditions, turns, values, checks.

use std::ffi::OsString;
use std::fs;

use super::give::Giver;
use super::process::{Ends, interpreter};
use super::site::Site;
use super::who::Who;
use crate::contract::ScriptSpec;
use crate::run::supervise::Reason;

/// What is kept of what such a script says.
const SAID: usize = 65_536;

/// How a script ended.
#[derive(Debug)]
pub(super) struct Evaluated {
    pub(super) code: i32,
    pub(super) cancelled: bool,
    /// What it wrote to its file.
    pub(super) answer: Vec<u8>,
    /// What it printed, in lines.
    pub(super) said: Vec<String>,
}

impl Evaluated {
    fn failed(said: String) -> Self {
        Self { code: 2, cancelled: false, answer: Vec::new(), said: vec![said] }
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.answer).into_owned()
    }
}

impl Site<'_> {
    /// Runs a script with `variable` in its environment as the file to write.
    pub(super) fn evaluate(&self, who: Option<&Who>, script: &ScriptSpec, variable: &str, ends: Ends<'_>) -> Evaluated {
        let mut given = match (Giver { site: self, who }).all(&script.env, &script.args, None) {
            Ok(given) => given,
            Err(error) => return Evaluated::failed(error),
        };
        let (file, answer) = (self.private.file("script"), self.private.file("answer"));
        if let Err(error) = fs::write(&file, &script.script).and_then(|()| fs::write(&answer, "")) {
            return Evaluated::failed(format!("{} cannot be written: {error}", file.display()));
        }
        given.env.push((variable.to_owned(), answer.clone().into()));
        if let Some(turn) = who.and_then(|who| who.turn.as_ref()) {
            given.env.push(("PIPE_TURN".to_owned(), OsString::from(&turn.text)));
        }
        let mut words = interpreter(&script.script);
        words.push(file.clone().into());
        words.append(&mut given.words);
        let mut said = Vec::new();
        let ended = self.process(who, &mut self.command(who, &words, &given), ends, &mut |_, bytes| {
            said.extend_from_slice(&bytes[..bytes.len().min(SAID - said.len())]);
        });
        let found = fs::read(&answer).unwrap_or_default();
        fs::remove_file(&file).ok();
        fs::remove_file(&answer).ok();
        match ended {
            Ok(ended) => Evaluated {
                code: ended.code,
                cancelled: ended.reason == Some(Reason::Cancelled),
                answer: found,
                said: String::from_utf8_lossy(&said).lines().map(str::to_owned).collect(),
            },
            Err(error) => Evaluated::failed(format!("a script of the runner could not be started: {error}")),
        }
    }
}
