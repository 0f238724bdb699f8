//! The fields of a block, one at a time, where not all of them can be read at once.

use super::ast::{Expr, ExprKind, Field, Name};
use super::explain;
use super::grammar::{self, Inner, Node, Rule};
use super::parser::Parser;
use super::scan::DEEPEST;
use super::slice::{Block, Cut, Unit};
use super::strings::skip_string;
use super::words::{begins_word, skip_blanks, word_at};

impl Parser<'_> {
    /// The fields between two places.
    pub(super) fn fields(&mut self, start: usize, limit: usize, sound: bool) -> Vec<Field> {
        let mut fields = std::mem::take(&mut self.fields);
        self.fields_into(start, limit, sound, &mut fields);
        let mut made = Vec::with_capacity(fields.len());
        made.append(&mut fields);
        self.fields = fields;
        made
    }

    fn fields_into(&mut self, start: usize, limit: usize, mut sound: bool, fields: &mut Vec<Field>) {
        if self.depth > DEEPEST {
            // The bracket that was too deep has been reported.
            return;
        }
        self.depth += 1;
        let mut doc = String::new();
        let mut at = start;
        loop {
            at = self.source.skip_trivia(at, limit, &mut doc);
            if at >= limit {
                self.depth -= 1;
                return;
            }
            if let Some(behind) = self.stray_closer(at, limit) {
                at = self.behind_doc(behind, limit);
                continue;
            }
            if sound && let Some((field, _, behind)) = self.quick_field(at, limit) {
                doc.clear();
                fields.push(field);
                at = behind;
                continue;
            }
            let mut cut = self.source.cut(at, limit, Unit::Field, sound);
            if !sound && word_at(self.text, at) == "after" && self.labelled(at).is_none() {
                // It stood behind the `}` that is missing.
                fields.push(Field::Broken(self.lose(at, cut.end)));
                at = self.behind_doc(cut.end.max(at + 1), limit);
                continue;
            }
            fields.push(self.one_field(at, &mut cut, std::mem::take(&mut doc)));
            if !cut.sound && !self.text[start..limit].contains('\n') && self.text[at..cut.end].contains(',') {
                // Others may have been swallowed.
                fields.push(Field::Broken(self.span(at, cut.end)));
            }
            sound &= cut.sound;
            at = self.behind_doc(self.behind_comma(cut.end.max(at + 1), limit), limit);
        }
    }

    /// Steps over a bracket that closes nothing, and reports it; gives the offset behind it.
    pub(super) fn stray_closer(&mut self, at: usize, limit: usize) -> Option<usize> {
        if !matches!(self.text.as_bytes()[at], b')' | b']' | b'}') {
            return None;
        }
        if !std::mem::take(&mut self.closer_is_known) {
            let said = explain::closes_nothing(self, at);
            self.report(said);
            return Some(at + 1);
        }
        // The end of a block that was never opened, and what belongs to it.
        let next = skip_blanks(self.text, at + 1);
        let goes_on = matches!(word_at(self.text, next), "after" | "else");
        if word_at(self.text, next) == "else" {
            self.else_is_known = true;
            return Some(next);
        }
        Some(if goes_on { self.source.layout_end(next, limit).max(next) } else { at + 1 })
    }

    fn behind_comma(&self, at: usize, limit: usize) -> usize {
        let next = skip_blanks(self.text, at);
        if next < limit && self.text.as_bytes()[next] == b',' { next + 1 } else { at }
    }

    fn one_field(&mut self, at: usize, cut: &mut Cut, doc: String) -> Field {
        match self.field_word(at) {
            Some("require") => return self.demand(at, cut),
            Some(word) => return self.step_block(word, at, *cut, doc),
            None => {}
        }
        let name = self.labelled(at);
        if let Some(mut inner) = self.leaf(Rule::one_field, at, cut) {
            return self.field(inner.need(Rule::field));
        }
        // `name: other: value`, where a `{` is missing, or no value at all.
        let colon = skip_blanks(self.text, at + word_at(self.text, at).len());
        let value = skip_blanks(self.text, (colon + 1).min(cut.end));
        let nested = name.is_some() && self.labelled(value).is_some();
        self.closer_is_known |=
            nested && cut.end < self.text.len() && self.text.as_bytes()[skip_blanks(self.text, cut.end)] == b'}';
        if let Some(next) = self.next_label(at, cut.end).filter(|_| !nested) {
            // A comma was forgotten: the next field is read for itself.
            cut.end = next;
            self.base = at;
            if let Some(mut inner) = grammar::read(Rule::one_field, self.text[at..next].trim_ascii_end()) {
                return self.field(inner.need(Rule::field));
            }
        }
        let span = self.span(at, cut.end);
        // Without its colon it is known by its name all the same.
        let word = word_at(self.text, at);
        match name.or_else(|| (!word.is_empty()).then(|| self.name_at(at, word))) {
            Some(name) => Field::Value { name, value: Expr { kind: ExprKind::Broken, span } },
            None => Field::Broken(span),
        }
    }

    /// Where on the line of a field another `name:` stands.
    pub(super) fn next_label(&self, at: usize, end: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let colon = skip_blanks(self.text, at + word_at(self.text, at).len());
        if bytes.get(colon) != Some(&b':') || self.source.imbalance(at, end).is_some() {
            return None;
        }
        let (mut i, mut depth) = (colon + 1, 0_u32);
        while i < end {
            match bytes[i] {
                b'"' => i = skip_string(bytes, i),
                b'\n' => return None,
                b'(' | b'[' | b'{' => (i, depth) = (i + 1, depth + 1),
                b')' | b']' | b'}' => (i, depth) = (i + 1, depth.checked_sub(1)?),
                byte if begins_word(byte) => {
                    let behind = i + word_at(self.text, i).len();
                    if depth == 0 && bytes[i - 1] == b' ' && bytes.get(behind) == Some(&b':') {
                        return Some(i);
                    }
                    i = behind;
                }
                _ => i += 1,
            }
        }
        None
    }

    /// Behind a doc comment at the end of the line of a field, which has none.
    pub(super) fn behind_doc(&self, at: usize, limit: usize) -> usize {
        let comma = skip_blanks(self.text, at);
        let next =
            if self.text[comma..limit.max(comma)].starts_with(',') { skip_blanks(self.text, comma + 1) } else { comma };
        let trails = next < limit && self.text[next..limit].starts_with("///");
        if trails { self.source.line_end(next).min(limit) } else { at }
    }

    /// The name of `name: …`.
    fn labelled(&mut self, at: usize) -> Option<Name> {
        let word = word_at(self.text, at);
        let colon = skip_blanks(self.text, at + word.len());
        let named = !word.is_empty() && self.text.as_bytes().get(colon) == Some(&b':');
        named.then(|| self.name_at(at, word))
    }

    /// `step`, `service` or `require`, also misspelt, where a name follows.
    fn field_word(&mut self, at: usize) -> Option<&'static str> {
        let word = word_at(self.text, at);
        let next = skip_blanks(self.text, at + word.len());
        let named = next > at + word.len() && self.text.as_bytes().get(next).copied().is_some_and(begins_word);
        if word == "require" && self.labelled(at).is_none() {
            return Some("require");
        }
        if word.is_empty() || !named { None } else { self.keyword_like(at, word, &["step", "service", "require"]) }
    }

    fn demand(&mut self, at: usize, cut: &mut Cut) -> Field {
        let Some(mut inner) = self.leaf(Rule::one_demand, at, cut) else {
            return Field::Broken(self.lose(at, cut.end));
        };
        self.demand_of(inner.need(Rule::demand_line), at, cut.end)
    }

    /// The parts of a `require`.
    pub(super) fn demand_of(&mut self, node: Node<'_>, start: usize, end: usize) -> Field {
        let mut inner = Inner::of(node);
        let cond = self.need_expr(&mut inner);
        let message = self.eat_expr(&mut inner);
        Field::Require { cond: Box::new(cond), message: message.map(Box::new), span: self.span(start, end) }
    }

    fn step_block(&mut self, word: &str, at: usize, cut: Cut, doc: String) -> Field {
        let (name, fields) = self.named_block(Rule::one_step, at, cut);
        let (fields, span) = (fields.into(), self.span(at, cut.end));
        match name {
            None => Field::Broken(span),
            Some(name) if word == "step" => Field::Step { doc, name, fields, span },
            Some(name) => Field::Service { doc, name, fields, span },
        }
    }

    /// `word name { fields }`; the whole cut.
    pub(super) fn named_block(&mut self, rule: Rule, at: usize, cut: Cut) -> (Option<Name>, Vec<Field>) {
        let before = self.out.len();
        let block = self.source.block(at, cut);
        let name = self.block_name(rule, at, block.map_or(cut.end, |block| block.open));
        let fields = block.map(|block| self.block_fields(block, cut));
        match (block, fields) {
            (Some(block), Some(fields)) => {
                self.nothing_behind(block, cut.end);
                (name, fields)
            }
            (_, _) => {
                if rule != Rule::one_step {
                    return (name, Vec::new());
                }
                if self.out.len() == before {
                    self.missing_block(at, cut.end);
                }
                let next = skip_blanks(self.text, cut.end);
                self.closer_is_known |= self.text.as_bytes().get(next) == Some(&b'}');
                (name, vec![Field::Broken(self.span(at, cut.end))])
            }
        }
    }

    /// The name of a head `word name`, whatever the word, which may be misspelt.
    pub(super) fn block_name(&mut self, rule: Rule, at: usize, end: usize) -> Option<Name> {
        let word = word_at(self.text, at);
        let start = skip_blanks(self.text, at + word.len());
        let name = word_at(self.text, start);
        let whole = self.text[start..end.max(start)].trim_ascii_end().len() == name.len();
        if !name.is_empty() && whole && start > at + word.len() {
            let name = self.name_at(start, name);
            self.check_declared(&name);
            return Some(name);
        }
        self.head(rule, at, end);
        (!name.is_empty()).then(|| self.name_at(start, name))
    }

    /// The fields of a block; a `{` without its end is reported.
    pub(super) fn block_fields(&mut self, block: Block, cut: Cut) -> Vec<Field> {
        if !self.check_block(block) {
            return vec![Field::Broken(self.span(block.open, block.close))];
        }
        self.fields(block.inner(), block.close, cut.sound && block.closed)
    }

    /// Reports the bracket that a block lacks. Whether its inside can be read: not when what follows `{` on its line may be
    /// inside or behind.
    pub(super) fn check_block(&mut self, block: Block) -> bool {
        if !block.opened {
            // A string without its end has taken the bracket.
            let line = self.source.line_start(block.open);
            if !self.source.scan.reported(line, block.open) {
                let said = explain::never_opened(self, block.open);
                self.report(said);
            }
            self.closer_is_known = self.text.as_bytes().get(block.close) != Some(&b'}');
        }
        // A string without its end has taken the bracket.
        let in_line = !self.text[block.open..block.close].contains('\n');
        if !(block.closed || in_line && self.source.scan.reported(block.open, block.close)) {
            let said = explain::never_closed(self, block.open);
            self.report(said);
        }
        block.closed || self.text[block.open..block.close].contains('\n')
    }

    pub(super) fn missing_block(&mut self, at: usize, end: usize) {
        if !self.source.scan.reported(at, end) {
            let said = explain::no_block(self, word_at(self.text, at), end);
            self.report(said);
        }
    }

    /// Reports what stands between the end of a block and the end of its slice.
    pub(super) fn nothing_behind(&mut self, block: Block, end: usize) {
        let next = self.source.skip((block.close + 1).min(end), end);
        // Where the brackets inside do not match, that was reported.
        let in_line = block.opened && !self.text[block.open..block.close].contains('\n');
        let matches = || !in_line || self.source.imbalance(block.open, block.close + 1).is_none();
        if next < end && self.text.as_bytes()[next] == b'}' && std::mem::take(&mut self.closer_is_known) {
            return;
        }
        if next < end && !self.source.scan.reported(next, end) && matches() {
            let said = explain::left_over(self, next, end);
            self.report(said);
        }
    }
}
