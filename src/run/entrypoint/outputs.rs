//! What a command had to leave, checked by type when it has ended.

use std::fs;
use std::io;

use super::options::OutputOption;

/// As much of a text as a message shows.
const SHOWN: usize = 80;

/// Every output that is missing or has another form, in words.
pub(super) fn check(outputs: &[OutputOption]) -> Vec<String> {
    outputs.iter().filter_map(|output| wrong(output).err()).collect()
}

fn wrong(output: &OutputOption) -> Result<(), String> {
    let name = &output.name;
    let bytes = match fs::read(&output.file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound && output.form.is_optional() => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(format!("the output `{name}` was not written to `{}`", output.file.display()));
        }
        Err(error) => {
            return Err(format!("the output `{name}` cannot be read from `{}`: {error}", output.file.display()));
        }
    };
    if bytes.contains(&0) {
        return Err(format!("the output `{name}` holds a NUL byte"));
    }
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_suffix('\n').unwrap_or(&text);
    match output.form.wrong(text) {
        None => Ok(()),
        Some(part) => Err(format!("the output `{name}` is not {}: '{}'", output.form.called(), shown(part))),
    }
}

fn shown(text: &str) -> String {
    let start: String = text.chars().take(SHOWN).map(|c| if c.is_control() { '?' } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() { start + "..." } else { start }
}
