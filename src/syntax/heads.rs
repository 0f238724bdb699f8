//! Heads of tasks, pipelines and functions. What the grammar refuses is read in parts, so that who uses a name of it is
//! not reported too.

use crate::diag::code::Code;
use crate::source::Span;

use super::ast::{Expr, ExprKind, Output, Outputs, Param, TypeExpr, TypeKind};
use super::explain;
use super::grammar::{self, Inner, Rule};
use super::lower::{Reach, Signature};
use super::parser::Parser;
use super::slice::{Block, Cut, Imbalance};
use super::strings::{end_of_line, skip_string};
use super::words::{begins_word, skip_blanks, word_at};

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
        let (params, rest) = self.params_of_head(at, rest, end);
        let outputs = self.outputs_of_head(rest, end);
        Some(Signature { name, params, outputs })
    }

    /// The parameters that begin at `at`, and where the rest of the head begins.
    fn params_of_head(&mut self, head: usize, at: usize, end: usize) -> (Vec<Param>, usize) {
        let arrow = self.last("->", at, end).unwrap_or(end);
        let opened = at < end && self.text.as_bytes()[at] == b'(';
        let close = if opened { self.source.scan.close_of(at).filter(|close| *close < arrow) } else { None };
        if let Some(close) = close.filter(|close| self.source.imbalance(at, close + 1).is_none()) {
            let next = self.source.skip(close + 1, end);
            let fields = next < arrow && self.names_param(next);
            if fields || self.source.imbalance(at, arrow).is_none() {
                return self.closed_params(Block { open: at, opened, close, closed: true }, fields, end);
            }
        }
        if at >= arrow || !opened && self.source.imbalance(at, arrow).is_none() {
            return (Vec::new(), at);
        }
        self.open_params(self.source.margin(head), at, arrow, end)
    }

    /// Parameters between brackets that match. Where `fields` follow, the `{` of a block is missing.
    fn closed_params(&mut self, block: Block, fields: bool, end: usize) -> (Vec<Param>, usize) {
        let params = self.params_in_parts(block, true, Reach::Alone).unwrap_or_else(|| {
            self.lose(block.open, block.close);
            Vec::new()
        });
        let next = self.source.skip(block.close + 1, end);
        if !fields {
            return (params, next);
        }
        if let Some(imbalance) = self.source.imbalance(block.open, end) {
            let said = explain::imbalance(self, imbalance);
            self.report(said);
        }
        self.lose(next, end);
        (params, end)
    }

    /// Parameters between brackets that do not match.
    fn open_params(&mut self, margin: usize, at: usize, arrow: usize, end: usize) -> (Vec<Param>, usize) {
        let opened = self.bytes()[at] == b'(';
        let reported = self.source.scan.reported(at, arrow);
        let imbalance = self.source.imbalance(at, arrow).filter(|_| !reported);
        let of_block =
            |closer: usize| self.bytes()[closer] == b'}' && !self.text[..at].trim_end_matches(' ').ends_with('\n');
        if !opened && imbalance.and_then(|one| one.closer).is_some_and(of_block) {
            // The `{` of a block is missing, and what follows are its fields.
            self.report_imbalance(imbalance);
            self.lose(at, end);
            return (Vec::new(), end);
        }
        // The bracket that ends the list stands alone below its head, or is the last.
        let below = self.source.outdented(at, arrow, margin);
        let alone = (below < arrow && self.bytes()[below] == b')').then_some(below);
        let last = alone.or_else(|| self.last(")", at, arrow));
        let (limit, rest) = match last.filter(|_| arrow == end) {
            Some(close) => (close + 1, self.source.skip(close + 1, end)),
            None => (arrow, arrow),
        };
        let before = self.out.len();
        let params = self.params_by_names(at + usize::from(opened), limit);
        match last.filter(|_| !opened && (!reported || alone.is_some())) {
            Some(close) => {
                let said = explain::closes_nothing(self, close);
                self.report(said);
            }
            None if opened && last.is_none() && !reported && !self.ends_wrongly(before, limit) => {
                let said = explain::never_closed(self, at);
                self.report(said);
            }
            None if self.out.iter().skip(before).any(|one| one.code == Code::P0103) => {}
            None => self.report_imbalance(imbalance),
        }
        (params, rest)
    }

    /// Whether the last bracket of a list was reported: then it stands for the right one.
    fn ends_wrongly(&self, before: usize, limit: usize) -> bool {
        let end = self.text[..limit].trim_ascii_end().len();
        let starts = self.out.iter().skip(before).filter_map(|one| one.span()).map(|span| span.start as usize);
        matches!(self.bytes()[end - 1], b']' | b'}') && starts.clone().any(|start| start + 1 == end)
    }

    fn report_imbalance(&mut self, imbalance: Option<Imbalance>) {
        if let Some(imbalance) = imbalance {
            let said = explain::imbalance(self, imbalance);
            self.report(said);
        }
    }

    /// Where the last `mark` stands outside of strings and comments.
    fn last(&self, mark: &str, at: usize, end: usize) -> Option<usize> {
        let bytes = self.bytes();
        let (mut i, mut found) = (at, None);
        while i < end {
            match bytes[i] {
                b'"' => i = skip_string(bytes, i),
                b'/' if bytes.get(i + 1) == Some(&b'/') => i = end_of_line(bytes, i),
                _ if bytes[i..end].starts_with(mark.as_bytes()) => {
                    found = Some(i);
                    i += mark.len();
                }
                _ => i += 1,
            }
        }
        found
    }

    fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// Where the brackets do not match: each `name:` behind a bracket or a comma begins a parameter, and each word that
    /// stands right below the first.
    fn params_by_names(&mut self, start: usize, end: usize) -> Vec<Param> {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        let (mut i, mut solid, mut begins, mut comma) = (start, start, true, true);
        while i < end {
            let byte = self.bytes()[i];
            match byte {
                b'"' => i = skip_string(self.bytes(), i),
                b'/' if self.bytes().get(i + 1) == Some(&b'/') => {
                    i = end_of_line(self.bytes(), i);
                    continue;
                }
                b' ' | b'\t' | b'\r' | b'\n' => {
                    (i, begins) = (i + 1, begins || byte == b'\n');
                    continue;
                }
                b',' => {
                    let alone = self.source.margin(i) == i - self.source.line_start(i);
                    if comma && !alone {
                        let said = explain::second_comma(self.span(i, i + 1));
                        self.report(said);
                    }
                    (i, begins, comma) = (i + 1, true, true);
                    continue;
                }
                // A block up to the end is none of a parameter.
                b'{' if self.ends_with_block(i, end) => break,
                _ if begins_word(byte) => {
                    if begins && self.begins_param(i, starts.first()) {
                        starts.push(i);
                        ends.push(solid);
                    }
                    i += word_at(self.text, i).len().max(1);
                }
                _ => i += 1,
            }
            (begins, comma, solid) = (byte == b'(', false, i);
        }
        let ends: Vec<usize> = ends.into_iter().skip(1).chain([solid.min(end)]).collect();
        let last = starts.len().saturating_sub(1);
        let places = starts.into_iter().zip(ends).enumerate();
        places.flat_map(|(at, (start, end))| self.param_between(start, end, at == last)).collect()
    }

    fn ends_with_block(&self, open: usize, end: usize) -> bool {
        let close = self.source.scan.close_of(open);
        close.is_some_and(|close| self.text[close + 1..end.max(close + 1)].trim().is_empty())
    }

    fn begins_param(&self, at: usize, first: Option<&usize>) -> bool {
        let column = |at: usize| at - self.source.line_start(at);
        let below = |first: &usize| self.source.margin(at) == column(at) && column(*first) == column(at);
        self.names_param(at) || first.is_none_or(below)
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

    fn param_between(&mut self, at: usize, end: usize, is_last: bool) -> Vec<Param> {
        let blanks = [' ', '\t', '\r', '\n', ','];
        let mut end = at + self.text[at..end].trim_end_matches(blanks).len();
        if let Some(imbalance) = self.source.imbalance(at, end) {
            let ends_list = is_last && imbalance.opener.is_none() && imbalance.closer == Some(end - 1);
            if ends_list && !self.text[..end].ends_with(')') {
                self.report_imbalance(Some(imbalance));
            }
            if !ends_list {
                if !self.source.scan.reported(at, end) {
                    self.report_imbalance(Some(imbalance));
                }
                self.lose(at, end);
                return self.param_name(at, end).into_iter().collect();
            }
            end = at + self.text[at..end - 1].trim_end_matches(blanks).len();
        }
        let mut cut = Cut { end, sound: true };
        self.one_param(at, &mut cut, Reach::Alone)
    }

    /// A parameter, and others where a comma was forgotten; what cannot be read is a hole with a name.
    fn one_param(&mut self, at: usize, cut: &mut Cut, reach: Reach) -> Vec<Param> {
        if let Some(mut inner) = self.leaf(Rule::one_param, at, cut) {
            return vec![self.param(inner.need(Rule::param), String::new(), reach)];
        }
        let Some(next) = self.next_label(at, cut.end) else {
            self.lose(at, cut.end);
            return self.param_name(at, cut.end).into_iter().collect();
        };
        let first = self.text[at..next].trim_end();
        self.base = at;
        let read = grammar::read(Rule::one_param, first);
        let mut params: Vec<Param> = match read {
            Some(mut inner) => vec![self.param(inner.need(Rule::param), String::new(), reach)],
            None => self.param_name(at, next).into_iter().collect(),
        };
        params.extend(self.one_param(next, cut, reach));
        params
    }

    /// `None` when there is one whose name cannot be told.
    pub(super) fn params_in_parts(&mut self, block: Block, sound: bool, reach: Reach) -> Option<Vec<Param>> {
        let mut params = Vec::new();
        let mut lost = false;
        self.entries(block, sound, |parser, at, cut| {
            let read = parser.one_param(at, cut, reach);
            lost |= read.is_empty() && parser.text[at..cut.end].trim() != ",";
            params.extend(read);
        });
        (!lost).then_some(params)
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

    /// The mend of what was said of outputs without their `->`.
    fn mend_arrow(&mut self, before: usize, at: usize) {
        let behind = self.text[..at].trim_end_matches([' ', '\t']).len();
        let place = self.span(behind, behind);
        let blank = if behind == at { " -> " } else { " ->" };
        self.out.revise_from(before, |said| Some(said.fix("write `->`", place, blank)));
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
        let named = several || open < end && self.names_param(open);
        if !balanced && named && self.text[at..end].starts_with("->") {
            let imbalance = self.source.imbalance(at, end).filter(|_| !self.source.scan.reported(at, end));
            let params = self.params_by_names(open + usize::from(several), end);
            if !self.out.iter().skip(before).any(|one| one.code == Code::P0103) {
                self.report_imbalance(imbalance);
            }
            self.lose(at, end);
            return Outputs::Named(params.into_iter().map(output_of).collect());
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
        if let Some(mut inner) = grammar::read(Rule::one_output, &self.text[at..end]) {
            // `T`, where the `->` is missing.
            self.mend_arrow(before, at);
            self.base = at;
            return Outputs::Single(Box::new(self.output(inner.need(Rule::output), String::new())));
        }
        // `(a: T)`, where the `->` is missing.
        let close =
            if self.bytes()[at] == b'(' { self.source.scan.close_of(at).filter(|close| *close < end) } else { None };
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
    let default = param.default.filter(|default| !matches!(default.kind, ExprKind::Broken)).map(Box::new);
    Output { doc: param.doc, name: Some(param.name), ty: param.ty, default, span: param.span }
}

/// Outputs that could not be read: whoever uses them is silent.
pub(super) fn broken_outputs(span: Span) -> Outputs {
    let output = Output { doc: String::new(), name: None, ty: broken_type(span), default: None, span };
    Outputs::Single(Box::new(output))
}

fn broken_type(span: Span) -> TypeExpr {
    TypeExpr { kind: TypeKind::Broken, span }
}
