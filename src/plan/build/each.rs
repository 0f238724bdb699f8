//! `for`: a list that is known is unrolled, turn by turn; one that is not becomes a fan.

use super::Builder;
use super::fan::{Open, behind, gathered, in_turn};
use super::fold;
use super::names::suffix;
use super::partial::Partial;
use super::provenance::with;
use super::scope::Frame;
use super::stmt::{Context, first_open};
use crate::check::program::For;
use crate::plan::{Expr, Ty, Value};
use crate::source::Span;

impl<'a> Builder<'a> {
    pub(super) fn each(&mut self, frame: &mut Frame, context: &Context<'a>, each: &'a For) {
        let lists: Vec<Partial> = each.vars.iter().map(|(_, list)| self.eval(frame, list)).collect();
        let Some(unrolled) = self.unrolled(frame, each, &lists) else { return };
        let mut turns = Turns {
            each,
            lists,
            unrolled,
            count: 0,
            exports: vec![Vec::new(); each.exports.len()],
            before: self.graph.stages(),
        };
        let merged = turns.before.clone();
        self.turns(frame, context, &mut turns, 0, String::new());
        if turns.count == 0 {
            self.graph.swap_stages(merged);
        }
        let fanned = unrolled < each.vars.len();
        for ((inner, outer), values) in each.exports.iter().zip(turns.exports) {
            let ty = self.pipeline.locals.get(outer.index()).map(|local| self.types.ty(&local.ty));
            let ty = ty.unwrap_or(Ty::List(Box::new(Ty::String)));
            let value = if fanned { self.joined(values, &ty) } else { Partial::list(values, ty) };
            frame.bind(*outer, value);
            self.graph.alias(*outer, *inner);
        }
    }

    /// How many of the variables are unrolled: all, or those before the first whose list is not known. `None` where
    /// that was reported to be wrong.
    fn unrolled(&mut self, frame: &mut Frame, each: &For, lists: &[Partial]) -> Option<usize> {
        let known = lists.iter().take_while(|list| list.elements().is_some()).count();
        let known = if known == lists.len() && self.filter_is_open(frame, each, lists, 0) { 0 } else { known };
        for ((_, list), value) in each.vars.iter().zip(lists).skip(known) {
            let ty = self.types.ty(&list.ty);
            if fits(value, &ty) {
                continue;
            }
            match &each.filter {
                Some(filter) if value.elements().is_some() => {
                    let open = self.plain(frame, filter);
                    self.not_known("the `if` of a `for` over values that are no texts", filter.span, &open);
                }
                _ => {
                    let open = first_open(value.clone(), &ty);
                    self.not_known("the list of a `for`", list.span, &open);
                }
            }
            return None;
        }
        Some(known)
    }

    /// Whether the filter of known lists is not known for some turn.
    fn filter_is_open(&mut self, frame: &mut Frame, each: &For, lists: &[Partial], depth: usize) -> bool {
        let Some(filter) = &each.filter else { return false };
        let Some(list) = lists.get(depth) else {
            let value = self.plain(frame, filter);
            return fold::truth(&value).is_none();
        };
        list.elements().unwrap_or_default().into_iter().any(|element| {
            frame.bind(each.vars[depth].0, element);
            self.filter_is_open(frame, each, lists, depth + 1)
        })
    }

    /// The turns of the variables from `depth` on.
    fn turns(
        &mut self,
        frame: &mut Frame,
        context: &Context<'a>,
        turns: &mut Turns<'a>,
        depth: usize,
        suffix_before: String,
    ) {
        if depth == turns.each.vars.len() {
            return self.turn(frame, context, turns, suffix_before);
        }
        if depth == turns.unrolled {
            return self.all_turns(frame, context, turns, suffix_before);
        }
        let (local, _) = turns.each.vars[depth];
        let elements = turns.lists[depth].elements().unwrap_or_default();
        for (at, element) in elements.into_iter().enumerate() {
            let suffix = format!("{suffix_before}{}", suffix(element.value(), at));
            frame.bind(local, element);
            self.turns(frame, context, turns, depth + 1, suffix);
        }
    }

    /// One turn of known lists.
    fn turn(&mut self, frame: &mut Frame, context: &Context<'a>, turns: &mut Turns<'a>, suffix: String) {
        if let Some(filter) = &turns.each.filter
            && self.known(frame, filter, "the `if` of a `for`") != Some(Value::Bool(true))
        {
            return self.refused_turn(frame, context, turns.each, filter, &suffix);
        }
        let mut own = context.clone();
        own.suffix.push_str(&suffix);
        let filter = turns.each.filter.as_ref().map(|filter| self.decided(frame, filter, true, false));
        own.causes = with(&self.in_this_turn(frame, context, turns.each), filter);
        self.body(frame, own, turns);
        for ((inner, _), values) in turns.each.exports.iter().zip(&mut turns.exports) {
            values.push(frame.value(*inner));
        }
    }

    /// All turns of the lists that are not known, as one fan.
    fn all_turns(&mut self, frame: &mut Frame, context: &Context<'a>, turns: &mut Turns<'a>, suffix: String) {
        let each = turns.each;
        let head = open_part(each, turns);
        let mut open = Open::new(context.fan.as_deref(), head);
        for ((local, list), value) in each.vars.iter().zip(&turns.lists).skip(turns.unrolled) {
            let ty = self.types.ty(&list.ty);
            let name = self.pipeline.locals.get(local.index()).map(|local| &*local.name).unwrap_or_default();
            let value = value.clone().expr(&ty);
            self.not_lost(&value, list.span);
            if in_turn(&value) {
                return self.depends_on_turn(context, list.span);
            }
            frame.bind(*local, open.add(name, value, list.span));
        }
        if let Some(filter) = &each.filter {
            let filter = self.plain(frame, filter);
            match fold::truth(&filter) {
                Some(true) => {}
                Some(false) => return,
                None => open.filter(filter),
            }
        }
        let fan = open.done();
        let mut own = context.clone();
        own.suffix.push_str(&suffix);
        own.fan = Some(fan);
        self.fans += 1;
        self.body(frame, own, turns);
        for ((inner, _), values) in each.exports.iter().zip(&mut turns.exports) {
            // In a loop within a loop a list of lists would stand outside, which no run can hold.
            let nested = context.fan.is_some();
            values.push(gathered(frame.value(*inner), head, nested));
        }
    }

    fn body(&mut self, frame: &mut Frame, mut own: Context<'a>, turns: &mut Turns<'a>) {
        own.turns = own.turns.iter().copied().chain([(turns.each.span, turns.count)]).collect();
        turns.each.exports.iter().for_each(|(inner, _)| frame.forget(*inner));
        let others = self.graph.swap_stages(turns.before.clone());
        self.block(frame, &own, &turns.each.body);
        if turns.count > 0 {
            self.graph.merge_stages(others);
        }
        turns.count += 1;
    }

    /// The lists of several fans, one behind the other.
    fn joined(&self, values: Vec<Partial>, ty: &Ty) -> Partial {
        let mut values = values.into_iter();
        let Some(first) = values.next() else { return Partial::list(Vec::new(), ty.clone()) };
        values.fold(first, behind)
    }
}

/// What of the head of a loop is not known: the first such list, else the filter.
fn open_part(each: &For, turns: &Turns<'_>) -> Span {
    let lists = each.vars.iter().zip(&turns.lists);
    let open = lists.clone().find(|(_, list)| list.elements().is_none()).map(|((_, list), _)| list.span);
    open.or(each.filter.as_ref().map(|filter| filter.span)).unwrap_or(each.span)
}

/// Whether a list that is not known can be the list of a fan: its elements are texts.
fn fits(list: &Partial, ty: &Ty) -> bool {
    let Ty::List(element) = ty else { return false };
    let plain = match list {
        Partial::Expr(Expr { ty: Ty::List(_), .. }) | Partial::Either(_) => true,
        Partial::Expr(_) | Partial::Call(_) | Partial::List(_) | Partial::Record(_) => false,
    };
    let text = match &**element {
        Ty::Bool | Ty::Int | Ty::String | Ty::Duration | Ty::Size | Ty::Cpu => true,
        Ty::Path | Ty::Image | Ty::Pattern(_) | Ty::Enum(_) => true,
        Ty::Secret | Ty::Workspace | Ty::Artifact(_) | Ty::List(_) | Ty::Map(_) | Ty::Record(_) | Ty::Optional(_) => {
            false
        }
    };
    plain && text
}

struct Turns<'a> {
    each: &'a For,
    lists: Vec<Partial>,
    /// How many of the variables are unrolled.
    unrolled: usize,
    count: u32,
    /// The values of each export, in the order of the turns.
    exports: Vec<Vec<Partial>>,
    before: super::edges::Stages,
}
