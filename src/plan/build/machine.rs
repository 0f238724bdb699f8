//! What the library says of machines, held against what is asked for when the parameters are known.

use super::Builder;
use super::scope::Frame;
use super::task::Layers;
use crate::check::program::machine::{Allowed, Amount, Asked, Count, MachineDemand};
use crate::check::program::{Call, Callee, Kind};
use crate::plan::{Needs, Value};
use crate::source::Span;

impl<'a> Builder<'a> {
    /// `inner`: the names of the task.
    pub(super) fn machine(&mut self, layers: &Layers<'_, 'a>, inner: &Frame, call: &Call, needs: &Needs) {
        let open = &self.program.machines;
        let first = open.partition_point(|one| one.call < call.span);
        for demand in open[first..].iter().take_while(|one| one.call == call.span) {
            let demand = self.counted(inner, demand);
            let asked = match &demand.allowed {
                Allowed::Archs { .. } => needs.arch.as_deref().map(Asked::Arch),
                Allowed::AtLeast(need) => amount(needs, need.field).map(Asked::Amount),
            };
            if let Some(asked) = asked.filter(|asked| demand.refuses(*asked)) {
                let place = self.place_of(layers, call, demand.allowed.field());
                self.report(demand.refusal(asked, place, false));
            }
        }
    }

    /// With the values of flags that are known by now.
    fn counted(&mut self, inner: &Frame, demand: &MachineDemand) -> MachineDemand {
        let mut demand = demand.clone();
        let Allowed::AtLeast(need) = &mut demand.allowed else { return demand };
        for each in &mut need.each {
            let Count::Open(expr) = &each.count else { continue };
            match self.plain(inner, expr).value() {
                Some(Value::Int(count)) if *count > 0 => each.count = Count::Known(*count),
                Some(_) | None => {}
            }
        }
        demand
    }

    /// Where the field is said, or the call when that is in another file.
    fn place_of(&self, layers: &Layers<'_, 'a>, call: &Call, field: &str) -> Span {
        let said = layers.iter().rev().find(|(fields, _)| fields.needs_given.has(field));
        let place = said.and_then(|(fields, _)| fields.needs.as_ref()).map(|needs| {
            let Kind::Record(record, values) = &needs.kind else { return needs.span };
            let names = &self.program.records[record.index()].fields;
            let at = names.iter().position(|one| *one.name == *field);
            let value = at.and_then(|at| values.get(at));
            // What a call gives to a task is wrong in the call.
            let given = value.is_some_and(|value| matches!(value.kind, Kind::Local(_) | Kind::Binary(..)));
            let given = given && matches!(call.callee, Callee::Task(_));
            if given { call.span } else { value.map_or(needs.span, |value| value.span) }
        });
        place.filter(|place| place.file == call.span.file).unwrap_or(call.span)
    }
}

fn amount(needs: &Needs, field: Amount) -> Option<i64> {
    match field {
        Amount::Cpu => needs.cpu,
        Amount::Memory => needs.memory,
        Amount::Disk => needs.disk,
    }
}
