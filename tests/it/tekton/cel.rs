//! As much of the Common Expression Language as is emitted: comparisons of texts and numbers, `in`, `!`, `&&`, `||`.

use std::cmp::Ordering;

#[derive(Clone, PartialEq, Eq, Debug)]
enum Value {
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Value>),
}

/// The value of an expression that is a bool.
pub(super) fn evaluate(text: &str) -> Result<bool, String> {
    let mut parser = Parser { rest: text.trim_start() };
    let value = parser.either()?;
    match (value, parser.rest) {
        (Value::Bool(value), "") => Ok(value),
        (value, rest) => Err(format!("{value:?} before {rest:?}")),
    }
}

struct Parser<'t> {
    rest: &'t str,
}

impl Parser<'_> {
    fn take(&mut self, mark: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(mark) else { return false };
        self.rest = rest.trim_start();
        true
    }

    fn wanted(&mut self, mark: &str) -> Result<(), String> {
        if self.take(mark) { Ok(()) } else { Err(format!("no {mark} before {:?}", self.rest)) }
    }

    fn either(&mut self) -> Result<Value, String> {
        let mut value = self.both()?;
        while self.take("||") {
            let other = self.both()?;
            value = Value::Bool(truth(&value)? | truth(&other)?);
        }
        Ok(value)
    }

    fn both(&mut self) -> Result<Value, String> {
        let mut value = self.relation()?;
        while self.take("&&") {
            let other = self.relation()?;
            value = Value::Bool(truth(&value)? & truth(&other)?);
        }
        Ok(value)
    }

    fn relation(&mut self) -> Result<Value, String> {
        let left = self.one()?;
        let holds: fn(Ordering) -> bool = match () {
            () if self.take("==") => Ordering::is_eq,
            () if self.take("!=") => Ordering::is_ne,
            () if self.take("<=") => Ordering::is_le,
            () if self.take(">=") => Ordering::is_ge,
            () if self.take("<") => Ordering::is_lt,
            () if self.take(">") => Ordering::is_gt,
            () if self.take("in ") => {
                let Value::List(all) = self.one()? else { return Err("`in` what is no list".to_owned()) };
                return Ok(Value::Bool(all.contains(&left)));
            }
            () => return Ok(left),
        };
        let right = self.one()?;
        let order = match (&left, &right) {
            (Value::Int(left), Value::Int(right)) => left.cmp(right),
            (Value::Text(left), Value::Text(right)) => left.cmp(right),
            (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
            _ => return Err(format!("{left:?} and {right:?} are compared")),
        };
        Ok(Value::Bool(holds(order)))
    }

    fn one(&mut self) -> Result<Value, String> {
        if self.take("!") {
            let inner = self.one()?;
            return Ok(Value::Bool(!truth(&inner)?));
        }
        if self.take("(") {
            let inner = self.either()?;
            return self.wanted(")").map(|()| inner);
        }
        if self.take("int(") {
            let Value::Text(text) = self.one()? else { return Err("int() of what is no text".to_owned()) };
            self.wanted(")")?;
            return text.parse().map(Value::Int).map_err(|error| format!("{text:?}: {error}"));
        }
        if self.take("[") {
            let mut all = vec![self.one()?];
            while self.take(",") {
                all.push(self.one()?);
            }
            return self.wanted("]").map(|()| Value::List(all));
        }
        self.literal()
    }

    fn literal(&mut self) -> Result<Value, String> {
        if let Some(rest) = self.rest.strip_prefix('\'') {
            let (text, behind) = rest.split_once('\'').ok_or("a text without an end")?;
            assert!(!text.contains('\\') && !text.contains("$("), "{text}");
            self.rest = behind.trim_start();
            return Ok(Value::Text(text.to_owned()));
        }
        for (word, value) in [("true", true), ("false", false)] {
            if self.take(word) {
                return Ok(Value::Bool(value));
            }
        }
        let end = self.rest.find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let number = self.rest[..end].parse().map_err(|_| format!("nothing at {:?}", self.rest))?;
        self.rest = self.rest[end..].trim_start();
        Ok(Value::Int(number))
    }
}

fn truth(value: &Value) -> Result<bool, String> {
    if let Value::Bool(value) = value { Ok(*value) } else { Err(format!("{value:?} as a condition")) }
}
