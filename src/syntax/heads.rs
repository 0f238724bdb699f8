//! Heads of tasks, pipelines and functions. What the grammar refuses is read in parts, so that who uses a name of it is
//! not reported too.

use crate::diag::code::Code;
use crate::source::Span;

use super::ast::{Expr, ExprKind, Output, Outputs, Param, TypeExpr, TypeKind};
use super::grammar::{self, Inner, Rule};
use super::lower::{Reach, Signature};
use super::parser::Parser;
use super::slice::{Block, Cut};
use super::strings::{end_of_line, skip_string};
use super::words::{begins_word, skip_blanks, word_at};
use super::explain;

impl Parser<'_> {
    /// A head; `rule` is that of its node in `one`, of a function with its body. When the grammar refuses it, each part is
    /// read for itself; what cannot be read of them is a hole. `None` when there is not even a name.
    pub(super) fn signature_head(&mut self, one: Rule, rule: Rule, at: usize, end: usize) -> Option<Signature> {
        let end = at + self.text[at..end].trim_ascii_end().len();
        self.base = at;
        let reported = self.source.scan.reported(at, end);
        if let Some(signature) = (!reported && rule != Rule::fn_item).then(|| self.quick_signature(at, end)).flatten() {
            return Some(signature);
        }
        let quick = !reported && rule != Rule::fn_item && self.source.imbalance(at, end).is_none();
        if let Some(mut inner) = quick.then(|| grammar::read(one, &self.text[at..end])).flatten() {
            return Some(self.signature(&mut Inner::of(inner.need(rule))));
        }
        let before = self.out.len();
        let signature = self.signature_in_parts(at, end);
        if self.out.len() == before && !self.source.scan.reported(at, end) {
            self.head(one, at, end);
        }
        signature
    }

    /// Stands for a head that could not be read.
    pub(super) fn no_signature(&self, at: usize) -> Signature {
        Signature { name: self.no_name(at), params: Vec::new(), outputs: broken_outputs(self.span(at, at)) }
    }

    fn signature_in_parts(&mut self, at: usize, end: usize) -> Option<Signature> {
        let start = skip_blanks(self.text, at + word_at(self.text, at).len());
        let word = word_at(self.text, start);
        if word.is_empty() {
            self.lose(at, end);
            return None;
        }
        let name = self.name_at(start, word);
        self.check_declared(&name);
        let rest = self.source.skip(start + word.len(), end);
        let (params, rest) = self.params_of_head(rest, end);
        let outputs = self.outputs_of_head(rest, end);
        Some(Signature { name, params, outputs })
    }

    /// The parameters that begin at `at`, and where the rest of the head begins.
    fn params_of_head(&mut self, at: usize, end: usize) -> (Vec<Param>, usize) {
        let opened = at < end && self.text.as_bytes()[at] == b'(';
        let close = if opened { self.source.scan.close_of(at).filter(|close| *close < end) } else { None };
        if let Some(close) = close.filter(|_| self.source.imbalance(at, end).is_none()) {
            let block = Block { open: at, opened: true, close, closed: true };
            let params = self.params_in_parts(block, true, Reach::Alone).unwrap_or_else(|| {
                self.lose(at, close);
                Vec::new()
            });
            return (params, self.source.skip(close + 1, end));
        }
        if let Some(close) = close.filter(|close| self.source.imbalance(at, close + 1).is_none()) {
            let next = self.source.skip(close + 1, end);
            if next < end && !word_at(self.text, next).is_empty() && self.names_param(next) {
                // The `{` of a block is missing, and what follows are its fields.
                let block = Block { open: at, opened: true, close, closed: true };
                let params = self.params_in_parts(block, true, Reach::Alone).unwrap_or_default();
                if let Some(imbalance) = self.source.imbalance(at, end) {
                    let said = explain::imbalance(self, imbalance);
                    self.report(said);
                }
                self.lose(next, end);
                return (params, end);
            }
        }
        let arrow = self.arrow(at, end);
        if at >= arrow || !opened && self.source.imbalance(at, end).is_none() {
            return (Vec::new(), at);
        }
        let imbalance = self.source.imbalance(at, end).filter(|_| !self.source.scan.reported(at, end));
        let of_block = imbalance.and_then(|one| one.closer).is_some_and(|closer| self.bytes()[closer] == b'}');
        self.lose(at, arrow);
        let before = self.out.len();
        // Where the `{` of a block is missing, what follows are its fields.
        let fields = !opened && of_block;
        let params = if fields { Vec::new() } else { self.params_by_names(at + usize::from(opened), arrow) };
        if let Some(imbalance) = imbalance.filter(|_| !self.out.iter().skip(before).any(|one| one.code == Code::P0103)) {
            let said = explain::imbalance(self, imbalance);
            self.report(said);
        }
        (params, if fields { end } else { arrow })
    }

    /// Where the last `->` of a head stands, or its end.
    fn arrow(&self, at: usize, end: usize) -> usize {
        let bytes = self.bytes();
        let (mut i, mut found) = (at, end);
        while i < end {
            match bytes[i] {
                b'"' => i = skip_string(bytes, i),
                b'/' if bytes.get(i + 1) == Some(&b'/') => i = end_of_line(bytes, i),
                b'-' if bytes.get(i + 1) == Some(&b'>') => {
                    found = i;
                    i += 2;
                }
                _ => i += 1,
            }
        }
        found
    }

    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Where the brackets do not match: each `name:` behind a bracket, a comma or a line end begins a parameter.
    fn params_by_names(&mut self, start: usize, end: usize) -> Vec<Param> {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        let (mut i, mut solid, mut begins) = (start, start, true);
        while i < end {
            let byte = self.bytes()[i];
            match byte {
                b'"' => i = skip_string(self.bytes(), i),
                b'/' if self.bytes().get(i + 1) == Some(&b'/') => {
                    i = end_of_line(self.bytes(), i);
                    continue;
                }
                b' ' | b'\t' | b'\r' => {
                    i += 1;
                    continue;
                }
                b'\n' | b',' | b'(' => {
                    // What stands in a bracket of its own is the end of one before it.
                    solid = if byte == b'(' { i + 1 } else { solid };
                    (i, begins) = (i + 1, true);
                    continue;
                }
                // A block up to the end is none of a parameter.
                b'{' if self.source.scan.close_of(i).is_some_and(|close| self.text[close + 1..end.max(close + 1)].trim().is_empty()) => {
                    break;
                }
                _ if begins_word(byte) => {
                    if begins && self.names_param(i) {
                        starts.push(i);
                        ends.push(solid);
                    }
                    i += word_at(self.text, i).len().max(1);
                }
                _ => i += 1,
            }
            (begins, solid) = (false, i);
        }
        let ends = ends.into_iter().skip(1).chain([solid.min(end)]);
        starts.iter().zip(ends).filter_map(|(at, end)| self.param_between(*at, end)).collect()
    }

    /// Whether `name:` or `const name:` stands here.
    fn names_param(&self, at: usize) -> bool {
        let word = word_at(self.text, at);
        let next = skip_blanks(self.text, at + word.len());
        if word == "const" {
            return !word_at(self.text, next).is_empty();
        }
        self.bytes().get(next) == Some(&b':')
    }

    fn param_between(&mut self, at: usize, end: usize) -> Option<Param> {
        let text = self.text[at..end].trim_end_matches([' ', '\t', '\r', '\n', ',']);
        let mut end = at + text.len();
        if let Some(imbalance) = self.source.imbalance(at, end) {
            if imbalance.opener.is_some() || imbalance.closer.is_some_and(|closer| closer + 1 < end) {
                if !self.source.scan.reported(at, end) {
                    let said = explain::imbalance(self, imbalance);
                    self.report(said);
                }
                return self.param_name(at, end);
            }
            // The end of the list, or one bracket more.
            end = at + self.text[at..end - 1].trim_end_matches([' ', '\t', '\r', '\n', ',']).len();
        }
        let mut cut = Cut { end, sound: true };
        match self.leaf(Rule::one_param, at, &mut cut) {
            Some(mut inner) => Some(self.param(inner.need(Rule::param), String::new(), Reach::Alone)),
            None => self.param_name(at, end),
        }
    }

    /// `None` when there is one whose name cannot be told.
    pub(super) fn params_in_parts(&mut self, block: Block, sound: bool, reach: Reach) -> Option<Vec<Param>> {
        let mut params = Vec::new();
        let mut lost = false;
        self.entries(block, sound, |parser, at, cut| match parser.leaf(Rule::one_param, at, cut) {
            Some(mut inner) => params.push(parser.param(inner.need(Rule::param), String::new(), reach)),
            None => {
                let guessed = parser.guessed_params(at, cut.end);
                parser.lose(at, cut.end);
                lost |= guessed.is_empty() && parser.text[at..cut.end].trim() != ",";
                params.extend(guessed);
            }
        });
        (!lost).then_some(params)
    }

    /// What stands where one parameter was expected: more than one, where a comma was forgotten.
    fn guessed_params(&mut self, at: usize, end: usize) -> Vec<Param> {
        let mut params: Vec<Param> = self.param_name(at, end).into_iter().collect();
        let (mut i, mut depth) = (at + word_at(self.text, at).len(), 0_u32);
        while i < end {
            let byte = self.bytes()[i];
            match byte {
                b'"' => i = skip_string(self.bytes(), i),
                b'(' | b'[' | b'{' => (i, depth) = (i + 1, depth + 1),
                b')' | b']' | b'}' => (i, depth) = (i + 1, depth.saturating_sub(1)),
                _ if begins_word(byte) => {
                    if depth == 0 && self.names_param(i) {
                        params.extend(self.param_name(i, end));
                        params.dedup_by(|next, first| next.name.span == first.name.span);
                    }
                    i += word_at(self.text, i).len().max(1);
                }
                _ => i += 1,
            }
        }
        params
    }

    /// A parameter of which only the name can be told. It may have had a default.
    fn param_name(&mut self, at: usize, end: usize) -> Option<Param> {
        let is_const = word_at(self.text, at) == "const";
        let start = if is_const { skip_blanks(self.text, at + 5) } else { at };
        let word = word_at(self.text, start);
        let span = self.span(at, end);
        (!word.is_empty()).then(|| Param {
            doc: String::new(),
            is_const,
            name: self.name_at(start, word),
            ty: broken_type(span),
            default: Some(Expr { kind: ExprKind::Broken, span }),
            span,
        })
    }

    /// What stands behind the parameters.
    fn outputs_of_head(&mut self, at: usize, end: usize) -> Outputs {
        if at >= end {
            return Outputs::None;
        }
        let before = self.out.len();
        let open = self.source.skip((at + 2).min(end), end);
        let several = self.text[at..end].starts_with("->") && open < end && self.bytes()[open] == b'(';
        let balanced = self.source.imbalance(at, end).is_none();
        if balanced
            && !self.source.scan.reported(at, end)
            && let Some(mut inner) = grammar::read(Rule::one_outputs, &self.text[at..end])
        {
            self.base = at;
            return self.outputs(inner.need(Rule::outputs));
        }
        let close = if several { self.source.scan.close_of(open).filter(|close| *close < end) } else { None };
        if let Some(close) = close.filter(|_| balanced) {
            let block = Block { open, opened: true, close, closed: true };
            let params = self.params_in_parts(block, true, Reach::Dotted);
            if let Some(params) = params.filter(|_| self.out.len() > before) {
                return Outputs::Named(params.into_iter().map(output_of).collect());
            }
        }
        if self.out.len() == before {
            self.head(Rule::one_outputs, at, end);
        }
        // `(a: T)`, where the `->` is missing.
        let close = if self.bytes()[at] == b'(' { self.source.scan.close_of(at).filter(|close| *close < end) } else { None };
        if let Some(close) = close.filter(|_| balanced) {
            let block = Block { open: at, opened: true, close, closed: true };
            if let Some(params) = self.params_in_parts(block, true, Reach::Dotted) {
                return Outputs::Named(params.into_iter().map(output_of).collect());
            }
        }
        broken_outputs(self.span(at, end))
    }
}

fn output_of(param: Param) -> Output {
    let default = param.default.filter(|default| !matches!(default.kind, ExprKind::Broken));
    Output { doc: param.doc, name: Some(param.name), ty: param.ty, default, span: param.span }
}

/// Outputs that could not be read: whoever uses them is silent.
pub(super) fn broken_outputs(span: Span) -> Outputs {
    Outputs::Single(Output { doc: String::new(), name: None, ty: broken_type(span), default: None, span })
}

fn broken_type(span: Span) -> TypeExpr {
    TypeExpr { kind: TypeKind::Broken, span }
}
