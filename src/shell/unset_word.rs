//! The words of a script that is looked through for variables which are not set: what each expands.

use super::input::HOLE;
use super::unset::{End, Flow};
use super::word::name_length;

impl<'t> Flow<'t> {
    /// The name that comes next.
    pub(super) fn name(&mut self) -> Option<&'t [u8]> {
        let rest = &self.text[self.at..];
        let length = name_length(rest);
        self.at += length;
        (length > 0).then(|| &rest[..length])
    }

    /// The assignment that comes next, if one does: its name, unless it may go wrong.
    pub(super) fn assigned(&mut self) -> Option<Option<Option<&'t [u8]>>> {
        let length = name_length(&self.text[self.at..]);
        match (length, self.peek(length), self.peek(length + 1)) {
            (0, ..) => Some(None),
            (_, b'[', _) | (_, b'+', b'=') | (_, b'=', b'(') => None,
            (_, b'=', _) => {
                let name = &self.text[self.at..self.at + length];
                self.at += length + 1;
                let is_sure = self.word_or_nothing()?;
                Some(Some(is_sure.then_some(name)))
            }
            _ => Some(None),
        }
    }

    /// A word; whether its expansion cannot go wrong.
    pub(super) fn word(&mut self) -> Option<bool> {
        let from = self.at;
        self.word_or_nothing().filter(|_| self.at > from)
    }

    fn word_or_nothing(&mut self) -> Option<bool> {
        let mut is_sure = true;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')' => break,
                b'\'' => self.single()?,
                b'"' => is_sure &= self.double()?,
                b'\\' => self.escaped()?,
                b'`' => return None,
                b'$' => is_sure &= self.dollar(false)?,
                _ => self.at += 1,
            }
        }
        Some(is_sure)
    }

    fn single(&mut self) -> Option<()> {
        let inside = &self.text[self.at + 1..];
        self.at += inside.iter().position(|byte| *byte == b'\'')? + 2;
        Some(())
    }

    fn escaped(&mut self) -> Option<()> {
        self.at += 2;
        self.text.get(self.at - 1).filter(|byte| **byte != HOLE).map(|_| ())
    }

    fn double(&mut self) -> Option<bool> {
        self.at += 1;
        let mut is_sure = true;
        loop {
            match self.text.get(self.at)? {
                b'"' => {
                    self.at += 1;
                    return Some(is_sure);
                }
                b'\\' => self.escaped()?,
                b'`' => return None,
                b'$' => is_sure &= self.dollar(true)?,
                _ => self.at += 1,
            }
        }
    }

    /// What begins with `$`; whether it cannot go wrong.
    fn dollar(&mut self, in_double: bool) -> Option<bool> {
        let next = self.peek(1);
        match next {
            b'(' if self.peek(2) == b'(' => self.sum().map(|()| false),
            b'(' => self.block(2, End::Paren).map(|()| true),
            b'{' => self.parameter(in_double),
            b'_' | b'a'..=b'z' | b'A'..=b'Z' => {
                self.at += 1;
                let name = self.name()?;
                self.reads(name).map(|()| true)
            }
            b'?' | b'#' | b'$' => {
                self.at += 2;
                Some(true)
            }
            b'\'' | b'"' if !in_double => None,
            b'[' | b'@' | b'*' | b'-' | b'!' | b'0'..=b'9' | HOLE => None,
            _ => {
                self.at += 1;
                Some(true)
            }
        }
    }

    fn reads(&self, name: &[u8]) -> Option<()> {
        self.set.contains(&name).then_some(())
    }

    /// `${x}`, `${#x}`, `${x:-…}`, `${x%…}`
    fn parameter(&mut self, in_double: bool) -> Option<bool> {
        self.at += 2;
        if self.peek(0) == b'#' {
            self.at += 1;
            let name = self.name()?;
            self.reads(name)?;
            return self.closed();
        }
        let name = self.name()?;
        let colon = usize::from(self.peek(0) == b':');
        match (colon, self.peek(colon)) {
            (0, b'}') => {
                self.reads(name)?;
                self.closed()
            }
            (_, b'-' | b'+' | b'=' | b'?') => {
                self.at += colon + 1;
                self.inside(in_double)
            }
            (0, b'#' | b'%') => {
                self.reads(name)?;
                self.at += 1;
                self.inside(in_double)
            }
            _ => None,
        }
    }

    fn closed(&mut self) -> Option<bool> {
        self.at += 1;
        (self.text.get(self.at - 1) == Some(&b'}')).then_some(true)
    }

    /// What stands behind the operator in `${x:-…}`. Quotes in quotes are nothing that shells agree on.
    fn inside(&mut self, in_double: bool) -> Option<bool> {
        let mut is_sure = true;
        loop {
            match self.text.get(self.at)? {
                b'}' => return self.closed().map(|_| is_sure),
                b'\'' if !in_double => self.single()?,
                b'"' if !in_double => is_sure &= self.double()?,
                b'\'' | b'"' | b'`' | b'{' => return None,
                b'\\' => self.escaped()?,
                b'$' => is_sure &= self.dollar(in_double)?,
                _ => self.at += 1,
            }
        }
    }

    /// `$(( … ))` of names, numbers and operators.
    fn sum(&mut self) -> Option<()> {
        let from = self.at;
        self.at += 3;
        let mut depth = 0_usize;
        loop {
            match self.text.get(self.at)? {
                b')' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b')' => break,
                b'(' => {
                    depth += 1;
                    self.at += 1;
                }
                b'$' if self.peek(1) == b'{' => {
                    self.at += 2;
                    self.counts()?;
                    self.closed()?;
                }
                b'$' => {
                    self.at += 1;
                    self.counts()?;
                }
                b'0'..=b'9' => {
                    let digits = self.text[self.at..].iter().take_while(|byte| byte.is_ascii_digit());
                    self.at += digits.count();
                }
                byte if byte.is_ascii_alphabetic() || *byte == b'_' => self.counts()?,
                b' ' | b'+' | b'-' | b'*' | b'/' | b'%' | b'<' | b'>' | b'=' | b'!' | b'&' | b'|' => self.at += 1,
                _ => return None,
            }
        }
        self.at += 2;
        self.sums.push((from, self.at));
        (self.text.get(self.at - 1) == Some(&b')')).then_some(())
    }

    /// The name that comes next, read as a number.
    fn counts(&mut self) -> Option<()> {
        let name = self.name()?;
        self.counted.push(name);
        self.reads(name)
    }

    /// Whether all that the text says of a name makes a number of it, or only reads it.
    pub(super) fn is_number(&self, name: &[u8]) -> bool {
        let is_part = |at: usize| self.text.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let starts = (0..self.text.len()).filter(|at| self.text[*at..].starts_with(name));
        let mut whole = starts.filter(|at| !is_part(at + name.len()) && !at.checked_sub(1).is_some_and(is_part));
        whole.all(|at| {
            let behind = &self.text[at + name.len()..];
            let before = &self.text[..at];
            let in_braces = before.ends_with(b"${") || before.ends_with(b"${#");
            let sets = matches!(behind, [b'=', ..] | [b':', b'=', ..]);
            let is_read = before.ends_with(b"$") || in_braces && !sets;
            // They stand in their order, and not in each other.
            let sum = self.sums.get(self.sums.partition_point(|(_, to)| *to <= at));
            is_read || sum.is_some_and(|(from, _)| *from <= at) || is_number_behind(behind)
        })
    }

    pub(super) fn is_redirection(&self) -> bool {
        let digits = self.text[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        matches!(self.peek(digits), b'<' | b'>') || self.peek(0) == b'&' && self.peek(1) == b'>'
    }

    /// `> file`, `2>&1`, `<<< word`; here-documents are given up.
    pub(super) fn redirection(&mut self) -> Option<()> {
        self.at += self.text[self.at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let operator = self.text[self.at..].iter().take_while(|byte| matches!(byte, b'<' | b'>' | b'&' | b'|')).count();
        match &self.text[self.at..self.at + operator] {
            b"<" | b">" | b">>" | b">|" | b"<>" | b">&" | b"<&" | b"&>" | b"&>>" | b"<<<" => {}
            _ => return None,
        }
        self.at += operator;
        self.blanks();
        self.word().map(drop)
    }
}

/// `=12` or `=$((…`, and then the end of the word.
fn is_number_behind(behind: &[u8]) -> bool {
    let Some(value) = behind.strip_prefix(b"=") else { return false };
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let ends = value.get(digits).is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b';' | b')'));
    digits > 0 && ends || value.starts_with(b"$((")
}
