//! The statements of a pipeline, one at a time.

use super::ast::{Arg, Expr, ExprKind, Field, For, Name, Outputs, Stmt, Task, Text, What, When};
use super::explain;
use super::grammar::{self, Inner, Node, Rule};
use super::heads::broken_outputs;
use super::lower::Signature;
use super::names::Case;
use super::parser::Parser;
use super::scan::DEEPEST;
use super::slice::{Block, Cut, Unit};
use super::words::{self, begins_word, skip_blanks, word_at};

impl<'t> Parser<'t> {
    /// The statements between two places.
    pub(super) fn body(&mut self, start: usize, limit: usize, sound: bool) -> Vec<Stmt> {
        if self.depth > DEEPEST {
            // The bracket that was too deep has been reported.
            return Vec::new();
        }
        self.depth += 1;
        let in_parts = if sound { self.in_parts(start, limit) } else { None };
        let body = in_parts.unwrap_or_else(|| self.statements(start, limit, sound));
        self.depth -= 1;
        body
    }

    /// Those, one after the other.
    pub(super) fn statements(&mut self, start: usize, limit: usize, mut sound: bool) -> Vec<Stmt> {
        let mut body = Vec::new();
        let mut doc = String::new();
        let mut at = start;
        loop {
            at = self.source.skip_trivia(at, limit, &mut doc);
            if at >= limit {
                break;
            }
            if let Some(behind) = self.stray_closer(at, limit) {
                at = behind;
                continue;
            }
            self.else_is_known &= word_at(self.text, at) == "else";
            let mut cut = self.source.cut(at, limit, Unit::Statement, sound);
            body.push(self.statement(at, &mut cut, std::mem::take(&mut doc)));
            // A statement that brackets of others had swallowed: from here on, indentation is believed.
            sound &= cut.sound;
            at = cut.end.max(at + 1);
        }
        body
    }

    fn statement(&mut self, at: usize, cut: &mut Cut, doc: String) -> Stmt {
        if let Some(head) = self.bound_in_place(at) {
            return self.named_twice(at, head, *cut, doc);
        }
        match self.statement_word(at) {
            Some("task") => self.task_statement(at, *cut, doc),
            Some("extern") => self.extern_statement(at, *cut, doc),
            Some("when") => Stmt::When(self.when(at, *cut, 0)),
            Some("for") => self.for_statement(at, *cut),
            Some("stage") => self.stage(at, *cut, doc),
            Some("finally") => self.finally(at, *cut),
            Some("require") => self.require(at, cut),
            Some("exclusive") => self.exclusive(at, cut),
            Some("workspace") => self.workspace(at, *cut, doc),
            Some("defaults") => self.defaults(at, *cut),
            Some("return") => self.return_statement(at, cut),
            Some("target") => self.target(at, *cut),
            Some("assert") => self.assert(at, cut),
            Some("expect") => self.expect(at, *cut),
            Some(_) | None => self.bind_or_call(at, cut),
        }
    }

    /// The word that says what statement this is, also when it is misspelt; `None` for a binding or a call.
    fn statement_word(&mut self, at: usize) -> Option<&'static str> {
        let bytes = self.text.as_bytes();
        let word = word_at(self.text, at);
        if word.is_empty() {
            return None;
        }
        let behind = at + word.len();
        let next = skip_blanks(self.text, behind);
        let rest = &bytes[next..];
        let binds = rest.first() == Some(&b'=') && rest.get(1) != Some(&b'=');
        let touches = matches!(bytes.get(behind), Some(b'(' | b'.'));
        if let Some(found) = words::STATEMENTS.iter().find(|known| **known == word) {
            let reserved = words::is_reserved(found) && *found != "task";
            return (!binds && (reserved || !touches)).then_some(*found);
        }
        let operand =
            next > behind && rest.first().is_some_and(|byte| begins_word(*byte) || matches!(byte, b'"' | b'{'));
        let goes_on = matches!(word_at(self.text, next), "and" | "or" | "in" | "after" | "then" | "else");
        if binds || !operand || goes_on {
            return None;
        }
        let known: &[&'static str] = if rest[0] == b'{' { &["finally", "defaults"] } else { words::STATEMENTS };
        // Of a binding the `=` is missing.
        let second = next + word_at(self.text, next).len();
        let is_call = second > next && matches!(bytes.get(second), Some(b'(' | b'.'));
        let takes_value = ["when", "require", "exclusive", "return"];
        let meant = crate::diag::did_you_mean(word, known.iter().copied());
        if is_call && meant.is_some_and(|meant| !takes_value.contains(&meant)) {
            return None;
        }
        self.keyword_like(at, word, known)
    }

    /// The known word itself, or the one that was meant, which is then reported.
    pub(super) fn keyword_like(&mut self, at: usize, word: &str, known: &[&'static str]) -> Option<&'static str> {
        if let Some(same) = known.iter().find(|known| **known == word) {
            return Some(*same);
        }
        let meant = crate::diag::did_you_mean(word, known.iter().copied())?;
        let said = explain::misspelt(self.span(at, at + word.len()), word, meant);
        self.report(said);
        known.iter().copied().find(|known| *known == meant)
    }

    // ---- Tasks ----

    fn task_statement(&mut self, at: usize, cut: Cut, doc: String) -> Stmt {
        let (task, after) = self.task(at, cut, doc);
        match task {
            Some(mut task) => {
                if let Some(first) = task.params.first() {
                    let said = explain::params_in_place(&task.name, first.span);
                    self.report(said);
                    if matches!(task.outputs, Outputs::None) {
                        // They may have been meant as such.
                        task.outputs = broken_outputs(first.span);
                    }
                }
                Stmt::Task { task: Box::new(task), after }
            }
            None => Stmt::Broken(self.lose(at, cut.end)),
        }
    }

    /// Where `task name` or `extern task name` begins behind `x =`: what is declared in place has its name itself.
    fn bound_in_place(&self, at: usize) -> Option<usize> {
        let equals = skip_blanks(self.text, at + word_at(self.text, at).len());
        let head = skip_blanks(self.text, equals + 1.min(self.text.len() - equals));
        let is_bound = !word_at(self.text, at).is_empty() && self.text[equals..].starts_with('=');
        let next = |at: usize| skip_blanks(self.text, at + word_at(self.text, at).len());
        let task = if word_at(self.text, head) == "extern" { next(head) } else { head };
        let is_task = matches!((word_at(self.text, task), task > head), ("task", _) | ("pipeline" | "step", true));
        (is_bound && is_task && !word_at(self.text, next(task)).is_empty()).then_some(head)
    }

    /// `x = task name { … }`, read as the task `x`.
    fn named_twice(&mut self, at: usize, head: usize, cut: Cut, doc: String) -> Stmt {
        let name = self.name_at(at, word_at(self.text, at));
        let mut made = match word_at(self.text, head) {
            "extern" => self.extern_statement(head, cut, doc),
            _ => self.task_statement(head, cut, doc),
        };
        if let Stmt::Task { task, .. } = &mut made {
            let said = explain::bound_in_place(self.span(at, head), &name, task.name.span);
            self.report(said);
            task.name = name;
        }
        made
    }

    /// What is kept elsewhere, declared and called in place: its head has arguments where that of a declaration has
    /// parameters.
    fn extern_statement(&mut self, at: usize, cut: Cut, doc: String) -> Stmt {
        let Some((what, next)) = self.extern_what(at, cut) else { return Stmt::Broken(self.lose(at, cut.end)) };
        let mut given = Vec::new();
        let (task, after) = self.headed_task(next, cut, |parser, at, end| parser.placed_head(at, end, &mut given));
        match task {
            Some(task) => {
                let span = self.span(at, task.span.end as usize);
                let task = Task { doc, what, given: Some(given.into()), span, ..task };
                Stmt::Task { task: Box::new(task), after }
            }
            None => Stmt::Broken(self.lose(at, cut.end)),
        }
    }

    /// Name, arguments and outputs. Of a head that cannot be read, only the name counts.
    fn placed_head(&mut self, at: usize, end: usize, given: &mut Vec<Arg>) -> Option<Signature> {
        let Some(mut inner) = self.head(Rule::one_placed, at, end) else {
            let value = Expr { kind: ExprKind::Broken, span: self.lose(at, end) };
            given.push(Arg { name: None, value });
            let start = skip_blanks(self.text, at + word_at(self.text, at).len());
            let word = word_at(self.text, start);
            let name = if word.is_empty() { self.no_name(at) } else { self.name_at(start, word) };
            return Some(Signature { name, ..self.no_signature(at) });
        };
        let mut inner = Inner::of(inner.need(Rule::placed_head));
        let name = self.declared(&inner.need(Rule::name), Case::Snake);
        given.extend(inner.eat(Rule::args).into_iter().flat_map(|args| self.args(args, 0)));
        let outputs = inner.eat(Rule::outputs).map_or(Outputs::None, |node| self.outputs(node));
        Some(Signature { name, params: Vec::new(), outputs })
    }

    /// A task and what it waits for: head and fields for themselves, most of them by hand. What has a fault is read again in
    /// one run of the grammar; only when that refuses it too, the faults count.
    pub(super) fn task(&mut self, at: usize, cut: Cut, doc: String) -> (Option<Task>, Vec<Name>) {
        let (found, wrong, lost) = (self.out.len(), self.wrong.len(), self.lost.len());
        let (mut task, after) = self.task_in_parts(at, cut);
        if self.out.len() > found && cut.sound && !self.source.scan.reported(at, cut.end) {
            self.base = at;
            if let Some(mut inner) = grammar::read(Rule::one_task, &self.text[at..cut.end]) {
                self.out.truncate(found);
                self.wrong.truncate(wrong);
                self.lost.truncate(lost);
                return self.whole_task(inner.need(Rule::task), doc);
            }
        }
        if let Some(task) = &mut task {
            task.doc = doc;
        }
        (task, after)
    }

    pub(super) fn task_in_parts(&mut self, at: usize, cut: Cut) -> (Option<Task>, Vec<Name>) {
        self.headed_task(at, cut, Self::task_head)
    }

    /// A head as `head` reads it between two places, fields, and what it waits for.
    fn headed_task(
        &mut self,
        at: usize,
        cut: Cut,
        head: impl FnOnce(&mut Self, usize, usize) -> Option<Signature>,
    ) -> (Option<Task>, Vec<Name>) {
        let block = self.source.block(at, cut);
        let before = self.out.len();
        let signature = head(self, at, block.map_or(cut.end, |block| block.open));
        let signature = signature.or_else(|| block.is_some().then(|| self.no_signature(at)));
        let Some(block) = block else {
            if self.out.len() == before {
                self.missing_block(at, cut.end);
            }
            let span = self.span(at, cut.end);
            let task = signature.map(|signature| new_task(signature, vec![Field::Broken(span)], span));
            return (task, Vec::new());
        };
        let mut body = self.block_fields(block, cut);
        let before = self.out.len();
        let after = self.after_block(block, cut);
        let span = self.span(at, (block.close + 1).min(cut.end));
        if self.out.len() > before {
            // What stands behind the block may belong into it.
            body.push(Field::Broken(span));
        }
        (signature.map(|signature| new_task(signature, body, span)), after)
    }

    pub(super) fn whole_task(&mut self, node: Node<'_>, doc: String) -> (Option<Task>, Vec<Name>) {
        let start = self.node_span(&node);
        let mut inner = Inner::of(node);
        let signature = self.signature(&mut inner);
        let fields = inner.need(Rule::fields);
        let span = start.before().to(self.node_span(&fields));
        let body = self.field_list(fields);
        let after = self.after(&mut inner);
        (Some(Task { doc, ..new_task(signature, body, span) }), after)
    }

    fn task_head(&mut self, at: usize, end: usize) -> Option<Signature> {
        self.signature_head(Rule::one_task_head, Rule::task_head, at, end)
    }

    /// What stands behind a block: nothing, or `after …`.
    pub(super) fn after_block(&mut self, block: Block, cut: Cut) -> Vec<Name> {
        let at = self.source.skip((block.close + 1).min(cut.end), cut.end);
        if at >= cut.end || !block.closed {
            return Vec::new();
        }
        if let Some(names) = self.quick_after(at, cut.end) {
            return names;
        }
        match self.head(Rule::one_after, at, cut.end) {
            Some(mut inner) => self.after(&mut inner),
            None => self.guess_after(at, cut.end),
        }
    }

    /// All words behind an `after` that could not be read.
    fn guess_after(&mut self, at: usize, end: usize) -> Vec<Name> {
        self.lose(at, end);
        let mut names = Vec::new();
        let word = word_at(self.text, at);
        let mut i = if word == "after" { at + word.len() } else { end };
        while i < end {
            let word = word_at(self.text, i);
            if !word.is_empty() {
                names.push(self.name_at(i, word));
            }
            i += word.len().max(1);
        }
        names
    }

    // ---- Blocks ----

    /// `when … { … } else …`, the rest of the cut. `depth` counts the `else when` above.
    pub(super) fn when(&mut self, at: usize, cut: Cut, depth: usize) -> When {
        let block = self.source.block(at, cut);
        let cond = self.when_condition(at, block.map_or(cut.end, |block| block.open));
        let Some(block) = block else {
            if !matches!(cond.kind, ExprKind::Broken) {
                self.missing_block(at, cut.end);
            }
            return When { cond, then: Vec::new(), otherwise: Vec::new(), span: self.span(at, cut.end) };
        };
        let then = self.block_body(block, cut);
        self.else_is_known = !block.closed;
        let otherwise = self.otherwise(block, cut, depth);
        When { cond, then, otherwise, span: self.span(at, cut.end) }
    }

    /// What stands behind a `when`; most are a name, or one of a name.
    fn when_condition(&mut self, at: usize, end: usize) -> Expr {
        if word_at(self.text, at) == "when" {
            let start = skip_blanks(self.text, at + "when".len()).min(end);
            if let Some(path) = self.dotted(start, self.text[start..end].trim_ascii_end()) {
                return path;
            }
        }
        match self.head(Rule::one_when, at, end) {
            Some(mut inner) => self.need_expr(&mut Inner::of(inner.need(Rule::when_head))),
            None => Expr { kind: ExprKind::Broken, span: self.span(at, end) },
        }
    }

    fn otherwise(&mut self, block: Block, cut: Cut, depth: usize) -> Vec<Stmt> {
        // Another bracket may stand for the `}`.
        let wrong = !block.closed && block.close < cut.end && matches!(self.text.as_bytes()[block.close], b')' | b']');
        let at = self.source.skip((block.close + usize::from(block.closed || wrong)).min(cut.end), cut.end);
        if at >= cut.end || !(block.closed || wrong && word_at(self.text, at) == "else") {
            return Vec::new();
        }
        if word_at(self.text, at) != "else" {
            self.nothing_behind(block, cut.end);
            return Vec::new();
        }
        let next = self.source.skip(at + 4, cut.end);
        let chained = cut.sound || !self.text[at..next].contains('\n');
        if word_at(self.text, next) == "when" && chained {
            if depth >= DEEPEST {
                let said = explain::chain_too_long(self.span(next, next + 4));
                self.report(said);
                return Vec::new();
            }
            return vec![Stmt::When(self.when(next, cut, depth + 1))];
        }
        match self.source.block(at, cut).filter(|block| block.open == next) {
            Some(block) => {
                let body = self.block_body(block, cut);
                self.nothing_behind(block, cut.end);
                body
            }
            None if !cut.sound && self.text[next..cut.end].trim().contains('\n') => {
                let open = self.source.line_end(at).min(cut.end);
                self.block_body(Block { open, opened: false, close: cut.end, closed: true }, cut)
            }
            None => {
                self.missing_block(at, cut.end);
                Vec::new()
            }
        }
    }

    pub(super) fn block_body(&mut self, block: Block, cut: Cut) -> Vec<Stmt> {
        if !self.check_block(block) {
            return vec![Stmt::Broken(self.lose(block.open, block.close))];
        }
        self.body(block.inner(), block.close, cut.sound && block.closed)
    }

    /// The body of a block that ends the cut; reported when there is none.
    pub(super) fn last_body(&mut self, block: Option<Block>, at: usize, cut: Cut) -> Vec<Stmt> {
        let Some(block) = block else {
            self.missing_block(at, cut.end);
            return Vec::new();
        };
        let body = self.block_body(block, cut);
        if block.closed {
            self.nothing_behind(block, cut.end);
        }
        body
    }

    pub(super) fn for_statement(&mut self, at: usize, cut: Cut) -> Stmt {
        let block = self.source.block(at, cut);
        let head = self.head(Rule::one_for, at, block.map_or(cut.end, |block| block.open));
        let known = head.map(|mut inner| self.for_head(inner.need(Rule::for_head)));
        let body = if known.is_none() && block.is_none() { Vec::new() } else { self.last_body(block, at, cut) };
        let span = self.span(at, cut.end);
        let (vars, filter) =
            known.unwrap_or_else(|| (self.guess_vars(at, block.map_or(cut.end, |block| block.open)), None));
        Stmt::For(For { vars, filter, body, span })
    }

    /// The variables of a head that could not be read: the words that `in` follows.
    fn guess_vars(&mut self, at: usize, end: usize) -> Vec<(Name, Expr)> {
        let span = self.lose(at, end);
        let mut vars: Vec<(Name, Expr)> = Vec::new();
        let mut from = at;
        let end = self.text[at..end].find(" if ").map_or(end, |more| at + more);
        while let Some(more) = self.text[from..end].find(" in ") {
            let text = self.text[..from + more].trim_end();
            let start = text.bytes().rposition(|byte| !words::is_word(byte)).map_or(0, |before| before + 1);
            let word = word_at(self.text, start);
            let known = vars.iter().any(|(name, _)| &*name.text == word);
            if start > at && !word.is_empty() && !known {
                vars.push((self.name_at(start, word), Expr { kind: ExprKind::Broken, span }));
            }
            from += more + 1;
        }
        vars
    }

    fn for_head(&mut self, node: Node<'_>) -> (Vec<(Name, Expr)>, Option<Expr>) {
        let mut inner = Inner::of(node);
        let mut vars = Vec::with_capacity(1);
        while let Some(each) = inner.eat(Rule::each) {
            let mut each = Inner::of(each);
            let name = self.declared(&each.need(Rule::name), Case::Snake);
            vars.push((name, self.need_expr(&mut each)));
        }
        let filter = self.eat_expr(&mut inner);
        (vars, filter)
    }

    fn stage(&mut self, at: usize, cut: Cut, doc: String) -> Stmt {
        let block = self.source.block(at, cut);
        let name = self.block_name(Rule::one_stage, at, block.map_or(cut.end, |block| block.open));
        let body = self.last_body(block, at, cut);
        let span = self.span(at, cut.end);
        let name = name.unwrap_or_else(|| self.no_name(at));
        Stmt::Stage { doc, name, body, span }
    }

    /// Stands for a name that could not be read.
    pub(super) fn no_name(&self, at: usize) -> Name {
        Name { text: "".into(), span: self.span(at, at) }
    }

    fn finally(&mut self, at: usize, cut: Cut) -> Stmt {
        let before = self.out.len();
        let block = self.plain_block(at, cut);
        let body = if block.is_none() && self.out.len() > before { Vec::new() } else { self.last_body(block, at, cut) };
        Stmt::Finally { body, span: self.span(at, cut.end) }
    }

    /// The block of a head that is one word.
    fn plain_block(&mut self, at: usize, cut: Cut) -> Option<Block> {
        let word = word_at(self.text, at);
        let next = self.source.skip(at + word.len(), cut.end);
        let block = self.source.block(at, cut)?;
        if next < block.open && !self.source.scan.reported(next, block.open) {
            let said = explain::left_over(self, next, block.open);
            self.report(said);
            let line = self.source.line_start(block.open);
            if line <= at && self.text[next..block.open].contains(':') {
                // Its own `{` is missing, and this one is that of a field.
                self.closer_is_known = true;
                return None;
            }
        }
        Some(block)
    }

    fn defaults(&mut self, at: usize, cut: Cut) -> Stmt {
        let before = self.out.len();
        let block = self.plain_block(at, cut);
        let fields = match block {
            Some(block) => {
                let fields = self.block_fields(block, cut);
                self.nothing_behind(block, cut.end);
                fields
            }
            None => {
                if self.out.len() == before {
                    self.missing_block(at, cut.end);
                }
                vec![Field::Broken(self.span(at, cut.end))]
            }
        };
        Stmt::Defaults { fields, span: self.span(at, cut.end) }
    }

    fn workspace(&mut self, at: usize, cut: Cut, doc: String) -> Stmt {
        let (name, fields) = self.named_block(Rule::one_workspace, at, cut);
        let span = self.span(at, cut.end);
        match name {
            Some(name) => Stmt::Workspace { doc, name, fields, span },
            None => Stmt::Broken(self.lose(at, cut.end)),
        }
    }

    fn target(&mut self, at: usize, cut: Cut) -> Stmt {
        let (name, fields) = self.named_block(Rule::one_target, at, cut);
        let span = self.span(at, cut.end);
        name.map_or(Stmt::Broken(span), |name| Stmt::Target { name, fields, span })
    }

    fn expect(&mut self, at: usize, cut: Cut) -> Stmt {
        let block = self.source.block(at, cut);
        let head = self.head(Rule::one_expect, at, block.map_or(cut.end, |block| block.open));
        let code = head.map(|mut inner| self.string(&Inner::of(inner.need(Rule::expect_head)).need(Rule::text), 0));
        let body = if code.is_none() && block.is_none() { Vec::new() } else { self.last_body(block, at, cut) };
        let code = code.unwrap_or_else(|| Text::broken(self.span(at, at)));
        Stmt::Expect { code, body, span: self.span(at, cut.end) }
    }

    // ---- One line ----

    fn assert(&mut self, at: usize, cut: &mut Cut) -> Stmt {
        let Some(mut inner) = self.leaf(Rule::one_assert, at, cut) else {
            return Stmt::Broken(self.lose(at, cut.end));
        };
        let mut inner = Inner::of(inner.need(Rule::assert));
        let claim = self.need_expr(&mut inner);
        let after = inner.eat(Rule::follows).map(|node| Box::new(self.need_expr(&mut Inner::of(node))));
        let message = self.eat_expr(&mut inner).map(Box::new);
        Stmt::Assert { claim, after, message, span: self.span(at, cut.end) }
    }

    fn require(&mut self, at: usize, cut: &mut Cut) -> Stmt {
        let Some(mut inner) = self.leaf(Rule::one_require, at, cut) else {
            return Stmt::Broken(self.lose(at, cut.end));
        };
        let mut inner = Inner::of(inner.need(Rule::require));
        let cond = self.need_expr(&mut inner);
        let message = self.eat_expr(&mut inner);
        Stmt::Require { cond, message, span: self.span(at, cut.end) }
    }

    fn exclusive(&mut self, at: usize, cut: &mut Cut) -> Stmt {
        let Some(mut inner) = self.leaf(Rule::one_exclusive, at, cut) else {
            return Stmt::Broken(self.lose(at, cut.end));
        };
        let name = self.need_expr(&mut Inner::of(inner.need(Rule::exclusive)));
        Stmt::Exclusive { name, span: self.span(at, cut.end) }
    }

    fn return_statement(&mut self, at: usize, cut: &mut Cut) -> Stmt {
        let Some(mut inner) = self.leaf(Rule::one_return, at, cut) else {
            return Stmt::Broken(self.lose(at, cut.end));
        };
        let mut inner = Inner::of(inner.need(Rule::return_stmt));
        let values = match inner.eat(Rule::args) {
            Some(args) => self.args(args, 0),
            None => vec![Arg { name: None, value: self.need_expr(&mut inner) }],
        };
        Stmt::Return { values, span: self.span(at, cut.end) }
    }
}

fn new_task(signature: Signature, body: Vec<Field>, span: crate::source::Span) -> Task {
    let Signature { name, params, outputs } = signature;
    Task { doc: String::new(), what: What::Task, name, params, given: None, outputs, body, span }
}
