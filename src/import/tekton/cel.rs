//! CEL, as far as conditions of a program go: `==`, `!=`, `in`, `&&`, `||`, `!` on texts with variables.

use super::condition::Cond;

/// The condition that an expression is, or the part of it that has no form in the program.
pub(super) fn parse(text: &str) -> Result<Cond, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let cond = parser.any()?;
    match parser.peek() {
        None => Ok(cond),
        Some(token) => Err(token.shown()),
    }
}

/// More brackets than anybody writes.
const DEEPEST: usize = 32;

#[derive(Clone, PartialEq, Eq, Debug)]
enum Token {
    Text(String),
    Word(String),
    Mark(&'static str),
}

const MARKS: [&str; 11] = ["==", "!=", "&&", "||", "!", "(", ")", "[", "]", ",", "."];

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Word(text) => text.clone(),
            Self::Mark(mark) => (*mark).to_owned(),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if first == '\'' || first == '"' {
            let Some(end) = rest[1..].find(first) else { return Err(rest.to_owned()) };
            let inner = &rest[1..=end];
            if inner.contains('\\') {
                return Err(inner.to_owned());
            }
            found.push(Token::Text(inner.to_owned()));
            rest = &rest[end + 2..];
        } else if let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) {
            found.push(Token::Mark(mark));
            rest = &rest[mark.len()..];
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            if end == 0 {
                return Err(first.to_string());
            }
            found.push(Token::Word(rest[..end].to_owned()));
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Ok(found)
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// Something that is compared.
enum Operand {
    Text(String),
    List(Vec<String>),
    Cond(Cond),
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn takes(&mut self, mark: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Mark(known)) if *known == mark);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, mark: &str) -> Result<(), String> {
        if self.takes(mark) { Ok(()) } else { Err(self.rest()) }
    }

    fn rest(&self) -> String {
        self.peek().map_or_else(|| self.tokens.last().map(Token::shown).unwrap_or_default(), Token::shown)
    }

    fn any(&mut self) -> Result<Cond, String> {
        let mut list = vec![self.all()?];
        while self.takes("||") {
            list.push(self.all()?);
        }
        Ok(if list.len() == 1 { list.remove(0) } else { Cond::Any(list) })
    }

    fn all(&mut self) -> Result<Cond, String> {
        let mut list = vec![self.comparison()?];
        while self.takes("&&") {
            list.push(self.comparison()?);
        }
        Ok(if list.len() == 1 { list.remove(0) } else { Cond::All(list) })
    }

    fn comparison(&mut self) -> Result<Cond, String> {
        let start = self.rest();
        let left = self.operand()?;
        for (mark, holds) in [("==", true), ("!=", false)] {
            if self.takes(mark) {
                let right = self.operand()?;
                return compared(left, right, holds).ok_or(start);
            }
        }
        if self.peek() == Some(&Token::Word("in".to_owned())) {
            self.at += 1;
            return match (left, self.operand()?) {
                (Operand::Text(input), Operand::List(values)) => Ok(Cond::In { input, holds: true, values }),
                _ => Err(start),
            };
        }
        match left {
            Operand::Cond(cond) => Ok(cond),
            Operand::Text(_) | Operand::List(_) => Err(start),
        }
    }

    fn operand(&mut self) -> Result<Operand, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.rest());
        }
        let made = self.operand_inside();
        self.depth -= 1;
        let made = made?;
        // A method, as `'a'.startsWith('b')`.
        if self.takes(".") { Err(self.rest()) } else { Ok(made) }
    }

    fn operand_inside(&mut self) -> Result<Operand, String> {
        if self.takes("!") {
            return match self.operand()? {
                Operand::Cond(cond) => Ok(Operand::Cond(Cond::Not(Box::new(cond)))),
                Operand::Text(text) => Err(text),
                Operand::List(_) => Err("!".to_owned()),
            };
        }
        if self.takes("(") {
            let cond = self.any()?;
            self.expect(")")?;
            return Ok(Operand::Cond(cond));
        }
        if self.takes("[") {
            return self.list();
        }
        match self.peek().cloned() {
            Some(Token::Text(text)) => {
                self.at += 1;
                Ok(Operand::Text(text))
            }
            Some(Token::Word(word)) if word == "true" || word == "false" => {
                self.at += 1;
                Ok(Operand::Cond(Cond::Known(word == "true")))
            }
            Some(Token::Word(_) | Token::Mark(_)) | None => Err(self.rest()),
        }
    }

    fn list(&mut self) -> Result<Operand, String> {
        let mut texts = Vec::new();
        while !self.takes("]") {
            match self.operand()? {
                Operand::Text(text) => texts.push(text),
                Operand::List(_) | Operand::Cond(_) => return Err(self.rest()),
            }
            if !self.takes(",") {
                self.expect("]")?;
                break;
            }
        }
        Ok(Operand::List(texts))
    }
}

fn compared(left: Operand, right: Operand, holds: bool) -> Option<Cond> {
    let is_variable = |text: &str| text.contains("$(");
    match (left, right) {
        (Operand::Text(a), Operand::Text(b)) if !is_variable(&a) && is_variable(&b) => {
            Some(Cond::In { input: b, holds, values: vec![a] })
        }
        (Operand::Text(a), Operand::Text(b)) => Some(Cond::In { input: a, holds, values: vec![b] }),
        (Operand::Cond(cond), Operand::Cond(Cond::Known(value)))
        | (Operand::Cond(Cond::Known(value)), Operand::Cond(cond)) => {
            Some(if value == holds { cond } else { Cond::Not(Box::new(cond)) })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::import::tekton::condition::Cond;

    fn is(input: &str, holds: bool, values: &[&str]) -> Cond {
        Cond::In { input: input.to_owned(), holds, values: values.iter().map(|one| (*one).to_owned()).collect() }
    }

    #[test]
    fn what_conditions_can_say_is_read() {
        let x = "$(params.x)";
        assert_eq!(parse("'$(params.x)' == 'a'"), Ok(is(x, true, &["a"])));
        assert_eq!(parse("\"a\" != '$(params.x)'"), Ok(is(x, false, &["a"])));
        assert_eq!(parse("'$(params.x)' in ['a', 'b']"), Ok(is(x, true, &["a", "b"])));
        let both = Cond::All(vec![is(x, true, &["a"]), Cond::Not(Box::new(is(x, true, &["b"])))]);
        assert_eq!(parse("'$(params.x)'=='a' && !('$(params.x)' == 'b')"), Ok(both));
        let either = parse("'$(params.x)' == 'b' || '$(params.x)' == 'a'").map(Cond::settled);
        assert_eq!(either, Ok(is(x, true, &["a", "b"])));
        assert_eq!(parse("true"), Ok(Cond::Known(true)));
    }

    #[test]
    fn the_part_that_has_no_form_is_named() {
        assert_eq!(parse("'$(params.x)'.startsWith('v')"), Err("startsWith".to_owned()));
        assert_eq!(parse("size('a') == 3"), Err("size".to_owned()));
        assert_eq!(parse("'a'"), Err("a".to_owned()));
        assert_eq!(parse("'a' =="), Err("==".to_owned()));
        assert_eq!(parse("'a' == 'b"), Err("'b".to_owned()));
        assert_eq!(parse("1 < 2"), Err("<".to_owned()));
        assert!(parse(&"(".repeat(1000)).is_err());
    }
}
