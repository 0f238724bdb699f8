//! POSIX extended regular expressions, the part that every engine reads alike, to the syntax of `regex`.

use std::fmt::Write as _;

/// The same language in the syntax of `regex`, without anchors.
///
/// # Errors
/// What is not part of the language, and what to write instead.
pub(super) fn translate(pattern: &str) -> Result<String, String> {
    if let Some(odd) = pattern.chars().find(|one| !one.is_ascii() || one.is_ascii_control()) {
        return Err(format!("`{}` means other things in other locales; use printable ASCII only", odd.escape_debug()));
    }
    let rest = pattern.strip_prefix('^').unwrap_or(pattern);
    let mut reader = Reader { rest, out: String::new(), depth: 0 };
    reader.alternatives()?;
    if reader.rest.starts_with(')') {
        return Err("a `)` closes nothing; write `\\)` for the character".to_owned());
    }
    Ok(reader.out)
}

/// Groups inside each other; a limit on the recursion.
const DEPTH: usize = 50;
/// The largest repetition that POSIX promises.
const REPEAT: u32 = 255;

struct Reader<'a> {
    rest: &'a str,
    out: String,
    depth: usize,
}

impl Reader<'_> {
    fn alternatives(&mut self) -> Result<(), String> {
        self.branch()?;
        while self.eat("|") {
            self.out.push('|');
            self.branch()?;
        }
        Ok(())
    }

    fn branch(&mut self) -> Result<(), String> {
        let start = self.out.len();
        while let Some(next) = self.rest.bytes().next() {
            match next {
                b'|' | b')' => break,
                b'$' if self.rest.len() == 1 => self.rest = "",
                _ => {
                    self.atom(next)?;
                    self.quantifier()?;
                }
            }
        }
        if self.out.len() == start {
            return Err("a part of it is empty; write `( )?` around what may be missing".to_owned());
        }
        Ok(())
    }

    fn atom(&mut self, next: u8) -> Result<(), String> {
        match next {
            b'(' => return self.group(),
            b'[' => return self.bracket(),
            b'\\' => return self.escape(),
            b'.' => self.out.push_str(r"[^\n]"),
            b'*' | b'+' | b'?' => {
                return Err(format!("`{0}` repeats nothing; write `\\{0}` for the character", char::from(next)));
            }
            b'^' => {
                return Err("`^` has a meaning only at the very beginning; write `\\^` for the character".to_owned());
            }
            b'$' => return Err("`$` has a meaning only at the very end; write `\\$` for the character".to_owned()),
            b'{' | b'}' | b']' => {
                let next = char::from(next);
                return Err(format!(
                    "a lone `{next}` is not read alike everywhere; write `\\{next}` for the character"
                ));
            }
            other => literal(&mut self.out, other),
        }
        self.rest = &self.rest[1..];
        Ok(())
    }

    fn group(&mut self) -> Result<(), String> {
        self.eat("(");
        if self.rest.starts_with('?') {
            return Err(extension(self.rest));
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(format!("it has more than {DEPTH} groups inside each other"));
        }
        self.out.push_str("(?:");
        self.alternatives()?;
        self.out.push(')');
        self.depth -= 1;
        if self.eat(")") { Ok(()) } else { Err("a `(` is never closed; write `\\(` for the character".to_owned()) }
    }

    fn escape(&mut self) -> Result<(), String> {
        let Some(next) = self.rest.as_bytes().get(1).copied() else {
            return Err("it ends in a lone `\\`; write `\\\\` for the character".to_owned());
        };
        if !br"\.[](){}*+?|^$".contains(&next) {
            return Err(unknown_escape(char::from(next)));
        }
        literal(&mut self.out, next);
        self.rest = &self.rest[2..];
        Ok(())
    }

    fn quantifier(&mut self) -> Result<(), String> {
        let sign = match self.rest.bytes().next() {
            Some(sign @ (b'*' | b'+' | b'?')) => sign,
            Some(b'{') => b'{',
            _ => return Ok(()),
        };
        if sign == b'{' {
            self.bounds()?;
        } else {
            self.out.push(char::from(sign));
            self.rest = &self.rest[1..];
        }
        match self.rest.bytes().next() {
            Some(b'?') => {
                Err("a lazy repetition (`*?`, `+?`) is not read alike everywhere; leave out the `?`: the whole \
                               value has to match anyway"
                    .to_owned())
            }
            Some(b'*' | b'+' | b'{') => Err("a repetition is repeated; put `( )` around the first".to_owned()),
            _ => Ok(()),
        }
    }

    /// `{2}`, `{2,}`, `{2,4}`
    fn bounds(&mut self) -> Result<(), String> {
        let wrong = || {
            format!("a repetition is `{{2}}`, `{{2,}}` or `{{2,4}}`, up to {REPEAT}; write `\\{{` for the character")
        };
        let (inside, rest) = self.rest[1..].split_once('}').ok_or_else(wrong)?;
        let (low, high) = inside.split_once(',').map_or((inside, None), |(low, high)| (low, Some(high)));
        let count = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u32>().ok().filter(|count| digits && *count <= REPEAT).ok_or_else(wrong)
        };
        let least = count(low)?;
        match high {
            None => write!(self.out, "{{{least}}}"),
            Some("") => write!(self.out, "{{{least},}}"),
            Some(high) if count(high)? < least => return Err(wrong()),
            Some(high) => write!(self.out, "{{{least},{}}}", count(high)?),
        }
        .expect("a String takes any text");
        self.rest = rest;
        Ok(())
    }

    /// `[a-z_]`, `[^]-]`, `[[:alpha:]]`: a set of bytes.
    fn bracket(&mut self) -> Result<(), String> {
        self.eat("[");
        self.out.push('[');
        if self.eat("^") {
            // A value never holds a line break, and `[^a]` of the engines would take one.
            self.out.push_str(r"^\n");
        }
        let mut first = true;
        loop {
            let Some(next) = self.rest.bytes().next() else {
                return Err("a `[` is never closed; write `\\[` for the character".to_owned());
            };
            if next == b']' && !first {
                break;
            }
            self.member(next, first)?;
            first = false;
        }
        self.eat("]");
        self.out.push(']');
        Ok(())
    }

    /// One class, range or character of a set.
    fn member(&mut self, next: u8, first: bool) -> Result<(), String> {
        if next == b'\\' {
            return Err("a `\\` inside `[ ]` is a character of the set to some and an escape to others; write the \
                        character without it, `]` first and `-` last, or `\\\\` outside of the set"
                .to_owned());
        }
        if next == b'[' && self.rest[1..].starts_with([':', '.', '=']) {
            return self.class();
        }
        let mut ahead = self.rest.bytes().skip(1);
        let range = ahead.next() == Some(b'-');
        match ahead.next() {
            Some(end) if range && end != b']' => self.range(next, end),
            _ if next == b'-' && !first && !self.rest[1..].starts_with(']') => {
                Err("a `-` in the middle of `[ ]` is not read alike everywhere; put it last".to_owned())
            }
            _ => {
                literal(&mut self.out, next);
                self.rest = &self.rest[1..];
                Ok(())
            }
        }
    }

    fn range(&mut self, low: u8, high: u8) -> Result<(), String> {
        let alike = |is: fn(&u8) -> bool| is(&low) && is(&high);
        let known = alike(u8::is_ascii_digit) || alike(u8::is_ascii_lowercase) || alike(u8::is_ascii_uppercase);
        let (from, to) = (char::from(low), char::from(high));
        if !known || low > high {
            return Err(format!(
                "the range `{from}-{to}` is not read alike everywhere; a range goes up inside `0-9`, `a-z` or `A-Z`"
            ));
        }
        if self.rest[3..].starts_with('-') && !self.rest[4..].starts_with(']') {
            return Err(format!("the range `{from}-{to}` goes on with `-`; put the `-` last in the set"));
        }
        self.out.extend([from, '-', to]);
        self.rest = &self.rest[3..];
        Ok(())
    }

    fn class(&mut self) -> Result<(), String> {
        let known = CLASSES.iter().find_map(|name| Some((name, self.rest.strip_prefix(&format!("[:{name}:]"))?)));
        let (name, rest) =
            known.ok_or_else(|| format!("`{}` is not a class; there are {}", head(self.rest), CLASSES.join(" ")))?;
        write!(self.out, "[:{name}:]").expect("a String takes any text");
        self.rest = rest;
        Ok(())
    }

    fn eat(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

const CLASSES: &[&str] = &["alnum", "alpha", "blank", "digit", "lower", "punct", "space", "upper", "xdigit"];

/// One byte as `regex` reads it literally, inside a set and outside.
fn literal(out: &mut String, byte: u8) {
    if byte.is_ascii_alphanumeric() {
        out.push(char::from(byte));
    } else {
        write!(out, "\\x{byte:02x}").expect("a String takes any text");
    }
}

/// The beginning of what cannot be read.
fn head(text: &str) -> &str {
    &text[..text.len().min(8)]
}

fn extension(rest: &str) -> String {
    let (form, instead) = match rest.as_bytes().get(1..3) {
        Some([b':', _]) => ("(?:", "write `(`: there are no captures, so every group is one without"),
        Some([b'=', _]) => ("(?=", "there is no look-ahead: write the alternatives out"),
        Some([b'!', _]) => ("(?!", "there is no look-ahead: write the alternatives out"),
        Some([b'<', b'=' | b'!']) => ("(?<", "there is no look-behind: write the alternatives out"),
        Some([b'<' | b'P', _]) => ("(?<", "there are no named groups: write `(`"),
        _ => ("(?", "there are no flags: write both cases, as `[Aa]`"),
    };
    format!("`{form}` is not part of POSIX patterns; {instead}")
}

fn unknown_escape(next: char) -> String {
    let instead = match next {
        'd' => "write `[0-9]`".to_owned(),
        'D' => "write `[^0-9]`".to_owned(),
        'w' => "write `[A-Za-z0-9_]`".to_owned(),
        'W' => "write `[^A-Za-z0-9_]`".to_owned(),
        's' => "write `[[:space:]]`".to_owned(),
        'S' => "write `[^[:space:]]`".to_owned(),
        'b' | 'B' | '<' | '>' => "there are no word boundaries: write what may stand there".to_owned(),
        'A' | 'z' | 'Z' | '`' | '\'' => "leave it out: the whole value has to match anyway".to_owned(),
        'n' | 'r' | 't' => "a value is one line without control characters; write `[[:blank:]]` for blanks".to_owned(),
        '1'..='9' => "there are no back-references: write the alternatives out".to_owned(),
        other if other.is_ascii_alphanumeric() => format!("write what it stands for, or `{other}` for the letter"),
        other => format!("write `{other}`, which needs no escape, or `[{other}]`"),
    };
    format!("`\\{next}` is not part of POSIX patterns; {instead}")
}
