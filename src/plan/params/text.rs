//! One text becomes a value of its type, or is refused.

use crate::check::pattern;
use crate::diag::did_you_mean;
use crate::plan::{EnumTy, Pattern, Ty, Value};

/// The value of a text at a border.
///
/// A `bool` is `true` or `false` and nothing else; an empty text of a `T?` is `none`; a list is a JSON array
/// (`["a", "b"]`), or its elements with commas between (`a,b`), and an empty text has none.
///
/// # Errors
/// Why the text is no value of the type; lower case, names in backticks.
pub fn parse(ty: &Ty, text: &str) -> Result<Value, String> {
    match ty {
        Ty::Bool => match text {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(no(text, ty)),
        },
        Ty::Int => integer(text).map(Value::Int).ok_or_else(|| no(text, ty)),
        Ty::String => no_nul(text).map(Value::Text),
        Ty::Duration => duration(text).map(Value::Duration).ok_or_else(|| no(text, ty)),
        Ty::Size => size(text).map(Value::Size).ok_or_else(|| no(text, ty)),
        Ty::Cpu => cpu(text).map(Value::Cpu).ok_or_else(|| no(text, ty)),
        Ty::Path => pattern::path(text).map(|()| Value::Text(text.to_owned())),
        Ty::Image => pattern::image(text).map(|()| Value::Text(text.to_owned())),
        Ty::Pattern(declared) => declared_text(declared, text),
        Ty::Enum(declared) => case(declared, text),
        Ty::Secret => secret(text),
        Ty::Workspace => Err("a workspace is given by the engine when the run starts, and has no text".to_owned()),
        Ty::Artifact(_) | Ty::Map(_) | Ty::Record(_) => Err(format!("`{ty}` has no text form")),
        Ty::List(of) => list(of, text),
        Ty::Optional(_) if text.is_empty() => Ok(Value::None),
        Ty::Optional(of) => parse(of, text),
    }
}

fn no(text: &str, ty: &Ty) -> String {
    format!("`{text}` is no `{ty}`")
}

fn no_nul(text: &str) -> Result<String, String> {
    match text.contains('\0') {
        true => Err("a text holds a NUL, which no program can be given".to_owned()),
        false => Ok(text.to_owned()),
    }
}

fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // A leading zero is octal to half of the tools that will read it.
    let canonical = digits == "0" || !digits.starts_with('0');
    (plain && canonical).then(|| text.parse().ok()).flatten()
}

fn natural(text: &str) -> Option<i64> {
    integer(text).filter(|_| !text.starts_with('-'))
}

/// `1h30min`, `5400s`, `250ms`: units from large to small, each once.
fn duration(text: &str) -> Option<i64> {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)];
    let (mut rest, mut total, mut next) = (text, 0_i64, 0);
    while !rest.is_empty() {
        let digits = rest.find(|sign: char| !sign.is_ascii_digit())?;
        let behind = &rest[digits..];
        let letters = behind.find(|sign: char| !sign.is_ascii_alphabetic()).unwrap_or(behind.len());
        let unit = units.iter().skip(next).position(|(unit, _)| *unit == &behind[..letters])? + next;
        total = total.checked_add(natural(&rest[..digits])?.checked_mul(units[unit].1)?)?;
        (rest, next) = (&behind[letters..], unit + 1);
    }
    (!text.is_empty()).then_some(total)
}

/// `512Mi`, `2G`, `500000000`
fn size(text: &str) -> Option<i64> {
    let units = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("K", 1_000),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("T", 1_000_000_000_000),
    ];
    let found = units.iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, *bytes)));
    let (number, bytes) = found.unwrap_or((text, 1));
    natural(number)?.checked_mul(bytes)
}

/// `2`, `500m`
fn cpu(text: &str) -> Option<i64> {
    match text.strip_suffix('m') {
        Some(thousandths) => natural(thousandths),
        None => natural(text)?.checked_mul(1000),
    }
}

fn declared_text(declared: &Pattern, text: &str) -> Result<Value, String> {
    let text = no_nul(text)?;
    match &declared.regex {
        Some(regex) if !pattern::compile(regex)?.matches(&text) => {
            Err(format!("`{text}` is no `{}`: the whole text has to match `{regex}`", declared.name))
        }
        _ => Ok(Value::Text(text)),
    }
}

fn case(declared: &EnumTy, text: &str) -> Result<Value, String> {
    if declared.cases.iter().any(|case| case == text) {
        return Ok(Value::Case(text.to_owned()));
    }
    match did_you_mean(text, declared.cases.iter().map(String::as_str)) {
        Some(near) => Err(format!("`{text}` is no `{}`; did you mean `{near}`?", declared.name)),
        None => Err(format!("`{text}` is no `{}`", declared.name)),
    }
}

/// A secret is named; what does not look like a name may be the secret itself, so it is not shown.
fn secret(text: &str) -> Result<Value, String> {
    let named = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_' | '.' | '/');
    match !text.is_empty() && text.len() <= 253 && text.chars().all(named) {
        true => Ok(Value::Secret(text.to_owned())),
        false => Err("this is not the name of a secret (letters, digits, `-`, `_`, `.`, `/`)".to_owned()),
    }
}

fn list(of: &Ty, text: &str) -> Result<Value, String> {
    if text.is_empty() {
        return Ok(Value::List(Vec::new()));
    }
    let elements = if text.trim_start().starts_with('[') {
        json_elements(text)?
    } else {
        text.split(',').map(str::to_owned).collect()
    };
    let values: Result<Vec<Value>, String> = elements.iter().map(|element| parse(of, element)).collect();
    Ok(Value::List(values?))
}

/// The texts of a JSON array of scalars.
fn json_elements(text: &str) -> Result<Vec<String>, String> {
    let wrong = |_| format!("`{text}` begins like a JSON array, but is none");
    let elements: Vec<serde_json::Value> = serde_json::from_str(text).map_err(wrong)?;
    elements
        .iter()
        .map(|element| match element {
            serde_json::Value::String(text) => Ok(text.clone()),
            serde_json::Value::Bool(_) | serde_json::Value::Number(_) => Ok(element.to_string()),
            serde_json::Value::Null => Ok(String::new()),
            serde_json::Value::Array(_) | serde_json::Value::Object(_) => {
                Err("a list takes scalars only here".to_owned())
            }
        })
        .collect()
}
