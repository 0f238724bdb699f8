//! The items of a file, one piece at a time.

use super::ast::{Artifact, Command, Const, Enum, EnumCase, Expr, ExprKind, Fn, Item, Name, NewType, Output};
use super::ast::{Outputs, Pipeline, Record, Selected, Task, Test, Text, TypeExpr, Use, What};
use super::explain;
use super::grammar::{self, Inner, Node, Rule};
use super::lower::{Reach, Signature};
use super::names::Case;
use super::parser::Parser;
use super::scan::Piece;
use super::slice::{Block, Cut, Unit, add_doc};
use super::strings::skip_string;
use super::words::{self, begins_word, skip_blanks, word_at};

impl<'t> Parser<'t> {
    /// The items of a piece. Where there are faults and the brackets match but do not agree with the indentation, one fault
    /// may have made up for another: then the reading with fewer reports counts.
    pub(super) fn piece(&mut self, piece: Piece, items: &mut Vec<Item>) {
        let before = std::mem::take(self.out);
        let (wrong, count) = (self.wrong.len(), items.len());
        self.items(piece, items);
        if !self.out.is_empty() && piece.sound && self.source.misaligned(piece.start, piece.end) {
            let by_brackets = (std::mem::take(self.out), self.wrong.split_off(wrong), items.split_off(count));
            self.items(Piece { sound: false, ..piece }, items);
            // A reading without any faults undoes none: what the brackets say would depend on blanks.
            if self.out.is_empty() || self.out.len() > by_brackets.0.len() {
                *self.out = by_brackets.0;
                self.wrong.truncate(wrong);
                self.wrong.extend(by_brackets.1);
                items.truncate(count);
                items.extend(by_brackets.2);
            }
        }
        let found = std::mem::replace(self.out, before);
        self.out.append(found);
    }

    /// The items of a piece: one, but for a file that is indented as a whole.
    fn items(&mut self, mut piece: Piece, items: &mut Vec<Item>) {
        let mut doc = self.doc_above(piece.start);
        let mut at = self.source.skip_trivia(piece.start, piece.end, &mut doc);
        while at < piece.end {
            if self.text.as_bytes()[at] == b'}' && std::mem::take(&mut self.closer_is_known) {
                at = self.source.skip_trivia(at + 1, piece.end, &mut doc);
                continue;
            }
            let mut cut = self.item_cut(at, piece);
            let next = self.source.skip(cut.end, piece.end);
            if cut.sound && next < piece.end && !words::ITEMS.contains(&word_at(self.text, next)) {
                // Brackets that match, but not as they were meant: what closes the item stands in the middle of it.
                piece.sound = false;
                cut = self.item_cut(at, piece);
            }
            match self.item_word(at) {
                Some(word) => {
                    items.push(self.item(word, at, cut, std::mem::take(&mut doc)));
                    at = cut.end.max(at + 1);
                }
                None => {
                    let end = self.next_item(at, piece.end);
                    self.no_item(at, end);
                    items.push(Item::Broken(self.lose(at, end), None));
                    at = end;
                }
            }
            at = self.source.skip_trivia(at, piece.end, &mut doc);
        }
    }

    /// The `///` lines right above an item: they stand at the end of the piece before.
    fn doc_above(&self, start: usize) -> String {
        let mut lines = Vec::new();
        for line in self.text[..start].lines().rev() {
            let line = line.trim();
            if let Some(text) = line.strip_prefix("///") {
                lines.push(text);
            } else if !line.is_empty() && !line.starts_with("//") || line.starts_with("//!") {
                break;
            }
        }
        let mut doc = String::new();
        lines.into_iter().rev().for_each(|line| add_doc(&mut doc, line));
        doc
    }

    /// Where an item ends: behind its block, or where its line is done.
    fn item_cut(&self, at: usize, piece: Piece) -> Cut {
        let whole = Cut { end: piece.end, sound: piece.sound };
        if !piece.sound {
            let end = self.source.layout_end(at, piece.end);
            let headless = self.source.headless(at, Cut { end, sound: false }).is_some();
            return Cut { end, sound: !headless && self.source.agrees(at, end) };
        }
        let blocky = matches!(word_at(self.text, at), "enum" | "record" | "task" | "pipeline" | "extern" | "test");
        match self.source.block(at, whole).filter(|_| blocky) {
            Some(block) => Cut { end: block.close + 1, ..whole },
            None => Cut { end: self.source.lines_end(at, piece.end), ..whole },
        }
    }

    /// The word that says what item this is, also when it is misspelt.
    fn item_word(&mut self, at: usize) -> Option<&'static str> {
        let word = word_at(self.text, at);
        let next = skip_blanks(self.text, at + word.len());
        let named = self.text.as_bytes().get(next).is_some_and(|byte| begins_word(*byte) || *byte == b'"');
        if word.is_empty() || !(named || words::ITEMS.contains(&word)) {
            return None;
        }
        self.keyword_like(at, word, words::ITEMS)
    }

    /// Where below something that is no item one begins at the same margin.
    fn next_item(&self, at: usize, end: usize) -> usize {
        let margin = self.source.margin(at);
        let mut line = at;
        while let Some(more) = self.text[line..end].find('\n') {
            line += more + 1;
            let start = skip_blanks(self.text, line);
            let word = word_at(self.text, start);
            let next = skip_blanks(self.text, start + word.len());
            let named = self.text.as_bytes().get(next).is_some_and(|byte| begins_word(*byte) || *byte == b'"');
            let known =
                words::ITEMS.contains(&word) || crate::diag::did_you_mean(word, words::ITEMS.iter().copied()).is_some();
            if start - line == margin && start < end && named && next > start + word.len() && known {
                return start;
            }
        }
        end
    }

    fn no_item(&mut self, at: usize, end: usize) {
        if self.source.scan.reported(at, end) {
            return;
        }
        let said = match self.source.imbalance(at, end) {
            Some(imbalance) => explain::imbalance(self, imbalance),
            None => explain::no_item(self, at),
        };
        self.report(said);
    }

    fn item(&mut self, word: &str, at: usize, mut cut: Cut, doc: String) -> Item {
        let cut = &mut cut;
        let item = match word {
            "use" => self.one(Rule::one_use, at, cut).and_then(|node| self.use_item(node)).map(Item::Use),
            "enum" => self.an_enum(at, cut, doc).map(Item::Enum),
            "record" => self.a_record(at, cut, doc).map(Item::Record),
            "type" => self.one(Rule::one_type, at, cut).map(|node| Item::Type(self.type_item(node, doc))),
            "artifact" => self.one(Rule::one_artifact, at, cut).map(|node| Item::Artifact(self.artifact(node, doc))),
            "command" => self.one(Rule::one_command, at, cut).map(|node| Item::Command(self.command(node, doc))),
            "const" => self.one(Rule::one_const, at, cut).map(|node| Item::Const(self.const_item(node, doc))),
            "fn" => self.a_fn(at, cut, doc).map(Item::Fn),
            "task" => self.top_task(at, *cut, doc).map(Item::Task),
            "pipeline" => self.pipeline(at, *cut, doc),
            "extern" => self.extern_item(at, *cut, doc),
            "test" => self.test(at, *cut, doc),
            _ => None,
        };
        item.unwrap_or_else(|| Item::Broken(self.lose(at, cut.end), self.guess_name(word, at)))
    }

    /// The name that an item seems to declare.
    fn guess_name(&mut self, kind: &str, at: usize) -> Option<Name> {
        if kind == "use" {
            return self.guess_module(at);
        }
        let mut at = at + word_at(self.text, at).len();
        loop {
            at = skip_blanks(self.text, at);
            let word = word_at(self.text, at);
            if !matches!(word, "task" | "pipeline") {
                return (!word.is_empty()).then(|| self.name_at(at, word));
            }
            at += word.len();
        }
    }

    /// The last part of the path behind `use`.
    fn guess_module(&mut self, at: usize) -> Option<Name> {
        let start = skip_blanks(self.text, at + word_at(self.text, at).len());
        let rest = &self.text[start..];
        let path =
            &rest[..rest.find(|one: char| !one.is_alphanumeric() && !matches!(one, '_' | '.')).unwrap_or(rest.len())];
        let name = path.rfind('.').map_or(start, |dot| start + dot + 1);
        if word_at(self.text, skip_blanks(self.text, start + path.len())) == "as" {
            // It has another name here, which could not be read.
            return None;
        }
        let word = word_at(self.text, name);
        (!word.is_empty()).then(|| self.name_at(name, word))
    }

    fn one(&mut self, rule: Rule, at: usize, cut: &mut Cut) -> Option<Node<'t>> {
        self.leaf(rule, at, cut)?.next()
    }

    /// An enum. When the grammar refuses it, each of its cases is read for itself, for all that is wrong.
    fn an_enum(&mut self, at: usize, cut: &mut Cut, doc: String) -> Option<Enum> {
        if let Some(node) = self.in_one_run(Rule::one_enum, at, *cut) {
            return Some(self.enum_item(node, doc));
        }
        let before = self.out.len();
        let mut cases = Vec::new();
        let block = self.source.block(at, *cut);
        let readable = block.filter(|block| self.check_block(*block));
        if readable.is_none() {
            self.lose(at, cut.end);
        }
        if let Some(block) = readable {
            self.entries(block, cut.sound && block.closed, |parser, start, entry| {
                match parser.leaf(Rule::one_case, start, entry) {
                    Some(mut inner) => cases.push(parser.enum_case(&mut inner)),
                    None => cases.extend(parser.guess_cases(start, entry.end)),
                }
            });
        }
        let name = self.entries_head(Rule::one_enum, at, cut, block, before)?;
        Some(Enum { doc, name, cases, span: self.span(at, cut.end) })
    }

    /// The cases where one was expected: more than one, where a comma was forgotten.
    fn guess_cases(&mut self, start: usize, end: usize) -> Vec<EnumCase> {
        self.lose(start, end);
        let (mut cases, mut at) = (Vec::new(), start);
        while at < end {
            let word = word_at(self.text, at);
            let equals = skip_blanks(self.text, at + word.len());
            let value = skip_blanks(self.text, (equals + 1).min(end));
            let spelled = self.text[equals..end.max(equals)].starts_with('=') && self.text[value..].starts_with('"');
            let behind = match (spelled, self.text.as_bytes()[at]) {
                (true, _) => skip_string(self.text.as_bytes(), value).min(end),
                // Its `=` is missing.
                (false, b'"') => skip_string(self.text.as_bytes(), at).min(end),
                (false, _) => at + word.len(),
            };
            if !word.is_empty() {
                self.base = at;
                cases.extend(
                    grammar::read(Rule::one_case, &self.text[at..behind]).map(|mut inner| self.enum_case(&mut inner)),
                );
            }
            at = behind.max(at + 1);
        }
        cases
    }

    fn enum_case(&mut self, inner: &mut Inner<'_>) -> EnumCase {
        let mut inner = Inner::of(inner.need(Rule::enum_case));
        let name = self.member_name(&inner.need(Rule::name));
        EnumCase { doc: String::new(), name, spelling: self.eat_text(&mut inner) }
    }

    /// As [`Parser::an_enum`].
    fn a_record(&mut self, at: usize, cut: &mut Cut, doc: String) -> Option<Record> {
        if let Some(node) = self.in_one_run(Rule::one_record, at, *cut) {
            return Some(self.record_item(node, doc));
        }
        let before = self.out.len();
        let block = self.source.block(at, *cut);
        let fields = block.filter(|block| self.check_block(*block));
        let fields = fields.and_then(|block| self.params_in_parts(block, cut.sound && block.closed, Reach::Dotted));
        let name = self.entries_head(Rule::one_record, at, cut, block, before)?;
        Some(Record { doc, name, fields: fields?, span: self.span(at, cut.end) })
    }

    /// An item in one run of the grammar, without a reason when it refuses.
    fn in_one_run(&mut self, rule: Rule, at: usize, cut: Cut) -> Option<Node<'t>> {
        let quick = cut.sound && !self.source.scan.reported(at, cut.end);
        self.base = at;
        quick.then(|| grammar::read(rule, &self.text[at..cut.end])).flatten().and_then(|mut one| one.next())
    }

    /// The name of an enum or record whose entries were read for themselves; what is wrong outside of them is reported.
    fn entries_head(
        &mut self,
        rule: Rule,
        at: usize,
        cut: &mut Cut,
        block: Option<Block>,
        before: usize,
    ) -> Option<Name> {
        let start = skip_blanks(self.text, at + word_at(self.text, at).len());
        let word = word_at(self.text, start);
        let block =
            block.filter(|block| !word.is_empty() && self.source.skip(start + word.len(), block.open) == block.open);
        let Some(block) = block else {
            self.one(rule, at, cut);
            return None;
        };
        if self.out.len() == before && !self.source.scan.reported(at, cut.end) {
            self.one(rule, at, cut);
        } else {
            self.nothing_behind(block, cut.end);
        }
        let name = self.name_at(start, word);
        self.check_case(&name, Case::Pascal);
        Some(name)
    }

    /// A function. When the grammar refuses it, its parameters and its body are read for themselves.
    fn a_fn(&mut self, at: usize, cut: &mut Cut, doc: String) -> Option<Fn> {
        if let Some(node) = self.in_one_run(Rule::one_fn, at, *cut) {
            return Some(self.fn_item(node, doc));
        }
        let end = self.source.layout_end(at, cut.end);
        if end < cut.end && self.source.imbalance(at, end).is_some() {
            *cut = Cut { end, sound: false };
        }
        let signature = self.signature_head(Rule::one_fn, Rule::fn_item, at, cut.end)?;
        let span = self.span(at, cut.end);
        let Outputs::Single(single) = signature.outputs else { return None };
        let Output { ty, default: body, .. } = *single;
        let body = body.map_or(Expr { kind: ExprKind::Broken, span }, |body| *body);
        Some(Fn { doc, name: signature.name, params: signature.params, result: ty, body, span })
    }

    /// Walks what stands between two brackets.
    pub(super) fn entries(&mut self, block: Block, sound: bool, mut each: impl FnMut(&mut Self, usize, &mut Cut)) {
        let mut at = block.inner();
        loop {
            at = self.source.skip(at, block.close);
            if at >= block.close {
                return;
            }
            if self.text.as_bytes()[at] == b'}' && std::mem::take(&mut self.closer_is_known) {
                at += 1;
                continue;
            }
            let mut cut = self.source.cut(at, block.close, Unit::Field, sound);
            cut.end = cut.end.max(at + 1);
            each(self, at, &mut cut);
            at = skip_blanks(self.text, cut.end.max(at + 1));
            if at < block.close && self.text.as_bytes()[at] == b',' {
                at += 1;
            }
        }
    }

    fn use_item(&mut self, node: Node<'_>) -> Option<Use> {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let path = self.path(&mut inner);
        let alias = self.alias(&mut inner).inspect(|name| self.check_declared(name));
        let only = inner.eat(Rule::selection).map(|node| self.selection(node));
        Some(Use { path, alias, only, span })
    }

    fn selection(&mut self, node: Node<'_>) -> Vec<Selected> {
        let selected = |node| {
            let mut inner = Inner::of(node);
            let name = self.name(&inner.need(Rule::name));
            let alias = self.alias(&mut inner).inspect(|alias| self.check_alias(alias, &name));
            Selected { name, alias }
        };
        Inner::of(node).map(selected).collect()
    }

    /// `as name`
    fn alias(&mut self, inner: &mut Inner<'_>) -> Option<Name> {
        let node = inner.eat(Rule::alias)?;
        Some(self.name(&Inner::of(node).need(Rule::name)))
    }

    fn enum_item(&mut self, node: Node<'_>, doc: String) -> Enum {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let name = self.declared(&inner.need(Rule::name), Case::Pascal);
        let mut cases: Vec<EnumCase> = Vec::new();
        let (mut case_doc, mut before) = (String::new(), span.before());
        for node in inner {
            if node.as_rule() == Rule::doc {
                match cases.last_mut() {
                    Some(last) if self.trails(before, &node) => add_doc(&mut last.doc, node.as_str()),
                    Some(_) | None => add_doc(&mut case_doc, node.as_str()),
                }
                continue;
            }
            before = self.node_span(&node);
            let mut inner = Inner::of(node);
            let name = self.member_name(&inner.need(Rule::name));
            let spelling = self.eat_text(&mut inner);
            cases.push(EnumCase { doc: std::mem::take(&mut case_doc), name, spelling });
        }
        Enum { doc, name, cases, span }
    }

    fn eat_text(&mut self, inner: &mut Inner<'_>) -> Option<Text> {
        inner.eat(Rule::text).map(|text| self.string(&text, 0))
    }

    fn record_item(&mut self, node: Node<'_>, doc: String) -> Record {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let name = self.declared(&inner.need(Rule::name), Case::Pascal);
        Record { doc, name, fields: self.params(inner, Reach::Dotted), span }
    }

    fn type_item(&mut self, node: Node<'_>, doc: String) -> NewType {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let name = self.declared(&inner.need(Rule::name), Case::Pascal);
        let base = self.ty(inner.need(Rule::ty));
        NewType { doc, name, base, pattern: self.eat_text(&mut inner), span }
    }

    fn artifact(&mut self, node: Node<'_>, doc: String) -> Artifact {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let name = self.declared(&inner.need(Rule::name), Case::Pascal);
        let requires = self.clause(&mut inner, Rule::requires);
        Artifact { doc, name, requires, on: self.names(&mut inner, Rule::exists_on), span }
    }

    fn command(&mut self, node: Node<'_>, doc: String) -> Command {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let words = self.string(&inner.need(Rule::text), 0);
        let makes = self.clause(&mut inner, Rule::makes);
        let requires = self.clause(&mut inner, Rule::requires);
        let invalidates = self.clause(&mut inner, Rule::invalidates);
        let unless = self.clause(&mut inner, Rule::unless);
        let needs = self.names(&mut inner, Rule::command_needs);
        let block = inner.eat(Rule::fields);
        let braces = block.as_ref().map(|node| self.node_span(node));
        let facts = block.map_or_else(Vec::new, |node| self.field_list(node));
        Command { doc, words, makes, requires, invalidates, unless, needs, facts, block: braces, span }
    }

    /// The types of `makes A, B` and its like, none when it is not there.
    fn clause(&mut self, inner: &mut Inner<'_>, rule: Rule) -> Vec<TypeExpr> {
        inner.eat(rule).map_or_else(Vec::new, |node| self.types(&mut Inner::of(node)))
    }

    /// The names of `needs kvm` and its like, none when it is not there.
    fn names(&mut self, inner: &mut Inner<'_>, rule: Rule) -> Vec<Name> {
        inner.eat(rule).map_or_else(Vec::new, |node| Inner::of(node).map(|name| self.name(&name)).collect())
    }

    fn const_item(&mut self, node: Node<'_>, doc: String) -> Const {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let name = self.declared(&inner.need(Rule::name), Case::Snake);
        let ty = self.ty(inner.need(Rule::ty));
        Const { doc, name, ty, value: self.need_expr(&mut inner), span }
    }

    fn fn_item(&mut self, node: Node<'_>, doc: String) -> Fn {
        let span = self.node_span(&node);
        let mut inner = Inner::of(node);
        let name = self.declared(&inner.need(Rule::name), Case::Snake);
        let params = Inner::of(inner.need(Rule::params));
        let params = self.params(params, Reach::Alone);
        let result = self.ty(inner.need(Rule::ty));
        Fn { doc, name, params, result, body: self.need_expr(&mut inner), span }
    }

    fn top_task(&mut self, at: usize, cut: Cut, doc: String) -> Option<Task> {
        let (task, after) = self.task(at, cut, doc);
        if let Some(first) = after.first() {
            let said = explain::after_outside(first.span);
            self.report(said);
        }
        task
    }

    /// `extern`, and in the form of a task without script what is kept elsewhere.
    fn extern_item(&mut self, at: usize, cut: Cut, doc: String) -> Option<Item> {
        let (what, next) = self.extern_what(at, cut)?;
        let task = self.top_task(next, cut, doc)?;
        Some(Item::Extern(Task { what, span: self.span(at, task.span.end as usize), ..task }))
    }

    /// The word behind `extern`, and where it stands.
    pub(super) fn extern_what(&mut self, at: usize, cut: Cut) -> Option<(What, usize)> {
        let next = self.source.skip(at + word_at(self.text, at).len(), cut.end);
        let what = match word_at(self.text, next) {
            "task" => What::Task,
            "pipeline" => What::Pipeline,
            "step" => What::Step,
            _ => {
                let said = explain::extern_what(self, next);
                self.report(said);
                return None;
            }
        };
        Some((what, next))
    }

    fn test(&mut self, at: usize, cut: Cut, doc: String) -> Option<Item> {
        let block = self.source.block(at, cut);
        let head = self.head(Rule::one_test, at, block.map_or(cut.end, |block| block.open));
        let name = head.map(|mut inner| self.string(&Inner::of(inner.need(Rule::test_head)).need(Rule::text), 0));
        if name.is_none() && block.is_none() {
            return None;
        }
        let name = name.unwrap_or_else(|| Text::broken(self.span(at, at)));
        let body = self.last_body(block, at, cut);
        Some(Item::Test(Test { doc, name, body, span: self.span(at, cut.end) }))
    }

    fn pipeline(&mut self, at: usize, cut: Cut, doc: String) -> Option<Item> {
        let block = self.source.block(at, cut);
        let end = block.map_or(cut.end, |block| block.open);
        let before = self.out.len();
        let signature = self.signature_head(Rule::one_pipeline, Rule::pipeline_head, at, end);
        let Some(block) = block else {
            if self.out.len() == before {
                self.missing_block(at, cut.end);
            }
            return None;
        };
        let body = if self.check_block(block) {
            self.body(block.inner(), block.close, cut.sound && block.closed)
        } else {
            Vec::new()
        };
        if block.closed {
            self.nothing_behind(block, cut.end);
        }
        let Signature { name, params, outputs } = signature.unwrap_or_else(|| self.no_signature(at));
        Some(Item::Pipeline(Pipeline { doc, name, params, outputs, body, span: self.span(at, cut.end) }))
    }
}
