//! STUB of helper "scan".
use super::program::{Expr, Script, ScriptPart, Shell};
use crate::diag::Diagnostics;
use crate::shell::Context;
use crate::syntax::ast;
pub fn check(text: &ast::Text, shell: &Shell, values: Vec<Expr>, out: &mut Diagnostics) -> Script {
    let _ = (shell, out);
    let mut values = values.into_iter();
    let parts = text.parts.iter().filter_map(|p| Some(match p {
        ast::Part::Literal(l) => ScriptPart::Text(l.text.clone()),
        ast::Part::Value(_, span) => ScriptPart::Value { value: values.next()?, context: Context::Word, span: *span },
    })).collect();
    Script { parts, span: text.span }
}
