//! Types as other languages write them.

/// What other languages call the types that are words of this one.
const NAMES: &[(&str, &str)] = &[
    ("str", "string"),
    ("String", "string"),
    ("text", "string"),
    ("Bool", "bool"),
    ("boolean", "bool"),
    ("Boolean", "bool"),
    ("Int", "int"),
    ("integer", "int"),
    ("Integer", "int"),
    ("i32", "int"),
    ("i64", "int"),
    ("int32", "int"),
    ("int64", "int"),
    ("u32", "int"),
    ("u64", "int"),
    ("uint", "int"),
    ("usize", "int"),
    ("long", "int"),
    ("number", "int"),
    ("time", "duration"),
    ("bytes", "size"),
    ("file", "path"),
    ("dir", "path"),
    ("directory", "path"),
];

const LISTS: &[&str] = &["list", "array", "vec", "set", "seq", "sequence", "slice"];
const MAPS: &[&str] = &["map", "dict", "hashmap", "object", "record", "struct", "mapping", "table"];
const OPTIONALS: &[&str] = &["option", "optional", "maybe", "nullable"];

/// How this language calls a type of that name.
pub fn ours(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(theirs, _)| *theirs == name).map(|(_, ours)| *ours)
}

/// What to write in place of a name that other languages have for what is no name here.
pub fn in_words(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    if LISTS.contains(&&*name) {
        return Some("a list is written by the type of its elements: `[string]`");
    }
    if MAPS.contains(&&*name) {
        return Some(
            "a map is written `{string: string}`; what has a field for each name is declared: `record Name { … }`",
        );
    }
    if OPTIONALS.contains(&&*name) {
        return Some("what may be missing is written with a `?` behind its type: `string?`");
    }
    match &*name {
        "float" | "double" | "decimal" | "f32" | "f64" => {
            Some("numbers are whole: an `int`, a `duration`, a `size`, a `cpu`; or hand it on as a `string`")
        }
        "any" | "auto" | "var" | "dynamic" | "unknown" => {
            Some("every value has a type that is known when it is checked: name it")
        }
        _ => None,
    }
}

/// A type at the beginning of a text, in the words of another language: its length, and how it is written here.
pub(super) fn read(text: &str) -> Option<(usize, String)> {
    let (length, written, _) = Reader { text, at: 0, depth: 0 }.whole()?;
    (text[..length] != *written).then_some((length, written))
}

/// Deeper types are not guessed at.
const DEEPEST: usize = 8;

struct Reader<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn whole(mut self) -> Option<(usize, String, &'t str)> {
        let written = self.ty()?;
        Some((self.at, written, self.text))
    }

    fn ty(&mut self) -> Option<String> {
        if self.depth == DEEPEST {
            return None;
        }
        self.depth += 1;
        let mut written = self.base()?;
        loop {
            if self.eat("[]") {
                written = format!("[{written}]");
            } else if self.eat("?") || self.eat_none() {
                written = optional(written);
            } else {
                break;
            }
        }
        self.depth -= 1;
        Some(written)
    }

    fn base(&mut self) -> Option<String> {
        if self.eat("[]") {
            return Some(format!("[{}]", self.ty()?));
        }
        if self.eat("[") {
            let element = self.ty()?;
            return self.eat("]").then(|| format!("[{element}]"));
        }
        let word = self.word()?;
        let kind = word.to_ascii_lowercase();
        if OPTIONALS.contains(&&*kind) && self.text[self.at..].starts_with(' ') {
            self.at += 1;
            return Some(optional(self.ty()?));
        }
        let Some(of) = self.arguments()? else { return Some(ours(word).unwrap_or(word).to_owned()) };
        match of.as_slice() {
            [element] if LISTS.contains(&&*kind) => Some(format!("[{element}]")),
            [inner] if OPTIONALS.contains(&&*kind) => Some(optional(inner.clone())),
            [key, value] if MAPS.contains(&&*kind) && key == "string" => Some(format!("{{string: {value}}}")),
            _ => None,
        }
    }

    /// `<a, b>`, `[a, b]`; the outer `None` where they do not end, the inner one where there are none.
    #[expect(clippy::option_option, reason = "a type without arguments is one")]
    fn arguments(&mut self) -> Option<Option<Vec<String>>> {
        let close = match self.text.as_bytes().get(self.at) {
            Some(b'<') => ">",
            Some(b'[') if !self.text[self.at..].starts_with("[]") => "]",
            _ => return Some(None),
        };
        self.at += 1;
        let mut of = vec![self.ty()?];
        while self.eat(",") {
            self.at += self.text[self.at..].len() - self.text[self.at..].trim_start_matches(' ').len();
            of.push(self.ty()?);
        }
        self.eat(close).then_some(Some(of))
    }

    fn word(&mut self) -> Option<&'t str> {
        let rest = &self.text[self.at..];
        let word =
            &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '.').unwrap_or(rest.len())];
        self.at += word.len();
        word.starts_with(|c: char| c.is_ascii_alphabetic()).then_some(word)
    }

    fn eat(&mut self, mark: &str) -> bool {
        let eaten = self.text[self.at..].starts_with(mark);
        self.at += if eaten { mark.len() } else { 0 };
        eaten
    }

    /// `| none`
    fn eat_none(&mut self) -> bool {
        ["none", "None", "null", "undefined", "nil"]
            .iter()
            .any(|none| self.eat(&format!(" | {none}")) || self.eat(&format!("|{none}")))
    }
}

fn optional(written: String) -> String {
    if written.ends_with('?') { written } else { written + "?" }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn types_of_other_languages_are_ours() {
        let list = [
            ("list<string>", "[string]"),
            ("List[str]", "[string]"),
            ("string[]", "[string]"),
            ("[]string", "[string]"),
            ("Vec<i64>", "[int]"),
            ("Array<Array<boolean>>", "[[bool]]"),
            ("map<string, int>", "{string: int}"),
            ("Dict[str, List[int]]", "{string: [int]}"),
            ("Option<string>", "string?"),
            ("optional string", "string?"),
            ("string | none", "string?"),
            ("string|null", "string?"),
            ("list<cosa.Version>", "[cosa.Version]"),
            ("string[][]", "[[string]]"),
        ];
        for (theirs, ours) in list {
            for behind in ["", " = 1", ", b: int", ")"] {
                let read = read(&format!("{theirs}{behind}"));
                assert_eq!(read, Some((theirs.len(), ours.to_owned())), "{theirs}{behind}");
            }
        }
    }

    #[test]
    fn what_is_ours_or_nobodys_is_left() {
        for text in ["string", "[string]?", "", "<", "list<", "map<int, string>", "Foo<string>", "list<string", "é<a>"]
        {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"[".repeat(100)), None);
    }
}
