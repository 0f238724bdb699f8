//! The form of an expression, and as much of its types as its literals say. No variable is declared in one.

use super::lex::{Fault, Kind, Token, fault};
use crate::diag::did_you_mean;

/// What a part of an expression gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ty {
    Bool,
    Text,
    Bytes,
    Number,
    List,
    Map,
    /// Not known.
    Any,
}

impl Ty {
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Bool => "a bool",
            Self::Text => "a text",
            Self::Bytes => "bytes",
            Self::Number => "a number",
            Self::List => "a list",
            Self::Map => "a map",
            Self::Any => "something",
        }
    }

    fn is(self, other: Self) -> bool {
        self == Self::Any || other == Self::Any || self == other
    }
}

/// Functions that stand before their arguments, with what they give.
const FUNCTIONS: [(&str, Ty); 11] = [
    ("size", Ty::Number),
    ("string", Ty::Text),
    ("int", Ty::Number),
    ("uint", Ty::Number),
    ("double", Ty::Number),
    ("bool", Ty::Bool),
    ("bytes", Ty::Bytes),
    ("duration", Ty::Any),
    ("timestamp", Ty::Any),
    ("type", Ty::Any),
    ("dyn", Ty::Any),
];

/// Functions that stand behind what they are of: what that is, and what they give.
const METHODS: [(&str, Ty, Ty); 15] = [
    ("matches", Ty::Text, Ty::Bool),
    ("contains", Ty::Text, Ty::Bool),
    ("startsWith", Ty::Text, Ty::Bool),
    ("endsWith", Ty::Text, Ty::Bool),
    ("size", Ty::Any, Ty::Number),
    ("getDate", Ty::Any, Ty::Number),
    ("getDayOfMonth", Ty::Any, Ty::Number),
    ("getDayOfWeek", Ty::Any, Ty::Number),
    ("getDayOfYear", Ty::Any, Ty::Number),
    ("getFullYear", Ty::Any, Ty::Number),
    ("getHours", Ty::Any, Ty::Number),
    ("getMilliseconds", Ty::Any, Ty::Number),
    ("getMinutes", Ty::Any, Ty::Number),
    ("getMonth", Ty::Any, Ty::Number),
    ("getSeconds", Ty::Any, Ty::Number),
];

/// Those that walk a list: their first argument is a name for an element.
const WALKS: [(&str, Ty); 6] = [
    ("all", Ty::Bool),
    ("exists", Ty::Bool),
    ("exists_one", Ty::Bool),
    ("existsOne", Ty::Bool),
    ("map", Ty::List),
    ("filter", Ty::List),
];

/// The names of types.
const TYPES: [&str; 10] = ["bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type"];

/// Operators by how loosely they bind.
const LEVELS: [&[&str]; 5] =
    [&["||"], &["&&"], &["==", "!=", "<=", ">=", "<", ">", "in"], &["+", "-"], &["*", "/", "%"]];

/// Expressions inside each other.
const DEPTH: usize = 60;

pub(super) struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    next: usize,
    depth: usize,
    /// Names of elements that are walked.
    names: Vec<&'a str>,
}

/// Reads a whole expression; gives what it makes.
pub(super) fn whole(text: &str, tokens: &[Token]) -> Result<Ty, Fault> {
    let mut parser = Parser { text, tokens, next: 0, depth: 0, names: Vec::new() };
    let ty = parser.expression()?;
    match parser.peek() {
        "" => Ok(ty),
        mark @ (")" | "]" | "}") => {
            Err(parser.wrong(format!("`{mark}` closes nothing"), "remove it, or open it before"))
        }
        other => {
            Err(parser
                .wrong(format!("`{other}` stands behind the expression"), "write an operator between, such as `&&`"))
        }
    }
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &'a str {
        self.tokens.get(self.next).map_or("", |token| &self.text[token.at.clone()])
    }

    fn is_mark(&self, mark: &str) -> bool {
        self.peek() == mark
    }

    fn take(&mut self, mark: &str) -> bool {
        let there = self.is_mark(mark);
        self.next += usize::from(there);
        there
    }

    fn wrong(&self, message: impl Into<String>, help: impl Into<String>) -> Fault {
        let at = self.tokens.get(self.next).map_or(self.text.len()..self.text.len(), |token| token.at.clone());
        fault(at, message, help)
    }

    fn close(&mut self, mark: &str) -> Result<(), Fault> {
        if self.take(mark) {
            return Ok(());
        }
        Err(self.wrong(format!("`{mark}` is missing"), format!("close what is open with `{mark}`")))
    }

    fn expression(&mut self) -> Result<Ty, Fault> {
        if self.depth == DEPTH {
            return Err(self.wrong("the expression is too deep", "compute a part of it in a task"));
        }
        self.depth += 1;
        let start = self.next;
        let mut ty = self.level(0)?;
        if self.take("?") {
            self.must(ty, Ty::Bool, start, "`?` asks for a bool before it")?;
            let first = self.level(0)?;
            self.close(":")?;
            let second = self.expression()?;
            ty = if first == second { first } else { Ty::Any };
        }
        self.depth -= 1;
        Ok(ty)
    }

    fn must(&self, ty: Ty, wanted: Ty, start: usize, help: &str) -> Result<(), Fault> {
        if ty.is(wanted) {
            return Ok(());
        }
        let from = self.tokens[start].at.start;
        let to = self.tokens[self.next.max(1) - 1].at.end;
        Err(fault(from..to.max(from), format!("{} stands where {} belongs", ty.words(), wanted.words()), help))
    }

    fn level(&mut self, at: usize) -> Result<Ty, Fault> {
        let Some(operators) = LEVELS.get(at) else { return self.unary() };
        let start = self.next;
        let mut left = self.level(at + 1)?;
        while let Some(operator) = operators.iter().find(|one| self.is_mark(one)) {
            let operator_at = self.next;
            self.next += 1;
            let right_at = self.next;
            let right = self.level(at + 1)?;
            let help = format!("`{operator}` takes bools");
            left = match at {
                0 | 1 => {
                    self.must(left, Ty::Bool, start, &help)?;
                    self.must(right, Ty::Bool, right_at, &help)?;
                    Ty::Bool
                }
                2 => {
                    self.compared(operator, left, right, operator_at)?;
                    Ty::Bool
                }
                _ => {
                    self.same(operator, left, right, operator_at)?;
                    if left == Ty::Any { right } else { left }
                }
            };
        }
        Ok(left)
    }

    fn compared(&self, operator: &str, left: Ty, right: Ty, at: usize) -> Result<(), Fault> {
        if operator != "in" {
            return self.same(operator, left, right, at);
        }
        if matches!(right, Ty::List | Ty::Map | Ty::Any) {
            return Ok(());
        }
        let message = format!("`in` looks into {}", right.words());
        Err(fault(self.tokens[at].at.clone(), message, "write a list, `['a', 'b']`; of a text, use `contains`"))
    }

    fn same(&self, operator: &str, left: Ty, right: Ty, at: usize) -> Result<(), Fault> {
        if left.is(right) {
            return Ok(());
        }
        let message = format!("`{operator}` stands between {} and {}", left.words(), right.words());
        let help = "both must be of one type: what is replaced is a text, and `int('$(params.x)')` a number";
        Err(fault(self.tokens[at].at.clone(), message, help))
    }

    fn unary(&mut self) -> Result<Ty, Fault> {
        let start = self.next;
        let (mut not, mut minus) = (0, 0);
        while matches!(self.peek(), "!" | "-") {
            not += usize::from(self.is_mark("!"));
            minus += usize::from(self.is_mark("-"));
            self.next += 1;
        }
        let inner = self.next;
        let ty = self.member()?;
        if not > 0 {
            self.must(ty, Ty::Bool, inner, "`!` takes a bool: put what it is for into parentheses")?;
        }
        if minus > 0 {
            self.must(ty, Ty::Number, start, "`-` takes a number")?;
        }
        Ok(ty)
    }

    fn member(&mut self) -> Result<Ty, Fault> {
        let start = self.next;
        let mut ty = self.primary()?;
        loop {
            if self.take(".") {
                ty = self.behind(ty, start)?;
            } else if self.take("[") {
                let index = self.next;
                let inner = self.expression()?;
                if ty == Ty::List {
                    self.must(inner, Ty::Number, index, "elements of a list have numbers, from 0")?;
                }
                self.close("]")?;
                ty = Ty::Any;
            } else {
                return Ok(ty);
            }
        }
    }

    fn name(&mut self) -> Result<&'a str, Fault> {
        match self.tokens.get(self.next) {
            Some(Token { kind: Kind::Name, at }) => {
                self.next += 1;
                Ok(&self.text[at.clone()])
            }
            Some(_) | None => {
                Err(self.wrong("a name is missing", "a function follows the point, such as `.matches('…')`"))
            }
        }
    }

    /// A function or a key behind a point.
    fn behind(&mut self, of: Ty, start: usize) -> Result<Ty, Fault> {
        let name = self.name()?;
        if !self.take("(") {
            return match of {
                Ty::Any | Ty::Map => Ok(Ty::Any),
                Ty::Bool | Ty::Text | Ty::Bytes | Ty::Number | Ty::List => {
                    self.next -= 1;
                    Err(self.wrong(format!("{} has no keys", of.words()), "a function has parentheses behind its name"))
                }
            };
        }
        if let Some((_, gives)) = WALKS.iter().find(|(walk, _)| *walk == name) {
            let element = self.name()?;
            self.names.push(element);
            while self.take(",") {
                self.expression()?;
            }
            self.names.pop();
            self.close(")")?;
            return Ok(*gives);
        }
        let Some((_, on, gives)) = METHODS.iter().find(|(method, ..)| *method == name) else {
            self.next -= 2;
            let known = METHODS.iter().map(|(name, ..)| *name).chain(WALKS.iter().map(|(name, _)| *name));
            return Err(self.unknown("function", name, known));
        };
        let end = self.next;
        self.arguments()?;
        let behind = std::mem::replace(&mut self.next, end - 2);
        self.must(of, *on, start, &format!("`{name}` is of {}", on.words()))?;
        self.next = behind;
        Ok(*gives)
    }

    fn arguments(&mut self) -> Result<(), Fault> {
        if self.take(")") {
            return Ok(());
        }
        loop {
            self.expression()?;
            if !self.take(",") {
                return self.close(")");
            }
        }
    }

    fn primary(&mut self) -> Result<Ty, Fault> {
        let Some(token) = self.tokens.get(self.next) else { return Err(self.nothing()) };
        let shown = &self.text[token.at.clone()];
        self.next += 1;
        match (token.kind, shown) {
            (Kind::Text, _) => Ok(Ty::Text),
            (Kind::Bytes, _) => Ok(Ty::Bytes),
            (Kind::Number, _) => Ok(Ty::Number),
            (Kind::Name, _) => self.named(shown),
            (Kind::Mark, "(") => {
                let ty = self.expression()?;
                self.close(")")?;
                Ok(ty)
            }
            (Kind::Mark, "[") => {
                self.elements("]", false)?;
                Ok(Ty::List)
            }
            (Kind::Mark, "{") => {
                self.elements("}", true)?;
                Ok(Ty::Map)
            }
            (Kind::Mark | Kind::End, _) => {
                self.next -= 1;
                Err(self.nothing())
            }
        }
    }

    fn nothing(&self) -> Fault {
        let found = self.peek();
        let message = if found.is_empty() {
            "the expression ends too early".to_owned()
        } else {
            format!("nothing stands before `{found}`")
        };
        self.wrong(message, "a text in quotes, a number, a list or a function belongs here")
    }

    /// Elements of a list, or keys with their values.
    fn elements(&mut self, end: &str, pairs: bool) -> Result<(), Fault> {
        while !self.take(end) {
            self.expression()?;
            if pairs {
                self.close(":")?;
                self.expression()?;
            }
            if !self.take(",") {
                return self.close(end);
            }
        }
        Ok(())
    }

    fn named(&mut self, name: &'a str) -> Result<Ty, Fault> {
        if self.take("(") {
            if name == "has" {
                self.arguments()?;
                return Ok(Ty::Bool);
            }
            let Some((_, gives)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
                self.next -= 2;
                return Err(self.unknown("function", name, FUNCTIONS.iter().map(|(name, _)| *name)));
            };
            self.arguments()?;
            return Ok(*gives);
        }
        match name {
            "true" | "false" => Ok(Ty::Bool),
            _ if name == "null" || TYPES.contains(&name) || self.names.contains(&name) => Ok(Ty::Any),
            _ => {
                self.next -= 1;
                let help = match name {
                    "params" | "tasks" | "workspaces" | "context" => {
                        format!(
                            "write `'$({name}.…)'`: a variable of the pipeline is replaced, and stands in single quotes"
                        )
                    }
                    _ => format!("a text stands in single quotes, `'{name}'`; there are no variables here"),
                };
                Err(self.wrong(format!("`{name}` is not known in an expression"), help))
            }
        }
    }

    fn unknown<'n>(&self, what: &str, name: &str, known: impl Iterator<Item = &'n str>) -> Fault {
        let near = did_you_mean(name, known).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
        let help = format!("{near}only the functions of the language itself are there, none of its libraries");
        self.wrong(format!("there is no {what} `{name}` in an expression"), help)
    }
}
