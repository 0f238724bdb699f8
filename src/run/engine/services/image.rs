//! What the image of a service runs, for who has to do something before it.

use std::ffi::OsString;
use std::process::Stdio;

use super::{Beside, Ends, FAILED, Given};
use crate::contract::ServiceSpec;
use crate::run::supervise::Ended;

/// The words of an image, each behind a `=` and without blanks: `=%2Fbin%2Fsh =-c /=a+b`.
const COMMAND_OF_IMAGE: &str =
    "{{range .Config.Entrypoint}}={{urlquery .}} {{end}}/{{range .Config.Cmd}} ={{urlquery .}}{{end}}";

impl Beside<'_, '_> {
    /// What its image runs, in words; an image that is not there is fetched.
    pub(super) fn command_of_image(&self, service: &ServiceSpec, ends: Ends<'_>) -> Result<Vec<String>, Ended> {
        let engine = self.site.engine().unwrap_or_default();
        let mut known = self.look_at(service);
        if known.is_none() {
            let words = [engine, "pull", &service.image].map(OsString::from);
            let pulled = self.quietly(&words, &Given::default(), ends);
            if pulled.reason.is_some() {
                return Err(Ended { code: 1, ..pulled });
            }
            known = self.look_at(service);
        }
        let Some((mut command, own)) = known else {
            self.say(&format!("what {} runs cannot be read: `{engine}` cannot get that image", service.image));
            return Err(FAILED);
        };
        command.extend(if service.args.is_empty() { own } else { service.args.clone() });
        Ok(command)
    }

    /// The words that its image begins with, and those that arguments take the place of.
    fn look_at(&self, service: &ServiceSpec) -> Option<(Vec<String>, Vec<String>)> {
        let engine = self.site.engine()?;
        let words = [engine, "image", "inspect", "--format", COMMAND_OF_IMAGE, &service.image].map(OsString::from);
        let answer = self.site.command(Some(self.who), &words, &Given::default()).stdin(Stdio::null()).output().ok()?;
        let told = String::from_utf8_lossy(&answer.stdout).into_owned();
        let (entry, own) = told.split_once('/').filter(|_| answer.status.success())?;
        let words = |told: &str| told.split_whitespace().map(|word| plain(word.trim_start_matches('='))).collect();
        Some((words(entry), words(own)))
    }
}

/// A word as it was before it was made fit for an address.
fn plain(word: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), word.bytes());
    while let Some(one) = rest.next() {
        let digits = || Some([rest.clone().next()?, rest.clone().nth(1)?]);
        let code = digits().filter(|_| one == b'%');
        let code = code.and_then(|two| u8::from_str_radix(std::str::from_utf8(&two).ok()?, 16).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest.nth(1);
            }
            None => bytes.push(if one == b'+' { b' ' } else { one }),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_word_of_an_image_is_what_it_was() {
        for (told, word) in [
            ("%2Fbin%2Fsh", "/bin/sh"),
            ("", ""),
            ("echo+%22%24%40%22%3B%0A+c%2Fd%2B%C3%A9%25%5C", "echo \"$@\";\n c/d+é%\\"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
        ] {
            assert_eq!(plain(told), word);
        }
    }
}
